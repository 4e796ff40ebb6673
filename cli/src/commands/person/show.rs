//! `person show`: the personal data of people, for a purpose that goes on record.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::ids;
use crate::output::json as documents;
use crate::output::table::Sheet;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "P", required = true, num_args = 1.., value_delimiter = ',', value_parser = ids::person)]
    person: Vec<u32>,
    #[arg(long, required = true)]
    unmask: bool,
    #[arg(long, value_name = "TEXT")]
    purpose: String,
    #[arg(long, value_name = "NAME")]
    approved_by: Option<String>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let Args {
        person,
        unmask: _,
        purpose,
        approved_by,
    } = args;
    let client = app.client()?;
    let request = pb::UnmaskRequest {
        context: None,
        person_ids: person,
        purpose,
        approved_by: approved_by.unwrap_or_default(),
    };
    let answer = app.mutate(change!(client, roster.unmask, request)).await?;
    app.emit(
        || {
            let people: Vec<_> = answer.people.iter().map(documents::unmasked_person).collect();
            documents::receipt(answer.receipt.as_ref(), json!({ "people": people }))
        },
        || {
            let mut sheet = Sheet::new(app.lang, &["person", "name", "phone", "id_number", "address"]);
            for person in &answer.people {
                sheet.row([
                    format!("P{}", person.person_id),
                    person.name.clone(),
                    person.phone.clone(),
                    person.id_number.clone(),
                    person.address.clone(),
                ]);
            }
            sheet.text()
        },
    )?;
    Ok(exit::OK)
}
