//! Ids in addresses, names of colours and icons: the small vocabularies both directions share.

use serde_json::{Map, Value, json};

const COLOURS: [&str; 10] = ["default", "gray", "brown", "orange", "yellow", "green", "blue", "purple", "pink", "red"];

/// The last 32 hex digits of an address's fragment or path (hyphens allowed), as a hyphenated id.
pub(super) fn id_in(address: &str) -> Option<String> {
    let (path, fragment) = match address.split_once('#') {
        Some((path, fragment)) => (path, Some(fragment)),
        None => (address, None),
    };
    fragment.and_then(last_id).or_else(|| page_in(path))
}

/// The block an address points to: the id in its fragment.
pub(super) fn block_in(address: &str) -> Option<String> {
    address.split_once('#').and_then(|(_, fragment)| last_id(fragment))
}

/// Like [`id_in`], for the page part alone.
pub(super) fn page_in(address: &str) -> Option<String> {
    let path = address.split(['#', '?']).next().unwrap_or(address);
    last_id(path)
}

fn last_id(text: &str) -> Option<String> {
    let mut digits: Vec<char> = Vec::with_capacity(32);
    for c in text.chars().rev() {
        match c {
            '-' if !digits.is_empty() => {}
            c if c.is_ascii_hexdigit() => digits.push(c.to_ascii_lowercase()),
            _ => break,
        }
        if digits.len() == 32 {
            digits.reverse();
            return Some(hyphenated(&digits.into_iter().collect::<String>()));
        }
    }
    None
}

/// 32 hex digits with the usual hyphens; anything else as it is.
pub(super) fn hyphenated(id: &str) -> String {
    uuid::Uuid::try_parse(id).map_or_else(|_| id.to_owned(), |id| id.hyphenated().to_string())
}

/// An id as it stands in addresses: 32 digits.
pub(super) fn bare(id: &str) -> String {
    id.replace('-', "")
}

/// `blue_bg` as JSON writes it, `None` for names that are no colours and for the default.
pub(super) fn colour_to_json(name: &str) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    let (base, is_ground) = match lower.strip_suffix("_bg").or_else(|| lower.strip_suffix("_background")) {
        Some(base) => (base, true),
        None => (lower.as_str(), false),
    };
    if !COLOURS.contains(&base) || (base == "default" && !is_ground) {
        return None;
    }
    Some(if is_ground { format!("{base}_background") } else { base.to_owned() })
}

/// `blue_background` as Markdown writes it, `None` for the default.
pub(super) fn colour_to_markdown(name: &str) -> Option<String> {
    match name {
        "" | "default" => None,
        name => Some(match name.strip_suffix("_background") {
            Some(base) => format!("{base}_bg"),
            None => name.to_owned(),
        }),
    }
}

/// The JSON of an icon attribute.
pub(super) fn icon_to_json(icon: &str) -> Value {
    if let Some(name) = icon.strip_prefix("/icons/").and_then(|rest| rest.strip_suffix(".svg")) {
        let (name, color) = name.rsplit_once('_').unwrap_or((name, "gray"));
        return json!({"type": "icon", "icon": {"name": name, "color": color}});
    }
    if let Some(rest) = icon.strip_prefix("notion://custom_emoji/") {
        let (space, id) = rest.split_once('/').unwrap_or(("", rest));
        let mut emoji = Map::new();
        emoji.insert("id".to_owned(), json!(id));
        emoji.insert("name".to_owned(), json!(""));
        emoji.insert("url".to_owned(), json!(""));
        emoji.insert(super::MARKDOWN_ONLY.to_owned(), json!({"space": space}));
        return json!({"type": "custom_emoji", "custom_emoji": emoji});
    }
    if icon.starts_with("http://") || icon.starts_with("https://") {
        return if is_hosted(icon) {
            json!({"type": "file", "file": {"url": icon}})
        } else {
            json!({"type": "external", "external": {"url": icon}})
        };
    }
    json!({"type": "emoji", "emoji": icon})
}

/// The attribute of an icon's JSON.
pub(super) fn icon_to_markdown(icon: &Value, space_id: &str) -> Option<String> {
    let kind = icon.get("type")?.as_str()?;
    let body = icon.get(kind)?;
    let text = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    Some(match kind {
        "emoji" => body.as_str()?.to_owned(),
        "icon" => format!("/icons/{}_{}.svg", text("name"), text("color")),
        "custom_emoji" => {
            let space = body
                .get(super::MARKDOWN_ONLY)
                .and_then(|kept| kept.get("space"))
                .and_then(Value::as_str)
                .unwrap_or(space_id);
            format!("notion://custom_emoji/{space}/{}", text("id"))
        }
        _ => text("url"),
    })
}

/// Whether an address is one of the service's own files, not somebody else's.
pub(super) fn is_hosted(url: &str) -> bool {
    url.starts_with("file://") || url.starts_with("https://prod-files-secure.s3.") || url.starts_with("attachment:")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_id_of_an_address_counts() {
        let block = "https://app.notion.com/p/Title-of-it-0a1b2c3d4e5f40718293a4b5c6d7e8f9?pvs=25#5f60718293a444b5c6d7000000000001";
        assert_eq!(id_in(block).as_deref(), Some("5f607182-93a4-44b5-c6d7-000000000001"));
        assert_eq!(page_in(block).as_deref(), Some("0a1b2c3d-4e5f-4071-8293-a4b5c6d7e8f9"));
        assert_eq!(
            id_in("user://60718293-a4b5-45c6-97d8-3a0b1c2d3e4f").as_deref(),
            Some("60718293-a4b5-45c6-97d8-3a0b1c2d3e4f")
        );
        assert_eq!(id_in("https://app.notion.com/p/short"), None);
    }

    #[test]
    fn colours_have_two_spellings() {
        assert_eq!(colour_to_json("blue_bg").as_deref(), Some("blue_background"));
        assert_eq!(colour_to_json("ultraviolet"), None);
        assert_eq!(colour_to_markdown("blue_background").as_deref(), Some("blue_bg"));
        assert_eq!(colour_to_markdown("default"), None);
    }
}
