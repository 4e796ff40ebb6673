//! Entries of every kind: fixed ones for the byte fixtures, and any for the round trip.

mod action;
mod branch;
mod command_post;
mod duty;
mod exercise;
mod in_place;
mod plans;
mod readiness;
mod reinforcement;
mod rosters;
mod schedule;
mod situation;

use std::sync::Arc;

use baiying_core::command::{Actor, Answer, Exception, ExceptionKind, FieldReport, Issued};
use baiying_core::event::{Entry, Event, Tenant};
use baiying_core::field::Device;
use baiying_core::id::*;
use baiying_core::import::{ImportReport, RowError, RowProblem};
use baiying_core::leave::{LeaveReason, LeaveRecord, LeaveVerdict};
use baiying_core::muster::MusterPoint;
use baiying_core::order::*;
use baiying_core::org::{OrgUnit, UnitKind};
use baiying_core::people::{Category, Person, PersonKey, Personal, PoliticalStatus, Standing};
use baiying_core::request::Answered;
use baiying_core::response::{Level, LevelChange, ResponseSpec};
use baiying_core::team::{Team, TeamKind};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// How many kinds of event there are. A new one fails to compile in `encode.rs`, and belongs here as well.
pub(super) const KINDS: usize = 40
    + duty::KINDS
    + readiness::KINDS
    + plans::KINDS
    + command_post::KINDS
    + situation::KINDS
    + branch::KINDS
    + reinforcement::KINDS
    + in_place::KINDS
    + exercise::KINDS
    + action::KINDS;

fn num() -> impl Strategy<Value = u32> {
    prop_oneof![1..50_u32, 1..=u32::MAX]
}
fn text() -> impl Strategy<Value = Box<str>> {
    prop_oneof![Just(String::new()), "[a-z0-9]{1,12}", "\\PC{0,8}"].prop_map(Into::into)
}
fn at() -> impl Strategy<Value = Timestamp> {
    prop_oneof![Just(1_700_000_000_123), any::<i64>()].prop_map(Timestamp::from_unix_ms)
}
fn people() -> impl Strategy<Value = PersonSet> {
    prop_oneof![
        vec(1..40_u32, 0..12).prop_map(|ids| ids.into_iter().map(PersonId).collect()),
        vec(1..u32::MAX, 0..5).prop_map(|ids| ids.into_iter().map(PersonId).collect()),
        (1..1000_u32, 1..300_u32).prop_map(|(first, len)| (first..first + len).map(PersonId).collect()),
    ]
}
fn one<T: Copy + std::fmt::Debug + 'static, U>(all: &'static [(T, U)]) -> impl Strategy<Value = T> + use<T, U> {
    select(all.iter().map(|(value, _)| *value).collect::<Vec<_>>())
}
fn actor() -> impl Strategy<Value = Actor> {
    text().prop_map(Actor)
}
fn person() -> impl Strategy<Value = PersonId> {
    num().prop_map(PersonId)
}
fn unit() -> impl Strategy<Value = UnitId> {
    num().prop_map(UnitId)
}
fn level() -> impl Strategy<Value = Level> {
    select(vec![Level::I, Level::II, Level::III, Level::IV])
}

