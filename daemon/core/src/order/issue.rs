//! Issue an order.

use std::collections::{BTreeMap, BTreeSet};

use super::audience::{Address, AddressList, expand};
use super::{DutyClass, Excuse, LadderStep, OrderSpec, StepTarget, check_ladder};
use crate::command::{Answer, Context, Issued};
use crate::decide::{Decision, at_most, needed};
use crate::duty::{Position, on_duty};
use crate::event::Event;
use crate::id::{OrderId, PersonId, PersonSet, ResponseId, Timestamp, UnitId};
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
    pub(crate) fn resolve(self, field: &'static str, now: Timestamp) -> Result<Option<Timestamp>, Rejection> {
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

/// Longest text of an order, in bytes.
pub const ORDER_TEXT_MAX: u32 = 2000;

impl IssueOrder {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let Self {
            response,
            audience,
            draft,
        } = self;
        let addressed = audience.resolve(state)?;
        issue_to(state, context, policy, *response, addressed, draft)
    }
}

/// Issues an order in a response to whom these addresses name.
pub(crate) fn issue_to(
    state: &State,
    context: &Context,
    policy: &Policy,
    response: ResponseId,
    addressed: Vec<Address>,
    draft: &OrderDraft,
) -> Result<Decision, Rejection> {
    let row = state.active_response(response)?;
    let call_out = call_out_if_addressed(state, &addressed, row, policy, context.at);
    let (events, issued) = issue(
        state,
        context,
        policy,
        Issue {
            order: state.orders.next_id(),
            response,
            addressed,
            call_out,
            draft,
            before: None,
            also_called: &PersonSet::default(),
        },
    )?;
    Ok(Decision::new(events, Answer::Issued(issued)))
}

/// The people a response calls out, if `addressed` says so.
pub(super) fn call_out_if_addressed(
    state: &State,
    addressed: &[Address],
    response: &Response,
    policy: &Policy,
    at: Timestamp,
) -> PersonSet {
    if !addressed.contains(&Address::CallOut) {
        return PersonSet::default();
    }
    let spec = &response.spec;
    let plan = state.plan_version(&spec.plan, spec.plan_version, policy);
    let call_out = plan.map(|plan| plan.call_out(response.level())).unwrap_or_default();
    state.call_out(&call_out, spec.jurisdiction, response.scope(), at)
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
    /// Whom other orders of the same step call out: this one excuses them, since the state does not know of those yet.
    pub(crate) also_called: &'a PersonSet,
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
        also_called,
    } = issue;
    let mut spec = resolve_draft(state, context, policy, response, &addressed, draft)?;
    let audience = match before {
        Some((version, true)) => taken_over(state, version),
        Some((_, false)) | None => expand(state, &addressed, &call_out),
    };
    if audience.is_empty() {
        return Err(Rejection::EmptyAudience);
    }
    spec.on_duty = on_duty_for(state, &audience, context.at);
    // Who is on shift goes to no village (C3), and who is exempt from in-place reports is not asked (C2).
    let is_in_place = spec.duty == DutyClass::InPlace;
    let on_shift: BTreeSet<PersonId> = spec.on_duty.iter().map(|(_, _, person)| *person).collect();
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
        if is_in_place
            && state
                .in_place
                .is_exempt_before(person, context.at, spec.arrive_deadline)
        {
            excused.entry(Excuse::Exempt).or_default().push(person);
            continue;
        }
        if also_called.contains(person) || state.elsewhere.contains(&person) {
            excused.entry(Excuse::OtherDuty).or_default().push(person);
            continue;
        }
        let Some(other) = state.duty(person).filter(|other| *other != order) else {
            if is_in_place && on_shift.contains(&person) {
                excused.entry(Excuse::OtherDuty).or_default().push(person);
            }
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
            by: Some(response),
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

/// Who is on duty at the post in the home units of the people addressed.
fn on_duty_for(state: &State, audience: &PersonSet, at: Timestamp) -> Vec<(UnitId, Position, PersonId)> {
    let homes = audience.iter().filter_map(|person| state.people.get(person));
    let units: BTreeSet<UnitId> = homes.map(|row| row.home_unit).collect();
    let units = units.into_iter().filter(|unit| state.rosters.has_roster(*unit));
    let held = units.flat_map(|unit| {
        on_duty(state.duty_view(), unit, at)
            .holders
            .into_iter()
            .map(move |holder| (unit, holder))
    });
    let held = held.filter(|(_, holder)| holder.position.is_post() && !holder.on_leave);
    held.map(|(unit, holder)| (unit, holder.position, holder.person))
        .collect()
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
    at_most("text", text, ORDER_TEXT_MAX)?;
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
        on_duty: Vec::new(),
    })
}

