//! `reinforcement request`: a town asks for people.

use baiying_proto::v1 as pb;
use serde_json::json;

use super::number_of;
use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::output::json as documents;
use crate::{ids, when};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "R", value_parser = ids::response)]
    response: u32,
    #[arg(long, value_name = "CODE")]
    town: String,
    #[arg(long, value_name = "N", value_parser = ids::count)]
    number: u32,
    #[arg(long, value_name = "SKILL=N", value_parser = number_of, num_args = 1.., value_delimiter = ',')]
    skill: Vec<(String, u32)>,
    #[arg(long, value_name = "M", value_parser = ids::muster_point)]
    muster: String,
    #[arg(long, value_name = "CODE")]
    village: Option<String>,
    #[arg(long, value_name = "DURATION", value_parser = when::duration_ms, conflicts_with = "arrive_by")]
    #[arg(required_unless_present = "arrive_by")]
    arrive_within: Option<u64>,
    #[arg(long, value_name = "TIME", value_parser = when::instant_unix_ms)]
    arrive_by: Option<i64>,
    #[arg(long, value_name = "TEXT")]
    task: String,
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[arg(long, value_name = "NAME", num_args = 1.., value_delimiter = ',')]
    sign_off: Vec<String>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    use pb::deadline::When;
    let when = args
        .arrive_within
        .map(When::WithinMs)
        .or(args.arrive_by.map(When::AtUnixMs));
    let skills = args
        .skill
        .into_iter()
        .map(|(skill, number)| pb::SkillNumber { skill, number });
    let client = app.client()?;
    let request = pb::RequestReinforcementRequest {
        context: None,
        response_id: args.response,
        town_code: args.town,
        number: args.number,
        skills: skills.collect(),
        muster_point: args.muster,
        village_code: args.village.unwrap_or_default(),
        arrive: Some(pb::Deadline { when }),
        task: args.task,
        reason: args.reason,
        sign_offs: args.sign_off,
    };
    let answer = app
        .mutate(change!(client, reinforcement.request_reinforcement, request))
        .await?;
    app.emit(
        || {
            let more = json!({ "reinforcement_id": answer.reinforcement_id });
            documents::receipt(answer.receipt.as_ref(), more)
        },
        || {
            tr!(
                app.lang,
                "reinforcement.requested",
                id = answer.reinforcement_id,
                town = crate::text::line(&request.town_code),
                number = request.number
            ) + "\n"
        },
    )?;
    Ok(exit::OK)
}
