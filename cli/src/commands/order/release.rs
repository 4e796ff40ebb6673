//! `order release`: ends people's deployments (解除).

use baiying_proto::v1 as pb;
use clap::ArgGroup;

use crate::app::App;
use crate::commands::change;
use crate::error::CliError;
use crate::ids;
use crate::output::exceptions::Applied;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(group = ArgGroup::new("who").required(true).args(["all", "person"]))]
pub(crate) struct Args {
    #[arg(value_name = "O", value_parser = ids::order)]
    order: u32,
    #[arg(long)]
    all: bool,
    #[arg(long, value_name = "P", value_parser = ids::person, num_args = 1.., value_delimiter = ',')]
    person: Vec<u32>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::ReleasePeopleRequest {
        context: None,
        order_id: args.order,
        person_ids: args.person,
        all: args.all,
    };
    let answer = app.mutate(change!(client, order.release_people, request)).await?;
    let mut applied = Applied::default();
    applied.add(answer.receipt, answer.applied, answer.exceptions);
    applied.emit(app, "done.released", args.order)
}
