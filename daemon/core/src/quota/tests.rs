//! The rule as a table, and what it does in a district.

use std::sync::Arc;

use super::*;
use crate::command::{Answer, Command};
use crate::event::Event;
use crate::import::ImportMode;
use crate::people::{ImportPeople, PersonRow};
use crate::rejection::Rejection;
use crate::team::ImportTeams;
use crate::testing::{District, district, member_row, minute, person_row};

const DAY: i64 = 24 * 60;

pub(super) fn import(rows: Vec<PersonRow>, whole_roster_of: &str) -> Command {
    Command::ImportPeople(ImportPeople {
        mode: ImportMode::AllOrNothing,
        rows,
        whole_roster_of: whole_roster_of.into(),
    })
}

pub(super) fn member(number: u32, unit: &str) -> PersonRow {
    let mut row = person_row(number, unit, "", "staff");
    row.political = "party-member".into();
    row
}

fn with_born(mut row: PersonRow, born: &str) -> PersonRow {
    let digits = format!("990101{born}{:03}", row.row);
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = digits
        .bytes()
        .zip(weights)
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    let check = char::from(b"10X98765432"[(sum % 11) as usize]);
    Arc::make_mut(&mut row.personal).id_number = format!("{digits}{check}").into();
    row
}

/// A1 has eight staff of the Party with a confirmed roster, of whom six are in AG1; A2 has six, of whom five are in AG2.
pub(super) fn party() -> District {
    let mut district = district();
    for (unit, range) in [("A1", 1..=8), ("A2", 9..=14)] {
        district.accepts(import(range.map(|number| member(number, unit)).collect(), unit));
    }
    district.fire();
    district
}

pub(super) fn today(district: &District) -> Date {
    district.policy.team.zone.date(district.state.at().unwrap())
}

fn line_of(district: &District, code: &str) -> UnitLine {
    let unit = district.state.org.by_code(code).unwrap().id;
    line::line(&district.state, &district.policy.team, unit, today(district)).unwrap()
}

fn status(district: &District, code: &str) -> QuotaStatus {
    line_of(district, code).status
}

pub(super) fn exclude(
    person: u32,
    reason: Unfit,
    from: Option<Date>,
    until: Option<Date>,
    approved_by: &str,
) -> Command {
    Command::Exclude(Exclude {
        person: PersonId(person),
        reason,
        from,
        until,
        approved_by: approved_by.into(),
    })
}

fn waive(unit: &str, until: Date, approved_by: &str) -> Command {
    Command::GrantWaiver(GrantWaiver {
        unit_code: unit.into(),
        reason: "flood season, reorganized".into(),
        until,
        approved_by: approved_by.into(),
    })
}

pub(super) fn count(unit: &str, percent: u32, counted: bool, joint: &str) -> Command {
    Command::SetCountPolicy(SetCountPolicy {
        unit_code: unit.into(),
        percent,
        counted,
        joint_with_code: joint.into(),
        basis: "decision 3 of 2026".into(),
    })
}

pub(super) fn team(code: (&str, &str, &str), people: &[u32]) -> Command {
    let rows = people.iter().enumerate().map(|(index, person)| {
        let role = if index == 0 { "leader" } else { "member" };
        member_row(index as u32 + 1, code, role, *person)
    });
    Command::ImportTeams(ImportTeams {
        mode: ImportMode::AllOrNothing,
        rows: rows.collect(),
    })
}

#[test]
fn what_is_required_is_the_table_of_the_rule() {
    for (established, owed) in [
        (0, 0),
        (1, 1),
        (4, 1),
        (5, 1),
        (6, 2),
        (10, 2),
        (11, 3),
        (14, 3),
        (37, 8),
        (84, 17),
    ] {
        assert_eq!(required(established, 20), owed, "{established}");
    }
    assert_eq!(
        (required(10, 19), required(10, 0), required(10, 21), required(10, 100)),
        (2, 2, 3, 10)
    );
    assert_eq!(required(u32::MAX, 100), u32::MAX);
}

