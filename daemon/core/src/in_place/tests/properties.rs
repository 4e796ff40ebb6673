//! Laws over random sequences of commands about in-place reports, with everything that can come between.

use proptest::prelude::*;
use proptest::sample::select;

use super::{members, open_windows, own};
use crate::command::{Command, Reporter};
use crate::field::{BatchItem, BatchItemKind, EnrollDevice, SubmitBatch};
use crate::id::{DeviceId, ExemptionId, LeaveId, OrderId, PersonId, ResponseId, WindowId};
use crate::import::ImportMode;
use crate::in_place::*;
use crate::leave::{DecideLeave, LeaveVerdict};
use crate::order::{CheckIn, CloseOrder, Deadline, DutyClass, Release, SupersedeOrder};
use crate::response::TerminateResponse;
use crate::team::PersonRef;
use crate::testing::{MINUTE, activate_other, check_in, decline, draft, issue, minute};

/// Mostly of the village with the most members.
fn who() -> impl Strategy<Value = u32> {
    prop_oneof![10 => 9..=14u32, 4 => 25..=28u32, 2 => 1..=30u32, 1 => select(vec![0, 31])]
}

fn some() -> impl Strategy<Value = Vec<PersonId>> {
    prop::collection::vec(who().prop_map(PersonId), 1..4)
}

fn village() -> impl Strategy<Value = Box<str>> {
    select(vec!["V12", "V12", "V12", "V22", "V11", "T1"]).prop_map(Into::into)
}

fn response() -> impl Strategy<Value = Option<ResponseId>> {
    select(vec![None, None, None, Some(ResponseId(1)), Some(ResponseId(2))])
}

fn reporter() -> impl Strategy<Value = Reporter> {
    prop_oneof![
        4 => Just(Reporter::Own),
        2 => Just(Reporter::Desk),
        2 => select(vec![9, 15]).prop_map(|lead| Reporter::Lead(PersonId(lead))),
    ]
}

fn opens() -> impl Strategy<Value = Command> {
    let area = select(vec![vec!["V12"], vec!["T1"], vec!["D"], vec!["V22"]]);
    (area, 1..3u32, 1..90u64).prop_map(|(area, response, minutes)| {
        Command::OpenWindows(OpenWindows {
            response: ResponseId(response),
            deadline: Deadline::WithinMs(minutes * MINUTE as u64),
            ..open_windows(&area)
        })
    })
}

fn reports() -> impl Strategy<Value = Command> {
    let observed = prop::option::of((-60..200i64).prop_map(|at| minute(at).unix_ms()));
    let code = select(vec!["east-1111", "east-1111", "west-2222"]);
    (village(), response(), reporter(), some(), code, observed).prop_map(
        |(village, response, reporter, people, code, observed_at)| {
            Command::ReportInPlace(ReportInPlace {
                response,
                reporter,
                people,
                observed_at,
                ..own(&village, code, 9)
            })
        },
    )
}

fn settles() -> impl Strategy<Value = Command> {
    let by = select(vec!["secretary", "secretary", "P9", "person 10"]);
    (village(), response(), some(), any::<bool>(), by, 0..4u8).prop_map(|(village, response, people, all, by, kind)| {
        if kind == 0 {
            return Command::RejectReports(RejectReports {
                village,
                response,
                people,
                reason: "was not seen".into(),
                rejected_by: by.into(),
            });
        }
        Command::ConfirmReports(ConfirmReports {
            village,
            response,
            people,
            all,
            confirmed_by: by.into(),
        })
    })
}

fn exempts() -> impl Strategy<Value = Command> {
    let reason = select(ExemptReason::ALL.map(|(reason, _)| reason).to_vec());
    (who(), reason, 0..4u32).prop_map(|(who, reason, ends)| match ends {
        0 => Command::EndExemption(EndExemption {
            exemption: ExemptionId(who % 5),
        }),
        _ => Command::ExemptMember(ExemptMember {
            person: PersonId(who),
            reason,
            from: None,
            until: None,
            approved_by: "organization department".into(),
        }),
    })
}

fn registers() -> impl Strategy<Value = Command> {
    (who(), village()).prop_map(|(who, village_code)| {
        Command::ImportPreRegistrations(ImportPreRegistrations {
            mode: ImportMode::SkipBad,
            rows: vec![PreRegistrationRow {
                row: 1,
                person: PersonRef::Id(PersonId(who)),
                village_code,
                skills: Vec::new(),
                service: "".into(),
                hours: "".into(),
            }],
        })
    })
}

