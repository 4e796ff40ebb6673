//! `calendar list`: the days that do not follow the week.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::i18n::word;
use crate::ids;
use crate::output::table::Sheet;
use crate::output::{duty, json_duty};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "YEAR", value_parser = ids::count)]
    year: Option<u32>,
    #[command(flatten)]
    limit: pages::Limit,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let year = args.year.unwrap_or_default();
    let days = pages::all(&args.limit, async |page| {
        let request = pb::ListCalendarRequest { year, page: Some(page) };
        let answer = app.query(call!(client, duty.list_calendar, request)).await?;
        Ok((answer.days, answer.next_page_token))
    })
    .await?;
    app.emit(
        || json!({ "days": json_duty::list(&days, json_duty::calendar_day) }),
        || {
            let mut sheet = Sheet::new(app.lang, &["date", "weekday", "kind", "name"]);
            for day in &days {
                sheet.row([
                    day.date.clone(),
                    duty::weekday(app.lang, &day.date),
                    word(app.lang, "calendar", &day.kind),
                    day.name.clone(),
                ]);
            }
            sheet.text()
        },
    )?;
    Ok(exit::OK)
}
