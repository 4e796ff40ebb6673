//! From the text of a scenario's file to a scenario.

use baiying_core::duty::Position;
use baiying_core::exercise::objective::{Metric, MetricKind, Objective, Target, TargetKind};
use baiying_core::exercise::scenario::{
    Content, ExerciseKind, Expectation, ExpectationKind, Inject, Notice, Scenario, ScenarioAudience, ScenarioFault,
    ScenarioOrder, ScenarioProblem, Trigger, WINDOW_MAX_MS, check,
};
use baiying_core::plan::PlanFault;
use baiying_core::response::Level;
use baiying_core::team::TeamKind;
use baiying_core::word;
use toml::Value;

use crate::plan_file::line_of;
use crate::plan_file::section::{Problems, Section, add, covers, missing, needed, parse};

/// Largest file: a scenario has some two hundred lines, and this leaves room for fifty times that.
pub const SCENARIO_BYTES_MAX: usize = 512 * 1024;
/// A minute in milliseconds.
pub(super) const MINUTE: u64 = 60_000;
/// Units with fewer people are not compared, when nothing is said.
const UNIT_MIN: u32 = 5;
/// How simulated responders behave, when nothing is said.
const BEHAVIOUR: &str = "day";
/// The keys that say when an inject is due; exactly one of them stands in each.
const TRIGGERS: [&str; 5] = [
    "after_minutes",
    "acknowledged_percent",
    "arrived_percent",
    "level",
    "by_hand",
];

/// Problems of scenarios alone, as they are found; those that any file can have are in [`Problems`].
type Own = Vec<ScenarioProblem>;

/// Reads a scenario.
///
/// # Errors
/// Every problem with its line, in the order of the file.
pub fn read(text: &str) -> Result<Scenario, Vec<(u32, ScenarioProblem)>> {
    let table = parse(text, SCENARIO_BYTES_MAX).map_err(|(line, problem)| vec![(line, problem.into())])?;
    let (mut problems, mut own) = (Problems::new(), Own::new());
    let scenario = scenario(Section::new("", table), &mut problems, &mut own);
    let mut all: Own = problems.into_iter().map(ScenarioProblem::from).chain(own).collect();
    // What could not be read stands as something harmless, so that the rest is checked all the same.
    let read = all.len();
    for problem in check(&scenario) {
        let told = &all[..read];
        let is_told = told.iter().any(|other| covers(&other.key, &problem.key));
        if !is_told && !follows(told, &problem) {
            all.push(problem);
        }
    }
    if all.is_empty() {
        return Ok(scenario);
    }
    let mut located: Vec<_> = all
        .into_iter()
        .map(|problem| (line_of(text, &problem.key), problem))
        .collect();
    located.sort_by_key(|(line, _)| *line);
    Err(located)
}

/// Whether a problem is there only because a list that it is about cannot be read.
fn follows(told: &[ScenarioProblem], problem: &ScenarioProblem) -> bool {
    let is_told = |key: &str| told.iter().any(|other| *other.key == *key);
    matches!(problem.fault, ScenarioFault::InjectsNeeded) && is_told("inject")
        || matches!(problem.fault, ScenarioFault::UnknownObjective(_)) && is_told("objective")
}

