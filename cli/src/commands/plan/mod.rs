//! Plans (预案): imported from files, listed, shown.

mod import;
mod list;
mod show;

use crate::app::App;
use crate::error::CliError;

/// The verbs of `plan`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Import(import::Args),
    List(list::Args),
    Show(show::Args),
}

/// Runs one of them.
pub(crate) async fn run(app: &App, command: Command) -> Result<u8, CliError> {
    match command {
        Command::Import(args) => import::run(app, args).await,
        Command::List(args) => list::run(app, args).await,
        Command::Show(args) => show::run(app, args).await,
    }
}
