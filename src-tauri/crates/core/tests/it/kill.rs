//! A process is killed in the middle of its work: while it syncs and while it sends, with its stores on the disk and Notion behind a socket.
//!
//! The service holds the answer of one request, and the process is killed then: no moment is left to chance. Afterwards the stores are opened
//! again, here and on paused time, with the same Notion on the other side.

use std::{
    env,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        mpsc::{self, Sender},
    },
    thread,
    time::Instant,
};

use bytes::Bytes;
use http::{Method, Request};
use jiff::{SignedDuration, Timestamp};
use satchel_auth::{AccountSecrets, Keychain};
use satchel_core::{
    Clock, Core, CoreConfig, Execution, InProcess, Paths, Secret, Secrets,
    view::{DestinationTarget, Profile},
};
use satchel_model::AccountId;
use satchel_sim::{SimClock, Simulator, SimulatorOptions};
use satchel_testkit::{Desk, PausedClock, START, count_sent, find, page_of, sent, synced};
use secrecy::ExposeSecret as _;

const ROLE: &str = "SATCHEL_CORE_TEST_CHILD";
const FOLDER: &str = "SATCHEL_CORE_TEST_FOLDER";
const ADDRESS: &str = "SATCHEL_CORE_TEST_ADDRESS";
const HOME: &str = "mara-personal";
/// The workspace that a role works in: the larger one has more to sync.
fn workspace(role: &str) -> &'static str {
    if role == "sync" { "northlight" } else { HOME }
}
const JOURNAL_KEY: &str = "0707070707070707070707070707070707070707070707070707070707070707";

/// What the child writes, in this order.
const NOTES: [&str; 3] = ["note one", "- note two\n  - a\n    - b\n      - c\n        - d", "note three"];
/// And how it looks in the page.
const LINES: [&str; 7] = ["note one", "- note two", "\t- a", "\t\t- b", "\t\t\t- c", "\t\t\t\t- d", "note three"];

/// Time that goes on from the beginning of the tests' world.
struct Going(Instant);

impl Clock for Going {
    fn now(&self) -> Timestamp {
        let start: Timestamp = START.parse().unwrap();
        start + SignedDuration::try_from(self.0.elapsed()).unwrap()
    }
}

/// Not a test: what the child does, until it is killed.
#[tokio::test]
#[ignore = "run by other tests in a process of its own"]
async fn child() {
    let (Ok(role), Some(folder), Ok(address)) = (env::var(ROLE), env::var_os(FOLDER), env::var(ADDRESS)) else {
        return;
    };
    let keychain = Keychain::in_memory().unwrap();
    keychain.set_journal_key(&Secret::from(JOURNAL_KEY.to_owned())).await.unwrap();
    let config = CoreConfig::of_this_machine(Profile::Personal)
        .unwrap()
        .with_paths(Paths::Folder(folder.into()))
        .with_secrets(Secrets::In(keychain.clone()))
        .with_clock(Arc::new(Going(Instant::now())))
        .at(&address)
        .unwrap();
    let core = Core::open(config).await.unwrap();
    let id = core.add_account(Desk::token(workspace(&role)).into()).await.unwrap().id;
    let secrets = keychain.account(id).await.unwrap().unwrap();
    println!("\naccount {id} {}", secrets.cache_key.expose_secret());
    core.start();
    if role == "send" {
        synced(&core, id).await;
        let inbox = find(&core, "Inbox").await;
        println!("synced");
        for note in NOTES {
            let target = DestinationTarget::Page { page_id: page_of(inbox) };
            core.capture(note.into(), id, target).await.unwrap();
        }
        println!("saved");
    }
    std::future::pending::<()>().await;
}

/// Which request's answer is held: the connection stays open, and nothing comes.
#[derive(Debug, Clone, Copy)]
struct Held {
    method: &'static str,
    suffix: &'static str,
    /// The how manieth of its kind, from 1.
    which: usize,
    is_carried_out: bool,
}