/// A word that has to be there.
fn needed_word<T: Copy>(
    section: &mut Section,
    name: &'static str,
    table: &[(T, &'static str)],
    harmless: T,
    problems: &mut Problems,
) -> T {
    if !section.has(name) {
        missing(&section.key(name), problems);
    }
    section.word(name, table, problems).unwrap_or(harmless)
}

/// A level by its number, 1 to 4.
fn level(section: &mut Section, name: &'static str, problems: &mut Problems) -> Option<Level> {
    let number = section.number(name, problems)?;
    let level = Level::from_number(number);
    if level.is_none() {
        let fault = PlanFault::OutOfRange(1, 4);
        add(problems, section.key(name), &number.to_string(), fault);
    }
    level
}

/// A percentage of people, in whole percent.
fn percent(section: &mut Section, name: &'static str, problems: &mut Problems) -> Option<u8> {
    let number = section.number(name, problems)?;
    let percent = u8::try_from(number).ok();
    if percent.is_none() {
        let fault = PlanFault::OutOfRange(1, 100);
        add(problems, section.key(name), &number.to_string(), fault);
    }
    percent
}

fn scenario(mut file: Section, problems: &mut Problems, own: &mut Own) -> Scenario {
    let code = needed(file.text("code", problems), "code", "unreadable", problems);
    let name = needed(file.text("name", problems), "name", "-", problems);
    let name_en = file.text("name_en", problems).unwrap_or_default();
    let purpose = needed(file.text("purpose", problems), "purpose", "-", problems);
    let outline = needed(file.text("outline", problems), "outline", "-", problems);
    // Functional exercises ask for least.
    let kind = needed_word(
        &mut file,
        "kind",
        &ExerciseKind::ALL,
        ExerciseKind::Functional,
        problems,
    );
    let content = needed_word(&mut file, "content", &Content::ALL, Content::Single, problems);
    let notice = needed_word(&mut file, "notice", &Notice::ALL, Notice::Full, problems);
    let has_plan = file.has("plan");
    let plan = match file.text("plan", problems) {
        Some(plan) => plan,
        None if has_plan => "unreadable".into(),
        None => "".into(),
    };
    if !plan.is_empty() && !file.has("level") {
        missing("level", problems);
    }
    let level = level(&mut file, "level", problems).unwrap_or(Level::IV);
    let window_ms = window(&mut file, problems);
    let ends_when_complete = file.flag("ends_when_complete", problems).unwrap_or_default();
    let unit_min = file.number("unit_min", problems).unwrap_or(UNIT_MIN);
    let behaviour = file.text("behaviour", problems).unwrap_or_else(|| BEHAVIOUR.into());
    let audience = file
        .section("audience", problems)
        .map_or_else(ScenarioAudience::default, |section| audience(section, problems));
    let order = file.section("order", problems).map(|section| order(section, problems));
    let objectives = file.list("objective", problems).unwrap_or_default();
    let injects = file.list("inject", problems).unwrap_or_default();
    file.finish(problems);
    let objectives = (0..)
        .zip(objectives)
        .map(|(index, row)| objective(index, row, problems));
    let objectives = objectives.collect();
    let injects = (0..).zip(injects).map(|(index, row)| inject(index, row, problems, own));
    let injects = injects.collect();
    Scenario {
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
    }
}

/// The window; what stands for one that cannot be read is after everything.
fn window(file: &mut Section, problems: &mut Problems) -> u64 {
    if !file.has("window_minutes") {
        missing("window_minutes", problems);
    }
    file.ms("window_minutes", MINUTE, problems).unwrap_or(WINDOW_MAX_MS)
}

fn audience(mut section: Section, problems: &mut Problems) -> ScenarioAudience {
    let before = problems.len();
    let mut audience = ScenarioAudience {
        teams: section.words("teams", &TeamKind::ALL, problems).unwrap_or_default(),
        on_duty: section.words("on_duty", &Position::ALL, problems).unwrap_or_default(),
        staff: section.flag("staff", problems).unwrap_or_default(),
        members: section.flag("members", problems).unwrap_or_default(),
    };
    // Somebody was meant, though it cannot be read who.
    audience.staff |= problems.len() > before;
    section.finish(problems);
    audience
}

fn order(mut section: Section, problems: &mut Problems) -> ScenarioOrder {
    let text = needed(section.text("text", problems), &section.key("text"), "-", problems);
    if !section.has("acknowledge_minutes") {
        missing(&section.key("acknowledge_minutes"), problems);
    }
    let acknowledge_ms = section.ms("acknowledge_minutes", MINUTE, problems).unwrap_or(MINUTE);
    let arrives = section.has("arrive_minutes");
    let arrive_ms = section.ms("arrive_minutes", MINUTE, problems);
    let grace_ms = section.ms("grace_minutes", MINUTE, problems);
    let muster_points = section.texts("muster_points", problems).unwrap_or_default();
    section.finish(problems);
    ScenarioOrder {
        text,
        acknowledge_ms,
        // A time that cannot be read is a time all the same.
        arrive_ms: arrive_ms.or(arrives.then_some(acknowledge_ms)),
        grace_ms,
        muster_points,
    }
}

/// One objective. What of it cannot be read stands as a metric that no file can have twice.
fn objective(index: u32, row: Value, problems: &mut Problems) -> Objective {
    let key = format!("objective[{index}]");
    let odd_ms = MINUTE + 1 + u64::from(index);
    let harmless = || Objective {
        name: "-".into(),
        name_en: "".into(),
        metric: Metric::AcknowledgedWithin(odd_ms),
        target: Target::AtLeast(1000),
        weight: 1,
    };
    let Value::Table(table) = row else {
        add(problems, key, "", PlanFault::WrongType("section"));
        return harmless();
    };
    let mut row = Section::new(key, table);
    let name = needed(row.text("name", problems), &row.key("name"), "-", problems);
    let name_en = row.text("name_en", problems).unwrap_or_default();
    let weight = row.number("weight", problems).unwrap_or(1);
    if !row.has("metric") {
        missing(&row.key("metric"), problems);
    }
    let Some(kind) = row.word("metric", &MetricKind::ALL, problems) else {
        // Which of the others belong to it is not known: none is held against it.
        row.number("within_minutes", problems);
        for (_, key) in TargetKind::ALL {
            row.share(key, problems);
        }
        row.finish(problems);
        return harmless();
    };
    let mut within_ms = odd_ms;
    if kind.has_within() {
        if !row.has("within_minutes") {
            missing(&row.key("within_minutes"), problems);
        }
        within_ms = row.ms("within_minutes", MINUTE, problems).unwrap_or(odd_ms);
    }
    let target = target(&mut row, kind, problems);
    row.finish(problems);
    Objective {
        name,
        name_en,
        metric: kind.metric(within_ms),
        target,
        weight,
    }
}

/// The target that this kind of metric has; the keys of other targets are none of its own.
fn target(row: &mut Section, kind: MetricKind, problems: &mut Problems) -> Target {
    let name = word::of(&TargetKind::ALL, kind.target());
    if !row.has(name) {
        missing(&row.key(name), problems);
    }
    match kind.target() {
        TargetKind::AtLeastShare => Target::AtLeast(row.share(name, problems).unwrap_or(1000)),
        TargetKind::AtMostShare => Target::AtMost(u64::from(row.share(name, problems).unwrap_or(1000))),
        TargetKind::AtMostTime => Target::AtMost(row.ms(name, MINUTE, problems).unwrap_or(MINUTE)),
    }
}

fn inject(index: u32, row: Value, problems: &mut Problems, own: &mut Own) -> Inject {
    let key = format!("inject[{index}]");
    let number = index.saturating_add(1);
    let Value::Table(table) = row else {
        add(problems, key, "", PlanFault::WrongType("section"));
        return Inject {
            number,
            trigger: Trigger::ByHand,
            from: "-".into(),
            to: "all".into(),
            channel: "-".into(),
            text: "-".into(),
            expected: "-".into(),
            expects: Expectation::Observed,
            within_ms: None,
            objective: 0,
            controller: "-".into(),
        };
    };
    let mut row = Section::new(key.clone(), table);
    let number = row.number("number", problems).unwrap_or(number);
    let trigger = trigger(&key, &mut row, problems, own);
    let mut text = |name: &'static str, harmless: &str, problems: &mut Problems| {
        needed(row.text(name, problems), &row.key(name), harmless, problems)
    };
    let from = text("from", "-", problems);
    let to = text("to", "all", problems);
    let channel = text("channel", "-", problems);
    let said = text("text", "-", problems);
    let expected = text("expected", "-", problems);
    let controller = text("controller", "-", problems);
    let expects = expectation(&mut row, problems);
    let within_ms = row.ms("within_minutes", MINUTE, problems);
    let objective = row.number("objective", problems).unwrap_or_default();
    row.finish(problems);
    Inject {
        number,
        trigger,
        from,
        to,
        channel,
        text: said,
        expected,
        expects,
        within_ms,
        objective,
        controller,
    }
}

/// When it is due: by the one key of [`TRIGGERS`] that is there.
fn trigger(key: &str, row: &mut Section, problems: &mut Problems, own: &mut Own) -> Trigger {
    let there: Vec<_> = TRIGGERS.into_iter().filter(|name| row.has(name)).collect();
    let after = row.ms("after_minutes", MINUTE, problems).map(Trigger::After);
    let acknowledged = percent(row, "acknowledged_percent", problems).map(Trigger::Acknowledged);
    let arrived = percent(row, "arrived_percent", problems).map(Trigger::Arrived);
    let level = level(row, "level", problems).map(Trigger::Level);
    let by_hand = row.flag("by_hand", problems);
    if there.len() != 1 || by_hand == Some(false) {
        own.push(ScenarioProblem {
            key: key.into(),
            value: there.join(", ").into(),
            fault: ScenarioFault::OneOfKeys(TRIGGERS.join(", ").into()),
        });
        return Trigger::ByHand;
    }
    // What cannot be read was told, and waits for a hand.
    let read = [after, acknowledged, arrived, level].into_iter().flatten().next();
    read.unwrap_or(Trigger::ByHand)
}

fn expectation(row: &mut Section, problems: &mut Problems) -> Expectation {
    let named = row.has("expects");
    let kind = match row.word("expects", &ExpectationKind::ALL, problems) {
        Some(kind) => kind,
        None if named => {
            // Which of these belong to it is not known.
            level(row, "expected_level", problems);
            percent(row, "expected_percent", problems);
            return Expectation::Observed;
        }
        None => ExpectationKind::Observed,
    };
    match kind {
        ExpectationKind::Observed => Expectation::Observed,
        ExpectationKind::HandOver => Expectation::HandOver,
        ExpectationKind::Level => Expectation::Level(expected_level(row, problems)),
        ExpectationKind::LevelDown => Expectation::LevelDown(expected_level(row, problems)),
        ExpectationKind::Order => Expectation::Order,
        ExpectationKind::Report => Expectation::Report,
        ExpectationKind::Reinforcement => Expectation::Reinforcement,
        ExpectationKind::InPlaceWindow => Expectation::InPlaceWindow,
        ExpectationKind::Branch => Expectation::Branch,
        ExpectationKind::Acknowledged => Expectation::Acknowledged(expected_percent(row, problems)),
        ExpectationKind::Arrived => Expectation::Arrived(expected_percent(row, problems)),
    }
}

fn expected_level(row: &mut Section, problems: &mut Problems) -> Level {
    if !row.has("expected_level") {
        missing(&row.key("expected_level"), problems);
    }
    level(row, "expected_level", problems).unwrap_or(Level::III)
}

fn expected_percent(row: &mut Section, problems: &mut Problems) -> u8 {
    if !row.has("expected_percent") {
        missing(&row.key("expected_percent"), problems);
    }
    percent(row, "expected_percent", problems).unwrap_or(100)
}
