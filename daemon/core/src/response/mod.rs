//! Emergency responses (应急响应): an activated plan over a scope, its level, and the history of both.

mod activate;
mod approve;
mod authority;
mod call_out;
mod change_level;
mod provisional;
mod rehearse;
mod request;
mod switch;
mod terminate;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub(crate) use activate::activate_in_exercise;
pub use activate::{ActivateResponse, Asked, DIRECTOR, OrderDraft, TemplateOrders};
pub use approve::ApproveResponse;
pub use authority::{Approval, Authorization};
pub use change_level::ChangeLevel;
pub use provisional::ConfirmResponse;
pub(crate) use provisional::fire_timers;
pub use rehearse::{Channel, ChannelTime, Finding, FindingKind, Rehearsal};
pub use request::{RejectResponse, RequestResponse};
pub use terminate::TerminateResponse;

use crate::command_post::Command;
use crate::exercise::labelled;
use crate::id::{OrderId, PersonId, ResponseId, Revision, Timestamp, UnitId};
use crate::org::Org;
use crate::plan::Plan;
use crate::policy::{Policy, SituationPolicy};
use crate::rejection::Rejection;
use crate::state::State;

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

/// Where a response stands (`domain.md` §1.3). Its end, once it was active, is in [`Response::terminated`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// Asked for (申请); nothing has happened yet.
    Requested,
    /// Not approved (驳回).
    Rejected {
        /// Who said so.
        by: PersonId,
        /// Why.
        reason: Box<str>,
        /// When.
        at: Timestamp,
    },
    /// Started provisionally (先期处置): lapses at this instant unless it is confirmed.
    Provisional {
        /// When it lapses.
        until: Timestamp,
    },
    /// Approved and in force.
    Active,
    /// Started provisionally, and nobody confirmed it in time (失效).
    Lapsed,
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
    /// Where it stands.
    pub phase: Phase,
    /// When it was asked for, or activated if nobody asked before.
    pub began: Timestamp,
    /// Who asked for it; none: who activated it.
    pub requested_by: Option<PersonId>,
    /// Every level it had; empty until it is active.
    pub history: Vec<LevelChange>,
    /// Who decided on which of them. What was activated before posts were known has none.
    pub authorizations: Vec<Authorization>,
    /// The command overlay; stays to be seen when the response has ended.
    pub commands: Vec<Command>,
    /// The state whose roster (teams, duty, A and B) was frozen with the last switch; 0: none was.
    pub roster: Revision,
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
        self.history.last().map_or(self.spec.level, |change| change.to)
    }
    /// The areas covered now, or at the end.
    pub fn scope(&self) -> &[UnitId] {
        self.history.last().map_or(&self.spec.scope, |change| &change.scope)
    }
    /// Whether it is in force, be it provisionally.
    pub fn is_active(&self) -> bool {
        let is_in_force = match self.phase {
            Phase::Active | Phase::Provisional { .. } => true,
            Phase::Requested | Phase::Rejected { .. } | Phase::Lapsed => false,
        };
        is_in_force && self.terminated.is_none()
    }
    /// Whether it is over: terminated, lapsed, or not approved.
    pub fn has_ended(&self) -> bool {
        self.terminated.is_some() || matches!(self.phase, Phase::Rejected { .. })
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
        let of_jurisdiction = self
            .rows
            .iter()
            .filter(|other| other.spec.jurisdiction == spec.jurisdiction);
        let epoch = 1 + of_jurisdiction.map(|other| other.epoch).max().unwrap_or(0);
        if id.index() == self.rows.len() {
            self.requested(id, spec, None, at, changed);
        }
        let row = &mut self.rows[id.index()];
        row.epoch = epoch;
        row.spec = spec.clone();
        row.phase = Phase::Active;
        row.changed = changed;
        row.history.push(LevelChange {
            version: 1,
            from: None,
            to: spec.level,
            scope: spec.scope.clone(),
            reason: spec.reason.clone(),
            basis: spec.basis.clone(),
            by: by.clone(),
            at,
        });
    }

    pub(crate) fn requested(
        &mut self,
        id: ResponseId,
        spec: &ResponseSpec,
        requested_by: Option<PersonId>,
        began: Timestamp,
        changed: Revision,
    ) {
        self.rows.push(Response {
            id,
            epoch: 0,
            spec: spec.clone(),
            phase: Phase::Requested,
            began,
            requested_by,
            history: Vec::new(),
            authorizations: Vec::new(),
            commands: Vec::new(),
            roster: Revision(0),
            terminated: None,
            orders: Vec::new(),
            changed,
        });
    }
    /// When the next provisional start lapses.
    pub(crate) fn next_deadline(&self) -> Option<Timestamp> {
        let open = self.rows.iter().filter(|row| row.is_active());
        let until = open.filter_map(|row| match row.phase {
            Phase::Provisional { until } => Some(until),
            Phase::Requested | Phase::Rejected { .. } | Phase::Active | Phase::Lapsed => None,
        });
        until.min()
    }
}

