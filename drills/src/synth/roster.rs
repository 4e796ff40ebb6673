//! People of a unit and the teams they form, generated together and let go of before the next unit.

use std::collections::BTreeMap;

use baiying_proto::v1::{DutyRow, MusterPointRow, PersonRow, PostRow, TeamMemberRow, UnitRow};
use rand::RngExt as _;
use rand::seq::SliceRandom as _;

use super::dirt::{Defect, Dirt, DirtyRow};
use super::divisions::Division;
use super::duty;
use super::identity::{self, Ages, IdNumbers};
use super::names::{HOMONYMS, Names};
use super::phone;
use super::residence::Residences;
use super::sink::Sink;
use super::{SynthOptions, SynthReport};
use crate::seed::{Random, Seeds};

/// Age up to which somebody is picked for an agency team first (`domain.md` §7).
const TEAM_AGE_MAX: u32 = 50;
/// Members of a team at most; more make another team.
pub(crate) const TEAM_MAX: u32 = 60;

/// What people of a kind are like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Profile {
    pub(crate) category: &'static str,
    pub(crate) ages: Ages,
    pub(crate) female: f64,
    pub(crate) party: f64,
    pub(crate) probationary: f64,
}

impl Profile {
    /// Established staff.
    pub(crate) fn staff(party: f64) -> Self {
        let ages = Ages {
            mean: 41.0,
            deviation: 9.5,
            min: 22.0,
            max: 60.0,
        };
        Self {
            category: "staff",
            ages,
            female: 0.40,
            party,
            probationary: 0.015,
        }
    }
    /// Contract staff.
    pub(crate) fn contract() -> Self {
        Self {
            category: "contract",
            party: 0.15,
            ..Self::staff(0.0)
        }
    }
    /// In-place members.
    pub(crate) fn member() -> Self {
        let ages = Ages {
            mean: 48.0,
            deviation: 13.0,
            min: 20.0,
            max: 75.0,
        };
        Self {
            category: "member",
            ages,
            female: 0.35,
            party: 0.98,
            probationary: 0.02,
        }
    }
    /// Members of 1+1+N forces.
    pub(crate) fn volunteer() -> Self {
        let ages = Ages {
            mean: 42.0,
            deviation: 11.0,
            min: 18.0,
            max: 60.0,
        };
        Self {
            category: "volunteer",
            ages,
            female: 0.40,
            party: 0.30,
            probationary: 0.01,
        }
    }
}

/// One team to be formed of a unit's people.
pub(crate) struct TeamPlan {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    pub(crate) size: u32,
}

/// Where people of a unit live.
#[derive(Clone, Copy)]
pub(crate) enum Home<'a> {
    /// By the shares of those who work in a district.
    Anywhere(&'a Residences),
    /// In a village of the district.
    InDistrict(&'a Residences),
    /// In the unit, which is a village or lies in one.
    In(&'a Residences, Division),
}

/// People of one kind in one unit.
pub(crate) struct Contingent<'a> {
    pub(crate) unit: &'a str,
    pub(crate) size: u32,
    pub(crate) profile: Profile,
    pub(crate) home: Home<'a>,
    pub(crate) teams: Vec<TeamPlan>,
    /// Whether they keep duty.
    pub(crate) duty: bool,
    /// How many of the eldest Party members are kept in mind for posts.
    pub(crate) posts: u32,
}

/// Makes rows and numbers them.
pub(crate) struct Roster<'a, S: Sink> {
    pub(crate) seeds: Seeds,
    pub(crate) report: SynthReport,
    /// ID numbers of those who may hold posts, by the code of their office, eldest first.
    pub(crate) seniors: BTreeMap<String, Vec<String>>,
    sink: &'a mut S,
    ids: IdNumbers,
    names: Names,
    dirt: Dirt,
}

struct Candidate {
    row: PersonRow,
    age: u32,
}

impl<'a, S: Sink> Roster<'a, S> {
    pub(crate) fn new(options: &SynthOptions, sink: &'a mut S) -> Self {
        let seeds = Seeds::new(options.seed);
        Self {
            seeds,
            report: SynthReport::default(),
            seniors: BTreeMap::new(),
            sink,
            ids: IdNumbers::new(),
            names: Names::new(),
            dirt: Dirt::new(options.dirty, seeds.child("dirt")),
        }
    }

    /// A unit. Its parent must have been given.
    pub(crate) fn unit(&mut self, code: &str, name: &str, parent: &str, kind: &str) -> Result<(), S::Error> {
        self.report.units += 1;
        self.report.agencies += u32::from(kind == "agency");
        self.report.grids += u32::from(kind == "grid");
        self.sink.unit(UnitRow {
            row: line(self.report.units),
            code: code.to_owned(),
            name: name.to_owned(),
            parent_code: parent.to_owned(),
            kind: kind.to_owned(),
        })
    }

