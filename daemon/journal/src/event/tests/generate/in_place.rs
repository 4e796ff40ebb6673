//! Entries about in-place reports.

use baiying_core::in_place::{
    Basis, Claim, CloseReason, DoubleReport, ExemptReason, Exemption, Opened, Opening, PreRegistration, Subject,
    WindowsOpened,
};

use super::*;

/// How many kinds of event there are about in-place reports.
pub(super) const KINDS: usize = 10;

fn window() -> impl Strategy<Value = WindowId> {
    num().prop_map(WindowId)
}

fn order() -> impl Strategy<Value = OrderId> {
    num().prop_map(OrderId)
}

fn opening() -> impl Strategy<Value = Opening> {
    (window(), num(), unit(), order(), unit(), at(), at()).prop_map(
        |(window, response, village, order, mobilized_by, deadline, closes_at)| Opening {
            window,
            response: ResponseId(response),
            village,
            order,
            mobilized_by,
            deadline,
            closes_at,
        },
    )
}

fn claim() -> impl Strategy<Value = Claim> {
    (num(), one(&CheckInMethod::ALL), option::of(person()), at()).prop_map(|(point, method, proxy, observed_at)| {
        Claim {
            muster_point: MusterPointId(point),
            method,
            proxy,
            observed_at,
        }
    })
}

fn exemption() -> impl Strategy<Value = Exemption> {
    let when = (at(), option::of(at()));
    (num(), person(), one(&ExemptReason::ALL), when, actor()).prop_map(
        |(id, person, reason, (from, until), approved_by)| Exemption {
            id: ExemptionId(id),
            person,
            reason,
            from,
            until,
            approved_by,
        },
    )
}

fn registration() -> impl Strategy<Value = PreRegistration> {
    (person(), unit(), vec(text(), 0..3), text(), text()).prop_map(|(person, village, skills, service, hours)| {
        PreRegistration {
            person,
            village,
            skills,
            service,
            hours,
        }
    })
}

fn double() -> impl Strategy<Value = DoubleReport> {
    let subject = prop_oneof![unit().prop_map(Subject::Unit), person().prop_map(Subject::Person)];
    (subject, unit(), one(&Basis::ALL), option::of(num()), any::<bool>()).prop_map(
        |(subject, community, basis, response, stands)| DoubleReport {
            subject,
            community,
            basis,
            response: response.map(ResponseId),
            stands,
        },
    )
}

pub(super) fn answers() -> impl Strategy<Value = Answer> {
    let opened = (window(), unit(), issued()).prop_map(|(window, village, order)| Opened { window, village, order });
    let units = || vec(unit(), 0..3);
    prop_oneof![
        (vec(opened, 0..3), units(), units()).prop_map(|(opened, open_before, without_members)| {
            Answer::WindowsOpened(Arc::new(WindowsOpened {
                opened,
                open_before,
                without_members,
            }))
        }),
        num().prop_map(|id| Answer::Exempted(ExemptionId(id))),
    ]
}

pub(super) fn events() -> impl Strategy<Value = Event> {
    prop_oneof![
        opening().prop_map(Event::InPlaceWindowOpened),
        (window(), one(&CloseReason::ALL)).prop_map(|(window, why)| Event::InPlaceWindowClosed { window, why }),
        (window(), order(), num(), people(), claim()).prop_map(|(window, order, version, people, claim)| {
            Event::InPlaceReported {
                window,
                order,
                version,
                people,
                claim,
            }
        }),
        (window(), people(), actor()).prop_map(|(window, people, by)| Event::InPlaceConfirmed { window, people, by }),
        (window(), people(), text(), actor()).prop_map(|(window, people, reason, by)| Event::InPlaceRejected {
            window,
            people,
            reason,
            by,
        }),
        (window(), person(), text()).prop_map(|(window, person, task)| Event::InPlaceTasked { window, person, task }),
        (exemption(), option::of((order(), num())))
            .prop_map(|(exemption, excuses)| Event::InPlaceExempted { exemption, excuses }),
        num().prop_map(|id| Event::InPlaceExemptionEnded {
            exemption: ExemptionId(id)
        }),
        registration().prop_map(Event::PreRegistered),
        double().prop_map(Event::DoubleReported),
    ]
}

/// A window that closed because its village is in no scope any more.
pub(super) fn left_scope() -> Event {
    Event::InPlaceWindowClosed {
        window: WindowId(4),
        why: CloseReason::LeftScope,
    }
}

/// One entry of each kind.
pub(super) fn examples() -> Vec<Entry> {
    let at = |after: i64| Timestamp::from_unix_ms(1_790_000_000_000 + after);
    let (window, order, person, village) = (WindowId(4), OrderId(7), PersonId(3), UnitId(5));
    let who = || [3, 4, 9].into_iter().map(PersonId).collect::<PersonSet>();
    let by = || Actor("荷香社区党委书记".into());
    let events = [
        Event::InPlaceWindowOpened(Opening {
            window,
            response: ResponseId(2),
            village,
            order,
            mobilized_by: UnitId(6),
            deadline: at(43_200_000),
            closes_at: at(50_400_000),
        }),
        Event::InPlaceWindowClosed {
            window,
            why: CloseReason::ByHand,
        },
        Event::InPlaceReported {
            window,
            order,
            version: 1,
            people: who(),
            claim: Claim {
                muster_point: MusterPointId(8),
                method: CheckInMethod::Lead,
                proxy: Some(person),
                observed_at: at(600_000),
            },
        },
        Event::InPlaceConfirmed {
            window,
            people: who(),
            by: by(),
        },
        Event::InPlaceRejected {
            window,
            people: who(),
            reason: "未到现场".into(),
            by: by(),
        },
        Event::InPlaceTasked {
            window,
            person,
            task: "卡口值守".into(),
        },
        Event::InPlaceExempted {
            exemption: Exemption {
                id: ExemptionId(1),
                person,
                reason: ExemptReason::CommandPost,
                from: at(0),
                until: Some(at(86_400_000)),
                approved_by: Actor("区委组织部".into()),
            },
            excuses: Some((order, 1)),
        },
        Event::InPlaceExemptionEnded {
            exemption: ExemptionId(1),
        },
        Event::PreRegistered(PreRegistration {
            person,
            village,
            skills: vec!["医护".into(), "驾驶".into()],
            service: "卫生防疫".into(),
            hours: "工作日晚间".into(),
        }),
        Event::DoubleReported(DoubleReport {
            subject: Subject::Unit(UnitId(6)),
            community: village,
            basis: Basis::Linked,
            response: Some(ResponseId(2)),
            stands: true,
        }),
    ];
    let answers = [
        Answer::WindowsOpened(Arc::new(WindowsOpened {
            opened: vec![Opened {
                window,
                village,
                order: Issued {
                    order,
                    version: 1,
                    due: 40,
                    excused: 3,
                    preempted: 1,
                },
            }],
            open_before: vec![UnitId(8)],
            without_members: vec![UnitId(9)],
        })),
        Answer::Exempted(ExemptionId(1)),
    ];
    let entry = |(event, answer): (Event, &Answer)| Entry {
        at: at(0),
        actor: Actor("district:organization".into()),
        request: Some(Answered {
            request_id: "req-3".into(),
            digest: 7,
            answer: answer.clone(),
        }),
        events: vec![event],
    };
    events.into_iter().zip(answers.iter().cycle()).map(entry).collect()
}
