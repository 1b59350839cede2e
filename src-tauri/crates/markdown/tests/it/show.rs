//! Documents as text for snapshots: one line a block, indented as it nests.

use satchel_model::{Block, Document};

pub fn document(document: &Document) -> String {
    let mut out = String::new();
    let mut steps: Vec<(&Block, usize)> = document.blocks.iter().rev().map(|block| (block, 0)).collect();
    while let Some((block, depth)) = steps.pop() {
        out.push_str(&"  ".repeat(depth));
        out.push_str(&line(block));
        out.push('\n');
        steps.extend(block.children.iter().rev().map(|child| (child, depth + 1)));
    }
    out
}

/// The block's name and what it holds, without what is usual: the default colour, no icon.
fn line(block: &Block) -> String {
    let mut alone = block.clone();
    alone.children.clear();
    let serde_json::Value::Object(mut fields) = serde_json::to_value(&alone).unwrap() else { unreachable!() };
    let name = fields.remove("type").unwrap();
    let text = ["text", "label", "title", "caption"].into_iter().find_map(|field| {
        let spans = fields.get(field)?.as_array()?.clone();
        fields.remove(field);
        Some(spans.iter().map(span).collect::<Vec<_>>().join(" "))
    });
    if let Some(table) = fields.remove("table") {
        let rows = table["rows"].as_array().unwrap().iter().map(|row| {
            let cells = row["cells"].as_array().unwrap().iter().map(|cell| {
                let spans: Vec<_> = cell["text"].as_array().unwrap().iter().map(span).collect();
                format!("{}{}", spans.join(" "), color(cell))
            });
            format!("\n        {}{}", cells.collect::<Vec<_>>().join(" | "), color(row))
        });
        let rows: String = rows.collect();
        let mut rest = table.clone();
        rest.as_object_mut().unwrap().remove("rows");
        return format!("table {rest}{rows}");
    }
    fields.retain(|_, value| {
        !value.is_null() && *value != "default" && *value != serde_json::json!([]) && *value != false
    });
    let rest = if fields.is_empty() { String::new() } else { format!(" {}", serde_json::Value::Object(fields)) };
    format!("{}{}{rest}", name.as_str().unwrap(), text.map(|text| format!(" {text}")).unwrap_or_default())
}

fn color(value: &serde_json::Value) -> String {
    value["color"].as_str().filter(|color| *color != "default").map(|color| format!(" ({color})")).unwrap_or_default()
}

fn span(value: &serde_json::Value) -> String {
    let mut fields = value.as_object().unwrap().clone();
    let kind = fields.remove("type").unwrap();
    let style = fields.remove("style").map(|style| {
        let set = style.as_object().unwrap().iter().filter(|(_, value)| **value != false && **value != "default");
        let set: Vec<_> =
            set.map(|(name, value)| if *value == true { name.clone() } else { format!("{name}={value}") }).collect();
        format!("[{}]", set.join(" "))
    });
    let style = style.unwrap_or_default();
    match kind.as_str().unwrap() {
        "text" => {
            let text = fields.remove("text").unwrap();
            let link = fields.remove("link").map(|link| format!("→{}", link["url"])).unwrap_or_default();
            format!("{text}{link}{style}")
        }
        kind => format!("‹{kind} {}›{style}", serde_json::Value::Object(fields)),
    }
}
