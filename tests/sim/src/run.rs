//! Runs worlds: one by its seed, or many on all cores. Threads are over seeds only.

use std::cell::RefCell;
use std::fmt;
use std::num::NonZero;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use parking_lot::Mutex;

use crate::checks::Broken;
use crate::tally::Tally;
use crate::world::World;

/// How often clients act in a world unless it is said otherwise.
pub const ACTS: u32 = 200;
/// How many failing seeds are kept: one is enough to go on.
const FAILURES_MAX: usize = 5;

/// What became of one world.
#[derive(Debug)]
pub struct Report {
    /// Its seed.
    pub seed: u64,
    /// What must not be and was.
    pub broken: Option<Broken>,
    /// What happened, as a hash.
    pub hash: u64,
    /// What happened, as lines, if they were wanted.
    pub lines: Vec<String>,
    /// What happened, counted.
    pub tally: Tally,
}

/// What became of many worlds.
#[derive(Debug, Default)]
pub struct Summary {
    /// How many were run.
    pub seeds: u64,
    /// What happened in all of them.
    pub tally: Tally,
    /// The first that failed.
    pub failures: Vec<(u64, Broken)>,
    acts: u32,
}

/// The command that repeats a seed.
pub fn repeat_with(seed: u64, acts: u32) -> String {
    format!("cargo run --locked --release -p baiying-sim -- --seed {seed} --steps {acts}")
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            seeds,
            tally,
            failures,
            acts,
        } = self;
        writeln!(f, "{tally}")?;
        writeln!(f, "{seeds} seeds, {} failed", failures.len())?;
        for (seed, broken) in failures {
            writeln!(f, "seed {seed}: {broken}\n  {}", repeat_with(*seed, *acts))?;
        }
        Ok(())
    }
}

thread_local! {
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
    static IS_WORLD: RefCell<bool> = const { RefCell::new(false) };
}

/// A panic within a world is a finding of its own: the product asserted something that did not hold.
fn keep_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if IS_WORLD.with_borrow(|is_world| *is_world) {
                PANIC.set(Some(info.to_string()));
            } else {
                usual(info);
            }
        }));
    });
}

/// Runs the world of a seed.
pub fn run(seed: u64, acts: u32, wants_lines: bool) -> Report {
    keep_panics();
    let mut world = World::new(seed, acts, wants_lines);
    IS_WORLD.set(true);
    let outcome = catch_unwind(AssertUnwindSafe(|| world.run()));
    IS_WORLD.set(false);
    let broken = match outcome {
        Ok(held) => held.err(),
        Err(_) => Some(Broken::new("assertion", PANIC.take().unwrap_or_default())),
    };
    let World { tally, trace, .. } = world;
    let (hash, lines) = trace.finish();
    Report {
        seed,
        broken,
        hash,
        lines,
        tally,
    }
}

/// Runs the worlds of these seeds on all cores; stops early once enough have failed.
pub fn run_many(seeds: Range<u64>, acts: u32) -> Summary {
    run_until(seeds.start, acts, |seed| seed >= seeds.end)
}

/// Runs worlds from a seed on, until `is_over` says so of the next one.
pub fn run_until(first: u64, acts: u32, is_over: impl Fn(u64) -> bool + Sync) -> Summary {
    let next = AtomicU64::new(first);
    let summary = Mutex::new(Summary {
        acts,
        ..Summary::default()
    });
    let work = || {
        let mut tally = Tally::default();
        let mut seeds = 0;
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if is_over(seed) || summary.lock().failures.len() >= FAILURES_MAX {
                break;
            }
            let report = run(seed, acts, false);
            seeds += 1;
            tally.merge(report.tally);
            if let Some(broken) = report.broken {
                summary.lock().failures.push((seed, broken));
            }
        }
        let mut summary = summary.lock();
        summary.seeds += seeds;
        summary.tally.merge(tally);
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, NonZero::get) {
            scope.spawn(work);
        }
    });
    let mut summary = summary.into_inner();
    summary.failures.sort_by_key(|(seed, _)| *seed);
    summary
}
