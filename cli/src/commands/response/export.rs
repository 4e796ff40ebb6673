//! `response export`: the whole history of a response into a file, for programs (JSON) or for people and the printer (HTML).

use serde_json::json;
use std::path::PathBuf;

use crate::after_action::{self, History};
use crate::app::App;
use crate::error::{CliError, exit};
use crate::export::file;
use crate::i18n::tr;
use crate::ids;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "R", value_parser = ids::response)]
    response: u32,
    #[arg(long, value_name = "FORMAT", value_parser = ["json", "html"])]
    format: String,
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let history = History::fetch(app, &client, args.response).await?;
    let content = match args.format.as_str() {
        "json" => format!("{:#}\n", after_action::json::document(&history)),
        _ => after_action::html::document(app.lang, &history)?,
    };
    file::replace(&args.out, content.as_bytes())?;
    let path = args.out.to_string_lossy();
    app.emit(
        || {
            json!({ "file": path, "format": args.format, "response_id": args.response, "bytes": content.len(),
                "revision": history.revision, "timeline_items": history.timeline.len() })
        },
        || {
            tr!(
                app.lang,
                "done.exported",
                response = format!("R{}", args.response),
                file = crate::text::line(&path),
                items = history.timeline.len(),
                revision = history.revision
            ) + "\n"
        },
    )?;
    Ok(exit::OK)
}
