//! Reinforcement: nobody is lost count of, nobody is asked for twice, and only who may allocates.

use std::collections::BTreeSet;

use super::{Held, holds};
use crate::State;
use crate::event::{Entry, Event};
use crate::id::PersonId;
use crate::org::UnitKind;
use crate::reinforcement::{Commitment, Ground, OperationalCommander, Reinforcement, Round};
use crate::reinforcement::{coverage, operational_commander, whereabouts};

/// What holds of reinforcement after an entry.
///
/// # Errors
/// What does not.
pub fn reinforcement(before: &State, entry: &Entry, after: &State) -> Held {
    for event in &entry.events {
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "every other event is about something else"
        )]
        match event {
            Event::ReinforcementAllocated { reinforcement, round } => {
                let row = after.reinforcement.get(*reinforcement);
                let row = row.ok_or_else(|| super::Broken(format!("there is no {reinforcement}")))?;
                allocation(after, row, round)?;
            }
            _other => {}
        }
    }
    let mut pending = BTreeSet::new();
    for row in after.reinforcement.iter() {
        adds_up(after, row)?;
        answered(after, row)?;
        for (_, requisition, commitment) in row.requisitions() {
            let waits = row.is_open() && *commitment == Commitment::Pending;
            let once = !waits || requisition.people.iter().all(|person| pending.insert(person));
            holds(once, || {
                format!("{} asks for somebody who is asked for already", row.id)
            })?;
        }
    }
    for (old, new) in before.reinforcement.iter().zip(after.reinforcement.iter()) {
        goes_on(old, new)?;
    }
    commanders(after)
}

/// Asked for is covered, uncovered or in surplus; allocated is waiting, committed or fallen out.
fn adds_up(after: &State, row: &Reinforcement) -> Held {
    let counts = coverage(&after.orders, row);
    let covered = counts.pending + counts.committed();
    holds(counts.asked + counts.surplus == covered + counts.uncovered, || {
        format!("what {} asked for does not add up: {counts:?}", row.id)
    })?;
    holds(counts.allocated == covered + counts.failed(), || {
        format!("what was allocated to {} does not add up: {counts:?}", row.id)
    })?;
    let is_settled = counts.pending == 0 || row.is_open();
    holds(is_settled, || format!("{} has ended and waits for answers", row.id))?;
    for (person, (unit, _)) in &row.assigned {
        let mut committed = whereabouts(&after.orders, row);
        holds(committed.any(|(_, _, other, _)| other == *person), || {
            format!("{person} is assigned by {} and was not committed to it", row.id)
        })?;
        holds(after.org.is_within(*unit, row.need.town), || {
            format!("{} assigns {person} outside its area", row.id)
        })?;
    }
    Ok(())
}

/// Who allocates, and whom: an agency directly under the jurisdiction, each person once, and nobody below the minimum on post.
fn allocation(after: &State, row: &Reinforcement, round: &Round) -> Held {
    let response = after.responses.get(row.need.response);
    let jurisdiction = response.map(|response| response.spec.jurisdiction);
    let allocator = after.org.get(round.allocator);
    let may = allocator.kind == UnitKind::Agency && allocator.parent == jurisdiction;
    holds(round.automatic || may, || {
        format!("{} is allocated to by {}, which may not", row.id, allocator.code)
    })?;
    holds(round.automatic == round.approved_by.is_empty(), || {
        format!("a round of {} was approved by nobody", row.id)
    })?;
    let mut people: Vec<PersonId> = round.requisitions.iter().flat_map(|it| it.people.iter()).collect();
    let number = people.len();
    people.sort_unstable();
    people.dedup();
    holds(number == people.len() && number > 0, || {
        format!("a round of {} names somebody twice, or nobody", row.id)
    })?;
    let counts = coverage(&after.orders, row);
    holds(counts.pending + counts.committed() <= counts.asked, || {
        format!("{} is allocated more than it asked for", row.id)
    })?;
    for requisition in &round.requisitions {
        let ground = |ground| {
            let mut of = requisition.grounds.iter().filter(|(it, _)| *it == ground);
            of.next().map_or(0, |(_, number)| *number)
        };
        let going = requisition.people.len() as u32;
        holds(
            ground(Ground::Keep) + going <= ground(Ground::OnPost).max(ground(Ground::Keep) + ground(Ground::Free)),
            || format!("{} goes below its minimum on post", requisition.agency),
        )?;
        let within =
            going <= (ground(Ground::Team) / 2).saturating_sub(ground(Ground::Out)) + ground(Ground::BeyondHalf);
        holds(within, || {
            format!(
                "{} gives more than half of its team and nothing says so",
                requisition.agency
            )
        })?;
    }
    Ok(())
}

/// Who accepted sends no more than were asked for, and just those that the order is for.
fn answered(after: &State, row: &Reinforcement) -> Held {
    for (_, requisition, commitment) in row.requisitions() {
        let Commitment::Accepted { people, order, .. } = commitment else {
            continue;
        };
        let first = after.orders.get(*order).and_then(|order| order.version(1));
        let called = first.map(|version| version.ledger.rows().iter().map(|row| row.person));
        holds(called.is_some_and(|called| called.eq(people.iter())), || {
            format!("{order} is not for the people that were committed to {}", row.id)
        })?;
        holds(people.len() <= requisition.people.len() && !people.is_empty(), || {
            format!("more were committed to {} than asked for, or nobody", row.id)
        })?;
    }
    Ok(())
}

/// What was asked for and decided stays; an answer and an end are final.
fn goes_on(old: &Reinforcement, new: &Reinforcement) -> Held {
    holds(old.need == new.need && old.requested == new.requested, || {
        format!("{} was changed", old.id)
    })?;
    holds(old.is_open() || old.ended == new.ended, || {
        format!("the end of {} was not final", old.id)
    })?;
    let kept = old.rounds.iter().zip(&new.rounds).all(|(old, new)| {
        let answers = old.3.iter().zip(&new.3);
        (&old.0, old.1) == (&new.0, new.1)
            && old.3.len() == new.3.len()
            && answers
                .into_iter()
                .all(|(old, new)| *old == Commitment::Pending || old == new)
    });
    holds(kept && old.rounds.len() <= new.rounds.len(), || {
        format!("the rounds of {} were rewritten", old.id)
    })?;
    let numbers = new.rounds.iter().map(|(round, ..)| round.number as usize);
    holds(numbers.eq(1..=new.rounds.len()), || {
        format!("the rounds of {} have gaps", new.id)
    })
}

/// One operational commander a person (A6): at home without duty, the receiving town from arrival on.
fn commanders(after: &State) -> Held {
    for person in after.people.iter() {
        let commander = operational_commander(after, person.id);
        let is_one = match (after.duty(person.id), commander) {
            (None, Some(OperationalCommander::Home(unit))) => unit == person.home_unit,
            (Some(_), Some(OperationalCommander::EnRoute { unit, .. })) => unit == person.home_unit,
            (Some(order), Some(OperationalCommander::Receiving(unit))) => {
                let request = after.reinforcement.of_order(order);
                request.is_none_or(|(row, _)| row.need.town == unit)
            }
            (None, Some(_)) | (Some(_), Some(OperationalCommander::Home(_))) | (_, None) => false,
        };
        holds(is_one, || format!("{} is commanded by {commander:?} (A6)", person.id))?;
    }
    Ok(())
}
