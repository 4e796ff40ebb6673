//! kill -9 at random moments under load: no acknowledged fact is ever lost, and a repeated request gets its first answer.
//!
//! `BAIYING_KILLS` says how often (100), `BAIYING_SEED` which moments (1).

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use baiying_drills::load::import_all;
use baiying_drills::synth::{District, SynthOptions, rows};
use baiying_e2e::api::{adds_up, context, desk, is_away, own};
use baiying_e2e::{Admin, Api, Running, Serve, kept, run, wait};
use baiying_proto::v1;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_stream::wrappers::ReceiverStream;

const CALLERS: usize = 24;
const STREAMS: usize = 4;
/// Reports of a stream that are not answered yet.
const WINDOW: usize = 16;
const ROOT: &str = "440608";

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Acknowledge,
    Depart,
    CheckIn,
}

/// One thing to report, once for ever: its request id follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Op {
    order: u32,
    person: u32,
    kind: Kind,
}

impl Op {
    fn request_id(self) -> String {
        format!("kill-O{}-P{}-{:?}", self.order, self.person, self.kind)
    }

    fn next(self) -> Option<Self> {
        let kind = match self.kind {
            Kind::Acknowledge => Kind::Depart,
            Kind::Depart => Kind::CheckIn,
            Kind::CheckIn => return None,
        };
        Some(Self { kind, ..self })
    }

    fn report(self) -> v1::report_request::Report {
        use v1::report_request::Report;
        let (context, order_id, person_ids) = (context(&self.request_id()), self.order, vec![self.person]);
        match self.kind {
            Kind::Acknowledge => Report::Acknowledge(v1::AcknowledgeRequest {
                context,
                order_id,
                reporter: own(),
                person_ids,
                ..v1::AcknowledgeRequest::default()
            }),
            Kind::Depart => Report::Depart(v1::DepartRequest {
                context,
                order_id,
                reporter: own(),
                person_ids,
                ..v1::DepartRequest::default()
            }),
            Kind::CheckIn => Report::CheckIn(v1::CheckInRequest {
                context,
                order_id,
                reporter: desk(),
                muster_point: "M1".to_owned(),
                person_ids,
                ..v1::CheckInRequest::default()
            }),
        }
    }
}

/// What the daemon answered: from now on it must never deny it.
#[derive(Debug, Clone, Copy)]
struct Fact {
    op: Op,
    revision: u64,
    applied: u32,
}

/// What is to be done, and what was answered.
#[derive(Debug, Default)]
struct Work {
    waiting: VecDeque<Op>,
    facts: Vec<Fact>,
    /// Requests whose outcome was unknown when the daemon died.
    unknown: u64,
    /// Of these, those the daemon had taken.
    had_been_taken: u64,
    wrong: Vec<String>,
}

#[derive(Debug, Clone, Default)]
struct Shared(Arc<Mutex<Work>>);

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Work> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Option<Op> {
        self.lock().waiting.pop_front()
    }

    fn answered(&self, op: Op, receipt: Option<v1::Receipt>, applied: u32, exceptions: &[v1::PersonException]) {
        let mut work = self.lock();
        let receipt = receipt.unwrap_or_default();
        if applied != 1 || !exceptions.is_empty() || receipt.revision == 0 {
            work.wrong
                .push(format!("{op:?}: applied {applied}, {exceptions:?}, {receipt:?}"));
            return;
        }
        work.had_been_taken += u64::from(receipt.repeated);
        work.facts.push(Fact {
            op,
            revision: receipt.revision,
            applied,
        });
        if let Some(next) = op.next() {
            // Soon, so that every kind of report is under way at every kill.
            let at = work.waiting.len().min(200);
            work.waiting.insert(at, next);
        }
    }

    /// The daemon died on it, perhaps after it took it: the same request goes out again, under the same key.
    fn unknown(&self, op: Op) {
        let mut work = self.lock();
        work.unknown += 1;
        work.waiting.push_front(op);
    }

    fn wrong(&self, op: Op, what: &impl std::fmt::Debug) {
        self.lock().wrong.push(format!("{op:?}: {what:?}"));
    }
}

