//! Runs of rich text: JSON ⇄ runs, and runs → inline Markdown. The way from Markdown to runs is in `inline`.

use serde_json::{Map, Value, json};

use super::address::{bare, colour_to_markdown};
use super::{Lookup, MARKDOWN_ONLY, WriteOptions};

/// How a run looks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Style {
    pub is_bold: bool,
    pub is_italic: bool,
    pub is_struck: bool,
    pub is_code: bool,
    pub is_underlined: bool,
    /// As JSON writes it; `None` is the default.
    pub colour: Option<String>,
    pub link: Option<String>,
    /// The discussions marked on the run, as the span's attribute has them.
    pub discussions: Option<String>,
}

/// What a run is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    Text(String),
    Equation(String),
    /// The object under `mention`, and the address it was read from where JSON has no place for it.
    Mention(Value, Option<String>),
    /// Markup without a counterpart in JSON: citations, mentions of agents and data sources.
    Raw(String),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Run {
    pub style: Style,
    pub piece: Piece,
}

impl Run {
    pub(super) fn text(content: &str, style: Style) -> Self {
        Self { style, piece: Piece::Text(content.to_owned()) }
    }

    pub(super) fn from_json(item: &Value) -> Self {
        let kept = item.get(MARKDOWN_ONLY);
        let notes = item.get("annotations");
        let on = |key: &str| notes.and_then(|notes| notes.get(key)).and_then(Value::as_bool) == Some(true);
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let content = item.get("text");
        let style = Style {
            is_bold: on("bold"),
            is_italic: on("italic"),
            is_struck: on("strikethrough"),
            is_code: on("code"),
            is_underlined: on("underline"),
            colour: text(notes.and_then(|notes| notes.get("color"))).filter(|name| name != "default"),
            link: text(content.and_then(|text| text.get("link")).and_then(|link| link.get("url"))),
            discussions: text(kept.and_then(|kept| kept.get("discussions"))),
        };
        let plain = || text(item.get("plain_text")).unwrap_or_default();
        let piece = match item.get("type").and_then(Value::as_str) {
            Some("equation") => Piece::Equation(
                text(item.get("equation").and_then(|equation| equation.get("expression"))).unwrap_or_else(plain),
            ),
            Some("mention") => Piece::Mention(
                item.get("mention").cloned().unwrap_or(Value::Null),
                text(kept.and_then(|kept| kept.get("address"))),
            ),
            _ => {
                let content = text(content.and_then(|text| text.get("content"))).unwrap_or_else(plain);
                if kept.is_some_and(|kept| kept.get("raw") == Some(&Value::Bool(true))) {
                    Piece::Raw(content)
                } else {
                    Piece::Text(content)
                }
            }
        };
        Self { style, piece }
    }

    pub(super) fn to_json(&self, lookup: &dyn Lookup) -> Value {
        let style = &self.style;
        let mut kept = Map::new();
        let mut item = Map::new();
        let link = style.link.as_ref().map(|url| json!({"url": url}));
        let mut href = style.link.clone();
        let plain = match &self.piece {
            Piece::Text(content) | Piece::Raw(content) => {
                item.insert("type".to_owned(), json!("text"));
                item.insert("text".to_owned(), json!({"content": content, "link": link}));
                if matches!(self.piece, Piece::Raw(_)) {
                    kept.insert("raw".to_owned(), json!(true));
                }
                content.clone()
            }
            Piece::Equation(expression) => {
                item.insert("type".to_owned(), json!("equation"));
                item.insert("equation".to_owned(), json!({"expression": expression}));
                expression.clone()
            }
            Piece::Mention(mention, address) => {
                item.insert("type".to_owned(), json!("mention"));
                item.insert("mention".to_owned(), mention.clone());
                if let Some(address) = address {
                    kept.insert("address".to_owned(), json!(address));
                }
                href = mention_id(mention)
                    .filter(|(kind, _)| *kind != "user")
                    .map(|(_, id)| format!("https://app.notion.com/p/{}", bare(id)));
                mention_text(mention, lookup)
            }
        };
        item.insert(
            "annotations".to_owned(),
            json!({
                "bold": style.is_bold,
                "italic": style.is_italic,
                "strikethrough": style.is_struck,
                "underline": style.is_underlined,
                "code": style.is_code,
                "color": style.colour.as_deref().unwrap_or("default"),
            }),
        );
        item.insert("plain_text".to_owned(), json!(plain));
        item.insert("href".to_owned(), json!(href));
        if let Some(discussions) = &style.discussions {
            kept.insert("discussions".to_owned(), json!(discussions));
        }
        if !kept.is_empty() {
            item.insert(MARKDOWN_ONLY.to_owned(), Value::Object(kept));
        }
        Value::Object(item)
    }
}

