//! Deployments (派遣): assigned with the order, departed, arrived, released. A person has one at a time (A6).
//!
//! A deployment is a person's row in an order's ledger; which one is theirs now, [`crate::State::duty`] says.

mod check_in;
mod depart;
mod release;
mod sign_off;

pub use check_in::CheckIn;
pub(crate) use check_in::{Seen, evidence_only};
pub use depart::Depart;
pub use release::Release;
pub use sign_off::SignOff;

/// How far a device's clock may be off and still be believed (A4).
pub const SKEW_MS: i64 = 120_000;