/// One call; its receipt, how many it applied to, and for whom it did not.
async fn call(api: &Api, op: Op) -> Result<(Option<v1::Receipt>, u32, Vec<v1::PersonException>), tonic::Status> {
    use v1::report_request::Report;
    let mut field = api.field();
    Ok(match op.report() {
        Report::Acknowledge(request) => {
            let answer = field.acknowledge(request).await?.into_inner();
            (answer.receipt, answer.applied, answer.exceptions)
        }
        Report::Depart(request) => {
            let answer = field.depart(request).await?.into_inner();
            (answer.receipt, answer.applied, answer.exceptions)
        }
        Report::CheckIn(request) => {
            let answer = field.check_in(request).await?.into_inner();
            (answer.receipt, answer.applied, answer.exceptions)
        }
    })
}

/// Reports one by one until the daemon is gone.
async fn caller(api: Api, shared: Shared) {
    while let Some(op) = shared.take() {
        match call(&api, op).await {
            Ok((receipt, applied, exceptions)) => shared.answered(op, receipt, applied, &exceptions),
            Err(status) if is_away(&status) => return shared.unknown(op),
            Err(status) => shared.wrong(op, &status),
        }
    }
}

/// Reports over a stream until the daemon is gone.
async fn streamer(api: Api, shared: Shared) {
    let (sender, receiver) = mpsc::channel(WINDOW);
    let mut under_way: BTreeMap<u64, Op> = BTreeMap::new();
    let mut tag = 0;
    let mut send = |under_way: &mut BTreeMap<u64, Op>| {
        let Some(op) = shared.take() else { return };
        tag += 1;
        under_way.insert(tag, op);
        // There is room: no more than the window is under way. A closed stream is noticed when it is read.
        let _ = sender.try_send(v1::ReportRequest {
            tag,
            report: Some(op.report()),
        });
    };
    (0..WINDOW).for_each(|_| send(&mut under_way));
    if let Ok(answers) = api.field().report(ReceiverStream::new(receiver)).await {
        let mut answers = answers.into_inner();
        while !under_way.is_empty() {
            let Ok(Some(answer)) = answers.message().await else {
                break;
            };
            let Some(op) = under_way.remove(&answer.tag) else {
                continue;
            };
            if answer.refused_reason.is_empty() {
                shared.answered(op, answer.receipt, answer.applied, &answer.exceptions);
            } else {
                shared.wrong(op, &answer);
            }
            send(&mut under_way);
        }
    }
    under_way.into_values().for_each(|op| shared.unknown(op));
}

/// Puts everybody under a new order; the response before is terminated.
async fn new_order(api: &Api, number: u32, before: Option<u32>) -> anyhow::Result<(u32, u32)> {
    if let Some(response_id) = before {
        let context = context(&format!("kill-terminate-{response_id}"));
        let request = v1::TerminateResponseRequest {
            context,
            response_id,
            reason: "换班".to_owned(),
        };
        api.response().terminate_response(request).await?;
    }
    let activate = v1::ActivateResponseRequest {
        context: context(&format!("kill-activate-{number}")),
        plan: "flood".to_owned(),
        event: format!("kill-{number}"),
        level: 2,
        reason: "test".to_owned(),
        approval: api.approval().await?,
        ..v1::ActivateResponseRequest::default()
    };
    let response_id = api
        .response()
        .activate_response(activate)
        .await?
        .into_inner()
        .response_id;
    let issue = v1::IssueOrderRequest {
        context: context(&format!("kill-issue-{number}")),
        response_id,
        audience: Some(v1::Audience {
            unit_codes: vec![ROOT.to_owned()],
            ..v1::Audience::default()
        }),
        draft: Some(baiying_e2e::api::draft("请立即回令并到集结点报到。")),
    };
    let issued = api
        .order()
        .issue_order(issue)
        .await?
        .into_inner()
        .issued
        .unwrap_or_default();
    Ok((response_id, issued.order_id))
}

