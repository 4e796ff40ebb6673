//! Lots: numbers that look random and follow from a seed, the same on every machine and in every version; and names of what was drawn.
//!
//! The core has no randomness. Where a choice is to be fair and nobody's, it is drawn from a seed that came with the command and
//! stays on record.

/// A number drawn from a seed for what `of` names.
pub fn draw(seed: u64, of: &[u64]) -> u64 {
    of.iter()
        .fold(mix(seed), |drawn, part| mix(drawn.rotate_left(32) ^ *part))
}

/// A step of `SplitMix64` (Steele, Lea and Flood, 2014).
fn mix(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// FNV-1a over parts, each with its length.
pub(crate) struct Hash(u64);

impl Hash {
    pub(crate) fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    pub(crate) fn number(&mut self, number: u64) {
        self.bytes(&number.to_le_bytes());
    }
    pub(crate) fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.bytes(text.as_bytes());
    }
    pub(crate) fn hex(&self) -> Box<str> {
        format!("{:016x}", self.0).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_number_is_the_one_of_the_paper() {
        assert_eq!(mix(0), 0xe220_a839_7b1d_cdaf);
    }

    #[test]
    fn lots_differ_by_seed_and_by_what_they_are_drawn_for() {
        let drawn = [
            draw(1, &[1]),
            draw(2, &[1]),
            draw(1, &[2]),
            draw(1, &[1, 1]),
            draw(1, &[1, 2]),
            draw(1, &[2, 1]),
        ];
        let all: std::collections::BTreeSet<_> = drawn.into_iter().collect();
        assert_eq!(all.len(), drawn.len());
        assert_eq!(draw(7, &[8, 9]), draw(7, &[8, 9]));
    }

    #[test]
    fn names_are_those_of_the_reference_and_know_where_a_part_ends() {
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
