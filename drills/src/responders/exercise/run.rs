//! One run: its orders as they come, and its time as the daemon says it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use baiying_proto::v1::exercise_service_client::ExerciseServiceClient;
use baiying_proto::v1::order_service_client::OrderServiceClient;
use baiying_proto::v1::{
    ExerciseLine, GetExerciseRequest, GetExerciseResponse, GetScenarioRequest, ListOrdersRequest, Order, PageRequest,
};
use serde::Deserialize;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::answer::{self, Answering, Outcome};
use super::follow::Shared;
use super::{PlayError, Played, Told};
use crate::behaviour::BehaviourParameters;
use crate::client::{ClientError, of_district, of_exercise};

/// How much exercise time may pass between two looks, where that is possible.
const STEP_MS: u32 = 5_000;
/// Looks are at most so often, and at least.
const LOOK_MS: (u32, u32) = (20, 250);
/// Orders of a run that are looked at: one page.
const ORDERS_MAX: u32 = 1_000;

/// What a clock of exercise time shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clock {
    /// Since the run began.
    pub(super) elapsed: Duration,
    /// Nothing more is to be answered.
    pub(super) is_over: bool,
}

/// An order that is being answered.
struct InHand {
    clock: watch::Sender<Clock>,
    answering: JoinHandle<Result<Outcome, ClientError>>,
}

/// A run with what is needed to play it.
pub(super) struct Run {
    pub(super) exercise: u32,
    pub(super) began_ms: i64,
    pub(super) units: Vec<String>,
    pub(super) behaviour: BehaviourParameters,
}

/// What of a scenario's file matters here.
#[derive(Deserialize)]
struct OfScenario {
    #[serde(default = "by_day")]
    behaviour: String,
}

fn by_day() -> String {
    "day".to_owned()
}

/// Plays a run until it is over.
pub(super) async fn play(shared: &Arc<Shared>, exercise: u32) -> Result<(), PlayError> {
    let shown = shared.ask(|| look(shared, exercise)).await?;
    let units = shown.simulated_unit_codes.clone();
    if units.is_empty() {
        return Err(PlayError::Nobody { exercise_id: exercise });
    }
    let line = shown.exercise.clone().unwrap_or_default();
    let (profile, behaviour) = behaviour(shared, &line, shown.rate).await?;
    shared
        .tell(Told::Run {
            exercise_id: exercise,
            scenario: line.scenario,
            profile,
            units: units.clone(),
        })
        .await;
    let run = Arc::new(Run {
        exercise,
        began_ms: line.began_unix_ms,
        units,
        behaviour,
    });
    let mut played = Played {
        exercise_id: exercise,
        ..Played::default()
    };
    let mut answered: BTreeMap<(u32, u32), InHand> = BTreeMap::new();
    played.ending = loop {
        let shown = shared.ask(|| look(shared, exercise)).await?;
        let line = shown.exercise.as_ref();
        if line.is_none_or(|line| line.phase == "over") {
            break line.map_or_else(String::new, |line| line.ending.clone());
        }
        let clock = Clock {
            elapsed: Duration::from_millis(shown.elapsed_ms),
            is_over: false,
        };
        let orders = shared.ask(|| open_orders(shared, exercise)).await?;
        let open: BTreeMap<(u32, u32), &Order> = orders.iter().filter_map(in_force).collect();
        let (gone, stay): (BTreeMap<_, _>, _) = answered.into_iter().partition(|(key, _)| !open.contains_key(key));
        answered = stay;
        for (_, order) in gone {
            finish(order, &mut played).await?;
        }
        for (key, order) in open {
            if let Some(known) = answered.get(&key) {
                known.clock.send_replace(clock);
            } else {
                answered.insert(key, begin(shared, &run, clock, shown.rate, order.clone()));
            }
        }
        sleep(step(shown.rate)).await;
    };
    for (_, order) in answered {
        finish(order, &mut played).await?;
    }
    shared.tell(Told::Over(played)).await;
    Ok(())
}

