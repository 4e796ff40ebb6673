//! Schedules of exercises (演练计划) as people read them, and as documents for programs.

use baiying_proto::v1 as pb;
use serde_json::{Value, json};

use super::table::{Facts, Sheet};
use crate::i18n::{Lang, tr, word};
use crate::{text as safe, when};

/// An occurrence, for programs.
pub(crate) fn occurrence_json(occurrence: &pb::ScheduledOccurrence) -> Value {
    let pb::ScheduledOccurrence {
        schedule_id,
        nominal_unix_ms,
        start_unix_ms,
        is_skipped,
        reason,
        instead_schedule_id,
        outcome,
        exercise_id,
        response_id,
        problem,
        scenario,
        unit_code,
        unit_name,
        started_unix_ms,
        zone,
    } = occurrence;
    json!({ "schedule_id": schedule_id, "nominal_unix_ms": nominal_unix_ms, "start_unix_ms": start_unix_ms,
        "is_skipped": is_skipped, "reason": reason, "instead_schedule_id": instead_schedule_id, "outcome": outcome,
        "exercise_id": exercise_id, "response_id": response_id, "problem": problem, "scenario": scenario,
        "unit_code": unit_code, "unit_name": unit_name, "started_unix_ms": started_unix_ms, "zone": zone })
}

/// A schedule in short, for programs.
pub(crate) fn line_json(line: &pb::ScheduleLine) -> Value {
    let pb::ScheduleLine {
        schedule_id,
        notice,
        director_id,
        is_hidden,
        scenario,
        name,
        name_en,
        unit_code,
        unit_name,
        rule,
        rate,
        next,
        instead_of,
        is_over,
        actor,
        laid_down_unix_ms,
        ended_by,
        ended_unix_ms,
        ended_reason,
        settled,
    } = line;
    json!({ "schedule_id": schedule_id, "notice": notice, "director_id": director_id, "is_hidden": is_hidden,
        "scenario": scenario, "name": name, "name_en": name_en, "unit_code": unit_code, "unit_name": unit_name,
        "rule": rule.as_ref().map(rule_json), "rate": rate, "next": next.as_ref().map(occurrence_json),
        "instead_of": instead_of.as_ref().map(occurrence_json), "is_over": is_over, "actor": actor,
        "laid_down_unix_ms": laid_down_unix_ms, "ended_by": ended_by, "ended_unix_ms": ended_unix_ms,
        "ended_reason": ended_reason, "settled": settled })
}

fn rule_json(rule: &pb::ScheduleRule) -> Value {
    let pb::ScheduleRule {
        cron,
        once_unix_ms,
        zone,
        days,
        spread_ms,
        seed,
        catch_up,
        max_lateness_ms,
    } = rule;
    json!({ "cron": cron, "once_unix_ms": once_unix_ms, "zone": zone, "days": days, "spread_ms": spread_ms,
        "seed": seed, "catch_up": catch_up, "max_lateness_ms": max_lateness_ms })
}

/// A schedule whole, for programs.
pub(crate) fn json(whole: &pb::GetScheduleResponse) -> Value {
    let pb::GetScheduleResponse {
        schedule,
        staff,
        simulated_unit_codes,
        coming,
        past,
    } = whole;
    let member = |row: &pb::ExerciseStaff| json!({ "role": row.role, "person_id": row.person_id });
    json!({ "schedule": schedule.as_ref().map(line_json), "staff": staff.iter().map(member).collect::<Vec<_>>(),
        "simulated_unit_codes": simulated_unit_codes,
        "coming": coming.iter().map(occurrence_json).collect::<Vec<_>>(),
        "past": past.iter().map(occurrence_json).collect::<Vec<_>>() })
}

/// When one comes: at what time, or that only a window is known. On the wall clock of the rule's zone, as the rule beside it.
pub(crate) fn when_of(lang: Lang, occurrence: &pb::ScheduledOccurrence) -> String {
    if occurrence.start_unix_ms == 0 {
        return tr!(
            lang,
            "drill.from",
            at = when::minute_in(occurrence.nominal_unix_ms, &occurrence.zone)
        );
    }
    when::second_in(occurrence.start_unix_ms, &occurrence.zone)
}

