//! What is read of exercises is checked: nothing damaged or newer becomes a fact.

use baiying_core::event::Event;
use pb::event::Kind;

use super::*;

fn examples() -> impl Iterator<Item = Event> {
    generate::examples().into_iter().flat_map(|entry| entry.events)
}

fn scenario() -> pb::ScenarioImported {
    let of = |event: &Event| {
        let Kind::ScenarioImported(message) = encode::event(event) else {
            return None;
        };
        Some(message)
    };
    examples().find_map(|event| of(&event)).unwrap()
}

fn started() -> pb::ExerciseStarted {
    let of = |event: &Event| {
        let Kind::ExerciseStarted(message) = encode::event(event) else {
            return None;
        };
        Some(message)
    };
    examples().find_map(|event| of(&event)).unwrap()
}

fn changed(change: pb::exercise_changed::Change) -> Kind {
    Kind::ExerciseChanged(pb::ExerciseChanged {
        run: 3,
        change: Some(change),
    })
}

fn within(event: &Event) -> Kind {
    Kind::InExercise(Box::new(pb::InExercise {
        run: 3,
        event: Some(Box::new(pb::Event {
            kind: Some(encode::event(event)),
        })),
    }))
}

fn missing(field: &'static str) -> EventError {
    EventError::Missing { field }
}

fn unknown(field: &'static str) -> EventError {
    EventError::Unknown { field, value: 99 }
}

#[test]
fn an_exercise_within_an_exercise_is_damage() {
    let is_of_exercises = |event: &Event| {
        matches!(
            event,
            Event::ScenarioImported { .. }
                | Event::ExerciseStarted { .. }
                | Event::InExercise { .. }
                | Event::ExerciseChanged { .. }
                | Event::ExerciseScheduled { .. }
                | Event::ScheduleChanged { .. }
                | Event::ActionRaised { .. }
                | Event::ActionChanged { .. }
        )
    };
    let (inner, others): (Vec<_>, Vec<_>) = examples().partition(is_of_exercises);
    assert!(inner.len() > 20 && others.len() > 100);
    for event in inner {
        let error = decode::event(within(&event)).unwrap_err();
        assert_eq!(error.reason(), "JOURNAL_EVENT_DAMAGED", "{event:?}");
        let problem = "an exercise within an exercise";
        assert_eq!(
            error,
            EventError::Invalid {
                field: "exercise.event",
                problem
            }
        );
    }
    for event in others {
        let inside = decode::event(within(&event)).unwrap();
        let run = baiying_core::id::ExerciseId(3);
        let event = Box::new(event);
        assert_eq!(inside, Event::InExercise { run, event });
    }
}

/// Bytes that nest an event in an exercise in an exercise, and so on, so deep that reading them would need a stack without end.
#[test]
fn nesting_without_end_is_refused() {
    use prost::Message;
    use prost::encoding::{WireType, encode_key, encode_varint};
    let wrap = |tag, inner: &[u8]| {
        let mut bytes = Vec::with_capacity(inner.len() + 8);
        encode_key(tag, WireType::LengthDelimited, &mut bytes);
        encode_varint(inner.len() as u64, &mut bytes);
        bytes.extend_from_slice(inner);
        bytes
    };
    let leaf = pb::Event {
        kind: Some(encode::event(&examples().next().unwrap())),
    };
    let nested = |times| {
        let leaf = leaf.encode_to_vec();
        // event.in_exercise, its event
        let event = (0..times).fold(leaf, |inner, _| wrap(142, &wrap(2, &inner)));
        let entry = pb::Entry {
            at_unix_ms: 5,
            ..pb::Entry::default()
        };
        decode(&wrap(1, &[entry.encode_to_vec(), wrap(4, &event)].concat()))
    };
    assert!(nested(0).is_ok());
    assert_eq!(nested(1), Err(missing("exercise.run")));
    assert!(matches!(nested(2), Err(EventError::Invalid { .. })));
    assert!(matches!(nested(5_000), Err(EventError::Malformed(_))));
}

