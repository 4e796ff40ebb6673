//! The history of a response as a page to be read and printed: one file, no scripts, nothing fetched.
//!
//! Everything that people wrote is hostile: it is cleaned as for a terminal and escaped as text, in one place ([`escaped`]).

use baiying_proto::v1 as pb;

use super::{History, chart, level};
use crate::error::CliError;
use crate::i18n::{Lang, fill, tr, word};
use crate::output::situation;
use crate::when;

const STYLE: &str = include_str!("style.css");

/// A section: the key of its title under `after_action.`, and what is in it.
type Section = (&'static str, fn(Lang, &History) -> Result<String, CliError>);

/// The sections, in their order. Another part of a response adds its function here.
const SECTIONS: [Section; 8] = [
    ("overview", overview),
    ("curve", curve),
    ("levels", levels),
    ("orders", orders),
    ("no_shows", no_shows),
    ("reports", reports),
    ("missed", missed),
    ("timeline", timeline),
];

/// The page.
pub(crate) fn page(lang: Lang, history: &History) -> Result<String, CliError> {
    let title = escaped(&tr!(lang, "after_action.title", name = history.name()));
    let mut body = String::new();
    for (key, section) in SECTIONS {
        let head = escaped(&fill(lang, &format!("after_action.{key}"), &[]));
        body.push_str(&format!(
            "<section>\n<h2>{head}</h2>\n{}</section>\n",
            section(lang, history)?
        ));
    }
    let foot = tr!(
        lang,
        "after_action.foot",
        revision = history.revision,
        at = when::local(history.at_unix_ms),
        made = when::local(history.made_unix_ms)
    );
    Ok(format!(
        "<!DOCTYPE html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n{body}\
         <footer>{foot}</footer>\n</body>\n</html>\n",
        code = lang.code(),
        foot = escaped(&foot),
    ))
}

/// Text of others as text of a page.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in crate::text::block(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// A table; a word where there is no row. Columns by their keys under `column.`; those in `numbers` hold numbers.
fn table(lang: Lang, columns: &[&str], numbers: &[usize], rows: &[Vec<String>]) -> String {
    if rows.is_empty() {
        return format!("<p class=\"none\">{}</p>\n", escaped(&tr!(lang, "table.empty")));
    }
    let class = |index: usize| if numbers.contains(&index) { " class=\"n\"" } else { "" };
    let line = |tag: &str, cells: &mut dyn Iterator<Item = String>| {
        let cells = cells.enumerate().map(|(index, cell)| {
            let class = class(index);
            format!("<{tag}{class}>{}</{tag}>", escaped(&cell))
        });
        format!("<tr>{}</tr>\n", cells.collect::<String>())
    };
    let head = line(
        "th",
        &mut columns
            .iter()
            .map(|column| fill(lang, &format!("column.{column}"), &[])),
    );
    let body: String = rows.iter().map(|row| line("td", &mut row.iter().cloned())).collect();
    format!("<table>\n<thead>\n{head}</thead>\n<tbody>\n{body}</tbody>\n</table>\n")
}

/// Names and values of one thing; what is empty is left out.
fn facts(lang: Lang, facts: &[(&str, String)]) -> String {
    let facts = facts
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| {
            let name = escaped(&fill(lang, &format!("column.{name}"), &[]));
            format!("<dt>{name}</dt><dd>{}</dd>\n", escaped(value))
        });
    format!("<dl>\n{}</dl>\n", facts.collect::<String>())
}

fn overview(lang: Lang, history: &History) -> Result<String, CliError> {
    let response = &history.response;
    let began = response.history.first().map_or(0, |first| first.at_unix_ms);
    let ended = response.terminated_at_unix_ms;
    let status = if response.active {
        tr!(lang, "word.active")
    } else {
        tr!(lang, "word.terminated")
    };
    let about = facts(
        lang,
        &[
            ("event_name", response.event.clone()),
            ("plan", word(lang, "plan", &response.plan)),
            ("status", status),
            ("level", level(lang, response.level)),
            ("jurisdiction", response.jurisdiction_code.clone()),
            ("scope", response.scope_codes.join(" ")),
            ("started", when::local(began)),
            ("ended_at", if ended == 0 { String::new() } else { when::local(ended) }),
            ("reason", response.termination_reason.clone()),
        ],
    );
    let columns = [
        "due",
        "present",
        "en_route",
        "excused",
        "absent",
        "unconfirmed",
        "acked",
        "late",
        "unreached",
    ];
    let numbers: Vec<usize> = (0..columns.len()).collect();
    Ok(about + &table(lang, &columns, &numbers, &[counts(history.total()).to_vec()]))
}

fn counts(counts: pb::Counts) -> [String; 9] {
    [
        counts.due,
        counts.present,
        counts.en_route,
        counts.excused,
        counts.absent,
        counts.unconfirmed,
        counts.acked,
        counts.late,
        counts.unreached,
    ]
    .map(|count| count.to_string())
}

fn curve(lang: Lang, history: &History) -> Result<String, CliError> {
    Ok(match chart::svg(lang, history)? {
        // The picture is ours: nobody's text is in it.
        Some(svg) => {
            let note = escaped(&tr!(lang, "after_action.curve_note"));
            format!("<figure>\n{svg}<figcaption>{note}</figcaption>\n</figure>\n")
        }
        None => table(lang, &[], &[], &[]),
    })
}

