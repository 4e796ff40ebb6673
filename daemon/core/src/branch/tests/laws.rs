//! The laws of branches over random sequences: branches are proposed, approved, merged and ended while their people are ordered about,
//! released, corrected in the roster, and the response ends.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::testing::{O2, issue};

fn branch() -> impl Strategy<Value = BranchId> {
    prop_oneof![20 => 1..=3u32, 1 => select(vec![0, 9])].prop_map(BranchId)
}

fn person() -> impl Strategy<Value = u32> {
    prop_oneof![20 => 1..=14u32, 1 => select(vec![0, 15, 31])]
}

fn some() -> impl Strategy<Value = Vec<u32>> {
    prop::collection::vec(person(), 0..6)
}

fn unit() -> impl Strategy<Value = Box<str>> {
    prop_oneof![6 => Just("T1"), 2 => Just("D"), 1 => select(vec!["T2", "V11", "A1", "nowhere"])].prop_map(Into::into)
}

/// Mostly whom the branch has.
fn some_officers() -> impl Strategy<Value = (u8, u8, u8)> {
    (0..4u8, 0..3u8, prop_oneof![4 => Just(0u8), 2 => 1..4u8, 1 => Just(9u8)])
}

/// A step of a test.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "one is there at a time")]
enum Act {
    Ask(Command),
    /// Approve or appoint out of those in the branch: offsets of secretary and deputy, size of the committee.
    Appoint(BranchId, Box<str>, (u8, u8, u8), bool),
    /// So many of those who are in a branch leave it.
    Thin(BranchId, u8),
    /// The first branch under strength is merged into another, or made a group.
    Fewer(bool),
    Fire,
}

fn act() -> impl Strategy<Value = Act> {
    let proposal = some().prop_map(propose);
    let by_rule = Just(Command::ProposeBranches(ProposeBranches { response: R1 }));
    let review =
        (branch(), unit()).prop_map(|(branch, unit_code)| Command::ReviewBranch(ReviewBranch { branch, unit_code }));
    let turn_down = (branch(), unit(), any::<bool>()).prop_map(|(branch, unit_code, rejects)| {
        let reason = "no".into();
        if rejects {
            Command::RejectBranch(RejectBranch {
                branch,
                unit_code,
                reason,
            })
        } else {
            Command::WithdrawBranch(WithdrawBranch { branch, reason })
        }
    });
    let move_people =
        (branch(), some(), any::<bool>()).prop_map(
            |(branch, who, joins)| {
                if joins { join(branch, who) } else { leave(branch, who) }
            },
        );
    let fewer =
        (branch(), branch(), any::<bool>()).prop_map(
            |(branch, into, merges)| {
                if merges { merge(branch, into) } else { convert(branch) }
            },
        );
    let end = prop_oneof![
        4 => (branch(), select(vec!["A1", "A2", "T1"]), person())
            .prop_map(|(branch, unit, by)| feedback(branch, unit, by)),
        2 => (branch(), any::<bool>()).prop_map(|(branch, without)| dissolve(branch, without)),
    ];
    let elsewhere = prop_oneof![
        3 => (select(vec![O1, O2]), some()).prop_map(|(order, who)| Command::Release(crate::order::Release {
            order,
            people: people(who),
            all: false,
        })),
        2 => some().prop_map(|who| Command::CheckIn(crate::testing::check_in(O1, who))),
        2 => (some(), any::<bool>()).prop_map(|(who, first)| {
            let mut draft = crate::testing::draft();
            draft.duty = Some(if first { crate::order::DutyClass::Command } else { crate::order::DutyClass::Volunteer });
            draft.reassign = first;
            issue(who, draft)
        }),
        2 => (1..=14u32, select(vec![PARTY, "probationary-member", "other"])).prop_map(|it| roster([it])),
        1 => Just(Command::CancelOrder(crate::order::CancelOrder { order: O2, reason: "over".into() })),
        1 => Just(Command::TerminateResponse(crate::response::TerminateResponse {
            response: R1,
            reason: "over".into(),
        })),
    ];
    prop_oneof![
        3 => proposal.prop_map(Act::Ask),
        2 => by_rule.prop_map(Act::Ask),
        1 => review.prop_map(Act::Ask),
        1 => turn_down.prop_map(Act::Ask),
        4 => move_people.prop_map(Act::Ask),
        1 => fewer.prop_map(Act::Ask),
        3 => end.prop_map(Act::Ask),
        4 => elsewhere.prop_map(Act::Ask),
        6 => (branch(), unit(), some_officers(), any::<bool>())
            .prop_map(|(branch, unit, officers, approves)| Act::Appoint(branch, unit, officers, approves)),
        5 => prop_oneof![
            Just(Act::Fire),
            any::<bool>().prop_map(Act::Fewer),
            (branch(), 1..4u8).prop_map(|(branch, count)| Act::Thin(branch, count)),
        ],
    ]
}

