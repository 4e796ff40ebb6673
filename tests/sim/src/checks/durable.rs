//! What an engine shows is durable: never ahead of the journal, and just what the journal tells of.

use baiying_core::State;
use baiying_journal::SharedLog;

use super::{Held, hold};

const CHECK: &str = "durable";

/// Holds a published state against the journal.
pub(super) fn shown(reference: &State, published: &State, log: &SharedLog, thoroughly: bool) -> Held {
    let (shown, durable) = (published.revision().0, log.head().revision);
    hold(CHECK, shown <= durable, || {
        format!("revision {shown} is shown while {durable} is durable")
    })?;
    let is_same = !thoroughly || published.revision() != reference.revision() || published == reference;
    hold(CHECK, is_same, || {
        format!("what is shown at revision {shown} is not what the journal tells of")
    })
}
