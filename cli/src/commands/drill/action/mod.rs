//! Corrective actions (整改项) of drills, until somebody else has seen that they are done.

mod add;
mod amend;
mod done;
mod list;
mod reopen;
mod show;
mod verify;
mod withdraw;

use baiying_proto::v1 as pb;
use serde_json::{Value, json};

use crate::app::App;
use crate::error::{CliError, exit};
use crate::ids;
use crate::output::json as documents;

/// The verbs of `drill action`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Add(add::Args),
    List(list::Args),
    Show(show::Args),
    Amend(amend::Args),
    Done(done::Args),
    Verify(verify::Args),
    Reopen(reopen::Args),
    Withdraw(withdraw::Args),
}

/// Runs one of them.
pub(super) async fn run(app: &App, command: Command) -> Result<u8, CliError> {
    match command {
        Command::Add(args) => add::run(app, args).await,
        Command::List(args) => list::run(app, args).await,
        Command::Show(args) => show::run(app, args).await,
        Command::Amend(args) => amend::run(app, args).await,
        Command::Done(args) => done::run(app, args).await,
        Command::Verify(args) => verify::run(app, args).await,
        Command::Reopen(args) => reopen::run(app, args).await,
        Command::Withdraw(args) => withdraw::run(app, args).await,
    }
}

/// Which action.
#[derive(Debug, clap::Args)]
struct Item {
    #[arg(value_name = "A", value_parser = ids::action)]
    item: u32,
}

/// Says what became of an action: for programs its id and the word for it, for people a sentence.
fn said(app: &App, receipt: Option<&pb::Receipt>, id: u32, change: &str, mut more: Value) -> Result<u8, CliError> {
    more["action_id"] = json!(id);
    more["change"] = json!(change);
    app.emit(
        || documents::receipt(receipt, more),
        || crate::i18n::fill(app.lang, &format!("drill.action_{change}"), &[("id", id.to_string())]) + "\n",
    )?;
    Ok(exit::OK)
}
