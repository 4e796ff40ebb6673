//! Under strength, and what happens to branches when their people are moved elsewhere.

use super::*;
use crate::event::Event;
use crate::testing::minute;

const DAY: i64 = 24 * 60;

#[test]
fn a_release_that_leaves_two_makes_it_under_strength_with_a_day_to_act() {
    let mut district = deployed(1..=14);
    district.accepts(propose([1, 2, 3, 8])).accepts(approve(B1, 1));
    district.at(10).release(O1, [3]);
    let branches = &district.state.branches;
    assert_eq!(branches.next_deadline(district.state.at()), Some(minute(10)), "at once");
    district
        .fire()
        .branch_is(B1, BranchStatus::UnderStrength)
        .branch_has(B1, &[1, 2, 8]);
    assert_eq!(district.branch(B1).strength_until, Some(minute(10 + DAY)));
    assert_eq!(district.warned(B1, 10), [Warning::UnderStrength]);
    district.fire().changes_nothing();
    // It is seen when nothing was done, once.
    district.at(10 + DAY).fire().fire().changes_nothing();
    assert_eq!(
        district.warned(B1, 10 + DAY),
        [Warning::UnderStrength, Warning::StrengthOverdue]
    );
    // Somebody who joins makes it whole again.
    district.accepts(join(B1, [4])).branch_is(B1, BranchStatus::Active);
    assert_eq!(district.state.branches.next_deadline(None), None);
}

#[test]
fn who_is_moved_within_the_response_stays_and_who_leaves_it_does_not() {
    let mut district = deployed(1..=14);
    district.accepts(propose(1..=4)).accepts(approve(B1, 1));
    // Another order of the same response takes three of them.
    district
        .issue_with(2..=4, |draft| {
            draft.duty = Some(crate::order::DutyClass::Command);
        })
        .fire()
        .branch_has(B1, &[1, 2, 3, 4]);
    // A new version leaves one out.
    let audience = Some(crate::order::AddressList {
        people: people(2..=3),
        ..Default::default()
    });
    district.accepts(Command::SupersedeOrder(crate::order::SupersedeOrder {
        order: crate::testing::O2,
        audience,
        draft: crate::testing::draft(),
    }));
    district
        .fire()
        .branch_has(B1, &[1, 2, 3])
        .branch_is(B1, BranchStatus::Active);
    let gone = district.branch(B1).members.iter().find(|member| member.person.0 == 4);
    let (_, reason) = gone.and_then(|member| member.left).expect("gone");
    assert_eq!(reason, LeftReason::Released);
}

#[test]
fn the_roster_says_who_is_a_full_member() {
    let mut district = deployed(1..=14);
    district.accepts(propose([1, 2, 3, 8])).accepts(approve(B1, 1));
    // The secretary's membership is corrected at home: no member, and no secretary.
    district.at(1).accepts(roster([(1, "other")])).fire();
    district
        .branch_is(B1, BranchStatus::UnderStrength)
        .branch_has(B1, &[2, 3, 8]);
    assert_eq!(district.warned(B1, 1), [Warning::UnderStrength, Warning::NoSecretary]);
    // A probationer is confirmed at home, which is the only place where that happens.
    district.at(2).accepts(roster([(8, PARTY)])).fire();
    district.branch_is(B1, BranchStatus::Active);
    assert_eq!(district.branch(B1).role(PersonId(8)), Some(BranchRole::Member));
    // The home unit of somebody changes in the roster, and not in the record (B5).
    let mut moved = person_row(2, "A2", "", "staff");
    moved.political = PARTY.into();
    district.at(3).accepts(Command::ImportPeople(ImportPeople {
        mode: ImportMode::AllOrNothing,
        rows: vec![moved],
        whole_roster_of: "".into(),
    }));
    let home = |member: &&Member| member.person == PersonId(2);
    let home = district.branch(B1).present().find(home).expect("in it").home;
    assert_eq!(&*district.state.org.get(home).code, "A1");
}

#[test]
fn one_under_strength_is_merged_with_its_people() {
    let mut district = deployed(1..=14);
    district.accepts(propose(1..=3)).accepts(approve(B1, 1));
    district.accepts(propose([4, 5, 6, 13])).accepts(approve(B2, 4));
    let status = BranchStatus::Active;
    district
        .when(merge(B1, B2))
        .rejects(Rejection::BranchStatus { branch: B1, status });
    district.release(O1, [3]).fire();
    district
        .when(merge(B1, B1))
        .rejects(Rejection::BranchMerge { branch: B1, into: B1 });
    district
        .release(O1, [6])
        .fire()
        .branch_is(B2, BranchStatus::UnderStrength);
    district
        .accepts(merge(B1, B2))
        .branch_is(B1, BranchStatus::Merged)
        .branch_is(B2, BranchStatus::Active)
        .branch_has(B2, &[1, 2, 4, 5, 13]);
    assert_eq!(district.branch(B2).role(PersonId(1)), Some(BranchRole::Member));
    // The homes hear of everybody, of the one that was merged too.
    district.terminate("over").branch_is(B2, BranchStatus::Dissolving);
    let homes = owed(&district.state, district.branch(B2));
    assert_eq!(homes.len(), 2);
    district.accepts(feedback(B2, "A1", 4)).then(|events| {
        let [Event::BranchChanged { change, .. }] = events else {
            panic!("{events:?}")
        };
        let BranchChange::FeedbackIssued { people, .. } = change else {
            panic!("{change:?}")
        };
        assert_eq!(people.as_slice(), super::people([1, 2, 3, 4, 5, 6]));
    });
    district
        .accepts(feedback(B2, "A2", 4))
        .branch_is(B2, BranchStatus::Dissolved);
}

#[test]
fn one_under_strength_is_made_a_group_that_ends_as_a_branch_does() {
    let mut district = deployed(1..=14);
    district
        .accepts(propose(1..=3))
        .accepts(approve(B1, 1))
        .release(O1, [3])
        .fire();
    district
        .accepts(convert(B1))
        .branch_is(B1, BranchStatus::Group)
        .branch_has(B1, &[1, 2]);
    district.accepts(convert(B1)).changes_nothing();
    district.release(O1, [2]).fire().branch_is(B1, BranchStatus::Group);
    assert_eq!(district.state.branches.next_deadline(None), None);
    district
        .terminate("over")
        .accepts(feedback(B1, "A1", 1))
        .branch_is(B1, BranchStatus::Dissolved);
}

#[test]
fn it_works_from_when_its_secretary_is_there() {
    let mut district = deployed(2..=14);
    district
        .accepts(propose(1..=3))
        .accepts(approve(B1, 1))
        .branch_is(B1, BranchStatus::Approved);
    district.fire().changes_nothing();
    district
        .at(5)
        .check_in(O1, [1])
        .fire()
        .branch_is(B1, BranchStatus::Active);
    // Or from when one is appointed who is.
    let mut district = deployed(2..=14);
    district.accepts(propose(1..=3)).accepts(approve(B1, 1));
    district
        .accepts(appoint(B1, officers(2, 0, [])))
        .branch_is(B1, BranchStatus::Active);
    // A secretary who never came and is gone leaves an approved branch without one.
    let mut district = deployed(2..=14);
    district
        .accepts(propose(1..=4))
        .accepts(approve(B1, 1))
        .release(O1, [1])
        .fire();
    district.branch_is(B1, BranchStatus::Approved);
    assert_eq!(district.warned(B1, 0), [Warning::NoSecretary]);
}
