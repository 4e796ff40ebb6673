//! Exercises (演练) as people read them, and as documents for programs.

use baiying_proto::v1 as pb;
use serde_json::{Value, json};

use super::table::{Facts, Sheet};
use crate::i18n::{Lang, tr, word};
use crate::ids::level_text;
use crate::{text as safe, when};

/// A scenario in short.
pub(crate) fn scenario_json(line: &pb::ScenarioLine) -> Value {
    let pb::ScenarioLine {
        code,
        version,
        name,
        name_en,
        kind,
        notice,
        plan,
        level,
        window_ms,
        objectives,
        injects,
    } = line;
    json!({ "code": code, "version": version, "name": name, "name_en": name_en, "kind": kind, "notice": notice, "plan": plan,
        "level": level, "window_ms": window_ms, "objectives": objectives, "injects": injects })
}

/// Scenarios, a line each.
pub(crate) fn scenarios(lang: Lang, lines: &[pb::ScenarioLine]) -> String {
    let columns = [
        "scenario",
        "version",
        "name",
        "exercise_kind",
        "notice",
        "level",
        "runs_for",
        "objectives",
        "injects",
    ];
    let mut sheet = Sheet::new(lang, &columns).numbers([7, 8]);
    for line in lines {
        sheet.row([
            line.code.clone(),
            super::plan::version(lang, line.version),
            name(lang, &line.name, &line.name_en).to_owned(),
            word(lang, "exercise_kind", &line.kind),
            word(lang, "notice", &line.notice),
            level_text(lang, line.level),
            when::duration(line.window_ms),
            line.objectives.to_string(),
            line.injects.to_string(),
        ]);
    }
    sheet.text()
}

/// A name in the reader's language, where there is one.
pub(super) fn name<'a>(lang: Lang, chinese: &'a str, english: &'a str) -> &'a str {
    match lang {
        Lang::En if !english.is_empty() => english,
        Lang::En | Lang::ZhCn => chinese,
    }
}

/// A run in short.
pub(crate) fn line_json(line: &pb::ExerciseLine) -> Value {
    let pb::ExerciseLine {
        exercise_id,
        scenario,
        version,
        name,
        unit_code,
        unit_name,
        began_unix_ms,
        phase,
        ending,
        ended_unix_ms,
        director_id,
        score,
        name_en,
        schedule_id,
    } = line;
    json!({ "exercise_id": exercise_id, "scenario": scenario, "version": version, "name": name,
        "name_en": name_en, "schedule_id": schedule_id, "unit_code": unit_code, "unit_name": unit_name, "began_unix_ms": began_unix_ms, "phase": phase, "ending": ending,
        "ended_unix_ms": ended_unix_ms, "director_id": director_id, "score": score })
}

/// Where a run stands, in words.
fn phase(lang: Lang, line: &pb::ExerciseLine) -> String {
    match line.ending.as_str() {
        "" => word(lang, "exercise_phase", &line.phase),
        ending => word(lang, "exercise_ending", ending),
    }
}

/// A score of tenths as people say it: 873 is 87.3.
pub(super) fn points(tenths: u32) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// Runs, a line each.
pub(crate) fn lines(lang: Lang, lines: &[pb::ExerciseLine]) -> String {
    let mut sheet = Sheet::new(
        lang,
        &["exercise", "scenario", "name", "unit", "began", "status", "score"],
    )
    .numbers([6]);
    for line in lines {
        sheet.row([
            format!("Y{}", line.exercise_id),
            line.scenario.clone(),
            name(lang, &line.name, &line.name_en).to_owned(),
            safe::line(&line.unit_name),
            when::local(line.began_unix_ms),
            phase(lang, line),
            line.score.map_or_else(String::new, points),
        ]);
    }
    sheet.text()
}

