//! What the client can write, the service takes and gives back as it was: blocks, texts, property values, up to the limits and over them.

mod documents;
mod files;
mod properties;
mod views;

use futures_util::future::BoxFuture;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use satchel_core::InProcess;
use satchel_notion::types::{Color, Empty, Icon, NewBlock, PageOrDataSource, PropertyValue, RichText, SchemaKind};
use satchel_notion::write::{CreateDatabase, CreatePage, Filter, Position, Query};
use satchel_notion::{BlockId, Client, Collected, PageId, split};
use satchel_sim::{Simulator, SimulatorOptions, seed::Seed};
use secrecy::SecretString;
use serde_json::{Map, Value, json};

struct Desk {
    client: Client,
    inbox: PageId,
    simulator: Simulator,
    runtime: tokio::runtime::Runtime,
}

impl Desk {
    fn new() -> Self {
        let options = SimulatorOptions { requests_per_minute: Some(1_000_000), ..SimulatorOptions::default() };
        let simulator = Simulator::new(Seed::with_inbox(), options).unwrap();
        let inbox = simulator.id_of("empty", "page:inbox").unwrap().parse().unwrap();
        let client = Client::builder(InProcess::new(simulator.clone()))
            .token(SecretString::from("ntn_empty"))
            .requests_per_minute(1_000_000)
            .build()
            .unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        Self { client, inbox, simulator, runtime }
    }

    /// The status of a request that does not go through the client.
    fn post(&self, path: &str, body: &Value) -> u16 {
        let request = http::Request::post(format!("https://api.notion.com{path}"))
            .header("authorization", "Bearer ntn_empty")
            .header("notion-version", satchel_notion::VERSION)
            .header("content-type", "application/json")
            .body(bytes::Bytes::from(body.to_string()))
            .unwrap();
        self.simulator.handle(request).unwrap().status().as_u16()
    }

    /// A page with these blocks, as many requests as they take.
    async fn page(&self, blocks: Vec<NewBlock>) -> Result<PageId, satchel_notion::Error> {
        let page = self.client.pages().create(&CreatePage::new(self.inbox).title("A page")).await?.into_full().unwrap();
        for batch in split::batches(blocks, split::COMFORTABLE_BYTES) {
            let made = self.client.blocks().append(page.id, &batch, Position::End).await?;
            assert_eq!(made.len(), batch.len());
        }
        Ok(page.id)
    }

    /// The blocks of a page, their children inside, as they would be written.
    fn read(&self, id: BlockId) -> BoxFuture<'_, Vec<Value>> {
        Box::pin(async move {
            let mut found = Vec::new();
            for block in self.client.blocks().children(id).collect_all().await.unwrap().items {
                let block = block.into_full().unwrap();
                let mut shown = serde_json::to_value(&block).unwrap();
                let kind = shown["type"].as_str().unwrap().to_owned();
                if block.has_children {
                    shown[&kind]["children"] = self.read(block.id).await.into();
                }
                found.push(json!({ "type": kind, kind.clone(): shown[&kind] }));
            }
            found
        })
    }
}

/// Runs as a reader sees them: equal neighbours are one, what the service fills in is left out.
fn runs(value: &Value) -> Value {
    let mut merged: Vec<(String, Value)> = Vec::new();
    for run in value.as_array().into_iter().flatten() {
        let looks = |name: &str| run.pointer(&format!("/annotations/{name}")).cloned();
        let styles =
            ["bold", "italic", "strikethrough", "underline", "code"].map(|name| looks(name).unwrap_or(false.into()));
        let color = looks("color").unwrap_or("default".into());
        let look = json!([styles, color, run.pointer("/text/link/url"), run.get("equation").is_some()]);
        let text = run
            .pointer("/text/content")
            .or_else(|| run.pointer("/equation/expression"))
            .and_then(Value::as_str)
            .unwrap();
        match merged.last_mut() {
            Some((before, same)) if *same == look && run.get("equation").is_none() => before.push_str(text),
            _ => merged.push((text.to_owned(), look)),
        }
    }
    merged.retain(|(text, _)| !text.is_empty());
    json!(merged)
}

