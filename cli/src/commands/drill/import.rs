//! `drill import`: a scenario's file, taken whole or not at all. The daemon reads it: there is one reader.

use std::path::PathBuf;

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::output::{json as documents, json_plan, plan};
use crate::sheet::{Problem, SheetError};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "FILE.toml")]
    file: PathBuf,
    #[arg(long)]
    dry_run: bool,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let text =
        std::fs::read_to_string(&args.file).map_err(|error| SheetError::new(&args.file, Problem::Unreadable(error)))?;
    let client = app.client()?;
    let request = pb::ImportScenarioRequest {
        context: None,
        file_name: args.file.to_string_lossy().into_owned(),
        text,
        dry_run: args.dry_run,
    };
    let answer = app.mutate(change!(client, exercise.import_scenario, request)).await?;
    let problems = &answer.problems;
    app.emit(
        || {
            let more = json!({ "scenario": answer.code, "version": answer.version, "changed": answer.changed,
                "dry_run": args.dry_run, "problems": problems.iter().map(json_plan::problem).collect::<Vec<_>>() });
            documents::receipt(answer.receipt.as_ref(), more)
        },
        || {
            if !problems.is_empty() {
                return plan::problems(app.lang, &request.file_name, problems);
            }
            let (code, version) = (answer.code.clone(), answer.version);
            let text = match (answer.changed, args.dry_run) {
                (true, false) => tr!(app.lang, "drill.imported", code = code, version = version),
                (true, true) => tr!(app.lang, "drill.would_import", code = code, version = version),
                (false, _) => tr!(app.lang, "drill.unchanged", code = code, version = version),
            };
            text + "\n"
        },
    )?;
    Ok(if problems.is_empty() { exit::OK } else { exit::BAD_ROWS })
}
