//! Whom agencies could send now, and what speaks for and against each agency: from the state to the matching's problem.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::coverage::{Whereabouts, coverage, whereabouts};
use super::matching::{Candidate, Demand, Home, Problem, Supplier};
use super::{Commitment, Reinforcement};
use crate::calendar::{Date, Minute};
use crate::duty::on_duty;
use crate::id::{PersonId, ReinforcementId, Timestamp, UnitId};
use crate::org::UnitKind;
use crate::people::Person;
use crate::policy::ReinforcementPolicy;
use crate::response::Response;
use crate::state::State;
use crate::team::{Team, TeamKind};

/// What a requisition rests on; each with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Ground {
    /// People in the agency's team.
    Team,
    /// Of these on some duty already, or named in a requisition.
    Out,
    /// Of these free to go.
    Free,
    /// Established staff at their posts now.
    OnPost,
    /// Of these so many have to stay.
    Keep,
    /// Minutes of travel to the town.
    Travel,
    /// Linked to the village that it is for (挂钩).
    LinkedVillage,
    /// Linked to so many villages of the town.
    LinkedTown,
    /// Call-ups lately of those who go, in all.
    RecentCalls,
    /// So many beyond half of the team: no other agency was left that could send anybody instead.
    BeyondHalf,
    /// A leader or deputy goes with them.
    LeadGoes,
    /// Enough go for a leader or deputy, and none can.
    LeadMissing,
    /// A person set this number.
    Set,
    /// It was asked in this request before and said no, fewer, or nothing.
    Refused,
}

impl Ground {
    /// Every ground with the word for it.
    pub const ALL: [(Self, &'static str); 14] = [
        (Self::Team, "team"),
        (Self::Out, "out"),
        (Self::Free, "free"),
        (Self::OnPost, "on-post"),
        (Self::Keep, "keep"),
        (Self::Travel, "travel"),
        (Self::LinkedVillage, "linked-village"),
        (Self::LinkedTown, "linked-town"),
        (Self::RecentCalls, "recent-calls"),
        (Self::BeyondHalf, "beyond-half"),
        (Self::LeadGoes, "lead-goes"),
        (Self::LeadMissing, "lead-missing"),
        (Self::Set, "set"),
        (Self::Refused, "refused"),
    ];
}

/// Why somebody of a team cannot go now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum WhyNot {
    /// Not on post.
    NotOnPost,
    /// On leave, now or when they should arrive.
    OnLeave,
    /// Ruled out (不得入选).
    Excluded,
    /// On another duty.
    Deployed,
    /// Named in a requisition that waits for its answer.
    Named,
    /// At the duty post, now or when they should arrive.
    OnDuty,
    /// Called up for a request that is still open, and did not come.
    DidNotCome,
    /// Commands a place now: whoever commands stays there.
    Commands,
}

impl WhyNot {
    /// Every reason with the word for it.
    pub const ALL: [(Self, &'static str); 8] = [
        (Self::NotOnPost, "not-on-post"),
        (Self::OnLeave, "on-leave"),
        (Self::Excluded, "excluded"),
        (Self::Deployed, "deployed"),
        (Self::Named, "named"),
        (Self::OnDuty, "on-duty"),
        (Self::DidNotCome, "did-not-come"),
        (Self::Commands, "commands"),
    ];
}

/// An agency, as it stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Agency {
    pub(super) unit: UnitId,
    pub(super) lead: PersonId,
    pub(super) team: u32,
    pub(super) out: u32,
    pub(super) free: u32,
    pub(super) on_post: u32,
    pub(super) keep: u32,
    pub(super) why_not: BTreeMap<WhyNot, u32>,
}

/// The problem, with what its suppliers and demands are.
#[derive(Debug, Clone)]
pub(super) struct Pool {
    pub(super) agencies: Vec<Agency>,
    pub(super) requests: Vec<ReinforcementId>,
    pub(super) calls: BTreeMap<PersonId, u32>,
    /// Kinds of places by skill; 0 is anybody.
    pub(super) kinds: BTreeMap<Box<str>, u16>,
    pub(super) problem: Problem,
}

/// What rules people out, looked up once.
pub(super) struct Rules {
    at: Timestamp,
    date: Date,
    instants: BTreeSet<Timestamp>,
    named: BTreeSet<PersonId>,
    lost: BTreeSet<PersonId>,
    on_duty: BTreeSet<PersonId>,
    commanders: BTreeSet<PersonId>,
}

