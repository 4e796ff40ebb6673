//! Propose branches (拟建): by a person, and by rule where three full members are at one place.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::joining;
use super::upkeep::response_of;
use super::{BranchRole, BranchSpec, FULL_MIN, Joined, Site};
use crate::State;
use crate::command::{Answer, Context};
use crate::decide::{Decision, at_most};
use crate::event::Event;
use crate::id::{BranchId, MusterPointId, PersonId, ResponseId, UnitId};
use crate::org::UnitKind;
use crate::rejection::Rejection;

/// Proposes a branch with a list of people. Three full members are needed when it is approved, not before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposeBranch {
    /// In which response.
    pub response: ResponseId,
    /// Where: id or code of a muster point, or code of a unit.
    pub site: Box<str>,
    /// The task front; may be empty.
    pub front: Box<str>,
    /// 名称; empty: by its place.
    pub name: Box<str>,
    /// How long it is expected to be needed; 0: not said.
    pub expected_days: u32,
    /// Members, full and probationary.
    pub people: Vec<PersonId>,
    /// Applicants, who are attached.
    pub applicants: Vec<PersonId>,
}

impl ProposeBranch {
    pub(crate) fn decide(&self, state: &State, _context: &Context) -> Result<Decision, Rejection> {
        let Self {
            response,
            site,
            front,
            name,
            expected_days,
            people,
            applicants,
        } = self;
        at_most("front", front, 200)?;
        at_most("name", name, 200)?;
        active(state, *response)?;
        let site = site_of(state, site, front)?;
        let people = joining(state, *response, None, people, applicants)?;
        if people.is_empty() {
            return Err(Rejection::Missing { field: "person_ids" });
        }
        let branch = state.branches.next_id();
        let spec = BranchSpec {
            response: *response,
            site,
            name: name.trim().into(),
            expected_days: *expected_days,
            people,
        };
        Ok(Decision::new(
            vec![Event::BranchProposed { branch, spec }],
            Answer::Branches(vec![branch]),
        ))
    }
}

/// Proposes a branch wherever the rule asks for one: see [`proposals`]. Nothing where there is no such place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposeBranches {
    /// In which response.
    pub response: ResponseId,
}

impl ProposeBranches {
    pub(crate) fn decide(&self, state: &State) -> Result<Decision, Rejection> {
        active(state, self.response)?;
        let events = open(state, self.response, &[]);
        let first = state.branches.next_id().index();
        let branches = (first..first + events.len()).map(BranchId::from_index).collect();
        Ok(Decision::new(events, Answer::Branches(branches)))
    }
}

fn active(state: &State, response: ResponseId) -> Result<(), Rejection> {
    let row = state
        .responses
        .get(response)
        .ok_or(Rejection::UnknownResponse { response })?;
    if row.is_active() {
        Ok(())
    } else {
        Err(Rejection::ResponseTerminated { response })
    }
}

fn site_of(state: &State, text: &str, front: &str) -> Result<Site, Rejection> {
    crate::decide::needed("site", text)?;
    let front: Box<str> = front.trim().into();
    if let Some(point) = state.muster_points.resolve(text) {
        return Ok(Site {
            unit: point.unit,
            muster_point: Some(point.id),
            front,
        });
    }
    let unit = state
        .org
        .by_code(text)
        .ok_or_else(|| Rejection::UnknownUnit { code: text.into() })?;
    Ok(Site {
        unit: unit.id,
        muster_point: None,
        front,
    })
}

/// A branch that the rule asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Where.
    pub site: Site,
    /// Who is there and in no branch: full members and probationers.
    pub people: Vec<Joined>,
}

/// Where at least three full members have arrived at one muster point under a response, or else in one town, who are in no branch and
/// on no list. The same state gives the same proposals, in the order of the places.
pub fn proposals(state: &State, response: ResponseId) -> Vec<Proposal> {
    let orders = state.responses.get(response).map_or(&[][..], |row| &row.orders);
    let mut at_point: BTreeMap<MusterPointId, Vec<Joined>> = BTreeMap::new();
    for order in orders.iter().filter_map(|order| state.orders.get(*order)) {
        for row in order.current().ledger.rows() {
            let is_here = state.duty(row.person) == Some(order.id) && response_of(state, row.person) == Some(response);
            if !is_here || state.branches.knows(row.person) {
                continue;
            }
            let (Some((point, _, _)), Some(person)) = (row.arrival, state.people.get(row.person)) else {
                continue;
            };
            if let Some(role) = BranchRole::Member.by(person.political) {
                at_point.entry(point).or_default().push(Joined {
                    person: person.id,
                    home: person.home_unit,
                    role,
                });
            }
        }
    }
    let mut proposals = Vec::new();
    let mut in_town: BTreeMap<UnitId, Vec<Joined>> = BTreeMap::new();
    for (point, people) in at_point {
        let unit = state.muster_points.get(point).unit;
        if is_enough(&people) {
            proposals.extend(proposed_at(unit, Some(point), people));
        } else {
            let town = state
                .org
                .path(unit)
                .find(|above| state.org.get(*above).kind == UnitKind::Town);
            in_town.entry(town.unwrap_or(unit)).or_default().extend(people);
        }
    }
    let in_towns = in_town.into_iter().filter(|(_, people)| is_enough(people));
    proposals.extend(in_towns.flat_map(|(town, people)| proposed_at(town, None, people)));
    proposals
}

