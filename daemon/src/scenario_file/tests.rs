//! Scenarios that ship are good, and come back from their own text; a bad file is told with every problem, its line and its key.

use baiying_core::exercise::objective::{Metric, Target};
use baiying_core::exercise::scenario::{
    Content, ExerciseKind, Expectation, Notice, ScenarioFault, ScenarioProblem, Trigger, check,
};
use baiying_core::response::Level;

use super::*;

const DYKE: &str = include_str!("../../../drills/scenarios/dyke.toml");

/// Line, key, value, word and detail of everything that is wrong.
fn problems(text: &str) -> Vec<(u32, String, String, &'static str, String)> {
    let found = read(text).expect_err("it is bad");
    let shown = |(line, problem): (u32, ScenarioProblem)| {
        let ScenarioProblem { key, value, fault } = problem;
        (line, key.into(), value.into(), fault.word(), fault.detail())
    };
    found.into_iter().map(shown).collect()
}

/// The line on which a text begins in a file, from 1.
fn line(text: &str, wanted: &str) -> u32 {
    let start = text.find(wanted).expect("it stands there");
    u32::try_from(text[..start].matches('\n').count()).expect("a short file") + 1
}

#[test]
fn every_inject_that_ships_counts_in_the_objective_on_injects() {
    for scenario in shipped().values() {
        let mut metrics = (1..).zip(&scenario.objectives);
        let on_injects = metrics.find(|(_, objective)| objective.metric == Metric::InjectsDone);
        let (number, _) = on_injects.expect("each has one");
        for inject in &scenario.injects {
            assert_eq!(inject.objective, number, "{} inject {}", scenario.code, inject.number);
        }
    }
}

#[test]
fn the_scenarios_that_ship_are_these() {
    let shipped = shipped();
    let shown: Vec<_> = shipped
        .values()
        .map(|it| (&*it.code, it.kind, it.content, it.notice, &*it.plan, it.injects.len()))
        .collect();
    use Content::{Comprehensive, Single};
    use ExerciseKind::{CallOut, Full, Functional, Muster, Tabletop};
    assert_eq!(
        shown,
        [
            ("command-lost", Functional, Single, Notice::Partial, "flood", 6),
            ("dead-numbers", CallOut, Single, Notice::Full, "generic", 4),
            ("double-blind", Muster, Comprehensive, Notice::None, "generic", 5),
            ("dyke", Full, Comprehensive, Notice::Full, "flood", 9),
            (
                "earthquake-tabletop",
                Tabletop,
                Comprehensive,
                Notice::Full,
                "earthquake",
                6
            ),
            ("gateway-outage", CallOut, Single, Notice::Partial, "generic", 5),
            ("night-call-out", CallOut, Single, Notice::None, "generic", 4),
            ("outbreak", Full, Comprehensive, Notice::Partial, "epidemic", 13),
            ("typhoon", Full, Comprehensive, Notice::Partial, "typhoon", 12),
        ]
    );
    let hand_overs = |code: &str| {
        let injects = shipped[code].injects.iter();
        injects.filter(|inject| inject.expects == Expectation::HandOver).count()
    };
    assert_eq!(hand_overs("command-lost"), 3);
    let by_hand = shipped["double-blind"].injects.iter();
    assert_eq!(by_hand.filter(|inject| inject.trigger == Trigger::ByHand).count(), 1);
}

