//! `in-place mobile`: the mobile team (机动队) of who lives in no village of the key area.

use std::collections::BTreeMap;

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::i18n::{tr, word};
use crate::ids;
use crate::output::table::Sheet;
use crate::output::{duty, json_duty, json_in_place};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "R", value_parser = ids::response)]
    response: u32,
    #[arg(long, value_name = "CODE")]
    home_unit: Option<String>,
    #[command(flatten)]
    limit: pages::Limit,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let home_unit_code = args.home_unit.unwrap_or_default();
    let members = pages::all(&args.limit, async |page| {
        let request = pb::ListMobileRequest {
            response_id: args.response,
            home_unit_code: home_unit_code.clone(),
            page: Some(page),
        };
        let answer = app.query(call!(client, in_place.list_mobile, request)).await?;
        Ok((answer.members, answer.next_page_token))
    })
    .await?;
    let mut by_unit: BTreeMap<&str, u32> = BTreeMap::new();
    for member in &members {
        *by_unit.entry(&member.home_unit_code).or_default() += 1;
    }
    app.emit(
        || {
            let units: Vec<_> = by_unit
                .iter()
                .map(|(unit, people)| json!({ "home_unit_code": unit, "people": people }))
                .collect();
            json!({ "members": json_duty::list(&members, json_in_place::mobile), "by_home_unit": units })
        },
        || {
            let mut sheet = Sheet::new(app.lang, &["person", "unit", "status", "skills"]);
            for member in &members {
                sheet.row([
                    duty::named(member.person_id, &member.masked_name),
                    member.home_unit_code.clone(),
                    word(app.lang, "in_place", &member.status),
                    member.skills.join(" "),
                ]);
            }
            let counts = tr!(
                app.lang,
                "in_place.mobile",
                people = members.len(),
                units = by_unit.len()
            );
            format!("{}{counts}\n", sheet.text())
        },
    )?;
    Ok(exit::OK)
}
