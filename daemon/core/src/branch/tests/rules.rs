//! B1, B2, B3, B9: who may approve, whom, with how many.

use super::*;

fn officer(person: u32, problem: &'static str) -> Rejection {
    Rejection::BranchOfficer {
        branch: B1,
        person: PersonId(person),
        problem,
    }
}

#[test]
fn b1_two_full_members_are_too_few_and_probationers_do_not_count() {
    let mut district = deployed(1..=14);
    district
        .accepts(propose([1, 2, 8, 13]))
        .answers(&Answer::Branches(vec![B1]));
    district.when(approve(B1, 1)).rejects(Rejection::BranchTooFew {
        branch: B1,
        full: 2,
        needed: 3,
    });
    district
        .accepts(join(B1, [3]))
        .accepts(approve(B1, 1))
        .branch_is(B1, BranchStatus::Active);
}

#[test]
fn b2_the_approver_is_a_party_committee_above_the_site() {
    let mut district = deployed(1..=14);
    district.accepts(propose(1..=3));
    let by = |unit: &str| approve_as(B1, unit, officers(1, 0, []));
    let refused = |unit: &str, problem| Rejection::BranchApprover {
        branch: B1,
        unit: unit.into(),
        problem,
    };
    for unit in ["V11", "A1"] {
        district.when(by(unit)).rejects(refused(unit, "not-allowed"));
    }
    district.when(by("T2")).rejects(refused("T2", "elsewhere"));
    let review = |unit: &str| {
        Command::ReviewBranch(ReviewBranch {
            branch: B1,
            unit_code: unit.into(),
        })
    };
    district.accepts(review("D")).branch_is(B1, BranchStatus::UnderReview);
    district.accepts(review("D")).changes_nothing();
    // What the district has taken up is not the town's to decide.
    district.when(by("T1")).rejects(refused("T1", "not-theirs"));
    district.accepts(by("D")).branch_is(B1, BranchStatus::Active);
    // The agencies' work committee, where the policy names it.
    district.policy.branch.agency_committees = vec!["A2".into()];
    district.accepts(propose(4..=6));
    district
        .accepts(approve_as(B2, "A2", officers(4, 0, [])))
        .branch_is(B2, BranchStatus::Active);
}

#[test]
fn b3_offices_are_full_members_of_the_branch_and_a_committee_comes_with_seven() {
    let mut district = deployed(1..=14);
    district.accepts(propose([1, 2, 3, 4, 5, 6, 8]));
    let by = |officers: Officers| approve_as(B1, "T1", officers);
    district.when(by(officers(8, 0, []))).rejects(officer(8, "not-full"));
    district
        .when(by(officers(9, 0, [])))
        .rejects(officer(9, "not-in-branch"));
    district.when(by(officers(1, 1, []))).rejects(officer(1, "twice"));
    let committee = |full, size| Rejection::BranchCommittee { branch: B1, full, size };
    district.when(by(officers(1, 2, [3]))).rejects(committee(6, 3));
    district.accepts(join(B1, [7]));
    district.when(by(officers(1, 2, []))).rejects(committee(7, 2));
    district
        .accepts(by(officers(1, 2, [3])))
        .branch_is(B1, BranchStatus::Active);
    district.accepts(join(B1, [9]));
    district
        .when(appoint(B1, officers(1, 2, [3, 4, 5, 6, 7, 9])))
        .rejects(committee(8, 8));
    // A time in another role is a row of its own.
    district.at(5).accepts(appoint(B1, officers(2, 0, [3, 4])));
    let roles: Vec<_> = district
        .branch(B1)
        .members
        .iter()
        .filter(|member| member.person.0 <= 2)
        .map(|member| (member.person.0, member.role, member.is_in()))
        .collect();
    let expected = [
        (1, BranchRole::Secretary, false),
        (2, BranchRole::Deputy, false),
        (1, BranchRole::Member, true),
        (2, BranchRole::Secretary, true),
    ];
    assert_eq!(roles, expected);
    district.accepts(appoint(B1, officers(2, 0, [3, 4]))).changes_nothing();
}

