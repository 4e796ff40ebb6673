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
    #[command(flatten)]
    setting: Setting,
}

/// What runs, where, and who conducts it: by hand and by a schedule alike.
#[derive(Debug, clap::Args)]
pub(super) struct Setting {
    #[arg(value_name = "SCENARIO")]
    pub(super) code: String,
    #[arg(long, value_name = "CODE")]
    pub(super) unit: Option<String>,
    #[arg(long, value_name = "P", value_parser = ids::person)]
    pub(super) director: u32,
    #[arg(long, value_name = "ROLE=P", value_delimiter = ',', value_parser = ids::role)]
    staff: Vec<(String, u32)>,
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub(super) simulate: Vec<String>,
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) rate: u32,
    #[arg(long, value_name = "WORDS")]
    confirm: Option<String>,
}

impl Setting {
    /// The words that confirm it: given, or typed in.
    pub(super) fn confirmation(&self, app: &App) -> Result<String, CliError> {
        let phrase = tr!(app.lang, "drill.phrase", code = &self.code);
        match &self.confirm {
            Some(words) => Ok(words.clone()),
            None => app.type_in(&tr!(app.lang, "drill.type_in", phrase = phrase)),
        }
    }
    /// Who else conducts it, as the daemon takes it.
    pub(super) fn staff(&self) -> Vec<pb::ExerciseStaff> {
        let member = |(role, person_id): &(String, u32)| pb::ExerciseStaff {
            role: role.clone(),
            person_id: *person_id,
        };
        self.staff.iter().map(member).collect()
    }
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let setting = args.setting;
    let confirmation = setting.confirmation(app)?;
    let client = app.client()?;
    let request = pb::StartExerciseRequest {
        context: None,
        staff: setting.staff(),
        scenario: setting.code,
        unit_code: setting.unit.unwrap_or_default(),
        director_id: setting.director,
        simulated_unit_codes: setting.simulate,
        rate: setting.rate,
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
