//! Corrective actions: raised, amended, reported, verified by somebody else, reopened, withdrawn; and the laws under any of that.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::select;

use super::{
    ACTIONS_MAX, Action, ActionChange, ActionSpec, ActionStatus, AmendAction, RaiseAction, ReopenAction, ReportAction,
    STEPS_MAX, VerifyAction, WithdrawAction,
};
use crate::calendar::Date;
use crate::command::{Answer, Command};
use crate::exercise::tests::{scenario, start_of};
use crate::exercise::{ControlExercise, ImportScenario, InExercise, TurnTo};
use crate::id::{ActionId, ExerciseId, PersonId};
use crate::rejection::Rejection;
use crate::testing::{District, district, minute};

const A1: ActionId = ActionId(1);
const Y1: ExerciseId = ExerciseId(1);
const OWNER: PersonId = PersonId(3);
const OTHER: PersonId = PersonId(29);
const DAY: i64 = 24 * 60;

fn begun() -> District {
    let mut district = district();
    let scenario = Arc::new(scenario());
    district.accepts(Command::ImportScenario(ImportScenario { scenario }));
    district.accepts(Command::StartExercise(start_of("muster")));
    district
}

/// A day so many days after the first.
fn day(district: &District, days: i32) -> Date {
    district.policy.team.zone.date(minute(0)).plus_days(days)
}

fn spec(district: &District) -> ActionSpec {
    ActionSpec {
        run: Y1,
        issue: "三人电话停机".into(),
        cause: "".into(),
        measure: "逐人核对号码".into(),
        owner: OWNER,
        due: day(district, 7),
    }
}

fn raise(spec: ActionSpec) -> Command {
    Command::RaiseAction(RaiseAction { spec })
}

fn amend(change: impl FnOnce(&mut AmendAction)) -> Command {
    let mut amend = AmendAction {
        action: A1,
        cause: None,
        measure: None,
        owner: None,
        due: None,
        reason: "换届".into(),
    };
    change(&mut amend);
    Command::AmendAction(amend)
}

fn report(by: Option<PersonId>, evidence: &str) -> Command {
    Command::ReportAction(ReportAction {
        action: A1,
        by,
        evidence: evidence.into(),
    })
}

fn verify(by: PersonId) -> Command {
    Command::VerifyAction(VerifyAction {
        action: A1,
        by,
        note: "抽查十人".into(),
    })
}

fn reopen(reason: &str, due: Option<Date>) -> Command {
    Command::ReopenAction(ReopenAction {
        action: A1,
        reason: reason.into(),
        due,
    })
}

fn withdraw(by: PersonId, reason: &str) -> Command {
    Command::WithdrawAction(WithdrawAction {
        action: A1,
        by,
        reason: reason.into(),
    })
}

/// With one action.
fn raised() -> District {
    let mut district = begun();
    let spec = spec(&district);
    district.accepts(raise(spec)).answers(&Answer::Action(A1));
    district
}

impl District {
    fn action(&self) -> &Action {
        self.state.exercises.actions.get(A1).expect("an action")
    }
    fn stands(&mut self, status: ActionStatus) -> &mut Self {
        assert_eq!(self.action().status, status);
        self
    }
}

fn at_the_wrong_step(status: ActionStatus) -> Rejection {
    Rejection::ActionStatus { action: A1, status }
}

#[test]
fn an_action_closes_only_when_somebody_else_has_seen_that_it_is_done() {
    let mut district = raised();
    district
        .when(verify(OTHER))
        .rejects(at_the_wrong_step(ActionStatus::Open));
    district
        .accepts(report(None, "新名册，存区应急办"))
        .stands(ActionStatus::Reported);
    assert_eq!(district.action().reported(), Some((OWNER, "新名册，存区应急办")));
    let own = |person| Rejection::OwnAction { action: A1, person };
    district.when(verify(OWNER)).rejects(own(OWNER));
    district
        .when(verify(PersonId(999)))
        .rejects(Rejection::UnknownPerson { person: PersonId(999) });
    assert_eq!(district.action().verified(), None);
    district.accepts(verify(OTHER)).stands(ActionStatus::Verified);
    assert_eq!(district.action().verified(), Some(OTHER));
    // Once it is closed, nothing but reopening it changes it.
    for late in [
        verify(OTHER),
        report(None, "又"),
        amend(|_| {}),
        withdraw(OTHER, "重复"),
    ] {
        district.when(late).rejects(at_the_wrong_step(ActionStatus::Verified));
    }
}

