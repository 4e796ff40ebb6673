//! `post end`: somebody does not hold a post any more.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::{tr, word};
use crate::output::json as documents;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "CODE")]
    unit: String,
    #[arg(long, value_name = "POST")]
    post: String,
    #[arg(long, value_name = "ROLE", value_parser = ["primary", "backup"])]
    role: Option<String>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::EndPostRequest {
        context: None,
        unit_code: args.unit,
        post: args.post,
        role: args.role.unwrap_or_default(),
    };
    let answer = app.mutate(change!(client, post.end_post, request)).await?;
    app.emit(
        || {
            let more = json!({ "unit_code": request.unit_code, "post": request.post, "role": request.role });
            documents::receipt(answer.receipt.as_ref(), more)
        },
        || {
            let (unit, post) = (
                crate::text::line(&request.unit_code),
                word(app.lang, "post", &request.post),
            );
            tr!(app.lang, "plan.post_ended", unit = unit, post = post) + "\n"
        },
    )?;
    Ok(exit::OK)
}