fn issued() -> impl Strategy<Value = Issued> {
    (num(), num(), any::<u32>(), any::<u32>(), any::<u32>()).prop_map(|(order, version, due, excused, preempted)| {
        Issued {
            order: OrderId(order),
            version,
            due,
            excused,
            preempted,
        }
    })
}
fn report() -> impl Strategy<Value = FieldReport> {
    use ExceptionKind::*;
    let kinds = vec![
        AlreadyDone,
        UnknownPerson,
        NotAddressed,
        StaleVersion,
        OrderClosed,
        NotLed,
        WrongSite,
        Excused,
        Released,
        UnknownOrder,
        UnknownMusterPoint,
        WrongCode,
        BeforeOrder,
        InFuture,
        AwaitsConfirmation,
        OutsideKeyArea,
        NotReported,
        ExerciseEnded,
    ];
    let exception = (any::<u32>(), select(kinds)).prop_map(|(id, kind)| Exception {
        person: PersonId(id),
        kind,
    });
    (any::<u32>(), vec(exception, 0..4)).prop_map(|(applied, exceptions)| FieldReport { applied, exceptions })
}
fn import() -> impl Strategy<Value = ImportReport> {
    let problem = prop_oneof![
        select(vec![
            RowProblem::Missing,
            RowProblem::UnknownUnit,
            RowProblem::UnknownPerson,
            RowProblem::Cycle,
            RowProblem::ParentRefused,
            RowProblem::LeaderIsDeputy,
            RowProblem::NoLeader,
            RowProblem::SecondOfRole,
            RowProblem::TeamRefused,
            RowProblem::BackupIsPrimary,
        ]),
        text().prop_map(RowProblem::Invalid),
        text().prop_map(RowProblem::Contradicts),
        text().prop_map(RowProblem::OutsideRoster),
        text().prop_map(RowProblem::OtherTeam),
        any::<u32>().prop_map(RowProblem::DuplicateOf),
    ];
    let row = (any::<u32>(), text(), text(), problem).prop_map(|(row, field, value, problem)| RowError {
        row,
        field,
        value,
        problem,
    });
    (
        any::<bool>(),
        any::<u32>(),
        any::<[u32; 2]>(),
        any::<u32>(),
        vec(row, 0..4),
    )
        .prop_map(|(applied, added, [changed, left], unchanged, bad)| ImportReport {
            left,
            applied,
            added,
            changed,
            unchanged,
            bad,
        })
}
fn answered() -> impl Strategy<Value = Answered> {
    let answer = prop_oneof![
        Just(Answer::Done),
        import().prop_map(|report| Answer::Imported(Arc::new(report))),
        (num(), option::of(issued())).prop_map(|(response, order)| Answer::Activated {
            response: ResponseId(response),
            order
        }),
        issued().prop_map(Answer::Issued),
        report().prop_map(|report| Answer::Field(Arc::new(report))),
        vec(report(), 0..3).prop_map(|items| Answer::Batch(Arc::new(items))),
        num().prop_map(|id| Answer::Leave(LeaveId(id))),
        num().prop_map(|id| Answer::Device(DeviceId(id))),
        num().prop_map(|id| Answer::Team(TeamId(id))),
        num().prop_map(|id| Answer::Exclusion(ExclusionId(id))),
        duty::answers(),
        readiness::answers(),
        plans::answers(),
        situation::answers(),
        branch::answers(),
        reinforcement::answers(),
        in_place::answers(),
        exercise::answers(),
        action::answers(),
    ];
    (text(), any::<u64>(), answer).prop_map(|(request_id, digest, answer)| Answered {
        request_id,
        digest,
        answer,
    })
}

fn spec() -> impl Strategy<Value = OrderSpec> {
    let address = prop_oneof![
        unit().prop_map(Address::Unit),
        num().prop_map(|id| Address::Team(TeamId(id))),
        person().prop_map(Address::Person),
        Just(Address::CallOut),
        unit().prop_map(Address::Residents),
    ];
    let step = (at(), one(&StepTarget::ALL)).prop_map(|(at, target)| LadderStep { at, target });
    let what = (
        num(),
        text(),
        vec(num().prop_map(MusterPointId), 0..3),
        vec(address, 0..4),
        one(&DutyClass::ALL),
    );
    let when = (
        option::of(at()),
        option::of(at()),
        any::<u64>(),
        vec(step, 0..3),
        vec(text(), 0..3),
    );
    let on_duty = vec((unit(), duty::position(), person()), 0..3);
    (what, when, on_duty).prop_map(
        |(
            (response, text, muster_points, addressed, duty),
            (ack_deadline, arrive_deadline, grace_ms, ladder, sign_offs),
            on_duty,
        )| OrderSpec {
            response: ResponseId(response),
            text,
            muster_points,
            addressed,
            duty,
            ack_deadline,
            arrive_deadline,
            grace_ms,
            ladder,
            sign_offs,
            on_duty,
        },
    )
}

