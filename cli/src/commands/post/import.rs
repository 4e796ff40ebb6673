//! `post import`: who holds which post, from a file, a holding a row.

use baiying_proto::v1 as pb;

use crate::app::App;
use crate::commands::import::{self, ImportArgs};
use crate::error::CliError;
use crate::sheet::POSTS;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    import: ImportArgs,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let sheet = import::read(app, &args.import, &POSTS)?;
    import::run(
        app,
        &args.import,
        sheet,
        &POSTS,
        |row| {
            let [unit_code, post, role, person] = row.values.try_into().unwrap_or_default();
            pb::PostRow {
                row: row.number,
                unit_code,
                post,
                role,
                person,
            }
        },
        |header, rows| pb::ImportPostsRequest { header, rows },
        |client, messages| async move {
            let answer = client.post().import_posts(messages).await?;
            Ok(answer.map(|answer| answer.report.unwrap_or_default()))
        },
    )
    .await
}
