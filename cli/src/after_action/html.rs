//! The history of a response as a page to be read and printed.

use baiying_proto::v1 as pb;

use super::{History, chart, front, level};
use crate::error::CliError;
use crate::i18n::{Lang, fill, tr, word};
use crate::output::duty::person;
use crate::output::page::{self, escaped, facts, table};
use crate::output::{command, response as responses, situation};
use crate::when;

/// A section: the key of its title under `after_action.`, and what is in it.
type Section = (&'static str, fn(Lang, &History) -> Result<String, CliError>);

/// The sections, in their order. Another part of a response adds its function here; a section with nothing in it is left out.
const SECTIONS: [Section; 12] = [
    ("overview", overview),
    ("curve", curve),
    ("levels", levels),
    ("command", command_tree),
    ("orders", orders),
    ("no_shows", no_shows),
    ("branches", front::branches),
    ("windows", front::windows),
    ("reinforcements", front::reinforcements),
    ("reports", reports),
    ("missed", missed),
    ("timeline", timeline),
];

/// The page.
pub(crate) fn document(lang: Lang, history: &History) -> Result<String, CliError> {
    let title = tr!(lang, "after_action.title", name = history.name());
    let mut body = String::new();
    for (key, section) in SECTIONS {
        let content = section(lang, history)?;
        if content.is_empty() {
            continue;
        }
        let head = escaped(&fill(lang, &format!("after_action.{key}"), &[]));
        body.push_str(&format!("<section>\n<h2>{head}</h2>\n{content}</section>\n"));
    }
    let foot = tr!(
        lang,
        "after_action.foot",
        revision = history.revision,
        at = when::local(history.at_unix_ms),
        made = when::local(history.made_unix_ms)
    );
    Ok(page::whole(lang, &title, &body, &foot))
}

fn overview(lang: Lang, history: &History) -> Result<String, CliError> {
    let response = &history.response;
    let began = response.history.first().map_or(0, |first| first.at_unix_ms);
    let ended = response.terminated_at_unix_ms;
    let about = facts(
        lang,
        &[
            ("event_name", response.event.clone()),
            ("plan", word(lang, "plan", &response.plan)),
            ("status", responses::phase(lang, response)),
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
    let response = &history.response;
    let rows = response.history.iter().map(|change| {
        let decided = responses::authorization(response, change.version);
        vec![
            when::local(change.at_unix_ms),
            responses::change(lang, change),
            change.scope_codes.join(" "),
            decided.map_or_else(String::new, |decided| person(decided.requested_by_id)),
            decided.map_or_else(String::new, |decided| responses::approved_by(lang, decided)),
            change.reason.clone(),
            change.basis.clone(),
            change.actor.clone(),
        ]
    });
    let columns = [
        "at",
        "level",
        "scope",
        "requested_by",
        "approved_by",
        "reason",
        "basis",
        "actor",
    ];
    Ok(table(lang, &columns, &[], &rows.collect::<Vec<_>>()))
}

/// Who commands where; of a response that is over, who commanded when it ended.
fn command_tree(lang: Lang, history: &History) -> Result<String, CliError> {
    let rows = history.command_tree.iter().flat_map(|unit| {
        // Wide blanks: a page swallows others at the beginning of a cell.
        let indent = "\u{3000}".repeat(command::depth(&history.command_tree, unit));
        unit.commands.iter().map(move |node| {
            vec![
                format!("{indent}{}", unit.unit_name),
                unit.unit_code.clone(),
                command::role(lang, node),
                person(node.commander_id),
                person(node.backup_id),
                command::acting(lang, node),
            ]
        })
    });
    let columns = ["unit", "code", "command_role", "commanding", "backup", "acting_now"];
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
            situation::order(lang, item),
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