impl State {
    /// The response with this id, if it is in force.
    ///
    /// # Errors
    /// There is none, it was not approved yet, or it has ended.
    pub(crate) fn active_response(&self, response: ResponseId) -> Result<&Response, Rejection> {
        let row = self
            .responses
            .get(response)
            .ok_or(Rejection::UnknownResponse { response })?;
        match row.phase {
            Phase::Requested => Err(Rejection::ResponseNotActive { response }),
            Phase::Rejected { .. } | Phase::Lapsed => Err(Rejection::ResponseTerminated { response }),
            Phase::Provisional { .. } | Phase::Active if row.terminated.is_some() => {
                Err(Rejection::ResponseTerminated { response })
            }
            Phase::Provisional { .. } | Phase::Active => Ok(row),
        }
    }
    /// Whether a level is at least that of every response to the same event above the jurisdiction that covers some of the areas: a
    /// unit below may be stricter, never calmer (M4). Another event is another matter.
    ///
    /// # Errors
    /// It is calmer.
    pub(crate) fn not_calmer(
        &self,
        event: &str,
        jurisdiction: UnitId,
        scope: &[UnitId],
        level: Level,
    ) -> Result<(), Rejection> {
        let covers = |other: &Response, area: UnitId| self.org.path(area).any(|unit| other.scope().contains(&unit));
        let mut above = self.responses.iter().filter(|other| {
            let is_above = other.spec.jurisdiction != jurisdiction
                && self.org.is_within(jurisdiction, other.spec.jurisdiction)
                && *other.spec.event == *event;
            is_above && other.is_active() && scope.iter().any(|area| covers(other, *area))
        });
        match above.find(|other| other.level() > level) {
            None => Ok(()),
            Some(other) => Err(Rejection::CalmerThanAbove {
                response: other.id,
                level: other.level(),
            }),
        }
    }
    /// What an event is called that nobody named: as the plan is. As long as a response goes on that was called so, it is called as that one,
    /// whatever the plan is called since: it is the same event (M5).
    pub(crate) fn event_by_default(&self, kind: &str, in_force: &Plan, policy: &Policy) -> Box<str> {
        let by_default = |plan: &Plan| match self.world_of() {
            None => plan.name.clone(),
            Some(_) => labelled(&plan.name),
        };
        let is_named_so = |other: &&Response| {
            let plan = self.plan_version(kind, other.spec.plan_version, policy);
            plan.is_some_and(|plan| by_default(plan) == other.spec.event)
        };
        let mut open = self
            .responses
            .iter()
            .filter(|other| !other.has_ended() && *other.spec.plan == *kind);
        open.find(is_named_so)
            .map_or_else(|| by_default(in_force), |other| other.spec.event.clone())
    }
    /// When is reported of a response, by its plan and level.
    pub(crate) fn report_clocks(&self, response: ResponseId, policy: &Policy) -> SituationPolicy {
        let row = self.responses.get(response);
        let plan = row.and_then(|row| self.plan_of(&row.spec, policy).ok());
        policy.situation.of_plan(plan, row.map_or(Level::IV, Response::level))
    }
    /// The plan that a response was activated with.
    ///
    /// # Errors
    /// It is not there any more: a shipped plan can be gone from a later release.
    pub(crate) fn plan_of<'a>(&'a self, spec: &ResponseSpec, policy: &'a Policy) -> Result<&'a Plan, Rejection> {
        let plan = self.plan_version(&spec.plan, spec.plan_version, policy);
        plan.ok_or_else(|| Rejection::UnknownPlan {
            plan: spec.plan.clone(),
            known: self.plan_kinds(policy).join(", ").into(),
        })
    }
}
