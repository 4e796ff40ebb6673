//! `leave request`: leave ahead of any order.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::output::json as documents;
use crate::{ids, when};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "P", value_parser = ids::person)]
    person: u32,
    #[arg(long, value_name = "REASON")]
    #[arg(value_parser = ["other-duty", "medical", "out-of-town", "maternity", "other"])]
    reason: String,
    #[arg(long, value_name = "TIME", value_parser = when::instant_unix_ms)]
    from: i64,
    #[arg(long, value_name = "TIME", value_parser = when::instant_unix_ms)]
    until: i64,
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::RequestLeaveRequest {
        context: None,
        person_id: args.person,
        reason: args.reason,
        note: args.note.unwrap_or_default(),
        from_unix_ms: args.from,
        until_unix_ms: args.until,
    };
    let answer = app.mutate(change!(client, roster.request_leave, request)).await?;
    app.emit(
        || {
            let more = json!({ "leave_id": answer.leave_id, "person_id": args.person });
            documents::receipt(answer.receipt.as_ref(), more)
        },
        || {
            tr!(
                app.lang,
                "done.leave_requested",
                leave = format!("L{}", answer.leave_id)
            ) + "\n"
        },
    )?;
    Ok(exit::OK)
}
