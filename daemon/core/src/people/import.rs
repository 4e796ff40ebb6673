//! Import people from rows: what a roster changes, before it does.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::row::{Facts, check};
use super::{Category, Person, PersonKey, PersonRow, Personal, Standing};
use crate::calendar::Date;
use crate::command::{Answer, Context};
use crate::decide::Decision;
use crate::event::Event;
use crate::id::{PersonId, UnitId};
use crate::import::{ImportMode, ImportReport, Importer, RowProblem};
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::state::State;

/// Adds and changes people. Who somebody is, the key says; the edge computes it from the ID number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportPeople {
    /// What to do with bad rows.
    pub mode: ImportMode,
    /// The rows.
    pub rows: Vec<PersonRow>,
    /// The rows are the whole roster (花名册) of the unit with this code and the units under it; empty: they are not. Who is at
    /// home there as staff or contract staff and not in the rows has left. Nobody leaves while rows are bad.
    pub whole_roster_of: Box<str>,
}

/// What an import does to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// New to the district.
    Added,
    /// Known with other content.
    Changed,
    /// Was in the roster and is not in the rows.
    Left,
}

impl ChangeKind {
    /// Every kind with the word for it on the wire.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Added, "added"), (Self::Changed, "changed"), (Self::Left, "left")];
}

/// What an import makes of somebody.
#[derive(Debug, Clone)]
pub struct PersonChange {
    /// The row; 0 for who leaves.
    pub row: u32,
    /// What happens to them.
    pub kind: ChangeKind,
    /// As they are afterwards; who is new has the id that they would get.
    pub person: Person,
    /// As it is afterwards.
    pub personal: Arc<Personal>,
}

/// What an import comes to.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The report.
    pub report: ImportReport,
    /// Everybody whom the good rows change, in the order of the rows, then who leaves.
    pub changes: Vec<PersonChange>,
    /// Units whose whole roster the rows are, and that were not confirmed on this day yet.
    confirmed: Vec<UnitId>,
}

