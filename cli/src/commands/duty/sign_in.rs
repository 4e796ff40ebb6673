//! `duty sign-in`: somebody takes over the post (接班).

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
    #[arg(long, value_name = "P", value_parser = ids::person)]
    person: u32,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::SignInRequest {
        context: None,
        unit_code: args.unit.clone(),
        person_id: args.person,
    };
    let answer = app.mutate(change!(client, duty.sign_in, request)).await?;
    app.emit(
        || {
            let more = json!({ "unit_code": args.unit, "person_id": args.person });
            documents::receipt(answer.receipt.as_ref(), more)
        },
        || {
            let (person, unit) = (duty::person(args.person), crate::text::line(&args.unit));
            tr!(app.lang, "duty.signed_in", person = person, unit = unit) + "\n"
        },
    )?;
    Ok(exit::OK)
}
