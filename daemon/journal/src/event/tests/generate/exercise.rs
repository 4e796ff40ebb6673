//! Exercises: scenarios, runs, and what happens in their worlds.

use baiying_core::duty::Position;
use baiying_core::exercise::inject::{Observation, Verdict};
use baiying_core::exercise::objective::{MetricKind, Objective, Target};
use baiying_core::exercise::run::{Ending, RemarkKind, Role};
use baiying_core::exercise::scenario::{
    Content, ExerciseKind, Expectation, Inject, Notice, Scenario, ScenarioAudience, ScenarioOrder, Trigger,
};
use baiying_core::exercise::{RunChange, RunSpec};

use super::*;

/// How many kinds of event there are.
pub(super) const KINDS: usize = 4;

fn objective() -> impl Strategy<Value = Objective> {
    let metric = (one(&MetricKind::ALL), any::<u64>()).prop_map(|(kind, within_ms)| kind.metric(within_ms));
    let target = prop_oneof![
        any::<u32>().prop_map(Target::AtLeast),
        any::<u64>().prop_map(Target::AtMost)
    ];
    (text(), text(), metric, target, any::<u32>()).prop_map(|(name, name_en, metric, target, weight)| Objective {
        name,
        name_en,
        metric,
        target,
        weight,
    })
}

fn trigger() -> impl Strategy<Value = Trigger> {
    prop_oneof![
        any::<u64>().prop_map(Trigger::After),
        any::<u8>().prop_map(Trigger::Acknowledged),
        any::<u8>().prop_map(Trigger::Arrived),
        level().prop_map(Trigger::Level),
        Just(Trigger::ByHand),
    ]
}

fn expectation() -> impl Strategy<Value = Expectation> {
    let plain = vec![
        Expectation::Observed,
        Expectation::HandOver,
        Expectation::Order,
        Expectation::Report,
        Expectation::Reinforcement,
        Expectation::InPlaceWindow,
        Expectation::Branch,
    ];
    prop_oneof![
        select(plain),
        level().prop_map(Expectation::Level),
        level().prop_map(Expectation::LevelDown),
        any::<u8>().prop_map(Expectation::Acknowledged),
        any::<u8>().prop_map(Expectation::Arrived),
    ]
}

fn inject() -> impl Strategy<Value = Inject> {
    let words = (text(), text(), text(), text(), text(), text());
    let rest = (option::of(any::<u64>()), any::<u32>());
    (num(), trigger(), words, expectation(), rest).prop_map(
        |(number, trigger, (from, to, channel, text, expected, controller), expects, (within_ms, objective))| Inject {
            number,
            trigger,
            from,
            to,
            channel,
            text,
            expected,
            expects,
            within_ms,
            objective,
            controller,
        },
    )
}

fn audience() -> impl Strategy<Value = ScenarioAudience> {
    let teams = vec(one(&TeamKind::ALL), 0..3);
    let on_duty = vec(duty::position(), 0..3);
    (teams, on_duty, any::<bool>(), any::<bool>()).prop_map(|(teams, on_duty, staff, members)| ScenarioAudience {
        teams,
        on_duty,
        staff,
        members,
    })
}

fn order() -> impl Strategy<Value = ScenarioOrder> {
    let time = || option::of(any::<u64>());
    (text(), any::<u64>(), time(), time(), vec(text(), 0..3)).prop_map(
        |(text, acknowledge_ms, arrive_ms, grace_ms, muster_points)| ScenarioOrder {
            text,
            acknowledge_ms,
            arrive_ms,
            grace_ms,
            muster_points,
        },
    )
}

fn scenario() -> impl Strategy<Value = Scenario> {
    let words = (text(), text(), text(), text(), text(), text(), text());
    let kinds = (one(&ExerciseKind::ALL), one(&Content::ALL), one(&Notice::ALL), level());
    let asked = (vec(objective(), 0..4), vec(inject(), 0..4));
    let numbers = (any::<u64>(), any::<bool>(), any::<u32>());
    (words, kinds, audience(), option::of(order()), asked, numbers).prop_map(
        |(
            (code, name, name_en, purpose, outline, plan, behaviour),
            (kind, content, notice, level),
            audience,
            order,
            (objectives, injects),
            (window_ms, ends_when_complete, unit_min),
        )| Scenario {
            code,
            name,
            name_en,
            purpose,
            outline,
            kind,
            content,
            notice,
            plan,
            level,
            audience,
            order,
            window_ms,
            ends_when_complete,
            objectives,
            injects,
            unit_min,
            behaviour,
        },
    )
}

