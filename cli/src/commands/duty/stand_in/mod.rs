//! Stand-ins (顶班).

mod end;
mod list;
mod set;

use crate::app::App;
use crate::error::CliError;

/// The verbs of `duty stand-in`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Set(set::Args),
    End(end::Args),
    List(list::Args),
}

/// Runs one of them.
pub(super) async fn run(app: &App, command: Command) -> Result<u8, CliError> {
    match command {
        Command::Set(args) => set::run(app, args).await,
        Command::End(args) => end::run(app, args).await,
        Command::List(args) => list::run(app, args).await,
    }
}
