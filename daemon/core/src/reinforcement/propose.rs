//! Propose who goes where. Pure: the same district gives the same proposal, with the grounds for each agency.

use std::collections::{BTreeMap, BTreeSet};

use super::coverage::coverage;
use super::matching::{Solution, beyond_half_while_unused, solve};
use super::pool::{Ground, Pool, WhyNot, linked, pool, travel};
use super::{Reinforcement, Requisition};
use crate::id::{PersonSet, ReinforcementId, ResponseId, Timestamp, UnitId};
use crate::lot::Hash;
use crate::policy::ReinforcementPolicy;
use crate::rejection::Rejection;
use crate::state::State;

/// Asks who could go. Several requests are looked at together, so that towns compete fairly.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProposeReinforcement {
    /// Which requests; none: every open one that is not covered.
    pub requests: Vec<ReinforcementId>,
    /// Only of this response, if requests are not named.
    pub response: Option<ResponseId>,
    /// Other numbers than proposed: code of the agency, how many it gives to these requests in all.
    pub set: Vec<(Box<str>, u32)>,
}

/// Who could go where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReinforcementProposal {
    /// Hash of what it comes to.
    pub name: Box<str>,
    /// What each request would have.
    pub gaps: Vec<Gap>,
    /// Every agency with a team, also those that give nobody.
    pub agencies: Vec<AgencyShare>,
    /// The cost of the optimum, and what it cost on top that leaders go with their people.
    pub cost: (i64, i64),
}

/// What a request would have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// Which request.
    pub reinforcement: ReinforcementId,
    /// How many it lacks now.
    pub uncovered: u32,
    /// How many of them it would get.
    pub proposed: u32,
    /// Skills of which it would get too few, and how many are missing.
    pub skills: Vec<(Box<str>, u32)>,
}

/// What an agency would give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgencyShare {
    /// Which agency.
    pub agency: UnitId,
    /// For each request that it gives to.
    pub gives: Vec<(ReinforcementId, Requisition)>,
    /// How it stands.
    pub grounds: Vec<(Ground, u32)>,
    /// Why others of its team cannot go.
    pub why_not: Vec<(WhyNot, u32)>,
}

impl ReinforcementProposal {
    /// The requisitions for a request.
    pub fn requisitions(&self, request: ReinforcementId) -> Vec<Requisition> {
        let gives = self.agencies.iter().flat_map(|share| &share.gives);
        gives
            .filter(|(to, _)| *to == request)
            .map(|(_, it)| it.clone())
            .collect()
    }
    /// How many go in all.
    pub fn people(&self) -> u32 {
        self.gaps.iter().map(|gap| gap.proposed).sum()
    }
}

impl ProposeReinforcement {
    /// The proposal, on what is known now.
    ///
    /// # Errors
    /// When a request is unknown or ended, or what was set cannot be.
    pub fn propose(
        &self,
        state: &State,
        policy: &ReinforcementPolicy,
        at: Timestamp,
    ) -> Result<ReinforcementProposal, Rejection> {
        let requests = self.requests(state)?;
        let gaps: Vec<u32> = requests
            .iter()
            .map(|row| coverage(&state.orders, row).uncovered)
            .collect();
        let fixed = self.fixed(state, gaps.iter().sum())?;
        let pool = pool(state, policy, at, &requests, &gaps, &fixed);
        let solution = solve(&pool.problem);
        for (index, agency) in pool.agencies.iter().enumerate() {
            let unit = || state.org.get(agency.unit).code.clone();
            let (Some(asked), available) = (fixed.get(&agency.unit).copied(), solution.given(index)) else {
                continue;
            };
            if available < asked {
                return Err(Rejection::TooFewPeople {
                    unit: unit(),
                    asked,
                    available,
                });
            }
        }
        if let Some((from, idle)) = beyond_half_while_unused(&pool.problem, &solution) {
            let unit = |index: usize| state.org.get(pool.agencies[index].unit).code.clone();
            return Err(Rejection::HalfOfTeam {
                unit: unit(from),
                unused: unit(idle),
            });
        }
        Ok(explain(state, policy, &requests, &gaps, &pool, &solution))
    }

    fn requests<'s>(&self, state: &'s State) -> Result<Vec<&'s Reinforcement>, Rejection> {
        if self.requests.is_empty() {
            let is_meant = |row: &&Reinforcement| {
                let is_active = state.responses.get(row.need.response).is_some_and(|it| it.is_active());
                let of = self.response.is_none_or(|response| row.need.response == response);
                row.is_open() && is_active && of && coverage(&state.orders, row).uncovered > 0
            };
            return Ok(state.reinforcement.iter().filter(is_meant).collect());
        }
        let ids: BTreeSet<ReinforcementId> = self.requests.iter().copied().collect();
        ids.into_iter().map(|id| open(state, id)).collect()
    }

    fn fixed(&self, state: &State, uncovered: u32) -> Result<BTreeMap<UnitId, u32>, Rejection> {
        let mut fixed = BTreeMap::new();
        for (code, number) in &self.set {
            let unit = state.org.by_code(code);
            let unit = unit.ok_or_else(|| Rejection::UnknownUnit { code: code.clone() })?;
            if *number > 0 && !super::pool::agency_teams(state).any(|team| team.unit == unit.id) {
                let (unit, asked) = (code.clone(), *number);
                return Err(Rejection::TooFewPeople {
                    unit,
                    asked,
                    available: 0,
                });
            }
            fixed.insert(unit.id, *number);
        }
        let number = fixed.values().fold(0_u32, |sum, number| sum.saturating_add(*number));
        if number > uncovered {
            return Err(Rejection::ReinforcementNumber {
                field: "set",
                number,
                max: uncovered,
            });
        }
        Ok(fixed)
    }
}

