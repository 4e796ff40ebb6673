//! The same faults with the real daemon: killed at every call of its opening, and its own calls rebuilt into crash images.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use baiying_drills::load::import_all;
use baiying_e2e::wait::until;
use baiying_e2e::{Admin, Api, Outcome, Serve, copy_dir, small};
use baiying_faults::disk::{Disk, Model};
use baiying_faults::scale::Scale;
use baiying_faults::strace::{self, CHANGING, Strace};
use baiying_faults::trace::{Call, Trace};
use baiying_faults::{Backend, Tally, Verdict};
use baiying_journal::{Journal, verify};
use baiying_proto::v1;

use crate::power::{Moment, Tallies, judge, models, walk};

/// On a directory, with its journal in this backend.
fn serve(backend: Backend, data: &Path) -> Serve {
    Serve::on(data)
        .arguments(&["--synthetic"])
        .environment("BAIYING_JOURNAL__BACKEND", backend.name())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_daemon_killed_at_any_call_of_its_opening_loses_nothing() -> anyhow::Result<()> {
    strace::works()?;
    let scale = Scale::from_env()?;
    for backend in Backend::ALL {
        let temp = strace::scratch()?;
        let [source, data, log] = ["source", "data", "log.strace"].map(|name| temp.path().join(name));
        let hash = small::dead(&serve(*backend, &source), false).await?;
        let fresh = || -> anyhow::Result<()> {
            if data.exists() {
                std::fs::remove_dir_all(&data)?;
            }
            copy_dir(&source, &data)
        };
        fresh()?;
        // A copy: reading it makes the store write files of its own.
        let head = verify(&data.join("journal"))?.head;
        let mut tally = Tally::new(format!("daemon on {}: killed while it opens", backend.name()));
        // The one it does not use by default is looked at less closely.
        let step = if *backend == Backend::OF_DAEMON {
            1
        } else {
            scale.stride(4)
        };
        for call in CHANGING {
            for at in (1..).step_by(step) {
                fresh()?;
                let kill = Strace::inject(&log, call, "signal=KILL", at);
                match serve(*backend, &data).under(kill.words()).start()? {
                    // Every such call of its opening was tried.
                    Outcome::Serving(mut running) => {
                        running.kill();
                        break;
                    }
                    Outcome::Ended(ended) => anyhow::ensure!(ended.signal == Some(9), "{call} {at}: {ended:#?}"),
                }
                let found = verify(&data.join("journal")).with_context(|| format!("after a kill at {call} {at}"))?;
                anyhow::ensure!(found.head == head, "after a kill at {call} {at}: {found:?}");
                tally.intact();
                if tally.tried().is_multiple_of(scale.stride(10) as u64) {
                    let running = serve(*backend, &data).serving()?;
                    let served = Admin::at(&running.admin_url())?.status().await?.state_hash;
                    anyhow::ensure!(served == hash, "after a kill at {call} {at} it serves another state");
                }
            }
        }
        tally.print();
        anyhow::ensure!(tally.tried() > 5, "nothing was killed");
    }
    Ok(())
}

/// Exit code for a journal that could not be opened.
const EXIT_NOT_OPENED: i32 = 65;
/// Exit code for a journal that failed while the daemon was at work.
const EXIT_STOPPED: i32 = 74;

/// The disk fails under a daemon at work: it stops, with the code for that, and what it answered is there afterwards.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_daemon_whose_disk_fails_stops_and_loses_nothing() -> anyhow::Result<()> {
    strace::works()?;
    let scale = Scale::from_env()?;
    let temp = strace::scratch()?;
    let [source, data, log] = ["source", "data", "log.strace"].map(|name| temp.path().join(name));
    let mut running = serve(Backend::OF_DAEMON, &source).serving()?;
    import_all(&running.url(), &small::district(), "test").await?;
    let activated = Api::at(&running.url())?.activate(3, "请立即回令").await?;
    let order_id = activated.order.unwrap_or_default().order_id;
    running.kill();
    let mut tally = Tally::new("daemon: a call fails at work");
    for call in ["fdatasync", "pwrite64"] {
        // Its opening makes fewer such calls than this, and another thread makes them.
        for at in (8..28).step_by(scale.stride(6)) {
            let fault = || format!("EIO at {call} {at}");
            if data.exists() {
                std::fs::remove_dir_all(&data)?;
            }
            copy_dir(&source, &data)?;
            let fail = Strace::inject(&log, call, "error=EIO", at);
            let mut running = match serve(Backend::OF_DAEMON, &data).under(fail.words()).start()? {
                Outcome::Serving(running) => running,
                // On a slow machine an opening may make more of them: then it says so, and the next one is whole.
                Outcome::Ended(ended) => {
                    anyhow::ensure!(ended.code == EXIT_NOT_OPENED, "{}: {ended:#?}", fault());
                    serve(Backend::OF_DAEMON, &data).serving().with_context(fault)?.kill();
                    continue;
                }
            };
            let api = Api::at(&running.url())?;
            let mut answered = Vec::new();
            let mut people = (1..=10).chain(13..=22).chain(25..=34);
            let failed = loop {
                let Some(person) = people.next() else { break false };
                match api.acknowledge(order_id, person).await {
                    Ok(answer) => {
                        anyhow::ensure!(answer.applied == 1, "{answer:?}");
                        answered.push((person, answer.receipt.unwrap_or_default().revision));
                    }
                    Err(_) => break true,
                }
            };
            anyhow::ensure!(failed, "{}: everything was answered: {}", fault(), running.log());
            let ended = until("its end", async || running.status()).await?;
            anyhow::ensure!(
                ended.code() == Some(EXIT_STOPPED),
                "{}: {ended}: {}",
                fault(),
                running.log()
            );
            running.never_panicked()?;
            let running = serve(Backend::OF_DAEMON, &data).serving().with_context(fault)?;
            let status = Admin::at(&running.admin_url())?.status().await?;
            let ledger = Api::at(&running.url())?.ledger(order_id).await?;
            for (person, revision) in answered {
                let is_there = ledger.get(&person).is_some_and(|row| row.acked_at_unix_ms > 0);
                anyhow::ensure!(
                    is_there && status.revision >= revision,
                    "{}: {person} was answered at {revision}, and is gone",
                    fault()
                );
            }
            tally.intact();
        }
    }
    tally.print();
    anyhow::ensure!(tally.tried() > 5, "nothing failed");
    Ok(())
}

