//! What a plan must be before it is taken. Every problem is found, each with the key it stands at.

use super::{
    CommandRow, LEVELS, LevelPlan, OrderTemplate, PLACEHOLDERS, Plan, ReportClocks, always_needs_second_person,
};
use crate::id::Timestamp;
use crate::order::{LadderStep, ORDER_TEXT_MAX, STEPS_MAX, check_ladder};
use crate::rejection::Rejection;

/// Longest word for a kind, a role or a post, in bytes.
pub const SLUG_MAX: usize = 48;
/// Longest name, in bytes.
pub const NAME_MAX: u32 = 200;
/// Longest time to acknowledge, to arrive, of grace, or to report in place: 30 days.
pub const DEADLINE_MAX_MS: u64 = 30 * 86_400_000;
/// Longest time that a provisional start holds: a day.
pub const PROVISIONAL_MAX_MS: u64 = 86_400_000;
/// Longest report clock: a week.
pub const REPORT_MAX_MS: u64 = 7 * 86_400_000;
/// Most rows of a command overlay.
pub const COMMAND_MAX: usize = 64;
/// Most posts, muster points or sign-offs in one list.
const LIST_MAX: usize = 32;
/// A minute: the shortest deadline.
const MINUTE_MS: u64 = 60_000;

/// Something that is wrong with a plan, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanProblem {
    /// The key, as it is written in a plan's file, such as `level.2.order.ladder[1]`.
    pub key: Box<str>,
    /// What stands there, where that helps.
    pub value: Box<str>,
    /// What is wrong with it.
    pub fault: PlanFault,
}

/// The ways in which a plan can be bad.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlanFault {
    /// It is needed.
    Missing,
    /// The file cannot be read; says why.
    Unreadable(Box<str>),
    /// It is no key of this section; names those there are.
    UnknownKey(Box<str>),
    /// It is not of this kind: text, integer, boolean, list, section, time.
    WrongType(&'static str),
    /// It is none of those; names them.
    NotOneOf(Box<str>),
    /// It is no word: a letter a to z, then letters, digits and `-`.
    NotAWord,
    /// It is longer than so many bytes, or there are more than so many.
    TooLong(u64),
    /// It is not from here to there.
    OutOfRange(u64, u64),
    /// It stands at another key already; names that one.
    Twice(Box<str>),
    /// A and B are one post: who is away cannot be their own backup.
    SameAsPrimary,
    /// The time to arrive ends before the time to acknowledge.
    ArriveBeforeAcknowledge,
    /// The written report is due before the one by phone.
    WrittenBeforePhone,
    /// The step is not later than the one before it, or leads further down.
    LadderGoesBack,
    /// The step comes when the time to acknowledge has ended.
    LadderTooLate,
    /// Levels Ⅰ and Ⅱ need a second person; no plan can change that (M2).
    SecondPersonNeeded,
    /// There is no such placeholder; names those there are.
    UnknownPlaceholder(Box<str>),
}

impl PlanFault {
    /// The word for it on the wire.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Unreadable(_) => "unreadable",
            Self::UnknownKey(_) => "unknown-key",
            Self::WrongType(_) => "wrong-type",
            Self::NotOneOf(_) => "not-one-of",
            Self::NotAWord => "not-a-word",
            Self::TooLong(_) => "too-long",
            Self::OutOfRange(..) => "out-of-range",
            Self::Twice(_) => "twice",
            Self::SameAsPrimary => "same-as-primary",
            Self::ArriveBeforeAcknowledge => "arrive-before-acknowledge",
            Self::WrittenBeforePhone => "written-before-phone",
            Self::LadderGoesBack => "ladder-goes-back",
            Self::LadderTooLate => "ladder-too-late",
            Self::SecondPersonNeeded => "second-person-needed",
            Self::UnknownPlaceholder(_) => "unknown-placeholder",
        }
    }
    /// What belongs to the word: what there is, the limits, the other key.
    pub fn detail(&self) -> String {
        match self {
            Self::Unreadable(detail)
            | Self::UnknownKey(detail)
            | Self::NotOneOf(detail)
            | Self::Twice(detail)
            | Self::UnknownPlaceholder(detail) => detail.to_string(),
            Self::WrongType(kind) => (*kind).to_owned(),
            Self::TooLong(max) => max.to_string(),
            Self::OutOfRange(min, max) => format!("{min}..{max}"),
            Self::Missing
            | Self::NotAWord
            | Self::SameAsPrimary
            | Self::ArriveBeforeAcknowledge
            | Self::WrittenBeforePhone
            | Self::LadderGoesBack
            | Self::LadderTooLate
            | Self::SecondPersonNeeded => String::new(),
        }
    }
}

