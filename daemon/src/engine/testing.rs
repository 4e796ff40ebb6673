//! What the engine's tests begin with: a district of two people, who may put every level in force between them.

use std::sync::Arc;

use baiying_core::command::Command;
use baiying_core::id::PersonId;
use baiying_core::import::ImportMode;
use baiying_core::org::{ImportUnits, UnitRow};
use baiying_core::people::{ImportPeople, PersonKey, PersonRow, Personal, check_id_number};
use baiying_core::post::{ImportPosts, PostRow};
use baiying_core::response::{ActivateResponse, Approval, Asked};
use baiying_core::team::PersonRef;

const MODE: ImportMode = ImportMode::AllOrNothing;
const COMMANDER: PersonId = PersonId(1);
const DEPUTY: PersonId = PersonId(2);

/// A district, which the first code is, and its towns.
pub(super) fn units(codes: &[&str]) -> Command {
    let rows = codes.iter().enumerate().map(|(index, code)| UnitRow {
        row: index as u32 + 2,
        code: (*code).into(),
        name: (*code).into(),
        parent_code: if index == 0 { "" } else { codes[0] }.into(),
        kind: if index == 0 { "district" } else { "town" }.into(),
    });
    Command::ImportUnits(ImportUnits {
        mode: MODE,
        rows: rows.collect(),
    })
}

/// What makes a district whose commander may activate, under these request ids.
pub(super) fn district(codes: &[&str]) -> [(&'static str, Command); 3] {
    let people = [COMMANDER, DEPUTY].map(|person| PersonRow {
        row: person.0,
        key: PersonKey([person.0 as u8; 32]),
        personal: Arc::new(Personal {
            name: "somebody".into(),
            id_number: id_number(person.0),
            ..Personal::default()
        }),
        unit_code: codes[0].into(),
        residence_code: "".into(),
        category: "staff".into(),
        political: "".into(),
        standing: "".into(),
        seconded_to_code: "".into(),
        skills: Vec::new(),
        absent: Vec::new(),
    });
    let posts = [(COMMANDER, "commander"), (DEPUTY, "deputy-commander")].map(|(person, post)| PostRow {
        row: person.0,
        unit_code: codes[0].into(),
        post: post.into(),
        role: "".into(),
        person: PersonRef::Id(person),
    });
    let people = Command::ImportPeople(ImportPeople {
        mode: MODE,
        rows: people.to_vec(),
        whole_roster_of: "".into(),
    });
    let posts = Command::ImportPosts(ImportPosts {
        mode: MODE,
        rows: posts.to_vec(),
    });
    [("units", units(codes)), ("people", people), ("posts", posts)]
}

/// The commander approves what the deputy asks for.
pub(super) fn approval() -> Approval {
    Approval {
        requested_by: Some(DEPUTY),
        approved_by: Some(COMMANDER),
    }
}

/// A flood response of level Ⅳ, with no order.
pub(super) fn activate(event: &str) -> Command {
    Command::ActivateResponse(ActivateResponse {
        asked: Asked {
            plan: "flood".into(),
            event: event.into(),
            jurisdiction: "".into(),
            level: 4,
            scope: Vec::new(),
            reason: "".into(),
            basis: "".into(),
        },
        approval: approval(),
        provisional: false,
        order: None,
        template: None,
    })
}

/// An ID number that nobody can have: the area does not exist. The check digit is found by trying.
fn id_number(number: u32) -> Box<str> {
    let all = "0123456789X"
        .chars()
        .map(|check| format!("99010119900101{number:03}{check}"));
    let mut good = all.filter(|text| check_id_number(text).is_ok());
    good.next().expect("one of them is right").into()
}
