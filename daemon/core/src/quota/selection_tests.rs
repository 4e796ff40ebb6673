//! Selection: a table of what it has to keep to, and R3, R4, R5, R7 for any district.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::tests::{count, exclude, import, member, party, team, today};
use super::*;
use crate::command::{Answer, Command};
use crate::rejection::Rejection;
use crate::testing::{District, O1};

fn ask(seed: u64) -> ProposeTeam {
    ProposeTeam {
        unit_code: "A1".into(),
        seed,
        size: 0,
        skills: Vec::new(),
        date: None,
        team_code: "".into(),
    }
}

fn propose(district: &District, request: &ProposeTeam) -> Proposal {
    request
        .propose(&district.state, &district.policy.team, today(district))
        .unwrap()
}

fn ids(candidates: &[Candidate]) -> Vec<u32> {
    candidates.iter().map(|candidate| candidate.person.0).collect()
}

fn approve(request: &ProposeTeam, proposal: &str) -> Command {
    Command::ApproveTeam(ApproveTeam {
        request: request.clone(),
        proposal: proposal.into(),
    })
}

#[test]
fn the_same_inputs_and_seed_give_the_same_team_and_another_seed_another() {
    let mut district = party();
    let first = propose(&district, &ask(7));
    assert_eq!(propose(&district, &ask(7)), first);
    let teams: BTreeSet<_> = (0..20).map(|seed| ids(&propose(&district, &ask(seed)).team)).collect();
    assert!(teams.len() > 1, "the lot decides nothing");
    let names: BTreeSet<_> = (0..20).map(|seed| propose(&district, &ask(seed)).name).collect();
    assert_eq!(names.len(), 20);
    assert_eq!(
        (
            first.team.len(),
            first.reserve.len(),
            first.required,
            first.others.len()
        ),
        (2, 1, 2, 5)
    );
    // What changes an input changes the name.
    district.accepts(exclude(8, Unfit::Leave, None, None, "chief"));
    assert_ne!(propose(&district, &ask(7)).name, first.name);
}

#[test]
fn the_leader_or_the_deputy_stays_and_so_does_enough_of_the_team() {
    let mut district = party();
    for seed in 0..20 {
        let request = ProposeTeam { size: 4, ..ask(seed) };
        let proposal = propose(&district, &request);
        let head = (proposal.team[0].person.0, proposal.team[0].role);
        assert_eq!(head, (1, Some(CandidateRole::Leader)), "the leader of AG1 can serve");
        assert!(proposal.kept_percent >= 30);
        assert_eq!(proposal.team[1].role, Some(CandidateRole::Deputy));
    }
    // Without the leader, the deputy moves up.
    district.accepts(exclude(1, Unfit::Medical, None, None, "chief"));
    let proposal = propose(&district, &ask(3));
    assert_eq!(proposal.team[0].person.0, 2);
    let out = proposal.others.iter().find(|it| it.person.0 == 1).unwrap();
    assert_eq!(
        (out.reasons[0].kind, &*out.reasons[0].detail),
        (ReasonKind::Excluded, "medical")
    );
}

#[test]
fn skills_are_covered_and_call_ups_count_against() {
    let mut district = party();
    let mut rows = vec![member(7, "A1"), member(8, "A1")];
    rows[0].skills = vec!["boat".into()];
    rows[1].standing = "study".into();
    district.accepts(import(rows, ""));
    let request = ProposeTeam {
        skills: vec!["boat".into(), "drone".into()],
        size: 3,
        ..ask(1)
    };
    let proposal = propose(&district, &request);
    assert!(ids(&proposal.team).contains(&7));
    assert_eq!(proposal.uncovered, ["drone".into()]);
    let study = proposal.others.iter().find(|it| it.person.0 == 8).unwrap();
    assert_eq!(
        (study.reasons[0].kind, &*study.reasons[0].detail),
        (ReasonKind::NotOnPost, "study")
    );
    let points = |proposal: &Proposal| {
        let all = proposal.team.iter().chain(&proposal.reserve).chain(&proposal.others);
        let mut reasons = all.filter(|it| it.person.0 == 3).flat_map(|it| it.reasons.iter());
        reasons.find(|it| it.kind == ReasonKind::RecentCall).map(|it| it.points)
    };
    assert_eq!(points(&proposal), None);
    district.activate().issue([3]).check_in(O1, [3]);
    assert_eq!(points(&propose(&district, &request)), Some(-10));
    district.at(200 * 24 * 60).fire();
    assert_eq!(points(&propose(&district, &request)), None, "long ago");
}

