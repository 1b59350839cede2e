//! Stores in a simulation: one thread, paused time.

use std::time::Duration;

use satchel_store::{Executor, Journal, Location, StateKind};
use tokio::time::{Instant, sleep, timeout};

use crate::fixture::{account_id, at, batch, cache_in_memory, capture, key, page};

#[tokio::test(start_paused = true)]
async fn inline_writes_take_no_time_that_a_timer_could_see() {
    let journal = Journal::open(Location::Memory("paused".into()), &key(), Executor::Inline).unwrap();
    let cache = cache_in_memory("paused_cache");
    let begin = Instant::now();
    // On paused time a timer fires as soon as nothing else can run: waiting for a foreign thread would lose this race.
    let work = async {
        for n in 0..50 {
            journal.writer.enqueue(capture(n, n, "text"), None).await.unwrap();
            let mut batch = batch();
            batch.pages = vec![page(n, "Page")];
            cache.writer.apply(batch).await.unwrap();
            drop(journal.writer.take_next(account_id(1), at(0)).await.unwrap());
        }
    };
    timeout(Duration::from_nanos(1), work).await.unwrap();
    assert_eq!(begin.elapsed(), Duration::ZERO);
    sleep(Duration::from_secs(3_600)).await;
    assert_eq!(journal.reader.operations(&[StateKind::Queued], 99).unwrap().len(), 50);
    assert_eq!(cache.reader.coverage().unwrap().pages, 50);
}