impl ImportPeople {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let today = policy.team.zone.date(context.at);
        let Plan {
            report,
            changes,
            confirmed,
        } = self.plan(state, today)?;
        let mut events = Vec::new();
        if report.applied {
            let recorded = |change: PersonChange| Event::PersonRecorded {
                person: change.person,
                personal: change.personal,
            };
            events.extend(changes.into_iter().map(recorded));
            if !confirmed.is_empty() {
                events.push(Event::RosterConfirmed {
                    units: confirmed,
                    date: today,
                });
            }
        }
        Ok(Decision::new(events, Answer::Imported(report.into())))
    }

    /// What the import would come to. Changes nothing: a dry run is just this.
    ///
    /// # Errors
    /// When there is no such unit.
    pub fn plan(&self, state: &State, today: Date) -> Result<Plan, Rejection> {
        let whole = match &*self.whole_roster_of {
            "" => None,
            code => Some(
                state
                    .org
                    .by_code(code)
                    .ok_or(Rejection::UnknownUnit { code: code.into() })?
                    .id,
            ),
        };
        let mut import = Importer::new(self.mode);
        let mut changes = Vec::new();
        let mut seen: BTreeMap<PersonKey, (u32, PersonId, Option<usize>)> = BTreeMap::new();
        let mut at_home = BTreeSet::new();
        let mut next = state.people.next_id().0;
        for row in &self.rows {
            let twice = seen.get(&row.key).copied();
            let known = state.people.by_key(&row.key);
            let stored = |id: PersonId| state.people.get(id).map(|known| (known, state.people.personal(id)));
            let before: Option<(&Person, &Personal)> = match twice {
                Some((_, _, Some(index))) => changes.get(index).map(|it: &PersonChange| (&it.person, &*it.personal)),
                Some((_, id, None)) => stored(id),
                None => known.and_then(stored),
            };
            // What a row says must be good by itself: whether it is does not hang on what is known, or on the rows before.
            let given = check(state, row);
            let row = row.completed(state, before);
            let checked = match &row {
                Cow::Borrowed(_) => given,
                Cow::Owned(row) => given.and_then(|_| check(state, row)),
            };
            let row = &*row;
            let checked = checked.and_then(|facts| match whole {
                Some(whole) if !state.org.is_within(facts.home_unit, whole) => {
                    let outside = RowProblem::OutsideRoster(self.whole_roster_of.clone());
                    Err(("unit_code", &*row.unit_code, outside))
                }
                _ => Ok(facts),
            });
            let facts = match checked {
                Ok(good) => good,
                Err((field, value, problem)) => {
                    import.bad(row.row, field, value, problem);
                    continue;
                }
            };
            let id = twice.map_or(known.unwrap_or(PersonId(next)), |(_, id, _)| id);
            let person = person(id, row.key, facts);
            if let Some((first, _, _)) = twice {
                // The same person on two sheets with the same content: the second row changes nothing.
                if before == Some((&person, &*row.personal)) {
                    import.unchanged();
                } else {
                    import.bad(row.row, "id_number", "", RowProblem::DuplicateOf(first));
                }
                continue;
            }
            at_home.insert(person.home_unit);
            let is_known_so = known.is_some_and(|known| {
                state.people.get(known) == Some(&person) && *state.people.personal(known) == *row.personal
            });
            seen.insert(row.key, (row.row, id, (!is_known_so).then_some(changes.len())));
            let kind = match known {
                None => {
                    next += 1;
                    import.added();
                    ChangeKind::Added
                }
                Some(_) if is_known_so => {
                    import.unchanged();
                    continue;
                }
                Some(_) => {
                    import.changed();
                    ChangeKind::Changed
                }
            };
            changes.push(PersonChange {
                row: row.row,
                kind,
                person,
                personal: Arc::clone(&row.personal),
            });
        }
        let mut confirmed = Vec::new();
        if let Some(whole) = whole.filter(|_| !import.has_bad()) {
            for unit in state.org.subtree(whole) {
                let gone = state.people.at_home(unit).iter().filter_map(|id| state.people.get(*id));
                let gone = gone.filter(|person| leaves(person) && !seen.contains_key(&person.key));
                for person in gone {
                    import.left();
                    changes.push(PersonChange {
                        row: 0,
                        kind: ChangeKind::Left,
                        person: Person {
                            standing: Standing::Left,
                            seconded_to: None,
                            ..person.clone()
                        },
                        personal: state.people.personal_of(person.id),
                    });
                }
                let has_roster = unit == whole || at_home.contains(&unit) || !state.people.at_home(unit).is_empty();
                if has_roster && state.quota.confirmed(unit).is_none_or(|date| date < today) {
                    confirmed.push(unit);
                }
            }
        }
        Ok(Plan {
            report: import.finish().1,
            changes,
            confirmed,
        })
    }
}

fn person(id: PersonId, key: PersonKey, facts: Facts) -> Person {
    let Facts {
        home_unit,
        residence,
        category,
        political,
        standing,
        seconded_to,
        skills,
    } = facts;
    Person {
        id,
        key,
        home_unit,
        residence,
        category,
        political,
        standing,
        seconded_to,
        skills,
    }
}

