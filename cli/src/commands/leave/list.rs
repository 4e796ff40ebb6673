//! `leave list`: leave asked for, and what became of it.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::i18n::word;
use crate::output::json as documents;
use crate::output::table::Sheet;
use crate::{ids, when};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "STATUS", value_parser = ["pending", "approved", "denied"])]
    status: Option<String>,
    #[arg(long, value_name = "O", value_parser = ids::order)]
    order: Option<u32>,
    #[command(flatten)]
    limit: pages::Limit,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let status = args.status.unwrap_or_default();
    let order_id = args.order.unwrap_or_default();
    let leave = pages::all(&args.limit, async |page| {
        let request = pb::ListLeaveRequest {
            status: status.clone(),
            order_id,
            page: Some(page),
        };
        let answer = app.query(call!(client, roster.list_leave, request)).await?;
        Ok((answer.leave, answer.next_page_token))
    })
    .await?;
    app.emit(
        || json!({ "leave": leave.iter().map(documents::leave).collect::<Vec<_>>() }),
        || {
            let columns = [
                "leave",
                "person",
                "reason",
                "note",
                "from",
                "until",
                "order",
                "status",
                "requested_by",
                "decided_by",
            ];
            let mut sheet = Sheet::new(app.lang, &columns);
            for leave in &leave {
                sheet.row([
                    format!("L{}", leave.leave_id),
                    format!("P{}", leave.person_id),
                    word(app.lang, "reason", &leave.reason),
                    leave.note.clone(),
                    when::local(leave.from_unix_ms),
                    when::local(leave.until_unix_ms),
                    if leave.order_id == 0 {
                        String::new()
                    } else {
                        format!("O{}", leave.order_id)
                    },
                    word(app.lang, "leave_status", &leave.status),
                    leave.requested_by.clone(),
                    leave.decided_by.clone(),
                ]);
            }
            sheet.text()
        },
    )?;
    Ok(exit::OK)
}
