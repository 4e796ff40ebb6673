//! Puts the commits back together that were split over records.

use bytes::{Bytes, BytesMut};

use crate::chain::{Chain, LinkError};
use crate::journal::StoredCommit;
use crate::record::HEADER_LEN;

/// Takes records in order, gives whole commits.
#[derive(Debug)]
pub struct Assembler {
    chain: Chain,
    parts: BytesMut,
}

impl Assembler {
    /// See [`Chain::starting_with`].
    ///
    /// # Errors
    /// As there.
    pub fn starting_with(encoded: &[u8]) -> Result<Self, LinkError> {
        Ok(Self {
            chain: Chain::starting_with(encoded)?,
            parts: BytesMut::new(),
        })
    }

    /// The commit that ends with this record, if one does. A commit of one record is not copied.
    ///
    /// # Errors
    /// If it cannot be read or does not follow.
    pub fn accept(&mut self, encoded: &Bytes) -> Result<Option<StoredCommit>, LinkError> {
        let link = self.chain.accept(encoded)?;
        let payload = if link.header.parts == 1 {
            encoded.slice(HEADER_LEN..HEADER_LEN + link.payload.len())
        } else {
            self.parts.extend_from_slice(link.payload);
            if link.completes.is_none() {
                return Ok(None);
            }
            self.parts.split().freeze()
        };
        Ok(link.completes.map(|head| StoredCommit {
            first_revision: link.header.first_revision,
            count: link.header.count,
            epoch: head.epoch,
            last_sequence: head.sequence,
            hash: head.hash,
            payload,
        }))
    }
}
