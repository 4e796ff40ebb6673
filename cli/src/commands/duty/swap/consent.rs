//! `duty swap consent`: the word of the other person.

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
    #[arg(value_name = "N", value_parser = ids::count)]
    number: u32,
    #[arg(long, value_name = "P", value_parser = ids::person)]
    person: u32,
    #[arg(long)]
    refuse: bool,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::ConsentSwapRequest {
        context: None,
        swap_id: args.number,
        person_id: args.person,
        consent: !args.refuse,
    };
    let answer = app.mutate(change!(client, duty.consent_swap, request)).await?;
    app.emit(
        || {
            let status = if args.refuse { "refused" } else { "agreed" };
            let more = json!({ "swap_id": args.number, "person_id": args.person, "status": status });
            documents::receipt(answer.receipt.as_ref(), more)
        },
        || {
            let person = duty::person(args.person);
            let text = if args.refuse {
                tr!(app.lang, "duty.swap_refused", id = args.number, person = person)
            } else {
                tr!(app.lang, "duty.swap_agreed", id = args.number, person = person)
            };
            text + "\n"
        },
    )?;
    Ok(exit::OK)
}
