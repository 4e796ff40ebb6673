//! From the text of a plan's file to a plan.

use baiying_core::duty::Position;
use baiying_core::order::StepTarget;
use baiying_core::org::UnitKind;
use baiying_core::plan::{
    Authority, CallOut, CommandRow, DEADLINE_MAX_MS, LEVELS, LevelPlan, OrderTemplate, Plan, PlanFault, PlanProblem,
    ReportClocks, always_needs_second_person, check,
};
use baiying_core::response::Level;
use baiying_core::team::TeamKind;
use toml::{Table, Value};

use super::line::line_of;
use super::section::{Problems, Section, add, covers, missing, needed, parse, word};

/// Largest file: a plan has some hundred lines, and this leaves room for a hundred times that.
pub const PLAN_BYTES_MAX: usize = 512 * 1024;
/// A minute and a second in milliseconds.
const MINUTE: u64 = 60_000;
const SECOND: u64 = 1000;
/// How long a provisional start holds when nothing is said (`domain.md` §1.2).
const PROVISIONAL_MS: u64 = 30 * MINUTE;

/// Reads a plan.
///
/// # Errors
/// Every problem with its line, in the order of the file.
pub fn read(text: &str) -> Result<Plan, Vec<(u32, PlanProblem)>> {
    let mut problems = Problems::new();
    let table = parse(text, PLAN_BYTES_MAX).map_err(|problem| vec![problem])?;
    let plan = plan(Section::new("", table), &mut problems);
    // What could not be read stands as something harmless, so that the rest is checked all the same.
    let has_bad_time = problems.iter().any(|problem| problem.key.ends_with("_minutes"));
    for problem in check(&plan) {
        let is_told = problems.iter().any(|other| covers(&other.key, &problem.key));
        let follows = has_bad_time && compares_times(&problem.fault);
        if !is_told && !follows {
            problems.push(problem);
        }
    }
    if problems.is_empty() {
        Ok(plan)
    } else {
        Err(located(text, problems))
    }
}

/// Whether a fault is about two times, of which one may be what stands for another that cannot be read.
fn compares_times(fault: &PlanFault) -> bool {
    match fault {
        PlanFault::ArriveBeforeAcknowledge | PlanFault::WrittenBeforePhone | PlanFault::LadderTooLate => true,
        PlanFault::Missing
        | PlanFault::Unreadable(_)
        | PlanFault::UnknownKey(_)
        | PlanFault::WrongType(_)
        | PlanFault::NotOneOf(_)
        | PlanFault::NotAWord
        | PlanFault::TooLong(_)
        | PlanFault::OutOfRange(..)
        | PlanFault::Twice(_)
        | PlanFault::SameAsPrimary
        | PlanFault::LadderGoesBack
        | PlanFault::SecondPersonNeeded
        | PlanFault::UnknownPlaceholder(_) => false,
    }
}

fn located(text: &str, problems: Problems) -> Vec<(u32, PlanProblem)> {
    let mut all: Vec<_> = problems
        .into_iter()
        .map(|problem| (line_of(text, &problem.key), problem))
        .collect();
    all.sort_by_key(|(line, _)| *line);
    all
}

fn plan(mut file: Section, problems: &mut Problems) -> Plan {
    let kind = needed(file.text("kind", problems), "kind", "unreadable", problems);
    let name = needed(file.text("name", problems), "name", "-", problems);
    let basis = file.text("basis", problems).unwrap_or_default();
    let provisional_ms = file.ms("provisional_minutes", MINUTE, problems);
    let rows = file.list("command", problems).unwrap_or_default();
    let command: Vec<_> = (0..)
        .zip(rows)
        .map(|(index, row)| command_row(index, row, problems))
        .collect();
    let mut levels: Vec<LevelPlan> = Vec::new();
    if let Some(mut by_number) = file.section("level", problems) {
        for level in LEVELS {
            let name = match level {
                Level::IV => "4",
                Level::III => "3",
                Level::II => "2",
                Level::I => "1",
            };
            if let Some(section) = by_number.section(name, problems) {
                let row = one_level(level, section, levels.last(), problems);
                levels.push(row);
            }
        }
        by_number.finish(problems);
    }
    file.finish(problems);
    Plan {
        kind,
        name,
        basis,
        provisional_ms: provisional_ms.unwrap_or(PROVISIONAL_MS),
        command,
        levels,
    }
}

