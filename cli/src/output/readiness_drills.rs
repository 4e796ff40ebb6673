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

#[cfg(test)]
mod tests {
    use super::*;

    fn told(lang: Lang, change: impl FnOnce(&mut pb::ArrivalForecast)) -> String {
        let mut asked = pb::ArrivalForecast {
            arrive_percent: 80,
            interval_percent: 90,
            runs: 5,
            people: 812,
            ..pb::ArrivalForecast::default()
        };
        change(&mut asked);
        forecast(lang, Some(&asked))
    }

    #[test]
    fn a_forecast_is_a_sentence_and_says_when_there_is_none() {
        let within = |high_ms| {
            move |asked: &mut pb::ArrivalForecast| {
                asked.outcome = "within".to_owned();
                (asked.within_ms, asked.low_ms, asked.high_ms) = (2_520_001, 2_100_000, high_ms);
            }
        };
        assert_eq!(
            told(Lang::En, within(Some(3_300_000))),
            "80 % arrive within 42m1s (90 % interval 35m to 55m; out of 5 runs, 812 people)"
        );
        assert_eq!(
            told(Lang::ZhCn, within(None)),
            "80 % 的人 42m1s 内到位（90 % 区间 35m 至 不能全到；据 5 次 812 人次）"
        );
        let never = |asked: &mut pb::ArrivalForecast| {
            asked.outcome = "not-reached".to_owned();
            asked.arrives_permille = 753;
        };
        assert_eq!(
            told(Lang::En, never),
            "fewer than 80 % arrive: it was 75.3 % (out of 5 runs, 812 people)"
        );
        let few = |asked: &mut pb::ArrivalForecast| {
            asked.outcome = "not-enough-data".to_owned();
            (asked.runs, asked.people) = (1, 9);
            (asked.runs_needed, asked.people_needed) = (2, 20);
        };
        assert_eq!(told(Lang::En, few), "not enough data (runs: 1 of 2, people: 9 of 20)");
        assert_eq!(
            told(Lang::ZhCn, few),
            "数据不足（演练 1 次，至少 2 次；9 人次，至少 20 人次）"
        );
    }

    #[test]
    fn a_unit_without_drills_has_an_empty_line_and_no_data() {
        let unit = pb::UnitDrills {
            unit_code: "440608-A01".to_owned(),
            forecast: Some(pb::ArrivalForecast {
                outcome: "not-enough-data".to_owned(),
                runs_needed: 2,
                people_needed: 20,
                ..pb::ArrivalForecast::default()
            }),
            ..pb::UnitDrills::default()
        };
        assert_eq!(last(Lang::En, &unit), "");
        let table = table(Lang::En, std::slice::from_ref(&unit));
        let line = table.lines().last().unwrap_or_default();
        assert!(
            line.trim_start().starts_with("440608-A01") && !line.contains("Y0"),
            "{table}"
        );
        let scored = pb::UnitDrills {
            exercise_id: 3,
            score: Some(873),
            trend: "better".to_owned(),
            ..unit
        };
        assert!(
            last(Lang::En, &scored).ends_with("87.3, better"),
            "{}",
            last(Lang::En, &scored)
        );
        let too_few = pb::UnitDrills {
            score: None,
            trend: String::new(),
            ..scored
        };
        assert!(last(Lang::En, &too_few).ends_with("no score"));
    }
}
