//! Orders (指令).

mod attempt;
mod cancel;
mod close;
pub(crate) mod draft;
mod issue;
mod list;
mod release;
mod rows;
mod show;
mod sign_off;
mod supersede;
mod watch;

use crate::app::App;
use crate::error::CliError;

/// The verbs of `order`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Issue(issue::Args),
    Show(show::Args),
    Watch(watch::Args),
    List(list::Args),
    Rows(rows::Args),
    Supersede(supersede::Args),
    Cancel(cancel::Args),
    Close(close::Args),
    Release(release::Args),
    SignOff(sign_off::Args),
    Attempt(attempt::Args),
}

/// Runs one of them.
pub(crate) async fn run(app: &App, command: Command) -> Result<u8, CliError> {
    match command {
        Command::Issue(args) => issue::run(app, args).await,
        Command::Show(args) => show::run(app, args).await,
        Command::Watch(args) => watch::run(app, args).await,
        Command::List(args) => list::run(app, args).await,
        Command::Rows(args) => rows::run(app, args).await,
        Command::Supersede(args) => supersede::run(app, args).await,
        Command::Cancel(args) => cancel::run(app, args).await,
        Command::Close(args) => close::run(app, args).await,
        Command::Release(args) => release::run(app, args).await,
        Command::SignOff(args) => sign_off::run(app, args).await,
        Command::Attempt(args) => attempt::run(app, args).await,
    }
}