/// Notion behind a socket; `held` is told when the answer is held.
fn serve(simulator: Simulator, hold: Held, held: Sender<()>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let seen = Arc::new(std::sync::Mutex::new(0));
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let (simulator, held, seen) = (simulator.clone(), held.clone(), Arc::clone(&seen));
            thread::spawn(move || {
                // A connection serves one request; an error is a child that was killed.
                let Some(request) = read(&stream) else { return };
                let is_of_kind =
                    request.method().as_str() == hold.method && request.uri().path().ends_with(hold.suffix);
                let mut count = seen.lock().unwrap();
                *count += usize::from(is_of_kind);
                // From then on nothing is answered: the child is about to be killed, and what it asks meanwhile is lost.
                if *count >= hold.which {
                    if is_of_kind && *count == hold.which {
                        if hold.is_carried_out {
                            simulator.handle(request).unwrap();
                        }
                        held.send(()).ok();
                    }
                    *count = hold.which;
                    drop(count);
                    thread::park();
                    drop(stream);
                    return;
                }
                let answer = simulator.handle(request).unwrap();
                drop(count);
                write(&stream, &answer).ok();
            });
        }
    });
    address
}

fn read(stream: &TcpStream) -> Option<Request<Bytes>> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let mut request = Request::builder().method(Method::from_bytes(words.next()?.as_bytes()).ok()?).uri(words.next()?);
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(": ") else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.parse().ok()?;
        }
        if !name.eq_ignore_ascii_case("accept-encoding") {
            request = request.header(name, value);
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    request.body(body.into()).ok()
}

fn write(mut stream: &TcpStream, answer: &http::Response<Bytes>) -> std::io::Result<()> {
    write!(stream, "HTTP/1.1 {}\r\nconnection: close\r\ncontent-length: {}\r\n", answer.status(), answer.body().len())?;
    for (name, value) in answer.headers() {
        write!(stream, "{name}: {}\r\n", value.to_str().unwrap_or_default())?;
    }
    stream.write_all(b"\r\n")?;
    stream.write_all(answer.body())
}

/// What is left after a kill: the folder, the keys, and Notion.
struct Left {
    workspace: &'static str,
    folder: tempfile::TempDir,
    account: AccountId,
    cache_key: String,
    simulator: Simulator,
    clock: Arc<std::sync::OnceLock<PausedClock>>,
}

/// Lets a child work until the answer of that request is held, and kills it.
fn kill_at(role: &str, hold: Held) -> Left {
    let folder = tempfile::tempdir().unwrap();
    // Until the paused world begins, the service stands at its beginning.
    let clock: Arc<std::sync::OnceLock<PausedClock>> = Arc::default();
    let shared = Arc::clone(&clock);
    let now = move || {
        let start: Timestamp = START.parse().unwrap();
        shared.get().map_or(start, |clock| clock.now() + LATER)
    };
    let mut seed = satchel_sim::demo::seed();
    seed.now = START.into();
    let options = SimulatorOptions { clock: Some(SimClock::following(Arc::new(now))), ..SimulatorOptions::default() };
    let simulator = Simulator::new(seed, options).unwrap();
    let (held, wait) = mpsc::channel();
    let address = serve(simulator.clone(), hold, held);
    let mut child = spawn(role, folder.path(), &address);
    let mut lines = BufReader::new(child.0.stdout.take().unwrap()).lines().map_while(Result::ok);
    let account = lines.find_map(|line| line.strip_prefix("account ").map(str::to_owned)).expect("the child connects");
    if role == "send" {
        assert!(lines.any(|line| line == "saved"), "the child saves");
    }
    wait.recv().expect("the request comes");
    child.end();
    let (account, cache_key) = account.split_once(' ').unwrap();
    Left {
        workspace: workspace(role),
        folder,
        account: account.parse().unwrap(),
        cache_key: cache_key.into(),
        simulator,
        clock,
    }
}

/// How much later the stores are opened again.
const LATER: SignedDuration = SignedDuration::from_mins(5);

/// A child that does not outlive its test.
struct Guarded(Child);

