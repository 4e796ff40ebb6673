//! `in-place preregister import`: registrations from a file, a member a row.

use baiying_proto::v1 as pb;

use crate::app::App;
use crate::commands::import::{self, ImportArgs};
use crate::error::CliError;
use crate::sheet::REGISTRATIONS;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    import: ImportArgs,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let sheet = import::read(app, &args.import, &REGISTRATIONS)?;
    import::run(
        app,
        &args.import,
        sheet,
        &REGISTRATIONS,
        |row| {
            let [person, village_code, skills, service, hours] = row.values.try_into().unwrap_or_default();
            pb::PreRegistrationRow {
                row: row.number,
                person,
                village_code,
                skills: words(&skills),
                service,
                hours,
            }
        },
        |header, rows| pb::ImportPreRegistrationsRequest { header, rows },
        |client, messages| async move {
            let answer = client.in_place().import_pre_registrations(messages).await?;
            Ok(answer.map(|answer| answer.report.unwrap_or_default()))
        },
    )
    .await
}

/// Skills as they stand in a cell.
fn words(text: &str) -> Vec<String> {
    let between = [',', '，', '、', ';', '；', '/', ' ', '\u{3000}'];
    let words = text.split(between).map(str::trim).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn skills_are_separated_as_people_do() {
        assert_eq!(
            super::words("医护、驾驶，水电 木工;焊工"),
            ["医护", "驾驶", "水电", "木工", "焊工"]
        );
        assert!(super::words(" ").is_empty());
    }
}