/// A rule in words.
fn rule(lang: Lang, rule: &pb::ScheduleRule) -> String {
    let mut text = match rule.once_unix_ms {
        0 => rule.cron.clone(),
        once => tr!(lang, "drill.once", at = when::minute_in(once, &rule.zone)),
    };
    if !rule.days.is_empty() {
        let days: Vec<String> = rule.days.iter().map(|day| word(lang, "day_kind", day)).collect();
        text.push_str(&tr!(lang, "drill.only_on", days = days.join(" ")));
    }
    if rule.spread_ms > 0 {
        text.push_str(&tr!(lang, "drill.spread", within = when::duration(rule.spread_ms)));
    }
    text
}

/// Schedules, a line each.
pub(crate) fn lines(lang: Lang, lines: &[pb::ScheduleLine]) -> String {
    let columns = ["schedule", "scenario", "unit", "rule", "notice", "next_run", "director"];
    let mut sheet = Sheet::new(lang, &columns);
    for line in lines {
        let hidden = || tr!(lang, "drill.hidden");
        let shown = |text: &str| if line.is_hidden { hidden() } else { safe::line(text) };
        sheet.row([
            format!("N{}", line.schedule_id),
            shown(&line.scenario),
            shown(&line.unit_name),
            line.rule.as_ref().map_or_else(hidden, |it| rule(lang, it)),
            word(lang, "notice", &line.notice),
            next(lang, line),
            format!("P{}", line.director_id),
        ]);
    }
    sheet.text()
}

fn next(lang: Lang, line: &pb::ScheduleLine) -> String {
    if line.ended_unix_ms > 0 {
        return tr!(lang, "drill.ended_schedule");
    }
    if line.is_over {
        return tr!(lang, "drill.past_schedule");
    }
    match &line.next {
        Some(next) if next.is_skipped => {
            let at = when_of(lang, next);
            format!("{at} {}", skipped(lang, next))
        }
        Some(next) => when_of(lang, next),
        None if line.is_hidden => tr!(lang, "drill.hidden"),
        None => tr!(lang, "drill.nothing_comes"),
    }
}

fn skipped(lang: Lang, occurrence: &pb::ScheduledOccurrence) -> String {
    match occurrence.instead_schedule_id {
        0 => tr!(lang, "drill.is_skipped", reason = safe::line(&occurrence.reason)),
        instead => tr!(
            lang,
            "drill.is_postponed",
            id = instead,
            reason = safe::line(&occurrence.reason)
        ),
    }
}

/// What comes, of any schedules.
pub(crate) fn coming(lang: Lang, occurrences: &[pb::ScheduledOccurrence], hidden: u32) -> String {
    let mut sheet = Sheet::new(
        lang,
        &["starts", "schedule", "scenario", "unit", "occurrence", "remark"],
    );
    for occurrence in occurrences {
        let remark = match occurrence.is_skipped {
            true => skipped(lang, occurrence),
            false => String::new(),
        };
        sheet.row([
            when_of(lang, occurrence),
            format!("N{}", occurrence.schedule_id),
            occurrence.scenario.clone(),
            safe::line(&occurrence.unit_name),
            when::minute_in(occurrence.nominal_unix_ms, &occurrence.zone),
            remark,
        ]);
    }
    let mut out = sheet.text();
    if hidden > 0 {
        out.push_str(&tr!(lang, "drill.some_hidden", count = hidden));
        out.push('\n');
    }
    out
}

