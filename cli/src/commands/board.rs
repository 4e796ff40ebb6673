//! `board`: 到位总览, as of now or as it changes.

use baiying_proto::v1 as pb;

use crate::app::App;
use crate::commands::{call, watch};
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::ids;
use crate::output::{board, json as documents};
use crate::when;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
    #[arg(long, value_name = "R", value_parser = ids::response)]
    response: Option<u32>,
    #[arg(long, value_name = "O", value_parser = ids::order)]
    order: Option<u32>,
    #[arg(long, conflicts_with = "watch", value_name = "WHEN", value_parser = when::as_of)]
    at: Option<pb::AsOf>,
    #[arg(long)]
    watch: bool,
}

/// Runs it.
pub(crate) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let filter = pb::BoardFilter {
        response_id: args.response.unwrap_or_default(),
        order_id: args.order.unwrap_or_default(),
        unit_code: args.unit.unwrap_or_default(),
    };
    if args.watch {
        return watch::run(app, filter, None).await;
    }
    let client = app.client()?;
    let request = pb::GetBoardRequest {
        filter: Some(filter),
        as_of: args.at,
    };
    let answer = app.query(call!(client, watch.get_board, request)).await?;
    app.emit(
        || documents::board(&answer),
        || {
            let head = tr!(
                app.lang,
                "board.head_now",
                at = when::local(answer.at_unix_ms),
                revision = answer.revision,
                level = ids::level_text(app.lang, answer.highest_level)
            );
            format!(
                "{head}\n{}",
                board::table(app.lang, answer.total.as_ref(), &answer.rows)
            )
        },
    )?;
    Ok(exit::OK)
}
