//! Runs: begun, answered, injected, paused, ended, pre-empted, and never mixed up with anything real.

mod offline;
mod take_over;
mod told;

use std::sync::Arc;

use super::inject::{Observation, Verdict};
use super::objective::{Metric, Objective, Target};
use super::run::{Ending, RemarkKind, RunPhase};
use super::scenario::{
    Content, ExerciseKind, Expectation, Inject, Notice, Scenario, ScenarioAudience, ScenarioOrder, Trigger,
};
use super::score::RatingPolicy;
use super::{
    AskedRun, ControlExercise, ImportScenario, InExercise, InjectNow, ObserveInject, PREFIX, Run, StartExercise, TurnTo,
};
use crate::board::Scope;
use crate::command::{Answer, Command, ExceptionKind};
use crate::event::Event;
use crate::id::{ExerciseId, OrderId, PersonId, ResponseId, Revision};
use crate::order::{Bucket, CancelOrder, OrderStatus};
use crate::rejection::Rejection;
use crate::response::{Level, RequestResponse};
use crate::team::TeamKind;
use crate::testing::{District, O1, acknowledge, activate, check_in, district, draft, issue, minute, people};

const Y1: ExerciseId = ExerciseId(1);
const MINUTE: u64 = 60_000;

/// A muster of the agency teams: acknowledge in 5 minutes, be there in 30, over after an hour.
pub(crate) fn scenario() -> Scenario {
    Scenario {
        code: "muster".into(),
        name: "机关应急队集结".into(),
        name_en: "Muster".into(),
        purpose: "检验集结".into(),
        outline: "发令、回令、集结".into(),
        kind: ExerciseKind::Muster,
        content: Content::Single,
        notice: Notice::Full,
        plan: "typhoon".into(),
        level: Level::IV,
        audience: ScenarioAudience {
            teams: vec![TeamKind::Agency],
            ..ScenarioAudience::default()
        },
        order: Some(ScenarioOrder {
            text: "立即到东集结点集合".into(),
            acknowledge_ms: 5 * MINUTE,
            arrive_ms: Some(30 * MINUTE),
            grace_ms: Some(10 * MINUTE),
            muster_points: vec!["MP-EAST".into()],
        }),
        window_ms: 60 * MINUTE,
        ends_when_complete: false,
        objectives: vec![Objective {
            name: "到位".into(),
            name_en: "".into(),
            metric: Metric::Arrived,
            target: Target::AtLeast(900),
            weight: 1,
        }],
        injects: Vec::new(),
        unit_min: 3,
        behaviour: "day".into(),
    }
}

pub(crate) fn asked(code: &str) -> AskedRun {
    AskedRun {
        scenario: code.into(),
        unit: "".into(),
        director: PersonId(29),
        staff: Vec::new(),
        simulated: Vec::new(),
        rate: 0,
    }
}

pub(crate) fn start_of(code: &str) -> StartExercise {
    StartExercise {
        asked: asked(code),
        confirmation: StartExercise::phrase(code).into(),
    }
}

fn inject(number: u32, trigger: Trigger, expects: Expectation) -> Inject {
    Inject {
        number,
        trigger,
        from: "市气象台".into(),
        to: "all".into(),
        channel: "电话".into(),
        text: "风力增强".into(),
        expected: "提高响应级别".into(),
        expects,
        within_ms: Some(10 * MINUTE),
        objective: 1,
        controller: "导调组".into(),
    }
}

impl District {
    /// Something is done in the first exercise.
    fn within(&mut self, command: Command) -> &mut Self {
        self.when(in_first(command))
    }
    fn run(&self) -> &Run {
        self.state.exercises.run(Y1).expect("a run")
    }
    /// Where a person counts in the first order of the first exercise.
    fn bucket(&self, person: u32) -> Bucket {
        let world = self.run().world().expect("a world");
        let order = world.orders.get(O1).expect("an order").current();
        order.ledger.row(PersonId(person)).expect("a row").bucket()
    }
    fn turn(&mut self, turn_to: TurnTo) -> &mut Self {
        self.when(Command::ControlExercise(ControlExercise { run: Y1, turn_to }))
    }
}

fn in_first(command: Command) -> Command {
    Command::InExercise(InExercise {
        run: Y1,
        command: Box::new(command),
    })
}

fn with(change: impl FnOnce(&mut Scenario)) -> District {
    let mut scenario = scenario();
    change(&mut scenario);
    let mut district = district();
    let scenario = Arc::new(scenario);
    district.accepts(Command::ImportScenario(ImportScenario { scenario }));
    district
}

