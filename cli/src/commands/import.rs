//! What all imports share: reading the file, sending its rows in pieces, and one report of every bad row.

use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use baiying_proto::v1 as pb;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use prost::Message;
use serde_json::{Value, json};
use tokio_stream::Stream;
use tonic::{Response, Status};

use crate::app::App;
use crate::client::Client;
use crate::error::{CliError, exit};
use crate::i18n::{Lang, fill, find, tr};
use crate::output::json as documents;
use crate::output::table::Sheet as Table;
use crate::sheet::{self, Column, Row, Sheet};

/// Rows of one message at most.
const CHUNK_ROWS: usize = 500;
/// Bytes of one message at most.
const CHUNK_BYTES: usize = 192 * 1024;
/// Bad rows shown on the terminal; the rest is in JSON and in the report file.
const SHOWN: usize = 50;
/// Files with more rows show their progress.
const LONG: usize = 2000;

/// Arguments of every import.
#[derive(Debug, clap::Args)]
pub(crate) struct ImportArgs {
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[arg(long, conflicts_with = "skip_bad")]
    pub(crate) all_or_nothing: bool,
    #[arg(long)]
    pub(crate) skip_bad: bool,
    #[arg(long, value_name = "NAME")]
    pub(crate) encoding: Option<String>,
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) report: Option<PathBuf>,
}

/// Messages of one import stream.
pub(crate) type Messages<M> = Pin<Box<dyn Stream<Item = M> + Send>>;

/// Reads the file and says what is worth a word about it.
pub(crate) fn read(app: &App, args: &ImportArgs, columns: &[Column]) -> Result<Sheet, CliError> {
    let sheet = sheet::read(&args.file, columns, args.encoding.as_deref())?;
    if let Some(encoding) = &sheet.encoding {
        app.note(&tr!(app.lang, "import.encoding", encoding = encoding));
    }
    Ok(sheet)
}

/// What an import has to say beside its report.
pub(crate) struct More {
    /// Fields of the document.
    pub(crate) document: Value,
    /// What people read after the report.
    pub(crate) text: String,
    /// Keys of the first line: of an import that was taken, and of one that was not.
    pub(crate) headlines: (&'static str, &'static str),
    /// Nothing was to be taken, so that it was not means nothing.
    pub(crate) dry_run: bool,
}

impl Default for More {
    fn default() -> Self {
        Self {
            document: json!({}),
            text: String::new(),
            headlines: ("import.done", "import.refused"),
            dry_run: false,
        }
    }
}

/// Sends the rows and reports. `to_message` wraps a header or rows; `send` makes the call.
pub(crate) async fn run<R, M, Fut>(
    app: &App,
    args: &ImportArgs,
    sheet: Sheet,
    columns: &'static [Column],
    to_row: impl Fn(Row) -> R,
    to_message: fn(Option<pb::ImportHeader>, Vec<R>) -> M,
    send: impl Fn(Client, Messages<M>) -> Fut,
) -> Result<u8, CliError>
where
    R: Message + Clone + Send + Sync + 'static,
    M: Send + 'static,
    Fut: Future<Output = Result<Response<pb::ImportReport>, Status>>,
{
    run_with(app, args, sheet, columns, to_row, to_message, send, More::default).await
}

/// As [`run`], with more to say afterwards.
#[expect(
    clippy::too_many_arguments,
    reason = "the parts of an import, each used once, by name in every call"
)]
pub(crate) async fn run_with<R, M, Fut>(
    app: &App,
    args: &ImportArgs,
    sheet: Sheet,
    columns: &'static [Column],
    to_row: impl Fn(Row) -> R,
    to_message: fn(Option<pb::ImportHeader>, Vec<R>) -> M,
    send: impl Fn(Client, Messages<M>) -> Fut,
    more: impl FnOnce() -> More,
) -> Result<u8, CliError>
where
    R: Message + Clone + Send + Sync + 'static,
    M: Send + 'static,
    Fut: Future<Output = Result<Response<pb::ImportReport>, Status>>,
{
    let Sheet {
        rows,
        bad,
        headers,
        encoding: _,
        bad_keys: _,
    } = sheet;
    if !bad.is_empty() && !args.skip_bad {
        app.note(&tr!(app.lang, "import.nothing_sent"));
        let report = pb::ImportReport {
            bad,
            ..pb::ImportReport::default()
        };
        return finish(app, args, report, columns, &headers, more());
    }
    let rows: Arc<[R]> = rows.into_iter().map(to_row).collect();
    let client = app.client()?;
    let mode = if args.skip_bad {
        pb::ImportMode::SkipBad
    } else {
        pb::ImportMode::AllOrNothing
    };
    let bar = progress(app, rows.len());
    let context = app.context()?;
    let call = |context: pb::CommandContext| {
        let header = pb::ImportHeader {
            context: Some(context),
            mode: mode.into(),
        };
        bar.set_position(0);
        send(
            client.clone(),
            messages(header, Arc::clone(&rows), to_message, bar.clone()),
        )
    };
    let outcome = app.mutate_as(&context, app.import_timeout(), call).await;
    bar.finish_and_clear();
    let mut report = outcome?;
    report.bad.extend(bad);
    report.bad.sort_by_key(|bad| bad.row);
    finish(app, args, report, columns, &headers, more())
}

