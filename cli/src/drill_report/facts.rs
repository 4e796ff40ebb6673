//! What is told of the run as names and values.

use super::model::Model;
use super::shown::{code, duration, instant, scenario, tv};
use crate::i18n::{Lang, word};
use crate::ids;

/// A fact: its key under `drill_report.fact.`, and its value.
pub(crate) type Fact = (&'static str, String);

fn kept(facts: Vec<Fact>) -> Vec<Fact> {
    facts.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

/// 时间和地点
pub(crate) fn time_and_place(lang: Lang, model: &Model) -> Vec<Fact> {
    let ended = model.ended_unix_ms;
    let lasted = u64::try_from(ended.saturating_sub(model.started_unix_ms)).unwrap_or_default();
    let some = |is: bool, value: String| if is { value } else { String::new() };
    kept(vec![
        (
            "unit",
            format!("{} {}", model.unit.name, model.unit.code).trim().to_owned(),
        ),
        ("place", model.place.clone()),
        ("director", model.director.clone()),
        ("staff", staff(lang, model)),
        ("started", instant(model, model.started_unix_ms)),
        ("ended", instant(model, ended)),
        ("lasted", some(ended != 0, duration(lang, lasted))),
        ("rate", some(model.rate > 1, format!("×{}", model.rate))),
        (
            "elapsed",
            some(
                model.rate > 1 || (ended == 0 && model.elapsed_ms > 0),
                duration(lang, model.elapsed_ms),
            ),
        ),
        ("paused", some(model.paused_ms > 0, duration(lang, model.paused_ms))),
        ("window", some(model.window_ms > 0, duration(lang, model.window_ms))),
        ("ended_by", code(lang, "ended_by", &model.ended_by)),
        ("end_reason", model.end_reason.clone()),
        ("zone", model.zone.clone()),
    ])
}

/// Who else conducted it, by role.
fn staff(lang: Lang, model: &Model) -> String {
    let rows = model
        .staff
        .iter()
        .map(|row| format!("{} {}", code(lang, "role", &row.role), crate::text::line(&row.person)));
    rows.collect::<Vec<_>>().join(&tv(lang, "list_comma", &[]))
}

/// When people were told, and what was done about those who did not answer.
pub(crate) fn notification(lang: Lang, model: &Model) -> Vec<Fact> {
    let after = |ms: Option<u64>| ms.map_or_else(String::new, |ms| duration(lang, ms));
    kept(vec![
        ("first_notified", after(model.first_notified_ms)),
        ("last_notified", after(model.last_notified_ms)),
        (
            "ladder_steps",
            if model.ladder_steps > 0 {
                model.ladder_steps.to_string()
            } else {
                String::new()
            },
        ),
    ])
}

/// 方案
pub(crate) fn scheme(lang: Lang, model: &Model) -> Vec<Fact> {
    let of = &model.scenario;
    let version = [
        ("name", scenario(lang, of).to_owned()),
        ("code", of.code.clone()),
        ("version", of.version.to_string()),
    ];
    let level = match of.level {
        0 => String::new(),
        level => ids::level_text(lang, level),
    };
    kept(vec![
        ("scenario", tv(lang, "scenario_version", &version)),
        ("kind", code(lang, "kind", &of.kind)),
        ("content", code(lang, "content", &of.content)),
        ("notice", code(lang, "notice", &of.notice)),
        ("plan", word(lang, "plan", &of.plan)),
        ("level", level),
    ])
}

/// Both, for a sheet that has nothing else.
pub(crate) fn all(lang: Lang, model: &Model) -> Vec<Fact> {
    let mut facts = vec![("run", model.run.clone())];
    facts.extend(time_and_place(lang, model));
    facts.extend(scheme(lang, model));
    facts.extend(notification(lang, model));
    facts
}
