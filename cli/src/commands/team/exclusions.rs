//! `team exclusions`: who is ruled out, since when and by whose word.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::i18n::word;
use crate::output::table::Sheet;
use crate::output::{duty, json_duty, json_team};
use crate::when;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
    #[arg(long, value_name = "DAY", value_parser = when::day)]
    at: Option<String>,
    #[command(flatten)]
    limit: pages::Limit,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let (unit_code, on_date) = (args.unit.unwrap_or_default(), args.at.unwrap_or_default());
    let exclusions = pages::all(&args.limit, async |page| {
        let request = pb::ListExclusionsRequest {
            unit_code: unit_code.clone(),
            on_date: on_date.clone(),
            page: Some(page),
        };
        let answer = app.query(call!(client, team.list_exclusions, request)).await?;
        Ok((answer.exclusions, answer.next_page_token))
    })
    .await?;
    app.emit(
        || json!({ "exclusions": json_duty::list(&exclusions, json_team::exclusion) }),
        || {
            let columns = ["exclusion", "person", "reason", "from", "until", "approved_by"];
            let mut sheet = Sheet::new(app.lang, &columns).numbers([0]);
            for exclusion in &exclusions {
                sheet.row([
                    exclusion.exclusion_id.to_string(),
                    duty::person(exclusion.person_id),
                    word(app.lang, "exclusion", &exclusion.reason),
                    exclusion.from_date.clone(),
                    exclusion.until_date.clone(),
                    exclusion.approved_by.clone(),
                ]);
            }
            sheet.text()
        },
    )?;
    Ok(exit::OK)
}
