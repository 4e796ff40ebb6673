//! Imports of units, people, teams and muster points: every row is accounted for, the laws hold, what is journaled can be read,
//! and the same import a second time changes nothing.

use std::sync::Arc;

use arbitrary::{Arbitrary, Result, Unstructured};
use baiying_core::Rejection;
use baiying_core::command::{Actor, Answer, Command, Context, Envelope};
use baiying_core::event::Tenant;
use baiying_core::id::{PersonId, Timestamp};
use baiying_core::import::{ImportMode, ImportReport, RowError, RowProblem};
use baiying_core::muster::{ImportMusterPoints, MusterPointRow};
use baiying_core::org::{ImportUnits, UnitRow};
use baiying_core::people::{Column, ImportPeople, PersonKey, PersonRow, Personal};
use baiying_core::team::{ImportTeams, PersonRef, TeamMemberRow};
use baiying_core::{State, decide, laws};
use baiying_journal::event;
use baiyingd::plan_file::default_policy;

use crate::district;

const IMPORTS_MAX: usize = 8;
const ROWS_MAX: usize = 40;
const CODES: [&str; 12] = ["D", "A1", "A2", "T1", "T2", "V1", "V2", "G1", "G2", "X", "", " A1"];
const UNIT_KINDS: [&str; 8] = ["district", "agency", "town", "village", "grid", "province", "city", ""];
const CATEGORIES: [&str; 5] = ["staff", "contract", "member", "volunteer", ""];
const POLITICAL: [&str; 4] = ["", "party-member", "league-member", "none"];
const STANDINGS: [&str; 5] = ["", "", "seconded-out", "left", "asleep"];
const TEAM_KINDS: [&str; 4] = ["agency", "support", "volunteer", "special"];
const ROLES: [&str; 4] = ["leader", "deputy", "member", ""];

/// Mostly one of the words, now and then anything.
fn word(input: &mut Unstructured<'_>, words: &[&str]) -> Result<Box<str>> {
    match usize::from(u8::arbitrary(input)?) {
        at if at >= 240 => Ok(<&str>::arbitrary(input)?.into()),
        at => Ok(words[at % words.len()].into()),
    }
}

fn unit(input: &mut Unstructured<'_>, row: u32) -> Result<UnitRow> {
    Ok(UnitRow {
        row,
        code: word(input, &CODES)?,
        name: word(input, &["one", "two", ""])?,
        parent_code: word(input, &CODES)?,
        kind: word(input, &UNIT_KINDS)?,
    })
}

fn person(input: &mut Unstructured<'_>, row: u32) -> Result<PersonRow> {
    let number = u32::from(u8::arbitrary(input)? % 24);
    let id_number = match number {
        0 => word(input, &[""])?,
        number => district::id_number(number).into(),
    };
    Ok(PersonRow {
        row,
        key: PersonKey([number as u8; 32]),
        personal: Arc::new(Personal {
            name: word(input, &["one", "two", ""])?,
            phone: word(input, &["13900000001", "", "1"])?,
            id_number,
            address: word(input, &["", "here"])?,
            department: word(input, &["", "office"])?,
            post: "".into(),
        }),
        unit_code: word(input, &CODES)?,
        residence_code: word(input, &["", "V1", "V2", "X"])?,
        category: word(input, &CATEGORIES)?,
        political: word(input, &POLITICAL)?,
        standing: word(input, &STANDINGS)?,
        seconded_to_code: word(input, &["", "", "V1", "X"])?,
        skills: match u8::arbitrary(input)? % 4 {
            0 => vec![word(input, &["boat", "", "boat "])?, "medic".into()],
            1 => vec!["s".repeat(33).into()],
            _ => Vec::new(),
        },
        absent: {
            let bits = u8::arbitrary(input)?;
            let columns = Column::ALL.map(|(column, _)| column);
            (0_u8..)
                .zip(columns)
                .filter(|(place, _)| bits & (1 << (place % 8)) != 0)
                .map(|(_, column)| column)
                .collect()
        },
    })
}

fn member(input: &mut Unstructured<'_>, row: u32) -> Result<TeamMemberRow> {
    let number = u8::arbitrary(input)?;
    Ok(TeamMemberRow {
        row,
        team_code: word(input, &["AG1", "SU1", "VO1", ""])?,
        team_name: word(input, &["team", "team", "other", ""])?,
        kind: word(input, &TEAM_KINDS)?,
        unit_code: word(input, &CODES)?,
        role: word(input, &ROLES)?,
        person: match number % 8 {
            0 => PersonRef::None,
            1 => PersonRef::Key(PersonKey([number; 32])),
            _ => PersonRef::Id(PersonId(u32::from(number / 8))),
        },
    })
}