struct Trial {
    data: PathBuf,
    serve: Serve,
    random: ChaCha8Rng,
    shared: Shared,
    order: (u32, u32),
    orders: u32,
    revision: u64,
    interrupted: u32,
}

impl Trial {
    /// Starts the daemon, often only after starts that are killed while it opens and recovers.
    fn start(&mut self) -> anyhow::Result<(Running, Api, Admin)> {
        while self.random.random_range(0..3) == 0 {
            let mut child = self
                .serve
                .command()
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()?;
            // The length of this sleep is the point: the moment of the kill.
            std::thread::sleep(Duration::from_millis(self.random.random_range(1..120)));
            child.kill()?;
            child.wait()?;
            self.interrupted += 1;
        }
        let running = self.serve.serving()?;
        let (api, admin) = (Api::at(&running.url())?, Admin::at(&running.admin_url())?);
        Ok((running, api, admin))
    }

    async fn load(&mut self, running: &mut Running) -> anyhow::Result<()> {
        let mut clients = JoinSet::new();
        let connections: Vec<_> = (0..4).map(|_| Api::at(&running.url())).collect::<Result<_, _>>()?;
        for index in 0..CALLERS {
            clients.spawn(caller(
                connections[index % connections.len()].clone(),
                self.shared.clone(),
            ));
        }
        for index in 0..STREAMS {
            clients.spawn(streamer(
                connections[index % connections.len()].clone(),
                self.shared.clone(),
            ));
        }
        let before = self.shared.lock().facts.len();
        // Load first: the moments are counted from the first answer.
        wait::until("the first answer", async || {
            let work = self.shared.lock();
            Ok((work.facts.len() > before || !work.wrong.is_empty() || work.waiting.is_empty()).then_some(()))
        })
        .await?;
        tokio::time::sleep(Duration::from_millis(self.random.random_range(1..=80))).await;
        running.kill();
        running.never_panicked()?;
        wait::within("clients of a killed daemon", async {
            while clients.join_next().await.is_some() {}
        })
        .await?;
        Ok(())
    }

    /// Everything that was answered must be there.
    async fn check(&mut self, api: &Api, admin: &Admin) -> anyhow::Result<()> {
        let facts = {
            let work = self.shared.lock();
            anyhow::ensure!(
                work.wrong.is_empty(),
                "wrong answers: {:#?}",
                &work.wrong[..work.wrong.len().min(5)]
            );
            work.facts.clone()
        };
        let status = admin
            .client()
            .get_status(v1::GetStatusRequest::default())
            .await?
            .into_inner();
        let last = facts.iter().map(|fact| fact.revision).max().unwrap_or(0);
        anyhow::ensure!(
            status.revision >= last.max(self.revision),
            "the revision went back to {}: {} was seen, {last} acknowledged",
            status.revision,
            self.revision
        );
        self.revision = status.revision;
        let ledger = api.ledger(self.order.1).await?;
        for fact in facts.iter().filter(|fact| fact.op.order == self.order.1) {
            let row = ledger
                .get(&fact.op.person)
                .with_context(|| format!("no row: {fact:?}"))?;
            let at = match fact.op.kind {
                Kind::Acknowledge => row.acked_at_unix_ms,
                Kind::Depart => row.departed_at_unix_ms,
                Kind::CheckIn => row.arrived_at_unix_ms,
            };
            anyhow::ensure!(at > 0, "an acknowledged fact is lost: {fact:?}: {row:?}");
        }
        let board = api.board().await?;
        let counts = board.total.and_then(|total| total.counts).unwrap_or_default();
        anyhow::ensure!(
            counts.due as usize == ledger.len(),
            "{counts:?} is not about {} rows",
            ledger.len()
        );
        let order = api
            .order()
            .get_order(v1::GetOrderRequest {
                order_id: self.order.1,
                as_of: None,
            })
            .await?
            .into_inner();
        let versions = order.order.unwrap_or_default().versions;
        anyhow::ensure!(
            versions.iter().all(|version| adds_up(version.total.as_ref())),
            "an order does not add up"
        );
        // The last answers before the kill, and some of any time.
        let any = (0..4).filter_map(|_| facts.get(self.random.random_range(0..facts.len().max(1))));
        for fact in facts.iter().rev().take(4).chain(any) {
            let (receipt, applied, exceptions) = call(api, fact.op).await?;
            let again = receipt.unwrap_or_default();
            anyhow::ensure!(
                again.repeated && again.revision == fact.revision && applied == fact.applied && exceptions.is_empty(),
                "a repeat got another answer: {fact:?}, then {again:?} {applied} {exceptions:?}"
            );
        }
        Ok(())
    }

