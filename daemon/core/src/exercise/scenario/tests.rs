//! Scenarios: what is refused and where, which version counts, which words there are.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::*;
use crate::command::Actor;
use crate::exercise::objective::{Metric, MetricKind, Target};
use crate::id::{Revision, Timestamp};
use crate::policy::Policy;
use crate::word;

const MINUTE: u64 = 60_000;

/// A good scenario: teams are called out, and one inject asks for a hand-over.
pub(crate) fn scenario(code: &str) -> Scenario {
    let objective = |name: &str, metric, target| Objective {
        name: name.into(),
        name_en: "".into(),
        metric,
        target,
        weight: 1,
    };
    Scenario {
        code: code.into(),
        name: format!("演练 {code}").into(),
        name_en: "".into(),
        purpose: "检验".into(),
        outline: "集结".into(),
        kind: ExerciseKind::Muster,
        content: Content::Single,
        notice: Notice::Full,
        plan: "flood".into(),
        level: Level::III,
        audience: ScenarioAudience {
            teams: vec![TeamKind::Agency],
            ..ScenarioAudience::default()
        },
        order: Some(ScenarioOrder {
            text: "到集结点报到".into(),
            acknowledge_ms: 5 * MINUTE,
            arrive_ms: Some(60 * MINUTE),
            grace_ms: None,
            muster_points: Vec::new(),
        }),
        window_ms: 90 * MINUTE,
        ends_when_complete: true,
        objectives: vec![
            objective("回令", Metric::AcknowledgeP90, Target::AtMost(5 * MINUTE)),
            objective("集结", Metric::AssembledWithin(60 * MINUTE), Target::AtLeast(900)),
        ],
        injects: vec![
            inject(1, Trigger::After(10 * MINUTE)),
            inject(2, Trigger::After(20 * MINUTE)),
        ],
        unit_min: 5,
        behaviour: "day".into(),
    }
}

fn inject(number: u32, trigger: Trigger) -> Inject {
    Inject {
        number,
        trigger,
        from: "市气象台".into(),
        to: "district-commander".into(),
        channel: "电话".into(),
        text: "雨势加大".into(),
        expected: "B 角接替".into(),
        expects: Expectation::HandOver,
        within_ms: Some(10 * MINUTE),
        objective: 1,
        controller: "导调组".into(),
    }
}

fn order(scenario: &mut Scenario) -> &mut ScenarioOrder {
    scenario.order.as_mut().expect("it has one")
}

/// A tabletop of one inject.
fn tabletop(scenario: &mut Scenario) {
    scenario.kind = ExerciseKind::Tabletop;
    scenario.audience = ScenarioAudience::default();
    scenario.order = None;
    scenario.objectives.truncate(1);
    scenario.objectives[0].metric = Metric::InjectsDone;
    scenario.objectives[0].target = Target::AtLeast(800);
}

/// What is wrong after a change: key, value, word, detail.
fn wrong(change: &dyn Fn(&mut Scenario)) -> Vec<(String, String, &'static str, String)> {
    let mut scenario = scenario("muster");
    change(&mut scenario);
    let shown = |problem: ScenarioProblem| {
        let ScenarioProblem { key, value, fault } = problem;
        (key.into(), value.into(), fault.word(), fault.detail())
    };
    check(&scenario).into_iter().map(shown).collect()
}

type Change = &'static dyn Fn(&mut Scenario);
/// A change, and what is wrong then: key, value, word, detail.
type Row = (
    Change,
    &'static [(&'static str, &'static str, &'static str, &'static str)],
);

fn are_told(rows: &[Row]) {
    for (number, (change, expected)) in rows.iter().enumerate() {
        let found = wrong(change);
        let found: Vec<_> = found
            .iter()
            .map(|(key, value, word, detail)| (&**key, &**value, *word, &**detail))
            .collect();
        assert_eq!(found, *expected, "row {number}");
    }
}

#[test]
fn a_good_scenario_is_taken() {
    are_told(&[
        (&|_| {}, &[]),
        (&tabletop, &[]),
        (&|it| it.order = None, &[]),
        (
            &|it| it.order.as_mut().map_or((), |order| order.grace_ms = Some(0)),
            &[],
        ),
        (
            &|it| {
                it.kind = ExerciseKind::Functional;
                it.order = None;
                it.audience = ScenarioAudience::default();
            },
            &[],
        ),
        (
            &|it| {
                it.plan = "".into();
                it.injects.clear();
            },
            &[],
        ),
    ]);
}

