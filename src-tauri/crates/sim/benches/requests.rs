//! How many requests a second the simulator answers on one core, on a large workspace, and how long it takes to plant it.
//!
//! `cargo bench -p satchel-sim --bench requests -- --pages 100000`

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a program for developers: it prints, and it may stop at the first surprise"
)]

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Method, Request};
use satchel_sim::seed::Seed;
use satchel_sim::{Simulator, SimulatorOptions};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let after = |name: &str| arguments.iter().skip_while(|argument| *argument != name).nth(1)?.parse::<usize>().ok();
    let pages = after("--pages").unwrap_or(100_000);
    let began = Instant::now();
    let options = SimulatorOptions { requests_per_minute: Some(u32::MAX), ..SimulatorOptions::default() };
    let notion = Simulator::new(Seed::of_pages(pages), options).unwrap();
    println!("{pages} pages, planted in {:.1} s", began.elapsed().as_secs_f64());

    let ids: Vec<String> =
        (0..1000).map(|at| notion.id_of("large", &format!("page:p{}", at * pages / 1000)).unwrap()).collect();
    let source = notion.id_of("large", "data_source:rows").unwrap();
    let send = |method: &Method, path: &str, body: &'static str| {
        let request = Request::builder()
            .method(method.clone())
            .uri(format!("/v1/{path}"))
            .header("authorization", "Bearer ntn_large")
            .header("notion-version", "2026-03-11")
            .header("content-type", "application/json")
            .body(Bytes::from_static(body.as_bytes()))
            .unwrap();
        let response = notion.handle(request).unwrap();
        assert!(response.status().is_success(), "{path}: {:?}", response.body());
    };
    println!("\n| | requests a second |\n|---|---|");
    let measure = |name: &str, one: &dyn Fn(usize)| {
        let began = Instant::now();
        let mut count = 0;
        while began.elapsed() < Duration::from_secs(2) {
            one(count);
            count += 1;
        }
        println!("| {name} | {:.0} |", count as f64 / began.elapsed().as_secs_f64());
    };
    let id = |at: usize| &ids[at % ids.len()];
    measure("users/me", &|_| send(&Method::GET, "users/me", ""));
    measure("a page", &|at| send(&Method::GET, &format!("pages/{}", id(at)), ""));
    measure("its Markdown", &|at| send(&Method::GET, &format!("pages/{}/markdown", id(at)), ""));
    measure("its blocks", &|at| send(&Method::GET, &format!("blocks/{}/children", id(at)), ""));
    measure("a block", &|at| send(&Method::GET, &format!("blocks/{}", id(at)), ""));
    measure("a search, first page", &|_| send(&Method::POST, "search", r#"{"query":"harbour","page_size":10}"#));
    measure("a query, first page", &|_| {
        send(&Method::POST, &format!("data_sources/{source}/query"), r#"{"page_size":10}"#);
    });
}
