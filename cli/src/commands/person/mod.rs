//! People (人员).

mod disclosures;
mod import;
mod list;
mod show;
mod verify;

use crate::app::App;
use crate::error::CliError;

/// The verbs of `person`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Import(import::Args),
    List(list::Args),
    Show(show::Args),
    Verify(verify::Args),
    Disclosures(disclosures::Args),
}

/// Runs one of them.
pub(crate) async fn run(app: &App, command: Command) -> Result<u8, CliError> {
    match command {
        Command::Import(args) => import::run(app, args).await,
        Command::List(args) => list::run(app, args).await,
        Command::Show(args) => show::run(app, args).await,
        Command::Verify(args) => verify::run(app, args).await,
        Command::Disclosures(args) => disclosures::run(app, args).await,
    }
}
