//! Which runs there are: one that was named, or every one that goes on, also those that a schedule starts.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use baiying_proto::v1::exercise_service_client::ExerciseServiceClient;
use baiying_proto::v1::{ListExercisesRequest, PageRequest};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use tonic::transport::Channel;

use super::run;
use super::{PlayError, SimulateOptions, Told};
use crate::client::{Backoff, ClientError, of_district};
use crate::seed::Seeds;

/// How soon a run is noticed: at 600 times the speed that is a minute of exercise time.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Looking takes no more than one part in so many of the time, unless the pause would be longer than [`LOOK_LATEST`].
const LOOK_SHARE: u32 = 20;
/// The longest pause between two looks.
const LOOK_LATEST: Duration = Duration::from_secs(5);
/// Calls at a time: below the streams that a daemon allows on one connection.
const CALLS: usize = 64;
/// Runs a page: the most that the daemon gives.
const PAGE: u32 = 1_000;

/// What all runs share.
pub(super) struct Shared {
    pub(super) channel: Channel,
    pub(super) options: SimulateOptions,
    pub(super) told: mpsc::Sender<Told>,
    pub(super) calls: Semaphore,
}

impl Shared {
    pub(super) async fn tell(&self, told: Told) {
        // Whoever does not listen any more does not want to know.
        let _ = self.told.send(told).await;
    }

    /// Asks until there is an answer that will not change.
    pub(super) async fn ask<T, F>(&self, mut call: impl FnMut() -> F) -> Result<T, ClientError>
    where
        F: Future<Output = Result<T, ClientError>> + Send,
    {
        let mut backoff = Backoff::new(Seeds::new(self.options.seed), 0);
        let mut is_told = false;
        loop {
            let answer = {
                let Ok(_permit) = self.calls.acquire().await else {
                    return Err(ClientError::Nothing("the simulation ended".to_owned()));
                };
                call().await
            };
            match answer {
                Err(error) if error.is_transient() => {
                    if !is_told {
                        is_told = true;
                        let reason = error.reason();
                        self.tell(Told::Away { reason }).await;
                    }
                    backoff.pause().await;
                }
                answer => return answer,
            }
        }
    }

    async fn running(&self) -> Result<BTreeSet<u32>, ClientError> {
        let mut client = ExerciseServiceClient::new(of_district(self.channel.clone()));
        let (mut all, mut token) = (BTreeSet::new(), String::new());
        loop {
            let request = ListExercisesRequest {
                only_running: true,
                page: Some(PageRequest {
                    page_size: PAGE,
                    page_token: token,
                }),
            };
            let answer = client
                .list_exercises(request)
                .await
                .map_err(ClientError::call("ListExercises"))?
                .into_inner();
            all.extend(answer.exercises.iter().map(|line| line.exercise_id));
            token = answer.next_page_token;
            if token.is_empty() {
                return Ok(all);
            }
        }
    }
}

/// Plays the simulated people of the run that is named until it is over; else of every run that goes on, until it is dropped or nobody
/// listens to what it tells. A daemon that is away is waited for.
///
/// # Errors
/// The run that is named cannot be played: it is not known, simulates nobody, or its profile is not there. Or the daemon refuses to say
/// which runs there are.
pub async fn simulate(channel: Channel, options: SimulateOptions, told: mpsc::Sender<Told>) -> Result<(), PlayError> {
    let only = options.only;
    let shared = Arc::new(Shared {
        channel,
        options,
        told: told.clone(),
        calls: Semaphore::new(CALLS),
    });
    match only {
        Some(exercise) => run::play(&shared, exercise).await,
        None => tokio::select! {
            followed = follow(&shared) => followed,
            () = told.closed() => Ok(()),
        },
    }
}

async fn follow(shared: &Arc<Shared>) -> Result<(), PlayError> {
    let mut known: BTreeSet<u32> = BTreeSet::new();
    let mut playing = JoinSet::new();
    loop {
        let (running, took) = shared.ask(|| looked(shared)).await?;
        known.retain(|exercise| running.contains(exercise));
        for exercise in running {
            if known.insert(exercise) {
                let shared = Arc::clone(shared);
                playing.spawn(async move { (exercise, run::play(&shared, exercise).await) });
            }
        }
        while let Some(joined) = playing.try_join_next() {
            let (exercise_id, played) =
                joined.map_err(|error| ClientError::Nothing(format!("a task of the simulation broke: {error}")))?;
            match played {
                Ok(()) | Err(PlayError::Nobody { .. }) => {}
                Err(error) => {
                    let reason = Arc::new(error);
                    shared.tell(Told::NotPlayed { exercise_id, reason }).await;
                }
            }
        }
        sleep(pause(took)).await;
    }
}

/// The runs that go on, and how long the daemon took to say so: the time for which it was away is not of it.
async fn looked(shared: &Shared) -> Result<(BTreeSet<u32>, Duration), ClientError> {
    let since = Instant::now();
    let running = shared.running().await?;
    Ok((running, since.elapsed()))
}

/// How long until it is looked again.
pub(super) fn pause(took: Duration) -> Duration {
    took.saturating_mul(LOOK_SHARE).clamp(LOOK_EVERY, LOOK_LATEST)
}
