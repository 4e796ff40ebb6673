//! Whole numbers in given proportions that add up to a given total.

/// Shares `total` out by weight, at least `min` each, by largest remainders. With a total too small for `min` each, the first get less.
pub(crate) fn apportion(total: u32, weights: &[f64], min: u32) -> Vec<u32> {
    let count = weights.len() as u32;
    if count == 0 {
        return Vec::new();
    }
    let min = min.min(total / count);
    let to_share = f64::from(total - min * count);
    let sum: f64 = weights.iter().sum();
    let exact: Vec<f64> = weights.iter().map(|weight| to_share * weight / sum).collect();
    let mut shares: Vec<u32> = exact.iter().map(|share| min + *share as u32).collect();
    let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
    by_remainder.sort_by(|a, b| exact[*b].fract().total_cmp(&exact[*a].fract()).then(a.cmp(b)));
    let missing = total.saturating_sub(shares.iter().sum());
    for index in by_remainder.into_iter().cycle().take(missing as usize) {
        shares[index] += 1;
    }
    shares
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn shares_add_up(total in 0_u32..200_000, weights in prop::collection::vec(0.01_f64..100.0, 1..200), min in 0_u32..20) {
            let shares = apportion(total, &weights, min);
            prop_assert_eq!(shares.iter().sum::<u32>(), total);
            let floor = min.min(total / weights.len() as u32);
            prop_assert!(shares.iter().all(|share| *share >= floor));
        }
    }
}
