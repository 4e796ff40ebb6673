//! The matching against every way there is, on small districts; and how it reads on ones made by hand.

use proptest::prelude::*;

use super::*;

fn person(id: u32, kinds: &[u16], points: i64, leads: bool) -> Candidate {
    Candidate {
        person: PersonId(id),
        kinds: kinds.to_vec(),
        skills: kinds.len() as u32,
        points,
        leads,
    }
}

/// People may serve, each as what and where: every way, the most filled and the cheapest of those.
fn brute_force(problem: &Problem) -> (usize, i64) {
    let all: Vec<(usize, usize, &Candidate)> = problem
        .suppliers
        .iter()
        .enumerate()
        .flat_map(|(index, supplier)| {
            let homes = supplier.homes.iter().enumerate();
            homes.flat_map(move |(home, it)| it.people.iter().map(move |person| (index, home, person)))
        })
        .collect();
    let mut best = (0, i64::MAX);
    let mut sent = Vec::new();
    every_way(problem, &all, &mut sent, &mut best);
    (best.0, if best.1 == i64::MAX { 0 } else { best.1 })
}

fn every_way(
    problem: &Problem,
    rest: &[(usize, usize, &Candidate)],
    sent: &mut Vec<(usize, usize, u16, PersonId)>,
    best: &mut (usize, i64),
) {
    let Some(((supplier, home, person), rest)) = rest.split_first() else {
        let cost = cost(
            problem,
            &Solution {
                sent: sent.clone(),
                ..Solution::default()
            },
        );
        if sent.len() > best.0 || (sent.len() == best.0 && cost < best.1) {
            *best = (sent.len(), cost);
        }
        return;
    };
    every_way(problem, rest, sent, best);
    let from = &problem.suppliers[*supplier];
    let given = sent.iter().filter(|(it, ..)| it == supplier).count() as u32;
    let of_home = |id: PersonId| from.homes[*home].people.iter().any(|it| it.person == id);
    let left = sent
        .iter()
        .filter(|(it, _, _, id)| it == supplier && of_home(*id))
        .count() as u32;
    if given >= from.within_half + from.beyond_half || left >= from.homes[*home].may_leave {
        return;
    }
    for (index, demand) in problem.demands.iter().enumerate() {
        for (kind, number) in &demand.places {
            let filled = sent
                .iter()
                .filter(|(_, to, as_kind, _)| *to == index && as_kind == kind)
                .count() as u32;
            if filled < *number && person.kinds.contains(kind) && from.points[index].is_some() {
                sent.push((*supplier, index, *kind, person.person));
                every_way(problem, rest, sent, best);
                sent.pop();
            }
        }
    }
}

fn any_problem() -> impl Strategy<Value = Problem> {
    let candidate = (prop::collection::vec(any::<bool>(), 2), 0..4i64, any::<bool>());
    let home = (0..4u32, prop::collection::vec(candidate, 0..3));
    let supplier = (
        0..3u32,
        0..2u32,
        prop::collection::vec(home, 1..3),
        prop::collection::vec(prop::option::weighted(0.85, 0..5i64), 2),
    );
    let demand = (1..6u32, 0..3u32, prop::collection::vec(0..3u32, 3));
    (
        prop::collection::vec(supplier, 1..4),
        prop::collection::vec(demand, 1..3),
        0..3u32,
    )
        .prop_map(|(suppliers, demands, lead_from)| {
            let mut next = 0;
            let mut people = 0;
            let suppliers = suppliers.into_iter().map(|(within_half, beyond_half, homes, points)| {
                let homes = homes.into_iter().map(|(may_leave, candidates)| {
                    let some = candidates.into_iter().filter(|_| {
                        people += 1;
                        people <= 7
                    });
                    let people = some.map(|(skills, points, leads)| {
                        next += 1;
                        let skills = skills.iter().zip(1..).filter(|(has, _)| **has).map(|(_, kind)| kind);
                        let kinds: Vec<u16> = std::iter::once(0).chain(skills).collect();
                        person(next, &kinds, points, leads)
                    });
                    Home {
                        may_leave,
                        people: people.collect(),
                    }
                });
                Supplier {
                    within_half,
                    beyond_half,
                    unused: true,
                    homes: homes.collect(),
                    points,
                    fixed: None,
                }
            });
            let suppliers = suppliers.collect();
            let demands = demands.into_iter().map(|(asked, covered, places)| Demand {
                asked: asked + covered,
                covered,
                places: (0..).zip(places).filter(|(_, number)| *number > 0).collect(),
            });
            Problem {
                suppliers,
                demands: demands.collect(),
                lead_from,
            }
        })
}