fn begun(change: impl FnOnce(&mut Scenario)) -> District {
    let mut district = with(change);
    district.accepts(Command::StartExercise(start_of("muster")));
    district
}

#[test]
fn a_run_calls_its_audience_in_a_world_of_its_own() {
    let district = begun(|_| {});
    let run = district.run();
    let world = run.world().expect("a world");
    let order = world.orders.get(O1).expect("an order").current();
    assert_eq!(order.ledger.total().due, 11, "two agency teams");
    assert_eq!(&*order.spec.text, format!("{PREFIX}立即到东集结点集合"));
    assert!(world.responses.get(ResponseId(1)).is_some_and(|row| row.is_active()));
    // Outside, nothing has happened.
    assert!(district.state.orders.get(O1).is_none() && district.state.responses.iter().next().is_none());
    assert!(district.state.duty(PersonId(1)).is_none());
    assert_eq!(
        district
            .state
            .exercises
            .played_by(PersonId(1))
            .map(|run| run.id)
            .collect::<Vec<_>>(),
        [Y1]
    );
}

#[test]
fn people_answer_in_it_and_are_scored_by_what_they_did() {
    let mut district = begun(|_| {});
    district.at(2).within(Command::Acknowledge(acknowledge(O1, [1, 2, 3])));
    assert!(district.is_accepted(), "{:?}", district.outcome());
    district.at(20).within(Command::CheckIn(check_in(O1, [1, 2])));
    district.at(38).within(Command::CheckIn(check_in(O1, [3])));
    district.at(41).fire().at(60).fire();
    assert!(matches!(district.run().phase, RunPhase::Over { ref ending, .. } if *ending == Ending::Window));
    let facts = &district.run().facts;
    let of = |person: u32| {
        facts
            .iter()
            .find(|fact| fact.person == PersonId(person))
            .expect("a fact")
    };
    assert_eq!(
        (of(1).acked_ms, of(1).arrived_ms, of(1).is_late),
        (Some(2 * MINUTE), Some(20 * MINUTE), false)
    );
    assert_eq!((of(3).arrived_ms, of(3).is_late), (Some(38 * MINUTE), true));
    assert_eq!((of(9).acked_ms, of(9).arrived_ms, of(9).excuse), (None, None, None));
    assert_eq!(facts.len(), 11);
    // E2: what comes after the window is no answer.
    district
        .at(61)
        .within(Command::CheckIn(check_in(O1, [9])))
        .rejects(Rejection::ExerciseEnded { run: Y1 });
    // A day later its world is gone, and what everybody did is still there.
    district.at(60 + 24 * 60).fire();
    assert!(district.run().world().is_none() && district.run().facts.len() == 11);
    assert_eq!(district.state.exercises.next_deadline(), None);
}

#[test]
fn who_starts_it_says_what_it_is() {
    let mut district = with(|_| {});
    let start = |change: &dyn Fn(&mut StartExercise)| {
        let mut start = start_of("muster");
        change(&mut start);
        Command::StartExercise(start)
    };
    let phrase = "演练 muster".into();
    district
        .when(start(&|it| it.confirmation = "启动 muster".into()))
        .rejects(Rejection::ExerciseNotConfirmed { phrase });
    district
        .when(start(&|it| it.asked.scenario = "storm".into()))
        .rejects(Rejection::UnknownScenario {
            scenario: "storm".into(),
            known: "muster".into(),
        });
    district
        .when(start(&|it| it.asked.unit = "X".into()))
        .rejects(Rejection::UnknownUnit { code: "X".into() });
    district
        .when(start(&|it| it.asked.unit = "V11".into()))
        .rejects(Rejection::EmptyAudience);
    district
        .when(start(&|it| it.asked.director = PersonId(99)))
        .rejects(Rejection::UnknownPerson { person: PersonId(99) });
    district
        .when(start(&|it| it.asked.rate = 60))
        .rejects(Rejection::HurriedWithPeople { rate: 60 });
    district.accepts(start(&|_| {}));
    district
        .when(start(&|_| {}))
        .rejects(Rejection::ExerciseRunning { run: Y1 });
    // Elsewhere it is another; but nobody is left whom it could call.
    district
        .when(start(&|it| it.asked.unit = "A1".into()))
        .rejects(everybody(6, |_, _, in_exercises, _| *in_exercises = 6));
}

