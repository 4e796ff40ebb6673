//! The lot, and the name of a proposal: the same numbers on every machine.

/// A number drawn for somebody: splitmix64 of the seed and who it is for.
pub(super) fn draw(seed: u64, who: u32) -> u64 {
    let mut mixed = seed.wrapping_add(u64::from(who).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// FNV-1a over parts, each with its length.
pub(super) struct Hash(u64);

impl Hash {
    pub(super) fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    pub(super) fn number(&mut self, number: u64) {
        self.bytes(&number.to_le_bytes());
    }
    pub(super) fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.bytes(text.as_bytes());
    }
    pub(super) fn hex(&self) -> Box<str> {
        format!("{:016x}", self.0).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_what_they_are() {
        // The first number of splitmix64 with seed 1234567 is of the reference implementation.
        assert_eq!(draw(1_234_567, 1), 6_457_827_717_110_365_317);
        let mut hash = Hash::new();
        hash.bytes(b"foobar");
        assert_eq!(&*hash.hex(), "85944171f73967e8");
        let of = |texts: [&str; 2]| {
            let mut hash = Hash::new();
            texts.iter().for_each(|text| hash.text(text));
            hash.hex()
        };
        assert_ne!(of(["ab", "c"]), of(["a", "bc"]));
    }
}
