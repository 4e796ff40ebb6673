//! Teams (队伍), and the 20 % rule of agency teams.

mod approve;
mod count;
mod exclude;
mod exclude_end;
mod exclusions;
mod import;
mod list;
mod quota;
mod select;
mod slots;
mod waive;
mod waive_end;

use crate::app::App;
use crate::error::CliError;

/// The verbs of `team`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Import(import::Args),
    List(list::Args),
    Quota(quota::Args),
    Select(select::Args),
    Approve(approve::Args),
    #[command(subcommand)]
    Count(count::Command),
    Exclude(exclude::Args),
    ExcludeEnd(exclude_end::Args),
    Exclusions(exclusions::Args),
    Waive(waive::Args),
    WaiveEnd(waive_end::Args),
    Slots(slots::Args),
}

/// Runs one of them.
pub(crate) async fn run(app: &App, command: Command) -> Result<u8, CliError> {
    match command {
        Command::Import(args) => import::run(app, args).await,
        Command::List(args) => list::run(app, args).await,
        Command::Quota(args) => quota::run(app, args).await,
        Command::Select(args) => select::run(app, args).await,
        Command::Approve(args) => approve::run(app, args).await,
        Command::Count(command) => count::run(app, command).await,
        Command::Exclude(args) => exclude::run(app, args).await,
        Command::ExcludeEnd(args) => exclude_end::run(app, args).await,
        Command::Exclusions(args) => exclusions::run(app, args).await,
        Command::Waive(args) => waive::run(app, args).await,
        Command::WaiveEnd(args) => waive_end::run(app, args).await,
        Command::Slots(args) => slots::run(app, args).await,
    }
}
