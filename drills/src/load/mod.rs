//! Imports, and the measurements of the bench: each function measures one row of DESIGN §9 against a daemon and returns numbers.
//!
//! Nothing is judged here: goals are the bench's. Times are the client's, over the public API, and so include it.

mod acks;
mod activate;
mod approval;
mod board;
mod fan_out;
mod groups;
pub mod hostile;
mod import;
mod stream;

pub use acks::{AckOptions, AckResult, acks_streamed, acks_unary};
pub use activate::{ActivateOptions, ActivateResult, activate};
pub use approval::approval;
pub use board::{BoardOptions, BoardResult, board_under_acks};
pub use fan_out::{FanOut, FanOutAudience, FanOutOptions, FanOutResult, fan_out};
pub use groups::{AckGroup, Reporting, ack_groups, one_by_one};
pub use import::{ImportError, ImportSummary, Imported, import_all};

#[cfg(test)]
mod tests;