/// Where `read` has not what was written. What the service adds is no difference.
fn missing(written: &Value, read: &Value, path: &str) -> Option<String> {
    match (written, read) {
        (Value::Object(left), Value::Object(right)) => {
            left.iter().find_map(|(key, value)| match (key.as_str(), right.get(key)) {
                ("rich_text" | "caption", Some(other)) => {
                    let (left, right) = (runs(value), runs(other));
                    (left != right).then(|| format!("{path}.{key}: {left} became {right}"))
                }
                ("cells", Some(other)) => {
                    let cells = |cells: &Value| cells.as_array().into_iter().flatten().map(runs).collect::<Value>();
                    let (left, right) = (cells(value), cells(other));
                    (left != right).then(|| format!("{path}.{key}: {left} became {right}"))
                }
                // A block with nothing in it has no children.
                ("children", None) if value == &json!([]) => None,
                (_, Some(other)) => missing(value, other, &format!("{path}.{key}")),
                (_, None) => Some(format!("{path}.{key} is gone: {value}")),
            })
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => left
            .iter()
            .zip(right)
            .enumerate()
            .find_map(|(at, (left, right))| missing(left, right, &format!("{path}[{at}]"))),
        _ => (written != read).then(|| format!("{path}: {written} became {read}")),
    }
}

fn written(blocks: &[NewBlock]) -> Value {
    serde_json::to_value(blocks).unwrap()
}

fn run() -> impl Strategy<Value = RichText> {
    let text = prop_oneof![4 => "\\PC{1,30}", 1 => "[a-z ]{1,12}", 1 => "[😀👨‍👩‍👧é\u{301}]{1,8}", 1 => "a\nb\tc"];
    (text, any::<[bool; 5]>(), 0..4_u8, any::<bool>()).prop_map(
        |(text, [bold, italic, strike, under, code], color, links)| {
            let run = if links { RichText::link(text, "https://example.org/a?b=c") } else { RichText::text(text) };
            run.annotated(|looks| {
                looks.bold = bold.into();
                looks.italic = italic.into();
                looks.strikethrough = strike.into();
                looks.underline = under.into();
                looks.code = code.into();
                looks.color = match color {
                    1 => Color::Red.into(),
                    2 => Color::BlueBackground.into(),
                    _ => Color::Default.into(),
                };
            })
        },
    )
}

fn text() -> impl Strategy<Value = Vec<RichText>> {
    prop_oneof![6 => prop::collection::vec(run(), 0..4), 1 => Just(vec![RichText::equation("e^{i\\pi} = -1")])]
}

/// A block by itself. A table has a level of its own, which must be left.
fn leaf(is_deepest: bool) -> impl Strategy<Value = NewBlock> {
    (text(), 0..14_u8, any::<bool>()).prop_map(move |(text, kind, flag)| match kind {
        0..=2 => NewBlock::paragraph(text),
        3 => NewBlock::heading(1 + u8::from(flag), text),
        4 => NewBlock::heading(3 + u8::from(flag), text),
        5 | 6 => NewBlock::bulleted(text),
        7 => NewBlock::numbered(text),
        8 => NewBlock::to_do(text, flag),
        9 => NewBlock::toggle(text),
        10 => NewBlock::quote(text),
        11 => NewBlock::callout(Icon::emoji("💡"), text),
        12 => {
            if flag {
                NewBlock::divider()
            } else {
                NewBlock::equation("x^2")
            }
        }
        _ => {
            if flag || is_deepest {
                NewBlock::bookmark("https://example.org/")
            } else {
                NewBlock::table(vec![vec![text.clone(), text], vec![]], true)
            }
        }
    })
}

/// A block, and what is in it if it can hold anything; two levels go in one request.
fn block() -> impl Strategy<Value = NewBlock> {
    let filled = |inside: BoxedStrategy<NewBlock>| {
        (leaf(false), prop::collection::vec(inside, 0..3)).prop_map(|(block, children)| {
            let plain = block.clone();
            if block.children().is_empty() { block.with_children(children).unwrap_or(plain) } else { block }
        })
    };
    filled(filled(leaf(true).boxed()).boxed())
}

proptest! {
    #![proptest_config(ProptestConfig::default())]

    #[test]
    fn blocks_come_back_as_they_were_written(blocks in prop::collection::vec(block(), 1..6)) {
        let desk = Desk::new();
        let read = desk.runtime.block_on(async {
            let page = desk.page(blocks.clone()).await.map_err(|error| TestCaseError::fail(error.to_string()))?;
            Ok::<_, TestCaseError>(desk.read(page.into()).await)
        })?;
        prop_assert_eq!(missing(&written(&blocks), &json!(read), ""), None);
    }

    #[test]
    fn text_of_any_length_comes_back_whole(start in "\\PC{0,9}", piece in "\\PC{1,4}|👨‍👩‍👧|e\u{301}", times in 0..2_000_usize) {
        let desk = Desk::new();
        let long = start + &piece.repeat(times);
        let runs = split::rich_text(&long);
        prop_assert!(runs.iter().all(|run| run.plain().encode_utf16().count() <= split::LONGEST_TEXT));
        let blocks: Vec<NewBlock> = runs.chunks(split::LONGEST_ARRAY).map(|runs| NewBlock::paragraph(runs.to_vec())).collect();
        let read = desk.runtime.block_on(async {
            let page = desk.page(blocks).await.map_err(|error| TestCaseError::fail(error.to_string()))?;
            Ok::<_, TestCaseError>(desk.read(page.into()).await)
        })?;
        let texts = read.iter().flat_map(|block| block["paragraph"]["rich_text"].as_array().unwrap().clone());
        let whole: String = texts.map(|run| run["plain_text"].as_str().unwrap().to_owned()).collect();
        prop_assert_eq!(whole, long);
    }

    #[test]
    fn a_title_and_its_icon_come_back(title in "\\PC{1,60}") {
        let desk = Desk::new();
        let page = desk.runtime.block_on(async {
            let new = CreatePage::new(desk.inbox).title(&title).icon(Icon::emoji("🌱"));
            let made = desk.client.pages().create(&new).await.map_err(|error| TestCaseError::fail(error.to_string()))?;
            let id = made.into_full().unwrap().id;
            Ok::<_, TestCaseError>(desk.client.pages().get(id).await.unwrap().into_full().unwrap())
        })?;
        prop_assert_eq!(satchel_notion::types::plain_text(page.title()), title);
        prop_assert_eq!(page.icon.value(), Some(&Icon::emoji("🌱")));
    }
}

/// A paragraph whose one run is so long, sent as it is.
fn raw(units: usize) -> NewBlock {
    NewBlock::paragraph(vec![RichText::text("x".repeat(units))])
}

#[test]
fn the_limits_are_where_the_client_thinks_they_are() {
    let desk = Desk::new();
    desk.runtime.block_on(async {
        for (units, fits) in [(1_999, true), (2_000, true), (2_001, false)] {
            assert_eq!(split::text(&"x".repeat(units)).len() == 1, fits, "{units}");
            assert_eq!(desk.page(vec![raw(units)]).await.is_ok(), fits, "{units}");
        }
        for (count, requests) in [(99, 1), (100, 1), (101, 2)] {
            let blocks: Vec<NewBlock> = (0..count).map(|_| raw(1)).collect();
            assert_eq!(split::batches(blocks.clone(), split::COMFORTABLE_BYTES).len(), requests, "{count}");
            let page = desk.page(blocks.clone()).await.unwrap();
            assert_eq!(desk.read(page.into()).await.len(), count);
            let holder = NewBlock::toggle(Vec::new()).with_children(blocks).unwrap();
            assert_eq!(desk.page(vec![holder]).await.is_ok(), count <= 100, "{count} children");
        }
        // A run is counted in UTF-16 units, of which an emoji has two.
        assert!(desk.page(vec![NewBlock::paragraph(vec![RichText::text("😀".repeat(1_000))])]).await.is_ok());
        assert!(desk.page(vec![NewBlock::paragraph(vec![RichText::text("😀".repeat(1_001))])]).await.is_err());
    });
}

#[test]
fn what_is_missing_is_told() {
    let one = json!([{ "type": "paragraph", "paragraph": { "rich_text": [{ "text": { "content": "a" } }], "color": "red" } }]);
    let mut other = one.clone();
    assert_eq!(missing(&one, &other, ""), None);
    other[0]["paragraph"]["color"] = "blue".into();
    assert_eq!(missing(&one, &other, "").as_deref(), Some("[0].paragraph.color: \"red\" became \"blue\""));
    other[0]["paragraph"] = Map::new().into();
    assert!(missing(&one, &other, "").is_some());
}

/// A data source with so many rows a minute, at a service that shows seven of them to a query.
async fn rows(per_minute: &[usize]) -> (Client, satchel_notion::DataSourceId) {
    let options =
        SimulatorOptions { requests_per_minute: Some(1_000_000), query_rows: 7, ..SimulatorOptions::default() };
    let simulator = Simulator::new(Seed::with_inbox(), options).unwrap();
    let inbox: PageId = simulator.id_of("empty", "page:inbox").unwrap().parse().unwrap();
    let client = Client::builder(InProcess::new(simulator.clone()))
        .token(SecretString::from("ntn_empty"))
        .requests_per_minute(1_000_000)
        .build()
        .unwrap();
    let table = CreateDatabase::new(inbox)
        .property("Name", SchemaKind::Title(Empty::default()))
        .property("Done", SchemaKind::Checkbox(Empty::default()));
    let made = client.databases().create(&table).await.unwrap().into_full().unwrap();
    let source = made.data_sources.value().unwrap()[0].id;
    for (minute, count) in per_minute.iter().enumerate() {
        for number in 0..*count {
            let row = CreatePage::new(source).property("Name", PropertyValue::title(&format!("{minute}.{number}")));
            client.pages().create(&row).await.unwrap();
        }
        simulator.clock().advance(std::time::Duration::from_secs(60));
    }
    (client, source)
}

fn names(rows: &Collected<PageOrDataSource>) -> Vec<String> {
    let title = |row: &PageOrDataSource| satchel_notion::types::plain_text(row.as_page().unwrap().title());
    rows.items.iter().map(title).collect()
}

#[tokio::test(start_paused = true)]
async fn rows_beyond_those_a_query_shows_are_asked_for_by_the_minute() {
    let (client, source) = rows(&[3, 5, 1, 6, 4, 7]).await;
    let capped = client.data_sources().query(source, &Query::all()).collect_all().await.unwrap();
    assert_eq!((capped.items.len(), capped.complete), (7, false));

    let all = client.data_sources().all_rows(source, &Query::all()).await.unwrap();
    let mut found = names(&all);
    assert!(all.complete);
    assert_eq!(found.len(), 26);
    found.sort();
    found.dedup();
    assert_eq!(found.len(), 26, "each once");

    let later = Filter::property("Name").title().starts_with("3");
    let undone = Filter::property("Done").checkbox().equals(false);
    let both = Query::all().filter(Filter::all([later, undone]));
    let some = client.data_sources().all_rows(source, &both).await.unwrap();
    assert_eq!((some.items.len(), some.complete), (6, true));
}

#[tokio::test(start_paused = true)]
async fn more_rows_in_a_minute_than_a_query_shows_are_not_said_to_be_all() {
    let (client, source) = rows(&[2, 9, 3, 8]).await;
    let all = client.data_sources().all_rows(source, &Query::all()).await.unwrap();
    assert!(!all.complete);
    let of = |minute: &str| names(&all).iter().filter(|name| name.starts_with(minute)).count();
    assert_eq!((of("0."), of("1."), of("2."), of("3.")), (2, 7, 3, 7));
}
