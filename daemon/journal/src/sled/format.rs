//! The directory's format version, in a file of its own, so that an older release refuses what it cannot read.

use std::path::Path;

use crate::error::JournalError;
use crate::files;

/// The format of directories written now.
pub(super) const VERSION: u32 = 1;
const NAME: &str = "FORMAT";
const WORD: &str = "baiying-journal ";

/// The directory's version; none if the file is missing.
pub(super) fn read(dir: &Path) -> Result<Option<u32>, JournalError> {
    let path = dir.join(NAME);
    let text = match std::fs::read(&path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(JournalError::io("read", &path)(error)),
    };
    let version = text
        .strip_prefix(WORD)
        .and_then(|rest| rest.trim_end().parse::<u32>().ok());
    match version {
        Some(found) if found > VERSION => Err(JournalError::NewerFormat {
            path: dir.to_owned(),
            found,
            supported: VERSION,
        }),
        Some(found) if found > 0 => Ok(Some(found)),
        Some(_) | None => Err(JournalError::NotAJournal {
            path: dir.to_owned(),
            detail: format!("its {NAME} file does not read \"{WORD}{VERSION}\""),
        }),
    }
}

/// Marks the directory as a journal; the last step of creating one.
pub(super) fn write(dir: &Path) -> Result<(), JournalError> {
    files::write_atomically(&dir.join(NAME), &[format!("{WORD}{VERSION}\n").as_bytes()])
}
