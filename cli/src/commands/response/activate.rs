//! `response activate`: from peacetime to emergency (启动), with the order that calls people out if one is given.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::change;
use crate::commands::order::draft::DraftArgs;
use crate::error::{CliError, exit};
use crate::i18n::{tr, word};
use crate::ids;
use crate::output::{json as documents, order as show};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "PLAN")]
    plan: String,
    #[arg(long, value_name = "LEVEL", value_parser = ids::level)]
    level: u32,
    #[arg(long, value_name = "CODE", num_args = 1.., value_delimiter = ',')]
    scope: Vec<String>,
    #[arg(long, value_name = "NAME")]
    event: Option<String>,
    #[arg(long, value_name = "CODE")]
    jurisdiction: Option<String>,
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[arg(long, value_name = "NUMBER")]
    basis: Option<String>,
    #[arg(long)]
    call_out: bool,
    #[command(flatten)]
    draft: DraftArgs,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let order = if args.call_out {
        if let Some(missing) = args.draft.first_missing() {
            return Err(CliError::Usage(tr!(app.lang, "usage.call_out_needs", option = missing)));
        }
        Some(args.draft.draft())
    } else {
        if let Some(given) = args.draft.first_given() {
            return Err(CliError::Usage(tr!(app.lang, "usage.needs_call_out", option = given)));
        }
        None
    };
    let scope = if args.scope.is_empty() {
        tr!(app.lang, "confirm.whole")
    } else {
        args.scope.join(", ")
    };
    app.confirm(&tr!(
        app.lang,
        "confirm.activate",
        plan = word(app.lang, "plan", &args.plan),
        level = ids::level_text(app.lang, args.level),
        scope = crate::text::line(&scope)
    ))?;
    let client = app.client()?;
    let request = pb::ActivateResponseRequest {
        context: None,
        plan: args.plan,
        event: args.event.unwrap_or_default(),
        jurisdiction_code: args.jurisdiction.unwrap_or_default(),
        level: args.level,
        scope_codes: args.scope,
        reason: args.reason.unwrap_or_default(),
        basis: args.basis.unwrap_or_default(),
        order,
    };
    let answer = app.mutate(change!(client, response.activate_response, request)).await?;
    app.emit(
        || {
            documents::receipt(
                answer.receipt.as_ref(),
                json!({ "response_id": answer.response_id, "order": documents::issued(answer.order.as_ref()) }),
            )
        },
        || {
            let mut text = tr!(
                app.lang,
                "done.activated",
                response = format!("R{}", answer.response_id),
                level = ids::level_text(app.lang, request.level)
            );
            text.push('\n');
            if let Some(issued) = &answer.order {
                text.push_str(&show::issued(app.lang, issued));
            }
            text
        },
    )?;
    Ok(exit::OK)
}