/// The kind of duty an order is when nothing is said: the highest of what it is addressed to.
fn duty_of(state: &State, addressed: &[Address]) -> DutyClass {
    let class = |address: &Address| match address {
        Address::CallOut => DutyClass::AgencyTeam,
        Address::Unit(_) | Address::Person(_) => DutyClass::GridPost,
        Address::Residents(_) => DutyClass::InPlace,
        Address::Team(team) => match state.teams.get(*team).kind {
            TeamKind::Agency => DutyClass::AgencyTeam,
            TeamKind::Support | TeamKind::Special => DutyClass::GridPost,
            TeamKind::Volunteer => DutyClass::Volunteer,
        },
    };
    addressed.iter().map(class).min().unwrap_or(DutyClass::GridPost)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Command;
    use crate::order::Bucket;
    use crate::testing::{MINUTE, O1, O2, R1, district, draft, given, issue as order_to, minute};

    #[test]
    fn o2_everybody_has_one_row_however_often_they_are_addressed() {
        let mut district = district();
        let audience = AddressList {
            units: vec!["A1".into(), "D".into()],
            teams: vec!["AG1".into(), "T1".into()],
            people: vec![PersonId(1), PersonId(1)],
            call_out: true,
        };
        district.activate().accepts(Command::IssueOrder(IssueOrder {
            response: R1,
            audience,
            draft: draft(),
        }));
        district.board(O1, [30, 0, 0, 0, 0, 30]);
    }

    #[test]
    fn an_order_to_nobody_is_refused() {
        let mut district = district();
        district
            .activate()
            .when(order_to([], draft()))
            .rejects(Rejection::EmptyAudience);
        let audience = AddressList {
            units: vec!["V22".into()],
            ..AddressList::default()
        };
        district
            .when(Command::IssueOrder(IssueOrder {
                response: R1,
                audience,
                draft: draft(),
            }))
            .rejects(Rejection::EmptyAudience);
        for person in [PersonId(0), PersonId(31), PersonId(u32::MAX)] {
            district
                .when(order_to([person.0], draft()))
                .rejects(Rejection::UnknownPerson { person });
        }
        let audience = AddressList {
            teams: vec!["T0".into()],
            ..AddressList::default()
        };
        district
            .when(Command::IssueOrder(IssueOrder {
                response: R1,
                audience,
                draft: draft(),
            }))
            .rejects(Rejection::UnknownTeam { team: "T0".into() });
    }

    #[test]
    fn deadlines_lie_ahead_and_do_not_cross() {
        let mut district = district();
        district.activate().at(10);
        let now = minute(10);
        let with = |change: &dyn Fn(&mut OrderDraft)| {
            let mut draft = draft();
            change(&mut draft);
            order_to([1], draft)
        };
        district
            .when(with(&|it| it.acknowledge = Deadline::WithinMs(0)))
            .rejects(Rejection::DeadlinePast {
                field: "acknowledge",
                at: now,
                now,
            });
        district
            .when(with(&|it| it.arrive = Deadline::At(minute(9))))
            .rejects(Rejection::DeadlinePast {
                field: "arrive",
                at: minute(9),
                now,
            });
        district
            .when(with(&|it| it.acknowledge = Deadline::WithinMs(31 * MINUTE as u64)))
            .rejects(Rejection::DeadlinesCross);
        district
            .when(with(&|it| it.muster_points.clear()))
            .rejects(Rejection::NoMusterPoint);
        district
            .when(with(&|it| it.text = "  ".into()))
            .rejects(Rejection::Missing { field: "text" });
        district.accepts(with(&|it| it.arrive = Deadline::At(minute(15))));
        district.accepts(with(&|it| {
            (it.acknowledge, it.arrive, it.grace_ms) = (Deadline::None, Deadline::WithinMs(u64::MAX), Some(u64::MAX))
        }));
    }

    /// O4: a deadline or none, said explicitly; the next one due is the order's timer.
    #[test]
    fn o4_every_open_order_has_its_deadlines_or_none() {
        let mut district = district();
        district.activate().issue([1]);
        assert_eq!(district.state.next_order_deadline(), Some(minute(5)));
        district.at(5).fire();
        assert_eq!(district.state.next_order_deadline(), Some(minute(40)));
        district.at(40).fire();
        assert_eq!(district.state.next_order_deadline(), None);
        district.issue_with([2], |it| (it.acknowledge, it.arrive) = (Deadline::None, Deadline::None));
        assert_eq!(
            (
                district.current(O2).next_deadline(),
                district.state.next_order_deadline()
            ),
            (None, None)
        );
    }

    #[test]
    fn a6_the_higher_duty_takes_people_and_the_lower_one_is_told_they_are_excused() {
        let mut district = district();
        district
            .activate()
            .issue_with(1..=3, |it| it.duty = Some(DutyClass::Volunteer))
            .ack(O1, [1])
            .check_in(O1, [2]);
        district.issue_with(1..=4, |it| it.duty = Some(DutyClass::AgencyTeam));
        let (order, version) = (O2, 1);
        district.answers(&Answer::Issued(Issued {
            order,
            version,
            due: 4,
            excused: 0,
            preempted: 3,
        }));
        // Who was there counts as present there; the others are excused, and due in the new one.
        district
            .board(O1, [3, 1, 0, 2, 0, 0])
            .board(O2, [4, 0, 0, 0, 0, 4])
            .duty(1, Some(O2))
            .duty(2, Some(O2));
        // The lower duty gets nobody back by being called again.
        district.issue_with(1..=5, |it| it.duty = Some(DutyClass::GridPost));
        district
            .board(OrderId(3), [5, 0, 0, 4, 0, 1])
            .duty(1, Some(O2))
            .duty(5, Some(OrderId(3)));
    }

    #[test]
    fn a6_the_same_rank_takes_people_only_when_it_says_so() {
        let mut district = district();
        district
            .activate()
            .issue([1, 2])
            .issue([1, 2])
            .board(O2, [2, 0, 0, 2, 0, 0])
            .duty(1, Some(O1));
        district
            .issue_with([1], |it| it.reassign = true)
            .counts(O1, 1, Bucket::Excused)
            .duty(1, Some(OrderId(3)));
        district
            .issue_with([2], |it| (it.reassign, it.duty) = (true, Some(DutyClass::Volunteer)))
            .duty(2, Some(O1));
    }

    #[test]
    fn who_is_absent_stays_absent_when_taken() {
        let mut district = district();
        district
            .activate()
            .issue([1])
            .at(40)
            .fire()
            .counts(O1, 1, Bucket::Absent);
        district
            .issue_with([1], |it| it.duty = Some(DutyClass::Command))
            .counts(O1, 1, Bucket::Absent)
            .duty(1, Some(O2));
    }

    #[test]
    fn who_is_on_leave_is_excused_from_the_start() {
        let mut district = given(district());
        district
            .activate()
            .on_leave(1, 0, 60)
            .issue(1..=2)
            .board(O1, [2, 0, 0, 1, 0, 1])
            .duty(1, None);
        district.at(60).issue([1]).board(O2, [1, 0, 0, 0, 0, 1]);
    }
}
