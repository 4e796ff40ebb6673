//! The switch (平急转换): who decided on a level, who commands, and that the end of a response leaves nothing behind (M2, M5, M7).

use std::collections::BTreeSet;

use super::{Held, holds};
use crate::State;
use crate::command_post::tree;
use crate::event::{Entry, Event};
use crate::id::UnitId;
use crate::plan::always_needs_second_person;
use crate::response::{Authorization, DIRECTOR, Phase, Response};

/// Every response of a state, and the command tree.
///
/// # Errors
/// What does not hold.
pub fn responses(after: &State) -> Held {
    let mut open = BTreeSet::new();
    for row in after.responses.iter() {
        phase(row)?;
        // Who is asked for or in force answers an event alone (M5).
        let once = row.has_ended() || open.insert((row.spec.jurisdiction, &row.spec.event));
        holds(once, || format!("{} answers an event that another does (M5)", row.id))?;
        if row.has_ended() {
            nothing_left(after, row)?;
        }
        overlay(after, row)?;
    }
    command_tree(after)
}

/// What an entry decides: whoever puts a level in force holds a post that is said to be theirs, as A or as B, at the jurisdiction or
/// above it; Ⅰ and Ⅱ take two persons (M2). Nothing is in force without (but what lapses by itself).
///
/// # Errors
/// What was decided by nobody who may.
pub fn responses_decided(before: &State, entry: &Entry) -> Held {
    for event in &entry.events {
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "every other event is about something else"
        )]
        match event {
            Event::LevelAuthorized {
                response,
                authorization,
            } => {
                // What is activated in one step is not there before.
                let activated = entry.events.iter().find_map(|event| match event {
                    Event::ResponseActivated { response: id, spec } if id == response => Some(spec.jurisdiction),
                    _other => None,
                });
                let known = before.responses.get(*response).map(|row| row.spec.jurisdiction);
                authorized(before, entry, activated.or(known), authorization)?;
            }
            Event::ResponseActivated { response, .. } => {
                let says = |event: &Event| {
                    matches!(
                        event,
                        Event::LevelAuthorized { response: id, .. } | Event::ProvisionallyStarted { response: id, .. }
                            if id == response
                    )
                };
                holds(entry.events.iter().any(says), || {
                    format!("{response} was activated by nobody (M2)")
                })?;
            }
            _other => {}
        }
    }
    Ok(())
}

fn authorized(before: &State, entry: &Entry, jurisdiction: Option<UnitId>, by: &Authorization) -> Held {
    let Authorization {
        version,
        level,
        requested_by,
        approved_by,
        post,
        at,
    } = by;
    let mut above = jurisdiction.into_iter().flat_map(|unit| before.org.path(unit));
    let acts =
        above.any(|unit| before.post_holder(unit, post, entry.at).map(|(person, _)| person) == Some(*approved_by));
    // Who directs an exercise decides in it, with no post of the district's.
    if before.world_of().is_some() && **post == *DIRECTOR {
        return Ok(());
    }
    holds(acts && *at == entry.at, || {
        format!("{approved_by} put version {version} in force and does not act as {post} there (M2)")
    })?;
    let is_second = requested_by.is_some_and(|person| person != *approved_by);
    holds(is_second || !always_needs_second_person(*level), || {
        format!("{approved_by} put {level:?} in force alone (M2)")
    })
}

/// What a phase says is so: nothing happens before a response is in force, and every level of one that is was decided on by somebody.
fn phase(row: &Response) -> Held {
    let id = row.id;
    let is_idle = row.history.is_empty() && row.orders.is_empty() && row.commands.is_empty() && row.epoch == 0;
    let is_so = match row.phase {
        Phase::Requested => is_idle && row.terminated.is_none() && row.requested_by.is_some(),
        Phase::Rejected { .. } => is_idle && row.terminated.is_none(),
        Phase::Provisional { .. } => row.history.len() == 1 && row.authorizations.is_empty() && row.epoch > 0,
        Phase::Active => !row.history.is_empty() && row.epoch > 0,
        Phase::Lapsed => row.authorizations.is_empty() && row.terminated.is_some(),
    };
    holds(is_so, || format!("{id} is {:?} and is not so: {row:?}", row.phase))?;
    // What was activated before posts were known has none.
    let Some(first) = row.authorizations.first() else {
        return Ok(());
    };
    let decided = row.authorizations.iter().map(|by| (by.version, by.level));
    let rise = row.authorizations.is_sorted_by(|a, b| a.version < b.version);
    let levels: Vec<_> = row
        .history
        .iter()
        .skip_while(|change| change.version < first.version)
        .collect();
    let both = decided.len() == levels.len()
        && decided.zip(&levels).all(|((version, level), change)| {
            version == change.version && level == change.to.max(change.from.unwrap_or(level))
        });
    holds(rise && both, || {
        format!("{id} has levels that nobody decided on: {:?}", row.authorizations)
    })
}

