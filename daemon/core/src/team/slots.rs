//! 1+1+N: which teams a town, a village and a group keep of their own, and which are there.

use std::collections::BTreeMap;

use super::TeamKind;
use crate::id::UnitId;
use crate::policy::{SlotPolicy, TeamSlot};
use crate::state::State;

/// How one slot of a unit is filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotLine {
    /// Whose.
    pub unit: UnitId,
    /// What is asked for.
    pub slot: TeamSlot,
    /// Teams of this kind that the unit has.
    pub teams: u32,
    /// Of these those with too few people.
    pub small: u32,
    /// People in them, each once.
    pub people: u32,
}

impl SlotLine {
    /// Teams that are missing or have too few people.
    pub fn open(&self) -> u32 {
        self.slot.min.saturating_sub(self.teams - self.small)
    }
    /// Teams beyond what is meant.
    pub fn over(&self) -> u32 {
        self.slot.max.map_or(0, |max| self.teams.saturating_sub(max))
    }
}

/// Every slot of every unit that keeps some, in the order of the units' ids and of the policy.
pub fn slots(state: &State, policy: &SlotPolicy) -> Vec<SlotLine> {
    let mut sizes: BTreeMap<(UnitId, TeamKind), Vec<&super::Team>> = BTreeMap::new();
    for team in state.teams.iter() {
        sizes.entry((team.unit, team.kind)).or_default().push(team);
    }
    let mut lines = Vec::new();
    for unit in state.org.iter() {
        for slot in policy.of(unit.kind) {
            let teams = sizes.get(&(unit.id, slot.kind)).map_or(&[][..], Vec::as_slice);
            let small = teams.iter().filter(|team| team.members.len() < slot.size_min as usize);
            let people: crate::id::PersonSet = teams.iter().flat_map(|team| team.members.iter()).collect();
            lines.push(SlotLine {
                unit: unit.id,
                slot: *slot,
                teams: teams.len() as u32,
                small: small.count() as u32,
                people: people.len() as u32,
            });
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Command;
    use crate::import::ImportMode;
    use crate::team::ImportTeams;
    use crate::testing::{district, member_row};

    /// What a unit has of a kind: teams, too small, open, over.
    fn line(state: &State, policy: &SlotPolicy, unit: &str, kind: TeamKind) -> [u32; 4] {
        let unit = state.org.by_code(unit).expect("the unit").id;
        let all = slots(state, policy);
        let line = all.iter().find(|line| line.unit == unit && line.slot.kind == kind);
        let line = line.expect("a slot");
        [line.teams, line.small, line.open(), line.over()]
    }

    #[test]
    fn a_slot_is_open_until_a_team_of_its_size_fills_it() {
        let mut district = district();
        let mut policy = SlotPolicy::default();
        for slot in policy.slots.values_mut().flatten() {
            slot.size_min = 3;
        }
        let of = |district: &crate::testing::District, unit, kind| line(&district.state, &policy, unit, kind);
        assert_eq!(of(&district, "T1", TeamKind::Support), [1, 0, 0, 0]);
        assert_eq!(of(&district, "T1", TeamKind::Volunteer), [0, 0, 1, 0]);
        assert_eq!(
            of(&district, "T2", TeamKind::Special),
            [1, 1, 0, 0],
            "none is asked for"
        );
        assert_eq!(of(&district, "V22", TeamKind::Support), [0, 0, 1, 0]);
        let team = |code, from: u32, size: u32| {
            let head = (code, "support", "V22");
            let row = move |n| member_row(n, head, if n == from { "leader" } else { "member" }, n);
            (from..from + size).map(row).collect::<Vec<_>>()
        };
        let mut import = |rows| {
            let mode = ImportMode::AllOrNothing;
            district.accepts(Command::ImportTeams(ImportTeams { mode, rows }));
            line(&district.state, &policy, "V22", TeamKind::Support)
        };
        assert_eq!(import(team("N1", 21, 2)), [1, 1, 1, 0], "two people are no team");
        assert_eq!(import(team("N1", 21, 3)), [1, 0, 0, 0]);
        assert_eq!(import(team("N2", 15, 3)), [2, 0, 0, 1]);
    }

    #[test]
    fn units_of_kinds_without_slots_keep_none() {
        let district = district();
        let lines = slots(&district.state, &SlotPolicy::default());
        let kinds: std::collections::BTreeSet<_> = lines
            .iter()
            .map(|line| district.state.org.get(line.unit).kind)
            .collect();
        use crate::org::UnitKind::{Town, Village};
        assert_eq!(kinds, [Town, Village].into_iter().collect());
    }
}
