//! `muster import`: muster points from a file.

use baiying_proto::v1 as pb;

use crate::app::App;
use crate::commands::import::{self, ImportArgs};
use crate::error::CliError;
use crate::sheet::MUSTER;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    import: ImportArgs,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let sheet = import::read(app, &args.import, &MUSTER)?;
    import::run(
        app,
        &args.import,
        sheet,
        &MUSTER,
        |row| {
            let [code, name, unit_code, check_in_code, address] = row.values.try_into().unwrap_or_default();
            pb::MusterPointRow {
                row: row.number,
                code,
                name,
                unit_code,
                check_in_code,
                address,
            }
        },
        |header, rows| pb::ImportMusterPointsRequest { header, rows },
        |client, messages| async move {
            let answer = client.org().import_muster_points(messages).await?;
            Ok(answer.map(|answer| answer.report.unwrap_or_default()))
        },
    )
    .await
}
