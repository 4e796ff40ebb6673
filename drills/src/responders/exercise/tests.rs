//! Simulated people of an exercise, against a daemon in a bad temper, by a clock that is turned by hand.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use baiying_proto::v1::{Order, OrderVersion};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::time::{sleep, timeout};
use tonic::transport::Endpoint;

use super::answer::{Answering, Outcome, answer, period, script, seed};
use super::follow::{Shared, pause};
use super::run::{Clock, Run, step};
use super::{SimulateOptions, Told};
use crate::behaviour::{BehaviourParameters, Period};
use crate::client::{ClientError, of_exercise};
use crate::fake::{Fake, World};
use crate::population::Population;
use crate::responders::plan::Site;
use crate::responders::script::{Action, By, Observed, Planned, Script};

const RUN: u32 = 5;
const SEED: u64 = 11;
/// The order went out ten minutes after the run began, at noon in China.
const AFTER: Duration = Duration::from_secs(600);
const ISSUED_MS: i64 = 4 * 3_600_000;
const LONG: Duration = Duration::from_secs(100 * 3_600);

fn behaviour() -> BehaviourParameters {
    let mut behaviour = BehaviourParameters::default();
    behaviour.arrival.offline = 0.3;
    behaviour
}

fn run() -> Run {
    Run {
        exercise: RUN,
        began_ms: ISSUED_MS - AFTER.as_millis() as i64,
        units: vec!["A".to_owned()],
        behaviour: behaviour(),
    }
}

fn order() -> Order {
    let version = OrderVersion {
        version: 1,
        status: "open".to_owned(),
        muster_point_ids: vec![1],
        issued_at_unix_ms: ISSUED_MS,
        arrive_deadline_unix_ms: ISSUED_MS + 3_600_000,
        ..OrderVersion::default()
    };
    Order {
        order_id: 1,
        response_id: 1,
        versions: vec![version],
    }
}

fn sites() -> Vec<Site> {
    let site = |code: &str, named| Site {
        code: code.to_owned(),
        check_in_code: String::new(),
        named,
    };
    vec![site("P1-M1", true), site("P2-M1", false)]
}

async fn shared(endpoint: &str) -> (Arc<Shared>, mpsc::Receiver<Told>) {
    let (told, hears) = mpsc::channel(100);
    let channel = Endpoint::from_shared(endpoint.to_owned())
        .expect("an endpoint")
        .connect()
        .await;
    let shared = Shared {
        channel: channel.expect("a connection"),
        options: SimulateOptions::new(SEED),
        told,
        calls: Semaphore::new(8),
    };
    (Arc::new(shared), hears)
}

fn start(
    shared: &Arc<Shared>,
    elapsed: Duration,
) -> (
    watch::Sender<Clock>,
    tokio::task::JoinHandle<Result<Outcome, ClientError>>,
) {
    let (clock, receiver) = watch::channel(Clock {
        elapsed,
        is_over: false,
    });
    let answering = Answering {
        shared: Arc::clone(shared),
        run: Arc::new(run()),
        order: order(),
        rate: 60,
        clock: receiver,
    };
    (clock, tokio::spawn(answer(answering)))
}

/// What the simulated people of the fake are to do.
async fn planned(shared: &Shared) -> Script {
    let caller = of_exercise(shared.channel.clone(), RUN);
    let units = ["A".to_owned()];
    let (population, _) = Population::of_units(caller, 1, 1, &units).await.expect("people");
    script(
        &run(),
        (&population, &sites()),
        seed(SEED, RUN, 1),
        &order().versions[0],
    )
}

/// Who has acknowledged so long after the order.
fn acked_by(script: &Script, after: Duration) -> BTreeSet<u32> {
    let due = script.planned.iter().filter(|planned| planned.at <= after);
    due.flat_map(|planned| match &planned.action {
        Action::Acknowledge { people, .. } => people.clone(),
        Action::Decline { .. } | Action::Depart { .. } | Action::CheckIn { .. } | Action::Batch { .. } => Vec::new(),
    })
    .collect()
}

