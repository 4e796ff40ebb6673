//! Every target on every kept input and on a few thousand mutations of them: what libFuzzer runs, on any toolchain, in seconds.
//!
//! `BAIYING_FUZZ_RUNS` says how many mutations a target gets, `BAIYING_SEED` which.

use std::fs;
use std::path::{Path, PathBuf};

use baiying_fuzz::Target;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Mutations of one target.
const RUNS: u64 = 2000;
/// No mutation is longer.
const LENGTH_MAX: usize = 16 * 1024;

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| {
        text.parse().unwrap_or_else(|_| panic!("{name}={text} is no number"))
    })
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The files in a directory, in order; none if there is no directory.
fn files(dir: &Path) -> Vec<Vec<u8>> {
    let Ok(entries) = fs::read_dir(dir) else {
        return Vec::new();
    };
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("listed").path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).expect("read")).collect()
}

/// Runs one input; keeps it where `cargo fuzz` would if it fails.
fn run(name: &str, target: Target, bytes: &[u8]) {
    if let Err(panic) = std::panic::catch_unwind(|| target(bytes)) {
        let dir = root().join("artifacts").join(name);
        let path = dir.join("replay");
        fs::create_dir_all(&dir)
            .and_then(|()| fs::write(&path, bytes))
            .expect("kept");
        eprintln!("{name} fails on {0}; again: fuzz/run again {name} {0}", path.display());
        std::panic::resume_unwind(panic);
    }
}

/// A change or several.
fn mutate(random: &mut ChaCha8Rng, inputs: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = inputs[random.random_range(0..inputs.len())].clone();
    for _ in 0..random.random_range(1..6) {
        let at = random.random_range(0..=bytes.len());
        match random.random_range(0..7) {
            0 if at < bytes.len() => bytes[at] ^= 1 << random.random_range(0..8),
            1 if at < bytes.len() => bytes[at] = [0, 1, 0x7f, 0x80, 0xff, b'"', b'\n'][random.random_range(0..7)],
            2 => bytes.insert(at, random.random_range(0..=255)),
            3 => bytes.truncate(at),
            4 => {
                let end = (at + random.random_range(1..9)).min(bytes.len());
                bytes.drain(at..end);
            }
            5 => {
                let other = &inputs[random.random_range(0..inputs.len())];
                let from = random.random_range(0..=other.len());
                let end = (from + random.random_range(1..200)).min(other.len());
                bytes.splice(at..at, other[from..end].iter().copied());
            }
            _ => {
                let mut word = [0; 8];
                random.fill_bytes(&mut word);
                let end = (at + 8).min(bytes.len());
                bytes.splice(at..end, word);
            }
        }
    }
    bytes.truncate(LENGTH_MAX);
    bytes
}

fn replay(name: &str) {
    let (_, target) = baiying_fuzz::TARGETS
        .into_iter()
        .find(|(other, _)| *other == name)
        .expect("a target");
    let mut inputs = files(&root().join("regressions").join(name));
    inputs.extend(files(&root().join("corpus").join(name)));
    inputs.extend(baiying_fuzz::seeds::of(name).into_iter().map(|(_, bytes)| bytes));
    inputs.iter().for_each(|bytes| run(name, target, bytes));
    let seed = number("BAIYING_SEED", 1);
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    for _ in 0..number("BAIYING_FUZZ_RUNS", RUNS) {
        run(name, target, &mutate(&mut random, &inputs));
    }
}

macro_rules! targets {
    ($($name:ident),*) => {
        $(#[test]
        fn $name() {
            replay(stringify!($name));
        })*

        #[test]
        fn every_target_is_replayed() {
            assert!([$(stringify!($name)),*].iter().eq(baiying_fuzz::TARGETS.iter().map(|(name, _)| name)));
        }
    };
}

targets!(record, snapshot, entries, imports, sheet, batch, api, queue);
