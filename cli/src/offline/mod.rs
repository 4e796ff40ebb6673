//! What a field lead reports while the daemon is out of reach, kept on disk until the daemon has answered.
//!
//! ```text
//! P12/                       one directory a lead
//!   lead                     whose it is
//!   items.log                every item ever queued, in order: framed, checksummed, fsynced; only ever appended to
//!   items.lock  sync.lock    one writer of the log; one synchronization
//!   devices/1/               a device: its key and what was sent under it
//!     key                    Ed25519 seed, mode 0600
//!     device.json            its id, once the daemon knows it
//!     batches/00000001.batch items frozen under a number: bytes and signature, never changed
//!     batches/00000001.json  the daemon's answer
//!   devices/2/               after `field enroll --renew`; the highest is the one in use
//! ```
//!
//! Nothing is ever deleted or rewritten, and no fact stands in two places: what is frozen is what a batch file says, what is
//! settled is what an answer file says, and everything else in the log waits. Each of these files comes into being by one
//! rename, so a crash at any point leaves one of two states, and no number ever names two contents. (DESIGN §8.5)

mod batch;
mod device;
mod error;
mod files;
mod queue;
mod record;

#[cfg(test)]
mod crash_tests;

pub(crate) use batch::Frozen;
pub(crate) use error::QueueError;
pub(crate) use queue::{Answer, ItemAnswer, Queue, QueuedItem, State, SyncGuard};

/// A record as it stands in a log.
pub(crate) fn framed(payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    record::frame(payload, &mut bytes);
    bytes
}
