//! From the proposal to the sealed record: B6, B7, B8, and what the rule proposes.

use super::*;
use crate::muster::ImportMusterPoints;
use crate::testing::{EAST, WEST, muster_row};

const DAY: i64 = 24 * 60;

fn by_rule() -> Command {
    Command::ProposeBranches(ProposeBranches { response: R1 })
}

#[test]
fn b6_b7_a_branch_ends_with_its_response_and_the_homes_are_told() {
    let mut district = deployed(1..=14);
    district.accepts(propose([1, 2, 3, 9])).accepts(approve(B1, 1));
    district.accepts(propose([4, 5]));
    let entry = |on: Option<&str>| {
        Command::LogActivity(LogActivity {
            branch: B1,
            on: on.map(|day| day.parse().expect("a day")),
            text: "sandbags, 400 m".into(),
        })
    };
    district.accepts(entry(None));
    for (on, problem) in [
        ("2099-01-01", "lies in the future"),
        ("2020-01-01", "lies before the branch was proposed"),
    ] {
        let field = "on";
        district
            .when(entry(Some(on)))
            .rejects(Rejection::BadDates { field, problem });
    }
    district
        .at(60)
        .when(feedback(B1, "A1", 1))
        .rejects(Rejection::BranchStatus {
            branch: B1,
            status: BranchStatus::Active,
        });
    district
        .terminate("over")
        .fire()
        .branch_is(B1, BranchStatus::Dissolving)
        .branch_is(B2, BranchStatus::Withdrawn);
    assert_eq!(district.warned(B1, 60), [Warning::FeedbackOwed]);
    district
        .when(dissolve(B1, false))
        .rejects(Rejection::FeedbackOpen { branch: B1, units: 2 });
    district.when(feedback(B1, "A1", 2)).rejects(Rejection::BranchOfficer {
        branch: B1,
        person: PersonId(2),
        problem: "not-secretary",
    });
    district
        .accepts(feedback(B1, "A1", 1))
        .branch_is(B1, BranchStatus::Dissolving);
    district.when(feedback(B1, "A1", 1)).rejects(Rejection::NoFeedbackDue {
        branch: B1,
        unit: "A1".into(),
    });
    // What was late is still written down.
    district.accepts(entry(None));
    district
        .at(90)
        .accepts(feedback(B1, "A2", 1))
        .branch_is(B1, BranchStatus::Dissolved);
    let seal = district.branch(B1).seal.clone().expect("sealed");
    assert_eq!(seal.without_feedback, None);
    assert_eq!(digest(&district.state, district.branch(B1)), seal.digest);
    let status = BranchStatus::Dissolved;
    for command in [
        entry(None),
        join(B1, [1]),
        dissolve(B1, true),
        feedback(B1, "A2", 1),
        approve(B1, 1),
    ] {
        district
            .when(command)
            .rejects(Rejection::BranchStatus { branch: B1, status });
    }
}

#[test]
fn any_change_of_a_record_changes_its_digest() {
    let mut district = deployed(1..=14);
    district
        .accepts(propose(1..=3))
        .accepts(approve(B1, 1))
        .accepts(dissolve(B1, true));
    let branch = district.branch(B1).clone();
    let sealed = branch.seal.as_ref().expect("sealed").digest;
    let changed = |change: &dyn Fn(&mut Branch)| {
        let mut other = branch.clone();
        change(&mut other);
        digest(&district.state, &other)
    };
    assert_eq!(changed(&|_| {}), sealed);
    let changes: [&dyn Fn(&mut Branch); 7] = [
        &|branch| branch.name = "x".into(),
        &|branch| branch.site.front = "".into(),
        &|branch| branch.members[2].home = UnitId(3),
        &|branch| branch.members[1].role = BranchRole::Probationary,
        &|branch| branch.members[0].joined_at = crate::testing::minute(1),
        &|branch| branch.history[0].by = Actor("x".into()),
        &|branch| {
            branch.members.pop();
        },
    ];
    for (index, change) in changes.into_iter().enumerate() {
        assert_ne!(changed(change), sealed, "{index}");
    }
}

#[test]
fn a_task_that_is_done_ends_its_branch_and_feedback_can_be_overridden_with_a_reason() {
    let mut district = deployed(1..=14);
    district.accepts(propose(1..=3)).accepts(approve(B1, 1));
    district
        .accepts(dissolve(B1, false))
        .branch_is(B1, BranchStatus::Dissolving)
        .branch_has(B1, &[]);
    // They are free for another.
    district.accepts(propose(1..=3)).accepts(approve(B2, 2));
    district
        .accepts(dissolve(B1, true))
        .branch_is(B1, BranchStatus::Dissolved);
    let seal = district.branch(B1).seal.clone().expect("sealed");
    assert_eq!(seal.without_feedback.as_deref(), Some("the water has fallen"));
}

