//! The words of the command line. What they mean is in `command`.

use std::{ffi::OsString, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

/// What the end of the long help says of exit codes and JSON: the table of [`crate::failure::Exit`].
const AFTER_HELP: &str = "\
Exit codes:
    0   done
    1   a mistake of ours
    2   the command cannot be done as it was given
    3   what was named is not there, or several things have that name
    4   sign-in: a token is refused or expired, or the keychain is closed
    5   no network, or Notion has trouble
    6   Notion refused: no right to do this, or it did not take what was sent
    7   this computer: full disk, damaged or newer files, another Satchel is running
  130   interrupted

With --json, standard output has one JSON object; of an error, {\"error\": {\"code\": …}}.
Without it, results go to standard output; errors, progress and remarks to standard error.

Try it without an account:
  satchel demo";

/// Search, read and capture in Notion, with an encrypted copy on this computer.
///
/// Satchel keeps the pages a token can see on this computer, finds them as fast as you type, and sends what you write when there is a
/// network. The command line and the windows share one copy: both can be open at once.
#[derive(Debug, Parser)]
#[command(name = "satchel", version, after_long_help = AFTER_HELP, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) everywhere: Everywhere,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct Everywhere {
    /// Answer with one JSON object
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Say nothing but results and errors
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Log to standard error; twice for more
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: ColorWhen,
    /// Where tokens and keys are; with `memory` the copy is there too and nothing outlives the command
    #[arg(long, global = true, value_name = "WHERE", default_value = "keychain")]
    pub(crate) secrets: SecretsIn,
    /// Talk to this address in place of Notion, for example a simulator
    #[arg(long, global = true, value_name = "URL", value_hint = ValueHint::Url)]
    pub(crate) base_url: Option<String>,
    /// Keep the copy in this folder
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) data: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorWhen {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SecretsIn {
    Keychain,
    Memory,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show everything on three sample workspaces: no account, no network, nothing kept
    Demo,
    /// Connect workspaces, list them, sign out
    #[command(subcommand)]
    Account(AccountCommand),
    /// Bring the copy up to date and send what waits
    ///
    /// The first sync of a workspace fetches every page a token can see, at the pace Notion allows: about three a second. It can be
    /// stopped at any time and goes on where it was.
    Sync {
        /// Only this workspace, by name or id
        account: Option<String>,
    },
    /// Search the copies of all workspaces
    ///
    /// Every word must be there; the last one may be unfinished. "Words in quotes" stand together, -word
    /// leaves pages out, and type:, in:, by: and edited: narrow the search.
    ///
    ///   satchel search launch plan
    ///   satchel search 'price -test type:page in:northlight'
    #[command(verbatim_doc_comment)]
    Search {
        /// What to look for
        #[arg(required = true, value_name = "QUERY")]
        query: Vec<String>,
        /// Only in this workspace, by name or id
        #[arg(long, value_name = "NAME|ID")]
        account: Option<String>,
        /// Only this kind of thing
        #[arg(long = "type", value_name = "TYPE")]
        kind: Option<KindWord>,
        /// At most so many hits
        #[arg(long, short = 'n', value_name = "COUNT", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=200))]
        limit: u32,
    },
    /// Show a page or a database
    ///
    /// A page is named by words of its title, its address in Notion, or its id. It comes from the copy; one that is not kept is
    /// fetched.
    Show {
        /// Words of its title, its address or its id
        #[arg(required = true, value_name = "PAGE")]
        page: Vec<String>,
        /// Only in this workspace, by name or id
        #[arg(long, value_name = "NAME|ID")]
        account: Option<String>,
        /// Print its text as Markdown and nothing else
        #[arg(long)]
        markdown: bool,
        /// Fetch it anew first
        #[arg(long)]
        refresh: bool,
    },
    /// Write something down
    ///
    /// The note is on the disk before anything is sent, so it is never lost. It goes to the end of a page,
    /// or becomes a row of a database with its first line as the title. Markdown is understood.
    ///
    ///   satchel capture buy two litres of milk
    ///   git log -1 --format=%B | satchel capture --to Journal
    #[command(verbatim_doc_comment)]
    Capture {
        /// The note; without it, standard input
        #[arg(value_name = "TEXT")]
        text: Vec<String>,
        /// Where to: words of a title, an address or an id; without it, where the last note went, or an inbox
        #[arg(long, value_name = "DEST")]
        to: Option<String>,
        /// Only in this workspace, by name or id
        #[arg(long, value_name = "NAME|ID")]
        account: Option<String>,
        #[command(flatten)]
        wait: Wait,
    },
    /// Comment on a page
    Comment {
        /// Words of its title, its address or its id
        page: String,
        /// The comment; without it, standard input
        #[arg(value_name = "TEXT")]
        text: Vec<String>,
        /// Only in this workspace, by name or id
        #[arg(long, value_name = "NAME|ID")]
        account: Option<String>,
        #[command(flatten)]
        wait: Wait,
    },
    /// Show the open discussions of a page
    Comments {
        /// Words of its title, its address or its id
        #[arg(required = true, value_name = "PAGE")]
        page: Vec<String>,
        /// Only in this workspace, by name or id
        #[arg(long, value_name = "NAME|ID")]
        account: Option<String>,
    },
    /// Show what waits to be sent and what was sent
    #[command(args_conflicts_with_subcommands = true)]
    Outbox {
        #[command(subcommand)]
        command: Option<OutboxCommand>,
    },
    /// Open the windows
    Open {
        /// With the sample workspaces
        #[arg(long)]
        demo: bool,
        /// Only the window for a quick note
        #[arg(long)]
        capture: bool,
    },
    /// Print a script that completes commands in a shell
    ///
    ///   satchel completions bash > ~/.local/share/bash-completion/completions/satchel
    #[command(verbatim_doc_comment)]
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Wait {
    /// Do not wait until it is sent
    #[arg(long, conflicts_with = "wait")]
    pub(crate) no_wait: bool,
    /// How long to wait until it is sent
    #[arg(long, value_name = "SECONDS", default_value_t = 20)]
    pub(crate) wait: u32,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AccountCommand {
    /// Connect a workspace with a token
    ///
    /// The token is asked for without showing it, or read from standard input. It is checked with Notion
    /// before anything is kept, and goes into the keychain. It is never an argument: other programs can
    /// read the arguments of a command, and shells keep them.
    ///
    ///   satchel account add
    ///   pass show notion | satchel account add
    #[command(verbatim_doc_comment)]
    Add {
        /// Taken only to be refused with a reason, never shown.
        #[arg(hide = true)]
        pasted: Vec<OsString>,
    },
    /// List the connected workspaces
    List,
    /// Give a connected workspace another token, read as `add` reads it
    Replace {
        /// Its name or id
        account: String,
        /// Taken only to be refused with a reason, never shown.
        #[arg(hide = true)]
        pasted: Vec<OsString>,
    },
    /// Sign out of a workspace: its token, its copy and what it has not sent are deleted from this computer
    Remove {
        /// Its name or id
        account: String,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum OutboxCommand {
    /// Send again what was refused: one thing, or all
    Retry {
        /// The end of its id
        id: Option<String>,
    },
    /// Throw something away that is not sent
    Discard {
        /// The end of its id
        id: String,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum KindWord {
    Page,
    Row,
    Database,
}

/// Whether a word of the command line is a token: it must neither be used nor shown.
pub(crate) fn is_token(word: &str) -> bool {
    let value = word.rsplit('=').next().unwrap_or(word).trim();
    let rest = value.strip_prefix("ntn_").or_else(|| value.strip_prefix("secret_"));
    // Shorter words with these beginnings are words that people search for.
    rest.is_some_and(|rest| rest.len() >= 20 && rest.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_words_do_not_contradict_each_other() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn tokens_are_told_from_words() {
        assert!(is_token("ntn_0123456789012345678901234567890123456789"));
        assert!(is_token("--token=secret_0123456789012345678901234567890123456789"));
        assert!(!is_token("secret_santa"));
        assert!(!is_token("what starts with ntn_ is a token"));
    }
}