#[test]
fn what_was_seen_is_approved_and_nothing_else() {
    let mut district = party();
    let request = ask(5);
    let proposal = propose(&district, &request);
    let stale = Rejection::ProposalStale { unit: "A1".into() };
    district.when(approve(&ask(6), &proposal.name)).rejects(stale.clone());
    district
        .when(approve(&request, ""))
        .rejects(Rejection::Missing { field: "proposal" });
    district.accepts(exclude(8, Unfit::Leave, None, None, "chief"));
    district.when(approve(&request, &proposal.name)).rejects(stale);
    let proposal = propose(&district, &request);
    district.accepts(approve(&request, &proposal.name));
    let id = district.state.teams.by_code("AG1").unwrap().id;
    district.answers(&Answer::Team(id));
    let team = district.state.teams.get(id);
    assert_eq!(
        (team.leader, team.deputy),
        (proposal.team[0].person, Some(proposal.team[1].person))
    );
    assert_eq!(team.members.len(), 2);
}

fn for_team(code: &str, seed: u64) -> ProposeTeam {
    ProposeTeam {
        team_code: code.into(),
        ..ask(seed)
    }
}

#[test]
fn of_several_teams_each_is_proposed_and_approved_by_itself() {
    let mut district = party();
    let ask_for = |district: &District, code: &str| {
        for_team(code, 5).propose(&district.state, &district.policy.team, today(district))
    };
    for taken in ["AG2", "SU1", "not a code"] {
        let code = taken.into();
        assert_eq!(ask_for(&district, taken), Err(Rejection::TeamCodeTaken { code }));
    }
    // AG1 has P1 to P6; another team of A1 is of those who are in none.
    let one_more = ask_for(&district, "AG1-B").unwrap();
    assert_eq!(
        (&*one_more.team_code, one_more.required, one_more.kept_percent),
        ("AG1-B", 1, 100)
    );
    assert!(matches!(ids(&one_more.team)[..], [7 | 8]), "its share is one of two");
    let head = one_more.others.iter().find(|it| it.person.0 == 1).unwrap();
    assert_eq!(&*head.reasons[0].detail, "other-team");
    district.accepts(approve(&for_team("AG1-B", 5), &one_more.name)).fire();
    let second = district.state.teams.by_code("AG1-B").unwrap().clone();
    assert_eq!(second.leader, one_more.team[0].person);
    // Now it has to be said which one is meant.
    let several = Rejection::SeveralTeams {
        unit: "A1".into(),
        teams: "AG1, AG1-B".into(),
    };
    assert_eq!(ask_for(&district, ""), Err(several));
    district.accepts(count("A1", 50, true, ""));
    let (first, again) = (ask_for(&district, "AG1").unwrap(), ask_for(&district, "AG1-B").unwrap());
    assert_eq!((first.required, first.team.len(), again.required), (2, 2, 2));
    assert_eq!(
        (first.team[0].person.0, again.team[0].person),
        (1, second.leader),
        "who leads stays"
    );
    assert!(
        ids(&first.team).iter().all(|person| *person <= 6),
        "the other team's people are left out"
    );
    assert!(ids(&again.team).iter().all(|person| *person >= 7), "and so here");
    district.accepts(approve(&for_team("AG1", 5), &first.name)).fire();
    district
        .when(approve(&for_team("AG1-B", 5), &again.name))
        .rejects(Rejection::ProposalStale { unit: "A1".into() });
    let again = ask_for(&district, "AG1-B").unwrap();
    district.accepts(approve(&for_team("AG1-B", 5), &again.name)).fire();
    let line = line::line(&district.state, &district.policy.team, again.unit, today(&district)).unwrap();
    assert_eq!((line.required, line.selected, line.unfit), (4, 4, 0));
}