fn master_data() -> impl Strategy<Value = Event> {
    prop_oneof![
        (text(), any::<bool>(), any::<[u8; 32]>()).prop_map(|(name, synthetic, identity_salt)| {
            Event::TenantInitialized(Tenant {
                name,
                synthetic,
                identity_salt,
            })
        }),
        (unit(), text(), text(), one(&UnitKind::ALL), option::of(unit())).prop_map(|(id, code, name, kind, parent)| {
            Event::UnitRecorded(OrgUnit {
                id,
                code,
                name,
                kind,
                parent,
            })
        }),
        (
            (
                person(),
                any::<[u8; 32]>(),
                unit(),
                option::of(unit()),
                one(&Category::ALL),
                one(&PoliticalStatus::ALL)
            ),
            (text(), text(), text(), text())
        )
            .prop_map(
                |((id, key, home_unit, residence, category, political), (name, phone, id_number, address))| {
                    let person = Person {
                        id,
                        key: PersonKey(key),
                        home_unit,
                        residence,
                        category,
                        political,
                        standing: Standing::OnPost,
                        seconded_to: None,
                        skills: Vec::new(),
                    };
                    Event::PersonRecorded {
                        person,
                        personal: Arc::new(Personal {
                            name,
                            phone,
                            id_number,
                            address,
                            ..Personal::default()
                        }),
                    }
                }
            ),
        (
            num(),
            text(),
            text(),
            one(&TeamKind::ALL),
            unit(),
            person(),
            option::of(person()),
            people()
        )
            .prop_map(|(id, code, name, kind, unit, leader, deputy, members)| {
                Event::TeamRecorded(Team {
                    id: TeamId(id),
                    code,
                    name,
                    kind,
                    unit,
                    leader,
                    deputy,
                    members,
                })
            }),
        (num(), text(), text(), unit(), text(), text()).prop_map(|(id, code, name, unit, check_in_code, address)| {
            Event::MusterPointRecorded(MusterPoint {
                id: MusterPointId(id),
                code,
                name,
                unit,
                check_in_code,
                address,
            })
        }),
        (num(), person(), any::<[u8; 32]>()).prop_map(|(id, lead, public_key)| {
            Event::DeviceEnrolled(Device {
                id: DeviceId(id),
                lead,
                public_key,
            })
        }),
        (num(), any::<u64>(), any::<[u8; 32]>()).prop_map(|(id, sequence, digest)| Event::BatchReceived {
            device: DeviceId(id),
            sequence,
            digest
        }),
    ]
}

fn responses() -> impl Strategy<Value = Event> {
    prop_oneof![
        (
            num(),
            text(),
            text(),
            unit(),
            level(),
            vec(unit(), 0..3),
            text(),
            (text(), any::<u32>())
        )
            .prop_map(
                |(id, event, plan, jurisdiction, level, scope, reason, (basis, plan_version))| {
                    Event::ResponseActivated {
                        response: ResponseId(id),
                        spec: ResponseSpec {
                            event,
                            plan,
                            jurisdiction,
                            level,
                            scope,
                            reason,
                            basis,
                            plan_version,
                        },
                    }
                }
            ),
        (
            num(),
            num(),
            option::of(level()),
            level(),
            vec(unit(), 0..3),
            text(),
            text(),
            actor(),
            at()
        )
            .prop_map(
                |(id, version, from, to, scope, reason, basis, by, at)| Event::ResponseLevelChanged {
                    response: ResponseId(id),
                    change: LevelChange {
                        version,
                        from,
                        to,
                        scope,
                        reason,
                        basis,
                        by,
                        at
                    },
                }
            ),
        (num(), text()).prop_map(|(id, reason)| Event::ResponseTerminated {
            response: ResponseId(id),
            reason
        }),
    ]
}

fn leave() -> impl Strategy<Value = Event> {
    let record = (
        person(),
        one(&LeaveReason::ALL),
        text(),
        at(),
        at(),
        option::of((num().prop_map(OrderId), num())),
    )
        .prop_map(|(person, reason, note, from, until, order)| LeaveRecord {
            person,
            reason,
            note,
            from,
            until,
            order,
        });
    prop_oneof![
        (num(), record).prop_map(|(id, record)| Event::LeaveRequested {
            leave: LeaveId(id),
            record
        }),
        (num(), select(vec![LeaveVerdict::Approved, LeaveVerdict::Denied])).prop_map(|(id, verdict)| {
            Event::LeaveDecided {
                leave: LeaveId(id),
                verdict,
            }
        }),
    ]
}

fn orders() -> impl Strategy<Value = Event> {
    let excuse = select(vec![
        Excuse::Leave,
        Excuse::OtherDuty,
        Excuse::OrderWithdrawn,
        Excuse::Exempt,
    ]);
    let order = || num().prop_map(OrderId);
    prop_oneof![
        (
            order(),
            num(),
            spec(),
            people(),
            vec((excuse, people()), 0..3),
            people()
        )
            .prop_map(
                |(order, version, spec, audience, excused, carried)| Event::OrderIssued {
                    order,
                    version,
                    spec: Box::new(spec),
                    audience,
                    excused,
                    carried
                }
            ),
        (order(), text()).prop_map(|(order, reason)| Event::OrderCancelled { order, reason }),
        order().prop_map(|order| Event::OrderClosed { order }),
        (order(), text()).prop_map(|(order, name)| Event::SignedOff { order, name }),
        (order(), num(), person(), num(), one(&LeaveReason::ALL), text()).prop_map(
            |(order, version, person, leave, reason, note)| Event::Declined {
                order,
                version,
                person,
                leave: LeaveId(leave),
                reason,
                note
            }
        ),
    ]
}

