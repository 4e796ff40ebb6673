//! `person disclosures`: who was shown whose personal data, and what for.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::ids;
use crate::output::json as documents;
use crate::output::table::Sheet;
use crate::when;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "P", value_parser = ids::person)]
    person: Option<u32>,
    #[command(flatten)]
    limit: pages::Limit,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let person_id = args.person.unwrap_or_default();
    let disclosures = pages::all(&args.limit, async |page| {
        let request = pb::ListDisclosuresRequest {
            person_id,
            page: Some(page),
        };
        let answer = app.query(call!(client, roster.list_disclosures, request)).await?;
        Ok((answer.disclosures, answer.next_page_token))
    })
    .await?;
    app.emit(
        || json!({ "disclosures": disclosures.iter().map(documents::disclosure).collect::<Vec<_>>() }),
        || {
            let columns = ["item", "at", "actor", "people", "purpose", "approved_by"];
            let mut sheet = Sheet::new(app.lang, &columns).numbers([0, 3]);
            for disclosure in &disclosures {
                sheet.row([
                    disclosure.disclosure_id.to_string(),
                    when::local(disclosure.at_unix_ms),
                    disclosure.actor.clone(),
                    disclosure.people.to_string(),
                    disclosure.purpose.clone(),
                    disclosure.approved_by.clone(),
                ]);
            }
            sheet.text()
        },
    )?;
    Ok(exit::OK)
}
