//! What a new reading of a thing makes of what is known: a reading that lacks something does not erase it.

use satchel_model::{DataSource, Database, Page, Parent, Property, PropertyValue, User, UserKind};

/// A page, read again.
pub(super) fn page(mut new: Page, old: &Page) -> Page {
    new.parent = parent(new.parent, old.parent);
    new.created_by = new.created_by.or(old.created_by);
    if new.last_edited_time == old.last_edited_time {
        new.last_edited_by = new.last_edited_by.or(old.last_edited_by);
        // Long lists come cut off at 25; the rest was read for this very version of the page.
        for property in &mut new.properties {
            if let Some(known) = old.properties.iter().find(|known| known.id == property.id) {
                keep_rest(property, known);
            }
        }
    }
    new
}

/// A data source, read again.
pub(super) fn data_source(mut new: DataSource, old: &DataSource) -> DataSource {
    new.database_id = new.database_id.or(old.database_id);
    new.database_parent = parent(new.database_parent, old.database_parent);
    new
}

/// A database, read again.
pub(super) fn database(mut new: Database, old: &Database) -> Database {
    new.parent = parent(new.parent, old.parent);
    new
}

/// A user, met again: mostly as an id and nothing else.
pub(super) fn user(mut new: User, old: &User) -> User {
    new.name = new.name.or_else(|| old.name.clone());
    new.avatar_url = new.avatar_url.or_else(|| old.avatar_url.clone());
    new.email = new.email.or_else(|| old.email.clone());
    if new.kind == UserKind::Unknown {
        new.kind = old.kind;
    }
    new
}

fn parent(new: Parent, old: Parent) -> Parent {
    match (new, old) {
        (Parent::Unknown, old) => old,
        (
            Parent::DataSource { data_source_id, database_id: None },
            Parent::DataSource { data_source_id: known, database_id },
        ) if known == data_source_id => Parent::DataSource { data_source_id, database_id },
        (new, _) => new,
    }
}

/// Keeps a list that is known whole when the new one is its cut-off beginning.
fn keep_rest(new: &mut Property, old: &Property) {
    let is_beginning = match (&new.value, &old.value) {
        (
            PropertyValue::People { people, has_more: true },
            PropertyValue::People { people: known, has_more: false },
        ) => people.len() <= known.len() && people.iter().zip(known).all(|(new, old)| new.id == old.id),
        (
            PropertyValue::Relation { pages, has_more: true },
            PropertyValue::Relation { pages: known, has_more: false },
        ) => pages.len() <= known.len() && pages.iter().zip(known).all(|(new, old)| new.id == old.id),
        _ => false,
    };
    if is_beginning {
        new.value = old.value.clone();
    }
}
