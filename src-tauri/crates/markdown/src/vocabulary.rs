//! Words of the markup and what they mean in the model: colours, icons, addresses, names of hosted files.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use satchel_model::{Color, Icon, PageId};
use url::Url;

/// The colour that markup names; none and `default` are the same.
pub(crate) fn color_from(name: Option<&str>) -> Color {
    match name {
        None | Some("" | "default") => Color::default(),
        Some(name) => match name.strip_suffix("_bg") {
            Some(base) => Color::new(format!("{base}_background")),
            None => Color::new(name),
        },
    }
}

/// What markup calls a colour; nothing for the default.
pub(crate) fn color_to(color: &Color) -> Option<String> {
    if color.is_default() {
        return None;
    }
    let name = color.as_str();
    Some(name.strip_suffix("_background").map_or_else(|| name.to_owned(), |base| format!("{base}_bg")))
}

const CUSTOM_EMOJI: &str = "notion://custom_emoji/";

/// The icon that an attribute names.
pub(crate) fn icon_from(value: Option<&str>) -> Option<Icon> {
    let value = value.filter(|value| !value.is_empty())?;
    if let Some(drawing) = value.strip_prefix("/icons/").and_then(|name| name.strip_suffix(".svg"))
        && let Some((name, color)) = drawing.rsplit_once('_')
    {
        return Some(Icon::Native { name: name.into(), color: color.into() });
    }
    Some(if value.starts_with(CUSTOM_EMOJI) {
        Icon::CustomEmoji { name: String::new(), url: value.into() }
    } else if is_hosted(value) {
        Icon::File { url: value.into() }
    } else if value.contains("://") || value.starts_with('/') {
        Icon::External { url: value.into() }
    } else {
        Icon::Emoji { emoji: value.into() }
    })
}

/// What an attribute says for an icon.
pub(crate) fn icon_to(icon: &Icon) -> String {
    match icon {
        Icon::Emoji { emoji } => emoji.clone(),
        Icon::External { url } | Icon::File { url } | Icon::CustomEmoji { url, .. } => url.clone(),
        Icon::Native { name, color } => format!("/icons/{name}_{color}.svg"),
    }
}

/// Whether this is the address of a custom emoji.
pub(crate) fn is_custom_emoji(url: &str) -> bool {
    url.starts_with(CUSTOM_EMOJI)
}

/// Whether a file with this address is kept by the service: signed for an hour, or named by reference.
pub(crate) fn is_hosted(url: &str) -> bool {
    url.starts_with("file://") || url.contains("X-Amz-Signature=") || url.contains("//prod-files-secure.")
}

/// The name of a hosted file, as far as its address tells it.
///
/// A reference holds `attachment:<uuid>:<name>`, a signed address ends its path in the name. Addresses elsewhere on the web say nothing.
#[must_use]
pub fn file_name(url: &str) -> Option<String> {
    if !is_hosted(url) {
        return None;
    }
    let name = if let Some(reference) = url.strip_prefix("file://") {
        let reference = percent_decode_str(reference).decode_utf8().ok()?.into_owned();
        let (_, attachment) = reference.split_once("\"attachment:")?;
        let (_, name) = attachment.split_once(':')?;
        let mut is_escaped = false;
        name.chars()
            .take_while(|c| {
                let ends = *c == '"' && !is_escaped;
                is_escaped = *c == '\\' && !is_escaped;
                !ends
            })
            .collect::<String>()
            .replace("\\\"", "\"")
            .replace("\\\\", "\\")
    } else {
        let path = url.split(['?', '#']).next().unwrap_or_default();
        let segment = path.rsplit('/').next().unwrap_or_default();
        percent_decode_str(segment).decode_utf8().ok()?.into_owned()
    };
    (!name.is_empty()).then_some(name)
}

/// The address of a page as today's service writes it.
pub(crate) fn page_address(simple_id: &str) -> String {
    format!("https://app.notion.com/p/{simple_id}")
}

/// The page that an address leads to, when it is one of the service's, absolute or relative.
pub(crate) fn page_of(url: &str) -> Option<PageId> {
    let without_fragment = url.split('#').next().unwrap_or_default();
    let path = match without_fragment.strip_prefix('/') {
        Some(relative) if !relative.starts_with('/') => relative.to_owned(),
        _ => {
            let parsed = Url::parse(without_fragment).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
            let host = parsed.host_str()?;
            let is_ours = ["notion.so", "notion.com", "notion.site"]
                .iter()
                .any(|known| host == *known || host.strip_suffix(known).is_some_and(|rest| rest.ends_with('.')));
            if !is_ours {
                return None;
            }
            parsed.path().to_owned()
        }
    };
    path.parse().ok()
}

