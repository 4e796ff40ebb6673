//! `in-place exempt`: exempts somebody from in-place reports (免于报到).

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::{tr, word};
use crate::output::{duty, json as documents};
use crate::{ids, when};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "P", value_parser = ids::person)]
    person: u32,
    #[arg(long, value_name = "REASON")]
    #[arg(value_parser = ["front-line", "quarantined", "pregnant", "maternity", "severe-illness", "command-post"])]
    reason: String,
    #[arg(long, value_name = "DAY", value_parser = when::day)]
    from: Option<String>,
    #[arg(long, value_name = "DAY", value_parser = when::day)]
    until: Option<String>,
    #[arg(long, value_name = "WHO")]
    approved_by: String,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::ExemptMemberRequest {
        context: None,
        person_id: args.person,
        reason: args.reason,
        from_date: args.from.unwrap_or_default(),
        until_date: args.until.unwrap_or_default(),
        approved_by: args.approved_by,
    };
    let answer = app.mutate(change!(client, in_place.exempt_member, request)).await?;
    app.emit(
        || {
            let more = json!({ "exemption_id": answer.exemption_id, "person_id": request.person_id });
            documents::receipt(answer.receipt.as_ref(), more)
        },
        || {
            tr!(
                app.lang,
                "in_place.exempted",
                id = format!("E{}", answer.exemption_id),
                person = duty::person(request.person_id),
                reason = word(app.lang, "exemption", &request.reason)
            ) + "\n"
        },
    )?;
    Ok(exit::OK)
}
