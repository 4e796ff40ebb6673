//! Drills (演练): scenarios, and their runs.

mod action;
mod control;
mod import;
mod inject;
mod list;
mod next;
mod observe;
mod remark;
mod report;
mod run;
mod scenario;
mod scenarios;
mod schedule;
mod schedules;
mod show;
mod simulate;
mod skip;

use crate::app::App;
use crate::error::CliError;
use crate::i18n::tr;

/// The verbs of `drill`, and the noun under it.
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
    Schedule(schedule::Args),
    Schedules(schedules::Args),
    Next(next::Args),
    Skip(skip::Skip),
    Unskip(skip::Unskip),
    Unschedule(skip::Unschedule),
    Report(report::Args),
    #[command(subcommand)]
    Action(action::Command),
    Simulate(simulate::Args),
}

/// Runs one of them.
pub(crate) async fn run(app: &App, command: Command) -> Result<u8, CliError> {
    // Scenarios, runs and schedules are the district's: in an exercise there are none.
    if let Some(id) = app.exercise() {
        return Err(CliError::Usage(tr!(app.lang, "usage.drill_in_exercise", id = id)));
    }
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
        Command::Schedule(args) => schedule::run(app, args).await,
        Command::Schedules(args) => schedules::run(app, args).await,
        Command::Next(args) => next::run(app, args).await,
        Command::Skip(args) => skip::skip(app, args).await,
        Command::Unskip(args) => skip::unskip(app, args).await,
        Command::Unschedule(args) => skip::unschedule(app, args).await,
        Command::Report(args) => report::run(app, args).await,
        Command::Action(command) => action::run(app, command).await,
        Command::Simulate(args) => simulate::run(app, args).await,
    }
}
