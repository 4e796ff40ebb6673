//! `branch show`: one branch with its whole record; as JSON, what is kept of it.

use baiying_proto::v1 as pb;

use crate::app::App;
use crate::client::Client;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::ids;
use crate::output::{branch, json_branch};

/// Everything there is.
const ALL: pages::Limit = pages::Limit { limit: 0 };

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "B", value_parser = ids::branch)]
    branch: u32,
}

/// A branch with everything that is kept of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Record {
    /// What it is, its steps, its feedback, its seal.
    pub(crate) head: pb::GetBranchResponse,
    /// Who is and was in it.
    pub(crate) members: Vec<pb::BranchMember>,
    /// Its log.
    pub(crate) activities: Vec<pb::BranchActivity>,
}

/// The record of one branch.
pub(crate) async fn fetch(app: &App, client: &Client, branch_id: u32) -> Result<Record, CliError> {
    let request = pb::GetBranchRequest { branch_id };
    let head = app.query(call!(client, branch.get_branch, request)).await?;
    let members = pages::all(&ALL, async |page| {
        let request = pb::ListBranchMembersRequest {
            branch_id,
            present: false,
            page: Some(page),
        };
        let answer = app.query(call!(client, branch.list_branch_members, request)).await?;
        Ok((answer.members, answer.next_page_token))
    })
    .await?;
    let activities = pages::all(&ALL, async |page| {
        let request = pb::ListBranchActivitiesRequest {
            branch_id,
            page: Some(page),
        };
        let answer = app.query(call!(client, branch.list_branch_activities, request)).await?;
        Ok((answer.activities, answer.next_page_token))
    })
    .await?;
    Ok(Record {
        head,
        members,
        activities,
    })
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let Record {
        head,
        members,
        activities,
    } = fetch(app, &client, args.branch).await?;
    app.emit(
        || json_branch::record(&head, &members, &activities),
        || branch::record(app.lang, &head, &members, &activities),
    )?;
    Ok(exit::OK)
}
