//! In-place reports, as the domain has them: C1–C4 and the two-sided report.

mod properties;

use super::*;
use crate::calendar::Date;
use crate::command::{Answer, Command, ExceptionKind, Reporter};
use crate::event::Event;
use crate::id::{OrderId, PersonId};
use crate::import::{ImportMode, RowProblem};
use crate::order::{Bucket, CheckIn, Deadline, DutyClass, EvidenceReason, Excuse};
use crate::people::ImportPeople;
use crate::rejection::Rejection;
use crate::team::PersonRef;
use crate::testing::{District, EAST, MINUTE, O1, O2, R1, WEST, activate_other, district, minute, people, person_row};

const W1: WindowId = WindowId(1);

/// The district of all tests, with the staff of the second agency as Party members: 9 to 14 live in V12, as 25 and 26 do; 27 and 28
/// in V22. Nobody knows where the members 1 and 2 live.
pub(crate) fn members() -> District {
    let mut district = district();
    let party = |number, unit, residence: &str| {
        let mut row = person_row(number, unit, residence, "staff");
        row.political = "party-member".into();
        row
    };
    let mut rows: Vec<_> = (9..=14).map(|number| party(number, "A2", "V12")).collect();
    rows.extend((1..=2).map(|number| party(number, "A1", "")));
    district.accepts(Command::ImportPeople(ImportPeople {
        mode: ImportMode::AllOrNothing,
        rows,
        whole_roster_of: "".into(),
    }));
    district.fire();
    district
}

pub(super) fn open_windows(key_area: &[&str]) -> OpenWindows {
    OpenWindows {
        response: R1,
        key_area: key_area.iter().map(|code| (*code).into()).collect(),
        mobilized_by: "A1".into(),
        deadline: Deadline::WithinMs(60 * MINUTE as u64),
        text: "".into(),
    }
}

fn open(key_area: &[&str]) -> Command {
    Command::OpenWindows(open_windows(key_area))
}

/// A district with a response and a window in V12: eight members are due until minute 60, and the count closes at 180.
fn opened() -> District {
    let mut district = members();
    district.activate().accepts(open(&["V12"]));
    district.board(O1, [8, 0, 0, 0, 0, 8]);
    district
}

pub(super) fn own(village: &str, code: &str, who: u32) -> ReportInPlace {
    ReportInPlace {
        village: village.into(),
        response: None,
        reporter: Reporter::Own,
        muster_point: "".into(),
        check_in_code: code.into(),
        people: people([who]),
        all: false,
        observed_at: None,
    }
}

fn report(who: u32) -> Command {
    Command::ReportInPlace(own("V12", "east-1111", who))
}

fn confirm(who: impl IntoIterator<Item = u32>) -> Command {
    let people = people(who);
    Command::ConfirmReports(ConfirmReports {
        village: "V12".into(),
        response: None,
        all: people.is_empty(),
        people,
        confirmed_by: "village secretary".into(),
    })
}

fn reject(who: u32) -> Command {
    Command::RejectReports(RejectReports {
        village: "V12".into(),
        response: None,
        people: people([who]),
        reason: "was not seen".into(),
        rejected_by: "village secretary".into(),
    })
}

fn exempt(who: u32, reason: ExemptReason) -> Command {
    Command::ExemptMember(ExemptMember {
        person: PersonId(who),
        reason,
        from: None,
        until: None,
        approved_by: "organization department".into(),
    })
}

fn line(district: &District, who: u32) -> ReportLine {
    let window = district.state.in_place.window(W1).expect("the window");
    let mut lines = lines(&district.state, window).into_iter();
    lines.find(|line| line.person == PersonId(who)).expect("due")
}

fn is_at(district: &District, who: u32, status: ReportStatus) {
    assert_eq!(line(district, who).status, status, "P{who}");
}

