//! `response approve`: approves a response that was asked for (批准): the switch happens now.

use baiying_proto::v1 as pb;
use serde_json::json;

use super::orders::OrdersArgs;
use super::outcome::{self, Outcome};
use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::ids;
use crate::output::{json as documents, order as show};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "R", value_parser = ids::response)]
    response: u32,
    #[arg(long, value_name = "P", value_parser = ids::person)]
    by: u32,
    #[command(flatten)]
    orders: OrdersArgs,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let (order, plan_orders) = args.orders.orders(app)?;
    let response = format!("R{}", args.response);
    app.confirm(&tr!(app.lang, "confirm.approve", response = response))?;
    let client = app.client()?;
    let request = pb::ApproveResponseRequest {
        context: None,
        response_id: args.response,
        approved_by_id: args.by,
        order,
        plan_orders,
    };
    let answer = app.mutate(change!(client, response.approve_response, request)).await?;
    let outcome = outcome::look(app, &client, args.response).await;
    app.emit(
        || {
            documents::receipt(
                answer.receipt.as_ref(),
                json!({ "response_id": args.response, "order": documents::issued(answer.order.as_ref()),
                    "now": Outcome::document(outcome.as_ref()) }),
            )
        },
        || {
            let mut text = tr!(app.lang, "done.response_approved", response = response) + "\n";
            if let Some(issued) = &answer.order {
                text.push_str(&show::issued_of(app.lang, issued, Outcome::orders(outcome.as_ref())));
            }
            if let Some(outcome) = &outcome {
                text.push_str(&outcome.text(app));
            }
            text
        },
    )?;
    Ok(exit::OK)
}
