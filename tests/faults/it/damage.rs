//! Damage to the files of a closed journal: cut, a page zeroed, a bit flipped. Intact or refused with a diagnosis, never
//! silent, never a panic. The same through the daemon, with its exit code and its words: `tests/it/damage.rs`.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context as _;
use baiying_e2e::copy_dir;
use baiying_faults::scale::Scale;
use baiying_faults::{Backend, Tally, Verdict, files, reopen, strace, work};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

const KINDS: [&str; 3] = ["cut", "page zeroed", "bit flipped"];

/// Damages one file of a journal; says how.
fn damage(dir: &Path, kind: usize, random: &mut ChaCha8Rng) -> anyhow::Result<String> {
    let mut sizes = Vec::new();
    for path in files::all(dir)? {
        let bytes = fs::read(&path)?;
        // What was ever written of a preallocated file: zeros behind it are no damage to flip into.
        if let Some(last) = bytes.iter().rposition(|byte| *byte != 0) {
            sizes.push((path, bytes, last + 1));
        }
    }
    // Mostly where the bytes are; every fourth time any file, since the small ones say how to read the others.
    let total: usize = sizes.iter().map(|(.., used)| used).sum();
    let chosen = if random.random_range(0..4) == 0 {
        random.random_range(0..sizes.len())
    } else {
        let mut at = random.random_range(0..total);
        sizes
            .iter()
            .position(|(.., used)| {
                let here = at < *used;
                at = at.saturating_sub(*used);
                here
            })
            .unwrap_or(0)
    };
    let (path, mut bytes, used) = sizes.swap_remove(chosen);
    let at = random.random_range(0..used);
    match kind {
        0 => bytes.truncate(at),
        1 => {
            let page = at / 4096 * 4096;
            let end = (page + 4096).min(bytes.len());
            bytes[page..end].fill(0);
        }
        _ => bytes[at] ^= 1 << random.random_range(0..8),
    }
    fs::write(&path, bytes)?;
    let name = path.strip_prefix(dir)?.display();
    Ok(format!("{name}: {} at {at} of {used}", KINDS[kind]))
}

#[test]
fn damage_is_never_silent() -> anyhow::Result<()> {
    static PANICS: AtomicU64 = AtomicU64::new(0);
    let default = std::panic::take_hook();
    // Installed first: the backend's own hook keeps back the panics that it turns into errors.
    std::panic::set_hook(Box::new(move |info| {
        PANICS.fetch_add(1, Ordering::Relaxed);
        default(info);
    }));
    let scale = Scale::from_env()?;
    for backend in Backend::ALL {
        let mut tallies = KINDS.map(|kind| Tally::new(format!("{}: {kind}", backend.name())));
        let temp = strace::scratch()?;
        let (source, dir) = (temp.path().join("source"), temp.path().join("journal"));
        let mut random = ChaCha8Rng::seed_from_u64(scale.seed);
        for (index, script) in ["append=50", "append=40,keep=150,append=20,reopen,append=3"]
            .iter()
            .enumerate()
        {
            let source = source.with_extension(index.to_string());
            let promised = work::make(*backend, &source, scale.seed, script)?;
            for round in 0..scale.times(510) {
                if dir.exists() {
                    fs::remove_dir_all(&dir)?;
                }
                copy_dir(&source, &dir)?;
                let kind = (round % 3) as usize;
                let how = damage(&dir, kind, &mut random)?;
                let verdict = reopen(*backend, &dir, scale.seed, &promised)
                    .and_then(|verdict| {
                        let panics = PANICS.load(Ordering::Relaxed);
                        anyhow::ensure!(panics == 0, "{panics} panics that nobody caught; {verdict:?}");
                        Ok(verdict)
                    })
                    .with_context(|| format!("round {round}: {how}; {}", scale.repeat("damage_is_never_silent")))?;
                if let Verdict::Refused(error) = &verdict {
                    anyhow::ensure!(
                        error.reason().starts_with("JOURNAL_") && error.reason() != "JOURNAL_LOCKED",
                        "{how}: {error}"
                    );
                }
                tallies[kind].add(&verdict);
            }
        }
        for tally in &tallies {
            tally.print();
            anyhow::ensure!(tally.refusals() > 0, "nothing was damaged");
        }
    }
    Ok(())
}