#[test]
fn g5_opening_tells_the_members_who_live_there_in_the_same_step() {
    let mut district = members();
    district.activate().accepts(open(&["T1", "V22"]));
    let Answer::WindowsOpened(answer) = district.answer().clone() else {
        panic!("{:?}", district.answer())
    };
    let villages: Vec<_> = answer
        .opened
        .iter()
        .map(|it| (it.window.0, it.order.order.0, it.order.due))
        .collect();
    assert_eq!(villages, [(1, 1, 8), (2, 2, 2)]);
    // Nobody of the Party lives in V11: volunteers are not called in place.
    assert_eq!(answer.without_members.len(), 1);
    district.board(O1, [8, 0, 0, 0, 0, 8]).board(O2, [2, 0, 0, 0, 0, 2]);
    let spec = &district.current(O1).spec;
    assert_eq!((spec.duty, spec.muster_points.len()), (DutyClass::InPlace, 1));
    // Opened again, it opens what is missing and nothing else.
    district.accepts(open(&["D"])).changes_nothing_but_opened(0);
    district.accepts(open(&["V21"])).changes_nothing_but_opened(0);
}

impl District {
    fn changes_nothing_but_opened(&mut self, windows: usize) -> &mut Self {
        let Answer::WindowsOpened(answer) = self.answer().clone() else {
            panic!("{:?}", self.answer())
        };
        assert_eq!(answer.opened.len(), windows);
        self.then(|events| assert_eq!(events.is_empty(), windows == 0))
    }
}

#[test]
fn g5_only_the_unit_that_mobilizes_opens_windows_and_only_in_a_key_area() {
    let mut district = members();
    let with = |change: &dyn Fn(&mut OpenWindows)| {
        let mut command = open_windows(&["V12"]);
        change(&mut command);
        Command::OpenWindows(command)
    };
    district
        .when(with(&|_| {}))
        .rejects(Rejection::UnknownResponse { response: R1 });
    district.accepts(activate_other(|asked| asked.scope = vec!["T1".into()]));
    let refused = |unit: &str, allowed: &str| Rejection::NotMobilizer {
        unit: unit.into(),
        allowed: allowed.into(),
    };
    district
        .when(with(&|it| it.mobilized_by = "T1".into()))
        .rejects(refused("T1", ""));
    district.policy.in_place.mobilized_by = vec!["A2".into()];
    district.when(with(&|_| {})).rejects(refused("A1", "A2"));
    district.policy.in_place.mobilized_by = vec!["A1".into()];
    district
        .when(with(&|it| it.key_area = vec!["V22".into()]))
        .rejects(Rejection::KeyAreaOutsideScope {
            unit: "V22".into(),
            response: R1,
        });
    district.policy.in_place.mobilized_by.clear();
    let mut everywhere = members();
    everywhere
        .activate()
        .when(with(&|it| it.key_area = vec!["A1".into()]))
        .rejects(Rejection::NoVillage { unit: "A1".into() });
    district
        .when(with(&|it| it.deadline = Deadline::At(minute(0))))
        .rejects(Rejection::DeadlinePast {
            field: "deadline",
            at: minute(0),
            now: minute(0),
        });
    // Without a key area it is the response's scope.
    district.accepts(with(&|it| it.key_area.clear()));
    district.board(O1, [8, 0, 0, 0, 0, 8]).terminate("over");
    district
        .when(with(&|_| {}))
        .rejects(Rejection::ResponseTerminated { response: R1 });
}

#[test]
fn a_report_is_two_sided_and_only_the_villages_word_makes_present() {
    let mut district = opened();
    district
        .at(5)
        .accepts(report(9))
        .reports(1, &[(9, ExceptionKind::AwaitsConfirmation)]);
    is_at(&district, 9, ReportStatus::Reported);
    district.board(O1, [8, 0, 1, 0, 0, 7]);
    district
        .accepts(report(9))
        .reports(0, &[(9, ExceptionKind::AlreadyDone)])
        .changes_nothing();
    district
        .at(70)
        .accepts(confirm([9]))
        .reports(1, &[])
        .board(O1, [8, 1, 0, 0, 0, 7]);
    is_at(&district, 9, ReportStatus::Confirmed);
    // They reported in time; that the village was slow makes nobody late.
    assert!(!district.row(O1, 9).late);
    district
        .accepts(confirm([9]))
        .reports(0, &[(9, ExceptionKind::AlreadyDone)])
        .changes_nothing();
    district
        .accepts(confirm([10]))
        .reports(0, &[(10, ExceptionKind::NotReported)]);
    district.accepts(confirm([1, 99])).reports(
        0,
        &[(1, ExceptionKind::NotAddressed), (99, ExceptionKind::UnknownPerson)],
    );
}

