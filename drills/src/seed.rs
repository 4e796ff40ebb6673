//! Seeded randomness: one seed, and a generator of its own for every purpose.
//!
//! A purpose has a name. One more draw for one purpose, or one more purpose, changes nothing of the others.

use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

/// The generator used everywhere: the same numbers on every machine.
pub(crate) type Random = ChaCha8Rng;

/// A seed from which generators are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seeds(u64);

impl Seeds {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The generator for a purpose. The seed makes the key, the name of the purpose the stream.
    pub(crate) fn child(self, purpose: &str) -> Random {
        self.stream(fnv1a(FNV_OFFSET, purpose.as_bytes()))
    }

    /// The generator for the n-th thing of a purpose.
    pub(crate) fn numbered(self, purpose: &str, number: u64) -> Random {
        self.stream(fnv1a(fnv1a(FNV_OFFSET, purpose.as_bytes()), &number.to_le_bytes()))
    }

    /// A number for something said.
    pub(crate) fn digest(self, said: &[u8]) -> u64 {
        fnv1a(fnv1a(FNV_OFFSET, &self.0.to_le_bytes()), said)
    }

    fn stream(self, stream: u64) -> Random {
        let mut random = Random::seed_from_u64(self.0);
        random.set_stream(stream);
        random
    }
}

const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;

fn fnv1a(start: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(start, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use rand::Rng as _;

    use super::*;

    #[test]
    fn purposes_do_not_share_numbers_and_repeat_themselves() {
        let seeds = Seeds::new(7);
        let first = seeds.child("people/440608-A001").next_u64();
        assert_eq!(first, seeds.child("people/440608-A001").next_u64());
        assert_ne!(first, seeds.child("people/440608-A002").next_u64());
        assert_ne!(first, Seeds::new(8).child("people/440608-A001").next_u64());
        assert_ne!(seeds.numbered("a", 1).next_u64(), seeds.numbered("a", 2).next_u64());
    }
}
