//! `response show`: one response with its history.

use baiying_proto::v1 as pb;

use crate::app::App;
use crate::commands::call;
use crate::error::{CliError, exit};
use crate::i18n::{tr, word};
use crate::ids::{self, level_text};
use crate::output::json as documents;
use crate::output::table::{Facts, Sheet};
use crate::when;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "R", value_parser = ids::response)]
    response: u32,
    #[arg(long, value_name = "WHEN", value_parser = when::as_of)]
    at: Option<pb::AsOf>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::GetResponseRequest {
        response_id: args.response,
        as_of: args.at,
    };
    let response = app
        .query(call!(client, response.get_response, request))
        .await?
        .response
        .unwrap_or_default();
    app.emit(|| documents::response(&response), || text(app, &response))?;
    Ok(exit::OK)
}

fn text(app: &App, response: &pb::Response) -> String {
    let lang = app.lang;
    let orders: Vec<_> = response.order_ids.iter().map(|order| format!("O{order}")).collect();
    let active = if response.active {
        tr!(lang, "word.active")
    } else {
        tr!(lang, "word.terminated")
    };
    let ended = response.terminated_at_unix_ms;
    let facts = Facts::new(lang)
        .fact("response", format!("R{}", response.response_id))
        .fact("event_name", &response.event)
        .fact("plan", word(lang, "plan", &response.plan))
        .fact("status", active)
        .fact("level", level_text(lang, response.level))
        .fact("jurisdiction", &response.jurisdiction_code)
        .fact("scope", response.scope_codes.join(" "))
        .fact("epoch", response.epoch.to_string())
        .fact("orders", orders.join(" "))
        .fact("ended_at", if ended == 0 { String::new() } else { when::local(ended) })
        .fact("reason", &response.termination_reason);
    let mut sheet = Sheet::new(lang, &["version", "at", "level", "scope", "reason", "basis", "actor"]);
    for change in &response.history {
        sheet.row([
            format!("v{}", change.version),
            when::local(change.at_unix_ms),
            format!(
                "{} → {}",
                level_text(lang, change.from_level),
                level_text(lang, change.to_level)
            ),
            change.scope_codes.join(" "),
            change.reason.clone(),
            change.basis.clone(),
            change.actor.clone(),
        ]);
    }
    facts.text() + &sheet.text()
}
