//! What drills say of units, as people read it, and as documents for programs.

use baiying_proto::v1 as pb;
use serde_json::{Value, json};

use super::drill::points;
use super::table::Sheet;
use crate::i18n::{Lang, tr, word};
use crate::when;

/// A unit's drills.
pub(crate) fn json(drills: &pb::UnitDrills) -> Value {
    let pb::UnitDrills {
        unit_code,
        exercise_id,
        ended_unix_ms,
        scenario,
        people,
        score,
        trend,
        forecast,
    } = drills;
    json!({ "unit_code": unit_code, "exercise_id": exercise_id, "ended_unix_ms": ended_unix_ms, "scenario": scenario,
        "people": people, "score": score, "trend": trend, "forecast": forecast.as_ref().map(forecast_json) })
}

/// When people would arrive.
pub(crate) fn forecast_json(forecast: &pb::ArrivalForecast) -> Value {
    let pb::ArrivalForecast {
        outcome,
        arrive_percent,
        interval_percent,
        within_ms,
        low_ms,
        high_ms,
        arrives_permille,
        runs,
        people,
        runs_needed,
        people_needed,
    } = forecast;
    json!({ "outcome": outcome, "arrive_percent": arrive_percent, "interval_percent": interval_percent,
        "within_ms": within_ms, "low_ms": low_ms, "high_ms": high_ms, "arrives_permille": arrives_permille, "runs": runs,
        "people": people, "runs_needed": runs_needed, "people_needed": people_needed })
}

/// A time to the second, rounded up: a forecast knows no more.
fn time(ms: u64) -> String {
    when::duration(ms.div_ceil(1000).saturating_mul(1000))
}

/// When people would arrive, in words.
fn forecast(lang: Lang, forecast: Option<&pb::ArrivalForecast>) -> String {
    let Some(forecast) = forecast else {
        return String::new();
    };
    let (runs, people, percent) = (forecast.runs, forecast.people, forecast.arrive_percent);
    match forecast.outcome.as_str() {
        "within" => tr!(
            lang,
            "readiness.within",
            percent = percent,
            within = time(forecast.within_ms),
            sure = forecast.interval_percent,
            low = time(forecast.low_ms),
            high = forecast.high_ms.map_or_else(|| tr!(lang, "readiness.never"), time),
            runs = runs,
            people = people
        ),
        "not-reached" => tr!(
            lang,
            "readiness.not_reached",
            percent = percent,
            arrives = points(forecast.arrives_permille),
            runs = runs,
            people = people
        ),
        _too_little => tr!(
            lang,
            "readiness.not_enough",
            runs = runs,
            people = people,
            runs_needed = forecast.runs_needed,
            people_needed = forecast.people_needed
        ),
    }
}

/// What drills say of all units together.
pub(crate) fn headline(lang: Lang, answer: &pb::ReadinessResponse) -> String {
    if answer.last_exercise_unix_ms == 0 {
        return tr!(lang, "readiness.no_exercise") + "\n";
    }
    let at = when::local_minute(answer.last_exercise_unix_ms);
    let told = forecast(lang, answer.forecast.as_ref());
    let last = tr!(lang, "readiness.last_exercise", at = at);
    format!("{last}\n{}\n", tr!(lang, "readiness.forecast", forecast = told))
}

fn score(lang: Lang, drills: &pb::UnitDrills) -> String {
    drills.score.map_or_else(|| tr!(lang, "readiness.too_few"), points)
}

/// The last drill of a unit, in short; nothing if there was none.
pub(crate) fn last(lang: Lang, drills: &pb::UnitDrills) -> String {
    if drills.exercise_id == 0 {
        return String::new();
    }
    let trend = match drills.trend.as_str() {
        "" => String::new(),
        trend => tr!(lang, "readiness.trend", trend = word(lang, "trend", trend)),
    };
    let at = when::local_minute(drills.ended_unix_ms);
    tr!(
        lang,
        "readiness.last_drill",
        at = at,
        score = score(lang, drills),
        trend = trend
    )
}

/// A unit a line.
pub(crate) fn table(lang: Lang, drills: &[pb::UnitDrills]) -> String {
    let columns = [
        "unit",
        "exercise",
        "scenario",
        "last_drill",
        "drill_people",
        "score",
        "score_trend",
        "forecast",
    ];
    let mut sheet = Sheet::new(lang, &columns).numbers([4, 5]);
    for unit in drills {
        let is_known = unit.exercise_id > 0;
        let known = |text: String| if is_known { text } else { String::new() };
        sheet.row([
            unit.unit_code.clone(),
            known(format!("Y{}", unit.exercise_id)),
            unit.scenario.clone(),
            known(when::local_minute(unit.ended_unix_ms)),
            known(unit.people.to_string()),
            known(score(lang, unit)),
            if unit.trend.is_empty() {
                String::new()
            } else {
                word(lang, "trend", &unit.trend)
            },
            forecast(lang, unit.forecast.as_ref()),
        ]);
    }
    sheet.text()
}
