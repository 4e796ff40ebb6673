//! Drills and real events, in any order and mixed in any way: the laws hold after every step, so nothing passes from one to the other
//! (M8), nobody has a duty in both (E1), and every count adds up.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::select;

use super::inject::{Observation, Verdict};
use super::run::{RemarkKind, TurnTo};
use super::scenario::{Expectation, Inject, Trigger};
use super::schedule::{CatchUp, ChangeSchedule, Recurrence, Rule, ScheduleExercise, ScheduleTo};
use super::tests::{asked, scenario, start_of};
use super::{AskedRun, ControlExercise, ImportScenario, InExercise, InjectNow, ObserveInject, StartExercise};
use crate::calendar::DayKinds;
use crate::command::Command;
use crate::field::EnrollDevice;
use crate::id::{ExerciseId, PersonId, ScheduleId};
use crate::testing::properties::any_command;
use crate::testing::{District, district};

fn a_run() -> impl Strategy<Value = ExerciseId> {
    prop_oneof![12 => 1..=3u32, 1 => select(vec![0, u32::MAX])].prop_map(ExerciseId)
}

fn start() -> impl Strategy<Value = Command> {
    let code = select(vec!["muster", "muster", "injects", "nothing"]);
    let unit = select(vec!["", "", "A1", "T1", "V22", "X"]);
    let simulated = select(vec![vec![], vec![], vec!["A1"], vec!["D"], vec!["X"]]);
    (code, unit, simulated, select(vec![0, 1, 60, 10_000])).prop_map(|(code, unit, simulated, rate)| {
        let mut start = start_of(code);
        start.asked = AskedRun {
            unit: unit.into(),
            simulated: simulated.into_iter().map(Into::into).collect(),
            rate,
            ..start.asked
        };
        Command::StartExercise(start)
    })
}

/// Schedules that come round every few minutes of the steps, some within a window.
fn schedule() -> impl Strategy<Value = Command> {
    let code = select(vec!["muster", "injects", "nothing"]);
    let every = select(vec!["*/20 * * * *", "7 * * * *", "*/40 16-20 * * FRI", "61 * * * *"]);
    let catch_up = select(CatchUp::ALL.map(|(catch_up, _)| catch_up).to_vec());
    let simulated = select(vec![vec![], vec![], vec!["D"]]);
    (code, every, catch_up, simulated, select(vec![0, 10])).prop_map(|(code, every, catch_up, simulated, spread)| {
        Command::ScheduleExercise(ScheduleExercise {
            asked: AskedRun {
                simulated: simulated.into_iter().map(Into::into).collect(),
                ..asked(code)
            },
            rule: Rule {
                recurrence: Recurrence::Cron(every.into()),
                zone: "Asia/Shanghai".into(),
                days: DayKinds::ALL,
                spread_ms: spread * 60_000,
                seed: 5,
                catch_up,
                max_lateness_ms: 30 * 60_000,
            },
            confirmation: StartExercise::phrase(code).into(),
        })
    })
}

fn change() -> impl Strategy<Value = Command> {
    let to = prop_oneof![
        3 => Just(ScheduleTo::Skip { nominal: None, reason: "holiday".into() }),
        2 => (1..200i64).prop_map(|minutes| ScheduleTo::Postpone {
            nominal: None,
            to: crate::testing::minute(minutes),
            reason: "rain".into(),
        }),
        1 => (0..200i64).prop_map(|minutes| ScheduleTo::Restore { nominal: crate::testing::minute(minutes) }),
        1 => Just(ScheduleTo::End { reason: "no more".into() }),
    ];
    let schedule = prop_oneof![9 => 1..=3u32, 1 => Just(0)].prop_map(ScheduleId);
    (schedule, to).prop_map(|(schedule, to)| Command::ChangeSchedule(ChangeSchedule { schedule, to }))
}

