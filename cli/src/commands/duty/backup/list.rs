//! `duty backup list`: A/B roles, and who of the two can act.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::output::table::Sheet;
use crate::output::{duty, json_duty};
use crate::when;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
    #[arg(long, value_name = "TIME", value_parser = when::instant_unix_ms)]
    at: Option<i64>,
    #[command(flatten)]
    limit: pages::Limit,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let (unit_code, at_unix_ms) = (args.unit.unwrap_or_default(), args.at.unwrap_or_default());
    let backups = pages::all(&args.limit, async |page| {
        let request = pb::ListBackupsRequest {
            unit_code: unit_code.clone(),
            at_unix_ms,
            page: Some(page),
        };
        let answer = app.query(call!(client, duty.list_backups, request)).await?;
        Ok((answer.backups, answer.next_page_token))
    })
    .await?;
    app.emit(
        || json!({ "backups": json_duty::list(&backups, json_duty::backup) }),
        || {
            let mut sheet = Sheet::new(app.lang, &["unit", "post", "role_a", "role_b", "acting"]);
            for backup in &backups {
                sheet.row([
                    backup.unit_code.clone(),
                    backup.post.clone(),
                    duty::person(backup.a_person_id),
                    duty::person(backup.b_person_id),
                    match backup.acting_person_id {
                        0 => duty::loud(app.lang, &tr!(app.lang, "duty.nobody_acts")),
                        acting => duty::person(acting),
                    },
                ]);
            }
            sheet.text()
        },
    )?;
    Ok(exit::OK)
}
