//! Simulated people of exercises (演练中的模拟人员): whoever belongs to a unit that a run simulates, and nobody else, answers its orders as
//! the scenario's profile says.
//!
//! Whether real people play beside them makes no difference: a real lead is never spoken for, and a simulated one speaks only for those who
//! are simulated too. What they report is said by `simulator:…`, so that the history tells them apart. Delays are of exercise time, which
//! the daemon says: while a run is paused nobody answers, and where it is hurried they hurry. What is drawn depends on the seed, the run, the
//! order and the person; played again after a restart of either side, it is the same, and what was answered is not answered again.

mod answer;
mod follow;
mod run;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::behaviour::{BehaviourParameters, PROFILES};
use crate::client::ClientError;

pub use follow::simulate;

/// How to simulate.
#[derive(Debug, Clone)]
pub struct SimulateOptions {
    /// The same seed makes the same people do the same in a run.
    pub seed: u64,
    /// Only this run, until it is over; none: every run that goes on, for ever.
    pub only: Option<u32>,
    /// Profiles by the names that scenarios give.
    pub profiles: BTreeMap<String, BehaviourParameters>,
}

impl SimulateOptions {
    /// Every run, with the profiles that ship.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let shipped = PROFILES
            .iter()
            .filter_map(|(name, _)| Some(((*name).to_owned(), BehaviourParameters::profile(name)?)));
        Self {
            seed,
            only: None,
            profiles: shipped.collect(),
        }
    }
}

/// Why a run cannot be played.
#[derive(Debug, thiserror::Error)]
pub enum PlayError {
    /// No unit of it is simulated.
    #[error("Y{exercise_id} simulates no unit")]
    Nobody {
        /// Which run.
        exercise_id: u32,
    },
    /// Its scenario names a profile that is not there.
    #[error("the scenario {scenario} asks for the profile {profile}; there are: {known}")]
    NoProfile {
        /// Code of the scenario.
        scenario: String,
        /// The profile.
        profile: String,
        /// Names of those there are.
        known: String,
    },
    /// The daemon refuses, or says what cannot be.
    #[error(transparent)]
    Client(#[from] ClientError),
}

/// What a simulation tells while it goes on.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "told", rename_all = "kebab-case")]
pub enum Told {
    /// A run with simulated units goes on; they are played from now on.
    Run {
        /// Which.
        exercise_id: u32,
        /// Code of its scenario.
        scenario: String,
        /// Name of the profile.
        profile: String,
        /// Codes of the units.
        units: Vec<String>,
    },
    /// An order calls simulated people.
    Order {
        /// Of which run.
        exercise_id: u32,
        /// Which, in the run.
        order_id: u32,
        /// Its version.
        version: u32,
        /// How many of them.
        people: u64,
    },
    /// A run is over.
    Over(Played),
    /// A run cannot be played; it goes on without.
    NotPlayed {
        /// Which.
        exercise_id: u32,
        /// Why.
        #[serde(serialize_with = "in_words")]
        reason: Arc<PlayError>,
    },
    /// The daemon is away; it is asked again until it is back.
    Away {
        /// Why: the daemon's stable reason, or the gRPC code.
        reason: String,
    },
}

fn in_words<S: Serializer>(reason: &Arc<PlayError>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(reason)
}

/// What was played in a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Played {
    /// Which run.
    pub exercise_id: u32,
    /// Why it ended, in the daemon's word.
    pub ending: String,
    /// People and versions of orders: somebody whom two orders call is two.
    pub people: u64,
    /// By their profile these never answer.
    pub silent: u64,
    /// By their profile these say that they come and do not.
    pub no_shows: u64,
    /// Acknowledgements that were new.
    pub acks: u64,
    /// Declines.
    pub declines: u64,
    /// Departures that were new.
    pub departures: u64,
    /// Arrivals that were new.
    pub arrivals: u64,
    /// What was left to be reported when it ended, or when the order was no longer in force.
    pub left: u64,
    /// Reports that were refused as a whole, by the daemon's reason.
    pub refused: BTreeMap<String, u64>,
}
