//! Accounts, settings, drafts, marks.

use satchel_model::ItemId;
use satchel_store::{Draft, Executor, Favourite, Journal, Location, OutboxFate, Setting};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::fixture::{
    JournalFile, account, account_id, at, capture, data_source_id, journal_in_memory, key, operation_id, page_id,
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Manners {
    fetches_files: bool,
}

const MANNERS: Setting<Manners> = Setting::new("manners");

#[tokio::test]
async fn what_is_written_is_there_after_closing() {
    let file = JournalFile::new();
    let draft = Draft { key: "capture".into(), value: json!({ "text": "half a thou" }), updated_at: at(3) };
    {
        let journal = file.open();
        journal.writer.save_account(account(2)).await.unwrap();
        journal.writer.save_account(account(1)).await.unwrap();
        journal.writer.set(MANNERS, &Manners { fetches_files: true }).await.unwrap();
        journal.writer.save_draft(Draft { updated_at: at(2), ..draft.clone() }).await.unwrap();
        journal.writer.save_draft(draft.clone()).await.unwrap();
    }
    let journal = file.open();
    assert_eq!(journal.reader.accounts().unwrap(), [account(2), account(1)], "in the order of connection");
    assert_eq!(journal.reader.account(account_id(1)).unwrap(), Some(account(1)));
    assert_eq!(journal.reader.setting(MANNERS).unwrap(), Some(Manners { fetches_files: true }));
    assert_eq!(journal.reader.drafts().unwrap(), std::slice::from_ref(&draft));
    assert_eq!(journal.reader.draft("capture").unwrap(), Some(draft));
    journal.writer.reset(MANNERS).await.unwrap();
    journal.writer.remove_draft("capture").await.unwrap();
    assert_eq!(journal.reader.setting(MANNERS).unwrap(), None);
    assert_eq!(journal.reader.draft("capture").unwrap(), None);
}

#[tokio::test]
async fn an_account_saved_again_keeps_its_place() {
    let journal = journal_in_memory("an_account_saved_again").await;
    journal.writer.save_account(account(2)).await.unwrap();
    let mut renamed = account(1);
    renamed.workspace_name = "Renamed".into();
    journal.writer.save_account(renamed.clone()).await.unwrap();
    assert_eq!(journal.reader.accounts().unwrap(), [renamed, account(2)]);
}

#[tokio::test]
async fn opened_items_are_counted_and_the_last_comes_first() {
    let journal = journal_in_memory("opened_items").await;
    let (one, other) = (ItemId::Page(page_id(1)), ItemId::DataSource(data_source_id(2)));
    for (item, second) in [(one, 1), (other, 2), (one, 3)] {
        journal.writer.opened(account_id(1), item, at(second)).await.unwrap();
    }
    // The account is not known: there is nobody to remember it for.
    journal.writer.opened(account_id(9), one, at(4)).await.unwrap();
    let recents = journal.reader.recents(10).unwrap();
    let seen: Vec<_> = recents.iter().map(|opened| (opened.item, opened.times, opened.last_at)).collect();
    assert_eq!(seen, [(one, 2, at(3)), (other, 1, at(2))]);
    journal.writer.forget_opened(account_id(1), one).await.unwrap();
    assert_eq!(journal.reader.recents(10).unwrap().len(), 1);
}

#[tokio::test]
async fn only_the_latest_five_hundred_opened_items_are_remembered() {
    let journal = journal_in_memory("five_hundred").await;
    for n in 0..510 {
        let item = ItemId::Page(page_id(n));
        journal.writer.opened(account_id(1), item, at(i64::try_from(n).unwrap())).await.unwrap();
    }
    let recents = journal.reader.recents(1_000).unwrap();
    assert_eq!((recents.len(), recents[499].item), (500, ItemId::Page(page_id(10))));
}

#[tokio::test]
async fn a_favourite_marked_twice_is_there_once() {
    let journal = journal_in_memory("favourites").await;
    let favourite = Favourite { account_id: account_id(1), item: ItemId::Page(page_id(1)), added_at: at(1) };
    journal.writer.add_favourite(favourite.clone()).await.unwrap();
    journal.writer.add_favourite(Favourite { added_at: at(2), ..favourite.clone() }).await.unwrap();
    assert_eq!(journal.reader.favourites().unwrap(), std::slice::from_ref(&favourite));
    journal.writer.remove_favourite(favourite.account_id, favourite.item).await.unwrap();
    assert_eq!(journal.reader.favourites().unwrap(), []);
}

#[tokio::test]
async fn an_account_goes_with_everything_of_it_or_leaves_its_outbox() {
    for fate in [OutboxFate::Remove, OutboxFate::Keep] {
        let file = JournalFile::new();
        let journal = file.open();
        let (gone, stays) = (account_id(1), account_id(2));
        for n in [1, 2] {
            journal.writer.save_account(account(n)).await.unwrap();
            let id = account_id(n);
            let item = ItemId::Page(page_id(n));
            journal.writer.opened(id, item, at(1)).await.unwrap();
            journal.writer.add_favourite(Favourite { account_id: id, item, added_at: at(1) }).await.unwrap();
            let mut operation = capture(n, n, "text");
            operation.account_id = id;
            journal.writer.enqueue(operation, None).await.unwrap();
        }
        journal.writer.remove_account(gone, fate).await.unwrap();
        assert_eq!(journal.reader.accounts().unwrap(), [account(2)]);
        assert!(journal.reader.recents(9).unwrap().iter().all(|opened| opened.account_id == stays));
        assert!(journal.reader.destinations(9).unwrap().iter().all(|used| used.account_id == stays));
        assert!(journal.reader.favourites().unwrap().iter().all(|favourite| favourite.account_id == stays));
        let is_kept = journal.reader.operation(operation_id(1)).unwrap().is_some();
        assert_eq!(is_kept, fate == OutboxFate::Keep);
        assert!(journal.reader.operation(operation_id(2)).unwrap().is_some());
    }
}

#[tokio::test]
async fn a_journal_in_memory_is_shared_while_somebody_holds_it() {
    let location = Location::Memory("shared".into());
    let one = Journal::open(location.clone(), &key(), Executor::Thread).unwrap();
    let other = Journal::open(location.clone(), &key(), Executor::Thread).unwrap();
    one.writer.save_account(account(1)).await.unwrap();
    assert_eq!(other.reader.accounts().unwrap(), [account(1)]);
    drop((one, other));
    let again = Journal::open(location, &key(), Executor::Thread).unwrap();
    assert_eq!(again.reader.accounts().unwrap(), []);
}
