//! What a scenario must be before it is taken. Every problem is found, each with the key it stands at.

use super::{ExerciseKind, Expectation, Inject, Scenario, ScenarioFault, ScenarioOrder, ScenarioProblem, Trigger};
use crate::exercise::honest;
use crate::exercise::objective::{Metric, MetricKind, Objective, Target, TargetKind};
use crate::plan::{DEADLINE_MAX_MS, Found, NAME_MAX, PlanFault};
use crate::response::Level;
use crate::word;

/// Longest text of purpose, outline or inject, in bytes.
pub const SCENARIO_TEXT_MAX: u32 = 4000;
/// Longest text of the order, in bytes: an order takes 2,000, and the label comes on top.
pub const SCENARIO_ORDER_MAX: u32 = 1900;
/// Longest window: a week. What runs longer is several exercises.
pub const WINDOW_MAX_MS: u64 = 7 * 86_400_000;
/// Most objectives: a report with more says nothing.
pub const OBJECTIVES_MAX: usize = 32;
/// Most injects: one every two minutes for a whole day would be more than any controller can put in.
pub const INJECTS_MAX: usize = 300;
/// Largest weight of an objective: the sum of all stays far from overflow.
pub const WEIGHT_MAX: u32 = 1000;
/// Largest minimum size of units that are compared.
pub const UNIT_MIN_MAX: u32 = 10_000;
/// A minute: the shortest time.
const MINUTE_MS: u64 = 60_000;
/// Everything, in ‰.
const WHOLE: u64 = 1000;

/// Everything that is wrong with a scenario; nothing: it can be taken.
pub fn check(scenario: &Scenario) -> Vec<ScenarioProblem> {
    let Scenario {
        code,
        name,
        name_en,
        purpose,
        outline,
        kind: _,
        content: _,
        notice: _,
        plan,
        level: _,
        audience,
        order,
        window_ms,
        ends_when_complete: _,
        objectives,
        injects,
        unit_min,
        behaviour,
    } = scenario;
    let mut found = Checks::default();
    found.entries.slug("code", code);
    found.entries.text("name", name, NAME_MAX);
    found.entries.at_most("name_en", name_en, NAME_MAX);
    found.entries.text("purpose", purpose, SCENARIO_TEXT_MAX);
    found.entries.text("outline", outline, SCENARIO_TEXT_MAX);
    for (key, text) in [("name", name), ("name_en", name_en)] {
        found.honest(key, text);
    }
    if !plan.is_empty() {
        found.entries.slug("plan", plan);
    }
    found.entries.slug("behaviour", behaviour);
    found.entries.minutes("window_minutes", *window_ms, WINDOW_MAX_MS);
    found.range("unit_min", u64::from(*unit_min), 1, u64::from(UNIT_MIN_MAX));
    let teams: Vec<_> = audience
        .teams
        .iter()
        .map(|kind| word::of(&crate::team::TeamKind::ALL, *kind))
        .collect();
    found.entries.each_once("audience.teams", &teams);
    let on_duty: Vec<_> = audience
        .on_duty
        .iter()
        .map(|position| word::of(&crate::duty::Position::ALL, *position))
        .collect();
    found.entries.each_once("audience.on_duty", &on_duty);
    kind(scenario, &mut found);
    if let Some(order) = order {
        the_order(scenario, order, &mut found);
    }
    if objectives.is_empty() {
        found.entry("objective", "", PlanFault::Missing);
    }
    if objectives.len() > OBJECTIVES_MAX {
        found.entry("objective", "", PlanFault::TooLong(OBJECTIVES_MAX as u64));
    }
    for index in 0..objectives.len() {
        objective(scenario, index, &mut found);
    }
    if injects.len() > INJECTS_MAX {
        found.entry("inject", "", PlanFault::TooLong(INJECTS_MAX as u64));
    }
    for index in 0..injects.len() {
        inject(scenario, index, &mut found);
    }
    found.all()
}

