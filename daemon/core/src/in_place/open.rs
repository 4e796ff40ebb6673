//! Open windows for the villages of a key area.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::residence::village_around;
use super::{Opening, members_of};
use crate::command::{Answer, Context, Issued};
use crate::decide::Decision;
use crate::event::Event;
use crate::id::{OrderId, PersonSet, ResponseId, Timestamp, UnitId, WindowId};
use crate::muster::MusterPoint;
use crate::order::audience::Address;
use crate::order::{Deadline, DutyClass, Issue, issue_order};
use crate::org::UnitKind;
use crate::policy::Policy;
use crate::reinforcement::allocators;
use crate::rejection::Rejection;
use crate::response::{OrderDraft, Response};
use crate::state::State;

/// Opens a window for each village of a key area (重点区域), each with its order to the members who live there, in one step.
///
/// A village that has an open window in the response keeps it, so that opening again opens only what is missing. A village where no
/// member lives is named in the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenWindows {
    /// In which response.
    pub response: ResponseId,
    /// Codes of the units that are the key area, within the response's scope; empty: the scope.
    pub key_area: Vec<Box<str>>,
    /// Code of the unit that mobilizes (G5).
    pub mobilized_by: Box<str>,
    /// Until when members are to report; none: the policy's time.
    pub deadline: Deadline,
    /// What members read; empty: the policy's.
    pub text: Box<str>,
}

/// What opening came to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WindowsOpened {
    /// Windows that were opened.
    pub opened: Vec<Opened>,
    /// Villages whose window was open already.
    pub open_before: Vec<UnitId>,
    /// Villages where no member lives.
    pub without_members: Vec<UnitId>,
}

/// One window that was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// The window.
    pub window: WindowId,
    /// The village.
    pub village: UnitId,
    /// Its order.
    pub order: Issued,
}

impl OpenWindows {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let row = state.responses.get(self.response);
        let row = row.ok_or(Rejection::UnknownResponse {
            response: self.response,
        })?;
        if !row.is_active() {
            let response = self.response;
            return Err(Rejection::ResponseTerminated { response });
        }
        let opens = OpenFor {
            scope: row.scope(),
            next_order: state.orders.next_id(),
            next_window: state.in_place.next_window(),
            also_called: &PersonSet::default(),
            is_lenient: false,
        };
        let mobilized_by = mobilizer(state, policy, Some(row), &self.mobilized_by)?;
        let (events, opened) = open(state, context, policy, self, opens, |_village| mobilized_by)?;
        Ok(Decision::new(events, Answer::WindowsOpened(opened.into())))
    }
}

/// What a response that opens windows is about to have: also one that is activated in the same step.
pub(crate) struct OpenFor<'a> {
    pub(crate) scope: &'a [UnitId],
    pub(crate) next_order: OrderId,
    pub(crate) next_window: WindowId,
    /// Whom the same step calls out by other orders.
    pub(crate) also_called: &'a PersonSet,
    /// Whether areas without a village, and villages without a muster point, are passed over instead of refused: a switch does not
    /// fail for them, and its rehearsal names them.
    pub(crate) is_lenient: bool,
}

