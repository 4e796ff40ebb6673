//! What `response escalate` and `response de-escalate` share.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::ids;
use crate::output::json as documents;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct LevelArgs {
    #[arg(value_name = "R", value_parser = ids::response)]
    pub(super) response: u32,
    #[arg(long, value_name = "LEVEL", value_parser = ids::level)]
    pub(super) level: u32,
    #[arg(long, value_name = "TEXT")]
    pub(super) reason: String,
    #[arg(long, value_name = "CODE", num_args = 1.., value_delimiter = ',')]
    pub(super) scope: Vec<String>,
    #[arg(long, value_name = "NUMBER")]
    pub(super) basis: Option<String>,
}

/// Prints the outcome.
pub(super) fn done(app: &App, receipt: Option<&pb::Receipt>, args: &LevelArgs) -> Result<u8, CliError> {
    app.emit(
        || documents::receipt(receipt, json!({ "response_id": args.response, "level": args.level })),
        || {
            let response = format!("R{}", args.response);
            tr!(
                app.lang,
                "done.level",
                response = response,
                level = ids::level_text(app.lang, args.level)
            ) + "\n"
        },
    )?;
    Ok(exit::OK)
}
