//! `response activate`: from peacetime to emergency (启动), with the orders that call people out if any are given.

use serde_json::json;

use super::activation::ActivationArgs;
use super::outcome::{self, Outcome};
use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::output::{json as documents, order as show};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    activation: ActivationArgs,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let activation = args.activation;
    let request = activation.request(app)?;
    let [plan, level, scope] = activation.asked.words(app);
    if activation.provisional && activation.approval.approved_by.is_some() {
        app.note(&tr!(app.lang, "note.provisional_is_not_approved"));
    }
    let question = if activation.provisional {
        tr!(
            app.lang,
            "confirm.activate_provisionally",
            plan = plan,
            level = level,
            scope = scope
        )
    } else {
        tr!(app.lang, "confirm.activate", plan = plan, level = level, scope = scope)
    };
    app.confirm(&question)?;
    let client = app.client()?;
    let answer = app.mutate(change!(client, response.activate_response, request)).await?;
    let outcome = outcome::look(app, &client, answer.response_id).await;
    app.emit(
        || {
            documents::receipt(
                answer.receipt.as_ref(),
                json!({ "response_id": answer.response_id, "order": documents::issued(answer.order.as_ref()),
                    "now": Outcome::document(outcome.as_ref()) }),
            )
        },
        || {
            let response = format!("R{}", answer.response_id);
            let mut text = if activation.provisional {
                tr!(
                    app.lang,
                    "done.activated_provisionally",
                    response = response,
                    level = level
                )
            } else {
                tr!(app.lang, "done.activated", response = response, level = level)
            };
            text.push('\n');
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
