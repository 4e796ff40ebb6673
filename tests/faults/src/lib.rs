//! The fault suite of the journal: what it shares. The faults themselves are in `it/`, one module a kind.
//!
//! A program of our own appends to a journal and says on its standard output what was answered as durable; strace kills it,
//! fails its calls, or records them. Whatever then lies on the disk is opened with the code of the product, and must hold
//! everything that was answered, or be refused with a diagnosis.

pub mod backend;
pub mod check;
pub mod disk;
pub mod files;
pub mod pages;
pub mod promise;
pub mod scale;
pub mod strace;
pub mod tally;
pub mod trace;
pub mod work;

pub use backend::Backend;
pub use check::{Verdict, reopen};
pub use promise::{Acked, Promised};
pub use tally::Tally;
