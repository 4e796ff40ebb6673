//! Clients that write down everything they do.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use baiying_e2e::api::is_away;
use baiying_e2e::history::{Board, Call, Clock, Did, Outcome, Seen, order_of, row_of};
use baiying_e2e::{Api, reason};
use baiying_proto::v1;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use tokio::time::timeout;
use tonic::Status;

use super::ask::{Ask, Done};

/// How often a client asks again for what it had no answer to.
const ATTEMPTS: u32 = 5;

/// What clients share.
#[derive(Debug, Clone, Default)]
pub(super) struct Shared {
    clock: Clock,
    calls: Arc<Mutex<Vec<Call>>>,
    /// Asked for by one client, for another to ask for at the same time.
    offered: Arc<Mutex<Option<(String, Ask)>>>,
    /// The newest response and order that anybody was told of.
    newest: Arc<(AtomicU32, AtomicU32)>,
    /// The newest revision that a board showed.
    revision: Arc<AtomicU64>,
    /// When to end.
    pub(super) stop: Arc<AtomicBool>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    /// Everything that was done.
    pub(super) fn calls(&self) -> Vec<Call> {
        locked(&self.calls).clone()
    }

    fn note(&self, client: u32, invoked: u64, did: Did) {
        let completed = self.clock.tick();
        locked(&self.calls).push(Call {
            client,
            invoked,
            completed,
            did,
        });
    }