#[test]
fn the_villages_desk_has_seen_them_and_confirms_at_once() {
    let mut district = opened();
    let desk = ReportInPlace {
        reporter: Reporter::Desk,
        people: people([10, 25]),
        ..own("V12", "", 10)
    };
    district.accepts(Command::ReportInPlace(desk)).reports(2, &[]);
    district.board(O1, [8, 2, 0, 0, 0, 6]).duty(10, Some(O1));
}

#[test]
fn a_lead_reports_for_their_team_and_an_ordinary_check_in_is_a_report() {
    let mut district = opened();
    let lead = PersonId(9);
    let of_team = ReportInPlace {
        reporter: Reporter::Lead(lead),
        people: people([10, 14, 25, 1]),
        ..own("V12", "", 10)
    };
    district.accepts(Command::ReportInPlace(of_team)).reports(
        1,
        &[
            (1, ExceptionKind::OutsideKeyArea),
            (10, ExceptionKind::AwaitsConfirmation),
            (14, ExceptionKind::NotLed),
            (25, ExceptionKind::NotLed),
        ],
    );
    let check_in = CheckIn {
        reporter: Reporter::Lead(lead),
        all: true,
        ..crate::testing::check_in(O1, [])
    };
    district.accepts(Command::CheckIn(check_in));
    // Its whole team of five that lives there, but for who was reported.
    district
        .board(O1, [8, 0, 5, 0, 0, 3])
        .accepts(confirm([]))
        .reports(5, &[]);
    district.board(O1, [8, 5, 0, 0, 0, 3]);
}

#[test]
fn what_the_village_does_not_confirm_counts_for_nobody_and_may_be_reported_again() {
    let mut district = opened();
    district.accepts(report(9)).accepts(reject(9)).reports(1, &[]);
    is_at(&district, 9, ReportStatus::Coming);
    assert_eq!(line(&district, 9).rejected.as_deref(), Some("was not seen"));
    district
        .accepts(reject(9))
        .reports(0, &[(9, ExceptionKind::NotReported)])
        .changes_nothing();
    district
        .accepts(report(9))
        .accepts(confirm([9]))
        .counts(O1, 9, Bucket::Present);
    assert_eq!(line(&district, 9).rejected, None);
}

#[test]
fn nobody_confirms_their_own_report() {
    let mut district = opened();
    district.accepts(report(9)).accepts(report(10));
    let by = |who: &str, people: Vec<PersonId>| {
        Command::ConfirmReports(ConfirmReports {
            village: "V12".into(),
            response: None,
            all: people.is_empty(),
            people,
            confirmed_by: who.into(),
        })
    };
    for who in ["P9", "person 9"] {
        district.when(by(who, people([9]))).rejects(Rejection::OwnApproval);
    }
    district
        .when(by(" ", people([9])))
        .rejects(Rejection::Missing { field: "approved_by" });
    // For all others they may.
    district.accepts(by("P9", Vec::new())).reports(1, &[]);
    is_at(&district, 9, ReportStatus::Reported);
    district.by("P9").when(confirm([9])).rejects(Rejection::OwnApproval);
}