/// Whether a text is a word for a kind, a role or a post: a letter a to z, then letters, digits and `-`.
pub fn is_slug(text: &str) -> bool {
    let mut bytes = text.bytes();
    let first = bytes.next().is_some_and(|byte| byte.is_ascii_lowercase());
    first
        && text.len() <= SLUG_MAX
        && !text.ends_with('-')
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// Before the first placeholder of a text, its name, after it. A brace that is never closed is text.
pub(super) fn placeholder_at(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

/// Everything that is wrong with a plan, in the order of its keys; nothing: it can be taken.
pub fn check(plan: &Plan) -> Vec<PlanProblem> {
    let Plan {
        kind,
        name,
        basis,
        provisional_ms,
        command: _,
        levels,
    } = plan;
    let mut found = Found(Vec::new());
    found.slug("kind", kind);
    found.text("name", name, NAME_MAX);
    found.at_most("basis", basis, NAME_MAX);
    found.minutes("provisional_minutes", *provisional_ms, PROVISIONAL_MAX_MS);
    overlay(plan, &mut found);
    for level in LEVELS {
        let number = level.number();
        let mut rows = levels.iter().filter(|row| row.level == level);
        match rows.next() {
            None => found.add(format!("level.{number}"), "", PlanFault::Missing),
            Some(row) => one_level(&format!("level.{number}"), row, &mut found),
        }
        if rows.next().is_some() {
            let key = format!("level.{number}");
            found.add(key.clone(), "", PlanFault::Twice(key.into()));
        }
    }
    if found.0.is_empty() && !levels.is_sorted_by(|a, b| a.level < b.level) {
        found.add("level".to_owned(), "", PlanFault::Missing);
    }
    found.0
}

fn overlay(plan: &Plan, found: &mut Found) {
    if plan.command.is_empty() {
        found.add("command".to_owned(), "", PlanFault::Missing);
    }
    if plan.command.len() > COMMAND_MAX {
        found.add("command".to_owned(), "", PlanFault::TooLong(COMMAND_MAX as u64));
    }
    for (index, row) in plan.command.iter().enumerate() {
        let key = |name: &str| format!("command[{index}].{name}");
        found.slug(&key("role"), &row.role);
        found.slug(&key("primary"), &row.primary);
        if let Some(backup) = &row.backup {
            found.slug(&key("backup"), backup);
            if *backup == row.primary {
                found.add(key("backup"), backup, PlanFault::SameAsPrimary);
            }
        }
        let before = &plan.command[..index];
        if let Some(other) = before.iter().position(|other| other.role == row.role) {
            let other = format!("command[{other}].role");
            found.add(key("role"), &row.role, PlanFault::Twice(other.into()));
        }
        let is_same = |other: &CommandRow| other.at == row.at && other.primary == row.primary;
        if let Some(other) = before.iter().position(is_same) {
            let other = format!("command[{other}].primary");
            found.add(key("primary"), &row.primary, PlanFault::Twice(other.into()));
        }
    }
}

fn one_level(key: &str, row: &LevelPlan, found: &mut Found) {
    let LevelPlan {
        level,
        call_out,
        order,
        reports,
        in_place_ms,
        authority,
    } = row;
    let teams: Vec<_> = call_out
        .teams
        .iter()
        .map(|kind| crate::word::of(&crate::team::TeamKind::ALL, *kind))
        .collect();
    found.each_once(&format!("{key}.call_out.teams"), &teams);
    let on_duty: Vec<_> = call_out
        .on_duty
        .iter()
        .map(|position| crate::word::of(&crate::duty::Position::ALL, *position))
        .collect();
    found.each_once(&format!("{key}.call_out.on_duty"), &on_duty);
    template(&format!("{key}.order"), order, found);
    clocks(&format!("{key}.reports"), reports, found);
    if let Some(in_place_ms) = in_place_ms {
        found.minutes(&format!("{key}.in_place_minutes"), *in_place_ms, DEADLINE_MAX_MS);
    }
    let posts = format!("{key}.authority.posts");
    if authority.posts.is_empty() {
        found.add(posts.clone(), "", PlanFault::Missing);
    }
    for (index, post) in authority.posts.iter().enumerate() {
        found.slug(&format!("{posts}[{index}]"), post);
    }
    found.each_once(&posts, &authority.posts);
    if always_needs_second_person(*level) && !authority.second_person {
        found.add(
            format!("{key}.authority.second_person"),
            "false",
            PlanFault::SecondPersonNeeded,
        );
    }
}

fn template(key: &str, order: &OrderTemplate, found: &mut Found) {
    let OrderTemplate {
        text,
        acknowledge_ms,
        arrive_ms,
        grace_ms,
        ladder,
        muster_points,
        sign_offs,
    } = order;
    let text_key = format!("{key}.text");
    found.text(&text_key, text, ORDER_TEXT_MAX);
    let mut rest: &str = text;
    while let Some((_, name, after)) = placeholder_at(rest) {
        if !PLACEHOLDERS.contains(&name) {
            let known = PLACEHOLDERS.map(|known| format!("{{{known}}}")).join(", ");
            found.add(
                text_key.clone(),
                &format!("{{{name}}}"),
                PlanFault::UnknownPlaceholder(known.into()),
            );
        }
        rest = after;
    }
    found.minutes(&format!("{key}.acknowledge_minutes"), *acknowledge_ms, DEADLINE_MAX_MS);
    found.minutes(&format!("{key}.arrive_minutes"), *arrive_ms, DEADLINE_MAX_MS);
    if arrive_ms < acknowledge_ms {
        let value = (arrive_ms / MINUTE_MS).to_string();
        found.add(
            format!("{key}.arrive_minutes"),
            &value,
            PlanFault::ArriveBeforeAcknowledge,
        );
    }
    if grace_ms.is_some_and(|grace| grace > DEADLINE_MAX_MS) {
        let range = PlanFault::OutOfRange(0, DEADLINE_MAX_MS / MINUTE_MS);
        found.add(format!("{key}.grace_minutes"), "", range);
    }
    let start = Timestamp::from_unix_ms(1);
    let steps: Vec<_> = ladder
        .iter()
        .map(|(after_ms, target)| LadderStep {
            at: start.plus_ms(*after_ms),
            target: *target,
        })
        .collect();
    if ladder.len() > STEPS_MAX {
        found.add(format!("{key}.ladder"), "", PlanFault::TooLong(STEPS_MAX as u64));
    } else if let Err(Rejection::BadLadder { step }) = check_ladder(&steps) {
        let key = format!("{key}.ladder[{}]", step - 1);
        found.add(key, "", PlanFault::LadderGoesBack);
    }
    for (index, (after_ms, _)) in ladder.iter().enumerate() {
        if after_ms > acknowledge_ms {
            let value = (after_ms / 1000).to_string();
            found.add(format!("{key}.ladder[{index}]"), &value, PlanFault::LadderTooLate);
        }
    }
    for (name, list) in [("muster_points", muster_points), ("sign_offs", sign_offs)] {
        let key = format!("{key}.{name}");
        for (index, value) in list.iter().enumerate() {
            found.text(&format!("{key}[{index}]"), value, 100);
        }
        found.each_once(&key, list);
    }
}

fn clocks(key: &str, reports: &ReportClocks, found: &mut Found) {
    let ReportClocks {
        first_phone_ms,
        first_written_ms,
        follow_up_ms,
        daily_at: _,
        zero_report: _,
    } = reports;
    for (name, value) in [
        ("first_phone_minutes", first_phone_ms),
        ("first_written_minutes", first_written_ms),
        ("follow_up_minutes", follow_up_ms),
    ] {
        found.minutes(&format!("{key}.{name}"), *value, REPORT_MAX_MS);
    }
    if first_written_ms < first_phone_ms {
        let value = (first_written_ms / MINUTE_MS).to_string();
        let key = format!("{key}.first_written_minutes");
        found.add(key, &value, PlanFault::WrittenBeforePhone);
    }
}

/// Problems as they are found.
pub(crate) struct Found(pub(crate) Vec<PlanProblem>);

impl Found {
    pub(crate) fn add(&mut self, key: String, value: &str, fault: PlanFault) {
        self.0.push(PlanProblem {
            key: key.into(),
            value: value.into(),
            fault,
        });
    }
    pub(crate) fn slug(&mut self, key: &str, value: &str) {
        if value.is_empty() {
            self.add(key.to_owned(), "", PlanFault::Missing);
        } else if !is_slug(value) {
            self.add(key.to_owned(), value, PlanFault::NotAWord);
        }
    }
    pub(crate) fn text(&mut self, key: &str, value: &str, max: u32) {
        if value.trim().is_empty() {
            self.add(key.to_owned(), "", PlanFault::Missing);
        }
        self.at_most(key, value, max);
    }
    pub(crate) fn at_most(&mut self, key: &str, value: &str, max: u32) {
        if value.len() > max as usize {
            self.add(key.to_owned(), "", PlanFault::TooLong(u64::from(max)));
        }
    }
    /// A time of at least a minute, told in minutes.
    pub(crate) fn minutes(&mut self, key: &str, ms: u64, max_ms: u64) {
        if !(MINUTE_MS..=max_ms).contains(&ms) {
            let value = (ms / MINUTE_MS).to_string();
            let range = PlanFault::OutOfRange(1, max_ms / MINUTE_MS);
            self.add(key.to_owned(), &value, range);
        }
    }
    pub(crate) fn each_once(&mut self, key: &str, list: &[impl AsRef<str>]) {
        if list.len() > LIST_MAX {
            self.add(key.to_owned(), "", PlanFault::TooLong(LIST_MAX as u64));
        }
        for (index, value) in list.iter().enumerate() {
            let value = value.as_ref();
            if let Some(first) = list[..index].iter().position(|other| other.as_ref() == value) {
                let first = format!("{key}[{first}]");
                self.add(format!("{key}[{index}]"), value, PlanFault::Twice(first.into()));
            }
        }
    }
}
