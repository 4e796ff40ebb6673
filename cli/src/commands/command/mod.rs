//! The command overlay (指挥体系): who commands where while responses are in force.

mod export;
mod hand_over;
pub(crate) mod tree;

use crate::app::App;
use crate::error::CliError;

/// The verbs of `command`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Tree(tree::Args),
    HandOver(hand_over::Args),
    Export(export::Args),
}

/// Runs one of them.
pub(crate) async fn run(app: &App, command: Command) -> Result<u8, CliError> {
    match command {
        Command::Tree(args) => tree::run(app, args).await,
        Command::HandOver(args) => hand_over::run(app, args).await,
        Command::Export(args) => export::run(app, args).await,
    }
}
