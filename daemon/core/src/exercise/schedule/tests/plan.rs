//! Schedules in a district: laid down, started, missed, skipped, postponed, ended.

use std::sync::Arc;

use super::super::{
    CatchUp, ChangeSchedule, ON_TIME_MS, Outcome, Recurrence, Rule, Schedule, ScheduleExercise, ScheduleTo, Why,
};
use super::MINUTE_MS;
use crate::calendar::{CalendarRow, DayKind, DayKinds, ImportCalendar};
use crate::command::{Answer, Command};
use crate::exercise::scenario::{Scenario, ScenarioAudience};
use crate::exercise::tests::{asked, scenario};
use crate::exercise::{ImportScenario, StartExercise};
use crate::id::{ExerciseId, PersonId, ScheduleId, Timestamp};
use crate::import::ImportMode;
use crate::rejection::Rejection;
use crate::testing::{District, district, minute};

const N1: ScheduleId = ScheduleId(1);

/// Every hour, five minutes past it; the tests begin on the hour.
fn hourly() -> Rule {
    Rule {
        recurrence: Recurrence::Cron("5 * * * *".into()),
        zone: "Asia/Shanghai".into(),
        days: DayKinds::ALL,
        spread_ms: 0,
        seed: 7,
        catch_up: CatchUp::Latest,
        max_lateness_ms: 90 * MINUTE_MS,
    }
}

fn laying(rule: Rule) -> Command {
    Command::ScheduleExercise(ScheduleExercise {
        asked: asked("muster"),
        rule,
        confirmation: StartExercise::phrase("muster").into(),
    })
}

fn with(rule: Rule) -> District {
    let mut district = district();
    let scenario = Arc::new(scenario());
    district.accepts(Command::ImportScenario(ImportScenario { scenario }));
    district.accepts(laying(rule)).answers(&Answer::Schedule(N1));
    district
}

impl District {
    fn schedule(&self) -> &Schedule {
        self.state.exercises.schedules.get(N1).expect("a schedule")
    }
    fn turn_to(&mut self, to: ScheduleTo) -> &mut Self {
        self.when(Command::ChangeSchedule(ChangeSchedule { schedule: N1, to }))
    }
    /// Everything that is due at this minute happens.
    fn passes(&mut self, minutes: i64) -> &mut Self {
        self.at(minutes).fire();
        while !self.changed_nothing() {
            self.fire();
        }
        self
    }
    /// Minutes of the occurrences that are settled, with what became of them.
    fn became(&self) -> Vec<(i64, Outcome)> {
        let settled = self.schedule().settled.iter();
        settled
            .map(|(occurrence, outcome)| (occurrence.nominal.ms_since(minute(0)) / 60_000, outcome.clone()))
            .collect()
    }
}

fn started(run: u32) -> Outcome {
    Outcome::Started(ExerciseId(run))
}

fn skip(nominal: Option<Timestamp>) -> ScheduleTo {
    ScheduleTo::Skip {
        nominal,
        reason: "汛期".into(),
    }
}

fn postpone(to: i64) -> ScheduleTo {
    ScheduleTo::Postpone {
        nominal: None,
        to: minute(to),
        reason: "汛期".into(),
    }
}

#[test]
fn runs_start_when_they_are_due_and_once() {
    let mut district = with(hourly());
    assert_eq!(district.state.next_deadline(), Some(minute(5)));
    district.passes(4);
    assert_eq!(district.became(), []);
    district.passes(5).passes(5);
    assert_eq!(district.became(), [(5, started(1))]);
    let run = district.state.exercises.run(ExerciseId(1)).expect("a run");
    assert_eq!((run.began, run.spec.scheduled), (minute(5), Some((N1, minute(5)))));
    assert_eq!(run.counts().due, 11, "as one that is started by hand");
    // It lasts an hour: the next one comes when it has just ended.
    district.passes(65);
    assert_eq!(district.became(), [(5, started(1)), (65, started(2))]);
}

