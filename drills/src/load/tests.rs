//! Measurements against a calm daemon: everybody is counted once.

use super::*;
use crate::fake::Fake;
use crate::synth::{District, SynthOptions, rows};

#[tokio::test]
async fn streams_and_calls_acknowledge_everybody_once() {
    let (fake, endpoint) = Fake::serve(20).await;
    let fake = fake.calm();
    let groups = ack_groups(&endpoint, 1, 1, 7).await.expect("groups");
    let (first, second) = groups.split_at(groups.len() / 2);
    let options = AckOptions {
        window: 3,
        ..AckOptions::new(&endpoint, 1, 1)
    };
    let streamed = acks_streamed(&options, first).await.expect("streams");
    let unary = acks_unary(&options, &one_by_one(second)).await.expect("calls");
    assert_eq!(streamed.acks + unary.acks, 400);
    assert_eq!(streamed.requests as usize, first.len());
    assert!(streamed.refused.is_empty() && unary.refused.is_empty() && unary.exceptions == 0);
    assert!(streamed.acks_per_second > 0.0 && streamed.latency.count == streamed.requests);
    assert_eq!(fake.world().acked.len(), 400);
}

#[tokio::test]
async fn a_district_is_sent_whole_and_in_order() {
    let (fake, endpoint) = Fake::serve(1).await;
    let data = rows(
        District::Gaoming,
        &SynthOptions {
            scale: 0.05,
            ..SynthOptions::default()
        },
    );
    let summary = import_all(&endpoint, &data, "drills:test").await.expect("an import");
    let expected = [
        data.units.len(),
        data.people.len(),
        data.teams.len(),
        data.muster_points.len(),
        data.posts.len(),
    ];
    assert_eq!(fake.world().imported, expected);
    assert_eq!(summary.people.added as usize, data.people.len());
}
