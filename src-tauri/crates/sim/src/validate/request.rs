//! Shapes of whole request bodies.

use std::sync::Arc;

use super::filter::page_size;
use super::rich_text::{cover, icon, rich_text};
use super::{Field, Shape, any_text, list, nullable, optional, property, required, text};
use crate::Version;
use crate::limits;

/// Every shape of a body, built once for a simulator.
#[derive(Debug)]
pub(crate) struct Shapes {
    current: Bodies,
    previous: Bodies,
}

impl Shapes {
    pub fn new() -> Self {
        Self { current: Bodies::new(Version::V2026_03_11), previous: Bodies::new(Version::V2025_09_03) }
    }

    pub fn of(&self, version: Version) -> &Bodies {
        match version {
            Version::V2026_03_11 => &self.current,
            Version::V2025_09_03 => &self.previous,
        }
    }
}

const MEETING_LANGUAGES: &[&str] = &[
    "auto", "en", "zh-CN", "zh-TW", "es", "fr", "de", "ja", "ko", "pt", "ru", "th", "vi", "id", "da", "fi", "no", "nl",
    "it", "sv", "ar", "he", "pl",
];

const VIEW_TYPES: &[&str] =
    &["table", "board", "list", "calendar", "timeline", "gallery", "form", "chart", "map", "dashboard"];

/// The bodies of one API version.
#[derive(Debug)]
pub(crate) struct Bodies {
    pub create_page: Shape,
    pub update_page: Shape,
    pub move_page: Shape,
    pub update_markdown: Shape,
    pub append: Shape,
    pub create_database: Shape,
    pub update_database: Shape,
    pub create_data_source: Shape,
    pub update_data_source: Shape,
    pub query: Shape,
    pub search: Shape,
    pub create_comment: Shape,
    pub update_comment: Shape,
    pub create_upload: Shape,
    pub create_view: Shape,
    pub update_view: Shape,
    pub create_view_query: Shape,
    pub create_meeting_notes: Shape,
    pub query_meeting_notes: Shape,
}

