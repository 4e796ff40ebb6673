//! Laws over random sequences of commands, made by a generator that knows the domain and likes edges.

use proptest::prelude::*;
use proptest::sample::select;

use super::{District, EAST, MINUTE, START, WEST, activate, approval, columns, district, draft};
use crate::command::{Command, Reporter};
use crate::field::{BatchItem, BatchItemKind, EnrollDevice, SubmitBatch};
use crate::id::{DeviceId, ExerciseId, LeaveId, OrderId, PersonId, ResponseId, Timestamp};
use crate::leave::{DecideLeave, LeaveReason, LeaveVerdict, RequestLeave};
use crate::order::{
    Acknowledge, AddressList, CancelOrder, Channel, CheckIn, CloseOrder, Deadline, Decline, DeliveryState, Depart,
    DutyClass, IssueOrder, RecordAttempt, Release, ReportDelivery, SignOff, StepTarget, SupersedeOrder,
};
use crate::response::{ChangeLevel, OrderDraft, TerminateResponse};
use crate::situation::{FileReport, ReportForm, ReportKind, Words};

fn one_person() -> impl Strategy<Value = PersonId> {
    prop_oneof![20 => 1..=30u32, 1 => select(vec![0, 31, u32::MAX])].prop_map(PersonId)
}

/// Mostly of one team, so that orders meet.
fn some_people() -> impl Strategy<Value = Vec<PersonId>> {
    prop_oneof![
        8 => prop::collection::vec((1..=6u32).prop_map(PersonId), 1..5),
        2 => prop::collection::vec(one_person(), 0..8),
    ]
}

fn one_order() -> impl Strategy<Value = OrderId> {
    prop_oneof![20 => 1..=4u32, 1 => select(vec![0, u32::MAX])].prop_map(OrderId)
}

fn version() -> impl Strategy<Value = u32> {
    prop_oneof![6 => Just(0), 3 => 1..4u32, 1 => Just(u32::MAX)]
}

fn reporter() -> impl Strategy<Value = Reporter> {
    prop_oneof![
        4 => Just(Reporter::Desk),
        2 => Just(Reporter::Own),
        3 => select(vec![1, 2, 9, 15, 0]).prop_map(|lead| Reporter::Lead(PersonId(lead))),
    ]
}

fn place() -> impl Strategy<Value = Box<str>> {
    select(vec![EAST, EAST, EAST, WEST, "M1", "M0", "nowhere"]).prop_map(Into::into)
}

/// A device's clock: mostly about right.
fn clock() -> impl Strategy<Value = i64> {
    prop_oneof![6 => (0..200i64).prop_map(|minute| START + minute * MINUTE), 1 => select(vec![0, i64::MIN, i64::MAX])]
}

fn deadline() -> impl Strategy<Value = Deadline> {
    prop_oneof![
        2 => Just(Deadline::None),
        6 => (1..60u64).prop_map(|minutes| Deadline::WithinMs(minutes * 60_000)),
        1 => select(vec![0, u64::MAX]).prop_map(Deadline::WithinMs),
        1 => clock().prop_map(|at| Deadline::At(Timestamp::from_unix_ms(at))),
    ]
}

fn ladder() -> impl Strategy<Value = Vec<(u64, StepTarget)>> {
    select(vec![
        vec![],
        vec![
            (0, StepTarget::Repeat),
            (60_000, StepTarget::TeamLeader),
            (120_000, StepTarget::Superior),
        ],
        vec![(60_000, StepTarget::Deputy), (u64::MAX, StepTarget::Superior)],
        vec![(60_000, StepTarget::Deputy), (61_000, StepTarget::Repeat)],
    ])
}

fn any_draft() -> impl Strategy<Value = OrderDraft> {
    let duty = prop::option::of(select(DutyClass::ALL.map(|(class, _)| class).to_vec()));
    let points = select(vec![vec![EAST], vec![EAST], vec![WEST], vec![EAST, WEST, EAST], vec![]]);
    let grace = prop::option::of(select(vec![0, 600_000, u64::MAX]));
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    (points, deadline(), deadline(), grace, ladder(), duty, flags).prop_map(
        |(points, acknowledge, arrive, grace_ms, ladder, duty, (no_ladder, reassign, signed))| OrderDraft {
            muster_points: points.into_iter().map(Into::into).collect(),
            acknowledge,
            arrive,
            grace_ms,
            ladder,
            no_ladder,
            duty,
            reassign,
            sign_offs: signed.then(|| "logistics".into()).into_iter().collect(),
            ..draft()
        },
    )
}

fn audience() -> impl Strategy<Value = AddressList> {
    let units = select(vec![
        vec![],
        vec![],
        vec!["A1"],
        vec!["D"],
        vec!["V21", "T2"],
        vec!["X"],
    ]);
    let teams = select(vec![vec![], vec!["AG1"], vec!["AG1", "SU1"], vec!["T1"], vec!["T0"]]);
    (units, teams, some_people(), any::<bool>()).prop_map(|(units, teams, people, call_out)| AddressList {
        units: units.into_iter().map(Into::into).collect(),
        teams: teams.into_iter().map(Into::into).collect(),
        people,
        call_out,
    })
}