/// What any way keeps to, adjusted or not.
fn keeps_to(problem: &Problem, solution: &Solution) {
    let mut people: Vec<PersonId> = solution.sent.iter().map(|(.., person)| *person).collect();
    people.sort_unstable();
    assert!(people.is_sorted_by(|a, b| a < b), "somebody goes twice: {people:?}");
    for (index, supplier) in problem.suppliers.iter().enumerate() {
        assert!(solution.given(index) <= supplier.within_half + supplier.beyond_half);
        for home in &supplier.homes {
            let gone = home.people.iter().filter(|it| people.contains(&it.person)).count();
            assert!(gone as u32 <= home.may_leave, "more leave than may");
        }
    }
    for (supplier, demand, kind, person) in &solution.sent {
        let supplier = &problem.suppliers[*supplier];
        let mut own = supplier.homes.iter().flat_map(|home| &home.people);
        let candidate = own.find(|it| it.person == *person).expect("of this agency");
        assert!(candidate.kinds.contains(kind) && supplier.points[*demand].is_some());
    }
    for (index, demand) in problem.demands.iter().enumerate() {
        for (kind, number) in &demand.places {
            let filled = solution.sent.iter().filter(|(_, to, it, _)| *to == index && it == kind);
            assert!(filled.count() as u32 <= *number);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// As many as possible, as cheaply as possible: the same as the best of every way there is.
    #[test]
    fn the_matching_is_the_optimum(problem in any_problem()) {
        let solution = solve(&problem);
        let (filled, cheapest) = brute_force(&problem);
        prop_assert_eq!(solution.sent.len(), filled);
        prop_assert_eq!(solution.cost, cheapest);
        // Leaders going along is all that comes on top.
        prop_assert_eq!(cost(&problem, &solution), solution.cost + solution.lead_points);
        keeps_to(&problem, &solution);
        prop_assert_eq!(beyond_half_while_unused(&problem, &solution), None);
        prop_assert_eq!(&solve(&problem), &solution);
    }

    /// A number that a person sets is kept where that is possible at all, and costs no place.
    #[test]
    fn set_numbers_are_kept(problem in any_problem(), number in 0..3u32) {
        let best = solve(&problem);
        let mut set = problem.clone();
        set.suppliers[0].fixed = Some(number);
        let solution = solve(&set);
        keeps_to(&set, &solution);
        let mut alone = set.clone();
        alone.suppliers.truncate(1);
        prop_assert_eq!(solution.given(0), solve(&alone).given(0));
        if number >= best.given(0) && solution.given(0) == number {
            prop_assert_eq!(solution.sent.len(), best.sent.len());
        }
    }
}

fn supplier(first: u32, number: u32, points: &[i64]) -> Supplier {
    Supplier {
        within_half: number / 2,
        beyond_half: number - number / 2,
        unused: true,
        homes: vec![Home {
            may_leave: number,
            people: (first..first + number)
                .map(|id| person(id, &[0], 0, id == first))
                .collect(),
        }],
        points: points.iter().map(|points| Some(*points)).collect(),
        fixed: None,
    }
}

fn demand(asked: u32) -> Demand {
    Demand {
        asked,
        covered: 0,
        places: vec![(0, asked)],
    }
}

fn given(problem: &Problem, solution: &Solution) -> Vec<u32> {
    (0..problem.suppliers.len())
        .map(|index| solution.given(index))
        .collect()
}

#[test]
fn half_of_a_near_team_goes_before_the_far_one_is_asked_and_the_rest_after_it() {
    let mut problem = Problem {
        suppliers: vec![supplier(1, 6, &[1]), supplier(10, 4, &[50])],
        demands: vec![demand(4)],
        lead_from: 3,
    };
    let solution = solve(&problem);
    assert_eq!(given(&problem, &solution), [3, 1]);
    // The leader goes with the three.
    assert!(solution.sent.iter().any(|(.., person)| *person == PersonId(1)));
    problem.demands = vec![demand(8)];
    // Both have sent half: from there on the near one is asked first.
    assert_eq!(given(&problem, &solve(&problem)), [6, 2]);
}

#[test]
fn too_few_are_shared_out_by_what_was_asked_for() {
    let problem = Problem {
        suppliers: vec![supplier(1, 6, &[1, 90])],
        demands: vec![demand(10), demand(20)],
        lead_from: 0,
    };
    let solution = solve(&problem);
    assert_eq!([solution.got(0), solution.got(1)], [2, 4]);
}

#[test]
fn a_number_that_was_set_beyond_half_shows_who_was_left_idle() {
    let mut problem = Problem {
        suppliers: vec![supplier(1, 6, &[1]), supplier(10, 4, &[50])],
        demands: vec![demand(4)],
        lead_from: 0,
    };
    problem.suppliers[0].fixed = Some(4);
    let solution = solve(&problem);
    assert_eq!(given(&problem, &solution), [4, 0]);
    assert_eq!(beyond_half_while_unused(&problem, &solution), Some((0, 1)));
}