/// What opening windows comes to, with who mobilizes each village.
fn open(
    state: &State,
    context: &Context,
    policy: &Policy,
    command: &OpenWindows,
    opens: OpenFor<'_>,
    mobilized_by: impl Fn(UnitId) -> UnitId,
) -> Result<(Vec<Event>, WindowsOpened), Rejection> {
    let OpenWindows {
        response,
        key_area,
        mobilized_by: _,
        deadline,
        text,
    } = command;
    let OpenFor {
        scope,
        next_order,
        next_window,
        also_called,
        is_lenient,
    } = opens;
    let deadline = match deadline.resolve("deadline", context.at)? {
        Some(deadline) => deadline,
        None => context.at.plus_ms(policy.in_place.report_ms),
    };
    let (mut events, mut answer) = (Vec::new(), WindowsOpened::default());
    let villages = match villages(state, *response, scope, key_area) {
        Err(Rejection::NoVillage { .. }) if is_lenient => return Ok((events, answer)),
        villages => villages?,
    };
    let points = Points::of(state);
    let open = state.in_place.windows().filter(|window| window.is_open());
    let own = open.filter(|window| window.opening.response == *response);
    let open_before: BTreeSet<UnitId> = own.map(|window| window.opening.village).collect();
    for village in villages {
        if open_before.contains(&village) {
            answer.open_before.push(village);
            continue;
        }
        if members_of(state, village).is_empty() {
            answer.without_members.push(village);
            continue;
        }
        let number = answer.opened.len();
        let order = OrderId::from_index(next_order.index() + number);
        let window = WindowId::from_index(next_window.index() + number);
        let draft = match draft(state, context, policy, (village, &points), deadline, text) {
            Err(Rejection::NoVillageMusterPoint { .. }) if is_lenient => continue,
            draft => draft?,
        };
        let issue = Issue {
            order,
            response: *response,
            addressed: vec![Address::Residents(village)],
            call_out: PersonSet::default(),
            draft: &draft,
            before: None,
            also_called,
        };
        let (issued_events, issued) = issue_order(state, context, policy, issue)?;
        events.extend(issued_events);
        events.push(Event::InPlaceWindowOpened(Opening {
            window,
            response: *response,
            village,
            order,
            mobilized_by: mobilized_by(village),
            deadline,
            closes_at: deadline.plus_ms(policy.in_place.confirm_ms),
        }));
        answer.opened.push(Opened {
            window,
            village,
            order: issued,
        });
    }
    Ok((events, answer))
}

/// The windows that a switch opens by its plan, for every village of the scope that has none yet.
pub(crate) fn open_by_plan(
    state: &State,
    context: &Context,
    policy: &Policy,
    (response, jurisdiction, report_ms): (ResponseId, UnitId, u64),
    opens: OpenFor<'_>,
) -> Result<Vec<Event>, Rejection> {
    let command = OpenWindows {
        response,
        key_area: Vec::new(),
        mobilized_by: "".into(),
        deadline: Deadline::WithinMs(report_ms),
        text: "".into(),
    };
    // A response of a city or a province has villages of many districts. Where there are none, whoever responds mobilizes.
    let mobilizer = |village| mobilizer_over(state, policy, village).unwrap_or(jurisdiction);
    Ok(open(state, context, policy, &command, opens, mobilizer)?.0)
}

/// Who mobilizes the members of a village by the plan: the first that policy names, or the district it lies in; none: it lies in no district.
fn mobilizer_over(state: &State, policy: &Policy, village: UnitId) -> Option<UnitId> {
    let named = policy.in_place.mobilized_by.iter();
    let mut named = named.filter_map(|code| state.org.by_code(code).map(|unit| unit.id));
    let mut above = state.org.path(village);
    named
        .next()
        .or_else(|| above.find(|unit| state.org.get(*unit).kind == UnitKind::District))
}

/// The unit that mobilizes, if it is one that may (G5): one that the policy names; if it names none, the district, or the agency that
/// allocates in the response, which is the organization department. Where nobody holds that post, any agency of the district.
fn mobilizer(state: &State, policy: &Policy, response: Option<&Response>, code: &str) -> Result<UnitId, Rejection> {
    crate::decide::needed("mobilized_by", code)?;
    let unit = state.org.by_code(code);
    let unit = unit.ok_or_else(|| Rejection::UnknownUnit { code: code.into() })?;
    let mut allowed = policy.in_place.mobilized_by.clone();
    if allowed.is_empty() {
        let allocators = response.map(|response| allocators(state, &policy.reinforcement, response));
        let allocators = allocators.into_iter().flatten();
        allowed.extend(allocators.map(|unit| state.org.get(unit).code.clone()));
    }
    let may = match unit.kind {
        UnitKind::District if policy.in_place.mobilized_by.is_empty() => true,
        _ if !allowed.is_empty() => allowed.contains(&unit.code),
        UnitKind::District | UnitKind::Agency => true,
        UnitKind::Province | UnitKind::City | UnitKind::Town | UnitKind::Village | UnitKind::Grid => false,
    };
    if may {
        return Ok(unit.id);
    }
    Err(Rejection::NotMobilizer {
        unit: code.into(),
        allowed: allowed.join(", ").into(),
    })
}

