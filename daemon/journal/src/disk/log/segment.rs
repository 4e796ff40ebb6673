//! One file of records.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

use bytes::Bytes;
use parking_lot::RwLock;

use crate::disk::store::{Each, Tail};
use crate::error::JournalError;
use crate::record::{self, RecordError};

/// An open file, and where its records end.
pub(super) struct Segment {
    path: PathBuf,
    /// Its first record, also when there is none yet.
    pub(super) first: u64,
    file: File,
    size: u64,
    /// Where each record ends.
    ends: RwLock<Vec<u64>>,
}

impl Segment {
    pub(super) fn open(path: PathBuf, first: u64) -> Result<Self, JournalError> {
        let file = File::options()
            .read(true)
            .write(true)
            .open(&path)
            .map_err(JournalError::io("open", &path))?;
        let size = file.metadata().map_err(JournalError::io("look at", &path))?.len();
        Ok(Self::new(path, first, file, size))
    }

    pub(super) fn new(path: PathBuf, first: u64, file: File, size: u64) -> Self {
        Self {
            path,
            first,
            file,
            size,
            ends: RwLock::default(),
        }
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
        }))
    }

    pub(super) fn read(&self, sequence: u64) -> Result<Option<Bytes>, JournalError> {
        let (from, to) = {
            let ends = self.ends.read();
            let at = (sequence - self.first) as usize;
            let Some(to) = ends.get(at) else { return Ok(None) };
            (at.checked_sub(1).map_or(0, |before| ends[before]), *to)
        };
        let mut record = vec![0; (to - from) as usize];
        self.file
            .read_exact_at(&mut record, from)
            .map_err(JournalError::io("read", &self.path))?;
        Ok(Some(record.into()))
    }

    /// Writes the records behind the last one and makes them durable. They fit.
    pub(super) fn append(&self, records: &[Bytes]) -> Result<(), JournalError> {
        let at = self.used();
        match records {
            [record] => self.file.write_all_at(record, at),
            records => self.file.write_all_at(&records.concat(), at),
        }
        .map_err(JournalError::io("write", &self.path))?;
        self.file.sync_data().map_err(JournalError::io("sync", &self.path))?;
        let mut ends = self.ends.write();
        let mut end = at;
        for record in records {
            end += record.len() as u64;
            ends.push(end);
        }
        Ok(())
    }

    /// Puts zeros over everything behind this record.
    pub(super) fn cut_after(&self, sequence: u64) -> Result<(), JournalError> {
        let keep = (sequence + 1).saturating_sub(self.first) as usize;
        let dropped = {
            let mut ends = self.ends.write();
            let dropped = ends.len().saturating_sub(keep);
            ends.truncate(keep);
            dropped
        };
        if dropped > 0 {
            tracing::warn!(from = sequence + 1, "dropped an incomplete last commit");
        }
        let from = self.used();
        let bytes = fs::read(&self.path).map_err(JournalError::io("read", &self.path))?;
        let rest = bytes.get(from as usize..).unwrap_or_default();
        let Some(last) = rest.iter().rposition(|byte| *byte != 0) else {
            return Ok(());
        };
        self.file
            .write_all_at(&vec![0; last + 1], from)
            .and_then(|()| self.file.sync_data())
            .map_err(JournalError::io("clear the end of", &self.path))
    }

    pub(super) fn delete(&self) -> Result<(), JournalError> {
        fs::remove_file(&self.path).map_err(JournalError::io("remove", &self.path))
    }
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