fn control() -> impl Strategy<Value = Command> {
    let turn_to = select(vec![
        TurnTo::Pause,
        TurnTo::Pause,
        TurnTo::Resume,
        TurnTo::Resume,
        TurnTo::End,
        TurnTo::Abort("storm".into()),
        TurnTo::Abort("".into()),
        TurnTo::Remark(RemarkKind::Lesson, "phones".into()),
    ]);
    let number = select(vec![0, 1, 2, 9]);
    prop_oneof![
        4 => (a_run(), turn_to).prop_map(|(run, turn_to)| Command::ControlExercise(ControlExercise { run, turn_to })),
        1 => (a_run(), number.clone()).prop_map(|(run, number)| Command::InjectNow(InjectNow { run, number })),
        1 => (a_run(), number, select(Verdict::ALL.map(|(verdict, _)| verdict).to_vec())).prop_map(
            |(run, number, verdict)| Command::ObserveInject(ObserveInject {
                run,
                number,
                observation: Observation { verdict, note: "".into() },
            })
        ),
    ]
}

fn anything() -> impl Strategy<Value = Command> {
    let within = (a_run(), any_command()).prop_map(|(run, command)| {
        Command::InExercise(InExercise {
            run,
            command: Box::new(command),
        })
    });
    prop_oneof![
        5 => any_command(),
        6 => within,
        2 => start(),
        2 => control(),
        1 => schedule(),
        1 => change(),
        1 => Just(Command::FireTimers)
    ]
}

fn with_injects() -> Command {
    let mut scenario = scenario();
    scenario.code = "injects".into();
    scenario.ends_when_complete = true;
    let inject = |number, trigger, expects| Inject {
        number,
        trigger,
        from: "气象台".into(),
        to: "all".into(),
        channel: "电话".into(),
        text: "风".into(),
        expected: "".into(),
        expects,
        within_ms: Some(60_000),
        objective: 0,
        controller: "".into(),
    };
    scenario.injects = vec![
        inject(1, Trigger::After(120_000), Expectation::Order),
        inject(2, Trigger::Acknowledged(20), Expectation::Arrived(50)),
    ];
    Command::ImportScenario(ImportScenario {
        scenario: Arc::new(scenario),
    })
}

/// Fires what is due until nothing is: whatever the state, time goes on.
fn fire(district: &mut District) {
    for _ in 0..20 {
        district.fire();
        if district.changed_nothing() {
            return;
        }
    }
    panic!("the timers got stuck");
}

fn run(steps: Vec<(i64, bool, Command)>) {
    let mut district = district();
    let scenario = Arc::new(scenario());
    district.accepts(Command::ImportScenario(ImportScenario { scenario }));
    district.accepts(with_injects());
    district.accepts(Command::StartExercise(start_of("muster")));
    let (lead, public_key) = (PersonId(1), [9; 32]);
    district
        .activate()
        .accepts(Command::EnrollDevice(EnrollDevice { lead, public_key }));
    let mut now = 0;
    for (pause, is_fired, command) in steps {
        now += pause;
        district.at(now);
        if is_fired {
            fire(&mut district);
        }
        let decides = matches!(&command, Command::DecideLeave(_))
            || matches!(&command, Command::InExercise(within) if matches!(*within.command, Command::DecideLeave(_)));
        district.by(if decides { "approver" } else { "centre" });
        district.when(command);
    }
    fire(&mut district);
    // What goes on ends; and a day after that, it is put away. Nothing more is started.
    for schedule in (1..)
        .map(ScheduleId)
        .take(district.state.exercises.schedules.iter().count())
    {
        let to = ScheduleTo::End { reason: "over".into() };
        district.accepts(Command::ChangeSchedule(ChangeSchedule { schedule, to }));
    }
    for days in [3, 5] {
        district.at(now + days * 24 * 60);
        fire(&mut district);
    }
    let over = district.state.exercises.runs().filter(|run| run.is_over());
    over.for_each(|run| assert!(run.world().is_none(), "{} is over for days and still there", run.id));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// M8, E1, E2, and all the laws in every world.
    #[test]
    fn drills_and_real_events_never_touch(
        steps in prop::collection::vec((0..15i64, any::<bool>(), anything()), 1..40),
    ) {
        run(steps);
    }
}
