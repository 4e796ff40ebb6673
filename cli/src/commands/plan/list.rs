//! `plan list`: the plans in force, or every version of one.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::output::table::Sheet;
use crate::output::{json_plan, plan};
use crate::when;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "KIND")]
    plan: Option<String>,
    #[command(flatten)]
    limit: pages::Limit,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let kind = args.plan.unwrap_or_default();
    let plans = pages::all(&args.limit, async |page| {
        let request = pb::ListPlansRequest {
            kind: kind.clone(),
            page: Some(page),
        };
        let answer = app.query(call!(client, plan.list_plans, request)).await?;
        Ok((answer.plans, answer.next_page_token))
    })
    .await?;
    app.emit(
        || json!({ "plans": plans.iter().map(json_plan::summary).collect::<Vec<_>>() }),
        || {
            let mut sheet = Sheet::new(
                app.lang,
                &["plan", "kind", "version", "name", "basis", "imported_by", "imported_at"],
            );
            for row in &plans {
                sheet.row([
                    plan::kind(app.lang, &row.kind),
                    row.kind.clone(),
                    plan::version(app.lang, row.version),
                    row.name.clone(),
                    row.basis.clone(),
                    row.imported_by.clone(),
                    when::local_if_any(row.imported_unix_ms),
                ]);
            }
            sheet.text()
        },
    )?;
    Ok(exit::OK)
}
