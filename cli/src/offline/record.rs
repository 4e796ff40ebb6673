//! Frames: how records stand in a file, so that a torn or damaged one is told from a whole one.
//!
//! `length: u32 LE, crc32c(length ‖ payload): u32 LE, payload`. The checksum covers the length, so a run of zeros is no frame.

/// Bytes in front of each payload.
const HEADER: usize = 8;
/// No payload is longer; a longer length is damage.
const MAX_PAYLOAD: usize = 1024 * 1024;

/// Appends a frame with this payload.
pub(super) fn frame(payload: &[u8], out: &mut Vec<u8>) {
    debug_assert!(payload.len() <= MAX_PAYLOAD, "callers bound their records");
    let length = u32::try_from(payload.len()).unwrap_or(u32::MAX).to_le_bytes();
    out.extend_from_slice(&length);
    out.extend_from_slice(&crc32c::crc32c_append(crc32c::crc32c(&length), payload).to_le_bytes());
    out.extend_from_slice(payload);
}

/// What a file holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Scan<'a> {
    /// Payloads of the whole frames, in order.
    pub(super) payloads: Vec<&'a [u8]>,
    /// Damaged stretches with whole frames behind them: offset and length.
    pub(super) damaged: Vec<(usize, usize)>,
    /// Where the last whole frame ends: what follows is a torn tail.
    pub(super) end: usize,
}

/// Reads frames. After damage it looks for the next whole frame, so that one bad sector does not hide what stands behind it.
pub(super) fn scan(bytes: &[u8]) -> Scan<'_> {
    let mut scan = Scan::default();
    let mut at = 0;
    while at < bytes.len() {
        if let Some(payload) = whole_frame(&bytes[at..]) {
            scan.payloads.push(payload);
            at += HEADER + payload.len();
            scan.end = at;
            continue;
        }
        match (at + 1..bytes.len()).find(|&next| whole_frame(&bytes[next..]).is_some()) {
            Some(next) => {
                scan.damaged.push((at, next - at));
                at = next;
            }
            None => break,
        }
    }
    scan
}

fn whole_frame(bytes: &[u8]) -> Option<&[u8]> {
    let length_bytes: [u8; 4] = bytes.get(..4)?.try_into().ok()?;
    let crc = u32::from_le_bytes(bytes.get(4..HEADER)?.try_into().ok()?);
    let length = u32::from_le_bytes(length_bytes) as usize;
    if length == 0 || length > MAX_PAYLOAD {
        return None;
    }
    let payload = bytes.get(HEADER..HEADER + length)?;
    (crc32c::crc32c_append(crc32c::crc32c(&length_bytes), payload) == crc).then_some(payload)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn file(payloads: &[Vec<u8>]) -> (Vec<u8>, Vec<usize>) {
        let mut bytes = Vec::new();
        let mut ends = vec![0];
        for payload in payloads {
            frame(payload, &mut bytes);
            ends.push(bytes.len());
        }
        (bytes, ends)
    }

    #[test]
    fn zeros_are_no_frames() {
        assert_eq!(scan(&[0; 4096]), Scan::default());
    }

    proptest! {
        #[test]
        fn a_file_cut_anywhere_keeps_its_whole_frames(
            payloads in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..40), 1..8),
        ) {
            let (bytes, ends) = file(&payloads);
            for cut in 0..=bytes.len() {
                let scan = scan(&bytes[..cut]);
                let whole = ends.iter().filter(|&&end| end > 0 && end <= cut).count();
                prop_assert_eq!(scan.payloads.len(), whole);
                prop_assert_eq!(scan.end, ends[whole]);
                prop_assert!(scan.damaged.is_empty());
            }
        }

        #[test]
        fn a_flipped_bit_costs_one_frame_and_is_told(
            payloads in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..40), 2..8),
            place in any::<prop::sample::Index>(),
            bit in 0..8u8,
        ) {
            let (mut bytes, ends) = file(&payloads);
            let place = place.index(bytes.len());
            bytes[place] ^= 1 << bit;
            let hit = ends.iter().filter(|&&end| end <= place).count() - 1;
            let scan = scan(&bytes);
            let expected: Vec<&[u8]> =
                payloads.iter().enumerate().filter(|(n, _)| *n != hit).map(|(_, p)| p.as_slice()).collect();
            prop_assert_eq!(&scan.payloads, &expected);
            // In the last frame it looks like a torn tail; the bytes are kept either way.
            prop_assert_eq!(scan.damaged.len(), usize::from(hit + 1 < payloads.len()));
        }
    }
}
