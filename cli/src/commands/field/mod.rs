//! The field (前线): what leads receive and report, also out of reach.

mod ack;
pub(crate) mod args;
mod check_in;
mod decline;
mod depart;
mod enroll;
mod queue;
mod receive;
mod report;
mod sync;

use crate::app::App;
use crate::error::CliError;

/// The verbs of `field`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Receive(receive::Args),
    Ack(ack::Args),
    Decline(decline::Args),
    Depart(depart::Args),
    CheckIn(check_in::Args),
    Enroll(enroll::Args),
    Sync(sync::Args),
    Queue(queue::Args),
}

/// Runs one of them.
pub(crate) async fn run(app: &App, command: Command) -> Result<u8, CliError> {
    match command {
        Command::Receive(args) => receive::run(app, args).await,
        Command::Ack(args) => ack::run(app, args).await,
        Command::Decline(args) => decline::run(app, args).await,
        Command::Depart(args) => depart::run(app, args).await,
        Command::CheckIn(args) => check_in::run(app, args).await,
        Command::Enroll(args) => enroll::run(app, args).await,
        Command::Sync(args) => sync::run(app, args).await,
        Command::Queue(args) => queue::run(app, args).await,
    }
}
