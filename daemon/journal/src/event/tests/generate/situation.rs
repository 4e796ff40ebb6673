//! Entries about situation reports.

use baiying_core::situation::{AnsweredClock, Clock, Numbers, ReportForm, ReportKind, Setting, SituationReport, Words};

use super::*;

/// How many kinds of event there are about situation reports.
pub(super) const KINDS: usize = 3;

fn response() -> impl Strategy<Value = ResponseId> {
    num().prop_map(ResponseId)
}

fn settings() -> impl Strategy<Value = Vec<Setting>> {
    vec(
        (one(&Clock::ALL), option::of(at())).prop_map(|(clock, due)| Setting { clock, due }),
        0..4,
    )
}

fn words() -> impl Strategy<Value = Words> {
    vec(text(), 8).prop_map(|texts| {
        let mut texts = texts.into_iter();
        let mut next = || texts.next().unwrap_or_default();
        Words {
            source: next(),
            place: next(),
            nature: next(),
            scope: next(),
            loss: next(),
            trend: next(),
            measures: next(),
            requests: next(),
        }
    })
}

fn numbers() -> impl Strategy<Value = Numbers> {
    any::<[u32; 8]>().prop_map(
        |[
            due,
            present,
            en_route,
            excused,
            absent,
            unconfirmed,
            deployed,
            open_orders,
        ]| Numbers {
            due,
            present,
            en_route,
            excused,
            absent,
            unconfirmed,
            deployed,
            open_orders,
        },
    )
}

fn report() -> impl Strategy<Value = SituationReport> {
    let what = (num(), one(&ReportKind::ALL), one(&ReportForm::ALL), any::<u32>());
    let when = (at(), option::of(at()), level(), any::<u64>());
    let clock = (one(&Clock::ALL), at(), any::<bool>());
    let answered = vec(
        clock.prop_map(|(clock, due, late)| AnsweredClock { clock, due, late }),
        0..3,
    );
    (what, when, words(), numbers(), option::of(num()), answered).prop_map(
        |((seq, kind, form, number), (received_at, event_at, level, as_of), words, numbers, amends, answered)| {
            SituationReport {
                seq,
                kind,
                form,
                number,
                received_at,
                event_at,
                words,
                amends,
                level,
                numbers,
                as_of: Revision(as_of),
                answered,
            }
        },
    )
}

pub(super) fn answers() -> impl Strategy<Value = Answer> {
    (response(), num(), any::<u32>(), any::<bool>()).prop_map(|(response, seq, number, late)| Answer::SituationReport {
        response,
        seq,
        number,
        late,
    })
}

pub(super) fn events() -> impl Strategy<Value = Event> {
    prop_oneof![
        (response(), settings()).prop_map(|(response, settings)| Event::SituationClocksSet { response, settings }),
        (response(), report(), settings()).prop_map(|(response, report, settings)| Event::SituationReportFiled {
            response,
            report: Box::new(report),
            settings,
        }),
        (response(), one(&Clock::ALL), at(), any::<u32>(), option::of(at())).prop_map(
            |(response, clock, due, times, next)| Event::SituationReportMissed {
                response,
                clock,
                due,
                times,
                next,
            }
        ),
    ]
}

pub(super) fn examples() -> Vec<Entry> {
    let at = |ms: i64| Timestamp::from_unix_ms(1_760_000_000_000 + ms);
    let response = ResponseId(2);
    let settings = vec![
        Setting {
            clock: Clock::FollowUp,
            due: Some(at(7_200_000)),
        },
        Setting {
            clock: Clock::FirstWritten,
            due: None,
        },
    ];
    let report = SituationReport {
        seq: 2,
        kind: ReportKind::FollowUp,
        form: ReportForm::Written,
        number: 1,
        received_at: at(-60_000),
        event_at: Some(at(-120_000)),
        words: Words {
            source: "荷城街道".into(),
            place: "西江大堤".into(),
            nature: "管涌".into(),
            scope: "两个村".into(),
            loss: "无".into(),
            trend: "水位上涨".into(),
            measures: "已封堵".into(),
            requests: "增派 30 人".into(),
        },
        amends: Some(1),
        level: Level::II,
        numbers: Numbers {
            due: 21,
            present: 6,
            en_route: 5,
            excused: 4,
            absent: 3,
            unconfirmed: 3,
            deployed: 9,
            open_orders: 2,
        },
        as_of: Revision(77),
        answered: vec![AnsweredClock {
            clock: Clock::FollowUp,
            due: at(-1),
            late: true,
        }],
    };
    let answer = Answer::SituationReport {
        response,
        seq: 2,
        number: 1,
        late: true,
    };
    let entry = |request, event| Entry {
        at: at(0),
        actor: Actor("desk:1".into()),
        request,
        events: vec![event],
    };
    let answered = Answered {
        request_id: "r".into(),
        digest: 7,
        answer,
    };
    let filed = Event::SituationReportFiled {
        response,
        report: Box::new(report),
        settings: settings.clone(),
    };
    vec![
        entry(None, Event::SituationClocksSet { response, settings }),
        entry(Some(answered), filed),
        entry(
            None,
            Event::SituationReportMissed {
                response,
                clock: Clock::Daily,
                due: at(-5),
                times: 2,
                next: Some(at(86_400_000)),
            },
        ),
    ]
}
