//! `in-place preregister summary`: how many members live in each village, and how many registered.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::output::table::Sheet;
use crate::output::{json_duty, json_in_place};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
    #[command(flatten)]
    limit: pages::Limit,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let unit_code = args.unit.unwrap_or_default();
    let villages = pages::all(&args.limit, async |page| {
        let request = pb::SummarizePreRegistrationsRequest {
            unit_code: unit_code.clone(),
            page: Some(page),
        };
        let answer = app
            .query(call!(client, in_place.summarize_pre_registrations, request))
            .await?;
        Ok((answer.villages, answer.next_page_token))
    })
    .await?;
    app.emit(
        || json!({ "villages": json_duty::list(&villages, json_in_place::village) }),
        || {
            let columns = ["village", "members", "registered", "muster_points"];
            let mut sheet = Sheet::new(app.lang, &columns).numbers(1..4);
            for village in &villages {
                sheet.row([
                    village.village_code.clone(),
                    village.members.to_string(),
                    village.registered.to_string(),
                    village.muster_points.to_string(),
                ]);
            }
            sheet.text()
        },
    )?;
    Ok(exit::OK)
}
