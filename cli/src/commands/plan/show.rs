//! `plan show`: one version of a plan, whole or one level of it.

use baiying_proto::v1 as pb;

use crate::app::App;
use crate::commands::call;
use crate::error::{CliError, exit};
use crate::ids;
use crate::output::{json_plan, plan};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "KIND")]
    plan: String,
    #[arg(long, value_name = "N")]
    version: Option<u32>,
    #[arg(long, value_name = "LEVEL", value_parser = ids::level)]
    level: Option<u32>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::GetPlanRequest {
        kind: args.plan,
        version: args.version,
    };
    let mut answer = app.query(call!(client, plan.get_plan, request)).await?;
    if let Some(level) = args.level {
        answer.levels.retain(|row| row.level == level);
    }
    app.emit(|| json_plan::plan(&answer), || plan::text(app.lang, &answer))?;
    Ok(exit::OK)
}
