//! Durable files. Every step that a crash could fall between goes through `step`, which tests use to crash there.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use super::QueueError;

/// Makes a directory that only its owner reads, and those above it, durably.
pub(super) fn make_dir(path: &Path) -> Result<(), QueueError> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        make_dir(parent)?;
    }
    match fs::DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => {}
        // Two processes at once.
        Err(source) if source.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => {}
        Err(source) => {
            return Err(QueueError::Disk {
                action: "create",
                path: path.to_owned(),
                source,
            });
        }
    }
    sync_parent(path)
}

/// Creates a file with this content in one step: it is there as a whole, and for good, or not at all.
pub(super) fn create(path: &Path, content: &[u8]) -> Result<(), QueueError> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".tmp");
    let temporary = path.with_file_name(name);
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&temporary)
        .map_err(QueueError::disk("create", &temporary))?;
    write(&mut file, content).map_err(QueueError::disk("write", &temporary))?;
    step()
        .and_then(|()| file.sync_all())
        .map_err(QueueError::disk("sync", &temporary))?;
    step()
        .and_then(|()| fs::rename(&temporary, path))
        .map_err(QueueError::disk("rename", path))?;
    step().map_err(QueueError::disk("sync", path))?;
    sync_parent(path)
}

/// Appends to a log, durably.
pub(super) fn append(file: &mut File, path: &Path, content: &[u8]) -> Result<(), QueueError> {
    write(file, content).map_err(QueueError::disk("write", path))?;
    step()
        .and_then(|()| file.sync_all())
        .map_err(QueueError::disk("sync", path))
}

/// Makes a new name in a directory last.
pub(super) fn sync_parent(path: &Path) -> Result<(), QueueError> {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    File::open(parent)
        .and_then(|dir| dir.sync_all())
        .map_err(QueueError::disk("sync", parent))
}

/// A file's content; none if there is no such file.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, QueueError> {
    match fs::read(path) {
        Ok(content) => Ok(Some(content)),
        Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(QueueError::Disk {
            action: "read",
            path: path.to_owned(),
            source,
        }),
    }
}

fn write(file: &mut File, content: &[u8]) -> io::Result<()> {
    if let Err(crash) = step() {
        // A crash in the middle of writing leaves some of it.
        let _ = file.write_all(&content[..content.len() / 2]);
        return Err(crash);
    }
    file.write_all(content)
}

#[cfg(not(test))]
#[expect(clippy::unnecessary_wraps, reason = "fails in tests")]
fn step() -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
fn step() -> io::Result<()> {
    fuse::burn()
}

#[cfg(test)]
pub(super) mod fuse {
    //! Crashes of this thread's file work, on order.
    use std::cell::Cell;

    thread_local! {
        static LEFT: Cell<Option<u32>> = const { Cell::new(None) };
    }

    /// Crashes after so many steps; `None` never.
    pub(crate) fn set(steps: Option<u32>) {
        LEFT.set(steps);
    }

    pub(super) fn burn() -> std::io::Result<()> {
        match LEFT.get() {
            None => Ok(()),
            Some(0) => Err(std::io::Error::other("crash")),
            Some(left) => {
                LEFT.set(Some(left - 1));
                Ok(())
            }
        }
    }
}