/// Neighbours of one style are one run, as the service keeps them.
pub(super) fn merged(runs: impl IntoIterator<Item = Run>) -> Vec<Run> {
    let mut all: Vec<Run> = Vec::new();
    for run in runs {
        if let Piece::Text(content) = &run.piece {
            if content.is_empty() {
                continue;
            }
            if let Some(Run { style, piece: Piece::Text(before) }) = all.last_mut()
                && *style == run.style
            {
                before.push_str(content);
                continue;
            }
        }
        all.push(run);
    }
    all
}

/// Kind and id of a mention of something with an id.
pub(super) fn mention_id(mention: &Value) -> Option<(&str, &str)> {
    let kind = mention.get("type")?.as_str()?;
    if !matches!(kind, "user" | "page" | "database") {
        return None;
    }
    Some((kind, mention.get(kind)?.get("id")?.as_str()?))
}

/// What a mention shows where only text can stand.
pub(super) fn mention_text(mention: &Value, lookup: &dyn Lookup) -> String {
    if let Some((kind, id)) = mention_id(mention) {
        return if kind == "user" {
            format!("@{}", lookup.user_name(id).as_deref().unwrap_or("Anonymous"))
        } else {
            lookup.title(id).unwrap_or_else(|| "Untitled".to_owned())
        };
    }
    let kind = mention.get("type").and_then(Value::as_str).unwrap_or_default();
    let body = mention.get(kind);
    let text = |key: &str| body.and_then(|body| body.get(key)).and_then(Value::as_str);
    match kind {
        "date" => match (text("start"), text("end")) {
            (Some(start), Some(end)) => format!("{start} → {end}"),
            (start, _) => start.unwrap_or_default().to_owned(),
        },
        "custom_emoji" => format!(":{}:", text("name").unwrap_or_default()),
        "link_mention" => text("title").or_else(|| text("href")).unwrap_or_default().to_owned(),
        "link_preview" => text("url").unwrap_or_default().to_owned(),
        "template_mention" => match text("template_mention_date") {
            Some(day) => format!("@{day}"),
            None => "@me".to_owned(),
        },
        _ => String::new(),
    }
}

/// Writes rich text as inline Markdown.
pub(super) fn write_inline(items: &[Value], options: &WriteOptions<'_>) -> String {
    let runs = merged(items.iter().map(Run::from_json));
    let mut out = Inline { options, text: String::new(), outer: Style::default(), open: (false, false, false) };
    for run in &runs {
        out.run(run);
    }
    out.close();
    out.text
}

/// Plain rich text, as titles need it.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape(text, &mut out);
    out
}

struct Inline<'a> {
    options: &'a WriteOptions<'a>,
    text: String,
    /// What the open span and link say; its three delimiter flags are unused.
    outer: Style,
    /// Open delimiters: bold, italic, struck.
    open: (bool, bool, bool),
}

