//! `command tree`: who commands where, and under whom (指挥体系).

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::client::Client;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::output::{command, json_command};
use crate::{ids, when};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    which: WhichArgs,
    #[command(flatten)]
    limit: pages::Limit,
}

/// Which part of the tree, as it is typed.
#[derive(Debug, clap::Args)]
pub(super) struct WhichArgs {
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
    #[arg(long, value_name = "R", value_parser = ids::response)]
    response: Option<u32>,
    #[arg(long, value_name = "WHEN", value_parser = when::as_of)]
    at: Option<pb::AsOf>,
}

/// Which part of the tree.
#[derive(Debug, Clone, Default)]
pub(crate) struct Which {
    /// Within this unit; empty: all.
    pub(crate) unit_code: String,
    /// Of this response; 0: of the one that counts at each unit.
    pub(crate) response_id: u32,
    /// As it was then.
    pub(crate) as_of: Option<pb::AsOf>,
}

impl From<WhichArgs> for Which {
    fn from(args: WhichArgs) -> Self {
        let WhichArgs { unit, response, at } = args;
        Self {
            unit_code: unit.unwrap_or_default(),
            response_id: response.unwrap_or_default(),
            as_of: at,
        }
    }
}

/// The tree, and the state that it shows.
pub(crate) async fn fetch(
    app: &App,
    client: &Client,
    which: &Which,
    limit: &pages::Limit,
) -> Result<(Vec<pb::CommandUnit>, u64), CliError> {
    let mut revision = 0;
    let tree = pages::all(limit, async |page| {
        let Which {
            unit_code,
            response_id,
            as_of,
        } = which.clone();
        let request = pb::ListCommandTreeRequest {
            unit_code,
            response_id,
            page: Some(page),
            as_of,
        };
        let answer = app.query(call!(client, command.list_command_tree, request)).await?;
        revision = answer.revision;
        Ok((answer.units, answer.next_page_token))
    })
    .await?;
    Ok((tree, revision))
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let (tree, revision) = fetch(app, &client, &args.which.into(), &args.limit).await?;
    app.emit(
        || json!({ "revision": revision, "units": json_command::units(&tree) }),
        || command::tree(app.lang, &tree),
    )?;
    Ok(exit::OK)
}
