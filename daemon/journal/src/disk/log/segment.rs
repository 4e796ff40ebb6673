//! One file of records.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use parking_lot::{Mutex, RwLock};

use crate::disk::store::{Each, Tail};
use crate::error::JournalError;
use crate::record::{self, RecordError};

/// A file, and where its records end.
pub(super) struct Segment {
    path: PathBuf,
    /// Its first record, also when there is none yet.
    pub(super) first: u64,
    /// Open while records are written: a long journal has more files than a process may have open.
    writer: Mutex<Option<File>>,
    size: u64,
    /// Where each record ends.
    ends: RwLock<Vec<u64>>,
}

impl Segment {
    pub(super) fn open(path: PathBuf, first: u64) -> Result<Self, JournalError> {
        let size = fs::metadata(&path).map_err(JournalError::io("look at", &path))?.len();
        Ok(Self::new(path, first, None, size))
    }

    pub(super) fn new(path: PathBuf, first: u64, writer: Option<File>, size: u64) -> Self {
        Self {
            path,
            first,
            writer: Mutex::new(writer),
            size,
            ends: RwLock::default(),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Nothing more is written to it.
    pub(super) fn seal(&self) {
        *self.writer.lock() = None;
    }

    /// Writes bytes and makes them durable.
    fn put(&self, bytes: &[u8], at: u64) -> Result<(), JournalError> {
        let mut writer = self.writer.lock();
        let file = match &mut *writer {
            Some(file) => file,
            None => {
                let opened = File::options().read(true).write(true).open(&self.path);
                writer.insert(opened.map_err(JournalError::io("open", &self.path))?)
            }
        };
        file.write_all_at(bytes, at)
            .map_err(JournalError::io("write", &self.path))?;
        file.sync_data().map_err(JournalError::io("sync", &self.path))
    }

    /// The record that comes after its last one.
    pub(super) fn next(&self) -> u64 {
        self.first + self.ends.read().len() as u64
    }

    fn used(&self) -> u64 {
        self.ends.read().last().copied().unwrap_or(0)
    }

    /// Bytes that are free behind the last record.
    pub(super) fn free(&self) -> u64 {
        self.size.saturating_sub(self.used())
    }

    /// How many of the records fit.
    pub(super) fn fitting(&self, records: &[Bytes]) -> usize {
        let mut free = self.free();
        records
            .iter()
            .take_while(|record| {
                let len = record.len() as u64;
                let fits = len <= free;
                free = free.saturating_sub(len);
                fits
            })
            .count()
    }

    /// Reads the file from its beginning, gives every whole record, and remembers where they end.
    pub(super) fn scan(&self, each: &mut Each<'_>) -> Result<Option<Tail>, JournalError> {
        let bytes = Bytes::from(fs::read(&self.path).map_err(JournalError::io("read", &self.path))?);
        let mut ends = Vec::new();
        let (mut at, mut sequence) = (0, self.first);
        let problem = loop {
            match next(&bytes[at..], sequence) {
                Ok(Some(len)) => {
                    each(sequence, bytes.slice(at..at + len))?;
                    at += len;
                    sequence += 1;
                    ends.push(at as u64);
                }
                Ok(None) => break None,
                Err(problem) => break Some(problem),
            }
        };
        *self.ends.write() = ends;
        Ok(problem.map(|problem| Tail {
            path: self.path.clone(),
            sequence,
            problem,
            is_followed: is_followed(&bytes[at..], sequence),
        }))
    }

    /// Where a record begins and ends; none if it is not there.
    pub(super) fn place(&self, sequence: u64) -> Option<(u64, u64)> {
        let to = self.end_of(sequence)?;
        Some((
            sequence
                .checked_sub(1)
                .and_then(|before| self.end_of(before))
                .unwrap_or(0),
            to,
        ))
    }

    fn end_of(&self, sequence: u64) -> Option<u64> {
        let at = sequence.checked_sub(self.first)?;
        self.ends.read().get(at as usize).copied()
    }

    /// Writes the records behind the last one and makes them durable. They fit.
    pub(super) fn append(&self, records: &[Bytes]) -> Result<(), JournalError> {
        let at = self.used();
        match records {
            [record] => self.put(record, at)?,
            records => self.put(&records.concat(), at)?,
        }
        let mut ends = self.ends.write();
        let mut end = at;
        for record in records {
            end += record.len() as u64;
            ends.push(end);
        }
        Ok(())
    }

    /// Makes the records up to `head` durable and puts zeros over everything behind it. Those after `synced` were only ever read:
    /// a process that was killed, or whose sync failed, may have left them in the memory of the system alone. They are written
    /// again, since after a failed sync they count as written there.
    pub(super) fn settle(&self, synced: u64, head: u64) -> Result<(), JournalError> {
        let keep = (head + 1).saturating_sub(self.first) as usize;
        self.ends.write().truncate(keep);
        let mut bytes = fs::read(&self.path).map_err(JournalError::io("read", &self.path))?;
        let from = self.end_of(synced).unwrap_or(0) as usize;
        let used = self.used() as usize;
        let last = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        if last > used {
            tracing::warn!(
                file = %self.path.display(),
                record = head + 1,
                bytes = last - used,
                "cleared the rest of an append that was cut off; it was never answered"
            );
            bytes[used..last].fill(0);
        }
        self.put(bytes.get(from..last.max(used)).unwrap_or_default(), from as u64)
    }

    pub(super) fn delete(&self) -> Result<(), JournalError> {
        fs::remove_file(&self.path).map_err(JournalError::io("remove", &self.path))
    }
}

/// Whether behind bytes that are not the record `sequence` there is one of a later commit. An append is synced before the next
/// begins: so this is damage, and no append that was cut off.
fn is_followed(bytes: &[u8], sequence: u64) -> bool {
    let magic = bytes.windows(record::MAGIC.len()).enumerate();
    let mut starts = magic.filter(|(_, found)| *found == record::MAGIC).map(|(at, _)| at);
    starts.any(|at| {
        let rest = &bytes[at..];
        let record = record::length(rest).and_then(|len| rest.get(..len));
        let header = record.and_then(|record| record::decode(record).ok());
        header.is_some_and(|(header, _)| header.sequence.saturating_sub(header.part.into()) > sequence)
    })
}

/// The length of the record that the bytes begin with; none if there are only zeros.
fn next(bytes: &[u8], sequence: u64) -> Result<Option<usize>, RecordError> {
    let Some(len) = record::length(bytes) else {
        let is_empty = bytes.iter().all(|byte| *byte == 0);
        return if is_empty { Ok(None) } else { Err(RecordError::Magic) };
    };
    let found = bytes.len();
    let record = bytes.get(..len).ok_or(RecordError::Short { len: found })?;
    let (header, _) = record::decode(record)?;
    if header.sequence != sequence {
        return Err(RecordError::Header { what: "sequence" });
    }
    Ok(Some(len))
}
