//! What is told of a run: while it goes on, when it is over, and when its world is gone; and against which others it is held.

use super::*;
use crate::exercise::report::against;
use crate::exercise::score::{self, ComparePolicy, RatingPolicy, Trend};
use crate::id::{MusterPointId, TeamId, Timestamp};
use crate::order::{Channel, RecordAttempt};

fn tried(people_of: [u32; 2]) -> Command {
    Command::RecordAttempt(RecordAttempt {
        order: O1,
        version: 0,
        channel: Channel::Stream,
        number: 1,
        people: people(people_of),
    })
}

fn told(run: &Run) -> (super::super::report::Material, Vec<TeamId>, Vec<MusterPointId>) {
    (run.material(), run.called_teams(), run.called_to())
}

#[test]
fn a_run_is_told_while_it_goes_on_and_stays_as_it_was_told_at_its_end() {
    let mut district = begun(|_| {});
    let nobody_told = score::Totals {
        asks_arrival: true,
        ..score::Totals::default()
    };
    assert_eq!(district.run().totals, nobody_told);
    district.at(2).within(tried([1, 2]));
    district.at(3).within(Command::Acknowledge(acknowledge(O1, [3])));
    // Those who were told before are no news.
    district.at(4).within(Command::Acknowledge(acknowledge(O1, [1, 3])));
    let totals = district.run().totals;
    assert_eq!(
        (totals.first_notified_ms, totals.last_notified_ms),
        (Some(2 * MINUTE), Some(3 * MINUTE))
    );
    let (so_far, teams, points) = told(district.run());
    assert!(!so_far.is_over && so_far.facts.len() == 11);
    assert_eq!((teams.len(), points.len()), (2, 1), "two agency teams, to the east");
    let brief = so_far.brief(&RatingPolicy::default());
    assert_eq!((brief.figures.acknowledged, brief.figures.target), (2, 11));

    let mut steps = 0;
    for minute in 5..=60 {
        district.at(minute).fire();
        let climbed = |event: &&Event| matches!(event, Event::InExercise { event, .. } if matches!(&**event, Event::EscalationStepped { people, .. } if !people.is_empty()));
        district.then(|events| steps += events.iter().filter(climbed).count());
        if district.run().is_over() {
            break;
        }
    }
    assert!(district.run().is_over() && steps > 0, "{steps}");
    assert_eq!(district.run().totals.escalations as usize, steps);
    let over = told(district.run());
    assert!(over.0.is_over && over.1 == teams && over.2 == points);
    let score = over.0.score(&RatingPolicy::default());
    assert_eq!(score.figures.all.acknowledged, 2);
    assert_eq!(over.0.called().values().map(|(real, _)| real).sum::<u32>(), 11);
    district.at(60 + 24 * 60).fire();
    assert!(district.run().world().is_none());
    assert_eq!(told(district.run()), over, "a day later, and for ever");
}

#[test]
fn the_time_that_it_stood_still_is_told() {
    let mut district = begun(|_| {});
    let at = |district: &District, minutes: u64| district.run().began.plus_ms(minutes * MINUTE);
    assert_eq!(district.run().paused_ms(at(&district, 2)), 0);
    district.at(2).turn(TurnTo::Pause);
    assert_eq!(district.run().paused_ms(at(&district, 10)), 8 * MINUTE);
    district.at(100).turn(TurnTo::Resume);
    district.at(158).fire();
    assert!(district.run().is_over());
    assert_eq!(district.run().paused_ms(at(&district, 158)), 98 * MINUTE);
    assert_eq!(district.run().paused_ms(Timestamp::MAX), 98 * MINUTE, "it is over");
}

/// Starts the next run, lets so many arrive, and turns it to something.
fn another(district: &mut District, minute: i64, arrive: std::ops::RangeInclusive<u32>, turn_to: TurnTo) -> ExerciseId {
    district.at(minute).accepts(Command::StartExercise(start_of("muster")));
    let run = district.state.exercises.runs().next_back().expect("a run").id;
    let check_in = Box::new(Command::CheckIn(check_in(O1, arrive)));
    district
        .at(minute + 10)
        .accepts(Command::InExercise(InExercise { run, command: check_in }));
    district.accepts(Command::ControlExercise(ControlExercise { run, turn_to }));
    run
}

#[test]
fn a_run_is_held_against_earlier_ones_that_ran_through() {
    let mut district = with(|_| {});
    let first = another(&mut district, 1, 1..=3, TurnTo::End);
    another(&mut district, 100, 1..=6, TurnTo::Abort("雷雨".into()));
    let third = another(&mut district, 200, 1..=6, TurnTo::End);
    let policy = (&RatingPolicy::default(), &ComparePolicy::default());
    let compared = |district: &District, run: ExerciseId| {
        let found = district.state.exercises.run(run).expect("a run");
        against(&found.material(), &district.state.comparable(found), policy)
    };
    let (comparison, earlier) = compared(&district, third);
    let shown: Vec<_> = earlier
        .iter()
        .map(|(of, brief)| (of.id, brief.figures.arrived))
        .collect();
    assert_eq!(shown, [(first, 3)], "not the one that was broken off");
    assert_eq!(comparison.trend, Some(Trend::Better));
    assert_eq!(comparison.earlier.len(), 1);
    assert_eq!(compared(&district, first).1, []);
    // One that goes on is held against nothing.
    district.at(300).accepts(Command::StartExercise(start_of("muster")));
    let running = district.state.exercises.runs().next_back().expect("a run").id;
    let (comparison, earlier) = compared(&district, running);
    assert!(comparison.earlier.is_empty() && comparison.trend.is_none() && earlier.is_empty());
}
