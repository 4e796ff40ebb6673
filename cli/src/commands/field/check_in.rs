//! `field check-in`: confirms that people reached a muster point (报到).

use std::path::PathBuf;

use clap::ArgGroup;

use super::args::{OfflineArgs, ReporterArgs, WhoArgs};
use super::report::{self, Kind, Report};
use crate::app::App;
use crate::error::{CliError, exit};
use crate::i18n::{fill, tr};
use crate::ids;
use crate::sheet::{self, PERSONS};

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(group = ArgGroup::new("who").required(true).multiple(true).args(["all", "person", "file"]))]
pub(crate) struct Args {
    #[arg(value_name = "O", value_parser = ids::order)]
    order: u32,
    #[arg(long, value_name = "M", value_parser = ids::muster_point)]
    muster: String,
    #[command(flatten)]
    who: WhoArgs,
    #[arg(long, value_name = "FILE.csv", conflicts_with = "all")]
    file: Option<PathBuf>,
    #[arg(long, value_name = "CODE")]
    code: Option<String>,
    #[command(flatten)]
    reporter: ReporterArgs,
    #[arg(long, value_name = "N", default_value_t = 0)]
    order_version: u32,
    #[command(flatten)]
    offline: OfflineArgs,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    if args.who.all && !args.who.person.is_empty() {
        return Err(CliError::Usage(tr!(
            app.lang,
            "usage.conflict",
            arg = "--all",
            other = "--person"
        )));
    }
    let mut people = args.who.person;
    if let Some(file) = &args.file {
        let sheet = sheet::read(file, &PERSONS, None)?;
        if let Some(encoding) = &sheet.encoding {
            app.note(&tr!(app.lang, "import.encoding", encoding = encoding));
        }
        let mut bad = Vec::new();
        for error in &sheet.bad {
            let what = fill(app.lang, &format!("problem.{}", error.problem), &[]);
            bad.push(tr!(app.lang, "sheet.row", row = error.row, what = what));
        }
        for row in &sheet.rows {
            match ids::person(&row.values[0]) {
                Ok(person) => people.push(person),
                Err(error) => bad.push(tr!(
                    app.lang,
                    "sheet.row",
                    row = row.number,
                    what = error.text(app.lang)
                )),
            }
        }
        if !bad.is_empty() {
            let path = crate::text::line(&file.to_string_lossy());
            app.note(&tr!(
                app.lang,
                "error.prefix",
                what = tr!(app.lang, "sheet.bad_people", path = path)
            ));
            bad.iter().for_each(|line| app.note(&format!("  {line}")));
            return Ok(exit::BAD_ROWS);
        }
    }
    let report = Report {
        kind: Kind::CheckIn,
        order: args.order,
        version: args.order_version,
        muster_point: args.muster,
        code: args.code.unwrap_or_default(),
        people,
        all: args.who.all,
    };
    report::run(app, report, &args.reporter, &args.offline).await
}
