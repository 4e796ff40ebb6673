//! `in-place preregister list`: who registered, and for what.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::output::table::Sheet;
use crate::output::{duty, json_duty, json_in_place};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
    #[arg(long, value_name = "WORD")]
    skill: Option<String>,
    #[command(flatten)]
    limit: pages::Limit,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let (unit_code, skill) = (args.unit.unwrap_or_default(), args.skill.unwrap_or_default());
    let registrations = pages::all(&args.limit, async |page| {
        let request = pb::ListPreRegistrationsRequest {
            unit_code: unit_code.clone(),
            skill: skill.clone(),
            page: Some(page),
        };
        let answer = app
            .query(call!(client, in_place.list_pre_registrations, request))
            .await?;
        Ok((answer.registrations, answer.next_page_token))
    })
    .await?;
    app.emit(
        || json!({ "registrations": json_duty::list(&registrations, json_in_place::registration) }),
        || {
            let mut sheet = Sheet::new(app.lang, &["person", "village", "skills", "service", "hours"]);
            for row in &registrations {
                sheet.row([
                    duty::named(row.person_id, &row.masked_name),
                    row.village_code.clone(),
                    row.skills.join(" "),
                    row.service.clone(),
                    row.hours.clone(),
                ]);
            }
            sheet.text()
        },
    )?;
    Ok(exit::OK)
}
