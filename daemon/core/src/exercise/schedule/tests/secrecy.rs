//! Who knows of a schedule before it starts something, and who changes it (E3).

use std::sync::Arc;

use super::super::{CatchUp, ChangeSchedule, Recurrence, Rule, Schedule, ScheduleExercise, ScheduleSpec, ScheduleTo};
use super::MINUTE_MS;
use crate::calendar::DayKinds;
use crate::command::{Answer, Command};
use crate::exercise::run::Role;
use crate::exercise::scenario::{Notice, Scenario};
use crate::exercise::tests::{asked, scenario};
use crate::exercise::{ImportScenario, StartExercise};
use crate::id::{PersonId, ScheduleId};
use crate::rejection::Rejection;
use crate::testing::{District, district, minute};

const N1: ScheduleId = ScheduleId(1);
const N2: ScheduleId = ScheduleId(2);

fn import(notice: Notice) -> Command {
    Command::ImportScenario(ImportScenario {
        scenario: Arc::new(Scenario { notice, ..scenario() }),
    })
}

/// Every hour, five minutes past it, laid down by P14, directed by P29 and controlled by P3.
fn laid_down(notice: Notice) -> District {
    let mut district = district();
    district.accepts(import(notice));
    let mut asked = asked("muster");
    asked.staff = vec![(Role::Controller, PersonId(3)), (Role::Evaluator, PersonId(4))];
    let rule = Rule {
        recurrence: Recurrence::Cron("5 * * * *".into()),
        zone: "Asia/Shanghai".into(),
        days: DayKinds::ALL,
        spread_ms: 30 * MINUTE_MS,
        seed: 7,
        catch_up: CatchUp::Latest,
        max_lateness_ms: 90 * MINUTE_MS,
    };
    let laying = ScheduleExercise {
        asked,
        rule,
        confirmation: StartExercise::phrase("muster").into(),
    };
    district.by("P14").accepts(Command::ScheduleExercise(laying));
    district
}

fn every_change() -> [ScheduleTo; 5] {
    let reason: Box<str> = "汛期".into();
    [
        ScheduleTo::Skip {
            nominal: None,
            reason: reason.clone(),
        },
        // Between the nominal instant and the drawn one: whether that is too early is not to be told.
        ScheduleTo::Postpone {
            nominal: None,
            to: minute(6),
            reason: reason.clone(),
        },
        ScheduleTo::Postpone {
            nominal: Some(minute(7)),
            to: minute(500),
            reason: " ".into(),
        },
        ScheduleTo::Restore { nominal: minute(5) },
        ScheduleTo::End { reason },
    ]
}

fn change(schedule: ScheduleId, to: ScheduleTo) -> Command {
    Command::ChangeSchedule(ChangeSchedule { schedule, to })
}

fn postpone(schedule: ScheduleId) -> Command {
    let to = ScheduleTo::Postpone {
        nominal: None,
        to: minute(600),
        reason: "汛期".into(),
    };
    change(schedule, to)
}

impl District {
    fn numbered(&self, schedule: ScheduleId) -> &Schedule {
        self.state.exercises.schedules.get(schedule).expect("a schedule")
    }
    fn notice_of(&self, schedule: ScheduleId) -> Notice {
        self.state.notice(self.numbered(schedule), &self.policy)
    }
    fn conducts(&self, schedule: ScheduleId, somebody: &str) -> bool {
        let schedules = &self.state.exercises.schedules;
        schedules.conducts(self.numbered(schedule), somebody)
    }
    /// Whether the conductors see it whole, and nobody else does.
    fn is_kept_by_its_conductors(&self, schedule: ScheduleId) {
        for (somebody, may) in [
            ("P14", true),
            ("P29", true),
            ("P3", true),
            ("P4", false),
            ("P99", false),
            ("centre", false),
            ("", false),
        ] {
            let sees = self.state.sees_all(self.numbered(schedule), somebody, &self.policy);
            assert_eq!((self.conducts(schedule, somebody), sees), (may, may), "{somebody}");
        }
    }
}