/// Of those who are in a branch, by their place.
fn chosen(district: &District, branch: BranchId, (secretary, deputy, committee): (u8, u8, u8)) -> Officers {
    let members: Vec<u32> = district
        .state
        .branches
        .get(branch)
        .into_iter()
        .flat_map(Branch::present)
        .map(|member| member.person.0)
        .collect();
    let at = |place: usize| members.get(place).copied().unwrap_or(1);
    let deputy = if deputy == 0 {
        0
    } else {
        at(usize::from(secretary) + usize::from(deputy))
    };
    let first = usize::from(secretary) + 3;
    let committee = (first..first + usize::from(committee)).map(at);
    officers(at(usize::from(secretary)), deputy, committee)
}

/// Whichever branch is under strength first.
fn fewer_branches(district: &District, merges: bool) -> Command {
    let all = || district.state.branches.iter();
    let thin = all().find(|branch| branch.status == BranchStatus::UnderStrength);
    let branch = thin.map_or(B1, |branch| branch.id);
    let mut others = all().filter(|other| other.id != branch && other.status == BranchStatus::Active);
    match others.next() {
        Some(into) if merges => merge(branch, into.id),
        // Until there is one, it stays thin.
        None if merges => Command::FireTimers,
        Some(_) | None => convert(branch),
    }
}

/// As the engine does: what a command made due is done in the same commit, and then nothing is due.
fn ask(district: &mut District, command: Command) {
    district.when(command);
    let due = |district: &District| district.state.branches.next_deadline(district.state.at());
    let now = district.state.at();
    if due(district).is_some_and(|at| Some(at) <= now) {
        district.fire();
        assert!(due(district).is_none_or(|at| Some(at) > now), "branches got stuck");
        let branches = district.state.branches.clone();
        district.fire();
        assert_eq!(district.state.branches, branches, "firing twice comes to the same");
    }
}

/// How many branches came to stand so, over the whole run of a test.
fn run(acts: Vec<(i64, Act)>) -> Vec<BranchStatus> {
    let mut district = deployed(1..=11);
    let mut now = 0;
    for (pause, act) in acts {
        now += pause;
        district.at(now);
        let command = match act {
            Act::Ask(command) => command,
            Act::Fire => Command::FireTimers,
            Act::Thin(branch, count) => {
                let of = district
                    .state
                    .branches
                    .get(branch)
                    .into_iter()
                    .flat_map(Branch::present);
                leave(branch, of.take(usize::from(count)).map(|member| member.person.0))
            }
            Act::Fewer(merges) => fewer_branches(&district, merges),
            Act::Appoint(branch, unit_code, chosen_by, approves) => {
                let officers = chosen(&district, branch, chosen_by);
                if approves {
                    approve_as(branch, &unit_code, officers)
                } else {
                    appoint(branch, officers)
                }
            }
        };
        ask(&mut district, command);
    }
    let steps = district.state.branches.iter().flat_map(|branch| &branch.history);
    steps.map(|step| step.status).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    /// B1 to B3, B5 to B7, B9: see `laws`; and that what is due is done, and once.
    #[test]
    fn the_laws_of_branches_hold_whatever_is_asked(
        acts in prop::collection::vec((prop_oneof![8 => 0..10i64, 1 => Just(24 * 60)], act()), 1..40),
    ) {
        run(acts);
    }
}

/// A generator that never gets anywhere proves nothing.
#[test]
fn the_random_sequences_reach_every_status() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut reached = std::collections::BTreeSet::new();
    let sequences = prop::collection::vec((0..10i64, act()), 30..60);
    // Half of them begin with two branches at work, so that one can go into the other.
    let two = || {
        let ask = [
            propose(1..=5),
            approve_as(B1, "T1", officers(1, 0, [])),
            propose(6..=10),
            approve_as(BranchId(2), "T1", officers(6, 0, [])),
        ];
        ask.map(|command| (0, Act::Ask(command)))
    };
    for number in 0..600 {
        let mut acts = sequences.new_tree(&mut runner).expect("a sequence").current();
        if number % 2 == 0 {
            acts.splice(0..0, two());
        }
        reached.extend(run(acts));
    }
    let all: std::collections::BTreeSet<_> = BranchStatus::ALL.iter().map(|(status, _)| *status).collect();
    assert_eq!(reached, all);
}
