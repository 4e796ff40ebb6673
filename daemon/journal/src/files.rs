//! Files that survive a power loss: written aside, synced, renamed, and the directory synced after.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use crate::error::JournalError;

/// Makes the names in `dir` durable.
pub(crate) fn sync_dir(dir: &Path) -> Result<(), JournalError> {
    File::open(dir)
        .and_then(|dir| dir.sync_all())
        .map_err(JournalError::io("sync the directory", dir))
}

/// Makes durable the names that lead to `dir`: whoever made them may have been killed in the middle. What lies above a directory
/// that may not be read is somebody else's.
pub(crate) fn sync_path(dir: &Path) -> Result<(), JournalError> {
    sync_dir(dir)?;
    let whole = dir.canonicalize().map_err(JournalError::io("find", dir))?;
    for above in whole.ancestors().skip(1) {
        if File::open(above).and_then(|above| above.sync_all()).is_err() {
            break;
        }
    }
    Ok(())
}

/// Creates `dir` and what is missing above it, each made durable in its parent.
pub(crate) fn create_dir(dir: &Path) -> Result<(), JournalError> {
    if dir.is_dir() {
        return Ok(());
    }
    let parent = match dir.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => Path::new("/"),
    };
    create_dir(parent)?;
    match fs::create_dir(dir) {
        Ok(()) => sync_dir(parent),
        Err(_) if dir.is_dir() => Ok(()),
        Err(error) => Err(JournalError::io("create the directory", dir)(error)),
    }
}

/// Writes `path` whole or not at all.
pub(crate) fn write_atomically(path: &Path, parts: &[&[u8]]) -> Result<(), JournalError> {
    let aside = path.with_extension("tmp");
    let write = || {
        let mut file = File::create(&aside)?;
        for part in parts {
            file.write_all(part)?;
        }
        file.sync_all()?;
        fs::rename(&aside, path)
    };
    write().map_err(|error| {
        // On a full disk what was written in vain must not stay.
        let _ = fs::remove_file(&aside);
        JournalError::io("write", path)(error)
    })?;
    sync_dir(path.parent().unwrap_or(Path::new(".")))
}
