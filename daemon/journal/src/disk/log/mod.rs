//! Records in files of our own, one after the other.
//!
//! `log/<sequence of its first record, 20 digits>.seg`: records end to end, zeros behind them. A file is filled with zeros and synced
//! before its first record is written: an append changes neither its size nor where it lies, needs one sync of data, and cannot
//! run out of space (but on a file system that writes every change to a new place). One more file is always ready (`spare-<n>.seg`), made in the background: what can still be written when the
//! disk is full.
//!
//! A file is begun only when everything before it is synced. So a power loss can cut off the end of the last file and nothing
//! else; whatever else is missing or unreadable is damage, and is refused.

mod segment;
mod spare;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::{Mutex, RwLock};

use self::segment::Segment;
use self::spare::{Shown, Spares};
use super::store::{Each, Store, Tail, Written};
use crate::error::JournalError;
use crate::files;
use crate::journal::Room;
use crate::read::{gap, link_error};

/// The folder of the files inside the journal's.
pub(super) const NAME: &str = "log";

/// The files.
pub(super) struct LogStore {
    path: PathBuf,
    /// By their first record. None once closed.
    segments: RwLock<Option<VecDeque<Arc<Segment>>>>,
    segment_bytes: u64,
    /// Held while one is made: an append takes it only if it needs one.
    spares: Mutex<Spares>,
    reserve: Arc<Shown>,
    /// The file that was read last, by its first record: whoever reads, reads on.
    reading: Mutex<Option<(u64, Arc<File>)>>,
}

impl LogStore {
    /// Opens what is there; creates nothing.
    pub(super) fn open(dir: &Path, segment_bytes: u64) -> Result<Self, JournalError> {
        let path = dir.join(NAME);
        let mut segments = Vec::new();
        if path.is_dir() {
            for name in names(&path)? {
                if let Some(first) = first_of(&name) {
                    segments.push(Arc::new(Segment::open(path.join(name), first)?));
                }
            }
        }
        segments.sort_by_key(|segment| segment.first);
        let spares = Spares::new(path.clone(), segment_bytes);
        Ok(Self {
            reserve: spares.shown(),
            spares: Mutex::new(spares),
            reading: Mutex::default(),
            segment_bytes,
            path,
            segments: RwLock::new(Some(segments.into())),
        })
    }

    fn active(&self) -> Result<Option<Arc<Segment>>, JournalError> {
        let segments = self.segments.read();
        Ok(segments.as_ref().ok_or(JournalError::Closed)?.back().cloned())
    }

    /// Begins the file that starts with this record.
    fn rotate(&self, first: u64) -> Result<Arc<Segment>, JournalError> {
        let path = self.path.join(format!("{first:020}.seg"));
        self.spares.lock().take(&path)?;
        files::sync_dir(&self.path)?;
        let segment = Arc::new(Segment::open(path, first)?);
        let mut segments = self.segments.write();
        let segments = segments.as_mut().ok_or(JournalError::Closed)?;
        segments.iter().next_back().inspect(|full| full.seal());
        segments.push_back(Arc::clone(&segment));
        Ok(segment)
    }

    fn file_of(&self, segment: &Segment) -> Result<Arc<File>, JournalError> {
        let mut reading = self.reading.lock();
        if let Some((_, file)) = reading.as_ref().filter(|(first, _)| *first == segment.first) {
            return Ok(Arc::clone(file));
        }
        let file = File::open(segment.path()).map_err(JournalError::io("open", segment.path()))?;
        let (_, file) = reading.insert((segment.first, Arc::new(file)));
        Ok(Arc::clone(file))
    }

    /// How many files more the records need.
    fn files_needed(&self, active: Option<&Segment>, records: &[Bytes]) -> usize {
        let (mut files, mut free) = (0, active.map_or(0, Segment::free));
        for record in records {
            let len = record.len() as u64;
            if len > free {
                files += 1;
                free = self.segment_bytes;
            }
            free -= len;
        }
        files
    }
}

fn names(path: &Path) -> Result<Vec<String>, JournalError> {
    let entries = fs::read_dir(path).map_err(JournalError::io("list", path))?;
    entries
        .map(|entry| {
            let entry = entry.map_err(JournalError::io("list", path))?;
            Ok(entry.file_name().to_string_lossy().into_owned())
        })
        .collect()
}

fn first_of(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(".seg")?;
    let all_digits = digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit());
    all_digits.then(|| digits.parse().ok()).flatten()
}