/// What a batch may hold: numbered when it is sent.
fn batch() -> impl Strategy<Value = Command> {
    let kind = prop_oneof![
        Just(BatchItemKind::Acknowledge),
        Just(BatchItemKind::Depart),
        place().prop_map(BatchItemKind::CheckIn),
    ];
    let exercise = prop_oneof![2 => Just(None), 1 => (1..4u32).prop_map(|run| Some(ExerciseId(run)))];
    let item = (
        kind,
        one_order(),
        version(),
        some_people(),
        any::<bool>(),
        clock(),
        exercise,
    )
        .prop_map(|(kind, order, version, people, all, observed_at, exercise)| BatchItem {
            kind,
            order,
            version,
            people,
            all,
            observed_at,
            exercise,
        });
    let device = prop_oneof![9 => Just(1), 1 => select(vec![0, 2])].prop_map(DeviceId);
    (device, 0..3u64, prop::collection::vec(item, 0..5)).prop_map(|(device, sequence, items)| {
        Command::SubmitBatch(SubmitBatch {
            device,
            sequence,
            digest: [items.len() as u8; 32],
            items,
        })
    })
}

fn field_command() -> impl Strategy<Value = Command> {
    let who = (one_order(), version(), reporter(), some_people(), any::<bool>());
    let acknowledge = who.prop_map(|(order, version, reporter, people, all)| {
        Command::Acknowledge(Acknowledge {
            order,
            version,
            reporter,
            people,
            all,
        })
    });
    let who = (one_order(), version(), reporter(), some_people(), any::<bool>());
    let depart = who.prop_map(|(order, version, reporter, people, all)| {
        Command::Depart(Depart {
            order,
            version,
            reporter,
            people,
            all,
        })
    });
    let who = (one_order(), version(), reporter(), some_people(), any::<bool>());
    let code = select(vec!["east-1111", "wrong"]);
    let check_in = (who, place(), code, prop::option::of(clock())).prop_map(
        |((order, version, reporter, people, all), muster_point, code, observed_at)| {
            Command::CheckIn(CheckIn {
                order,
                version,
                reporter,
                muster_point,
                check_in_code: code.into(),
                people,
                all,
                observed_at,
            })
        },
    );
    let reason = select(LeaveReason::ALL.map(|(reason, _)| reason).to_vec());
    let decline = (one_order(), version(), reporter(), one_person(), reason).prop_map(
        |(order, version, reporter, person, reason)| {
            let note = "".into();
            Command::Decline(Decline {
                order,
                version,
                reporter,
                person,
                reason,
                note,
            })
        },
    );
    let attempt = (one_order(), version(), any::<bool>(), 0..4u8, some_people()).prop_map(
        |(order, version, by_hand, number, people)| {
            let channel = if by_hand { Channel::Manual } else { Channel::Stream };
            Command::RecordAttempt(RecordAttempt {
                order,
                version,
                channel,
                number,
                people,
            })
        },
    );
    let states = select(vec![
        DeliveryState::Delivered,
        DeliveryState::Read,
        DeliveryState::Acked,
    ]);
    let delivery = (one_order(), version(), one_person(), states).prop_map(|(order, version, lead, state)| {
        Command::ReportDelivery(ReportDelivery {
            order,
            version,
            lead,
            state,
        })
    });
    prop_oneof![4 => acknowledge, 2 => depart, 5 => check_in, 3 => decline, 1 => attempt, 1 => delivery, 4 => batch()]
}

