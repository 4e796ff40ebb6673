//! From a scenario to the text of its file: what is read back is the same scenario, without the comments of the file that it came from.

use std::fmt::Write as _;

use baiying_core::duty::Position;
use baiying_core::exercise::objective::{MetricKind, Objective, Target, TargetKind};
use baiying_core::exercise::scenario::{
    Content, ExerciseKind, Expectation, ExpectationKind, Inject, Notice, Scenario, ScenarioAudience, ScenarioOrder,
    Trigger,
};
use baiying_core::team::TeamKind;
use baiying_core::word;
use toml::Value;

use super::read::MINUTE;

/// Writes a scenario as a file. Times are in whole minutes, as those of every scenario that was read.
pub fn write(scenario: &Scenario) -> String {
    let Scenario {
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
    } = scenario;
    let mut file = File(String::new());
    file.text("code", code);
    file.text("name", name);
    file.some_text("name_en", name_en);
    file.text("purpose", purpose);
    file.text("outline", outline);
    file.text("kind", word::of(&ExerciseKind::ALL, *kind));
    file.text("content", word::of(&Content::ALL, *content));
    file.text("notice", word::of(&Notice::ALL, *notice));
    file.some_text("plan", plan);
    file.value("level", level.number());
    file.minutes("window_minutes", *window_ms);
    file.value("ends_when_complete", ends_when_complete);
    file.value("unit_min", unit_min);
    file.text("behaviour", behaviour);
    if !audience.is_empty() {
        write_audience(audience, &mut file);
    }
    if let Some(order) = order {
        write_order(order, &mut file);
    }
    for objective in objectives {
        write_objective(objective, &mut file);
    }
    for inject in injects {
        write_inject(inject, &mut file);
    }
    file.0
}

fn write_audience(audience: &ScenarioAudience, file: &mut File) {
    let ScenarioAudience {
        teams,
        on_duty,
        staff,
        members,
    } = audience;
    file.section("[audience]");
    let teams: Vec<_> = teams.iter().map(|kind| word::of(&TeamKind::ALL, *kind)).collect();
    file.texts("teams", &teams);
    let on_duty: Vec<_> = on_duty.iter().map(|kind| word::of(&Position::ALL, *kind)).collect();
    file.texts("on_duty", &on_duty);
    file.value("staff", staff);
    file.value("members", members);
}

fn write_order(order: &ScenarioOrder, file: &mut File) {
    let ScenarioOrder {
        text,
        acknowledge_ms,
        arrive_ms,
        grace_ms,
        muster_points,
    } = order;
    file.section("[order]");
    file.text("text", text);
    file.minutes("acknowledge_minutes", *acknowledge_ms);
    if let Some(arrive_ms) = arrive_ms {
        file.minutes("arrive_minutes", *arrive_ms);
    }
    if let Some(grace_ms) = grace_ms {
        file.minutes("grace_minutes", *grace_ms);
    }
    file.texts("muster_points", muster_points);
}

fn write_objective(objective: &Objective, file: &mut File) {
    let Objective {
        name,
        name_en,
        metric,
        target,
        weight,
    } = objective;
    file.section("[[objective]]");
    file.text("name", name);
    file.some_text("name_en", name_en);
    file.text("metric", word::of(&MetricKind::ALL, metric.kind()));
    if let Some(within_ms) = metric.within_ms() {
        file.minutes("within_minutes", within_ms);
    }
    let kind = metric.kind().target();
    let key = word::of(&TargetKind::ALL, kind);
    match (kind, target) {
        (TargetKind::AtMostTime, Target::AtMost(ms)) => file.minutes(key, *ms),
        (TargetKind::AtLeastShare | TargetKind::AtMostShare | TargetKind::AtMostTime, Target::AtLeast(share)) => {
            file.share(key, u64::from(*share));
        }
        (TargetKind::AtLeastShare | TargetKind::AtMostShare, Target::AtMost(share)) => file.share(key, *share),
    }
    file.value("weight", weight);
}

fn write_inject(inject: &Inject, file: &mut File) {
    let Inject {
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
    } = inject;
    file.section("[[inject]]");
    file.value("number", number);
    match trigger {
        Trigger::After(ms) => file.minutes("after_minutes", *ms),
        Trigger::Acknowledged(percent) => file.value("acknowledged_percent", percent),
        Trigger::Arrived(percent) => file.value("arrived_percent", percent),
        Trigger::Level(level) => file.value("level", level.number()),
        Trigger::ByHand => file.value("by_hand", true),
    }
    file.text("from", from);
    file.text("to", to);
    file.text("channel", channel);
    file.text("text", text);
    file.text("expected", expected);
    file.text("expects", word::of(&ExpectationKind::ALL, expects.kind()));
    match expects {
        Expectation::Level(level) | Expectation::LevelDown(level) => file.value("expected_level", level.number()),
        Expectation::Acknowledged(percent) | Expectation::Arrived(percent) => {
            file.value("expected_percent", percent);
        }
        Expectation::Observed
        | Expectation::HandOver
        | Expectation::Order
        | Expectation::Report
        | Expectation::Reinforcement
        | Expectation::InPlaceWindow
        | Expectation::Branch => {}
    }
    if let Some(within_ms) = within_ms {
        file.minutes("within_minutes", *within_ms);
    }
    if *objective > 0 {
        file.value("objective", objective);
    }
    file.text("controller", controller);
}

/// The text of a file as it grows.
struct File(String);

impl File {
    fn section(&mut self, header: &str) {
        self.0.push('\n');
        self.0.push_str(header);
        self.0.push('\n');
    }
    fn value(&mut self, key: &str, value: impl std::fmt::Display) {
        writeln!(self.0, "{key} = {value}").expect("a string takes everything");
    }
    fn text(&mut self, key: &str, text: &str) {
        self.value(key, Value::String(text.to_owned()));
    }
    /// A text, unless it is empty.
    fn some_text(&mut self, key: &str, text: &str) {
        if !text.is_empty() {
            self.text(key, text);
        }
    }
    fn texts(&mut self, key: &str, texts: &[impl AsRef<str>]) {
        let texts = texts.iter().map(|text| Value::String(text.as_ref().to_owned()));
        self.value(key, Value::Array(texts.collect()));
    }
    fn minutes(&mut self, key: &str, ms: u64) {
        self.value(key, ms / MINUTE);
    }
    /// A share in ‰, in percent.
    fn share(&mut self, key: &str, share: u64) {
        match (share / 10, share % 10) {
            (whole, 0) => self.value(key, whole),
            (whole, tenths) => self.value(key, format_args!("{whole}.{tenths}")),
        }
    }
}
