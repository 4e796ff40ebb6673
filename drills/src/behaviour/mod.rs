//! How people answer an order (`domain.md` §11.3): distributions as data, and one draw a person.
//!
//! Drawing is pure: the same parameters, seed, circumstances and person give the same behaviour, in any order and on any machine. What
//! is drawn is in the model's own time; whoever plays it decides how fast that time runs.

mod parameters;
mod profiles;
mod sample;

pub use parameters::{
    AnswerParameters, ArrivalParameters, BehaviourParameters, DeclineParameters, MethodParameters, PeriodParameters,
    TravelParameters,
};
pub use profiles::PROFILES;
pub(crate) use sample::seconds;
pub use sample::{Answer, Area, DeclineReason, Method, Period, PersonBehaviour};

#[cfg(test)]
mod tests;
