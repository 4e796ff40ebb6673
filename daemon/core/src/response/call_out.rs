//! Whom a plan calls out.

use crate::duty::on_duty;
use crate::id::{PersonId, PersonSet, Timestamp, UnitId};
use crate::order::audience::people_of_unit;
use crate::people::Category;
use crate::plan::CallOut;
use crate::state::State;
use crate::team::TeamKind;

impl State {
    /// The people behind a call-out: agency teams and staff of the whole jurisdiction, all else within the scope.
    pub(crate) fn call_out(
        &self,
        call_out: &CallOut,
        jurisdiction: UnitId,
        scope: &[UnitId],
        at: Timestamp,
    ) -> PersonSet {
        let CallOut {
            teams,
            on_duty: positions,
            staff,
            members,
        } = call_out;
        let mut people: Vec<PersonId> = Vec::new();
        let in_scope = |unit: UnitId| self.org.path(unit).any(|area| scope.contains(&area));
        for team in self.teams.iter().filter(|team| teams.contains(&team.kind)) {
            let called = match team.kind {
                TeamKind::Agency => self.org.is_within(team.unit, jurisdiction),
                TeamKind::Support | TeamKind::Volunteer | TeamKind::Special => in_scope(team.unit),
            };
            if called {
                people.extend(team.members.iter());
            }
        }
        if !positions.is_empty() {
            for unit in self.rosters.units().filter(|unit| in_scope(*unit)) {
                let holders = on_duty(self.duty_view(), unit, at).holders.into_iter();
                let meant = holders.filter(|holder| positions.contains(&holder.position) && !holder.on_leave);
                people.extend(meant.map(|holder| holder.person));
            }
        }
        let has_category =
            |person: &PersonId, category| self.people.get(*person).is_some_and(|row| row.category == category);
        if *staff {
            people.extend(people_of_unit(self, jurisdiction).filter(|person| has_category(person, Category::Staff)));
        }
        if *members {
            for unit in scope.iter().flat_map(|area| self.org.subtree(*area)) {
                let residents = self.people.resident(unit).iter().copied();
                people.extend(residents.filter(|person| has_category(person, Category::Member)));
            }
        }
        people.into_iter().collect()
    }
}
