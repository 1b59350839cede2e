//! The demo is the shop window: it has to be whole, and to stay what it is.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value, json};

use super::*;
use crate::markdown::{ReadOptions, Tree, WriteOptions, read as read_markdown, strip_markdown_only, write};

fn all_pages(seed: &Seed) -> impl Iterator<Item = &PageSeed> {
    seed.workspaces.iter().flat_map(|workspace| &workspace.pages)
}

fn all_sources(seed: &Seed) -> impl Iterator<Item = &DataSourceSeed> {
    seed.workspaces.iter().flat_map(|workspace| &workspace.databases).flat_map(|database| &database.data_sources)
}

/// An id that depends on nothing but the text.
fn id_of(text: &str) -> String {
    let number = text.bytes().fold(0xcbf2_9ce4_8422_2325_u128, |hash, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    });
    uuid::Uuid::from_u128(number).to_string()
}

/// Fills in `{{kind:key}}` as the state does.
fn filled(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").expect("placeholders end");
        let (kind, key) = name.split_once(':').expect("placeholders name a kind");
        out.push_str(before);
        match kind {
            "url" => out.push_str(&format!("https://app.notion.com/p/{}", id_of(key).replace('-', ""))),
            _ => out.push_str(&id_of(key)),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The keys a text refers to, with their kinds.
fn references(text: &str) -> Vec<(String, String)> {
    text.split("{{")
        .skip(1)
        .filter_map(|part| part.split_once("}}")?.0.split_once(':'))
        .map(|(kind, key)| (kind.to_owned(), key.to_owned()))
        .collect()
}

fn trees(markdown: &str) -> Vec<Tree> {
    read_markdown(&filled(markdown), &ReadOptions::default())
}

/// Every object of a block's JSON that has a `type`, and the kinds of trees.
fn kinds(page: &PageSeed) -> BTreeSet<String> {
    fn of_trees(trees: &[Tree], found: &mut BTreeSet<String>) {
        for tree in trees {
            found.insert(tree.kind.clone());
            of_trees(&tree.children, found);
        }
    }
    fn of_blocks(blocks: &[Value], found: &mut BTreeSet<String>) {
        for block in blocks {
            let kind = block["type"].as_str().expect("blocks have a type");
            found.insert(kind.to_owned());
            of_blocks(block[kind]["children"].as_array().map_or(&[], Vec::as_slice), found);
        }
    }
    let mut found = BTreeSet::new();
    for piece in &page.body {
        match piece {
            BodySeed::Markdown(text) => of_trees(&trees(text), &mut found),
            BodySeed::Blocks(blocks) => of_blocks(blocks, &mut found),
        }
    }
    found
}

/// All rich text of a page, as JSON.
fn runs(page: &PageSeed) -> Vec<Value> {
    fn collect(value: &Value, found: &mut Vec<Value>) {
        match value {
            Value::Object(map) => {
                if map.get("type").is_some_and(|kind| kind == "text" || kind == "mention" || kind == "equation") {
                    found.push(value.clone());
                }
                map.values().for_each(|value| collect(value, found));
            }
            Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
            _ => {}
        }
    }
    fn of_trees(trees: &[Tree], found: &mut Vec<Value>) {
        for tree in trees {
            collect(&Value::Object(tree.payload.clone()), found);
            of_trees(&tree.children, found);
        }
    }
    let mut found = Vec::new();
    for piece in &page.body {
        match piece {
            BodySeed::Markdown(text) => of_trees(&trees(text), &mut found),
            BodySeed::Blocks(blocks) => blocks.iter().for_each(|block| collect(block, &mut found)),
        }
    }
    found
}

fn blocks_in(trees: &[Tree]) -> usize {
    trees.iter().map(|tree| 1 + blocks_in(&tree.children)).sum()
}

fn page<'a>(seed: &'a Seed, key: &str) -> &'a PageSeed {
    all_pages(seed).find(|page| page.key == key).expect("the page exists")
}

#[test]
fn the_seed_is_the_same_every_time() {
    let json = |seed: &Seed| serde_json::to_string(seed).unwrap();
    let first = json(&seed());
    assert_eq!(first, json(&seed()));
    let again: Seed = serde_json::from_str(&first).unwrap();
    assert_eq!(json(&again), first);
}