/// All who are called are excused, for these reasons: on leave, exempt, in other exercises, a real duty.
fn everybody(called: u32, why: impl FnOnce(&mut u32, &mut u32, &mut u32, &mut u32)) -> Rejection {
    let (mut on_leave, mut exempt, mut in_exercises, mut real_duty) = (0, 0, 0, 0);
    why(&mut on_leave, &mut exempt, &mut in_exercises, &mut real_duty);
    Rejection::EverybodyExcused {
        called,
        on_leave,
        exempt,
        in_exercises,
        real_duty,
    }
}

#[test]
fn where_everybody_is_excused_it_is_said_why() {
    let mut district = with(|_| {});
    district.on_leave(1, 0, 600).on_leave(2, 0, 600);
    district.activate().issue(3..=14);
    district
        .when(Command::StartExercise(start_of("muster")))
        .rejects(everybody(11, |on_leave, _, _, real_duty| {
            (*on_leave, *real_duty) = (2, 9)
        }));
    // By the plan's own orders, too.
    let mut district = with(|scenario| scenario.order = None);
    let mut plan = crate::plan::tests::plan("typhoon", Default::default());
    for level in &mut plan.levels {
        level.call_out.teams = vec![TeamKind::Agency];
    }
    district.accepts(Command::ImportPlan(crate::plan::ImportPlan { plan: Arc::new(plan) }));
    district.activate().issue(1..=30);
    district.when(Command::StartExercise(start_of("muster")));
    let refused = district.outcome().clone();
    let is_said = matches!(
        refused,
        Err(Rejection::EverybodyExcused { called, real_duty, .. }) if called == real_duty && called > 11
    );
    assert!(is_said, "who commands is called, too: {refused:?}");
}

#[test]
fn e1_a_real_order_takes_its_people_out_at_once() {
    let mut district = begun(|_| {});
    district.at(2).within(Command::CheckIn(check_in(O1, [1])));
    district.at(3).accepts(Command::ActivateResponse(activate(4)));
    district.accepts(issue([1, 2, 15], draft()));
    let run = district.run();
    assert_eq!(run.preemptions.len(), 1);
    assert_eq!(run.preemptions[0].people.iter().collect::<Vec<_>>(), people([1, 2]));
    assert_eq!(
        (district.bucket(1), district.bucket(2), district.bucket(3)),
        (Bucket::Present, Bucket::Excused, Bucket::Unconfirmed)
    );
    assert_eq!(district.state.duty(PersonId(2)), Some(O1));
    assert!(run.world().expect("a world").duty(PersonId(2)).is_none());
    // What they say there changes nothing any more.
    district.at(4).within(Command::Acknowledge(acknowledge(O1, [2])));
    assert_eq!(district.bucket(2), Bucket::Excused);
    // Who has a real duty is not called by a later order of the exercise.
    let again = in_first(issue([1, 2, 7], draft()));
    district.accepts(again);
    let world = district.run().world().expect("a world");
    let ledger = &world.orders.get(OrderId(2)).expect("an order").current().ledger;
    assert_eq!((ledger.total().due, ledger.total().excused), (3, 2));
    // They count nowhere in what comes of it.
    district.at(60).fire();
    let taken = district.run().facts.iter().filter(|fact| fact.is_preempted);
    assert_eq!(taken.map(|fact| fact.person.0).collect::<Vec<_>>(), [1, 2, 1, 2]);
}

#[test]
fn an_exercise_without_anybody_is_over() {
    let mut district = begun(|_| {});
    district.at(3).accepts(Command::ActivateResponse(activate(4)));
    district.accepts(issue(1..=14, draft()));
    assert!(matches!(district.run().phase, RunPhase::Over { ref ending, .. } if *ending == Ending::Preempted));
    let cancelled = |event: &Event| matches!(event, Event::InExercise { event, .. } if matches!(**event, Event::OrderCancelled { .. }));
    district
        .at(3)
        .then(|events| assert!(events.iter().any(cancelled), "{events:#?}"));
    // A lead who had no network hears of it all the same, and of the order that was withdrawn no more.
    let run = district.run();
    let told = |cursor| {
        run.preempted_since(cursor)
            .map(|taken| taken.people.len())
            .sum::<usize>()
    };
    assert_eq!(told(Revision(0)), 11);
    assert_eq!(told(run.preemptions[0].announced), 0);
    assert!(run.is_withdrawn_in_silence(PersonId(1)) && !run.is_withdrawn_in_silence(PersonId(15)));
    // One that ended otherwise is over, and nobody asks.
    let mut district = begun(|_| {});
    district.at(3).activate().issue([1, 2]);
    let told = |district: &District, cursor| district.run().preempted_since(cursor).count();
    assert_eq!(told(&district, Revision(0)), 1);
    district.turn(TurnTo::End);
    assert_eq!((told(&district, Revision(0)), told(&district, Revision(1))), (0, 1));
    assert!(!district.run().is_withdrawn_in_silence(PersonId(1)));
}