/// A run whole, for programs.
pub(crate) fn json(run: &pb::GetExerciseResponse) -> Value {
    let pb::GetExerciseResponse {
        exercise,
        total,
        order_ids,
        elapsed_ms,
        window_ms,
        rate,
        injects,
        preemptions,
        remarks,
        reason,
        staff,
        simulated_unit_codes,
        score,
    } = run;
    let preempted = |taken: &pb::ExercisePreemption| json!({ "at_unix_ms": taken.at_unix_ms, "order_id": taken.order_id, "people": taken.people });
    let remark = |remark: &pb::ExerciseRemark| json!({ "kind": remark.kind, "text": remark.text, "actor": remark.actor, "at_unix_ms": remark.at_unix_ms });
    json!({ "exercise": exercise.as_ref().map(line_json), "total": super::json::counts(total.as_ref()),
        "order_ids": order_ids, "elapsed_ms": elapsed_ms, "window_ms": window_ms, "rate": rate,
        "injects": injects.iter().map(inject_json).collect::<Vec<_>>(),
        "preemptions": preemptions.iter().map(preempted).collect::<Vec<_>>(),
        "remarks": remarks.iter().map(remark).collect::<Vec<_>>(), "reason": reason,
        "staff": staff.iter().map(|row| json!({ "role": row.role, "person_id": row.person_id })).collect::<Vec<_>>(),
        "simulated_unit_codes": simulated_unit_codes, "score": score.as_ref().map(score_json) })
}

fn inject_json(inject: &pb::ExerciseInject) -> Value {
    let pb::ExerciseInject {
        number,
        from,
        to,
        channel,
        text,
        expected,
        is_injected,
        injected_ms,
        verdict,
        took_ms,
        note,
        trigger,
        trigger_value,
        planned_ms,
        within_ms,
        objective,
        by_hand,
    } = inject;
    json!({ "number": number, "from": from, "to": to, "channel": channel, "text": text, "expected": expected,
        "is_injected": is_injected, "injected_ms": injected_ms, "verdict": verdict, "took_ms": took_ms, "note": note,
        "trigger": trigger, "trigger_value": trigger_value, "planned_ms": planned_ms, "within_ms": within_ms,
        "objective": objective, "by_hand": by_hand })
}

fn score_json(score: &pb::ExerciseScore) -> Value {
    let pb::ExerciseScore {
        permille,
        conclusion,
        objectives,
        all,
        real,
        simulated,
        asks_arrival,
    } = score;
    json!({ "permille": permille, "conclusion": conclusion, "asks_arrival": asks_arrival,
        "objectives": objectives.iter().map(objective_json).collect::<Vec<_>>(), "all": all.as_ref().map(figures_json),
        "real": real.as_ref().map(figures_json), "simulated": simulated.as_ref().map(figures_json) })
}

fn objective_json(objective: &pb::ExerciseObjective) -> Value {
    use pb::exercise_objective::Target;
    let pb::ExerciseObjective {
        name,
        name_en,
        metric,
        weight,
        value,
        rating,
        not_assessed,
        within_ms,
        target,
        met_permille,
    } = objective;
    let target = match target {
        Some(Target::AtLeastPermille(share)) => json!({ "at_least_permille": share }),
        Some(Target::AtMostPermille(share)) => json!({ "at_most_permille": share }),
        Some(Target::AtMostMs(ms)) => json!({ "at_most_ms": ms }),
        None => Value::Null,
    };
    json!({ "name": name, "name_en": name_en, "metric": metric, "weight": weight, "value": value, "rating": rating,
        "not_assessed": not_assessed, "within_ms": within_ms, "target": target, "met_permille": met_permille })
}

