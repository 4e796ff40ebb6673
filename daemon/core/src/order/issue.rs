//! Issue an order.

use std::collections::BTreeMap;

use super::audience::{Address, AddressList, expand};
use super::{DutyClass, Excuse, LadderStep, OrderSpec, StepTarget, check_ladder};
use crate::command::{Answer, Context, Issued};
use crate::decide::{Decision, at_most, needed};
use crate::event::Event;
use crate::id::{OrderId, PersonId, PersonSet, ResponseId, Timestamp};
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::response::{OrderDraft, Response};
use crate::state::State;
use crate::team::TeamKind;

/// Until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deadline {
    /// No limit.
    None,
    /// So long after the order.
    WithinMs(u64),
    /// At this instant.
    At(Timestamp),
}

impl Deadline {
    fn resolve(self, field: &'static str, now: Timestamp) -> Result<Option<Timestamp>, Rejection> {
        let at = match self {
            Self::None => return Ok(None),
            Self::WithinMs(ms) => now.plus_ms(ms),
            Self::At(at) => at,
        };
        if at <= now {
            Err(Rejection::DeadlinePast { field, at, now })
        } else {
            Ok(Some(at))
        }
    }
}

/// Issues an order in a response to an audience.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueOrder {
    /// In which response.
    pub response: ResponseId,
    /// For whom.
    pub audience: AddressList,
    /// What.
    pub draft: OrderDraft,
}

/// Longest text of an order.
const TEXT_MAX: u32 = 2000;

impl IssueOrder {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let Self {
            response,
            audience,
            draft,
        } = self;
        let row = state
            .responses
            .get(*response)
            .ok_or(Rejection::UnknownResponse { response: *response })?;
        if !row.is_active() {
            return Err(Rejection::ResponseTerminated { response: *response });
        }
        let addressed = audience.resolve(state)?;
        let call_out = call_out_if_addressed(state, &addressed, row, policy);
        let (events, issued) = issue(
            state,
            context,
            policy,
            Issue {
                order: state.orders.next_id(),
                response: *response,
                addressed,
                call_out,
                draft,
                before: None,
            },
        )?;
        Ok(Decision::new(events, Answer::Issued(issued)))
    }
}

/// The people a response calls out, if `addressed` says so.
pub(super) fn call_out_if_addressed(
    state: &State,
    addressed: &[Address],
    response: &Response,
    policy: &Policy,
) -> PersonSet {
    if !addressed.contains(&Address::CallOut) {
        return PersonSet::default();
    }
    let plan = policy.plans.get(&response.spec.plan).cloned().unwrap_or_default();
    state.call_out(
        &plan.call_out(response.level()),
        response.spec.jurisdiction,
        response.scope(),
    )
}

/// A version of an order about to be issued.
pub(crate) struct Issue<'a> {
    pub(crate) order: OrderId,
    pub(crate) response: ResponseId,
    pub(crate) addressed: Vec<Address>,
    pub(crate) call_out: PersonSet,
    pub(crate) draft: &'a OrderDraft,
    /// The version before, and whether its people are to be taken over as they are.
    pub(crate) before: Option<(&'a super::OrderVersion, bool)>,
}

/// What issuing comes to: whom it takes from where, and the order itself.
pub(crate) fn issue(
    state: &State,
    context: &Context,
    policy: &Policy,
    issue: Issue<'_>,
) -> Result<(Vec<Event>, Issued), Rejection> {
    let Issue {
        order,
        response,
        addressed,
        call_out,
        draft,
        before,
    } = issue;
    let spec = resolve_draft(state, context, policy, response, &addressed, draft)?;
    let audience = match before {
        Some((version, true)) => taken_over(state, version),
        Some((_, false)) | None => expand(state, &addressed, &call_out),
    };
    if audience.is_empty() {
        return Err(Rejection::EmptyAudience);
    }
    let mut excused: BTreeMap<Excuse, Vec<PersonId>> = BTreeMap::new();
    let mut taken: BTreeMap<OrderId, Vec<PersonId>> = BTreeMap::new();
    let mut carried = Vec::new();
    for person in audience.iter() {
        let row_before = before.and_then(|(version, _)| version.ledger.row(person));
        let arrival = row_before
            .filter(|row| row.released_at.is_none())
            .and_then(|row| row.arrival);
        if let Some((muster_point, _, _)) = arrival
            && spec.muster_points.contains(&muster_point)
        {
            carried.push(person);
            continue;
        }
        let on_leave = row_before.is_some_and(|row| row.excuse == Some(Excuse::Leave));
        if on_leave || state.leave.is_on_leave(person, context.at) {
            excused.entry(Excuse::Leave).or_default().push(person);
            continue;
        }
        let Some(other) = state.duty(person).filter(|other| *other != order) else {
            continue;
        };
        let other_class = state.orders.get(other).map(|other| other.current().spec.duty);
        let goes_first =
            other_class.is_none_or(|class| spec.duty.goes_before(class) || (draft.reassign && spec.duty == class));
        if goes_first {
            taken.entry(other).or_default().push(person);
        } else {
            excused.entry(Excuse::OtherDuty).or_default().push(person);
        }
    }
    let version = before.map_or(1, |(before, _)| before.version + 1);
    let issued = Issued {
        order,
        version,
        due: audience.len() as u32,
        excused: excused.values().map(Vec::len).sum::<usize>() as u32,
        preempted: taken.values().map(Vec::len).sum::<usize>() as u32,
    };
    let mut events: Vec<Event> = Vec::with_capacity(taken.len() + 1);
    for (other, people) in taken {
        let version = state.orders.get(other).map_or(1, |other| other.current().version);
        events.push(Event::Preempted {
            order: other,
            version,
            people: people.into_iter().collect(),
        });
    }
    events.push(Event::OrderIssued {
        order,
        version,
        spec: Box::new(spec),
        audience,
        excused: excused
            .into_iter()
            .map(|(excuse, people)| (excuse, people.into_iter().collect()))
            .collect(),
        carried: carried.into_iter().collect(),
    });
    Ok((events, issued))
}