impl Rules {
    /// `own` is not to count as named: it is their own requisition that is being answered.
    pub(super) fn new(
        state: &State,
        policy: &ReinforcementPolicy,
        at: Timestamp,
        requests: &[&Reinforcement],
        own: Option<&crate::id::PersonSet>,
    ) -> Self {
        let arrivals = requests.iter().map(|row| row.need.arrive_by).filter(|by| *by > at);
        let instants: BTreeSet<Timestamp> = arrivals.chain([at]).collect();
        let is_own = |person: &PersonId| own.is_some_and(|own| own.contains(*person));
        let named = state.reinforcement.pending().filter(|it| !is_own(it)).collect();
        let open = state.reinforcement.iter().filter(|row| row.is_open());
        let lost = open.flat_map(|row| whereabouts(&state.orders, row));
        let lost = lost
            .filter(|(.., it)| *it == Whereabouts::Lost)
            .map(|(.., person, _)| person);
        let lost = lost.collect();
        let homes: BTreeSet<UnitId> = agency_teams(state)
            .flat_map(|team| team.members.iter())
            .filter_map(|person| state.people.get(person))
            .map(|person| person.home_unit)
            .filter(|unit| state.rosters.has_roster(*unit))
            .collect();
        let posts = homes
            .iter()
            .flat_map(|unit| instants.iter().map(move |at| (*unit, *at)));
        let holders = posts.flat_map(|(unit, at)| on_duty(state.duty_view(), unit, at).holders);
        let on_duty = holders.filter(|it| it.position.is_post()).map(|it| it.person).collect();
        let active = state.responses.iter().filter(|response| response.is_active());
        let commands = active.flat_map(|response| &response.commands);
        let commanders = commands.filter_map(|command| command.acting(state, at)).collect();
        Self {
            at,
            date: policy.zone.date(at),
            instants,
            named,
            lost,
            on_duty,
            commanders,
        }
    }

    /// The first reason why somebody cannot go.
    pub(super) fn why_not(&self, state: &State, person: &Person) -> Option<WhyNot> {
        let id = person.id;
        let is_out = state.quota.exclusions_of(id).any(|it| it.is_in_force(self.date));
        let on_leave = self.instants.iter().any(|at| state.leave.is_on_leave(id, *at));
        match () {
            () if !person.is_on_post() => Some(WhyNot::NotOnPost),
            () if state.duty(id).is_some() => Some(WhyNot::Deployed),
            () if self.named.contains(&id) => Some(WhyNot::Named),
            () if self.commanders.contains(&id) => Some(WhyNot::Commands),
            () if on_leave => Some(WhyNot::OnLeave),
            () if is_out => Some(WhyNot::Excluded),
            () if self.on_duty.contains(&id) => Some(WhyNot::OnDuty),
            () if self.lost.contains(&id) => Some(WhyNot::DidNotCome),
            () => None,
        }
    }

    /// How many of a unit's established staff are at their posts, and how many have to stay.
    pub(super) fn posts(&self, state: &State, policy: &ReinforcementPolicy, unit: UnitId) -> (u32, u32) {
        let at_home = state.people.at_home(unit).iter().filter_map(|id| state.people.get(*id));
        let staff = at_home.filter(|person| person.is_established_on_post());
        let (mut all, mut there) = (0, 0);
        for person in staff {
            all += 1;
            let id = person.id;
            let is_away = state.duty(id).is_some() || self.named.contains(&id) || state.leave.is_on_leave(id, self.at);
            there += u32::from(!is_away);
        }
        (there, policy.keeps(&state.org.get(unit).code, all))
    }
}

/// Every agency team.
pub(super) fn agency_teams(state: &State) -> impl Iterator<Item = &Team> {
    state.teams.iter().filter(|team| team.kind == TeamKind::Agency)
}

/// Everything the matching needs, for these requests.
pub(super) fn pool(
    state: &State,
    policy: &ReinforcementPolicy,
    at: Timestamp,
    requests: &[&Reinforcement],
    gaps: &[u32],
    fixed: &BTreeMap<UnitId, u32>,
) -> Pool {
    let rules = Rules::new(state, policy, at, requests, None);
    let mut by_unit: BTreeMap<UnitId, Vec<&Team>> = BTreeMap::new();
    for team in agency_teams(state) {
        by_unit.entry(team.unit).or_default().push(team);
    }
    let skills: BTreeSet<&str> = requests
        .iter()
        .flat_map(|row| row.need.skills.iter().map(|(skill, _)| &**skill))
        .collect();
    let kinds: BTreeMap<&str, u16> = skills.into_iter().zip(1..).collect();
    let calls = recent_calls(state, policy, at);
    let mut left: BTreeMap<UnitId, u32> = BTreeMap::new();
    let (mut agencies, mut suppliers) = (Vec::new(), Vec::new());
    for (unit, teams) in by_unit {
        let (agency, homes) = agency(state, policy, &rules, unit, &teams, &kinds, &calls, &mut left);
        let half = agency.team / 2;
        let within_half = half.saturating_sub(agency.out).min(agency.free);
        suppliers.push(Supplier {
            within_half,
            beyond_half: agency.free - within_half,
            unused: agency.out == 0,
            homes,
            points: requests.iter().map(|row| points(state, policy, unit, row)).collect(),
            fixed: fixed.get(&unit).copied(),
        });
        agencies.push(agency);
    }
    let demands = requests
        .iter()
        .zip(gaps)
        .map(|(row, gap)| demand(state, row, *gap, &kinds))
        .collect();
    Pool {
        agencies,
        requests: requests.iter().map(|row| row.id).collect(),
        calls,
        kinds: kinds.into_iter().map(|(skill, kind)| (skill.into(), kind)).collect(),
        problem: Problem {
            suppliers,
            demands,
            lead_from: policy.lead_from,
        },
    }
}

