//! `drill report`: everything about a run in a file, for people and the printer (HTML), for programs (JSON), or as a workbook.

use std::path::{Path, PathBuf};

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::{call, pages};
use crate::drill_report::{self, Format, told};
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::ids;
use crate::text;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "Y", value_parser = ids::exercise)]
    drill: u32,
    #[arg(long, value_name = "FORMAT", value_parser = ["html", "json", "xlsx"])]
    format: Option<String>,
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// The format that is asked for, or that the name of the file says; a page if there is neither.
fn format(args: &Args) -> Option<Format> {
    match (&args.format, &args.out) {
        (Some(word), _) => Format::of(word),
        (None, Some(path)) => Format::of(&path.extension()?.to_ascii_lowercase().to_string_lossy()),
        (None, None) => Some(Format::Html),
    }
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let Some(format) = format(&args) else {
        let name = args.out.as_deref().map(Path::to_string_lossy).unwrap_or_default();
        return Err(CliError::Usage(tr!(
            app.lang,
            "arg_error.report_file",
            value = text::line(&name)
        )));
    };
    let client = app.client()?;
    let request = pb::GetExerciseReportRequest {
        exercise_id: args.drill,
    };
    let told = app.query(call!(client, exercise.get_exercise_report, request)).await?;
    let actions = pages::all(&pages::Limit { limit: 0 }, async |page| {
        let request = pb::ListActionsRequest {
            exercise_id: args.drill,
            page: Some(page),
            ..pb::ListActionsRequest::default()
        };
        let answer = app.query(call!(client, exercise.list_actions, request)).await?;
        Ok((answer.actions, answer.next_page_token))
    })
    .await?;
    let model = told::model(told, actions);
    let path = args
        .out
        .unwrap_or_else(|| PathBuf::from(format!("drill-{}.{}", model.run, format.word())));
    let bytes = drill_report::write(&model, format, app.lang, &path)?;
    let file = path.to_string_lossy();
    app.emit(
        || {
            json!({ "file": file, "format": format.word(), "exercise_id": args.drill, "bytes": bytes,
                "revision": model.revision, "in_progress": model.ended_by.is_empty() })
        },
        || {
            let mut said = tr!(
                app.lang,
                "drill.reported",
                drill = &model.run,
                file = text::line(&file),
                bytes = bytes,
                revision = model.revision
            );
            if model.ended_by.is_empty() {
                said.push('\n');
                said.push_str(&tr!(app.lang, "drill.so_far"));
            }
            said + "\n"
        },
    )?;
    Ok(exit::OK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_is_asked_for_or_follows_from_the_name() {
        let of = |word: Option<&str>, out: Option<&str>| {
            format(&Args {
                drill: 1,
                format: word.map(str::to_owned),
                out: out.map(PathBuf::from),
            })
        };
        assert_eq!(of(None, None), Some(Format::Html));
        assert_eq!(of(Some("xlsx"), None), Some(Format::Xlsx));
        assert_eq!(of(None, Some("a/报告.JSON")), Some(Format::Json));
        assert_eq!(of(Some("json"), Some("report.txt")), Some(Format::Json));
        for name in ["report", "report.pdf", ".html"] {
            assert_eq!(of(None, Some(name)), None, "{name}");
        }
    }
}
