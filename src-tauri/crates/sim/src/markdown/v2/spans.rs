//! Rich text → inline Markdown of the second dialect.

use serde_json::Value;

use super::super::address::{bare, colour_to_markdown};
use super::super::attributes::tag;
use super::super::rich::{Piece, Run, date_attributes, mention_id, mention_text, merged};
use super::super::{Lookup, WriteOptions};
use super::DATE_NAMES;
use super::escape::escape;

/// What can be around a run, from the outside in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layer {
    Span,
    Underlined,
    Link,
    Bold,
    Italic,
    Struck,
    Text,
}

impl Layer {
    const fn inner(self) -> Self {
        match self {
            Self::Span => Self::Underlined,
            Self::Underlined => Self::Link,
            Self::Link => Self::Bold,
            Self::Bold => Self::Italic,
            Self::Italic => Self::Struck,
            Self::Struck | Self::Text => Self::Text,
        }
    }

    /// Whether a run has this layer at all.
    const fn is_in(self, run: &Run) -> bool {
        let style = &run.style;
        match self {
            Self::Span => style.colour.is_some() || style.discussions.is_some(),
            Self::Underlined => style.is_underlined,
            Self::Link => style.link.is_some(),
            Self::Bold => style.is_bold,
            Self::Italic => style.is_italic,
            Self::Struck => style.is_struck,
            Self::Text => false,
        }
    }

    /// Whether two runs are in the same of this layer.
    fn is_shared(self, one: &Run, other: &Run) -> bool {
        let (one, other) = (&one.style, &other.style);
        match self {
            Self::Span => one.colour == other.colour && one.discussions == other.discussions,
            Self::Underlined => one.is_underlined == other.is_underlined,
            Self::Link => one.link == other.link,
            Self::Bold => one.is_bold == other.is_bold,
            Self::Italic => one.is_italic == other.is_italic,
            Self::Struck => one.is_struck == other.is_struck,
            Self::Text => false,
        }
    }
}

/// Writes rich text. Runs that share a layer share its signs; signs that CommonMark would not pair there are tags instead.
pub(in super::super) fn write_inline(items: &[Value], options: &WriteOptions<'_>) -> String {
    let mut runs = merged(items.iter().map(Run::from_json));
    if !options.discussions {
        runs.iter_mut().for_each(|run| run.style.discussions = None);
        runs = merged(runs);
    }
    let mut out = Inline { options, text: String::new(), edge: '\n' };
    out.runs(&runs, Layer::Span, '\n');
    out.text
}

/// Plain text, as titles need it.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::new();
    escape(text, true, &mut out);
    out
}

struct Inline<'a> {
    options: &'a WriteOptions<'a>,
    text: String,
    /// What stands before `text`, where that is only a part.
    edge: char,
}