#[test]
fn every_file_is_listed() {
    fn files(folder: &Path, found: &mut usize) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files(&path, found);
            } else {
                *found += 1;
            }
        }
    }
    let mut found = 0;
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("demo"), &mut found);
    let listed: usize = WORKSPACES.iter().map(|files| 1 + files.databases.len() + files.pages.len()).sum();
    assert_eq!(found, listed);
}

#[test]
fn there_is_enough_and_not_too_much() {
    let seed = seed();
    let count = all_pages(&seed).count();
    assert!((55..=75).contains(&count), "{count} pages");
    let names: Vec<&str> = seed.workspaces.iter().map(|workspace| workspace.name.as_str()).collect();
    assert_eq!(names, ["Northlight Studio", "Mara, personal", "雲研究室 Kumo Lab"]);
    let untitled = all_pages(&seed).filter(|page| page.title.is_empty()).count();
    let empty = all_pages(&seed).filter(|page| page.body.is_empty()).count();
    assert!(untitled >= 1 && empty >= 1);
    assert!(all_pages(&seed).any(|page| page.title.chars().count() > 100));
    let longest = all_pages(&seed).map(|page| match page.body.as_slice() {
        [BodySeed::Markdown(text)] => blocks_in(&trees(text)),
        _ => 0,
    });
    assert!(longest.max().unwrap() >= 150);
}

#[test]
fn keys_are_unique() {
    let seed = seed();
    let unique = |keys: Vec<&str>| {
        let mut seen = BTreeSet::new();
        keys.into_iter().for_each(|key| assert!(seen.insert(key.to_owned()), "{key} twice"));
    };
    let databases = seed.workspaces.iter().flat_map(|workspace| &workspace.databases);
    unique(
        all_pages(&seed).map(|page| page.key.as_str()).chain(databases.map(|database| database.key.as_str())).collect(),
    );
    unique(all_sources(&seed).map(|source| source.key.as_str()).collect());
    unique(seed.workspaces.iter().flat_map(|workspace| &workspace.people).map(|person| person.key.as_str()).collect());
    let connections = || seed.workspaces.iter().flat_map(|workspace| &workspace.connections);
    unique(connections().map(|connection| connection.token.as_str()).collect());
    assert!(connections().all(|connection| connection.token.starts_with("ntn_demo_")));
}

#[test]
fn references_stay_in_their_workspace_and_resolve() {
    for workspace in &seed().workspaces {
        let pages: BTreeSet<&str> = workspace.pages.iter().map(|page| page.key.as_str()).collect();
        let people: BTreeSet<&str> = workspace.people.iter().map(|person| person.key.as_str()).collect();
        let databases: BTreeSet<&str> = workspace.databases.iter().map(|database| database.key.as_str()).collect();
        let sources: BTreeSet<&str> = workspace
            .databases
            .iter()
            .flat_map(|database| &database.data_sources)
            .map(|source| source.key.as_str())
            .collect();
        for (kind, key) in references(&serde_json::to_string(workspace).unwrap()) {
            let is_there = match kind.as_str() {
                "page" => pages.contains(key.as_str()),
                "database" => databases.contains(key.as_str()),
                "data_source" => sources.contains(key.as_str()),
                "user" => people.contains(key.as_str()),
                "url" => pages.contains(key.as_str()) || databases.contains(key.as_str()),
                _ => false,
            };
            assert!(is_there, "{{{{{kind}:{key}}}}} in {}", workspace.name);
        }
        let parents =
            workspace.pages.iter().map(|page| &page.parent).chain(workspace.databases.iter().map(|base| &base.parent));
        for parent in parents {
            assert!(match parent {
                ParentSeed::Workspace | ParentSeed::Agent(_) => true,
                ParentSeed::Page(key) => pages.contains(key.as_str()),
                ParentSeed::DataSource(key) => sources.contains(key.as_str()),
            });
        }
        for page in &workspace.pages {
            let authors = page.stamps.created_by.iter().chain(&page.stamps.edited_by);
            for key in authors.chain(page.comments.iter().map(|comment| &comment.by)) {
                assert!(people.contains(key.as_str()), "{key} on {}", page.key);
            }
            assert!(page.stamps.created_minutes_ago >= page.stamps.edited_minutes_ago, "{}", page.key);
        }
        for connection in &workspace.connections {
            assert!(connection.owner.as_deref().is_none_or(|key| people.contains(key)));
            for key in &connection.shared {
                assert!(pages.contains(key.as_str()) || databases.contains(key.as_str()), "{key}");
            }
        }
    }
}

