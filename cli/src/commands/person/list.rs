//! `person list`: people, personal data masked.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::i18n::word;
use crate::ids;
use crate::output::json as documents;
use crate::output::table::Sheet;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    #[arg(long, value_name = "T", value_parser = ids::team)]
    team: Option<String>,
    #[command(flatten)]
    limit: pages::Limit,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let filter = pb::ListPeopleRequest {
        unit_code: args.unit.unwrap_or_default(),
        name: args.name.unwrap_or_default(),
        team: args.team.unwrap_or_default(),
        page: None,
    };
    let people = pages::all(&args.limit, async |page| {
        let request = pb::ListPeopleRequest {
            page: Some(page),
            ..filter.clone()
        };
        let answer = app.query(call!(client, roster.list_people, request)).await?;
        Ok((answer.people, answer.next_page_token))
    })
    .await?;
    app.emit(
        || json!({ "people": people.iter().map(documents::person).collect::<Vec<_>>() }),
        || {
            let mut sheet = Sheet::new(
                app.lang,
                &[
                    "person",
                    "name",
                    "phone",
                    "unit",
                    "residence",
                    "category",
                    "political",
                    "standing",
                    "skills",
                    "teams",
                    "order",
                ],
            );
            for person in &people {
                let teams: Vec<_> = person.team_ids.iter().map(|team| format!("T{team}")).collect();
                sheet.row([
                    format!("P{}", person.person_id),
                    person.masked_name.clone(),
                    person.masked_phone.clone(),
                    person.unit_code.clone(),
                    person.residence_code.clone(),
                    word(app.lang, "category", &person.category),
                    word(app.lang, "political", &person.political),
                    word(app.lang, "standing", &person.standing),
                    person.skills.join(" "),
                    teams.join(" "),
                    if person.active_order_id == 0 {
                        String::new()
                    } else {
                        format!("O{}", person.active_order_id)
                    },
                ]);
            }
            sheet.text()
        },
    )?;
    Ok(exit::OK)
}
