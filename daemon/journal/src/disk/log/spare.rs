//! Files of zeros, ready to be written: made before they are needed, so that an append never waits for space it may not get.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::error::JournalError;

/// Written at a time: small pieces do not hold up an append's sync for long.
const PIECE: usize = 1 << 20;

/// The files that are ready.
pub(super) struct Spares {
    folder: PathBuf,
    segment_bytes: u64,
    ready: VecDeque<PathBuf>,
    made: u64,
    /// The last attempt to make one found no space.
    short: bool,
    /// Stands for a disk that gives no more.
    #[cfg(test)]
    pub(super) full: bool,
}

impl Spares {
    pub(super) fn new(folder: PathBuf, segment_bytes: u64) -> Self {
        Self {
            folder,
            segment_bytes,
            ready: VecDeque::new(),
            made: 0,
            short: false,
            #[cfg(test)]
            full: false,
        }
    }

    /// Bytes that are ready.
    pub(super) fn bytes(&self) -> u64 {
        self.ready.len() as u64 * self.segment_bytes
    }

    pub(super) fn is_short(&self) -> bool {
        self.short
    }

    /// Takes over what an earlier process left; removes what it did not finish.
    pub(super) fn find(&mut self, names: &[String]) -> Result<(), JournalError> {
        for name in names.iter().filter(|name| name.starts_with("spare-")) {
            let path = self.folder.join(name);
            let number = name.strip_prefix("spare-").and_then(|rest| rest.strip_suffix(".seg"));
            let number = number.and_then(|number| number.parse::<u64>().ok());
            let len = fs::metadata(&path).map_err(JournalError::io("look at", &path))?.len();
            match number {
                Some(number) if len == self.segment_bytes => {
                    self.made = self.made.max(number);
                    self.ready.push_back(path);
                }
                Some(_) | None => fs::remove_file(&path).map_err(JournalError::io("remove", &path))?,
            }
        }
        Ok(())
    }

    /// Has one ready, if the disk gives it.
    pub(super) fn refill(&mut self) {
        match self.reserve(1) {
            Ok(_) => {}
            // Whoever needs one is told; here nobody waits for it.
            Err(error) => tracing::warn!(reason = error.reason(), %error, "no file could be made ready"),
        }
    }

    /// Whether so many are ready, after trying to make them.
    pub(super) fn reserve(&mut self, count: usize) -> Result<bool, JournalError> {
        while self.ready.len() < count {
            let path = self.folder.join(format!("spare-{}.seg", self.made + 1));
            match self.make(&path) {
                Ok(()) => {
                    self.made += 1;
                    self.ready.push_back(path);
                }
                Err(error) if is_full(&error) => {
                    if !std::mem::replace(&mut self.short, true) {
                        tracing::error!(
                            ready = self.bytes(),
                            "the disk is full: only what was set aside can be written"
                        );
                    }
                    return Ok(false);
                }
                Err(error) => return Err(JournalError::io("make", &path)(error)),
            }
        }
        if count > 0 && std::mem::take(&mut self.short) {
            tracing::info!("the disk has room again");
        }
        Ok(true)
    }

    fn make(&self, path: &Path) -> io::Result<()> {
        #[cfg(test)]
        if self.full {
            return Err(io::ErrorKind::StorageFull.into());
        }
        make(path, self.segment_bytes)
    }

    /// Gives one the name it is written under. It was reserved.
    pub(super) fn take(&mut self, path: &Path) -> Result<(), JournalError> {
        let spare = self.ready.pop_front().expect("a file was reserved");
        fs::rename(&spare, path).map_err(JournalError::io("begin", path))
    }
}

fn make(path: &Path, bytes: u64) -> io::Result<()> {
    let aside = path.with_extension("tmp");
    let fill = || {
        let mut file = File::create(&aside)?;
        let zeros = vec![0; PIECE];
        let mut left = bytes;
        while left > 0 {
            let piece = left.min(PIECE as u64);
            file.write_all(&zeros[..piece as usize])?;
            file.sync_data()?;
            left -= piece;
        }
        file.sync_all()?;
        fs::rename(&aside, path)
    };
    fill().inspect_err(|_| {
        // On a full disk what was filled in vain must not stay.
        let _ = fs::remove_file(&aside);
    })
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}
