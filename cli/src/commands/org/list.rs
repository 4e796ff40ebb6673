//! `org list`: units.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::i18n::word;
use crate::ids::level_text;
use crate::output::json as documents;
use crate::output::table::Sheet;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "CODE")]
    within: Option<String>,
    #[arg(long, value_name = "KIND")]
    #[arg(value_parser = ["province", "city", "district", "agency", "town", "village", "grid"])]
    kind: Option<String>,
    #[command(flatten)]
    limit: pages::Limit,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let within_code = args.within.unwrap_or_default();
    let kind = args.kind.unwrap_or_default();
    let units = pages::all(&args.limit, async |page| {
        let request = pb::ListUnitsRequest {
            within_code: within_code.clone(),
            kind: kind.clone(),
            page: Some(page),
        };
        let answer = app.query(call!(client, org.list_units, request)).await?;
        Ok((answer.units, answer.next_page_token))
    })
    .await?;
    app.emit(
        || json!({ "units": units.iter().map(documents::unit).collect::<Vec<_>>() }),
        || {
            let mut sheet = Sheet::new(app.lang, &["code", "name", "kind", "parent", "people", "level"]).numbers([4]);
            for unit in &units {
                sheet.row([
                    unit.code.clone(),
                    unit.name.clone(),
                    word(app.lang, "unit", &unit.kind),
                    unit.parent_code.clone(),
                    unit.people.to_string(),
                    level_text(app.lang, unit.effective_level),
                ]);
            }
            sheet.text()
        },
    )?;
    Ok(exit::OK)
}
