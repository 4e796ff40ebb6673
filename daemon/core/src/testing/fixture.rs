//! A small district: two agencies, two towns with two villages each, thirty people, five teams, two muster points.

use std::sync::Arc;

use super::{COMMANDER, DEPUTY, District};
use crate::command::Command;
use crate::event::Tenant;
use crate::id::PersonId;
use crate::import::ImportMode;
use crate::muster::{ImportMusterPoints, MusterPointRow};
use crate::org::{ImportUnits, UnitRow};
use crate::people::{ImportPeople, PersonKey, PersonRow, Personal};
use crate::post::{ImportPosts, PostRow};
use crate::team::{ImportTeams, PersonRef, TeamMemberRow};

/// Code, code above, kind.
const UNITS: [(&str, &str, &str); 9] = [
    ("D", "", "district"),
    ("A1", "D", "agency"),
    ("A2", "D", "agency"),
    ("T1", "D", "town"),
    ("T2", "D", "town"),
    ("V11", "T1", "village"),
    ("V12", "T1", "village"),
    ("V21", "T2", "village"),
    ("V22", "T2", "village"),
];

/// First and last number, home unit, residence, category.
const PEOPLE: [(u32, u32, &str, &str, &str); 7] = [
    (1, 8, "A1", "", "staff"),
    (9, 14, "A2", "V12", "staff"),
    (15, 20, "V11", "V11", "volunteer"),
    (21, 24, "V21", "V21", "volunteer"),
    (25, 26, "T2", "V12", "member"),
    (27, 28, "T2", "V22", "member"),
    (29, 30, "D", "", "contract"),
];

/// Code, kind, unit, leader, deputy (0: none), other members.
type Team = (&'static str, &'static str, &'static str, u32, u32, &'static [u32]);

const TEAMS: [Team; 5] = [
    ("AG1", "agency", "A1", 1, 2, &[3, 4, 5, 6]),
    ("AG2", "agency", "A2", 9, 10, &[11, 12, 13]),
    ("SU1", "support", "T1", 15, 16, &[17, 18, 19]),
    ("VO1", "volunteer", "V21", 21, 22, &[23, 24]),
    ("SP1", "special", "T2", 20, 0, &[24]),
];

pub(crate) fn unit_row(row: u32, code: &str, parent: &str, kind: &str) -> UnitRow {
    UnitRow {
        row,
        code: code.into(),
        name: format!("unit {code}").into(),
        parent_code: parent.into(),
        kind: kind.into(),
    }
}

/// An ID number that nobody can have, with its check digit.
fn id_number(number: u32) -> Box<str> {
    let digits = format!("99010119900101{number:03}");
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = digits
        .bytes()
        .zip(weights)
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    let check = char::from(b"10X98765432"[(sum % 11) as usize]);
    format!("{digits}{check}").into()
}

/// The key of the person with this number.
pub(crate) fn key(number: u32) -> PersonKey {
    PersonKey([number as u8; 32])
}

pub(crate) fn person_row(number: u32, unit: &str, residence: &str, category: &str) -> PersonRow {
    PersonRow {
        row: number,
        key: key(number),
        personal: Arc::new(Personal {
            name: format!("person {number}").into(),
            phone: "".into(),
            id_number: id_number(number),
            address: "".into(),
            department: "".into(),
            post: "".into(),
        }),
        unit_code: unit.into(),
        residence_code: residence.into(),
        category: category.into(),
        political: "".into(),
        standing: "".into(),
        seconded_to_code: "".into(),
        skills: Vec::new(),
        absent: Vec::new(),
    }
}

pub(crate) fn member_row(row: u32, (team, kind, unit): (&str, &str, &str), role: &str, person: u32) -> TeamMemberRow {
    TeamMemberRow {
        row,
        team_code: team.into(),
        team_name: format!("team {team}").into(),
        kind: kind.into(),
        unit_code: unit.into(),
        role: role.into(),
        person: PersonRef::Id(PersonId(person)),
    }
}

pub(crate) fn muster_row(row: u32, code: &str, unit: &str, check_in_code: &str) -> MusterPointRow {
    MusterPointRow {
        row,
        code: code.into(),
        name: format!("point {code}").into(),
        unit_code: unit.into(),
        check_in_code: check_in_code.into(),
        address: "".into(),
    }
}

/// Nothing but a tenant.
pub(crate) fn empty() -> District {
    let mut district = District::new();
    district.accepts(Command::InitializeTenant(Tenant {
        name: "synthetic district".into(),
        synthetic: true,
        identity_salt: [7; 32],
    }));
    district
}

/// The district in peacetime.
pub(crate) fn district() -> District {
    let mode = ImportMode::AllOrNothing;
    let units = (1..)
        .zip(UNITS)
        .map(|(row, (code, parent, kind))| unit_row(row, code, parent, kind));
    let people = PEOPLE.iter().flat_map(|(first, last, unit, residence, category)| {
        (*first..=*last).map(|number| person_row(number, unit, residence, category))
    });
    let members = TEAMS.iter().flat_map(|(team, kind, unit, leader, deputy, others)| {
        let head = [(*leader, "leader"), (*deputy, "deputy")];
        let others = others.iter().map(|number| (*number, "member"));
        let all = head.into_iter().chain(others).filter(|(number, _)| *number > 0);
        all.map(|(number, role)| member_row(number, (team, kind, unit), role, number))
    });
    let points = vec![
        muster_row(1, "MP-EAST", "T1", "east-1111"),
        muster_row(2, "MP-WEST", "T2", "west-2222"),
    ];
    let mut district = empty();
    district.accepts(Command::ImportUnits(ImportUnits {
        mode,
        rows: units.collect(),
    }));
    district.accepts(Command::ImportPeople(ImportPeople {
        mode,
        rows: people.collect(),
        whole_roster_of: "".into(),
    }));
    district.accepts(Command::ImportTeams(ImportTeams {
        mode,
        rows: members.collect(),
    }));
    district.accepts(Command::ImportMusterPoints(ImportMusterPoints { mode, rows: points }));
    let posts = [(COMMANDER, "commander"), (DEPUTY, "deputy-commander")];
    let posts = (1..).zip(posts).map(|(row, (person, post))| PostRow {
        row,
        unit_code: "D".into(),
        post: post.into(),
        role: "".into(),
        person: PersonRef::Id(person),
    });
    district.accepts(Command::ImportPosts(ImportPosts {
        mode,
        rows: posts.collect(),
    }));
    // What the units owe is counted once the rosters are in.
    district.fire();
    assert_eq!((district.state.people.len(), district.state.teams.len()), (30, 5));
    district
}
