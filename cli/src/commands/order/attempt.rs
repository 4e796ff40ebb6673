//! `order attempt`: records that people were tried to reach by hand: a call, a knock on the door.

use baiying_proto::v1 as pb;

use crate::app::App;
use crate::commands::change;
use crate::error::CliError;
use crate::ids;
use crate::output::exceptions::Applied;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "O", value_parser = ids::order)]
    order: u32,
    #[arg(long, value_name = "P", value_parser = ids::person, num_args = 1.., value_delimiter = ',', required = true)]
    person: Vec<u32>,
    #[arg(long, value_name = "N", value_parser = ids::count)]
    number: u32,
    #[arg(long, value_name = "N", default_value_t = 0)]
    order_version: u32,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::RecordAttemptRequest {
        context: None,
        order_id: args.order,
        version: args.order_version,
        number: args.number,
        person_ids: args.person,
    };
    let answer = app.mutate(change!(client, order.record_attempt, request)).await?;
    let mut applied = Applied::default();
    applied.add(answer.receipt, answer.applied, answer.exceptions);
    applied.emit(app, "done.attempted", args.order)
}
