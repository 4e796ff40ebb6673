//! One order of a run: who of the simulated it calls, what they will report, and when.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use baiying_proto::v1::{Delivery, Order, OrderVersion};
use rand::Rng as _;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::Told;
use super::follow::Shared;
use super::run::{Clock, Run};
use crate::behaviour::{Period, seconds};
use crate::client::{Backoff, ClientError, of_exercise};
use crate::population::{Population, list_muster_points};
use crate::responders::lane::Lane;
use crate::responders::plan::{PlanInput, Site, plan};
use crate::responders::report::{Counters, Progress, Tally, count};
use crate::responders::requests::Builder;
use crate::responders::run::{Transport, lane_of};
use crate::responders::script::{Action, Planned, Script};
use crate::seed::Seeds;

/// Reports of an order that are sent at a time.
const LANES: usize = 16;
/// How long a daemon may be away before a report is given up: longer than any run lasts (a week).
const RETRY_FOR: Duration = Duration::from_secs(8 * 24 * 3_600);
/// Hours of the day in which people are at work, by the clock of China, which is eight hours ahead and knows no summer time.
const WORK_HOURS: std::ops::Range<i64> = 8..18;
const HOUR_MS: i64 = 3_600_000;

/// What is to be answered.
pub(super) struct Answering {
    pub(super) shared: Arc<Shared>,
    pub(super) run: Arc<Run>,
    pub(super) order: Order,
    /// How fast exercise time passes while it passes.
    pub(super) rate: u32,
    pub(super) clock: watch::Receiver<Clock>,
}

/// What came of it.
#[derive(Default)]
pub(super) struct Outcome {
    pub(super) people: u64,
    pub(super) silent: u64,
    pub(super) no_shows: u64,
    /// Reports that were planned and not made.
    pub(super) left: u64,
    pub(super) progress: Progress,
    pub(super) refused: BTreeMap<String, u64>,
}

/// Answers until everything is said, or the clock says that it is over.
pub(super) async fn answer(it: Answering) -> Result<Outcome, ClientError> {
    let Answering {
        shared,
        run,
        order,
        rate,
        clock,
    } = it;
    let Some(version) = order.versions.last() else {
        return Ok(Outcome::default());
    };
    let caller = of_exercise(shared.channel.clone(), run.exercise);
    let ask = || Population::of_units(caller.clone(), order.order_id, version.version, &run.units);
    let (population, ledger) = shared.ask(ask).await?;
    if population.is_empty() {
        return Ok(Outcome::default());
    }
    let points = shared.ask(|| list_muster_points(caller.clone())).await?;
    let sites: Vec<Site> = points
        .into_iter()
        .map(|point| Site {
            named: version.muster_point_ids.contains(&point.muster_point_id),
            code: point.code,
            // What stands on the sheets is secret; without it people report at the desk.
            check_in_code: String::new(),
        })
        .collect();
    let people = population.len() as u64;
    shared
        .tell(Told::Order {
            exercise_id: run.exercise,
            order_id: order.order_id,
            version: version.version,
            people,
        })
        .await;
    let seed = seed(shared.options.seed, run.exercise, order.order_id);
    let Script {
        planned,
        silent,
        no_shows,
        ..
    } = script(&run, (&population, &sites), seed, version);
    let since_began = version.issued_at_unix_ms.saturating_sub(run.began_ms);
    let after = Duration::from_millis(u64::try_from(since_began).unwrap_or(0));
    let planned = left_to_say(planned, &ledger, after);
    let builder = Arc::new(Builder {
        exercise: Some(run.exercise),
        order_id: order.order_id,
        version: version.version,
        seed,
        compression: f64::from(rate.max(1)),
        sites,
    });
    let counters = Arc::new(Counters::default());
    count(&counters.planned, planned.len());
    let lane = |_| Lane {
        caller: caller.clone(),
        transport: Transport::Unary,
        builder: Arc::clone(&builder),
        planned: Vec::new(),
        devices: BTreeMap::new(),
        counters: Arc::clone(&counters),
        backoff: Backoff::new(Seeds::new(seed), 0),
        start: Instant::now(),
        retry_for: RETRY_FOR,
    };
    let mut lanes: Vec<Lane> = (0..LANES).map(lane).collect();
    for step in planned {
        lanes[lane_of(step.key, LANES)].planned.push(step);
    }
    let mut saying: JoinSet<Tally> = lanes.into_iter().map(|lane| say(lane, clock.clone())).collect();
    let mut tally = Tally::default();
    while let Some(said) = saying.join_next().await {
        tally.merge(said.map_err(|error| ClientError::Nothing(format!("a lane of the simulation broke: {error}")))?);
    }
    let progress = counters.progress(true);
    Ok(Outcome {
        people,
        silent: silent.into(),
        no_shows: no_shows.into(),
        left: progress.planned.saturating_sub(progress.sent),
        progress,
        refused: tally.refused,
    })
}

