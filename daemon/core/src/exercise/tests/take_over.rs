//! B roles that take over a command in a run: by a hand-over or because the A role is away, called or not.

use super::*;
use crate::command_post::HandOver;
use crate::exercise::fact::Fact;
use crate::exercise::score::{Figures, RatingPolicy};
use crate::import::ImportMode;
use crate::post::tests::{import_posts, post_row};
use crate::testing::R1;

/// 25 commands in T1 and 1 backs up, who is called; 27 commands in T2 and 28 backs up, whom no order calls.
fn commanded() -> District {
    let mut district = with(|_| {});
    let rows = vec![
        post_row(1, "T1", "town-secretary", "", 25),
        post_row(2, "T1", "town-secretary", "backup", 1),
        post_row(3, "T2", "town-secretary", "", 27),
        post_row(4, "T2", "town-secretary", "backup", 28),
    ];
    district.accepts(import_posts(ImportMode::AllOrNothing, rows));
    district
}

fn begun_with_commands() -> District {
    let mut district = commanded();
    district.accepts(Command::StartExercise(start_of("muster")));
    district
}

impl District {
    fn hands_over(&mut self, unit: &str, to: u32) -> &mut Self {
        self.within(Command::HandOver(HandOver {
            response: R1,
            unit_code: unit.into(),
            role: "".into(),
            to: PersonId(to),
            reason: "失联".into(),
        }));
        assert!(self.is_accepted(), "{:?}", self.outcome());
        self
    }
    fn figures(&self) -> Figures {
        self.run().material().score(&RatingPolicy::default()).figures.all
    }
    /// Who is marked of those who were called, and how many took over in all.
    fn took_over(&self) -> (Vec<u32>, u32) {
        let marked = |fact: &&Fact| fact.is_backup;
        let material = self.run().material();
        let marked = material.facts.iter().filter(marked).map(|fact| fact.person.0).collect();
        (marked, self.figures().backups)
    }
    fn ends(&mut self) -> &mut Self {
        self.turn(TurnTo::End);
        assert!(self.run().is_over());
        self
    }
}

#[test]
fn a_hand_over_to_the_b_role_counts_also_when_it_is_handed_back() {
    let mut district = begun_with_commands();
    district.at(2).hands_over("T1", 1);
    assert_eq!(district.took_over(), (vec![1], 1), "while it goes on");
    // The A role gets its own command back: that is no standing in.
    district.at(3).hands_over("T1", 25);
    assert_eq!(district.took_over(), (vec![1], 1));
    district.at(4).ends();
    assert_eq!(district.took_over(), (vec![1], 1));
    let called = district.figures().called;
    // A day later its world is gone, and the figures stay.
    district.at(5 + 24 * 60).fire();
    assert!(district.run().world().is_none());
    assert_eq!(
        (district.took_over(), district.figures().called),
        ((vec![1], 1), called)
    );
}

#[test]
fn who_is_no_b_role_stands_in_for_nobody() {
    let mut district = begun_with_commands();
    district.at(2).hands_over("T1", 3).at(4).ends();
    assert_eq!(district.took_over(), (vec![], 0));
}

#[test]
fn a_b_role_that_no_order_calls_counts_for_the_run() {
    let mut district = begun_with_commands();
    let called = district.figures().called;
    district.at(2).hands_over("T2", 28).at(4).ends();
    assert_eq!((district.took_over(), district.figures().called), ((vec![], 1), called));
    let material = district.run().material();
    let brief = material.brief(&RatingPolicy::default());
    assert_eq!(brief.figures.backups, 1, "as a later run sees it");
    let real = material.score(&RatingPolicy::default()).figures.real;
    assert_eq!(real.backups, 1);
}

#[test]
fn a_b_role_acts_while_the_a_role_is_away_be_it_only_later() {
    // Leave that begins ten minutes after the order.
    let mut district = commanded();
    district.on_leave(25, 10, 30);
    district.accepts(Command::StartExercise(start_of("muster")));
    assert_eq!(district.took_over(), (vec![], 0), "the A role is there");
    district.at(40).within(Command::Acknowledge(acknowledge(O1, [2])));
    district.ends();
    assert_eq!(district.took_over(), (vec![1], 1), "and was away for a while");

    // Leave that begins after the end.
    let mut district = commanded();
    district.on_leave(25, 10, 30);
    district.accepts(Command::StartExercise(start_of("muster")));
    district.at(9).ends();
    assert_eq!(district.took_over(), (vec![], 0));
}
