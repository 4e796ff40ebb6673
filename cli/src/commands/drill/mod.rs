//! Drills (演练): scenarios, and their runs.

mod control;
mod import;
mod inject;
mod list;
mod observe;
mod remark;
mod run;
mod scenario;
mod scenarios;
mod show;
mod simulate;

use crate::app::App;
use crate::error::CliError;

/// The verbs of `drill`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Import(import::Args),
    Scenarios(scenarios::Args),
    Scenario(scenario::Args),
    Run(run::Args),
    List(list::Args),
    Show(show::Args),
    Pause(control::Run),
    Resume(control::Run),
    End(control::Run),
    Abort(control::Abort),
    Inject(inject::Args),
    Observe(observe::Args),
    Remark(remark::Args),
    Simulate(simulate::Args),
}

/// Runs one of them.
pub(crate) async fn run(app: &App, command: Command) -> Result<u8, CliError> {
    match command {
        Command::Import(args) => import::run(app, args).await,
        Command::Scenarios(args) => scenarios::run(app, args).await,
        Command::Scenario(args) => scenario::run(app, args).await,
        Command::Run(args) => run::run(app, args).await,
        Command::List(args) => list::run(app, args).await,
        Command::Show(args) => show::run(app, args).await,
        Command::Pause(args) => control::run(app, &args, "pause", "").await,
        Command::Resume(args) => control::run(app, &args, "resume", "").await,
        Command::End(args) => control::run(app, &args, "end", "").await,
        Command::Abort(args) => control::abort(app, args).await,
        Command::Inject(args) => inject::run(app, args).await,
        Command::Observe(args) => observe::run(app, args).await,
        Command::Remark(args) => remark::run(app, args).await,
        Command::Simulate(args) => simulate::run(app, args).await,
    }
}
