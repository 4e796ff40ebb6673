//! `person verify`: phone numbers at which somebody answered.

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
    #[arg(value_name = "P", required = true, num_args = 1.., value_delimiter = ',', value_parser = ids::person)]
    person: Vec<u32>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let count = args.person.len();
    let request = pb::VerifyPhonesRequest {
        context: None,
        person_ids: args.person,
    };
    let answer = app.mutate(change!(client, roster.verify_phones, request)).await?;
    app.emit(
        || documents::receipt(answer.receipt.as_ref(), json!({ "people": count })),
        || tr!(app.lang, "done.verified", count = count) + "\n",
    )?;
    Ok(exit::OK)
}