fn levels(lang: Lang, history: &History) -> Result<String, CliError> {
    let rows = history.response.history.iter().map(|change| {
        let to = level(lang, change.to_level);
        let level = if change.from_level == 0 {
            to
        } else {
            format!("{} → {to}", level(lang, change.from_level))
        };
        vec![
            when::local(change.at_unix_ms),
            level,
            change.scope_codes.join(" "),
            change.reason.clone(),
            change.basis.clone(),
            change.actor.clone(),
        ]
    });
    let columns = ["at", "level", "scope", "reason", "basis", "actor"];
    Ok(table(lang, &columns, &[], &rows.collect::<Vec<_>>()))
}

fn orders(lang: Lang, history: &History) -> Result<String, CliError> {
    let rows = history.orders.iter().flat_map(|order| {
        order.versions.iter().map(|version| {
            let mut row = vec![
                format!("O{} v{}", order.order_id, version.version),
                word(lang, "status", &version.status),
                when::local(version.issued_at_unix_ms),
                version.text.clone(),
                version.addressed_to.join(" "),
            ];
            row.extend(counts(version.total.unwrap_or_default()));
            row
        })
    });
    let mut columns = vec!["order", "status", "issued_at", "text", "addressed_to"];
    columns.extend([
        "due",
        "present",
        "en_route",
        "excused",
        "absent",
        "unconfirmed",
        "acked",
        "late",
        "unreached",
    ]);
    let numbers: Vec<usize> = (5..columns.len()).collect();
    Ok(table(lang, &columns, &numbers, &rows.collect::<Vec<_>>()))
}

fn no_shows(lang: Lang, history: &History) -> Result<String, CliError> {
    let counts = history.no_show_counts();
    let rows = counts.iter().map(|((bucket, reason, decided), people)| {
        vec![
            word(lang, "bucket", bucket),
            said(lang, reason),
            word(lang, "leave_status", decided),
            people.to_string(),
        ]
    });
    let summary = table(
        lang,
        &["bucket", "reason", "decided", "people"],
        &[3],
        &rows.collect::<Vec<_>>(),
    );
    if history.no_shows.is_empty() {
        return Ok(summary);
    }
    let rows = history.no_shows.iter().map(|row| {
        vec![
            format!("O{}", row.order_id),
            format!("P{}", row.person_id),
            word(lang, "bucket", &row.bucket),
            said(lang, &row.reason),
            word(lang, "leave_status", &row.decided),
        ]
    });
    let columns = ["order", "person", "bucket", "reason", "decided"];
    let people = table(lang, &columns, &[], &rows.collect::<Vec<_>>());
    let head = escaped(&tr!(lang, "after_action.by_person"));
    Ok(format!("{summary}<h3>{head}</h3>\n{people}"))
}

/// What somebody said, or that they said nothing.
fn said(lang: Lang, reason: &str) -> String {
    if reason.is_empty() {
        return tr!(lang, "after_action.no_reason");
    }
    let excuse = crate::i18n::find(lang, &format!("word.excuse.{reason}"));
    crate::i18n::find(lang, &format!("word.reason.{reason}"))
        .or(excuse)
        .unwrap_or_else(|| reason.to_owned())
}

fn reports(lang: Lang, history: &History) -> Result<String, CliError> {
    if history.reports.is_empty() {
        return Ok(table(lang, &[], &[], &[]));
    }
    let mut text = String::new();
    for report in &history.reports {
        let late = if report.late {
            format!(" <em class=\"late\">{}</em>", escaped(&tr!(lang, "report.late")))
        } else {
            String::new()
        };
        let title = situation::title(lang, &report.kind, report.number);
        let head = format!("{} {}", report.seq, title);
        text.push_str(&format!("<article>\n<h3>{}{late}</h3>\n", escaped(&head)));
        let event_at = report.event_at_unix_ms;
        let amends = if report.amends == 0 {
            String::new()
        } else {
            report.amends.to_string()
        };
        let mut about = vec![
            ("form", word(lang, "report_form", &report.form)),
            ("amends", amends),
            ("filed_at", when::local(report.filed_at_unix_ms)),
            ("actor", report.actor.clone()),
            ("received_at", when::local(report.received_at_unix_ms)),
            (
                "event_at",
                if event_at == 0 {
                    String::new()
                } else {
                    when::local(event_at)
                },
            ),
            ("level", level(lang, report.level)),
        ];
        let written = report.words.clone().unwrap_or_default();
        about.extend(situation::words(&written).map(|(name, text)| (name, text.to_owned())));
        about.push(("people", situation::numbers(lang, report.numbers.unwrap_or_default())));
        text.push_str(&facts(lang, &about));
        text.push_str("</article>\n");
    }
    Ok(text)
}

fn missed(lang: Lang, history: &History) -> Result<String, CliError> {
    let rows = history.clocks.missed.iter().map(|missed| {
        let made_up_by = missed.made_up_by_seq;
        vec![
            word(lang, "report_clock", &missed.clock),
            when::local(missed.due_unix_ms),
            missed.times.to_string(),
            if made_up_by == 0 {
                String::new()
            } else {
                made_up_by.to_string()
            },
        ]
    });
    let columns = ["report", "missed_at", "times", "made_up_by"];
    Ok(table(lang, &columns, &[2], &rows.collect::<Vec<_>>()))
}

fn timeline(lang: Lang, history: &History) -> Result<String, CliError> {
    let rows = history.timeline.iter().map(|item| {
        vec![
            when::local(item.at_unix_ms),
            situation::happened(lang, item),
            situation::order(item),
            if item.people == 0 {
                String::new()
            } else {
                item.people.to_string()
            },
            situation::said(lang, item),
            item.actor.clone(),
        ]
    });
    let columns = ["at", "event", "order", "people", "what", "actor"];
    Ok(table(lang, &columns, &[3], &rows.collect::<Vec<_>>()))
}
