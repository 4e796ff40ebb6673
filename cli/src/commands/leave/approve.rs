//! `leave approve`: a decision on leave, by somebody else than who asked for it.

use super::decide::decide;
use crate::app::App;
use crate::error::CliError;
use crate::ids;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "L", value_parser = ids::leave)]
    leave: u32,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    decide(app, args.leave, true).await
}
