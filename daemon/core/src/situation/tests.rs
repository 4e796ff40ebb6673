//! Clocks in tables of dates and zones; what reports answer; what the end leaves.

use proptest::prelude::*;

use super::*;
use crate::Rejection;
use crate::calendar::Zone;
use crate::command::{Answer, Command};
use crate::event::Event;
use crate::response::ChangeLevel;
use crate::testing::{District, MINUTE, O1, R1, START, approval, district, minute};

fn report(kind: ReportKind, form: ReportForm) -> FileReport {
    FileReport {
        response: R1,
        kind,
        form,
        received_at: None,
        event_at: None,
        words: Words {
            source: "T1".into(),
            place: "the dyke at V11".into(),
            nature: "seepage".into(),
            ..Words::default()
        },
        amends: None,
    }
}

fn file(district: &mut District, kind: ReportKind, form: ReportForm) {
    district.accepts(Command::FileReport(report(kind, form)));
}

fn change_level(up: bool, level: u32) -> Command {
    Command::ChangeLevel(ChangeLevel {
        response: R1,
        up,
        level,
        scope: Vec::new(),
        reason: "water".into(),
        basis: "".into(),
        approval: approval(),
        template: None,
    })
}

fn situation(district: &District) -> &Situation {
    district.state.situations.get(R1).expect("known")
}

fn due(district: &District, clock: Clock) -> Option<i64> {
    let state = situation(district).clocks().get(clock)?;
    state.due.map(|due| (due.unix_ms() - START) / MINUTE)
}

/// Fires as the engine does, until nothing is due at that minute.
fn run_to(district: &mut District, at: i64) {
    while let Some(next) = district.state.next_deadline().filter(|next| *next <= minute(at)) {
        district.start_at(next).fire();
    }
    district.at(at);
}

#[test]
fn the_rule_sets_the_first_deadlines() {
    let mut national = district();
    national.activate();
    assert_eq!(
        [Clock::FirstPhone, Clock::FirstWritten].map(|clock| due(&national, clock)),
        [Some(30), Some(60)]
    );
    let mut county = district();
    county.policy.situation.rule = "county".into();
    county.activate();
    assert_eq!(
        [Clock::FirstPhone, Clock::FirstWritten].map(|clock| due(&county, clock)),
        [Some(20), Some(40)]
    );
    let mut none = district();
    none.policy.situation.rule = "nobody's".into();
    none.activate();
    assert_eq!(due(&none, Clock::FirstPhone), None);
    // The plan of the tests: 20 and 40 minutes, follow-ups every two hours, every day at 08:00 also when nothing happened.
    let mut planned = district();
    planned.policy.situation.by_plan = true;
    planned.activate();
    assert_eq!(
        [Clock::FirstPhone, Clock::FirstWritten].map(|clock| due(&planned, clock)),
        [Some(20), Some(40)]
    );
    let (daily, zero) = (due(&planned, Clock::Daily), due(&planned, Clock::Zero));
    assert!(daily.is_some() && zero.is_some() && zero < daily);
    planned.at(30);
    file(&mut planned, ReportKind::First, ReportForm::Written);
    assert_eq!(due(&planned, Clock::FollowUp), Some(30 + 120));
}

