//! Laws over random imports of plans and posts, leave, and responses that come and go between them.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::leave::{DecideLeave, LeaveReason, LeaveVerdict, RequestLeave};
use crate::post::{EndPost, PostRole};

#[derive(Debug, Clone)]
enum Step {
    Plan {
        kind: &'static str,
        minutes: u64,
        teams: Vec<TeamKind>,
        bad: bool,
    },
    Posts {
        skip_bad: bool,
        rows: Vec<(&'static str, &'static str, &'static str, u32)>,
    },
    End {
        unit: &'static str,
        post: &'static str,
        role: Option<PostRole>,
    },
    Leave {
        person: u32,
        from: i64,
        minutes: i64,
    },
    Activate {
        kind: &'static str,
        level: u32,
    },
    Terminate(u32),
}

const POSTS: [&str; 3] = ["commander", "town-secretary", "grid-lead"];

fn step() -> impl Strategy<Value = Step> {
    let kind = || select(vec!["flood", "typhoon", "drought", "Bad"]);
    let team = select(TeamKind::ALL.map(|(kind, _)| kind).to_vec());
    let unit = || select(vec!["D", "T1", "V11", "X"]);
    let role = select(vec!["", "primary", "backup", "king"]);
    let row = (unit(), select(POSTS.to_vec()), role, 0..5u32);
    prop_oneof![
        3 => (kind(), 0..40u64, prop::collection::vec(team, 0..3), any::<bool>())
            .prop_map(|(kind, minutes, teams, bad)| Step::Plan { kind, minutes, teams, bad }),
        4 => (any::<bool>(), prop::collection::vec(row, 0..5)).prop_map(|(skip_bad, rows)| Step::Posts { skip_bad, rows }),
        2 => (unit(), select(POSTS.to_vec()), prop::option::of(select(vec![PostRole::Primary, PostRole::Backup])))
            .prop_map(|(unit, post, role)| Step::End { unit, post, role }),
        2 => (1..5u32, 0..20i64, 1..30i64).prop_map(|(person, from, minutes)| Step::Leave { person, from, minutes }),
        2 => (kind(), 0..6u32).prop_map(|(kind, level)| Step::Activate { kind, level }),
        1 => (1..4u32).prop_map(Step::Terminate),
    ]
}

fn take(district: &mut District, now: i64, step: Step) {
    let minute = crate::testing::minute;
    match step {
        Step::Plan {
            kind,
            minutes,
            teams,
            bad,
        } => {
            let mut plan = plan(kind, flood());
            plan.levels[0].call_out.teams = teams;
            plan.levels[3].order.acknowledge_ms = minutes * 60_000;
            plan.levels[3].authority.second_person = !bad;
            let is_good = check(&plan).is_empty();
            district.when(import(plan));
            assert_eq!(district.outcome().is_ok(), is_good);
        }
        Step::Posts { skip_bad, rows } => {
            let rows = (1..).zip(rows);
            let rows = rows.map(|(number, (unit, post, role, person))| post_row(number, unit, post, role, person));
            let mode = if skip_bad {
                ImportMode::SkipBad
            } else {
                ImportMode::AllOrNothing
            };
            let command = import_posts(mode, rows.collect());
            district.accepts(command.clone());
            let Answer::Imported(first) = district.answer().clone() else {
                panic!("no report")
            };
            // The same again changes nothing.
            if first.applied {
                district.accepts(command).changes_nothing();
            }
        }
        Step::End { unit, post, role } => {
            district.when(Command::EndPost(EndPost {
                unit_code: unit.into(),
                post: post.into(),
                role,
            }));
        }
        Step::Leave { person, from, minutes } => {
            district.by("somebody");
            let leave = district.state.leave.iter().count() as u32 + 1;
            let asks = Command::RequestLeave(RequestLeave {
                person: PersonId(person),
                reason: LeaveReason::Medical,
                note: "".into(),
                from: minute(now + from).unix_ms(),
                until: minute(now + from + minutes).unix_ms(),
            });
            if district.when(asks).outcome().is_ok() {
                district.by("centre");
                district.accepts(Command::DecideLeave(DecideLeave {
                    leave: crate::id::LeaveId(leave),
                    verdict: LeaveVerdict::Approved,
                }));
            }
            district.by("centre");
        }
        Step::Activate { kind, level } => {
            district.when(Command::ActivateResponse(ActivateResponse {
                plan: kind.into(),
                ..activate(level)
            }));
        }
        Step::Terminate(response) => {
            district.when(Command::TerminateResponse(TerminateResponse {
                response: ResponseId(response),
                reason: "over".into(),
            }));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Every step is held against the laws (`laws/plans.rs`). What is asked of the past is answered as it was then.
    #[test]
    fn what_was_imported_stays_and_who_is_away_never_acts(steps in prop::collection::vec(step(), 1..25)) {
        let mut district = district();
        let mut seen: Vec<(Timestamp, Vec<crate::post::Holders>)> = Vec::new();
        for (now, step) in (1..).zip(steps) {
            district.at(now);
            take(&mut district, now, step);
            let at = crate::testing::minute(now);
            let state = &district.state;
            let unit = state.org.by_code("T1").expect("the town").id;
            let of = |at| POSTS.map(|post| state.posts.holders_at(unit, post, at)).to_vec();
            seen.push((at, of(at)));
            for (then, holders) in &seen {
                prop_assert_eq!(&of(*then), holders);
            }
            for post in POSTS {
                let holders = state.posts.holders(unit, post);
                let acting = state.post_holder(unit, post, at);
                let there = |person: Option<PersonId>| person.filter(|person| !state.leave.is_on_leave(*person, at));
                let expected = there(holders.primary).or_else(|| there(holders.backup));
                prop_assert_eq!(acting.map(|(person, _)| person), expected);
            }
        }
        let versions: Vec<_> = district.state.plans.kinds().collect();
        prop_assert!(!versions.contains(&"Bad"));
    }
}