#[test]
fn only_established_staff_on_post_counts_and_at_home() {
    let mut district = party();
    assert_eq!(
        (line_of(&district, "A1").established, line_of(&district, "A1").required),
        (8, 2)
    );
    let mut rows: Vec<_> = (1..=6).map(|number| member(number, "A1")).collect();
    for (row, standing) in rows
        .iter_mut()
        .zip(["seconded-out", "study", "long-leave", "retired", "left", "on-post"])
    {
        row.standing = standing.into();
    }
    let mut contract = member(7, "A1");
    contract.category = "contract".into();
    rows.push(contract);
    // Seconded in: counts at home.
    let mut guest = member(9, "A2");
    guest.standing = "seconded-out".into();
    guest.seconded_to_code = "A1".into();
    rows.push(guest);
    district.accepts(import(rows, "")).fire();
    let line = line_of(&district, "A1");
    assert_eq!(
        (line.established, line.required, line.selected, line.unfit),
        (2, 1, 1, 5)
    );
    assert_eq!(line_of(&district, "A2").established, 5);
    // A town has no line until it is decided that it has.
    let town = district.state.org.by_code("T1").unwrap().id;
    assert_eq!(
        line::line(&district.state, &district.policy.team, town, today(&district)),
        None
    );
    district.accepts(count("T1", 20, true, ""));
    assert_eq!(line_of(&district, "T1").status, QuotaStatus::Stale);
}

#[test]
fn who_cannot_serve_is_counted_by_reason() {
    let mut district = party();
    let rows = vec![
        with_born(member(1, "A1"), "19700101"),
        person_row(2, "A1", "", "staff"),
        with_born(member(3, "A1"), "20000101"),
    ];
    district.accepts(import(rows, ""));
    district.accepts(exclude(4, Unfit::Medical, None, None, "chief"));
    district.accepts(team(("NEW", "agency", "D"), &[7])).fire();
    let line = line_of(&district, "A1");
    let expected = [
        (Unfit::OverAge, 1),
        (Unfit::NonParty, 1),
        (Unfit::OtherTeam, 1),
        (Unfit::Medical, 1),
    ];
    assert_eq!(line.excluded, expected);
    assert_eq!(
        (line.established, line.eligible, line.selected, line.unfit, line.party),
        (8, 4, 3, 3, 3)
    );
    assert_eq!(line.ages, [1, 2, 0, 0]);
    district.policy.team.allow_non_party = true;
    assert_eq!(line_of(&district, "A1").eligible, 5);
}

#[test]
fn an_exclusion_has_days_a_reason_and_an_approver_who_is_somebody_else() {
    let mut district = party();
    let (today, person) = (today(&district), PersonId(3));
    for approver in ["P3", "p3", "person 3"] {
        let own = Rejection::OwnApproval;
        district
            .when(exclude(3, Unfit::Leave, None, None, approver))
            .rejects(own);
    }
    // Nor is it who asks.
    district
        .by("chief")
        .when(exclude(3, Unfit::Leave, None, None, " chief "))
        .rejects(Rejection::OwnApproval);
    district.by("centre");
    district
        .when(exclude(3, Unfit::Leave, None, None, " "))
        .rejects(Rejection::Missing { field: "approved_by" });
    let until = Some(today.plus_days(10));
    let (field, problem) = ("until_date", "the last day is before the first");
    district
        .when(exclude(3, Unfit::Leave, until, Some(today), "chief"))
        .rejects(Rejection::BadDates { field, problem });
    district.accepts(exclude(3, Unfit::Leave, None, until, "chief"));
    let exclusion = ExclusionId(1);
    district.answers(&Answer::Exclusion(exclusion));
    district
        .when(exclude(3, Unfit::Leave, until, None, "chief"))
        .rejects(Rejection::ExclusionOverlaps { person, exclusion });
    district.accepts(exclude(3, Unfit::Leave, Some(today.plus_days(11)), None, "chief"));
    district.accepts(exclude(3, Unfit::Carer, None, None, "chief"));
    let on = |district: &District, days| {
        let unit = district.state.org.by_code("A1").unwrap().id;
        let line = line::line(&district.state, &district.policy.team, unit, today.plus_days(days));
        line.unwrap().selected
    };
    assert_eq!((on(&district, 0), on(&district, 11)), (5, 5));
    let end = |number| {
        let exclusion = ExclusionId(number);
        Command::EndExclusion(EndExclusion { exclusion })
    };
    for number in [1, 2, 3] {
        district.accepts(end(number));
    }
    district.accepts(end(3)).changes_nothing();
    assert_eq!((on(&district, 0), on(&district, 11)), (6, 6));
    district.when(end(4)).rejects(Rejection::UnknownExclusion {
        exclusion: ExclusionId(4),
    });
    // What was ended does not stand in the way.
    district.accepts(exclude(3, Unfit::Leave, None, until, "chief"));
}