#[test]
fn who_has_a_duty_is_not_called_by_an_exercise() {
    let mut district = with(|_| {});
    district.activate().issue([1, 2]);
    district.accepts(Command::StartExercise(start_of("muster")));
    assert_eq!(
        (district.bucket(1), district.bucket(3)),
        (Bucket::Excused, Bucket::Unconfirmed)
    );
}

#[test]
fn who_is_called_for_real_meanwhile_is_called_by_no_later_order_of_the_exercise() {
    let mut district = begun(|_| {});
    district.at(3).activate().issue([15]);
    assert!(district.run().preemptions.is_empty(), "they had no part in it yet");
    district.when(in_first(issue([15, 16], draft())));
    let Answer::Issued(issued) = district.answer().clone() else {
        panic!("{:?}", district.outcome());
    };
    assert_eq!((issued.due, issued.excused), (2, 1));
    let world = district.run().world().expect("a world");
    assert_eq!(
        (world.duty(PersonId(15)), world.duty(PersonId(16))),
        (None, Some(OrderId(2)))
    );
}

#[test]
fn who_comes_on_leave_is_in_one_place_only() {
    let mut district = with(|_| {});
    district.on_leave(1, 0, 600).on_leave(2, 0, 600);
    district.accepts(Command::StartExercise(start_of("muster")));
    district.activate().issue([1, 2]);
    assert_eq!(
        (district.bucket(1), district.bucket(2)),
        (Bucket::Excused, Bucket::Excused)
    );
    // The real thing first: not counted in the exercise.
    district
        .check_in(O1, [1])
        .within(Command::CheckIn(check_in(O1, [1, 3])));
    district.reports(1, &[(1, ExceptionKind::Excused)]);
    assert_eq!(district.bucket(1), Bucket::Excused);
    // The exercise first: taken out of it.
    district.within(Command::CheckIn(check_in(O1, [2]))).check_in(O1, [2]);
    assert_eq!(district.state.duty(PersonId(2)), Some(O1));
    assert_eq!(district.run().preemptions.len(), 1);
}

#[test]
fn two_exercises_call_nobody_twice() {
    let mut district = begun(|_| {});
    let other = Arc::new(Scenario {
        code: "other".into(),
        ..scenario()
    });
    district.accepts(Command::ImportScenario(ImportScenario { scenario: other }));
    // Everybody of its audience takes part in the first.
    district.when(Command::StartExercise(start_of("other")));
    district.rejects(everybody(11, |_, _, in_exercises, _| *in_exercises = 11));
    district
        .at(60)
        .fire()
        .accepts(Command::StartExercise(start_of("other")));
}

#[test]
fn who_is_simulated_is_disturbed_by_nothing_and_disturbs_nobody() {
    let mut district = with(|_| {});
    district.activate().issue([1, 2]);
    let mut start = start_of("muster");
    (start.asked.simulated, start.asked.rate) = (vec!["D".into()], 60);
    district.accepts(Command::StartExercise(start));
    assert_eq!(district.bucket(1), Bucket::Unconfirmed, "a simulated person is there");
    district.issue([3, 4]);
    assert!(district.run().preemptions.is_empty());
    // An hour passes in a minute.
    district.at(1).fire();
    assert!(district.run().is_over());
    assert!(district.run().facts.iter().all(|fact| fact.is_simulated));
}

#[test]
fn a_board_tells_how_many_are_simulated() {
    let of = |simulated: &[&str]| {
        let mut district = with(|_| {});
        let mut start = start_of("muster");
        start.asked.simulated = simulated.iter().map(|code| Box::from(*code)).collect();
        district.accepts(Command::StartExercise(start));
        let world = district.run().world().expect("a world");
        let root = world.org.root().expect("a root").id;
        let board = world.board(Scope::Order(O1), root);
        let lines = board.rows.iter().chain([&board.total]);
        lines.map(|row| (row.counts.due, row.simulated_due)).collect::<Vec<_>>()
    };
    let nobody = of(&[]);
    let (total, rows) = nobody.split_last().expect("a total");
    assert!(nobody.iter().all(|(due, simulated)| *due > 0 && *simulated == 0));
    let first = rows[0].0;
    let mut expected: Vec<_> = rows.iter().map(|(due, _)| (*due, 0)).collect();
    expected[0].1 = first;
    expected.push((total.0, first));
    assert_eq!(of(&["A1"]), expected);
    // A unit under one that is named counts once.
    let everybody: Vec<_> = nobody.iter().map(|(due, _)| (*due, *due)).collect();
    assert_eq!(of(&["D", "A1"]), everybody);
}

