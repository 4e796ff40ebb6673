//! Who goes where: people of agencies to the places that towns asked for, as an exact optimum.
//!
//! Of all ways to fill as many places as possible, the one with the lowest cost. The cost of a way is the sum of
//! - [`BEYOND_HALF`] for each person of an agency beyond half of its team,
//! - [`SHARE`] times the tenth of what a town asked for that a person falls into, so that scarce people are shared out evenly,
//! - the points of the agency for the town (travel, links) and of the person (call-ups lately, leading).
//!
//! People of one agency who are alike in everything that counts are one group, so that the network stays small; within a group the
//! one with fewer skills goes first, then the lower id. After that, where many of an agency go to one town, its leader or deputy
//! takes the place of one of them ([`Solution::lead_points`] says what that cost: the only thing beyond the optimum).

use super::flow::{EdgeId, Network, Node};
use crate::id::PersonId;

/// Most points of an agency for a town, and of a person.
pub(super) const POINTS_MAX: i64 = 10_000;
/// Each tenth of what a town asked for that is filled makes the next person for it so much dearer.
pub(super) const SHARE: i64 = 10_000_000;
/// A person beyond half of an agency's team.
pub(super) const BEYOND_HALF: i64 = 1_000_000_000;
/// Everybody who is not of an agency whose number a person set.
const UNSET: i64 = 1_000_000_000_000;
/// Parts that a town's number is shared out in.
const PARTS: u32 = 10;

/// Everything the optimum rests on.
#[derive(Debug, Clone, Default)]
pub(super) struct Problem {
    pub(super) suppliers: Vec<Supplier>,
    pub(super) demands: Vec<Demand>,
    /// From so many of an agency for one town, its leader or deputy goes with them; 0: never.
    pub(super) lead_from: u32,
}

/// An agency.
#[derive(Debug, Clone, Default)]
pub(super) struct Supplier {
    /// How many may still go until half of its team is out.
    pub(super) within_half: u32,
    /// How many could go beyond that.
    pub(super) beyond_half: u32,
    /// Nobody of it is out.
    pub(super) unused: bool,
    /// By home unit; one, unless it is a joint team.
    pub(super) homes: Vec<Home>,
    /// Points for each demand; none: not for this one.
    pub(super) points: Vec<Option<i64>>,
    /// Just so many, because a person said so.
    pub(super) fixed: Option<u32>,
}

/// Those of an agency who belong to one unit.
#[derive(Debug, Clone, Default)]
pub(super) struct Home {
    /// How many may leave it.
    pub(super) may_leave: u32,
    pub(super) people: Vec<Candidate>,
}

/// Somebody who can go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) person: PersonId,
    /// Kinds of places they can fill, ascending; everybody fills kind 0.
    pub(super) kinds: Vec<u16>,
    pub(super) skills: u32,
    pub(super) points: i64,
    pub(super) leads: bool,
}

/// A town's open places.
#[derive(Debug, Clone, Default)]
pub(super) struct Demand {
    /// How many it asked for in all, and how many of them it has.
    pub(super) asked: u32,
    pub(super) covered: u32,
    /// Open places by kind.
    pub(super) places: Vec<(u16, u32)>,
}

/// Who goes where.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Solution {
    /// Supplier, demand, kind of place, who; in this order.
    pub(super) sent: Vec<(usize, usize, u16, PersonId)>,
    /// The cost of the optimum.
    pub(super) cost: i64,
    /// What it cost in points that leaders go with their people.
    pub(super) lead_points: i64,
}

impl Solution {
    /// How many of a supplier go.
    pub(super) fn given(&self, supplier: usize) -> u32 {
        self.sent.iter().filter(|(from, ..)| *from == supplier).count() as u32
    }
    /// How many go to a demand.
    pub(super) fn got(&self, demand: usize) -> u32 {
        self.sent.iter().filter(|(_, to, ..)| *to == demand).count() as u32
    }
}

impl Demand {
    fn need(&self) -> u32 {
        self.places.iter().map(|(_, number)| number).sum()
    }
    /// How many of the open places fall into which tenth of what was asked for.
    fn parts(&self) -> Vec<(u32, i64)> {
        let mut parts: Vec<(u32, i64)> = Vec::new();
        for place in self.covered..self.covered + self.need() {
            let part = i64::from(place.saturating_mul(PARTS) / self.asked.max(1));
            match parts.last_mut() {
                Some((number, last)) if *last == part => *number += 1,
                _ => parts.push((1, part)),
            }
        }
        parts
    }
}

/// People of one home unit who are alike.
struct Group<'p> {
    node: Node,
    people: Vec<&'p Candidate>,
    by_kind: Vec<(u16, EdgeId)>,
}

/// The network, with what its edges stand for.
struct Built<'p> {
    network: Network,
    source: Node,
    sink: Node,
    /// For each supplier its groups.
    groups: Vec<Vec<Group<'p>>>,
    /// Supplier, kind, demand.
    sends: Vec<(usize, u16, usize, EdgeId)>,
}

