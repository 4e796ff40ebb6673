//! What is planned, for whom, on whose word.

use super::*;
use crate::behaviour::Area;

fn participant(person_id: u32) -> Participant {
    Participant {
        person_id,
        area: Area::Urban,
    }
}

/// Teams of 25 under leads, and as many people on their own.
fn population(teams: u32) -> Population {
    let team = |index: u32| {
        let first = 1 + index * 25;
        LedTeam {
            lead: first,
            deputy: first + 1,
            people: (first..first + 25).map(participant).collect(),
        }
    };
    let alone = (1 + teams * 25..1 + teams * 50).map(participant).collect();
    Population {
        teams: (0..teams).map(team).collect(),
        alone,
    }
}

fn sites() -> Vec<Site> {
    let site = |code: &str, named| Site {
        code: code.to_owned(),
        check_in_code: "ABCD".to_owned(),
        named,
    };
    vec![site("A-M1", true), site("B-M1", true), site("C-M1", false)]
}

fn script(population: &Population, own_batch: usize) -> Script {
    let behaviour = BehaviourParameters::default();
    plan(&PlanInput {
        stays: false,
        population,
        sites: &sites(),
        behaviour: &behaviour,
        seed: 3,
        period: Period::Work,
        lead_tick: Duration::from_secs(30),
        own_batch,
        in_exercise: false,
    })
}

fn people(action: &Action) -> Vec<u32> {
    match action {
        Action::Acknowledge { people, .. } | Action::Depart { people, .. } | Action::CheckIn { people, .. } => {
            people.clone()
        }
        Action::Decline { person, .. } => vec![*person],
        Action::Batch { items, .. } => items.iter().flat_map(|item| item.people.clone()).collect(),
    }
}

#[test]
fn everybody_acks_declines_or_keeps_silent_just_once() {
    let population = population(200);
    let script = script(&population, 1);
    let mut answered = BTreeMap::new();
    for planned in &script.planned {
        if matches!(planned.action, Action::Acknowledge { .. } | Action::Decline { .. }) {
            people(&planned.action)
                .into_iter()
                .for_each(|person| *answered.entry(person).or_insert(0) += 1);
        }
    }
    assert!(answered.values().all(|times| *times == 1));
    assert_eq!(answered.len() + script.silent as usize, population.len());
}

#[test]
fn leads_speak_only_for_their_own_team() {
    let population = population(200);
    let script = script(&population, 1);
    let team_of = |person: u32| (person - 1) / 25;
    let mut by_lead = 0;
    for planned in &script.planned {
        let by = match &planned.action {
            Action::Acknowledge { by, .. }
            | Action::Depart { by, .. }
            | Action::CheckIn { by, .. }
            | Action::Decline { by, .. } => *by,
            Action::Batch { lead, .. } => By::Lead(*lead),
        };
        if let By::Lead(lead) = by {
            by_lead += 1;
            let team = team_of(lead);
            assert!(team < 200 && people(&planned.action).iter().all(|person| team_of(*person) == team));
            let of_team = &population.teams[team as usize];
            assert!(lead == of_team.lead || lead == of_team.deputy);
            assert!(script.leads.contains(&lead));
        }
    }
    assert!(by_lead > 200);
}

#[test]
fn nobody_arrives_before_they_answered_and_all_who_come_arrive() {
    let population = population(200);
    let script = script(&population, 1);
    let (mut acked, mut arrived) = (BTreeMap::new(), BTreeMap::new());
    for planned in &script.planned {
        let times = match &planned.action {
            Action::Acknowledge { .. } => &mut acked,
            Action::CheckIn { site, .. } if *site < 2 => &mut arrived,
            Action::Batch { items, .. } => {
                for item in items.iter().filter(|item| item.site.is_some_and(|site| site < 2)) {
                    let happened = planned.at - item.observed.before;
                    item.people.iter().for_each(|person| {
                        arrived.entry(*person).or_insert(happened);
                    });
                }
                continue;
            }
            Action::CheckIn { .. } | Action::Depart { .. } | Action::Decline { .. } => continue,
        };
        people(&planned.action).into_iter().for_each(|person| {
            times.entry(person).or_insert(planned.at);
        });
    }
    for (person, at) in &arrived {
        assert!(acked.get(person).is_some_and(|acked| acked <= at), "{person}");
    }
    assert_eq!(arrived.len() + script.no_shows as usize, acked.len());
}

#[test]
fn what_a_team_reports_stays_in_order() {
    let population = population(100);
    let script = script(&population, 1);
    let mut key_of: BTreeMap<u32, u32> = BTreeMap::new();
    for planned in &script.planned {
        for person in people(&planned.action) {
            assert_eq!(
                *key_of.entry(person).or_insert(planned.key),
                planned.key,
                "{person} would be in two lanes"
            );
        }
    }
}

#[test]
fn offline_leads_have_a_device_and_bring_their_batches_late() {
    let script = script(&population(400), 1);
    assert!(!script.devices.is_empty());
    let mut batches = 0;
    for planned in &script.planned {
        if let Action::Batch { lead, items, .. } = &planned.action {
            batches += 1;
            assert!(script.devices.contains(lead) && !items.is_empty() && items.len() <= 40);
            assert!(
                items
                    .iter()
                    .all(|item| !item.observed.before.is_zero() && item.observed.before <= planned.at)
            );
            assert!(
                items
                    .windows(2)
                    .all(|pair| pair[0].observed.before >= pair[1].observed.before),
                "in their order"
            );
        }
    }
    assert!(batches > 0);
}

#[test]
fn wrong_sites_and_second_scans_occur_and_the_plan_is_repeatable() {
    let population = population(200);
    let script = script(&population, 1);
    assert_eq!(script, self::script(&population, 1));
    assert!(
        script
            .planned
            .windows(2)
            .all(|pair| pair[0].at <= pair[1].at && pair[0].number < pair[1].number)
    );
    let at_wrong = script
        .planned
        .iter()
        .filter(|planned| matches!(planned.action, Action::CheckIn { site: 2, .. }));
    assert!(at_wrong.count() > 20);
    let mut scans: BTreeMap<u32, u32> = BTreeMap::new();
    for planned in &script.planned {
        if matches!(planned.action, Action::CheckIn { .. }) {
            people(&planned.action)
                .into_iter()
                .for_each(|person| *scans.entry(person).or_default() += 1);
        }
    }
    assert!(scans.values().filter(|count| **count > 1).count() > 200);
}

#[test]
fn a_gateway_gathers_own_reports() {
    let population = population(200);
    let (single, gathered) = (script(&population, 1), script(&population, 50));
    assert!(
        gathered.planned.len() * 4 < single.planned.len() * 3,
        "{} {}",
        gathered.planned.len(),
        single.planned.len()
    );
    let largest = gathered
        .planned
        .iter()
        .map(|planned| people(&planned.action).len())
        .max();
    assert!(largest.is_some_and(|largest| largest <= 50), "{largest:?}");
}

#[test]
fn ticks_round_up() {
    let tick = Duration::from_secs(30);
    for (at, expected) in [(0, 0), (1, 30), (30, 30), (31, 60)] {
        assert_eq!(next_tick(Duration::from_secs(at), tick), Duration::from_secs(expected));
    }
    assert_eq!(
        next_tick(Duration::from_secs(7), Duration::ZERO),
        Duration::from_secs(7)
    );
}
