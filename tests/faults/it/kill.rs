//! Killed at every call that changes the disk: while a journal is made, opened, appended to, truncated and closed.

use anyhow::Context as _;
use baiying_faults::scale::Scale;
use baiying_faults::strace::{self, Strace};
use baiying_faults::{Backend, Tally, Verdict, reopen};

use crate::scene::{SCENES, Stage};

#[test]
fn nothing_is_lost_by_a_kill_at_any_call() -> anyhow::Result<()> {
    strace::works()?;
    let scale = Scale::from_env()?;
    for backend in Backend::ALL {
        for scene in SCENES {
            let stage = Stage::set(*backend, scene, scale.seed)?;
            let mut tally = Tally::new(format!("{}: killed while {}", backend.name(), stage.name));
            for (call, first, last) in stage.counts()? {
                // Past the count of this run: threads do not always share their work alike.
                for at in first + 1.. {
                    let (ran, promised) = stage.run(&Strace::inject(&stage.log, call, "signal=KILL", at))?;
                    anyhow::ensure!(!ran.hung, "it hung: {ran:?}");
                    if !ran.was_killed() {
                        anyhow::ensure!(ran.status.success(), "{ran:?}");
                        if at > last {
                            break;
                        }
                        continue;
                    }
                    let when = || format!("killed at {call} {at} while {}", stage.name);
                    let verdict = reopen(*backend, &stage.dir, scale.seed, &promised).with_context(when)?;
                    if let Verdict::Refused(error) = &verdict {
                        anyhow::bail!("{}, and refused: {error}", when());
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