#[test]
fn a_shortfall_is_said_once_and_its_end_as_well() {
    let mut district = party();
    assert_eq!(status(&district, "A1"), QuotaStatus::Ok);
    let before = district.state.quota.shortfalls();
    district.accepts(team(("AG1", "agency", "A1"), &[1])).fire();
    let unit = district.state.org.by_code("A1").unwrap().id;
    district.then(|events| {
        let short = Event::TeamShort {
            unit,
            required: 2,
            selected: 1,
            shortfall: 1,
        };
        assert!(matches!(events, [Event::QuotaEvaluated { lines, .. }, last] if lines.len() == 1 && *last == short));
    });
    district.accepts(Command::EvaluateQuota).changes_nothing();
    assert_eq!(
        (district.state.quota.short().len(), district.state.quota.shortfalls()),
        (1, before + 1)
    );
    district.accepts(team(("AG1", "agency", "A1"), &[1, 2])).fire();
    district.then(|events| assert_eq!(events.last(), Some(&Event::TeamShortEnded { unit })));
    assert_eq!(
        (district.state.quota.short().len(), district.state.quota.shortfalls()),
        (0, before + 1)
    );
}

#[test]
fn short_is_never_hidden() {
    let mut district = party();
    // A stale roster of a short unit: short.
    district
        .accepts(team(("AG1", "agency", "A1"), &[1]))
        .at(200 * DAY)
        .fire();
    assert_eq!(
        (status(&district, "A1"), status(&district, "A2")),
        (QuotaStatus::Short, QuotaStatus::Stale)
    );
    let today = today(&district);
    let own = Rejection::OwnApproval;
    district.when(waive("A1", today, "centre")).rejects(own);
    for (until, problem) in [(-1, "the last day has passed"), (367, "a waiver ends within a year")] {
        let field = "until_date";
        let refused = Rejection::BadDates { field, problem };
        district
            .when(waive("A1", today.plus_days(until), "chief"))
            .rejects(refused);
    }
    let unit: Box<str> = "T1".into();
    district
        .when(waive("T1", today, "chief"))
        .rejects(Rejection::UnitNotCounted { unit });
    // A waiver of a unit that is not short says nothing.
    district
        .accepts(waive("A2", today, "chief"))
        .accepts(waive("A1", today.plus_days(1), "chief"))
        .fire();
    assert_eq!(
        (status(&district, "A1"), status(&district, "A2")),
        (QuotaStatus::Waived, QuotaStatus::Stale)
    );
    assert!(district.state.quota.short().is_empty());
    // It ends by itself, and that is said out loud.
    district.at(202 * DAY).fire();
    district.then(|events| assert!(matches!(events, [_, Event::TeamShort { .. }]), "{events:?}"));
    assert_eq!(status(&district, "A1"), QuotaStatus::Short);
    let revoke = || Command::RevokeWaiver(RevokeWaiver { unit_code: "A1".into() });
    district
        .when(revoke())
        .rejects(Rejection::NoWaiver { unit: "A1".into() });
    let later = self::today(&district).plus_days(9);
    district.accepts(waive("A1", later, "chief")).accepts(revoke()).fire();
    assert_eq!(status(&district, "A1"), QuotaStatus::Short);
    // Nobody left to choose from.
    let rows = (2..=8).map(|number| person_row(number, "A1", "", "staff"));
    district.accepts(import(rows.collect(), "")).fire();
    assert_eq!(status(&district, "A1"), QuotaStatus::ShortIneligible);
}

