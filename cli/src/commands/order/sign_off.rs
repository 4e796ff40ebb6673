//! `order sign-off`: gives a sign-off that a release waits for.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::ids;
use crate::output::json as documents;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "O", value_parser = ids::order)]
    order: u32,
    #[arg(long, value_name = "NAME")]
    name: String,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::SignOffRequest {
        context: None,
        order_id: args.order,
        name: args.name.clone(),
    };
    let answer = app.mutate(change!(client, order.sign_off, request)).await?;
    app.emit(
        || {
            documents::receipt(
                answer.receipt.as_ref(),
                json!({ "order_id": args.order, "name": args.name }),
            )
        },
        || {
            let name = crate::text::line(&args.name);
            tr!(app.lang, "done.signed", order = format!("O{}", args.order), name = name) + "\n"
        },
    )?;
    Ok(exit::OK)
}