#[test]
fn who_reports_for_the_owner_does_not_verify_either() {
    let mut district = raised();
    district.accepts(report(Some(OTHER), "照片"));
    let own = |person| Rejection::OwnAction { action: A1, person };
    district.when(verify(OTHER)).rejects(own(OTHER));
    district.when(verify(OWNER)).rejects(own(OWNER));
    // Nor does it help to have another owner first.
    district
        .when(amend(|to| to.owner = Some(PersonId(4))))
        .rejects(at_the_wrong_step(ActionStatus::Reported));
    district.when(withdraw(OTHER, "重复")).rejects(own(OTHER));
    district.accepts(verify(PersonId(4)));
}

#[test]
fn who_enters_a_report_made_it_and_does_not_verify_it() {
    let own = |person| Rejection::OwnAction { action: A1, person };
    let mut district = raised();
    // Somebody with a number of their own who says nothing else reports for themselves, whoever owns it.
    district.by("P29").accepts(report(None, "照片"));
    assert_eq!(district.action().reported(), Some((OTHER, "照片")));
    district.by("centre").when(verify(OTHER)).rejects(own(OTHER));
    district.when(withdraw(OTHER, "重复")).rejects(own(OTHER));
    // Nor in the name of somebody else; nor does the owner.
    district.by("P29").when(verify(PersonId(4))).rejects(own(OTHER));
    district.by("P3").when(verify(PersonId(4))).rejects(own(OWNER));
    district.by("P5").accepts(verify(PersonId(4)));

    // Who reports in the name of the owner has a hand in it too.
    let mut district = raised();
    district.by("P29").accepts(report(Some(OWNER), "照片"));
    assert_eq!(district.action().reported(), Some((OWNER, "照片")));
    district.by("centre").when(verify(OTHER)).rejects(own(OTHER));
    // Sent back and reported by others, it is not theirs any more.
    district
        .accepts(reopen("再", None))
        .accepts(report(None, "二"))
        .accepts(verify(OTHER));

    // A console that is nobody of the district reports for the owner.
    for console in ["centre", "P9999"] {
        let mut district = raised();
        district.by(console).accepts(report(None, "照片"));
        assert_eq!(district.action().reported(), Some((OWNER, "照片")), "{console}");
    }
}

#[test]
fn what_is_not_done_is_sent_back_and_what_comes_back_is_reopened() {
    let mut district = raised();
    let due = day(&district, 14);
    district.accepts(report(None, "照片"));
    district
        .when(reopen(" ", None))
        .rejects(Rejection::Missing { field: "reason" });
    district.accepts(reopen("照片看不清", None)).stands(ActionStatus::Open);
    district
        .when(reopen("再", None))
        .rejects(at_the_wrong_step(ActionStatus::Open));
    district.accepts(report(None, "新照片")).accepts(verify(OTHER));
    district
        .accepts(reopen("号码又错", Some(due)))
        .stands(ActionStatus::Open);
    assert_eq!((district.action().spec.due, district.action().verified()), (due, None));
    // Who reported it before may verify what somebody else reports now, if they do not own it.
    district
        .accepts(report(Some(OTHER), "一"))
        .accepts(reopen("再", None))
        .accepts(report(None, "二"))
        .accepts(verify(OTHER));
    let words: Vec<&str> = district.action().steps.iter().map(|step| step.change.word()).collect();
    let rounds = [
        "reported", "reopened", "reported", "verified", "reopened", "reported", "reopened", "reported", "verified",
    ];
    assert_eq!(words, rounds, "everything stays");
}

#[test]
fn owner_and_day_change_with_a_reason_and_what_was_raised_stays() {
    let mut district = raised();
    let (first, later) = (spec(&district), day(&district, 30));
    district
        .when(amend(|to| to.reason = "".into()))
        .rejects(Rejection::Missing { field: "reason" });
    district.accepts(amend(|to| {
        to.owner = Some(OTHER);
        to.due = Some(later);
        to.cause = Some("号码没有核对".into());
    }));
    let action = district.action();
    assert_eq!((action.spec.owner, action.spec.due), (OTHER, later));
    assert_eq!(
        (&*action.spec.cause, &*action.spec.measure),
        ("号码没有核对", "逐人核对号码")
    );
    assert_eq!(action.first, first);
    let own = Rejection::OwnAction {
        action: A1,
        person: OTHER,
    };
    district.accepts(report(None, "表")).when(verify(OTHER)).rejects(own);
    // What stands so already is no step.
    district.accepts(reopen("再", None));
    let steps = district.action().steps.len();
    district.when(amend(|to| to.owner = Some(OTHER))).changes_nothing();
    assert_eq!(district.action().steps.len(), steps);
    for (owner, due, problem) in [
        (Some(PersonId(0)), None, None),
        (None, Some(day(&district, -1)), Some("the day has passed")),
    ] {
        district.when(amend(|to| (to.owner, to.due) = (owner, due)));
        let refused = match problem {
            Some(problem) => Rejection::BadDates {
                field: "due_date",
                problem,
            },
            None => Rejection::UnknownPerson { person: PersonId(0) },
        };
        district.rejects(refused);
    }
}