    pub(crate) fn muster_point(&mut self, mut point: MusterPointRow) -> Result<(), S::Error> {
        self.report.muster_points += 1;
        point.row = line(self.report.muster_points);
        self.sink.muster_point(point)
    }

    /// Somebody who holds a post.
    pub(crate) fn post(&mut self, mut row: PostRow) -> Result<(), S::Error> {
        self.report.post_rows += 1;
        row.row = line(self.report.post_rows);
        self.sink.post(row)
    }

    /// People of a unit, and the teams they form. Teams take people in turn; nobody is in two.
    pub(crate) fn populate(&mut self, contingent: &Contingent<'_>) -> Result<(), S::Error> {
        let Contingent {
            unit,
            size,
            profile,
            home,
            teams,
            duty,
            posts,
        } = contingent;
        let mut random = self.seeds.child(&format!("people/{unit}/{}", profile.category));
        let people = self.people(unit, *size, *profile, *home, &mut random);
        let chosen = self.choose(unit, &people, teams);
        let mut in_team = vec![false; people.len()];
        chosen.iter().flatten().for_each(|index| in_team[*index] = true);
        if *duty {
            self.duty(unit, &people, &mut in_team)?;
        }
        if *posts > 0 {
            let mut order: Vec<usize> = (0..people.len()).collect();
            order.sort_by_key(|index| (rank(&people[*index]).0, std::cmp::Reverse(people[*index].age)));
            order.truncate(*posts as usize);
            order.iter().for_each(|index| in_team[*index] = true);
            let id_numbers = order.iter().map(|index| people[*index].row.id_number.clone());
            self.seniors.insert((*unit).to_owned(), id_numbers.collect());
        }
        for (team, members) in teams.iter().zip(&chosen) {
            self.team(unit, team, members, &people)?;
        }
        for (person, in_team) in people.into_iter().zip(in_team) {
            self.person(person.row, in_team)?;
        }
        Ok(())
    }

    /// The duty roster of a unit, in force from the day it is imported on. Who is in it is as good as in a team.
    fn duty(&mut self, unit: &str, people: &[Candidate], needed: &mut [bool]) -> Result<(), S::Error> {
        let mut random = self.seeds.child(&format!("duty/{unit}"));
        let mut order: Vec<usize> = (0..people.len()).collect();
        order.shuffle(&mut random);
        let Some(plan) = duty::plan(&order, |index| people[index].age) else {
            return Ok(());
        };
        self.report.duty_units += 1;
        for (crew, turn) in plan.crews.iter().zip(1..) {
            for (place, index) in crew.iter().enumerate() {
                needed[*index] = true;
                self.report.duty_rows += 1;
                self.sink.duty(DutyRow {
                    row: line(self.report.duty_rows),
                    unit_code: unit.to_owned(),
                    pattern: plan.pattern.to_owned(),
                    position: if place == 0 { "lead" } else { "officer" }.to_owned(),
                    turn,
                    every: "shift".to_owned(),
                    person: people[*index].row.id_number.clone(),
                    ..DutyRow::default()
                })?;
            }
        }
        Ok(())
    }

    fn people(
        &mut self,
        unit: &str,
        size: u32,
        profile: Profile,
        home: Home<'_>,
        random: &mut Random,
    ) -> Vec<Candidate> {
        let mut people: Vec<Candidate> = Vec::with_capacity(size as usize);
        for _ in 0..size {
            let male = !random.random_bool(profile.female);
            let (id_number, age) = self.ids.draw(profile.ages, male, random);
            let name = if !people.is_empty() && random.random_bool(HOMONYMS) {
                people[random.random_range(0..people.len())].row.name.clone()
            } else {
                self.names.draw(male, random)
            };
            let phone = phone::draw(people.last().map(|last| last.row.phone.as_str()), random);
            let (residence_code, address) = match home {
                Home::Anywhere(residences) => residences.draw(random),
                Home::InDistrict(residences) => match residences.in_district(random) {
                    Some(village) => residences.at(&village, random),
                    None => (String::new(), String::new()),
                },
                Home::In(residences, village) => residences.at(&village, random),
            };
            let row = PersonRow {
                row: 0,
                id_number,
                name,
                phone,
                unit_code: unit.to_owned(),
                residence_code,
                category: profile.category.to_owned(),
                political: political(profile, age, random).to_owned(),
                address,
                ..PersonRow::default()
            };
            people.push(Candidate { row, age });
        }
        people
    }

    /// Members of each team as places in `people`, leader and deputy first. Party members up to 50 go before others.
    fn choose(&self, unit: &str, people: &[Candidate], teams: &[TeamPlan]) -> Vec<Vec<usize>> {
        let kind = teams.first().map_or("none", |team| team.kind);
        let mut random = self.seeds.child(&format!("teams/{unit}/{kind}"));
        let mut order: Vec<usize> = (0..people.len()).collect();
        order.shuffle(&mut random);
        if kind == "agency" {
            let wanted: u32 = teams.iter().map(|team| team.size).sum();
            order.sort_by_key(|index| rank(&people[*index]));
            order.truncate(wanted as usize);
            order.shuffle(&mut random);
        }
        let mut next = order.into_iter();
        teams
            .iter()
            .map(|team| {
                let mut members: Vec<usize> = next.by_ref().take(team.size as usize).collect();
                members.sort_by_key(|index| (rank(&people[*index]), *index));
                members
            })
            .collect()
    }

