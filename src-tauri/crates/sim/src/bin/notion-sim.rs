//! Serves a simulated Notion on a loopback address until it is stopped.

use std::error::Error;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::parser::ValueSource;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use jiff::Timestamp;
use satchel_sim::seed::Seed;
use satchel_sim::{Consenting, Ground, SimClock, Simulator, SimulatorOptions, server};
use serde_json::json;

/// A simulated Notion API on this machine.
///
/// Once it listens it prints one line of JSON with its address, a token for
/// every workspace, and the id and secret of a connection people can sign in
/// to with OAuth; then it serves until it is interrupted. Without --state
/// nothing is kept: the next start has the same content and the same ids.
///
/// Any client that lets you set the base URL can talk to it, for example the official one:
///
///     const notion = new Client({ auth: TOKEN, baseUrl: BASE_URL })
#[derive(Parser)]
#[command(version, verbatim_doc_comment, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    serving: Serving,
}

#[derive(Subcommand)]
enum Command {
    /// Plays recorded exchanges with the service, and tells where the answers differ.
    ///
    /// Each line of a file is one exchange, `{source, cassette, seq, method, path, query, version, req, status, resp}`. Every cassette is
    /// played to a fresh simulator that holds what the cassette reads before it makes it. The last line printed is a summary in JSON.
    #[command(verbatim_doc_comment)]
    Replay {
        #[arg(required = true)]
        files: Vec<String>,

        /// Tell also what could not be asked, and why.
        #[arg(long)]
        verbose: bool,
    },
}

#[derive(Args)]
struct Serving {
    /// Where to listen. Port 0 takes any free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,

    /// What is in it: `demo` (three workspaces full of content), `empty` (one shared page, "Inbox"), or a file with a seed as JSON.
    #[arg(long, value_name = "demo|empty|FILE", default_value = "demo")]
    workspace: String,

    /// Keep what changes in this file, and go on from what it holds when it is there already: it knows what it began with, so it is
    /// given alone then. As long as time was not set with --seed-time, it is the machine's.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    /// Instead: one workspace of so many pages, a fifth of them rows, the same every time; its token is `ntn_large`.
    #[arg(long, value_name = "COUNT", conflicts_with = "workspace")]
    pages: Option<usize>,

    /// Requests each connection may make in a minute. Without it, what the workspace's plan gives: 180 or 600.
    #[arg(long, value_name = "COUNT")]
    requests_per_minute: Option<u32>,

    /// The time it is at the start, for example 2026-11-23T09:00:00Z; content is as old as the seed says before it. The clock runs on
    /// from there. Without it, the machine's time.
    #[arg(long, value_name = "TIME")]
    seed_time: Option<Timestamp>,

    /// Who answers when somebody signs in with OAuth: `ask` shows the page, `cancel` cancels at once, and the name of a workspace
    /// gives everything at its top at once.
    #[arg(long, value_name = "ask|cancel|WORKSPACE", default_value = "ask")]
    consent: String,
}

fn main() -> ExitCode {
    let matches = Arguments::command().get_matches();
    let arguments = match Arguments::from_arg_matches(&matches) {
        Ok(arguments) => arguments,
        Err(error) => error.exit(),
    };
    let is_given = |name: &&str| matches.value_source(name) == Some(ValueSource::CommandLine);
    let chosen = ["workspace", "pages", "seed_time"].iter().any(is_given);
    if let Some(Command::Replay { files, verbose }) = arguments.command {
        return ended(replay(&files, verbose));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    ended(runtime.map_err(Into::into).and_then(|runtime| runtime.block_on(run(arguments.serving, chosen))))
}

fn ended(outcome: Result<(), Box<dyn Error>>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            writeln!(std::io::stderr(), "notion-sim: {error}").ok();
            ExitCode::FAILURE
        }
    }
}

/// Prints every difference, and counts in the end. That there are any is no failure: what they mean is for the reader to say.
fn replay(files: &[String], verbose: bool) -> Result<(), Box<dyn Error>> {
    let read = |file: &String| std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"));
    let texts = files.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let report = satchel_sim::replay::replay(files.iter().map(String::as_str).zip(texts.iter().map(String::as_str)))?;
    let mut out = std::io::stdout().lock();
    for difference in &report.different {
        writeln!(out, "{}", difference.exchange)?;
        for place in &difference.places {
            writeln!(out, "  {place}")?;
        }
    }
    for (exchange, reason) in report.unseedable.iter().filter(|_| verbose) {
        writeln!(out, "{exchange}\n  not asked: {reason}")?;
    }
    writeln!(out, "{}", serde_json::to_string(&report.counts)?)?;
    Ok(())
}

async fn run(arguments: Serving, chosen: bool) -> Result<(), Box<dyn Error>> {
    let start = arguments.seed_time.unwrap_or_else(Timestamp::now);
    let options = SimulatorOptions {
        clock: Some(SimClock::running_from(start)),
        requests_per_minute: arguments.requests_per_minute,
        consenting: match arguments.consent.as_str() {
            "ask" => Consenting::Asked,
            "cancel" => Consenting::Refused,
            workspace => Consenting::Given(workspace.to_owned()),
        },
        ..SimulatorOptions::default()
    };
    let ground = || match arguments.pages {
        Some(count) => Ok(Ground::Pages(count)),
        None => seed(&arguments.workspace).map(|seed| Ground::Seed(Box::new(seed))),
    };
    let simulator = match &arguments.state {
        Some(file) => {
            let is_there = std::fs::metadata(file).is_ok_and(|file| file.len() > 0);
            if is_there && chosen {
                let file = file.display();
                return Err(
                    format!("{file} knows what it began with: leave --workspace, --pages and --seed-time out").into()
                );
            }
            // What is there already is not asked for what it begins with.
            let ground = if is_there { Ground::Pages(0) } else { ground()? };
            Simulator::kept_in(file, ground, start, arguments.seed_time.is_some(), options)
                .map_err(|error| format!("{} cannot be used: {error}", file.display()))?
        }
        None => Simulator::new(Seed { now: start.to_string(), ..ground()?.into() }, options)?,
    };
    let listener = tokio::net::TcpListener::bind(arguments.listen)
        .await
        .map_err(|error| cannot_listen(arguments.listen, &error))?;
    let workspaces: Vec<_> =
        simulator.workspaces().into_iter().map(|(name, token)| json!({ "name": name, "token": token })).collect();
    let oauth = simulator
        .oauth_clients()
        .into_iter()
        .next()
        .map(|(id, secret)| json!({ "client_id": id, "client_secret": secret }));
    let ready =
        json!({ "base_url": format!("http://{}", listener.local_addr()?), "workspaces": workspaces, "oauth": oauth });
    let mut out = std::io::stdout();
    writeln!(out, "{ready}")?;
    out.flush()?;
    server::serve(listener, simulator, stopped()).await?;
    Ok(())
}

fn cannot_listen(address: SocketAddr, error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            format!("another program listens on {address}. Leave --listen out, or give it port 0, for a free one")
        }
        _ => format!("cannot listen on {address}: {error}"),
    }
}

fn seed(name: &str) -> Result<Seed, Box<dyn Error>> {
    match name {
        "demo" => Ok(satchel_sim::demo::seed()),
        "empty" => Ok(Seed::with_inbox()),
        file => {
            let text = std::fs::read_to_string(Path::new(file)).map_err(|error| format!("{file}: {error}"))?;
            serde_json::from_str(&text).map_err(|error| format!("{file} is not a seed: {error}").into())
        }
    }
}

/// Done when the program is asked to stop.
async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = interrupt.await;
}