#[test]
fn an_action_is_overdue_from_the_day_after_until_it_is_verified() {
    let mut district = raised();
    let on = |days| day(&begun(), days);
    assert!(!district.action().is_overdue(on(7)) && district.action().is_overdue(on(8)));
    district.at(8 * DAY).accepts(report(None, "表"));
    assert!(district.action().is_overdue(on(8)), "nobody has seen that it is done");
    district.accepts(verify(OTHER));
    assert!(!district.action().is_overdue(on(99)));
    // Reopened as it stood, it is overdue at once.
    district.accepts(reopen("又错", None));
    assert!(district.action().is_overdue(on(8)));
    district.when(reopen("x", Some(on(7)))).rejects(Rejection::BadDates {
        field: "due_date",
        problem: "the day has passed",
    });
    district.accepts(withdraw(OTHER, "重复"));
    assert!(!district.action().is_overdue(on(99)));
}

#[test]
fn what_was_raised_by_mistake_is_withdrawn_by_somebody_else_and_is_not_closed() {
    let mut district = raised();
    let own = Rejection::OwnAction {
        action: A1,
        person: OWNER,
    };
    district.when(withdraw(OWNER, "没有问题")).rejects(own);
    district
        .when(withdraw(OTHER, ""))
        .rejects(Rejection::Missing { field: "reason" });
    district
        .accepts(withdraw(OTHER, "与 A2 重复"))
        .stands(ActionStatus::Withdrawn);
    assert_eq!(district.action().verified(), None);
    district.accepts(reopen("不是一回事", None)).stands(ActionStatus::Open);
}

#[test]
fn runs_have_actions_while_they_go_on_and_after_they_were_broken_off() {
    let mut district = begun();
    let spec = spec(&district);
    district.accepts(raise(spec.clone()));
    let turn_to = TurnTo::Abort("雷雨".into());
    district.accepts(Command::ControlExercise(ControlExercise { run: Y1, turn_to }));
    district.accepts(raise(spec.clone()));
    // Also when its world is long gone.
    district.at(3 * DAY).fire();
    assert!(
        district
            .state
            .exercises
            .run(Y1)
            .is_some_and(|run| run.world().is_none())
    );
    district
        .accepts(raise(spec.clone()))
        .answers(&Answer::Action(ActionId(3)));
    assert_eq!(district.state.exercises.actions.of(Y1).count(), 3);
    let none = ExerciseId(2);
    let of_none = ActionSpec {
        run: none,
        ..spec.clone()
    };
    district
        .when(raise(of_none))
        .rejects(Rejection::UnknownExercise { run: none });
    for (field, change) in [
        (
            "issue",
            Box::new(|spec: &mut ActionSpec| spec.issue = " ".into()) as Box<dyn Fn(&mut ActionSpec)>,
        ),
        (
            "cause",
            Box::new(|spec: &mut ActionSpec| spec.cause = "x".repeat(2001).into()),
        ),
    ] {
        let mut bad = spec.clone();
        change(&mut bad);
        district.when(raise(bad));
        let is_field = match district.outcome() {
            Err(Rejection::Missing { field: other } | Rejection::TooLong { field: other, .. }) => *other == field,
            Ok(_) | Err(_) => false,
        };
        assert!(is_field, "{:?}", district.outcome());
    }
    for action in [ActionId(0), ActionId(4), ActionId(u32::MAX)] {
        let evidence = "x".into();
        let unknown = ReportAction {
            action,
            by: None,
            evidence,
        };
        district
            .when(Command::ReportAction(unknown))
            .rejects(Rejection::UnknownAction { action });
    }
}

#[test]
fn they_are_raised_in_the_district_and_not_in_an_exercise() {
    let mut district = begun();
    let command = Box::new(raise(spec(&district)));
    district
        .when(Command::InExercise(InExercise { run: Y1, command }))
        .rejects(Rejection::NotInExercises {
            command: "raise-action",
        });
}

