//! What `leave approve` and `leave deny` share.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::output::json as documents;

/// Decides.
pub(super) async fn decide(app: &App, leave: u32, approve: bool) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::DecideLeaveRequest {
        context: None,
        leave_id: leave,
        approve,
    };
    let answer = app.mutate(change!(client, roster.decide_leave, request)).await?;
    app.emit(
        || {
            let status = if approve { "approved" } else { "denied" };
            documents::receipt(answer.receipt.as_ref(), json!({ "leave_id": leave, "status": status }))
        },
        || {
            let id = format!("L{leave}");
            let text = if approve {
                tr!(app.lang, "done.approved", leave = id)
            } else {
                tr!(app.lang, "done.denied", leave = id)
            };
            text + "\n"
        },
    )?;
    Ok(exit::OK)
}
