//! `duty swap approve`: the duty lead's word, 24 hours ahead or as an emergency.

use super::decide::decide;
use crate::app::App;
use crate::error::CliError;
use crate::ids;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "N", value_parser = ids::count)]
    number: u32,
    #[arg(long)]
    emergency: bool,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    decide(app, args.number, true, args.emergency).await
}