    /// Enough to do until the next kill.
    async fn refill(&mut self, api: &Api) -> anyhow::Result<()> {
        if self.shared.lock().waiting.len() > 3000 {
            return Ok(());
        }
        self.orders += 1;
        self.order = new_order(api, self.orders, (self.orders > 1).then_some(self.order.0)).await?;
        let order = self.order.1;
        let people = api.ledger(order).await?;
        let mut work = self.shared.lock();
        // What was to be said about the order before would be refused now.
        work.waiting = people
            .into_keys()
            .map(|person| Op {
                order,
                person,
                kind: Kind::Acknowledge,
            })
            .collect();
        let keep = work.facts.len().saturating_sub(2000);
        work.facts.drain(..keep);
        Ok(())
    }

    /// `baiyingd journal verify` on the dead daemon's directory: the hash of the state replayed from zero.
    fn verified(&self) -> anyhow::Result<String> {
        let output = run(
            "baiyingd",
            &["journal", "verify", "--data-dir", &self.data.to_string_lossy()],
            &[],
        )?;
        anyhow::ensure!(output.code == 0, "verify: {output:#?}");
        Ok(output.json()?["state_hash"].as_str().unwrap_or_default().to_owned())
    }
}

/// Two ports below the range that systems hand out by themselves, so that nobody takes them while the daemon is dead.
pub(crate) fn ports() -> anyhow::Result<(u16, u16)> {
    let first = 20_000 + (std::process::id() % 5_000) as u16 * 2;
    let free = |port: &u16| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let mut ports = (first..32_000).filter(free);
    ports.next().zip(ports.next()).context("no free ports")
}

