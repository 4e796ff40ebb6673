//! Opening: nothing is served before every record was read and the end of the journal compared with the mark.

use std::path::{Path, PathBuf};

use super::format::{self, Backend};
use super::lock::DirLock;
use super::mark::{Found, Mark, MarkState, Marked};
use super::store::{self, Store};
use crate::chain::{Chain, ChainError};
use crate::error::JournalError;
use crate::files;
use crate::index::Index;
use crate::journal::Head;
use crate::read::link_error;

/// How to open a journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Where a new journal keeps its records; an existing one knows.
    pub backend: Backend,
    /// Size of the log's files. One more than is needed is always there: what can be written when the disk is full.
    pub segment_bytes: u64,
    /// Memory for sled's page cache: 64–256 MB. Its own default of 1 GB would fill small machines.
    pub cache_bytes: u64,
    /// Open although the high-water mark is missing or damaged, and write a new one. Records that were acknowledged may be lost
    /// without anybody noticing: for when no backup exists.
    pub accept_missing_mark: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            backend: Backend::default(),
            segment_bytes: 16 << 20,
            cache_bytes: 128 << 20,
            accept_missing_mark: false,
        }
    }
}

/// A journal read whole and found good, before anything in it was changed.
pub(super) struct Opened {
    pub(super) dir: PathBuf,
    pub(super) backend: Backend,
    pub(super) lock: DirLock,
    pub(super) mark: Mark,
    pub(super) mark_state: MarkState,
    pub(super) store: Box<dyn Store>,
    pub(super) found: Scan,
}

/// What a walk over all records found.
pub(super) struct Scan {
    pub(super) index: Index,
    pub(super) epochs: u64,
    pub(super) bytes: u64,
    /// The first record at or below the base, if a truncation was interrupted.
    pub(super) truncated_from: Option<u64>,
    /// The last record stored; past the head if it is part of a commit that was never completed.
    pub(super) last_sequence: u64,
}

/// Creates the directory if there is none, then [`inspect`]s it.
pub(super) fn open(dir: &Path, options: &Options) -> Result<Opened, JournalError> {
    files::create_dir(dir)?;
    let lock = DirLock::take(dir)?;
    if format::read(dir)?.is_none() {
        clear_leftovers(dir)?;
        Mark::create(dir, Marked::default())?;
        // sled cannot open what it was interrupted in making: once there is a format file, its own files are whole and synced.
        store::open(options.backend, dir, options)?.close()?;
        format::write(dir, options.backend)?;
    }
    inspect(dir, lock, options)
}

/// A directory without a format file is new, or was never finished, or is not ours.
fn clear_leftovers(dir: &Path) -> Result<(), JournalError> {
    let stores = [Backend::Log, Backend::Sled].map(|backend| dir.join(store::folder(backend)));
    let mut stores = stores.into_iter().filter(|store| store.exists());
    let (path, mark) = (Mark::path(dir), Mark::read(dir)?);
    // A mark is written first: after an interrupted creation it is there, and says that nothing was ever acknowledged.
    let leftover = match mark {
        Found::Mark(mark, _) if mark.marked == Marked::default() => None,
        Found::Mark(..) | Found::Damaged => Some(path),
        Found::Missing => stores.next(),
    };
    if let Some(leftover) = leftover {
        return Err(JournalError::NotAJournal {
            path: dir.to_owned(),
            detail: format!("it holds {} and no FORMAT file", leftover.display()),
        });
    }
    for store in stores {
        tracing::warn!(journal = %dir.display(), "making it was interrupted; it is made anew");
        std::fs::remove_dir_all(&store).map_err(JournalError::io("remove", &store))?;
    }
    Ok(())
}

/// Locks an existing journal; for tools that must not create one.
pub(super) fn lock_existing(dir: &Path) -> Result<DirLock, JournalError> {
    require_format(dir)?;
    DirLock::take(dir)
}

/// The backend of an existing journal's directory.
pub(super) fn require_format(dir: &Path) -> Result<Backend, JournalError> {
    format::read(dir)?.ok_or_else(|| JournalError::NotAJournal {
        path: dir.to_owned(),
        detail: "it has no FORMAT file".to_owned(),
    })
}