#[test]
fn days_end_where_the_zone_says() {
    // When it is activated, when the zero report is due (17:00), when the daily one (18:00, after 24 hours). In Berlin clocks go
    // forward in the night to 2026-03-29: 24 hours after 17:30 it is 18:30.
    let table = [
        (
            "Asia/Shanghai",
            "2026-03-28T16:59",
            "2026-03-28T17:00",
            "2026-03-29T18:00",
        ),
        (
            "Asia/Shanghai",
            "2026-03-28T17:00",
            "2026-03-29T17:00",
            "2026-03-29T18:00",
        ),
        (
            "Asia/Shanghai",
            "2026-03-28T18:00",
            "2026-03-29T17:00",
            "2026-03-30T18:00",
        ),
        (
            "Europe/Berlin",
            "2026-03-28T17:30",
            "2026-03-29T17:00",
            "2026-03-30T18:00",
        ),
        (
            "Europe/Berlin",
            "2026-03-28T12:00",
            "2026-03-28T17:00",
            "2026-03-29T18:00",
        ),
        (
            "Pacific/Apia",
            "2026-12-31T23:59",
            "2027-01-01T17:00",
            "2027-01-02T18:00",
        ),
    ];
    for (zone, at, zero, daily) in table {
        let zone = Zone::new(zone).expect("a zone");
        let instant = |text: &str| {
            let (date, time) = text.split_once('T').expect("a T");
            zone.instant(date.parse().expect("a date"), time.parse().expect("a time"))
        };
        let policy = crate::policy::SituationPolicy {
            zone: zone.clone(),
            ..Default::default()
        };
        let events = open(R1, instant(at), &policy);
        let [Event::SituationClocksSet { settings, .. }] = events.as_slice() else {
            panic!("{events:?}");
        };
        let found = |clock| settings.iter().find(|setting| setting.clock == clock)?.due;
        let expected = [zero, daily].map(|text| Some(instant(text)));
        assert_eq!([found(Clock::Zero), found(Clock::Daily)], expected, "{zone:?} {at}");
    }
}

#[test]
fn a_report_in_time_answers_and_at_its_deadline_it_is_in_time() {
    let mut district = district();
    district.activate();
    run_to(&mut district, 30);
    file(&mut district, ReportKind::First, ReportForm::Phone);
    assert_eq!(due(&district, Clock::FirstPhone), None);
    assert_eq!(due(&district, Clock::FirstWritten), Some(60));
    assert_eq!(due(&district, Clock::FollowUp), None);
    run_to(&mut district, 50);
    file(&mut district, ReportKind::First, ReportForm::Written);
    // Level IV: a follow-up every eight hours, from the written report on.
    assert_eq!(due(&district, Clock::FollowUp), Some(50 + 8 * 60));
    let row = situation(&district);
    assert!(row.missed().is_empty() && row.reports().iter().all(|filed| !filed.report.is_late()));
}

#[test]
fn what_is_missed_is_an_event_stays_visible_and_a_late_report_says_so() {
    let mut district = district();
    district.activate();
    run_to(&mut district, 70);
    let row = situation(&district);
    let missed: Vec<_> = row.missed().iter().map(|missed| (missed.clock, missed.times)).collect();
    // It is 17:00 an hour after the tests begin: the day's report is missing as well.
    let expected = [(Clock::FirstPhone, 1), (Clock::FirstWritten, 1), (Clock::Zero, 1)];
    assert_eq!(missed, expected);
    assert_eq!(
        (district.state.situations.missed(), district.state.situations.overdue()),
        (3, 3)
    );
    file(&mut district, ReportKind::First, ReportForm::Written);
    let row = situation(&district);
    assert!(row.reports()[0].report.is_late());
    assert_eq!(
        row.missed().iter().map(|missed| missed.made_up_by).collect::<Vec<_>>(),
        [Some(1); 3]
    );
    assert_eq!(district.state.situations.overdue(), 0);
    // Late by its answer as well.
    let late = Answer::SituationReport {
        response: R1,
        seq: 1,
        number: 0,
        late: true,
    };
    district.answers(&late);
}

#[test]
fn a_report_that_comes_before_the_timer_does_not_hide_what_was_missed() {
    let mut district = district();
    district.activate().at(45);
    file(&mut district, ReportKind::First, ReportForm::Phone);
    district.then(|events| {
        let kinds: Vec<_> = events
            .iter()
            .map(|event| matches!(event, Event::SituationReportMissed { .. }))
            .collect();
        assert_eq!(kinds, [true, false]);
    });
    assert!(situation(&district).reports()[0].report.is_late());
}