fn figures_json(figures: &pb::ExerciseFigures) -> Value {
    let pb::ExerciseFigures {
        called,
        excused,
        preempted,
        target,
        reached,
        acked,
        arrived,
        on_time,
        late,
        assembled_15,
        assembled_30,
        assembled_60,
        declined,
        take_overs,
        dead_numbers,
        escalations,
        ack_p50_ms,
        ack_p90_ms,
        ack_max_ms,
        departed,
        absent,
        excused_by,
        declined_by,
    } = figures;
    let reasons = |rows: &[pb::ExerciseReason]| -> Vec<Value> {
        let rows = rows.iter();
        rows.map(|row| json!({ "reason": row.reason, "people": row.people }))
            .collect()
    };
    json!({ "called": called, "excused": excused, "preempted": preempted, "target": target, "reached": reached, "acked": acked,
        "arrived": arrived, "on_time": on_time, "late": late, "assembled_15": assembled_15, "assembled_30": assembled_30,
        "assembled_60": assembled_60, "declined": declined, "take_overs": take_overs, "dead_numbers": dead_numbers,
        "escalations": escalations, "ack_p50_ms": ack_p50_ms, "ack_p90_ms": ack_p90_ms, "ack_max_ms": ack_max_ms,
        "departed": departed, "absent": absent, "excused_by": reasons(excused_by), "declined_by": reasons(declined_by) })
}

/// A run whole, for people.
pub(crate) fn text(lang: Lang, run: &pb::GetExerciseResponse) -> String {
    let line = run.exercise.clone().unwrap_or_default();
    let clock = tr!(
        lang,
        "drill.clock",
        elapsed = at(run.elapsed_ms),
        window = when::duration(run.window_ms)
    );
    let mut facts = Facts::new(lang)
        .fact("exercise", format!("Y{}", line.exercise_id))
        .fact(
            "scenario",
            format!("{} ({})", name(lang, &line.name, &line.name_en), line.scenario),
        )
        .fact("unit", safe::line(&line.unit_name))
        .fact("began", when::local(line.began_unix_ms))
        .fact("directed_by", format!("P{}", line.director_id))
        .fact("status", phase(lang, &line))
        .fact("exercise_time", clock);
    if line.schedule_id != 0 {
        facts = facts.fact("started_by", format!("N{}", line.schedule_id));
    }
    if !run.staff.is_empty() {
        let staff = run.staff.iter();
        let staff = staff.map(|row| format!("{} P{}", word(lang, "exercise_role", &row.role), row.person_id));
        facts = facts.fact("conducted_by", staff.collect::<Vec<_>>().join(" · "));
    }
    if !run.reason.is_empty() {
        facts = facts.fact("reason", safe::line(&run.reason));
    }
    if !run.simulated_unit_codes.is_empty() {
        facts = facts.fact("simulated", run.simulated_unit_codes.join(" "));
    }
    let mut out = tr!(lang, "drill.banner", id = line.exercise_id) + "\n" + &facts.text();
    if let (Some(total), "") = (&run.total, line.ending.as_str()) {
        out.push_str(&super::board::total(lang, total));
    }
    if let Some(score) = &run.score {
        out.push('\n');
        out.push_str(&score_text(lang, score));
    }
    if !run.injects.is_empty() {
        out.push('\n');
        out.push_str(&injects(lang, &run.injects));
    }
    for taken in &run.preemptions {
        out.push_str(&tr!(
            lang,
            "drill.preempted",
            at = when::local(taken.at_unix_ms),
            order = taken.order_id,
            people = taken.people
        ));
        out.push('\n');
    }
    for remark in &run.remarks {
        let kind = word(lang, "remark_kind", &remark.kind);
        out.push_str(&tr!(lang, "drill.remark", kind = kind, text = safe::line(&remark.text)));
        out.push('\n');
    }
    out
}

/// How far a run had got: whole seconds that had passed.
fn at(ms: u64) -> String {
    when::duration(ms / 1000 * 1000)
}

/// How long something took, up to whole seconds: it is never shown as better than it was.
fn took(ms: u64) -> String {
    when::duration(ms.div_ceil(1000).saturating_mul(1000))
}