/// The best way.
pub(super) fn solve(problem: &Problem) -> Solution {
    let mut built = build(problem);
    built.network.run(built.source, built.sink);
    let mut solution = read(problem, &built);
    solution.cost = cost(problem, &solution);
    lead_along(problem, &mut solution);
    solution
}

fn build(problem: &Problem) -> Built<'_> {
    let mut network = Network::default();
    let (source, sink) = (network.node(), network.node());
    // Places of a kind in a demand, each demand's kinds together, and its tenths.
    let mut places: Vec<Vec<(u16, Node)>> = Vec::new();
    for demand in &problem.demands {
        let all = network.node();
        for (number, part) in demand.parts() {
            network.edge(all, sink, number, part * SHARE);
        }
        let mut nodes = Vec::new();
        for (kind, number) in &demand.places {
            let node = network.node();
            network.edge(node, all, *number, 0);
            nodes.push((*kind, node));
        }
        places.push(nodes);
    }
    let is_set = problem.suppliers.iter().any(|supplier| supplier.fixed.is_some());
    let (mut groups, mut sends) = (Vec::new(), Vec::new());
    for (index, supplier) in problem.suppliers.iter().enumerate() {
        let top = network.node();
        let (within, beyond, dear) = match supplier.fixed {
            Some(number) => {
                let within = supplier.within_half.min(number);
                (within, supplier.beyond_half.min(number - within), 0)
            }
            None => (
                supplier.within_half,
                supplier.beyond_half,
                if is_set { UNSET } else { 0 },
            ),
        };
        network.edge(source, top, within, dear);
        network.edge(source, top, beyond, dear + BEYOND_HALF);
        let own = groups_of(&mut network, top, supplier);
        let kinds: std::collections::BTreeSet<u16> = own
            .iter()
            .flat_map(|group| group.people.first())
            .flat_map(|person| person.kinds.iter().copied())
            .collect();
        let mut serves = Vec::new();
        for kind in kinds {
            let node = network.node();
            serves.push((kind, node));
            for (demand, nodes) in places.iter().enumerate() {
                let place = nodes.iter().find(|(other, _)| *other == kind);
                if let (Some((_, place)), Some(points)) = (place, supplier.points[demand]) {
                    let points = points.clamp(0, POINTS_MAX);
                    let edge = network.edge(node, *place, u32::MAX, points);
                    sends.push((index, kind, demand, edge));
                }
            }
        }
        let mut own = own;
        for group in &mut own {
            let kinds = group.people.first().map_or(&[][..], |person| &person.kinds);
            for (kind, node) in serves.iter().filter(|(kind, _)| kinds.contains(kind)) {
                let edge = network.edge(group.node, *node, u32::MAX, 0);
                group.by_kind.push((*kind, edge));
            }
        }
        groups.push(own);
    }
    Built {
        network,
        source,
        sink,
        groups,
        sends,
    }
}

fn groups_of<'p>(network: &mut Network, top: Node, supplier: &'p Supplier) -> Vec<Group<'p>> {
    let mut groups = Vec::new();
    for home in &supplier.homes {
        let node = network.node();
        network.edge(top, node, home.may_leave, 0);
        let mut people: Vec<&Candidate> = home.people.iter().collect();
        people.sort_by_key(|it| (it.points, &it.kinds, it.skills, it.person));
        for alike in people.chunk_by(|a, b| (a.points, &a.kinds) == (b.points, &b.kinds)) {
            let group = network.node();
            let points = alike[0].points.clamp(0, POINTS_MAX);
            network.edge(node, group, alike.len() as u32, points);
            groups.push(Group {
                node: group,
                people: alike.to_vec(),
                by_kind: Vec::new(),
            });
        }
    }
    groups
}

/// From amounts to people: those of a group in its order, kinds and demands in theirs.
fn read(problem: &Problem, built: &Built<'_>) -> Solution {
    let mut sent = Vec::new();
    for (supplier, groups) in built.groups.iter().enumerate() {
        let mut of_kind: std::collections::BTreeMap<u16, Vec<PersonId>> = std::collections::BTreeMap::new();
        for group in groups {
            let mut people = group.people.iter();
            for (kind, edge) in &group.by_kind {
                let number = built.network.flow(*edge) as usize;
                let some = people.by_ref().take(number).map(|it| it.person);
                of_kind.entry(*kind).or_default().extend(some);
            }
        }
        let sends = built.sends.iter().filter(|(from, ..)| *from == supplier);
        for (_, kind, demand, edge) in sends {
            let number = built.network.flow(*edge) as usize;
            let of_kind = of_kind.entry(*kind).or_default();
            let some = of_kind.drain(..number.min(of_kind.len()));
            sent.extend(some.map(|person| (supplier, *demand, *kind, person)));
        }
    }
    debug_assert!(problem.demands.len() >= sent.iter().map(|(_, to, ..)| to + 1).max().unwrap_or(0));
    sent.sort_unstable();
    Solution {
        sent,
        cost: 0,
        lead_points: 0,
    }
}