impl Bodies {
    fn new(version: Version) -> Self {
        let trash = trash(version);
        let children = super::block::children();
        Self {
            create_page: create_page(&children),
            update_page: with(
                &trash,
                vec![
                    optional("properties", property::values()),
                    optional("icon", nullable(icon())),
                    optional("cover", nullable(cover())),
                    optional("is_archived", Shape::Boolean),
                    optional("is_locked", Shape::Boolean),
                    optional("template", template()),
                    optional("erase_content", Shape::Boolean),
                ],
            ),
            move_page: Shape::Object(vec![required("parent", tagged_ids(&["page_id", "data_source_id"]))]),
            update_markdown: update_markdown(),
            append: append(version, children),
            create_database: Shape::Object(vec![
                required("parent", parent(&["page_id"], true)),
                optional("title", rich_text()),
                optional("description", rich_text()),
                optional("is_inline", Shape::Boolean),
                optional("icon", nullable(icon())),
                optional("cover", nullable(cover())),
                optional("initial_data_source", Shape::Object(vec![optional("properties", property::new_schema())])),
            ]),
            update_database: with(
                &trash,
                vec![
                    optional("parent", parent(&["page_id"], true)),
                    optional("title", rich_text()),
                    optional("description", rich_text()),
                    optional("is_inline", Shape::Boolean),
                    optional("icon", nullable(icon())),
                    optional("cover", nullable(cover())),
                    optional("is_locked", Shape::Boolean),
                ],
            ),
            create_data_source: Shape::Object(vec![
                required("parent", tagged_ids(&["database_id"])),
                required("properties", property::new_schema()),
                optional("title", rich_text()),
                optional("icon", nullable(icon())),
            ]),
            update_data_source: with(
                &trash,
                vec![
                    optional("title", rich_text()),
                    optional("icon", nullable(icon())),
                    optional("properties", property::changed_schema()),
                    optional("parent", tagged_ids(&["database_id"])),
                ],
            ),
            query: Shape::Object(vec![
                optional("filter", super::filter::filter()),
                optional("sorts", super::filter::sorts()),
                optional("start_cursor", any_text()),
                optional("page_size", page_size()),
                optional("in_trash", Shape::Boolean),
                optional("archived", Shape::Boolean),
                optional("result_type", Shape::OneOf(&["page", "data_source"])),
            ]),
            search: Shape::Object(super::filter::search()),
            create_comment: create_comment(),
            update_comment: Shape::Object(vec![
                optional("rich_text", rich_text()),
                optional("markdown", any_text()),
                optional("markdown_version", markdown_version()),
            ]),
            create_view: Shape::Object(vec![
                required("data_source_id", Shape::Uuid),
                required("name", any_text()),
                required("type", Shape::OneOf(VIEW_TYPES)),
                optional("database_id", Shape::Uuid),
                optional("view_id", Shape::Uuid),
                optional(
                    "create_database",
                    Shape::Object(vec![
                        required("parent", tagged_ids(&["page_id"])),
                        optional(
                            "position",
                            Shape::Chosen { by: "type", variants: vec![("after_block", after_block())] },
                        ),
                    ]),
                ),
                optional("filter", super::filter::filter()),
                optional("sorts", super::filter::sorts()),
                optional("quick_filters", Shape::Dictionary(Arc::new(Shape::Anything))),
                optional("configuration", super::view::configuration()),
                optional(
                    "position",
                    Shape::Chosen {
                        by: "type",
                        variants: vec![
                            ("start", Vec::new()),
                            ("end", Vec::new()),
                            ("after_view", vec![required("view_id", Shape::Uuid)]),
                        ],
                    },
                ),
                optional(
                    "placement",
                    Shape::Chosen {
                        by: "type",
                        variants: vec![
                            ("new_row", vec![optional("row_index", Shape::Number)]),
                            ("existing_row", vec![required("row_index", Shape::Number)]),
                        ],
                    },
                ),
            ]),
            update_view: Shape::Object(vec![
                optional("name", any_text()),
                optional("filter", nullable(super::filter::filter())),
                optional("sorts", nullable(super::filter::sorts())),
                optional("quick_filters", nullable(Shape::Dictionary(Arc::new(Shape::Anything)))),
                optional("configuration", super::view::configuration()),
            ]),
            create_view_query: Shape::Object(vec![optional("page_size", page_size())]),
            create_meeting_notes: Shape::Object(vec![
                optional("title", any_text()),
                optional("language", Shape::OneOf(MEETING_LANGUAGES)),
                optional("options", Shape::Object(vec![optional("kickoff_summary", Shape::Boolean)])),
                required(
                    "source",
                    Shape::Chosen {
                        by: "type",
                        variants: vec![
                            ("file_upload", vec![required("file_upload_id", Shape::Uuid)]),
                            ("block", vec![required("block_id", Shape::Uuid)]),
                        ],
                    },
                ),
                optional("parent", tagged_ids(&["page_id"])),
            ]),
            query_meeting_notes: super::meeting_notes::query(),
            create_upload: Shape::Object(vec![
                optional("mode", Shape::OneOf(&["single_part", "multi_part", "external_url"])),
                optional("filename", Shape::Text { max: Some(limits::FILENAME), min: 1 }),
                optional("content_type", any_text()),
                optional("number_of_parts", Shape::Integer { min: 1, max: limits::UPLOAD_PARTS }),
                optional("external_url", text(limits::TEXT)),
            ]),
        }
    }
}

/// The keys that trash: `archived` went with 2026-03-11.
pub(crate) fn trash(version: Version) -> Vec<Field> {
    match version {
        Version::V2026_03_11 => vec![optional("in_trash", Shape::Boolean)],
        Version::V2025_09_03 => vec![optional("in_trash", Shape::Boolean), optional("archived", Shape::Boolean)],
    }
}

fn with(first: &[Field], more: Vec<Field>) -> Shape {
    Shape::Object(first.iter().cloned().chain(more).collect())
}

