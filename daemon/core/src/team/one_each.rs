//! One agency team a person (R4): held against the teams that an import forms and against those that it leaves as they are.

use std::collections::{BTreeMap, BTreeSet};

use super::{Team, TeamKind, TeamMemberRow};
use crate::id::PersonId;
use crate::import::{Importer, RowProblem};
use crate::people::PersonKey;
use crate::state::State;
use crate::team::PersonRef;

/// The teams without whoever is in another agency team; their rows go to the report. A team whose leader is gone is not formed,
/// and stays as it was.
pub(super) fn one_agency_team_each(
    state: &State,
    mut formed: Vec<(Team, &[&TeamMemberRow])>,
    import: &mut Importer,
) -> Vec<Team> {
    // A team that is not formed keeps its members, who may have been wanted elsewhere: looked at again until nothing changes.
    loop {
        let mut taken = keep_as_they_are(state, &formed);
        let mut refused = BTreeSet::new();
        for (index, (team, rows)) in formed.iter_mut().enumerate() {
            if team.kind != TeamKind::Agency {
                continue;
            }
            let twice: Vec<PersonId> = team
                .members
                .iter()
                .filter(|person| taken.contains_key(person))
                .collect();
            for person in &twice {
                let row = rows.iter().find(|row| is_of(state, row.person, *person));
                let row = row.map_or(0, |row| row.row);
                import.bad(row, "person", "", RowProblem::OtherTeam(taken[person].clone()));
            }
            if twice.contains(&team.leader) {
                let others = rows
                    .iter()
                    .filter(|row| !twice.iter().any(|person| is_of(state, row.person, *person)));
                for row in others {
                    import.bad(row.row, "team_code", &row.team_code, RowProblem::TeamRefused);
                }
                refused.insert(index);
                continue;
            }
            team.members = team.members.iter().filter(|person| !twice.contains(person)).collect();
            team.deputy = team.deputy.filter(|deputy| !twice.contains(deputy));
            taken.extend(team.members.iter().map(|person| (person, team.code.clone())));
        }
        if refused.is_empty() {
            return formed.into_iter().map(|(team, _)| team).collect();
        }
        let mut index = 0..;
        formed.retain(|_| index.next().is_none_or(|index| !refused.contains(&index)));
    }
}

/// Members of the agency teams that are not formed anew, with the code of their team.
fn keep_as_they_are(state: &State, formed: &[(Team, &[&TeamMemberRow])]) -> BTreeMap<PersonId, Box<str>> {
    let codes: BTreeSet<&str> = formed.iter().map(|(team, _)| &*team.code).collect();
    let kept = state
        .teams
        .iter()
        .filter(|team| team.kind == TeamKind::Agency && !codes.contains(&*team.code));
    kept.flat_map(|team| team.members.iter().map(|person| (person, team.code.clone())))
        .collect()
}

fn is_of(state: &State, named: PersonRef, person: PersonId) -> bool {
    let by_key = |key: &PersonKey| state.people.by_key(key) == Some(person);
    match named {
        PersonRef::Id(id) => id == person,
        PersonRef::Key(key) => by_key(&key),
        PersonRef::None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::{Answer, Command};
    use crate::import::ImportMode;
    use crate::team::ImportTeams;
    use crate::testing::{District, district, member_row};

    const NEW: (&str, &str, &str) = ("NEW", "agency", "D");
    const AG1: (&str, &str, &str) = ("AG1", "agency", "A1");

    fn import(district: &mut District, rows: Vec<TeamMemberRow>) -> Vec<(u32, RowProblem)> {
        let mode = ImportMode::SkipBad;
        district.accepts(Command::ImportTeams(ImportTeams { mode, rows }));
        let Answer::Imported(report) = district.answer() else {
            panic!("no report")
        };
        report.bad.iter().map(|bad| (bad.row, bad.problem.clone())).collect()
    }

    fn members(district: &District, code: &str) -> Option<Vec<u32>> {
        let team = district.state.teams.by_code(code)?;
        Some(team.members.iter().map(|person| person.0).collect())
    }

    #[test]
    fn somebody_in_an_agency_team_stays_out_of_another() {
        let mut district = district();
        let rows = vec![
            member_row(1, NEW, "leader", 29),
            member_row(2, NEW, "deputy", 13),
            member_row(3, NEW, "member", 30),
            // A team of another kind is no second agency team.
            member_row(4, NEW, "member", 15),
        ];
        assert_eq!(import(&mut district, rows), [(2, RowProblem::OtherTeam("AG2".into()))]);
        assert_eq!(members(&district, "NEW"), Some(vec![15, 29, 30]));
        assert_eq!(district.state.teams.by_code("NEW").unwrap().deputy, None);
    }

    #[test]
    fn a_team_whose_leader_is_in_another_is_not_formed() {
        let mut district = district();
        let rows = vec![member_row(1, NEW, "leader", 13), member_row(2, NEW, "member", 30)];
        let expected = [(1, RowProblem::OtherTeam("AG2".into())), (2, RowProblem::TeamRefused)];
        assert_eq!(import(&mut district, rows), expected);
        assert_eq!(members(&district, "NEW"), None);
    }

    #[test]
    fn who_moves_from_one_team_to_another_moves_when_both_are_formed() {
        let mut district = district();
        let rows = |leader| {
            vec![
                member_row(1, AG1, "leader", leader),
                member_row(2, AG1, "member", 2),
                member_row(3, NEW, "leader", 29),
                member_row(4, NEW, "member", 6),
            ]
        };
        // AG1 cannot be formed, so P6 stays in it.
        let expected = [
            (1, RowProblem::OtherTeam("AG2".into())),
            (2, RowProblem::TeamRefused),
            (4, RowProblem::OtherTeam("AG1".into())),
        ];
        assert_eq!(import(&mut district, rows(9)), expected);
        assert_eq!(members(&district, "NEW"), Some(vec![29]));
        assert_eq!(import(&mut district, rows(1)), []);
        assert_eq!(
            (members(&district, "AG1"), members(&district, "NEW")),
            (Some(vec![1, 2]), Some(vec![6, 29]))
        );
    }
}
