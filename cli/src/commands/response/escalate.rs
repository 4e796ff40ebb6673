//! `response escalate`: a higher level, or a wider scope (升级).

use baiying_proto::v1 as pb;

use super::change_level::{LevelArgs, done};
use crate::app::App;
use crate::commands::change;
use crate::error::CliError;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    level: LevelArgs,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let args = args.level;
    let client = app.client()?;
    let request = pb::EscalateResponseRequest {
        context: None,
        response_id: args.response,
        level: args.level,
        scope_codes: args.scope.clone(),
        reason: args.reason.clone(),
        basis: args.basis.clone().unwrap_or_default(),
        approval: args.approval.approval(),
        plan_orders: args.orders.orders(),
    };
    let answer = app.mutate(change!(client, response.escalate_response, request)).await?;
    done(app, &client, answer.receipt.as_ref(), &args).await
}
