//! Shapes of blocks, as created (with nested children) and as updated.

use std::sync::Arc;

use super::rich_text::{COLORS, external, file_upload, icon, rich_text};
use super::{Field, Shape, any_text, empty, nullable, optional, required, text};
use crate::limits;

pub(crate) const LANGUAGES: &[&str] = &[
    "abap",
    "abc",
    "agda",
    "arduino",
    "ascii art",
    "assembly",
    "bash",
    "basic",
    "bnf",
    "c",
    "c#",
    "c++",
    "clojure",
    "coffeescript",
    "coq",
    "css",
    "dart",
    "dhall",
    "diff",
    "docker",
    "ebnf",
    "elixir",
    "elm",
    "erlang",
    "f#",
    "flow",
    "fortran",
    "gherkin",
    "glsl",
    "go",
    "graphql",
    "groovy",
    "haskell",
    "hcl",
    "html",
    "idris",
    "java",
    "javascript",
    "json",
    "julia",
    "kotlin",
    "latex",
    "less",
    "lisp",
    "livescript",
    "llvm ir",
    "lua",
    "makefile",
    "markdown",
    "markup",
    "matlab",
    "mathematica",
    "mermaid",
    "nix",
    "notion formula",
    "objective-c",
    "ocaml",
    "pascal",
    "perl",
    "php",
    "plain text",
    "powershell",
    "prolog",
    "protobuf",
    "purescript",
    "python",
    "r",
    "racket",
    "reason",
    "ruby",
    "rust",
    "sass",
    "scala",
    "scheme",
    "scss",
    "shell",
    "smalltalk",
    "solidity",
    "sql",
    "swift",
    "toml",
    "typescript",
    "vb.net",
    "verilog",
    "vhdl",
    "visual basic",
    "webassembly",
    "xml",
    "yaml",
    "java/c/c++/c#",
];

/// Kinds whose payload is rich text and a colour and that take children.
const TEXT_KINDS: &[&str] = &["bulleted_list_item", "numbered_list_item", "quote", "toggle"];
const HEADINGS: &[&str] = &["heading_1", "heading_2", "heading_3", "heading_4"];
const MEDIA: &[&str] = &["image", "video", "pdf", "audio"];

/// A list of blocks to create, with two levels of children below them.
pub(crate) fn children() -> Shape {
    children_above(limits::NESTING)
}

fn children_above(levels: usize) -> Shape {
    let item = created(levels);
    Shape::List { item: Arc::new(item), min: 0, max: limits::ARRAY }
}