/// Whether somebody who is not in a whole roster has left by that. Who is retired stays so.
fn leaves(person: &Person) -> bool {
    let is_on_roster = match person.category {
        Category::Staff | Category::Contract => true,
        Category::Member | Category::Volunteer => false,
    };
    let is_gone = match person.standing {
        Standing::Left | Standing::Retired => true,
        Standing::OnPost | Standing::SecondedOut | Standing::Study | Standing::LongLeave => false,
    };
    is_on_roster && !is_gone
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Command;
    use crate::people::Column;
    use crate::testing::{District, district, person_row};

    fn problems(district: &mut District, mode: ImportMode, rows: Vec<PersonRow>) -> Vec<(u32, Box<str>, RowProblem)> {
        problems_of(
            district,
            ImportPeople {
                mode,
                rows,
                whole_roster_of: "".into(),
            },
        )
    }

    fn problems_of(district: &mut District, import: ImportPeople) -> Vec<(u32, Box<str>, RowProblem)> {
        district.accepts(Command::ImportPeople(import));
        let Answer::Imported(report) = district.answer() else {
            panic!("no report")
        };
        assert!(
            report.bad.iter().all(|bad| [
                "unit_code",
                "residence_code",
                "category",
                "standing",
                "seconded_to_code"
            ]
            .contains(&&*bad.field)
                || bad.value.is_empty()),
            "personal data in a report"
        );
        report
            .bad
            .iter()
            .map(|bad| (bad.row, bad.field.clone(), bad.problem.clone()))
            .collect()
    }

    #[test]
    fn the_same_again_changes_nothing_and_somebody_who_moved_is_the_same_person() {
        let mut district = district();
        assert_eq!(
            problems(
                &mut district,
                ImportMode::AllOrNothing,
                vec![person_row(1, "A1", "", "staff")]
            ),
            []
        );
        district.changes_nothing();
        assert_eq!(
            problems(
                &mut district,
                ImportMode::AllOrNothing,
                vec![person_row(1, "A2", "V11", "staff")]
            ),
            []
        );
        let (a1, a2) = (
            district.state.org.by_code("A1").unwrap().id,
            district.state.org.by_code("A2").unwrap().id,
        );
        let people = &district.state.people;
        assert_eq!(
            (
                people.len(),
                people.at_home(a1).contains(&PersonId(1)),
                people.at_home(a2).contains(&PersonId(1))
            ),
            (30, false, true)
        );
    }

    #[test]
    fn bad_rows_are_named_without_personal_data() {
        let mut district = district();
        let mut mistyped = person_row(31, "A1", "", "staff");
        Arc::make_mut(&mut mistyped.personal).id_number = "990101199003071238".into();
        let mut nameless = person_row(32, "A1", "", "staff");
        Arc::make_mut(&mut nameless.personal).name = " ".into();
        let mut control = person_row(33, "A1", "", "staff");
        Arc::make_mut(&mut control.personal).address = "\u{1b}[2J".into();
        let mut again = person_row(1, "A2", "", "staff");
        again.row = 37;
        let mut same = person_row(1, "A1", "", "staff");
        same.row = 39;
        let rows = vec![
            mistyped,
            nameless,
            control,
            person_row(34, "X", "", "staff"),
            person_row(35, "A1", "X", "staff"),
            person_row(36, "A1", "", "king"),
            person_row(1, "A1", "", "staff"),
            again,
            same,
            person_row(38, "A1", "", "staff"),
        ];
        let fields: Vec<_> = problems(&mut district, ImportMode::AllOrNothing, rows.clone())
            .into_iter()
            .map(|(row, field, _)| (row, field))
            .collect();
        let expected = [
            (31, "id_number"),
            (32, "name"),
            (33, "address"),
            (34, "unit_code"),
            (35, "residence_code"),
            (36, "category"),
            (37, "id_number"),
        ];
        assert_eq!(fields, expected.map(|(row, field)| (row, field.into())));
        district.changes_nothing();
        problems(&mut district, ImportMode::SkipBad, rows);
        assert_eq!(district.state.people.len(), 31);
    }

    #[test]
    fn what_a_row_says_is_kept_and_what_it_cannot_say_is_named() {
        let mut district = district();
        let mut row = person_row(1, "A1", "", "staff");
        row.standing = "seconded-out".into();
        row.seconded_to_code = "T1".into();
        row.skills = vec![" medic".into(), "boat".into(), "".into(), "boat".into()];
        Arc::make_mut(&mut row.personal).post = "clerk".into();
        assert_eq!(problems(&mut district, ImportMode::AllOrNothing, vec![row.clone()]), []);
        let town = district.state.org.by_code("T1").unwrap().id;
        let person = district.state.people.get(PersonId(1)).unwrap();
        assert_eq!(
            (person.standing, person.seconded_to),
            (Standing::SecondedOut, Some(town))
        );
        assert_eq!(person.skills, ["boat".into(), "medic".into()]);
        assert_eq!(&*district.state.people.personal(PersonId(1)).post, "clerk");
        let bad = |change: &dyn Fn(&mut PersonRow)| {
            let mut row = row.clone();
            change(&mut row);
            let found = problems(&mut district_again(), ImportMode::AllOrNothing, vec![row]);
            found.first().map(|(_, field, _)| field.to_string())
        };
        let many = (0..17).map(|number| format!("s{number}").into()).collect::<Vec<_>>();
        for (field, change) in [
            (
                "standing",
                (&|row: &mut PersonRow| row.standing = "asleep".into()) as &dyn Fn(&mut PersonRow),
            ),
            ("seconded_to_code", &|row| row.standing = "".into()),
            ("seconded_to_code", &|row| row.seconded_to_code = "X".into()),
            ("skills", &|row| row.skills.push("s".repeat(33).into())),
            ("skills", &|row| row.skills.clone_from(&many)),
            ("id_number", &|row| {
                Arc::make_mut(&mut row.personal).id_number = "990101199002300018".into()
            }),
            ("id_number", &|row| {
                Arc::make_mut(&mut row.personal).id_number = "990101900307123".into()
            }),
            ("department", &|row| {
                Arc::make_mut(&mut row.personal).department = "x".repeat(401).into()
            }),
        ] {
            assert_eq!(bad(change).as_deref(), Some(field));
        }
    }

    fn district_again() -> District {
        crate::testing::district()
    }

    /// The whole roster of A1, but for these.
    fn roster(without: &[u32]) -> ImportPeople {
        ImportPeople {
            mode: ImportMode::SkipBad,
            rows: (1..=8)
                .filter(|number| !without.contains(number))
                .map(|number| person_row(number, "A1", "", "staff"))
                .collect(),
            whole_roster_of: "A1".into(),
        }
    }

    fn standing(district: &District, number: u32) -> Standing {
        district.state.people.get(PersonId(number)).unwrap().standing
    }

    #[test]
    fn who_is_not_in_the_whole_roster_has_left_and_stays_known() {
        let mut district = district();
        assert_eq!(problems_of(&mut district, roster(&[])), []);
        let a1 = district.state.org.by_code("A1").unwrap().id;
        assert!(district.state.quota.confirmed(a1).is_some(), "the roster was confirmed");
        district.accepts(Command::ImportPeople(roster(&[]))).changes_nothing();
        assert_eq!(problems_of(&mut district, roster(&[1, 8])), []);
        assert_eq!(
            (standing(&district, 1), standing(&district, 8), standing(&district, 2)),
            (Standing::Left, Standing::Left, Standing::OnPost)
        );
        assert_eq!(standing(&district, 9), Standing::OnPost, "another unit's");
        let Answer::Imported(report) = district.answer() else {
            panic!("no report")
        };
        assert_eq!((report.left, report.unchanged, report.changed), (2, 6, 0));
        district
            .accepts(Command::ImportPeople(roster(&[1, 8])))
            .changes_nothing();
        // Next day: the roster is confirmed anew, and nothing else happens.
        district.at(24 * 60).accepts(Command::ImportPeople(roster(&[1, 8])));
        district.then(|events| assert!(matches!(events, [Event::RosterConfirmed { .. }]), "{events:?}"));
        // Who comes back is on post again.
        problems_of(&mut district, roster(&[8]));
        assert_eq!(standing(&district, 1), Standing::OnPost);
    }

    #[test]
    fn who_lives_in_a_village_and_is_on_no_roster_does_not_leave_with_it() {
        let mut district = district();
        district.accepts(Command::ImportPeople(ImportPeople {
            mode: ImportMode::AllOrNothing,
            rows: vec![
                person_row(31, "V11", "", "staff"),
                person_row(32, "V11", "", "contract"),
            ],
            whole_roster_of: "".into(),
        }));
        let only = ImportPeople {
            mode: ImportMode::AllOrNothing,
            rows: vec![person_row(31, "V11", "", "staff")],
            whole_roster_of: "V11".into(),
        };
        assert_eq!(problems_of(&mut district, only), []);
        // P15 to P20 are volunteers of the village.
        let left = (1..=32).filter(|number| standing(&district, *number) == Standing::Left);
        assert_eq!(left.collect::<Vec<_>>(), [32]);
    }

    #[test]
    fn nobody_leaves_while_rows_are_bad() {
        let mut district = district();
        let mut rows = roster(&[1, 8]);
        rows.rows.push(person_row(9, "A2", "", "staff"));
        let found = problems_of(&mut district, rows);
        assert_eq!(found, [(9, "unit_code".into(), RowProblem::OutsideRoster("A1".into()))]);
        assert_eq!(standing(&district, 1), Standing::OnPost);
        let a1 = district.state.org.by_code("A1").unwrap().id;
        assert_eq!(district.state.quota.confirmed(a1), None);
        let mut nowhere = roster(&[]);
        nowhere.whole_roster_of = "Z".into();
        district
            .when(Command::ImportPeople(nowhere))
            .rejects(Rejection::UnknownUnit { code: "Z".into() });
    }

    #[test]
    fn a_column_that_the_file_does_not_have_changes_nothing_of_who_is_known() {
        let mut district = district();
        let mut full = person_row(1, "A1", "V11", "contract");
        full.political = "party-member".into();
        full.standing = "seconded-out".into();
        full.seconded_to_code = "T1".into();
        full.skills = vec!["boat".into()];
        let personal = Arc::make_mut(&mut full.personal);
        personal.phone = "13800000001".into();
        personal.address = "here".into();
        personal.department = "office".into();
        personal.post = "clerk".into();
        problems(&mut district, ImportMode::AllOrNothing, vec![full]);
        let all = || Column::ALL.map(|(column, _)| column).to_vec();
        let bare = |number: u32| {
            let mut row = person_row(number, "A1", "", "staff");
            row.absent = all();
            row
        };
        problems(&mut district, ImportMode::AllOrNothing, vec![bare(1), bare(1)]);
        district.changes_nothing();
        // One column at a time: it alone stays.
        for column in all() {
            let mut row = bare(1);
            row.absent = vec![column];
            let plan = ImportPeople {
                mode: ImportMode::AllOrNothing,
                rows: vec![row],
                whole_roster_of: "".into(),
            };
            let plan = plan.plan(&district.state, Date::from_days(20_000)).unwrap();
            assert_eq!(plan.report.changed, 1, "{column:?}: {:?}", plan.report);
            let (before, after) = (district.state.people.get(PersonId(1)).unwrap(), &plan.changes[0]);
            let known = district.state.people.personal(PersonId(1));
            let stays = [
                (Column::Phone, after.personal.phone == known.phone),
                (Column::Residence, after.person.residence == before.residence),
                (Column::Category, after.person.category == before.category),
                (Column::Political, after.person.political == before.political),
                (Column::Address, after.personal.address == known.address),
                (Column::Standing, after.person.standing == before.standing),
                // Who is on post sits nowhere else, whatever the file leaves out.
                (Column::SecondedTo, false),
                (Column::Skills, after.person.skills == before.skills),
                (Column::Department, after.personal.department == known.department),
                (Column::Post, after.personal.post == known.post),
            ];
            for (other, same) in stays {
                assert_eq!(
                    same,
                    other == column && column != Column::SecondedTo,
                    "{column:?} {other:?}"
                );
            }
            assert_eq!(after.person.seconded_to, None);
        }
        // Who is new is as the row says, and a second row adds nothing to it.
        problems(&mut district, ImportMode::AllOrNothing, vec![bare(40), bare(40)]);
        let new = district.state.people.get(PersonId(31)).unwrap();
        assert_eq!((new.category, new.standing), (Category::Staff, Standing::OnPost));
        // Who is in a roster again has not left.
        let mut left = bare(1);
        left.standing = "left".into();
        left.absent.retain(|column| *column != Column::Standing);
        problems(&mut district, ImportMode::AllOrNothing, vec![left]);
        assert_eq!(standing(&district, 1), Standing::Left);
        problems(&mut district, ImportMode::AllOrNothing, vec![bare(1)]);
        assert_eq!(standing(&district, 1), Standing::OnPost);
    }

    #[test]
    fn a_dry_run_says_what_would_happen_and_a_corrected_row_changes_only_that_person() {
        let mut district = district();
        let mut import = roster(&[8]);
        import.rows[2].political = "party-member".into();
        import.rows.push(person_row(31, "A1", "", "staff"));
        let before = district.state.clone();
        let plan = import.plan(&district.state, Date::from_days(20_000)).unwrap();
        assert_eq!(district.state, before);
        let changes: Vec<_> = plan
            .changes
            .iter()
            .map(|it| (it.row, it.kind, it.person.id.0))
            .collect();
        assert_eq!(
            changes,
            [
                (3, ChangeKind::Changed, 3),
                (31, ChangeKind::Added, 31),
                (0, ChangeKind::Left, 8)
            ]
        );
        let report = plan.report;
        district.accepts(Command::ImportPeople(import));
        district.answers(&Answer::Imported(report.into()));
        let changed = (1..=30).filter(|number| {
            let id = PersonId(*number);
            before.people.get(id) != district.state.people.get(id)
        });
        assert_eq!(changed.collect::<Vec<_>>(), [3, 8]);
    }
}