#[test]
fn what_is_not_announced_is_changed_by_nobody_but_who_conducts_it() {
    for notice in [Notice::Partial, Notice::None] {
        let mut district = laid_down(notice);
        district.is_kept_by_its_conductors(N1);
        // Evaluators watch; they do not conduct.
        for somebody in ["P99", "P4", "centre"] {
            for to in every_change() {
                district
                    .by(somebody)
                    .when(change(N1, to))
                    .rejects(Rejection::NotConducting { schedule: N1 });
            }
        }
        let [skip, ..] = every_change();
        district.by("P3").accepts(change(N1, skip));
        district.by("P29").accepts(postpone(N1)).answers(&Answer::Schedule(N2));
        let [.., end] = every_change();
        district.by("P14").accepts(change(N1, end.clone()));
        // That it has ended is told to nobody else either.
        district
            .by("P99")
            .when(change(N1, end))
            .rejects(Rejection::NotConducting { schedule: N1 });
    }
}

#[test]
fn who_postpones_does_not_conduct_what_takes_the_place() {
    let mut district = laid_down(Notice::Full);
    district.by("P99").accepts(postpone(N1)).answers(&Answer::Schedule(N2));
    assert_eq!(&*district.numbered(N2).by.0, "P99", "who wrote it stays known");
    // What was open to everybody becomes secret: not for those who conduct it.
    district.by("centre").accepts(import(Notice::None));
    district.is_kept_by_its_conductors(N2);
    district.is_kept_by_its_conductors(N1);
    district
        .by("P99")
        .when(postpone(N2))
        .rejects(Rejection::NotConducting { schedule: N2 });
    // Postponed once more, the first of them still says who conducts it.
    let later = ScheduleTo::Postpone {
        nominal: None,
        to: minute(700),
        reason: "汛期".into(),
    };
    let n3 = ScheduleId(3);
    district
        .by("P29")
        .accepts(change(N2, later))
        .answers(&Answer::Schedule(n3));
    district.is_kept_by_its_conductors(n3);
}

#[test]
fn a_later_version_makes_nothing_public() {
    let mut district = laid_down(Notice::None);
    district.by("P14").accepts(postpone(N1));
    district.by("centre").at(1).accepts(import(Notice::Full));
    for schedule in [N1, N2] {
        assert_eq!(district.notice_of(schedule), Notice::None);
        district.is_kept_by_its_conductors(schedule);
    }
    district
        .by("P99")
        .when(postpone(N1))
        .rejects(Rejection::NotConducting { schedule: N1 });
    // One that was open when it was laid down becomes as secret as the scenario, and what takes its place then stays so.
    let mut district = laid_down(Notice::Full);
    district.by("centre").at(1).accepts(import(Notice::Partial));
    assert_eq!(district.notice_of(N1), Notice::Partial);
    district.by("P14").accepts(postpone(N1));
    district.by("centre").at(2).accepts(import(Notice::Full));
    assert_eq!(
        (district.notice_of(N1), district.notice_of(N2)),
        (Notice::Full, Notice::Partial)
    );
}

#[test]
fn what_was_laid_down_before_this_was_stored_is_as_secret_as_its_scenario_was() {
    let mut district = laid_down(Notice::None);
    district.by("centre").at(1).accepts(import(Notice::Full));
    let old = |change: &dyn Fn(&mut ScheduleSpec)| {
        let mut schedule = district.numbered(N1).clone();
        let mut spec = ScheduleSpec {
            notice: None,
            ..ScheduleSpec::clone(&schedule.spec)
        };
        change(&mut spec);
        schedule.spec = Arc::new(spec);
        schedule
    };
    let notice = |schedule: &Schedule| district.state.notice(schedule, &district.policy);
    assert_eq!(notice(&old(&|_| {})), Notice::None, "by the version of that day");
    let mut later = old(&|_| {});
    later.watermark.since = minute(1);
    assert_eq!(notice(&later), Notice::Full);
    let gone = old(&|spec| spec.scenario = "gone".into());
    assert_eq!(notice(&gone), Notice::None, "what nobody knows is secret");
}
