//! `duty backup set`: says who backs whom up in a post, or gives the post up.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::ids;
use crate::output::{duty, json as documents};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "CODE")]
    unit: String,
    #[arg(long, value_name = "POST")]
    post: String,
    #[arg(long, value_name = "P", value_parser = ids::person, required_unless_present = "give_up", requires = "b")]
    a: Option<u32>,
    #[arg(long, value_name = "P", value_parser = ids::person, requires = "a")]
    b: Option<u32>,
    #[arg(long, conflicts_with_all = ["a", "b"])]
    give_up: bool,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::SetBackupRequest {
        context: None,
        unit_code: args.unit,
        post: args.post,
        a_person_id: args.a.unwrap_or_default(),
        b_person_id: args.b.unwrap_or_default(),
    };
    let answer = app.mutate(change!(client, duty.set_backup, request)).await?;
    app.emit(
        || {
            let more = json!({ "unit_code": request.unit_code, "post": request.post,
                "a_person_id": request.a_person_id, "b_person_id": request.b_person_id });
            documents::receipt(answer.receipt.as_ref(), more)
        },
        || {
            let post = crate::text::line(&request.post);
            let text = if args.give_up {
                tr!(app.lang, "duty.backup_given_up", post = post)
            } else {
                let (a, b) = (duty::person(request.a_person_id), duty::person(request.b_person_id));
                tr!(app.lang, "duty.backup_set", post = post, a = a, b = b)
            };
            text + "\n"
        },
    )?;
    Ok(exit::OK)
}
