//! `in-place close`: closes windows and their counts.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::ids;
use crate::output::json as documents;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "W", value_parser = ids::window, required = true, num_args = 1..)]
    window: Vec<u32>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let names: Vec<_> = args.window.iter().map(|window| format!("W{window}")).collect();
    let names = names.join(" ");
    app.confirm(&tr!(app.lang, "confirm.close_windows", windows = names))?;
    let client = app.client()?;
    let request = pb::CloseWindowsRequest {
        context: None,
        window_ids: args.window,
    };
    let answer = app.mutate(change!(client, in_place.close_windows, request)).await?;
    app.emit(
        || documents::receipt(answer.receipt.as_ref(), json!({ "window_ids": request.window_ids })),
        || tr!(app.lang, "in_place.closed", windows = names) + "\n",
    )?;
    Ok(exit::OK)
}
