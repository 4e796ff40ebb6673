//! `spot-check plan`: checks to come, at an instant or at one that nobody knows.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::client::random;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::output::json as documents;
use crate::when;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "CODE")]
    unit: String,
    #[arg(long, value_name = "N", default_value_t = 0)]
    sample: u32,
    #[arg(long, value_name = "TIME", value_parser = when::instant_unix_ms)]
    from: i64,
    #[arg(long, value_name = "TIME", value_parser = when::instant_unix_ms)]
    until: Option<i64>,
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let seed = match args.seed {
        Some(seed) => seed,
        None => u64::from_be_bytes(random()?),
    };
    let request = pb::PlanSpotChecksRequest {
        context: None,
        unit_code: args.unit,
        sample: args.sample,
        from_unix_ms: args.from,
        until_unix_ms: args.until.unwrap_or_default(),
        seed,
    };
    let answer = app.mutate(change!(client, readiness.plan_spot_checks, request)).await?;
    app.emit(
        || {
            documents::receipt(
                answer.receipt.as_ref(),
                json!({ "spot_check_ids": answer.spot_check_ids, "seed": seed }),
            )
        },
        || {
            tr!(
                app.lang,
                "done.spot_checks_planned",
                count = answer.spot_check_ids.len()
            ) + "\n"
        },
    )?;
    Ok(exit::OK)
}