/// One row. What of it cannot be read stands as something that no other row has.
fn command_row(index: usize, row: Value, problems: &mut Problems) -> CommandRow {
    let harmless = || Box::from(format!("unreadable-{index}"));
    let key = format!("command[{index}]");
    let Value::Table(table) = row else {
        add(problems, key, "", PlanFault::WrongType("section"));
        return CommandRow {
            role: harmless(),
            at: UnitKind::District,
            primary: harmless(),
            backup: None,
        };
    };
    let mut row = Section::new(key, table);
    let role = row.text("role", problems);
    let at = row.text("at", problems);
    let primary = row.text("primary", problems);
    let backup = row.text("backup", problems);
    for (name, is_there) in [
        ("role", role.is_some()),
        ("at", at.is_some()),
        ("primary", primary.is_some()),
    ] {
        if !is_there {
            missing(&row.key(name), problems);
        }
    }
    let at = at.and_then(|at| word(row.key("at"), &at, &UnitKind::ALL, problems));
    row.finish(problems);
    CommandRow {
        role: role.unwrap_or_else(harmless),
        at: at.unwrap_or(UnitKind::District),
        primary: primary.unwrap_or_else(harmless),
        backup: backup.filter(|backup| !backup.is_empty()),
    }
}

fn one_level(level: Level, mut section: Section, lower: Option<&LevelPlan>, problems: &mut Problems) -> LevelPlan {
    let call_out = section
        .section("call_out", problems)
        .map_or_else(CallOut::default, |section| call_out(section, problems));
    let order_key = section.key("order");
    let order = section.section("order", problems);
    let order = order_template(
        order.unwrap_or_else(|| Section::new(order_key, Table::new())),
        lower.map(|lower| &lower.order),
        problems,
    );
    let reports_key = section.key("reports");
    let reports = section.section("reports", problems);
    let reports = clocks(
        reports.unwrap_or_else(|| Section::new(reports_key, Table::new())),
        lower.map(|lower| &lower.reports),
        problems,
    );
    let in_place_ms = section.ms("in_place_minutes", MINUTE, problems);
    let authority = section
        .section("authority", problems)
        .map_or_else(|| usual(level), |section| authority(level, section, problems));
    section.finish(problems);
    LevelPlan {
        level,
        call_out,
        order,
        reports,
        in_place_ms: in_place_ms.or_else(|| lower.and_then(|lower| lower.in_place_ms)),
        authority,
    }
}

fn call_out(mut section: Section, problems: &mut Problems) -> CallOut {
    let call_out = CallOut {
        teams: section.words("teams", &TeamKind::ALL, problems).unwrap_or_default(),
        on_duty: section.words("on_duty", &Position::ALL, problems).unwrap_or_default(),
        staff: section.flag("staff", problems).unwrap_or_default(),
        members: section.flag("members", problems).unwrap_or_default(),
    };
    section.finish(problems);
    call_out
}

