//! Rich text: runs of text, mentions and equations with their annotations.

use crate::id::{DatabaseId, PageId};
use crate::json::{Extra, Field, Tagged, object, open_enum, tagged};
use crate::time::DateValue;
use crate::types::{CustomEmoji, User};

open_enum! {
    /// A colour of text, or of the background behind it.
    pub enum Color {
        Default = "default",
        Gray = "gray",
        Brown = "brown",
        Orange = "orange",
        Yellow = "yellow",
        Green = "green",
        Blue = "blue",
        Purple = "purple",
        Pink = "pink",
        Red = "red",
        DefaultBackground = "default_background",
        GrayBackground = "gray_background",
        BrownBackground = "brown_background",
        OrangeBackground = "orange_background",
        YellowBackground = "yellow_background",
        GreenBackground = "green_background",
        BlueBackground = "blue_background",
        PurpleBackground = "purple_background",
        PinkBackground = "pink_background",
        RedBackground = "red_background",
    }
}

object! {
    /// How a run looks. The service always sends all six; on writing any may be left out.
    #[derive(Default)]
    pub struct Annotations {
        /// Bold.
        pub bold: Field<bool>,
        /// Italic.
        pub italic: Field<bool>,
        /// Struck through.
        pub strikethrough: Field<bool>,
        /// Underlined.
        pub underline: Field<bool>,
        /// Inline code.
        pub code: Field<bool>,
        /// Colour of text or background.
        pub color: Field<Color>,
    }
}

object! {
    /// A target of a run of text.
    pub struct Link {
        /// Where it leads. Links inside the workspace may be relative: `/` and the page's id.
        pub url: String,
    }
}

object! {
    /// Plain text, maybe linked.
    #[derive(Default)]
    pub struct Text {
        /// The characters; at most 2,000 when written, any number when read, because the service merges equal runs.
        pub content: String,
        /// Where it leads.
        pub link: Field<Link>,
    }
}

object! {
    /// A formula in KaTeX.
    pub struct Equation {
        /// The source; at most 1,000 characters.
        pub expression: String,
    }
}

object! {
    /// The page a mention points to. Its title is in the run's `plain_text`, `Untitled` without access.
    pub struct PageMention {
        /// The page.
        pub id: PageId,
    }
}

object! {
    /// The database a mention points to.
    pub struct DatabaseMention {
        /// The database.
        pub id: DatabaseId,
    }
}

object! {
    /// A link shown as a preview by one of the service's partners. Read only.
    pub struct LinkPreview {
        /// The link.
        pub url: String,
    }
}

object! {
    /// A link shown as a mention with the site's title and picture. Read only.
    pub struct LinkMention {
        /// The link.
        pub href: String,
        /// The site's title.
        pub title: Field<String>,
        /// The site's description.
        pub description: Field<String>,
        /// The author it names.
        pub link_author: Field<String>,
        /// The site's name.
        pub link_provider: Field<String>,
        /// A picture.
        pub thumbnail_url: Field<String>,
        /// A small picture.
        pub icon_url: Field<String>,
        /// An embeddable form.
        pub iframe_url: Field<String>,
    }
}

tagged! {
    /// What a button's template fills in when it is pressed.
    pub enum TemplateMentionKind {
        /// `today` or `now`.
        Date(String) = "template_mention_date",
        /// `me`.
        User(String) = "template_mention_user",
    }
}

/// A placeholder inside a button's template.
pub type TemplateMention = Tagged<TemplateMentionKind>;

tagged! {
    /// What is mentioned.
    pub enum MentionKind {
        User(Box<User>) = "user",
        Page(PageMention) = "page",
        Database(DatabaseMention) = "database",
        Date(DateValue) = "date",
        LinkPreview(LinkPreview) = "link_preview",
        LinkMention(Box<LinkMention>) = "link_mention",
        Template(TemplateMention) = "template_mention",
        CustomEmoji(CustomEmoji) = "custom_emoji",
    }
}

/// A mention of a person, page, date or link inside text.
pub type Mention = Tagged<MentionKind>;

tagged! {
    /// What a run is.
    pub enum RichTextKind {
        Text(Text) = "text",
        Mention(Box<Mention>) = "mention",
        Equation(Equation) = "equation",
    }
}

object! {
    /// One run of rich text.
    pub struct RichText {
        ..
        /// What it is.
        pub kind: RichTextKind,
        /// How it looks.
        pub annotations: Field<Annotations>,
        /// The characters without decoration. The service fills it in and ignores what is sent.
        pub plain_text: Field<String>,
        /// Where it leads. The service fills it in and ignores what is sent.
        pub href: Field<String>,
    }
}

impl RichText {
    /// A run of this kind without decoration.
    pub fn new(kind: RichTextKind) -> Self {
        Self { kind, annotations: Field::Absent, plain_text: Field::Absent, href: Field::Absent, extra: Extra::new() }
    }

    /// A run of text. The service takes at most 2,000 characters a run: [`split`](crate::split) cuts longer ones.
    pub fn text(content: impl Into<String>) -> Self {
        Self::new(RichTextKind::Text(Text { content: content.into(), ..Default::default() }))
    }

    /// A run of text that leads somewhere.
    pub fn link(content: impl Into<String>, url: impl Into<String>) -> Self {
        let link = Field::Value(Link { url: url.into(), extra: Extra::new() });
        Self::new(RichTextKind::Text(Text { content: content.into(), link, extra: Extra::new() }))
    }

    /// A formula.
    pub fn equation(expression: impl Into<String>) -> Self {
        Self::new(RichTextKind::Equation(Equation { expression: expression.into(), extra: Extra::new() }))
    }

    /// A mention of something.
    pub fn mention(kind: MentionKind) -> Self {
        Self::new(RichTextKind::Mention(Box::new(kind.into())))
    }

    /// A mention of a page.
    pub fn mention_page(id: PageId) -> Self {
        Self::mention(MentionKind::Page(PageMention { id, extra: Extra::new() }))
    }

    /// A mention of a date.
    pub fn mention_date(date: DateValue) -> Self {
        Self::mention(MentionKind::Date(date))
    }

    /// The same run with its looks changed.
    pub fn annotated(mut self, change: impl FnOnce(&mut Annotations)) -> Self {
        let mut annotations = self.annotations.into_value().unwrap_or_default();
        change(&mut annotations);
        self.annotations = Field::Value(annotations);
        self
    }

    /// The characters: the service's plain text, or what was written when it has not seen the run yet.
    pub fn plain(&self) -> &str {
        match (&self.plain_text, &self.kind) {
            (Field::Value(plain), _) => plain,
            (_, RichTextKind::Text(text)) => &text.content,
            (_, RichTextKind::Equation(equation)) => &equation.expression,
            _ => "",
        }
    }
}

impl From<&str> for RichText {
    fn from(content: &str) -> Self {
        Self::text(content)
    }
}

/// The characters of several runs.
pub fn plain_text(runs: &[RichText]) -> String {
    runs.iter().map(RichText::plain).collect()
}