#[test]
fn what_the_scenarios_that_ship_name_is_there() {
    let plans = crate::plan_file::shipped();
    let drills = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../drills");
    for (code, scenario) in shipped() {
        assert_eq!(check(&scenario), [], "{code}");
        assert_eq!(scenario.code, code);
        assert!(!scenario.name_en.is_empty(), "{code} has a name in English");
        assert!(scenario.objectives.iter().all(|it| !it.name_en.is_empty()), "{code}");
        let path = drills.join("behaviour").join(format!("{}.toml", scenario.behaviour));
        assert!(path.is_file(), "{code}: {}", path.display());
        let plan = plans.get(&scenario.plan).unwrap_or_else(|| panic!("{code}: its plan"));
        for inject in &scenario.injects {
            let is_role = plan.command.iter().any(|row| row.role == inject.to);
            assert!(is_role || &*inject.to == "all", "{code}: {} is no role", inject.to);
        }
        // Whom a scenario calls by its plan's own orders is whom the plan calls.
        if scenario.order.is_none() && scenario.kind != ExerciseKind::Tabletop {
            let called = plan.call_out(scenario.level);
            assert_eq!(scenario.audience.teams, called.teams, "{code}");
        }
    }
    let mut files: Vec<_> = std::fs::read_dir(drills.join("scenarios"))
        .expect("the folder")
        .map(|entry| {
            entry
                .expect("a file")
                .path()
                .file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    files.sort();
    let codes: Vec<_> = shipped().keys().map(ToString::to_string).collect();
    assert_eq!(files, codes, "each is compiled in, under the name of its file");
}

#[test]
fn entries_are_read_as_they_are_meant() {
    let dyke = read(DYKE).expect("it ships");
    let minute = 60_000;
    assert_eq!(
        (dyke.window_ms, dyke.level, dyke.unit_min),
        (180 * minute, Level::III, 3)
    );
    let order = dyke.order.as_ref().expect("an order");
    assert_eq!((order.acknowledge_ms, order.arrive_ms), (5 * minute, Some(30 * minute)));
    let first = &dyke.objectives[0];
    assert_eq!(
        (first.metric, first.target),
        (Metric::AcknowledgeP90, Target::AtMost(5 * minute))
    );
    let second = &dyke.objectives[1];
    assert_eq!(
        (second.metric, second.target, second.weight),
        (Metric::AssembledWithin(15 * minute), Target::AtLeast(300), 2)
    );
    let due: Vec<_> = dyke.injects.iter().map(|inject| inject.trigger.clone()).collect();
    assert_eq!(
        due[4..8],
        [
            Trigger::After(55 * minute),
            Trigger::Level(Level::II),
            Trigger::After(90 * minute),
            Trigger::Arrived(90)
        ]
    );
    let expected: Vec<_> = dyke.injects.iter().map(|inject| inject.expects).collect();
    assert_eq!(
        expected[3..5],
        [Expectation::Reinforcement, Expectation::Level(Level::II)]
    );
    assert_eq!(expected[8], Expectation::LevelDown(Level::IV));
    assert_eq!(dyke.injects[0].within_ms, None);
    assert_eq!(dyke.injects[7].within_ms, Some(5 * minute));
    // A share may have one decimal place.
    let text = DYKE.replace("at_least_percent = 30", "at_least_percent = 30.5");
    assert_eq!(
        read(&text).expect("it is good").objectives[1].target,
        Target::AtLeast(305)
    );
}

#[test]
fn what_may_be_left_out_has_a_default() {
    let text = DYKE
        .replace("unit_min = 3\n", "")
        .replace("behaviour = \"day\"\n", "")
        .replace("ends_when_complete = false\n", "")
        .replace("grace_minutes = 30\n", "")
        .replace("number = 1\n", "")
        .replace("weight = 3\n", "");
    let (changed, dyke) = (read(&text).expect("it is good"), read(DYKE).expect("it ships"));
    assert_eq!((changed.unit_min, &*changed.behaviour), (5, "day"));
    assert_eq!(changed.order.as_ref().expect("an order").grace_ms, None);
    assert_eq!(changed.injects, dyke.injects);
    assert_eq!(changed.objectives[2].weight, 1);
}

#[test]
fn a_scenario_comes_back_from_what_is_written() {
    for (code, scenario) in shipped() {
        let text = write(&scenario);
        assert_eq!(read(&text).as_ref(), Ok(&*scenario), "{code}:\n{text}");
    }
    let mut odd = read(DYKE).expect("it ships");
    odd.purpose = "“引号” \"quoted\" \\ 'it''s'\n第二行\t[x] = 1 # 注".into();
    odd.plan = "own-plan".into();
    odd.objectives[1].target = Target::AtLeast(305);
    odd.order.as_mut().expect("an order").muster_points = vec!["M-1".into(), "“东”".into()];
    odd.injects[0].expects = Expectation::Acknowledged(70);
    odd.injects[0].objective = 0;
    assert_eq!(read(&write(&odd)).as_ref(), Ok(&odd), "{}", write(&odd));
}

/// One bad entry a line: what to replace in the file, what by, and the one problem that follows: where its line begins, its key, value,
/// word and detail. `\n` is the end of a line.
const BAD: &str = r#"
code = "dyke" | code = "Dyke" | code = | code | Dyke | not-a-word |
kind = "full" | kind = "war" | kind = | kind | war | not-one-of | call-out, muster, tabletop, functional, full
content = "comprehensive" | content = 1 | content = | content | 1 | wrong-type | text
notice = "full" | notice = "some" | notice = | notice | some | not-one-of | full, partial, none
level = 3 | level = 5 | level = 5 | level | 5 | out-of-range | 1..4
window_minutes = 180 | window_minutes = 0.5 | window_minutes | window_minutes | 0.5 | wrong-type | integer
"special"] | "navy"] | teams = | audience.teams[1] | navy | not-one-of | agency, support, volunteer, special
"officer"] | "officer"]\nevery = true | every = | audience.every |  | unknown-key | teams, on_duty, staff, members
arrive_minutes = 30 | arrive_minutes = 4 | arrive_minutes | order.arrive_minutes | 4 | arrive-before-acknowledge |
arrive_minutes = 30 | arrive_minutes = 181 | arrive_minutes | order.arrive_minutes | 181 | after-end | 180
text = "堤防抢险 | text = "【演练】堤防抢险 | text = "【 | order.text |  | label-comes-by-itself | 【演练】
text = "堤防抢险 | text = "这不是演练 | text = "这 | order.text |  | denies-exercise | 不是演练
at_least_percent = 30 | at_least_percent = 130 | at_least_percent | objective[1].at_least_percent | 130 | out-of-range | 1..100
at_least_percent = 30 | at_least_percent = 30.25 | at_least_percent | objective[1].at_least_percent | 30.25 | wrong-type | percent
weight = 2 | weight = -2 | weight = -2 | objective[0].weight | -2 | wrong-type | integer
weight = 2 | weight = 0 | weight = 0 | objective[0].weight | 0 | out-of-range | 1..1000
number = 2 | number = 3 | number = 3 | inject[1].number | 3 | wrong-number | 2
after_minutes = 150 | after_minutes = 200 | after_minutes = 200 | inject[8].after_minutes | 200 | after-end | 180
after_minutes = 150 | after_minutes = 50 | after_minutes = 50 | inject[8].after_minutes | 50 | before-above | inject[6].after_minutes
after_minutes = 150 | after_minutes = 170 | within_minutes = 20\nobjective = 5\ncontroller = "导调组（水文席 | inject[8].within_minutes | 20 | after-end | 180
arrived_percent = 90 | arrived_percent = 190 | arrived_percent | inject[7].arrived_percent | 190 | out-of-range | 1..100
arrived_percent = 90 | arrived_percent = 300 | arrived_percent | inject[7].arrived_percent | 300 | out-of-range | 1..100
objective = 5 | objective = 6 | objective = 6 | inject[0].objective | 6 | unknown-objective | 5
to = "all" | to = "大家" | to = "大家" | inject[7].to | 大家 | not-a-word |
"acknowledge-p90" | "p90" | metric = "p90" | objective[0].metric | p90 | not-one-of | METRICS
expects = "order" | expects = "orders" | expects = "orders" | inject[1].expects | orders | not-one-of | EXPECTATIONS
"#;

