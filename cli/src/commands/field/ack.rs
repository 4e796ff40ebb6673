//! `field ack`: acknowledges an order (回令).

use clap::ArgGroup;

use super::args::{OfflineArgs, ReporterArgs, WhoArgs};
use super::report::{self, Kind, Report};
use crate::app::App;
use crate::error::CliError;
use crate::ids;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(group = ArgGroup::new("who").required(true).args(["all", "person"]))]
pub(crate) struct Args {
    #[arg(value_name = "O", value_parser = ids::order)]
    order: u32,
    #[command(flatten)]
    who: WhoArgs,
    #[command(flatten)]
    reporter: ReporterArgs,
    #[arg(long, value_name = "N", default_value_t = 0)]
    order_version: u32,
    #[command(flatten)]
    offline: OfflineArgs,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let report = Report {
        kind: Kind::Acknowledge,
        order: args.order,
        version: args.order_version,
        muster_point: String::new(),
        code: String::new(),
        people: args.who.person,
        all: args.who.all,
    };
    report::run(app, report, &args.reporter, &args.offline).await
}
