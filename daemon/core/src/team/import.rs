//! Import teams from rows, one a membership.

use std::collections::{BTreeMap, BTreeSet};

use super::one_each::one_agency_team_each;
use super::{Team, TeamKind, TeamRole};
use crate::command::Answer;
use crate::decide::Decision;
use crate::event::Event;
use crate::id::{PersonId, TeamId};
use crate::import::{ImportMode, Importer, RowProblem};
use crate::org::{CODE_EXPECTED, is_code, is_name};
use crate::people::PersonKey;
use crate::state::State;
use crate::word;

/// Forms and changes teams. A team's rows are all its members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportTeams {
    /// What to do with bad rows.
    pub mode: ImportMode,
    /// The rows.
    pub rows: Vec<TeamMemberRow>,
}

/// Who a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonRef {
    /// By id.
    Id(PersonId),
    /// By the hash of the ID number.
    Key(PersonKey),
    /// The field is empty.
    None,
}

/// One membership as given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamMemberRow {
    /// Where it stands in its source.
    pub row: u32,
    /// The team's code.
    pub team_code: Box<str>,
    /// 名称
    pub team_name: Box<str>,
    /// The word for its kind.
    pub kind: Box<str>,
    /// Code of the unit that supplies it.
    pub unit_code: Box<str>,
    /// The word for the role.
    pub role: Box<str>,
    /// Who.
    pub person: PersonRef,
}

type Problem<'a> = (&'static str, &'a str, RowProblem);

impl ImportTeams {
    pub(crate) fn decide(&self, state: &State) -> Decision {
        let mut import = Importer::new(self.mode);
        let mut teams: BTreeMap<&str, Vec<&TeamMemberRow>> = BTreeMap::new();
        let mut order = Vec::new();
        for row in &self.rows {
            if is_code(&row.team_code) {
                let rows = teams.entry(&row.team_code).or_insert_with(|| {
                    order.push(&*row.team_code);
                    Vec::new()
                });
                rows.push(row);
            } else if row.team_code.is_empty() {
                import.bad(row.row, "team_code", "", RowProblem::Missing);
            } else {
                import.bad(
                    row.row,
                    "team_code",
                    &row.team_code,
                    RowProblem::Invalid(CODE_EXPECTED.into()),
                );
            }
        }
        let mut formed = Vec::new();
        for code in order {
            if let Some(team) = form(state, &teams[code], &mut import) {
                formed.push((team, &*teams[code]));
            }
        }
        let formed = one_agency_team_each(state, formed, &mut import);
        let mut events = Vec::new();
        let mut next = state.teams.next_id().0;
        for mut team in formed {
            match state.teams.by_code(&team.code) {
                None => {
                    team.id = TeamId(next);
                    next += 1;
                    import.added();
                }
                Some(known) => {
                    team.id = known.id;
                    if *known == team {
                        import.unchanged();
                        continue;
                    }
                    import.changed();
                }
            }
            events.push(Event::TeamRecorded(team));
        }
        let (take, report) = import.finish();
        Decision::new(if take { events } else { Vec::new() }, Answer::Imported(report.into()))
    }
}

/// The team its good rows make, if they make one; bad rows go to the report.
fn form(state: &State, rows: &[&TeamMemberRow], import: &mut Importer) -> Option<Team> {
    let first = rows[0];
    let (kind, unit) = match head(state, first) {
        Ok(head) => head,
        Err((field, value, problem)) => {
            import.bad(first.row, field, value, problem);
            for row in &rows[1..] {
                import.bad(row.row, "team_code", &row.team_code, RowProblem::TeamRefused);
            }
            return None;
        }
    };
    let (mut leader, mut deputy, mut members, mut seen) = (None, None, BTreeSet::new(), BTreeMap::new());
    let mut good = Vec::new();
    for row in rows {
        let person = match member(state, first, row) {
            Ok((role, person)) => match (seen.get(&person), role) {
                (Some(_), TeamRole::Deputy) if leader == Some(person) => {
                    Err(("role", &*row.role, RowProblem::LeaderIsDeputy))
                }
                (Some(_), TeamRole::Leader) if deputy == Some(person) => {
                    Err(("role", &*row.role, RowProblem::LeaderIsDeputy))
                }
                (Some(first), _) => Err(("person", "", RowProblem::DuplicateOf(*first))),
                (None, TeamRole::Leader) if leader.is_some() => Err(("role", &*row.role, RowProblem::SecondOfRole)),
                (None, TeamRole::Deputy) if deputy.is_some() => Err(("role", &*row.role, RowProblem::SecondOfRole)),
                (None, role) => Ok((role, person)),
            },
            Err(problem) => Err(problem),
        };
        match person {
            Ok((role, person)) => {
                match role {
                    TeamRole::Leader => leader = Some(person),
                    TeamRole::Deputy => deputy = Some(person),
                    TeamRole::Member => {}
                }
                members.insert(person);
                seen.insert(person, row.row);
                good.push(*row);
            }
            Err((field, value, problem)) => import.bad(row.row, field, value, problem),
        }
    }
    let Some(leader) = leader else {
        for row in good {
            import.bad(row.row, "role", &row.role, RowProblem::NoLeader);
        }
        return None;
    };
    Some(Team {
        id: TeamId(0),
        code: first.team_code.clone(),
        name: first.team_name.clone(),
        kind,
        unit,
        leader,
        deputy,
        members: members.into_iter().collect(),
    })
}