#[test]
fn the_timer_evaluates_what_was_touched_and_every_day() {
    let mut district = party();
    let zone = district.policy.team.zone.clone();
    let midnight = |days| zone.instant(zone.date(minute(0)).plus_days(days), crate::calendar::Minute::new(0));
    assert_eq!(district.state.next_deadline(), Some(midnight(1)));
    district.at(10).accepts(exclude(1, Unfit::Other, None, None, "chief"));
    assert_eq!(district.state.next_deadline(), Some(minute(10)), "at once");
    district.fire();
    assert_eq!(district.state.next_deadline(), Some(midnight(1)));
    // A volunteer touches no unit's line.
    district.accepts(import(vec![person_row(15, "V12", "", "volunteer")], ""));
    assert_eq!(district.state.next_deadline(), Some(midnight(1)));
    district.at(2 * DAY).fire();
    district.then(|events| assert!(matches!(events, [Event::QuotaEvaluated { lines, .. }] if lines.is_empty())));
    assert_eq!(district.state.next_deadline(), Some(midnight(3)));
    district.fire().changes_nothing();
}

#[test]
fn a_day_that_has_passed_is_answered_as_it_was() {
    let mut district = party();
    let first = today(&district);
    district.at(DAY).accepts(team(("AG1", "agency", "A1"), &[1])).fire();
    let second = today(&district);
    district
        .at(3 * DAY)
        .accepts(team(("AG1", "agency", "A1"), &[1, 2, 3]))
        .fire();
    let now = today(&district);
    let on = |day| {
        let lines = lines(&district.state, &district.policy.team, None, day, now);
        let found: Vec<_> = lines.iter().map(|line| (line.selected, line.status)).collect();
        found
    };
    use QuotaStatus::{Ok, Short};
    assert_eq!(on(first.plus_days(-1)), []);
    assert_eq!(on(first), [(6, Ok), (5, Ok)]);
    assert_eq!(on(second), [(1, Short), (5, Ok)]);
    assert_eq!(on(second.plus_days(1)), [(1, Short), (5, Ok)]);
    assert_eq!(on(now), [(3, Ok), (5, Ok)]);
    // To come: an exclusion that begins.
    district.accepts(exclude(9, Unfit::Leave, Some(now.plus_days(5)), None, "chief"));
    let later = lines(&district.state, &district.policy.team, None, now.plus_days(5), now);
    assert_eq!(later.iter().map(|line| line.selected).collect::<Vec<_>>(), [3, 4]);
}

#[test]
fn tiny_units_serve_in_a_joint_team_that_owes_what_each_owes() {
    let mut district = party();
    let a1: Box<str> = "A1".into();
    let problem = |unit: &str, problem| Rejection::JointTeam {
        unit: unit.into(),
        problem,
    };
    district
        .when(count("A1", 20, true, "A1"))
        .rejects(problem("A1", "a joint team is that of another unit"));
    district.when(count("A1", 20, true, "T1")).rejects(problem(
        "A1",
        "the rule does not apply to the unit whose team it would be",
    ));
    // AG1 goes to A2's people as well: 2 + 2.
    district.accepts(count("A2", 20, true, "A1"));
    district.when(count("A1", 20, true, "T1")).rejects(problem(
        "A1",
        "the rule does not apply to the unit whose team it would be",
    ));
    district
        .when(count(&a1, 20, false, ""))
        .rejects(problem("A1", "other units serve in its team"));
    district
        .accepts(team(("AG2", "agency", "T1"), &[15]))
        .accepts(team(("AG1", "agency", "A1"), &[1, 9, 10]))
        .fire();
    let (host, joined) = (line_of(&district, "A1"), line_of(&district, "A2"));
    assert_eq!((host.required, host.selected, host.shortfall, host.unfit), (2, 1, 1, 0));
    assert_eq!(
        (joined.required, joined.selected, joined.shortfall, joined.joint_with),
        (2, 2, 0, Some(host.unit))
    );
    assert_eq!((host.status, joined.status), (QuotaStatus::Short, QuotaStatus::Short));
    assert_eq!(
        district.state.quota.short().iter().copied().collect::<Vec<_>>(),
        [host.unit]
    );
    // Ten of them, and it is a team of their own again.
    let more = (31..=34).map(|number| member(number, "A2"));
    district.accepts(import(more.collect(), "")).fire();
    let (host, joined) = (line_of(&district, "A1"), line_of(&district, "A2"));
    assert_eq!(
        (host.shortfall, host.unfit, joined.shortfall, joined.joint_with),
        (1, 2, 2, None)
    );
    district.when(count("A2", 25, true, "A1")).rejects(problem(
        "A2",
        "only units with fewer than 10 established staff on post serve in a joint team",
    ));
}