#[test]
fn children_are_named_by_their_parents_only() {
    for workspace in &seed().workspaces {
        let parents: BTreeMap<&str, &ParentSeed> = workspace
            .pages
            .iter()
            .map(|page| (page.key.as_str(), &page.parent))
            .chain(workspace.databases.iter().map(|database| (database.key.as_str(), &database.parent)))
            .collect();
        for page in &workspace.pages {
            for piece in &page.body {
                let BodySeed::Markdown(text) = piece else { continue };
                for line in text.lines().filter(|line| line.starts_with("<page ") || line.starts_with("<database ")) {
                    for (_, key) in references(line) {
                        assert_eq!(parents[key.as_str()], &ParentSeed::Page(page.key.clone()), "{key}");
                    }
                }
            }
        }
    }
}

#[test]
fn comments_on_blocks_find_their_block() {
    for page in all_pages(&seed()) {
        for start in page.comments.iter().filter_map(|comment| comment.on_block.as_deref()) {
            let found = page.body.iter().any(|piece| match piece {
                BodySeed::Markdown(text) => starts(&trees(text), start),
                BodySeed::Blocks(_) => false,
            });
            assert!(found, "{start} on {}", page.key);
        }
    }
}

fn starts(trees: &[Tree], start: &str) -> bool {
    trees.iter().any(|tree| {
        let runs = tree.payload.get("rich_text").and_then(Value::as_array);
        let text: String = runs.into_iter().flatten().filter_map(|run| run["plain_text"].as_str()).collect();
        text.starts_with(start) || starts(&tree.children, start)
    })
}

#[test]
fn bodies_come_back_as_they_were_written() {
    for page in all_pages(&seed()) {
        let texts = page.body.iter().filter_map(|piece| match piece {
            BodySeed::Markdown(text) => Some(text),
            BodySeed::Blocks(_) => None,
        });
        for text in texts.chain(page.comments.iter().map(|comment| &comment.markdown)) {
            let text = filled(text);
            assert_eq!(
                write(&read_markdown(&text, &ReadOptions::default()), &WriteOptions::default()),
                text,
                "{}",
                page.key
            );
        }
    }
}

#[test]
fn one_page_has_every_kind_of_block() {
    let seed = seed();
    let found = kinds(page(&seed, "every-block"));
    let wanted = [
        "paragraph",
        "heading_1",
        "heading_2",
        "heading_3",
        "heading_4",
        "bulleted_list_item",
        "numbered_list_item",
        "to_do",
        "toggle",
        "quote",
        "callout",
        "code",
        "equation",
        "divider",
        "table",
        "table_row",
        "column_list",
        "column",
        "image",
        "video",
        "audio",
        "file",
        "pdf",
        "bookmark",
        "embed",
        "link_preview",
        "link_to_page",
        "child_page",
        "child_database",
        "synced_block",
        "template",
        "breadcrumb",
        "table_of_contents",
        "tab",
        "meeting_notes",
        "unsupported",
    ];
    for kind in wanted {
        assert!(found.contains(kind), "{kind}");
    }
}

#[test]
fn one_page_has_every_style_colour_and_mention() {
    let seed = seed();
    let runs = runs(page(&seed, "every-block"));
    for style in ["bold", "italic", "strikethrough", "underline", "code"] {
        assert!(runs.iter().any(|run| run["annotations"][style] == true), "{style}");
    }
    for colour in ["gray", "brown", "orange", "yellow", "green", "blue", "purple", "pink", "red"] {
        for name in [colour.to_owned(), format!("{colour}_background")] {
            assert!(runs.iter().any(|run| run["annotations"]["color"] == name.as_str()), "{name}");
        }
    }
    let mentions: BTreeSet<&str> = runs.iter().filter_map(|run| run["mention"]["type"].as_str()).collect();
    for kind in ["user", "page", "database", "date", "link_mention", "link_preview", "template_mention", "custom_emoji"]
    {
        assert!(mentions.contains(kind), "{kind}");
    }
    assert!(runs.iter().any(|run| run["type"] == "equation"));
}