fn point(input: &mut Unstructured<'_>, row: u32) -> Result<MusterPointRow> {
    Ok(MusterPointRow {
        row,
        code: word(input, &["EAST", "WEST", "M1", ""])?,
        name: word(input, &["east", "west", ""])?,
        unit_code: word(input, &CODES)?,
        check_in_code: word(input, &["EAST1", "1", ""])?,
        address: word(input, &["", "here"])?,
    })
}

fn rows<T>(input: &mut Unstructured<'_>, make: impl Fn(&mut Unstructured<'_>, u32) -> Result<T>) -> Result<Vec<T>> {
    let number = u32::from(u8::arbitrary(input)?) % (ROWS_MAX as u32 + 1);
    (2..number + 2).map(|row| make(input, row)).collect()
}

fn import(input: &mut Unstructured<'_>) -> Result<Command> {
    let mode = if bool::arbitrary(input)? {
        ImportMode::SkipBad
    } else {
        ImportMode::AllOrNothing
    };
    Ok(match u8::arbitrary(input)? % 4 {
        0 => Command::ImportUnits(ImportUnits {
            mode,
            rows: rows(input, unit)?,
        }),
        1 => Command::ImportPeople(ImportPeople {
            mode,
            rows: rows(input, person)?,
            whole_roster_of: word(input, &["", "", "V1", "X"])?,
        }),
        2 => Command::ImportTeams(ImportTeams {
            mode,
            rows: rows(input, member)?,
        }),
        _ => Command::ImportMusterPoints(ImportMusterPoints {
            mode,
            rows: rows(input, point)?,
        }),
    })
}

/// Imports, one after another, into a new district.
pub fn imports(data: &[u8]) {
    let mut input = Unstructured::new(data);
    let mut state = State::default();
    take(
        &mut state,
        Command::InitializeTenant(Tenant {
            name: "fuzz".into(),
            synthetic: true,
            identity_salt: [7; 32],
        }),
    );
    for _ in 0..IMPORTS_MAX {
        if input.is_empty() {
            break;
        }
        let Ok(command) = import(&mut input) else { break };
        let Some((first, _)) = take(&mut state, command.clone()) else {
            continue;
        };
        check(&command, &first);
        let (second, events) = take(&mut state, command).expect("a report");
        // How deep a moved unit's own units will hang is judged by where they hang now: once others of the import have moved
        // away, the second time has room that the first had not.
        let is_deep = |bad: &RowError| matches!(&bad.problem, RowProblem::Invalid(what) if what.contains("levels"));
        if first.bad.iter().any(is_deep) {
            continue;
        }
        assert_eq!(first.applied, second.applied);
        assert_eq!(
            (first.bad.as_slice(), events),
            (second.bad.as_slice(), 0),
            "the same import again changed something"
        );
    }
}

/// Decides and evolves; the report, if there is one, and how many events came of it.
fn take(state: &mut State, command: Command) -> Option<(Arc<ImportReport>, usize)> {
    let context = Context {
        actor: Actor("desk".into()),
        request_id: None,
        digest: 0,
        at: Timestamp::from_unix_ms(1),
    };
    let envelope = Envelope { context, command };
    let decision = match decide(state, &envelope, &default_policy()) {
        Ok(decision) => decision,
        // The whole roster of a unit that there is not.
        Err(Rejection::UnknownUnit { .. }) => return None,
        Err(rejection) => panic!("imports report, and are not refused: {rejection}"),
    };
    let (entry, answer) = decision.into_entry(&envelope.context);
    let events = entry.events.len();
    if events > 0 {
        let stored = event::decode(&event::encode(std::slice::from_ref(&entry))).expect("what was decided can be read");
        assert_eq!(stored, std::slice::from_ref(&entry));
        let before = state.clone();
        state.evolve(&entry);
        laws::step(&before, &entry, state).expect("the laws hold");
    }
    #[expect(clippy::wildcard_enum_match_arm, reason = "imports are answered with reports")]
    match answer {
        Answer::Imported(report) => Some((report, events)),
        _ => None,
    }
}

/// Every row is added, changed, unchanged or bad, and none of them twice.
fn check(command: &Command, report: &ImportReport) {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "only imports come here, and teams count otherwise"
    )]
    let rows = match command {
        Command::ImportUnits(import) => import.rows.len(),
        Command::ImportPeople(import) => import.rows.len(),
        Command::ImportMusterPoints(import) => import.rows.len(),
        _ => return,
    };
    let mut bad: Vec<u32> = report.bad.iter().map(|bad| bad.row).collect();
    bad.dedup();
    assert!(bad.is_sorted(), "bad rows in the order of the source");
    let good = report.added + report.changed + report.unchanged;
    assert_eq!(good as usize + bad.len(), rows, "{report:?}");
}