#[test]
fn what_nobody_saw_is_made_up_for_or_missed_and_is_visible() {
    let mut district = with(hourly());
    district.passes(4 * 60);
    let missed = |why| Outcome::Missed(why);
    assert_eq!(
        district.became(),
        [
            (5, missed(Why::TooLate)),
            (65, missed(Why::TooLate)),
            (125, missed(Why::TooLate)),
            (185, started(1))
        ]
    );
    let mut district = with(Rule {
        catch_up: CatchUp::All,
        ..hourly()
    });
    district.passes(130);
    let became = district.became();
    assert_eq!((&became[0], &became[1].1), (&(5, missed(Why::TooLate)), &started(1)));
    assert!(
        matches!(&became[2], (125, Outcome::Refused(why)) if why.contains("goes on")),
        "two cannot run at once: {became:?}"
    );
}

#[test]
fn a_real_response_is_not_disturbed_and_simulated_people_disturb_nobody() {
    let mut district = with(hourly());
    district.activate().passes(5);
    assert_eq!(district.became(), [(5, Outcome::RealResponse(crate::testing::R1))]);
    district.at(6).terminate("over").passes(65);
    assert_eq!(district.became()[1], (65, started(1)));

    let mut district = district_with_simulated();
    district.activate().passes(5);
    assert_eq!(district.became(), [(5, started(1))]);
}

fn district_with_simulated() -> District {
    let mut district = district();
    let scenario = Arc::new(scenario());
    district.accepts(Command::ImportScenario(ImportScenario { scenario }));
    let Command::ScheduleExercise(mut laying) = laying(hourly()) else {
        unreachable!("made above")
    };
    laying.asked.simulated = vec!["D".into()];
    district.accepts(Command::ScheduleExercise(laying));
    district
}

#[test]
fn what_cannot_be_started_is_said_and_the_next_one_is_tried() {
    let mut district = with(hourly());
    for person in 1..=14 {
        district.on_leave(person, 0, 60);
    }
    district.passes(5);
    let nobody = Rejection::EverybodyExcused {
        called: 11,
        on_leave: 11,
        exempt: 0,
        in_exercises: 0,
        real_duty: 0,
    };
    let nobody = Outcome::Refused(nobody.to_string().into());
    assert_eq!(district.became(), [(5, nobody)]);
    district.passes(65);
    assert_eq!(district.became()[1], (65, started(1)));
}

#[test]
fn an_occurrence_is_skipped_and_taken_back() {
    let mut district = with(hourly());
    district
        .turn_to(skip(None))
        .turn_to(skip(Some(minute(5))))
        .changes_nothing();
    district.turn_to(skip(None));
    district.turn_to(ScheduleTo::Restore { nominal: minute(65) });
    assert!(district.is_accepted());
    district.passes(5).passes(65);
    assert_eq!(
        district.became(),
        [(5, Outcome::Missed(Why::Skipped)), (65, started(1))]
    );
    assert_eq!(&*district.schedule().skipped[&minute(5)].reason, "汛期");
    // What is over can be neither skipped nor taken back; nor can what never comes.
    let no = |minutes| Rejection::NoOccurrence {
        schedule: N1,
        nominal: minute(minutes),
    };
    district.turn_to(skip(Some(minute(65)))).rejects(no(65));
    district.turn_to(skip(Some(minute(126)))).rejects(no(126));
    district
        .turn_to(ScheduleTo::Restore { nominal: minute(5) })
        .rejects(no(5));
    let blank = ScheduleTo::Skip {
        nominal: None,
        reason: " ".into(),
    };
    district.turn_to(blank).rejects(Rejection::Missing { field: "reason" });
}

#[test]
fn an_occurrence_is_postponed_and_the_rest_stays() {
    let mut district = with(hourly());
    district
        .turn_to(postpone(5))
        .rejects(Rejection::PostponedToPast { schedule: N1 });
    let n2 = ScheduleId(2);
    district.turn_to(postpone(20)).answers(&Answer::Schedule(n2));
    district.turn_to(ScheduleTo::Restore { nominal: minute(5) });
    district.rejects(Rejection::WasPostponed {
        schedule: N1,
        instead: n2,
    });
    district.passes(5).passes(20);
    assert_eq!(district.became(), [(5, Outcome::Missed(Why::Skipped))]);
    let instead = district
        .state
        .exercises
        .schedules
        .get(n2)
        .expect("what takes its place");
    assert_eq!(instead.spec.instead_of, Some((N1, minute(5))));
    assert_eq!(instead.settled[0].1, started(1));
    assert!(instead.is_over() && !district.schedule().is_over());
    let skipped = &district.schedule().skipped[&minute(5)];
    assert_eq!(skipped.instead, Some(n2));
}