impl Store for LogStore {
    fn get(&self, sequence: u64) -> Result<Option<Bytes>, JournalError> {
        let segment = {
            let segments = self.segments.read();
            let segments = segments.as_ref().ok_or(JournalError::Closed)?;
            let at = segments.partition_point(|segment| segment.first <= sequence);
            let Some(at) = at.checked_sub(1) else { return Ok(None) };
            Arc::clone(&segments[at])
        };
        let Some((from, to)) = segment.place(sequence) else {
            return Ok(None);
        };
        let mut record = vec![0; (to - from) as usize];
        self.file_of(&segment)?
            .read_exact_at(&mut record, from)
            .map_err(JournalError::io("read", segment.path()))?;
        Ok(Some(record.into()))
    }

    fn scan(&self, each: &mut Each<'_>) -> Result<Option<Tail>, JournalError> {
        let segments = self.segments.read();
        let segments = segments.as_ref().ok_or(JournalError::Closed)?;
        // The record that comes next, and why it could not be read where it was looked for.
        let (mut next, mut tail) = (None, None::<Tail>);
        for segment in segments {
            if next.is_some_and(|next| next != segment.first) {
                return Err(match tail {
                    Some(tail) => link_error(tail.path, tail.sequence, tail.problem.into()),
                    None => gap(self.path.clone(), next.unwrap_or_default()),
                });
            }
            tail = segment.scan(each)?;
            next = Some(segment.next());
        }
        Ok(tail)
    }

    fn begin(&self, synced: u64, head: u64) -> Result<(), JournalError> {
        files::create_dir(&self.path)?;
        *self.reading.lock() = None;
        let mut segments = self.segments.write();
        let segments = segments.as_mut().ok_or(JournalError::Closed)?;
        // From the end: a file is never there without those before it.
        while let Some(last) = segments.pop_back_if(|last| last.first > head + 1) {
            last.delete()?;
            files::sync_dir(&self.path)?;
        }
        if let Some(last) = segments.back() {
            last.settle(synced, head)?;
        }
        // A file that was begun and whose name was not durable yet would be taken for a spare one.
        files::sync_dir(&self.path)?;
        let mut spares = self.spares.lock();
        spares.find(&names(&self.path)?)?;
        spares.refill();
        Ok(())
    }

    fn append(&self, first: u64, records: &[Bytes]) -> Result<Written, JournalError> {
        let mut active = self.active()?;
        let needed = self.files_needed(active.as_deref(), records);
        if needed > 0 && !self.spares.lock().reserve(needed)? {
            return Ok(Written::Full);
        }
        let (mut sequence, mut rest) = (first, records);
        while !rest.is_empty() {
            let fitting = active.as_deref().map_or(0, |active| active.fitting(rest));
            let (now, later) = rest.split_at(fitting);
            match &active {
                Some(active) if fitting > 0 => active.append(now)?,
                Some(_) | None => active = Some(self.rotate(sequence)?),
            }
            sequence += now.len() as u64;
            rest = later;
        }
        Ok(Written::Durable)
    }

    fn forget(&self, last: u64) -> Result<(), JournalError> {
        let mut segments = self.segments.write();
        let segments = segments.as_mut().ok_or(JournalError::Closed)?;
        // From the beginning, and a file only when all of it is to go.
        while segments.get(1).is_some_and(|second| second.first <= last + 1) {
            if let Some(oldest) = segments.pop_front() {
                oldest.delete()?;
                files::sync_dir(&self.path)?;
            }
        }
        Ok(())
    }

    fn maintain(&self, again: bool) {
        if again || !self.reserve.is_short() {
            self.spares.lock().refill();
        }
    }

    fn room(&self) -> Room {
        if !self.reserve.is_short() {
            return Room::Ample;
        }
        let free = self.active().ok().flatten().map_or(0, |active| active.free());
        Room::Last(free + self.reserve.bytes())
    }

    fn close(&mut self) -> Result<(), JournalError> {
        *self.segments.write() = None;
        Ok(())
    }

    #[cfg(test)]
    fn replace_file(&mut self, file: fs::File) {
        let next = self.active().unwrap().expect("something was written").next();
        let broken = Segment::new(PathBuf::from("/dev/null"), next, Some(file), 1 << 20);
        self.segments
            .write()
            .as_mut()
            .expect("open")
            .push_back(Arc::new(broken));
    }
}
