//! `reinforcement links list`: agencies with their villages.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::output::table::Sheet;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    limit: pages::Limit,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let links = pages::all(&args.limit, async |page| {
        let request = pb::ListAgencyLinksRequest { page: Some(page) };
        let answer = app
            .query(call!(client, reinforcement.list_agency_links, request))
            .await?;
        Ok((answer.links, answer.next_page_token))
    })
    .await?;
    app.emit(
        || {
            let link =
                |it: &pb::AgencyLinks| json!({ "agency_code": it.agency_code, "village_codes": it.village_codes });
            json!({ "links": links.iter().map(link).collect::<Vec<_>>() })
        },
        || {
            let mut sheet = Sheet::new(app.lang, &["agency", "villages"]);
            for link in &links {
                sheet.row([link.agency_code.clone(), link.village_codes.join(" ")]);
            }
            sheet.text()
        },
    )?;
    Ok(exit::OK)
}
