//! What each kind of block holds. The same types are read and written: `children` is there on writing only, read-only keys on
//! reading only.

use serde_json::{Number, Value};

use crate::id::{BlockId, CommentId, DatabaseId, PageId, UserId};
use crate::json::{DecodeError, Json};
use crate::json::{Extra, Field, Tagged, object, open_enum, serde_through_json, tagged};
use crate::time::Time;
use crate::types::{Color, FileKind, Icon, NewBlock, RichText};

object! {
    /// A paragraph. Inside a `tab` block it is a tab's label.
    #[derive(Default)]
    pub struct Paragraph {
        /// The text.
        pub rich_text: Vec<RichText>,
        /// Its colour.
        pub color: Field<Color>,
        /// The icon of a tab's label.
        pub icon: Field<Icon>,
        /// What to create under it.
        pub children: Field<Vec<NewBlock>>,
    }
}

object! {
    /// A heading.
    #[derive(Default)]
    pub struct Heading {
        /// The text.
        pub rich_text: Vec<RichText>,
        /// Its colour.
        pub color: Field<Color>,
        /// Whether it folds its children away; others have none.
        pub is_toggleable: Field<bool>,
        /// What to create under it.
        pub children: Field<Vec<NewBlock>>,
    }
}

object! {
    /// Text that may have children: a bulleted list item, a toggle or a quote.
    #[derive(Default)]
    pub struct TextBlock {
        /// The text.
        pub rich_text: Vec<RichText>,
        /// Its colour.
        pub color: Field<Color>,
        /// What to create under it.
        pub children: Field<Vec<NewBlock>>,
    }
}

open_enum! {
    /// How a numbered list counts.
    pub enum ListFormat {
        Numbers = "numbers",
        Letters = "letters",
        Roman = "roman",
    }
}

object! {
    /// An item of a numbered list.
    #[derive(Default)]
    pub struct NumberedListItem {
        /// The text.
        pub rich_text: Vec<RichText>,
        /// Its colour.
        pub color: Field<Color>,
        /// The first number, when it is not 1. Read only.
        pub list_start_index: Field<Number>,
        /// How it counts. Read only.
        pub list_format: Field<ListFormat>,
        /// What to create under it.
        pub children: Field<Vec<NewBlock>>,
    }
}

object! {
    /// A task.
    #[derive(Default)]
    pub struct ToDo {
        /// The text.
        pub rich_text: Vec<RichText>,
        /// Whether it is done.
        pub checked: Field<bool>,
        /// Its colour.
        pub color: Field<Color>,
        /// What to create under it.
        pub children: Field<Vec<NewBlock>>,
    }
}

object! {
    /// A callout. Created without an icon it gets a light bulb; an icon cannot be taken away.
    #[derive(Default)]
    pub struct Callout {
        /// The text.
        pub rich_text: Vec<RichText>,
        /// Its icon.
        pub icon: Field<Icon>,
        /// Its colour.
        pub color: Field<Color>,
        /// What to create under it.
        pub children: Field<Vec<NewBlock>>,
    }
}

/// The language of a code block. The service takes only those in [`Language::ALL`] and sends, one day, others.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Language(String);

impl Language {
    /// Every language the service takes.
    #[rustfmt::skip]
    pub const ALL: &'static [&'static str] = &[
        "abap", "abc", "agda", "arduino", "ascii art", "assembly", "bash", "basic", "bnf", "c", "c#", "c++", "clojure", "coffeescript",
        "coq", "css", "dart", "dhall", "diff", "docker", "ebnf", "elixir", "elm", "erlang", "f#", "flow", "fortran", "gherkin", "glsl",
        "go", "graphql", "groovy", "haskell", "hcl", "html", "idris", "java", "java/c/c++/c#", "javascript", "json", "julia", "kotlin",
        "latex", "less", "lisp", "livescript", "llvm ir", "lua", "makefile", "markdown", "markup", "mathematica", "matlab", "mermaid",
        "nix", "notion formula", "objective-c", "ocaml", "pascal", "perl", "php", "plain text", "powershell", "prolog", "protobuf",
        "purescript", "python", "r", "racket", "reason", "ruby", "rust", "sass", "scala", "scheme", "scss", "shell", "smalltalk",
        "solidity", "sql", "swift", "toml", "typescript", "vb.net", "verilog", "vhdl", "visual basic", "webassembly", "xml", "yaml",
    ];

    /// Text without a language.
    pub fn plain() -> Self {
        Self("plain text".to_owned())
    }

    /// The language a person calls by this name; plain text for one the service does not take.
    pub fn nearest(name: &str) -> Self {
        let name = name.trim().to_lowercase();
        let name = match name.as_str() {
            "js" | "jsx" | "node" | "mjs" => "javascript",
            "ts" | "tsx" => "typescript",
            "py" | "python3" => "python",
            "rs" => "rust",
            "rb" => "ruby",
            "sh" | "console" | "terminal" | "zsh" | "fish" => "shell",
            "yml" => "yaml",
            "md" => "markdown",
            "cpp" | "cc" | "cxx" => "c++",
            "cs" | "csharp" => "c#",
            "fs" | "fsharp" => "f#",
            "objc" | "objectivec" => "objective-c",
            "kt" => "kotlin",
            "hs" => "haskell",
            "golang" => "go",
            "ps1" | "pwsh" => "powershell",
            "dockerfile" => "docker",
            "make" => "makefile",
            "tex" => "latex",
            "terraform" | "tf" => "hcl",
            "wasm" => "webassembly",
            "proto" => "protobuf",
            "htm" => "html",
            "patch" => "diff",
            other => other,
        };
        Self::ALL.iter().find(|known| **known == name).map_or_else(Self::plain, |known| Self((*known).to_owned()))
    }

    /// The name as the service writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Json for Language {
    fn decode(value: &Value) -> Result<Self, DecodeError> {
        String::decode(value).map(Self)
    }

    fn encode(&self) -> Value {
        self.0.encode()
    }
}