#[test]
fn a_postponed_occurrence_comes_back_once_nothing_takes_its_place() {
    let (n2, n3) = (ScheduleId(2), ScheduleId(3));
    let restore = || ScheduleTo::Restore { nominal: minute(5) };
    let of = |schedule, to| Command::ChangeSchedule(ChangeSchedule { schedule, to });
    let end = || ScheduleTo::End { reason: "撤".into() };
    // What took its place is skipped: it is ended with that, as both would run if it were taken up again.
    let mut district = with(hourly());
    district.turn_to(postpone(20));
    district.accepts(of(n2, skip(None)));
    district.accepts(of(N1, restore()));
    district.when(of(n2, ScheduleTo::Restore { nominal: minute(20) }));
    district.rejects(Rejection::ScheduleEnded { schedule: n2 });
    district.passes(5).passes(20);
    assert_eq!(district.became(), [(5, started(1))]);
    let substitute = district.state.exercises.schedules.get(n2).expect("it stays");
    assert!(substitute.is_over() && substitute.settled.is_empty());
    assert_eq!(substitute.ended.as_ref().map(|(_, _, why)| &**why), Some("汛期"));

    // It is ended, be it after it was skipped.
    for first in [None, Some(skip(None))] {
        let mut district = with(hourly());
        district.turn_to(postpone(20));
        if let Some(first) = first {
            district.accepts(of(n2, first));
        }
        district.accepts(of(n2, end()));
        district.turn_to(restore());
        assert!(district.is_accepted(), "{:?}", district.outcome());
        district.passes(5).passes(20);
        assert_eq!(district.became(), [(5, started(1))]);
    }

    // It was postponed in its turn: what takes its place runs, until that is ended.
    let mut district = with(hourly());
    district.turn_to(postpone(20));
    district.accepts(of(n2, postpone(40))).answers(&Answer::Schedule(n3));
    let was_postponed = Rejection::WasPostponed {
        schedule: N1,
        instead: n3,
    };
    district.turn_to(restore()).rejects(was_postponed.clone());
    district.accepts(of(n2, end()));
    district.turn_to(restore()).rejects(was_postponed);
    district.accepts(of(n3, end()));
    district.turn_to(restore());
    assert!(district.is_accepted());
    district.passes(5).passes(40);
    assert_eq!(district.became(), [(5, started(1))]);
}

#[test]
fn what_was_ended_starts_nothing_more() {
    let mut district = with(hourly());
    let end = || ScheduleTo::End {
        reason: "另行安排".into(),
    };
    district.at(1).turn_to(end()).turn_to(end()).changes_nothing();
    district.passes(65);
    assert_eq!(
        (district.became(), district.state.exercises.next_deadline()),
        (vec![], None)
    );
    district
        .turn_to(skip(None))
        .rejects(Rejection::ScheduleEnded { schedule: N1 });
    let nobody = Command::ChangeSchedule(ChangeSchedule {
        schedule: ScheduleId(9),
        to: end(),
    });
    district.when(nobody).rejects(Rejection::UnknownSchedule {
        schedule: ScheduleId(9),
    });
}

