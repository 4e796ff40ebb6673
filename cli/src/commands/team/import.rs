//! `team import`: teams from a file, a membership a row.

use std::collections::BTreeSet;

use baiying_proto::v1 as pb;

use crate::app::App;
use crate::commands::import::{self, ImportArgs};
use crate::error::CliError;
use crate::sheet::{Sheet, TEAMS};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    import: ImportArgs,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let mut sheet = import::read(app, &args.import, &TEAMS)?;
    refuse_broken_teams(&mut sheet);
    import::run(
        app,
        &args.import,
        sheet,
        &TEAMS,
        |row| {
            let [team_code, team_name, kind, unit_code, role, person] = row.values.try_into().unwrap_or_default();
            pb::TeamMemberRow {
                row: row.number,
                team_code,
                team_name,
                kind,
                unit_code,
                role,
                person,
            }
        },
        |header, rows| pb::ImportTeamsRequest { header, rows },
        |client, messages| async move {
            let answer = client.roster().import_teams(messages).await?;
            Ok(answer.map(|answer| answer.report.unwrap_or_default()))
        },
    )
    .await
}

/// A team's rows are all its members: with one of them unreadable, the others would make a smaller team than was meant.
fn refuse_broken_teams(sheet: &mut Sheet) {
    let broken: BTreeSet<String> = sheet.bad_keys.drain(..).filter(|key| !key.is_empty()).collect();
    let (refused, rows) = std::mem::take(&mut sheet.rows)
        .into_iter()
        .partition(|row| broken.contains(&row.values[0]));
    sheet.rows = rows;
    sheet.bad.extend(Vec::into_iter(refused).map(|row| pb::RowError {
        row: row.number,
        field: "team_code".to_owned(),
        value: row.values[0].clone(),
        problem: "team-refused".to_owned(),
        ..pb::RowError::default()
    }));
    sheet.bad.sort_by_key(|bad| bad.row);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::Row;

    #[test]
    fn a_team_with_an_unreadable_row_is_refused_as_a_whole() {
        let row = |number, team: &str| Row {
            number,
            values: vec![team.to_owned()],
        };
        let mut sheet = Sheet {
            rows: vec![row(2, "A"), row(3, "B"), row(5, "A")],
            bad: vec![pb::RowError {
                row: 4,
                ..pb::RowError::default()
            }],
            encoding: None,
            headers: Vec::new(),
            bad_keys: vec!["A".into()],
        };
        refuse_broken_teams(&mut sheet);
        assert_eq!(sheet.rows, [row(3, "B")]);
        assert_eq!(sheet.bad.iter().map(|bad| bad.row).collect::<Vec<_>>(), [2, 4, 5]);
    }
}
