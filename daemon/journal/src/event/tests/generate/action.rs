//! Corrective actions of exercises.

use baiying_core::calendar::Date;
use baiying_core::exercise::action::{ActionChange, ActionSpec};

use super::*;

/// How many kinds of event there are.
pub(super) const KINDS: usize = 2;

fn action() -> impl Strategy<Value = ActionId> {
    num().prop_map(ActionId)
}

fn date() -> impl Strategy<Value = Date> {
    (-700_000..2_000_000_i32).prop_map(Date::from_days)
}

fn spec() -> impl Strategy<Value = ActionSpec> {
    (num(), text(), text(), text(), person(), date()).prop_map(|(run, issue, cause, measure, owner, due)| ActionSpec {
        run: ExerciseId(run),
        issue,
        cause,
        measure,
        owner,
        due,
    })
}

fn change() -> impl Strategy<Value = ActionChange> {
    prop_oneof![
        (
            option::of(text()),
            option::of(text()),
            option::of(person()),
            option::of(date()),
            text()
        )
            .prop_map(|(cause, measure, owner, due, reason)| ActionChange::Amended {
                cause,
                measure,
                owner,
                due,
                reason,
            }),
        (person(), text()).prop_map(|(by, evidence)| ActionChange::Reported { by, evidence }),
        (person(), text()).prop_map(|(by, note)| ActionChange::Verified { by, note }),
        (text(), option::of(date())).prop_map(|(reason, due)| ActionChange::Reopened { reason, due }),
        (person(), text()).prop_map(|(by, reason)| ActionChange::Withdrawn { by, reason }),
    ]
}

/// Any event of these kinds.
pub(super) fn events() -> impl Strategy<Value = Event> {
    prop_oneof![
        1 => (action(), spec()).prop_map(|(action, spec)| Event::ActionRaised { action, spec }),
        2 => (action(), change()).prop_map(|(action, change)| Event::ActionChanged { action, change }),
    ]
}

/// Any answer of these kinds.
pub(super) fn answers() -> impl Strategy<Value = Answer> {
    action().prop_map(Answer::Action)
}

/// One entry of each kind and of each change.
pub(super) fn examples() -> Vec<Entry> {
    let (action, by) = (ActionId(2), PersonId(7));
    let raised = Event::ActionRaised {
        action,
        spec: ActionSpec {
            run: ExerciseId(3),
            issue: "三人电话停机".into(),
            cause: "号码没有核对".into(),
            measure: "逐人核对".into(),
            owner: PersonId(4),
            due: Date::from_days(20_600),
        },
    };
    let changes = [
        ActionChange::Amended {
            cause: Some("换届".into()),
            measure: Some("".into()),
            owner: Some(PersonId(5)),
            due: Some(Date::from_days(20_630)),
            reason: "延期".into(),
        },
        ActionChange::Amended {
            cause: None,
            measure: None,
            owner: None,
            due: None,
            reason: "说明".into(),
        },
        ActionChange::Reported {
            by,
            evidence: "新名册".into(),
        },
        ActionChange::Verified {
            by,
            note: "抽查十人".into(),
        },
        ActionChange::Reopened {
            reason: "又错".into(),
            due: Some(Date::from_days(20_640)),
        },
        ActionChange::Reopened {
            reason: "退回".into(),
            due: None,
        },
        ActionChange::Withdrawn {
            by,
            reason: "重复".into(),
        },
    ];
    let changed = changes.map(|change| Event::ActionChanged { action, change });
    let answers = [Answer::Action(action), Answer::Done];
    let entry = |(event, answer)| Entry {
        at: Timestamp::from_unix_ms(1_760_000_000_000),
        actor: Actor("desk:2".into()),
        request: Some(Answered {
            request_id: "req-1".into(),
            digest: 7,
            answer,
        }),
        events: vec![event],
    };
    let events = [raised].into_iter().chain(changed);
    events.zip(answers.into_iter().cycle()).map(entry).collect()
}
