//! Mentions and dates as tags, in both dialects.
//!
//! A mention is understood only when writing it again says everything it said; any other is left to the caller to keep as it stands.

use satchel_model::{DataSourceId, DatabaseId, Mention, PageId, UserId};

use crate::{
    Flavor,
    tag::{Tag, TagWriter},
    vocabulary::{page_address, without_braces},
};

/// The mention that a tag and its label are, in the first dialect.
pub(super) fn from_v1(tag: &Tag<'_>, label: Option<String>) -> Option<Mention> {
    let kind = tag.name.strip_prefix("mention-")?;
    let label = label.filter(|label| !label.is_empty());
    if kind == "date" {
        return if label.is_none() { date(tag, ["startTime", "endTime", "timeZone"]) } else { None };
    }
    if !tag.has_only(&["url", "id"]) {
        return None;
    }
    let url = without_braces(tag.get("url").or_else(|| tag.get("id"))?);
    Some(match kind {
        "user" => user(url, label)?,
        "page" => Mention::Page { id: url.parse().ok()?, label },
        "database" => Mention::Database { id: url.parse().ok()?, label },
        "data-source" => Mention::DataSource { id: url.parse().ok()?, label },
        _ => Mention::Other { kind: kind.into(), url: Some(url.into()), label },
    })
}

/// The mention that a tag and its label are, in the second dialect: `<mention url type?>` or `<date …>`.
pub(super) fn from_v2(tag: &Tag<'_>, label: Option<String>) -> Option<Mention> {
    let label = label.filter(|label| !label.is_empty());
    if tag.name == "date" {
        return if label.is_none() { date(tag, ["start-time", "end-time", "time-zone"]) } else { None };
    }
    if !tag.has_only(&["url", "type"]) {
        return None;
    }
    let url = without_braces(tag.get("url")?);
    Some(match tag.get("type") {
        None if url.starts_with("user://") => user(url, label)?,
        None if url.starts_with("collection://") => Mention::DataSource { id: url.parse().ok()?, label },
        None => match url.parse() {
            Ok(id) if crate::vocabulary::page_of(url).is_some() => Mention::Page { id, label },
            _ => Mention::Link { url: url.into(), label },
        },
        Some("database") => Mention::Database { id: url.parse().ok()?, label },
        Some(kind) => Mention::Other { kind: kind.into(), url: Some(url.into()), label },
    })
}

fn user(url: &str, label: Option<String>) -> Option<Mention> {
    let id: UserId = url.strip_prefix("user://").unwrap_or(url).parse().ok()?;
    Some(Mention::User { id, label })
}

fn date(tag: &Tag<'_>, [start_time, end_time, time_zone]: [&str; 3]) -> Option<Mention> {
    if !tag.has_only(&["start", start_time, "end", end_time, time_zone]) {
        return None;
    }
    let moment = |day: &str, time: Option<&str>| match time {
        None => is_day(day).then(|| day.to_owned()),
        Some(time) => (is_day(day) && is_time(time)).then(|| format!("{day}T{time}")),
    };
    let end = match (tag.get("end"), tag.get(end_time)) {
        (None, None) => None,
        (Some(day), time) => Some(moment(day, time)?),
        (None, Some(_)) => return None,
    };
    Some(Mention::Date {
        start: moment(tag.get("start")?, tag.get(start_time))?,
        end,
        time_zone: tag.get(time_zone).map(Into::into),
    })
}

fn has_shape(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(b, s)| if s == b'0' { b.is_ascii_digit() } else { b == s })
}

fn is_day(text: &str) -> bool {
    has_shape(text, "0000-00-00")
}

fn is_time(text: &str) -> bool {
    has_shape(text, "00:00")
}

/// A mention as markup. `label` is already escaped.
pub(super) fn write(mention: &Mention, flavor: Flavor, escape: impl Fn(&str) -> String) -> String {
    let user_url = |id: &UserId| format!("user://{id}");
    let page_url = |id: &PageId| page_address(&id.simple());
    let database_url = |id: &DatabaseId| page_address(&id.simple());
    let source_url = |id: &DataSourceId| format!("collection://{id}");
    let (kind, url, label) = match mention {
        Mention::User { id, label } => ("user", user_url(id), label),
        Mention::Page { id, label } => ("page", page_url(id), label),
        Mention::Database { id, label } => ("database", database_url(id), label),
        Mention::DataSource { id, label } => ("data-source", source_url(id), label),
        Mention::Date { start, end, time_zone } => {
            return write_date(start, end.as_deref(), time_zone.as_deref(), flavor);
        }
        Mention::Link { url, label } if flavor == Flavor::V2 => ("", url.clone(), label),
        // The first dialect has no tag for it: a link that shows the title is the nearest.
        Mention::Link { url, label } => {
            let address = crate::vocabulary::address_in_brackets(url);
            return format!("[{}]({address})", escape(label.as_deref().unwrap_or(url)));
        }
        Mention::Template { value } => return escape(&format!("@{value}")),
        Mention::Other { kind, url, label } => (kind.as_str(), url.clone().unwrap_or_default(), label),
    };
    let name = match flavor {
        Flavor::V1 => format!("mention-{kind}"),
        Flavor::V2 => "mention".into(),
    };
    let mut tag = TagWriter::new(&name).with("url", url);
    if flavor == Flavor::V2 && !matches!(kind, "" | "user" | "page" | "data-source") {
        tag = tag.with("type", kind);
    }
    match label.as_deref().filter(|label| !label.is_empty()) {
        Some(label) => format!("{}{}</{name}>", tag.open(), escape(label)),
        None if flavor == Flavor::V2 => tag.self_closed_apart(),
        None => tag.self_closed(),
    }
}

fn write_date(start: &str, end: Option<&str>, time_zone: Option<&str>, flavor: Flavor) -> String {
    // Block trees may tell seconds and offsets; the markup has minutes.
    let parts = |moment: &str| {
        let (day, time) = moment.split_once('T').map_or((moment, None), |(day, time)| (day, Some(time)));
        (day.to_owned(), time.map(|time| time.chars().take(5).collect::<String>()))
    };
    let (start_day, start_time) = parts(start);
    let (end_day, end_time) = end.map(parts).map_or((None, None), |(day, time)| (Some(day), time));
    match flavor {
        Flavor::V1 => TagWriter::new("mention-date")
            .with("start", start_day)
            .with_some("startTime", start_time)
            .with_some("end", end_day)
            .with_some("endTime", end_time)
            .with_some("timeZone", time_zone)
            .self_closed(),
        Flavor::V2 => TagWriter::new("date")
            .with("start", start_day)
            .with_some("end", end_day)
            .with_some("start-time", start_time)
            .with_some("end-time", end_time)
            .with_some("time-zone", time_zone)
            .self_closed_apart(),
    }
}