fn created(levels: usize) -> Shape {
    let below = if levels == 0 { Shape::EmptyList } else { children_above(levels - 1) };
    let with_children = |fields: Vec<Field>| -> Shape {
        let mut fields = fields;
        fields.push(optional("children", below.clone()));
        Shape::Object(fields)
    };
    let mut variants = vec![
        required(
            "embed",
            Shape::Tagged {
                common: vec![optional("caption", rich_text())],
                variants: vec![required("url", text(limits::TEXT)), file_upload()],
            },
        ),
        required(
            "bookmark",
            Shape::Object(vec![required("url", text(limits::TEXT)), optional("caption", rich_text())]),
        ),
    ];
    variants.extend(MEDIA.iter().map(|kind| required(kind, media())));
    variants.push(required("file", file()));
    variants.push(required("code", code(true)));
    variants.push(required("equation", Shape::Object(vec![required("expression", text(limits::EQUATION))])));
    variants.push(required("divider", empty()));
    variants.push(required("breadcrumb", empty()));
    variants.push(required("table_of_contents", Shape::Object(vec![color()])));
    variants.push(required("link_to_page", link_to_page()));
    variants.push(required("table_row", Shape::Object(vec![required("cells", super::list(rich_text()))])));
    // A table and its rows are one thing, so rows may be deeper than other children.
    let rows = Shape::List {
        item: Arc::new(Shape::Tagged {
            common: vec![object()],
            variants: vec![required("table_row", Shape::Object(vec![required("cells", super::list(rich_text()))]))],
        }),
        min: 1,
        max: limits::ARRAY,
    };
    // Without room for their rows and columns these two are not offered.
    if let Some(levels) = levels.checked_sub(1) {
        variants.push(required(
            "table",
            Shape::Object(vec![
                required("table_width", Shape::Integer { min: 1, max: 100 }),
                required("children", rows),
                optional("has_column_header", Shape::Boolean),
                optional("has_row_header", Shape::Boolean),
            ]),
        ));
        let deeper = if levels == 0 { Shape::EmptyList } else { children_above(levels - 1) };
        let column = Shape::Tagged {
            common: vec![object()],
            variants: vec![required(
                "column",
                Shape::Object(vec![required("children", deeper), optional("width_ratio", Shape::Number)]),
            )],
        };
        let columns = Shape::List { item: Arc::new(column), min: 2, max: limits::ARRAY };
        variants.push(required("column_list", Shape::Object(vec![required("children", columns)])));
        variants.push(required("tab", Shape::Object(vec![required("children", tabs(levels))])));
    }
    variants.push(required("column", with_children(vec![optional("width_ratio", Shape::Number)])));
    variants.extend(HEADINGS.iter().map(|kind| {
        required(
            kind,
            with_children(vec![required("rich_text", rich_text()), color(), optional("is_toggleable", Shape::Boolean)]),
        )
    }));
    variants.push(required(
        "paragraph",
        with_children(vec![required("rich_text", rich_text()), color(), optional("icon", icon())]),
    ));
    variants.extend(
        TEXT_KINDS.iter().map(|kind| required(kind, with_children(vec![required("rich_text", rich_text()), color()]))),
    );
    variants.push(required(
        "to_do",
        with_children(vec![required("rich_text", rich_text()), optional("checked", Shape::Boolean), color()]),
    ));
    variants.push(required("template", with_children(vec![required("rich_text", rich_text())])));
    variants.push(required(
        "callout",
        with_children(vec![required("rich_text", rich_text()), optional("icon", icon()), color()]),
    ));
    variants.push(required("synced_block", with_children(vec![required("synced_from", nullable(synced_from()))])));
    Shape::Tagged { common: vec![object()], variants }
}

/// The tabs of a tab block: paragraphs, whose text is the label and whose children are the content.
fn tabs(levels: usize) -> Shape {
    let below = levels.checked_sub(1).map_or(Shape::EmptyList, children_above);
    let label = Shape::Object(vec![
        required("rich_text", rich_text()),
        color(),
        optional("icon", icon()),
        optional("children", below),
    ]);
    let item = Shape::Tagged { common: vec![object()], variants: vec![required("paragraph", label)] };
    Shape::List { item: Arc::new(item), min: 0, max: limits::ARRAY }
}

