//! The files below a directory: which there are, how long they are, how much of the disk they take.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// All files, in order.
///
/// # Errors
/// If they cannot be listed.
pub fn all(dir: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.extend(all(&entry.path())?);
        } else {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

/// Length of the longest.
///
/// # Errors
/// If they cannot be listed.
pub fn longest(dir: &Path) -> anyhow::Result<u64> {
    let mut longest = 0;
    for path in all(dir)? {
        longest = longest.max(fs::metadata(path)?.len());
    }
    Ok(longest)
}

/// What they take of the disk, holes left out.
///
/// # Errors
/// If they cannot be listed.
pub fn disk_bytes(dir: &Path) -> anyhow::Result<u64> {
    let mut sum = 0;
    for path in all(dir)? {
        // A file may go between listing and looking: the backend works in the background.
        sum += fs::metadata(path).map_or(0, |meta| meta.blocks() * 512);
    }
    Ok(sum)
}
