//! What can go wrong with the queue, and what to do about it.

use std::io;
use std::path::{Path, PathBuf};

use crate::i18n::{Lang, tr};
use crate::text;

/// The queue cannot do its work. Nothing that was queued before is lost.
#[derive(Debug, thiserror::Error)]
pub(crate) enum QueueError {
    /// The disk said no.
    #[error("{action} {path}")]
    Disk {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// A file holds what cannot have been written there.
    #[error("{path} is damaged: {what}")]
    Damaged {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        what: &'static str,
    },
    /// The directory belongs to somebody else.
    #[error("{path} belongs to P{owner}, not P{lead}")]
    OtherLead {
        /// Which directory.
        path: PathBuf,
        /// Whose it is.
        owner: u32,
        /// Who was asked for.
        lead: u32,
    },
    /// Another process synchronizes.
    #[error("{path} is being synchronized by another process")]
    Busy {
        /// Which directory.
        path: PathBuf,
    },
    /// There is no home directory to keep the queue in.
    #[error("no directory for the queue")]
    NoHome,
    /// The item does not fit into a batch.
    #[error("the item is too large: {bytes} bytes")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
}

impl QueueError {
    /// The disk said no.
    pub(super) fn disk(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Disk { action, path, source }
    }

    /// What happened, and what to try next.
    pub(crate) fn describe(&self, lang: Lang) -> (String, Vec<String>) {
        let show = |path: &PathBuf| text::line(&path.to_string_lossy());
        match self {
            Self::Disk { action, path, source } => (
                tr!(
                    lang,
                    "queue_error.disk.what",
                    action = action,
                    path = show(path),
                    reason = source
                ),
                vec![tr!(lang, "queue_error.disk.next")],
            ),
            Self::Damaged { path, what } => (
                tr!(lang, "queue_error.damaged.what", path = show(path), reason = what),
                vec![tr!(lang, "queue_error.damaged.next")],
            ),
            Self::OtherLead { path, owner, lead } => (
                tr!(
                    lang,
                    "queue_error.other_lead.what",
                    path = show(path),
                    owner = owner,
                    lead = lead
                ),
                vec![tr!(lang, "queue_error.other_lead.next")],
            ),
            Self::Busy { path } => (
                tr!(lang, "queue_error.busy.what", path = show(path)),
                vec![tr!(lang, "queue_error.busy.next")],
            ),
            Self::NoHome => (
                tr!(lang, "queue_error.no_home.what"),
                vec![tr!(lang, "queue_error.no_home.next")],
            ),
            Self::TooLarge { bytes } => (
                tr!(lang, "queue_error.too_large.what", bytes = bytes),
                vec![tr!(lang, "queue_error.too_large.next")],
            ),
        }
    }
}