#[test]
fn exercise_time_stands_still_while_it_is_paused() {
    let mut district = begun(|_| {});
    district.at(2).turn(TurnTo::Pause);
    assert!(district.is_accepted() && district.state.exercises.next_deadline().is_none());
    district.at(100).fire().turn(TurnTo::Resume);
    district.turn(TurnTo::Resume).changes_nothing();
    district.at(102).within(Command::Acknowledge(acknowledge(O1, [1])));
    assert!(district.is_accepted(), "{:?}", district.outcome());
    district.at(158).fire();
    let facts = &district.run().facts;
    assert_eq!(facts[0].acked_ms, Some(4 * MINUTE), "98 minutes did not count");
    assert!(district.run().is_over(), "after sixty minutes of exercise time");
}

#[test]
fn injects_come_by_time_by_what_happens_and_by_hand() {
    let mut district = begun(|scenario| {
        scenario.injects = vec![
            inject(1, Trigger::After(10 * MINUTE), Expectation::Level(Level::III)),
            inject(2, Trigger::Acknowledged(50), Expectation::Observed),
            inject(3, Trigger::ByHand, Expectation::Order),
            inject(4, Trigger::Level(Level::III), Expectation::HandOver),
        ];
    });
    let injected = |district: &District| -> Vec<Option<u64>> {
        let rows = district.run().injects.iter();
        rows.map(|row| row.injected_ms.map(|ms| ms / MINUTE)).collect()
    };
    district
        .at(2)
        .within(Command::Acknowledge(acknowledge(O1, 1..=6)))
        .at(2)
        .fire();
    assert_eq!(injected(&district), [None, Some(2), None, None]);
    let by_hand = Command::InjectNow(InjectNow { run: Y1, number: 3 });
    district.at(3).accepts(by_hand.clone());
    district
        .when(by_hand)
        .rejects(Rejection::AlreadyInjected { run: Y1, number: 3 });
    district.at(10).fire();
    assert_eq!(injected(&district), [Some(10), Some(2), Some(3), None]);
    // The level goes up in time, and an order comes late.
    let raise = crate::response::ChangeLevel {
        response: ResponseId(1),
        up: true,
        level: 3,
        scope: Vec::new(),
        reason: "wind".into(),
        basis: "".into(),
        approval: crate::testing::approval(),
        template: None,
    };
    district.at(15).within(Command::ChangeLevel(raise)).at(15).fire();
    district.at(20).within(issue([5], draft()));
    assert_eq!(injected(&district), [Some(10), Some(2), Some(3), Some(15)]);
    let verdicts = |district: &District| -> Vec<Verdict> {
        let outcomes = district.run().outcomes();
        outcomes.into_iter().map(|outcome| outcome.verdict).collect()
    };
    let (done, partly, not) = (Verdict::Done, Verdict::Partly, Verdict::NotDone);
    assert_eq!(verdicts(&district), [done, Verdict::Unjudged, partly, not]);
    // A controller's word goes before what the system saw, and is taken after the end too.
    district.at(60).fire();
    let observe = |number, verdict| {
        let note = "".into();
        let observation = Observation { verdict, note };
        Command::ObserveInject(ObserveInject {
            run: Y1,
            number,
            observation,
        })
    };
    district
        .accepts(observe(4, Verdict::Partly))
        .accepts(observe(2, Verdict::Done));
    assert_eq!(verdicts(&district), [done, done, partly, partly]);
    district
        .when(observe(9, Verdict::Done))
        .rejects(Rejection::UnknownInject {
            run: Y1,
            number: 9,
            count: 4,
        });
    district
        .when(Command::InjectNow(InjectNow { run: Y1, number: 1 }))
        .rejects(Rejection::ExerciseEnded { run: Y1 });
}

#[test]
fn it_is_ended_or_broken_off_and_remarked_on() {
    let mut ended = begun(|_| {});
    ended.at(5).turn(TurnTo::End);
    let missed = ended.run().facts.iter().filter(|fact| fact.excuse.is_none()).count();
    assert_eq!(missed, 11, "what is ended counts");
    ended.turn(TurnTo::End).rejects(Rejection::ExerciseEnded { run: Y1 });
    ended.turn(TurnTo::Remark(RemarkKind::Lesson, " 电话要核对 ".into()));
    assert_eq!(&*ended.run().remarks[0].text, "电话要核对");

    let mut aborted = begun(|_| {});
    aborted
        .at(5)
        .turn(TurnTo::Abort(" ".into()))
        .rejects(Rejection::Missing { field: "reason" });
    aborted
        .turn(TurnTo::Abort("这不是演练，立即上堤".into()))
        .rejects(Rejection::DeniesExercise {
            field: "reason",
            words: "不是演练",
        });
    aborted.turn(TurnTo::Abort("雷雨".into()));
    assert!(
        aborted.run().facts.iter().all(|fact| fact.excuse.is_some()),
        "nobody is absent from what was broken off"
    );
}

