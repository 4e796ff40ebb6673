//! Nothing that happens in a response is missing from its timeline, nothing of another one is in it, and pages join to it.

use baiying_core::command::Actor;
use baiying_core::id::{MusterPointId, Revision};
use baiying_core::leave::LeaveRecord;
use baiying_core::order::{CheckInMethod, DutyClass, OrderSpec};
use baiying_core::response::{Level, LevelChange, ResponseSpec};
use baiying_core::situation::{Numbers, ReportForm, SituationReport, Words};
use baiying_journal::{Commit, Journal, SharedLog};

use super::*;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_unix_ms(1_700_000_040_000 + ms)
}

fn people(numbers: impl IntoIterator<Item = u32>) -> PersonSet {
    numbers.into_iter().map(PersonId).collect()
}

fn about() -> About {
    About {
        exercise: None,
        response: ResponseId(1),
        orders: [OrderId(1)].into(),
        leave: [(LeaveId(1), (OrderId(1), 1))].into(),
        branches: BTreeSet::new(),
        reinforcements: BTreeSet::new(),
        windows: BTreeMap::new(),
    }
}

fn change() -> LevelChange {
    LevelChange {
        version: 2,
        from: Some(Level::IV),
        to: Level::II,
        scope: Vec::new(),
        reason: "water".into(),
        basis: "".into(),
        by: Actor("desk".into()),
        at: at(0),
    }
}

fn report() -> SituationReport {
    SituationReport {
        seq: 1,
        kind: ReportKind::First,
        form: ReportForm::Phone,
        number: 0,
        received_at: at(0),
        event_at: None,
        words: Words::default(),
        amends: None,
        level: Level::IV,
        numbers: Numbers::default(),
        as_of: Revision(1),
        answered: Vec::new(),
    }
}

fn checked_in(order: OrderId, who: PersonSet) -> Event {
    Event::CheckedIn {
        order,
        version: 1,
        people: who,
        muster_point: MusterPointId(1),
        method: CheckInMethod::Desk,
        proxy: None,
        observed_at: at(0),
    }
}

/// Every kind of event that is about a response or an order, of this one.
fn happened(response: ResponseId, order: OrderId, leave: LeaveId) -> Vec<Event> {
    let (version, some) = (1, || people([1, 2]));
    let spec = ResponseSpec {
        event: "flood".into(),
        plan: "flood".into(),
        plan_version: 0,
        jurisdiction: baiying_core::id::UnitId(1),
        level: Level::IV,
        scope: Vec::new(),
        reason: "rain".into(),
        basis: "".into(),
    };
    let order_spec = OrderSpec {
        response,
        text: "to the dyke".into(),
        muster_points: Vec::new(),
        addressed: Vec::new(),
        duty: DutyClass::GridPost,
        ack_deadline: None,
        arrive_deadline: None,
        grace_ms: 0,
        ladder: Vec::new(),
        sign_offs: Vec::new(),
        on_duty: Vec::new(),
    };
    let record = LeaveRecord {
        person: PersonId(1),
        reason: LeaveReason::Medical,
        note: "".into(),
        from: at(0),
        until: at(1),
        order: Some((order, version)),
    };
    vec![
        Event::ResponseActivated { response, spec },
        Event::ResponseLevelChanged {
            response,
            change: change(),
        },
        Event::ResponseTerminated {
            response,
            reason: "over".into(),
        },
        Event::OrderIssued {
            order,
            version,
            spec: Box::new(order_spec),
            audience: some(),
            excused: vec![(Excuse::Leave, people([1]))],
            carried: PersonSet::default(),
        },
        Event::Preempted {
            order,
            version,
            people: some(),
            by: None,
        },
        Event::OrderCancelled {
            order,
            reason: "no".into(),
        },
        Event::OrderClosed { order },
        Event::SignedOff {
            order,
            name: "logistics".into(),
        },
        Event::AttemptRecorded {
            order,
            version,
            channel: Channel::Stream,
            number: 1,
            people: some(),
        },
        Event::DeliveryReported {
            order,
            version,
            state: DeliveryState::Read,
            people: some(),
        },
        Event::Acknowledged {
            order,
            version,
            people: some(),
            proxy: None,
            observed_at: None,
        },
        Event::Departed {
            order,
            version,
            people: some(),
            proxy: None,
            observed_at: None,
        },
        checked_in(order, some()),
        Event::CheckInNoted {
            order,
            version,
            people: some(),
            muster_point: MusterPointId(1),
            method: CheckInMethod::Desk,
            proxy: None,
            observed_at: at(0),
            reason: EvidenceReason::Later,
        },
        Event::Released {
            order,
            version,
            people: some(),
        },
        Event::Declined {
            order,
            version,
            person: PersonId(1),
            leave,
            reason: LeaveReason::Medical,
            note: "private".into(),
        },
        Event::EscalationStepped {
            order,
            version,
            step: 0,
            target: StepTarget::Repeat,
            people: some(),
        },
        Event::AckDeadlinePassed {
            order,
            version,
            people: some(),
        },
        Event::ArrivalDeadlinePassed {
            order,
            version,
            people: some(),
        },
        Event::LeaveRequested { leave, record },
        Event::LeaveDecided {
            leave,
            verdict: LeaveVerdict::Approved,
        },
        Event::SituationReportFiled {
            response,
            report: Box::new(report()),
            settings: Vec::new(),
        },
        Event::SituationReportMissed {
            response,
            clock: Clock::FirstPhone,
            due: at(0),
            times: 1,
            next: None,
        },
    ]
}