#[test]
fn silence_over_several_deadlines_is_one_event_that_counts_them() {
    let mut district = district();
    district.activate().at(10);
    file(&mut district, ReportKind::First, ReportForm::Written);
    // The daemon was down for a day: follow-ups at 490, 970 and 1450.
    district.at(1500).fire();
    let missed: Vec<_> = situation(&district)
        .missed()
        .iter()
        .map(|missed| (missed.clock, missed.times))
        .collect();
    assert!(missed.contains(&(Clock::FollowUp, 3)), "{missed:?}");
    assert_eq!(due(&district, Clock::FollowUp), Some(1930));
    file(&mut district, ReportKind::FollowUp, ReportForm::Written);
    assert_eq!(due(&district, Clock::FollowUp), Some(1500 + 480));
    assert_eq!(situation(&district).reports()[1].report.number, 1);
}

#[test]
fn a_report_a_day_is_enough_for_the_zero_report_and_a_late_one_counts_once() {
    let mut district = district();
    district.activate();
    let first = due(&district, Clock::Zero).expect("due");
    district.at(5);
    file(&mut district, ReportKind::First, ReportForm::Written);
    assert_eq!(due(&district, Clock::Zero), Some(first + 24 * 60));
    // A second report of the same day moves nothing on.
    district.at(6);
    file(&mut district, ReportKind::Zero, ReportForm::Phone);
    assert_eq!(due(&district, Clock::Zero), Some(first + 24 * 60));
    run_to(&mut district, first + 24 * 60 + 5);
    file(&mut district, ReportKind::Zero, ReportForm::Phone);
    assert!(situation(&district).reports()[2].report.is_late());
    assert_eq!(due(&district, Clock::Zero), Some(first + 48 * 60));
}

#[test]
fn a_higher_level_asks_sooner_and_a_lower_one_later() {
    let mut district = district();
    district.activate().at(10);
    file(&mut district, ReportKind::First, ReportForm::Written);
    district.at(20).accepts(change_level(true, 2));
    assert_eq!(due(&district, Clock::FollowUp), Some(20 + 120));
    // Up again, but what was due soon stays due.
    district.at(135).accepts(change_level(true, 1));
    assert_eq!(due(&district, Clock::FollowUp), Some(140));
    district.at(138).accepts(change_level(false, 2));
    assert_eq!(due(&district, Clock::FollowUp), Some(138 + 120));
    let mut unfiled = crate::testing::district();
    unfiled.activate().accepts(change_level(true, 1));
    assert_eq!(due(&unfiled, Clock::FollowUp), None);
}

#[test]
fn the_end_stops_the_clocks_and_asks_for_the_final_report() {
    let mut district = district();
    district.activate().at(10);
    file(&mut district, ReportKind::First, ReportForm::Phone);
    district.when(Command::FileReport(report(ReportKind::Final, ReportForm::Written)));
    district.rejects(Rejection::ResponseNotTerminated { response: R1 });
    district.at(20).terminate("");
    let left: Vec<_> = situation(&district).clocks().iter().map(|(clock, _)| clock).collect();
    // The written first report is still owed.
    assert_eq!(left, [Clock::FirstWritten, Clock::Final]);
    assert_eq!(due(&district, Clock::Final), Some(20 + 24 * 60));
    district.when(Command::FileReport(report(ReportKind::Daily, ReportForm::Written)));
    district.rejects(Rejection::ResponseTerminated { response: R1 });
    district.at(30);
    file(&mut district, ReportKind::Final, ReportForm::Written);
    assert_eq!(situation(&district).clocks().iter().count(), 0);
    for kind in [ReportKind::Final, ReportKind::First] {
        district.when(Command::FileReport(report(kind, ReportForm::Written)));
        district.rejects(Rejection::ReportFiled {
            response: R1,
            kind: ReportKind::Final,
        });
    }
    // A correction is a follow-up that says what it corrects, also then.
    let amendment = FileReport {
        amends: Some(2),
        ..report(ReportKind::FollowUp, ReportForm::Written)
    };
    district.accepts(Command::FileReport(amendment));
    assert_eq!(district.state.situations.next_deadline(), None);
}