#[test]
fn a_bad_entry_is_told_with_its_line_and_reason() {
    let metrics = "reached, acknowledged, acknowledged-within, acknowledge-p50, acknowledge-p90, acknowledge-max, assembled, arrived, \
                   on-time, declined, injects-done";
    let expectations = "observed, hand-over, level, level-down, order, report, reinforcement, in-place-window, branch, acknowledged, \
                        arrived";
    for row in BAD.lines().filter(|row| !row.is_empty()) {
        let row = row
            .replace("\\n", "\n")
            .replace("| METRICS", &format!("| {metrics}"))
            .replace("| EXPECTATIONS", &format!("| {expectations}"));
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let [old, new, place, key, value, word, detail] = cells[..] else {
            panic!("seven cells: {row}");
        };
        assert!(DYKE.contains(old), "{old}");
        let text = DYKE.replacen(old, new, 1);
        let found = problems(&text);
        let found: Vec<_> = found
            .iter()
            .map(|(line, key, value, word, detail)| (*line, &**key, &**value, *word, &**detail))
            .collect();
        assert_eq!(found, [(line(&text, place), key, value, word, detail)], "{row}");
    }
}

/// The keys of the file itself, in the order in which they are told.
const TOP_KEYS: &str = "code, name, name_en, purpose, outline, kind, content, notice, plan, level, window_minutes, ends_when_complete, \
                        unit_min, behaviour, audience, order, objective, inject";

