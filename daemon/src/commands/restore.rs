//! `baiyingd restore`: a data directory from a backup, with the proof that it holds the same state.

use std::io::BufReader;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use baiying_journal::{DiskJournal, Journal, Options, backup};
use serde_json::json;

use crate::app::DataDir;
use crate::engine::{replay, state_hash};
use crate::hex::hex;

/// From where to where.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// 备份文件 · The backup
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// 要建立的数据目录（不得已有日志）· The data directory to make; must not hold a journal
    #[arg(long, value_name = "DIR")]
    data_dir: PathBuf,
}

/// Restores, replays, compares.
///
/// # Errors
/// When the backup is damaged, the directory is not empty, or the state is another.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let Args { file, data_dir } = args;
    let input = std::fs::File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
    let dirs = DataDir(data_dir.clone());
    std::fs::create_dir_all(data_dir).with_context(|| format!("cannot make {}", data_dir.display()))?;
    let report = backup::restore(BufReader::new(input), &dirs.journal())?;
    let journal = DiskJournal::open(&dirs.journal(), &Options::default())?;
    let (state, _) = replay(&dirs.snapshots(), &*journal.reader())?;
    Box::new(journal).close()?;
    let hash = state_hash(&state);
    anyhow::ensure!(
        hash == report.state_hash,
        "the restored state has hash {} and the backup says {}: the backup was made by a version whose state is laid out \
         differently, or one of them is wrong; restore with the version that made it (deploy/docs/errors/STATE_DIFFERS.md)",
        hex(&hash),
        hex(&report.state_hash),
    );
    println!(
        "{}",
        json!({ "data_dir": data_dir, "revision": state.revision().0, "state_hash": hex(&hash), "proved": true })
    );
    Ok(ExitCode::SUCCESS)
}
