//! Lots: numbers that look random and follow from a seed, the same on every machine and in every version.
//!
//! The core has no randomness. Where a choice is to be fair and nobody's, it is drawn from a seed that came with the command and
//! stays on record.

/// A number drawn from a seed for what `of` names.
pub fn draw(seed: u64, of: &[u64]) -> u64 {
    of.iter().fold(mix(seed), |drawn, part| mix(drawn ^ mix(*part)))
}

/// A step of `SplitMix64` (Steele, Lea and Flood, 2014).
fn mix(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
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
}
