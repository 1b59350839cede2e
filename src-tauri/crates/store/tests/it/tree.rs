//! Paths upwards and what hangs below.

use satchel_model::{Block, BlockKind, Database, Document, ItemId, Page, Parent, RichText, Span, Table, TableRow};
use satchel_store::{Cache, CacheReader, TreeUpdate};

use crate::fixture::{
    at, batch, block_id, cache_in_memory, data_source, data_source_id, database_id, in_page, page, page_id, row,
};

fn in_block(mut page: Page, block: u128) -> Page {
    page.parent = Parent::Block { block_id: block_id(block) };
    page
}

/// A page with a toggle (block 1) that holds a paragraph (block 2), and a table with a row (block 3).
fn tree(page: u128) -> TreeUpdate {
    let block = |n: u128, kind| Block { id: Some(block_id(n)), ..Block::new(kind) };
    let text: RichText = vec![Span::text("text")];
    let color = satchel_model::Color::default;
    let paragraph = block(2, BlockKind::Paragraph { text: text.clone(), color: color(), icon: None });
    let toggle = block(1, BlockKind::Toggle { text, color: color() }).with_children(vec![paragraph]);
    let row = TableRow { id: Some(block_id(3)), ..TableRow::default() };
    let table = Block::new(BlockKind::Table { table: Table { rows: vec![row], ..Table::default() } });
    TreeUpdate { page_id: page_id(page), document: Document { blocks: vec![toggle, table] }, fetched_at: at(0) }
}

fn path(reader: &CacheReader, item: ItemId) -> String {
    let titles: Vec<_> = reader.crumbs(item).unwrap().into_iter().map(|crumb| crumb.title).collect();
    titles.join(" / ")
}

async fn workspace(name: &str) -> Cache {
    let cache = cache_in_memory(name);
    let mut batch = batch();
    batch.pages = vec![
        page(1, "Home"),
        in_page(page(2, "Plans"), 1),
        in_block(page(3, "Deep"), 2),
        row(4, "Task", 1),
        in_page(page(5, "Orphan"), 99),
        in_page(page(6, "Trashed"), 1),
    ];
    batch.pages[5].in_trash = true;
    let mut source = data_source(1, "Tasks");
    source.database_parent = Parent::Unknown;
    batch.data_sources = vec![source];
    batch.databases = vec![Database {
        id: database_id(1),
        parent: Parent::Block { block_id: block_id(1) },
        title: vec![Span::text("Tasks")],
        icon: None,
        url: String::new(),
        is_inline: true,
        in_trash: false,
        data_sources: vec![data_source_id(1)],
    }];
    cache.writer.apply(batch).await.unwrap();
    cache
}

#[tokio::test]
async fn a_path_goes_through_pages_blocks_data_sources_and_databases() {
    let cache = workspace("paths").await;
    let (deep, task) = (ItemId::Page(page_id(3)), ItemId::Page(page_id(4)));
    assert_eq!(path(&cache.reader, ItemId::Page(page_id(2))), "Home");
    assert_eq!(path(&cache.reader, deep), "", "nobody knows the block yet");
    assert_eq!(path(&cache.reader, task), "Tasks");

    let mut trees = batch();
    trees.trees = vec![tree(2)];
    let change = cache.writer.apply(trees.clone()).await.unwrap();
    assert_eq!(change.items, [ItemId::Page(page_id(2))]);
    assert!(cache.writer.apply(trees).await.unwrap().items.is_empty());
    assert_eq!(path(&cache.reader, deep), "Home / Plans");
    assert_eq!(path(&cache.reader, task), "Home / Plans / Tasks");
    assert_eq!(path(&cache.reader, ItemId::Page(page_id(77))), "");
    assert_eq!(cache.reader.page_of(Parent::Block { block_id: block_id(3) }).unwrap(), Some(page_id(2)));
    assert_eq!(cache.reader.page_of(Parent::Block { block_id: block_id(9) }).unwrap(), None);
    assert_eq!(cache.reader.tree(page_id(2)).unwrap().unwrap().document, tree(2).document);
}

#[tokio::test]
async fn a_path_that_bites_its_tail_ends() {
    let cache = cache_in_memory("cycle");
    let mut batch = batch();
    batch.pages = vec![in_page(page(1, "One"), 3), in_page(page(2, "Two"), 1), in_page(page(3, "Three"), 2)];
    batch.pages.push(in_page(page(4, "Self"), 4));
    cache.writer.apply(batch).await.unwrap();
    assert_eq!(path(&cache.reader, ItemId::Page(page_id(3))), "One / Two");
    assert_eq!(path(&cache.reader, ItemId::Page(page_id(4))), "");
}

#[tokio::test]
async fn children_hang_in_a_page_and_in_its_blocks() {
    let cache = workspace("children").await;
    let below = |parent: Parent| -> Vec<String> {
        cache.reader.children(parent).unwrap().into_iter().map(|listed| listed.title).collect()
    };
    assert_eq!(below(Parent::Workspace), ["Home"]);
    assert_eq!(below(Parent::Page { page_id: page_id(1) }), ["Plans"]);
    assert_eq!(below(Parent::Page { page_id: page_id(2) }), Vec::<String>::new());
    let mut trees = batch();
    trees.trees = vec![tree(2)];
    cache.writer.apply(trees).await.unwrap();
    assert_eq!(below(Parent::Page { page_id: page_id(2) }), ["Deep", "Tasks"]);
    assert_eq!(below(Parent::Block { block_id: block_id(2) }), ["Deep"]);
    assert_eq!(below(Parent::Database { database_id: database_id(1) }), ["Tasks"]);
    let opened_as = cache.reader.data_source_of(database_id(1)).unwrap().unwrap();
    assert_eq!(opened_as.item, ItemId::DataSource(data_source_id(1)));
    let row_parent = Parent::DataSource { data_source_id: data_source_id(1), database_id: None };
    assert_eq!(below(row_parent), ["Task"]);
}

#[tokio::test]
async fn roots_are_what_hangs_at_the_top_or_out_of_sight() {
    let cache = workspace("roots").await;
    let roots: Vec<_> = cache.reader.roots().unwrap().into_iter().map(|listed| listed.title).collect();
    // The block that `Deep` and the database hang in is not known yet.
    assert_eq!(roots, ["Deep", "Home", "Orphan", "Tasks"]);
    let mut trees = batch();
    trees.trees = vec![tree(2)];
    cache.writer.apply(trees).await.unwrap();
    let roots: Vec<_> = cache.reader.roots().unwrap().into_iter().map(|listed| listed.title).collect();
    assert_eq!(roots, ["Home", "Orphan"]);
}
