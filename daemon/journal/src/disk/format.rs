//! The directory's format, in a file of its own: which backend it is of, and so that an older release refuses what it cannot read.

use std::path::Path;

use crate::error::JournalError;
use crate::files;

/// Where records are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Backend {
    /// Files of our own, written one after the other: one sync a commit, and nothing that a power loss could leave unreadable.
    #[default]
    Log,
    /// sled 0.34.7, with what makes it durable.
    Sled,
}

impl Backend {
    /// The number in the FORMAT file.
    pub fn number(self) -> u32 {
        match self {
            Self::Sled => 1,
            Self::Log => 2,
        }
    }

    fn of_number(number: u32) -> Option<Self> {
        [Self::Sled, Self::Log]
            .into_iter()
            .find(|backend| backend.number() == number)
    }
}

/// The newest format this release knows.
const NEWEST: u32 = 2;
const NAME: &str = "FORMAT";
const WORD: &str = "baiying-journal ";

/// The directory's backend; none if the file is missing.
pub(super) fn read(dir: &Path) -> Result<Option<Backend>, JournalError> {
    let path = dir.join(NAME);
    let text = match std::fs::read(&path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(JournalError::io("read", &path)(error)),
    };
    let number = text
        .strip_prefix(WORD)
        .and_then(|rest| rest.trim_end().parse::<u32>().ok());
    if let Some(found) = number.filter(|found| *found > NEWEST) {
        return Err(JournalError::NewerFormat {
            path: dir.to_owned(),
            found,
            supported: NEWEST,
        });
    }
    match number.and_then(Backend::of_number) {
        Some(backend) => Ok(Some(backend)),
        None => Err(JournalError::NotAJournal {
            path: dir.to_owned(),
            detail: format!("its {NAME} file does not read \"{WORD}1\" or \"{WORD}{NEWEST}\""),
        }),
    }
}

/// Marks the directory as a journal; the last step of creating one.
pub(super) fn write(dir: &Path, backend: Backend) -> Result<(), JournalError> {
    let line = format!("{WORD}{}\n", backend.number());
    files::write_atomically(&dir.join(NAME), &[line.as_bytes()])
}
