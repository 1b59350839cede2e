//! Blocks to create.

use crate::error::Error;
use crate::json::{Extra, Field, object};
use crate::types::{
    BlockKind, Callout, Code, Column, Container, Empty, EquationBlock, FileKind, Heading, Icon, Language, Media,
    NumberedListItem, Paragraph, RichText, Table, TableRow, TextBlock, ToDo, UrlBlock,
};

object! {
    /// A block to create. Two levels of children may go in one request, below that the tree needs further ones.
    pub struct NewBlock {
        ..
        /// What it is.
        pub kind: BlockKind,
        /// `block`, which the service does not ask for.
        pub object: Field<String>,
    }
}

impl From<BlockKind> for NewBlock {
    fn from(kind: BlockKind) -> Self {
        Self { kind, object: Field::Absent, extra: Extra::new() }
    }
}

impl NewBlock {
    /// A paragraph.
    pub fn paragraph(rich_text: Vec<RichText>) -> Self {
        BlockKind::Paragraph(Box::new(Paragraph { rich_text, ..Default::default() })).into()
    }

    /// A heading. Levels are 1 to 4; others become the nearest.
    pub fn heading(level: u8, rich_text: Vec<RichText>) -> Self {
        let heading = Heading { rich_text, ..Default::default() };
        match level {
            0 | 1 => BlockKind::Heading1(heading),
            2 => BlockKind::Heading2(heading),
            3 => BlockKind::Heading3(heading),
            _ => BlockKind::Heading4(heading),
        }
        .into()
    }

    /// An item of a bulleted list.
    pub fn bulleted(rich_text: Vec<RichText>) -> Self {
        BlockKind::BulletedListItem(TextBlock { rich_text, ..Default::default() }).into()
    }

    /// An item of a numbered list.
    pub fn numbered(rich_text: Vec<RichText>) -> Self {
        BlockKind::NumberedListItem(NumberedListItem { rich_text, ..Default::default() }).into()
    }

    /// A task.
    pub fn to_do(rich_text: Vec<RichText>, is_done: bool) -> Self {
        BlockKind::ToDo(ToDo { rich_text, checked: Field::Value(is_done), ..Default::default() }).into()
    }

    /// A toggle.
    pub fn toggle(rich_text: Vec<RichText>) -> Self {
        BlockKind::Toggle(TextBlock { rich_text, ..Default::default() }).into()
    }

    /// A quote.
    pub fn quote(rich_text: Vec<RichText>) -> Self {
        BlockKind::Quote(TextBlock { rich_text, ..Default::default() }).into()
    }

    /// A callout.
    pub fn callout(icon: Icon, rich_text: Vec<RichText>) -> Self {
        BlockKind::Callout(Box::new(Callout { rich_text, icon: Field::Value(icon), ..Default::default() })).into()
    }

    /// Code.
    pub fn code(language: Language, rich_text: Vec<RichText>) -> Self {
        BlockKind::Code(Box::new(Code { rich_text, caption: Field::Absent, language, extra: Extra::new() })).into()
    }

    /// A formula.
    pub fn equation(expression: impl Into<String>) -> Self {
        BlockKind::Equation(EquationBlock { expression: expression.into(), extra: Extra::new() }).into()
    }

    /// A line.
    pub fn divider() -> Self {
        BlockKind::Divider(Empty::default()).into()
    }

    /// A bookmark.
    pub fn bookmark(url: impl Into<String>) -> Self {
        BlockKind::Bookmark(UrlBlock { url: Field::Value(url.into()), caption: Field::Absent, extra: Extra::new() })
            .into()
    }

    /// Something from the web, shown in place.
    pub fn embed(url: impl Into<String>) -> Self {
        BlockKind::Embed(UrlBlock { url: Field::Value(url.into()), caption: Field::Absent, extra: Extra::new() }).into()
    }

    /// A picture.
    pub fn image(source: FileKind) -> Self {
        BlockKind::Image(Box::new(Media::from(source))).into()
    }

    /// A file.
    pub fn file(source: FileKind, name: impl Into<String>) -> Self {
        let media = Media { name: Field::Value(name.into()), ..Media::from(source) };
        BlockKind::File(Box::new(media)).into()
    }

