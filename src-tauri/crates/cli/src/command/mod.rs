//! The commands, one file each.

mod account;
mod capture;
mod comment;
mod demo;
mod open;
mod outbox;
mod search;
mod show;
mod sync;

use clap::CommandFactory as _;

use crate::{
    Failure,
    args::{Arguments, Command},
    console::Console,
    failure::Exit,
    session::Session,
};

/// Does what a command line asks for.
pub(crate) async fn execute(session: &mut Session, console: &mut Console, command: Command) -> Result<(), Failure> {
    match command {
        Command::Demo => demo::run(session, console).await,
        Command::Account(command) => account::run(session, console, command).await,
        Command::Sync { account } => sync::run(session, console, account.as_deref()).await,
        Command::Search { query, account, kind, limit } => {
            search::run(session, console, &query.join(" "), account.as_deref(), kind, limit).await
        }
        Command::Show { page, account, markdown, refresh } => {
            let form = if markdown { show::Form::Markdown } else { show::Form::Whole };
            show::run(session, console, &page.join(" "), account.as_deref(), form, refresh).await
        }
        Command::Capture { text, to, account, wait } => {
            capture::run(session, console, &text, to.as_deref(), account.as_deref(), &wait).await
        }
        Command::Comment { page, text, account, wait } => {
            comment::write(session, console, &page, &text, account.as_deref(), &wait).await
        }
        Command::Comments { page, account } => {
            comment::list(session, console, &page.join(" "), account.as_deref()).await
        }
        Command::Outbox { command } => outbox::run(session, console, command).await,
        Command::Open { demo, capture } => open::run(session, console, demo, capture),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "satchel", &mut script);
            console.raw(&String::from_utf8_lossy(&script));
            Ok(())
        }
    }
}

/// A token among the words of the command line. It is neither used nor shown.
pub(crate) fn token_as_argument() -> Failure {
    Failure::new(
        Exit::Usage,
        "token_as_argument",
        "A token must not be an argument: other programs can read the arguments of a command, and shells keep them.",
        "Run `satchel account add` and paste it when asked, or pipe it in. Then make a new token in Notion: this one was seen.",
    )
    .safe("It was not used, and nothing was saved.")
}