#[test]
fn a_bad_scenario_is_refused() {
    use pb::inject::{Expects, Trigger};
    use pb::objective::Metric;
    type Damage = fn(&mut pb::Scenario);
    let big = || EventError::Invalid {
        field: "inject.trigger",
        problem: "greater than 255",
    };
    let table: Vec<(Damage, EventError)> = vec![
        (|s| s.kind = 0, missing("scenario.kind")),
        (|s| s.kind = 99, unknown("scenario.kind")),
        (|s| s.content = 99, unknown("scenario.content")),
        (|s| s.notice = 99, unknown("scenario.notice")),
        (|s| s.level = 99, unknown("scenario.level")),
        (|s| s.audience = None, missing("scenario.audience")),
        (
            |s| s.audience.as_mut().unwrap().teams.push(99),
            unknown("scenario.teams"),
        ),
        (
            |s| s.audience.as_mut().unwrap().on_duty.push(0),
            missing("scenario.on_duty"),
        ),
        (|s| s.objectives[1].metric = None, missing("objective.metric")),
        (
            |s| s.objectives[1].metric = Some(Metric::Plain(99)),
            unknown("objective.metric"),
        ),
        (
            |s| s.objectives[1].metric = Some(Metric::Plain(0)),
            missing("objective.metric"),
        ),
        (|s| s.objectives[1].target = None, missing("objective.target")),
        (|s| s.injects[1].number = 0, missing("inject.number")),
        (|s| s.injects[1].trigger = None, missing("inject.trigger")),
        (
            |s| s.injects[1].trigger = Some(Trigger::Level(99)),
            unknown("inject.trigger"),
        ),
        (
            |s| s.injects[1].trigger = Some(Trigger::AcknowledgedPercent(256)),
            big(),
        ),
        (|s| s.injects[1].trigger = Some(Trigger::ArrivedPercent(256)), big()),
        (|s| s.injects[1].expects = None, missing("inject.expects")),
        (
            |s| s.injects[1].expects = Some(Expects::ExpectsPlain(99)),
            unknown("inject.expects"),
        ),
        (
            |s| s.injects[1].expects = Some(Expects::ExpectsPlain(0)),
            missing("inject.expects"),
        ),
        (
            |s| s.injects[1].expects = Some(Expects::ExpectsLevelDown(99)),
            unknown("inject.expects"),
        ),
    ];
    decode::event(Kind::ScenarioImported(scenario())).unwrap();
    for (damage, error) in table {
        let mut message = scenario();
        damage(message.scenario.as_mut().unwrap());
        let damaged = Kind::ScenarioImported(message.clone());
        assert_eq!(decode::event(damaged), Err(error.clone()));
        // A run keeps its scenario under the same rules.
        let mut run = started();
        run.spec.as_mut().unwrap().scenario = message.scenario;
        assert_eq!(decode::event(Kind::ExerciseStarted(run)), Err(error));
    }
    let numberless = pb::ScenarioImported {
        version: 0,
        ..scenario()
    };
    assert_eq!(
        decode::event(Kind::ScenarioImported(numberless)),
        Err(missing("scenario.version"))
    );
    let empty = pb::ScenarioImported {
        scenario: None,
        ..scenario()
    };
    assert_eq!(
        decode::event(Kind::ScenarioImported(empty)),
        Err(missing("scenario.scenario"))
    );
}

#[test]
fn a_bad_run_is_refused() {
    type Damage = fn(&mut pb::RunSpec);
    let table: Vec<(Damage, EventError)> = vec![
        (|spec| spec.scenario = None, missing("scenario.scenario")),
        (|spec| spec.unit = 0, missing("exercise.unit")),
        (|spec| spec.director = 0, missing("exercise.director")),
        (|spec| spec.staff[0].role = 99, unknown("exercise.role")),
        (|spec| spec.staff[0].person = 0, missing("exercise.staff")),
        (|spec| spec.simulated[0] = 0, missing("exercise.simulated")),
        (|spec| spec.rate = 0, missing("exercise.rate")),
    ];
    decode::event(Kind::ExerciseStarted(started())).unwrap();
    for (damage, error) in table {
        let mut message = started();
        damage(message.spec.as_mut().unwrap());
        assert_eq!(decode::event(Kind::ExerciseStarted(message)), Err(error));
    }
    let empty = pb::ExerciseStarted { run: 3, spec: None };
    assert_eq!(
        decode::event(Kind::ExerciseStarted(empty)),
        Err(missing("exercise.spec"))
    );
    let nameless = pb::ExerciseStarted { run: 0, ..started() };
    assert_eq!(
        decode::event(Kind::ExerciseStarted(nameless)),
        Err(missing("exercise.run"))
    );
    let shipped = {
        let mut message = started();
        message.spec.as_mut().unwrap().version = 0;
        decode::event(Kind::ExerciseStarted(message)).unwrap()
    };
    assert!(matches!(shipped, Event::ExerciseStarted { spec, .. } if spec.version == 0));
}

