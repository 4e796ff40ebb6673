//! `response timeline`: everything that happened in a response, in order.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::client::Client;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::ids;
use crate::output::situation;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "R", value_parser = ids::response)]
    response: u32,
    #[arg(long)]
    people: bool,
    #[command(flatten)]
    limit: pages::Limit,
}

/// The timeline of a response.
pub(crate) async fn fetch(
    app: &App,
    client: &Client,
    response_id: u32,
    with_people: bool,
    limit: &pages::Limit,
) -> Result<Vec<pb::TimelineItem>, CliError> {
    pages::all(limit, async |page| {
        let request = pb::ListTimelineRequest {
            response_id,
            with_people,
            page: Some(page),
        };
        let answer = app.query(call!(client, response.list_timeline, request)).await?;
        Ok((answer.items, answer.next_page_token))
    })
    .await
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let items = fetch(app, &client, args.response, args.people, &args.limit).await?;
    app.emit(
        || json!({ "items": items.iter().map(situation::item_json).collect::<Vec<_>>() }),
        || situation::timeline(app.lang, &items),
    )?;
    Ok(exit::OK)
}
