//! `in-place assign`: gives a confirmed member a post in the village (定岗).

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::ids;
use crate::output::{duty, json as documents};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "P", value_parser = ids::person)]
    person: u32,
    #[arg(long, value_name = "CODE")]
    village: String,
    #[arg(long, value_name = "TEXT")]
    task: String,
    #[arg(long, value_name = "R", value_parser = ids::response)]
    response: Option<u32>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::AssignTaskRequest {
        context: None,
        village_code: args.village,
        response_id: args.response.unwrap_or_default(),
        person_id: args.person,
        task: args.task,
    };
    let answer = app.mutate(change!(client, in_place.assign_task, request)).await?;
    app.emit(
        || {
            let more = json!({ "person_id": request.person_id, "task": request.task });
            documents::receipt(answer.receipt.as_ref(), more)
        },
        || {
            let person = duty::person(request.person_id);
            let task = crate::text::line(&request.task);
            if task.trim().is_empty() {
                tr!(app.lang, "in_place.unassigned", person = person) + "\n"
            } else {
                tr!(app.lang, "in_place.assigned", person = person, task = task) + "\n"
            }
        },
    )?;
    Ok(exit::OK)
}