#[test]
fn words_texts_and_sizes_are_checked() {
    are_told(&[
        (&|it| it.code = "Muster".into(), &[("code", "Muster", "not-a-word", "")]),
        (&|it| it.code = "".into(), &[("code", "", "missing", "")]),
        (&|it| it.name = " ".into(), &[("name", "", "missing", "")]),
        (
            &|it| it.name_en = "x".repeat(201).into(),
            &[("name_en", "", "too-long", "200")],
        ),
        (&|it| it.purpose = "".into(), &[("purpose", "", "missing", "")]),
        (
            &|it| it.outline = "x".repeat(4001).into(),
            &[("outline", "", "too-long", "4000")],
        ),
        (
            &|it| order(it).text = "x".repeat(1901).into(),
            &[("order.text", "", "too-long", "1900")],
        ),
        (&|it| order(it).text = "x".repeat(1900).into(), &[]),
        (
            &|it| it.plan = "flood plan".into(),
            &[("plan", "flood plan", "not-a-word", "")],
        ),
        (&|it| it.behaviour = "".into(), &[("behaviour", "", "missing", "")]),
        (&|it| it.unit_min = 0, &[("unit_min", "0", "out-of-range", "1..10000")]),
        (
            &|it| it.audience.teams = vec![TeamKind::Agency, TeamKind::Agency],
            &[("audience.teams[1]", "agency", "twice", "audience.teams[0]")],
        ),
        (
            &|it| it.audience.on_duty = vec![Position::Lead, Position::Lead],
            &[("audience.on_duty[1]", "lead", "twice", "audience.on_duty[0]")],
        ),
    ]);
}

#[test]
fn times_lie_in_the_window_and_do_not_cross() {
    are_told(&[
        (
            &|it| {
                it.window_ms = WINDOW_MAX_MS + MINUTE;
                it.order = None;
            },
            &[("window_minutes", "10081", "out-of-range", "1..10080")],
        ),
        (
            &|it| order(it).arrive_ms = Some(91 * MINUTE),
            &[("order.arrive_minutes", "91", "after-end", "90")],
        ),
        (
            &|it| order(it).arrive_ms = Some(4 * MINUTE),
            &[("order.arrive_minutes", "4", "arrive-before-acknowledge", "")],
        ),
        (
            &|it| order(it).acknowledge_ms = 0,
            &[("order.acknowledge_minutes", "0", "out-of-range", "1..43200")],
        ),
        (
            &|it| order(it).grace_ms = Some(43_201 * MINUTE),
            &[("order.grace_minutes", "43201", "out-of-range", "0..43200")],
        ),
        (
            &|it| it.objectives[0].target = Target::AtMost(91 * MINUTE),
            &[("objective[0].at_most_minutes", "91", "after-end", "90")],
        ),
        (
            &|it| it.objectives[1].metric = Metric::AssembledWithin(91 * MINUTE),
            &[("objective[1].within_minutes", "91", "after-end", "90")],
        ),
        (
            &|it| it.injects[1].trigger = Trigger::After(90 * MINUTE),
            &[("inject[1].after_minutes", "90", "after-end", "90")],
        ),
        (
            &|it| it.injects[1].trigger = Trigger::After(81 * MINUTE),
            &[("inject[1].within_minutes", "10", "after-end", "90")],
        ),
        (
            &|it| {
                it.injects[1].trigger = Trigger::ByHand;
                it.injects[1].within_ms = Some(91 * MINUTE);
            },
            &[("inject[1].within_minutes", "91", "after-end", "90")],
        ),
        (
            &|it| it.injects[1].trigger = Trigger::After(9 * MINUTE),
            &[(
                "inject[1].after_minutes",
                "9",
                "before-above",
                "inject[0].after_minutes",
            )],
        ),
    ]);
}

#[test]
fn objectives_have_a_target_that_fits() {
    are_told(&[
        (
            &|it| it.objectives.clear(),
            &[
                ("objective", "", "missing", ""),
                ("inject[0].objective", "1", "unknown-objective", "0"),
                ("inject[1].objective", "1", "unknown-objective", "0"),
            ],
        ),
        (
            &|it| it.objectives[0].weight = 0,
            &[("objective[0].weight", "0", "out-of-range", "1..1000")],
        ),
        (
            &|it| it.objectives[0].target = Target::AtLeast(900),
            &[(
                "objective[0].metric",
                "acknowledge-p90",
                "wrong-target",
                "at_most_minutes",
            )],
        ),
        (
            &|it| it.objectives[1].target = Target::AtMost(900),
            &[("objective[1].metric", "assembled", "wrong-target", "at_least_percent")],
        ),
        (
            &|it| it.objectives[1].target = Target::AtLeast(1001),
            &[("objective[1].at_least_percent", "100.1", "out-of-range", "1..100")],
        ),
        (
            &|it| it.objectives[1].target = Target::AtLeast(9),
            &[("objective[1].at_least_percent", "0.9", "out-of-range", "1..100")],
        ),
        (
            &|it| {
                it.objectives[1].metric = Metric::Declined;
                it.objectives[1].target = Target::AtMost(1010);
            },
            &[("objective[1].at_most_percent", "101", "out-of-range", "0..100")],
        ),
        (
            &|it| {
                it.objectives[1].metric = Metric::Declined;
                it.objectives[1].target = Target::AtMost(0);
            },
            &[],
        ),
        (
            &|it| it.objectives[1] = it.objectives[0].clone(),
            &[("objective[1].metric", "acknowledge-p90", "twice", "objective[0].metric")],
        ),
        (
            &|it| {
                it.objectives[0].metric = Metric::InjectsDone;
                it.objectives[0].target = Target::AtLeast(800);
                it.injects.clear();
            },
            &[("objective[0].metric", "injects-done", "injects-needed", "")],
        ),
        (
            &|it| {
                it.kind = ExerciseKind::CallOut;
                order(it).arrive_ms = None;
            },
            &[("objective[1].metric", "assembled", "nobody-arrives", "")],
        ),
        (
            &|it| {
                tabletop(it);
                it.objectives[0].metric = Metric::Acknowledged;
            },
            &[("objective[0].metric", "acknowledged", "nobody-answers", "")],
        ),
    ]);
}

