//! Answers of a service that may say anything: decoding never panics, and what is decoded encodes to something that decodes to the same.
//!
//! The first byte chooses the type, the rest is the answer.

#![no_main]

use std::fmt::Debug;

use libfuzzer_sys::fuzz_target;
use satchel_notion::types::{
    AsyncTask, Block, Comment, DataSource, Database, FileUpload, List, Page, PageMarkdown, PageOrDataSource,
    PropertyItems, PropertySchema, PropertyValue, Resource, RichText, User, View,
};
use satchel_notion::{ErrorBody, unfamiliar};
use serde::Serialize;
use serde::de::DeserializeOwned;

fn through<T: DeserializeOwned + Serialize + PartialEq + Debug>(answer: &[u8]) -> Option<T> {
    let typed: T = serde_json::from_slice(answer).ok()?;
    let encoded = serde_json::to_value(&typed).unwrap();
    let again: T = serde_json::from_value(encoded.clone()).unwrap();
    assert_eq!(serde_json::to_value(&again).unwrap(), encoded);
    Some(typed)
}

fuzz_target!(|input: &[u8]| {
    let Some((kind, answer)) = input.split_first() else { return };
    match kind % 17 {
        0 => drop(through::<Resource<Page>>(answer).map(|page| unfamiliar(&page))),
        1 => drop(through::<Resource<Block>>(answer).map(|block| unfamiliar(&block))),
        2 => drop(through::<List<Resource<Block>>>(answer)),
        3 => drop(through::<List<PageOrDataSource>>(answer)),
        4 => drop(through::<Resource<DataSource>>(answer)),
        5 => drop(through::<Resource<Database>>(answer)),
        6 => drop(through::<Resource<Comment>>(answer)),
        7 => drop(through::<User>(answer)),
        8 => drop(through::<FileUpload>(answer)),
        9 => drop(through::<Resource<View>>(answer)),
        10 => drop(through::<PropertyItems>(answer)),
        11 => drop(through::<PropertyValue>(answer)),
        12 => drop(through::<PropertySchema>(answer)),
        13 => drop(through::<Vec<RichText>>(answer)),
        14 => drop(through::<PageMarkdown>(answer)),
        15 => drop(through::<AsyncTask>(answer)),
        _ => drop(through::<ErrorBody>(answer)),
    }
});