/// What a way costs, by what is said at the top of this file.
pub(super) fn cost(problem: &Problem, solution: &Solution) -> i64 {
    let mut cost = 0;
    for (index, supplier) in problem.suppliers.iter().enumerate() {
        let given = solution.given(index);
        cost += i64::from(given.saturating_sub(supplier.within_half)) * BEYOND_HALF;
    }
    for (index, demand) in problem.demands.iter().enumerate() {
        let mut left = solution.got(index);
        for (number, part) in demand.parts() {
            let filled = left.min(number);
            left -= filled;
            cost += i64::from(filled) * part * SHARE;
        }
    }
    let points = |(supplier, demand, _, person): &(usize, usize, u16, PersonId)| {
        let supplier = &problem.suppliers[*supplier];
        let mut people = supplier.homes.iter().flat_map(|home| &home.people);
        let own = people.find(|it| it.person == *person).map_or(0, |it| it.points);
        own.clamp(0, POINTS_MAX) + supplier.points[*demand].unwrap_or(0).clamp(0, POINTS_MAX)
    };
    cost + solution.sent.iter().map(points).sum::<i64>()
}

/// Where many of an agency go to one town, its leader or deputy takes the place of one of them.
fn lead_along(problem: &Problem, solution: &mut Solution) {
    if problem.lead_from == 0 {
        return;
    }
    for (index, supplier) in problem.suppliers.iter().enumerate() {
        for demand in 0..problem.demands.len() {
            let of = |sent: &&(usize, usize, u16, PersonId)| (sent.0, sent.1) == (index, demand);
            let going: Vec<_> = solution.sent.iter().filter(of).copied().collect();
            let is_lead = |person: PersonId| {
                let mut people = supplier.homes.iter().flat_map(|home| &home.people);
                people.any(|it| it.person == person && it.leads)
            };
            if (going.len() as u32) < problem.lead_from || going.iter().any(|(.., person)| is_lead(*person)) {
                continue;
            }
            if let Some((goes, stays, points)) = swap_in(supplier, &going, solution) {
                let place = solution.sent.iter_mut().find(|(.., person)| *person == stays);
                place.into_iter().for_each(|(.., person)| *person = goes);
                solution.lead_points += points;
            }
        }
    }
    solution.sent.sort_unstable();
}

/// A leader who stays at home so far, one of the same unit who goes and whose place they can fill, and what that costs.
fn swap_in(
    supplier: &Supplier,
    going: &[(usize, usize, u16, PersonId)],
    solution: &Solution,
) -> Option<(PersonId, PersonId, i64)> {
    let is_going = |person: PersonId| solution.sent.iter().any(|(.., going)| *going == person);
    let mut best: Option<(i64, PersonId, PersonId)> = None;
    for home in &supplier.homes {
        let leads = home.people.iter().filter(|it| it.leads && !is_going(it.person));
        for lead in leads {
            for other in home.people.iter().filter(|it| !it.leads) {
                let place = going.iter().find(|(.., person)| *person == other.person);
                if place.is_none_or(|(_, _, kind, _)| !lead.kinds.contains(kind)) {
                    continue;
                }
                let swap = (lead.points - other.points, lead.person, other.person);
                if best.is_none_or(|best| swap < best) {
                    best = Some(swap);
                }
            }
        }
    }
    best.map(|(points, goes, stays)| (goes, stays, points))
}

/// A supplier that gives more than half of its team while another one, of which nobody is out and none goes, could fill one of
/// its places within half of its own: never in a solution that nobody adjusted.
pub(super) fn beyond_half_while_unused(problem: &Problem, solution: &Solution) -> Option<(usize, usize)> {
    let over = |(index, supplier): (usize, &Supplier)| (solution.given(index) > supplier.within_half).then_some(index);
    let idle: Vec<usize> = (0..problem.suppliers.len())
        .filter(|index| {
            let supplier = &problem.suppliers[*index];
            supplier.unused && supplier.within_half > 0 && solution.given(*index) == 0
        })
        .collect();
    for from in problem.suppliers.iter().enumerate().filter_map(over) {
        for (_, demand, kind, _) in solution.sent.iter().filter(|(supplier, ..)| *supplier == from) {
            let could = idle.iter().find(|other| {
                let other = &problem.suppliers[**other];
                let mut homes = other.homes.iter().filter(|home| home.may_leave > 0);
                other.points[*demand].is_some()
                    && homes.any(|home| home.people.iter().any(|person| person.kinds.contains(kind)))
            });
            if let Some(other) = could {
                return Some((from, *other));
            }
        }
    }
    None
}

#[cfg(test)]
#[path = "matching_tests.rs"]
mod tests;
