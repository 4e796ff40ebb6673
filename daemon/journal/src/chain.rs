//! One check for open, verify, read and restore: sequences without gaps, each record naming the hash of the one before,
//! revisions without gaps, epochs that never go back, commits with all their parts.

use crate::journal::Head;
use crate::record::{self, Header, RecordError};

/// How a record does not follow on the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// Records are missing, or one is there twice.
    #[error("sequence {found} stands where {expected} should")]
    Sequence {
        /// What should come.
        expected: u64,
        /// What came.
        found: u64,
    },
    /// It is not there.
    #[error("the record is missing")]
    Missing,
    /// The record was written after another one than stands there.
    #[error("it names another record before it than stands there")]
    Previous,
    /// A deposed writer's record.
    #[error("epoch {found} comes after epoch {before}")]
    Epoch {
        /// Before.
        before: u64,
        /// After.
        found: u64,
    },
    /// Events are missing, or are there twice.
    #[error("revision {found} stands where {expected} should")]
    Revision {
        /// What should come.
        expected: u64,
        /// What came.
        found: u64,
    },
    /// A commit's parts do not fit together.
    #[error("it is not the next part of its commit")]
    Part,
}

/// Why a record was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// It cannot be read.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// It can be read and does not follow.
    #[error(transparent)]
    Chain(#[from] ChainError),
}

/// Goes over records in order.
#[derive(Debug, Clone)]
pub struct Chain {
    whole: Head,
    last: Head,
    open: Option<Header>,
}

/// A record that followed.
#[derive(Debug)]
pub struct Link<'a> {
    /// Its header.
    pub header: Header,
    /// Its payload.
    pub payload: &'a [u8],
    /// Where the journal ends if this record completes a commit.
    pub completes: Option<Head>,
}

impl Chain {
    /// A chain that goes on after `head`.
    pub fn after(head: Head) -> Self {
        Self {
            whole: head,
            last: head,
            open: None,
        }
    }

    /// A chain that starts with this record, trusting what it says of the one before.
    ///
    /// # Errors
    /// If the record cannot be read or does not begin a commit.
    pub fn starting_with(encoded: &[u8]) -> Result<Self, LinkError> {
        let (header, _) = record::decode(encoded)?;
        if !header.is_first() {
            return Err(ChainError::Part.into());
        }
        Ok(Self::after(Head {
            sequence: header.sequence - 1,
            epoch: header.epoch,
            revision: header.first_revision - 1,
            hash: header.previous,
        }))
    }

    /// Where the last whole commit ends.
    pub fn head(&self) -> Head {
        self.whole
    }

    /// The last record seen, which may be in the middle of a commit.
    pub fn last_sequence(&self) -> u64 {
        self.last.sequence
    }

    /// Takes the next record.
    ///
    /// # Errors
    /// If it cannot be read or does not follow.
    pub fn accept<'a>(&mut self, encoded: &'a [u8]) -> Result<Link<'a>, LinkError> {
        let (header, payload) = record::decode(encoded)?;
        self.follow(&header)?;
        self.last = Head {
            sequence: header.sequence,
            epoch: header.epoch,
            revision: header.last_revision(),
            hash: record::hash(encoded),
        };
        self.open = (!header.is_last()).then_some(header);
        if self.open.is_none() {
            self.whole = self.last;
        }
        Ok(Link {
            header,
            payload,
            completes: header.is_last().then_some(self.last),
        })
    }

    fn follow(&self, header: &Header) -> Result<(), ChainError> {
        let expected = self.last.sequence + 1;
        if header.sequence != expected {
            return Err(ChainError::Sequence {
                expected,
                found: header.sequence,
            });
        }
        if header.previous != self.last.hash {
            return Err(ChainError::Previous);
        }
        if header.epoch < self.last.epoch {
            return Err(ChainError::Epoch {
                before: self.last.epoch,
                found: header.epoch,
            });
        }
        match &self.open {
            None => {
                let expected = self.last.revision + 1;
                if header.first_revision != expected {
                    return Err(ChainError::Revision {
                        expected,
                        found: header.first_revision,
                    });
                }
                if !header.is_first() {
                    return Err(ChainError::Part);
                }
            }
            Some(before) => {
                let next = Header {
                    sequence: header.sequence,
                    previous: header.previous,
                    part: before.part + 1,
                    ..*before
                };
                if *header != next {
                    return Err(ChainError::Part);
                }
            }
        }
        Ok(())
    }
}
