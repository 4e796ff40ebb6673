//! Posts (岗位): who holds them, A角 and B角.

mod end;
mod import;
mod list;

use crate::app::App;
use crate::error::CliError;

/// The verbs of `post`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Import(import::Args),
    List(list::Args),
    End(end::Args),
}

/// Runs one of them.
pub(crate) async fn run(app: &App, command: Command) -> Result<u8, CliError> {
    match command {
        Command::Import(args) => import::run(app, args).await,
        Command::List(args) => list::run(app, args).await,
        Command::End(args) => end::run(app, args).await,
    }
}
