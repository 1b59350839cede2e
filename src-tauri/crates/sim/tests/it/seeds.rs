//! Seeds: what can be wrong with one, and that the shipped ones are right.

use insta::assert_snapshot;
use satchel_sim::seed::{PageSeed, ParentSeed, Seed};
use satchel_sim::{Simulator, SimulatorOptions};
use serde_json::json;

use crate::client::{Client, seed, workspace};

#[test]
fn the_demo_grows() {
    let simulator = Simulator::new(satchel_sim::demo::seed(), SimulatorOptions::default()).unwrap();
    assert_eq!(simulator.workspaces().len(), 3);
}

#[test]
fn the_empty_workspace_has_a_shared_inbox() {
    let simulator = Simulator::new(Seed::with_inbox(), SimulatorOptions::default()).unwrap();
    let client = Client { simulator, token: "ntn_empty".into(), version: "2026-03-11" };
    let found = client.post("search", json!({})).ok();
    assert_eq!(found["results"][0]["properties"]["title"]["title"][0]["plain_text"], "Inbox");
}

#[test]
fn mistakes_in_a_seed_are_named() {
    let mut said: Vec<String> = Vec::new();
    let wrong = |change: fn(&mut satchel_sim::seed::WorkspaceSeed)| {
        let mut workspace = workspace();
        change(&mut workspace);
        Simulator::new(seed(workspace), SimulatorOptions::default()).unwrap_err().to_string()
    };
    said.push(wrong(|w| {
        w.pages.push(PageSeed { key: "x".into(), parent: ParentSeed::Page("none".into()), ..Default::default() });
    }));
    said.push(wrong(|w| w.pages.push(PageSeed { key: "inbox".into(), ..Default::default() })));
    said.push(wrong(|w| {
        w.pages[3].properties.insert("Unknown".into(), json!({ "number": 1 }));
    }));
    said.push(
        Simulator::new(Seed { now: "soon".into(), ..Seed::default() }, SimulatorOptions::default())
            .unwrap_err()
            .to_string(),
    );
    assert_snapshot!(said.join("\n\n"));
}

#[test]
fn a_seed_is_json() {
    let text = serde_json::to_string(&seed(workspace())).unwrap();
    let back: Seed = serde_json::from_str(&text).unwrap();
    Simulator::new(back, SimulatorOptions::default()).unwrap();
}

#[test]
fn a_seed_knows_what_the_api_will_only_learn() {
    let mut workspace = crate::client::workspace();
    let tasks = &mut workspace.databases[0].data_sources[0];
    tasks.properties.insert("Mood".into(), json!({ "hologram": {} }));
    let first = workspace.pages.iter_mut().find(|page| page.key == "first").unwrap();
    first.properties.insert("Mood".into(), json!({ "hologram": { "depth": 3 } }));
    let private = workspace.pages.iter_mut().find(|page| page.key == "private").unwrap();
    private.parent = satchel_sim::seed::ParentSeed::Agent("scribe".into());
    let client = crate::client::Client::new(crate::client::seed(workspace), SimulatorOptions::default());
    let row = client.get(&format!("pages/{}", client.id("page:first"))).ok();
    let mood = &row["properties"]["Mood"];
    assert_eq!((&mood["type"], &mood["hologram"]), (&json!("hologram"), &json!({ "depth": 3 })));
    let schema = client.get(&format!("data_sources/{}", client.id("data_source:tasks"))).ok();
    assert_eq!(schema["properties"]["Mood"]["hologram"], json!({}));
    let change = json!({ "properties": { "Mood": { "hologram": null } } });
    assert_eq!(client.patch(&format!("pages/{}", client.id("page:first")), change).status, 400);
    let page = client.by(crate::client::PERSONAL).get(&format!("pages/{}", client.id("page:private"))).ok();
    assert_eq!(page["parent"]["type"], "agent_id");
    assert!(page["parent"]["agent_id"].is_string());
}