fn centre_command() -> impl Strategy<Value = Command> {
    let response = || prop_oneof![9 => Just(ResponseId(1)), 1 => select(vec![ResponseId(0), ResponseId(2)])];
    let issue = (response(), audience(), any_draft()).prop_map(|(response, audience, draft)| {
        Command::IssueOrder(IssueOrder {
            response,
            audience,
            draft,
        })
    });
    let supersede = (one_order(), prop::option::of(audience()), any_draft())
        .prop_map(|(order, audience, draft)| Command::SupersedeOrder(SupersedeOrder { order, audience, draft }));
    let release = (one_order(), some_people(), any::<bool>())
        .prop_map(|(order, people, all)| Command::Release(Release { order, people, all }));
    let sign_off = one_order().prop_map(|order| {
        Command::SignOff(SignOff {
            order,
            name: "logistics".into(),
        })
    });
    let cancel = one_order().prop_map(|order| {
        Command::CancelOrder(CancelOrder {
            order,
            reason: "over".into(),
        })
    });
    let close = one_order().prop_map(|order| Command::CloseOrder(CloseOrder { order }));
    let activation = (0..6u32, prop::option::of(any_draft())).prop_map(|(level, order)| {
        Command::ActivateResponse(crate::response::ActivateResponse {
            order,
            ..activate(level)
        })
    });
    let level = (
        response(),
        any::<bool>(),
        0..6u32,
        select(vec![vec![], vec!["T1"], vec!["D", "V11"]]),
    )
        .prop_map(|(response, up, level, scope)| {
            Command::ChangeLevel(ChangeLevel {
                response,
                up,
                level,
                scope: scope.into_iter().map(Into::into).collect(),
                reason: "water rises".into(),
                basis: "".into(),
                approval: approval(),
                template: None,
            })
        });
    let terminate = (response(), select(vec!["", "over"])).prop_map(|(response, reason)| {
        Command::TerminateResponse(TerminateResponse {
            response,
            reason: reason.into(),
        })
    });
    let leave = (one_person(), clock(), clock()).prop_map(|(person, from, until)| {
        let (reason, note) = (LeaveReason::Other, "".into());
        Command::RequestLeave(RequestLeave {
            person,
            reason,
            note,
            from,
            until,
        })
    });
    let verdict = select(vec![
        LeaveVerdict::Approved,
        LeaveVerdict::Approved,
        LeaveVerdict::Denied,
    ]);
    let decide = (0..6u32, verdict).prop_map(|(leave, verdict)| {
        let leave = LeaveId(leave);
        Command::DecideLeave(DecideLeave { leave, verdict })
    });
    let words = || Words {
        source: "T1".into(),
        place: "the dyke".into(),
        nature: "seepage".into(),
        ..Words::default()
    };
    let kinds = select(ReportKind::ALL.map(|(kind, _)| kind).to_vec());
    let file = (response(), kinds, any::<bool>(), prop::option::of(0..3u32)).prop_map(
        move |(response, kind, written, amends)| {
            Command::FileReport(FileReport {
                response,
                kind,
                form: if written {
                    ReportForm::Written
                } else {
                    ReportForm::Phone
                },
                received_at: None,
                event_at: None,
                words: words(),
                amends,
            })
        },
    );
    prop_oneof![
        2 => file, 6 => issue, 4 => supersede, 3 => release, 1 => sign_off, 1 => cancel, 1 => close, 1 => activation, 1 => level,
        1 => terminate, 2 => leave, 5 => decide,
    ]
}

pub(crate) fn any_command() -> impl Strategy<Value = Command> {
    prop_oneof![6 => field_command(), 5 => centre_command(), 1 => Just(Command::FireTimers)]
}

/// Every count of every order, and every duty.
fn everything_counted(district: &District) -> Vec<[u32; 6]> {
    let versions = district.state.orders.iter().flat_map(|order| &order.versions);
    let counts = versions.map(|version| columns(&version.ledger.total()));
    let duty = |person| district.state.duty(PersonId(person)).map_or(0, |order| order.0);
    counts
        .chain((1..=30).map(|person| [duty(person), 0, 0, 0, 0, 0]))
        .collect()
}

/// Whether asking again makes a new thing rather than the same one.
fn makes_anew(command: &Command) -> bool {
    matches!(
        command,
        Command::IssueOrder(_) | Command::SupersedeOrder(_) | Command::ActivateResponse(_)
    )
}

fn run(steps: Vec<(i64, bool, Command)>) {
    let mut district = district();
    district
        .activate()
        .issue_with(1..=6, |draft| draft.duty = Some(DutyClass::GridPost))
        .issue(4..=9);
    let (lead, public_key) = (PersonId(1), [1; 32]);
    district.accepts(Command::EnrollDevice(EnrollDevice { lead, public_key }));
    let mut now = 0;
    for (pause, is_fired, mut command) in steps {
        now += pause;
        district.at(now);
        if is_fired {
            fire(&mut district);
        }
        if let Command::SubmitBatch(batch) = &mut command
            && batch.sequence == 0
        {
            let device = district.state.devices.get(batch.device);
            batch.sequence = device
                .and_then(|device| device.last.as_ref())
                .map_or(1, |last| last.sequence + 1);
        }
        // Nobody approves what they asked for themselves.
        let decides = matches!(command, Command::DecideLeave(_));
        district.by(if decides { "approver" } else { "centre" });
        let accepted = district.when(command.clone()).outcome.is_ok();
        if accepted && !makes_anew(&command) {
            let counted = everything_counted(&district);
            district.when(command);
            assert_eq!(
                everything_counted(&district),
                counted,
                "the same again changes no count"
            );
        }
    }
    fire(&mut district);
}

/// Fires what is due: whatever the state, time goes on.
fn fire(district: &mut District) {
    district.fire();
    let now = district.at;
    assert!(
        district.state.next_order_deadline().is_none_or(|next| next > now),
        "the timers got stuck"
    );
    district.fire().changes_nothing();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// A1–A7, O1–O6, M3: see `laws`; and idempotence, and timers that always progress.
    #[test]
    fn the_laws_hold_whatever_is_asked(
        steps in prop::collection::vec((0..15i64, any::<bool>(), any_command()), 1..40),
    ) {
        run(steps);
    }
}