/// Progress of a long import, where somebody sees it.
pub(crate) fn progress(app: &App, rows: usize) -> ProgressBar {
    let bar = ProgressBar::new(rows as u64);
    let shown = app.ui.progress && rows > LONG;
    bar.set_draw_target(if shown {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    });
    if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:40}] {human_pos}/{human_len} {eta}") {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.set_message(tr!(app.lang, "import.sending"));
    bar
}

/// The messages of a stream: the header, then rows in pieces.
pub(crate) fn messages<R, M>(
    header: pb::ImportHeader,
    rows: Arc<[R]>,
    to_message: impl Fn(Option<pb::ImportHeader>, Vec<R>) -> M + Send + 'static,
    bar: ProgressBar,
) -> Messages<M>
where
    R: Message + Clone + Send + Sync + 'static,
    M: Send + 'static,
{
    let first = to_message(Some(header), Vec::new());
    let mut at = 0;
    let chunks = std::iter::from_fn(move || {
        let length = chunk(&rows[at..]);
        let chunk = (length > 0).then(|| rows[at..at + length].to_vec())?;
        at += length;
        bar.set_position(at as u64);
        Some(to_message(None, chunk))
    });
    Box::pin(tokio_stream::iter(std::iter::once(first).chain(chunks)))
}

/// How many of the rows go into one message.
fn chunk<R: Message>(rows: &[R]) -> usize {
    let mut bytes = 0;
    rows.iter()
        .take(CHUNK_ROWS)
        .take_while(|row| {
            bytes += row.encoded_len() + 8;
            bytes <= CHUNK_BYTES
        })
        .count()
}

fn finish(
    app: &App,
    args: &ImportArgs,
    report: pb::ImportReport,
    columns: &[Column],
    headers: &[String],
    more: More,
) -> Result<u8, CliError> {
    if let Some(path) = &args.report {
        let write = |source| CliError::Write {
            path: path.clone(),
            source,
        };
        std::fs::write(path, csv_report(&report.bad)).map_err(write)?;
    }
    app.emit(
        || document(&report, &more),
        || text(app.lang, &report, columns, headers, &more) + &more.text,
    )?;
    Ok(if report.bad.is_empty() {
        exit::OK
    } else {
        exit::BAD_ROWS
    })
}

fn document(report: &pb::ImportReport, more: &More) -> Value {
    let bad: Vec<_> = report
        .bad
        .iter()
        .map(|bad| {
            let pb::RowError {
                row,
                field,
                value,
                problem,
                detail,
                other_row,
            } = bad;
            json!({ "row": row, "field": field, "value": value, "problem": problem, "detail": detail,
                "other_row": other_row })
        })
        .collect();
    let mut document = json!({ "applied": report.applied, "added": report.added, "changed": report.changed,
        "unchanged": report.unchanged, "bad": bad });
    if let (Some(document), Some(more)) = (document.as_object_mut(), more.document.as_object()) {
        document.extend(more.clone());
    }
    documents::receipt(report.receipt.as_ref(), document)
}

fn text(lang: Lang, report: &pb::ImportReport, columns: &[Column], headers: &[String], more: &More) -> String {
    let bad = report.bad.len();
    let (taken, refused) = more.headlines;
    let headline = if report.applied || (bad == 0 && (report.unchanged > 0 || more.dry_run)) {
        taken
    } else {
        refused
    };
    let mut text = fill(
        lang,
        headline,
        &[
            ("added", report.added.to_string()),
            ("changed", report.changed.to_string()),
            ("unchanged", report.unchanged.to_string()),
            ("bad", bad.to_string()),
        ],
    );
    text.push('\n');
    if bad == 0 {
        return text;
    }
    let mut table = Table::new(lang, &["row", "column", "value", "problem"]).numbers([0]);
    for error in report.bad.iter().take(SHOWN) {
        // What the file calls the column.
        let name = columns
            .iter()
            .zip(headers)
            .find(|(column, header)| column.name == error.field && !header.is_empty());
        table.row([
            error.row.to_string(),
            name.map_or_else(|| error.field.clone(), |(_, header)| header.clone()),
            crate::text::quoted(&error.value),
            problem(lang, error),
        ]);
    }
    text.push_str(&table.text());
    if bad > SHOWN {
        text.push_str(&tr!(lang, "import.more", count = bad - SHOWN));
        text.push('\n');
    }
    text
}

