//! Phone numbers (`domain.md` §11.1): well-formed, by the operators' shares; some are missing and some are shared by two people.

use rand::RngExt as _;

use crate::seed::Random;

/// Prefixes by operator with the operator's share in per cent.
const OPERATORS: &[(u32, &[u32])] = &[
    (
        58,
        &[
            134, 135, 136, 137, 138, 139, 150, 151, 152, 157, 158, 159, 178, 182, 183, 184, 187, 188, 198,
        ],
    ),
    (20, &[130, 131, 132, 155, 156, 166, 175, 176, 185, 186]),
    (19, &[133, 153, 177, 180, 181, 189, 191, 199]),
    (3, &[192]),
];
const MISSING: f64 = 0.005;
const SHARED: f64 = 0.002;

/// A phone number; empty for one in two hundred. `last` is somebody else's, which one in five hundred has as well.
pub(crate) fn draw(last: Option<&str>, random: &mut Random) -> String {
    if random.random_bool(MISSING) {
        return String::new();
    }
    if let Some(last) = last
        && random.random_bool(SHARED)
    {
        return last.to_owned();
    }
    let mut at = random.random_range(0..100);
    let mut prefix = 192;
    for (share, prefixes) in OPERATORS {
        if at < *share {
            prefix = prefixes[random.random_range(0..prefixes.len())];
            break;
        }
        at -= share;
    }
    format!("{prefix}{:08}", random.random_range(0..100_000_000_u32))
}