fn rows() -> impl Strategy<Value = Event> {
    let key = || (num().prop_map(OrderId), num(), people());
    let lead = || option::of(person());
    let states = vec![
        DeliveryState::Pending,
        DeliveryState::Sent,
        DeliveryState::Delivered,
        DeliveryState::Read,
        DeliveryState::Acked,
    ];
    let reasons = vec![
        EvidenceReason::Later,
        EvidenceReason::AfterClose,
        EvidenceReason::WrongSite,
        EvidenceReason::NotDue,
    ];
    let seen = || (num().prop_map(MusterPointId), one(&CheckInMethod::ALL), lead(), at());
    prop_oneof![
        (key(), option::of(num().prop_map(ResponseId))).prop_map(|((order, version, people), by)| Event::Preempted {
            order,
            version,
            people,
            by
        }),
        key().prop_map(|(order, version, people)| Event::Released { order, version, people }),
        key().prop_map(|(order, version, people)| Event::AckDeadlinePassed { order, version, people }),
        key().prop_map(|(order, version, people)| Event::ArrivalDeadlinePassed { order, version, people }),
        (key(), one(&Channel::ALL), any::<u8>()).prop_map(|((order, version, people), channel, number)| {
            Event::AttemptRecorded {
                order,
                version,
                channel,
                number,
                people,
            }
        }),
        (key(), select(states)).prop_map(|((order, version, people), state)| Event::DeliveryReported {
            order,
            version,
            state,
            people
        }),
        (key(), any::<u8>(), one(&StepTarget::ALL)).prop_map(|((order, version, people), step, target)| {
            Event::EscalationStepped {
                order,
                version,
                step,
                target,
                people,
            }
        }),
        (key(), lead(), option::of(at())).prop_map(|((order, version, people), proxy, observed_at)| {
            Event::Acknowledged {
                order,
                version,
                people,
                proxy,
                observed_at,
            }
        }),
        (key(), lead(), option::of(at())).prop_map(|((order, version, people), proxy, observed_at)| {
            Event::Departed {
                order,
                version,
                people,
                proxy,
                observed_at,
            }
        }),
        (key(), seen()).prop_map(
            |((order, version, people), (muster_point, method, proxy, observed_at))| {
                Event::CheckedIn {
                    order,
                    version,
                    people,
                    muster_point,
                    method,
                    proxy,
                    observed_at,
                }
            }
        ),
        (key(), seen(), select(reasons)).prop_map(
            |((order, version, people), (muster_point, method, proxy, observed_at), reason)| {
                Event::CheckInNoted {
                    order,
                    version,
                    people,
                    muster_point,
                    method,
                    proxy,
                    observed_at,
                    reason,
                }
            }
        ),
    ]
}

/// Any event that is not about exercises.
fn real() -> impl Strategy<Value = Event> {
    prop_oneof![
        7 => master_data(), 3 => responses(), 2 => leave(), 5 => orders(), 11 => rows(), 6 => rosters::any_event(),
        10 => duty::events(), 7 => readiness::events(), 2 => plans::events(), 7 => command_post::events(),
        3 => situation::events(), 6 => branch::events(), 7 => reinforcement::events(), 10 => in_place::events(),
    ]
}

/// Any entry.
pub(super) fn entry() -> impl Strategy<Value = Entry> {
    let real = real().boxed();
    let event = prop_oneof![8 => real.clone(), 1 => exercise::events(real), 1 => action::events()];
    (at(), actor(), option::of(answered()), vec(event, 0..4)).prop_map(|(at, actor, request, events)| Entry {
        at,
        actor,
        request,
        events,
    })
}

