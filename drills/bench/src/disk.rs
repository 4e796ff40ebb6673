//! Yardstick: what the disk itself takes to make bytes durable, one `write` and one `fdatasync` after the other.

use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

/// What is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// A new file that grows: each sync also writes its new size.
    Growing,
    /// A file whose bytes were all written and synced before.
    Preallocated,
}

/// Writes blocks one after the other, each durable before the next. How long that took.
pub(crate) fn append(dir: &Path, target: Target, blocks: &[Bytes]) -> std::io::Result<Duration> {
    let path = dir.join("yardstick");
    let mut file = File::create(&path)?;
    if target == Target::Preallocated {
        let total: usize = blocks.iter().map(Bytes::len).sum();
        file.write_all(&vec![0; total])?;
        file.sync_all()?;
        file.seek(SeekFrom::Start(0))?;
    }
    let since = Instant::now();
    for block in blocks {
        file.write_all(block)?;
        file.sync_data()?;
    }
    let took = since.elapsed();
    drop(file);
    std::fs::remove_file(path)?;
    Ok(took)
}
