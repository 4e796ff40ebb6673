//! What is missing now, unit by unit. Counted from rosters, teams, duty and spot checks; nothing is asked of anybody.

use std::collections::{BTreeMap, BTreeSet};

use super::GapKind;
use crate::calendar::Date;
use crate::duty::{Finding, FindingKind, check};
use crate::id::{PersonId, Timestamp, UnitId};
use crate::org::UnitKind;
use crate::policy::Policy;
use crate::quota::{QuotaStatus, lines, unfit};
use crate::spot_check::SpotCheckResult;
use crate::state::State;
use crate::team::{Team, TeamKind, slots};

/// One thing that a unit misses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// What.
    pub kind: GapKind,
    /// How many; 0 where there is nothing to count.
    pub count: u32,
    /// From when, where it has a beginning.
    pub from: Option<Timestamp>,
}

/// Units that are looked at: those that owe teams, those that keep a post, and those that have either.
pub fn looked_at<'a>(state: &'a State, policy: &'a Policy) -> impl Iterator<Item = UnitId> + 'a {
    let units = state.org.iter().filter(move |unit| {
        let keeps_a_post = unit.kind == UnitKind::Town || state.rosters.has_roster(unit.id);
        let keeps_teams = policy.slots.of(unit.kind).iter().any(|slot| slot.min > 0);
        let has_a_team = state.teams.of(unit.id).next().is_some();
        keeps_a_post || keeps_teams || has_a_team || state.quota.is_listed(&state.org, unit.id)
    });
    units.map(|unit| unit.id)
}

/// What every unit misses at that instant, most serious first. Units that miss nothing are not in it.
pub fn evaluate(state: &State, at: Timestamp, policy: &Policy) -> BTreeMap<UnitId, Vec<Gap>> {
    let mut found = Found::default();
    let today = policy.team.zone.date(at);
    quotas(state, policy, today, &mut found);
    confirmed(state, policy, today, &mut found);
    teams(state, policy, at, today, &mut found);
    duty(state, policy, at, &mut found);
    spot_checks(state, policy, at, &mut found);
    for line in slots(state, &policy.slots).iter().filter(|line| line.open() > 0) {
        found.add(line.unit, GapKind::TeamSlot, line.open(), None);
    }
    found
        .0
        .into_iter()
        .map(|(unit, gaps)| (unit, gaps.into_values().collect()))
        .collect()
}

/// Gaps by unit and kind.
#[derive(Default)]
struct Found(BTreeMap<UnitId, BTreeMap<GapKind, Gap>>);

impl Found {
    fn add(&mut self, unit: UnitId, kind: GapKind, count: u32, from: Option<Timestamp>) {
        let gaps = self.0.entry(unit).or_default();
        let gap = gaps.entry(kind).or_insert(Gap { kind, count: 0, from });
        gap.count += count;
        gap.from = [gap.from, from].into_iter().flatten().min();
    }
}

fn quotas(state: &State, policy: &Policy, today: Date, found: &mut Found) {
    for line in lines(state, &policy.team, None, today, today) {
        // A joint team is told of where it is.
        if line.joint_with.is_some() {
            continue;
        }
        let has_team = state.teams.agency_teams(line.unit).next().is_some();
        match line.status {
            QuotaStatus::Short | QuotaStatus::ShortIneligible if !has_team => {
                found.add(line.unit, GapKind::TeamMissing, line.shortfall, None);
            }
            QuotaStatus::Short | QuotaStatus::ShortIneligible => {
                found.add(line.unit, GapKind::TeamShort, line.shortfall, None);
            }
            QuotaStatus::Stale | QuotaStatus::Waived | QuotaStatus::Ok | QuotaStatus::NotCounted => {}
        }
    }
}

/// Rosters that nobody has confirmed for too long, or ever: of who never sent one, nothing is known, least of all that it is ready.
fn confirmed(state: &State, policy: &Policy, today: Date, found: &mut Found) {
    for unit in looked_at(state, policy) {
        let is_asked = match state.org.get(unit).kind {
            UnitKind::Agency | UnitKind::Town => true,
            UnitKind::Province | UnitKind::City | UnitKind::District | UnitKind::Village | UnitKind::Grid => {
                state.quota.is_listed(&state.org, unit)
            }
        };
        let is_stale = match state.quota.confirmed(unit) {
            // A roster that says of nobody that they are there has nothing to be confirmed again.
            Some(confirmed) => {
                let age = i64::from(today.days_since(confirmed));
                age > i64::from(policy.team.stale_after_days) && staff(state, unit) > 0
            }
            None => true,
        };
        if is_asked && is_stale {
            found.add(unit, GapKind::RosterStale, 0, None);
        }
    }
}