#[allow(
    clippy::too_many_arguments,
    reason = "what an agency is looked at with, computed once for all"
)]
fn agency(
    state: &State,
    policy: &ReinforcementPolicy,
    rules: &Rules,
    unit: UnitId,
    teams: &[&Team],
    kinds: &BTreeMap<&str, u16>,
    calls: &BTreeMap<PersonId, u32>,
    left: &mut BTreeMap<UnitId, u32>,
) -> (Agency, Vec<Home>) {
    let members: BTreeSet<PersonId> = teams.iter().flat_map(|team| team.members.iter()).collect();
    let mut homes: BTreeMap<UnitId, Vec<Candidate>> = BTreeMap::new();
    let (mut why_not, mut out) = (BTreeMap::new(), 0);
    for person in members.iter().filter_map(|id| state.people.get(*id)) {
        let candidates = homes.entry(person.home_unit).or_default();
        if let Some(reason) = rules.why_not(state, person) {
            out += u32::from(matches!(reason, WhyNot::Deployed | WhyNot::Named));
            *why_not.entry(reason).or_default() += 1;
            continue;
        }
        let leads = teams.iter().any(|team| team.is_led_by(person.id));
        let own = kinds
            .iter()
            .filter(|(skill, _)| person.has_skill(skill))
            .map(|(_, kind)| *kind);
        let mut all: Vec<u16> = std::iter::once(0).chain(own).collect();
        all.sort_unstable();
        let recent = calls.get(&person.id).copied().unwrap_or_default().min(CALLS_MAX);
        let weights = &policy.weights;
        candidates.push(Candidate {
            person: person.id,
            kinds: all,
            skills: person.skills.len() as u32,
            points: i64::from(weights.recent_call) * i64::from(recent) + i64::from(leads) * i64::from(weights.lead),
            leads,
        });
    }
    let (mut on_post, mut keep, mut free) = (0, 0, 0);
    let mut rows = Vec::new();
    for (home, people) in homes {
        let (there, stay) = rules.posts(state, policy, home);
        (on_post, keep) = (on_post + there, keep + stay);
        // A home unit with people in two agencies' teams lets go what the first one leaves.
        let left = left.entry(home).or_insert(there.saturating_sub(stay));
        let may_leave = (people.len() as u32).min(*left);
        *left -= may_leave;
        free += may_leave;
        rows.push(Home { may_leave, people });
    }
    let agency = Agency {
        unit,
        lead: teams[0].leader,
        team: members.len() as u32,
        out,
        free,
        on_post,
        keep,
        why_not,
    };
    (agency, rows)
}

/// Call-ups that count against somebody, at most.
const CALLS_MAX: u32 = 3;

/// Points of an agency for a request; none if it may not be asked.
fn points(state: &State, policy: &ReinforcementPolicy, agency: UnitId, request: &Reinforcement) -> Option<i64> {
    let response = state.responses.get(request.need.response)?;
    if !state.org.is_within(agency, response.spec.jurisdiction) || request.has_refused(agency) {
        return None;
    }
    let (is_linked, in_town) = linked(state, agency, request);
    let unlinked = i64::from(policy.weights.unlinked);
    let link = match (is_linked, in_town > 0) {
        (true, _) => 0,
        (false, true) => unlinked / 2,
        (false, false) => unlinked,
    };
    Some(link + i64::from(policy.weights.minute) * i64::from(travel(state, policy, agency, request)))
}

/// Whether an agency is linked to the very place, and to how many villages of the town.
pub(super) fn linked(state: &State, agency: UnitId, request: &Reinforcement) -> (bool, u32) {
    let villages = || state.reinforcement.links(agency);
    let in_town = villages()
        .filter(|village| state.org.is_within(*village, request.need.town))
        .count() as u32;
    let is_linked = match request.need.village {
        Some(village) => villages().any(|linked| state.org.is_within(village, linked)),
        None => in_town > 0,
    };
    (is_linked, in_town)
}

