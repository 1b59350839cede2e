//! Changes of blocks.

use serde_json::{Number, Value};

use crate::json::{DecodeError, Extra, Field, Json, Part, Tagged, put, serde_through_json};
use crate::types::{Color, FileKind, Icon, Language, LinkTarget, RichText, SyncedFromKind};

/// What may be changed of a kind of block.
const FIELDS: &[(&str, &[&str])] = &[
    ("paragraph", &["rich_text", "color", "icon"]),
    ("heading_1", &["rich_text", "color", "is_toggleable"]),
    ("heading_2", &["rich_text", "color", "is_toggleable"]),
    ("heading_3", &["rich_text", "color", "is_toggleable"]),
    ("heading_4", &["rich_text", "color", "is_toggleable"]),
    ("bulleted_list_item", &["rich_text", "color"]),
    ("numbered_list_item", &["rich_text", "color"]),
    ("to_do", &["rich_text", "color", "checked"]),
    ("toggle", &["rich_text", "color"]),
    ("quote", &["rich_text", "color"]),
    ("template", &["rich_text"]),
    ("callout", &["rich_text", "color", "icon"]),
    ("code", &["rich_text", "language", "caption"]),
    ("equation", &["expression"]),
    ("table_of_contents", &["color"]),
    ("column", &["width_ratio"]),
    ("table", &["has_column_header", "has_row_header"]),
    ("table_row", &["cells"]),
    ("bookmark", &["url", "caption"]),
    ("embed", &["type", "url", "caption", "external", "file_upload"]),
    ("image", &["type", "caption", "external", "file_upload"]),
    ("video", &["type", "caption", "external", "file_upload"]),
    ("pdf", &["type", "caption", "external", "file_upload"]),
    ("audio", &["type", "caption", "external", "file_upload"]),
    ("file", &["type", "caption", "name", "external", "file_upload"]),
    ("link_to_page", &["type", "page_id", "database_id", "comment_id"]),
    ("synced_block", &["synced_from"]),
    ("divider", &[]),
    ("breadcrumb", &[]),
    ("tab", &[]),
];

/// A change of one block. Fields that are given are replaced whole, the others stay; the kind, the children and the place of a
/// block cannot be changed.
///
/// ```
/// use satchel_notion::split;
/// use satchel_notion::write::UpdateBlock;
///
/// let done = UpdateBlock::to_do().checked(true);
/// let renamed = UpdateBlock::heading(2).rich_text(split::rich_text("What has to be true"));
/// let gone = UpdateBlock::trash();
/// # let _ = (done, renamed, gone);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateBlock {
    kind: Field<String>,
    /// Whether `type` is sent beside the kind's own key; the service takes both.
    names_kind: bool,
    fields: Extra,
    in_trash: Field<bool>,
    extra: Extra,
}

impl UpdateBlock {
    fn of(kind: &str) -> Self {
        Self {
            kind: Field::Value(kind.to_owned()),
            names_kind: false,
            fields: Extra::new(),
            in_trash: Field::Absent,
            extra: Extra::new(),
        }
    }

    fn set(mut self, key: &str, value: &impl Json) -> Self {
        put(&mut self.fields, key, value);
        self
    }

    /// Into the trash.
    pub fn trash() -> Self {
        Self { kind: Field::Absent, in_trash: Field::Value(true), ..Self::of("") }
    }

    /// Out of the trash.
    pub fn restore() -> Self {
        Self { kind: Field::Absent, in_trash: Field::Value(false), ..Self::of("") }
    }

    /// A paragraph.
    pub fn paragraph() -> Self {
        Self::of("paragraph")
    }

    /// A heading of this level. Levels are 1 to 4; others become the nearest.
    pub fn heading(level: u8) -> Self {
        Self::of(match level {
            0 | 1 => "heading_1",
            2 => "heading_2",
            3 => "heading_3",
            _ => "heading_4",
        })
    }

    /// An item of a bulleted list.
    pub fn bulleted() -> Self {
        Self::of("bulleted_list_item")
    }

    /// An item of a numbered list.
    pub fn numbered() -> Self {
        Self::of("numbered_list_item")
    }

    /// A task.
    pub fn to_do() -> Self {
        Self::of("to_do")
    }

    /// A toggle.
    pub fn toggle() -> Self {
        Self::of("toggle")
    }

    /// A quote.
    pub fn quote() -> Self {
        Self::of("quote")
    }

    /// A callout.
    pub fn callout() -> Self {
        Self::of("callout")
    }

    /// Code.
    pub fn code() -> Self {
        Self::of("code")
    }

    /// A formula, with its new source.
    pub fn equation(expression: impl Into<String>) -> Self {
        Self::of("equation").set("expression", &expression.into())
    }

    /// A list of the page's headings.
    pub fn table_of_contents() -> Self {
        Self::of("table_of_contents")
    }

    /// A column, with its new share of the width.
    pub fn column(width_ratio: Number) -> Self {
        Self::of("column").set("width_ratio", &width_ratio)
    }

    /// A simple table.
    pub fn table() -> Self {
        Self::of("table")
    }

