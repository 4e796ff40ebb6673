//! A small district, different in every world: its units, people, teams, muster points and posts as the first imports bring them.

use std::sync::Arc;

use baiying_core::command::Command;
use baiying_core::id::PersonId;
use baiying_core::import::ImportMode;
use baiying_core::muster::{ImportMusterPoints, MusterPointRow};
use baiying_core::org::{ImportUnits, UnitRow};
use baiying_core::people::{
    Category, ImportPeople, PersonKey, PersonRow, Personal, PoliticalStatus, Standing, check_id_number,
};
use baiying_core::post::{ImportPosts, PostRole, PostRow};
use baiying_core::team::{ImportTeams, PersonRef, TeamKind, TeamMemberRow};

use crate::dice::Dice;

/// What a district is made of.
#[derive(Debug, Clone)]
pub(crate) struct District {
    /// Codes with the code above and the kind.
    units: Vec<(Box<str>, Box<str>, &'static str)>,
    /// How many people.
    pub(crate) people: u32,
    /// How many muster points.
    points: u32,
}

impl District {
    /// Draws one.
    pub(crate) fn draw(dice: &mut Dice) -> Self {
        let mut units = vec![("D".into(), "".into(), "district")];
        for agency in 1..=dice.between(1, 2) {
            units.push((format!("A{agency}").into(), "D".into(), "agency"));
        }
        for town in 1..=dice.between(1, 2) {
            let code: Box<str> = format!("T{town}").into();
            for village in 1..=dice.between(1, 2) {
                units.push((format!("V{town}{village}").into(), code.clone(), "village"));
            }
            units.push((code, "D".into(), "town"));
        }
        Self {
            units,
            people: dice.between(8, 24) as u32,
            points: dice.between(1, 3) as u32,
        }
    }

    /// What makes it, in this order.
    pub(crate) fn imports(&self, dice: &mut Dice) -> Vec<Command> {
        let mode = ImportMode::AllOrNothing;
        let units = self.units.iter().zip(1..).map(|((code, parent, kind), row)| UnitRow {
            row,
            code: code.clone(),
            name: format!("unit {code}").into(),
            parent_code: parent.clone(),
            kind: (*kind).into(),
        });
        let units = Command::ImportUnits(ImportUnits {
            mode,
            rows: units.collect(),
        });
        let rows = (1..=self.people).map(|number| self.person(number, dice)).collect();
        let whole_roster_of = "".into();
        let people = Command::ImportPeople(ImportPeople {
            mode,
            rows,
            whole_roster_of,
        });
        let mut rows = Vec::new();
        for team in 1..=dice.between(2, 4) {
            rows.extend(self.team(&format!("TEAM{team}"), rows.len() as u32, dice));
        }
        let teams = Command::ImportTeams(ImportTeams { mode, rows });
        let rows = (1..=self.points).map(|number| self.point(number, dice)).collect();
        let points = Command::ImportMusterPoints(ImportMusterPoints { mode, rows });
        let posts = Command::ImportPosts(ImportPosts {
            mode,
            rows: self.posts(dice),
        });
        vec![units, people, teams, points, posts]
    }

    /// The code of a unit.
    pub(crate) fn unit(&self, dice: &mut Dice) -> Box<str> {
        dice.one(&self.units).0.clone()
    }

    /// Somebody's row.
    pub(crate) fn person(&self, number: u32, dice: &mut Dice) -> PersonRow {
        let villages = self.units.iter().filter(|(_, _, kind)| *kind == "village");
        let residence = dice.any(villages.map(|(code, _, _)| code.clone()));
        let mut key = [0; 32];
        key[..4].copy_from_slice(&number.to_le_bytes());
        PersonRow {
            row: number,
            key: PersonKey(key),
            personal: Arc::new(Personal {
                name: format!("person {number}").into(),
                phone: "".into(),
                id_number: id_number(number),
                ..Personal::default()
            }),
            unit_code: self.unit(dice),
            residence_code: residence.filter(|_| dice.percent(70)).unwrap_or_default(),
            category: dice.one(&Category::ALL).1.into(),
            political: dice.one(&PoliticalStatus::ALL).1.into(),
            standing: if dice.percent(80) {
                ""
            } else {
                dice.one(&Standing::ALL).1
            }
            .into(),
            seconded_to_code: "".into(),
            skills: Vec::new(),
            absent: Vec::new(),
        }
    }

