//! What `response escalate` and `response de-escalate` share.

use baiying_proto::v1 as pb;
use serde_json::json;

use super::approval::ApprovalArgs;
use super::orders::PlanOrdersArgs;
use super::outcome::{self, Outcome};
use crate::app::App;
use crate::client::Client;
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::ids;
use crate::output::json as documents;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct LevelArgs {
    #[arg(value_name = "R", value_parser = ids::response)]
    pub(super) response: u32,
    #[arg(long, value_name = "LEVEL", value_parser = ids::level)]
    pub(super) level: u32,
    #[arg(long, value_name = "TEXT")]
    pub(super) reason: String,
    #[arg(long, value_name = "CODE", num_args = 1.., value_delimiter = ',')]
    pub(super) scope: Vec<String>,
    #[arg(long, value_name = "NUMBER")]
    pub(super) basis: Option<String>,
    #[command(flatten)]
    pub(super) approval: ApprovalArgs,
    #[command(flatten)]
    pub(super) orders: PlanOrdersArgs,
}

/// Prints the outcome.
pub(super) async fn done(
    app: &App,
    client: &Client,
    receipt: Option<&pb::Receipt>,
    args: &LevelArgs,
) -> Result<u8, CliError> {
    let outcome = outcome::look(app, client, args.response).await;
    app.emit(
        || {
            let now = Outcome::document(outcome.as_ref());
            documents::receipt(
                receipt,
                json!({ "response_id": args.response, "level": args.level, "now": now }),
            )
        },
        || {
            let response = format!("R{}", args.response);
            let level = ids::level_text(app.lang, args.level);
            let mut text = tr!(app.lang, "done.level", response = response, level = level) + "\n";
            if let Some(outcome) = &outcome {
                text.push_str(&outcome.text(app));
            }
            text
        },
    )?;
    Ok(exit::OK)
}
