//! `baiyingd backup`: a consistent copy of a running daemon's journal.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use baiying_proto::v1::BackupRequest;
use baiying_proto::v1::admin_service_client::AdminServiceClient;
use serde_json::json;

/// From where to where.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// 守护进程的管理地址 · The daemon's administration listener
    #[arg(
        long,
        value_name = "URL",
        default_value = "http://127.0.0.1:7441",
        env = "BAIYING_ADMIN"
    )]
    admin: String,
    /// 备份文件（不得已存在）· The file to write; must not exist
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Takes the copy: written beside the file, synced, then given its name, so that a file by that name is always whole.
///
/// # Errors
/// When the daemon cannot be reached or the file cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let Args { admin, file } = args;
    anyhow::ensure!(!file.exists(), "{} exists; choose another name", file.display());
    let partial = file.with_extension("partial");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let bytes = runtime.block_on(async {
        let mut client = AdminServiceClient::connect(admin.clone())
            .await
            .with_context(|| format!("cannot reach the daemon at {admin}"))?;
        let mut chunks = client.backup(BackupRequest {}).await?.into_inner();
        let mut out = std::fs::File::create(&partial).with_context(|| format!("cannot write {}", partial.display()))?;
        let mut bytes = 0;
        while let Some(message) = chunks.message().await? {
            out.write_all(&message.chunk)?;
            bytes += message.chunk.len();
        }
        out.sync_all()?;
        anyhow::Ok(bytes)
    })?;
    std::fs::rename(&partial, file)?;
    // The name, too, survives a power loss before it is said that the backup is there.
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    std::fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    println!("{}", json!({ "file": file, "bytes": bytes }));
    Ok(ExitCode::SUCCESS)
}
