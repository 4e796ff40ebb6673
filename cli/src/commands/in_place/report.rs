//! `in-place report`: reports to the village where people live (报到).

use baiying_proto::v1 as pb;
use clap::ArgGroup;

use super::outcome;
use crate::app::App;
use crate::clock;
use crate::commands::change;
use crate::commands::field::args::{ReporterArgs, WhoArgs};
use crate::error::CliError;
use crate::i18n::tr;
use crate::ids;
use crate::output::exceptions::Applied;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(group = ArgGroup::new("who").required(true).multiple(true).args(["all", "person"]))]
pub(crate) struct Args {
    #[arg(long, value_name = "CODE")]
    village: String,
    #[command(flatten)]
    who: WhoArgs,
    #[arg(long, value_name = "CODE")]
    code: Option<String>,
    #[command(flatten)]
    reporter: ReporterArgs,
    #[arg(long, value_name = "M", value_parser = ids::muster_point)]
    muster: Option<String>,
    #[arg(long, value_name = "R", value_parser = ids::response)]
    response: Option<u32>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    if args.who.all && !args.who.person.is_empty() {
        return Err(CliError::Usage(tr!(
            app.lang,
            "usage.conflict",
            arg = "--all",
            other = "--person"
        )));
    }
    let client = app.client()?;
    let request = pb::ReportInPlaceRequest {
        context: None,
        village_code: args.village,
        response_id: args.response.unwrap_or_default(),
        reporter: Some(args.reporter.reporter()),
        muster_point: args.muster.unwrap_or_default(),
        check_in_code: args.code.unwrap_or_default(),
        person_ids: args.who.person,
        all: args.who.all,
        observed_at_unix_ms: clock::now_unix_ms(),
    };
    let answer = app.mutate(change!(client, in_place.report_in_place, request)).await?;
    let mut applied = Applied::default();
    applied.add(answer.receipt, answer.applied, answer.exceptions);
    outcome(app, "in_place.reported", &request.village_code, &applied)
}
