//! `spot-check list`: checks, and how they came out.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::i18n::word;
use crate::output::json as documents;
use crate::output::table::Sheet;
use crate::when;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
    #[arg(long, value_name = "STATUS")]
    #[arg(value_parser = ["planned", "asked", "pass", "late", "no-answer", "wrong-person", "off-post", "cancelled"])]
    status: Option<String>,
    #[command(flatten)]
    limit: pages::Limit,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let (unit_code, status) = (args.unit.unwrap_or_default(), args.status.unwrap_or_default());
    let checks = pages::all(&args.limit, async |page| {
        let request = pb::ListSpotChecksRequest {
            unit_code: unit_code.clone(),
            status: status.clone(),
            page: Some(page),
        };
        let answer = app.query(call!(client, readiness.list_spot_checks, request)).await?;
        Ok((answer.spot_checks, answer.next_page_token))
    })
    .await?;
    app.emit(
        || json!({ "spot_checks": checks.iter().map(documents::spot_check).collect::<Vec<_>>() }),
        || {
            let columns = [
                "spot_check",
                "unit",
                "method",
                "from",
                "until",
                "asked_at",
                "on_duty",
                "answered_at",
                "answered_by",
                "status",
                "note",
            ];
            let mut sheet = Sheet::new(app.lang, &columns);
            let people = |ids: &[u32]| ids.iter().map(|id| format!("P{id}")).collect::<Vec<_>>().join(" ");
            for check in &checks {
                sheet.row([
                    format!("C{}", check.spot_check_id),
                    check.unit_code.clone(),
                    word(app.lang, "method", &check.method),
                    when::local(check.from_unix_ms),
                    when::local(check.until_unix_ms),
                    when::local(check.asked_unix_ms),
                    people(&check.rostered_person_ids),
                    when::local(check.answered_unix_ms),
                    if check.answered_by == 0 {
                        String::new()
                    } else {
                        people(&[check.answered_by])
                    },
                    word(app.lang, "spot_check", &check.status),
                    check.note.clone(),
                ]);
            }
            sheet.text()
        },
    )?;
    Ok(exit::OK)
}
