//! Entries about spot checks and readiness.

use baiying_core::readiness::GapKind;
use baiying_core::spot_check::{Asked, Method, Planned, SpotAnswer, SpotCheckResult};

use super::*;

/// How many kinds of event there are about readiness.
pub(super) const KINDS: usize = 7;

fn check() -> impl Strategy<Value = SpotCheckId> {
    num().prop_map(SpotCheckId)
}

fn plan() -> impl Strategy<Value = Planned> {
    (check(), unit(), at(), at(), at()).prop_map(|(id, unit, from, until, at)| Planned {
        id,
        unit,
        from,
        until,
        at,
    })
}

fn asked() -> impl Strategy<Value = Asked> {
    (at(), people(), at(), at()).prop_map(|(at, rostered, pass_until, late_until)| Asked {
        at,
        rostered,
        pass_until,
        late_until,
    })
}

fn answer() -> impl Strategy<Value = SpotAnswer> {
    (option::of(person()), at(), one(&SpotCheckResult::ALL), text()).prop_map(|(person, at, result, note)| SpotAnswer {
        person,
        at,
        result,
        note,
    })
}

fn gaps() -> impl Strategy<Value = Vec<(UnitId, GapKind)>> {
    vec((unit(), one(&GapKind::ALL)), 0..4)
}

pub(super) fn answers() -> impl Strategy<Value = Answer> {
    prop_oneof![
        vec(check(), 0..4).prop_map(Answer::SpotChecks),
        (check(), one(&SpotCheckResult::ALL)).prop_map(|(check, result)| Answer::SpotCheck(check, result)),
    ]
}

pub(super) fn events() -> impl Strategy<Value = Event> {
    prop_oneof![
        vec(plan(), 0..4).prop_map(|checks| Event::SpotChecksPlanned { checks }),
        (check(), asked()).prop_map(|(check, asked)| Event::SpotCheckAsked { check, asked }),
        (check(), answer()).prop_map(|(check, answer)| Event::SpotCheckAnswered { check, answer }),
        (check(), one(&SpotCheckResult::ALL)).prop_map(|(check, result)| Event::SpotCheckEnded { check, result }),
        check().prop_map(|check| Event::SpotCheckCancelled { check }),
        (
            plan(),
            one(&Method::ALL),
            asked(),
            option::of(answer()),
            one(&SpotCheckResult::ALL)
        )
            .prop_map(|(plan, method, asked, answer, result)| Event::SpotCheckRecorded {
                plan,
                method,
                asked,
                answer,
                result,
            }),
        (at(), gaps(), gaps()).prop_map(|(due, came_up, mended)| Event::ReadinessEvaluated { due, came_up, mended }),
    ]
}

/// One entry of each kind.
pub(super) fn examples() -> Vec<Entry> {
    let at = |after: i64| Timestamp::from_unix_ms(1_790_000_000_000 + after);
    let (check, unit, person) = (SpotCheckId(4), UnitId(5), PersonId(3));
    let plan = Planned {
        id: check,
        unit,
        from: at(0),
        until: at(3_600_000),
        at: at(1_234_567),
    };
    let asked = Asked {
        at: at(1_234_600),
        rostered: [3, 9].into_iter().map(PersonId).collect(),
        pass_until: at(1_294_600),
        late_until: at(1_834_600),
    };
    let answer = SpotAnswer {
        person: Some(person),
        at: at(1_250_000),
        result: SpotCheckResult::Pass,
        note: "在岗".into(),
    };
    let events = [
        Event::SpotChecksPlanned {
            checks: vec![plan.clone()],
        },
        Event::SpotCheckAsked {
            check,
            asked: asked.clone(),
        },
        Event::SpotCheckAnswered {
            check,
            answer: answer.clone(),
        },
        Event::SpotCheckEnded {
            check,
            result: SpotCheckResult::NoAnswer,
        },
        Event::SpotCheckCancelled { check },
        Event::SpotCheckRecorded {
            plan,
            method: Method::Phone,
            asked,
            answer: Some(answer),
            result: SpotCheckResult::Pass,
        },
        Event::ReadinessEvaluated {
            due: at(0),
            came_up: vec![(unit, GapKind::TeamShort)],
            mended: vec![(unit, GapKind::Unverified)],
        },
    ];
    let answers = [
        Answer::SpotChecks(vec![check]),
        Answer::SpotCheck(check, SpotCheckResult::Late),
    ];
    let entry = |(event, answer): (Event, &Answer)| Entry {
        at: at(0),
        actor: Actor("district:duty-desk".into()),
        request: Some(Answered {
            request_id: "req-2".into(),
            digest: 7,
            answer: answer.clone(),
        }),
        events: vec![event],
    };
    events.into_iter().zip(answers.iter().cycle()).map(entry).collect()
}