    /// Columns beside each other: at least two.
    pub fn columns(columns: Vec<Vec<NewBlock>>) -> Self {
        let children = columns
            .into_iter()
            .map(|children| BlockKind::Column(Column { children: Field::Value(children), ..Default::default() }).into())
            .collect();
        BlockKind::ColumnList(Container { children: Field::Value(children), extra: Extra::new() }).into()
    }

    /// A simple table, as wide as its widest row; shorter rows are filled up.
    pub fn table(mut rows: Vec<Vec<Vec<RichText>>>, has_column_header: bool) -> Self {
        let width = rows.iter().map(Vec::len).max().unwrap_or_default();
        for row in &mut rows {
            row.resize(width, Vec::new());
        }
        let rows =
            rows.into_iter().map(|cells| BlockKind::TableRow(TableRow { cells, extra: Extra::new() }).into()).collect();
        BlockKind::Table(Table {
            table_width: Field::Value(width as u64),
            has_column_header: Field::Value(has_column_header),
            has_row_header: Field::Value(false),
            children: Field::Value(rows),
            extra: Extra::new(),
        })
        .into()
    }

    /// The same block with these children; a heading becomes a toggle heading, because no other has any. Fails for a kind that
    /// has no children.
    pub fn with_children(mut self, children: Vec<NewBlock>) -> Result<Self, Error> {
        if children.is_empty() {
            return Ok(self);
        }
        match self.children_mut() {
            Some(place) => *place = Field::Value(children),
            None => {
                return Err(Error::InvalidRequest(format!("a block of the kind {} has no children", self.kind.name())));
            }
        }
        if let BlockKind::Heading1(heading)
        | BlockKind::Heading2(heading)
        | BlockKind::Heading3(heading)
        | BlockKind::Heading4(heading) = &mut self.kind
        {
            heading.is_toggleable = Field::Value(true);
        }
        Ok(self)
    }

    /// The children to create with it.
    pub fn children(&self) -> &[NewBlock] {
        let children = match &self.kind {
            BlockKind::Paragraph(block) => &block.children,
            BlockKind::Heading1(block)
            | BlockKind::Heading2(block)
            | BlockKind::Heading3(block)
            | BlockKind::Heading4(block) => &block.children,
            BlockKind::BulletedListItem(block) | BlockKind::Toggle(block) | BlockKind::Quote(block) => &block.children,
            BlockKind::NumberedListItem(block) => &block.children,
            BlockKind::ToDo(block) => &block.children,
            BlockKind::Callout(block) => &block.children,
            BlockKind::Tab(block) | BlockKind::ColumnList(block) => &block.children,
            BlockKind::Column(block) => &block.children,
            BlockKind::Table(block) => &block.children,
            BlockKind::SyncedBlock(block) => &block.children,
            BlockKind::Template(block) => &block.children,
            _ => return &[],
        };
        children.value().map(Vec::as_slice).unwrap_or_default()
    }

    /// Where the children to create with it stand, for the kinds that take some.
    pub fn children_mut(&mut self) -> Option<&mut Field<Vec<NewBlock>>> {
        Some(match &mut self.kind {
            BlockKind::Paragraph(block) => &mut block.children,
            BlockKind::Heading1(block)
            | BlockKind::Heading2(block)
            | BlockKind::Heading3(block)
            | BlockKind::Heading4(block) => &mut block.children,
            BlockKind::BulletedListItem(block) | BlockKind::Toggle(block) | BlockKind::Quote(block) => {
                &mut block.children
            }
            BlockKind::NumberedListItem(block) => &mut block.children,
            BlockKind::ToDo(block) => &mut block.children,
            BlockKind::Callout(block) => &mut block.children,
            BlockKind::Tab(block) | BlockKind::ColumnList(block) => &mut block.children,
            BlockKind::Column(block) => &mut block.children,
            BlockKind::Table(block) => &mut block.children,
            BlockKind::SyncedBlock(block) => &mut block.children,
            BlockKind::Template(block) => &mut block.children,
            _ => return None,
        })
    }

    /// How many blocks this is with everything under it.
    pub fn count(&self) -> usize {
        1 + self.children().iter().map(Self::count).sum::<usize>()
    }
}
