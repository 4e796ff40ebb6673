//! Power losses: crash images are rebuilt from the calls that a journal really made, and opened.

use std::cell::RefCell;
use std::path::Path;

use anyhow::Context as _;
use baiying_e2e::kept;
use baiying_faults::disk::{Disk, Model};
use baiying_faults::scale::Scale;
use baiying_faults::strace::{self, Strace};
use baiying_faults::trace::{Call, Event, Trace};
use baiying_faults::{Backend, Promised, Tally, Verdict, reopen};

use crate::scene::workload;

/// What is recorded, and every how manyth moment of it is tried in the short run, answers apart: the first is short and looked
/// at closely, the second writes over several of the store's segments.
const RUNS: [(&str, &str, usize, usize); 2] = [
    ("power", "append=25,keep=60,append=10,reopen,append=10", 2, 1),
    (
        "power, segments reused",
        "append=150,keep=60,append=150,keep=60,reopen,append=100",
        60,
        20,
    ),
];

/// What is recorded of a process that is killed, and of the one that opens what it left.
const KILLED: &str = "append=25,keep=60,append=15";
const AFTERWARDS: &str = "append=2";

/// Random images of a moment.
const RANDOM: u64 = 3;

/// A moment at which the power fails.
pub(crate) struct Moment<'a> {
    /// What is on the disk.
    pub(crate) disk: &'a Disk,
    /// An answer is just about to be given.
    pub(crate) answering: bool,
    /// What was written is just about to be synced.
    pub(crate) syncing: bool,
    /// Counts the moments.
    pub(crate) number: usize,
}