fn teams(state: &State, policy: &Policy, at: Timestamp, today: Date, found: &mut Found) {
    let verified_ms = u64::from(policy.team.verified_days) * 86_400_000;
    for team in state.teams.iter() {
        if !can_lead(state, policy, team, team.leader, today) {
            found.add(team.unit, GapKind::NoLeader, 1, None);
        }
        if !team
            .deputy
            .is_some_and(|deputy| can_lead(state, policy, team, deputy, today))
        {
            found.add(team.unit, GapKind::NoDeputy, 1, None);
        }
        let is_verified = |person: PersonId| {
            let verified = state.people.phone_verified(person);
            verified.is_some_and(|verified| at <= verified.plus_ms(verified_ms))
        };
        let unverified = team.members.iter().filter(|person| !is_verified(*person)).count() as u32;
        if unverified > 0 {
            found.add(team.unit, GapKind::Unverified, unverified, None);
        }
    }
}

/// Whether who is to lead a team is there and, in an agency's team, can serve in it.
fn can_lead(state: &State, policy: &Policy, team: &Team, person: PersonId, today: Date) -> bool {
    let Some(person) = state.people.get(person) else {
        return false;
    };
    match team.kind {
        TeamKind::Agency => person.is_on_post() && unfit(state, &policy.team, person, team.unit, today).is_none(),
        TeamKind::Support | TeamKind::Volunteer | TeamKind::Special => person.is_on_post(),
    }
}

fn duty(state: &State, policy: &Policy, at: Timestamp, found: &mut Found) {
    let rules = &policy.readiness;
    for unit in looked_at(state, policy) {
        let keeps_a_post = match state.org.get(unit).kind {
            UnitKind::Agency | UnitKind::Town => staff(state, unit) >= rules.duty_min_staff,
            UnitKind::Province | UnitKind::City | UnitKind::District | UnitKind::Village | UnitKind::Grid => false,
        };
        if keeps_a_post && !state.rosters.has_roster(unit) {
            found.add(unit, GapKind::NoRoster, 0, None);
        }
    }
    let units: BTreeSet<UnitId> = state.rosters.units().collect();
    let until = at.plus_ms(u64::from(rules.duty_days) * 86_400_000);
    for Finding {
        unit,
        kind,
        from,
        times,
        ..
    } in check(state.duty_view(), &units, at, until)
    {
        let kind = match kind {
            FindingKind::NoRoster | FindingKind::Gap | FindingKind::NoLead | FindingKind::TooFewOfficers => {
                GapKind::DutyUncovered
            }
            FindingKind::DoubleBooking
            | FindingKind::TooLittleRest
            | FindingKind::OnLeave
            | FindingKind::Left
            | FindingKind::BackupAbsent
            | FindingKind::NoCalendar => GapKind::DutyConflict,
        };
        found.add(unit, kind, times, Some(from));
    }
}

/// Established and on post, whose home is just this unit.
fn staff(state: &State, unit: UnitId) -> u32 {
    let at_home = state
        .people
        .at_home(unit)
        .iter()
        .filter_map(|person| state.people.get(*person));
    at_home.filter(|person| person.is_established_on_post()).count() as u32
}

fn spot_checks(state: &State, policy: &Policy, at: Timestamp, found: &mut Found) {
    let overdue_ms = i64::from(policy.readiness.spot_check_days) * 86_400_000;
    for unit in state.rosters.units() {
        let last = state.spot_checks.last_of(unit);
        match last {
            Some((_, SpotCheckResult::Pass)) | None => {}
            Some((check, _)) => found.add(
                unit,
                GapKind::SpotCheckFailed,
                1,
                check.asked.as_ref().map(|asked| asked.at),
            ),
        }
        let asked = last.and_then(|(check, _)| check.asked.as_ref()).map(|asked| asked.at);
        if asked.is_none_or(|asked| at.ms_since(asked) > overdue_ms) {
            found.add(unit, GapKind::SpotCheckOverdue, 0, asked);
        }
    }
}
