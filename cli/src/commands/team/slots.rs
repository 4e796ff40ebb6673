//! `team slots`: the teams that towns, villages and groups keep of their own (1+1+N). Its exit code says whether all are there.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::i18n::{tr, word};
use crate::output::table::Sheet;
use crate::output::{duty, json_plan};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
    #[arg(long)]
    open: bool,
    #[command(flatten)]
    limit: pages::Limit,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let unit_code = args.unit.unwrap_or_default();
    let slots = pages::all(&args.limit, async |page| {
        let request = pb::ListTeamSlotsRequest {
            unit_code: unit_code.clone(),
            open_only: args.open,
            page: Some(page),
        };
        let answer = app.query(call!(client, team.list_team_slots, request)).await?;
        Ok((answer.slots, answer.next_page_token))
    })
    .await?;
    app.emit(
        || json!({ "slots": slots.iter().map(json_plan::slot).collect::<Vec<_>>() }),
        || {
            let columns = ["unit", "kind", "meant", "size_min", "teams", "members", "finding"];
            let mut sheet = Sheet::new(app.lang, &columns).numbers([3, 4, 5]);
            for slot in &slots {
                let meant = match slot.max {
                    None => tr!(app.lang, "plan.at_least", min = slot.min),
                    Some(max) if max == slot.min => max.to_string(),
                    Some(max) => tr!(app.lang, "plan.between", min = slot.min, max = max),
                };
                let finding = if slot.open > 0 {
                    duty::loud(app.lang, &tr!(app.lang, "plan.slots_open", count = slot.open))
                } else if slot.over > 0 {
                    tr!(app.lang, "plan.slots_over", count = slot.over)
                } else {
                    String::new()
                };
                sheet.row([
                    slot.unit_code.clone(),
                    word(app.lang, "team", &slot.kind),
                    meant,
                    slot.size_min.to_string(),
                    slot.teams.to_string(),
                    slot.people.to_string(),
                    finding,
                ]);
            }
            sheet.text()
        },
    )?;
    Ok(if slots.iter().all(|slot| slot.open == 0) {
        exit::OK
    } else {
        exit::FINDINGS
    })
}
