//! Entries about duty.

use baiying_core::calendar::{Date, DayKind, DayKinds, Minute, SpecialDay, Zone};
use baiying_core::duty::{
    Backup, Every, Layer, Leg, Needs, Office, PatternShift, Position, RosterVersion, SignIn, StandIn, SwapRecord,
    TurnUnit,
};

use super::*;

/// How many kinds of event there are about duty.
pub(super) const KINDS: usize = 10;

pub(super) fn position() -> impl Strategy<Value = Position> {
    one(&Position::ALL)
}
fn date() -> impl Strategy<Value = Date> {
    prop_oneof![20_000..21_000, any::<i32>()].prop_map(Date::from_days)
}
fn minute() -> impl Strategy<Value = Minute> {
    (0..=1440u16).prop_map(Minute::new)
}
fn kinds() -> impl Strategy<Value = DayKinds> {
    vec(one(&DayKind::ALL), 0..4).prop_map(|kinds| kinds.into_iter().collect())
}
fn day() -> impl Strategy<Value = (Date, Option<SpecialDay>)> {
    (
        date(),
        option::of((one(&DayKind::ALL), text()).prop_map(|(kind, name)| SpecialDay { kind, name })),
    )
}

fn roster() -> impl Strategy<Value = RosterVersion> {
    let shift = (text(), kinds(), minute(), minute()).prop_map(|(name, days, start, end)| PatternShift {
        name,
        days,
        start,
        end,
    });
    let every = (1..=u16::MAX, one(&TurnUnit::ALL)).prop_map(|(count, unit)| Every { count, unit });
    let layer = (
        one(&Position::ALL),
        vec(0..3u8, 0..3),
        every,
        vec(vec(person(), 0..3), 0..3),
        any::<u32>(),
    )
        .prop_map(|(position, shifts, every, crews, recall_minutes)| Layer {
            position,
            shifts,
            every,
            crews,
            recall_minutes,
        });
    let office = option::of((minute(), minute()).prop_map(|(start, end)| Office { start, end }));
    let needs = (any::<u32>(), any::<u32>(), any::<u64>()).prop_map(|(leads, officers, rest_ms)| Needs {
        leads,
        officers,
        rest_ms,
    });
    let head = (
        unit(),
        num(),
        date(),
        at(),
        text(),
        text().prop_map(|name| Zone::stored(&name)),
    );
    (head, vec(shift, 3..4), office, needs, vec(layer, 0..3)).prop_map(
        |((unit, version, from_date, since, pattern, zone), shifts, office, needs, layers)| RosterVersion {
            unit,
            version,
            from_date,
            since,
            pattern,
            zone,
            shifts,
            office,
            needs,
            layers,
        },
    )
}

pub(super) fn events() -> impl Strategy<Value = Event> {
    let leg = || {
        (unit(), date(), text(), one(&Position::ALL), person(), person()).prop_map(
            |(unit, date, shift, position, from, to)| Leg {
                unit,
                date,
                shift,
                position,
                from,
                to,
            },
        )
    };
    let swap = || num().prop_map(SwapId);
    let stand_in = (
        num(),
        unit(),
        one(&Position::ALL),
        person(),
        option::of(person()),
        (at(), at()),
        text(),
        actor(),
    )
        .prop_map(
            |(id, unit, position, person, instead_of, (from, until), reason, set_by)| StandIn {
                id: StandInId(id),
                unit,
                position,
                person,
                instead_of,
                from,
                until,
                reason,
                set_by,
            },
        );
    let sign_in = (unit(), date(), text(), one(&Position::ALL), person(), at(), at(), at()).prop_map(
        |(unit, date, shift, position, person, from, until, at)| SignIn {
            unit,
            date,
            shift,
            position,
            person,
            from,
            until,
            at,
            out_at: None,
        },
    );
    let backup = (at(), option::of((person(), person()))).prop_map(|(since, roles)| Backup { since, roles });
    prop_oneof![
        vec(day(), 0..4).prop_map(|days| Event::CalendarChanged { days }),
        roster().prop_map(Event::DutyRosterRecorded),
        stand_in.prop_map(Event::StandInSet),
        num().prop_map(|id| Event::StandInEnded {
            stand_in: StandInId(id)
        }),
        (swap(), leg(), option::of(leg()), text()).prop_map(|(swap, gives, takes, reason)| Event::SwapRequested {
            swap,
            record: SwapRecord { gives, takes, reason },
        }),
        (swap(), any::<bool>()).prop_map(|(swap, consent)| Event::SwapConsented { swap, consent }),
        (swap(), any::<bool>(), any::<bool>()).prop_map(|(swap, approve, emergency)| Event::SwapDecided {
            swap,
            approve,
            emergency
        }),
        sign_in.prop_map(Event::DutySignedIn),
        (unit(), date(), text(), person()).prop_map(|(unit, date, shift, person)| Event::DutySignedOut {
            unit,
            date,
            shift,
            person
        }),
        (unit(), text(), backup).prop_map(|(unit, post, backup)| Event::BackupSet { unit, post, backup }),
    ]
}