#[test]
fn the_percentage_may_only_be_raised() {
    let mut district = party();
    for percent in [0, 19, 101, 300] {
        district
            .when(count("A1", percent, true, ""))
            .rejects(Rejection::PercentOutOfRange { percent });
    }
    let mut baseless = count("A1", 30, true, "");
    if let Command::SetCountPolicy(set) = &mut baseless {
        set.basis = " ".into();
    }
    district.when(baseless).rejects(Rejection::Missing { field: "basis" });
    district
        .accepts(count("A1", 50, true, ""))
        .accepts(count("A1", 50, true, ""))
        .changes_nothing();
    assert_eq!(line_of(&district, "A1").required, 4);
    district.accepts(count("A1", 20, false, ""));
    let line = line_of(&district, "A1");
    assert_eq!(
        (line.status, line.required, line.shortfall),
        (QuotaStatus::NotCounted, 0, 0)
    );
    district
        .when(waive("A1", today(&district), "chief"))
        .rejects(Rejection::UnitNotCounted { unit: "A1".into() });
}

#[test]
fn who_is_ruled_out_is_so_up_to_the_last_day_and_no_longer() {
    let mut district = party();
    let first = today(&district);
    let (line, policy) = (line::line, district.policy.team.clone());
    let unit = district.state.org.by_code("A1").unwrap().id;
    let last = first.plus_days(2);
    district
        .accepts(exclude(8, Unfit::Leave, None, Some(last), "superior"))
        .fire();
    let eligible = |district: &District, on| line(&district.state, &policy, unit, on).unwrap().eligible;
    assert_eq!(
        [first, last, last.plus_days(1)].map(|on| eligible(&district, on)),
        [7, 7, 8]
    );
    // What is on record is made anew when it is ended.
    let recorded = |district: &District| district.state.quota.last_recorded(unit).unwrap().eligible;
    assert_eq!(recorded(&district), 7);
    let end = EndExclusion {
        exclusion: ExclusionId(1),
    };
    district.accepts(Command::EndExclusion(end)).fire();
    assert_eq!(recorded(&district), 8);
}

#[test]
fn numbers_that_were_verified_are_on_record_at_once() {
    let mut district = party();
    let rows = (1..=8).map(|number| {
        let mut row = member(number, "A1");
        Arc::make_mut(&mut row.personal).phone = format!("1380000000{number}").into();
        row
    });
    district.accepts(import(rows.collect(), "A1")).fire();
    let unit = district.state.org.by_code("A1").unwrap().id;
    let verified = |district: &District| district.state.quota.last_recorded(unit).unwrap().verified;
    assert_eq!(verified(&district), 0);
    let people = vec![PersonId(1), PersonId(8)];
    district
        .accepts(Command::VerifyPhones(crate::people::VerifyPhones { people }))
        .fire();
    // P8 is not in the team.
    assert_eq!(verified(&district), 1);
}

#[test]
fn who_is_short_because_too_few_can_serve_is_said_to_be_short() {
    // Nobody in the district is of the Party.
    let mut district = district();
    let unit = district.state.org.by_code("A1").unwrap().id;
    assert_eq!(status(&district, "A1"), QuotaStatus::ShortIneligible);
    assert!(district.state.quota.short().contains(&unit));
    // One who can serve and is in the team: still short, and said once.
    let before = district.state.quota.shortfalls();
    district.accepts(import(vec![member(3, "A1")], "")).fire();
    assert_eq!(status(&district, "A1"), QuotaStatus::ShortIneligible);
    assert_eq!(district.state.quota.shortfalls(), before);
    district.accepts(import(vec![member(4, "A1")], "")).fire();
    assert!(!district.state.quota.short().contains(&unit));
}
