//! `team list`: teams.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::i18n::word;
use crate::output::json as documents;
use crate::output::table::Sheet;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
    #[arg(long, value_name = "KIND", value_parser = ["agency", "support", "volunteer", "special"])]
    kind: Option<String>,
    #[command(flatten)]
    limit: pages::Limit,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let unit_code = args.unit.unwrap_or_default();
    let kind = args.kind.unwrap_or_default();
    let teams = pages::all(&args.limit, async |page| {
        let request = pb::ListTeamsRequest {
            unit_code: unit_code.clone(),
            kind: kind.clone(),
            page: Some(page),
        };
        let answer = app.query(call!(client, roster.list_teams, request)).await?;
        Ok((answer.teams, answer.next_page_token))
    })
    .await?;
    app.emit(
        || json!({ "teams": teams.iter().map(documents::team).collect::<Vec<_>>() }),
        || {
            let mut sheet = Sheet::new(
                app.lang,
                &["team", "code", "name", "kind", "unit", "leader", "deputy", "members"],
            )
            .numbers([7]);
            for team in &teams {
                sheet.row([
                    format!("T{}", team.team_id),
                    team.code.clone(),
                    team.name.clone(),
                    word(app.lang, "team", &team.kind),
                    team.unit_code.clone(),
                    format!("P{}", team.leader_id),
                    if team.deputy_id == 0 {
                        String::new()
                    } else {
                        format!("P{}", team.deputy_id)
                    },
                    team.members.to_string(),
                ]);
            }
            sheet.text()
        },
    )?;
    Ok(exit::OK)
}
