//! Every call that changes the disk fails once, or from then on: the journal goes on correctly or stops with a clear error, and
//! afterwards everything acknowledged is there.

use std::process::Command;

use anyhow::Context as _;
use baiying_faults::scale::Scale;
use baiying_faults::strace::{self, Ran, Strace};
use baiying_faults::{Backend, Promised, Tally, Verdict, reopen};

use crate::scene::{SCENES, Stage, program};

/// What a call answers instead of doing its work; with a `+` from then on.
const FAILURES: [&str; 6] = [
    "error=ENOSPC",
    "error=EIO",
    "error=EDQUOT",
    "error=ENOSPC+",
    "error=EIO+",
    "error=EDQUOT+",
];
/// What a call may answer without any fault of the disk.
const SURPRISES: [(&str, &str); 7] = [
    ("write", "retval=0"),
    ("pwrite64", "retval=0"),
    ("write", "error=EINTR"),
    ("pwrite64", "error=EINTR"),
    ("openat", "error=EINTR"),
    ("fsync", "error=EINTR"),
    ("fdatasync", "error=EINTR"),
];

/// Hangs that are put up with in a scene, of a backend that is known for them.
const HANGS: u64 = 3;

/// It ended as it should, and what it left holds what it promised.
fn judge(stage: &Stage, seed: u64, ran: &Ran, promised: &Promised) -> anyhow::Result<Verdict> {
    // Its reason is on standard output, if that did not fail as well.
    let stopped = ran.status.code() == Some(3);
    let went_on = ran.status.success() && promised.closed;
    // Its own standard output failed.
    let mute = ran.status.code() == Some(4);
    anyhow::ensure!(
        stopped || went_on || mute || ran.hung,
        "it neither went on nor stopped with a clear error: {ran:?}"
    );
    // A panic that was caught and made an error of has its words in the message, and no thread that died of it.
    anyhow::ensure!(!ran.stderr.contains("thread '"), "it panicked: {ran:?}");
    let verdict = reopen(stage.backend, &stage.dir, seed, promised)?;
    if let Verdict::Refused(error) = &verdict {
        anyhow::bail!("refused afterwards: {error}");
    }
    Ok(verdict)
}

#[test]
fn nothing_is_lost_when_a_call_fails() -> anyhow::Result<()> {
    strace::works()?;
    let scale = Scale::from_env()?;
    for backend in Backend::ALL {
        for scene in SCENES {
            let stage = Stage::set(*backend, scene, scale.seed)?;
            let mut tally = Tally::new(format!("{}: a call fails while {}", backend.name(), stage.name));
            let (mut stops, mut hangs, mut turn) = (0, 0, 0);
            for (call, first, last) in stage.counts()? {
                let surprises = SURPRISES.iter().filter(|(name, _)| *name == call);
                let answers: Vec<_> = FAILURES
                    .into_iter()
                    .chain(surprises.map(|(_, answer)| *answer))
                    .collect();
                for at in first + 1..=last {
                    // In the short run the answers take turns; the long run tries each at each call.
                    let chosen = if scale.is_smoke() { 1 } else { answers.len() };
                    for _ in 0..chosen {
                        turn += 1;
                        let answer = answers[turn % answers.len()];
                        let strace = match answer.strip_suffix('+') {
                            Some(once) => Strace::inject_from(&stage.log, call, once, at),
                            None => Strace::inject(&stage.log, call, answer, at),
                        };
                        let (ran, promised) = stage.run(&strace)?;
                        if !ran.was_injected() {
                            continue;
                        }
                        stops += u64::from(ran.status.code() == Some(3));
                        hangs += u64::from(ran.hung);
                        anyhow::ensure!(
                            !ran.hung || (backend.may_hang_when_a_call_fails() && hangs <= HANGS),
                            "it hung: {ran:?}"
                        );
                        let verdict = judge(&stage, scale.seed, &ran, &promised)
                            .with_context(|| format!("{answer} at {call} {at} while {}", stage.name))?;
                        tally.add(&verdict);
                    }
                }
            }
            tally.print();
            anyhow::ensure!(tally.tried() > 5 && stops > 0, "nothing failed");
        }
    }
    Ok(())
}

/// A file that may not grow past a limit: the system writes a part, says how much, and then refuses.
#[test]
fn nothing_is_lost_by_short_writes() -> anyhow::Result<()> {
    let scale = Scale::from_env()?;
    for backend in Backend::ALL {
        let mut tally = Tally::new(format!("{}: short writes", backend.name()));
        let stage = Stage::set(
            *backend,
            ("appended to", "append=10", "append=20,keep=100,append=5"),
            scale.seed,
        )?;
        let (ran, _) = stage.run(&Strace::count(&stage.log, &["fsync"]))?;
        anyhow::ensure!(ran.status.success(), "{ran:?}");
        // What it takes without a limit: a higher one is never met.
        let longest = baiying_faults::files::longest(&stage.dir)?;
        let points = scale.times(60);
        let mut stops = 0;
        for point in 0..points {
            stage.reset()?;
            // By odd amounts: in the middle of sectors and of records.
            let limit = point * longest / points + point % 7 * 61;
            let mut command = Command::new("sh");
            command
                .args(["-c", "trap '' XFSZ; exec prlimit --fsize=\"$0\" \"$@\""])
                .arg(limit.to_string())
                .arg(program())
                .arg(backend.name())
                .arg(&stage.dir)
                .args([&scale.seed.to_string(), stage.script()]);
            let ran = strace::run(&mut command, &stage.log)?;
            let promised = stage.heard(&ran)?;
            stops += u64::from(ran.status.code() == Some(3));
            let verdict = judge(&stage, scale.seed, &ran, &promised)
                .with_context(|| format!("files of at most {limit} bytes"))?;
            tally.add(&verdict);
        }
        tally.print();
        println!("{}: {stops} of {points} limits were hit", backend.name());
        anyhow::ensure!(stops > points / 2, "only {stops} of {points} limits were hit");
    }
    Ok(())
}