#[test]
fn nights_at_the_post_count_against_and_so_long_as_they_are_recent() {
    let mut district = crate::duty::tests::peacetime();
    for (unit, range) in [("A1", 1..=8), ("A2", 9..=14)] {
        district.accepts(import(range.map(|number| member(number, unit)).collect(), unit));
    }
    // P3 and P4 by day, P5 and P6 by night, P7 at home within reach; P8 is on by night in another unit.
    let rows = crate::duty::tests::rows(
        "A1",
        "two-shift",
        "2026-09-10",
        &[
            ("lead", "", 1, "", 1),
            ("officer", "day", 1, "", 3),
            ("officer", "day", 1, "", 4),
            ("officer", "night", 1, "", 5),
            ("officer", "night", 1, "", 6),
            ("standby", "night", 1, "", 7),
        ],
    );
    district.accepts(crate::duty::tests::import(rows));
    let rows = crate::duty::tests::rows("T1", "whole-day", "2026-09-10", &[("lead", "", 1, "", 8)]);
    district.accepts(crate::duty::tests::import(rows));
    let nights = |district: &District, date: &str| {
        let request = ProposeTeam {
            date: Some(date.parse().unwrap()),
            ..ask(1)
        };
        let proposal = propose(district, &request);
        let all = proposal.team.iter().chain(&proposal.reserve).chain(&proposal.others);
        let mut found: Vec<_> = all
            .flat_map(|it| it.reasons.iter().map(|reason| (it.person.0, reason)))
            .filter(|(_, reason)| reason.kind == ReasonKind::RecentNight)
            .map(|(person, reason)| (person, reason.detail.to_string(), reason.points))
            .collect();
        found.sort();
        found
    };
    let each = |people: &[u32], times: u32, points: i32| {
        let all = people.iter().map(|person| (*person, times.to_string(), points));
        all.collect::<Vec<_>>()
    };
    assert_eq!(nights(&district, "2026-09-10"), []);
    // The night that has not ended on the day does not count yet.
    assert_eq!(nights(&district, "2026-09-11"), []);
    assert_eq!(nights(&district, "2026-09-14"), each(&[1, 5, 6, 8], 3, -6));
    // At most ten of them.
    assert_eq!(nights(&district, "2026-10-11"), each(&[1, 5, 6, 8], 30, -20));
    district.policy.team.recent_days = 5;
    assert_eq!(nights(&district, "2026-10-11"), each(&[1, 5, 6, 8], 5, -10));
    district.policy.team.weights.night = 0;
    assert_eq!(nights(&district, "2026-10-11"), each(&[1, 5, 6, 8], 5, 0));
}

#[test]
fn r3_what_was_proposed_for_another_day_is_approved_only_if_everybody_can_serve_today() {
    let mut district = party();
    let day = today(&district);
    let later = day.plus_days(40);
    // P1 leads AG1, is ruled out for forty days, and would lead it from then on.
    district.accepts(exclude(1, Unfit::Medical, None, Some(later.plus_days(-1)), "chief"));
    let request = ProposeTeam {
        date: Some(later),
        ..ask(5)
    };
    let proposal = propose(&district, &request);
    assert_eq!(ids(&proposal.team)[0], 1, "who leads stays");
    let unfit = |people: &str| Rejection::MembersUnfit {
        unit: "A1".into(),
        people: people.into(),
    };
    district
        .when(approve(&request, &proposal.name))
        .rejects(unfit("P1 medical"));
    // Nor does a day that has passed let somebody in.
    let before = ProposeTeam {
        date: Some(day.plus_days(-1)),
        ..ask(5)
    };
    let proposal = propose(&district, &before);
    district
        .when(approve(&before, &proposal.name))
        .rejects(unfit("P1 medical"));
    // Of those who can serve on both days it is the team.
    district.accepts(exclude(1, Unfit::Leave, Some(later), None, "chief"));
    let proposal = propose(&district, &request);
    district.accepts(approve(&request, &proposal.name));
}

#[test]
fn who_has_no_team_of_their_own_gets_no_proposal() {
    let mut district = party();
    let refused = |district: &District, unit: &str| {
        let request = ProposeTeam {
            unit_code: unit.into(),
            ..ask(1)
        };
        request
            .propose(&district.state, &district.policy.team, today(district))
            .unwrap_err()
    };
    assert_eq!(
        refused(&district, "T1"),
        Rejection::UnitNotCounted { unit: "T1".into() }
    );
    assert_eq!(refused(&district, "Z"), Rejection::UnknownUnit { code: "Z".into() });
    district
        .accepts(count("A2", 20, true, "A1"))
        .accepts(team(("AG2", "agency", "T1"), &[29]))
        .fire();
    assert!(matches!(refused(&district, "A2"), Rejection::JointTeam { .. }));
    let joint = propose(&district, &ask(1));
    assert_eq!(
        (
            joint.required,
            joint.team.len() + joint.reserve.len() + joint.others.len()
        ),
        (4, 14)
    );
    let nobody: Vec<_> = (1..=14)
        .map(|number| crate::testing::person_row(number, "A1", "", "staff"))
        .collect();
    district.accepts(import(nobody, ""));
    assert_eq!(
        refused(&district, "A1"),
        Rejection::NobodyEligible { unit: "A1".into() }
    );
}

