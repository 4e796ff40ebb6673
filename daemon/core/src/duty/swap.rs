//! Swap shifts (换班): asked for, agreed on by the other, approved ahead by somebody else (D4). Each step stays on record.

use serde::{Deserialize, Serialize};

use super::resolve::{shift_named, shifts};
use super::{Position, Shift, Via, View};
use crate::calendar::Date;
use crate::command::{Actor, Answer, Context};
use crate::decide::{Decision, at_most};
use crate::event::Event;
use crate::id::{PersonId, SwapId, Timestamp, UnitId};
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::state::State;

/// One shift that goes from one person to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// Of which unit.
    pub unit: UnitId,
    /// The day on which the shift begins.
    pub date: Date,
    /// Its name in the pattern.
    pub shift: Box<str>,
    /// In which position.
    pub position: Position,
    /// Who gives it away.
    pub from: PersonId,
    /// Who takes it.
    pub to: PersonId,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwapRecord {
    /// The shift that is given away.
    pub gives: Leg,
    /// The shift of the other that is taken in return; none: a favour.
    pub takes: Option<Leg>,
    /// Why; may be empty.
    pub reason: Box<str>,
}

impl SwapRecord {
    /// What is given, then what is taken.
    pub fn legs(&self) -> impl Iterator<Item = &Leg> {
        [Some(&self.gives), self.takes.as_ref()].into_iter().flatten()
    }
}

/// Where a swap stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SwapStatus {
    /// Asked for.
    Requested,
    /// The other agreed.
    Agreed,
    /// The other did not.
    Refused,
    /// It counts.
    Approved,
    /// It was not approved.
    Denied,
}

impl SwapStatus {
    /// Every status with the word for it on the wire.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Requested, "requested"),
        (Self::Agreed, "agreed"),
        (Self::Refused, "refused"),
        (Self::Approved, "approved"),
        (Self::Denied, "denied"),
    ];
}

/// A swap with the chain of its steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Swap {
    /// Its id.
    pub id: SwapId,
    /// What is asked for.
    pub record: SwapRecord,
    /// Where it stands.
    pub status: SwapStatus,
    /// Whether it was approved as an emergency.
    pub emergency: bool,
    /// Who asked, and when.
    pub requested: (Actor, Timestamp),
    /// Who brought the other's word, and when.
    pub consented: Option<(Actor, Timestamp)>,
    /// Who decided, and when.
    pub decided: Option<(Actor, Timestamp)>,
}

/// Somebody's shift, by an instant within it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShiftRef {
    /// Code of the unit.
    pub unit_code: Box<str>,
    /// In which position.
    pub position: Position,
    /// An instant within it.
    pub at: i64,
}

impl ShiftRef {
    /// The leg it makes if `from` holds it and it is yet to begin.
    fn leg(&self, state: &State, now: Timestamp, from: PersonId, to: PersonId) -> Result<Leg, Rejection> {
        let unit = super::unit_with_roster(state, &self.unit_code)?;
        let at = Timestamp::from_unix_ms(self.at);
        let running = shifts(state.duty_view(), unit, at, at.plus_ms(1));
        let held = running.iter().find(|shift| holds(shift, from, self.position));
        let not_rostered = || Rejection::NotRostered {
            person: from,
            unit: self.unit_code.clone(),
        };
        let shift = held.ok_or_else(not_rostered)?;
        if shift.from <= now {
            return Err(Rejection::DutyPast { at: shift.from, now });
        }
        Ok(Leg {
            unit,
            date: shift.date,
            shift: shift.name().into(),
            position: self.position,
            from,
            to,
        })
    }
}

/// Whether a person has the whole of a shift in a position, on leave or not: they may well swap because of the leave. Who stands
/// in has nothing to give away; the stand-in is ended instead.
fn holds(shift: &Shift<'_>, person: PersonId, position: Position) -> bool {
    let mut own = shift.holders.iter().filter(|holder| {
        let rostered = match holder.via {
            Via::Rotation | Via::Swap => Some(holder.person),
            Via::Backup => holder.instead_of,
            Via::StandIn => None,
        };
        rostered == Some(person) && holder.position == position
    });
    let Some(first) = own.next() else { return false };
    let last = own.next_back().unwrap_or(first);
    (first.from, last.until) == (shift.from, shift.until)
}

/// Asks to swap a shift with somebody, for one of theirs or as a favour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestSwap {
    /// Whose shift is given away.
    pub person: PersonId,
    /// Which.
    pub gives: ShiftRef,
    /// Who is to take it.
    pub with: PersonId,
    /// Theirs in return.
    pub takes: Option<ShiftRef>,
    /// Why; at most 200 bytes; may be empty.
    pub reason: Box<str>,
}

impl RequestSwap {
    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Decision, Rejection> {
        let Self {
            person,
            gives,
            with,
            takes,
            reason,
        } = self;
        at_most("reason", reason, 200)?;
        for person in [*person, *with] {
            state.people.get(person).ok_or(Rejection::UnknownPerson { person })?;
        }
        if person == with {
            return Err(Rejection::SamePerson { person: *person });
        }
        let gives = gives.leg(state, context.at, *person, *with)?;
        let takes = takes
            .as_ref()
            .map(|takes| takes.leg(state, context.at, *with, *person))
            .transpose()?;
        let record = SwapRecord {
            gives,
            takes,
            reason: reason.clone(),
        };
        check(state, &record, context.at)?;
        let swap = state.rosters.next_swap();
        Ok(Decision::new(
            vec![Event::SwapRequested { swap, record }],
            Answer::Swap(swap),
        ))
    }
}