/// What a team's first row says about the team.
fn head<'a>(state: &State, row: &'a TeamMemberRow) -> Result<(TeamKind, crate::id::UnitId), Problem<'a>> {
    if !is_name(&row.team_name) {
        return Err(("team_name", &row.team_name, RowProblem::Missing));
    }
    let kind = word::parse(&TeamKind::ALL, &row.kind).ok_or_else(|| {
        (
            "kind",
            &*row.kind,
            RowProblem::Invalid(word::all(&TeamKind::ALL).into()),
        )
    })?;
    let unit = state
        .org
        .by_code(&row.unit_code)
        .ok_or(("unit_code", &*row.unit_code, RowProblem::UnknownUnit))?;
    Ok((kind, unit.id))
}

fn member<'a>(
    state: &State,
    first: &TeamMemberRow,
    row: &'a TeamMemberRow,
) -> Result<(TeamRole, PersonId), Problem<'a>> {
    let TeamMemberRow {
        row: _,
        team_code: _,
        team_name,
        kind,
        unit_code,
        role,
        person,
    } = row;
    for (field, value, same) in [
        ("team_name", team_name, *team_name == first.team_name),
        ("kind", kind, *kind == first.kind),
        ("unit_code", unit_code, *unit_code == first.unit_code),
    ] {
        if !same {
            return Err((
                field,
                value,
                RowProblem::Contradicts(format!("row {}", first.row).into()),
            ));
        }
    }
    let role = word::parse(&TeamRole::ALL, role)
        .ok_or_else(|| ("role", &**role, RowProblem::Invalid(word::all(&TeamRole::ALL).into())))?;
    let known = match person {
        PersonRef::None => return Err(("person", "", RowProblem::Missing)),
        PersonRef::Id(id) => state.people.get(*id).map(|person| person.id),
        PersonRef::Key(key) => state.people.by_key(key),
    };
    Ok((role, known.ok_or(("person", "", RowProblem::UnknownPerson))?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Command;
    use crate::testing::{District, district, member_row};

    const NEW: (&str, &str, &str) = ("NEW", "support", "T2");

    fn problems(district: &mut District, mode: ImportMode, rows: Vec<TeamMemberRow>) -> Vec<(u32, RowProblem)> {
        district.accepts(Command::ImportTeams(ImportTeams { mode, rows }));
        let Answer::Imported(report) = district.answer() else {
            panic!("no report")
        };
        report.bad.iter().map(|bad| (bad.row, bad.problem.clone())).collect()
    }

    #[test]
    fn the_leader_is_not_the_deputy() {
        for roles in [["leader", "deputy"], ["deputy", "leader"]] {
            let rows = vec![member_row(1, NEW, roles[0], 25), member_row(2, NEW, roles[1], 25)];
            let problems = problems(&mut district(), ImportMode::AllOrNothing, rows);
            assert!(problems.contains(&(2, RowProblem::LeaderIsDeputy)), "{problems:?}");
        }
    }

    #[test]
    fn a_team_has_one_leader_and_nobody_twice() {
        let rows = vec![
            member_row(1, NEW, "leader", 25),
            member_row(2, NEW, "leader", 26),
            member_row(3, NEW, "member", 25),
            member_row(4, NEW, "king", 27),
            member_row(5, NEW, "member", 99),
            member_row(6, ("NEW", "agency", "T2"), "member", 28),
        ];
        let mut district = district();
        let found = problems(&mut district, ImportMode::SkipBad, rows);
        assert_eq!(
            found[..2],
            [(2, RowProblem::SecondOfRole), (3, RowProblem::DuplicateOf(1))]
        );
        assert_eq!(
            found[3..],
            [
                (5, RowProblem::UnknownPerson),
                (6, RowProblem::Contradicts("row 1".into()))
            ]
        );
        assert_eq!(district.state.teams.by_code("NEW").unwrap().members.len(), 1);
        let leaderless = vec![member_row(1, ("X", "support", "T2"), "member", 25)];
        assert_eq!(
            problems(&mut district, ImportMode::SkipBad, leaderless),
            [(1, RowProblem::NoLeader)]
        );
        let nowhere = vec![
            member_row(1, ("X", "support", "Y"), "leader", 25),
            member_row(2, ("X", "support", "Y"), "member", 26),
        ];
        assert_eq!(
            problems(&mut district, ImportMode::SkipBad, nowhere),
            [(1, RowProblem::UnknownUnit), (2, RowProblem::TeamRefused)]
        );
    }

    #[test]
    fn the_rows_are_all_the_members() {
        let mut district = district();
        let team = ("SP1", "special", "T2");
        problems(
            &mut district,
            ImportMode::AllOrNothing,
            vec![member_row(1, team, "leader", 20), member_row(2, team, "member", 24)],
        );
        district.changes_nothing();
        problems(
            &mut district,
            ImportMode::AllOrNothing,
            vec![member_row(1, team, "leader", 20), member_row(2, team, "member", 25)],
        );
        let teams = |who| district.state.people.teams(PersonId(who)).len();
        assert_eq!((teams(24), teams(25)), (1, 1));
    }
}
