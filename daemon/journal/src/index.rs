//! Where each commit starts, kept in memory: finds the first commit after a revision without reading the journal.

use std::collections::VecDeque;

use crate::error::JournalError;
use crate::journal::Head;

/// A commit's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    first_sequence: u64,
    last_revision: u64,
}

/// The places of all commits that are kept.
#[derive(Debug, Clone)]
pub(crate) struct Index {
    base: Head,
    head: Head,
    places: VecDeque<Place>,
}

impl Index {
    /// An index of nothing yet, after `base`.
    pub(crate) fn after(base: Head) -> Self {
        Self {
            base,
            head: base,
            places: VecDeque::new(),
        }
    }
    /// What the first commit that is kept follows on.
    pub(crate) fn base(&self) -> Head {
        self.base
    }
    /// Where the last commit ends.
    pub(crate) fn head(&self) -> Head {
        self.head
    }
    /// How many commits there are.
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }
    /// Adds the commit that ends at `head`.
    pub(crate) fn push(&mut self, head: Head) {
        self.places.push_back(Place {
            first_sequence: self.head.sequence + 1,
            last_revision: head.revision,
        });
        self.head = head;
    }
    /// The first record of the first commit that ends after `revision`; none if the journal ends there.
    pub(crate) fn first_after(&self, revision: u64) -> Option<u64> {
        let at = self.places.partition_point(|place| place.last_revision <= revision);
        self.places.get(at).map(|place| place.first_sequence)
    }
    /// The records that hold the commits after `revision`; an error if some of them are no longer kept.
    pub(crate) fn commits_after(&self, revision: u64) -> Result<(u64, u64), JournalError> {
        if revision < self.base.revision {
            return Err(JournalError::Truncated {
                oldest: self.base.revision,
            });
        }
        let end = self.head.sequence;
        Ok((self.first_after(revision).unwrap_or(end + 1), end))
    }
    /// The records from `sequence` on, as far as they are kept.
    pub(crate) fn records_from(&self, sequence: u64) -> (u64, u64) {
        (sequence.max(self.base.sequence + 1), self.head.sequence)
    }
    /// The first record that a truncation up to `revision` keeps. The last commit is always kept, so that the head can be read.
    pub(crate) fn first_kept(&self, revision: u64) -> Option<u64> {
        let last = self.places.back()?;
        Some(self.first_after(revision).unwrap_or(last.first_sequence))
    }
    /// Forgets the commits before `base`.
    pub(crate) fn truncated(&mut self, base: Head) {
        while self
            .places
            .front()
            .is_some_and(|place| place.first_sequence <= base.sequence)
        {
            self.places.pop_front();
        }
        self.base = base;
    }
}