/// The request with this id, if it goes on.
pub(super) fn open(state: &State, id: ReinforcementId) -> Result<&Reinforcement, Rejection> {
    let row = state.reinforcement.get(id);
    let row = row.ok_or(Rejection::UnknownReinforcement { reinforcement: id })?;
    if row.is_open() {
        Ok(row)
    } else {
        Err(Rejection::ReinforcementEnded { reinforcement: id })
    }
}

/// From a solution to what people read.
pub(super) fn explain(
    state: &State,
    policy: &ReinforcementPolicy,
    requests: &[&Reinforcement],
    gaps: &[u32],
    pool: &Pool,
    solution: &Solution,
) -> ReinforcementProposal {
    let mut name = Hash::new();
    for (request, gap) in pool.requests.iter().zip(gaps) {
        name.number(u64::from(request.0));
        name.number(u64::from(*gap));
    }
    let mut agencies = Vec::new();
    for (index, agency) in pool.agencies.iter().enumerate() {
        let supplier = &pool.problem.suppliers[index];
        let standing = vec![
            (Ground::Team, agency.team),
            (Ground::Out, agency.out),
            (Ground::Free, agency.free),
            (Ground::OnPost, agency.on_post),
            (Ground::Keep, agency.keep),
        ];
        let mut beyond = solution.given(index).saturating_sub(supplier.within_half);
        let mut gives = Vec::new();
        for (demand, request) in requests.iter().enumerate() {
            let sent = solution
                .sent
                .iter()
                .filter(|(from, to, ..)| (*from, *to) == (index, demand));
            let people: PersonSet = sent.map(|(.., person)| *person).collect();
            if people.is_empty() {
                continue;
            }
            name.number(u64::from(agency.unit.0));
            people.iter().for_each(|person| name.number(u64::from(person.0)));
            let mut grounds = standing.clone();
            let (is_linked, in_town) = linked(state, agency.unit, request);
            grounds.push((Ground::Travel, travel(state, policy, agency.unit, request)));
            if is_linked && request.need.village.is_some() {
                grounds.push((Ground::LinkedVillage, 1));
            }
            if in_town > 0 {
                grounds.push((Ground::LinkedTown, in_town));
            }
            let calls: u32 = people.iter().filter_map(|person| pool.calls.get(&person)).sum();
            if calls > 0 {
                grounds.push((Ground::RecentCalls, calls));
            }
            let here = beyond.min(people.len() as u32);
            beyond -= here;
            if here > 0 {
                grounds.push((Ground::BeyondHalf, here));
            }
            if let Some(set) = supplier.fixed {
                grounds.push((Ground::Set, set));
            }
            let mut candidates = supplier.homes.iter().flat_map(|home| &home.people);
            if candidates.any(|it| it.leads && people.contains(it.person)) {
                grounds.push((Ground::LeadGoes, 1));
            } else if policy.lead_from > 0 && people.len() as u32 >= policy.lead_from {
                grounds.push((Ground::LeadMissing, 1));
            }
            let requisition = Requisition {
                agency: agency.unit,
                lead: agency.lead,
                people,
                grounds,
            };
            gives.push((request.id, requisition));
        }
        let mut grounds = standing;
        let refused = requests.iter().filter(|row| row.has_refused(agency.unit)).count() as u32;
        if refused > 0 {
            grounds.push((Ground::Refused, refused));
        }
        if let Some(set) = supplier.fixed {
            grounds.push((Ground::Set, set));
        }
        agencies.push(AgencyShare {
            agency: agency.unit,
            gives,
            grounds,
            why_not: agency.why_not.iter().map(|(why, number)| (*why, *number)).collect(),
        });
    }
    let gaps = requests
        .iter()
        .enumerate()
        .map(|(index, row)| gap(row, gaps[index], index, pool, solution));
    ReinforcementProposal {
        gaps: gaps.collect(),
        name: name.hex(),
        agencies,
        cost: (solution.cost, solution.lead_points),
    }
}

fn gap(row: &Reinforcement, uncovered: u32, index: usize, pool: &Pool, solution: &Solution) -> Gap {
    let mut skills = Vec::new();
    for (kind, number) in &pool.problem.demands[index].places {
        let sent = solution.sent.iter().filter(|(_, to, it, _)| *to == index && it == kind);
        let filled = sent.count() as u32;
        let mut own = row.need.skills.iter().map(|(skill, _)| skill);
        let skill = own.find(|skill| pool.kinds.get(&***skill) == Some(kind));
        if let Some(skill) = skill.filter(|_| filled < *number) {
            skills.push((skill.clone(), number - filled));
        }
    }
    Gap {
        reinforcement: row.id,
        uncovered,
        proposed: solution.got(index),
        skills,
    }
}