/// A schedule whole.
pub(crate) fn text(lang: Lang, whole: &pb::GetScheduleResponse) -> String {
    let line = whole.schedule.clone().unwrap_or_default();
    let mut facts = Facts::new(lang)
        .fact("schedule", format!("N{}", line.schedule_id))
        .fact("notice", word(lang, "notice", &line.notice))
        .fact("director", format!("P{}", line.director_id));
    if let Some(it) = &line.rule {
        let name = super::drill::name(lang, &line.name, &line.name_en);
        facts = facts
            .fact("scenario", format!("{} ({})", safe::line(name), line.scenario))
            .fact("unit", safe::line(&line.unit_name))
            .fact("rule", rule(lang, it))
            .fact("zone", it.zone.clone())
            .fact("catch_up", word(lang, "catch_up", &it.catch_up))
            .fact("max_late", when::duration(it.max_lateness_ms.unwrap_or_default()));
        if it.seed > 0 {
            facts = facts.fact("seed", it.seed.to_string());
        }
    }
    for row in &whole.staff {
        facts = facts.fact(
            "conducted_by",
            format!("{} P{}", word(lang, "exercise_role", &row.role), row.person_id),
        );
    }
    if !whole.simulated_unit_codes.is_empty() {
        facts = facts.fact("simulated", whole.simulated_unit_codes.join(" "));
    }
    if let Some(instead) = &line.instead_of {
        let at = when::minute_in(instead.nominal_unix_ms, &instead.zone);
        facts = facts.fact("instead_of", format!("N{} {at}", instead.schedule_id));
    }
    if line.is_hidden {
        facts = facts.fact("next_run", tr!(lang, "drill.hidden"));
    }
    if line.ended_unix_ms > 0 {
        let by = safe::line(&line.ended_by);
        facts = facts.fact("ended_schedule", format!("{} {by}", when::local(line.ended_unix_ms)));
        if !line.ended_reason.is_empty() {
            facts = facts.fact("reason", safe::line(&line.ended_reason));
        }
    }
    let mut out = facts.text();
    if !whole.coming.is_empty() {
        out.push('\n');
        out.push_str(&coming(lang, &whole.coming, 0));
    }
    if !whole.past.is_empty() {
        out.push('\n');
        out.push_str(&past(lang, &whole.past));
    }
    out
}

fn past(lang: Lang, occurrences: &[pb::ScheduledOccurrence]) -> String {
    let mut sheet = Sheet::new(lang, &["occurrence", "due_start", "started", "outcome", "remark"]);
    for occurrence in occurrences {
        let remark = match occurrence.outcome.as_str() {
            "started" => format!("Y{}", occurrence.exercise_id),
            "real-response" => format!("R{}", occurrence.response_id),
            "refused" => safe::line(&occurrence.problem),
            _ if occurrence.is_skipped => skipped(lang, occurrence),
            _ => String::new(),
        };
        let started = match occurrence.started_unix_ms {
            0 => String::new(),
            at => when::second_in(at, &occurrence.zone),
        };
        sheet.row([
            when::minute_in(occurrence.nominal_unix_ms, &occurrence.zone),
            when::second_in(occurrence.start_unix_ms, &occurrence.zone),
            started,
            word(lang, "occurrence", &occurrence.outcome),
            remark,
        ]);
    }
    sheet.text()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn past_one(outcome: &str, started_unix_ms: i64) -> pb::ScheduledOccurrence {
        pb::ScheduledOccurrence {
            nominal_unix_ms: 1_800_000_000_000,
            start_unix_ms: 1_800_000_100_000,
            started_unix_ms,
            outcome: outcome.to_owned(),
            exercise_id: u32::from(started_unix_ms > 0),
            zone: "Asia/Urumqi".to_owned(),
            ..pb::ScheduledOccurrence::default()
        }
    }

    #[test]
    fn when_it_really_started_has_a_column_that_is_empty_where_it_did_not() {
        let late = 1_800_000_120_000;
        let rows = [past_one("started", late), past_one("real-response", 0)];
        let zone = "Asia/Urumqi";
        let due = when::second_in(1_800_000_100_000, zone);
        for lang in [Lang::ZhCn, Lang::En] {
            let table = past(lang, &rows);
            let lines: Vec<&str> = table.lines().collect();
            let [header, .., ran, did_not] = &lines[..] else {
                panic!("{table}")
            };
            let columns = ["occurrence", "due_start", "started", "outcome", "remark"];
            let names = columns.map(|column| crate::i18n::fill(lang, &format!("column.{column}"), &[]));
            let places: Vec<_> = names.iter().map(|name| header.find(name)).collect();
            assert!(places.is_sorted() && places[0].is_some(), "{header}");
            assert!(
                ran.contains(&due) && ran.contains(&when::second_in(late, zone)),
                "{table}"
            );
            assert_eq!(did_not.matches(&due).count(), 1, "{table}");
            assert!(!did_not.contains(&when::second_in(late, zone)), "{table}");
        }
        assert_eq!(occurrence_json(&rows[0])["started_unix_ms"], late);
    }
}