/// What each kind of exercise needs.
fn kind(scenario: &Scenario, found: &mut Checks) {
    let (audience, order) = (&scenario.audience, &scenario.order);
    let kind = word::of(&ExerciseKind::ALL, scenario.kind);
    match scenario.kind {
        ExerciseKind::Tabletop => {
            if !audience.is_empty() {
                found.own("audience", "", ScenarioFault::TabletopCalls);
            }
            if order.is_some() {
                found.own("order", "", ScenarioFault::TabletopCalls);
            }
            if scenario.injects.is_empty() {
                found.own("inject", kind, ScenarioFault::InjectsNeeded);
            }
        }
        ExerciseKind::Functional => {
            if order.is_some() && audience.is_empty() {
                found.own("audience", kind, ScenarioFault::AudienceNeeded);
            }
        }
        ExerciseKind::CallOut | ExerciseKind::Muster | ExerciseKind::Full => {
            if audience.is_empty() {
                found.own("audience", kind, ScenarioFault::AudienceNeeded);
            }
            if order.is_none() && scenario.plan.is_empty() {
                found.own("order", "", ScenarioFault::OrderNeeded);
            }
        }
    }
    let musters = scenario.kind == ExerciseKind::Muster;
    if musters && order.as_ref().is_some_and(|order| order.arrive_ms.is_none()) {
        found.entry("order.arrive_minutes", "", PlanFault::Missing);
    }
}

fn the_order(scenario: &Scenario, order: &ScenarioOrder, found: &mut Checks) {
    let ScenarioOrder {
        text,
        acknowledge_ms,
        arrive_ms,
        grace_ms,
        muster_points,
    } = order;
    found.entries.text("order.text", text, SCENARIO_ORDER_MAX);
    found.honest("order.text", text);
    let minutes = |ms: u64| (ms / MINUTE_MS).to_string();
    let deadlines = [
        ("acknowledge_minutes", Some(*acknowledge_ms)),
        ("arrive_minutes", *arrive_ms),
    ];
    for (name, ms) in deadlines {
        let key = format!("order.{name}");
        let Some(ms) = ms else { continue };
        found.entries.minutes(&key, ms, DEADLINE_MAX_MS);
        if ms > scenario.window_ms {
            found.after_end(&key, ms, scenario);
        }
    }
    if let Some(arrive_ms) = arrive_ms.filter(|arrive_ms| arrive_ms < acknowledge_ms) {
        let fault = PlanFault::ArriveBeforeAcknowledge;
        found.entry("order.arrive_minutes", &minutes(arrive_ms), fault);
    }
    if let Some(grace_ms) = grace_ms.filter(|grace_ms| *grace_ms > DEADLINE_MAX_MS) {
        let fault = PlanFault::OutOfRange(0, DEADLINE_MAX_MS / MINUTE_MS);
        found.entry("order.grace_minutes", &minutes(grace_ms), fault);
    }
    for (index, code) in muster_points.iter().enumerate() {
        found.entries.text(&format!("order.muster_points[{index}]"), code, 100);
    }
    found.entries.each_once("order.muster_points", muster_points);
}

/// Whether nobody is asked to answer anything.
fn asks_nobody(scenario: &Scenario) -> bool {
    scenario.kind == ExerciseKind::Tabletop
}

/// Whether nobody has to go anywhere.
fn moves_nobody(scenario: &Scenario) -> bool {
    let order = scenario.order.as_ref();
    asks_nobody(scenario) || order.is_some_and(|order| order.arrive_ms.is_none())
}

fn objective(scenario: &Scenario, index: usize, found: &mut Checks) {
    let Objective {
        name,
        name_en,
        metric,
        target,
        weight,
    } = &scenario.objectives[index];
    let key = |entry: &str| format!("objective[{index}].{entry}");
    found.entries.text(&key("name"), name, NAME_MAX);
    found.entries.at_most(&key("name_en"), name_en, NAME_MAX);
    found.range(&key("weight"), u64::from(*weight), 1, u64::from(WEIGHT_MAX));
    let word = word::of(&MetricKind::ALL, metric.kind());
    if let Some(within_ms) = metric.within_ms() {
        found.within_window(&key("within_minutes"), within_ms, scenario);
    }
    the_target(&key, *metric, *target, scenario, found);
    let before = &scenario.objectives[..index];
    if let Some(other) = before.iter().position(|other| other.metric == *metric) {
        let other = format!("objective[{other}].metric");
        found.entry(&key("metric"), word, PlanFault::Twice(other.into()));
    }
    if *metric == Metric::InjectsDone {
        if scenario.injects.is_empty() {
            found.own(&key("metric"), word, ScenarioFault::InjectsNeeded);
        }
    } else if asks_nobody(scenario) {
        found.own(&key("metric"), word, ScenarioFault::NobodyAnswers);
    } else if metric.kind().takes_arrivals() && moves_nobody(scenario) {
        found.own(&key("metric"), word, ScenarioFault::NobodyArrives);
    }
}

