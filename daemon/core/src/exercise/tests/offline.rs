//! Reports of leads who were out of reach while an exercise went on.

use super::*;
use crate::field::{BatchItem, BatchItemKind, EnrollDevice, SubmitBatch};
use crate::id::DeviceId;
use crate::testing::EAST;

const DEVICE: DeviceId = DeviceId(1);

/// The first team is called by an exercise, and its lead has a device.
fn out_of_reach(change: impl FnOnce(&mut Scenario)) -> District {
    let mut district = begun(change);
    let (lead, public_key) = (PersonId(1), [9; 32]);
    district.accepts(Command::EnrollDevice(EnrollDevice { lead, public_key }));
    district
}

fn arrive(run: Option<u32>, who: &[u32], at: i64) -> BatchItem {
    BatchItem {
        kind: BatchItemKind::CheckIn(EAST.into()),
        order: O1,
        version: 0,
        people: people(who.iter().copied()),
        all: false,
        observed_at: minute(at).unix_ms(),
        exercise: run.map(ExerciseId),
    }
}

fn batch(sequence: u64, items: Vec<BatchItem>) -> Command {
    Command::SubmitBatch(SubmitBatch {
        device: DEVICE,
        sequence,
        digest: [sequence as u8; 32],
        items,
    })
}

/// Of each item: how many it changed something for, and the exceptions.
fn reports(district: &District) -> Vec<(u32, Vec<(u32, ExceptionKind)>)> {
    let Answer::Batch(reports) = district.answer() else {
        panic!("no reports")
    };
    let of = reports.iter().map(|report| {
        let exceptions = report.exceptions.iter().map(|it| (it.person.0, it.kind)).collect();
        (report.applied, exceptions)
    });
    of.collect()
}

#[test]
fn they_count_in_the_exercise_and_nowhere_else() {
    let mut district = out_of_reach(|_| {});
    let mut acknowledge = arrive(Some(1), &[1, 2, 3], 3);
    acknowledge.kind = BatchItemKind::Acknowledge;
    district
        .at(9)
        .accepts(batch(1, vec![acknowledge, arrive(Some(1), &[2, 15], 8)]));
    assert_eq!(
        reports(&district),
        [(3, vec![]), (1, vec![(15, ExceptionKind::NotAddressed)])]
    );
    assert_eq!(
        [district.bucket(2), district.bucket(3)],
        [Bucket::Present, Bucket::EnRoute]
    );
    assert!(district.state.orders.iter().next().is_none() && district.state.duty(PersonId(2)).is_none());
    // Said again, it is so already, and still counts once.
    district.at(10).accepts(batch(2, vec![arrive(Some(1), &[2], 8)]));
    assert_eq!(reports(&district), [(0, vec![(2, ExceptionKind::AlreadyDone)])]);
}

#[test]
fn what_was_seen_before_a_pause_was_seen_at_the_time_of_the_exercise_then() {
    let mut district = out_of_reach(|_| {});
    district.at(10).turn(TurnTo::Pause);
    district.at(30).turn(TurnTo::Resume);
    district.at(35).accepts(batch(
        1,
        vec![
            arrive(Some(1), &[2], 8),
            arrive(Some(1), &[3], 20),
            arrive(Some(1), &[4], 33),
        ],
    ));
    assert_eq!(reports(&district), [(1, vec![]), (1, vec![]), (1, vec![])]);
    let world = district.run().world().expect("a world");
    let order = world.orders.get(O1).expect("an order").current();
    let seen = |person| order.ledger.row(PersonId(person)).and_then(|row| row.observed_at);
    assert_eq!([seen(2), seen(3), seen(4)], [8, 10, 13].map(|at| Some(minute(at))));
}

#[test]
fn who_answers_after_the_end_did_not_respond() {
    let mut district = out_of_reach(|_| {});
    district.at(40).turn(TurnTo::End);
    district
        .at(50)
        .accepts(batch(1, vec![arrive(Some(1), &[2, 3], 20), arrive(Some(7), &[2], 20)]));
    let ended = vec![(2, ExceptionKind::ExerciseEnded), (3, ExceptionKind::ExerciseEnded)];
    assert_eq!(
        reports(&district),
        [(0, ended), (0, vec![(2, ExceptionKind::UnknownOrder)])]
    );
}

#[test]
fn e1_what_is_real_goes_first_in_a_batch_too() {
    // On leave, and turns up at both.
    let mut district = with(|_| {});
    let (lead, public_key) = (PersonId(1), [9; 32]);
    district
        .accepts(Command::EnrollDevice(EnrollDevice { lead, public_key }))
        .on_leave(2, 0, 100)
        .activate()
        .issue([2])
        .accepts(Command::StartExercise(start_of("muster")));
    assert_eq!(district.bucket(2), Bucket::Excused);
    district
        .at(9)
        .accepts(batch(1, vec![arrive(Some(1), &[2], 7), arrive(None, &[2], 8)]));
    assert_eq!(
        reports(&district),
        [(0, vec![(2, ExceptionKind::Excused)]), (1, vec![])]
    );
    assert_eq!(district.bucket(2), Bucket::Excused);
    district.duty(2, Some(O1));
}
