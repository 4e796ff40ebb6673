//! The engine: one thread owns the state, decides what is waiting, syncs once, then publishes.
//!
//! Two copies of the state exist. The *working* one runs ahead by the batch that is being synced; the *published* one holds what
//! is durable and is all that anybody sees. They evolve from the same events, share people's personal data, and after a
//! conflict the working one is made anew from the published one. The price is a second evolve of each event; what it buys is
//! that readers never wait for a sync, and that nothing that is not durable can be seen by any path.

mod admission;
mod desk;
mod handle;
mod past;
mod publish;
mod scope;
mod snapshots;
mod start;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod writer;

pub use admission::{Admission, DiskLevel};
pub use desk::{Answers, Desk, Timers, replay as replay_from};
pub use handle::{EngineHandle, Pending, Priority, Refusal};
pub(crate) use past::revision_at;
pub use past::{Past, PastError, When};
pub use publish::Published;
pub use scope::{Look, Scope};
pub(crate) use snapshots::write as write_snapshot;
pub use snapshots::{SnapshotDone, state_hash, take as take_snapshot};
pub(crate) use start::replay;
pub use start::{Engine, EngineOptions, StartError, Started};