impl Inline<'_> {
    fn run(&mut self, run: &Run) {
        let mut outer = Style { is_bold: false, is_italic: false, is_struck: false, ..run.style.clone() };
        if !self.options.discussions {
            outer.discussions = None;
        }
        // Code, links and spans close everything first and reopen it inside themselves; elsewhere delimiters only toggle.
        if outer != self.outer || outer.is_code {
            self.close();
            self.open_outer(&outer);
            self.outer = outer;
        }
        self.toggle((run.style.is_bold, run.style.is_italic, run.style.is_struck));
        self.piece(run);
    }

    fn close(&mut self) {
        self.toggle((false, false, false));
        if let Some(url) = self.outer.link.take() {
            self.text.push_str("](");
            self.text.push_str(&url);
            self.text.push(')');
        }
        if has_span(&self.outer) {
            self.text.push_str("</span>");
        }
        self.outer = Style::default();
    }

    fn open_outer(&mut self, outer: &Style) {
        if has_span(outer) {
            self.text.push_str("<span");
            if let Some(colour) = outer.colour.as_deref().and_then(colour_to_markdown) {
                self.attribute("color", &colour);
            }
            if outer.is_underlined {
                self.attribute("underline", "true");
            }
            if let Some(discussions) = &outer.discussions {
                self.attribute("discussion-urls", discussions);
            }
            self.text.push('>');
        }
        if outer.link.is_some() {
            self.text.push('[');
        }
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.text.push_str(&format!(" {name}=\"{value}\""));
    }

    fn toggle(&mut self, (bold, italic, struck): (bool, bool, bool)) {
        let (was_bold, was_italic, was_struck) = self.open;
        // Close from the inside out, open from the outside in: strikethrough is innermost.
        for (was, is, mark) in [(was_struck, struck, "~~"), (was_italic, italic, "*"), (was_bold, bold, "**")] {
            if was && !is {
                self.text.push_str(mark);
            }
        }
        for (was, is, mark) in [(was_bold, bold, "**"), (was_italic, italic, "*"), (was_struck, struck, "~~")] {
            if is && !was {
                self.text.push_str(mark);
            }
        }
        self.open = (bold, italic, struck);
    }

    fn piece(&mut self, run: &Run) {
        match &run.piece {
            Piece::Text(content) if run.style.is_code => {
                self.text.push('`');
                self.text.push_str(&content.replace('`', "\\`").replace('\n', "<br>"));
                self.text.push('`');
            }
            Piece::Text(content) => escape(content, &mut self.text),
            Piece::Raw(content) => self.text.push_str(&content.replace('\n', " ")),
            Piece::Equation(expression) => {
                self.text.push_str("$`");
                self.text.push_str(&expression.trim().replace('\n', " "));
                self.text.push_str("`$");
            }
            Piece::Mention(mention, address) => self.mention(mention, address.as_deref()),
        }
    }

    fn mention(&mut self, mention: &Value, address: Option<&str>) {
        let page = |id: &str| format!("{}{}", self.options.prefix, bare(id));
        let tag = match mention_id(mention) {
            Some(("user", id)) => format!("<mention-user url=\"user://{id}\"/>"),
            Some(("database", id)) => format!("<mention-database url=\"{}\"/>", page(id)),
            Some((_, id)) => {
                let url = page(id);
                let label = self.options.lookup.title(id).filter(|_| self.options.mention_labels);
                match label {
                    Some(label) => format!("<mention-page url=\"{url}\">{}</mention-page>", escaped(&label)),
                    None => format!("<mention-page url=\"{url}\"/>"),
                }
            }
            None => {
                let kind = mention.get("type").and_then(Value::as_str).unwrap_or_default();
                let body = mention.get(kind);
                let text = |key: &str| body.and_then(|body| body.get(key)).and_then(Value::as_str);
                match kind {
                    "date" => date_tag(body.unwrap_or(&Value::Null)),
                    "custom_emoji" => {
                        let made = || {
                            let id = text("id").unwrap_or_default();
                            format!("notion://custom_emoji/{}/{id}", self.options.space_id)
                        };
                        let url = address.map_or_else(made, str::to_owned);
                        format!("<unknown_mention url=\"{url}\" alt=\"custom_emoji\"/>")
                    }
                    "link_mention" | "link_preview" => {
                        let url = text("href").or_else(|| text("url")).unwrap_or_default();
                        format!("[{}]({url})", escaped(text("title").unwrap_or(url)))
                    }
                    _ => escaped(&mention_text(mention, self.options.lookup)),
                }
            }
        };
        self.text.push_str(&tag);
    }
}

pub(super) fn has_span(style: &Style) -> bool {
    style.colour.is_some() || style.is_underlined || style.discussions.is_some()
}

