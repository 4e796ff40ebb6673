//! What `duty swap approve` and `duty swap deny` share.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::output::duty::{self, Names};
use crate::output::{json as documents, json_duty};

/// Decides.
pub(super) async fn decide(app: &App, swap_id: u32, approve: bool, emergency: bool) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::DecideSwapRequest {
        context: None,
        swap_id,
        approve,
        emergency,
    };
    let answer = app.mutate(change!(client, duty.decide_swap, request)).await?;
    app.emit(
        || {
            let status = if approve { "approved" } else { "denied" };
            let findings = json_duty::list(&answer.findings, json_duty::finding);
            let more = json!({ "swap_id": swap_id, "status": status, "emergency": emergency, "findings": findings });
            documents::receipt(answer.receipt.as_ref(), more)
        },
        || {
            let done = if approve {
                tr!(app.lang, "duty.swap_approved", id = swap_id)
            } else {
                tr!(app.lang, "duty.swap_denied", id = swap_id)
            };
            format!("{done}\n{}", duty::findings(app.lang, &answer.findings, &Names::new()))
        },
    )?;
    Ok(exit::OK)
}
