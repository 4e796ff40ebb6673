//! Registrations of peacetime (预登记).

mod add;
mod import;
mod list;
mod summary;

use crate::app::App;
use crate::error::CliError;

/// The verbs of `in-place preregister`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Import(import::Args),
    Add(add::Args),
    List(list::Args),
    Summary(summary::Args),
}

/// Runs one of them.
pub(super) async fn run(app: &App, command: Command) -> Result<u8, CliError> {
    match command {
        Command::Import(args) => import::run(app, args).await,
        Command::Add(args) => add::run(app, args).await,
        Command::List(args) => list::run(app, args).await,
        Command::Summary(args) => summary::run(app, args).await,
    }
}