/// What the attributes of a date's tag are called: day and time of the start, of the end, and the zone.
pub(super) const DATE_NAMES: [&str; 5] = ["start", "startTime", "end", "endTime", "timeZone"];

/// The attributes of a date's tag for the object under `date`: name and value, in the order of the names.
pub(super) fn date_attributes(date: &Value, names: &[&'static str; 5]) -> Vec<(&'static str, String)> {
    let [start, start_time, end, end_time, time_zone] = *names;
    let text = |key: &str| date.get(key).and_then(Value::as_str);
    let mut zone = text("time_zone").map(str::to_owned);
    let mut attributes = Vec::new();
    for (key, name, time_name) in [("start", start, start_time), ("end", end, end_time)] {
        let Some(value) = text(key) else { continue };
        let (day, time) = match value.split_once('T') {
            Some((day, time)) => (day, Some(time)),
            None => (value, None),
        };
        attributes.push((name, day.to_owned()));
        if let Some(time) = time {
            attributes.push((time_name, time.get(..5).unwrap_or(time).to_owned()));
            if zone.is_none() {
                zone = offset_zone(time);
            }
        }
    }
    attributes.extend(zone.map(|zone| (time_zone, zone)));
    attributes
}

/// `<mention-date …/>` for the object under `date`.
fn date_tag(date: &Value) -> String {
    let attributes = date_attributes(date, &DATE_NAMES);
    let attributes: String = attributes.iter().map(|(name, value)| format!(" {name}=\"{value}\"")).collect();
    format!("<mention-date{attributes}/>")
}

/// The zone of a time with an offset: fixed zones have the sign of their names inverted.
fn offset_zone(time: &str) -> Option<String> {
    if time.ends_with('Z') {
        return Some("UTC".to_owned());
    }
    let at = time.rfind(['+', '-'])?;
    let (_, offset) = time.split_at_checked(at)?;
    let (hours, minutes) = offset.get(1..)?.split_once(':')?;
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    let sign = if offset.starts_with('+') { '-' } else { '+' };
    Some(match (hours, minutes) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("Etc/GMT{sign}{hours}"),
        // No fixed zone has half hours; the clock time stays readable without one.
        _ => return None,
    })
}

/// Escapes what would read as markup. Signs that only mean something at the start of a line are left alone, as the service does.
fn escape(text: &str, out: &mut String) {
    let mut before = '\0';
    let mut colons = Colons::of(text);
    for (at, c) in text.char_indices() {
        match c {
            '\n' => out.push_str("<br>"),
            // `[^1]` comes back with its caret bare.
            '^' if before == '[' => out.push('^'),
            '\\' | '*' | '~' | '`' | '$' | '[' | ']' | '<' | '>' | '{' | '}' | '|' | '^' => {
                out.push('\\');
                out.push(c);
            }
            ':' if colons.holds(at) => out.push_str("\\:"),
            c => out.push(c),
        }
        before = c;
    }
}

/// The colons of `:name:`, which would read as a custom emoji.
pub(super) struct Colons {
    at: std::vec::IntoIter<usize>,
    next: Option<usize>,
}

impl Colons {
    pub(super) fn of(text: &str) -> Self {
        let mut found = Vec::new();
        let mut start: Option<usize> = None;
        let mut is_name = false;
        for (at, c) in text.char_indices() {
            if c == ':' {
                match start {
                    Some(open) if is_name => {
                        found.extend([open, at]);
                        start = None;
                    }
                    _ => start = Some(at),
                }
                is_name = false;
            } else if start.is_some() {
                let first = start.is_some_and(|open| open + 1 == at);
                if (first && c.is_ascii_alphabetic()) || (!first && (c.is_ascii_alphanumeric() || "_-+".contains(c))) {
                    is_name = true;
                } else {
                    start = None;
                }
            }
        }
        let mut at = found.into_iter();
        let next = at.next();
        Self { at, next }
    }

    /// Whether the colon here is one of them. Ask in order.
    pub(super) fn holds(&mut self, at: usize) -> bool {
        if self.next == Some(at) {
            self.next = self.at.next();
            return true;
        }
        false
    }
}