/// What comes between: other duties, ends, leave, offline batches.
fn others() -> impl Strategy<Value = Command> {
    let order = || (1..=5u32).prop_map(OrderId);
    let class = select(DutyClass::ALL.map(|(class, _)| class).to_vec());
    let called = (some(), class.clone()).prop_map(|(people, class)| {
        let mut draft = draft();
        draft.duty = Some(class);
        issue(people.into_iter().map(|person| person.0), draft)
    });
    let supersedes = (order(), class).prop_map(|(order, class)| {
        let mut draft = draft();
        draft.duty = Some(class);
        let audience = None;
        Command::SupersedeOrder(SupersedeOrder { order, audience, draft })
    });
    let releases = (order(), some()).prop_map(|(order, people)| {
        let all = false;
        Command::Release(Release { order, people, all })
    });
    let closes = order().prop_map(|order| Command::CloseOrder(CloseOrder { order }));
    let checks = (order(), some(), reporter()).prop_map(|(order, people, reporter)| {
        Command::CheckIn(CheckIn {
            reporter,
            check_in_code: "east-1111".into(),
            people,
            ..check_in(order, [])
        })
    });
    let declines = (order(), who()).prop_map(|(order, who)| Command::Decline(decline(order, who)));
    let verdict = (1..4u32).prop_map(|leave| {
        Command::DecideLeave(DecideLeave {
            leave: LeaveId(leave),
            verdict: LeaveVerdict::Approved,
        })
    });
    let ends = (1..3u32).prop_map(|response| {
        Command::TerminateResponse(TerminateResponse {
            response: ResponseId(response),
            reason: "over".into(),
        })
    });
    let second = Just(activate_other(|asked| asked.plan = "epidemic".into()));
    let windows = (1..4u32).prop_map(|window| {
        Command::CloseWindows(CloseWindows {
            windows: vec![WindowId(window)],
        })
    });
    let task = (who(), village()).prop_map(|(who, village)| {
        Command::AssignTask(AssignTask {
            village,
            response: None,
            person: PersonId(who),
            task: "patrol".into(),
        })
    });
    let item = (order(), some(), 0..200i64).prop_map(|(order, people, at)| BatchItem {
        kind: BatchItemKind::CheckIn("MP-EAST".into()),
        order,
        version: 0,
        people,
        all: false,
        observed_at: minute(at).unix_ms(),
        exercise: None,
    });
    let batch = prop::collection::vec(item, 1..4).prop_map(|items| {
        Command::SubmitBatch(SubmitBatch {
            device: DeviceId(1),
            sequence: 0,
            digest: [items.len() as u8; 32],
            items,
        })
    });
    prop_oneof![
        4 => called, 1 => supersedes, 3 => releases, 1 => closes, 4 => checks, 2 => declines, 1 => verdict, 1 => ends,
        2 => second, 1 => windows, 2 => task, 2 => batch,
    ]
}

fn any_command() -> impl Strategy<Value = Command> {
    prop_oneof![3 => opens(), 6 => reports(), 5 => settles(), 2 => exempts(), 1 => registers(), 6 => others()]
}

fn run(steps: Vec<(i64, Command)>) {
    let mut district = members();
    district.activate();
    let (lead, public_key) = (PersonId(9), [1; 32]);
    district.accepts(Command::EnrollDevice(EnrollDevice { lead, public_key }));
    district.accepts(Command::OpenWindows(open_windows(&["V12"])));
    let mut now = 0;
    for (pause, mut command) in steps {
        now += pause;
        district.at(now).fire().fire().changes_nothing();
        if let Command::SubmitBatch(batch) = &mut command {
            let device = district.state.devices.get(batch.device);
            let last = device.and_then(|device| device.last.as_ref());
            batch.sequence = last.map_or(1, |last| last.sequence + 1);
        }
        district.by(if matches!(command, Command::DecideLeave(_)) {
            "approver"
        } else {
            "centre"
        });
        district.when(command.clone());
        let settles = matches!(
            command,
            Command::OpenWindows(_)
                | Command::CloseWindows(_)
                | Command::ConfirmReports(_)
                | Command::RejectReports(_)
                | Command::AssignTask(_)
                | Command::EndExemption(_)
                | Command::ImportPreRegistrations(_)
        );
        if settles && district.is_accepted() {
            district.when(command).changes_nothing();
        }
    }
    district.at(now + 10_000).fire();
    let open = district
        .state
        .in_place
        .windows()
        .filter(|window| window.is_open())
        .count();
    assert_eq!(open, 0, "every window closes by itself");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    /// C1–C3, A1–A7 and that the village's counts are the ledger's: see `laws`; and that a repeat changes nothing.
    #[test]
    fn the_laws_of_in_place_reports_hold_whatever_is_asked(
        steps in prop::collection::vec((0..20i64, any_command()), 1..30),
    ) {
        run(steps);
    }
}