#[test]
fn nothing_is_laid_down_that_could_not_run() {
    let mut district = with(hourly());
    let Command::ScheduleExercise(good) = laying(hourly()) else {
        unreachable!("made above")
    };
    let mut tries = |change: &dyn Fn(&mut ScheduleExercise)| {
        let mut laying = good.clone();
        change(&mut laying);
        district.when(Command::ScheduleExercise(laying));
        district.outcome().clone().expect_err("refused")
    };
    assert!(matches!(
        tries(&|it| it.asked.scenario = "x".into()),
        Rejection::UnknownScenario { .. }
    ));
    assert!(matches!(
        tries(&|it| it.confirmation = "启动 muster".into()),
        Rejection::ExerciseNotConfirmed { .. }
    ));
    assert!(matches!(
        tries(&|it| it.asked.unit = "nowhere".into()),
        Rejection::UnknownUnit { .. }
    ));
    assert!(matches!(
        tries(&|it| it.asked.director = PersonId(9999)),
        Rejection::UnknownPerson { .. }
    ));
    assert!(matches!(
        tries(&|it| it.asked.rate = 60),
        Rejection::HurriedWithPeople { rate: 60 }
    ));
    let faults = |rejection| {
        let Rejection::ScheduleRule { fault, problem } = rejection else {
            panic!("{rejection:?}")
        };
        (fault, problem)
    };
    assert_eq!(
        faults(tries(&|it| it.rule.recurrence = Recurrence::Once(minute(0)))).0,
        "past"
    );
    let (fault, problem) = faults(tries(&|it| {
        it.rule.recurrence = Recurrence::Cron("61 * * * *".into());
        it.rule.max_lateness_ms = ON_TIME_MS - 1;
    }));
    assert_eq!(fault, "cron");
    assert!(
        problem.contains("61") && problem.contains("lateness"),
        "all faults at once: {problem}"
    );
}

#[test]
fn a_calendar_that_comes_later_is_followed() {
    let mut district = with(Rule {
        days: [DayKind::Workday].into_iter().collect(),
        ..hourly()
    });
    // A Friday; the calendar turns out to make it a holiday.
    assert_eq!(district.schedule().next().expect("it comes").start, minute(5));
    let holiday = CalendarRow {
        row: 2,
        date: "2027-01-15".into(),
        kind: "holiday".into(),
        name: "放假".into(),
    };
    district.accepts(Command::ImportCalendar(ImportCalendar {
        mode: ImportMode::AllOrNothing,
        rows: vec![holiday],
    }));
    let next = district.schedule().next().expect("it comes");
    assert!(next.start > minute(2 * 24 * 60), "after the weekend: {next:?}");
}

/// Ten thousand units that are due in the same second.
#[test]
fn ten_thousand_due_in_the_same_second_all_start() {
    use crate::command::{Actor, Context, Envelope};
    use crate::decide;
    use crate::org::ImportUnits;
    use crate::testing::unit_row;
    const COUNT: usize = 10_000;
    let mut district = district();
    let scenario = Arc::new(Scenario {
        audience: ScenarioAudience::default(),
        order: None,
        objectives: Vec::new(),
        ..scenario()
    });
    district.accepts(Command::ImportScenario(ImportScenario { scenario }));
    let code = |number: usize| format!("U{number}");
    let rows = (0..COUNT).map(|number| unit_row(number as u32 + 1, &code(number), "T1", "village"));
    district.accepts(Command::ImportUnits(ImportUnits {
        mode: ImportMode::AllOrNothing,
        rows: rows.collect(),
    }));
    let (mut state, policy) = (district.state.clone(), district.policy.clone());
    let mut takes = |at: Timestamp, command: Command| {
        let context = Context {
            actor: Actor("centre".into()),
            request_id: None,
            digest: 0,
            at,
        };
        let envelope = Envelope { context, command };
        let decision = decide(&state, &envelope, &policy).expect("accepted");
        let (entry, _) = decision.into_entry(&envelope.context);
        if !entry.is_empty() {
            state.evolve(&entry);
        }
        (state.next_deadline(), state.exercises.running_count())
    };
    for number in 0..COUNT {
        let Command::ScheduleExercise(mut laying) = laying(hourly()) else {
            unreachable!("made above")
        };
        laying.asked.unit = code(number).into();
        takes(minute(1), Command::ScheduleExercise(laying));
    }
    let mut fired = 0;
    let running = loop {
        let (next, running) = takes(minute(5), Command::FireTimers);
        fired += 1;
        if next.is_none_or(|next| next > minute(5)) {
            break running;
        }
        assert!(fired <= 2 * COUNT, "each firing gets something done");
    };
    let first = state.exercises.schedules.get(N1).expect("a schedule");
    assert_eq!(running, COUNT, "{:?}", first.settled);
    let began_late = state.exercises.runs().filter(|run| run.began != minute(5)).count();
    assert_eq!(began_late, 0);
}
