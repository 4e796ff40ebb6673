//! `response show`: one response with its history.

use baiying_proto::v1 as pb;

use crate::app::App;
use crate::commands::call;
use crate::error::{CliError, exit};
use crate::ids;
use crate::output::{json as documents, response as show};
use crate::when;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "R", value_parser = ids::response)]
    response: u32,
    #[arg(long, value_name = "WHEN", value_parser = when::as_of)]
    at: Option<pb::AsOf>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::GetResponseRequest {
        response_id: args.response,
        as_of: args.at,
    };
    let response = app
        .query(call!(client, response.get_response, request))
        .await?
        .response
        .unwrap_or_default();
    app.emit(|| documents::response(&response), || show::show(app.lang, &response))?;
    Ok(exit::OK)
}