impl Inline<'_> {
    /// Writes runs that share all layers further out; `after` is the character that will follow.
    fn runs(&mut self, runs: &[Run], layer: Layer, after: char) {
        let mut rest = runs;
        while let Some(first) = rest.first() {
            let len = rest.iter().take_while(|run| layer.is_shared(first, run)).count().max(1);
            let (chunk, others) = rest.split_at(len);
            let follows = others.first().map_or(after, |run| first_character(run, layer));
            self.chunk(chunk, first, layer, follows);
            rest = others;
        }
    }

    fn chunk(&mut self, runs: &[Run], first: &Run, layer: Layer, after: char) {
        let style = &first.style;
        let inner = layer.inner();
        match layer {
            Layer::Text => self.piece(first),
            _ if !layer.is_in(first) => self.runs(runs, inner, after),
            Layer::Span => {
                self.text.push_str("<span");
                let colour = style.colour.as_deref().and_then(colour_to_markdown);
                self.attributes([("color", colour), ("discussion-urls", style.discussions.clone())]);
                self.text.push('>');
                self.runs(runs, inner, '<');
                self.text.push_str("</span>");
            }
            Layer::Underlined => self.tagged("u", runs, inner),
            Layer::Link => {
                self.text.push('[');
                self.runs(runs, inner, ']');
                self.text.push_str("](");
                self.text.push_str(&destination(style.link.as_deref().unwrap_or_default()));
                self.text.push(')');
            }
            Layer::Bold => {
                // Both together are one row of three.
                if runs.iter().all(|run| run.style.is_italic) {
                    let text = self.part(runs, Layer::Struck, '*');
                    self.marked("***", "<b><i>", "</i></b>", &text, after);
                } else {
                    let text = self.part(runs, inner, '*');
                    self.marked("**", "<b>", "</b>", &text, after);
                }
            }
            Layer::Italic => {
                let text = self.part(runs, inner, '*');
                self.marked("*", "<i>", "</i>", &text, after);
            }
            Layer::Struck => {
                let text = self.part(runs, inner, '~');
                self.marked("~~", "<s>", "</s>", &text, after);
            }
        }
    }

    fn tagged(&mut self, name: &str, runs: &[Run], inner: Layer) {
        self.text.push_str(&format!("<{name}>"));
        self.runs(runs, inner, '<');
        self.text.push_str(&format!("</{name}>"));
    }

    /// The text of runs alone, between two of `edge`.
    fn part(&mut self, runs: &[Run], layer: Layer, edge: char) -> String {
        let before = std::mem::take(&mut self.text);
        let outer = std::mem::replace(&mut self.edge, edge);
        self.runs(runs, layer, edge);
        self.edge = outer;
        std::mem::replace(&mut self.text, before)
    }

    /// Puts `sign` around `inner` where CommonMark pairs the two, else the tags.
    fn marked(&mut self, sign: &str, open: &str, close: &str, inner: &str, after: char) {
        let before = self.text.chars().next_back().unwrap_or(self.edge);
        let is_paired = match (sign.chars().next(), inner.chars().next(), inner.chars().next_back()) {
            (Some(c), Some(first), Some(last)) => {
                ![before, after, first, last].contains(&c) && hugs(first, before) && hugs(last, after)
            }
            _ => false,
        };
        let (open, close) = if is_paired { (sign, sign) } else { (open, close) };
        self.text.push_str(open);
        self.text.push_str(inner);
        self.text.push_str(close);
    }

    fn attributes<const N: usize>(&mut self, attributes: [(&str, Option<String>); N]) {
        for (name, value) in attributes {
            if let Some(value) = value {
                self.text.push_str(&format!(" {name}=\"{value}\""));
            }
        }
    }

    fn piece(&mut self, run: &Run) {
        match &run.piece {
            Piece::Text(content) if run.style.is_code => {
                for (index, line) in content.split('\n').enumerate() {
                    if index > 0 {
                        self.text.push_str("\\\n");
                    }
                    self.text.push_str(&code(line));
                }
            }
            Piece::Text(content) => {
                let is_line_start = self.text.is_empty() && self.edge == '\n' || self.text.ends_with('\n');
                escape(content, is_line_start, &mut self.text);
            }
            Piece::Raw(content) => {
                let content = content.replace('\n', " ");
                match tag(&content).filter(|tag| tag.name.starts_with("mention-")) {
                    Some(tag) => self.mention_tag(tag.get("url").unwrap_or_default(), None, None),
                    None => self.text.push_str(&content),
                }
            }
            Piece::Equation(expression) => {
                let expression = expression.trim().replace('\n', " ");
                if !expression.is_empty() {
                    self.text.push_str(&format!("${expression}$"));
                }
            }
            Piece::Mention(mention, address) => self.mention(mention, address.as_deref()),
        }
    }

    fn mention_tag(&mut self, url: &str, kind: Option<&str>, label: Option<String>) {
        self.text.push_str(&format!("<mention url=\"{url}\""));
        self.attributes([("type", kind.map(str::to_owned))]);
        // Labels are not escaped, so one that could end the tag is left out.
        match label.map(|label| label.replace('\n', " ")).filter(|label| !label.contains("</mention")) {
            Some(label) => self.text.push_str(&format!(">{label}</mention>")),
            None => self.text.push_str(" />"),
        }
    }

    fn mention(&mut self, mention: &Value, address: Option<&str>) {
        let lookup: &dyn Lookup = self.options.lookup;
        match mention_id(mention) {
            Some(("user", id)) => self.mention_tag(&format!("user://{id}"), None, lookup.user_name(id)),
            Some((kind, id)) => {
                let url = format!("{}{}", self.options.prefix, bare(id));
                self.mention_tag(&url, Some(kind).filter(|kind| *kind == "database"), lookup.title(id));
            }
            None => {
                let kind = mention.get("type").and_then(Value::as_str).unwrap_or_default();
                let body = mention.get(kind);
                let text = |key: &str| body.and_then(|body| body.get(key)).and_then(Value::as_str);
                match kind {
                    "date" => {
                        let attributes = date_attributes(body.unwrap_or(&Value::Null), &DATE_NAMES);
                        let attribute = |name: &str| {
                            attributes.iter().find(|(key, _)| *key == name).map(|(_, value)| value.clone())
                        };
                        self.text.push_str("<date");
                        let order = ["start", "end", "start-time", "end-time", "time-zone"];
                        self.attributes(order.map(|name| (name, attribute(name))));
                        self.text.push_str(" />");
                    }
                    "custom_emoji" => match text("name").filter(|name| !name.is_empty()) {
                        Some(name) => self.text.push_str(&format!(":{name}:")),
                        None => {
                            let id = text("id").unwrap_or_default();
                            let made = || format!("notion://custom_emoji/{}/{id}", self.options.space_id);
                            let url = address.map_or_else(made, str::to_owned);
                            self.text.push_str(&format!("<unknown_mention url=\"{url}\" alt=\"custom_emoji\" />"));
                        }
                    },
                    "link_mention" | "link_preview" => {
                        let url = text("href").or_else(|| text("url")).unwrap_or_default();
                        let label = escaped(text("title").unwrap_or(url));
                        self.text.push_str(&format!("[{label}]({})", destination(url)));
                    }
                    _ => escape(&mention_text(mention, lookup), false, &mut self.text),
                }
            }
        }
    }
}