/// The body of a block's update: its kind's fields, each replaced as a whole, or only the trash flag.
pub(crate) fn update(kind: &str, trash: &[Field]) -> Shape {
    let fields: Option<(&'static str, Vec<Field>)> = match kind {
        "paragraph" => Some(("paragraph", vec![optional("rich_text", rich_text()), color(), optional("icon", icon())])),
        "to_do" => {
            Some(("to_do", vec![optional("rich_text", rich_text()), optional("checked", Shape::Boolean), color()]))
        }
        "callout" => Some(("callout", vec![optional("rich_text", rich_text()), optional("icon", icon()), color()])),
        "quote" => Some(("quote", vec![required("rich_text", rich_text()), color()])),
        "template" => Some(("template", vec![required("rich_text", rich_text())])),
        "code" => match code(false) {
            Shape::Object(fields) => Some(("code", fields)),
            _ => None,
        },
        "equation" => Some(("equation", vec![required("expression", text(limits::EQUATION))])),
        "table_of_contents" => Some(("table_of_contents", vec![color()])),
        "column" => Some(("column", vec![optional("width_ratio", Shape::Number)])),
        "table" => Some((
            "table",
            vec![optional("has_column_header", Shape::Boolean), optional("has_row_header", Shape::Boolean)],
        )),
        "table_row" => Some(("table_row", vec![required("cells", super::list(rich_text()))])),
        "embed" => Some((
            "embed",
            vec![
                optional("url", text(limits::TEXT)),
                optional("file_upload", upload()),
                optional("caption", rich_text()),
            ],
        )),
        "bookmark" => Some(("bookmark", vec![optional("url", text(limits::TEXT)), optional("caption", rich_text())])),
        "divider" => Some(("divider", Vec::new())),
        "breadcrumb" => Some(("breadcrumb", Vec::new())),
        "tab" => Some(("tab", Vec::new())),
        "file" => Some((
            "file",
            vec![
                optional("caption", rich_text()),
                optional("type", Shape::OneOf(&["external", "file_upload"])),
                optional("external", external_url()),
                optional("file_upload", upload()),
                optional("name", any_text()),
            ],
        )),
        other => {
            let media = MEDIA.iter().find(|kind| **kind == other);
            let heading = HEADINGS.iter().find(|kind| **kind == other);
            let item = TEXT_KINDS.iter().find(|kind| **kind == other);
            media
                .map(|kind| {
                    let source = Shape::OneOf(&["external", "file_upload"]);
                    let external = optional("external", external_url());
                    let fields = vec![
                        optional("caption", rich_text()),
                        optional("type", source),
                        external,
                        optional("file_upload", upload()),
                    ];
                    (*kind, fields)
                })
                .or(heading.map(|kind| {
                    (
                        *kind,
                        vec![optional("rich_text", rich_text()), color(), optional("is_toggleable", Shape::Boolean)],
                    )
                }))
                .or(item.map(|kind| (*kind, vec![optional("rich_text", rich_text()), color()])))
        }
    };
    let mut all: Vec<Field> = trash.to_vec();
    match fields {
        Some((kind, mut fields)) => {
            all.push(optional("type", any_text()));
            // No children are as good as nothing said of them.
            fields.push(optional("children", Shape::EmptyList));
            all.push(optional(kind, Shape::Object(fields)));
        }
        None if kind == "link_to_page" => {
            all.push(optional("type", any_text()));
            all.push(optional("link_to_page", link_to_page()));
        }
        None => all.push(optional("type", any_text())),
    }
    Shape::Object(all)
}

fn object() -> Field {
    optional("object", Shape::OneOf(&["block"]))
}

fn color() -> Field {
    optional("color", Shape::OneOf(COLORS))
}

fn external_url() -> Shape {
    Shape::Object(vec![required("url", text(limits::TEXT))])
}

fn upload() -> Shape {
    Shape::Object(vec![required("id", Shape::Uuid)])
}

fn media() -> Shape {
    Shape::Tagged { common: vec![optional("caption", rich_text())], variants: vec![external(), file_upload()] }
}

fn file() -> Shape {
    Shape::Tagged {
        common: vec![optional("caption", rich_text()), optional("name", any_text())],
        variants: vec![external(), file_upload()],
    }
}

fn code(is_new: bool) -> Shape {
    let language = Shape::OneOf(LANGUAGES);
    Shape::Object(vec![
        if is_new { required("rich_text", rich_text()) } else { optional("rich_text", rich_text()) },
        if is_new { required("language", language) } else { optional("language", language) },
        optional("caption", rich_text()),
    ])
}

fn link_to_page() -> Shape {
    Shape::Tagged {
        common: Vec::new(),
        variants: vec![
            required("page_id", Shape::Uuid),
            required("database_id", Shape::Uuid),
            required("comment_id", Shape::Uuid),
        ],
    }
}

fn synced_from() -> Shape {
    Shape::Tagged { common: Vec::new(), variants: vec![required("block_id", Shape::Uuid)] }
}
