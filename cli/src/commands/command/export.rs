//! `command export`: the command tree as the forms that incident command knows, to be printed: ICS 203 (organization assignment list)
//! and ICS 207 (organization chart).

use std::collections::BTreeSet;
use std::path::PathBuf;

use baiying_proto::v1 as pb;
use serde_json::json;

use super::tree::{self, Which, WhichArgs};
use crate::app::App;
use crate::clock;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::export::file;
use crate::i18n::tr;
use crate::output::ics::{self, Form, Overlay};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "FORM", value_parser = ["203", "207"])]
    format: String,
    #[command(flatten)]
    which: WhichArgs,
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let form = match args.format.as_str() {
        "203" => Form::Assignments,
        _ => Form::Chart,
    };
    let overlay = fetch(app, args.which.into()).await?;
    let page = || ics::page(app.lang, form, &overlay);
    let Some(path) = args.out else {
        app.emit(|| ics::document(form, &overlay), page)?;
        return Ok(exit::OK);
    };
    let content = page();
    file::replace(&path, content.as_bytes())?;
    let path = path.to_string_lossy();
    let units = overlay.tree.len();
    app.emit(
        || json!({ "file": path, "form": args.format, "bytes": content.len(), "revision": overlay.revision, "units": units }),
        || {
            let path = crate::text::line(&path);
            let form = form.name();
            tr!(app.lang, "command.exported", form = form, file = path, units = units, revision = overlay.revision) + "\n"
        },
    )?;
    Ok(exit::OK)
}

/// The tree, with the responses whose commands stand in it.
async fn fetch(app: &App, which: Which) -> Result<Overlay, CliError> {
    let client = app.client()?;
    let (tree, revision) = tree::fetch(app, &client, &which, &pages::Limit { limit: 0 }).await?;
    let mut ids: BTreeSet<u32> = tree.iter().map(|unit| unit.response_id).collect();
    if which.response_id != 0 {
        ids.insert(which.response_id);
    }
    let (mut responses, mut at_unix_ms) = (Vec::new(), 0);
    for response_id in ids {
        let request = pb::GetResponseRequest {
            response_id,
            as_of: which.as_of,
        };
        let answer = app.query(call!(client, response.get_response, request)).await?;
        at_unix_ms = answer.at_unix_ms;
        responses.extend(answer.response);
    }
    Ok(Overlay {
        tree,
        revision,
        responses,
        at_unix_ms,
        made_unix_ms: clock::now_unix_ms(),
        made_by: app.actor(),
    })
}
