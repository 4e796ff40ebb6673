//! `duty stand-in list`: stand-ins, those that are over as well.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::i18n::word;
use crate::output::table::Sheet;
use crate::output::{duty, json_duty};
use crate::when;

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
    let stand_ins = pages::all(&args.limit, async |page| {
        let request = pb::ListStandInsRequest {
            unit_code: unit_code.clone(),
            page: Some(page),
        };
        let answer = app.query(call!(client, duty.list_stand_ins, request)).await?;
        Ok((answer.stand_ins, answer.next_page_token))
    })
    .await?;
    app.emit(
        || json!({ "stand_ins": json_duty::list(&stand_ins, json_duty::stand_in) }),
        || {
            let columns = [
                "stand_in",
                "unit",
                "position",
                "person",
                "instead_of",
                "from",
                "until",
                "reason",
                "set_by",
            ];
            let mut sheet = Sheet::new(app.lang, &columns).numbers([0]);
            for stand_in in &stand_ins {
                sheet.row([
                    stand_in.stand_in_id.to_string(),
                    stand_in.unit_code.clone(),
                    word(app.lang, "position", &stand_in.position),
                    duty::person(stand_in.person_id),
                    duty::person(stand_in.instead_of),
                    when::minute_in(stand_in.from_unix_ms, &stand_in.zone),
                    when::minute_in(stand_in.until_unix_ms, &stand_in.zone),
                    stand_in.reason.clone(),
                    stand_in.set_by.clone(),
                ]);
            }
            sheet.text()
        },
    )?;
    Ok(exit::OK)
}