#[test]
fn every_problem_is_told_at_once() {
    let text = DYKE
        .replacen("name = \"堤防", "nam = \"堤防", 1)
        .replacen("at_most_minutes = 5", "at_least_percent = 90", 1)
        .replacen("\nlevel = 3", "", 1)
        .replacen("after_minutes = 3\n", "", 1)
        .replacen("after_minutes = 15\n", "after_minutes = 15\nby_hand = true\n", 1)
        .replacen("expected_level = 2", "expected_percent = 2", 1)
        .replacen("arrive_minutes = 30", "arrive_minutes = 300", 1)
        .replacen("channel = \"当面任务卡\"\n", "", 1);
    let triggers = "after_minutes, acknowledged_percent, arrived_percent, level, by_hand";
    let inject = |number: u32| line(&text, &format!("number = {number}\n")) - 1;
    let row = |at: u32, key: &str, value: &str, word, detail: &str| {
        (at, key.to_owned(), value.to_owned(), word, detail.to_owned())
    };
    let of_inject = "number, after_minutes, acknowledged_percent, arrived_percent, level, by_hand, from, to, channel, text, expected, \
                     controller, expects, expected_level, within_minutes, objective";
    let expected = [
        row(0, "name", "", "missing", ""),
        row(0, "level", "", "missing", ""),
        row(line(&text, "nam ="), "nam", "", "unknown-key", TOP_KEYS),
        row(
            line(&text, "arrive_minutes"),
            "order.arrive_minutes",
            "300",
            "after-end",
            "180",
        ),
        row(
            line(&text, "[[objective]]"),
            "objective[0].at_most_minutes",
            "",
            "missing",
            "",
        ),
        row(
            line(&text, "at_least_percent = 90"),
            "objective[0].at_least_percent",
            "",
            "unknown-key",
            "name, name_en, weight, metric, at_most_minutes",
        ),
        row(inject(1), "inject[0]", "", "one-of-keys", triggers),
        row(
            inject(2),
            "inject[1]",
            "after_minutes, by_hand",
            "one-of-keys",
            triggers,
        ),
        row(inject(5), "inject[4].expected_level", "", "missing", ""),
        row(
            line(&text, "expected_percent"),
            "inject[4].expected_percent",
            "",
            "unknown-key",
            of_inject,
        ),
        row(inject(7), "inject[6].channel", "", "missing", ""),
    ];
    assert_eq!(problems(&text), expected);
}

