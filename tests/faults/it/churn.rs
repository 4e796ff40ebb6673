//! Appended to and truncated over and over: the disk and the memory it takes do not grow.

use std::time::Duration;

use baiying_faults::scale::Scale;
use baiying_faults::{Backend, files, strace, work};

/// Commits of a cycle; about 8 MB.
const CYCLE: u64 = 2_000;
/// Events that are kept; about as many bytes as a cycle writes.
const KEPT: u64 = 20_000;

#[expect(
    clippy::disallowed_methods,
    reason = "a measurement reads the clock; nothing is decided by it"
)]
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = std::time::Instant::now();
    let value = work();
    (value, start.elapsed())
}

/// Memory of this process, in bytes.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kb = status.lines().find_map(|line| {
        let rest = line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?;
        rest.parse::<u64>().ok()
    });
    kb.unwrap_or(0) * 1024
}

#[test]
fn disk_and_memory_stay_flat() -> anyhow::Result<()> {
    let scale = Scale::from_env()?;
    for backend in Backend::ALL {
        let temp = strace::scratch()?;
        let dir = temp.path().join("journal");
        let cycles = scale.times(12);
        let (mut live, mut disk_most, mut open_most, mut early, mut written) = (0, 0, Duration::ZERO, 0, 0);
        for cycle in 0..cycles {
            let (journal, opening) = timed(|| backend.open(&dir));
            let mut journal = journal?;
            open_most = open_most.max(opening);
            let epoch = journal.head().epoch + 1;
            let before = written;
            for _ in 0..CYCLE {
                let revision = journal.head().revision;
                written += work::commit(scale.seed, revision, epoch).payload.len() as u64;
                work::append(&mut *journal, scale.seed, epoch)?;
            }
            // The most that is kept at any time: what the last truncation left, and what came since.
            let most = live + written - before;
            let kept = journal.head().revision.saturating_sub(KEPT);
            journal.truncate_before(kept)?;
            live = 0;
            for commit in journal.reader().commits_after(kept) {
                live += commit?.payload.len() as u64;
            }
            journal.close()?;
            let disk = files::disk_bytes(&dir)?;
            // The first cycles fill what is used again later.
            if cycle >= 2 {
                disk_most = disk_most.max(disk);
                let limit = 3 * most + backend.slack_bytes();
                anyhow::ensure!(
                    disk < limit,
                    "{}: {disk} bytes of the disk for at most {most} live ones after {written} in {cycle} cycles",
                    backend.name()
                );
            }
            if cycle == cycles / 3 {
                early = resident();
            }
        }
        let late = resident();
        println!(
            "{}: {cycles} cycles, {written} bytes written, {live} live, at most {disk_most} on disk, memory {early} then {late}, \
             opened in at most {open_most:?}; lost 0",
            backend.name()
        );
        anyhow::ensure!(late < early + (32 << 20), "memory grew from {early} to {late} bytes");
    }
    Ok(())
}
