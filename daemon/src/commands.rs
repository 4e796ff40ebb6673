//! What the binary can be told to do.

pub mod backup;
pub mod journal;
pub mod restore;
pub mod serve;
pub mod synth;

use baiying_journal::JournalError;

use crate::app::EXIT_JOURNAL_OPEN;
use crate::config::ConfigError;

/// The exit code for what went wrong.
pub fn exit_code(error: &anyhow::Error) -> u8 {
    if error.chain().any(|cause| cause.is::<ConfigError>()) {
        64
    } else if error.chain().any(|cause| cause.is::<JournalError>()) {
        EXIT_JOURNAL_OPEN
    } else {
        1
    }
}

/// The stable reason for what went wrong, if it was the journal.
pub fn reason(error: &anyhow::Error) -> Option<&'static str> {
    error
        .chain()
        .find_map(|cause| cause.downcast_ref::<JournalError>())
        .map(JournalError::reason)
}