#[test]
fn what_cannot_be_read_leads_to_no_other_problem() {
    for (old, new, key) in [
        ("teams = [\"support\", \"special\"]\n", "teams = 1\n", "audience.teams"),
        (
            "arrive_minutes = 30\n",
            "arrive_minutes = \"30\"\n",
            "order.arrive_minutes",
        ),
        (
            "acknowledge_minutes = 5\n",
            "acknowledge_minutes = true\n",
            "order.acknowledge_minutes",
        ),
        ("window_minutes = 180\n", "window_minutes = \"3h\"\n", "window_minutes"),
        ("plan = \"flood\"\n", "plan = 1\n", "plan"),
        ("metric = \"acknowledge-p90\"\n", "metric = 1\n", "objective[0].metric"),
        (
            "within_minutes = 15\n",
            "within_minutes = \"\"\n",
            "objective[1].within_minutes",
        ),
        (
            "after_minutes = 3\n",
            "after_minutes = \"3\"\n",
            "inject[0].after_minutes",
        ),
        ("expects = \"level\"\n", "expects = 2\n", "inject[4].expects"),
    ] {
        assert!(DYKE.contains(old), "{old}");
        let text = DYKE.replacen(old, new, 1);
        let found: Vec<_> = problems(&text)
            .into_iter()
            .map(|(_, key, _, word, _)| (key, word))
            .collect();
        assert_eq!(found, [(key.to_owned(), "wrong-type")]);
    }
    // Lists that are none, with everything that leans on them.
    let (head, _) = DYKE.split_once("[[inject]]").expect("injects");
    let (top, tables) = head.split_once("[audience]").expect("a section");
    let found = problems(&format!("{top}inject = 1\n[audience]{tables}"));
    let found: Vec<_> = found.iter().map(|(_, key, _, word, _)| (&**key, *word)).collect();
    assert_eq!(found, [("inject", "wrong-type")]);
    let (top, rest) = DYKE.split_once("[[objective]]").expect("objectives");
    let (_, injects) = rest.split_once("[[inject]]").expect("injects");
    let (top, tables) = top.split_once("[audience]").expect("a section");
    let found = problems(&format!("{top}objective = [1]\n[audience]{tables}[[inject]]{injects}"));
    let found: Vec<_> = found.iter().map(|(_, key, _, word, _)| (&**key, *word)).collect();
    assert_eq!(found[0], ("objective[0]", "wrong-type"));
    let found = problems(&format!("{top}objective = 1\n[audience]{tables}[[inject]]{injects}"));
    let found: Vec<_> = found.iter().map(|(_, key, _, word, _)| (&**key, *word)).collect();
    assert_eq!(found, [("objective", "wrong-type")]);
}

#[test]
fn what_is_no_toml_and_what_is_too_large_is_told() {
    let text = format!("{DYKE}\nthis is no key\n");
    let found = problems(&text);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].0, found[0].3), (line(&text, "this is no key"), "unreadable"));
    let large = "#".repeat(SCENARIO_BYTES_MAX + 1);
    assert_eq!(
        read(&large),
        Err(vec![(
            0,
            ScenarioProblem {
                key: "".into(),
                value: "".into(),
                fault: ScenarioFault::Entry(baiying_core::plan::PlanFault::TooLong(SCENARIO_BYTES_MAX as u64)),
            }
        )])
    );
    let nothing: Vec<_> = problems("")
        .into_iter()
        .map(|(_, key, _, word, _)| (key, word))
        .collect();
    let missing = [
        "code",
        "name",
        "purpose",
        "outline",
        "kind",
        "content",
        "notice",
        "window_minutes",
        "objective",
    ];
    assert_eq!(nothing, missing.map(|key| (key.to_owned(), "missing")));
}

#[test]
fn any_text_is_read_or_refused() {
    // Every beginning of a good file, and every line left out: no panic, and never a scenario that does not pass.
    for end in (0..DYKE.len()).filter(|end| DYKE.is_char_boundary(*end)).step_by(23) {
        let _ = read(&DYKE[..end]);
    }
    let lines: Vec<_> = DYKE.lines().collect();
    let mut read_all = 0;
    for left_out in 0..lines.len() {
        let text: Vec<_> = lines
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != left_out)
            .map(|(_, line)| *line)
            .collect();
        if let Ok(scenario) = read(&text.join("\n")) {
            read_all += 1;
            assert_eq!(check(&scenario), []);
            assert_eq!(read(&write(&scenario)), Ok(scenario));
        }
    }
    assert!(read_all > 20 && read_all < lines.len(), "{read_all}");
}

#[test]
fn the_example_of_the_document_is_good() {
    let document = include_str!("../../../deploy/docs/scenarios.md");
    let (_, rest) = document.split_once("```toml\n").expect("an example");
    let (example, _) = rest.split_once("```").expect("its end");
    let scenario = read(example).expect("it is good");
    assert_eq!((scenario.objectives.len(), scenario.injects.len()), (2, 1));
    for code in shipped().keys() {
        assert!(
            document.contains(&format!("| `{code}` |")),
            "{code} stands in the document"
        );
    }
    for (_, word) in baiying_core::exercise::objective::MetricKind::ALL {
        assert!(
            document.contains(&format!("| `{word}` |")),
            "{word} stands in the document"
        );
    }
    for (_, word) in baiying_core::exercise::scenario::ExpectationKind::ALL {
        assert!(document.contains(&format!("`{word}`")), "{word} stands in the document");
    }
}
