//! The same faults with the real daemon: killed at every call of its opening, and its own calls rebuilt into crash images.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use baiying_drills::load::import_all;
use baiying_e2e::{Admin, Api, Outcome, Serve, Site, copy_dir, small};
use baiying_faults::disk::{Disk, Model};
use baiying_faults::scale::Scale;
use baiying_faults::strace::{self, CHANGING, Strace};
use baiying_faults::trace::{Call, Trace};
use baiying_faults::{Backend, Tally, Verdict};
use baiying_journal::{Journal, verify};
use baiying_proto::v1;
use prost::Message as _;

use crate::power::{Moment, Tallies, judge, models, walk};

/// A district at work, stopped without notice; with the hash of its state.
async fn dead_district() -> anyhow::Result<(Site, String)> {
    let mut site = Site::small().await?;
    let api = site.api()?;
    let order_id = api.activate(3, "请立即回令").await?.order.unwrap_or_default().order_id;
    for person_id in 1..=10 {
        api.acknowledge(order_id, person_id).await?;
    }
    let hash = site.admin()?.status().await?.state_hash;
    site.daemon.kill();
    Ok((site, hash))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_daemon_killed_at_any_call_of_its_opening_loses_nothing() -> anyhow::Result<()> {
    strace::works()?;
    let scale = Scale::from_env()?;
    let (site, hash) = dead_district().await?;
    let temp = strace::scratch()?;
    let (data, log) = (temp.path().join("data"), temp.path().join("log"));
    let fresh = || -> anyhow::Result<()> {
        if data.exists() {
            std::fs::remove_dir_all(&data)?;
        }
        copy_dir(&site.data_dir(), &data)
    };
    fresh()?;
    // A copy: reading it makes the store write files of its own.
    let head = verify(&data.join("journal"))?.head;
    let mut tally = Tally::new("daemon: killed while it opens");
    for call in CHANGING {
        for at in 1.. {
            fresh()?;
            let kill = Strace::inject(&log, call, "signal=KILL", at);
            match Serve::on(&data).under(kill.words()).start()? {
                // Every such call of its opening was tried.
                Outcome::Serving(mut running) => {
                    running.kill();
                    break;
                }
                Outcome::Ended(ended) => anyhow::ensure!(ended.code == -1, "{call} {at}: {ended:#?}"),
            }
            let found = verify(&data.join("journal")).with_context(|| format!("after a kill at {call} {at}"))?;
            anyhow::ensure!(found.head == head, "after a kill at {call} {at}: {found:?}");
            tally.intact();
            if tally.tried().is_multiple_of(scale.stride(10) as u64) {
                let running = Serve::on(&data).serving()?;
                let served = Admin::at(&running.admin_url())?.status().await?.state_hash;
                anyhow::ensure!(served == hash, "after a kill at {call} {at} it serves another state");
            }
        }
    }
    tally.print();
    anyhow::ensure!(tally.tried() > 20, "nothing was killed");
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
    let order_id = activated.order.clone().unwrap_or_default().order_id;
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
