//! What a unit owes and has on a day, counted from the rosters.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::count_policy::JOINT_BELOW;
use super::eligible::{is_in, is_party, teams_of, unfit_for};
use super::{CountPolicy, Unfit};
use crate::calendar::{Date, Minute};
use crate::command::Actor;
use crate::id::{PersonId, TeamId, UnitId};
use crate::people::Person;
use crate::policy::TeamPolicy;
use crate::state::State;

/// The law's percentage: it may only be raised (R1).
pub(super) const PERCENT_MIN: u32 = 20;

/// How a unit stands, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum QuotaStatus {
    /// Too few in the team.
    Short,
    /// Too few in the team, and even everybody who can serve is too few.
    ShortIneligible,
    /// Enough, by a roster that nobody has confirmed for too long.
    Stale,
    /// Too few in the team, and that is allowed for a while.
    Waived,
    /// Enough.
    Ok,
    /// The rule does not apply.
    NotCounted,
}

impl QuotaStatus {
    /// Every status with the word for it.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Short, "short"),
        (Self::ShortIneligible, "short-ineligible"),
        (Self::Stale, "stale"),
        (Self::Waived, "waived"),
        (Self::Ok, "ok"),
        (Self::NotCounted, "not-counted"),
    ];
    /// Whether something has to be done about it now.
    pub fn is_short(self) -> bool {
        match self {
            Self::Short | Self::ShortIneligible => true,
            Self::Stale | Self::Waived | Self::Ok | Self::NotCounted => false,
        }
    }
}

/// What a unit owes and has.
///
/// Units with a joint team have a line each, with their own people. The line of the unit whose team it is carries the shortfall
/// of all of them and whoever of the team is unfit; the others' lines have its status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitLine {
    /// Which unit.
    pub unit: UnitId,
    /// N: established and on post (R2).
    pub established: u32,
    /// How much of N is asked for.
    pub percent: u8,
    /// ceil(N · percent / 100); 0 where the rule does not apply.
    pub required: u32,
    /// Of N: can serve.
    pub eligible: u32,
    /// Of the eligible: in the team.
    pub selected: u32,
    /// In the team, and not among the eligible any more.
    pub unfit: u32,
    /// How many are missing.
    pub shortfall: u32,
    /// How it stands.
    pub status: QuotaStatus,
    /// Of the selected: Party members.
    pub party: u32,
    /// Of the selected: with a phone number that was verified lately.
    pub verified: u32,
    /// Of the selected: younger than 30, 30 to 39, 40 to 49, older.
    pub ages: [u32; 4],
    /// Of N: who cannot serve, by reason.
    pub excluded: Vec<(Unfit, u32)>,
    /// When the roster was last confirmed.
    pub confirmed: Option<Date>,
    /// Of a waiver in force: its last day and who approved it.
    pub waiver: Option<(Date, Actor)>,
    /// The unit whose joint team counts.
    pub joint_with: Option<UnitId>,
}

/// ceil(N · percent / 100), never asking for less than 20 % (R1).
pub fn required(established: u32, percent: u32) -> u32 {
    let asked = u64::from(established) * u64::from(percent.max(PERCENT_MIN));
    u32::try_from(asked.div_ceil(100)).unwrap_or(u32::MAX)
}

/// Whose home is just this unit and who is established and on post.
pub(super) fn staff(state: &State, unit: UnitId) -> impl Iterator<Item = &Person> {
    let at_home = state.people.at_home(unit).iter().filter_map(|id| state.people.get(*id));
    at_home.filter(|person| person.is_established_on_post())
}

pub(super) fn established_on_post(state: &State, unit: UnitId) -> u32 {
    staff(state, unit).count() as u32
}

fn rule(state: &State, unit: UnitId) -> (u8, bool, Option<UnitId>) {
    match state.quota.policy(unit) {
        Some(CountPolicy {
            percent,
            counted,
            joint_with,
            basis: _,
        }) => (*percent, *counted, *joint_with),
        None => (PERCENT_MIN as u8, true, None),
    }
}

/// Whether the rule applies to a unit.
pub(super) fn is_counted(state: &State, unit: UnitId) -> bool {
    state.quota.is_listed(&state.org, unit) && rule(state, unit).1
}

/// The unit in whose team a unit's people serve: itself, or the one it has joined for as long as it is small enough.
pub(super) fn host(state: &State, unit: UnitId) -> UnitId {
    match rule(state, unit) {
        (_, true, Some(host)) if is_counted(state, host) && established_on_post(state, unit) < JOINT_BELOW => host,
        _ => unit,
    }
}

/// Everybody whose people serve in the team of `host`, itself first.
pub(super) fn group(state: &State, host: UnitId) -> Vec<UnitId> {
    let joined = state.quota.joined(host).filter(|unit| self::host(state, *unit) == host);
    std::iter::once(host).chain(joined).collect()
}

/// The staff of one unit on a day.
#[derive(Default)]
struct Own {
    established: u32,
    required: u32,
    eligible: u32,
    selected: BTreeSet<PersonId>,
    excluded: BTreeMap<Unfit, u32>,
}

