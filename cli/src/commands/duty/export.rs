//! `duty export`: shifts into a file for calendars and spreadsheets, once or again and again.

use std::time::Duration;

use serde_json::json;

use super::shifts::{self, Wanted};
use crate::app::App;
use crate::client::Client;
use crate::commands::{pages, units};
use crate::error::{self, CliError, exit};
use crate::export::file::{self, Kind, Target};
use crate::export::{Export, calendar, sheet};
use crate::i18n::tr;
use crate::ids::ArgError;
use crate::{clock, ids, when};

/// Days that are exported unless `--until` says otherwise.
const DAYS: i64 = 90;
/// A feed is rewritten no more often than this.
const SHORTEST_MS: u64 = 10_000;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "FILE", value_parser = Target::parse)]
    file: Target,
    #[arg(long, value_name = "CODE", required_unless_present = "person")]
    unit: Option<String>,
    #[arg(long, value_name = "P", value_parser = ids::person)]
    person: Option<u32>,
    #[arg(long, value_name = "DAY", value_parser = when::from_unix_ms)]
    from: Option<i64>,
    #[arg(long, value_name = "DAY", value_parser = when::until_unix_ms)]
    until: Option<i64>,
    #[arg(long, value_name = "DURATION", value_parser = every)]
    every: Option<u64>,
}

fn every(text: &str) -> Result<u64, ArgError> {
    match when::duration_ms(text)? {
        ms if ms < SHORTEST_MS => Err(ArgError::new("arg_error.every", vec![("value", text.to_owned())])),
        ms => Ok(ms),
    }
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    once(app, &client, &args).await?;
    let Some(every_ms) = args.every else {
        return Ok(exit::OK);
    };
    // One listener for the whole time: a Ctrl-C while the file is being made counts as well.
    let stop = tokio::signal::ctrl_c();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            _ = &mut stop => return Ok(exit::OK),
            () = tokio::time::sleep(Duration::from_millis(every_ms)) => {}
        }
        let outcome = tokio::select! {
            _ = &mut stop => return Ok(exit::OK),
            outcome = once(app, &client, &args) => outcome,
        };
        // The file stays as it was: an old one is better than none, and this is said every time.
        if let Err(error) = outcome {
            error::report(&error, app.lang, &app.ui);
        }
    }
}

async fn once(app: &App, client: &Client, args: &Args) -> Result<(), CliError> {
    let now = clock::now_unix_ms();
    // What is not named moves along with the days.
    let from = args.from.unwrap_or_else(|| when::begin_of_day(now, 0));
    let wanted = Wanted {
        unit_code: args.unit.clone().unwrap_or_default(),
        person_id: args.person.unwrap_or_default(),
        from_unix_ms: from,
        until_unix_ms: args.until.unwrap_or_else(|| when::begin_of_day(from, DAYS)),
    };
    let shifts = shifts::fetch(app, client, &wanted, &pages::Limit { limit: 0 }).await?;
    let names = units::names(app, client, shifts::codes(&shifts)).await?;
    let export = Export {
        lang: app.lang,
        shifts,
        names,
        person_id: wanted.person_id,
        at_unix_ms: now,
    };
    let (content, written) = match args.file.kind {
        Kind::Ics => {
            let (text, events) = calendar::calendar(&export, args.every.unwrap_or_default());
            (text.into_bytes(), events)
        }
        Kind::Csv => sheet::csv(&export),
        Kind::Xlsx => sheet::workbook(&export).map_err(CliError::internal)?,
    };
    file::replace(&args.file.path, &content)?;
    let path = args.file.path.to_string_lossy();
    app.emit(
        || {
            json!({ "file": path, "format": args.file.kind.word(), "shifts": export.shifts.len(), "written": written,
                "from_unix_ms": wanted.from_unix_ms, "until_unix_ms": wanted.until_unix_ms })
        },
        || {
            tr!(
                app.lang,
                "export.done",
                file = crate::text::line(&path),
                shifts = export.shifts.len(),
                from = when::local_minute(wanted.from_unix_ms),
                until = when::local_minute(wanted.until_unix_ms)
            ) + "\n"
        },
    )
}