/// The villages of a key area, in the order of their ids.
fn villages(
    state: &State,
    response: ResponseId,
    scope: &[UnitId],
    key_area: &[Box<str>],
) -> Result<BTreeSet<UnitId>, Rejection> {
    let mut areas = Vec::with_capacity(key_area.len());
    for code in key_area {
        let unit = state.org.by_code(code);
        let unit = unit.ok_or_else(|| Rejection::UnknownUnit { code: code.clone() })?;
        if !state.org.path(unit.id).any(|area| scope.contains(&area)) {
            let unit = code.clone();
            return Err(Rejection::KeyAreaOutsideScope { unit, response });
        }
        areas.push(unit.id);
    }
    if areas.is_empty() {
        areas = scope.to_vec();
    }
    let mut villages = BTreeSet::new();
    for area in areas {
        // A grid stands for the village it lies in.
        let around = village_around(state, area).filter(|_| state.org.get(area).kind == UnitKind::Grid);
        let under = state.org.subtree(area).into_iter();
        let found: Vec<_> = under
            .filter(|unit| state.org.get(*unit).kind == UnitKind::Village)
            .chain(around)
            .collect();
        if found.is_empty() {
            let unit = state.org.get(area).code.clone();
            return Err(Rejection::NoVillage { unit });
        }
        villages.extend(found);
    }
    Ok(villages)
}

/// The muster points of each unit: those at it, and those at it or under it.
struct Points<'a> {
    at: BTreeMap<UnitId, Vec<&'a MusterPoint>>,
    within: BTreeMap<UnitId, Vec<&'a MusterPoint>>,
}

impl<'a> Points<'a> {
    fn of(state: &'a State) -> Self {
        let (mut at, mut within): (BTreeMap<_, Vec<_>>, BTreeMap<_, Vec<_>>) = Default::default();
        for point in state.muster_points.iter() {
            at.entry(point.unit).or_default().push(point);
            for unit in state.org.path(point.unit) {
                within.entry(unit).or_default().push(point);
            }
        }
        Self { at, within }
    }
    /// A village's own, or where it has none, those of the unit above it.
    fn of_village(&self, state: &State, village: UnitId) -> impl Iterator<Item = Box<str>> {
        let above = state.org.get(village).parent;
        let own = self.within.get(&village);
        let points = own.or_else(|| above.and_then(|above| self.at.get(&above)));
        points.into_iter().flatten().map(|point| point.code.clone())
    }
}

/// The order of a village.
fn draft(
    state: &State,
    context: &Context,
    policy: &Policy,
    (village, points): (UnitId, &Points<'_>),
    deadline: Timestamp,
    text: &str,
) -> Result<OrderDraft, Rejection> {
    let points: Vec<_> = points.of_village(state, village).collect();
    if points.is_empty() {
        let unit = state.org.get(village).code.clone();
        return Err(Rejection::NoVillageMusterPoint { unit });
    }
    let text = match text.trim() {
        "" => policy.in_place.text.clone(),
        _ => text.into(),
    };
    Ok(OrderDraft {
        text,
        muster_points: points,
        acknowledge: Deadline::At(context.at.plus_ms(policy.in_place.acknowledge_ms).min(deadline)),
        arrive: Deadline::At(deadline),
        grace_ms: Some(policy.order.grace_ms.min(policy.in_place.confirm_ms)),
        ladder: Vec::new(),
        no_ladder: false,
        duty: Some(DutyClass::InPlace),
        sign_offs: Vec::new(),
        reassign: false,
    })
}