    /// A team's rows.
    pub(crate) fn team(&self, code: &str, before: u32, dice: &mut Dice) -> Vec<TeamMemberRow> {
        let kind = dice.one(&TeamKind::ALL).1;
        let unit = self.unit(dice);
        let first = dice.between(1, i64::from(self.people)) as u32;
        let size = dice.between(1, 7).min(i64::from(self.people)) as u32;
        let members = (0..size).map(|offset| (first + offset - 1) % self.people + 1);
        let rows = members.enumerate().map(|(place, person)| TeamMemberRow {
            row: before + place as u32 + 1,
            team_code: code.into(),
            team_name: format!("team {code}").into(),
            kind: kind.into(),
            unit_code: unit.clone(),
            role: ["leader", "deputy"].get(place).copied().unwrap_or("member").into(),
            person: PersonRef::Id(PersonId(person)),
        });
        rows.collect()
    }

    /// A muster point's row.
    pub(crate) fn point(&self, number: u32, dice: &mut Dice) -> MusterPointRow {
        MusterPointRow {
            row: number,
            code: format!("MP{number}").into(),
            name: format!("point {number}").into(),
            unit_code: self.unit(dice),
            check_in_code: format!("code-{number}").into(),
            address: "".into(),
        }
    }

    /// Who holds which post to begin with: the district's commander, the deputy and their backups are always four people; some towns
    /// and villages have somebody, too.
    fn posts(&self, dice: &mut Dice) -> Vec<PostRow> {
        let first = dice.between(1, i64::from(self.people)) as u32;
        let person = |place: u32| PersonId((first + place - 1) % self.people + 1);
        let mut rows: Vec<PostRow> = [
            ("commander", PostRole::Primary),
            ("commander", PostRole::Backup),
            ("deputy-commander", PostRole::Primary),
            ("deputy-commander", PostRole::Backup),
        ]
        .into_iter()
        .zip(0..)
        .map(|((post, role), place)| post_row(place + 1, "D", post, role, person(place)))
        .collect();
        for (code, _, kind) in &self.units {
            let Some((_, post)) = COMMANDS.iter().find(|(of, _)| of == kind) else {
                continue;
            };
            let a = dice.between(0, i64::from(self.people) - 1) as u32;
            for (role, place) in [(PostRole::Primary, a), (PostRole::Backup, a + 1)] {
                if dice.percent(70) {
                    rows.push(post_row(rows.len() as u32 + 1, code, post, role, person(place)));
                }
            }
        }
        rows
    }

    /// A row that gives somebody a post: what a plan asks for, or one that it does not know.
    pub(crate) fn post(&self, dice: &mut Dice) -> PostRow {
        let (unit, _, kind) = dice.one(&self.units);
        let own = COMMANDS.iter().find(|(of, _)| of == kind);
        let post = match own {
            Some((_, post)) if dice.percent(60) => post,
            _ => dice.one(&["commander", "deputy-commander", "town-mayor", "night-watch"]),
        };
        let role = dice.one(&PostRole::ALL).0;
        let person = PersonId(dice.between(1, i64::from(self.people)) as u32);
        post_row(1, unit, post, role, person)
    }

    /// The code of a muster point.
    pub(crate) fn point_code(&self, dice: &mut Dice) -> Box<str> {
        format!("MP{}", dice.between(1, i64::from(self.points))).into()
    }
}

/// Kinds of units and the post that commands them.
const COMMANDS: [(&str, &str); 2] = [("town", "town-secretary"), ("village", "sector-lead")];

fn post_row(row: u32, unit: &str, post: &str, role: PostRole, person: PersonId) -> PostRow {
    let role = PostRole::ALL.iter().find(|(known, _)| *known == role);
    PostRow {
        row,
        unit_code: unit.into(),
        post: post.into(),
        role: role.map_or("", |(_, word)| *word).into(),
        person: PersonRef::Id(person),
    }
}

/// An ID number that nobody can have: the area does not exist. The check digit is found by trying.
fn id_number(number: u32) -> Box<str> {
    let digits = format!("99010119900101{:03}", number % 1000);
    let all = "0123456789X".chars().map(|check| format!("{digits}{check}"));
    all.into_iter()
        .find(|text| check_id_number(text).is_ok())
        .unwrap_or_default()
        .into()
}
