//! Pages, databases, data sources and where they hang.

use satchel_model::{DataSource, Database, DateValue, Icon, Page, Parent, Property, PropertySchema, SelectOption};
use satchel_notion::types::{self as wire, IconKind, ParentKind, SchemaKind};

use super::{FromWire, property, property_value, rich_text};

/// A page without its body.
#[must_use]
pub fn page(page: &wire::Page) -> Page {
    Page {
        id: page.id.to_model(),
        parent: parent(&page.parent),
        icon: page.icon.value().and_then(icon),
        cover_url: page.cover.value().and_then(|cover| cover.kind.url()).map(str::to_owned),
        url: page.url.clone(),
        created_time: page.created_time.timestamp(),
        last_edited_time: page.last_edited_time.timestamp(),
        created_by: page.created_by.value().map(|user| user.id.to_model()),
        last_edited_by: page.last_edited_by.value().map(|user| user.id.to_model()),
        in_trash: page.is_in_trash(),
        is_archived: page.is_archived.unwrap_or(false),
        is_locked: page.is_locked.unwrap_or(false),
        properties: page
            .properties
            .iter()
            .map(|(name, value)| Property {
                id: value.id.value().map(|id| id.as_str().to_owned()).unwrap_or_default(),
                name: name.clone(),
                value: property_value(value),
            })
            .collect(),
    }
}

/// A database.
#[must_use]
pub fn database(database: &wire::Database) -> Database {
    Database {
        id: database.id.to_model(),
        parent: parent(&database.parent),
        title: rich_text(&database.title),
        icon: database.icon.value().and_then(icon),
        url: database.url.value().cloned().unwrap_or_default(),
        is_inline: database.is_inline.unwrap_or(false),
        in_trash: database.in_trash.unwrap_or(database.archived.unwrap_or(false)),
        data_sources: database.data_sources.value().into_iter().flatten().map(|source| source.id.to_model()).collect(),
    }
}

/// A data source with its schema.
#[must_use]
pub fn data_source(source: &wire::DataSource) -> DataSource {
    let database_id = match &source.parent.kind {
        ParentKind::Database(id) => Some(id.to_model()),
        _ => source.parent.database_id.value().map(|id| id.to_model()),
    };
    DataSource {
        id: source.id.to_model(),
        database_id,
        database_parent: source.database_parent.value().map_or(Parent::Unknown, parent),
        title: rich_text(&source.title),
        description: source.description.value().map(|runs| rich_text(runs)).unwrap_or_default(),
        icon: source.icon.value().and_then(icon),
        url: source.url.value().cloned().unwrap_or_default(),
        is_inline: source.is_inline.unwrap_or(false),
        in_trash: source.in_trash.unwrap_or(source.archived.unwrap_or(false)),
        created_time: source.created_time.timestamp(),
        last_edited_time: source.last_edited_time.timestamp(),
        properties: source.properties.iter().map(|(name, schema)| column(name, schema)).collect(),
    }
}

fn column(name: &str, schema: &wire::PropertySchema) -> PropertySchema {
    let options = match &schema.kind {
        SchemaKind::Select(select) | SchemaKind::MultiSelect(select) => options(select.options.value()),
        SchemaKind::Status(status) => {
            let mut options = options(status.options.value());
            let groups = status.groups.value().map(Vec::as_slice).unwrap_or_default();
            for (index, group) in groups.iter().enumerate() {
                let belongs = |option: &&mut SelectOption| {
                    group.option_ids.iter().any(|id| option.id.as_deref() == Some(id.as_str()))
                };
                for option in options.iter_mut().filter(belongs) {
                    option.group = Some(property::status_group(index, groups.len()));
                }
            }
            options
        }
        _ => Vec::new(),
    };
    PropertySchema {
        id: schema.id.value().map(|id| id.as_str().to_owned()).unwrap_or_default(),
        name: name.to_owned(),
        kind: schema.kind.name().to_owned(),
        options,
        number_format: match &schema.kind {
            SchemaKind::Number(number) => number.format.value().cloned(),
            _ => None,
        },
        relation_to: match &schema.kind {
            SchemaKind::Relation(relation) => relation.data_source_id.value().map(|id| id.to_model()),
            _ => None,
        },
    }
}

fn options(options: Option<&Vec<wire::SelectOption>>) -> Vec<SelectOption> {
    options.into_iter().flatten().map(property::option).collect()
}

/// Where something hangs.
#[must_use]
pub fn parent(parent: &wire::Parent) -> Parent {
    match &parent.kind {
        ParentKind::Workspace(_) => Parent::Workspace,
        ParentKind::Page(id) => Parent::Page { page_id: id.to_model() },
        ParentKind::Block(id) => Parent::Block { block_id: id.to_model() },
        ParentKind::DataSource(id) => Parent::DataSource {
            data_source_id: id.to_model(),
            database_id: parent.database_id.value().map(|id| id.to_model()),
        },
        ParentKind::Database(id) => Parent::Database { database_id: id.to_model() },
        _ => Parent::Unknown,
    }
}

/// An icon; one that is newer than this program is none.
pub(super) fn icon(icon: &wire::Icon) -> Option<Icon> {
    Some(match &icon.kind {
        IconKind::Emoji(emoji) => Icon::Emoji { emoji: emoji.clone() },
        IconKind::External(file) => Icon::External { url: file.url.clone() },
        IconKind::Hosted(file) => Icon::File { url: file.url.clone() },
        IconKind::CustomEmoji(emoji) => Icon::CustomEmoji {
            name: emoji.name.value().cloned().unwrap_or_default(),
            url: emoji.url.value().cloned().unwrap_or_default(),
        },
        IconKind::Native(native) => Icon::Native {
            name: native.name.clone(),
            color: native.color.value().cloned().unwrap_or_else(|| "gray".into()),
        },
        _ => return None,
    })
}

pub(super) fn date(date: &satchel_notion::DateValue) -> DateValue {
    DateValue {
        start: date.start.as_str().to_owned(),
        end: date.end.value().map(|end| end.as_str().to_owned()),
        time_zone: date.time_zone.value().cloned(),
    }
}
