//! Ask for reinforcement (请求增援, `RequestResource`).

use super::{NUMBER_MAX, Need, SKILLS_MAX};
use crate::command::{Answer, Context};
use crate::decide::{Decision, at_most, needed};
use crate::event::Event;
use crate::id::{ResponseId, Timestamp, UnitId};
use crate::order::Deadline;
use crate::org::UnitKind;
use crate::people::SKILL_BYTES_MAX;
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::response::Response;
use crate::state::State;

/// A town in the area of a response asks for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestReinforcement {
    /// In which response.
    pub response: ResponseId,
    /// Code of the town or subdistrict.
    pub town_code: Box<str>,
    /// How many.
    pub number: u32,
    /// Of these, so many with a skill.
    pub skills: Vec<(Box<str>, u32)>,
    /// Where they report: id or code.
    pub muster_point: Box<str>,
    /// Code of the village it is for; may be empty.
    pub village_code: Box<str>,
    /// Until when they should be there.
    pub arrive: Deadline,
    /// What they are to do.
    pub task: Box<str>,
    /// Why they are needed.
    pub reason: Box<str>,
    /// What must be signed before release; none: as the policy says.
    pub sign_offs: Vec<Box<str>>,
}

impl RequestReinforcement {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let Self {
            response,
            town_code,
            number,
            skills,
            muster_point,
            village_code,
            arrive,
            task,
            reason,
            sign_offs,
        } = self;
        needed("task", task)?;
        at_most("task", task, 2000)?;
        needed("reason", reason)?;
        at_most("reason", reason, 500)?;
        let row = state.responses.get(*response);
        let row = row.ok_or(Rejection::UnknownResponse { response: *response })?;
        if !row.is_active() {
            return Err(Rejection::ResponseTerminated { response: *response });
        }
        let town = town(state, row, town_code)?;
        let point = state.muster_points.resolve(muster_point);
        let point = point.ok_or_else(|| Rejection::UnknownMusterPoint {
            muster_point: muster_point.clone(),
        })?;
        within(state, point.unit, town)?;
        let village = match &**village_code {
            "" => None,
            code => Some(place(state, code, town)?),
        };
        let arrive_by = arrive.resolve("arrive", context.at)?;
        let arrive_by = arrive_by.ok_or(Rejection::Missing { field: "arrive" })?;
        let sign_offs = match sign_offs.as_slice() {
            [] => policy.reinforcement.sign_offs.clone(),
            given => given.to_vec(),
        };
        for name in &sign_offs {
            needed("sign_offs", name)?;
            at_most("sign_offs", name, 100)?;
        }
        let need = Need {
            response: *response,
            town,
            number: *number,
            skills: checked(*number, skills)?,
            muster_point: point.id,
            village,
            arrive_by: in_future(arrive_by, context.at)?,
            task: task.clone(),
            reason: reason.clone(),
            sign_offs,
        };
        let reinforcement = state.reinforcement.next_id();
        let event = Event::ReinforcementRequested { reinforcement, need };
        Ok(Decision::new(vec![event], Answer::Reinforcement(reinforcement)))
    }
}

fn in_future(at: Timestamp, now: Timestamp) -> Result<Timestamp, Rejection> {
    if at > now {
        return Ok(at);
    }
    let field = "arrive";
    Err(Rejection::DeadlinePast { field, at, now })
}

/// The town with this code, if the response covers it or a part of it.
fn town(state: &State, response: &Response, code: &str) -> Result<UnitId, Rejection> {
    let unit = state.org.by_code(code);
    let unit = unit.ok_or_else(|| Rejection::UnknownUnit { code: code.into() })?;
    let touches = |area: &UnitId| state.org.is_within(unit.id, *area) || state.org.is_within(*area, unit.id);
    if unit.kind == UnitKind::Town && response.scope().iter().any(touches) {
        return Ok(unit.id);
    }
    Err(Rejection::TownOutsideResponse {
        unit: code.into(),
        response: response.id,
    })
}

/// The unit with this code, within the town.
pub(super) fn place(state: &State, code: &str, town: UnitId) -> Result<UnitId, Rejection> {
    let unit = state.org.by_code(code);
    let unit = unit.ok_or_else(|| Rejection::UnknownUnit { code: code.into() })?;
    within(state, unit.id, town)?;
    Ok(unit.id)
}

fn within(state: &State, unit: UnitId, town: UnitId) -> Result<(), Rejection> {
    if state.org.is_within(unit, town) {
        return Ok(());
    }
    Err(Rejection::PlaceOutsideTown {
        unit: state.org.get(unit).code.clone(),
        town: state.org.get(town).code.clone(),
    })
}

/// Skills in order, each once, and no more people with skills than people.
fn checked(number: u32, skills: &[(Box<str>, u32)]) -> Result<Vec<(Box<str>, u32)>, Rejection> {
    let bad = |field, number, max| Err(Rejection::ReinforcementNumber { field, number, max });
    if !(1..=NUMBER_MAX).contains(&number) {
        return bad("number", number, NUMBER_MAX);
    }
    let mut all = std::collections::BTreeMap::<Box<str>, u32>::new();
    for (skill, number) in skills {
        needed("skills", skill)?;
        at_most("skills", skill, SKILL_BYTES_MAX as u32)?;
        let sum = all.entry(skill.trim().into()).or_default();
        *sum = sum.saturating_add(*number);
    }
    all.retain(|_, number| *number > 0);
    if all.len() > SKILLS_MAX {
        return bad("skills", all.len() as u32, SKILLS_MAX as u32);
    }
    match all.values().fold(0_u32, |sum, number| sum.saturating_add(*number)) {
        skilled if skilled > number => bad("skills", skilled, number),
        _ => Ok(all.into_iter().collect()),
    }
}
