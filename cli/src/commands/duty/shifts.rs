//! `duty shifts`: the duty sheet (值班表) of a unit or a person.

use std::collections::BTreeSet;

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::client::Client;
use crate::commands::{call, pages, units};
use crate::error::{CliError, exit};
use crate::output::{Format, duty, json_duty};
use crate::{clock, ids, when};

/// Days that are shown unless `--until` says otherwise.
const DAYS: i64 = 7;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "CODE", required_unless_present = "person")]
    unit: Option<String>,
    #[arg(long, value_name = "P", value_parser = ids::person)]
    person: Option<u32>,
    #[arg(long, value_name = "DAY", value_parser = when::from_unix_ms)]
    from: Option<i64>,
    #[arg(long, value_name = "DAY", value_parser = when::until_unix_ms)]
    until: Option<i64>,
    #[command(flatten)]
    limit: pages::Limit,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let from = args.from.unwrap_or_else(|| when::begin_of_day(clock::now_unix_ms(), 0));
    let wanted = Wanted {
        unit_code: args.unit.unwrap_or_default(),
        person_id: args.person.unwrap_or_default(),
        from_unix_ms: from,
        until_unix_ms: args.until.unwrap_or_else(|| when::begin_of_day(from, DAYS)),
    };
    let shifts = fetch(app, &client, &wanted, &args.limit).await?;
    let names = match app.format {
        Format::Table => units::names(app, &client, codes(&shifts)).await?,
        Format::Json => duty::Names::new(),
    };
    app.emit(
        || json!({ "shifts": json_duty::list(&shifts, json_duty::shift) }),
        || duty::shifts(app.lang, &shifts, &names, wanted.person_id != 0),
    )?;
    Ok(exit::OK)
}

/// Which shifts.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    /// Of this unit; empty: of every unit, with a person.
    pub(super) unit_code: String,
    /// Of this person; 0: of everybody.
    pub(super) person_id: u32,
    /// From when.
    pub(super) from_unix_ms: i64,
    /// Until when, not included.
    pub(super) until_unix_ms: i64,
}

/// The shifts.
pub(super) async fn fetch(
    app: &App,
    client: &Client,
    wanted: &Wanted,
    limit: &pages::Limit,
) -> Result<Vec<pb::Shift>, CliError> {
    pages::all(limit, async |page| {
        let request = pb::ListShiftsRequest {
            unit_code: wanted.unit_code.clone(),
            person_id: wanted.person_id,
            from_unix_ms: wanted.from_unix_ms,
            until_unix_ms: wanted.until_unix_ms,
            page: Some(page),
        };
        let answer = app.query(call!(client, duty.list_shifts, request)).await?;
        Ok((answer.shifts, answer.next_page_token))
    })
    .await
}

/// Codes of their units.
pub(super) fn codes(shifts: &[pb::Shift]) -> BTreeSet<String> {
    shifts.iter().map(|shift| shift.unit_code.clone()).collect()
}
