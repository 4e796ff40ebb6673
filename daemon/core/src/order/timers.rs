//! What happens to orders by itself when time passes. Timers are state: firing them twice, or late, comes to the same.

use std::collections::BTreeMap;

use super::{OrderVersion, Row, StepTarget};
use crate::duty::{Position, on_duty};
use crate::event::Event;
use crate::id::{OrderId, PersonId, PersonSet, Timestamp, UnitId};
use crate::state::State;

/// Everything that is due at `at`.
pub(crate) fn fire_timers(state: &State, at: Timestamp) -> Vec<Event> {
    let mut events = Vec::new();
    for id in state.due(at) {
        if let Some(order) = state.orders.get(id) {
            fire(state, id, order.current(), at, &mut events);
        }
    }
    events
}

fn fire(state: &State, order: OrderId, current: &OrderVersion, at: Timestamp, events: &mut Vec<Event>) {
    let version = current.version;
    let select = |is_meant: &dyn Fn(&Row) -> bool| -> PersonSet {
        current
            .ledger
            .rows()
            .iter()
            .filter(|row| is_meant(row))
            .map(|row| row.person)
            .collect()
    };
    let waiting = select(&|row| row.awaits_answer());
    let mut skip = false;
    // Many people have the same home unit: each unit's duty is looked up once.
    let mut duty = BTreeMap::new();
    let first = usize::from(current.steps_done);
    for (index, step) in current.spec.ladder.iter().enumerate().skip(first) {
        if step.at > at && !skip {
            break;
        }
        let people: PersonSet = waiting
            .iter()
            .filter(|person| can_turn_to(state, step.target, *person, at, &mut duty))
            .collect();
        // Nobody to turn to: the next step is climbed at once, and this one is on record as empty.
        skip = people.is_empty() && !waiting.is_empty();
        events.push(Event::EscalationStepped {
            order,
            version,
            step: index as u8,
            target: step.target,
            people,
        });
    }
    if !current.ack_passed && current.spec.ack_deadline.is_some_and(|deadline| deadline <= at) {
        let people = waiting;
        events.push(Event::AckDeadlinePassed { order, version, people });
    }
    let arrival = current
        .spec
        .arrive_deadline
        .map(|deadline| deadline.plus_ms(current.spec.grace_ms));
    if !current.arrival_passed && arrival.is_some_and(|deadline| deadline <= at) {
        let people = select(&|row| row.arrived_at.is_none() && row.excuse.is_none());
        events.push(Event::ArrivalDeadlinePassed { order, version, people });
    }
}

/// Those who lead on duty in a unit and can be called.
type DutyLeads = BTreeMap<UnitId, Vec<PersonId>>;

fn duty_leads(state: &State, unit: UnitId, at: Timestamp) -> Vec<PersonId> {
    let holders = on_duty(state.duty_view(), unit, at).holders.into_iter();
    let leads = holders.filter(|holder| holder.position == Position::Lead && !holder.on_leave);
    leads.map(|holder| holder.person).collect()
}

fn can_turn_to(state: &State, target: StepTarget, person: PersonId, at: Timestamp, duty: &mut DutyLeads) -> bool {
    let mut teams = state.people.teams(person).iter().map(|team| state.teams.get(*team));
    match target {
        StepTarget::Repeat => true,
        StepTarget::TeamLeader => teams.any(|team| team.leader != person),
        StepTarget::Deputy => teams.any(|team| team.deputy.is_some_and(|deputy| deputy != person)),
        StepTarget::DutyLead => state.people.get(person).is_some_and(|row| {
            let leads = duty
                .entry(row.home_unit)
                .or_insert_with(|| duty_leads(state, row.home_unit, at));
            leads.iter().any(|lead| *lead != person)
        }),
        StepTarget::Superior => state
            .people
            .get(person)
            .is_some_and(|row| state.org.get(row.home_unit).parent.is_some()),
    }
}