/// The people of the version before, without those who were released from it and are on no duty now: an update of the text
/// does not call back who was sent home.
fn taken_over(state: &State, before: &super::OrderVersion) -> PersonSet {
    let is_gone = |row: &&super::Row| row.released_at.is_some() && state.duty(row.person).is_none();
    let rows = before.ledger.rows().iter();
    rows.filter(|row| !is_gone(row)).map(|row| row.person).collect()
}

fn resolve_draft(
    state: &State,
    context: &Context,
    policy: &Policy,
    response: ResponseId,
    addressed: &[Address],
    draft: &OrderDraft,
) -> Result<OrderSpec, Rejection> {
    let OrderDraft {
        text,
        muster_points,
        acknowledge,
        arrive,
        grace_ms,
        ladder,
        no_ladder,
        duty,
        sign_offs,
        reassign: _,
    } = draft;
    needed("text", text)?;
    at_most("text", text, TEXT_MAX)?;
    let mut points = Vec::new();
    for given in muster_points {
        let point = state.muster_points.resolve(given);
        let point = point.ok_or_else(|| Rejection::UnknownMusterPoint {
            muster_point: given.clone(),
        })?;
        if !points.contains(&point.id) {
            points.push(point.id);
        }
    }
    if points.is_empty() {
        return Err(Rejection::NoMusterPoint);
    }
    let ack_deadline = acknowledge.resolve("acknowledge", context.at)?;
    let arrive_deadline = arrive.resolve("arrive", context.at)?;
    if let (Some(ack), Some(arrive)) = (ack_deadline, arrive_deadline)
        && arrive < ack
    {
        return Err(Rejection::DeadlinesCross);
    }
    let steps = |given: &[(u64, StepTarget)]| -> Vec<LadderStep> {
        given
            .iter()
            .map(|(after_ms, target)| LadderStep {
                at: context.at.plus_ms(*after_ms),
                target: *target,
            })
            .collect()
    };
    let ladder = match (no_ladder, ladder.as_slice()) {
        (true, _) => Vec::new(),
        (false, []) => {
            let all = steps(&policy.order.ladder);
            all.into_iter()
                .filter(|step| ack_deadline.is_some_and(|deadline| step.at <= deadline))
                .collect()
        }
        (false, given) => steps(given),
    };
    check_ladder(&ladder)?;
    let mut names: Vec<Box<str>> = Vec::new();
    for name in sign_offs {
        needed("sign_offs", name)?;
        at_most("sign_offs", name, 100)?;
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    Ok(OrderSpec {
        response,
        text: text.clone(),
        muster_points: points,
        addressed: addressed.to_vec(),
        duty: duty.unwrap_or_else(|| duty_of(state, addressed)),
        ack_deadline,
        arrive_deadline,
        grace_ms: grace_ms.unwrap_or(policy.order.grace_ms),
        ladder,
        sign_offs: names,
    })
}

/// The kind of duty an order is when nothing is said: the highest of what it is addressed to.
fn duty_of(state: &State, addressed: &[Address]) -> DutyClass {
    let class = |address: &Address| match address {
        Address::CallOut => DutyClass::AgencyTeam,
        Address::Unit(_) | Address::Person(_) => DutyClass::GridPost,
        Address::Team(team) => match state.teams.get(*team).kind {
            TeamKind::Agency => DutyClass::AgencyTeam,
            TeamKind::Support | TeamKind::Special => DutyClass::GridPost,
            TeamKind::Volunteer => DutyClass::Volunteer,
        },
    };
    addressed.iter().map(class).min().unwrap_or(DutyClass::GridPost)
}
