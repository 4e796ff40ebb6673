//! `field decline`: one person cannot come; waits for approval.

use baiying_proto::v1 as pb;
use serde_json::json;

use super::args::ReporterArgs;
use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::ids;
use crate::output::json as documents;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "O", value_parser = ids::order)]
    order: u32,
    #[arg(long, value_name = "P", value_parser = ids::person)]
    person: u32,
    #[arg(long, value_name = "REASON")]
    #[arg(value_parser = ["other-duty", "medical", "out-of-town", "maternity", "other"])]
    reason: String,
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    #[command(flatten)]
    reporter: ReporterArgs,
    #[arg(long, value_name = "N", default_value_t = 0)]
    order_version: u32,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::DeclineRequest {
        context: None,
        order_id: args.order,
        version: args.order_version,
        reporter: Some(args.reporter.reporter()),
        person_id: args.person,
        reason: args.reason,
        note: args.note.unwrap_or_default(),
    };
    let answer = app.mutate(change!(client, field.decline, request)).await?;
    app.emit(
        || {
            let more = json!({ "order_id": args.order, "person_id": args.person, "leave_id": answer.leave_id });
            documents::receipt(answer.receipt.as_ref(), more)
        },
        || {
            let (person, leave) = (format!("P{}", args.person), format!("L{}", answer.leave_id));
            tr!(app.lang, "done.declined", person = person, leave = leave) + "\n"
        },
    )?;
    Ok(exit::OK)
}