/// The other person agrees, or does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentSwap {
    /// Which swap.
    pub swap: SwapId,
    /// Whose word it is: must be the other's.
    pub person: PersonId,
    /// Whether they agree.
    pub consent: bool,
}

impl ConsentSwap {
    pub(crate) fn decide(&self, state: &State) -> Result<Decision, Rejection> {
        let Self { swap, person, consent } = *self;
        let row = state.rosters.swap(swap).ok_or(Rejection::UnknownSwap { swap })?;
        if row.record.gives.to != person {
            return Err(Rejection::NotSwapPartner { swap, person });
        }
        match (row.status, consent) {
            (SwapStatus::Requested, _) => Ok(Decision::done(vec![Event::SwapConsented { swap, consent }])),
            (SwapStatus::Agreed, true) | (SwapStatus::Refused, false) => Ok(Decision::done(Vec::new())),
            (status, _) => Err(Rejection::SwapStatus { swap, status }),
        }
    }
}

/// Approves a swap that was agreed on, or does not. Neither of the two decides; in time, or as an emergency (D4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecideSwap {
    /// Which swap.
    pub swap: SwapId,
    /// Whether it is approved.
    pub approve: bool,
    /// It cannot wait; stays on record.
    pub emergency: bool,
}

impl DecideSwap {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let Self {
            swap,
            approve,
            emergency,
        } = *self;
        let row = state.rosters.swap(swap).ok_or(Rejection::UnknownSwap { swap })?;
        let gives = &row.record.gives;
        if [gives.from, gives.to]
            .into_iter()
            .any(|person| is_person(&context.actor, person))
        {
            return Err(Rejection::OwnSwap { swap });
        }
        match (row.status, approve) {
            (SwapStatus::Agreed, true) => {
                let first = check(state, &row.record, context.at)?;
                if !emergency
                    && first.ms_since(context.at) < i64::try_from(policy.duty.swap_ahead_ms).unwrap_or(i64::MAX)
                {
                    return Err(Rejection::SwapTooLate {
                        swap,
                        ahead_ms: policy.duty.swap_ahead_ms,
                    });
                }
            }
            (SwapStatus::Requested | SwapStatus::Agreed, false) => {}
            (SwapStatus::Approved, true) | (SwapStatus::Denied, false) => return Ok(Decision::done(Vec::new())),
            (status, _) => return Err(Rejection::SwapStatus { swap, status }),
        }
        Ok(Decision::done(vec![Event::SwapDecided {
            swap,
            approve,
            emergency,
        }]))
    }
}

/// Whether an actor is this person, by their id (`P12`) or in a role (`lead:P12`).
fn is_person(actor: &Actor, person: PersonId) -> bool {
    actor
        .0
        .rsplit(':')
        .next()
        .is_some_and(|last| last.parse() == Ok(person))
}

/// Checks that both still hold what they give and get nothing on top of another shift; says when the first of them begins.
fn check(state: &State, record: &SwapRecord, now: Timestamp) -> Result<Timestamp, Rejection> {
    let view = state.duty_view();
    let mut first = Timestamp::MAX;
    for leg in record.legs() {
        let code = || state.org.get(leg.unit).code.clone();
        let shift =
            shift_named(view, leg.unit, leg.date, &leg.shift).filter(|shift| holds(shift, leg.from, leg.position));
        let shift = shift.ok_or_else(|| Rejection::NotRostered {
            person: leg.from,
            unit: code(),
        })?;
        if shift.from <= now {
            return Err(Rejection::DutyPast { at: shift.from, now });
        }
        if let Some(other) = on_elsewhere(view, state, leg, &shift, record) {
            return Err(Rejection::DoubleBooked {
                person: leg.to,
                unit: state.org.get(other).code.clone(),
                at: shift.from,
            });
        }
        first = first.min(shift.from);
    }
    Ok(first)
}

/// The unit in which who is to take a shift is on at the same time, apart from what they give away themselves.
fn on_elsewhere(view: View<'_>, state: &State, leg: &Leg, taken: &Shift<'_>, record: &SwapRecord) -> Option<UnitId> {
    let gives_away = |unit: UnitId, date: Date, shift: &str, position: Position| {
        record.legs().any(|other| {
            other.from == leg.to
                && (other.unit, other.date, &*other.shift, other.position) == (unit, date, shift, position)
        })
    };
    let units = state.rosters.units_of(leg.to);
    units.into_iter().find(|unit| {
        let all = shifts(view, *unit, taken.from, taken.until);
        let mut holders = all.iter().flat_map(|shift| &shift.holders);
        holders.any(|holder| {
            let is_on = holder.person == leg.to && holder.from < taken.until && taken.from < holder.until;
            is_on && !gives_away(*unit, holder.date, holder.shift, holder.position)
        })
    })
}