fn tagged_ids(names: &[&'static str]) -> Shape {
    parent(names, false)
}

fn parent(ids: &[&'static str], may_be_workspace: bool) -> Shape {
    let mut variants: Vec<Field> = ids.iter().map(|name| required(name, Shape::Uuid)).collect();
    if may_be_workspace {
        variants.push(required("workspace", Shape::True));
    }
    Shape::Tagged { common: Vec::new(), variants }
}

fn template() -> Shape {
    Shape::Chosen {
        by: "type",
        variants: vec![
            ("none", Vec::new()),
            ("default", vec![optional("timezone", any_text())]),
            ("template_id", vec![required("template_id", Shape::Uuid), optional("timezone", any_text())]),
        ],
    }
}

fn after_block() -> Vec<Field> {
    vec![required("after_block", Shape::Object(vec![required("id", Shape::Uuid)]))]
}

fn create_page(children: &Shape) -> Shape {
    Shape::Object(vec![
        // The database may be echoed beside the data source, as it is read.
        optional(
            "parent",
            Shape::Keyed(vec![
                ("page_id", Arc::new(tagged_ids(&["page_id"]))),
                (
                    "data_source_id",
                    Arc::new(Shape::Tagged {
                        common: vec![optional("database_id", Shape::Uuid)],
                        variants: vec![required("data_source_id", Shape::Uuid)],
                    }),
                ),
                ("database_id", Arc::new(tagged_ids(&["database_id"]))),
                ("workspace", Arc::new(parent(&[], true))),
            ]),
        ),
        optional("properties", property::values()),
        optional("icon", nullable(icon())),
        optional("cover", nullable(cover())),
        optional("children", children.clone()),
        optional("content", children.clone()),
        optional("markdown", any_text()),
        optional("markdown_version", markdown_version()),
        optional("template", template()),
        optional(
            "position",
            Shape::Chosen {
                by: "type",
                variants: vec![("page_start", Vec::new()), ("page_end", Vec::new()), ("after_block", after_block())],
            },
        ),
        optional("allow_async", Shape::Boolean),
    ])
}

fn append(version: Version, children: Shape) -> Shape {
    let mut fields = vec![
        required("children", children.not_empty()),
        optional(
            "position",
            Shape::Chosen {
                by: "type",
                variants: vec![("start", Vec::new()), ("end", Vec::new()), ("after_block", after_block())],
            },
        ),
    ];
    if version == Version::V2025_09_03 {
        fields.push(optional("after", Shape::Uuid));
    }
    Shape::Object(fields)
}

/// The dialects a request may ask for.
pub(crate) fn markdown_version() -> Shape {
    Shape::OneOf(&["v1", "v2"])
}

fn update_markdown() -> Shape {
    let flags = || vec![optional("allow_async", Shape::Boolean), optional("markdown_version", markdown_version())];
    let fields = |name: &'static str, shape: Vec<Field>| -> (&'static str, Vec<Field>) {
        let mut all = flags();
        all.push(required(name, Shape::Object(shape)));
        (name, all)
    };
    let update = Shape::Object(vec![
        required("old_str", Shape::Text { max: None, min: 1 }),
        required("new_str", any_text()),
        optional("replace_all_matches", Shape::Boolean),
    ]);
    let ends = Shape::Chosen { by: "type", variants: vec![("start", Vec::new()), ("end", Vec::new())] };
    Shape::Chosen {
        by: "type",
        variants: vec![
            fields(
                "update_content",
                vec![required("content_updates", list(update)), optional("allow_deleting_content", Shape::Boolean)],
            ),
            fields(
                "replace_content",
                vec![required("new_str", any_text()), optional("allow_deleting_content", Shape::Boolean)],
            ),
            fields(
                "insert_content",
                vec![required("content", any_text()), optional("after", any_text()), optional("position", ends)],
            ),
            fields(
                "replace_content_range",
                vec![
                    required("content", any_text()),
                    required("content_range", any_text()),
                    optional("allow_deleting_content", Shape::Boolean),
                ],
            ),
        ],
    }
}

fn create_comment() -> Shape {
    Shape::Object(vec![
        optional("parent", tagged_ids(&["page_id", "block_id"])),
        optional("discussion_id", Shape::Uuid),
        optional("rich_text", rich_text()),
        optional("markdown", any_text()),
        optional("markdown_version", markdown_version()),
        optional(
            "attachments",
            Shape::List {
                item: Arc::new(Shape::Object(vec![
                    required("file_upload_id", Shape::Uuid),
                    optional("type", Shape::OneOf(&["file_upload"])),
                ])),
                min: 0,
                max: limits::COMMENT_ATTACHMENTS,
            },
        ),
        optional(
            "display_name",
            Shape::Chosen {
                by: "type",
                variants: vec![
                    ("integration", Vec::new()),
                    ("user", Vec::new()),
                    ("custom", vec![required("custom", Shape::Object(vec![required("name", text(limits::ARRAY))]))]),
                ],
            },
        ),
    ])
}
