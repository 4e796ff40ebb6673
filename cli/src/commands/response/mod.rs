//! Emergency responses (应急响应).

mod activate;
mod change_level;
mod de_escalate;
mod escalate;
mod export;
mod list;
mod show;
mod terminate;
pub(crate) mod timeline;

use crate::app::App;
use crate::error::CliError;

/// The verbs of `response`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Activate(Box<activate::Args>),
    Escalate(escalate::Args),
    DeEscalate(de_escalate::Args),
    Terminate(terminate::Args),
    Show(show::Args),
    List(list::Args),
    Timeline(timeline::Args),
    Export(export::Args),
}

/// Runs one of them.
pub(crate) async fn run(app: &App, command: Command) -> Result<u8, CliError> {
    match command {
        Command::Activate(args) => activate::run(app, *args).await,
        Command::Escalate(args) => escalate::run(app, args).await,
        Command::DeEscalate(args) => de_escalate::run(app, args).await,
        Command::Terminate(args) => terminate::run(app, args).await,
        Command::Show(args) => show::run(app, args).await,
        Command::List(args) => list::run(app, args).await,
        Command::Timeline(args) => timeline::run(app, args).await,
        Command::Export(args) => export::run(app, args).await,
    }
}
