//! Damage to the files of a closed journal: cut, a page zeroed, a bit flipped. Intact or refused with a diagnosis, never
//! silent, never a panic. The same through the daemon, with its exit code and its words: `tests/it/damage.rs`.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context as _;
use baiying_e2e::damage::{self, KINDS, used};
use baiying_e2e::{copy_dir, files};
use baiying_faults::scale::Scale;
use baiying_faults::{Backend, Tally, Verdict, reopen, strace, work};
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// Damages one file of a journal; says how.
fn damage(dir: &Path, kind: usize, random: &mut ChaCha8Rng) -> anyhow::Result<String> {
    let mut sizes = Vec::new();
    for path in files(dir)? {
        let used = used(&fs::read(&path)?);
        if used > 0 {
            sizes.push((path, used));
        }
    }
    // Mostly where the bytes are; every fourth time any file, since the small ones say how to read the others.
    let chosen = if random.random_range(0..4) == 0 {
        sizes.choose(random)
    } else {
        sizes.choose_weighted(random, |(_, used)| *used).ok()
    };
    let (path, _) = chosen.context("nothing was written")?;
    damage::damage(path, kind, random)
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
