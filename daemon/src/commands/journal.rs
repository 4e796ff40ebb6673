//! `baiyingd journal verify|info|export`: looking into a journal that no daemon has open.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use baiying_journal::{MarkState, info, inspect};
use serde_json::json;

use crate::app::DataDir;
use crate::hex::hex;

/// What to do.
#[derive(clap::Subcommand, Debug)]
pub enum Command {
    /// 逐条校验 · Check every record: checksum, chain of hashes, sequence, high-water mark, and that the state can be made from them
    Verify(Dir),
    /// 日志概况 · Sizes and where the journal ends, without reading it
    Info(Dir),
    /// 导出事件（每行一个 JSON，只含编号）· Write every event as a line of JSON, with ids only
    Export(Dir),
}

/// Where.
#[derive(clap::Args, Debug)]
pub struct Dir {
    /// 守护进程的数据目录 · The daemon's data directory
    #[arg(long, value_name = "DIR")]
    data_dir: PathBuf,
}

/// Does it.
///
/// # Errors
/// What is wrong with the journal.
pub fn run(command: &Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Verify(Dir { data_dir }) => {
            let journal = inspect(&DataDir(data_dir.clone()).journal())?;
            // From the beginning, not from a snapshot: that is what is to be proved.
            let (state, _) = crate::engine::replay_from([], journal.reader())?;
            let report = journal.report;
            println!(
                "{}",
                json!({
                    "records": report.records, "commits": report.commits, "events": report.events,
                    "head_sequence": report.head.sequence, "head_revision": report.head.revision,
                    "head_hash": hex(&report.head.hash), "state_hash": hex(&crate::engine::state_hash(&state)),
                    "mark": mark_state(report.mark_state), "acknowledged_sequence": report.mark.sequence,
                    "unanswered_records": report.unacknowledged, "cut_off_records": report.incomplete,
                })
            );
        }
        Command::Info(Dir { data_dir }) => {
            let report = info(&DataDir(data_dir.clone()).journal())?;
            println!(
                "{}",
                json!({
                    "format": report.backend.number(), "in_use": report.in_use,
                    "acknowledged_sequence": report.acknowledged.map(|head| head.sequence),
                    "acknowledged_revision": report.acknowledged.map(|head| head.revision),
                    "truncated_up_to_revision": report.base.map(|head| head.revision), "disk_bytes": report.disk_bytes,
                })
            );
        }
        Command::Export(Dir { data_dir }) => {
            let journal = inspect(&DataDir(data_dir.clone()).journal())?;
            let mut out = std::io::BufWriter::new(std::io::stdout().lock());
            for commit in journal.reader().commits_after(0) {
                let commit = commit?;
                let mut revision = commit.first_revision;
                for entry in baiying_journal::event::decode(&commit.payload)? {
                    for event in &entry.events {
                        let shown = crate::api::describe(revision, &entry, event);
                        let detail: serde_json::Value = serde_json::from_str(&shown.detail_json)?;
                        let line = json!({
                            "revision": revision, "at_unix_ms": shown.at_unix_ms, "actor": shown.actor,
                            "request_id": shown.request_id, "kind": shown.kind, "subject": shown.subject,
                            "people": shown.people, "detail": detail,
                        });
                        writeln!(out, "{line}")?;
                        revision += 1;
                    }
                }
            }
            out.flush()?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn mark_state(state: MarkState) -> &'static str {
    match state {
        MarkState::Whole => "whole",
        MarkState::Torn => "torn",
        MarkState::Accepted => "accepted",
    }
}
