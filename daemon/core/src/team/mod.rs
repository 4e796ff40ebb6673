//! Teams (队伍): agency emergency teams, support, volunteer and special teams of towns, villages and groups (1+1+N).

mod import;
mod one_each;
mod slots;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use import::{ImportTeams, PersonRef, TeamMemberRow};
pub use slots::{SlotLine, slots};

use crate::id::{PersonId, PersonSet, TeamId, UnitId};

/// What a team is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum TeamKind {
    /// 机关应急队
    Agency,
    /// 应急支援队
    Support,
    /// 志愿服务队
    Volunteer,
    /// 专业队: medical, flood, fire, militia …
    Special,
}

impl TeamKind {
    /// Every kind with the word for it in files and on the wire.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Agency, "agency"),
        (Self::Support, "support"),
        (Self::Volunteer, "volunteer"),
        (Self::Special, "special"),
    ];
}

/// What somebody is in a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum TeamRole {
    /// 队长, 带队负责人
    Leader,
    /// 副队长
    Deputy,
    /// 队员
    Member,
}

impl TeamRole {
    /// Every role with the word for it in files and on the wire.
    pub const ALL: [(Self, &'static str); 3] = [
        (Self::Leader, "leader"),
        (Self::Deputy, "deputy"),
        (Self::Member, "member"),
    ];
}

/// One team. Its leader is not its deputy (R5), and both are among its members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// Its id.
    pub id: TeamId,
    /// What users call it by in files; never changed.
    pub code: Box<str>,
    /// 名称
    pub name: Box<str>,
    /// What it is.
    pub kind: TeamKind,
    /// The unit that supplies it.
    pub unit: UnitId,
    /// Who leads it (带队负责人).
    pub leader: PersonId,
    /// Who leads it when the leader cannot.
    pub deputy: Option<PersonId>,
    /// Everybody in it, leader and deputy included.
    pub members: PersonSet,
}

impl Team {
    /// Whether this person speaks for the team.
    pub fn is_led_by(&self, person: PersonId) -> bool {
        self.leader == person || self.deputy == Some(person)
    }
}

/// All teams.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Teams {
    rows: Vec<Team>,
    by_code: BTreeMap<Box<str>, TeamId>,
    by_unit: BTreeMap<UnitId, BTreeSet<TeamId>>,
}

impl Teams {
    /// The team with this id.
    pub fn get(&self, team: TeamId) -> &Team {
        &self.rows[team.index()]
    }
    /// The team with this id (`T12`) or this code.
    pub fn resolve(&self, text: &str) -> Option<&Team> {
        self.by_code(text)
            .or_else(|| self.rows.get(text.parse::<TeamId>().ok()?.index()))
    }
    /// The one with this code.
    pub fn by_code(&self, code: &str) -> Option<&Team> {
        self.by_code.get(code).map(|id| self.get(*id))
    }
    /// Every team, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Team> {
        self.rows.iter()
    }
    /// The teams that a unit supplies, in the order of their ids.
    pub fn of(&self, unit: UnitId) -> impl Iterator<Item = &Team> {
        self.by_unit.get(&unit).into_iter().flatten().map(|id| self.get(*id))
    }
    /// The agency teams of a unit.
    pub fn agency_teams(&self, unit: UnitId) -> impl Iterator<Item = &Team> {
        self.of(unit).filter(|team| team.kind == TeamKind::Agency)
    }
    /// How many teams there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
    pub(crate) fn next_id(&self) -> TeamId {
        TeamId::from_index(self.rows.len())
    }

    /// Records the team and returns the members before.
    pub(crate) fn evolve(&mut self, team: &Team) -> PersonSet {
        let index = team.id.index();
        if let Some(before) = self.rows.get(index)
            && let Some(teams) = self.by_unit.get_mut(&before.unit)
        {
            teams.remove(&team.id);
            if teams.is_empty() {
                self.by_unit.remove(&before.unit);
            }
        }
        self.by_unit.entry(team.unit).or_default().insert(team.id);
        if index == self.rows.len() {
            self.rows.push(team.clone());
            self.by_code.insert(team.code.clone(), team.id);
            return PersonSet::default();
        }
        std::mem::replace(&mut self.rows[index], team.clone()).members
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_teams_of_a_unit_follow_when_one_moves_to_another() {
        let team = |number, unit| Team {
            id: TeamId(number),
            code: format!("S{number}").into(),
            name: "support".into(),
            kind: TeamKind::Support,
            unit: UnitId(unit),
            leader: PersonId(1),
            deputy: None,
            members: [PersonId(1)].into_iter().collect(),
        };
        let mut teams = Teams::default();
        for (number, unit) in [(1, 1), (2, 1), (1, 2), (1, 2)] {
            teams.evolve(&team(number, unit));
        }
        let of = |unit| teams.of(UnitId(unit)).map(|team| team.id.0).collect::<Vec<_>>();
        assert_eq!((of(1), of(2), of(3)), (vec![2], vec![1], vec![]));
        assert_eq!(teams.agency_teams(UnitId(1)).count(), 0);
    }
}