/// To whom an inject goes: all, or a command role, in words.
pub(crate) fn addressee(lang: Lang, to: &str) -> String {
    let known = crate::i18n::find(lang, &format!("drill_report.to.{to}"));
    known.unwrap_or_else(|| word(lang, "command_role", to))
}

fn injects(lang: Lang, injects: &[pb::ExerciseInject]) -> String {
    let mut sheet = Sheet::new(
        lang,
        &["inject", "injected_after", "from_to", "text", "verdict", "took"],
    )
    .numbers([0]);
    for inject in injects {
        let after = match inject.is_injected {
            true => at(inject.injected_ms),
            false => tr!(lang, "drill.not_yet"),
        };
        let is_known = !inject.from.is_empty();
        sheet.row([
            inject.number.to_string(),
            after,
            if is_known {
                format!("{} → {}", inject.from, addressee(lang, &inject.to))
            } else {
                String::new()
            },
            safe::line(&inject.text),
            word(lang, "verdict", &inject.verdict),
            inject.took_ms.map_or_else(String::new, took),
        ]);
    }
    sheet.text()
}

fn score_text(lang: Lang, score: &pb::ExerciseScore) -> String {
    let mut out = match score.permille {
        Some(tenths) => {
            let conclusion = word(lang, "conclusion", &score.conclusion);
            tr!(lang, "drill.score", score = points(tenths), conclusion = conclusion)
        }
        None => tr!(lang, "drill.no_score"),
    };
    out.push('\n');
    let mut sheet = Sheet::new(lang, &["objective", "rating", "value", "weight"]).numbers([3]);
    for objective in &score.objectives {
        let rating = match objective.rating.as_str() {
            "" => tr!(lang, "drill.not_assessed"),
            rating => rating.to_owned(),
        };
        sheet.row([
            name(lang, &objective.name, &objective.name_en).to_owned(),
            rating,
            match objective.value {
                Some(value) => value_text(&objective.metric, value),
                // Rated all the same: so many never acknowledged.
                None if !objective.rating.is_empty() => tr!(lang, "drill.not_reached"),
                None => String::new(),
            },
            objective.weight.to_string(),
        ]);
    }
    out.push_str(&sheet.text());
    // Where nobody was to go anywhere, nothing is said of arrivals.
    let [of_all, of_real, of_simulated] = match score.asks_arrival {
        true => ["drill.figures", "drill.figures_real", "drill.figures_simulated"],
        false => [
            "drill.figures_answers",
            "drill.figures_real_answers",
            "drill.figures_simulated_answers",
        ],
    };
    if let Some(all) = &score.all {
        out.push_str(&figures(lang, of_all, all));
    }
    if let Some(simulated) = score.simulated.as_ref().filter(|it| it.called > 0) {
        // The objectives above are rated by the real ones, and nobody could check them by a sum of both.
        if let Some(real) = score.real.as_ref().filter(|it| it.target > 0) {
            out.push_str(&figures(lang, of_real, real));
        }
        out.push_str(&figures(lang, of_simulated, simulated));
    }
    out
}

/// A time where the metric is one, else a share.
fn value_text(metric: &str, value: u64) -> String {
    match metric {
        "acknowledge-p50" | "acknowledge-p90" | "acknowledge-max" => took(value),
        _share => format!("{}.{} %", value / 10, value % 10),
    }
}