    /// A row of a simple table, with as many cells as the table is wide.
    pub fn table_row(cells: Vec<Vec<RichText>>) -> Self {
        Self::of("table_row").set("cells", &cells)
    }

    /// A bookmark.
    pub fn bookmark() -> Self {
        Self::of("bookmark")
    }

    /// Something from the web, shown in place.
    pub fn embed() -> Self {
        Self::of("embed")
    }

    /// A picture.
    pub fn image() -> Self {
        Self::of("image")
    }

    /// A film.
    pub fn video() -> Self {
        Self::of("video")
    }

    /// A PDF.
    pub fn pdf() -> Self {
        Self::of("pdf")
    }

    /// A sound.
    pub fn audio() -> Self {
        Self::of("audio")
    }

    /// A file.
    pub fn file() -> Self {
        Self::of("file")
    }

    /// A link to a page, with its new target.
    pub fn link_to_page(target: LinkTarget) -> Self {
        let mut update = Self::of("link_to_page");
        target.put(&mut update.fields);
        update
    }

    /// A synced block: a copy of this original, or an original itself.
    pub fn synced(from: Option<Tagged<SyncedFromKind>>) -> Self {
        Self::of("synced_block").set("synced_from", &from)
    }

    /// The text.
    pub fn rich_text(self, rich_text: Vec<RichText>) -> Self {
        self.set("rich_text", &rich_text)
    }

    /// The colour.
    pub fn color(self, color: Color) -> Self {
        self.set("color", &color)
    }

    /// The icon of a callout or of a tab's label. It can be changed, not taken away.
    pub fn icon(self, icon: Icon) -> Self {
        self.set("icon", &icon)
    }

    /// Whether a task is done.
    pub fn checked(self, is_done: bool) -> Self {
        self.set("checked", &is_done)
    }

    /// Whether a heading folds its children away.
    pub fn toggleable(self, is_toggleable: bool) -> Self {
        self.set("is_toggleable", &is_toggleable)
    }

    /// The text under code, a bookmark, an embed or a file.
    pub fn caption(self, caption: Vec<RichText>) -> Self {
        self.set("caption", &caption)
    }

    /// The language of code.
    pub fn language(self, language: Language) -> Self {
        self.set("language", &language)
    }

    /// Where a bookmark or an embed leads.
    pub fn url(self, url: impl Into<String>) -> Self {
        self.set("url", &url.into())
    }

    /// The name of a file.
    pub fn name(self, name: impl Into<String>) -> Self {
        self.set("name", &name.into())
    }

    /// Where the bytes of a picture, film, sound, PDF or file are: outside, or in an upload.
    pub fn source(mut self, source: FileKind) -> Self {
        let mut fields = Extra::new();
        source.put(&mut fields);
        fields.remove("type");
        self.fields.extend(fields);
        self
    }

    /// Whether the first row and the first column of a table are headers.
    pub fn headers(self, column: bool, row: bool) -> Self {
        self.set("has_column_header", &column).set("has_row_header", &row)
    }

    /// The content and the trash in one change.
    pub fn in_trash(mut self, in_trash: bool) -> Self {
        self.in_trash = Field::Value(in_trash);
        self
    }

    /// Why the service would not take it.
    pub(crate) fn refusal(&self) -> Option<String> {
        let kind = self.kind.as_deref()?;
        let known = FIELDS.iter().find(|(name, _)| *name == kind)?.1;
        // No children are as good as nothing said of them.
        let is_empty = |value: &Value| value.as_array().is_some_and(Vec::is_empty);
        let is_known = |key: &str, value: &Value| known.contains(&key) || (key == "children" && is_empty(value));
        let (odd, _) = self.fields.iter().find(|(key, value)| !is_known(key, value))?;
        Some(format!("a block of the kind {kind} has no {odd} that could be changed"))
    }
}

impl Json for UpdateBlock {
    fn decode(value: &Value) -> Result<Self, DecodeError> {
        let Value::Object(object) = value else { return Err(DecodeError::expected("an object", value)) };
        let mut update = Self { kind: Field::Absent, ..Self::of("") };
        for (key, value) in object {
            match (key.as_str(), value) {
                ("type", _) => update.names_kind = true,
                ("in_trash", value) => {
                    update.in_trash = Field::Value(bool::decode(value).map_err(|error| error.at("in_trash"))?);
                }
                (kind, Value::Object(fields)) if FIELDS.iter().any(|(name, _)| *name == kind) => {
                    update.kind = Field::Value(kind.to_owned());
                    update.fields = fields.clone();
                }
                _ => {
                    update.extra.insert(key.clone(), value.clone());
                }
            }
        }
        Ok(update)
    }

    fn encode(&self) -> Value {
        let mut body = Extra::new();
        if let Field::Value(kind) = &self.kind {
            if self.names_kind {
                body.insert("type".to_owned(), kind.as_str().into());
            }
            body.insert(kind.clone(), self.fields.clone().into());
        }
        put(&mut body, "in_trash", &self.in_trash);
        crate::json::put_extra(&mut body, &self.extra);
        Value::Object(body)
    }
}

serde_through_json!(UpdateBlock);
