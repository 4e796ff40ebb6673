//! Whole runs against a daemon in a bad temper.

use std::time::Duration;

use tokio::sync::watch;

use super::*;
use crate::behaviour::BehaviourParameters;
use crate::fake::Fake;

fn options(endpoint: &str, transport: Transport) -> RunOptions {
    let mut behaviour = BehaviourParameters::default();
    behaviour.arrival.offline = 0.3;
    behaviour.arrival.wrong_site = 0.1;
    let codes = ["P1-M1", "P2-M1"].map(|code| (code.to_owned(), format!("code-{code}")));
    RunOptions {
        compression: 20_000.0,
        concurrency: 8,
        connections: 2,
        transport,
        check_in_codes: codes.into(),
        behaviour,
        retry_for: Duration::from_secs(20),
        ..RunOptions::new(endpoint, Target::Order(1))
    }
}

async fn everybody_is_heard_once(transport: Transport) {
    let (fake, endpoint) = Fake::serve(8).await;
    let (sender, progress) = watch::channel(Progress::default());
    let report = run(&options(&endpoint, transport), Some(sender)).await.expect("a run");
    let world = fake.world();
    assert_eq!(world.reused, Vec::<String>::new(), "a request id with other content");
    assert_eq!((report.people, report.led), (160, 80));
    assert_eq!(
        world.acked.len() as u64 + world.declined.len() as u64 + report.silent,
        160
    );
    assert_eq!(world.arrived.len() as u64 + report.no_shows, world.acked.len() as u64);
    assert!(world.wrong_sites > 0 && !world.batches.is_empty());
    assert_eq!(world.delivered_by.len() as u64, report.totals.received);
    assert!(world.delivered_by.len() >= 7);
    let totals = report.totals;
    assert_eq!((totals.failed, totals.refused), (0, 0), "{report:?}");
    assert_eq!(totals.planned, totals.sent);
    assert_eq!(totals.acks, world.acked.len() as u64);
    assert!(totals.retries > 0 && report.exceptions.contains_key("WRONG_SITE"));
    assert_eq!(*progress.borrow(), totals);
}

#[tokio::test]
async fn calls_survive_a_bad_temper() {
    everybody_is_heard_once(Transport::Unary).await;
}

#[tokio::test]
async fn streams_survive_a_bad_temper() {
    everybody_is_heard_once(Transport::Stream).await;
}

#[tokio::test]
async fn a_time_limit_cuts_off_what_comes_later() {
    let (_fake, endpoint) = Fake::serve(2).await;
    let stop_after = Some(Duration::ZERO);
    let report = run(
        &RunOptions {
            stop_after,
            ..options(&endpoint, Transport::Unary)
        },
        None,
    )
    .await
    .expect("a run");
    assert_eq!(report.totals.planned, 0);
    assert!(report.cut_off > 0);
}

#[tokio::test]
async fn a_daemon_that_is_not_there_is_an_error() {
    let error = run(&options("http://127.0.0.1:1", Transport::Unary), None)
        .await
        .expect_err("nobody");
    assert_eq!(error.to_string(), "cannot connect to http://127.0.0.1:1");
}
