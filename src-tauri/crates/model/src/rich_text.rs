//! Text with styles, links and mentions.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{DataSourceId, DatabaseId, PageId, UserId};

/// Spans in reading order. Neighbours of equal style and kind are merged by whoever makes them.
pub type RichText = Vec<Span>;

/// A run of one kind in one style.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Span {
    /// What it shows.
    #[serde(flatten)]
    pub kind: SpanKind,
    /// How it looks.
    #[serde(default, skip_serializing_if = "Style::is_plain")]
    pub style: Style,
}

impl Span {
    /// A run of unstyled text.
    pub fn text(text: impl Into<String>) -> Self {
        Self { kind: SpanKind::Text { text: text.into(), link: None }, style: Style::default() }
    }

    /// What a person reads there, without markup; mentions by their label.
    #[must_use]
    pub fn plain(&self) -> &str {
        match &self.kind {
            SpanKind::Text { text, .. } | SpanKind::Raw { text, .. } => text,
            SpanKind::Equation { expression } => expression,
            SpanKind::Mention { mention } => mention.label(),
            SpanKind::CustomEmoji { name, .. } => name,
            SpanKind::Citation { .. } => "",
        }
    }
}

/// What a person reads in these spans, without markup.
#[must_use]
pub fn plain_text(spans: &[Span]) -> String {
    spans.iter().map(Span::plain).collect()
}

/// The kinds of run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum SpanKind {
    /// Plain text; a line break inside a block is `\n`.
    Text {
        /// The characters.
        text: String,
        /// Where it leads.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        link: Option<Link>,
    },
    /// Inline maths.
    Equation {
        /// LaTeX.
        expression: String,
    },
    /// A reference to something that has a name.
    Mention {
        /// To what.
        mention: Mention,
    },
    /// An emoji that the workspace made itself.
    CustomEmoji {
        /// Its name, without colons.
        name: String,
        /// Its picture, where the service told it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        url: Option<String>,
    },
    /// A source that a summary written by the service names.
    Citation {
        /// The block it cites.
        url: String,
    },
    /// Inline markup of an unknown kind, kept as it stood.
    Raw {
        /// The bytes of the source.
        source: String,
        /// What can be read in it.
        text: String,
    },
}

/// Where a run of text leads: the address as written, and the page behind it when it is one of the service's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Link {
    /// The address, absolute or (inside the service) relative.
    pub url: String,
    /// The page it names, so that following it stays inside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_id: Option<PageId>,
}

/// What is mentioned. Labels are what the text showed; the reader prefers the target's present name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "target", rename_all = "snake_case")]
pub enum Mention {
    /// A person or a bot.
    User {
        /// Who.
        id: UserId,
        /// Their name, when the text had it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label: Option<String>,
    },
    /// A page.
    Page {
        /// Which.
        id: PageId,
        /// Its title, when the text had it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label: Option<String>,
    },
    /// A database.
    Database {
        /// Which.
        id: DatabaseId,
        /// Its title, when the text had it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label: Option<String>,
    },
    /// A data source.
    DataSource {
        /// Which.
        id: DataSourceId,
        /// Its title, when the text had it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label: Option<String>,
    },
    /// A day, a moment or a range.
    Date {
        /// `YYYY-MM-DD`, or with a time `YYYY-MM-DDTHH:MM`.
        start: String,
        /// The same for the end of a range.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        end: Option<String>,
        /// IANA name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        time_zone: Option<String>,
    },
    /// A link shown by the title of what it leads to.
    Link {
        /// The address.
        url: String,
        /// The title, when known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label: Option<String>,
    },
    /// Today, now or me, in a template.
    Template {
        /// `today`, `now` or `me`.
        value: String,
    },
    /// A kind that is not known here.
    Other {
        /// The service's name of the kind.
        kind: String,
        /// The address it had.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        url: Option<String>,
        /// The label it had.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label: Option<String>,
    },
}

impl Mention {
    /// The label, or the nearest thing to one.
    #[must_use]
    pub fn label(&self) -> &str {
        match self {
            Self::User { label, .. }
            | Self::Page { label, .. }
            | Self::Database { label, .. }
            | Self::DataSource { label, .. } => label.as_deref().unwrap_or_default(),
            Self::Date { start, .. } => start,
            Self::Link { url, label } => label.as_deref().unwrap_or(url),
            Self::Template { value } => value,
            Self::Other { url, label, .. } => label.as_deref().or(url.as_deref()).unwrap_or_default(),
        }
    }
}

/// Annotations of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct Style {
    /// Bold.
    pub bold: bool,
    /// Italic.
    pub italic: bool,
    /// Struck through.
    pub strikethrough: bool,
    /// Underlined.
    pub underline: bool,
    /// Code.
    pub code: bool,
    /// Text or background colour.
    pub color: Color,
    /// Addresses of the discussions anchored here, where the source names them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub discussions: Vec<String>,
}

impl Style {
    /// Whether nothing is set.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }
}

/// A colour by its API name: `default`, `gray`, … `red`, each also with `_background`. Unknown names are kept.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(transparent)]
pub struct Color(String);

impl Color {
    /// The colour with this API name.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }
    /// The API name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// Whether it is the colour of things that have none.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.0 == "default"
    }
}

impl Default for Color {
    fn default() -> Self {
        Self("default".into())
    }
}

impl fmt::Debug for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
