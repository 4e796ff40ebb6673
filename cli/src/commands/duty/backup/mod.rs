//! A/B roles (AB角): who backs whom up in a post.

mod list;
mod set;

use crate::app::App;
use crate::error::CliError;

/// The verbs of `duty backup`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Set(set::Args),
    List(list::Args),
}

/// Runs one of them.
pub(super) async fn run(app: &App, command: Command) -> Result<u8, CliError> {
    match command {
        Command::Set(args) => set::run(app, args).await,
        Command::List(args) => list::run(app, args).await,
    }
}
