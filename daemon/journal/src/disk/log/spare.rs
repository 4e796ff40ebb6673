//! Files of zeros, ready to be written: made before they are needed, so that an append never waits for space it may not get.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::error::JournalError;

/// Written at a time: small pieces do not hold up an append's sync for long.
const PIECE: usize = 1 << 20;

/// The files that are ready.
pub(super) struct Spares {
    folder: PathBuf,
    segment_bytes: u64,
    ready: VecDeque<PathBuf>,
    made: u64,
    shown: Arc<Shown>,
    /// Stands for a disk that has room for so many.
    #[cfg(test)]
    pub(super) most: Option<usize>,
}

/// How it stands with the files, for those who do not wait while one is made.
#[derive(Default)]
pub(super) struct Shown {
    short: AtomicBool,
    bytes: AtomicU64,
}

impl Shown {
    /// Whether the last attempt to make a file found no space.
    pub(super) fn is_short(&self) -> bool {
        self.short.load(Ordering::Acquire)
    }

    /// Bytes that are ready.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Acquire)
    }
}

impl Spares {
    pub(super) fn new(folder: PathBuf, segment_bytes: u64) -> Self {
        Self {
            folder,
            segment_bytes,
            ready: VecDeque::new(),
            made: 0,
            shown: Arc::default(),
            #[cfg(test)]
            most: None,
        }
    }

    pub(super) fn shown(&self) -> Arc<Shown> {
        Arc::clone(&self.shown)
    }

    fn show(&self) {
        let bytes = self.ready.len() as u64 * self.segment_bytes;
        self.shown.bytes.store(bytes, Ordering::Release);
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
        self.show();
        Ok(())
    }

    /// Has one ready, if the disk gives it; after it gave none, one more than there is, to see whether it does again.
    pub(super) fn refill(&mut self) {
        let wanted = if self.shown.is_short() { self.ready.len() + 1 } else { 1 };
        if let Err(error) = self.reserve(wanted) {
            // Whoever needs one is told; here nobody waits for it.
            let cause: &dyn std::error::Error = &error;
            tracing::warn!(reason = error.reason(), error = cause, "no file could be made ready");
        }
    }

    /// Whether so many are ready, after trying to make them.
    pub(super) fn reserve(&mut self, count: usize) -> Result<bool, JournalError> {
        let before = self.ready.len();
        while self.ready.len() < count {
            let path = self.folder.join(format!("spare-{}.seg", self.made + 1));
            match self.make(&path) {
                Ok(()) => {
                    self.made += 1;
                    self.ready.push_back(path);
                    self.show();
                    if self.shown.short.swap(false, Ordering::AcqRel) {
                        tracing::info!("the disk has room again");
                    }
                }
                Err(error) if is_full(&error) => {
                    self.give_back(before.max(1))?;
                    if !self.shown.short.swap(true, Ordering::AcqRel) {
                        let ready = self.shown.bytes();
                        tracing::error!(ready, "the disk is full: only what was set aside can be written");
                    }
                    return Ok(false);
                }
                Err(error) => return Err(JournalError::io("make", &path)(error)),
            }
        }
        Ok(true)
    }

    /// Keeps so many: what was made for an append that does not fit after all is for others.
    fn give_back(&mut self, keep: usize) -> Result<(), JournalError> {
        while self.ready.len() > keep
            && let Some(path) = self.ready.pop_back()
        {
            fs::remove_file(&path).map_err(JournalError::io("remove", &path))?;
        }
        self.show();
        Ok(())
    }

    fn make(&self, path: &Path) -> io::Result<()> {
        #[cfg(test)]
        if self.most.is_some_and(|most| self.ready.len() >= most) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        make(path, self.segment_bytes)
    }

    /// Gives one the name it is written under. It was reserved.
    pub(super) fn take(&mut self, path: &Path) -> Result<(), JournalError> {
        let spare = self.ready.pop_front().expect("a file was reserved");
        self.show();
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