#[test]
fn a_branch_is_proposed_where_three_full_members_are_at_one_place() {
    let mut district = party_district();
    let third = muster_row(3, "MP-V11", "V11", "v11-3333");
    district.accepts(Command::ImportMusterPoints(ImportMusterPoints {
        mode: ImportMode::AllOrNothing,
        rows: vec![third],
    }));
    district.activate().issue_with(1..=14, |draft| {
        draft.muster_points = [EAST, WEST, "MP-V11"].map(Into::into).to_vec();
    });
    district
        .accepts(by_rule())
        .changes_nothing()
        .answers(&Answer::Branches(Vec::new()));
    let arrive = |at: &str, who: &[u32]| {
        let check_in = crate::testing::check_in(O1, who.iter().copied());
        let muster_point = at.into();
        Command::CheckIn(crate::order::CheckIn {
            muster_point,
            ..check_in
        })
    };
    // Two in the east and one in a village of the same town; two in the west, with two who do not count.
    district.accepts(arrive(EAST, &[1, 2])).accepts(arrive("MP-V11", &[3]));
    district.accepts(arrive(WEST, &[9, 10, 13, 14]));
    let found = proposals(&district.state, R1);
    let places: Vec<_> = found
        .iter()
        .map(|it| (&*district.state.org.get(it.site.unit).code, it.people.len()))
        .collect();
    assert_eq!(places, [("T1", 3)]);
    district.accepts(arrive(WEST, &[11, 12]));
    district.accepts(by_rule()).answers(&Answer::Branches(vec![B1, B2]));
    district.branch_has(B1, &[9, 10, 11, 12, 13]).branch_has(B2, &[1, 2, 3]);
    assert_eq!(district.branch(B1).site.muster_point, Some(MusterPointId(2)));
    // Who is on a list is not proposed again.
    district.accepts(by_rule()).changes_nothing();
    district
        .accepts(arrive(EAST, &[4, 5]))
        .accepts(by_rule())
        .changes_nothing();
}

#[test]
fn b8_what_is_odd_is_said_and_stops_nobody() {
    let mut district = deployed(1..=14);
    let Command::ProposeBranch(proposal) = propose(1..=7) else {
        unreachable!()
    };
    district.policy.branch.members_warn = 6;
    district.accepts(Command::ProposeBranch(ProposeBranch {
        expected_days: 200,
        ..proposal
    }));
    assert_eq!(district.warned(B1, 0), [Warning::TooLarge, Warning::TooLong]);
    district.accepts(approve_as(B1, "T1", officers(1, 2, [3, 4, 5, 6])));
    assert_eq!(
        district.warned(B1, 0),
        [Warning::LargeCommittee, Warning::TooLarge, Warning::TooLong]
    );
    district.accepts(appoint(B1, officers(1, 2, [3])));
    assert_eq!(district.warned(B1, 7 * DAY - 1), [Warning::TooLarge, Warning::TooLong]);
    assert!(district.warned(B1, 7 * DAY).contains(&Warning::Idle));
    // A branch that has grown has no committee yet.
    let mut district = deployed(1..=14);
    district
        .accepts(propose(1..=3))
        .accepts(approve(B1, 1))
        .accepts(join(B1, [4, 5, 6, 7]));
    assert_eq!(district.warned(B1, 0), [Warning::NoCommittee]);
    assert_eq!(
        district.warned(B1, 184 * DAY),
        [Warning::NoCommittee, Warning::TooLong, Warning::Idle]
    );
}

#[test]
fn nothing_is_proposed_or_done_without_a_response() {
    let mut district = party_district();
    let response = R1;
    for command in [propose([1]), by_rule()] {
        district.when(command).rejects(Rejection::UnknownResponse { response });
    }
    district.activate().terminate("");
    for command in [propose([1]), by_rule()] {
        district
            .when(command)
            .rejects(Rejection::ResponseTerminated { response });
    }
    let branch = B1;
    for command in [approve(B1, 1), join(B1, [1]), dissolve(B1, true), merge(B1, B2)] {
        district.when(command).rejects(Rejection::UnknownBranch { branch });
    }
}
