//! Imports while a response is running: people move, teams change, new units, posts change hands; and bad rows.

use baiying_core::command::Command;
use baiying_core::id::PersonId;
use baiying_core::import::ImportMode;
use baiying_core::muster::ImportMusterPoints;
use baiying_core::org::{ImportUnits, UnitRow};
use baiying_core::people::ImportPeople;
use baiying_core::post::{EndPost, ImportPosts, PostRole};
use baiying_core::team::{ImportTeams, PersonRef};

use super::Draw;

/// Some import.
pub(super) fn import(draw: &mut Draw<'_>) -> Command {
    let mode = *draw.dice.one(&[ImportMode::AllOrNothing, ImportMode::SkipBad]);
    match draw.dice.below(6) {
        0 => Command::ImportUnits(ImportUnits {
            mode,
            rows: units(draw),
        }),
        1 => people(draw, mode),
        2 => teams(draw, mode),
        3 => {
            let mut rows = vec![draw.district.post(draw.dice)];
            if draw.is_wrong() {
                rows[0].person = PersonRef::Id(PersonId(999));
            }
            Command::ImportPosts(ImportPosts { mode, rows })
        }
        4 => {
            let row = draw.district.post(draw.dice);
            Command::EndPost(EndPost {
                unit_code: row.unit_code,
                post: row.post,
                role: draw.dice.percent(70).then(|| draw.dice.one(&PostRole::ALL).0),
            })
        }
        _ => {
            let number = draw.dice.between(1, 4) as u32;
            let mut rows = vec![draw.district.point(number, draw.dice)];
            if draw.is_wrong() {
                rows[0].check_in_code = "no".into();
            }
            Command::ImportMusterPoints(ImportMusterPoints { mode, rows })
        }
    }
}

fn units(draw: &mut Draw<'_>) -> Vec<UnitRow> {
    let mut rows = Vec::new();
    for row in 1..=draw.dice.between(1, 3) as u32 {
        // A new grid, or a village that moves; the district itself never.
        let (code, kind) = match draw.dice.below(3) {
            0 => (format!("G{}", draw.dice.below(6)).into(), "grid"),
            1 => ("V11".into(), "village"),
            _ => (draw.unit(), "village"),
        };
        let (code, kind) = if &*code == "D" {
            ("G9".into(), "grid")
        } else {
            (code, kind)
        };
        rows.push(UnitRow {
            row,
            code,
            name: draw.text("a unit that changed"),
            parent_code: draw.unit(),
            kind: kind.into(),
        });
    }
    rows
}

fn people(draw: &mut Draw<'_>, mode: ImportMode) -> Command {
    let mut rows = Vec::new();
    for _ in 0..draw.dice.between(1, 4) {
        let number = draw.dice.between(1, i64::from(draw.district.people) + 3) as u32;
        let mut row = draw.district.person(number, draw.dice);
        if draw.is_wrong() {
            row.unit_code = "X9".into();
        }
        rows.push(row);
    }
    let is_whole = draw.dice.percent(20);
    let whole_roster_of = if is_whole {
        draw.district.unit(draw.dice)
    } else {
        "".into()
    };
    Command::ImportPeople(ImportPeople {
        mode,
        rows,
        whole_roster_of,
    })
}

fn teams(draw: &mut Draw<'_>, mode: ImportMode) -> Command {
    let code = format!("TEAM{}", draw.dice.between(1, 5));
    let mut rows = draw.district.team(&code, 0, draw.dice);
    if draw.is_wrong() {
        rows[0].person = PersonRef::Id(PersonId(999));
    }
    Command::ImportTeams(ImportTeams { mode, rows })
}
