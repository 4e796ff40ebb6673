//! An agency answers a requisition (承接、谢绝、部分承接, `CommitResource`).

use super::pool::{Rules, WhyNot, agency_teams};
use super::propose::open;
use super::{Commitment, Reinforcement, Requisition, Round};
use crate::command::{Answer, Context};
use crate::decide::{Decision, at_most, needed};
use crate::event::Event;
use crate::id::{PersonId, PersonSet, ReinforcementId, UnitId};
use crate::order::{Address, Deadline, DutyClass, Issue, issue_order};
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::response::OrderDraft;
use crate::state::State;
use crate::word;

/// What the agency says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequisitionReply {
    /// 承接: these people; none: those who were proposed and can still go.
    Accept(Vec<PersonId>),
    /// 谢绝
    Decline,
}

/// Answers for an agency. Who accepts says who goes: the people proposed, fewer, or others of the same team. Their order is issued
/// in the same step, so that they are told, answer and report like everybody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerRequisition {
    /// Which request.
    pub reinforcement: ReinforcementId,
    /// Code of the agency.
    pub agency_code: Box<str>,
    /// Who answers: leader or deputy of the agency's team.
    pub by: PersonId,
    /// What.
    pub reply: RequisitionReply,
    /// Why not, or why fewer.
    pub reason: Box<str>,
}

impl AnswerRequisition {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let Self {
            reinforcement,
            agency_code,
            by,
            reply,
            reason,
        } = self;
        at_most("reason", reason, 500)?;
        let row = open(state, *reinforcement)?;
        let agency = state.org.by_code(agency_code);
        let agency = agency.ok_or_else(|| Rejection::UnknownUnit {
            code: agency_code.clone(),
        })?;
        let (round, requisition) = pending(row, agency.id).ok_or_else(|| Rejection::NoRequisition {
            reinforcement: *reinforcement,
            unit: agency_code.clone(),
        })?;
        let mut teams = agency_teams(state).filter(|team| team.unit == agency.id);
        if !teams.any(|team| team.is_led_by(*by)) {
            return Err(Rejection::NotTeamLead {
                person: *by,
                unit: agency_code.clone(),
            });
        }
        let at = context.at;
        let settled = |commitment| Event::RequisitionSettled {
            reinforcement: *reinforcement,
            round: round.number,
            agency: agency.id,
            commitment,
        };
        match reply {
            RequisitionReply::Decline => {
                needed("reason", reason)?;
                let (by, reason) = (*by, reason.clone());
                Ok(Decision::done(vec![settled(Commitment::Declined { by, at, reason })]))
            }
            RequisitionReply::Accept(given) => {
                let people = self.going(state, context, policy, row, requisition, given)?;
                if people.len() < requisition.people.len() {
                    needed("reason", reason)?;
                }
                let (mut events, issued) = order(state, context, policy, row, &people)?;
                events.push(settled(Commitment::Accepted {
                    people,
                    order: issued.order,
                    by: *by,
                    at,
                    reason: reason.clone(),
                }));
                Ok(Decision::new(events, Answer::Issued(issued)))
            }
        }
    }

    /// Who goes, if they all can, and no more leave their units than may.
    fn going(
        &self,
        state: &State,
        context: &Context,
        policy: &Policy,
        row: &Reinforcement,
        requisition: &Requisition,
        given: &[PersonId],
    ) -> Result<PersonSet, Rejection> {
        let policy = &policy.reinforcement;
        let rules = Rules::new(state, policy, context.at, &[row], Some(&requisition.people));
        let why_not = |person: PersonId| {
            let row = state.people.get(person);
            row.map(|row| rules.why_not(state, row))
        };
        let unit = || self.agency_code.clone();
        if given.is_empty() {
            let can = requisition
                .people
                .iter()
                .filter(|person| why_not(*person) == Some(None));
            let people: PersonSet = can.collect();
            if people.is_empty() {
                let (asked, available) = (requisition.people.len() as u32, 0);
                return Err(Rejection::TooFewPeople {
                    unit: unit(),
                    asked,
                    available,
                });
            }
            return Ok(people);
        }
        let people: PersonSet = given.iter().copied().collect();
        if people.len() > requisition.people.len() {
            return Err(Rejection::ReinforcementNumber {
                field: "person_ids",
                number: people.len() as u32,
                max: requisition.people.len() as u32,
            });
        }
        let in_team = |person: PersonId| {
            let mut teams = agency_teams(state).filter(|team| team.unit == requisition.agency);
            teams.any(|team| team.members.contains(person))
        };
        for person in people.iter() {
            let why = why_not(person).ok_or(Rejection::UnknownPerson { person })?;
            let why = match why {
                Some(why) => word::of(&WhyNot::ALL, why),
                None if !in_team(person) => "not-in-team",
                None => continue,
            };
            return Err(Rejection::CannotBeSent { person, why });
        }
        let homes = people
            .iter()
            .filter_map(|id| state.people.get(id))
            .map(|row| row.home_unit);
        let homes: std::collections::BTreeSet<UnitId> = homes.collect();
        for home in homes {
            let (there, stay) = rules.posts(state, policy, home);
            let of_home = |person: &PersonId| state.people.get(*person).is_some_and(|row| row.home_unit == home);
            let asked = people.iter().filter(of_home).count() as u32;
            let available = there.saturating_sub(stay);
            // As many of a unit as were proposed may go in any case: that was weighed when it was approved.
            let proposed = requisition.people.iter().filter(of_home).count() as u32;
            if asked > available.max(proposed) {
                let unit = state.org.get(home).code.clone();
                return Err(Rejection::TooFewPeople { unit, asked, available });
            }
        }
        Ok(people)
    }
}

/// The requisition of an agency that waits for its answer.
fn pending(row: &Reinforcement, agency: UnitId) -> Option<(&Round, &Requisition)> {
    let mut pending = row.requisitions().filter(|(.., it)| **it == Commitment::Pending);
    let own = pending.find(|(_, requisition, _)| requisition.agency == agency);
    own.map(|(round, requisition, _)| (round, requisition))
}

/// The order that sends people to the town.
fn order(
    state: &State,
    context: &Context,
    policy: &Policy,
    row: &Reinforcement,
    people: &PersonSet,
) -> Result<(Vec<Event>, crate::command::Issued), Rejection> {
    let need = &row.need;
    let at = context.at;
    // Who is asked for the second time, late, still has the time it takes to come.
    let arrive_by = match need.arrive_by {
        by if by > at => by,
        _ => at.plus_ms(policy.reinforcement.arrive_within_ms),
    };
    let answer_by = at.plus_ms(policy.reinforcement.acknowledge_ms).min(arrive_by);
    let draft = OrderDraft {
        text: need.task.clone(),
        muster_points: vec![state.muster_points.get(need.muster_point).code.clone()],
        acknowledge: Deadline::At(answer_by),
        arrive: Deadline::At(arrive_by),
        grace_ms: None,
        ladder: Vec::new(),
        no_ladder: false,
        duty: Some(DutyClass::AgencyTeam),
        sign_offs: need.sign_offs.clone(),
        reassign: false,
    };
    issue_order(
        state,
        context,
        policy,
        Issue {
            order: state.orders.next_id(),
            response: need.response,
            addressed: people.iter().map(Address::Person).collect(),
            call_out: PersonSet::default(),
            draft: &draft,
            before: None,
            also_called: &PersonSet::default(),
        },
    )
}