#[test]
fn e2_who_answers_after_the_window_has_not_answered() {
    let mut district = begun(|_| {});
    district.at(59).within(Command::Acknowledge(acknowledge(O1, [1])));
    // The window is over, and nobody has looked yet.
    district
        .at(61)
        .within(Command::Acknowledge(acknowledge(O1, [2])))
        .fire();
    assert!(district.run().is_over());
    let acked = |who| {
        let mut facts = district.run().facts.iter();
        let fact = facts.find(|fact| fact.person == PersonId(who)).expect("a fact");
        fact.acked_ms
    };
    assert_eq!([acked(1), acked(2)], [Some(59 * MINUTE), None]);
}

#[test]
fn it_ends_when_everybody_is_accounted_for() {
    let mut district = begun(|scenario| scenario.ends_when_complete = true);
    district
        .at(10)
        .within(Command::CheckIn(check_in(O1, (1..=6).chain(9..=12))))
        .fire();
    assert!(!district.run().is_over());
    district.at(11).within(Command::CheckIn(check_in(O1, [13]))).fire();
    assert!(matches!(district.run().phase, RunPhase::Over { ref ending, .. } if *ending == Ending::Complete));
    // Where nobody is to go anywhere, it is over when everybody has answered.
    let mut desk = begun(|scenario| {
        scenario.ends_when_complete = true;
        scenario.order.as_mut().expect("an order").arrive_ms = None;
    });
    let most = (1..=6).chain(9..=12);
    desk.at(3).within(Command::Acknowledge(acknowledge(O1, most))).fire();
    assert!(!desk.run().is_over());
    desk.at(4).within(Command::Acknowledge(acknowledge(O1, [13]))).fire();
    assert!(matches!(desk.run().phase, RunPhase::Over { ref ending, .. } if *ending == Ending::Complete));
}

#[test]
fn m8_the_district_is_not_changed_in_an_exercise_nor_an_exercise_from_outside() {
    let mut district = begun(|_| {});
    district
        .within(Command::Tick)
        .rejects(Rejection::NotInExercises { command: "tick" });
    district
        .within(Command::StartExercise(start_of("muster")))
        .rejects(Rejection::NotInExercises {
            command: "start-exercise",
        });
    // What an exercise has is not there outside.
    district
        .when(Command::Acknowledge(acknowledge(O1, [1])))
        .rejects(Rejection::UnknownOrder { order: O1 });
    let unknown = Command::InExercise(InExercise {
        run: ExerciseId(2),
        command: Box::new(Command::Acknowledge(acknowledge(O1, [1]))),
    });
    district
        .when(unknown)
        .rejects(Rejection::UnknownExercise { run: ExerciseId(2) });
    // A real order never looks like one of an exercise.
    district.activate();
    for text in ["【演练】集合", "集合【 演 練 】"] {
        let disguised = crate::response::OrderDraft {
            text: text.into(),
            ..draft()
        };
        let refused = Rejection::RealOrderSaysExercise {
            field: "text",
            word: PREFIX,
        };
        district.when(issue([1], disguised)).rejects(refused);
    }
    // Nor does a response, or one that is asked for.
    let mut activated = activate(4);
    activated.asked.event = "【演练】flood".into();
    activated.asked.reason = "rain".into();
    let refused = Rejection::RealOrderSaysExercise {
        field: "event",
        word: PREFIX,
    };
    let requested = Command::RequestResponse(RequestResponse {
        asked: activated.asked.clone(),
        requested_by: PersonId(1),
    });
    district
        .when(Command::ActivateResponse(activated))
        .rejects(refused.clone());
    district.when(requested).rejects(refused);
}

fn order_of(text: &str) -> Command {
    let draft = crate::response::OrderDraft {
        text: text.into(),
        ..draft()
    };
    issue([15], draft)
}