#[test]
fn b9_nobody_is_in_two_branches_and_only_who_is_deployed_and_in_the_party_is_in_one() {
    let mut district = deployed(1..=14);
    district.accepts(propose(1..=3)).accepts(propose(3..=5));
    district.accepts(approve(B1, 1));
    let elsewhere = |person: u32| Rejection::BranchMemberElsewhere {
        person: PersonId(person),
        branch: B1,
    };
    // Two lists may name the same; only one of them is approved with them.
    district.when(approve(B2, 4)).rejects(elsewhere(3));
    district.when(propose([1])).rejects(elsewhere(1));
    district.when(join(B2, [2])).rejects(elsewhere(2));
    let person = PersonId(14);
    district
        .when(join(B2, [14]))
        .rejects(Rejection::NotPartyMember { person });
    let attached = JoinBranch {
        branch: B2,
        people: Vec::new(),
        applicants: people([14]),
    };
    district.accepts(Command::JoinBranch(attached));
    assert_eq!(district.branch(B2).role(person), Some(BranchRole::Applicant));
    let person = PersonId(15);
    district.accepts(roster([(1, PARTY)]));
    let not_here = Rejection::NotPartyMember { person };
    district.when(join(B2, [15])).rejects(not_here);
    district.release(O1, [12]).fire();
    district.when(join(B2, [12])).rejects(Rejection::NotDeployed {
        person: PersonId(12),
        response: R1,
    });
    district
        .accepts(leave(B2, [3]))
        .accepts(join(B2, [6]))
        .accepts(approve(B2, 4));
    district.when(leave(B2, [1])).rejects(Rejection::NotInBranch {
        branch: B2,
        person: PersonId(1),
    });
}

#[test]
fn a_proposal_can_be_turned_down_or_taken_back_and_stays_so() {
    let mut district = deployed(1..=14);
    let reason: Box<str> = "not needed".into();
    let reject = Command::RejectBranch(RejectBranch {
        branch: B1,
        unit_code: "T1".into(),
        reason: reason.clone(),
    });
    let withdraw = |branch| {
        let reason = reason.clone();
        Command::WithdrawBranch(WithdrawBranch { branch, reason })
    };
    district.accepts(propose(1..=3)).accepts(propose(1..=3));
    district.accepts(reject.clone()).branch_is(B1, BranchStatus::Rejected);
    district.accepts(reject).changes_nothing();
    let status = BranchStatus::Rejected;
    for command in [approve(B1, 1), withdraw(B1), join(B1, [4])] {
        district
            .when(command)
            .rejects(Rejection::BranchStatus { branch: B1, status });
    }
    district
        .accepts(withdraw(B2))
        .branch_is(B2, BranchStatus::Withdrawn)
        .branch_has(B2, &[]);
}

#[test]
fn too_many_for_one_branch_are_proposed_as_several_and_nobody_is_left_out() {
    let joined = |number: u32| Joined {
        person: PersonId(number),
        home: UnitId(1),
        role: if number <= 9 {
            BranchRole::Member
        } else {
            BranchRole::Probationary
        },
    };
    let all = crate::branch::propose::proposed_at(UnitId(1), None, (1..=2_001).map(joined).collect());
    let full = |proposal: &crate::branch::Proposal| proposal.people.iter().filter(|it| it.role.is_full()).count();
    let sizes: Vec<_> = all
        .iter()
        .map(|proposal| (proposal.people.len(), full(proposal)))
        .collect();
    assert_eq!(sizes, [(667, 3), (667, 3), (667, 3)]);
    let people: std::collections::BTreeSet<_> = all.iter().flat_map(|it| &it.people).map(|it| it.person).collect();
    assert_eq!(people.len(), 2_001);
    // For one branch there are full members enough, for two there are not.
    let few = (1..=1_200).map(|person| joined(if person <= 4 { person } else { person + 9 }));
    let one = crate::branch::propose::proposed_at(UnitId(1), None, few.collect());
    let sizes: Vec<_> = one.iter().map(|it| (it.people.len(), full(it))).collect();
    assert_eq!(sizes, [(1_000, 4)]);
}
