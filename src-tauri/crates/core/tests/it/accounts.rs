//! Connecting and signing out.

use satchel_core::{Core, ErrorCode, view::SyncPhase};
use satchel_store::Lease;
use satchel_testkit::{Desk, synced};

#[tokio::test(start_paused = true)]
async fn a_wrong_token_is_refused_and_nothing_of_it_is_kept() {
    let desk = Desk::new();
    let core = desk.open().await;
    let refused = core.add_account("ntn_this_is_nobodys_token".to_owned().into()).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::TokenRefused);
    let malformed = core.add_account("not a token".to_owned().into()).await.unwrap_err();
    assert_eq!(malformed.code, ErrorCode::TokenMalformed);
    assert!(core.state().await.unwrap().accounts.is_empty());
    let files: Vec<_> = std::fs::read_dir(desk.folder()).unwrap().flatten().map(|entry| entry.file_name()).collect();
    assert!(files.iter().all(|name| !name.to_string_lossy().starts_with("cache-")), "{files:?}");
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_token_is_checked_at_once_and_its_rights_are_learned() {
    let desk = Desk::new();
    let core = desk.open().await;
    let account = desk.connect(&core, "northlight").await;
    assert_eq!(account.name, "Northlight Studio");
    assert_eq!(account.token_hint, "ntn_…7f2c");
    assert_eq!(account.posts_as.as_deref(), Some("Satchel (Mara)"));
    let again = core.add_account(Desk::token("northlight").into()).await.unwrap_err();
    assert_eq!(again.code, ErrorCode::AccountExists);
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn several_workspaces_are_kept_side_by_side_and_outlive_a_restart() {
    let desk = Desk::new();
    let core = desk.open().await;
    for workspace in ["northlight", "mara-personal", "kumo"] {
        desk.connect(&core, workspace).await;
    }
    core.close().await;
    drop(core);

    desk.network.set_cut(true);
    let core = desk.open().await;
    let state = core.state().await.unwrap();
    let names: Vec<_> = state.accounts.iter().map(|account| account.name.as_str()).collect();
    assert_eq!(names, ["Northlight Studio", "Mara, personal", "雲研究室 Kumo Lab"]);
    assert!(
        state
            .accounts
            .iter()
            .all(|account| account.coverage.bodies == account.coverage.pages && account.coverage.pages > 0)
    );
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn signing_out_leaves_no_file_and_no_secret() {
    let desk = Desk::new();
    let core = desk.open().await;
    let account = desk.connect(&core, "mara-personal").await;
    let files = || -> Vec<String> {
        let entries = std::fs::read_dir(desk.folder()).unwrap().flatten();
        entries
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .filter(|name| name.starts_with("cache-"))
            .collect()
    };
    assert!(!files().is_empty());
    core.remove_account(account.id).await.unwrap();
    assert_eq!(files(), [] as [String; 0]);
    assert!(core.state().await.unwrap().accounts.is_empty());
    core.close().await;
    drop(core);
    let core = desk.open().await;
    assert!(core.state().await.unwrap().accounts.is_empty());
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_revoked_token_pauses_its_workspace_and_a_new_one_wakes_it() {
    const OTHER: &str = "ntn_demo_mara_another_token_0001";
    let mut seed = satchel_sim::demo::seed();
    let mara = seed.workspaces.iter_mut().find(|workspace| workspace.key == "mara-personal").unwrap();
    let other =
        satchel_sim::seed::ConnectionSeed { key: "other".into(), token: OTHER.into(), ..mara.connections[0].clone() };
    mara.connections.push(other);
    let desk = Desk::with(seed, satchel_sim::SimulatorOptions::default());
    let core = desk.open().await;
    let account = desk.connect(&core, "mara-personal").await;
    assert!(desk.simulator.revoke(&Desk::token("mara-personal")));
    core.sync_now(None).await.unwrap();
    satchel_testkit::until(&core, "the sign-in to be asked for", async |core: &Core| {
        let state = core.state().await.unwrap();
        matches!(state.accounts[0].sync, SyncPhase::NeedsSignIn).then_some(())
    })
    .await;
    core.replace_token(account.id, OTHER.to_owned().into()).await.unwrap();
    synced(&core, account.id).await;
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_damaged_copy_is_set_aside_and_fetched_again_and_said_so() {
    let desk = Desk::new();
    let core = desk.open().await;
    let account = desk.connect(&core, "kumo").await;
    core.close().await;
    drop(core);

    let path = desk.folder().join(format!("cache-{}.db", account.id));
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[..4096].fill(0x5a);
    std::fs::write(&path, bytes).unwrap();

    let core = desk.open().await;
    assert_eq!(core.state().await.unwrap().notices, [ErrorCode::CacheDamaged]);
    synced(&core, account.id).await;
    let state = core.state().await.unwrap();
    assert_eq!(state.accounts[0].coverage.bodies, state.accounts[0].coverage.pages);
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_missing_key_never_makes_a_new_journal_over_the_old_one() {
    let desk = Desk::new();
    let core = desk.open().await;
    core.close().await;
    drop(core);
    let other = Desk::new();
    let config = other.config().with_paths(satchel_core::Paths::Folder(desk.folder().to_path_buf()));
    let refused = Core::open(config).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::KeyLost);
}

#[tokio::test(start_paused = true)]
async fn when_notion_asks_to_slow_down_the_sync_says_until_when_and_goes_on() {
    use satchel_sim::faults::{Fault, FaultRule, RateLimitReason};
    let desk = Desk::new();
    let core = desk.open().await;
    let limited = Fault::RateLimited { reason: RateLimitReason::Workspace, retry_after: 90 };
    desk.simulator.faults().add(FaultRule::ending(http::Method::GET, "/markdown", limited).after(3));
    let account = core.add_account(Desk::token("kumo").into()).await.unwrap();
    satchel_testkit::until(&core, "the pause to be shown", async |core: &Core| {
        let state = core.state().await.unwrap();
        matches!(&state.accounts[0].sync, SyncPhase::Waiting { until } if !until.is_empty()).then_some(())
    })
    .await;
    synced(&core, account.id).await;
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn signing_out_in_the_middle_of_a_first_sync_leaves_nothing_of_the_account() {
    let desk = Desk::new();
    let core = desk.open().await;
    let account = core.add_account(Desk::token("northlight").into()).await.unwrap();
    let plan = satchel_testkit::until(&core, "a page to write to", async |core: &Core| {
        let view = core.recents(Some(account.id), 1).await.unwrap();
        view.first().map(|item| item.reference)
    })
    .await;
    // A right is learned, which is written down when the sync ends: that must not bring the account back.
    let target = satchel_core::view::DestinationTarget::Page { page_id: satchel_testkit::page_of(plan) };
    core.capture("a last word".into(), account.id, target).await.unwrap();
    satchel_testkit::sent(&core).await;
    let sync = core.state().await.unwrap().accounts[0].sync.clone();
    assert!(!matches!(sync, SyncPhase::Idle { .. }), "{sync:?}");
    core.remove_account(account.id).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(5)).await;
    core.close().await;
    drop(core);
    let core = desk.open().await;
    let state = core.state().await.unwrap();
    assert!(state.accounts.is_empty() && state.notices.is_empty(), "{:?}", state.notices);
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_pasted_twice_at_once_connects_once() {
    let desk = Desk::new();
    let core = desk.open().await;
    let token = || Desk::token("kumo").into();
    let (one, two) = tokio::join!(core.add_account(token()), core.add_account(token()));
    assert_eq!([one, two].iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert_eq!(core.state().await.unwrap().accounts.len(), 1);
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn of_two_that_start_at_once_only_the_owner_makes_the_key() {
    use satchel_core::view::Role;
    let desk = Desk::new();
    // Another process has the folder and is about to ask for the keychain.
    let other = Lease::acquire(desk.folder()).unwrap().unwrap();
    let config = desk.config();
    let opening = tokio::spawn(Core::open(config));
    tokio::time::sleep(std::time::Duration::from_secs(5)).await;
    assert!(!opening.is_finished(), "it waits for the other's key");
    assert!(!desk.folder().join("journal.db").exists());
    // The other gave up: somebody refused to unlock.
    drop(other);
    let core = opening.await.unwrap().unwrap();
    assert_eq!(core.state().await.unwrap().role, Role::Owner);
    // From now on there is a key, and nobody waits.
    let guest = desk.open().await;
    assert_eq!(guest.state().await.unwrap().role, Role::Guest);
    guest.close().await;
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn one_who_waits_for_a_key_too_long_says_so() {
    let desk = Desk::new();
    let _other = Lease::acquire(desk.folder()).unwrap().unwrap();
    let error = Core::open(desk.config()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::KeychainLocked);
}

#[tokio::test(start_paused = true)]
async fn one_who_may_neither_sync_nor_send_takes_over_when_the_owner_is_gone() {
    use satchel_core::view::{DestinationTarget, Role};
    let desk = Desk::new();
    let owner = desk.open().await;
    desk.connect(&owner, "mara-personal").await;
    let guest = desk.open().await;
    assert_eq!(guest.state().await.unwrap().role, Role::Guest);
    // Connected by the owner after the guest began.
    desk.connect(&owner, "kumo").await;
    desk.network.set_cut(true);
    let inbox = satchel_testkit::find(&guest, "Inbox").await;
    let target = DestinationTarget::Page { page_id: satchel_testkit::page_of(inbox) };
    guest.capture("from the second window".into(), inbox.account_id, target).await.unwrap();
    owner.close().await;
    drop(owner);
    desk.network.set_cut(false);
    let outbox = satchel_testkit::sent(&guest).await;
    assert_eq!(satchel_testkit::count_sent(&outbox), 1);
    let state = guest.state().await.unwrap();
    assert_eq!((state.role, state.accounts.len()), (Role::Owner, 2));
    guest.close().await;
}
