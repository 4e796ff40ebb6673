//! Emergency responses (应急响应): an activated plan over a scope, its level, and the history of both.

mod activate;
mod call_out;
mod change_level;
mod terminate;

use serde::{Deserialize, Serialize};

pub use activate::{ActivateResponse, OrderDraft};
pub use change_level::ChangeLevel;
pub use terminate::TerminateResponse;

use crate::id::{OrderId, ResponseId, Revision, Timestamp, UnitId};
use crate::org::Org;

/// Response level (应急响应级别). Level Ⅰ is the highest: compare by rank, never by the number (M1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Level {
    /// Ⅰ级
    I,
    /// Ⅱ级
    II,
    /// Ⅲ级
    III,
    /// Ⅳ级
    IV,
}

impl Level {
    /// The level with this number, 1 to 4.
    pub fn from_number(number: u32) -> Option<Self> {
        [Self::I, Self::II, Self::III, Self::IV]
            .into_iter()
            .find(|level| level.number() == number)
    }
    /// Its number: 1 for Ⅰ.
    pub fn number(self) -> u32 {
        match self {
            Self::I => 1,
            Self::II => 2,
            Self::III => 3,
            Self::IV => 4,
        }
    }
    fn rank(self) -> u32 {
        4 - self.number()
    }
}

impl Ord for Level {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.rank().cmp(&other.rank())
    }
}
impl PartialOrd for Level {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// What was decided when a response was activated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResponseSpec {
    /// Which event it answers; one active response per event and jurisdiction (M5).
    pub event: Box<str>,
    /// Kind of the plan (预案).
    pub plan: Box<str>,
    /// Whose response it is: a level means nothing without it.
    pub jurisdiction: UnitId,
    /// The level it starts at.
    pub level: Level,
    /// The areas it covers, with everything under them.
    pub scope: Vec<UnitId>,
    /// Why.
    pub reason: Box<str>,
    /// Number of the document it is based on; may be empty.
    pub basis: Box<str>,
    /// The version of the plan; 0 is what ships. Kept while the response is active, whatever is imported later.
    pub plan_version: u32,
}

/// One change of level or scope. History is append-only; versions have no gaps (M3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelChange {
    /// 1 is the activation.
    pub version: u32,
    /// Before; none at the activation.
    pub from: Option<Level>,
    /// After.
    pub to: Level,
    /// The areas covered from now on.
    pub scope: Vec<UnitId>,
    /// Why.
    pub reason: Box<str>,
    /// Number of the document it is based on.
    pub basis: Box<str>,
    /// Who decided.
    pub by: crate::command::Actor,
    /// When.
    pub at: Timestamp,
}

/// One response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// Its id.
    pub id: ResponseId,
    /// Counts a jurisdiction's switches into emergency; orders carry it.
    pub epoch: u32,
    /// As activated.
    pub spec: ResponseSpec,
    /// Every level it had; never empty.
    pub history: Vec<LevelChange>,
    /// When and why it ended, if it has.
    pub terminated: Option<(Timestamp, Box<str>)>,
    /// Its orders.
    pub orders: Vec<OrderId>,
    /// The state at which it last changed.
    pub changed: Revision,
}

impl Response {
    /// The level now, or at the end.
    pub fn level(&self) -> Level {
        self.history.last().expect("a response starts with a level").to
    }
    /// The areas covered now, or at the end.
    pub fn scope(&self) -> &[UnitId] {
        &self.history.last().expect("a response starts with a scope").scope
    }
    /// Whether it has not been terminated.
    pub fn is_active(&self) -> bool {
        self.terminated.is_none()
    }
}

/// All responses.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Responses {
    rows: Vec<Response>,
}

impl Responses {
    /// The response with this id.
    pub fn get(&self, response: ResponseId) -> Option<&Response> {
        response
            .0
            .checked_sub(1)
            .and_then(|index| self.rows.get(index as usize))
    }
    pub(crate) fn get_mut(&mut self, response: ResponseId) -> &mut Response {
        &mut self.rows[response.index()]
    }
    /// Every response, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Response> {
        self.rows.iter()
    }
    /// The level in force at a unit: the highest of the active responses that cover it or stand above it (M4).
    pub fn effective_level(&self, org: &Org, unit: UnitId) -> Option<Level> {
        self.rows
            .iter()
            .filter(|response| response.is_active())
            .filter(|response| org.path(unit).any(|area| response.scope().contains(&area)))
            .map(Response::level)
            .max()
    }
    /// The highest level in force at a unit or anywhere under it.
    pub fn highest_level(&self, org: &Org, unit: UnitId) -> Option<Level> {
        let active = self.rows.iter().filter(|response| response.is_active());
        let touches = |area: &UnitId| org.is_within(*area, unit) || org.is_within(unit, *area);
        active
            .filter(|response| response.scope().iter().any(touches))
            .map(Response::level)
            .max()
    }
    pub(crate) fn next_id(&self) -> ResponseId {
        ResponseId::from_index(self.rows.len())
    }

    pub(crate) fn activated(
        &mut self,
        id: ResponseId,
        spec: &ResponseSpec,
        by: &crate::command::Actor,
        at: Timestamp,
        changed: Revision,
    ) {
        let epoch = 1 + self
            .rows
            .iter()
            .filter(|other| other.spec.jurisdiction == spec.jurisdiction)
            .count() as u32;
        let first = LevelChange {
            version: 1,
            from: None,
            to: spec.level,
            scope: spec.scope.clone(),
            reason: spec.reason.clone(),
            basis: spec.basis.clone(),
            by: by.clone(),
            at,
        };
        self.rows.push(Response {
            id,
            epoch,
            spec: spec.clone(),
            history: vec![first],
            terminated: None,
            orders: Vec::new(),
            changed,
        });
    }
}