#[test]
fn c1_only_who_lives_in_the_key_area_reports_there() {
    let mut district = opened();
    let from = |who| Command::ReportInPlace(own("V12", "east-1111", who));
    // Somewhere else, and nobody knows where.
    for who in [27, 1] {
        let person = PersonId(who);
        district.when(from(who)).rejects(Rejection::OutsideKeyArea { person });
    }
    district
        .accepts(open(&["V22"]))
        .when(from(27))
        .rejects(Rejection::OtherVillage {
            person: PersonId(27),
            unit: "V12".into(),
        });
    district.accepts(Command::ReportInPlace(own("V22", "west-2222", 27)));
    let elsewhere = |village: &str| Command::ReportInPlace(own(village, "east-1111", 9));
    district
        .when(elsewhere("T1"))
        .rejects(Rejection::NotVillage { unit: "T1".into() });
    district
        .when(elsewhere("X"))
        .rejects(Rejection::UnknownUnit { code: "X".into() });
    // Who lives there and is no member is not due.
    district.accepts(Command::ReportInPlace(ReportInPlace {
        reporter: Reporter::Desk,
        ..own("V12", "", 15)
    }));
    district.reports(0, &[(15, ExceptionKind::OutsideKeyArea)]);
    district
        .accepts(report(9))
        .accepts(Command::CloseWindows(CloseWindows { windows: vec![W1] }));
    district
        .when(from(10))
        .rejects(Rejection::NoWindow { unit: "V12".into() });
}

#[test]
fn the_villages_code_is_needed_on_ones_own_word() {
    let mut district = opened();
    for code in ["", "west-2222"] {
        let wrong = Command::ReportInPlace(own("V12", code, 9));
        district
            .accepts(wrong)
            .reports(0, &[(9, ExceptionKind::WrongCode)])
            .changes_nothing();
    }
    let mut elsewhere = own("V12", "west-2222", 9);
    elsewhere.muster_point = WEST.into();
    district
        .accepts(Command::ReportInPlace(elsewhere))
        .reports(0, &[(9, ExceptionKind::WrongSite)]);
    let mut there = own("V12", "east-1111", 9);
    there.muster_point = EAST.into();
    district
        .accepts(Command::ReportInPlace(there))
        .reports(1, &[(9, ExceptionKind::AwaitsConfirmation)]);
}

#[test]
fn c2_who_is_exempt_is_not_due_before_and_after_the_window_opens() {
    let mut district = members();
    district
        .accepts(exempt(9, ExemptReason::Pregnant))
        .activate()
        .accepts(open(&["V12"]));
    district.board(O1, [8, 0, 0, 1, 0, 7]).duty(9, None);
    district
        .accepts(exempt(10, ExemptReason::Quarantined))
        .board(O1, [8, 0, 0, 2, 0, 6])
        .duty(10, None);
    assert_eq!(district.row(O1, 10).excuse, Some(Excuse::Exempt));
    let refused = |who| Rejection::PersonExcused {
        order: O1,
        person: PersonId(who),
    };
    district.when(report(9)).rejects(refused(9));
    district.check_in(O1, [10]).reports(0, &[(10, ExceptionKind::Excused)]);
    district.board(O1, [8, 0, 0, 2, 0, 6]);
    // Once it has ended they may come.
    let ends = Command::EndExemption(EndExemption {
        exemption: crate::id::ExemptionId(2),
    });
    district.at(1).accepts(ends.clone()).accepts(ends).changes_nothing();
    district.accepts(report(10)).counts(O1, 10, Bucket::Excused);
    district
        .accepts(confirm([10]))
        .counts(O1, 10, Bucket::Present)
        .duty(10, Some(O1));
    // What was counted stays counted.
    district
        .at(90)
        .fire()
        .accepts(exempt(11, ExemptReason::SevereIllness))
        .counts(O1, 11, Bucket::Absent);
}

