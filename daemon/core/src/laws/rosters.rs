//! Teams and the 20 % rule: R1, R4, R5, R6.

use super::{Held, holds};
use crate::State;
use crate::event::{Entry, Event};
use crate::quota::{Exclusion, UnitLine, required};
use crate::team::{Team, TeamKind};

/// What an entry says about teams and quotas is so.
///
/// # Errors
/// What is not.
pub fn rosters(entry: &Entry, after: &State) -> Held {
    for event in &entry.events {
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "every other event is about something else"
        )]
        match event {
            Event::TeamRecorded(team) => team_is_one(team).and_then(|()| one_agency_team_each(after, team))?,
            Event::QuotaEvaluated { lines, .. } => lines.iter().try_for_each(line_adds_up)?,
            Event::PersonExcluded(exclusion) => excluded_once(after, exclusion)?,
            Event::CountPolicySet { unit, policy } => holds((20..=100).contains(&policy.percent), || {
                format!("{unit} is asked for {} % (R1)", policy.percent)
            })?,
            Event::WaiverGranted { unit, waiver } => {
                let is_somebody_elses = waiver.approved_by != entry.actor && !waiver.reason.trim().is_empty();
                holds(is_somebody_elses && waiver.from <= waiver.until, || {
                    format!("the waiver of {unit} has no reason, approver or end (R6)")
                })?;
            }
            _other => {}
        }
    }
    Ok(())
}

fn team_is_one(team: &Team) -> Held {
    let lead = [Some(team.leader), team.deputy].into_iter().flatten();
    let are_members = lead.into_iter().all(|person| team.members.contains(person));
    holds(are_members && team.deputy != Some(team.leader), || {
        format!("{} is led by who is not in it, or twice by the same (R5)", team.id)
    })
}

fn one_agency_team_each(after: &State, team: &Team) -> Held {
    if team.kind != TeamKind::Agency {
        return Ok(());
    }
    let other = after
        .teams
        .iter()
        .filter(|other| other.kind == TeamKind::Agency && other.id != team.id);
    let twice = other
        .flat_map(|other| other.members.iter())
        .find(|person| team.members.contains(*person));
    holds(twice.is_none(), || {
        format!("{twice:?} is in another agency team than {} (R4)", team.id)
    })
}

fn line_adds_up(line: &UnitLine) -> Held {
    let is_counted = line.status != crate::quota::QuotaStatus::NotCounted;
    let owed = if is_counted {
        required(line.established, u32::from(line.percent))
    } else {
        0
    };
    holds(line.required == owed, || format!("{line:?} owes {owed} (R1)"))?;
    let ruled_out: u32 = line.excluded.iter().map(|(_, people)| people).sum();
    let adds_up = line.selected <= line.eligible && line.eligible + ruled_out == line.established;
    holds(adds_up, || format!("{line:?} does not add up (R2, R3)"))?;
    let ages: u32 = line.ages.iter().sum();
    let parts = line.party <= line.selected && line.verified <= line.selected && ages == line.selected;
    holds(parts, || format!("{line:?} has parts that are more than the whole"))?;
    // Of a joint team, one line has the shortfall of all.
    let is_alone = line.joint_with.is_none();
    let is_short = line.status.is_short() || line.status == crate::quota::QuotaStatus::Waived;
    holds(!is_alone || is_short == (line.shortfall > 0), || {
        format!("{line:?} hides that it is short, or is not (R6)")
    })
}

fn excluded_once(after: &State, exclusion: &Exclusion) -> Held {
    let same = |other: &&Exclusion| other.id != exclusion.id && other.reason == exclusion.reason;
    let days = |it: &Exclusion| it.from..=it.until.unwrap_or(crate::calendar::Date::from_days(i32::MAX));
    let (own, mut others) = (
        days(exclusion),
        after.quota.exclusions_of(exclusion.person).filter(same),
    );
    let twice = others.find(|other| {
        let other = days(other);
        !other.is_empty() && own.start() <= other.end() && other.start() <= own.end()
    });
    holds(twice.is_none(), || format!("{exclusion:?} and {twice:?} overlap"))
}