serde_through_json!(Language);

object! {
    /// Code.
    pub struct Code {
        /// The code.
        pub rich_text: Vec<RichText>,
        /// The text under it.
        pub caption: Field<Vec<RichText>>,
        /// Its language.
        pub language: Language,
    }
}

object! {
    /// A formula in KaTeX.
    pub struct EquationBlock {
        /// The source; at most 1,000 characters.
        pub expression: String,
    }
}

object! {
    /// A list of the page's headings.
    #[derive(Default)]
    pub struct TableOfContents {
        /// Its colour.
        pub color: Field<Color>,
    }
}

object! {
    /// A block that is nothing but its children: a list of columns or of tabs.
    #[derive(Default)]
    pub struct Container {
        /// What to create in it: at least two for columns.
        pub children: Field<Vec<NewBlock>>,
    }
}

object! {
    /// A column.
    #[derive(Default)]
    pub struct Column {
        /// Its share of the width; those of a list sum to 1.
        pub width_ratio: Field<Number>,
        /// What to create in it.
        pub children: Field<Vec<NewBlock>>,
    }
}

object! {
    /// A simple table.
    pub struct Table {
        /// The number of columns, fixed at creation.
        pub table_width: Field<u64>,
        /// Whether the first row is a header.
        pub has_column_header: Field<bool>,
        /// Whether the first column is a header.
        pub has_row_header: Field<bool>,
        /// The rows to create: at least one.
        pub children: Field<Vec<NewBlock>>,
    }
}

object! {
    /// A row of a simple table.
    #[derive(Default)]
    pub struct TableRow {
        /// As many cells as the table is wide.
        pub cells: Vec<Vec<RichText>>,
    }
}

tagged! {
    /// Where a synced copy comes from.
    pub enum SyncedFromKind {
        Block(BlockId) = "block_id",
    }
}

object! {
    /// A block whose content is shown in several places.
    #[derive(Default)]
    pub struct SyncedBlock {
        /// The original of a copy; null for the original itself.
        pub synced_from: Field<Tagged<SyncedFromKind>>,
        /// What to create in an original.
        pub children: Field<Vec<NewBlock>>,
    }
}

object! {
    /// A template button of old.
    #[derive(Default)]
    pub struct Template {
        /// Its label.
        pub rich_text: Vec<RichText>,
        /// What to create under it.
        pub children: Field<Vec<NewBlock>>,
    }
}

tagged! {
    /// What a link block leads to.
    pub enum LinkTarget {
        Page(PageId) = "page_id",
        Database(DatabaseId) = "database_id",
        Comment(CommentId) = "comment_id",
    }
}

/// A block that is a link to a page.
pub type LinkToPage = Tagged<LinkTarget>;

object! {
    /// A block that shows something from the web: a bookmark or an embed.
    pub struct UrlBlock {
        /// Where it is. An embedded upload has none on writing.
        pub url: Field<String>,
        /// The text under it.
        pub caption: Field<Vec<RichText>>,
    }
}

object! {
    /// A picture, film, sound, PDF or other file.
    pub struct Media {
        ..
        /// Where the bytes are.
        pub source: FileKind,
        /// The text under it.
        pub caption: Field<Vec<RichText>>,
        /// The file's name; for the kind `file` only.
        pub name: Field<String>,
    }
}

impl From<FileKind> for Media {
    fn from(source: FileKind) -> Self {
        Self { source, caption: Field::Absent, name: Field::Absent, extra: Extra::new() }
    }
}

object! {
    /// A page or database inside a page.
    pub struct Child {
        /// Its title, which may be stale, and `Untitled` for a linked view.
        pub title: String,
    }
}

open_enum! {
    /// How far a recording has come.
    pub enum TranscriptionStatus {
        NotStarted = "transcription_not_started",
        Paused = "transcription_paused",
        InProgress = "transcription_in_progress",
        Summarising = "summary_in_progress",
        Ready = "notes_ready",
    }
}

object! {
    /// The parts of a meeting's notes, each a block with children of its own.
    pub struct MeetingNotesParts {
        /// The summary.
        pub summary_block_id: Field<BlockId>,
        /// What people wrote.
        pub notes_block_id: Field<BlockId>,
        /// What was said.
        pub transcript_block_id: Field<BlockId>,
    }
}

object! {
    /// The calendar's entry of a meeting.
    pub struct CalendarEvent {
        /// When it began.
        pub start_time: Field<Time>,
        /// When it ended.
        pub end_time: Field<Time>,
        /// Who was invited.
        pub attendees: Field<Vec<UserId>>,
    }
}

object! {
    /// When a meeting was recorded.
    pub struct Recording {
        /// From.
        pub start_time: Field<Time>,
        /// To.
        pub end_time: Field<Time>,
    }
}

object! {
    /// Notes of a meeting.
    #[derive(Default)]
    pub struct MeetingNotes {
        /// The meeting's title.
        pub title: Field<Vec<RichText>>,
        /// How far the recording has come.
        pub status: Field<TranscriptionStatus>,
        /// Its parts.
        pub children: Field<MeetingNotesParts>,
        /// The calendar's entry.
        pub calendar_event: Field<CalendarEvent>,
        /// When it was recorded.
        pub recording: Field<Recording>,
    }
}

object! {
    /// What is known of a block the API does not show.
    #[derive(Default)]
    pub struct Unsupported {
        /// The service's own name of the kind.
        pub block_type: Field<String>,
    }
}