/// How long until the next look: while exercise time is hurried, the sooner.
pub(super) fn step(rate: u32) -> Duration {
    let (least, most) = LOOK_MS;
    Duration::from_millis((STEP_MS / rate.max(1)).clamp(least, most).into())
}

fn begin(shared: &Arc<Shared>, run: &Arc<Run>, clock: Clock, rate: u32, order: Order) -> InHand {
    let (sender, receiver) = watch::channel(clock);
    let answering = Answering {
        shared: Arc::clone(shared),
        run: Arc::clone(run),
        order,
        rate,
        clock: receiver,
    };
    InHand {
        clock: sender,
        answering: tokio::spawn(answer::answer(answering)),
    }
}

/// Nothing more is answered of an order; what was is added up.
async fn finish(order: InHand, played: &mut Played) -> Result<(), ClientError> {
    order.clock.send_modify(|clock| clock.is_over = true);
    let outcome = order
        .answering
        .await
        .map_err(|error| ClientError::Nothing(format!("a task of the simulation broke: {error}")))??;
    let Outcome {
        people,
        silent,
        no_shows,
        left,
        progress,
        refused,
    } = outcome;
    played.people += people;
    played.silent += silent;
    played.no_shows += no_shows;
    played.left += left;
    played.acks += progress.acks;
    played.declines += progress.declines;
    played.departures += progress.departures;
    played.arrivals += progress.arrivals;
    for (reason, times) in refused {
        *played.refused.entry(reason).or_default() += times;
    }
    Ok(())
}

/// An order's number and version, if it is open.
fn in_force(order: &Order) -> Option<((u32, u32), &Order)> {
    let version = order.versions.last()?;
    (version.status == "open").then_some(((order.order_id, version.version), order))
}

async fn look(shared: &Shared, exercise: u32) -> Result<GetExerciseResponse, ClientError> {
    let mut client = ExerciseServiceClient::new(of_district(shared.channel.clone()));
    let request = GetExerciseRequest { exercise_id: exercise };
    let answer = client.get_exercise(request).await;
    Ok(answer.map_err(ClientError::call("GetExercise"))?.into_inner())
}

async fn open_orders(shared: &Shared, exercise: u32) -> Result<Vec<Order>, ClientError> {
    let mut client = OrderServiceClient::new(of_exercise(shared.channel.clone(), exercise));
    let request = ListOrdersRequest {
        open_only: true,
        page: Some(PageRequest {
            page_size: ORDERS_MAX,
            page_token: String::new(),
        }),
        ..ListOrdersRequest::default()
    };
    let answer = client.list_orders(request).await;
    Ok(answer.map_err(ClientError::call("ListOrders"))?.into_inner().orders)
}

/// The scenario of a run, as its file.
async fn file(shared: &Shared, line: &ExerciseLine) -> Result<String, ClientError> {
    let mut client = ExerciseServiceClient::new(of_district(shared.channel.clone()));
    let request = GetScenarioRequest {
        code: line.scenario.clone(),
        version: Some(line.version),
    };
    let answer = client.get_scenario(request).await;
    Ok(answer.map_err(ClientError::call("GetScenario"))?.into_inner().toml)
}

/// How they behave: by the profile that the scenario names, as it was when the run was started.
async fn behaviour(
    shared: &Shared,
    line: &ExerciseLine,
    rate: u32,
) -> Result<(String, BehaviourParameters), PlayError> {
    let file = shared.ask(|| file(shared, line)).await?;
    let wrong = |error| ClientError::Nothing(format!("the scenario {} cannot be read: {error}", line.scenario));
    let OfScenario { behaviour: name } = toml::from_str(&file).map_err(wrong)?;
    let profiles = &shared.options.profiles;
    let Some(found) = profiles.get(&name) else {
        let known: Vec<&str> = profiles.keys().map(String::as_str).collect();
        return Err(PlayError::NoProfile {
            scenario: line.scenario.clone(),
            profile: name,
            known: known.join(", "),
        });
    };
    let mut found = found.clone();
    // A wrong clock is wrong by its own time: hurried with everything else.
    found.arrival.clock_skew_max_s /= f64::from(rate.max(1));
    Ok((name, found))
}
