//! A plan: what is reported when.

use std::time::Duration;

use crate::behaviour::DeclineReason;

/// On whose word something is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// Their own.
    Own,
    /// This lead's.
    Lead(u32),
    /// A registration desk's.
    Desk,
}

/// What a device says about when something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Observed {
    /// How long before it is reported, in the model's time.
    pub before: Duration,
    /// How far the device's clock is ahead, in real milliseconds.
    pub skew_ms: i64,
}

/// One report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// 回令
    Acknowledge {
        /// On whose word.
        by: By,
        /// Who.
        people: Vec<u32>,
    },
    /// Not coming.
    Decline {
        /// On whose word.
        by: By,
        /// Who.
        person: u32,
        /// Why.
        reason: DeclineReason,
    },
    /// 出发
    Depart {
        /// On whose word.
        by: By,
        /// Who.
        people: Vec<u32>,
    },
    /// 报到
    CheckIn {
        /// On whose word.
        by: By,
        /// Place in [`Script::sites`].
        site: usize,
        /// Who.
        people: Vec<u32>,
        /// When, by the device.
        observed: Observed,
    },
    /// What a lead collected without a network.
    Batch {
        /// The lead.
        lead: u32,
        /// In the order they happened.
        items: Vec<OfflineReport>,
        /// The device does not hear the answer and sends it again.
        twice: bool,
    },
}

impl Action {
    /// The lead who reports, or else the first person it is about.
    pub(crate) fn first(&self) -> u32 {
        let (by, people) = match self {
            Self::Acknowledge { by, people } | Self::Depart { by, people } | Self::CheckIn { by, people, .. } => {
                (*by, people.as_slice())
            }
            Self::Decline { by, person, .. } => (*by, std::slice::from_ref(person)),
            Self::Batch { lead, .. } => (By::Lead(*lead), &[][..]),
        };
        match by {
            By::Lead(lead) => lead,
            By::Own | By::Desk => people.first().copied().unwrap_or_default(),
        }
    }
}

/// One item of an offline batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfflineReport {
    /// For a check-in, the place in [`Script::sites`]; for a departure none.
    pub site: Option<usize>,
    /// Who.
    pub people: Vec<u32>,
    /// When, by the device.
    pub observed: Observed,
}

/// One report and its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// In the model's time, from the moment the order was received.
    pub at: Duration,
    /// Unique in the script, and the same whenever it is planned again: the request id is made of it.
    pub number: u32,
    /// Reports with the same key are sent in their order: those of a team, also its members' own, and those of a person in none.
    /// (Own reports that a gateway gathered go with their first person.)
    pub key: u32,
    /// What.
    pub action: Action,
}

/// Everything that responders report about one version of an order, by time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Script {
    /// Reports, earliest first.
    pub planned: Vec<Planned>,
    /// Muster points that reports name.
    pub sites: Vec<super::Site>,
    /// Leads who send offline batches and need an enrolled device.
    pub devices: Vec<u32>,
    /// Leads, each once.
    pub leads: Vec<u32>,
    /// People who never answer.
    pub silent: u32,
    /// People who say that they come and do not.
    pub no_shows: u32,
}