#[test]
fn who_serves_in_another_agencys_team_is_not_proposed() {
    let mut district = super::tests::party();
    // P8 of A1 goes to the team of A2.
    let other = super::tests::team(("AG2", "agency", "A2"), &[9, 10, 11, 12, 13, 8]);
    district.accepts(other).fire();
    let proposal = propose(&district, &ProposeTeam { size: 8, ..ask(1) });
    let mut all = ids(&proposal.team);
    all.extend(ids(&proposal.reserve));
    all.sort_unstable();
    assert_eq!(all, [1, 2, 3, 4, 5, 6, 7]);
    let left_out = proposal.others.iter().find(|it| it.person == PersonId(8)).unwrap();
    let why: Vec<_> = left_out.reasons.iter().map(|it| (it.kind, &*it.detail)).collect();
    assert_eq!(why, [(ReasonKind::Excluded, "other-team")]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// R3, R4, R5, R7, and the laws at every step, whoever is in, out, ruled out or somewhere else.
    #[test]
    fn a_proposal_keeps_to_the_rule(
        people in prop::collection::vec((1..=14_u32, any::<bool>(), 0..6_usize, any::<bool>()), 0..12),
        excluded in prop::collection::vec((1..=14_u32, 0..10_usize), 0..5),
        teams in prop::collection::vec((any::<bool>(), prop::collection::vec(1..=14_u32, 1..6)), 0..4),
        seed in any::<u64>(),
        size in 0..9_u32,
        percent in 20..=100_u32,
        allow_non_party in any::<bool>(),
    ) {
        let mut district = party();
        district.policy.team.allow_non_party = allow_non_party;
        for (number, is_in_a1, standing, is_party) in people {
            let mut row = member(number, if is_in_a1 { "A1" } else { "A2" });
            row.standing = crate::people::Standing::ALL[standing].1.into();
            if !is_party {
                row.political = "".into();
            }
            district.accepts(import(vec![row], "")).fire();
        }
        for (number, reason) in excluded {
            district.when(exclude(number, Unfit::EXCLUSIONS[reason].0, None, None, "chief"));
        }
        for (is_first, members) in teams {
            let code = if is_first { ("AG1", "agency", "A1") } else { ("AG2", "agency", "A2") };
            district.accepts(team(code, &members)).fire();
        }
        district.accepts(count("A1", percent, true, ""));
        district.fire();
        let request = ProposeTeam { size, ..ask(seed) };
        let today = today(&district);
        let Ok(proposal) = request.propose(&district.state, &district.policy.team, today) else { return Ok(()) };
        prop_assert_eq!(&request.propose(&district.state, &district.policy.team, today).unwrap(), &proposal);
        let unit = proposal.unit;
        let wanted = if size == 0 { proposal.required } else { size } as usize;
        let fit: Vec<_> = line::staff(&district.state, unit)
            .filter(|person| unfit(&district.state, &district.policy.team, person, unit, today).is_none())
            .map(|person| person.id)
            .collect();
        let chosen = ids(&proposal.team);
        prop_assert_eq!(chosen.len(), wanted.min(fit.len()));
        prop_assert!(chosen.iter().all(|person| fit.contains(&PersonId(*person))), "R3");
        let before = district.state.teams.by_code("AG1").unwrap().clone();
        let lead: Vec<_> = [Some(before.leader), before.deputy].into_iter().flatten().filter(|it| fit.contains(it)).collect();
        let heads: Vec<_> = proposal.team.iter().take(2).map(|it| it.person).collect();
        prop_assert!(lead.is_empty() || lead.iter().any(|person| heads.contains(person)), "both were replaced");
        let able = before.members.iter().filter(|person| fit.contains(person)).count();
        let stay = before.members.iter().filter(|person| chosen.contains(&person.0)).count();
        prop_assert!(stay >= able.min(wanted).min((before.members.len() * 30).div_ceil(100)), "continuity");
        let mut all = [ids(&proposal.team), ids(&proposal.reserve), ids(&proposal.others)].concat();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        prop_assert_eq!(all.len(), count, "somebody is listed twice");
        district.accepts(approve(&request, &proposal.name)).fire();
        let line = line::line(&district.state, &district.policy.team, unit, today).unwrap();
        prop_assert_eq!((line.selected as usize, line.unfit), (chosen.len(), 0));
    }
}
