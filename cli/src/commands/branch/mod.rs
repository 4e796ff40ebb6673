//! Temporary Party branches (临时党支部).

mod appoint;
mod approve;
mod convert;
mod dissolve;
mod feedback;
mod join;
mod leave;
pub(crate) mod list;
mod log;
mod merge;
mod officers;
mod propose;
mod reject;
mod review;
pub(crate) mod show;
mod withdraw;

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::error::{CliError, exit};
use crate::output::json as documents;

/// The verbs of `branch`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Propose(propose::Args),
    List(list::Args),
    Show(show::Args),
    Review(review::Args),
    Approve(approve::Args),
    Reject(reject::Args),
    Withdraw(withdraw::Args),
    Appoint(appoint::Args),
    Join(join::Args),
    Leave(leave::Args),
    Merge(merge::Args),
    Convert(convert::Args),
    Log(log::Args),
    Feedback(feedback::Args),
    Dissolve(dissolve::Args),
}

/// Runs one of them.
pub(crate) async fn run(app: &App, command: Command) -> Result<u8, CliError> {
    match command {
        Command::Propose(args) => propose::run(app, args).await,
        Command::List(args) => list::run(app, args).await,
        Command::Show(args) => show::run(app, args).await,
        Command::Review(args) => review::run(app, args).await,
        Command::Approve(args) => approve::run(app, args).await,
        Command::Reject(args) => reject::run(app, args).await,
        Command::Withdraw(args) => withdraw::run(app, args).await,
        Command::Appoint(args) => appoint::run(app, args).await,
        Command::Join(args) => join::run(app, args).await,
        Command::Leave(args) => leave::run(app, args).await,
        Command::Merge(args) => merge::run(app, args).await,
        Command::Convert(args) => convert::run(app, args).await,
        Command::Log(args) => log::run(app, args).await,
        Command::Feedback(args) => feedback::run(app, args).await,
        Command::Dissolve(args) => dissolve::run(app, args).await,
    }
}

/// Says that it was done.
fn done(app: &App, receipt: Option<&pb::Receipt>, branch: u32, line: &str) -> Result<u8, CliError> {
    app.emit(
        || documents::receipt(receipt, json!({ "branch_id": branch })),
        || format!("{line}\n"),
    )?;
    Ok(exit::OK)
}