/// A share of the width, 0 to 1, from per cent: the shortest one that makes these per cent, as the service has multiplied it.
pub(crate) fn ratio_from(percent: f64) -> f64 {
    let quotient = percent / 100.0;
    let (down, up) = (quotient.next_down(), quotient.next_up());
    let exact =
        [quotient, down, up, down.next_down(), up.next_up()].into_iter().filter(|ratio| ratio * 100.0 == percent);
    exact.min_by_key(|ratio| ratio.to_string().len()).unwrap_or(quotient)
}

/// Per cent as they read as this share again.
pub(crate) fn percent_from(ratio: f64) -> String {
    let product = ratio * 100.0;
    let near = [product, product.next_down(), product.next_up()];
    near.into_iter().find(|percent| ratio_from(*percent) == ratio).unwrap_or(product).to_string()
}

/// An address of the old compressed form, `{{…}}`, without its braces.
pub(crate) fn without_braces(url: &str) -> &str {
    url.strip_prefix("{{").and_then(|url| url.strip_suffix("}}")).unwrap_or(url)
}

/// Makes an address safe to stand between round brackets: balanced ones in it stay as they are, as the service leaves them; spaces,
/// backslashes, backticks and odd brackets are encoded.
pub(crate) fn address_in_brackets(url: &str) -> String {
    let mut depth = 0_i64;
    let is_balanced = url.bytes().all(|b| {
        match b {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        depth >= 0
    }) && depth == 0;
    let mut out = String::with_capacity(url.len());
    for c in url.chars() {
        match c {
            '(' if !is_balanced => out.push_str("%28"),
            ')' if !is_balanced => out.push_str("%29"),
            '\\' => out.push_str("%5C"),
            '`' => out.push_str("%60"),
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            c if c.is_whitespace() => out.extend(utf8_percent_encode(c.encode_utf8(&mut [0; 4]), NON_ALPHANUMERIC)),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_have_two_names() {
        assert_eq!(color_from(Some("red_bg")), Color::new("red_background"));
        assert_eq!(color_to(&Color::new("red_background")).as_deref(), Some("red_bg"));
        assert_eq!(color_from(Some("ultraviolet")), Color::new("ultraviolet"));
        assert_eq!(color_to(&color_from(Some("default"))), None);
    }

    #[test]
    fn icons_survive_their_attribute() {
        for value in [
            "💡",
            "/icons/drafts_lightgray.svg",
            "/icons/odd.svg",
            "notion://custom_emoji/a/b",
            "https://example.com/i.svg",
            "https://prod-files-secure.s3.us-west-2.amazonaws.com/a/b/i.png?X-Amz-Signature=1",
        ] {
            assert_eq!(icon_to(&icon_from(Some(value)).unwrap()), value);
        }
        assert_eq!(icon_from(Some("")), None);
    }

    #[test]
    fn a_hosted_file_has_the_name_in_its_address() {
        let reference = "file://%7B%22source%22%3A%22attachment%3A93a4b5c6-d7e8-48f9-8a0b-6d3e4f506172%3Ascan%20(1).png%22%2C%22x%22%3A1%7D";
        assert_eq!(file_name(reference).as_deref(), Some("scan (1).png"));
        let signed = "https://prod-files-secure.s3.amazonaws.com/a/b/fl%20ow.png?X-Amz-Signature=1";
        assert_eq!(file_name(signed).as_deref(), Some("fl ow.png"));
        assert_eq!(file_name("https://example.com/paper.pdf"), None);
    }

    #[test]
    fn a_share_keeps_its_digits() {
        for text in ["62.5", "33.33333333333333", "66.66666666666666", "100", "16.666666666666664", "0.1"] {
            assert_eq!(percent_from(ratio_from(text.parse().unwrap())), text);
        }
        assert_eq!(ratio_from(33.33333333333333).to_string(), "0.3333333333333333");
    }

    #[test]
    fn only_addresses_of_the_service_lead_to_pages() {
        let id = "1a2b3c4d5e6f808192a3b4c5d6e7f809";
        for url in [
            format!("https://app.notion.com/p/Title-{id}?pvs=4#{}", "0".repeat(32)),
            format!("/{id}?pvs=25#{}", "0".repeat(32)),
            format!("/p/{id}"),
            format!("https://team.notion.site/{id}"),
        ] {
            assert_eq!(page_of(&url).map(|id| id.simple()).as_deref(), Some(id), "{url}");
        }
        for url in [
            format!("https://example.com/{id}"),
            format!("https://notnotion.so/{id}"),
            "https://www.notion.so/help".into(),
            format!("//x/{id}"),
        ] {
            assert_eq!(page_of(&url), None, "{url}");
        }
    }
}