/// A response that has ended holds nobody and nothing: no open order, window, proposal of a branch or request of its own.
fn nothing_left(after: &State, row: &Response) -> Held {
    let id = row.id;
    for order in row.orders.iter().filter_map(|order| after.orders.get(*order)) {
        let current = order.current();
        holds(!current.is_open(), || {
            format!("{id} has ended and {} is open (M7)", order.id)
        })?;
        let mut rows = current.ledger.rows().iter();
        let held = rows.find(|row| after.duty(row.person) == Some(order.id));
        holds(held.is_none(), || {
            format!("{id} has ended and {held:?} is deployed by it (M7)")
        })?;
    }
    let mut windows = after.in_place.windows();
    let window = windows.find(|window| window.is_open() && window.opening.response == id);
    holds(window.is_none(), || {
        format!("{id} has ended and a window of it is open")
    })?;
    let branch = after.branches.of_response(id).find(|branch| branch.status.is_pending());
    holds(branch.is_none(), || {
        format!("{id} has ended and a branch of it waits for approval")
    })?;
    let mut requests = after.reinforcement.iter();
    let request = requests.find(|request| request.is_open() && request.need.response == id);
    holds(request.is_none(), || {
        format!("{id} has ended and a request of it is open")
    })
}

/// Every command role stands once at a unit of the jurisdiction, and nobody is their own backup.
fn overlay(after: &State, row: &Response) -> Held {
    let mut nodes = BTreeSet::new();
    for command in &row.commands {
        let once = nodes.insert((command.unit, &command.role));
        let differ = command.commander.is_none() || command.commander != command.backup;
        holds(once && differ, || {
            format!(
                "{} has {} at {} twice, or by one person",
                row.id, command.role, command.unit
            )
        })?;
        holds(command.commander.is_some() || command.backup.is_none(), || {
            format!("{} has a backup at {} for nobody", row.id, command.unit)
        })?;
        for person in [command.commander, command.backup].into_iter().flatten() {
            holds(after.people.get(person).is_some(), || {
                format!("{person} commands in {} and is nobody", row.id)
            })?;
        }
    }
    Ok(())
}

/// A unit stands once in the command tree, under one that stands there, and in each of its nodes one person acts at most: the
/// commander, or the backup when the commander is away. In peacetime it is empty.
fn command_tree(after: &State) -> Held {
    let Some(now) = after.at() else { return Ok(()) };
    let nodes = tree(after, None, None, now);
    let is_peace = !after.responses.iter().any(Response::is_active);
    holds(!is_peace || nodes.is_empty(), || {
        "somebody commands in peacetime".into()
    })?;
    let mut units = BTreeSet::new();
    for node in &nodes {
        let is_under = node
            .under
            .is_none_or(|above| units.contains(&above) && above != node.unit && after.org.is_within(node.unit, above));
        holds(is_under && units.insert(node.unit), || {
            format!("{} stands twice in the command tree, or under nothing", node.unit)
        })?;
        let active = after.responses.get(node.response).filter(|row| row.is_active());
        holds(active.is_some() && node.commands.len() == node.acting.len(), || {
            format!("{} is commanded in {}, which is not in force", node.unit, node.response)
        })?;
        for (command, acting) in node.commands.iter().zip(&node.acting) {
            let is_one = match acting {
                Some(person) if command.commander == Some(*person) => after.can_hold(*person, now),
                Some(person) => {
                    let is_away = command
                        .commander
                        .is_none_or(|commander| !after.can_hold(commander, now));
                    is_away && command.backup == Some(*person) && after.can_hold(*person, now)
                }
                None => {
                    let mut both = [command.commander, command.backup].into_iter().flatten();
                    !both.any(|person| after.can_hold(person, now))
                }
            };
            holds(is_one, || {
                format!(
                    "{acting:?} acts as {} at {} instead of {command:?}",
                    command.role, node.unit
                )
            })?;
        }
    }
    Ok(())
}

/// Nobody's home unit changes but by what is known of people.
///
/// # Errors
/// Whose did.
pub fn homes_stay(before: &State, entry: &Entry, after: &State) -> Held {
    if entry
        .events
        .iter()
        .any(|event| matches!(event, Event::PersonRecorded { .. }))
    {
        return Ok(());
    }
    let moved = before.people.iter().find(|person| {
        let now = after.people.get(person.id);
        now.map(|now| now.home_unit) != Some(person.home_unit)
    });
    holds(moved.is_none(), || format!("the home unit of {moved:?} changed"))
}
