//! `post list`: posts, who holds them, and who acts now.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::i18n::{tr, word};
use crate::output::table::Sheet;
use crate::output::{duty, json_plan};
use crate::when;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
    #[arg(long, value_name = "POST")]
    post: Option<String>,
    #[command(flatten)]
    limit: pages::Limit,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let (unit_code, post) = (args.unit.unwrap_or_default(), args.post.unwrap_or_default());
    let posts = pages::all(&args.limit, async |page| {
        let request = pb::ListPostsRequest {
            unit_code: unit_code.clone(),
            post: post.clone(),
            page: Some(page),
        };
        let answer = app.query(call!(client, post.list_posts, request)).await?;
        Ok((answer.posts, answer.next_page_token))
    })
    .await?;
    app.emit(
        || json!({ "posts": posts.iter().map(json_plan::post).collect::<Vec<_>>() }),
        || {
            let mut sheet = Sheet::new(app.lang, &["unit", "post", "role_a", "role_b", "acting", "since"]);
            for row in &posts {
                let holder = |id: u32, name: &str| match id {
                    0 => String::new(),
                    id => duty::named(id, name),
                };
                sheet.row([
                    row.unit_code.clone(),
                    word(app.lang, "post", &row.post),
                    holder(row.primary_id, &row.primary_masked_name),
                    holder(row.backup_id, &row.backup_masked_name),
                    match row.acting_id {
                        0 => duty::loud(app.lang, &tr!(app.lang, "duty.nobody_acts")),
                        acting => duty::person(acting),
                    },
                    when::local(row.since_unix_ms),
                ]);
            }
            sheet.text()
        },
    )?;
    Ok(exit::OK)
}
