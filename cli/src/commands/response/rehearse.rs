//! `response rehearse`: what activating would come to, decided on a copy (推演). Its exit code says whether anything is wrong.

use baiying_proto::v1 as pb;

use super::activation::ActivationArgs;
use crate::app::App;
use crate::commands::call;
use crate::error::{CliError, exit};
use crate::output::rehearsal;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    activation: ActivationArgs,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let activation = args.activation;
    let request = pb::RehearseResponseRequest {
        activation: Some(activation.request(app)?),
    };
    let client = app.client()?;
    let answer = app.query(call!(client, response.rehearse_response, request)).await?;
    let words = activation.asked.words(app);
    app.emit(
        || rehearsal::document(&answer),
        || rehearsal::text(app.lang, words, &answer),
    )?;
    Ok(if answer.refusal_reason.is_empty() && answer.findings.is_empty() {
        exit::OK
    } else {
        exit::FINDINGS
    })
}
