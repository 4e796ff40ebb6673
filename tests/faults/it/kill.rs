//! Killed at every call that changes the disk: while a journal is made, opened, appended to, truncated and closed.

use std::path::Path;

use anyhow::Context as _;
use baiying_e2e::copy_dir;
use baiying_faults::scale::Scale;
use baiying_faults::strace::{self, CHANGING, Strace};
use baiying_faults::{Backend, Promised, Tally, Verdict, reopen, work};

/// What is killed: a name, what was there before, and what it does.
pub(crate) const SCENES: [(&str, &str, &str); 4] = [
    ("made", "", "append=2"),
    ("opened", "append=30", ""),
    ("appended to", "append=10", "append=6"),
    ("truncated", "append=25", "keep=100,append=2"),
];

/// Runs the workload on `dir` under strace.
pub(crate) fn workload(
    strace: &Strace,
    backend: Backend,
    dir: &Path,
    seed: u64,
    script: &str,
) -> anyhow::Result<strace::Ran> {
    let (dir, seed) = (dir.to_string_lossy(), seed.to_string());
    strace.run(
        Path::new(env!("CARGO_BIN_EXE_baiying-faults-workload")),
        &[backend.name(), &dir, &seed, script],
    )
}

#[test]
fn nothing_is_lost_by_a_kill_at_any_call() -> anyhow::Result<()> {
    strace::works()?;
    let scale = Scale::from_env()?;
    for backend in Backend::ALL {
        for (name, before, script) in SCENES {
            let mut tally = Tally::new(format!("{}: killed while {name}", backend.name()));
            let temp = strace::scratch()?;
            let (log, source, dir) = (
                temp.path().join("log"),
                temp.path().join("source"),
                temp.path().join("journal"),
            );
            let promised = match before {
                "" => Promised::default(),
                _ => work::make(*backend, &source, scale.seed, before)?,
            };
            let fresh = || -> anyhow::Result<()> {
                if dir.exists() {
                    std::fs::remove_dir_all(&dir)?;
                }
                if source.exists() {
                    copy_dir(&source, &dir)?;
                }
                Ok(())
            };
            fresh()?;
            let counted = workload(&Strace::count(&log, CHANGING), *backend, &dir, scale.seed, script)?;
            anyhow::ensure!(counted.status.success(), "{counted:?}");
            for call in CHANGING {
                let (first, last) = strace::counts(&counted.log, call);
                // Past the count of this run: threads do not always share their work alike.
                for at in first + 1.. {
                    fresh()?;
                    let kill = Strace::inject(&log, call, "signal=KILL", at);
                    let ran = workload(&kill, *backend, &dir, scale.seed, script)?;
                    if !ran.was_killed() {
                        anyhow::ensure!(ran.status.success(), "{ran:?}");
                        if at > last {
                            break;
                        }
                        continue;
                    }
                    let mut promised = promised.clone();
                    promised.hear_all(&ran.stdout)?;
                    let verdict = reopen(*backend, &dir, scale.seed, &promised);
                    let verdict = verdict.with_context(|| format!("killed at {call} {at} while {name}"))?;
                    if let Verdict::Refused(error) = &verdict {
                        anyhow::bail!("killed at {call} {at} while {name}, and refused: {error}");
                    }
                    tally.add(&verdict);
                }
            }
            tally.print();
            anyhow::ensure!(tally.tried() > 5, "nothing was killed");
        }
    }
    Ok(())
}