/// What they do, from the moment of the order on. One that says no time to arrive sends nobody anywhere.
pub(super) fn script(
    run: &Run,
    (population, sites): (&Population, &[Site]),
    seed: u64,
    version: &OrderVersion,
) -> Script {
    plan(&PlanInput {
        population,
        sites,
        behaviour: &run.behaviour,
        seed,
        period: period(version.issued_at_unix_ms),
        lead_tick: seconds(run.behaviour.lead_report_s),
        own_batch: 1,
        in_exercise: true,
        stays: version.arrive_deadline_unix_ms == 0,
    })
}

/// Says what is planned, each when exercise time has come so far.
async fn say(mut lane: Lane, mut clock: watch::Receiver<Clock>) -> Tally {
    let mut tally = Tally::default();
    for planned in std::mem::take(&mut lane.planned) {
        let come = clock
            .wait_for(|clock| clock.is_over || clock.elapsed >= planned.at)
            .await;
        // Without a clock it is over as well.
        if come.map_or(true, |clock| clock.is_over) {
            break;
        }
        lane.one(&planned, &mut tally).await;
    }
    tally
}

/// What the ledger does not know yet, with times since the run began.
fn left_to_say(planned: Vec<Planned>, ledger: &[Delivery], after: Duration) -> Vec<Planned> {
    let rows: BTreeMap<u32, &Delivery> = ledger.iter().map(|row| (row.person_id, row)).collect();
    let is_left = |planned: &Planned| match &planned.action {
        Action::Acknowledge { people, .. } => {
            let mut rows = people.iter().filter_map(|person| rows.get(person));
            rows.any(|row| row.acked_at_unix_ms == 0)
        }
        Action::Depart { people, .. } => {
            let mut rows = people.iter().filter_map(|person| rows.get(person));
            rows.any(|row| row.departed_at_unix_ms == 0 && row.arrived_at_unix_ms == 0)
        }
        Action::CheckIn { people, .. } => {
            let mut rows = people.iter().filter_map(|person| rows.get(person));
            rows.any(|row| row.arrived_at_unix_ms == 0)
        }
        Action::Decline { person, .. } => rows
            .get(person)
            .is_some_and(|row| row.leave_id == 0 && row.acked_at_unix_ms == 0),
        Action::Batch { .. } => true,
    };
    // Who reports twice says the same again; the daemon would give its first answer, and nothing would come of it.
    let mut said = BTreeSet::new();
    let is_new = |planned: &Planned| said.insert(format!("{:?}", planned.action));
    let mut left: Vec<Planned> = planned.into_iter().filter(is_left).filter(is_new).collect();
    for planned in &mut left {
        planned.at += after;
    }
    left
}

/// Other draws in another run, and for another order.
pub(super) fn seed(seed: u64, exercise: u32, order: u32) -> u64 {
    let number = u64::from(exercise) << 32 | u64::from(order);
    Seeds::new(seed).numbered("exercise", number).next_u64()
}

/// The part of the day in which an order goes out.
pub(super) fn period(issued_ms: i64) -> Period {
    let hour = (issued_ms.div_euclid(HOUR_MS) + 8).rem_euclid(24);
    if WORK_HOURS.contains(&hour) {
        Period::Work
    } else {
        Period::Night
    }
}