pub(super) fn answers() -> impl Strategy<Value = Answer> {
    prop_oneof![
        num().prop_map(|id| Answer::StandIn(StandInId(id))),
        num().prop_map(|id| Answer::Swap(SwapId(id)))
    ]
}

/// One of each, with every optional field there.
pub(super) fn examples() -> Vec<Entry> {
    let at = |after: i64| Timestamp::from_unix_ms(1_790_000_000_000 + after);
    let (unit, date, swap) = (UnitId(5), Date::from_days(20_726), SwapId(3));
    let day = |kind, name: &str| {
        Some(SpecialDay {
            kind,
            name: name.into(),
        })
    };
    let shift = |name: &str, days: &[DayKind], start: u16, end: u16| PatternShift {
        name: name.into(),
        days: days.iter().copied().collect(),
        start: Minute::new(start),
        end: Minute::new(end),
    };
    let layer = |position, shifts: &[u8], unit, crews: Vec<Vec<PersonId>>, recall_minutes| Layer {
        position,
        shifts: shifts.to_vec(),
        every: Every { count: 2, unit },
        crews,
        recall_minutes,
    };
    let leg = |date: Date, from: u32, to: u32| Leg {
        unit,
        date,
        shift: "night".into(),
        position: Position::Officer,
        from: PersonId(from),
        to: PersonId(to),
    };
    let events = vec![
        Event::CalendarChanged {
            days: vec![
                (date, day(DayKind::Holiday, "National Day")),
                (date.plus_days(9), day(DayKind::Workday, "")),
                (date.plus_days(20), None),
            ],
        },
        Event::DutyRosterRecorded(RosterVersion {
            unit,
            version: 2,
            from_date: date,
            since: at(1),
            pattern: "after-hours".into(),
            zone: Zone::shanghai(),
            shifts: vec![
                shift("after-hours", &[DayKind::Workday], 1050, 510),
                shift("whole-day", &[DayKind::RestDay, DayKind::Holiday], 510, 510),
            ],
            office: Some(Office {
                start: Minute::new(510),
                end: Minute::new(1050),
            }),
            needs: Needs {
                leads: 1,
                officers: 2,
                rest_ms: 43_200_000,
            },
            layers: vec![
                layer(
                    Position::Lead,
                    &[0, 1],
                    TurnUnit::Week,
                    vec![vec![PersonId(3)], vec![PersonId(4)]],
                    0,
                ),
                layer(
                    Position::Officer,
                    &[1],
                    TurnUnit::Shift,
                    vec![vec![PersonId(5), PersonId(6)]],
                    0,
                ),
                layer(Position::Standby, &[0, 1], TurnUnit::Day, vec![vec![PersonId(7)]], 30),
            ],
        }),
        Event::StandInSet(StandIn {
            id: StandInId(7),
            unit,
            position: Position::Lead,
            person: PersonId(8),
            instead_of: Some(PersonId(3)),
            from: at(10),
            until: at(20),
            reason: "开会".into(),
            set_by: Actor("desk:1".into()),
        }),
        Event::StandInEnded { stand_in: StandInId(7) },
        Event::SwapRequested {
            swap,
            record: SwapRecord {
                gives: leg(date, 5, 6),
                takes: Some(leg(date.plus_days(1), 6, 5)),
                reason: "家事".into(),
            },
        },
        Event::SwapConsented { swap, consent: true },
        Event::SwapDecided {
            swap,
            approve: true,
            emergency: true,
        },
        Event::DutySignedIn(SignIn {
            unit,
            date,
            shift: "night".into(),
            position: Position::Officer,
            person: PersonId(5),
            from: at(30),
            until: at(40),
            at: at(29),
            out_at: None,
        }),
        Event::DutySignedOut {
            unit,
            date,
            shift: "night".into(),
            person: PersonId(5),
        },
        Event::BackupSet {
            unit,
            post: "办公室主任".into(),
            backup: Backup {
                since: at(50),
                roles: Some((PersonId(3), PersonId(4))),
            },
        },
    ];
    let answers = [Answer::StandIn(StandInId(7)), Answer::Swap(swap)];
    let entry = |(event, answer): (Event, &Answer)| Entry {
        at: at(0),
        actor: Actor("desk:1".into()),
        request: Some(Answered {
            request_id: "req-2".into(),
            digest: 7,
            answer: answer.clone(),
        }),
        events: vec![event],
    };
    events.into_iter().zip(answers.iter().cycle()).map(entry).collect()
}