fn problem(lang: Lang, error: &pb::RowError) -> String {
    let key = format!("problem.{}", error.problem);
    let mut text = match find(lang, &key) {
        Some(_) => fill(lang, &key, &[("other_row", error.other_row.to_string())]),
        None => error.problem.clone(),
    };
    if !error.detail.is_empty() {
        text.push_str(&tr!(
            lang,
            "problem.detail",
            detail = crate::text::quoted(&error.detail)
        ));
    }
    text
}

/// Every bad row for a spreadsheet.
fn csv_report(bad: &[pb::RowError]) -> Vec<u8> {
    // A spreadsheet would calculate what begins like a formula.
    let harmless = |value: &str| {
        if value.starts_with(['=', '+', '-', '@', '\t', '\r']) {
            format!("'{value}")
        } else {
            value.to_owned()
        }
    };
    let mut writer = csv::Writer::from_writer(b"\xef\xbb\xbf".to_vec());
    // Writing into memory does not fail.
    let _ = writer.write_record(["row", "field", "value", "problem", "detail", "other_row"]);
    for error in bad {
        let other = if error.other_row == 0 {
            String::new()
        } else {
            error.other_row.to_string()
        };
        let _ = writer.write_record([
            &error.row.to_string(),
            &harmless(&error.field),
            &harmless(&error.value),
            &error.problem,
            &harmless(&error.detail),
            &other,
        ]);
    }
    writer.into_inner().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(row: u32, field: &str, value: &str, problem: &str) -> pb::RowError {
        pb::RowError {
            row,
            field: field.into(),
            value: value.into(),
            problem: problem.into(),
            detail: String::new(),
            other_row: 2,
        }
    }

    #[test]
    fn every_problem_has_words() {
        let words = "missing invalid unknown-unit unknown-person duplicate cycle parent-refused leader-is-deputy no-leader \
            second-of-role contradicts team-refused outside-roster other-team roster-refused too-few-fields too-many-fields \
            too-long undecodable digits-lost backup-is-primary";
        for word in words.split_whitespace() {
            for lang in Lang::ALL {
                assert!(find(lang, &format!("problem.{word}")).is_some(), "{lang:?} {word}");
            }
        }
    }

    #[test]
    fn chunks_are_bounded_by_rows_and_bytes() {
        let row = pb::UnitRow {
            row: 1,
            name: "x".repeat(100),
            ..pb::UnitRow::default()
        };
        assert_eq!(chunk(&vec![row.clone(); 2000]), CHUNK_ROWS);
        let wide = pb::UnitRow {
            name: "x".repeat(16_000),
            ..row
        };
        let rows = chunk(&vec![wide.clone(); 500]);
        assert!(rows >= 1 && rows * wide.encoded_len() < 200 * 1024);
        assert_eq!(chunk::<pb::UnitRow>(&[]), 0);
    }

    #[test]
    fn the_report_is_harmless_in_a_spreadsheet() {
        let report = String::from_utf8(csv_report(&[error(3, "name", "=cmd()", "invalid")])).unwrap();
        assert!(report.ends_with("3,name,'=cmd(),invalid,,2\n"), "{report}");
    }

    #[test]
    fn bad_rows_are_shown_with_the_files_own_headers() {
        let mut bad = vec![error(3, "unit_code", "44\u{1b}[0m", "unknown-unit")];
        bad.extend((4..60).map(|row| error(row, "", "", "duplicate")));
        let report = pb::ImportReport {
            bad,
            ..pb::ImportReport::default()
        };
        let headers = ["", "", "", "单位代码", "", "", "", ""].map(str::to_owned);
        let text = text(Lang::ZhCn, &report, &sheet::PEOPLE, &headers, &More::default());
        assert!(text.contains("单位代码") && !text.contains('\u{1b}'), "{text}");
        assert_eq!(text.lines().filter(|line| line.contains("重复")).count(), 49);
    }
}
