//! Where output goes: data to stdout, everything else to stderr. No colors are used, so `NO_COLOR` is always honored.

pub(crate) mod board;
pub(crate) mod branch;
pub(crate) mod command;
pub(crate) mod drill;
pub(crate) mod drill_action;
pub(crate) mod drill_schedule;
pub(crate) mod duty;
pub(crate) mod exceptions;
pub(crate) mod ics;
pub(crate) mod json;
pub(crate) mod json_branch;
pub(crate) mod json_command;
pub(crate) mod json_duty;
pub(crate) mod json_in_place;
pub(crate) mod json_plan;
pub(crate) mod json_reinforcement;
pub(crate) mod json_team;
pub(crate) mod order;
pub(crate) mod page;
pub(crate) mod plan;
pub(crate) mod quota;
pub(crate) mod readiness_drills;
pub(crate) mod rehearsal;
pub(crate) mod reinforcement;
pub(crate) mod response;
pub(crate) mod situation;
pub(crate) mod table;

use std::fmt;
use std::io::{self, BufRead, IsTerminal, Write};
use std::sync::{Arc, Mutex};

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Table,
    /// For programs: the same in every language.
    Json,
}

/// What a test reads back.
#[cfg(test)]
pub(crate) type Captured = Arc<Mutex<Vec<u8>>>;

type Sink = Arc<Mutex<dyn Write + Send>>;

/// Stdout, stderr, and whether a person sits there.
#[derive(Clone)]
pub(crate) struct Ui {
    out: Sink,
    err: Sink,
    /// Stdout is a terminal: boards are redrawn in place.
    pub(crate) live: bool,
    /// Stderr is a terminal: progress is shown.
    pub(crate) progress: bool,
    interactive: bool,
}

impl fmt::Debug for Ui {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ui").field("live", &self.live).finish_non_exhaustive()
    }
}

impl Ui {
    /// Of this process.
    pub(crate) fn process() -> Self {
        let live = io::stdout().is_terminal();
        let progress = io::stderr().is_terminal();
        Self {
            out: Arc::new(Mutex::new(io::stdout())),
            err: Arc::new(Mutex::new(io::stderr())),
            live,
            progress,
            interactive: io::stdin().is_terminal() && progress,
        }
    }

    /// Into buffers, for tests.
    #[cfg(test)]
    pub(crate) fn captured() -> (Self, Captured, Captured) {
        let out = Arc::new(Mutex::new(Vec::new()));
        let err = Arc::new(Mutex::new(Vec::new()));
        let ui = Self {
            out: out.clone(),
            err: err.clone(),
            live: false,
            progress: false,
            interactive: false,
        };
        (ui, out, err)
    }

    /// Data.
    pub(crate) fn data(&self, text: &str) -> io::Result<()> {
        let mut out = self.out.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        out.write_all(text.as_bytes())?;
        out.flush()
    }

    /// A line on stderr. That nobody listens there is no reason to stop.
    pub(crate) fn note(&self, text: &str) {
        let mut err = self.err.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let _ = writeln!(err, "{}", text.trim_end());
    }

    /// Whether questions can be asked.
    pub(crate) fn interactive(&self) -> bool {
        self.interactive
    }

    /// Asks on stderr for words; none if nothing can be read.
    pub(crate) fn ask_words(&self, question: &str) -> Option<String> {
        {
            let mut err = self.err.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let _ = write!(err, "{question} ");
            let _ = err.flush();
        }
        let mut answer = String::new();
        io::stdin().lock().read_line(&mut answer).ok()?;
        Some(answer.trim().to_owned())
    }

    /// Asks on stderr; only a clear yes is a yes.
    pub(crate) fn ask(&self, question: &str) -> bool {
        {
            let mut err = self.err.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let _ = write!(err, "{question} ");
            let _ = err.flush();
        }
        let mut answer = String::new();
        if io::stdin().lock().read_line(&mut answer).is_err() {
            return false;
        }
        matches!(
            answer.trim().to_ascii_lowercase().as_str(),
            "y" | "yes" | "是" | "好" | "确认"
        )
    }

    /// Replaces what is on the terminal by this frame.
    pub(crate) fn frame(&self, text: &str) -> io::Result<()> {
        // Home, the frame with each line's rest cleared, then everything below: no flicker, no lines left over.
        let body: String = text.lines().map(|line| format!("{line}\u{1b}[K\r\n")).collect();
        self.data(&format!("\u{1b}[H{body}\u{1b}[J"))
    }
}
