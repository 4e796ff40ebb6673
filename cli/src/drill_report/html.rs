//! The report as one page to be read and printed, in the shape of the Chinese standard: nothing is fetched, nothing runs, and 【演练】
//! stands on every page.

use super::chart;
use super::facts::{self, Fact};
use super::model::{Counts, Model, Observation};
use super::shown::{self, code, t, tv};
use super::tables::{self, Cell, Kind, Table};
use super::title;
use crate::error::CliError;
use crate::i18n::Lang;
use crate::output::page::{self, escaped};

const STYLE: &str = include_str!("style.css");

/// A section: the key of its title under `drill_report.section.`, and what is in it.
type Section = (&'static str, fn(Lang, &Model) -> Result<String, CliError>);

/// The sections, in the order of the standard.
const SECTIONS: [Section; 12] = [
    ("purpose", purpose),
    ("time_and_place", time_and_place),
    ("participants", participants),
    ("scheme", scheme),
    ("figures", figures),
    ("objectives", objectives),
    ("units", units),
    ("injects", injects),
    ("problems", problems),
    ("lessons", lessons),
    ("suggestions", suggestions),
    ("actions", actions),
];

/// The page.
pub(crate) fn document(lang: Lang, model: &Model) -> Result<String, CliError> {
    let name = escaped(&crate::text::line(&title(lang, model)));
    let banner = escaped(&t(lang, "banner"));
    let mut body = how_it_ended(lang, model);
    body.push_str(&cards(lang, model));
    let sections = SECTIONS
        .iter()
        .filter(|(key, _)| *key != "actions" || !model.actions.is_empty());
    for (number, (key, section)) in (1..).zip(sections) {
        let values = [
            ("number", numeral(lang, number)),
            ("title", t(lang, &format!("section.{key}"))),
        ];
        let head = escaped(&tv(lang, "numbered", &values));
        let inner = section(lang, model)?;
        body.push_str(&format!("<section>\n<h2>{head}</h2>\n{inner}</section>\n"));
    }
    let foot = [
        ("revision", model.revision.to_string()),
        ("made", shown::instant(model, model.made_unix_ms)),
    ];
    Ok(format!(
        "<!DOCTYPE html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{name}</title>\n<style>\n{base}{STYLE}\
         @page {{ @top-center {{ content: \"{margin}\"; font: bold 10pt sans-serif; color: #b01e1e; }} \
         @bottom-center {{ content: counter(page) \" / \" counter(pages); font: 9pt sans-serif; }} }}\n\
         </style>\n</head>\n<body>\n<div class=\"watermark\" aria-hidden=\"true\"><span>{banner}</span></div>\n\
         <div class=\"banner\">{notice}</div>\n<h1>{name}</h1>\n{body}<footer>{foot}</footer>\n</body>\n</html>\n",
        code = lang.code(),
        base = page::STYLE,
        margin = t(lang, "banner"),
        notice = escaped(&t(lang, "notice_line")),
        foot = escaped(&tv(lang, "foot", &foot)),
    ))
}

/// 一、二、三 … or 1, 2, 3 …
fn numeral(lang: Lang, number: usize) -> String {
    let numerals = t(lang, "numerals");
    let found = numerals.split(' ').nth(number.saturating_sub(1));
    found.map_or_else(|| number.to_string(), str::to_owned)
}

/// What has to be known before any figure is read: it goes on, or it did not come to its end.
fn how_it_ended(lang: Lang, model: &Model) -> String {
    let key = match model.ended_by.as_str() {
        "" if model.started_unix_ms != 0 => "note.running",
        "aborted" => "note.aborted",
        "preempted" => "note.preempted",
        _ => return String::new(),
    };
    let values = [
        ("made", shown::instant(model, model.made_unix_ms)),
        ("reason", model.end_reason.clone()),
    ];
    format!("<p class=\"note\">{}</p>\n", escaped(&tv(lang, key, &values)))
}

/// The figures that everybody asks for first: of those whose figures the score is made from.
fn cards(lang: Lang, model: &Model) -> String {
    let all = model.rated();
    let shared = |count: u32, share: fn(u64, u64) -> Option<u64>| {
        let share = share(count.into(), all.target.into());
        let of = [("count", count.to_string()), ("of", all.target.to_string())];
        (
            share.map_or_else(|| shown::NONE.to_owned(), shown::permille),
            tv(lang, "of_target", &of),
        )
    };
    let share = |count| shared(count, shown::share);
    let scored = model.score.map_or_else(|| shown::NONE.to_owned(), shown::score);
    let p90 = match all.ack_p90_ms {
        Some(ms) => shown::duration(lang, ms),
        None if all.target == 0 => shown::NONE.to_owned(),
        None => t(lang, "not_reached"),
    };
    let max = all.ack_max_ms.map_or_else(String::new, |ms| {
        tv(lang, "last_ack", &[("time", shown::duration(lang, ms))])
    });
    let cards = [
        ("score", (scored, t(lang, "score_of"))),
        (
            "conclusion",
            match code(lang, "conclusion", &model.conclusion) {
                none if none.is_empty() => (shown::NONE.to_owned(), String::new()),
                drawn => (drawn, String::new()),
            },
        ),
        ("acknowledged", share(all.acknowledged)),
        ("ack_p90", (p90, max)),
        if model.answers_only {
            ("reached", share(all.reached))
        } else {
            ("arrived", share(all.arrived))
        },
        (
            if model.answers_only { "unanswered" } else { "absent" },
            shared(all.absent, shown::share_up),
        ),
    ];
    let cards: String = cards
        .into_iter()
        .map(|(key, (value, beside))| {
            let beside = if beside.is_empty() {
                String::new()
            } else {
                format!("<small>{}</small>", escaped(&beside))
            };
            let name = escaped(&t(lang, &format!("card.{key}")));
            format!(
                "<div id=\"card-{key}\"><dt>{name}</dt><dd>{}{beside}</dd></div>\n",
                escaped(&value)
            )
        })
        .collect();
    format!("<dl class=\"cards\">\n{cards}</dl>\n")
}

fn written(lang: Lang, text: &str) -> String {
    if text.is_empty() {
        return none(lang);
    }
    format!("<p class=\"written\">{}</p>\n", escaped(text))
}

fn none(lang: Lang) -> String {
    format!("<p class=\"none\">{}</p>\n", escaped(&t(lang, "none")))
}

fn purpose(lang: Lang, model: &Model) -> Result<String, CliError> {
    Ok(written(lang, &model.scenario.purpose))
}

fn list(lang: Lang, facts: &[Fact]) -> String {
    let facts = facts.iter().map(|(key, value)| {
        let name = escaped(&t(lang, &format!("fact.{key}")));
        format!("<dt>{name}</dt><dd>{}</dd>\n", escaped(value))
    });
    format!("<dl>\n{}</dl>\n", facts.collect::<String>())
}

fn time_and_place(lang: Lang, model: &Model) -> Result<String, CliError> {
    let preempted = tables::preemptions(model);
    let mut text = list(lang, &facts::time_and_place(lang, model));
    if !preempted.rows.is_empty() {
        text.push_str(&sub(lang, "preemptions"));
        text.push_str(&table(lang, &preempted));
    }
    Ok(text)
}

fn participants(lang: Lang, model: &Model) -> Result<String, CliError> {
    Ok(table(lang, &tables::participants(lang, model)))
}

fn scheme(lang: Lang, model: &Model) -> Result<String, CliError> {
    let outline = written(lang, &model.scenario.outline);
    Ok(list(lang, &facts::scheme(lang, model)) + &outline)
}

fn figures(lang: Lang, model: &Model) -> Result<String, CliError> {
    let mut text = table(lang, &tables::figures(lang, model));
    let notification = facts::notification(lang, model);
    if !notification.is_empty() {
        text.push_str(&list(lang, &notification));
    }
    let note = match model.basis.as_str() {
        "real" => Some("note.basis_real"),
        "simulated" => Some("note.basis_simulated"),
        _all => None,
    };
    let both = model.figures.real.called > 0 && model.figures.simulated.called > 0;
    if let Some(note) = note.filter(|_| both) {
        text.push_str(&format!("<p class=\"none\">{}</p>\n", escaped(&t(lang, note))));
    }
    text.push_str(&sub(lang, "curve"));
    text.push_str(&pictures(lang, "curve", chart::muster::svg(lang, model)?));
    text.push_str(&sub(lang, "acknowledgements"));
    text.push_str(&pictures(lang, "acknowledgements", chart::acks::svg(lang, model)?));
    Ok(text)
}

fn objectives(lang: Lang, model: &Model) -> Result<String, CliError> {
    let mut text = table(lang, &tables::objectives(lang, model));
    let scored = model.score.map_or_else(|| shown::NONE.to_owned(), shown::score);
    let conclusion = match code(lang, "conclusion", &model.conclusion) {
        none if none.is_empty() => shown::NONE.to_owned(),
        drawn => drawn,
    };
    let total = tv(lang, "total", &[("score", scored), ("conclusion", conclusion)]);
    text.push_str(&format!("<p><b>{}</b></p>\n", escaped(&total)));
    text.push_str(&format!(
        "<p class=\"none\">{}</p>\n",
        escaped(&t(lang, "ratings_note"))
    ));
    text.push_str(&sub(lang, "earlier"));
    text.push_str(&table(lang, &tables::earlier(lang, model)));
    if let Some(line) = trend(lang, model) {
        text.push_str(&format!("<p><b>{}</b></p>\n", escaped(&line)));
    }
    Ok(text)
}

/// Against the last of the earlier runs that has a score.
fn trend(lang: Lang, model: &Model) -> Option<String> {
    let last = model.earlier.iter().rev().find(|run| run.score.is_some())?;
    let (now, then) = (model.score?, last.score?);
    let sign = if now < then { "−" } else { "+" };
    let values = [
        ("run", last.run.clone()),
        ("trend", code(lang, "trend", &model.trend)),
        ("points", format!("{sign}{}", shown::score(now.abs_diff(then)))),
    ];
    Some(tv(lang, "against", &values))
}

fn units(lang: Lang, model: &Model) -> Result<String, CliError> {
    let drawn = pictures(lang, "units", chart::units::svg(lang, model)?);
    Ok(drawn + &table(lang, &tables::units(lang, model)))
}

fn injects(lang: Lang, model: &Model) -> Result<String, CliError> {
    let drawn = pictures(lang, "injects", chart::injects::svg(lang, model)?);
    Ok(drawn + &table(lang, &tables::injects(lang, model)))
}

/// What people saw, and before it what the figures say by themselves.
fn problems(lang: Lang, model: &Model) -> Result<String, CliError> {
    let mut found = Vec::new();
    for objective in &model.objectives {
        if matches!(objective.rating.as_str(), "S" | "M" | "U") {
            let values = [
                ("number", objective.number.to_string()),
                ("name", shown::objective(lang, objective).to_owned()),
                ("value", shown::value(lang, objective)),
                ("target", shown::target(lang, objective.target)),
                ("rating", code(lang, "rating", &objective.rating)),
            ];
            found.push(tv(lang, "found_objective", &values));
        }
    }
    for inject in &model.injects {
        if matches!(inject.verdict.as_str(), "partly" | "not-done" | "not-given") {
            let values = [
                ("number", inject.number.to_string()),
                ("expected", inject.expected.clone()),
                ("verdict", code(lang, "verdict", &inject.verdict)),
            ];
            found.push(tv(lang, "found_inject", &values));
        }
    }
    let Counts { dead_numbers, .. } = model.rated();
    if *dead_numbers > 0 {
        found.push(tv(lang, "found_dead", &[("people", dead_numbers.to_string())]));
    }
    let mut text = String::new();
    if !found.is_empty() {
        let items = found.iter().map(|line| format!("<li>{}</li>\n", escaped(line)));
        text.push_str(&sub(lang, "found"));
        text.push_str(&format!("<ul class=\"found\">\n{}</ul>\n", items.collect::<String>()));
        text.push_str(&sub(lang, "observed"));
    }
    text.push_str(&observations(lang, &model.problems));
    Ok(text)
}

fn lessons(lang: Lang, model: &Model) -> Result<String, CliError> {
    Ok(observations(lang, &model.lessons))
}

fn suggestions(lang: Lang, model: &Model) -> Result<String, CliError> {
    Ok(observations(lang, &model.suggestions))
}

fn observations(lang: Lang, seen: &[Observation]) -> String {
    if seen.is_empty() {
        return none(lang);
    }
    let items = seen.iter().map(|observation| {
        let Observation { text, cause, role } = observation;
        let cause = if cause.is_empty() {
            String::new()
        } else {
            let name = escaped(&t(lang, "cause"));
            format!("\n<b>{name}</b>{}", escaped(cause))
        };
        let role = match code(lang, "role", role) {
            none if none.is_empty() => none,
            role => format!(" <span class=\"role\">— {}</span>", escaped(&role)),
        };
        format!("<li>{}{role}{cause}</li>\n", escaped(text))
    });
    format!("<ol class=\"seen\">\n{}</ol>\n", items.collect::<String>())
}

fn actions(lang: Lang, model: &Model) -> Result<String, CliError> {
    let note = escaped(&t(lang, "actions_note"));
    Ok(table(lang, &tables::actions(lang, model)) + &format!("<p class=\"none\">{note}</p>\n"))
}

fn sub(lang: Lang, key: &str) -> String {
    format!("<h3>{}</h3>\n", escaped(&t(lang, &format!("section.{key}"))))
}

/// Pictures are ours: what people wrote is in them as text only.
fn pictures(lang: Lang, key: &str, pictures: Vec<String>) -> String {
    let Some(last) = pictures.len().checked_sub(1) else {
        return none(lang);
    };
    let name = escaped(&t(lang, &format!("section.{key}")));
    let note = escaped(&t(lang, &format!("caption.{key}")));
    let pictures = pictures.into_iter().enumerate().map(|(index, svg)| {
        let svg = svg.replacen("<svg ", &format!("<svg role=\"img\" aria-label=\"{name}\" "), 1);
        let caption = if index == last {
            format!("<figcaption>{note}</figcaption>\n")
        } else {
            String::new()
        };
        format!("<figure class=\"{key}\">\n{svg}{caption}</figure>\n")
    });
    pictures.collect()
}

fn table(lang: Lang, table: &Table) -> String {
    if table.rows.is_empty() {
        return none(lang);
    }
    let class = |kind: Kind| match kind {
        Kind::Number | Kind::Share => " class=\"n\"",
        Kind::Long => " class=\"w\"",
        Kind::Short => " class=\"s\"",
        Kind::Text | Kind::SheetOnly => " class=\"t\"",
    };
    let head: String = table
        .columns
        .iter()
        .filter(|(_, kind)| *kind != Kind::SheetOnly)
        .map(|(column, kind)| {
            let name = escaped(&t(lang, &format!("column.{column}")));
            format!("<th{}>{name}</th>", class(*kind))
        })
        .collect();
    let mut rows = String::new();
    for row in &table.rows {
        rows.push_str("<tr>");
        let cells = table.columns.iter().zip(row);
        for ((_, kind), cell) in cells.filter(|((_, kind), _)| *kind != Kind::SheetOnly) {
            rows.push_str(&format!("<td{}>{}</td>", class(*kind), shown_cell(lang, cell)));
        }
        rows.push_str("</tr>\n");
    }
    format!(
        "<div class=\"wide\"><table id=\"{}\">\n<thead>\n<tr>{head}</tr>\n</thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n",
        table.id
    )
}

fn shown_cell(lang: Lang, cell: &Cell) -> String {
    match cell {
        Cell::None => shown::NONE.to_owned(),
        Cell::Text(text) => escaped(text),
        Cell::Count(count) => count.to_string(),
        Cell::Share(count, of) => shared_cell(*count, shown::share(*count, *of)),
        Cell::Lack(count, of) => shared_cell(*count, shown::share_up(*count, *of)),
        Cell::Ms(ms) => escaped(&shown::duration(lang, *ms)),
        Cell::Offset(ms) => shown::offset(*ms),
        Cell::Score(score) => shown::score(*score),
    }
}

fn shared_cell(count: u64, share: Option<u64>) -> String {
    match share {
        Some(share) => format!("{count} <small>{}</small>", shown::permille(share)),
        None => count.to_string(),
    }
}