fn spec() -> impl Strategy<Value = RunSpec> {
    let who = (
        unit(),
        person(),
        vec((one(&Role::ALL), person()), 0..4),
        vec(unit(), 0..3),
    );
    (scenario(), any::<u32>(), who, num()).prop_map(|(scenario, version, (unit, director, staff, simulated), rate)| {
        RunSpec {
            scenario: Arc::new(scenario),
            version,
            unit,
            director,
            staff,
            simulated,
            rate,
        }
    })
}

fn change() -> impl Strategy<Value = RunChange> {
    let ending = prop_oneof![
        4 => select(vec![Ending::Window, Ending::Complete, Ending::Ended, Ending::Preempted]),
        1 => text().prop_map(Ending::Aborted),
    ];
    prop_oneof![
        Just(RunChange::Paused),
        Just(RunChange::Resumed),
        (num(), any::<bool>()).prop_map(|(number, by_hand)| RunChange::Injected { number, by_hand }),
        (num(), one(&Verdict::ALL), text()).prop_map(|(number, verdict, note)| RunChange::Observed {
            number,
            observation: Observation { verdict, note },
        }),
        (num(), people()).prop_map(|(by, people)| RunChange::Preempted {
            by: OrderId(by),
            people,
        }),
        (one(&RemarkKind::ALL), text()).prop_map(|(kind, text)| RunChange::Remarked { kind, text }),
        ending.prop_map(RunChange::Over),
        Just(RunChange::PutAway),
    ]
}

fn run() -> impl Strategy<Value = ExerciseId> {
    num().prop_map(ExerciseId)
}

/// Any event of these kinds, and in the world of an exercise any of `others`.
pub(super) fn events(others: impl Strategy<Value = Event>) -> impl Strategy<Value = Event> {
    prop_oneof![
        1 => (num(), scenario()).prop_map(|(version, scenario)| Event::ScenarioImported {
            version,
            scenario: Arc::new(scenario),
        }),
        1 => (run(), spec()).prop_map(|(run, spec)| Event::ExerciseStarted { run, spec: Arc::new(spec) }),
        3 => (run(), others).prop_map(|(run, event)| Event::InExercise { run, event: Box::new(event) }),
        3 => (run(), change()).prop_map(|(run, change)| Event::ExerciseChanged { run, change }),
    ]
}

/// Any answer of these kinds.
pub(super) fn answers() -> impl Strategy<Value = Answer> {
    prop_oneof![
        (num(), any::<bool>()).prop_map(|(version, is_new)| Answer::Scenario { version, is_new }),
        (run(), option::of(issued())).prop_map(|(run, order)| Answer::ExerciseStarted { run, order }),
    ]
}

/// Every metric, with other targets.
fn all_objectives() -> Vec<Objective> {
    let objective = |(weight, &(kind, word)): (u32, &(MetricKind, &str))| Objective {
        name: "5 分钟内九成回令".into(),
        name_en: word.into(),
        metric: kind.metric(300_000),
        target: if kind.metric(1).within_ms().is_some() || weight % 2 == 0 {
            Target::AtLeast(900 + weight)
        } else {
            Target::AtMost(1_200_000)
        },
        weight,
    };
    (1..).zip(&MetricKind::ALL).map(objective).collect()
}

/// Every trigger and every expectation.
fn all_injects() -> Vec<Inject> {
    let triggers = [
        Trigger::After(600_000),
        Trigger::Acknowledged(80),
        Trigger::Arrived(50),
        Trigger::Level(Level::II),
        Trigger::ByHand,
    ];
    let expectations = [
        Expectation::Observed,
        Expectation::HandOver,
        Expectation::Level(Level::I),
        Expectation::LevelDown(Level::IV),
        Expectation::Order,
        Expectation::Report,
        Expectation::Reinforcement,
        Expectation::InPlaceWindow,
        Expectation::Branch,
        Expectation::Acknowledged(95),
        Expectation::Arrived(90),
    ];
    let inject = |((number, trigger), expects)| Inject {
        number,
        trigger,
        from: "市气象台".into(),
        to: "town-commander".into(),
        channel: "电话".into(),
        text: "暴雨红色预警".into(),
        expected: "升级响应".into(),
        expects,
        within_ms: Some(900_000),
        objective: 2,
        controller: "导调组".into(),
    };
    let triggers = (1..).zip(triggers.into_iter().cycle());
    triggers.zip(expectations).map(inject).collect()
}