#[test]
fn c2_exemptions_are_dated_and_approved_by_somebody_else() {
    let mut district = members();
    let with = |change: &dyn Fn(&mut ExemptMember)| {
        let mut command = ExemptMember {
            person: PersonId(9),
            reason: ExemptReason::Maternity,
            from: None,
            until: None,
            approved_by: "organization department".into(),
        };
        change(&mut command);
        Command::ExemptMember(command)
    };
    let zone = district.policy.duty.zone.clone();
    let day = |days: i32| -> Date { zone.date(minute(0)).plus_days(days) };
    district
        .when(with(&|it| it.approved_by = "P9".into()))
        .rejects(Rejection::OwnApproval);
    district
        .when(with(&|it| it.person = PersonId(99)))
        .rejects(Rejection::UnknownPerson { person: PersonId(99) });
    district
        .when(with(&|it| it.until = Some(day(-1))))
        .rejects(Rejection::BadDates {
            field: "until_date",
            problem: "the last day is before the first, or has passed",
        });
    district.accepts(with(&|it| (it.from, it.until) = (Some(day(2)), Some(day(3)))));
    let overlaps = Rejection::ExemptionOverlaps {
        person: PersonId(9),
        exemption: crate::id::ExemptionId(1),
    };
    district.when(with(&|it| it.from = Some(day(3)))).rejects(overlaps);
    district.accepts(with(&|it| it.from = Some(day(4))));
    let exempt = |minutes| district.state.in_place.is_exempt(PersonId(9), minute(minutes));
    assert_eq!([exempt(0), exempt(3 * 1440), exempt(5 * 1440)], [false, true, true]);
    let unknown = EndExemption {
        exemption: crate::id::ExemptionId(9),
    };
    district
        .when(Command::EndExemption(unknown))
        .rejects(Rejection::UnknownExemption {
            exemption: crate::id::ExemptionId(9),
        });
}

#[test]
fn c3_a_called_agency_team_takes_its_members_and_the_village_sees_a_gap() {
    let mut district = opened();
    district.accepts(report(9)).accepts(report(10)).accepts(confirm([10]));
    district.issue_with(9..=12, |it| it.duty = Some(DutyClass::AgencyTeam));
    district.board(O2, [4, 0, 0, 0, 0, 4]).board(O1, [8, 1, 0, 3, 0, 4]);
    // On the board of the response each is due once, as in what is reported upward.
    let root = district.state.org.root().expect("a root").id;
    let all = district
        .state
        .board(crate::board::Scope::Response(R1), root)
        .total
        .counts;
    assert_eq!((all.due, all.excused, all.present, all.unconfirmed), (8, 0, 0, 8));
    assert_eq!(
        (all.acked, all.late),
        (0, 0),
        "nor is what the tenth did in the village counted"
    );
    assert!(all.adds_up());
    // Gone, not absent; and their report does not bring them back.
    is_at(&district, 9, ReportStatus::Excused);
    is_at(&district, 10, ReportStatus::Released);
    is_at(&district, 11, ReportStatus::Excused);
    district
        .when(report(11))
        .rejects(Rejection::OnOtherDuty { person: PersonId(11) });
    district
        .accepts(confirm([9]))
        .reports(0, &[(9, ExceptionKind::Released)]);
    district.duty(9, Some(O2)).board(O1, [8, 1, 0, 3, 0, 4]);
    district.at(200).fire().board(O1, [8, 1, 0, 3, 4, 0]);
}

#[test]
fn c3_a_window_takes_nobody_from_a_duty_that_goes_first_and_everybody_from_volunteering() {
    let mut district = members();
    district
        .activate()
        .issue_with(9..=10, |it| it.duty = Some(DutyClass::AgencyTeam))
        .issue_with([11], |it| it.duty = Some(DutyClass::Volunteer))
        .accepts(open(&["V12"]));
    let order = OrderId(3);
    district
        .board(order, [8, 0, 0, 2, 0, 6])
        .duty(9, Some(O1))
        .duty(11, Some(order));
    district
        .when(report(9))
        .rejects(Rejection::OnOtherDuty { person: PersonId(9) });
    // When the other duty has ended they may come.
    district
        .check_in(O1, [9])
        .release(O1, [9])
        .accepts(report(9))
        .accepts(confirm([9]));
    district.counts(order, 9, Bucket::Present).duty(9, Some(order));
}