/// What a level does not say is as in the next lower one.
fn order_template(mut section: Section, lower: Option<&OrderTemplate>, problems: &mut Problems) -> OrderTemplate {
    let text = section
        .text("text", problems)
        .or_else(|| lower.map(|it| it.text.clone()));
    let text = needed(text, &section.key("text"), "-", problems);
    let mut deadline = |name: &'static str, lower: Option<u64>| {
        section.ms(name, MINUTE, problems).or(lower).unwrap_or_else(|| {
            missing(&section.key(name), problems);
            DEADLINE_MAX_MS
        })
    };
    let acknowledge_ms = deadline("acknowledge_minutes", lower.map(|it| it.acknowledge_ms));
    let arrive_ms = deadline("arrive_minutes", lower.map(|it| it.arrive_ms));
    let grace_ms = section.ms("grace_minutes", MINUTE, problems);
    let ladder = section.list("ladder", problems).map(|steps| {
        let key = section.key("ladder");
        let steps: Vec<_> = (0..)
            .zip(steps)
            .map(|(index, step)| ladder_step(format!("{key}[{index}]"), step, problems))
            .collect();
        // With a step that cannot be read, what the others come to says nothing.
        steps.into_iter().collect::<Option<Vec<_>>>().unwrap_or_default()
    });
    let muster_points = section.texts("muster_points", problems);
    let sign_offs = section.texts("sign_offs", problems);
    section.finish(problems);
    OrderTemplate {
        text,
        acknowledge_ms,
        arrive_ms,
        grace_ms: grace_ms.or_else(|| lower.and_then(|it| it.grace_ms)),
        ladder: ladder.or_else(|| lower.map(|it| it.ladder.clone())).unwrap_or_default(),
        muster_points: muster_points
            .or_else(|| lower.map(|it| it.muster_points.clone()))
            .unwrap_or_default(),
        sign_offs: sign_offs
            .or_else(|| lower.map(|it| it.sign_offs.clone()))
            .unwrap_or_default(),
    }
}

fn ladder_step(key: String, step: Value, problems: &mut Problems) -> Option<(u64, StepTarget)> {
    let Value::Table(table) = step else {
        add(problems, key, "", PlanFault::WrongType("section"));
        return None;
    };
    let mut step = Section::new(key, table);
    let after_ms = step.ms("after_seconds", SECOND, problems);
    let target = step.text("target", problems);
    if after_ms.is_none() {
        missing(&step.key("after_seconds"), problems);
    }
    if target.is_none() {
        missing(&step.key("target"), problems);
    }
    let target = target.and_then(|target| word(step.key("target"), &target, &StepTarget::ALL, problems));
    step.finish(problems);
    Some((after_ms?, target?))
}

fn clocks(mut section: Section, lower: Option<&ReportClocks>, problems: &mut Problems) -> ReportClocks {
    let mut clock = |name: &'static str, lower: Option<u64>| {
        section.ms(name, MINUTE, problems).or(lower).unwrap_or_else(|| {
            missing(&section.key(name), problems);
            MINUTE
        })
    };
    let first_phone_ms = clock("first_phone_minutes", lower.map(|it| it.first_phone_ms));
    let first_written_ms = clock("first_written_minutes", lower.map(|it| it.first_written_ms));
    let follow_up_ms = clock("follow_up_minutes", lower.map(|it| it.follow_up_ms));
    let daily_at = section.minute("daily_at", problems);
    let zero_report = section.flag("zero_report", problems);
    section.finish(problems);
    ReportClocks {
        first_phone_ms,
        first_written_ms,
        follow_up_ms,
        daily_at: daily_at.unwrap_or_else(|| lower.and_then(|it| it.daily_at)),
        zero_report: zero_report
            .or_else(|| lower.map(|it| it.zero_report))
            .unwrap_or_default(),
    }
}

fn authority(level: Level, mut section: Section, problems: &mut Problems) -> Authority {
    let usual = usual(level);
    let authority = Authority {
        posts: section.texts("posts", problems).unwrap_or(usual.posts),
        second_person: section.flag("second_person", problems).unwrap_or(usual.second_person),
    };
    section.finish(problems);
    authority
}

/// Who may activate a level when nothing is said (`domain.md` §1.2): each may what the one below may.
fn usual(level: Level) -> Authority {
    let posts: &[&str] = match level {
        Level::I => &["commander"],
        Level::II => &["executive-deputy-commander", "commander"],
        Level::III => &["deputy-commander", "executive-deputy-commander", "commander"],
        Level::IV => &[
            "office-director",
            "deputy-commander",
            "executive-deputy-commander",
            "commander",
        ],
    };
    Authority {
        posts: posts.iter().map(|post| (*post).into()).collect(),
        second_person: always_needs_second_person(level),
    }
}
