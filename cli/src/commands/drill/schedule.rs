//! `drill schedule`: lays down when a scenario runs. It is confirmed as a run that is started by hand.

use baiying_proto::v1 as pb;
use serde_json::json;

use super::run::Setting;
use crate::app::App;
use crate::client::random;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::output::{drill_schedule, json as documents};
use crate::when;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("timing").args(["cron", "once"]).required(true)))]
pub(crate) struct Args {
    #[command(flatten)]
    setting: Setting,
    #[arg(long, value_name = "EXPRESSION")]
    cron: Option<String>,
    #[arg(long, value_name = "TIME", value_parser = when::instant_unix_ms, allow_negative_numbers = true)]
    once: Option<i64>,
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = ["workday", "rest-day", "holiday"])]
    days: Vec<String>,
    #[arg(long, value_name = "DURATION", value_parser = when::duration_ms)]
    spread: Option<u64>,
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    #[arg(long, value_name = "POLICY", value_parser = ["all", "latest", "none"])]
    catch_up: Option<String>,
    #[arg(long, value_name = "DURATION", value_parser = when::duration_ms)]
    max_late: Option<u64>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let setting = args.setting;
    let confirmation = setting.confirmation(app)?;
    let seed = match args.seed {
        Some(seed) => seed,
        None => u64::from_be_bytes(random()?),
    };
    let client = app.client()?;
    let request = pb::ScheduleExerciseRequest {
        context: None,
        staff: setting.staff(),
        scenario: setting.code,
        unit_code: setting.unit.unwrap_or_default(),
        director_id: setting.director,
        simulated_unit_codes: setting.simulate,
        rate: setting.rate,
        rule: Some(pb::ScheduleRule {
            cron: args.cron.unwrap_or_default(),
            once_unix_ms: args.once.unwrap_or_default(),
            zone: args.zone.unwrap_or_default(),
            days: args.days,
            spread_ms: args.spread.unwrap_or_default(),
            seed,
            catch_up: args.catch_up.unwrap_or_default(),
            max_lateness_ms: args.max_late,
        }),
        confirmation,
    };
    let answer = app.mutate(change!(client, exercise.schedule_exercise, request)).await?;
    app.emit(
        || {
            let next = answer.next.as_ref().map(drill_schedule::occurrence_json);
            documents::receipt(
                answer.receipt.as_ref(),
                json!({ "schedule_id": answer.schedule_id, "next": next }),
            )
        },
        || {
            let id = answer.schedule_id;
            let next = match &answer.next {
                Some(next) => drill_schedule::when_of(app.lang, next),
                None => tr!(app.lang, "drill.nothing_comes"),
            };
            tr!(app.lang, "drill.scheduled", id = id, next = next) + "\n"
        },
    )?;
    Ok(exit::OK)
}