fn the_target(key: &impl Fn(&str) -> String, metric: Metric, target: Target, scenario: &Scenario, found: &mut Checks) {
    let kind = metric.kind().target();
    let name = word::of(&TargetKind::ALL, kind);
    match (kind, target) {
        (TargetKind::AtLeastShare, Target::AtLeast(share)) => {
            found.share(&key(name), u64::from(share), WHOLE / 100);
        }
        (TargetKind::AtMostShare, Target::AtMost(share)) => found.share(&key(name), share, 0),
        (TargetKind::AtMostTime, Target::AtMost(ms)) => found.within_window(&key(name), ms, scenario),
        (TargetKind::AtLeastShare, Target::AtMost(_))
        | (TargetKind::AtMostShare | TargetKind::AtMostTime, Target::AtLeast(_)) => {
            found.own(
                &key("metric"),
                word::of(&MetricKind::ALL, metric.kind()),
                ScenarioFault::WrongTarget(name),
            );
        }
    }
}

fn inject(scenario: &Scenario, index: usize, found: &mut Checks) {
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
    } = &scenario.injects[index];
    let key = |entry: &str| format!("inject[{index}].{entry}");
    let fitting = u32::try_from(index + 1).unwrap_or(u32::MAX);
    if *number != fitting {
        let fault = ScenarioFault::WrongNumber(fitting);
        found.own(&key("number"), &number.to_string(), fault);
    }
    found.entries.text(&key("from"), from, NAME_MAX);
    found.entries.slug(&key("to"), to);
    found.entries.text(&key("channel"), channel, NAME_MAX);
    found.entries.text(&key("text"), text, SCENARIO_TEXT_MAX);
    found.honest(&key("text"), text);
    found.entries.text(&key("expected"), expected, SCENARIO_TEXT_MAX);
    found.entries.text(&key("controller"), controller, NAME_MAX);
    due(scenario, index, trigger, found);
    expectation(scenario, &key, *expects, found);
    if let Some(within_ms) = *within_ms {
        let start_ms = match trigger {
            Trigger::After(ms) => *ms,
            Trigger::Acknowledged(_) | Trigger::Arrived(_) | Trigger::Level(_) | Trigger::ByHand => 0,
        };
        // One that is itself after the end is told there.
        found.entries.minutes(&key("within_minutes"), within_ms, WINDOW_MAX_MS);
        if start_ms < scenario.window_ms && start_ms.saturating_add(within_ms) > scenario.window_ms {
            found.after_end(&key("within_minutes"), within_ms, scenario);
        }
    }
    let count = u32::try_from(scenario.objectives.len()).unwrap_or(u32::MAX);
    if *objective > count {
        let fault = ScenarioFault::UnknownObjective(count);
        found.own(&key("objective"), &objective.to_string(), fault);
    }
}

fn due(scenario: &Scenario, index: usize, trigger: &Trigger, found: &mut Checks) {
    let key = |entry: &str| format!("inject[{index}].{entry}");
    match trigger {
        Trigger::After(ms) => {
            if *ms >= scenario.window_ms {
                found.after_end(&key("after_minutes"), *ms, scenario);
            }
            let before = scenario.injects[..index].iter().enumerate().rev();
            let above = before.filter_map(|(at, other)| match other.trigger {
                Trigger::After(ms) => Some((at, ms)),
                Trigger::Acknowledged(_) | Trigger::Arrived(_) | Trigger::Level(_) | Trigger::ByHand => None,
            });
            if let Some((at, _)) = above.take(1).find(|(_, above_ms)| above_ms > ms) {
                let fault = ScenarioFault::BeforeAbove(format!("inject[{at}].after_minutes").into());
                found.own(&key("after_minutes"), &(ms / MINUTE_MS).to_string(), fault);
            }
        }
        Trigger::Acknowledged(percent) => {
            found.range(&key("acknowledged_percent"), u64::from(*percent), 1, 100);
            if asks_nobody(scenario) {
                found.own(&key("acknowledged_percent"), "", ScenarioFault::NobodyAnswers);
            }
        }
        Trigger::Arrived(percent) => {
            found.range(&key("arrived_percent"), u64::from(*percent), 1, 100);
            if moves_nobody(scenario) {
                found.own(&key("arrived_percent"), "", ScenarioFault::NobodyArrives);
            }
        }
        Trigger::Level(_) => {
            if scenario.plan.is_empty() {
                found.own(&key("level"), "", ScenarioFault::PlanNeeded);
            }
        }
        Trigger::ByHand => {}
    }
}

