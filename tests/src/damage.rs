//! Damage to a file: cut, a part zeroed, a bit flipped.

use std::fs;
use std::path::Path;

use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;

/// The kinds there are.
pub const KINDS: [&str; 3] = ["cut", "page zeroed", "bit flipped"];
const PAGE: usize = 4096;

/// How much of a file was ever written: zeros behind it may have been set aside, and are nothing to damage.
#[must_use]
pub fn used(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1)
}

/// Does damage of a kind somewhere in what was written of a file, or at its beginning if nothing was; says what.
///
/// # Errors
/// If it cannot be read or written, or is empty.
pub fn damage(file: &Path, kind: usize, random: &mut ChaCha8Rng) -> anyhow::Result<String> {
    let mut bytes = fs::read(file)?;
    anyhow::ensure!(!bytes.is_empty(), "{} is empty", file.display());
    let used = used(&bytes).max(1);
    let at = random.random_range(0..used);
    match kind {
        0 => bytes.truncate(at),
        1 => {
            let page = at / PAGE * PAGE;
            let end = (page + PAGE).min(bytes.len());
            bytes[page..end].fill(0);
        }
        _ => bytes[at] ^= 1 << random.random_range(0..8),
    }
    fs::write(file, bytes)?;
    Ok(format!("{}: {} at {at} of {used}", file.display(), KINDS[kind]))
}