/// Whether a delimiter between the edge of its text and what is outside pairs with the other one. Signs beyond ASCII are not relied on.
fn hugs(edge: char, outside: char) -> bool {
    edge.is_alphanumeric()
        || (edge.is_ascii_punctuation() && (outside.is_whitespace() || outside.is_ascii_punctuation()))
}

/// The character a run will start with inside of what it shares with the one before, as far as delimiters care.
fn first_character(run: &Run, layer: Layer) -> char {
    let mut layer = layer;
    while layer != Layer::Text {
        if layer.is_in(run) {
            return '<';
        }
        layer = layer.inner();
    }
    match &run.piece {
        Piece::Text(content) if !run.style.is_code => content.chars().next().unwrap_or('\n'),
        _ => '<',
    }
}

/// Inline code between rows of as few backticks as no row in it has.
fn code(content: &str) -> String {
    let rows: Vec<usize> = content.split(|c| c != '`').map(str::len).collect();
    let fence = "`".repeat((1..).find(|len| !rows.contains(len)).unwrap_or(1));
    let is_padded = content.starts_with('`')
        || content.ends_with('`')
        || (content.starts_with(' ') && content.ends_with(' ') && !content.trim_matches(' ').is_empty());
    let pad = if is_padded { " " } else { "" };
    if content.is_empty() { String::new() } else { format!("{fence}{pad}{content}{pad}{fence}") }
}

/// A link's address, in angle brackets where it would end too early.
pub(super) fn destination(url: &str) -> String {
    if is_plain_address(url) { url.to_owned() } else { format!("<{}>", url.replace(['<', '>', '\n'], "")) }
}

/// Whether an address can stand in parentheses as it is.
pub(super) fn is_plain_address(url: &str) -> bool {
    let mut depth = 0_i64;
    for c in url.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ' ' | '\t' | '\n' | '\\' | '<' => return false,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0 && !url.is_empty()
}
