//! Templates for rows: pages that are copied into others, some seconds after the service has said that all is well.

use jiff::{SignedDuration, Timestamp};

use super::content::{NewBlock, Place};
use super::ids::Id;
use super::{Body, Stamp, Workspace};

/// How long a page stays blank.
const FILLED_AFTER: SignedDuration = SignedDuration::from_secs(2);

/// A page that is to be filled.
#[derive(Debug, Clone)]
pub(crate) struct Filling {
    due: Timestamp,
    page: Id,
    template: Id,
    by: Id,
}

impl Workspace {
    /// Makes rows templates, which are no rows. Nothing is done, and `false` returned, when one is no row of the data source, or the
    /// default one not among them.
    pub fn declare_templates(&mut self, source: Id, templates: Vec<Id>, default: Option<Id>) -> bool {
        let Some(source) = self.data_sources.get_mut(&source) else { return false };
        let are_rows = templates.iter().all(|template| source.rows.contains(template));
        if !are_rows || default.is_some_and(|default| !templates.contains(&default)) {
            return false;
        }
        source.rows.retain(|row| !templates.contains(row));
        (source.templates, source.default_template) = (templates, default);
        true
    }

    pub fn is_template(&self, page: Id) -> bool {
        self.data_sources.values().any(|source| source.templates.contains(&page))
    }

    /// Fills a page from a template, not at once.
    pub fn fill_later(&mut self, page: Id, template: Id, stamp: Stamp) {
        let due = stamp.at.checked_add(FILLED_AFTER).unwrap_or(stamp.at);
        self.fillings.push(Filling { due, page, template, by: stamp.by });
    }

    /// Fills what was to be filled by now. Returns the pages that were. One that has gone, or whose template has, is forgotten:
    /// the service tells nobody.
    pub fn settle_fillings(&mut self, now: Timestamp) -> Vec<Id> {
        let (due, later): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.fillings).into_iter().partition(|filling| filling.due <= now);
        self.fillings = later;
        due.into_iter().filter(|filling| self.fill(filling)).map(|filling| filling.page).collect()
    }

    fn fill(&mut self, filling: &Filling) -> bool {
        let Some((node, template)) = self.page(filling.template).filter(|(node, _)| !node.in_trash) else {
            return false;
        };
        let (blocks, template) = (self.copies(&node.children), template.clone());
        let Some(page) = self.page_mut(filling.page) else { return false };
        if page.title.is_empty() {
            page.title = template.title;
        }
        page.icon = page.icon.take().or(template.icon);
        page.cover = page.cover.take().or(template.cover);
        for (column, value) in template.values {
            page.values.entry(column).or_insert(value);
        }
        let stamp = Stamp { at: filling.due, by: filling.by };
        self.insert_blocks(filling.page, Place::End, blocks, stamp);
        self.touch(filling.page, stamp);
        true
    }

    /// Blocks like these; pages and databases among them are not copied.
    fn copies(&self, ids: &[Id]) -> Vec<NewBlock> {
        ids.iter()
            .filter_map(|id| self.node(*id).filter(|node| !node.in_trash))
            .filter_map(|node| match &node.body {
                Body::Block { kind, payload } => Some(NewBlock {
                    kind: kind.clone(),
                    payload: payload.clone(),
                    children: self.copies(&node.children),
                    existing: None,
                    wanted: None,
                }),
                Body::Page(_) | Body::Database(_) => None,
            })
            .collect()
    }
}
