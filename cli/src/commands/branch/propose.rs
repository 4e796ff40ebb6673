//! `branch propose`: by a person with a list of people, or by rule where three full members are at one place.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::ids;
use crate::output::json as documents;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "R", value_parser = ids::response)]
    response: u32,
    #[arg(long, value_name = "P", value_parser = ids::person, num_args = 1.., value_delimiter = ',', requires = "site")]
    person: Vec<u32>,
    #[arg(long, value_name = "P", value_parser = ids::person, num_args = 1.., value_delimiter = ',', requires = "person")]
    applicant: Vec<u32>,
    #[arg(long, value_name = "PLACE", requires = "person")]
    site: Option<String>,
    #[arg(long, value_name = "TEXT", requires = "person")]
    front: Option<String>,
    #[arg(long, value_name = "TEXT", requires = "person")]
    name: Option<String>,
    #[arg(long, value_name = "N", value_parser = ids::count, requires = "person")]
    days: Option<u32>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let (receipt, branches) = match args.site {
        Some(site) => {
            let request = pb::ProposeBranchRequest {
                context: None,
                response_id: args.response,
                site,
                front: args.front.unwrap_or_default(),
                name: args.name.unwrap_or_default(),
                expected_days: args.days.unwrap_or_default(),
                person_ids: args.person,
                applicant_ids: args.applicant,
            };
            let answer = app.mutate(change!(client, branch.propose_branch, request)).await?;
            (answer.receipt, vec![answer.branch_id])
        }
        None => {
            let request = pb::ProposeBranchesRequest {
                context: None,
                response_id: args.response,
            };
            let answer = app.mutate(change!(client, branch.propose_branches, request)).await?;
            (answer.receipt, answer.branch_ids)
        }
    };
    app.emit(
        || documents::receipt(receipt.as_ref(), json!({ "branch_ids": branches })),
        || {
            let ids: Vec<_> = branches.iter().map(|branch| format!("B{branch}")).collect();
            let line = if ids.is_empty() {
                tr!(app.lang, "branch.none_proposed")
            } else {
                tr!(app.lang, "branch.proposed", branches = ids.join(" "))
            };
            format!("{line}\n")
        },
    )?;
    Ok(exit::OK)
}