#[test]
fn neither_actions_nor_rounds_go_on_for_ever() {
    let mut district = begun();
    let spec = spec(&district);
    let actions = &mut district.state.exercises.actions;
    let actor = crate::command::Actor("centre".into());
    for _ in 0..ACTIONS_MAX {
        actions.raised(actions.next_id(), &spec, &actor, minute(0));
    }
    for _ in 0..STEPS_MAX / 2 {
        let (by, evidence) = (OWNER, "表".into());
        actions.changed(A1, &ActionChange::Reported { by, evidence }, &actor, minute(0));
        let (reason, due) = ("再".into(), None);
        actions.changed(A1, &ActionChange::Reopened { reason, due }, &actor, minute(0));
    }
    let context = crate::command::Context {
        actor,
        request_id: None,
        digest: 0,
        at: minute(1),
    };
    let decide = |command| crate::decide::decide_in(&district.state, &context, &district.policy, &command);
    let (max, run) = (ACTIONS_MAX as u32, Y1);
    assert_eq!(decide(raise(spec)), Err(Rejection::TooManyActions { run, max }));
    let (max, action) = (STEPS_MAX as u32, A1);
    assert_eq!(
        decide(report(None, "表")),
        Err(Rejection::TooManyActionSteps { action, max })
    );
}

fn an_action() -> impl Strategy<Value = ActionId> {
    prop_oneof![8 => 1..=2_u32, 1 => select(vec![0, 3, u32::MAX])].prop_map(ActionId)
}

fn a_person() -> impl Strategy<Value = PersonId> {
    prop_oneof![8 => 1..=3_u32, 1 => select(vec![0, 31])].prop_map(PersonId)
}

fn a_text() -> impl Strategy<Value = Box<str>> {
    select(vec!["a", "b", " c ", ""]).prop_map(Into::into)
}

/// Anything that can be said of actions; days count from the first.
fn anything() -> impl Strategy<Value = Command> {
    let zone = crate::policy::Policy::default().team.zone;
    let days = move || {
        let first = zone.date(minute(0));
        (-1..20_i32).prop_map(move |days| first.plus_days(days))
    };
    let run = select(vec![Y1, Y1, Y1, ExerciseId(2)]);
    let raise = (run, a_text(), a_text(), a_person(), days()).prop_map(|(run, issue, cause, owner, due)| {
        raise(ActionSpec {
            run,
            issue,
            cause,
            measure: "".into(),
            owner,
            due,
        })
    });
    let texts = prop::option::of(a_text());
    let amend = (
        an_action(),
        texts,
        prop::option::of(a_person()),
        prop::option::of(days()),
        a_text(),
    )
        .prop_map(|(action, cause, owner, due, reason)| {
            Command::AmendAction(AmendAction {
                action,
                cause,
                measure: None,
                owner,
                due,
                reason,
            })
        });
    let report = (an_action(), prop::option::of(a_person()), a_text())
        .prop_map(|(action, by, evidence)| Command::ReportAction(ReportAction { action, by, evidence }));
    let verify = (an_action(), a_person(), a_text())
        .prop_map(|(action, by, note)| Command::VerifyAction(VerifyAction { action, by, note }));
    let reopen = (an_action(), a_text(), prop::option::of(days()))
        .prop_map(|(action, reason, due)| Command::ReopenAction(ReopenAction { action, reason, due }));
    let withdraw = (an_action(), a_person(), a_text())
        .prop_map(|(action, by, reason)| Command::WithdrawAction(WithdrawAction { action, by, reason }));
    prop_oneof![1 => raise, 2 => amend, 4 => report, 4 => verify, 2 => reopen, 1 => withdraw]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// E4, ids without gaps, and every step kept: the laws are checked after each. What was refused changed nothing.
    #[test]
    fn none_closes_unseen_whatever_is_said(steps in prop::collection::vec((0..2 * DAY, anything()), 1..40)) {
        let mut district = raised();
        let mut now = 0;
        for (pause, command) in steps {
            now += pause;
            let before = district.state.exercises.actions.clone();
            district.at(now).when(command);
            prop_assert!(district.is_accepted() || before == district.state.exercises.actions);
        }
        let closed = |action: &&Action| action.status == ActionStatus::Verified;
        for action in district.state.exercises.actions.iter().filter(closed) {
            let by = action.verified().expect("by somebody");
            let (reporter, _) = action.reported().expect("after a report");
            prop_assert!(by != action.spec.owner && by != reporter, "{action:?}");
        }
    }
}