fn own(state: &State, policy: &TeamPolicy, unit: UnitId, teams: &BTreeSet<TeamId>, on: Date) -> Own {
    let mut own = Own::default();
    for person in staff(state, unit) {
        own.established += 1;
        match unfit_for(state, policy, person, teams, on) {
            Some(reason) => *own.excluded.entry(reason).or_default() += 1,
            None => {
                own.eligible += 1;
                if is_in(state, person.id, teams) {
                    own.selected.insert(person.id);
                }
            }
        }
    }
    let (percent, counted, _) = rule(state, unit);
    own.required = if counted {
        required(own.established, u32::from(percent))
    } else {
        0
    };
    own
}

/// The line of a unit, if it has one, as it is on a day by what is known now.
pub(super) fn line(state: &State, policy: &TeamPolicy, unit: UnitId, on: Date) -> Option<UnitLine> {
    if !state.quota.is_listed(&state.org, unit) {
        return None;
    }
    let host = host(state, unit);
    let teams = teams_of(state, host);
    let mut mine = Own::default();
    let (mut required, mut eligible, mut selected) = (0_u32, 0_u32, BTreeSet::new());
    for member in group(state, host) {
        let own = own(state, policy, member, &teams, on);
        required += own.required;
        eligible += own.eligible;
        selected.extend(own.selected.iter().copied());
        if member == unit {
            mine = own;
        }
    }
    let team: BTreeSet<PersonId> = teams
        .iter()
        .flat_map(|team| state.teams.get(*team).members.iter())
        .collect();
    let missing = required.saturating_sub(selected.len() as u32);
    let in_force = |unit| state.quota.waiver(unit).filter(|waiver| waiver.is_in_force(on));
    let waiver = in_force(unit).or_else(|| in_force(host));
    let confirmed = state.quota.confirmed(unit).filter(|date| *date <= on);
    let is_stale = confirmed.is_none_or(|date| i64::from(on.days_since(date)) > i64::from(policy.stale_after_days));
    let (percent, counted, _) = rule(state, unit);
    // Short comes first: nothing hides it (R6).
    let status = match () {
        () if !counted => QuotaStatus::NotCounted,
        () if missing > 0 && waiver.is_some() => QuotaStatus::Waived,
        () if missing > 0 && eligible < required => QuotaStatus::ShortIneligible,
        () if missing > 0 => QuotaStatus::Short,
        () if is_stale => QuotaStatus::Stale,
        () => QuotaStatus::Ok,
    };
    let (verified_from, verified_to) = {
        let from = on.plus_days(-i32::try_from(policy.verified_days).unwrap_or(i32::MAX));
        (
            policy.zone.instant(from, Minute::new(0)),
            policy.zone.instant(on, Minute::DAY),
        )
    };
    let mut line = UnitLine {
        unit,
        established: mine.established,
        percent,
        required: mine.required,
        eligible: mine.eligible,
        selected: mine.selected.len() as u32,
        unfit: if host == unit {
            team.difference(&selected).count() as u32
        } else {
            0
        },
        shortfall: if host == unit && counted { missing } else { 0 },
        status,
        party: 0,
        verified: 0,
        ages: [0; 4],
        excluded: mine.excluded.into_iter().collect(),
        confirmed,
        waiver: waiver.map(|waiver| (waiver.until, waiver.approved_by.clone())),
        joint_with: (host != unit).then_some(host),
    };
    for id in &mine.selected {
        let verified = state.people.phone_verified(*id);
        line.verified += u32::from(verified.is_some_and(|at| verified_from <= at && at < verified_to));
        line.party += u32::from(state.people.get(*id).is_some_and(|person| is_party(person.political)));
        let band = match state.people.personal(*id).age(on).unwrap_or(0) {
            0..30 => 0,
            30..40 => 1,
            40..50 => 2,
            _ => 3,
        };
        line.ages[band] += 1;
    }
    Some(line)
}

/// What every unit within another (or everywhere) owes and has on a day, worst first.
///
/// Today and later days follow from what is known now, with its dates; a day that has passed is answered as it was put on record.
pub fn lines(state: &State, policy: &TeamPolicy, within: Option<UnitId>, on: Date, today: Date) -> Vec<UnitLine> {
    let units = state.org.iter().map(|unit| unit.id);
    let units = units.filter(|unit| within.is_none_or(|within| state.org.is_within(*unit, within)));
    let mut lines: Vec<UnitLine> = if on < today {
        units
            .filter_map(|unit| state.quota.recorded(unit, on).cloned())
            .collect()
    } else {
        units.filter_map(|unit| line(state, policy, unit, on)).collect()
    };
    lines.sort_by_cached_key(|line| {
        let rank = if line.status.is_short() {
            QuotaStatus::Short
        } else {
            line.status
        };
        (
            rank,
            std::cmp::Reverse(line.shortfall),
            state.org.get(line.unit).code.clone(),
        )
    });
    lines
}
