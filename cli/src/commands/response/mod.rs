//! Emergency responses (应急响应).

mod activate;
mod activation;
mod approval;
mod approve;
mod asked;
mod change_level;
mod confirm;
mod de_escalate;
mod escalate;
mod export;
mod list;
mod orders;
mod outcome;
mod rehearse;
mod reject;
mod request;
mod show;
mod terminate;
pub(crate) mod timeline;

use crate::app::App;
use crate::error::CliError;

/// The verbs of `response`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Rehearse(Box<rehearse::Args>),
    Request(request::Args),
    Approve(Box<approve::Args>),
    Reject(reject::Args),
    Activate(Box<activate::Args>),
    Confirm(confirm::Args),
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
        Command::Rehearse(args) => rehearse::run(app, *args).await,
        Command::Request(args) => request::run(app, args).await,
        Command::Approve(args) => approve::run(app, *args).await,
        Command::Reject(args) => reject::run(app, args).await,
        Command::Activate(args) => activate::run(app, *args).await,
        Command::Confirm(args) => confirm::run(app, args).await,
        Command::Escalate(args) => escalate::run(app, args).await,
        Command::DeEscalate(args) => de_escalate::run(app, args).await,
        Command::Terminate(args) => terminate::run(app, args).await,
        Command::Show(args) => show::run(app, args).await,
        Command::List(args) => list::run(app, args).await,
        Command::Timeline(args) => timeline::run(app, args).await,
        Command::Export(args) => export::run(app, args).await,
    }
}