#[test]
fn injects_are_numbered_and_point_at_what_there_is() {
    are_told(&[
        (
            &|it| it.injects[1].number = 3,
            &[("inject[1].number", "3", "wrong-number", "2")],
        ),
        (
            &|it| it.injects[0].objective = 3,
            &[("inject[0].objective", "3", "unknown-objective", "2")],
        ),
        (&|it| it.injects[0].objective = 0, &[]),
        (
            &|it| it.injects[0].to = "区长".into(),
            &[("inject[0].to", "区长", "not-a-word", "")],
        ),
        (
            &|it| it.injects[0].from = "".into(),
            &[("inject[0].from", "", "missing", "")],
        ),
        (
            &|it| it.injects[0].expected = "".into(),
            &[("inject[0].expected", "", "missing", "")],
        ),
        (
            &|it| it.injects[0].trigger = Trigger::Acknowledged(0),
            &[("inject[0].acknowledged_percent", "0", "out-of-range", "1..100")],
        ),
        (
            &|it| it.injects[0].trigger = Trigger::Arrived(101),
            &[("inject[0].arrived_percent", "101", "out-of-range", "1..100")],
        ),
        (
            &|it| it.injects[0].expects = Expectation::Arrived(101),
            &[("inject[0].expected_percent", "101", "out-of-range", "1..100")],
        ),
        (
            &|it| it.injects[0].expects = Expectation::Level(Level::IV),
            &[("inject[0].expected_level", "4", "out-of-range", "1..3")],
        ),
        (
            &|it| it.injects[0].expects = Expectation::LevelDown(Level::I),
            &[("inject[0].expected_level", "1", "out-of-range", "2..4")],
        ),
        (
            &|it| {
                it.plan = "".into();
                it.injects[0].trigger = Trigger::Level(Level::II);
                it.injects[1].expects = Expectation::Order;
            },
            &[
                ("inject[0].level", "", "plan-needed", ""),
                ("inject[0].expects", "hand-over", "plan-needed", ""),
            ],
        ),
        (
            &|it| {
                tabletop(it);
                it.injects[0].trigger = Trigger::Acknowledged(50);
                it.injects[0].expects = Expectation::Arrived(50);
            },
            &[
                ("inject[0].acknowledged_percent", "", "nobody-answers", ""),
                ("inject[0].expects", "arrived", "nobody-arrives", ""),
            ],
        ),
    ]);
}

#[test]
fn each_kind_of_exercise_has_what_it_needs() {
    are_told(&[
        (
            &|it| it.audience = ScenarioAudience::default(),
            &[("audience", "muster", "audience-needed", "")],
        ),
        (
            &|it| {
                it.kind = ExerciseKind::Full;
                it.audience = ScenarioAudience::default();
            },
            &[("audience", "full", "audience-needed", "")],
        ),
        (
            &|it| {
                it.kind = ExerciseKind::Functional;
                it.audience = ScenarioAudience::default();
            },
            &[("audience", "functional", "audience-needed", "")],
        ),
        (
            &|it| {
                it.order = None;
                it.plan = "".into();
                it.injects.clear();
            },
            &[("order", "", "order-needed", "")],
        ),
        (
            &|it| {
                order(it).arrive_ms = None;
                it.objectives.truncate(1);
            },
            &[("order.arrive_minutes", "", "missing", "")],
        ),
        (
            &|it| {
                let (audience, order) = (it.audience.clone(), it.order.clone());
                tabletop(it);
                (it.audience, it.order) = (audience, order);
            },
            &[
                ("audience", "", "tabletop-calls", ""),
                ("order", "", "tabletop-calls", ""),
            ],
        ),
        (
            &|it| {
                tabletop(it);
                it.injects.clear();
            },
            &[
                ("inject", "tabletop", "injects-needed", ""),
                ("objective[0].metric", "injects-done", "injects-needed", ""),
            ],
        ),
    ]);
}

