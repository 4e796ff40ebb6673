//! `in-place preregister add`: registers one member.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::error::{CliError, exit};
use crate::i18n::{fill, tr};
use crate::ids;
use crate::output::{duty, json as documents};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "P", value_parser = ids::person)]
    person: u32,
    #[arg(long, value_name = "CODE")]
    village: String,
    #[arg(long, value_name = "WORD", num_args = 1.., value_delimiter = ',')]
    skill: Vec<String>,
    #[arg(long, value_name = "TEXT")]
    service: Option<String>,
    #[arg(long, value_name = "TEXT")]
    hours: Option<String>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let row = pb::PreRegistrationRow {
        row: 1,
        person: format!("P{}", args.person),
        village_code: args.village,
        skills: args.skill,
        service: args.service.unwrap_or_default(),
        hours: args.hours.unwrap_or_default(),
    };
    let context = app.context()?;
    let call = |context: pb::CommandContext| {
        let header = pb::ImportHeader {
            context: Some(context),
            mode: pb::ImportMode::AllOrNothing.into(),
        };
        let messages = [
            pb::ImportPreRegistrationsRequest {
                header: Some(header),
                rows: Vec::new(),
            },
            pb::ImportPreRegistrationsRequest {
                header: None,
                rows: vec![row.clone()],
            },
        ];
        let client = client.clone();
        async move {
            client
                .in_place()
                .import_pre_registrations(tokio_stream::iter(messages))
                .await
        }
    };
    let answer = app.mutate_as(&context, app.import_timeout(), call).await?;
    let report = answer.report.unwrap_or_default();
    if let Some(bad) = report.bad.first() {
        let what = fill(app.lang, &format!("problem.{}", bad.problem), &[]);
        let what = if bad.detail.is_empty() {
            what
        } else {
            what + &tr!(app.lang, "problem.detail", detail = crate::text::quoted(&bad.detail))
        };
        app.note(&tr!(app.lang, "error.prefix", what = format!("{}: {what}", bad.field)));
        return Ok(exit::BAD_ROWS);
    }
    app.emit(
        || {
            documents::receipt(
                report.receipt.as_ref(),
                json!({ "person_id": args.person, "village_code": row.village_code }),
            )
        },
        || {
            let village = crate::text::line(&row.village_code);
            tr!(
                app.lang,
                "in_place.registered",
                person = duty::person(args.person),
                village = village
            ) + "\n"
        },
    )?;
    Ok(exit::OK)
}