#[test]
fn a_bad_change_is_refused() {
    use pb::exercise_changed::Change;
    use pb::exercise_over::Ending;
    let observed = |number, verdict| {
        let note = String::new();
        Change::Observed(pb::ExerciseObserved { number, verdict, note })
    };
    let preempted = |by, people: &[u32]| {
        let people = people.to_vec();
        Change::Preempted(pb::ExercisePreempted { by, people })
    };
    let remarked = |kind| {
        let text = String::new();
        Change::Remarked(pb::ExerciseRemarked { kind, text })
    };
    let over = |ending| Change::Over(pb::ExerciseOver { ending });
    let injected = pb::ExerciseInjected {
        number: 0,
        by_hand: true,
    };
    let odd_people = EventError::Invalid {
        field: "exercise.people",
        problem: "a run without its length",
    };
    let table = [
        (Change::Injected(injected), missing("exercise.inject")),
        (observed(0, 1), missing("exercise.inject")),
        (observed(1, 0), missing("exercise.verdict")),
        (observed(1, 99), unknown("exercise.verdict")),
        (preempted(0, &[]), missing("exercise.by")),
        (preempted(7, &[1]), odd_people),
        (remarked(0), missing("exercise.remark")),
        (remarked(99), unknown("exercise.remark")),
        (over(None), missing("exercise.ending")),
        (over(Some(Ending::Plain(0))), missing("exercise.ending")),
        (over(Some(Ending::Plain(99))), unknown("exercise.ending")),
    ];
    for (change, error) in table {
        assert_eq!(decode::event(changed(change)), Err(error));
    }
    let empty = pb::ExerciseChanged { run: 3, change: None };
    assert_eq!(
        decode::event(Kind::ExerciseChanged(empty)),
        Err(missing("exercise.change"))
    );
    let paused = Some(Change::Paused(pb::ExercisePaused {}));
    let nameless = pb::ExerciseChanged { run: 0, change: paused };
    assert_eq!(
        decode::event(Kind::ExerciseChanged(nameless)),
        Err(missing("exercise.run"))
    );
}

#[test]
fn a_bad_event_in_a_world_is_refused() {
    let inside = |run, event| decode::event(Kind::InExercise(Box::new(pb::InExercise { run, event })));
    let event = |kind| Some(Box::new(pb::Event { kind }));
    let closed = |order| event(Some(Kind::OrderClosed(pb::OrderClosed { order })));
    assert!(inside(3, closed(7)).is_ok());
    assert_eq!(inside(0, closed(7)), Err(missing("exercise.run")));
    assert_eq!(inside(3, closed(0)), Err(missing("order.id")));
    assert_eq!(inside(3, None), Err(missing("exercise.event")));
    assert_eq!(inside(3, event(None)), Err(missing("exercise.event")));
}

#[test]
fn a_bad_answer_is_refused() {
    use pb::answer::Kind as Answer;
    let answered = |kind| {
        let answer = Some(pb::Answer { kind: Some(kind) });
        request::decode(pb::Answered {
            request_id: "req-1".to_owned(),
            digest: 7,
            answer,
        })
    };
    let scenario = |version| Answer::Scenario(pb::ScenarioAnswer { version, is_new: true });
    let started = |run| Answer::ExerciseStarted(pb::ExerciseStartedAnswer { run, order: None });
    assert!(answered(scenario(1)).is_ok() && answered(started(1)).is_ok());
    assert!(answered(Answer::Action(1)).is_ok());
    assert_eq!(answered(Answer::Action(0)), Err(missing("answer.action")));
    assert_eq!(answered(scenario(0)), Err(missing("answer.version")));
    assert_eq!(answered(started(0)), Err(missing("answer.run")));
}