/// A number from the environment.
pub(crate) fn number(name: &str, default: u64) -> anyhow::Result<u64> {
    match std::env::var(name) {
        Ok(text) => text.parse().with_context(|| format!("{name}={text:?} is no number")),
        Err(_) => Ok(default),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost() -> anyhow::Result<()> {
    let (kills, seed) = (number("BAIYING_KILLS", 100)?, number("BAIYING_SEED", 1)?);
    let (dir, shared) = (tempfile::tempdir()?, Shared::default());
    let outcome = die_often(kills, seed, dir.path(), &shared).await.with_context(|| {
        format!(
            "seed {seed}; repeat it with: BAIYING_SEED={seed} BAIYING_KILLS={kills} cargo nextest run --release \
             -p baiying-e2e nothing_acknowledged_is_lost"
        )
    });
    if outcome.is_err() {
        std::fs::write(dir.path().join("calls"), format!("{:#?}", shared.lock()))?;
    }
    kept(dir, outcome)
}

/// A daemon that knows a part of Gaoming, and can be killed.
async fn trial(seed: u64, scale: f64, dir: &Path, shared: &Shared) -> anyhow::Result<(Trial, Running, Api, Admin)> {
    let data = dir.join("data");
    let (api_port, admin_port) = ports()?;
    let serve = Serve::on(&data)
        .api(&[&format!("127.0.0.1:{api_port}")])
        .admin(&format!("127.0.0.1:{admin_port}"))
        .arguments(&["--synthetic"]);
    let mut trial = Trial {
        data,
        serve,
        random: ChaCha8Rng::seed_from_u64(seed),
        shared: shared.clone(),
        order: (0, 0),
        orders: 0,
        revision: 0,
        interrupted: 0,
    };
    let (running, api, admin) = trial.start()?;
    let options = SynthOptions {
        members: false,
        scale,
        ..SynthOptions::default()
    };
    import_all(&running.url(), &rows(District::Gaoming, &options), "test").await?;
    admin.client().take_snapshot(v1::TakeSnapshotRequest {}).await?;
    Ok((trial, running, api, admin))
}

/// The trial would see a loss: a daemon set back to an older state, mark and all, does not pass.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_loss_would_be_seen() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let (mut trial, mut running, mut api, _) = trial(7, 0.05, dir.path(), &Shared::default()).await?;
    let (data, older) = (trial.data.clone(), dir.path().join("older"));
    for _ in 0..2 {
        trial.refill(&api).await?;
        trial.load(&mut running).await?;
        if !older.exists() {
            baiying_e2e::copy_dir(&data, &older)?;
        }
        let admin;
        (running, api, admin) = trial.start()?;
        trial.check(&api, &admin).await?;
    }
    running.kill();
    std::fs::remove_dir_all(&data)?;
    baiying_e2e::copy_dir(&older, &data)?;
    let (_running, api, admin) = trial.start()?;
    let seen = trial.check(&api, &admin).await.err().map(|error| error.to_string());
    anyhow::ensure!(
        seen.as_ref().is_some_and(|seen| seen.contains("went back")),
        "the revision: {seen:?}"
    );
    trial.revision = 0;
    trial.shared.lock().facts.iter_mut().for_each(|fact| fact.revision = 1);
    let seen = trial.check(&api, &admin).await.err().map(|error| error.to_string());
    anyhow::ensure!(
        seen.as_ref().is_some_and(|seen| seen.contains("is lost")),
        "the facts: {seen:?}"
    );
    Ok(())
}

async fn die_often(kills: u64, seed: u64, dir: &Path, shared: &Shared) -> anyhow::Result<()> {
    let (mut trial, mut running, mut api, mut admin) = trial(seed, 0.4, dir, shared).await?;
    let mut compared = 0;
    for round in 1..=kills {
        trial.refill(&api).await?;
        trial
            .load(&mut running)
            .await
            .with_context(|| format!("kill {round}"))?;
        // Now and then the state after a restart, snapshot and tail, is compared with the one replayed from zero.
        let replayed = if round % 10 == 0 { Some(trial.verified()?) } else { None };
        (running, api, admin) = trial.start().with_context(|| format!("start after kill {round}"))?;
        if let Some(replayed) = replayed {
            let status = admin.status().await?;
            anyhow::ensure!(
                status.state_hash == replayed,
                "kill {round}: snapshot and tail differ from a replay"
            );
            compared += 1;
        }
        trial
            .check(&api, &admin)
            .await
            .with_context(|| format!("after kill {round}"))?;
        if round % 7 == 0 {
            admin.client().take_snapshot(v1::TakeSnapshotRequest {}).await?;
        }
    }
    let status = admin.status().await?;
    anyhow::ensure!(running.stop()?.success(), "a graceful stop: {}", running.log());
    running.never_panicked()?;
    let replayed = trial.verified()?;
    anyhow::ensure!(
        status.state_hash == replayed,
        "served {}, replayed from zero {replayed}",
        status.state_hash
    );
    let (mut running, _, admin) = trial.start()?;
    anyhow::ensure!(admin.status().await?.state_hash == replayed, "after a graceful stop");
    running.stop()?;
    let work = trial.shared.lock();
    println!(
        "{kills} kills under load and {} while opening, {} orders, revision {}, {} requests of unknown outcome, {} of them \
         had been taken, {compared} replays compared",
        trial.interrupted, trial.orders, trial.revision, work.unknown, work.had_been_taken
    );
    // A trial that did not catch the daemon at work has proved nothing.
    anyhow::ensure!(
        work.unknown > kills && work.had_been_taken > 0,
        "the kills came when nothing was under way"
    );
    Ok(())
}
