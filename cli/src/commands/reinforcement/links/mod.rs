//! Which agency is linked to which villages (区直挂钩).

mod import;
mod list;

use crate::app::App;
use crate::error::CliError;

/// The verbs of `reinforcement links`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Import(import::Args),
    List(list::Args),
}

/// Runs one of them.
pub(super) async fn run(app: &App, command: Command) -> Result<u8, CliError> {
    match command {
        Command::Import(args) => import::run(app, args).await,
        Command::List(args) => list::run(app, args).await,
    }
}