#[test]
fn a_bad_schedule_is_refused() {
    use pb::schedule_changed::Change;
    use pb::schedule_outcome::Outcome;
    use pb::schedule_rule::Recurrence;
    type Damage = fn(&mut pb::ScheduleSpec);
    let laid_down = || {
        let of = |event: &Event| {
            let Kind::ExerciseScheduled(message) = encode::event(event) else {
                return None;
            };
            Some(message)
        };
        examples().find_map(|event| of(&event)).unwrap()
    };
    let table: Vec<(Damage, EventError)> = vec![
        (|s| s.unit = 0, missing("schedule.unit")),
        (|s| s.director = 0, missing("schedule.director")),
        (|s| s.rate = 0, missing("schedule.rate")),
        (|s| s.rule = None, missing("schedule.rule")),
        (|s| s.staff[0].role = 99, unknown("exercise.role")),
        (|s| s.simulated.push(0), missing("schedule.simulated")),
        (
            |s| s.rule.as_mut().unwrap().recurrence = None,
            missing("schedule.recurrence"),
        ),
        (
            |s| s.rule.as_mut().unwrap().recurrence = Some(Recurrence::OnceUnixMs(0)),
            missing("schedule.once"),
        ),
        (|s| s.rule.as_mut().unwrap().days.push(99), unknown("schedule.days")),
        (|s| s.rule.as_mut().unwrap().catch_up = 99, unknown("schedule.catch_up")),
        (
            |s| s.instead_of.as_mut().unwrap().schedule = 0,
            missing("schedule.schedule"),
        ),
        (|s| s.notice = Some(99), unknown("schedule.notice")),
    ];
    decode::event(Kind::ExerciseScheduled(laid_down())).unwrap();
    for (damage, error) in table {
        let mut message = laid_down();
        damage(message.spec.as_mut().unwrap());
        assert_eq!(decode::event(Kind::ExerciseScheduled(message)), Err(error));
    }
    let settled = |outcome| {
        Change::Settled(pb::ScheduleSettled {
            outcomes: vec![pb::ScheduleOutcome {
                nominal_unix_ms: 5,
                start_unix_ms: 5,
                outcome,
            }],
            until_unix_ms: 5,
        })
    };
    let changes = [
        (None, missing("schedule.change")),
        (Some(Change::RestoredUnixMs(0)), missing("schedule.nominal")),
        (Some(settled(None)), missing("schedule.outcome")),
        (Some(settled(Some(Outcome::Started(0)))), missing("schedule.started")),
        (Some(settled(Some(Outcome::Missed(99)))), unknown("schedule.missed")),
    ];
    for (change, error) in changes {
        let message = pb::ScheduleChanged { schedule: 2, change };
        assert_eq!(decode::event(Kind::ScheduleChanged(message)), Err(error));
    }
}

#[test]
fn a_bad_corrective_action_is_refused() {
    use pb::action_changed::Change;
    let good = pb::ActionRaised {
        action: 2,
        run: 3,
        issue: "x".to_owned(),
        cause: String::new(),
        measure: String::new(),
        owner: 4,
        due: 20_600,
    };
    let raised = |damage: fn(&mut pb::ActionRaised)| {
        let mut message = good.clone();
        damage(&mut message);
        decode::event(Kind::ActionRaised(message))
    };
    let beyond = EventError::Invalid {
        field: "action.due",
        problem: "beyond the calendar",
    };
    assert!(raised(|_| {}).is_ok());
    assert_eq!(raised(|it| it.action = 0), Err(missing("action.id")));
    assert_eq!(raised(|it| it.run = 0), Err(missing("action.run")));
    assert_eq!(raised(|it| it.owner = 0), Err(missing("action.owner")));
    assert_eq!(raised(|it| it.due = i32::MAX), Err(beyond.clone()));
    let changed = |action, change| decode::event(Kind::ActionChanged(pb::ActionChanged { action, change }));
    let reported = |by| {
        let evidence = String::new();
        Some(Change::Reported(pb::ActionReported { by, evidence }))
    };
    let amended = |owner, due| {
        Some(Change::Amended(pb::ActionAmended {
            owner,
            due,
            ..pb::ActionAmended::default()
        }))
    };
    let verified = |by| {
        let note = String::new();
        Some(Change::Verified(pb::ActionVerified { by, note }))
    };
    let withdrawn = |by| {
        let reason = String::new();
        Some(Change::Withdrawn(pb::ActionWithdrawn { by, reason }))
    };
    let reopened = |due| {
        let reason = String::new();
        Some(Change::Reopened(pb::ActionReopened { reason, due }))
    };
    assert!(changed(2, reported(1)).is_ok());
    assert_eq!(changed(0, reported(1)), Err(missing("action.id")));
    assert_eq!(changed(2, None), Err(missing("action.change")));
    for nobody in [reported(0), verified(0), withdrawn(0)] {
        assert_eq!(changed(2, nobody), Err(missing("action.by")));
    }
    assert_eq!(changed(2, amended(Some(0), None)), Err(missing("action.owner")));
    assert_eq!(changed(2, amended(None, Some(i32::MIN))), Err(beyond.clone()));
    assert_eq!(changed(2, reopened(Some(i32::MAX))), Err(beyond));
}
