//! `readiness`: what is missing before anything happens.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::i18n::{Lang, tr, word};
use crate::output::json as documents;
use crate::output::readiness_drills as drills;
use crate::output::table::Sheet;
use crate::when;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
    #[arg(long, conflicts_with = "unit")]
    history: bool,
    #[arg(long, conflicts_with = "history")]
    drills: bool,
    #[command(flatten)]
    limit: pages::Limit,
}

/// Runs it.
pub(crate) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    if args.history {
        return history(app, &args.limit).await;
    }
    let client = app.client()?;
    let request = pb::ReadinessRequest {
        unit_code: args.unit.unwrap_or_default(),
    };
    let answer = app.query(call!(client, readiness.readiness, request)).await?;
    app.emit(
        || documents::readiness(&answer),
        || {
            if args.drills {
                headline(app.lang, &answer) + &drills::table(app.lang, &answer.drills)
            } else {
                text(app.lang, &answer)
            }
        },
    )?;
    Ok(
        if answer.units.iter().flat_map(|unit| &unit.gaps).any(|gap| gap.serious) {
            exit::FINDINGS
        } else {
            exit::OK
        },
    )
}

async fn history(app: &App, limit: &pages::Limit) -> Result<u8, CliError> {
    let client = app.client()?;
    let evaluations = pages::all(limit, async |page| {
        let request = pb::ListEvaluationsRequest { page: Some(page) };
        let answer = app.query(call!(client, readiness.list_evaluations, request)).await?;
        Ok((answer.evaluations, answer.next_page_token))
    })
    .await?;
    app.emit(
        || json!({ "evaluations": evaluations.iter().map(documents::evaluation).collect::<Vec<_>>() }),
        || {
            let mut sheet = Sheet::new(app.lang, &["at", "change", "unit", "gap"]);
            for evaluation in &evaluations {
                let came_up = evaluation.came_up.iter().map(|gap| ("came-up", gap));
                let mended = evaluation.mended.iter().map(|gap| ("mended", gap));
                for (change, gap) in came_up.chain(mended) {
                    sheet.row([
                        when::local(evaluation.at_unix_ms),
                        word(app.lang, "change", change),
                        gap.unit_code.clone(),
                        word(app.lang, "gap", &gap.kind),
                    ]);
                }
            }
            sheet.text()
        },
    )?;
    Ok(exit::OK)
}

/// How many miss something, and what drills say of all of them together.
fn headline(lang: Lang, answer: &pb::ReadinessResponse) -> String {
    let mut text = tr!(
        lang,
        "readiness.headline",
        looked_at = answer.looked_at,
        ready = answer.ready,
        at = when::local(answer.at_unix_ms)
    );
    text.push('\n');
    if answer.evaluated_unix_ms < answer.due_unix_ms {
        text.push_str(&tr!(lang, "readiness.overdue", due = when::local(answer.due_unix_ms)));
        text.push('\n');
    }
    text.push_str(&drills::headline(lang, answer));
    if answer.open_actions > 0 {
        let (open, overdue) = (answer.open_actions, answer.overdue_actions);
        text.push_str(&tr!(lang, "readiness.actions", open = open, overdue = overdue));
        text.push('\n');
    }
    text
}

fn text(lang: Lang, answer: &pb::ReadinessResponse) -> String {
    let mut text = headline(lang, answer);
    if answer.units.is_empty() {
        return text;
    }
    let mut sheet = Sheet::new(
        lang,
        &[
            "unit",
            "gap",
            "serious",
            "count",
            "from",
            "since",
            "last_spot_check",
            "last_drill",
        ],
    )
    .numbers([3]);
    for unit in &answer.units {
        let spot_check = match unit.last_spot_check_unix_ms {
            0 => String::new(),
            at => format!(
                "{} {}",
                when::local(at),
                word(lang, "spot_check", &unit.last_spot_check_result)
            ),
        };
        let of_unit = answer.drills.iter().find(|drills| drills.unit_code == unit.unit_code);
        let drill = of_unit.map_or_else(String::new, |found| drills::last(lang, found));
        for (index, gap) in unit.gaps.iter().enumerate() {
            let dated = |at: i64| if at == 0 { String::new() } else { when::local(at) };
            sheet.row([
                if index == 0 {
                    unit.unit_code.clone()
                } else {
                    String::new()
                },
                word(lang, "gap", &gap.kind),
                if gap.serious { "!!".to_owned() } else { String::new() },
                if gap.count == 0 {
                    String::new()
                } else {
                    gap.count.to_string()
                },
                dated(gap.from_unix_ms),
                dated(gap.since_unix_ms),
                if index == 0 { spot_check.clone() } else { String::new() },
                if index == 0 { drill.clone() } else { String::new() },
            ]);
        }
    }
    text.push_str(&sheet.text());
    text
}
