//! The files below a directory: how long they are, how much of the disk they take.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use baiying_e2e::files as all;

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