fn expectation(scenario: &Scenario, key: &impl Fn(&str) -> String, expects: Expectation, found: &mut Checks) {
    let kind = expects.kind();
    let word = word::of(&super::ExpectationKind::ALL, kind);
    if kind.takes_response() && scenario.plan.is_empty() {
        found.own(&key("expects"), word, ScenarioFault::PlanNeeded);
    }
    match expects {
        // A response has level Ⅳ at least, and Ⅰ at most: to reach these takes nothing.
        Expectation::Level(Level::IV) => found.range(&key("expected_level"), 4, 1, 3),
        Expectation::LevelDown(Level::I) => found.range(&key("expected_level"), 1, 2, 4),
        Expectation::Acknowledged(percent) => {
            found.range(&key("expected_percent"), u64::from(percent), 1, 100);
            if asks_nobody(scenario) {
                found.own(&key("expects"), word, ScenarioFault::NobodyAnswers);
            }
        }
        Expectation::Arrived(percent) => {
            found.range(&key("expected_percent"), u64::from(percent), 1, 100);
            if moves_nobody(scenario) {
                found.own(&key("expects"), word, ScenarioFault::NobodyArrives);
            }
        }
        Expectation::Observed
        | Expectation::HandOver
        | Expectation::Level(Level::I | Level::II | Level::III)
        | Expectation::LevelDown(Level::II | Level::III | Level::IV)
        | Expectation::Order
        | Expectation::Report
        | Expectation::Reinforcement
        | Expectation::InPlaceWindow
        | Expectation::Branch => {}
    }
}

/// Problems as they are found: those that any file can have, and those of scenarios.
struct Checks {
    entries: Found,
    own: Vec<ScenarioProblem>,
}

impl Default for Checks {
    fn default() -> Self {
        Self {
            entries: Found(Vec::new()),
            own: Vec::new(),
        }
    }
}

impl Checks {
    fn all(self) -> Vec<ScenarioProblem> {
        let Self { entries, own } = self;
        entries.0.into_iter().map(ScenarioProblem::from).chain(own).collect()
    }
    fn own(&mut self, key: &str, value: &str, fault: ScenarioFault) {
        self.own.push(ScenarioProblem {
            key: key.into(),
            value: value.into(),
            fault,
        });
    }
    fn entry(&mut self, key: &str, value: &str, fault: PlanFault) {
        self.entries.add(key.to_owned(), value, fault);
    }
    fn range(&mut self, key: &str, value: u64, min: u64, max: u64) {
        if !(min..=max).contains(&value) {
            self.entry(key, &value.to_string(), PlanFault::OutOfRange(min, max));
        }
    }
    /// A share in ‰, told in percent.
    fn share(&mut self, key: &str, share: u64, min: u64) {
        if !(min..=WHOLE).contains(&share) {
            let percent = match (share / 10, share % 10) {
                (whole, 0) => whole.to_string(),
                (whole, tenths) => format!("{whole}.{tenths}"),
            };
            self.entry(key, &percent, PlanFault::OutOfRange(min.div_ceil(10), WHOLE / 10));
        }
    }
    /// A time of at least a minute that ends in the window.
    fn within_window(&mut self, key: &str, ms: u64, scenario: &Scenario) {
        self.entries.minutes(key, ms, WINDOW_MAX_MS);
        if ms > scenario.window_ms {
            self.after_end(key, ms, scenario);
        }
    }
    fn after_end(&mut self, key: &str, ms: u64, scenario: &Scenario) {
        let fault = ScenarioFault::AfterEnd(scenario.window_ms / MINUTE_MS);
        self.own(key, &(ms / MINUTE_MS).to_string(), fault);
    }
    /// A text that goes out: it neither denies the exercise nor labels itself.
    fn honest(&mut self, key: &str, text: &str) {
        if let Some(label) = honest::label(text) {
            self.own(key, "", ScenarioFault::Label(label));
        }
        if let Some(words) = honest::denial(text) {
            self.own(key, "", ScenarioFault::DeniesExercise(words));
        }
    }
}