#[test]
fn a_second_response_does_not_call_the_same_people_twice() {
    let mut district = opened();
    district.accepts(activate_other(|asked| asked.plan = "epidemic".into()));
    district.accepts(Command::OpenWindows(OpenWindows {
        response: crate::id::ResponseId(2),
        ..open_windows(&["V12"])
    }));
    district.board(O2, [8, 0, 0, 8, 0, 0]).duty(9, Some(O1));
    // Nobody is lost from the board of either: what keeps them belongs to the other.
    let root = district.state.org.root().expect("a root").id;
    for response in [R1, crate::id::ResponseId(2)] {
        let board = district.state.board(crate::board::Scope::Response(response), root);
        assert_eq!(board.total.counts.due, 8, "{response}");
    }
    // A report goes where they are due.
    district.accepts(report(9)).then(|events| {
        assert!(
            matches!(events, [Event::InPlaceReported { window: W1, .. }]),
            "{events:?}"
        );
    });
}

#[test]
fn a_window_closes_with_its_time_by_hand_with_its_order_and_with_its_response() {
    let closed = |district: &District| district.state.in_place.window(W1).and_then(|window| window.closed);
    let mut district = opened();
    district.accepts(report(9)).at(90).fire();
    // Absent on the board after grace; the village may still confirm.
    district.counts(O1, 9, Bucket::Absent);
    is_at(&district, 9, ReportStatus::Reported);
    district.accepts(confirm([9])).counts(O1, 9, Bucket::Present);
    district.accepts(report(10)).at(179).fire();
    assert_eq!(closed(&district), None);
    district.at(180).fire().board(O1, [8, 1, 0, 0, 7, 0]);
    assert_eq!(closed(&district), Some((minute(180), CloseReason::Deadline)));
    // After that it is evidence.
    district
        .accepts(confirm([10]))
        .reports(0, &[(10, ExceptionKind::OrderClosed)]);
    assert_eq!(
        district.current(O1).evidence[&PersonId(10)][0].reason,
        EvidenceReason::AfterClose
    );
    is_at(&district, 10, ReportStatus::Absent);
    district
        .accepts(confirm([10]))
        .changes_nothing()
        .duty(9, Some(O1))
        .duty(10, None);

    let mut district = opened();
    let close = Command::CloseWindows(CloseWindows { windows: vec![W1, W1] });
    district
        .accepts(close.clone())
        .board(O1, [8, 0, 0, 0, 8, 0])
        .accepts(close)
        .changes_nothing();
    assert_eq!(closed(&district), Some((minute(0), CloseReason::ByHand)));
    let unknown = CloseWindows {
        windows: vec![WindowId(9)],
    };
    district
        .when(Command::CloseWindows(unknown))
        .rejects(Rejection::UnknownWindow { window: WindowId(9) });
    district
        .when(Command::CloseWindows(CloseWindows { windows: Vec::new() }))
        .rejects(Rejection::Missing { field: "window_ids" });

    let mut district = opened();
    district.cancel(O1).board(O1, [8, 0, 0, 8, 0, 0]);
    assert_eq!(closed(&district), Some((minute(0), CloseReason::OrderEnded)));

    let mut district = opened();
    district.accepts(report(9)).accepts(confirm([9])).terminate("over");
    assert_eq!(closed(&district), Some((minute(0), CloseReason::ResponseEnded)));
    // Their time was not over: they are not asked any more, and nobody is absent.
    district.board(O1, [8, 1, 0, 7, 0, 0]).duty(9, None);
    district.at(500).fire();
    assert_eq!(district.state.in_place.next_deadline(), None);
}

