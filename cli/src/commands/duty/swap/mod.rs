//! Swaps (换班): asked for, agreed to by the other, approved by the duty lead.

mod approve;
mod consent;
mod decide;
mod deny;
mod list;
mod request;

use crate::app::App;
use crate::error::CliError;

/// The verbs of `duty swap`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Request(request::Args),
    Consent(consent::Args),
    Approve(approve::Args),
    Deny(deny::Args),
    List(list::Args),
}

/// Runs one of them.
pub(super) async fn run(app: &App, command: Command) -> Result<u8, CliError> {
    match command {
        Command::Request(args) => request::run(app, args).await,
        Command::Consent(args) => consent::run(app, args).await,
        Command::Approve(args) => approve::run(app, args).await,
        Command::Deny(args) => deny::run(app, args).await,
        Command::List(args) => list::run(app, args).await,
    }
}
