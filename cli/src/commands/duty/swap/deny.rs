//! `duty swap deny`: the duty lead's word.

use super::decide::decide;
use crate::app::App;
use crate::error::CliError;
use crate::ids;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "N", value_parser = ids::count)]
    number: u32,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    decide(app, args.number, false, false).await
}