/// Minutes of travel: by the policy's table, else by whether the agency works in the town already.
pub(super) fn travel(state: &State, policy: &ReinforcementPolicy, agency: UnitId, request: &Reinforcement) -> u32 {
    let code = |unit: UnitId| state.org.get(unit).code.clone();
    let given = policy.travel_minutes.get(&(code(agency), code(request.need.town)));
    let is_near = linked(state, agency, request).1 > 0;
    given.copied().unwrap_or(if is_near {
        policy.near_minutes
    } else {
        policy.far_minutes
    })
}

/// A request's open places. Whoever it has counts for the first of its skills that they have and that is not filled yet.
fn demand(state: &State, request: &Reinforcement, gap: u32, kinds: &BTreeMap<&str, u16>) -> Demand {
    let counts = coverage(&state.orders, request);
    let mut missing: Vec<(u16, &str, u32)> = request
        .need
        .skills
        .iter()
        .filter_map(|(skill, number)| Some((*kinds.get(&**skill)?, &**skill, *number)))
        .collect();
    for person in covering(state, request).filter_map(|id| state.people.get(id)) {
        let mut open = missing.iter_mut();
        if let Some((.., number)) = open.find(|(_, skill, number)| *number > 0 && person.has_skill(skill)) {
            *number -= 1;
        }
    }
    let mut left = gap;
    let mut places = Vec::new();
    for (kind, _, number) in missing {
        let number = number.min(left);
        left -= number;
        if number > 0 {
            places.push((kind, number));
        }
    }
    if left > 0 {
        places.insert(0, (0, left));
    }
    Demand {
        asked: request.need.number,
        covered: counts.pending + counts.committed(),
        places,
    }
}

/// Everybody a request has: named and not answered for yet, on the way, there or back.
fn covering<'s>(state: &'s State, request: &'s Reinforcement) -> impl Iterator<Item = PersonId> + 's {
    let pending = request.requisitions().filter(|(.., it)| **it == Commitment::Pending);
    let pending = pending.flat_map(|(_, requisition, _)| requisition.people.iter());
    let committed = whereabouts(&state.orders, request).filter(|(.., it)| match it {
        Whereabouts::Coming | Whereabouts::There | Whereabouts::Back => true,
        Whereabouts::Lost | Whereabouts::StoodDown => false,
    });
    pending.chain(committed.map(|(_, _, person, _)| person))
}

/// How often everybody in an agency team set out or arrived under an order lately.
fn recent_calls(state: &State, policy: &ReinforcementPolicy, at: Timestamp) -> BTreeMap<PersonId, u32> {
    let first = policy
        .zone
        .date(at)
        .plus_days(-i32::try_from(policy.recent_days).unwrap_or(i32::MAX));
    let from = policy.zone.instant(first, Minute::new(0));
    let is_recent = |at: Option<Timestamp>| at.is_some_and(|at| at >= from);
    let people: BTreeSet<PersonId> = agency_teams(state).flat_map(|team| team.members.iter()).collect();
    let mut calls = BTreeMap::new();
    for person in people {
        let came = state.orders.iter().filter(|order| {
            let mut rows = order.versions.iter().filter_map(|version| version.ledger.row(person));
            rows.any(|row| is_recent(row.arrived_at) || is_recent(row.departed_at))
        });
        let number = came.count() as u32;
        if number > 0 {
            calls.insert(person, number);
        }
    }
    calls
}

/// The role of the overlay that allocates (统筹调配).
const ALLOCATOR: &str = "allocator";

/// The units that may allocate in a response: agencies directly under its jurisdiction that the policy names, or if it names none, the
/// agencies of those who hold the allocator's role in the command overlay.
pub(crate) fn allocators(state: &State, policy: &ReinforcementPolicy, response: &Response) -> BTreeSet<UnitId> {
    let is_agency = |unit: &UnitId| state.org.get(*unit).kind == UnitKind::Agency;
    if !policy.allocators.is_empty() {
        let named = policy.allocators.iter().filter_map(|code| state.org.by_code(code));
        let below = named.filter(|unit| unit.parent == Some(response.spec.jurisdiction));
        return below.map(|unit| unit.id).filter(is_agency).collect();
    }
    let nodes = response.commands.iter().filter(|command| *command.role == *ALLOCATOR);
    let holders = nodes.flat_map(|command| [command.commander, command.backup]).flatten();
    let homes = holders.filter_map(|person| state.people.get(person).map(|row| row.home_unit));
    homes.filter(is_agency).collect()
}
