//! Exercises (演练): run like the real thing, in a world of their own, scored, and never mistaken for it.

pub mod fact;
pub mod inject;
pub mod objective;
pub mod scenario;
pub mod schedule;
pub mod score;