#[test]
fn two_databases_have_every_kind_of_property() {
    let seed = seed();
    let mut found = BTreeSet::new();
    for key in ["tasks", "bugs"] {
        let source = all_sources(&seed).find(|source| source.key == key).unwrap();
        let rows: Vec<&PageSeed> =
            all_pages(&seed).filter(|page| page.parent == ParentSeed::DataSource(key.to_owned())).collect();
        assert!(rows.len() >= 8, "{key}");
        for (name, schema) in &source.properties {
            let kind = schema.as_object().unwrap().keys().next().unwrap().clone();
            let is_computed = matches!(
                kind.as_str(),
                "title"
                    | "created_time"
                    | "created_by"
                    | "last_edited_time"
                    | "last_edited_by"
                    | "rollup"
                    | "button"
                    | "unique_id"
            );
            let filled = rows
                .iter()
                .filter(|row| row.properties.get(name).is_some_and(|value| value[&kind] != Value::Null))
                .count();
            assert!(is_computed || filled >= 1, "{name}");
            found.insert(kind);
        }
    }
    for kind in [
        "title",
        "rich_text",
        "number",
        "select",
        "multi_select",
        "status",
        "date",
        "people",
        "files",
        "checkbox",
        "url",
        "email",
        "phone_number",
        "relation",
        "formula",
        "rollup",
        "created_time",
        "last_edited_time",
        "created_by",
        "last_edited_by",
        "unique_id",
        "verification",
        "place",
        "button",
    ] {
        assert!(found.contains(kind), "{kind}");
    }
}

#[test]
fn options_of_values_are_in_the_schema() {
    let seed = seed();
    let sources: BTreeMap<&str, &DataSourceSeed> =
        all_sources(&seed).map(|source| (source.key.as_str(), source)).collect();
    for page in all_pages(&seed) {
        let ParentSeed::DataSource(key) = &page.parent else { continue };
        for (name, value) in &page.properties {
            let schema = &sources[key.as_str()].properties[name];
            for kind in ["select", "status", "multi_select"] {
                let Some(options) = schema[kind]["options"].as_array() else { continue };
                let chosen = match &value[kind] {
                    Value::Array(many) => many.clone(),
                    one => vec![one.clone()],
                };
                for option in chosen.iter().filter(|option| !option.is_null()) {
                    assert!(options.iter().any(|known| known["name"] == option["name"]), "{option} of {name}");
                }
            }
        }
    }
}

#[test]
fn a_page_is_there_that_the_first_connection_cannot_see() {
    let seed = seed();
    let northlight = &seed.workspaces[0];
    let connection = &northlight.connections[0];
    assert!(!connection.capabilities.update_content);
    assert!(!connection.shared.contains(&"salary-review-2027".to_owned()));
    assert_eq!(page(&seed, "salary-review-2027").parent, ParentSeed::Workspace);
    // Everything else at the top is shared.
    for page in
        northlight.pages.iter().filter(|page| page.parent == ParentSeed::Workspace && page.key != "salary-review-2027")
    {
        assert!(connection.shared.contains(&page.key), "{}", page.key);
    }
    let mentions = serde_json::to_string(page(&seed, "every-block")).unwrap();
    assert!(mentions.contains("{{url:salary-review-2027}}"));
}

#[test]
fn nothing_of_markdown_leaks_into_properties() {
    for page in all_pages(&seed()) {
        let mut value = json!(page.properties);
        let before = value.clone();
        strip_markdown_only(&mut value);
        assert_eq!(value, before);
    }
}

#[test]
fn the_demo_can_be_planted() {
    crate::Simulator::new(seed(), crate::SimulatorOptions::default()).unwrap();
}

#[test]
fn ages_read_as_meant_at_any_hour() {
    const DAY: u32 = 24 * 60;
    let seed = seed();
    let age = |key: &str| page(&seed, key).stamps.edited_minutes_ago;
    assert_eq!((age("autumn-launch-plan"), age("translate-launch-emails")), (12, 120));
    // What is to be called "yesterday" is as old as a day: a little less would still be today in the evening.
    let budget = seed.workspaces[0].databases.iter().find(|database| database.key == "budget").unwrap();
    assert_eq!(budget.stamps.edited_minutes_ago, DAY);
    // A day of the week stands for two days to six, whatever the hour.
    let is_this_week = |age: u32| (2 * DAY..6 * DAY).contains(&age);
    assert!(is_this_week(age("weekly-notes-16-november")));
    let asked = |comment: &&crate::seed::CommentSeed| comment.markdown.starts_with("Should the");
    for key in ["onboarding-emails", "autumn-launch-plan"] {
        assert!(is_this_week(page(&seed, key).comments.iter().find(asked).unwrap().minutes_ago), "{key}");
    }
    assert!(age("post-mortem-march") > 7 * DAY && age("launch-plan-pdf") > 7 * DAY);
}
