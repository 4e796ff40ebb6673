//! Temporary Party branches.

use baiying_core::branch::{BranchChange, BranchRole, BranchSpec, Joined, LeftReason, Officers, Site};
use baiying_core::calendar::Date;

use super::*;

/// How many kinds of event there are.
pub(super) const KINDS: usize = 2;

fn joined() -> impl Strategy<Value = Joined> {
    (person(), unit(), one(&BranchRole::ALL)).prop_map(|(person, home, role)| Joined { person, home, role })
}

fn officers() -> impl Strategy<Value = Officers> {
    (person(), option::of(person()), vec(person(), 0..4)).prop_map(|(secretary, deputy, committee)| Officers {
        secretary,
        deputy,
        committee,
    })
}

fn change() -> impl Strategy<Value = BranchChange> {
    let left = vec((person(), one(&LeftReason::ALL)), 0..4);
    prop_oneof![
        unit().prop_map(|unit| BranchChange::UnderReview { unit }),
        (unit(), text(), officers()).prop_map(|(unit, document, officers)| BranchChange::Approved {
            unit,
            document,
            officers,
        }),
        Just(BranchChange::Activated),
        (unit(), text()).prop_map(|(unit, reason)| BranchChange::Rejected { unit, reason }),
        text().prop_map(|reason| BranchChange::Withdrawn { reason }),
        (unit(), text(), officers()).prop_map(|(unit, document, officers)| BranchChange::Appointed {
            unit,
            document,
            officers,
        }),
        (left, vec(joined(), 0..4)).prop_map(|(left, joined)| BranchChange::Members { left, joined }),
        (any::<u32>(), at()).prop_map(|(full, until)| BranchChange::UnderStrength { full, until }),
        Just(BranchChange::StrengthOverdue),
        any::<u32>().prop_map(|full| BranchChange::Recovered { full }),
        (num(), unit(), text()).prop_map(|(into, unit, document)| BranchChange::Merged {
            into: BranchId(into),
            unit,
            document,
        }),
        (unit(), text()).prop_map(|(unit, document)| BranchChange::Converted { unit, document }),
        (any::<i32>(), text()).prop_map(|(days, text)| BranchChange::Logged {
            on: Date::from_days(days),
            text,
        }),
        text().prop_map(|reason| BranchChange::Dissolving { reason }),
        (unit(), people(), person(), text()).prop_map(|(unit, people, written_by, note)| {
            BranchChange::FeedbackIssued {
                unit,
                people,
                written_by,
                note,
            }
        }),
        (any::<[u8; 32]>(), option::of(text())).prop_map(|(digest, without_feedback)| BranchChange::Sealed {
            digest,
            without_feedback,
        }),
    ]
}

/// Any event of these kinds.
pub(super) fn events() -> impl Strategy<Value = Event> {
    let spec = (
        (num(), unit(), option::of(num()), any::<u32>()),
        text(),
        text(),
        vec(joined(), 0..4),
    );
    let spec = spec.prop_map(
        |((response, unit, muster_point, expected_days), front, name, people)| BranchSpec {
            response: ResponseId(response),
            site: Site {
                unit,
                muster_point: muster_point.map(MusterPointId),
                front,
            },
            name,
            expected_days,
            people,
        },
    );
    prop_oneof![
        1 => (num(), spec).prop_map(|(branch, spec)| Event::BranchProposed { branch: BranchId(branch), spec }),
        4 => (num(), change()).prop_map(|(branch, change)| Event::BranchChanged { branch: BranchId(branch), change }),
    ]
}

/// Any answer of these kinds.
pub(super) fn answers() -> impl Strategy<Value = Answer> {
    vec(num(), 0..4).prop_map(|ids| Answer::Branches(ids.into_iter().map(BranchId).collect()))
}

/// One entry of each kind and of each change, with every field set to something that is not its default.
pub(super) fn examples() -> Vec<Entry> {
    let branch = BranchId(3);
    let unit = UnitId(5);
    let text = |text: &str| -> Box<str> { text.into() };
    let joined = |person: u32, role| Joined {
        person: PersonId(person),
        home: UnitId(8),
        role,
    };
    let officers = || Officers {
        secretary: PersonId(3),
        deputy: Some(PersonId(4)),
        committee: vec![PersonId(5), PersonId(6)],
    };
    let changes = vec![
        BranchChange::UnderReview { unit },
        BranchChange::Approved {
            unit,
            document: text("荷党〔2026〕3号"),
            officers: officers(),
        },
        BranchChange::Activated,
        BranchChange::Rejected {
            unit,
            reason: text("人数不足"),
        },
        BranchChange::Withdrawn { reason: text("改期") },
        BranchChange::Appointed {
            unit,
            document: text("荷党〔2026〕4号"),
            officers: officers(),
        },
        BranchChange::Members {
            left: vec![
                (PersonId(3), LeftReason::Released),
                (PersonId(7), LeftReason::RoleChanged),
            ],
            joined: vec![joined(7, BranchRole::Member), joined(9, BranchRole::Applicant)],
        },
        BranchChange::UnderStrength {
            full: 2,
            until: instant(86_400_000),
        },
        BranchChange::StrengthOverdue,
        BranchChange::Recovered { full: 3 },
        BranchChange::Merged {
            into: BranchId(4),
            unit,
            document: text("荷党〔2026〕5号"),
        },
        BranchChange::Converted {
            unit,
            document: text("荷党〔2026〕6号"),
        },
        BranchChange::Logged {
            on: Date::from_days(20_779),
            text: text("加固堤段400米"),
        },
        BranchChange::Dissolving {
            reason: text("任务完成"),
        },
        BranchChange::FeedbackIssued {
            unit,
            people: [3, 4, 5].into_iter().map(PersonId).collect(),
            written_by: PersonId(3),
            note: text("昼夜在岗"),
        },
        BranchChange::Sealed {
            digest: [0x22; 32],
            without_feedback: Some(text("书记外出")),
        },
    ];
    let proposed = Event::BranchProposed {
        branch,
        spec: BranchSpec {
            response: ResponseId(1),
            site: Site {
                unit,
                muster_point: Some(MusterPointId(2)),
                front: text("西江大堤"),
            },
            name: text("西江大堤临时党支部"),
            expected_days: 30,
            people: vec![joined(3, BranchRole::Member), joined(8, BranchRole::Probationary)],
        },
    };
    let changed = changes
        .into_iter()
        .map(|change| Event::BranchChanged { branch, change });
    let entry = |event| Entry {
        at: instant(0),
        actor: Actor("desk:2".into()),
        request: Some(Answered {
            request_id: "req-1".into(),
            digest: 7,
            answer: Answer::Branches(vec![branch, BranchId(4)]),
        }),
        events: vec![event],
    };
    [proposed].into_iter().chain(changed).map(entry).collect()
}

fn instant(after: i64) -> Timestamp {
    Timestamp::from_unix_ms(1_760_000_000_000 + after)
}
