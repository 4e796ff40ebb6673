//! Posts: who holds them, who acts, what an import refuses.

use super::*;
use crate::Rejection;
use crate::command::{Answer, Command};
use crate::duty::SetBackup;
use crate::import::{ImportMode, ImportReport, RowProblem};
use crate::leave::{DecideLeave, LeaveReason, LeaveVerdict, RequestLeave};
use crate::team::PersonRef;
use crate::testing::{District, district, minute, person_row};

pub(crate) fn post_row(row: u32, unit: &str, post: &str, role: &str, person: u32) -> PostRow {
    PostRow {
        row,
        unit_code: unit.into(),
        post: post.into(),
        role: role.into(),
        person: PersonRef::Id(PersonId(person)),
    }
}

pub(crate) fn import_posts(mode: ImportMode, rows: Vec<PostRow>) -> Command {
    Command::ImportPosts(ImportPosts { mode, rows })
}

fn report(district: &mut District, mode: ImportMode, rows: Vec<PostRow>) -> ImportReport {
    district.accepts(import_posts(mode, rows));
    let Answer::Imported(report) = district.answer() else {
        panic!("no report")
    };
    (**report).clone()
}

fn secretary(district: &District, at: i64) -> Option<(u32, PostRole)> {
    let unit = district.state.org.by_code("T1").expect("the town").id;
    let holder = district.state.post_holder(unit, "town-secretary", minute(at));
    holder.map(|(person, role)| (person.0, role))
}

const ALL: ImportMode = ImportMode::AllOrNothing;

#[test]
fn every_known_post_is_a_word_and_stands_once() {
    assert!(KNOWN.iter().all(|post| crate::plan::is_slug(post)));
    let once: std::collections::BTreeSet<_> = KNOWN.iter().collect();
    assert_eq!(once.len(), KNOWN.len());
}

#[test]
fn b_acts_when_a_is_on_leave_or_has_left() {
    let mut district = district();
    let rows = vec![
        post_row(1, "T1", "town-secretary", "", 15),
        post_row(2, "T1", "town-secretary", "backup", 16),
    ];
    let taken = report(&mut district, ALL, rows);
    assert_eq!((taken.added, taken.changed, taken.unchanged), (1, 0, 0));
    assert_eq!(secretary(&district, 1), Some((15, PostRole::Primary)));
    district.by("P15").accepts(Command::RequestLeave(RequestLeave {
        person: PersonId(15),
        reason: LeaveReason::Medical,
        note: "".into(),
        from: minute(10).unix_ms(),
        until: minute(20).unix_ms(),
    }));
    district.by("centre").accepts(Command::DecideLeave(DecideLeave {
        leave: crate::id::LeaveId(1),
        verdict: LeaveVerdict::Approved,
    }));
    let acts: Vec<_> = [9, 10, 19, 20]
        .map(|at| secretary(&district, at).map(|it| it.0))
        .to_vec();
    assert_eq!(acts, [Some(15), Some(16), Some(16), Some(15)]);
    let mut left = person_row(15, "V11", "V11", "volunteer");
    left.standing = "left".into();
    district.accepts(Command::ImportPeople(crate::people::ImportPeople {
        mode: ALL,
        rows: vec![left],
        whole_roster_of: "".into(),
    }));
    assert_eq!(secretary(&district, 30), Some((16, PostRole::Backup)));
}

#[test]
fn the_b_of_duty_backs_up_a_post_that_has_none() {
    let mut district = district();
    report(
        &mut district,
        ALL,
        vec![post_row(1, "T1", "town-secretary", "primary", 15)],
    );
    let unit = district.state.org.by_code("T1").expect("the town").id;
    let mut backed = |a, b| {
        district.accepts(Command::SetBackup(SetBackup {
            unit_code: "T1".into(),
            post: "town-secretary".into(),
            roles: Some((PersonId(a), PersonId(b))),
        }));
        let all = district.state.post_candidates(unit, "town-secretary", minute(1));
        all.into_iter().map(|(person, _)| person.0).collect::<Vec<_>>()
    };
    assert_eq!(backed(15, 17), [15, 17]);
    assert_eq!(backed(18, 17), [15], "that is somebody else's backup");
}

