//! `duty stand-in set`: puts a person into a position for a while.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::{tr, word};
use crate::output::duty::{self, Names, POSITIONS};
use crate::output::{json as documents, json_duty};
use crate::{ids, when};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "CODE")]
    unit: String,
    #[arg(long, value_name = "POSITION", value_parser = POSITIONS)]
    position: String,
    #[arg(long, value_name = "P", value_parser = ids::person)]
    person: u32,
    #[arg(long, value_name = "P", value_parser = ids::person)]
    instead_of: Option<u32>,
    #[arg(long, value_name = "TIME", value_parser = when::instant_unix_ms)]
    from: i64,
    #[arg(long, value_name = "TIME", value_parser = when::instant_unix_ms)]
    until: i64,
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::SetStandInRequest {
        context: None,
        unit_code: args.unit,
        position: args.position,
        person_id: args.person,
        instead_of: args.instead_of.unwrap_or_default(),
        from_unix_ms: args.from,
        until_unix_ms: args.until,
        reason: args.reason,
    };
    let answer = app.mutate(change!(client, duty.set_stand_in, request)).await?;
    app.emit(
        || {
            let findings = json_duty::list(&answer.findings, json_duty::finding);
            let more = json!({ "stand_in_id": answer.stand_in_id, "findings": findings });
            documents::receipt(answer.receipt.as_ref(), more)
        },
        || {
            let done = tr!(
                app.lang,
                "duty.stand_in_set",
                id = answer.stand_in_id,
                person = duty::person(request.person_id),
                position = word(app.lang, "position", &request.position),
                from = when::local_minute(request.from_unix_ms),
                until = when::local_minute(request.until_unix_ms)
            );
            format!("{done}\n{}", duty::findings(app.lang, &answer.findings, &Names::new()))
        },
    )?;
    Ok(exit::OK)
}