#[test]
fn the_numbers_are_the_boards() {
    let mut district = district();
    district.activate().issue(1..=5).check_in(O1, [1, 2]).ack(O1, [3]).at(1);
    file(&mut district, ReportKind::First, ReportForm::Phone);
    let filed = &situation(&district).reports()[0].report;
    let expected = Numbers {
        due: 5,
        present: 2,
        en_route: 1,
        unconfirmed: 2,
        deployed: 5,
        open_orders: 1,
        ..Numbers::default()
    };
    assert_eq!(filed.numbers, expected);
}

#[test]
fn what_cannot_be_filed() {
    let mut district = district();
    district.activate();
    let mut refuse = |change: fn(&mut FileReport), rejection: Rejection| {
        let mut filed = report(ReportKind::First, ReportForm::Phone);
        change(&mut filed);
        district.when(Command::FileReport(filed)).rejects(rejection);
    };
    refuse(
        |filed| filed.words.nature = " ".into(),
        Rejection::Missing { field: "nature" },
    );
    refuse(
        |filed| filed.event_at = Some(minute(1)),
        Rejection::ReportInFuture { field: "event_at" },
    );
    refuse(
        |filed| filed.kind = ReportKind::FollowUp,
        Rejection::NoFirstReport { response: R1 },
    );
    refuse(
        |filed| filed.amends = Some(1),
        Rejection::ReportAmends { response: R1, seq: 1 },
    );
    refuse(
        |filed| filed.words.trend = "x".repeat(3001).into(),
        Rejection::TooLong {
            field: "trend",
            length: 3001,
            max: 3000,
        },
    );
    refuse(
        |filed| filed.response = ResponseId(9),
        Rejection::UnknownResponse {
            response: ResponseId(9),
        },
    );
    file(&mut district, ReportKind::First, ReportForm::Written);
    district.when(Command::FileReport(report(ReportKind::First, ReportForm::Phone)));
    district.rejects(Rejection::ReportFiled {
        response: R1,
        kind: ReportKind::First,
    });
    let empty = FileReport {
        words: Words::default(),
        ..report(ReportKind::Daily, ReportForm::Written)
    };
    district
        .when(Command::FileReport(empty))
        .rejects(Rejection::Missing { field: "trend" });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Whatever is filed when, the laws hold (checked after every step), no deadline passes in silence, and time stands still for
    /// nobody: after firing, nothing is due.
    #[test]
    fn no_deadline_passes_in_silence(steps in prop::collection::vec((0..2000i64, 0..8usize, any::<bool>()), 1..20)) {
        let mut district = district();
        district.activate();
        let mut at = 0;
        for (later, what, written) in steps {
            at += later;
            district.at(at);
            let form = if written { ReportForm::Written } else { ReportForm::Phone };
            match what {
                0 => { district.when(change_level(true, 2)); }
                1 => { district.when(change_level(false, 3)); }
                2 => { district.when(Command::TerminateResponse(crate::response::TerminateResponse { response: R1, reason: "over".into() })); }
                _ => {
                    let kind = ReportKind::ALL[what - 3].0;
                    district.when(Command::FileReport(report(kind, form)));
                }
            }
            district.fire();
            prop_assert!(district.state.situations.next_deadline().is_none_or(|next| next > minute(at)));
        }
        let row = situation(&district);
        let times: u64 = row.missed().iter().map(|missed| u64::from(missed.times)).sum();
        prop_assert_eq!(times, district.state.situations.missed());
        let late = row.reports().iter().filter(|filed| filed.report.is_late()).map(|filed| filed.report.seq);
        for seq in late {
            prop_assert!(row.missed().iter().any(|missed| missed.made_up_by == Some(seq)), "late without a miss: {}", seq);
        }
    }
}