#[test]
fn a_row_fills_one_role_and_leaves_the_other_as_it_is() {
    let mut district = district();
    report(
        &mut district,
        ALL,
        vec![post_row(1, "T1", "town-secretary", "backup", 16)],
    );
    assert_eq!(
        secretary(&district, 1),
        Some((16, PostRole::Backup)),
        "B acts where there is no A"
    );
    district.at(1);
    let taken = report(
        &mut district,
        ALL,
        vec![post_row(1, "T1", "town-secretary", "primary", 15)],
    );
    assert_eq!((taken.added, taken.changed), (0, 1));
    let swap = vec![
        post_row(1, "T1", "town-secretary", "primary", 16),
        post_row(2, "T1", "town-secretary", "backup", 15),
    ];
    district.at(2);
    report(&mut district, ALL, swap.clone());
    assert_eq!(secretary(&district, 2), Some((16, PostRole::Primary)));
    assert_eq!(secretary(&district, 1), Some((15, PostRole::Primary)), "as it was then");
    report(&mut district, ALL, swap);
    district.changes_nothing();
    let of: Vec<_> = district
        .state
        .posts
        .of(PersonId(15))
        .map(|(_, post, role)| (post, role))
        .collect();
    assert_eq!(of, [("town-secretary", PostRole::Backup)]);
}

#[test]
fn bad_rows_are_told_and_nothing_is_taken() {
    let mut district = district();
    let mut nobody = post_row(7, "T1", "grid-lead", "", 1);
    nobody.person = PersonRef::None;
    let rows = vec![
        post_row(1, "X", "commander", "", 1),
        post_row(2, "T1", "镇委书记", "", 1),
        post_row(3, "T1", "town-mayor", "king", 1),
        post_row(4, "T1", "town-mayor", "", 99),
        post_row(5, "T1", "town-secretary", "", 15),
        post_row(6, "T1", "town-secretary", "primary", 16),
        nobody,
        post_row(8, "V11", "sector-lead", "primary", 15),
        post_row(9, "V11", "sector-lead", "backup", 15),
    ];
    let taken = report(&mut district, ALL, rows.clone());
    let bad: Vec<_> = taken
        .bad
        .iter()
        .map(|bad| (bad.row, &*bad.field, bad.problem.clone()))
        .collect();
    assert_eq!(
        bad,
        [
            (1, "unit_code", RowProblem::UnknownUnit),
            (
                2,
                "post",
                RowProblem::Invalid("a letter a to z, then letters, digits and -".into())
            ),
            (3, "role", RowProblem::Invalid("primary, backup".into())),
            (4, "person", RowProblem::UnknownPerson),
            (6, "role", RowProblem::DuplicateOf(5)),
            (7, "person", RowProblem::Missing),
            (8, "person", RowProblem::BackupIsPrimary),
            (9, "person", RowProblem::BackupIsPrimary),
        ]
    );
    district.changes_nothing();
    let taken = report(&mut district, ImportMode::SkipBad, rows);
    assert_eq!((taken.applied, taken.added), (true, 1));
    // A who becomes B, with nobody in their place, would be both.
    let taken = report(
        &mut district,
        ALL,
        vec![post_row(1, "T1", "town-secretary", "backup", 15)],
    );
    assert_eq!(taken.bad[0].problem, RowProblem::BackupIsPrimary);
}

#[test]
fn a_holding_ends_by_role_or_as_a_whole() {
    let mut district = district();
    let rows = || {
        vec![
            post_row(1, "T1", "town-secretary", "primary", 15),
            post_row(2, "T1", "town-secretary", "backup", 16),
        ]
    };
    report(&mut district, ALL, rows());
    let end = |role| {
        Command::EndPost(EndPost {
            unit_code: "T1".into(),
            post: "town-secretary".into(),
            role,
        })
    };
    district.at(1).accepts(end(Some(PostRole::Primary)));
    assert_eq!(secretary(&district, 1), Some((16, PostRole::Backup)));
    let vacant = Rejection::PostVacant {
        unit: "T1".into(),
        post: "town-secretary".into(),
    };
    district.when(end(Some(PostRole::Primary))).rejects(vacant.clone());
    district.at(2).accepts(end(None));
    assert_eq!(
        (secretary(&district, 2), secretary(&district, 0)),
        (None, Some((15, PostRole::Primary)))
    );
    assert_eq!(district.state.posts.held().count(), 0);
    district.when(end(None)).rejects(vacant);
}
