//! `reinforcement links import`: links from a file, one a row.

use baiying_proto::v1 as pb;

use crate::app::App;
use crate::commands::import::{self, ImportArgs};
use crate::error::CliError;
use crate::sheet::AGENCY_LINKS;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    import: ImportArgs,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let sheet = import::read(app, &args.import, &AGENCY_LINKS)?;
    import::run(
        app,
        &args.import,
        sheet,
        &AGENCY_LINKS,
        |row| {
            let [agency_code, village_code] = row.values.try_into().unwrap_or_default();
            pb::AgencyLinkRow {
                row: row.number,
                agency_code,
                village_code,
            }
        },
        |header, rows| pb::ImportAgencyLinksRequest { header, rows },
        |client, messages| async move {
            let answer = client.reinforcement().import_agency_links(messages).await?;
            Ok(answer.map(|answer| answer.report.unwrap_or_default()))
        },
    )
    .await
}
