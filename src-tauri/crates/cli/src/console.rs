//! What is said, and where: results to standard output; errors, progress and remarks to standard error.
//!
//! Everything that came from outside passes through [`Line`], which takes control characters out: a page must not be able to write to
//! the person's terminal.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use serde::Serialize;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::args::ColorWhen;

/// One of the two outputs.
pub struct Stream {
    /// Where the bytes go.
    pub writer: Box<dyn Write + Send>,
    /// A person looks at it.
    pub is_terminal: bool,
    /// How many columns it has.
    pub width: Option<usize>,
    /// It takes colours, as far as the system tells.
    pub takes_colors: bool,
}

impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stream")
            .field("is_terminal", &self.is_terminal)
            .field("width", &self.width)
            .finish_non_exhaustive()
    }
}

/// How a piece of a line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Plain,
    Strong,
    Dim,
    /// What matched a search.
    Mark,
    Good,
    Bad,
    /// Something to type.
    Typed,
}

impl Tone {
    const fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Strong => Style::new().bold(),
            Self::Dim => Style::new().dimmed(),
            Self::Mark => AnsiColor::Yellow.on_default().bold(),
            Self::Good => AnsiColor::Green.on_default(),
            Self::Bad => AnsiColor::Red.on_default().bold(),
            Self::Typed => AnsiColor::Cyan.on_default(),
        }
    }
}

/// A line made of pieces.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line(Vec<(Tone, String)>);

impl Line {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn tone(mut self, tone: Tone, text: &str) -> Self {
        self.0.push((tone, clean(text)));
        self
    }

    pub(crate) fn plain(self, text: &str) -> Self {
        self.tone(Tone::Plain, text)
    }

    pub(crate) fn strong(self, text: &str) -> Self {
        self.tone(Tone::Strong, text)
    }

    pub(crate) fn dim(self, text: &str) -> Self {
        self.tone(Tone::Dim, text)
    }

    pub(crate) fn typed(self, text: &str) -> Self {
        self.tone(Tone::Typed, text)
    }

    pub(crate) fn then(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Fills up with blanks to this column, with at least one when there is no room.
    pub(crate) fn until_column(self, column: usize) -> Self {
        let missing = column.saturating_sub(self.width()).max(1);
        self.plain(&" ".repeat(missing))
    }

    pub(crate) fn width(&self) -> usize {
        self.0.iter().map(|(_, text)| text.width()).sum()
    }

    /// The same line, cut at this width.
    pub(crate) fn cut(self, width: usize) -> Self {
        if self.width() <= width {
            return self;
        }
        let mut room = width.saturating_sub(1);
        let mut kept = Vec::new();
        for (tone, text) in self.0 {
            let short = head(&text, room);
            room -= short.width();
            let is_whole = short.len() == text.len();
            kept.push((tone, short.to_owned()));
            if !is_whole {
                break;
            }
        }
        kept.push((Tone::Dim, "…".into()));
        Self(kept)
    }

    fn render(&self, is_painted: bool) -> String {
        let mut out = String::new();
        for (tone, text) in &self.0 {
            let style = tone.style();
            if is_painted && *tone != Tone::Plain && !text.is_empty() {
                out.push_str(&format!("{style}{text}{style:#}"));
            } else {
                out.push_str(text);
            }
        }
        out.truncate(out.trim_end_matches(' ').len());
        out
    }
}

/// The beginning of a text that fits into so many columns.
pub(crate) fn head(text: &str, width: usize) -> &str {
    let mut room = width;
    for (at, character) in text.char_indices() {
        let takes = character.width().unwrap_or(0);
        if takes > room {
            return text.get(..at).unwrap_or_default();
        }
        room -= takes;
    }
    text
}

/// A text without characters that steer a terminal.
pub(crate) fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || *c == '\t').filter(|c| !is_direction(*c)).collect()
}

/// Marks that turn the direction of what follows could make a line read otherwise than it is.
const fn is_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The two outputs, with what the person asked of them.
pub(crate) struct Console {
    out: Stream,
    err: Stream,
    pub(crate) is_json: bool,
    pub(crate) is_quiet: bool,
    paints_out: bool,
    paints_err: bool,
    /// How far results are moved to the right.
    inset: usize,
    trouble: Option<io::Error>,
}