fn figures(lang: Lang, key: &str, figures: &pb::ExerciseFigures) -> String {
    let time = |ms: Option<u64>| ms.map_or_else(|| "—".to_owned(), took);
    let values = [
        ("called", figures.called.to_string()),
        ("excused", figures.excused.to_string()),
        ("preempted", figures.preempted.to_string()),
        ("target", figures.target.to_string()),
        ("acked", figures.acked.to_string()),
        ("arrived", figures.arrived.to_string()),
        ("late", figures.late.to_string()),
        ("p50", time(figures.ack_p50_ms)),
        ("p90", time(figures.ack_p90_ms)),
    ];
    crate::i18n::fill(lang, key, &values) + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_nobody_was_to_go_anywhere_nothing_is_said_of_arrivals() {
        let figures = pb::ExerciseFigures {
            called: 4,
            target: 4,
            acked: 3,
            ..pb::ExerciseFigures::default()
        };
        let mut score = pb::ExerciseScore {
            all: Some(figures.clone()),
            simulated: Some(figures),
            ..pb::ExerciseScore::default()
        };
        let answers = score_text(Lang::En, &score);
        assert!(
            answers.contains("acknowledged 3") && !answers.contains("arrived"),
            "{answers}"
        );
        score.asks_arrival = true;
        assert_eq!(score_text(Lang::En, &score).matches("arrived 0").count(), 2);
    }

    #[test]
    fn times_that_pass_go_down_and_times_that_were_taken_up_to_seconds() {
        for (ms, passed, taken) in [
            (0, "0s", "0s"),
            (999, "0s", "1s"),
            (1000, "1s", "1s"),
            (300_001, "5m", "5m1s"),
            (5_400_999, "1h30m", "1h30m1s"),
        ] {
            assert_eq!((at(ms).as_str(), took(ms).as_str()), (passed, taken), "{ms}");
        }
        assert!(!took(u64::MAX).is_empty());
    }

    #[test]
    fn a_mixed_run_gives_the_figures_that_its_objectives_are_rated_by() {
        let figures = |called, target, acked| {
            Some(pb::ExerciseFigures {
                called,
                target,
                acked,
                ..pb::ExerciseFigures::default()
            })
        };
        let mut score = pb::ExerciseScore {
            objectives: vec![pb::ExerciseObjective {
                metric: "acknowledge-max".into(),
                rating: "U".into(),
                ..pb::ExerciseObjective::default()
            }],
            all: figures(2031, 2021, 73),
            real: figures(1945, 1940, 33),
            simulated: figures(86, 81, 40),
            ..pb::ExerciseScore::default()
        };
        let mixed = score_text(Lang::ZhCn, &score);
        assert!(
            mixed.contains("真人") && mixed.contains("33") && mixed.contains("未达到"),
            "{mixed}"
        );
        score.simulated = figures(0, 0, 0);
        let real = score_text(Lang::En, &score);
        assert!(
            !real.contains("real people") && real.contains("never reached"),
            "{real}"
        );
    }

    #[test]
    fn who_an_inject_goes_to_is_told_in_words() {
        let inject = |to: &str| pb::ExerciseInject {
            from: "导调".into(),
            to: to.into(),
            ..pb::ExerciseInject::default()
        };
        let shown = injects(Lang::ZhCn, &[inject("allocator"), inject("all"), inject("own-role")]);
        assert!(!shown.contains("allocator") && shown.contains("力量调配"), "{shown}");
        assert!(shown.contains("全体") && shown.contains("own-role"), "{shown}");
    }

    #[test]
    fn who_conducts_it_is_told_in_words_and_the_total_by_its_counts() {
        let run = pb::GetExerciseResponse {
            exercise: Some(pb::ExerciseLine {
                exercise_id: 1,
                director_id: 7,
                phase: "running".into(),
                ..pb::ExerciseLine::default()
            }),
            staff: vec![pb::ExerciseStaff {
                role: "controller".into(),
                person_id: 5,
            }],
            total: Some(pb::Counts {
                due: 37,
                ..pb::Counts::default()
            }),
            elapsed_ms: 61_234,
            window_ms: 5_400_000,
            ..pb::GetExerciseResponse::default()
        };
        let chinese = text(Lang::ZhCn, &run);
        assert!(
            chinese.contains("导调 P5") && chinese.contains("1m1s / 1h30m"),
            "{chinese}"
        );
        let english = text(Lang::En, &run);
        assert!(english.contains("controller P5") && english.contains("37"), "{english}");
        assert!(!english.contains("version"), "{english}");
    }
}
