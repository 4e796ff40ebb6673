//! Situation reports (信息报告).

mod clocks;
mod file;
pub(crate) mod list;
mod show;

use crate::app::App;
use crate::error::CliError;

/// The verbs of `report`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    File(Box<file::Args>),
    List(list::Args),
    Show(show::Args),
    Clocks(clocks::Args),
}

/// Runs one of them.
pub(crate) async fn run(app: &App, command: Command) -> Result<u8, CliError> {
    match command {
        Command::File(args) => file::run(app, *args).await,
        Command::List(args) => list::run(app, args).await,
        Command::Show(args) => show::run(app, args).await,
        Command::Clocks(args) => clocks::run(app, args).await,
    }
}