    fn team(&mut self, unit: &str, team: &TeamPlan, members: &[usize], people: &[Candidate]) -> Result<(), S::Error> {
        if members.is_empty() {
            return Ok(());
        }
        self.report.teams += 1;
        if team.kind == "agency" {
            self.report.agency_teams += 1;
            self.report.agency_team_members += members.len() as u32;
        }
        for (place, index) in members.iter().enumerate() {
            self.report.team_members += 1;
            self.sink.team_member(TeamMemberRow {
                row: line(self.report.team_members),
                team_code: team.code.clone(),
                team_name: team.name.clone(),
                kind: team.kind.to_owned(),
                unit_code: unit.to_owned(),
                role: ["leader", "deputy"].get(place).copied().unwrap_or("member").to_owned(),
                person: people[*index].row.id_number.clone(),
            })?;
        }
        Ok(())
    }

    fn person(&mut self, mut row: PersonRow, in_team: bool) -> Result<(), S::Error> {
        let defect = self.dirt.draw(!in_team);
        match defect {
            None => {}
            Some(Defect::CheckDigit) => {
                let right = row.id_number.pop();
                row.id_number.push(if right == Some('0') { '1' } else { '0' });
            }
            Some(Defect::UnknownUnit) => row.unit_code = format!("{}-X999", row.unit_code),
            Some(Defect::MissingName) => row.name.clear(),
            Some(Defect::Duplicate) => {
                let mut twice = row.clone();
                twice.name.push('甲');
                self.emit(row)?;
                row = twice;
            }
        }
        if let Some(defect) = defect {
            self.report.dirty += 1;
            self.sink.dirty(DirtyRow {
                row: line(self.report.people + 1),
                defect,
            })?;
        }
        self.emit(row)
    }

    fn emit(&mut self, mut row: PersonRow) -> Result<(), S::Error> {
        self.report.people += 1;
        row.row = line(self.report.people);
        match row.category.as_str() {
            "staff" => self.report.staff += 1,
            "contract" => self.report.contract += 1,
            "member" => self.report.members += 1,
            _ => self.report.volunteers += 1,
        }
        debug_assert!(row.id_number.starts_with(identity::AREA), "only invented people");
        self.sink.person(row)
    }
}

/// Number of the line in its file of the n-th row, the header being line 1.
fn line(row: u32) -> u32 {
    row + 1
}

fn rank(person: &Candidate) -> (bool, bool) {
    (
        !matches!(person.row.political.as_str(), "party-member"),
        person.age > TEAM_AGE_MAX,
    )
}

fn political(profile: Profile, age: u32, random: &mut Random) -> &'static str {
    let at: f64 = random.random();
    if at < profile.party {
        "party-member"
    } else if at < profile.party + profile.probationary {
        "probationary-member"
    } else if age <= 28 && random.random_bool(0.5) {
        "league-member"
    } else {
        "other"
    }
}

/// The 20 % of a unit's established staff (`domain.md` §7).
pub(crate) fn required(staff: u32) -> u32 {
    staff.div_ceil(5)
}

/// Emergency teams of a unit for so many people: as few teams of at most [`TEAM_MAX`] as there can be, of even sizes.
pub(crate) fn agency_teams(unit_code: &str, unit_name: &str, people: u32, teams: u32) -> Vec<TeamPlan> {
    let teams = teams.max(people.div_ceil(TEAM_MAX));
    (0..teams)
        .map(|index| TeamPlan {
            code: format!("{unit_code}-T{}", index + 1),
            name: match teams {
                1 => format!("{unit_name}机关应急队"),
                _ => format!("{unit_name}机关应急队第{}分队", index + 1),
            },
            kind: "agency",
            size: people / teams + u32::from(index < people % teams),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fifth_is_rounded_up() {
        for (staff, expected) in [
            (0, 0),
            (1, 1),
            (4, 1),
            (5, 1),
            (6, 2),
            (10, 2),
            (11, 3),
            (14, 3),
            (37, 8),
            (84, 17),
        ] {
            assert_eq!(required(staff), expected, "{staff}");
        }
    }

    #[test]
    fn teams_share_people_evenly() {
        let sizes = |people, teams| -> Vec<u32> {
            agency_teams("U", "U", people, teams)
                .iter()
                .map(|team| team.size)
                .collect()
        };
        assert_eq!(sizes(17, 1), [17]);
        assert_eq!(sizes(520, 1), [58, 58, 58, 58, 58, 58, 58, 57, 57]);
        assert_eq!(sizes(53, 2), [27, 26]);
    }
}
