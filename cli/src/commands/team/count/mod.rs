//! How a unit's staff is counted (在编在岗口径).

mod set;

use crate::app::App;
use crate::error::CliError;

/// The verbs of `team count`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Set(set::Args),
}

/// Runs one of them.
pub(super) async fn run(app: &App, command: Command) -> Result<u8, CliError> {
    match command {
        Command::Set(args) => set::run(app, args).await,
    }
}
