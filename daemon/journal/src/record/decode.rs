//! Reads a record and says exactly what is wrong with one that cannot be read. Takes any bytes and never panics.

use super::{CRC_LEN, FIRST, FORMAT_VERSION, HEADER_LEN, Header, LAST, MAGIC, OVERHEAD, PAYLOAD_MAX};

/// What is wrong with a record's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Shorter than the shortest record.
    #[error("{len} bytes are too few for a record")]
    Short {
        /// How many there are.
        len: usize,
    },
    /// Not a record at all.
    #[error("the bytes do not start like a record")]
    Magic,
    /// Written by a newer release.
    #[error("record format {found} is newer than {FORMAT_VERSION}, the newest this release reads")]
    NewerVersion {
        /// Its version.
        found: u16,
    },
    /// The version is none that was ever written.
    #[error("there is no record format {found}")]
    UnknownVersion {
        /// What stands there.
        found: u16,
    },
    /// The payload length does not fit the number of bytes.
    #[error("the header says {said} bytes of payload, and there are {found}")]
    Length {
        /// As the header has it.
        said: u32,
        /// As there are.
        found: usize,
    },
    /// The bytes changed since they were written.
    #[error("checksum {found:08x} instead of {said:08x}")]
    Checksum {
        /// As stored.
        said: u32,
        /// As computed.
        found: u32,
    },
    /// The checksum is right and the header makes no sense: it was written wrong.
    #[error("the header contradicts itself: {what}")]
    Header {
        /// In what.
        what: &'static str,
    },
}

/// How long the record is that these bytes begin with, if they begin like one.
pub(crate) fn length(bytes: &[u8]) -> Option<usize> {
    if bytes.len() < OVERHEAD || bytes[..4] != MAGIC {
        return None;
    }
    let payload = u32::from_le_bytes(array(bytes, 80)) as usize;
    (payload <= PAYLOAD_MAX).then_some(payload + OVERHEAD)
}

/// The header and the payload of a record.
///
/// # Errors
/// What is wrong with the bytes.
pub fn decode(bytes: &[u8]) -> Result<(Header, &[u8]), RecordError> {
    if bytes.len() < OVERHEAD {
        return Err(RecordError::Short { len: bytes.len() });
    }
    if bytes[..4] != MAGIC {
        return Err(RecordError::Magic);
    }
    match u16::from_le_bytes(array(bytes, 4)) {
        FORMAT_VERSION => {}
        found if found > FORMAT_VERSION => return Err(RecordError::NewerVersion { found }),
        found => return Err(RecordError::UnknownVersion { found }),
    }
    let said = u32::from_le_bytes(array(bytes, 80));
    let found = bytes.len() - OVERHEAD;
    if said as usize != found {
        return Err(RecordError::Length { said, found });
    }
    let (body, crc) = bytes.split_at(bytes.len() - CRC_LEN);
    let (said, found) = (u32::from_le_bytes(array(crc, 0)), crc32c::crc32c(body));
    if said != found {
        return Err(RecordError::Checksum { said, found });
    }
    let flags = u16::from_le_bytes(array(bytes, 6));
    let header = Header {
        sequence: u64::from_le_bytes(array(bytes, 8)),
        epoch: u64::from_le_bytes(array(bytes, 16)),
        first_revision: u64::from_le_bytes(array(bytes, 24)),
        count: u64::from_le_bytes(array(bytes, 32)),
        part: u32::from_le_bytes(array(bytes, 40)),
        parts: u32::from_le_bytes(array(bytes, 44)),
        previous: array(bytes, 48),
    };
    check(&header, flags, found_payload(body)).map_err(|what| RecordError::Header { what })?;
    Ok((header, found_payload(body)))
}

fn found_payload(body: &[u8]) -> &[u8] {
    &body[HEADER_LEN..]
}

fn check(header: &Header, flags: u16, payload: &[u8]) -> Result<(), &'static str> {
    if payload.len() > PAYLOAD_MAX {
        return Err("the payload is longer than the format allows");
    }
    if flags & !(FIRST | LAST) != 0 {
        return Err("unknown flags");
    }
    if header.part >= header.parts {
        return Err("the part is not among the parts");
    }
    if (flags & FIRST != 0) != header.is_first() || (flags & LAST != 0) != header.is_last() {
        return Err("flags and part disagree");
    }
    if header.sequence == 0 || header.first_revision == 0 || header.count == 0 {
        return Err("sequence, revision and count start at 1");
    }
    if header.first_revision.checked_add(header.count).is_none() || header.sequence == u64::MAX {
        return Err("the numbers overflow");
    }
    Ok(())
}

/// The `N` bytes at `at`; the caller has checked the length.
fn array<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    bytes[at..at + N].try_into().expect("N bytes are N bytes")
}