#[test]
fn nothing_that_is_ordered_in_an_exercise_denies_it() {
    let mut district = begun(|_| {});
    for (text, words) in [
        ("这不是演练，马上来", "不是演练"),
        ("【演练】已结束，这是真实命令", "真实命令"),
        ("Ｎｏｔ　ａ　ｄｒｉｌｌ", "notadrill"),
    ] {
        let refused = Rejection::DeniesExercise { field: "text", words };
        district.within(order_of(text)).rejects(refused);
    }
    let texts = [
        ("演练结束，返回", "【演练】演练结束，返回"),
        ("【演练】集合", "【演练】集合"),
        ("【演练】已结束", "【演练】【演练】已结束"),
    ];
    for (text, goes_out) in texts {
        district.within(order_of(text));
        assert!(district.is_accepted(), "{:?}", district.outcome());
        let world = district.run().world().expect("a world");
        let last = world.orders.iter().last().expect("an order").current();
        assert_eq!(&*last.spec.text, goes_out);
    }
    // A plan's own orders say what plans say for real: not in an exercise.
    let mut district = with(|scenario| scenario.order = None);
    let mut plan = calling_agencies();
    for level in &mut plan.levels {
        level.order.text = "这不是演练，立即到位".into();
        level.order.muster_points = vec!["MP-EAST".into()];
    }
    district.accepts(Command::ImportPlan(crate::plan::ImportPlan { plan: Arc::new(plan) }));
    district
        .when(Command::StartExercise(start_of("muster")))
        .rejects(Rejection::DeniesExercise {
            field: "text",
            words: "不是演练",
        });
}

#[test]
fn why_an_order_is_withdrawn_says_what_it_is_too() {
    let withdraw = |order, reason: &str| {
        let reason = reason.into();
        Command::CancelOrder(CancelOrder { order, reason })
    };
    let mut district = begun(|_| {});
    district.activate().issue([15]);
    district
        .within(withdraw(O1, "真实命令：立即上堤"))
        .rejects(Rejection::DeniesExercise {
            field: "reason",
            words: "真实命令",
        });
    district.within(withdraw(O1, "发错了"));
    let withdrawn = district
        .run()
        .world()
        .expect("a world")
        .orders
        .get(O1)
        .expect("it")
        .current();
    assert_eq!(withdrawn.status, OrderStatus::Cancelled("【演练】发错了".into()));
    district
        .when(withdraw(O1, "【演练】结束"))
        .rejects(Rejection::RealOrderSaysExercise {
            field: "reason",
            word: PREFIX,
        });
}

#[test]
fn whom_a_real_order_took_no_change_of_level_of_the_exercise_calls_again() {
    let mut district = with(|scenario| scenario.order = None);
    let plan = Arc::new(calling_agencies());
    district.accepts(Command::ImportPlan(crate::plan::ImportPlan { plan }));
    district.accepts(Command::StartExercise(start_of("muster")));
    district.activate().issue([1]);
    let orders = |district: &District| district.run().world().expect("a world").orders.iter().count();
    let before = orders(&district);
    district.within(Command::ChangeLevel(crate::response::ChangeLevel {
        response: ResponseId(1),
        up: true,
        level: 3,
        scope: Vec::new(),
        reason: "水涨".into(),
        basis: "".into(),
        approval: crate::testing::approval(),
        template: Some(crate::response::TemplateOrders {
            muster_points: vec!["MP-EAST".into()],
        }),
    }));
    assert!(district.is_accepted(), "{:?}", district.outcome());
    assert_eq!(orders(&district), before);
}

#[test]
fn every_response_of_an_exercise_bears_its_label() {
    let mut district = begun(|_| {});
    let asked = |event: &str| {
        let mut activate = activate(4);
        activate.asked.event = event.into();
        activate.asked.plan = "flood".into();
        activate
    };
    for (event, named) in [
        ("dyke", "【演练】dyke"),
        ("", "【演练】plan for flood"),
        ("【演练】wave", "【演练】wave"),
    ] {
        district.within(Command::ActivateResponse(asked(event)));
        assert!(district.is_accepted(), "{:?}", district.outcome());
        let world = district.run().world().expect("a world");
        let last = world.responses.iter().last().expect("a response");
        assert_eq!(&*last.spec.event, named);
        // Under that name it is known (M5).
        district.within(Command::ActivateResponse(asked(event)));
        let response = ResponseId(district.run().world().expect("a world").responses.iter().count() as u32);
        district.rejects(Rejection::ResponseActive {
            event: named.into(),
            response,
        });
    }
    district
        .within(Command::ActivateResponse(asked("真实命令：洪水")))
        .rejects(Rejection::DeniesExercise {
            field: "event",
            words: "真实命令",
        });
}

