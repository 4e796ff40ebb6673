//! Concurrent clients with retries and timeouts over a bad network, against a daemon that is killed and restarted: afterwards the
//! journal must explain everything that any of them was told or shown.
//!
//! `BAIYING_KILLS` says how often it is killed (40), `BAIYING_SEED` what is asked and when (1).

mod ask;
mod client;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::Context as _;
use baiying_drills::load::import_all;
use baiying_e2e::history::{Call, Did, Model, Outcome, Seen, check, entries};
use baiying_e2e::proxy::{Proxy, Weather};
use baiying_e2e::{Admin, Serve, kept, small, wait};
use baiying_proto::v1;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use tokio::task::JoinSet;

use self::client::Shared;
use crate::kill::{number, ports};

/// Clients that ask and look.
const CLIENTS: u32 = 10;
/// Clients that watch the board.
const WATCHERS: u32 = 3;
const WEATHER: Weather = Weather {
    cut: 400,
    hold: 20,
    hold_ms: 40,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_journal_explains_what_every_client_was_told() -> anyhow::Result<()> {
    let (kills, seed) = (number("BAIYING_KILLS", 40)?, number("BAIYING_SEED", 1)?);
    let (dir, shared) = (tempfile::tempdir()?, Shared::default());
    let outcome = run(kills, seed, dir.path(), &shared).await.with_context(|| {
        format!(
            "seed {seed}; repeat it with: BAIYING_SEED={seed} BAIYING_KILLS={kills} cargo nextest run --release \
             -p baiying-e2e one_journal_explains"
        )
    });
    if outcome.is_err() {
        std::fs::write(dir.path().join("calls"), format!("{:#?}", shared.calls()))?;
    }
    kept(dir, outcome)
}

async fn run(kills: u64, seed: u64, dir: &Path, shared: &Shared) -> anyhow::Result<()> {
    let (api_port, admin_port) = ports()?;
    let serve = Serve::on(&dir.join("data"))
        .api(&[&format!("127.0.0.1:{api_port}")])
        .admin(&format!("127.0.0.1:{admin_port}"))
        .arguments(&["--synthetic"]);
    let mut running = serve.serving()?;
    import_all(&running.url(), &small::district(), "test").await?;
    let admin = Admin::at(&running.admin_url())?;
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let proxy = Proxy::start(SocketAddr::from(([127, 0, 0, 1], api_port)), WEATHER, random.random()).await?;
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        clients.spawn(client::ask_and_look(
            proxy.url.clone(),
            client,
            random.random(),
            shared.clone(),
        ));
    }
    for client in CLIENTS..CLIENTS + WATCHERS {
        clients.spawn(client::watch(
            proxy.url.clone(),
            client,
            random.random(),
            shared.clone(),
        ));
    }
    for kill in 1..=kills {
        // The length of this sleep is the point: the moment of the kill.
        tokio::time::sleep(Duration::from_millis(random.random_range(100..900))).await;
        if kill.is_multiple_of(6) {
            admin.client().take_snapshot(v1::TakeSnapshotRequest {}).await?;
        }
        if random.random_range(0..6) == 0 {
            anyhow::ensure!(running.stop()?.success(), "a graceful stop: {}", running.log());
        } else {
            running.kill();
        }
        running
            .never_panicked()
            .with_context(|| format!("before kill {kill}"))?;
        running = serve.serving().with_context(|| format!("start after kill {kill}"))?;
    }
    shared.stop.store(true, Ordering::Relaxed);
    wait::within("the clients", async {
        while let Some(ended) = clients.join_next().await {
            ended.context("a client broke")??;
        }
        anyhow::Ok(())
    })
    .await??;
    running.never_panicked()?;
    let model = Model::of(&entries(&admin).await?);
    let calls = shared.calls();
    let violations = check(&calls, &model, &["h-"]);
    summary(&calls, &model, &proxy);
    let mut first = BTreeMap::new();
    for violation in &violations {
        first.entry(violation.rule).or_insert((0, &violation.what)).0 += 1;
    }
    anyhow::ensure!(
        violations.is_empty(),
        "violations by rule, with the first of each: {first:#?}"
    );
    enough(&calls, &proxy)
}

/// How many calls came to what.
fn counted(calls: &[Call]) -> BTreeMap<&'static str, usize> {
    let mut counted = BTreeMap::new();
    for call in calls {
        let what = match &call.did {
            Did::Wrote { outcome, .. } => match outcome {
                Outcome::Done { .. } => "done",
                Outcome::Refused(_) => "refused",
                Outcome::NotCounted(_) => "not counted",
                Outcome::Unknown => "unknown",
            },
            Did::Saw(Seen::Board { .. }) => "boards",
            Did::Saw(Seen::Watched { .. }) => "watched",
            Did::Saw(Seen::Thing { .. }) => "orders and ledgers",
            Did::Saw(Seen::Events { .. }) => "runs of events",
        };
        *counted.entry(what).or_default() += 1;
    }
    counted
}

fn summary(calls: &[Call], model: &Model, proxy: &Proxy) {
    let mut refused: BTreeMap<&str, usize> = BTreeMap::new();
    for call in calls {
        if let Did::Wrote {
            outcome: Outcome::Refused(reason),
            ..
        } = &call.did
        {
            *refused.entry(reason).or_default() += 1;
        }
    }
    println!(
        "{:?}, revision {}, {} entries, {} connections cut; refused: {refused:?}",
        counted(calls),
        model.head(),
        model.entries.len(),
        proxy.cuts()
    );
}

/// A trial in which nothing was cut, repeated or unknown has proved nothing.
fn enough(calls: &[Call], proxy: &Proxy) -> anyhow::Result<()> {
    let counted = counted(calls);
    for what in [
        "done",
        "refused",
        "unknown",
        "boards",
        "watched",
        "orders and ledgers",
        "runs of events",
    ] {
        anyhow::ensure!(
            counted.get(what).is_some_and(|count| *count > 10),
            "too few: {what} in {counted:?}"
        );
    }
    let mut answers: BTreeMap<&str, usize> = BTreeMap::new();
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for call in calls {
        if let Did::Wrote {
            id,
            content,
            outcome: Outcome::Done { .. },
        } = &call.did
        {
            *answers.entry(id).or_default() += 1;
            let kind = content.split('(').next().unwrap_or_default();
            *kinds.entry(kind).or_default() += 1;
        }
    }
    let repeated = answers.values().filter(|count| **count > 1).count();
    anyhow::ensure!(repeated > 10, "too few requests were answered twice: {repeated}");
    anyhow::ensure!(kinds.len() > 15, "too few kinds of change were accepted: {kinds:?}");
    anyhow::ensure!(proxy.cuts() > 0, "no connection was cut");
    Ok(())
}