#[test]
fn who_does_not_come_says_so_and_is_seen() {
    let mut district = opened();
    district
        .decline(O1, 9)
        .decline(O1, 10)
        .verdict(1, crate::leave::LeaveVerdict::Approved);
    is_at(&district, 9, ReportStatus::Excused);
    is_at(&district, 10, ReportStatus::Declined);
    assert_eq!(line(&district, 10).stated, Some(crate::leave::LeaveReason::Medical));
    district.at(180).fire();
    is_at(&district, 10, ReportStatus::Absent);
    assert!(line(&district, 10).stated.is_some());
    let window = district.state.in_place.window(W1).expect("the window");
    let counts = counts(&district.state, window);
    assert_eq!((counts.due, counts.excused, counts.absent), (8, 1, 7));
}

#[test]
fn a_post_is_given_to_who_is_confirmed() {
    let mut district = opened();
    let task = |who, task: &str| {
        Command::AssignTask(AssignTask {
            village: "V12".into(),
            response: None,
            person: PersonId(who),
            task: task.into(),
        })
    };
    district.accepts(report(9));
    district
        .when(task(9, "patrol"))
        .rejects(Rejection::NotConfirmed { person: PersonId(9) });
    district
        .accepts(confirm([9]))
        .accepts(task(9, " patrol "))
        .accepts(task(9, "patrol"))
        .changes_nothing();
    assert_eq!(line(&district, 9).task.as_deref(), Some("patrol"));
    let length = 121;
    let long = Rejection::TooLong {
        field: "task",
        length,
        max: TASK_MAX,
    };
    district.when(task(9, &"x".repeat(length as usize))).rejects(long);
    district.accepts(task(9, "")).release(O1, [9]);
    assert_eq!(line(&district, 9).task, None);
    district
        .when(task(9, "patrol"))
        .rejects(Rejection::NotConfirmed { person: PersonId(9) });
}

fn registration(row: u32, person: u32, village: &str, skills: &[&str]) -> PreRegistrationRow {
    PreRegistrationRow {
        row,
        person: PersonRef::Id(PersonId(person)),
        village_code: village.into(),
        skills: skills.iter().map(|skill| (*skill).into()).collect(),
        service: "first aid".into(),
        hours: "evenings".into(),
    }
}

fn register(rows: Vec<PreRegistrationRow>) -> Command {
    let mode = ImportMode::SkipBad;
    Command::ImportPreRegistrations(ImportPreRegistrations { mode, rows })
}

#[test]
fn who_registered_in_peacetime_comes_first_and_lives_where_the_roster_says_nothing() {
    let mut district = members();
    district.accepts(register(vec![
        registration(1, 26, "V12", &["nurse", "boat", "nurse"]),
        registration(2, 1, "V12", &[]),
        registration(3, 27, "V12", &[]),
        registration(4, 15, "V11", &[]),
        registration(5, 99, "V12", &[]),
        registration(6, 2, "T1", &[]),
        registration(7, 2, "X", &[]),
        registration(8, 1, "V12", &[]),
    ]));
    let Answer::Imported(report) = district.answer().clone() else {
        panic!("{:?}", district.answer())
    };
    assert_eq!((report.added, report.bad.len()), (2, 6));
    let problems: Vec<_> = report
        .bad
        .iter()
        .map(|bad| (bad.row, &*bad.field, bad.problem.clone()))
        .collect();
    assert_eq!(problems[2], (5, "person", RowProblem::UnknownPerson));
    assert_eq!(problems[4], (7, "village_code", RowProblem::UnknownUnit));
    assert_eq!(problems[5], (8, "person", RowProblem::DuplicateOf(2)));
    assert!(
        matches!(problems[0], (3, "village_code", RowProblem::Invalid(_))),
        "{problems:?}"
    );
    assert_eq!(
        district
            .state
            .in_place
            .registration(PersonId(26))
            .map(|row| row.skills.len()),
        Some(2)
    );
    district
        .activate()
        .accepts(open(&["V12"]))
        .board(O1, [9, 0, 0, 0, 0, 9]);
    let window = district.state.in_place.window(W1).expect("the window");
    let first: Vec<_> = lines(&district.state, window)
        .iter()
        .take(3)
        .map(|line| line.person.0)
        .collect();
    assert_eq!(first, [1, 26, 9]);
    district
        .accepts(register(vec![registration(1, 1, "V12", &[])]))
        .changes_nothing();
    // Registered anew elsewhere.
    district.accepts(register(vec![registration(1, 1, "V22", &[])]));
    assert_eq!(
        district
            .state
            .in_place
            .registered_in(district.state.org.by_code("V12").expect("it").id)
            .count(),
        1
    );
}

