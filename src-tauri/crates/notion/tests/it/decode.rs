//! What the example `decode` tells of the recordings: nothing of an answer is lost, and every request that the service took can be made
//! once more by the builders.

use serde_json::Value;

use crate::look::{Counts, look};
use crate::rebuild::Rebuilder;

#[test]
fn nothing_of_the_recordings_is_lost_and_every_request_is_made_once_more() {
    let rebuilder = Rebuilder::new().unwrap();
    let mut counts = Counts::default();
    let mut losses = Vec::new();
    for (place, line) in crate::contract::lines() {
        let exchange: Value = serde_json::from_str(&line).unwrap();
        look(&place, &exchange, &rebuilder, &mut counts, &mut |loss| losses.push(loss));
    }
    assert!(losses.is_empty(), "{} losses:\n{}", losses.len(), losses.join("\n"));
    assert_eq!((counts.decoded, counts.lossless), (counts.responses, counts.responses));
    assert_eq!((counts.unknown_kinds, counts.extra_keys), (0, 0));
    assert!(counts.requests > 20);
    assert_eq!(counts.rebuilt_equal, counts.requests);
}
