//! Duty (值班备勤).

mod backup;
mod check;
mod export;
mod import;
mod on;
mod rosters;
mod shifts;
mod sign_in;
mod sign_out;
mod stand_in;
mod swap;

use crate::app::App;
use crate::error::CliError;

/// The verbs of `duty`, and the nouns under it.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Import(import::Args),
    Rosters(rosters::Args),
    On(on::Args),
    Shifts(shifts::Args),
    Check(check::Args),
    Export(export::Args),
    SignIn(sign_in::Args),
    SignOut(sign_out::Args),
    #[command(subcommand)]
    StandIn(stand_in::Command),
    #[command(subcommand)]
    Swap(swap::Command),
    #[command(subcommand)]
    Backup(backup::Command),
}

/// Runs one of them.
pub(crate) async fn run(app: &App, command: Command) -> Result<u8, CliError> {
    match command {
        Command::Import(args) => import::run(app, args).await,
        Command::Rosters(args) => rosters::run(app, args).await,
        Command::On(args) => on::run(app, args).await,
        Command::Shifts(args) => shifts::run(app, args).await,
        Command::Check(args) => check::run(app, args).await,
        Command::Export(args) => export::run(app, args).await,
        Command::SignIn(args) => sign_in::run(app, args).await,
        Command::SignOut(args) => sign_out::run(app, args).await,
        Command::StandIn(command) => stand_in::run(app, command).await,
        Command::Swap(command) => swap::run(app, command).await,
        Command::Backup(command) => backup::run(app, command).await,
    }
}
