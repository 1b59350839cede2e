//! Runs of text as the service sends them.

use satchel_model::{Color, Link, Mention, PageId, RichText, Span, SpanKind, Style};
use satchel_notion::types::{self as wire, MentionKind, RichTextKind, TemplateMentionKind};

use super::{FromWire, page::date};

/// The runs in the model's terms, empty ones left out.
#[must_use]
pub fn rich_text(runs: &[wire::RichText]) -> RichText {
    runs.iter().map(span).filter(|span| !matches!(&span.kind, SpanKind::Text { text, .. } if text.is_empty())).collect()
}

fn span(run: &wire::RichText) -> Span {
    let plain = run.plain().to_owned();
    let kind = match &run.kind {
        RichTextKind::Text(text) => {
            let link = text.link.value().map(|link| self::link(&link.url));
            SpanKind::Text { text: text.content.clone(), link }
        }
        RichTextKind::Equation(equation) => SpanKind::Equation { expression: equation.expression.clone() },
        RichTextKind::Mention(mention) => mention_span(&mention.kind, plain),
        // What is newer than this program still has its words.
        _ => SpanKind::Text { text: plain, link: run.href.value().map(|url| self::link(url)) },
    };
    Span { kind, style: style(run.annotations.value()) }
}

/// A link, with the page it names when it is one of the service's.
pub(super) fn link(url: &str) -> Link {
    Link { url: url.to_owned(), page_id: page_of(url) }
}

/// Relative links and those to one of the service's hosts name a page; others never do, however much they look like it.
fn page_of(url: &str) -> Option<PageId> {
    let host = url.strip_prefix("https://").and_then(|rest| rest.split(['/', '?', '#']).next());
    let is_ours = match host {
        None => url.starts_with('/') && !url.starts_with("//"),
        Some(host) => ["notion.so", "notion.com", "notion.site"]
            .iter()
            .any(|ours| host == *ours || host.strip_suffix(ours).is_some_and(|rest| rest.ends_with('.'))),
    };
    let page = url.split('#').next().unwrap_or_default();
    is_ours.then(|| page.parse().ok()).flatten()
}

fn mention_span(kind: &MentionKind, plain: String) -> SpanKind {
    // The service shows people as `@Name`; the sign is the reader's to draw.
    let label = Some(plain.strip_prefix('@').unwrap_or(&plain).to_owned()).filter(|label| !label.is_empty());
    let mention = match kind {
        MentionKind::User(user) => {
            Mention::User { id: user.id.to_model(), label: user.name.value().cloned().or(label) }
        }
        MentionKind::Page(page) => Mention::Page { id: page.id.to_model(), label },
        MentionKind::Database(database) => Mention::Database { id: database.id.to_model(), label },
        MentionKind::Date(value) => {
            let date = date(value);
            Mention::Date { start: date.start, end: date.end, time_zone: date.time_zone }
        }
        MentionKind::LinkPreview(preview) => Mention::Link { url: preview.url.clone(), label },
        MentionKind::LinkMention(mention) => {
            Mention::Link { url: mention.href.clone(), label: mention.title.value().cloned().or(label) }
        }
        MentionKind::Template(template) => Mention::Template {
            value: match &template.kind {
                TemplateMentionKind::Date(value) | TemplateMentionKind::User(value) => value.clone(),
                _ => plain,
            },
        },
        MentionKind::CustomEmoji(emoji) => {
            return SpanKind::CustomEmoji {
                name: emoji.name.value().cloned().unwrap_or_else(|| plain.trim_matches(':').to_owned()),
                url: emoji.url.value().cloned(),
            };
        }
        other => Mention::Other { kind: other.name().to_owned(), url: None, label },
    };
    SpanKind::Mention { mention }
}

fn style(annotations: Option<&wire::Annotations>) -> Style {
    let Some(annotations) = annotations else { return Style::default() };
    Style {
        bold: annotations.bold.unwrap_or(false),
        italic: annotations.italic.unwrap_or(false),
        strikethrough: annotations.strikethrough.unwrap_or(false),
        underline: annotations.underline.unwrap_or(false),
        code: annotations.code.unwrap_or(false),
        color: color(annotations.color.value()),
        discussions: Vec::new(),
    }
}

pub(super) fn color(color: Option<&wire::Color>) -> Color {
    color.map_or_else(Color::default, |color| Color::new(color.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_service_name_pages() {
        let id = "1a2b3c4d5e6f808192a3b4c5d6e7f809";
        for ours in [
            format!("/{id}"),
            format!("https://app.notion.com/p/Plan-{id}?pvs=4#x"),
            format!("https://www.notion.so/{id}"),
            format!("https://team.notion.site/{id}"),
        ] {
            assert!(page_of(&ours).is_some(), "{ours}");
        }
        for other in [
            format!("https://example.org/{id}"),
            format!("https://evilnotion.so/{id}"),
            format!("//notion.so/{id}"),
            "https://notion.so/help".into(),
        ] {
            assert!(page_of(&other).is_none(), "{other}");
        }
    }
}