    fn is_over(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// Waits a random while for an answer.
async fn patiently<T>(
    random: &mut ChaCha8Rng,
    answer: impl Future<Output = Result<T, Status>>,
) -> Option<Result<T, Status>> {
    let patience = Duration::from_millis(random.random_range(20..1500));
    timeout(patience, answer).await.ok()
}

/// Asks and looks, one after another, until it is over.
pub(super) async fn ask_and_look(url: String, client: u32, seed: u64, shared: Shared) -> anyhow::Result<()> {
    let api = Api::at(&url)?;
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut number = 0;
    while !shared.is_over() {
        match random.random_range(0..10) {
            0..6 => {
                let offered = locked(&shared.offered).take();
                let (id, asked) = offered.unwrap_or_else(|| {
                    number += 1;
                    let id = format!("h-{client}-{number}");
                    let newest = (
                        shared.newest.0.load(Ordering::Relaxed),
                        shared.newest.1.load(Ordering::Relaxed),
                    );
                    let asked = Ask::draw(&mut random, &id, newest);
                    (id, asked)
                });
                if random.random_range(0..8) == 0 {
                    *locked(&shared.offered) = Some((id.clone(), asked.clone()));
                }
                ask(&api, client, &mut random, &shared, (&id, &asked)).await;
                if random.random_range(0..20) == 0 {
                    // The same key for something else: never taken for the first.
                    let newest = (1, 1);
                    let other = Ask::draw(&mut random, &id, newest);
                    ask(&api, client, &mut random, &shared, (&id, &other)).await;
                }
            }
            6 => look(client, &mut random, &shared, board(&api)).await,
            7 => {
                let order = shared
                    .newest
                    .1
                    .load(Ordering::Relaxed)
                    .saturating_sub(random.random_range(0..3))
                    .max(1);
                look(client, &mut random, &shared, one_order(&api, order)).await;
            }
            8 => {
                let order = shared.newest.1.load(Ordering::Relaxed).max(1);
                look(client, &mut random, &shared, ledger(&api, order)).await;
            }
            _ => {
                let since = random.random_range(0..=shared.revision.load(Ordering::Relaxed));
                look(client, &mut random, &shared, events(&api, since)).await;
            }
        }
        // So that a run of half a minute stays a journal that is quickly replayed.
        tokio::time::sleep(Duration::from_millis(random.random_range(0..20))).await;
    }
    Ok(())
}

/// Asks until there is an answer, or patience ends; now and then once more.
async fn ask(api: &Api, client: u32, random: &mut ChaCha8Rng, shared: &Shared, (id, asked): (&str, &Ask)) {
    for _ in 0..ATTEMPTS {
        let invoked = shared.clock.tick();
        let answer = patiently(random, asked.clone().of(api)).await;
        let outcome = outcome(shared, asked, answer);
        let is_known = outcome != Outcome::Unknown;
        let did = Did::Wrote {
            id: id.to_owned(),
            content: format!("{asked:?}"),
            outcome,
        };
        shared.note(client, invoked, did);
        if is_known && random.random_range(0..6) > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(random.random_range(0..60))).await;
    }
}

fn outcome(shared: &Shared, asked: &Ask, answer: Option<Result<Done, Status>>) -> Outcome {
    match answer {
        None => Outcome::Unknown,
        Some(Ok(done)) => {
            shared.newest.0.fetch_max(done.response, Ordering::Relaxed);
            shared.newest.1.fetch_max(done.order, Ordering::Relaxed);
            let Done {
                revision,
                changed,
                answer,
                ..
            } = done;
            Outcome::Done {
                revision,
                changed,
                answer,
            }
        }
        Some(Err(status)) if is_away(&status) || reason(&status) == "QUEUE_FULL" => Outcome::Unknown,
        Some(Err(status)) if asked.is_report() => Outcome::NotCounted(reason(&status)),
        Some(Err(status)) => Outcome::Refused(reason(&status)),
    }
}

async fn look(
    client: u32,
    random: &mut ChaCha8Rng,
    shared: &Shared,
    looking: impl Future<Output = Result<Seen, Status>>,
) {
    let invoked = shared.clock.tick();
    if let Some(Ok(seen)) = patiently(random, looking).await {
        if let Seen::Board { revision, .. } = &seen {
            shared.revision.fetch_max(*revision, Ordering::Relaxed);
        }
        shared.note(client, invoked, Did::Saw(seen));
    }
}

async fn board(api: &Api) -> Result<Seen, Status> {
    let shown = api
        .watch()
        .get_board(v1::GetBoardRequest::default())
        .await?
        .into_inner();
    let mut board = Board {
        levels: Some((shown.effective_level, shown.highest_level)),
        ..Board::default()
    };
    board.take(shown.total.as_ref(), &shown.rows, true);
    Ok(Seen::Board {
        revision: shown.revision,
        board,
    })
}

async fn one_order(api: &Api, order_id: u32) -> Result<Seen, Status> {
    let shown = api
        .order()
        .get_order(v1::GetOrderRequest { order_id, as_of: None })
        .await?
        .into_inner();
    Ok(Seen::Thing {
        name: format!("O{order_id}"),
        shown: order_of(&shown.order.unwrap_or_default()),
    })
}

async fn ledger(api: &Api, order_id: u32) -> Result<Seen, Status> {
    let request = v1::ListDeliveriesRequest {
        order_id,
        // All in one look: pages are looks of their own.
        page: Some(v1::PageRequest {
            page_size: 1000,
            page_token: String::new(),
        }),
        ..v1::ListDeliveriesRequest::default()
    };
    let shown = api.order().list_deliveries(request).await?.into_inner();
    let rows: Vec<String> = shown.deliveries.iter().map(row_of).collect();
    Ok(Seen::Thing {
        name: format!("L{order_id}"),
        shown: rows.join("\n"),
    })
}

async fn events(api: &Api, since: u64) -> Result<Seen, Status> {
    let limit = 50;
    let request = v1::ListEventsRequest {
        since_revision: since,
        limit,
    };
    let shown = api.watch().list_events(request).await?.into_inner();
    let events = shown.events.into_iter().map(|event| (event.revision, event.request_id));
    Ok(Seen::Events {
        since,
        limit: limit.into(),
        events: events.collect(),
        head: shown.head_revision,
    })
}

/// Watches the board, goes on from where it was when the stream ends or it has had enough.
pub(super) async fn watch(url: String, client: u32, seed: u64, shared: Shared) -> anyhow::Result<()> {
    let api = Api::at(&url)?;
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut since = None;
    let mut board = Board::default();
    while !shared.is_over() {
        let invoked = shared.clock.tick();
        let request = v1::WatchRequest {
            filter: None,
            resume_revision: since.unwrap_or(0),
            interval_ms: random.random_range(0..60),
        };
        match api.watch().watch(request).await {
            Ok(stream) => {
                let mut stream = stream.into_inner();
                for _ in 0..random.random_range(1..30) {
                    let message = timeout(Duration::from_millis(300), stream.message()).await;
                    let Ok(Ok(Some(message))) = message else { break };
                    board.take(message.total.as_ref(), &message.rows, message.snapshot);
                    board.take_orders(&message.orders, message.snapshot);
                    let seen = Seen::Watched {
                        revision: message.revision,
                        since,
                        conflated: message.conflated,
                        board: board.clone(),
                    };
                    since = Some(message.revision);
                    shared.note(client, invoked, Did::Saw(seen));
                }
            }
            Err(status) => anyhow::ensure!(is_away(&status), "watching from {since:?}: {status:?}"),
        }
        tokio::time::sleep(Duration::from_millis(random.random_range(0..200))).await;
    }
    Ok(())
}