/// One entry of each kind, with every field set to something that is not its default.
pub(super) fn examples() -> Vec<Entry> {
    let at = |ms: i64| Timestamp::from_unix_ms(1_760_000_000_000 + ms);
    let people = |ids: &[u32]| ids.iter().copied().map(PersonId).collect::<PersonSet>();
    let some = || people(&[3, 4, 5, 304_000]);
    let (order, version) = (OrderId(7), 2);
    let (proxy, observed_at) = (Some(PersonId(9)), at(-5000));
    let (muster_point, method) = (MusterPointId(4), CheckInMethod::Lead);
    let spec = OrderSpec {
        response: ResponseId(1),
        text: "到镇政府报到".into(),
        muster_points: vec![MusterPointId(4), MusterPointId(2)],
        addressed: vec![
            Address::Unit(UnitId(5)),
            Address::Team(TeamId(6)),
            Address::Person(PersonId(3)),
            Address::CallOut,
        ],
        duty: DutyClass::GridPost,
        ack_deadline: Some(at(600_000)),
        arrive_deadline: Some(at(1_800_000)),
        grace_ms: 300_000,
        ladder: vec![LadderStep {
            at: at(300_000),
            target: StepTarget::TeamLeader,
        }],
        sign_offs: vec!["物资".into()],
        on_duty: Vec::new(),
    };
    let change = LevelChange {
        version: 2,
        from: Some(Level::III),
        to: Level::II,
        scope: vec![UnitId(5), UnitId(6)],
        reason: "水位超警戒".into(),
        basis: "高防〔2026〕3号".into(),
        by: Actor("desk:1".into()),
        at: at(60_000),
    };
    let person = Person {
        id: PersonId(3),
        key: PersonKey([0x11; 32]),
        home_unit: UnitId(5),
        residence: Some(UnitId(8)),
        category: Category::Contract,
        political: PoliticalStatus::ProbationaryMember,
        standing: Standing::OnPost,
        seconded_to: None,
        skills: Vec::new(),
    };
    let personal = Personal {
        name: "张三".into(),
        phone: "13800000000".into(),
        id_number: "990101199003071237".into(),
        address: "某村1号".into(),
        ..Personal::default()
    };
    let record = LeaveRecord {
        person: PersonId(3),
        reason: LeaveReason::OutOfTown,
        note: "外地".into(),
        from: at(0),
        until: at(86_400_000),
        order: Some((order, version)),
    };
    let events = vec![
        Event::TenantInitialized(Tenant {
            name: "高明区".into(),
            synthetic: true,
            identity_salt: [0x22; 32],
        }),
        Event::UnitRecorded(OrgUnit {
            id: UnitId(5),
            code: "440608101000".into(),
            name: "杨和镇".into(),
            kind: UnitKind::Town,
            parent: Some(UnitId(1)),
        }),
        Event::PersonRecorded {
            person,
            personal: Arc::new(personal),
        },
        Event::TeamRecorded(Team {
            id: TeamId(6),
            code: "YH-1".into(),
            name: "杨和应急支援队".into(),
            kind: TeamKind::Support,
            unit: UnitId(5),
            leader: PersonId(3),
            deputy: Some(PersonId(4)),
            members: some(),
        }),
        Event::MusterPointRecorded(MusterPoint {
            id: muster_point,
            code: "MP4".into(),
            name: "镇政府".into(),
            unit: UnitId(5),
            check_in_code: "8213".into(),
            address: "文明路1号".into(),
        }),
        Event::DeviceEnrolled(Device {
            id: DeviceId(2),
            lead: PersonId(9),
            public_key: [0x33; 32],
        }),
        Event::BatchReceived {
            device: DeviceId(2),
            sequence: 17,
            digest: [0x44; 32],
        },
        Event::ResponseActivated {
            response: ResponseId(1),
            spec: ResponseSpec {
                event: "西江洪水".into(),
                plan: "flood".into(),
                jurisdiction: UnitId(1),
                level: Level::III,
                scope: vec![UnitId(5)],
                reason: "上游来水".into(),
                basis: "高防〔2026〕2号".into(),
                plan_version: 0,
            },
        },
        Event::ResponseLevelChanged {
            response: ResponseId(1),
            change,
        },
        Event::ResponseTerminated {
            response: ResponseId(1),
            reason: "水退".into(),
        },
        Event::OrderIssued {
            order,
            version,
            spec: Box::new(spec),
            audience: some(),
            excused: vec![(Excuse::OtherDuty, people(&[4]))],
            carried: people(&[5]),
        },
        Event::Preempted {
            order,
            version,
            people: some(),
            by: None,
        },
        Event::OrderCancelled {
            order,
            reason: "误发".into(),
        },
        Event::OrderClosed { order },
        Event::AttemptRecorded {
            order,
            version,
            channel: Channel::Manual,
            number: 3,
            people: some(),
        },
        Event::DeliveryReported {
            order,
            version,
            state: DeliveryState::Delivered,
            people: some(),
        },
        Event::Acknowledged {
            order,
            version,
            people: some(),
            proxy,
            observed_at: Some(observed_at),
        },
        Event::Declined {
            order,
            version,
            person: PersonId(3),
            leave: LeaveId(12),
            reason: LeaveReason::Medical,
            note: "病".into(),
        },
        Event::Departed {
            order,
            version,
            people: some(),
            proxy,
            observed_at: Some(observed_at),
        },
        Event::CheckedIn {
            order,
            version,
            people: some(),
            muster_point,
            method,
            proxy,
            observed_at,
        },
        Event::CheckInNoted {
            order,
            version,
            people: some(),
            muster_point,
            method,
            proxy,
            observed_at,
            reason: EvidenceReason::WrongSite,
        },
        Event::SignedOff {
            order,
            name: "物资".into(),
        },
        Event::Released {
            order,
            version,
            people: some(),
        },
        Event::EscalationStepped {
            order,
            version,
            step: 1,
            target: StepTarget::Deputy,
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
        Event::LeaveRequested {
            leave: LeaveId(12),
            record,
        },
        Event::LeaveDecided {
            leave: LeaveId(12),
            verdict: LeaveVerdict::Denied,
        },
    ];
    let events = events.into_iter().chain(rosters::examples());
    let exception = Exception {
        person: PersonId(8),
        kind: ExceptionKind::NotLed,
    };
    let report = FieldReport {
        applied: 4,
        exceptions: vec![exception],
    };
    let issued = Issued {
        order,
        version,
        due: 4,
        excused: 1,
        preempted: 2,
    };
    let problem = |problem| RowError {
        row: 3,
        field: "unit".into(),
        value: "44".into(),
        problem,
    };
    let bad = vec![
        problem(RowProblem::DuplicateOf(2)),
        problem(RowProblem::Invalid("a code".into())),
    ];
    let import = ImportReport {
        applied: true,
        added: 10,
        changed: 2,
        unchanged: 3,
        bad,
        left: 0,
    };
    let answers = [
        Answer::Field(Arc::new(report.clone())),
        Answer::Done,
        Answer::Imported(Arc::new(import)),
        Answer::Activated {
            response: ResponseId(1),
            order: Some(issued.clone()),
        },
        Answer::Issued(issued),
        Answer::Batch(Arc::new(vec![report.clone(), report])),
        Answer::Leave(LeaveId(12)),
        Answer::Device(DeviceId(2)),
    ];
    let request = |answer: &Answer| Answered {
        request_id: "req-1".into(),
        digest: 0x0102_0304_0506_0708,
        answer: answer.clone(),
    };
    let entry = |(event, answer)| Entry {
        at: at(0),
        actor: Actor("lead:P9".into()),
        request: Some(request(answer)),
        events: vec![event],
    };
    let first = events.zip(answers.iter().cycle()).map(entry);
    let mut all: Vec<Entry> = first
        .chain(duty::examples())
        .chain(readiness::examples())
        .chain(plans::examples())
        .chain(situation::examples())
        .chain(branch::examples())
        .chain(reinforcement::examples())
        .chain(in_place::examples())
        .chain(command_post::examples())
        .collect();
    let exercises = exercise::examples(&all);
    all.extend(exercises);
    all.extend(action::examples());
    all.extend(schedule::noticed());
    all.extend(added());
    all
}

/// What was added to kinds that stand above, an entry each.
fn added() -> Vec<Entry> {
    let people: PersonSet = [4, 5].into_iter().map(PersonId).collect();
    let exception = Exception {
        person: PersonId(4),
        kind: ExceptionKind::ExerciseEnded,
    };
    let ended = FieldReport {
        applied: 0,
        exceptions: vec![exception],
    };
    let events = [
        Event::Preempted {
            order: OrderId(7),
            version: 1,
            people,
            by: Some(ResponseId(2)),
        },
        in_place::left_scope(),
        reinforcement::spared(),
    ];
    let entry = |event| Entry {
        at: Timestamp::from_unix_ms(1_760_000_000_000),
        actor: Actor("desk:2".into()),
        request: Some(Answered {
            request_id: "req-1".into(),
            digest: 7,
            answer: Answer::Field(Arc::new(ended.clone())),
        }),
        events: vec![event],
    };
    events.into_iter().map(entry).collect()
}
