//! `person import`: the roster (花名册) from a file.

use baiying_proto::v1 as pb;

use crate::app::App;
use crate::commands::import::{self, ImportArgs};
use crate::error::CliError;
use crate::sheet::PEOPLE;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    import: ImportArgs,
}

/// Columns of a person that the file does not have.
const ABSENT: [&str; 5] = ["standing", "seconded_to_code", "skills", "department", "post"];

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let sheet = import::read(app, &args.import, &PEOPLE)?;
    import::run(
        app,
        &args.import,
        sheet,
        &PEOPLE,
        |row| {
            let [
                id_number,
                name,
                phone,
                unit_code,
                residence_code,
                category,
                political,
                address,
            ] = row.values.try_into().unwrap_or_default();
            pb::PersonRow {
                row: row.number,
                id_number,
                name,
                phone,
                unit_code,
                residence_code,
                category,
                political,
                address,
                // What this file has no columns for stays as a roster said it.
                absent: ABSENT.map(str::to_owned).to_vec(),
                ..pb::PersonRow::default()
            }
        },
        |header, rows| pb::ImportPeopleRequest {
            header,
            rows,
            ..pb::ImportPeopleRequest::default()
        },
        |client, messages| async move {
            let answer = client.roster().import_people(messages).await?;
            Ok(answer.map(|answer| answer.report.unwrap_or_default()))
        },
    )
    .await
}