#[test]
fn nobody_is_silently_dropped_who_lives_elsewhere() {
    let mut district = opened();
    let team = |district: &District| {
        mobile(&district.state, R1, PersonId(0))
            .map(|person| person.id.0)
            .collect::<Vec<_>>()
    };
    assert_eq!(team(&district), [1, 2, 27, 28]);
    district
        .accepts(exempt(2, ExemptReason::CommandPost))
        .issue_with([27], |_| {});
    let status = |who| mobile_status(&district.state, PersonId(who), minute(0));
    assert_eq!(
        [status(1), status(2), status(27), status(28)],
        [
            MobileStatus::Mobile,
            MobileStatus::Excused,
            MobileStatus::Deployed,
            MobileStatus::Mobile
        ]
    );
    district.accepts(open(&["V22"]));
    assert_eq!(team(&district), [1, 2]);
}

#[test]
fn both_readings_of_the_double_report() {
    let mut district = members();
    let with = |subject: SubjectRef, community: &str, basis| {
        Command::RecordDoubleReport(RecordDoubleReport {
            subject,
            community: community.into(),
            basis,
            response: None,
        })
    };
    let unit = || SubjectRef::Unit("A1".into());
    let member = || SubjectRef::Person(PersonId(9));
    district
        .accepts(with(unit(), "V11", Basis::Linked))
        .accepts(with(unit(), "V11", Basis::Linked))
        .changes_nothing();
    district.accepts(with(unit(), "V12", Basis::Workplace));
    district
        .accepts(with(member(), "V12", Basis::Residence))
        .accepts(with(member(), "V11", Basis::Workplace));
    for (subject, community, basis) in [
        (unit(), "V11", Basis::Residence),
        (member(), "V11", Basis::Linked),
        (member(), "V11", Basis::Residence),
        (SubjectRef::Unit("V12".into()), "V11", Basis::Linked),
    ] {
        district.when(with(subject, community, basis));
        district.then(|events| assert!(events.is_empty()));
    }
    assert_eq!(district.state.in_place.double_reports().count(), 4);
    let ends = |community: &str| {
        Command::EndDoubleReport(EndDoubleReport {
            subject: unit(),
            community: community.into(),
            basis: Basis::Linked,
        })
    };
    district
        .when(ends("V21"))
        .rejects(Rejection::UnknownDoubleReport { unit: "V21".into() });
    district
        .at(3)
        .accepts(ends("V11"))
        .accepts(ends("V11"))
        .changes_nothing();
    let unit = district.state.org.by_code("A1").expect("it").id;
    let of_unit = district
        .state
        .in_place
        .double_reports()
        .filter(|row| row.report.subject == Subject::Unit(unit));
    let stands: Vec<_> = of_unit.map(|row| (row.report.stands, row.since)).collect();
    assert_eq!(stands, [(false, minute(0)), (true, minute(0))]);
}

#[test]
fn who_was_not_seen_is_rejected_wherever_they_reported() {
    let mut district = opened();
    district.at(1).accepts(report(13));
    district.at(2).accepts(open(&["V12"])).at(3).accepts(report(13));
    let pending = |district: &District| {
        let windows = district.state.in_place.windows();
        windows.filter(|window| window.pending(PersonId(13)).is_some()).count()
    };
    let both = pending(&district);
    district.at(4).accepts(reject(13));
    assert_eq!((both > 0, pending(&district)), (true, 0), "of {both}");
    district.accepts(reject(13)).changes_nothing();
}