async fn until(fake: &Fake, what: &str, look: impl Fn(&World) -> bool) {
    let looking = async {
        while !look(&fake.world()) {
            sleep(Duration::from_millis(5)).await;
        }
    };
    let seen = timeout(Duration::from_secs(30), looking).await;
    assert!(seen.is_ok(), "waited in vain: {what}");
}

#[tokio::test]
async fn they_answer_when_exercise_time_has_come_so_far_and_not_while_it_stands_still() {
    let (fake, endpoint) = Fake::serve(8).await;
    let (shared, _hears) = shared(&endpoint).await;
    let script = planned(&shared).await;
    let (clock, answering) = start(&shared, Duration::ZERO);
    let mut before = 0;
    for minutes in [0_u64, 1, 2, 5, 15] {
        let after = Duration::from_secs(60 * minutes);
        let due = acked_by(&script, after);
        assert!(due.len() > before || minutes == 0, "{minutes}");
        before = due.len();
        clock.send_replace(Clock {
            elapsed: AFTER + after,
            is_over: false,
        });
        until(&fake, "who is due has acknowledged", |world| world.acked == due).await;
        // Paused: the daemon says the same time again and again, and nobody else answers.
        for _ in 0..10 {
            clock.send_modify(|_| {});
            sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(fake.world().acked, due, "{minutes}");
    }
    clock.send_modify(|clock| clock.is_over = true);
    let outcome = answering.await.expect("a task").expect("an answer");
    assert!(outcome.left > 0 && outcome.progress.acks == before as u64);
}

#[tokio::test]
async fn nobody_of_a_real_unit_is_answered_for_and_nothing_is_said_to_the_district() {
    let (fake, endpoint) = Fake::serve(8).await;
    let (shared, mut hears) = shared(&endpoint).await;
    let (_clock, answering) = start(&shared, LONG);
    let outcome = answering.await.expect("a task").expect("an answer");
    let world = fake.world();
    let simulated: BTreeSet<u32> = (1..=160).filter(|person| World::unit_of(*person) == "A").collect();
    let answered = world.acked.union(&world.declined).copied().collect::<BTreeSet<u32>>();
    assert!(answered.is_subset(&simulated), "{answered:?}");
    assert!(world.departed.is_subset(&world.acked) && world.arrived.is_subset(&world.acked));
    assert_eq!(answered.len() as u64 + outcome.silent, simulated.len() as u64);
    assert_eq!(outcome.people, simulated.len() as u64);
    assert_eq!(world.arrived.len() as u64 + outcome.no_shows, world.acked.len() as u64);
    assert_eq!((outcome.left, outcome.progress.failed), (0, 0));
    let (acked, arrived) = (world.acked.len() as u64, world.arrived.len() as u64);
    assert_eq!(
        (outcome.progress.acks, outcome.progress.arrivals),
        (acked, arrived),
        "each counts once"
    );
    assert!(outcome.refused.is_empty(), "{:?}", outcome.refused);
    assert_eq!(world.said_to, BTreeSet::from(["5".to_owned()]));
    assert_eq!(world.reused, Vec::<String>::new());
    for actor in &world.actors {
        let who = actor.strip_prefix("simulator:").expect("says who plays");
        let lead = who
            .strip_prefix("lead P")
            .map(|number| number.parse::<u32>().expect("a number"));
        assert!(
            lead.is_none_or(|lead| World::unit_of(lead) == "A"),
            "{actor}: a real lead is not spoken for"
        );
    }
    let people = outcome.people;
    let told = hears.try_recv().expect("it was told");
    assert!(matches!(told, Told::Order { exercise_id: RUN, order_id: 1, version: 1, people: of } if of == people));
}

#[tokio::test]
async fn who_is_sent_nowhere_answers_and_stays() {
    let (_fake, endpoint) = Fake::serve(8).await;
    let (shared, _hears) = shared(&endpoint).await;
    let caller = of_exercise(shared.channel.clone(), RUN);
    let units = ["A".to_owned()];
    let (population, _) = Population::of_units(caller, 1, 1, &units).await.expect("people");
    let mut run = run();
    run.behaviour.no_show = 0.2;
    let of = |version: &OrderVersion| script(&run, (&population, &sites()), seed(SEED, RUN, 1), version);
    let version = order().versions.remove(0);
    let nowhere = OrderVersion {
        arrive_deadline_unix_ms: 0,
        ..version.clone()
    };
    let (there, here) = (of(&version), of(&nowhere));
    let goes = |planned: &&Planned| matches!(planned.action, Action::Depart { .. } | Action::CheckIn { .. });
    assert!(there.planned.iter().filter(goes).count() > 0 && there.no_shows > 0);
    assert_eq!((here.planned.iter().filter(goes).count(), here.no_shows), (0, 0));
    assert_eq!(here.silent, there.silent);
    assert_eq!(acked_by(&here, LONG), acked_by(&there, LONG), "the same people answer");
}

#[test]
fn how_long_the_daemon_was_away_does_not_make_it_blind() {
    let after = [0, 5, 50, 100, 40_000].map(|ms| pause(Duration::from_millis(ms)).as_millis());
    assert_eq!(after, [100, 100, 1_000, 2_000, 5_000]);
}

#[tokio::test]
async fn after_a_restart_only_the_rest_is_said_and_all_of_it() {
    let (fake, endpoint) = Fake::serve(8).await;
    let (shared, _hears) = shared(&endpoint).await;
    let script = planned(&shared).await;
    let half = AFTER + Duration::from_secs(900);
    let (clock, answering) = start(&shared, half);
    let due = acked_by(&script, half - AFTER);
    until(&fake, "half of it", |world| world.acked == due).await;
    // The program goes away in the middle, and comes back.
    answering.abort();
    drop(clock);
    let (_clock, answering) = start(&shared, LONG);
    answering.await.expect("a task").expect("an answer");
    let all = acked_by(&script, LONG);
    let (taken, acked) = {
        let world = fake.world();
        assert_eq!(world.reused, Vec::<String>::new(), "the same words under the same key");
        (world.taken(), world.acked.clone())
    };
    assert_eq!(acked, all);
    // Once more: everything was said.
    let (_clock, answering) = start(&shared, LONG);
    let outcome = answering.await.expect("a task").expect("an answer");
    assert_eq!(fake.world().taken(), taken);
    assert_eq!(outcome.progress.applied + outcome.progress.declines, 0);
}

#[tokio::test]
async fn there_are_no_batches_in_an_exercise_and_what_happened_before_keeps_its_instant() {
    let (_fake, endpoint) = Fake::serve(40).await;
    let (shared, _hears) = shared(&endpoint).await;
    let script = planned(&shared).await;
    assert!(script.devices.is_empty());
    let mut late = 0;
    for planned in &script.planned {
        match &planned.action {
            Action::Batch { .. } => panic!("{planned:?}"),
            Action::CheckIn { by, observed, .. } => {
                assert_ne!(*by, By::Own, "nobody has a code");
                assert!(
                    *observed == Observed::default() || matches!(by, By::Lead(_)),
                    "{planned:?}"
                );
                late += usize::from(!observed.before.is_zero());
            }
            Action::Acknowledge { .. } | Action::Decline { .. } | Action::Depart { .. } => {}
        }
    }
    assert!(late > 0, "leads without a network report later what happened before");
}

#[test]
fn each_run_and_order_draws_anew_and_the_same_ones_draw_the_same() {
    let all = BTreeSet::from([seed(1, 1, 1), seed(2, 1, 1), seed(1, 2, 1), seed(1, 1, 2)]);
    assert_eq!(all.len(), 4);
    assert_eq!(seed(1, 2, 3), seed(1, 2, 3));
}

#[test]
fn the_hurried_are_looked_at_more_often() {
    let steps = [0, 1, 20, 60, 600].map(step);
    assert_eq!(steps, [250, 250, 250, 83, 20].map(Duration::from_millis));
}

#[test]
fn work_is_from_eight_to_six_in_china() {
    let at = |hour: i64| period((hour - 8) * 3_600_000);
    let hours = [7, 8, 17, 18, 23, 24].map(at);
    assert_eq!(
        hours,
        [
            Period::Night,
            Period::Work,
            Period::Work,
            Period::Night,
            Period::Night,
            Period::Night
        ]
    );
}
