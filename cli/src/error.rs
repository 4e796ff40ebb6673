//! What can go wrong, how it is told, and the exit code of each kind.
//!
//! A message says what failed, names the value and where it stands, and what to try next.

use std::io;
use std::path::PathBuf;

use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::client::{self, Target};
use crate::i18n::{Lang, find, tr};
use crate::offline::QueueError;
use crate::output::Ui;
use crate::sheet::SheetError;
use crate::text;

/// Exit codes, as `--help` documents them.
pub(crate) mod exit {
    /// Done; also: kept for later, because the daemon is out of reach or has no room.
    pub(crate) const OK: u8 = 0;
    /// A defect, or a disk that does not do its work.
    pub(crate) const INTERNAL: u8 = 1;
    /// The command line is wrong.
    pub(crate) const USAGE: u8 = 2;
    /// Bad rows in a file, or people a report could not be applied to.
    pub(crate) const BAD_ROWS: u8 = 3;
    /// The daemon said no.
    pub(crate) const REFUSED: u8 = 4;
    /// The daemon cannot be reached.
    pub(crate) const UNREACHABLE: u8 = 5;
    /// The command did its work, and what it looked at is not in order: duty or a rehearsal has findings, or a unit is short.
    pub(crate) const FINDINGS: u8 = 6;
}

/// Why a command did not do its work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// The options do not go together; the text is in the user's language.
    #[error("{0}")]
    Usage(String),
    /// The user said no.
    #[error("not confirmed")]
    Declined,
    /// A file as a whole cannot be used.
    #[error(transparent)]
    Sheet(#[from] SheetError),
    /// The queue of offline reports.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// The daemon said no.
    #[error("refused")]
    Refused(Box<Refusal>),
    /// The daemon cannot be reached, or did not answer.
    #[error("cannot reach {server}")]
    Unreachable {
        /// Where it was looked for.
        server: String,
        /// What happened.
        status: Box<Status>,
        /// The key to repeat under, if something was to be changed.
        request_id: Option<String>,
    },
    /// A file that was to be written.
    #[error("cannot write {path}")]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// What stands where a file was to be written is a directory, a device, a pipe or a link.
    #[error("{path} is not a file")]
    NotAFile {
        /// Which.
        path: PathBuf,
    },
    /// Writing the answer.
    #[error("cannot write to stdout")]
    Stdout(#[from] io::Error),
    /// What cannot happen.
    #[error("internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A refusal, as the daemon explains it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// gRPC code.
    pub(crate) code: Code,
    /// Stable reason; empty if the daemon gave none.
    pub(crate) reason: String,
    /// What it names, in a stable order.
    pub(crate) metadata: Vec<(String, String)>,
    /// Fields at fault.
    pub(crate) fields: Vec<(String, String)>,
    /// In English words.
    pub(crate) message: String,
}

impl Refusal {
    /// Reads the details of a status.
    pub(crate) fn from_status(status: &Status) -> Self {
        let info = status.get_details_error_info();
        let (reason, mut metadata) = match info {
            Some(info) => (info.reason, info.metadata.into_iter().collect::<Vec<_>>()),
            None => (String::new(), Vec::new()),
        };
        metadata.sort();
        let fields = status
            .get_details_bad_request()
            .map(|bad| bad.field_violations)
            .unwrap_or_default();
        let fields = fields
            .into_iter()
            .map(|violation| (violation.field, violation.description))
            .collect();
        Self {
            code: status.code(),
            reason,
            metadata,
            fields,
            message: status.message().to_owned(),
        }
    }

    /// What the daemon names under one of these words.
    pub(crate) fn named(&self, words: &[&str]) -> Option<&str> {
        words
            .iter()
            .find_map(|word| self.metadata.iter().find(|(name, _)| name == word))
            .map(|(_, value)| value.as_str())
    }
}

impl CliError {
    /// A defect.
    pub(crate) fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(source.into())
    }

    /// What a failed call means.
    pub(crate) fn from_status(status: Status, server: &Target) -> Self {
        if client::is_out_of_reach(&status) {
            return Self::Unreachable {
                server: server.to_string(),
                status: Box::new(status),
                request_id: None,
            };
        }
        Self::Refused(Box::new(Refusal::from_status(&status)))
    }

    /// Names the key a change was asked for under.
    pub(crate) fn under(mut self, id: &str) -> Self {
        if let Self::Unreachable { request_id, .. } = &mut self {
            *request_id = Some(id.to_owned());
        }
        self
    }

    /// Whether the daemon could take it another time as it is: it is out of reach, or has no room now.
    pub(crate) fn is_for_later(&self) -> bool {
        matches!(self, Self::Unreachable { .. }) || matches!(self.reason(), Some("DISK_FULL" | "QUEUE_FULL"))
    }

    /// The stable reason of a refusal.
    pub(crate) fn reason(&self) -> Option<&str> {
        if let Self::Refused(refusal) = self {
            Some(&refusal.reason)
        } else {
            None
        }
    }

    /// The process's exit code.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::Declined => exit::USAGE,
            Self::Sheet(_) => exit::BAD_ROWS,
            Self::Refused(_) => exit::REFUSED,
            Self::Unreachable { .. } => exit::UNREACHABLE,
            Self::Stdout(source) if source.kind() == io::ErrorKind::BrokenPipe => exit::OK,
            Self::NotAFile { .. } => exit::USAGE,
            Self::Queue(_) | Self::Write { .. } | Self::Stdout(_) | Self::Internal(_) => exit::INTERNAL,
        }
    }

    /// In words, several lines.
    pub(crate) fn describe(&self, lang: Lang) -> String {
        let (what, next) = match self {
            Self::Usage(text) => (text.clone(), vec![tr!(lang, "usage.see_help")]),
            Self::Declined => (tr!(lang, "confirm.declined"), vec![tr!(lang, "confirm.declined_next")]),
            Self::Sheet(error) => error.describe(lang),
            Self::Queue(error) => error.describe(lang),
            Self::Refused(refusal) => return describe_refusal(lang, refusal),
            Self::Unreachable {
                server,
                status,
                request_id,
            } => {
                let what = tr!(
                    lang,
                    "unreachable.what",
                    server = text::line(server),
                    reason = client::short(lang, status)
                );
                let mut next = vec![tr!(lang, "unreachable.next")];
                if let Some(request_id) = request_id {
                    next.push(tr!(lang, "unreachable.repeat", request_id = text::line(request_id)));
                }
                (what, next)
            }
            Self::Write { path, source } => (
                tr!(
                    lang,
                    "write_failed.what",
                    path = text::line(&path.to_string_lossy()),
                    reason = source
                ),
                vec![tr!(lang, "write_failed.next")],
            ),
            Self::NotAFile { path } => (
                tr!(
                    lang,
                    "write_failed.not_a_file",
                    path = text::line(&path.to_string_lossy())
                ),
                vec![tr!(lang, "write_failed.not_a_file_next")],
            ),
            Self::Stdout(source) => (tr!(lang, "write_failed.stdout", reason = source), Vec::new()),
            Self::Internal(source) => (
                tr!(lang, "internal.what", reason = text::block(&chain(source.as_ref()))),
                vec![tr!(lang, "internal.next")],
            ),
        };
        let mut message = tr!(lang, "error.prefix", what = what);
        for next in next {
            message.push('\n');
            message.push_str(&tr!(lang, "error.next", next = next));
        }
        message
    }
}

fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}

/// A refusal: what, the values it names, the fields at fault, what next, and where it is explained.
pub(crate) fn describe_refusal(lang: Lang, refusal: &Refusal) -> String {
    let reason = text::line(&refusal.reason);
    let localized = find(lang, &format!("reason.{reason}.what"));
    let server = text::block(&refusal.message);
    let what = match &localized {
        Some(what) => what.clone(),
        None if server.is_empty() => tr!(lang, "refused.no_words", code = format!("{:?}", refusal.code)),
        None => server.clone(),
    };
    let mut lines = vec![tr!(lang, "error.prefix", what = what)];
    // The daemon's own words name the values; ours say what they mean.
    if localized.is_some() && !server.is_empty() {
        lines.push(tr!(lang, "refused.daemon", message = server));
    }
    for (name, value) in &refusal.metadata {
        lines.push(format!("  {}: {}", text::line(name), text::quoted(value)));
    }
    for (field, description) in &refusal.fields {
        lines.push(format!("  {}: {}", text::line(field), text::quoted(description)));
    }
    if let Some(next) = find(lang, &format!("reason.{reason}.next")) {
        lines.push(tr!(lang, "error.next", next = next));
    }
    if !reason.is_empty() {
        lines.push(tr!(
            lang,
            "refused.page",
            reason = reason,
            page = format!("deploy/docs/errors/{reason}.md")
        ));
    }
    lines.join("\n")
}

/// Tells an error and gives its exit code.
pub(crate) fn report(error: &CliError, lang: Lang, ui: &Ui) -> u8 {
    let code = error.exit_code();
    if code != exit::OK {
        ui.note(&error.describe(lang));
    }
    code
}
