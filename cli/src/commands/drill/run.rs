//! `drill run`: starts a run. It is confirmed by its own words, never by those of the real thing.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::ids;
use crate::output::json as documents;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "SCENARIO")]
    code: String,
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
    #[arg(long, value_name = "P", value_parser = ids::person)]
    director: u32,
    #[arg(long, value_name = "ROLE=P", value_delimiter = ',', value_parser = ids::role)]
    staff: Vec<(String, u32)>,
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    simulate: Vec<String>,
    #[arg(long, value_name = "N", default_value_t = 1)]
    rate: u32,
    #[arg(long, value_name = "WORDS")]
    confirm: Option<String>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let phrase = tr!(app.lang, "drill.phrase", code = &args.code);
    let confirmation = match args.confirm {
        Some(words) => words,
        None => app.type_in(&tr!(app.lang, "drill.type_in", phrase = phrase))?,
    };
    let client = app.client()?;
    let staff = args.staff.into_iter();
    let request = pb::StartExerciseRequest {
        context: None,
        scenario: args.code,
        unit_code: args.unit.unwrap_or_default(),
        director_id: args.director,
        staff: staff
            .map(|(role, person_id)| pb::ExerciseStaff { role, person_id })
            .collect(),
        simulated_unit_codes: args.simulate,
        rate: args.rate,
        confirmation,
    };
    let answer = app.mutate(change!(client, exercise.start_exercise, request)).await?;
    app.emit(
        || {
            let more = json!({ "exercise_id": answer.exercise_id, "order_id": answer.order_id, "due": answer.due,
                "excused": answer.excused });
            documents::receipt(answer.receipt.as_ref(), more)
        },
        || {
            let id = answer.exercise_id;
            let mut text = match answer.order_id {
                0 => tr!(app.lang, "drill.started_alone", id = id),
                order => tr!(
                    app.lang,
                    "drill.started",
                    id = id,
                    order = order,
                    due = answer.due,
                    excused = answer.excused
                ),
            };
            text.push('\n');
            text.push_str(&tr!(app.lang, "drill.next", id = id));
            text.push('\n');
            text
        },
    )?;
    Ok(exit::OK)
}