impl Console {
    pub(crate) fn new(out: Stream, err: Stream, color: ColorWhen, is_json: bool, is_quiet: bool) -> Self {
        let paints = |stream: &Stream| match color {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto => stream.is_terminal && stream.takes_colors,
        };
        let (paints_out, paints_err) = (paints(&out), paints(&err));
        Self { out, err, is_json, is_quiet, paints_out, paints_err, inset: 0, trouble: None }
    }

    /// A line of a result.
    pub(crate) fn say(&mut self, line: Line) {
        if !self.is_json {
            let line = if line.0.is_empty() { line } else { Line::new().plain(&" ".repeat(self.inset)).then(line) };
            let text = line.render(self.paints_out);
            self.write_out(&format!("{text}\n"));
        }
    }

    /// That something was done: a result only when nobody asked for quiet.
    pub(crate) fn confirm(&mut self, line: Line) {
        if !self.is_quiet {
            self.say(line);
        }
    }

    /// A remark beside the result.
    pub(crate) fn remark(&mut self, line: Line) {
        if !self.is_quiet && !self.is_json {
            self.complain(line);
        }
    }

    /// A line of an error.
    pub(crate) fn complain(&mut self, line: Line) {
        let text = line.render(self.paints_err);
        self.write_err(&format!("{text}\n"));
    }

    /// The one JSON object of the answer.
    pub(crate) fn json(&mut self, value: &impl Serialize) {
        match serde_json::to_string_pretty(value) {
            Ok(text) => self.write_out(&format!("{text}\n")),
            Err(error) => self.trouble = Some(error.into()),
        }
    }

    /// Text that is a result as it stands, for a file or another program.
    pub(crate) fn raw(&mut self, text: &str) {
        self.write_out(text);
    }

    /// Text that another library made and styled, to either output.
    pub(crate) fn styled(&mut self, plain: &str, styled: &str, is_error: bool) {
        if is_error {
            let text = if self.paints_err { styled } else { plain };
            self.write_err(text);
        } else {
            let text = if self.paints_out { styled } else { plain };
            self.write_out(text);
        }
    }

    /// How many columns a result has; none when it goes to a file or a program.
    pub(crate) fn width(&self) -> Option<usize> {
        self.out.width.filter(|_| self.out.is_terminal).map(|width| width.saturating_sub(self.inset))
    }

    /// Moves the results from here on to the right, or back.
    pub(crate) const fn set_inset(&mut self, inset: usize) {
        self.inset = inset;
    }

    /// Whether a moving bar makes sense.
    pub(crate) const fn shows_bars(&self) -> bool {
        self.err.is_terminal && !self.is_quiet && !self.is_json
    }

    /// What kept a result from being written. A reader that has seen enough and closed its end is none.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        if let Err(error) = self.out.writer.flush() {
            self.keep(error);
        }
        self.trouble.take().map_or(Ok(()), Err)
    }

    fn write_out(&mut self, text: &str) {
        if let Err(error) = self.out.writer.write_all(text.as_bytes()) {
            self.keep(error);
        }
    }

    fn write_err(&mut self, text: &str) {
        // Nothing can be said of an error output that fails.
        self.err.writer.write_all(text.as_bytes()).ok();
    }

    fn keep(&mut self, error: io::Error) {
        if error.kind() != io::ErrorKind::BrokenPipe && self.trouble.is_none() {
            self.trouble = Some(error);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_cannot_steer_the_terminal() {
        let line = Line::new().strong("\u{1b}]0;owned\u{7}in\u{202e}box\r\n");
        assert_eq!(line.render(false), "]0;ownedinbox");
    }

    #[test]
    fn wide_characters_take_two_columns() {
        let line = Line::new().plain("雲研究室").dim(" Kumo Lab").cut(7);
        assert_eq!(line.render(false), "雲研究…");
        assert_eq!(Line::new().plain("雲").until_column(4).plain("x").render(false), "雲  x");
    }

    #[test]
    fn colours_are_there_only_when_asked_for() {
        let line = Line::new().strong("a").plain("b");
        assert_eq!(line.render(false), "ab");
        assert_eq!(line.render(true), "\u{1b}[1ma\u{1b}[0mb");
    }
}