/// Walks through a trace; `hear` is told of every call that begins and says whether it is an answer, `at` of every moment at
/// which the disk is another than at the moment before.
pub(crate) fn walk(
    trace: &Trace,
    mut disk: Disk,
    mut hear: impl FnMut(&Call) -> anyhow::Result<bool>,
    mut at: impl FnMut(&Moment<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let (mut number, mut version) = (0, u64::MAX);
    for (index, event) in trace.events.iter().enumerate() {
        let answering = match event {
            Event::Enter(index) => hear(&trace.calls[*index])?,
            Event::Exit(_) => false,
        };
        disk.follow(trace, *event)?;
        if answering || disk.version() != version {
            version = disk.version();
            number += 1;
            let syncing = matches!(
                trace.events.get(index + 1),
                Some(Event::Enter(next)) if ["fsync", "fdatasync"].contains(&trace.calls[*next].name.as_str())
            );
            at(&Moment {
                disk: &disk,
                answering,
                syncing,
                number,
            })?;
        }
    }
    Ok(())
}

/// The four ways to lose power, the random one several times.
pub(crate) fn models(seed: u64, random: u64) -> impl Iterator<Item = Model> {
    let fixed = [Model::Killed, Model::LengthLost, Model::OnlySynced];
    fixed
        .into_iter()
        .chain((0..random).map(move |index| Model::Random(seed * 1_000 + index)))
}

/// What came of it, by model.
pub(crate) struct Tallies([Tally; 8]);

impl Tallies {
    pub(crate) fn new(name: &str) -> Self {
        let kinds = ["process killed", "length lost", "only synced", "random, torn"];
        let at = |answering: bool| {
            let when = if answering { "at an answer" } else { "in between" };
            kinds.map(|kind| Tally::new(format!("{name}: {kind}, {when}")))
        };
        let [a, b, c, d] = at(true);
        let [e, f, g, h] = at(false);
        Self([a, b, c, d, e, f, g, h])
    }

    pub(crate) fn of(&mut self, model: Model, answering: bool) -> &mut Tally {
        let kind = match model {
            Model::Killed => 0,
            Model::LengthLost => 1,
            Model::OnlySynced => 2,
            Model::Random(_) => 3,
        };
        &mut self.0[kind + if answering { 0 } else { 4 }]
    }

    pub(crate) fn print(&self) {
        self.0.iter().filter(|tally| tally.tried() > 0).for_each(Tally::print);
    }
}

/// A refusal is a failure, unless it is one that the backend is known for.
pub(crate) fn judge(backend: Backend, model: Model, moment: &Moment<'_>, verdict: &Verdict) -> anyhow::Result<()> {
    if let Verdict::Refused(error) = verdict {
        let power_lost = model != Model::Killed;
        let known = backend.may_refuse_between_answers() && !moment.answering && power_lost;
        anyhow::ensure!(known, "refused: {error}");
    }
    Ok(())
}

#[test]
fn nothing_acknowledged_is_lost_with_the_power() -> anyhow::Result<()> {
    strace::works()?;
    let scale = Scale::from_env()?;
    for backend in Backend::ALL {
        for (name, script, between, answers) in RUNS {
            let mut tallies = Tallies::new(&format!("{} {name}", backend.name()));
            let runs = if scale.is_smoke() { 1 } else { 5 };
            for run in 0..runs {
                let seed = scale.seed + run;
                let temp = strace::scratch()?;
                let (root, log) = (temp.path().join("disk"), temp.path().join("log"));
                std::fs::create_dir(&root)?;
                let before = Disk::load(&root)?;
                let ran = workload(&Strace::record(&log), *backend, &root.join("journal"), seed, script)?;
                anyhow::ensure!(ran.status.success(), "{ran:?}");
                let trace = Trace::read(&ran.log)?;
                // The long run looks closer: at every moment of the short script, and at every tenth of the other.
                let strides = match scale.is_smoke() {
                    true => (between, answers),
                    false => (between.div_ceil(6), answers.div_ceil(6)),
                };
                let start = (before, Promised::default());
                let explored = explore(*backend, temp.path(), &trace, start, seed, strides, &mut tallies);
                let repeat = || format!("seed {seed}; {}", scale.repeat("lost_with_the_power"));
                kept(temp, explored.with_context(repeat))?;
            }
            tallies.print();
        }
    }
    Ok(())
}

/// The model would see a loss: a trace whose syncs are left out does not pass.
#[test]
fn a_loss_would_be_seen() -> anyhow::Result<()> {
    strace::works()?;
    for backend in Backend::ALL {
        let temp = strace::scratch()?;
        let (root, log) = (temp.path().join("disk"), temp.path().join("log"));
        std::fs::create_dir(&root)?;
        let before = Disk::load(&root)?;
        let ran = workload(&Strace::record(&log), *backend, &root.join("journal"), 1, "append=25")?;
        let mut trace = Trace::read(&ran.log)?;
        for call in trace.calls.iter_mut().filter(|call| call.name == "fdatasync") {
            call.returned = Some(-1);
        }
        let mut tallies = Tallies::new("without fdatasync");
        let start = (before, Promised::default());
        let seen = explore(*backend, temp.path(), &trace, start, 1, (1, 1), &mut tallies);
        let seen = seen.err().map(|error| format!("{error:#}"));
        anyhow::ensure!(
            // Said by the check, or by the journal itself.
            seen.as_ref()
                .is_some_and(|seen| seen.contains("acknowledged records are lost")),
            "{}: nothing was synced, and nothing seemed lost: {seen:?}",
            backend.name()
        );
    }
    Ok(())
}

/// Killed, opened again, and only then without power: what the second process found is what it goes on from and shows to others, so
/// it must stay, whether or not the first one had synced it.
#[test]
fn nothing_found_after_a_kill_is_lost_with_the_power() -> anyhow::Result<()> {
    strace::works()?;
    let scale = Scale::from_env()?;
    for backend in Backend::ALL {
        let mut tallies = Tallies::new(&format!("{} killed, opened, power", backend.name()));
        let temp = strace::scratch()?;
        let (root, log) = (temp.path().join("disk"), temp.path().join("log"));
        let journal = root.join("journal");
        std::fs::create_dir(&root)?;
        let before = Disk::load(&root)?;
        let ran = workload(&Strace::record(&log), *backend, &journal, scale.seed, KILLED)?;
        anyhow::ensure!(ran.status.success(), "{ran:?}");
        let trace = Trace::read(&ran.log)?;
        let promised = RefCell::new(Promised::default());
        let (mut moments, mut kills) = (0_usize, 0);
        let hear = |call: &Call| heard(call, &promised);
        let walked = walk(&trace, before, hear, |moment| {
            // The short run looks where most is at stake: written, or named, and not synced.
            if scale.is_smoke() && !moment.syncing {
                return Ok(());
            }
            moments += 1;
            if !moments.is_multiple_of(scale.stride(3)) {
                return Ok(());
            }
            kills += 1;
            let mut disk = moment.disk.clone();
            disk.killed();
            std::fs::remove_dir_all(&root)?;
            disk.crash(Model::Killed).save(&root)?;
            let ran = workload(&Strace::record(&log), *backend, &journal, scale.seed, AFTERWARDS)?;
            anyhow::ensure!(
                ran.status.success(),
                "after a kill at moment {}: {ran:?}",
                moment.number
            );
            let start = (disk, promised.borrow().clone());
            let (trace, strides) = (Trace::read(&ran.log)?, (scale.stride(7), 1));
            explore(*backend, temp.path(), &trace, start, scale.seed, strides, &mut tallies).with_context(|| {
                let repeat = scale.repeat("found_after_a_kill");
                format!("{}, killed at moment {}; {repeat}", backend.name(), moment.number)
            })
        });
        kept(temp, walked)?;
        tallies.print();
        println!("{}: {kills} kills, each opened again", backend.name());
        anyhow::ensure!(kills > 5, "too few kills: {kills}");
    }
    Ok(())
}

/// Takes in what a workload says; whether it said anything.
fn heard(call: &Call, promised: &RefCell<Promised>) -> anyhow::Result<bool> {
    let says = call.name == "write" && call.argument(0) == "1";
    if says {
        promised.borrow_mut().hear_all(&call.text(1)?)?;
    }
    Ok(says)
}

/// Opens what a power loss leaves at the moments of a trace; the image is made in `temp`.
fn explore(
    backend: Backend,
    temp: &Path,
    trace: &Trace,
    (before, promised): (Disk, Promised),
    seed: u64,
    (between, answers): (usize, usize),
    tallies: &mut Tallies,
) -> anyhow::Result<()> {
    let promised = RefCell::new(promised);
    let hear = |call: &Call| heard(call, &promised);
    let crashed = temp.join("crashed");
    walk(trace, before, hear, |moment| {
        let every = if moment.answering { answers } else { between };
        if !moment.number.is_multiple_of(every) {
            return Ok(());
        }
        for model in models(seed, RANDOM) {
            if crashed.exists() {
                std::fs::remove_dir_all(&crashed)?;
            }
            moment.disk.crash(model).save(&crashed)?;
            let promised = promised.borrow();
            let verdict = reopen(backend, &crashed.join("journal"), seed, &promised)
                .and_then(|verdict| judge(backend, model, moment, &verdict).map(|()| verdict))
                .with_context(|| {
                    let answers = promised.acked.len();
                    format!("{model:?} at moment {}, after {answers} answers", moment.number)
                })?;
            tallies.of(model, moment.answering).add(&verdict);
        }
        Ok(())
    })
}
