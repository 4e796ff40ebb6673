//! `in-place exemptions`: who is exempt, since when and by whose word; for home units, not for villages.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::i18n::word;
use crate::output::table::Sheet;
use crate::output::{duty, json_duty, json_in_place};
use crate::when;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "CODE")]
    home_unit: Option<String>,
    #[arg(long)]
    in_force: bool,
    #[command(flatten)]
    limit: pages::Limit,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let home_unit_code = args.home_unit.unwrap_or_default();
    let exemptions = pages::all(&args.limit, async |page| {
        let request = pb::ListExemptionsRequest {
            home_unit_code: home_unit_code.clone(),
            in_force_only: args.in_force,
            page: Some(page),
        };
        let answer = app.query(call!(client, in_place.list_exemptions, request)).await?;
        Ok((answer.exemptions, answer.next_page_token))
    })
    .await?;
    app.emit(
        || json!({ "exemptions": json_duty::list(&exemptions, json_in_place::exemption) }),
        || {
            let columns = ["exemption", "person", "reason", "from", "until", "approved_by"];
            let mut sheet = Sheet::new(app.lang, &columns);
            for exemption in &exemptions {
                sheet.row([
                    format!("E{}", exemption.exemption_id),
                    duty::person(exemption.person_id),
                    word(app.lang, "exemption", &exemption.reason),
                    when::local(exemption.from_unix_ms),
                    when::local(exemption.until_unix_ms),
                    exemption.approved_by.clone(),
                ]);
            }
            sheet.text()
        },
    )?;
    Ok(exit::OK)
}