impl Guarded {
    fn end(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        self.end();
    }
}

fn spawn(role: &str, folder: &Path, address: &str) -> Guarded {
    let child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "kill::child", "--ignored", "--nocapture"])
        .env(ROLE, role)
        .env(FOLDER, folder)
        .env(ADDRESS, address)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    Guarded(child)
}

struct Later(PausedClock);

impl Clock for Later {
    fn now(&self) -> Timestamp {
        self.0.now() + LATER
    }
}

impl Left {
    /// Opens the stores again.
    async fn open(&self) -> Core {
        let clock = self.clock.get_or_init(PausedClock::new).clone();
        let keychain = Keychain::in_memory().unwrap();
        keychain.set_journal_key(&Secret::from(JOURNAL_KEY.to_owned())).await.unwrap();
        let secrets = AccountSecrets {
            token: Secret::from(Desk::token(self.workspace)),
            cache_key: Secret::from(self.cache_key.clone()),
        };
        keychain.set_account(self.account, &secrets).await.unwrap();
        let config = CoreConfig::of_this_machine(Profile::Personal)
            .unwrap()
            .with_paths(Paths::Folder(self.folder.path().to_path_buf()))
            .with_secrets(Secrets::In(keychain))
            .with_clock(Arc::new(Later(clock)))
            .with_transport(Arc::new(InProcess::new(self.simulator.clone())))
            .with_execution(Execution::Inline);
        let core = Core::open(config).await.unwrap();
        assert_eq!(core.state().await.unwrap().notices, []);
        core.start();
        core
    }

    fn texts(&self) -> usize {
        let log = self.simulator.request_log();
        log.iter().filter(|request| request.path.ends_with("/markdown") && request.is_committed).count()
    }
}

fn on_paused_time(work: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap().block_on(work);
}

#[test]
fn a_sync_that_was_killed_goes_on_and_ends_complete() {
    let of_text = |which| Held { method: "GET", suffix: "/markdown", which, is_carried_out: true };
    for hold in [
        Held { method: "POST", suffix: "/search", which: 2, is_carried_out: true },
        of_text(1),
        of_text(6),
        of_text(12),
    ] {
        let left = kill_at("sync", hold);
        on_paused_time(async {
            let core = left.open().await;
            let kept = core.state().await.unwrap().accounts[0].coverage.bodies as usize;
            let before = left.texts();
            synced(&core, left.account).await;
            let coverage = core.state().await.unwrap().accounts[0].coverage.clone();
            assert_eq!((coverage.bodies, coverage.failed), (coverage.pages, 0), "{hold:?}");
            assert!(coverage.pages >= 12, "{hold:?}: {} pages", coverage.pages);
            assert_eq!(
                left.texts() - before,
                coverage.pages as usize - kept,
                "{hold:?}: what is kept is not asked for again"
            );
            // Eight are committed together, and four are on their way.
            assert!(before <= kept + 12, "{hold:?}: {before} texts were given, {kept} kept");
            core.close().await;
        });
    }
}

#[test]
fn notes_that_were_being_sent_when_the_process_was_killed_arrive_once_and_in_order() {
    // The second note takes three requests.
    for which in 1..=5 {
        for is_carried_out in [true, false] {
            let hold = Held { method: "PATCH", suffix: "/children", which, is_carried_out };
            let left = kill_at("send", hold);
            on_paused_time(async {
                let core = left.open().await;
                let outbox = sent(&core).await;
                assert_eq!(count_sent(&outbox), NOTES.len(), "{hold:?}: {:?}", outbox.items);
                let inbox = find(&core, "Inbox").await;
                let markdown = left.simulator.page(HOME, &page_of(inbox).to_string()).unwrap().markdown;
                let end: Vec<&str> = markdown.lines().rev().take(LINES.len()).collect();
                assert!(end.into_iter().rev().eq(LINES), "{hold:?}: {markdown}");
                assert_eq!(markdown.matches("note ").count(), 3, "{hold:?}: {markdown}");
                core.close().await;
            });
        }
    }
}