#[test]
fn every_kind_of_event_of_a_response_is_in_its_timeline_and_none_of_another() {
    let about = about();
    for event in happened(ResponseId(1), OrderId(1), LeaveId(1)) {
        let found = shown(&about, &event);
        assert!(found.is_some(), "{event:?}");
        let item = found.expect("found").item;
        assert!(!item.text.contains("private"), "{item:?}");
    }
    for event in happened(ResponseId(2), OrderId(2), LeaveId(2)) {
        assert!(shown(&about, &event).is_none(), "{event:?}");
    }
    let clocks = Event::SituationClocksSet {
        response: ResponseId(1),
        settings: Vec::new(),
    };
    assert!(shown(&about, &clocks).is_none(), "deadlines follow from what is shown");
}

fn entry(ms: i64, actor: &str, events: Vec<Event>) -> Entry {
    Entry {
        at: at(ms),
        actor: Actor(actor.into()),
        request: None,
        events,
    }
}

/// A journal with a commit for each of these runs of entries.
fn journal(commits: Vec<Vec<Entry>>) -> (SharedLog, u64) {
    let log = SharedLog::default();
    let mut journal = log.open();
    let mut head = 0;
    for entries in commits {
        let count = entries.iter().map(Entry::len).sum();
        let commit = Commit {
            epoch: 1,
            count,
            payload: baiying_journal::event::encode(&entries),
        };
        let appended = journal.append(&journal.head(), &commit).expect("appended");
        assert!(matches!(appended, baiying_journal::Appended::Durable(_)));
        head += count;
    }
    (log, head)
}

fn arrivals() -> (SharedLog, u64) {
    let mine = |who: u32| checked_in(OrderId(1), people([who]));
    let other = |who: u32| checked_in(OrderId(2), people([who]));
    journal(vec![
        vec![
            entry(0, "desk", vec![mine(1), other(2)]),
            entry(10_000, "desk", vec![mine(3)]),
        ],
        vec![entry(20_000, "lead", vec![other(4), mine(5)])],
        vec![entry(59_999, "desk", vec![Event::OrderClosed { order: OrderId(1) }])],
        vec![
            entry(60_000, "desk", vec![mine(6), mine(7)]),
            entry(60_500, "desk", vec![other(8)]),
        ],
        vec![entry(200_000, "desk", vec![mine(9)])],
    ])
}

#[test]
fn arrivals_of_a_minute_are_one_item() {
    let (log, head) = arrivals();
    let reader = log.open().reader();
    let (items, next) = read(&*reader, &about(), (0, head), true, 100, SCANNED_MAX).expect("readable");
    let shown: Vec<_> = items
        .iter()
        .map(|item| {
            (
                item.kind.as_str(),
                item.revision,
                item.until_revision,
                item.people,
                item.actor.as_str(),
            )
        })
        .collect();
    let expected = [
        ("checked-in", 1, 5, 3, ""),
        ("order-closed", 6, 6, 0, "desk"),
        ("checked-in", 7, 8, 2, "desk"),
        ("checked-in", 10, 10, 1, "desk"),
    ];
    assert_eq!(shown, expected);
    assert_eq!(items[0].person_ids, [1, 3, 5]);
    assert_eq!((items[0].events, next), (3, None));
    let (unnamed, _) = read(&*reader, &about(), (0, head), false, 100, SCANNED_MAX).expect("readable");
    assert!(unnamed.iter().all(|item| item.person_ids.is_empty()));
}

#[test]
fn pages_join_to_the_whole_whatever_their_size() {
    let (log, head) = arrivals();
    let reader = log.open().reader();
    let (whole, _) = read(&*reader, &about(), (0, head), true, 100, SCANNED_MAX).expect("readable");
    for size in 1..=4 {
        let (mut all, mut after) = (Vec::new(), 0);
        loop {
            let (items, next) = read(&*reader, &about(), (after, head), true, size, SCANNED_MAX).expect("readable");
            all.extend(items);
            match next {
                Some(next) => {
                    assert!(next > after, "it goes on");
                    after = next;
                }
                None => break,
            }
        }
        assert_eq!(all, whole, "{size}");
    }
    // Where little is read for a page, a minute may be several items; nothing is lost or told twice.
    let (mut people, mut after) = (Vec::new(), 0);
    while let (items, Some(next)) = read(&*reader, &about(), (after, head), true, 100, 2).expect("readable") {
        people.extend(items.into_iter().flat_map(|item| item.person_ids));
        after = next;
    }
    let (rest, _) = read(&*reader, &about(), (after, head), true, 100, 2).expect("readable");
    people.extend(rest.into_iter().flat_map(|item| item.person_ids));
    assert_eq!(people, [1, 3, 5, 6, 7, 9]);
}

#[test]
fn an_instant_is_found_in_the_journal() {
    let (log, head) = arrivals();
    let reader = log.open().reader();
    let found = |ms| revision_at(&*reader, at(ms), head).expect("readable");
    let table = [
        (-1, 0),
        (0, 2),
        (9_999, 2),
        (10_000, 3),
        (20_000, 5),
        (59_999, 6),
        (60_000, 8),
        (60_500, 9),
        (199_999, 9),
        (200_000, 10),
        (999_999, 10),
    ];
    for (ms, revision) in table {
        assert_eq!(found(ms), revision, "{ms}");
    }
}