/// What the daemon answered, as the bytes it sent, and what it must know from then on.
#[derive(Default)]
struct Answers(Vec<(Vec<u8>, u64)>);

impl Answers {
    fn add(&mut self, answer: &impl prost::Message, receipt: Option<&v1::Receipt>) -> anyhow::Result<()> {
        let revision = receipt.context("an answer without a receipt")?.revision;
        self.0.push((answer.encode_to_vec(), revision));
        Ok(())
    }
}

/// One caller after the other, so that answers are sent in the order of this list.
async fn work(running: &baiying_e2e::Running, acknowledgements: u32) -> anyhow::Result<Answers> {
    let mut answers = Answers::default();
    let (api, admin) = (Api::at(&running.url())?, Admin::at(&running.admin_url())?);
    import_all(&running.url(), &small::district(), "test").await?;
    let activated = api.activate(3, "请立即回令").await?;
    answers.add(&activated, activated.receipt.as_ref())?;
    let order_id = activated.order.unwrap_or_default().order_id;
    for (index, person) in (1..=10)
        .chain(13..=22)
        .chain(25..=34)
        .take(acknowledgements as usize)
        .enumerate()
    {
        let answer = api.acknowledge(order_id, person).await?;
        anyhow::ensure!(answer.applied == 1, "{answer:?}");
        answers.add(&answer, answer.receipt.as_ref())?;
        if index == acknowledgements as usize / 2 {
            admin.client().take_snapshot(v1::TakeSnapshotRequest {}).await?;
        }
    }
    Ok(answers)
}

