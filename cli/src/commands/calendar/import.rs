//! `calendar import`: holidays and make-up workdays from a file.

use baiying_proto::v1 as pb;

use crate::app::App;
use crate::commands::import::{self, ImportArgs};
use crate::error::CliError;
use crate::sheet::{CALENDAR, Row};
use crate::when;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    import: ImportArgs,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let sheet = import::read(app, &args.import, &CALENDAR)?;
    import::run(
        app,
        &args.import,
        sheet,
        &CALENDAR,
        to_row,
        |header, rows| pb::ImportCalendarRequest { header, rows },
        |client, messages| async move {
            let answer = client.duty().import_calendar(messages).await?;
            Ok(answer.map(|answer| answer.report.unwrap_or_default()))
        },
    )
    .await
}

/// What is no day as people write it stays as it is: the daemon says what is wrong with it.
fn to_row(row: Row) -> pb::CalendarRow {
    let [date, kind, name] = row.values.try_into().unwrap_or_default();
    pb::CalendarRow {
        row: row.number,
        date: when::day(&date).unwrap_or(date),
        kind,
        name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::parse;

    #[test]
    fn chinese_calendars_are_understood() {
        let file = "日期,类型,名称\n2026年10月1日,节假日,国庆节\n2026/10/10,调休上班,国庆节\n2026-10-8,休,\n20261009,班,\n\
            2026-10-11,正常,\n十月,假,\n";
        let sheet = parse(file.as_bytes(), &CALENDAR, None).unwrap();
        let rows: Vec<_> = sheet.rows.into_iter().map(to_row).collect();
        let read: Vec<_> = rows
            .iter()
            .map(|row| (row.row, row.date.as_str(), row.kind.as_str(), row.name.as_str()))
            .collect();
        assert_eq!(
            read,
            [
                (2, "2026-10-01", "holiday", "国庆节"),
                (3, "2026-10-10", "workday", "国庆节"),
                (4, "2026-10-08", "holiday", ""),
                (5, "2026-10-09", "workday", ""),
                (6, "2026-10-11", "week", ""),
                (7, "十月", "holiday", ""),
            ]
        );
    }
}