/// Reads everything and changes nothing of ours.
pub(super) fn inspect(dir: &Path, lock: DirLock, options: &Options) -> Result<Opened, JournalError> {
    let backend = require_format(dir)?;
    let known = match Mark::read(dir)? {
        Found::Mark(mark, state) => Some((mark, state)),
        Found::Missing | Found::Damaged if options.accept_missing_mark => None,
        Found::Missing => return Err(JournalError::MarkMissing { path: Mark::path(dir) }),
        Found::Damaged => return Err(JournalError::MarkDamaged { path: Mark::path(dir) }),
    };
    let store = store::open(backend, dir, options)?;
    let found = scan(dir, &*store, known.as_ref().map(|(mark, _)| &mark.marked))?;
    let (mark, mark_state) = match known {
        Some(known) => known,
        None => {
            let marked = Marked {
                head: found.index.head(),
                base: found.index.base(),
            };
            tracing::warn!(journal = %dir.display(), "accepted without its high-water mark: losses would go unnoticed");
            (Mark::create(dir, marked)?, MarkState::Accepted)
        }
    };
    Ok(Opened {
        dir: dir.to_owned(),
        backend,
        lock,
        mark,
        mark_state,
        store,
        found,
    })
}

/// One pass: checksums, chain, index, and the comparison with the mark.
fn scan(dir: &Path, store: &dyn Store, marked: Option<&Marked>) -> Result<Scan, JournalError> {
    let base = marked.map(|marked| marked.base);
    let mut chain = base.map(Chain::after);
    let mut found = Scan {
        index: Index::after(base.unwrap_or_default()),
        epochs: 0,
        bytes: 0,
        truncated_from: None,
        last_sequence: base.unwrap_or_default().sequence,
    };
    let (mut epoch, mut at_mark) = (None, None);
    let tail = store.scan(&mut |sequence, record| {
        if base.is_some_and(|base| sequence <= base.sequence) {
            found.truncated_from.get_or_insert(sequence);
            return Ok(());
        }
        let fail = |error| link_error(dir.to_owned(), sequence, error);
        let chain = match &mut chain {
            Some(chain) => chain,
            None => {
                // Nothing else says where the journal begins: its first record is taken at its word.
                let start = Chain::starting_with(&record).map_err(fail)?;
                found.index = Index::after(start.head());
                chain.insert(start)
            }
        };
        let link = chain.accept(&record).map_err(fail)?;
        if link.header.sequence != sequence {
            return Err(fail(
                ChainError::Sequence {
                    expected: sequence,
                    found: link.header.sequence,
                }
                .into(),
            ));
        }
        found.last_sequence = sequence;
        found.bytes += record.len() as u64;
        if epoch.replace(link.header.epoch) != Some(link.header.epoch) {
            found.epochs += 1;
        }
        if let Some(head) = link.completes {
            found.index.push(head);
            if marked.is_some_and(|marked| marked.head.sequence == head.sequence) {
                at_mark = Some(head);
            }
        }
        Ok(())
    })?;
    // Acknowledged and no longer readable; what was not acknowledged may end in the middle.
    if let Some(tail) = tail
        && (tail.is_followed || marked.is_some_and(|marked| tail.sequence <= marked.head.sequence))
    {
        return Err(link_error(tail.path, tail.sequence, tail.problem.into()));
    }
    if let Some(marked) = marked {
        check_mark(dir, marked, at_mark, found.index.head())?;
    }
    Ok(found)
}

/// Everything acknowledged must be there, and be what was acknowledged.
fn check_mark(dir: &Path, marked: &Marked, at_mark: Option<Head>, last: Head) -> Result<(), JournalError> {
    let Head { sequence, .. } = marked.head;
    if last.sequence < sequence {
        let lost = sequence - last.sequence;
        return Err(JournalError::BelowMark {
            path: dir.to_owned(),
            last: last.sequence,
            mark: sequence,
            lost,
        });
    }
    if sequence > 0 && at_mark != Some(marked.head) {
        return Err(JournalError::MarkMismatch {
            path: dir.to_owned(),
            sequence,
        });
    }
    Ok(())
}