#[test]
fn no_text_denies_the_exercise_or_labels_itself() {
    let denials = [
        "这不是演练，请立即转移",
        "这 不是 “演习”",
        "本次行动非演练",
        "This is NOT a drill",
        "not-a-drill",
        "This isn't a drill.",
    ];
    for text in denials {
        let found = wrong(&|it| order(it).text = text.into());
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!((&*found[0].0, found[0].2), ("order.text", "denies-exercise"), "{text}");
    }
    for text in ["【演练】集结", "集结【 演习 】"] {
        let found = wrong(&|it| it.injects[1].text = text.into());
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!(
            (&*found[0].0, found[0].2),
            ("inject[1].text", "label-comes-by-itself"),
            "{text}"
        );
    }
    are_told(&[
        (
            &|it| it.name = "【演练】集结".into(),
            &[("name", "", "label-comes-by-itself", "【演练】")],
        ),
        (
            &|it| it.name_en = "Not a drill".into(),
            &[("name_en", "", "denies-exercise", "notadrill")],
        ),
        (&|it| order(it).text = "这是演练，请到集结点报到".into(), &[]),
        (&|it| it.purpose = "使人不再问“这是不是演练”".into(), &[]),
    ]);
}

#[test]
fn there_are_limits_on_how_many() {
    let many = wrong(&|it| {
        it.injects = (1..=301).map(|number| inject(number, Trigger::ByHand)).collect();
    });
    assert_eq!(many, [("inject".into(), String::new(), "too-long", "300".into())]);
    let many = wrong(&|it| {
        let metrics = (1..=33).map(|minutes| Metric::AcknowledgedWithin(minutes * MINUTE));
        let like = it.objectives[1].clone();
        it.objectives = metrics.map(|metric| Objective { metric, ..like.clone() }).collect();
    });
    assert_eq!(many, [("objective".into(), String::new(), "too-long", "32".into())]);
}

#[test]
fn what_was_imported_last_goes_before_what_ships() {
    let mut policy = Policy::default();
    for code in ["flood", "typhoon"] {
        policy.scenarios.insert(code.into(), Arc::new(scenario(code)));
    }
    let mut all = Scenarios::default();
    let version = |all: &Scenarios, code| all.in_force(code, &policy).map(|(version, _)| version);
    assert_eq!((version(&all, "flood"), version(&all, "dyke")), (Some(0), None));
    for (code, window) in [("flood", 10), ("dyke", 20), ("flood", 30)] {
        let next = Arc::new(Scenario {
            window_ms: window * MINUTE,
            ..scenario(code)
        });
        let number = all.next_version(code);
        let at = Timestamp::from_unix_ms(i64::from(number));
        all.imported(number, &next, &Actor("P1".into()), at, Revision(1));
    }
    assert_eq!(
        ["flood", "dyke", "typhoon"].map(|code| version(&all, code)),
        [Some(2), Some(1), Some(0)]
    );
    let window = |number| all.version("flood", number, &policy).map(|it| it.window_ms / MINUTE);
    assert_eq!([0, 1, 2, 3].map(window), [Some(90), Some(10), Some(30), None]);
    assert_eq!(all.versions("flood").len(), 2);
    assert_eq!(all.newest("flood").map(|newest| newest.at.unix_ms()), Some(2));
    assert_eq!(all.all_codes(&policy), ["dyke", "flood", "typhoon"]);
}

/// Every word of a vocabulary once, and each back to its kind.
fn is_a_vocabulary<T: Copy + PartialEq + std::fmt::Debug>(table: &[(T, &'static str)]) {
    let words: BTreeSet<_> = table.iter().map(|(_, word)| *word).collect();
    assert_eq!(words.len(), table.len(), "{words:?}");
    for (kind, word) in table {
        assert_eq!(word::parse(table, word::of(table, *kind)), Some(*kind), "{word}");
    }
}

#[test]
fn every_kind_has_a_word_of_its_own() {
    is_a_vocabulary(&ExerciseKind::ALL);
    is_a_vocabulary(&Content::ALL);
    is_a_vocabulary(&Notice::ALL);
    is_a_vocabulary(&TriggerKind::ALL);
    is_a_vocabulary(&ExpectationKind::ALL);
    is_a_vocabulary(&MetricKind::ALL);
    for (kind, word) in MetricKind::ALL {
        let metric = kind.metric(7);
        assert_eq!(metric.kind(), kind, "{word}");
        assert_eq!(metric.within_ms(), kind.has_within().then_some(7), "{word}");
    }
}