/// Hashes by sequence: what each record must be.
fn chain(journal: &dyn Journal) -> anyhow::Result<BTreeMap<u64, [u8; 32]>> {
    let reader = journal.reader();
    let commits = reader.commits_after(0);
    let heads = commits.map(|commit| commit.map(|commit| (commit.last_sequence, commit.hash)));
    Ok(heads.collect::<Result<_, _>>()?)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_daemon_answered_survives_a_power_loss() -> anyhow::Result<()> {
    strace::works()?;
    let scale = Scale::from_env()?;
    let backend = Backend::OF_DAEMON;
    let temp = strace::scratch()?;
    let (root, log) = (temp.path().join("disk"), temp.path().join("log"));
    std::fs::create_dir(&root)?;
    let before = Disk::load(&root)?;
    let record = Strace::record(&log);
    let mut running = Serve::on(&root.join("data"))
        .arguments(&["--synthetic"])
        .under(record.words())
        .serving()?;
    let answers = work(&running, if scale.is_smoke() { 12 } else { 30 }).await?;
    anyhow::ensure!(running.stop()?.success(), "{}", running.log());
    let trace = Trace::read(&record.recorded(running.id())?)?;
    let known = chain(&*backend.open(&root.join("data").join("journal"))?)?;

    let next = RefCell::new(0);
    let promised = || match *next.borrow() {
        0 => 0,
        given => answers.0[given - 1].1,
    };
    let hear = |call: &Call| {
        if !matches!(call.name.as_str(), "write" | "writev" | "sendto" | "sendmsg") {
            return Ok(false);
        }
        let mut next = next.borrow_mut();
        let Some((expected, _)) = answers.0.get(*next) else {
            return Ok(false);
        };
        let sent = call.bytes(1)?;
        let found = sent.windows(expected.len()).any(|window| window == expected);
        *next += usize::from(found);
        Ok(found)
    };
    let mut tallies = Tallies::new("daemon power");
    let crashed = temp.path().join("crashed");
    let mut images: Vec<(Disk, Model, u64)> = Vec::new();
    walk(&trace, before, hear, |moment| {
        if !moment.answering && !moment.number.is_multiple_of(scale.stride(5)) {
            return Ok(());
        }
        for model in models(scale.seed, if scale.is_smoke() { 1 } else { 4 }) {
            let verdict = image(backend, moment, model, &crashed, promised(), &known).with_context(|| {
                format!(
                    "{model:?} at moment {}; {}",
                    moment.number,
                    scale.repeat("the_daemon_answered")
                )
            })?;
            let tally = tallies.of(model, moment.answering);
            tally.add(&verdict);
            // Some of them are shown to the daemon itself.
            if tally.tried().is_multiple_of(if scale.is_smoke() { 40 } else { 25 })
                && matches!(verdict, Verdict::Intact)
            {
                images.push((moment.disk.clone(), model, promised()));
            }
        }
        Ok(())
    })?;
    let given = *next.borrow();
    anyhow::ensure!(
        given == answers.0.len(),
        "only {given} of {} answers are in the trace",
        answers.0.len()
    );
    tallies.print();
    let mut served = Tally::new("daemon: serves a crash image");
    for (disk, model, revision) in images {
        if crashed.exists() {
            std::fs::remove_dir_all(&crashed)?;
        }
        disk.crash(model).save(&crashed)?;
        let serve = Serve::on(&crashed.join("data")).arguments(&["--synthetic"]);
        let running = serve.serving().with_context(|| format!("{model:?}"))?;
        let status = Admin::at(&running.admin_url())?.status().await?;
        anyhow::ensure!(
            status.revision >= revision,
            "{model:?}: {revision} was answered, and it serves {}",
            status.revision
        );
        served.intact();
    }
    served.print();
    anyhow::ensure!(served.tried() > 3, "too few images were served");
    Ok(())
}

/// Opens one crash image with the product's code.
fn image(
    backend: Backend,
    moment: &Moment<'_>,
    model: Model,
    crashed: &Path,
    promised: u64,
    known: &BTreeMap<u64, [u8; 32]>,
) -> anyhow::Result<Verdict> {
    if crashed.exists() {
        std::fs::remove_dir_all(crashed)?;
    }
    moment.disk.crash(model).save(crashed)?;
    let verdict = match backend.open(&crashed.join("data").join("journal")) {
        Err(error) => Verdict::Refused(error),
        Ok(journal) => {
            let revision = journal.head().revision;
            anyhow::ensure!(
                revision >= promised,
                "{promised} was answered, and the journal ends at {revision}"
            );
            for (sequence, hash) in chain(&*journal)? {
                anyhow::ensure!(
                    known.get(&sequence) == Some(&hash),
                    "record {sequence} is not the one that was written"
                );
            }
            Verdict::Intact
        }
    };
    judge(backend, model, moment, &verdict)?;
    Ok(verdict)
}
