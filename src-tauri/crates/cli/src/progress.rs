//! How far a sync is: moving bars for a person, a few lines for a file, nothing for a program.

use std::{collections::BTreeMap, time::Duration};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use satchel_core::view::SyncPhase;
use satchel_model::AccountId;
use unicode_width::UnicodeWidthStr as _;

use crate::console::{Console, Line, Tone, clean};

/// Shows the progress of several accounts.
pub(crate) struct Progress {
    bars: Option<MultiProgress>,
    accounts: BTreeMap<AccountId, Account>,
    width: usize,
}

struct Account {
    name: String,
    bar: Option<ProgressBar>,
    /// Which step was told last, so that a line is written once for each.
    told: Step,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Nothing,
    Looking,
    Fetching,
    Waiting,
}

impl Progress {
    pub(crate) fn new<'a>(console: &Console, accounts: impl IntoIterator<Item = (AccountId, &'a str)>) -> Self {
        let bars = console.shows_bars().then(|| MultiProgress::with_draw_target(ProgressDrawTarget::stderr()));
        let accounts: BTreeMap<AccountId, Account> = accounts
            .into_iter()
            .map(|(id, name)| (id, Account { name: clean(name), bar: None, told: Step::Nothing }))
            .collect();
        let width = accounts.values().map(|account| account.name.width()).max().unwrap_or(0);
        Self { bars, accounts, width }
    }

    /// An account is somewhere else now.
    pub(crate) fn moved(&mut self, console: &mut Console, id: AccountId, phase: &SyncPhase) {
        let (bars, width) = (self.bars.as_ref(), self.width);
        let Some(account) = self.accounts.get_mut(&id) else { return };
        if let Some(bars) = bars {
            account.draw(bars, width, phase);
        } else {
            account.tell(console, phase);
        }
    }

    /// An account is done; the line that stays is up to the caller.
    pub(crate) fn done(&mut self, id: AccountId) {
        if let Some(bar) = self.accounts.get_mut(&id).and_then(|account| account.bar.take()) {
            bar.finish_and_clear();
        }
    }

    /// Writes a line that stays, above the bars.
    pub(crate) fn above(&self, console: &mut Console, write: impl FnOnce(&mut Console)) {
        match &self.bars {
            Some(bars) => bars.suspend(|| write(console)),
            None => write(console),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bars) = &self.bars {
            // Bars of a sync that was stopped must not stay on the screen.
            bars.clear().ok();
        }
    }
}

impl Account {
    fn draw(&mut self, bars: &MultiProgress, width: usize, phase: &SyncPhase) {
        let name = format!("{}{}", self.name, " ".repeat(width.saturating_sub(self.name.width())));
        let bar = self.bar.get_or_insert_with(|| {
            let bar = bars.add(ProgressBar::new(0).with_style(style(LOOKING)).with_prefix(name));
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        // The message comes before the style: a tick in between draws what is there.
        match phase {
            SyncPhase::Discovering { found, .. } => bar.set_message(format!("{found} titles found")),
            SyncPhase::Fetching { done, total, .. } => {
                bar.set_message(format!("{done} of {total} texts"));
                bar.set_length(u64::from(*total));
                bar.set_position(u64::from(*done));
                bar.set_style(style(FETCHING));
            }
            SyncPhase::Waiting { .. } => bar.set_message("Notion asked to slow down"),
            _ => {}
        }
    }

    fn tell(&mut self, console: &mut Console, phase: &SyncPhase) {
        let (step, text) = match phase {
            SyncPhase::Discovering { .. } => (Step::Looking, "looking for pages".to_owned()),
            SyncPhase::Fetching { total, .. } => (Step::Fetching, format!("fetching texts, {total} pages in all")),
            SyncPhase::Waiting { .. } => (Step::Waiting, "Notion asked to slow down".to_owned()),
            _ => return,
        };
        if self.told != step {
            self.told = step;
            console.remark(Line::new().tone(Tone::Dim, &format!("{}: {text}", self.name)));
        }
    }
}

const LOOKING: &str = "  {spinner:.dim} {prefix}  {msg:.dim}";
const FETCHING: &str = "  {spinner:.dim} {prefix}  {bar:28.cyan/dim}  {msg:.dim}";

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("━╸─")
        .tick_chars("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ ")
}