fn is_enough(people: &[Joined]) -> bool {
    people.iter().filter(|joined| joined.role.is_full()).count() >= FULL_MIN as usize
}

/// What is proposed for the people of one place: one branch, or where they are too many for one, several of about the same size.
pub(super) fn proposed_at(unit: UnitId, muster_point: Option<MusterPointId>, mut people: Vec<Joined>) -> Vec<Proposal> {
    people.sort_by_key(|joined| (!joined.role.is_full(), joined.person));
    let full = people.iter().filter(|joined| joined.role.is_full()).count();
    // No more than there are full members for: who has no room in one then, is not proposed.
    let branches = people
        .len()
        .div_ceil(super::PEOPLE_MAX)
        .min(full / FULL_MIN as usize)
        .max(1);
    people.truncate(branches * super::PEOPLE_MAX);
    let mut parts: Vec<Vec<Joined>> = vec![Vec::new(); branches];
    // Dealt round, so that each has its share of full members.
    for (number, joined) in people.into_iter().enumerate() {
        parts[number % branches].push(joined);
    }
    let proposal = |mut people: Vec<Joined>| {
        people.sort_by_key(|joined| joined.person);
        let front = "".into();
        Proposal {
            site: Site {
                unit,
                muster_point,
                front,
            },
            people,
        }
    };
    parts
        .into_iter()
        .filter(|people| is_enough(people))
        .map(proposal)
        .collect()
}

/// The proposals of the rule as events: of those who have arrived, and of those whom orders of the same step send out. Whoever such an
/// order sends is counted for its muster point if it has one, else for the town of one of its points that their home unit lies in.
pub(crate) fn open(state: &State, response: ResponseId, sent: &[Event]) -> Vec<Event> {
    let mut all = proposals(state, response);
    let listed: BTreeSet<PersonId> = all
        .iter()
        .flat_map(|proposal| &proposal.people)
        .map(|joined| joined.person)
        .collect();
    let mut sites: BTreeMap<(UnitId, Option<MusterPointId>), Vec<Joined>> = BTreeMap::new();
    for event in sent {
        let Event::OrderIssued {
            spec,
            audience,
            excused,
            ..
        } = event
        else {
            continue;
        };
        let is_excused = |person| excused.iter().any(|(_, people)| people.contains(person));
        for person in audience
            .iter()
            .filter(|person| !is_excused(*person) && !listed.contains(person))
        {
            let Some(person) = state.people.get(person).filter(|row| !state.branches.knows(row.id)) else {
                continue;
            };
            let site = heading_for(state, &spec.muster_points, person.home_unit);
            if let (Some(site), Some(role)) = (site, BranchRole::Member.by(person.political)) {
                sites.entry(site).or_default().push(Joined {
                    person: person.id,
                    home: person.home_unit,
                    role,
                });
            }
        }
    }
    let foreseen = sites.into_iter().filter(|(_, people)| is_enough(people));
    all.extend(foreseen.flat_map(|((unit, point), people)| proposed_at(unit, point, people)));
    let first = state.branches.next_id().index();
    let proposed = |(offset, Proposal { site, people }): (usize, Proposal)| Event::BranchProposed {
        branch: BranchId::from_index(first + offset),
        spec: BranchSpec {
            response,
            site,
            name: "".into(),
            expected_days: 0,
            people,
        },
    };
    all.into_iter().enumerate().map(proposed).collect()
}

/// Where somebody from a unit is going under an order; none: to one of several places that say nothing of it.
fn heading_for(state: &State, points: &[MusterPointId], home: UnitId) -> Option<(UnitId, Option<MusterPointId>)> {
    if let [point] = points {
        return Some((state.muster_points.get(*point).unit, Some(*point)));
    }
    let of_points: BTreeSet<UnitId> = points
        .iter()
        .flat_map(|point| state.org.path(state.muster_points.get(*point).unit))
        .filter(|unit| state.org.get(*unit).kind == UnitKind::Town)
        .collect();
    let mut around = state.org.path(home);
    around.find(|unit| of_points.contains(unit)).map(|town| (town, None))
}