fn full_scenario() -> Scenario {
    Scenario {
        code: "night-call-out".into(),
        name: "夜间拉动".into(),
        name_en: "Night call-out".into(),
        purpose: "检验夜间响应".into(),
        outline: "夜间下达指令".into(),
        kind: ExerciseKind::Full,
        content: Content::Comprehensive,
        notice: Notice::None,
        plan: "flood".into(),
        level: Level::III,
        audience: ScenarioAudience {
            teams: vec![TeamKind::Support, TeamKind::Agency],
            on_duty: vec![Position::Lead, Position::Standby],
            staff: true,
            members: true,
        },
        order: Some(ScenarioOrder {
            text: "到镇政府集结".into(),
            acknowledge_ms: 300_000,
            arrive_ms: Some(1_800_000),
            grace_ms: Some(600_000),
            muster_points: vec!["MP4".into()],
        }),
        window_ms: 7_200_000,
        ends_when_complete: true,
        objectives: all_objectives(),
        injects: all_injects(),
        unit_min: 5,
        behaviour: "night".into(),
    }
}

/// Every word that stands for a kind, a content or a notice; nothing else in it is set.
fn scenarios_of_all_kinds() -> Vec<Scenario> {
    let contents = Content::ALL.iter().cycle();
    let notices = Notice::ALL.iter().cycle();
    let all = ExerciseKind::ALL.iter().zip(contents).zip(notices);
    all.map(|((&(kind, word), &(content, _)), &(notice, _))| Scenario {
        code: word.into(),
        kind,
        content,
        notice,
        audience: ScenarioAudience::default(),
        order: None,
        objectives: Vec::new(),
        injects: Vec::new(),
        ..full_scenario()
    })
    .collect()
}

fn all_changes() -> Vec<RunChange> {
    let observed = Verdict::ALL.iter().map(|&(verdict, word)| RunChange::Observed {
        number: 2,
        observation: Observation {
            verdict,
            note: word.into(),
        },
    });
    let remarked = RemarkKind::ALL.iter().map(|&(kind, word)| RunChange::Remarked {
        kind,
        text: word.into(),
    });
    let endings = [
        Ending::Window,
        Ending::Complete,
        Ending::Ended,
        Ending::Aborted("真实汛情".into()),
        Ending::Preempted,
    ];
    let mut all = vec![
        RunChange::Paused,
        RunChange::Resumed,
        RunChange::Injected {
            number: 2,
            by_hand: true,
        },
        RunChange::Preempted {
            by: OrderId(7),
            people: [3, 4, 5].into_iter().map(PersonId).collect(),
        },
        RunChange::PutAway,
    ];
    all.extend(observed);
    all.extend(remarked);
    all.extend(endings.map(RunChange::Over));
    all
}

/// Some of these facts, in the world of an exercise.
fn within(run: ExerciseId, real: &[Entry]) -> Vec<Event> {
    let chosen = real.iter().flat_map(|entry| &entry.events).filter(|event| {
        matches!(
            event,
            Event::OrderIssued { .. }
                | Event::CheckedIn { .. }
                | Event::ResponseActivated { .. }
                | Event::CommandHandedOver { .. }
        )
    });
    let event = |event: &Event| Event::InExercise {
        run,
        event: Box::new(event.clone()),
    };
    chosen.map(event).collect()
}

/// One entry of each kind and of each change, with everything that has a number on disk; what is real happens in a world, too.
pub(super) fn examples(real: &[Entry]) -> Vec<Entry> {
    let run = ExerciseId(3);
    let imported = |scenario| Event::ScenarioImported {
        version: 2,
        scenario: Arc::new(scenario),
    };
    let staff = Role::ALL.iter().zip(4..).map(|(&(role, _), id)| (role, PersonId(id)));
    let started = Event::ExerciseStarted {
        run,
        spec: Arc::new(RunSpec {
            scenario: Arc::new(full_scenario()),
            version: 2,
            unit: UnitId(5),
            director: PersonId(3),
            staff: staff.collect(),
            simulated: vec![UnitId(6), UnitId(8)],
            rate: 60,
        }),
    };
    let changed = all_changes()
        .into_iter()
        .map(|change| Event::ExerciseChanged { run, change });
    let events = [imported(full_scenario())]
        .into_iter()
        .chain(scenarios_of_all_kinds().into_iter().map(imported))
        .chain([started])
        .chain(within(run, real))
        .chain(changed);
    let issued = Issued {
        order: OrderId(1),
        version: 1,
        due: 40,
        excused: 2,
        preempted: 1,
    };
    let answers = [
        Answer::Scenario {
            version: 2,
            is_new: true,
        },
        Answer::ExerciseStarted {
            run,
            order: Some(issued),
        },
        Answer::Done,
    ];
    let entry = |(event, answer)| Entry {
        at: Timestamp::from_unix_ms(1_760_000_000_000),
        actor: Actor("desk:2".into()),
        request: Some(Answered {
            request_id: "req-1".into(),
            digest: 7,
            answer,
        }),
        events: vec![event],
    };
    events.zip(answers.into_iter().cycle()).map(entry).collect()
}