/// Of a version of an order, for each step that turned to the duty leads and was climbed: the people for whom it turned to this one,
/// who led on duty in their home unit when it was due. Steps that turned to others are left out.
pub fn turned_to(state: &State, version: &OrderVersion, lead: PersonId) -> Vec<PersonSet> {
    let now = state.at().unwrap_or(Timestamp::MIN);
    let climbed = version.spec.ladder.iter().take(usize::from(version.steps_done));
    let steps = (1_u8..)
        .zip(climbed)
        .filter(|(_, step)| step.target == StepTarget::DutyLead);
    let mut units = None;
    let mut turned = Vec::new();
    for (number, step) in steps {
        // A step that others before it left empty was climbed early.
        let at = step.at.min(now);
        let units = units.get_or_insert_with(|| state.rosters.units_of(lead));
        let led = units
            .iter()
            .filter(|unit| duty_leads(state, **unit, at).contains(&lead));
        let at_home = led.flat_map(|unit| state.people.at_home(*unit).iter().copied());
        let reached = |person: &PersonId| version.ledger.row(*person).is_some_and(|row| row.step >= number);
        let people: PersonSet = at_home.filter(|person| *person != lead && reached(person)).collect();
        if !people.is_empty() {
            turned.push(people);
        }
    }
    turned
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::Bucket;
    use crate::testing::{District, MINUTE, O1, O2, district, minute};

    const FULL: [(i64, StepTarget); 4] = [
        (1, StepTarget::Repeat),
        (2, StepTarget::TeamLeader),
        (3, StepTarget::Deputy),
        (4, StepTarget::Superior),
    ];

    fn with_ladder(district: &mut District, to: &[u32], ladder: &[(i64, StepTarget)]) {
        district.activate().issue_with(to.iter().copied(), |draft| {
            draft.no_ladder = false;
            draft.ladder = ladder
                .iter()
                .map(|(after, target)| ((after * MINUTE) as u64, *target))
                .collect();
        });
    }

    /// The steps that were climbed: target, and for whom.
    fn steps(events: &[Event]) -> Vec<(StepTarget, Vec<u32>)> {
        let step = |event: &Event| {
            let Event::EscalationStepped { target, people, .. } = event else {
                return None;
            };
            Some((*target, people.iter().map(|it| it.0).collect()))
        };
        events.iter().filter_map(step).collect()
    }

    #[test]
    fn o5_the_ladder_never_goes_round_and_stops_on_an_answer() {
        let mut district = district();
        district.without_reports();
        with_ladder(&mut district, &[3, 4, 5], &FULL);
        district
            .at(1)
            .fire()
            .then(|events| assert_eq!(steps(events), [(StepTarget::Repeat, vec![3, 4, 5])]));
        district.ack(O1, [3]).decline(O1, 4);
        district
            .at(2)
            .fire()
            .then(|events| assert_eq!(steps(events), [(StepTarget::TeamLeader, vec![5])]));
        district
            .ack(O1, [5])
            .at(3)
            .fire()
            .then(|events| assert_eq!(steps(events), [(StepTarget::Deputy, vec![])]));
        assert_eq!((district.row(O1, 3).step, district.row(O1, 5).step), (1, 2));
        district.cancel(O1).at(60).fire().changes_nothing();
        assert_eq!(district.state.next_order_deadline(), None);
    }

    #[test]
    fn an_empty_step_is_skipped_at_once_and_says_so() {
        let mut district = district();
        // Nobody leads person 7; person 20 leads themselves and has no deputy.
        with_ladder(&mut district, &[7], &FULL);
        district.at(2).fire().then(|events| {
            let expected = [
                (StepTarget::Repeat, vec![7]),
                (StepTarget::TeamLeader, vec![]),
                (StepTarget::Deputy, vec![]),
                (StepTarget::Superior, vec![7]),
            ];
            assert_eq!(steps(events), expected);
        });
        assert_eq!(district.state.next_order_deadline(), Some(minute(5)));
    }

    #[test]
    fn timers_fired_late_come_to_the_same_and_twice_to_nothing() {
        let mut district = district();
        district.without_reports();
        with_ladder(&mut district, &[3, 4], &FULL);
        district.ack(O1, [3]).at(500).fire().then(|events| {
            // With the day that has begun, what units owe is evaluated as well.
            let of_orders = events
                .iter()
                .filter(|event| !matches!(event, Event::QuotaEvaluated { .. }));
            assert_eq!(of_orders.count(), 6);
        });
        district.board(O1, [2, 0, 0, 0, 2, 0]).fire().changes_nothing();
        let row = district.row(O1, 4);
        assert!(
            row.unreached && row.acked_at.is_none() && row.step == 4,
            "a timeout never answers (O3)"
        );
        assert!(!district.row(O1, 3).unreached);
        assert_eq!(district.state.next_order_deadline(), None);
    }

    #[test]
    fn several_orders_are_due_at_once() {
        let mut district = district();
        district.without_reports();
        district
            .activate()
            .issue([3])
            .issue([9])
            .at(5)
            .fire()
            .then(|events| assert_eq!(events.len(), 2));
        assert!(district.row(O1, 3).unreached && district.row(O2, 9).unreached);
        district
            .at(39)
            .fire()
            .changes_nothing()
            .counts(O1, 3, Bucket::Unconfirmed);
        district
            .at(40)
            .fire()
            .counts(O1, 3, Bucket::Absent)
            .counts(O2, 9, Bucket::Absent);
        // Late, and there.
        district.at(50).check_in(O1, [3]).counts(O1, 3, Bucket::Present);
        assert!(district.row(O1, 3).late);
    }

    #[test]
    fn nobody_is_called_who_was_sent_home() {
        let mut district = district();
        with_ladder(&mut district, &[3, 4], &[(45, StepTarget::Repeat)]);
        district.at(40).fire().release(O1, [3]);
        district
            .at(45)
            .fire()
            .then(|events| assert_eq!(steps(events), [(StepTarget::Repeat, vec![4])]));
    }
}
