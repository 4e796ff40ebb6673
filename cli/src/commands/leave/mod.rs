//! Leave (请假).

mod approve;
mod decide;
mod deny;
mod list;
mod request;

use crate::app::App;
use crate::error::CliError;

/// The verbs of `leave`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Request(request::Args),
    Approve(approve::Args),
    Deny(deny::Args),
    List(list::Args),
}

/// Runs one of them.
pub(crate) async fn run(app: &App, command: Command) -> Result<u8, CliError> {
    match command {
        Command::Request(args) => request::run(app, args).await,
        Command::Approve(args) => approve::run(app, args).await,
        Command::Deny(args) => deny::run(app, args).await,
        Command::List(args) => list::run(app, args).await,
    }
}
