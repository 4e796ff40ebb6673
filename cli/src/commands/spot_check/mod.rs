//! Spot checks (抽查) of who is on duty.

mod answer;
mod cancel;
mod list;
mod plan;
mod record;

use crate::app::App;
use crate::error::CliError;

/// The verbs of `spot-check`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Plan(plan::Args),
    Answer(answer::Args),
    Record(record::Args),
    Cancel(cancel::Args),
    List(list::Args),
}

/// Runs one of them.
pub(crate) async fn run(app: &App, command: Command) -> Result<u8, CliError> {
    match command {
        Command::Plan(args) => plan::run(app, args).await,
        Command::Answer(args) => answer::run(app, args).await,
        Command::Record(args) => record::run(app, args).await,
        Command::Cancel(args) => cancel::run(app, args).await,
        Command::List(args) => list::run(app, args).await,
    }
}
