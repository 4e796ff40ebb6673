//! `branch list`: branches with what is to be looked at.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::client::Client;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::ids;
use crate::output::{branch, json_branch, json_duty};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "R", value_parser = ids::response)]
    response: Option<u32>,
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
    #[arg(long, value_name = "STATUS")]
    #[arg(value_parser = ["proposed", "under-review", "rejected", "withdrawn", "approved", "active", "under-strength",
        "merged", "group", "dissolving", "dissolved"])]
    status: Option<String>,
    #[arg(long, value_name = "P", value_parser = ids::person)]
    person: Option<u32>,
    #[command(flatten)]
    limit: pages::Limit,
}

/// The branches asked for.
pub(crate) async fn fetch(
    app: &App,
    client: &Client,
    which: &pb::ListBranchesRequest,
    limit: &pages::Limit,
) -> Result<Vec<pb::Branch>, CliError> {
    pages::all(limit, async |page| {
        let request = pb::ListBranchesRequest {
            page: Some(page),
            ..which.clone()
        };
        let answer = app.query(call!(client, branch.list_branches, request)).await?;
        Ok((answer.branches, answer.next_page_token))
    })
    .await
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let which = pb::ListBranchesRequest {
        response_id: args.response.unwrap_or_default(),
        unit_code: args.unit.unwrap_or_default(),
        status: args.status.unwrap_or_default(),
        person_id: args.person.unwrap_or_default(),
        page: None,
    };
    let branches = fetch(app, &client, &which, &args.limit).await?;
    app.emit(
        || json!({ "branches": json_duty::list(&branches, json_branch::branch) }),
        || branch::table(app.lang, &branches),
    )?;
    Ok(exit::OK)
}
