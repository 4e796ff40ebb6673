//! `reinforcement propose`: who could go where, and why; says how to approve it. Changes nothing.

use baiying_proto::v1 as pb;

use super::number_of;
use crate::app::App;
use crate::commands::call;
use crate::error::{CliError, exit};
use crate::ids;
use crate::output::{json_reinforcement, reinforcement};

/// What a proposal rests on; asked for again, in the same words, when it is approved.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Inputs {
    #[arg(value_name = "Z", value_parser = ids::reinforcement, num_args = 0..)]
    reinforcement: Vec<u32>,
    #[arg(long, value_name = "R", value_parser = ids::response, conflicts_with = "reinforcement")]
    response: Option<u32>,
    #[arg(long, value_name = "CODE=N", value_parser = number_of, num_args = 1.., value_delimiter = ',')]
    set: Vec<(String, u32)>,
}

impl Inputs {
    /// As the daemon is asked.
    pub(super) fn request(&self) -> pb::ProposeReinforcementRequest {
        let set = self.set.iter().map(|(agency_code, number)| pb::AgencyNumber {
            agency_code: agency_code.clone(),
            number: *number,
        });
        pb::ProposeReinforcementRequest {
            reinforcement_ids: self.reinforcement.clone(),
            response_id: self.response.unwrap_or_default(),
            set: set.collect(),
        }
    }
}

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    inputs: Inputs,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = args.inputs.request();
    let answer = app
        .query(call!(client, reinforcement.propose_reinforcement, request))
        .await?;
    app.emit(
        || json_reinforcement::proposal(&answer),
        || reinforcement::proposal(app.lang, &answer),
    )?;
    Ok(exit::OK)
}