#[test]
fn the_plans_own_orders_of_an_exercise_go_to_the_points_of_the_place() {
    let mut district = with(|scenario| scenario.order = None);
    let plan = calling_agencies();
    assert!(plan.levels.iter().all(|level| level.order.muster_points.is_empty()));
    district.accepts(Command::ImportPlan(crate::plan::ImportPlan { plan: Arc::new(plan) }));
    district.accepts(Command::StartExercise(start_of("muster")));
    let points = |district: &District| {
        let world = district.run().world().expect("a world");
        let last = world.orders.iter().last().expect("an order").current();
        last.spec.muster_points.iter().map(|point| point.0).collect::<Vec<_>>()
    };
    assert_eq!(
        points(&district),
        [1, 2],
        "all within the district, which has none of its own"
    );
    // By hand, too.
    let mut by_plan = activate(4);
    by_plan.asked.event = "second".into();
    by_plan.template = Some(crate::response::TemplateOrders::default());
    district.within(Command::ActivateResponse(by_plan.clone()));
    assert!(district.is_accepted(), "{:?}", district.outcome());
    assert_eq!(points(&district), [1, 2]);
    // For real, somebody says where.
    district
        .when(Command::ActivateResponse(by_plan))
        .rejects(Rejection::NoMusterPoint);
}

#[test]
fn who_has_not_come_is_absent_when_the_time_is_over_and_not_before() {
    let mut district = begun(|_| {});
    let absent = |district: &District| {
        let figures = district.run().material().score(&RatingPolicy::default()).figures.all;
        assert!(figures.adds_up());
        (figures.absent(), figures.open, district.run().counts().absent)
    };
    district.at(2).within(Command::Acknowledge(acknowledge(O1, [1, 2, 3])));
    district.at(20).within(Command::CheckIn(check_in(O1, [1, 2])));
    assert_eq!(absent(&district), (0, 9, 0));
    district.at(41).fire();
    assert!(!district.run().is_over());
    assert_eq!(absent(&district), (9, 0, 9), "as its counts say");
    district.at(60).fire();
    assert!(district.run().is_over());
    assert_eq!((absent(&district).0, absent(&district).1), (9, 0));
}

#[test]
fn a_scenario_that_says_the_same_is_no_new_version() {
    let mut district = with(|_| {});
    let again = |change: &dyn Fn(&mut Scenario)| {
        let mut scenario = scenario();
        change(&mut scenario);
        Command::ImportScenario(ImportScenario {
            scenario: Arc::new(scenario),
        })
    };
    let answer = |version, is_new| Answer::Scenario { version, is_new };
    district
        .accepts(again(&|_| {}))
        .answers(&answer(1, false))
        .changes_nothing();
    district.accepts(again(&|it| it.unit_min = 4)).answers(&answer(2, true));
}

/// What readiness is told of: over, not broken off, recent; and no more than there is room for.
#[test]
fn past_runs_are_those_that_are_over_and_were_not_broken_off() {
    use super::score::past_runs;
    let mut district = begun(|_| {});
    let told = |district: &District, now: i64, days, facts_max| {
        let runs = past_runs(district.state.exercises.runs(), minute(now), days, facts_max);
        runs.iter().map(|past| past.run.0).collect::<Vec<_>>()
    };
    assert_eq!(told(&district, 1, 1, 1000), [0; 0], "it goes on");
    district.at(10).turn(TurnTo::End);
    district.at(20).accepts(Command::StartExercise(start_of("muster")));
    let abort = TurnTo::Abort("雷雨".into());
    district.accepts(Command::ControlExercise(ControlExercise {
        run: ExerciseId(2),
        turn_to: abort,
    }));
    district.at(30).accepts(Command::StartExercise(start_of("muster")));
    district.at(40).accepts(Command::ControlExercise(ControlExercise {
        run: ExerciseId(3),
        turn_to: TurnTo::End,
    }));
    assert_eq!(told(&district, 50, 1, 1000), [1, 3]);
    // Each called eleven.
    assert_eq!(told(&district, 50, 1, 22), [1, 3]);
    assert_eq!(told(&district, 50, 1, 21), [3]);
    assert_eq!(told(&district, 50, 1, 0), [3], "one always");
    let day = 24 * 60;
    assert_eq!(told(&district, 10 + day, 1, 1000), [1, 3]);
    assert_eq!(told(&district, 11 + day, 1, 1000), [3], "the first is too long ago");
}

/// A plan whose own orders call the agencies' teams at every level.
fn calling_agencies() -> crate::plan::Plan {
    let mut plan = crate::plan::tests::plan("typhoon", Default::default());
    for level in &mut plan.levels {
        level.call_out.teams = vec![TeamKind::Agency];
    }
    plan
}
