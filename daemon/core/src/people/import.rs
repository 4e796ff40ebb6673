//! Import people from rows.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Category, Person, PersonKey, Personal, PoliticalStatus, check_id_number};
use crate::command::Answer;
use crate::decide::Decision;
use crate::event::Event;
use crate::id::{PersonId, UnitId};
use crate::import::{ImportMode, Importer, RowProblem};
use crate::people::IdNumberError;
use crate::state::State;
use crate::word;

/// Adds and changes people. Who somebody is, the key says; the edge computes it from the ID number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportPeople {
    /// What to do with bad rows.
    pub mode: ImportMode,
    /// The rows.
    pub rows: Vec<PersonRow>,
}

/// One person as given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    /// Where it stands in its source.
    pub row: u32,
    /// Hash of the ID number.
    pub key: PersonKey,
    /// Personal data.
    pub personal: Arc<Personal>,
    /// Code of the home unit.
    pub unit_code: Box<str>,
    /// Code of the village or community they live in; may be empty.
    pub residence_code: Box<str>,
    /// The word for the category.
    pub category: Box<str>,
    /// The word for the political status; empty: other.
    pub political: Box<str>,
}

impl ImportPeople {
    pub(crate) fn decide(&self, state: &State) -> Decision {
        let mut import = Importer::new(self.mode);
        let mut events = Vec::with_capacity(self.rows.len());
        let mut seen: BTreeMap<PersonKey, u32> = BTreeMap::new();
        let mut next = state.people.next_id().0;
        for row in &self.rows {
            let checked = check(state, row);
            let (home_unit, residence, category, political) = match checked {
                Ok(good) => good,
                Err((field, value, problem)) => {
                    import.bad(row.row, field, value, problem);
                    continue;
                }
            };
            if let Some(first) = seen.get(&row.key) {
                import.bad(row.row, "id_number", "", RowProblem::DuplicateOf(*first));
                continue;
            }
            seen.insert(row.key, row.row);
            let known = state.people.by_key(&row.key);
            let id = known.unwrap_or(PersonId(next));
            let person = Person {
                id,
                key: row.key,
                home_unit,
                residence,
                category,
                political,
            };
            match known {
                None => {
                    next += 1;
                    import.added();
                }
                Some(known)
                    if state.people.get(known) == Some(&person) && *state.people.personal(known) == *row.personal =>
                {
                    import.unchanged();
                    continue;
                }
                Some(_) => import.changed(),
            }
            events.push(Event::PersonRecorded {
                person,
                personal: Arc::clone(&row.personal),
            });
        }
        let (take, report) = import.finish();
        Decision::new(if take { events } else { Vec::new() }, Answer::Imported(report.into()))
    }
}

type Good = (UnitId, Option<UnitId>, Category, PoliticalStatus);
type Problem<'a> = (&'static str, &'a str, RowProblem);

fn check<'a>(state: &State, row: &'a PersonRow) -> Result<Good, Problem<'a>> {
    let PersonRow {
        row: _,
        key: _,
        personal,
        unit_code,
        residence_code,
        category,
        political,
    } = row;
    let Personal {
        name,
        phone,
        id_number,
        address,
    } = &**personal;
    if id_number.is_empty() {
        return Err(("id_number", "", RowProblem::Missing));
    }
    // The number itself is personal data and stays out of the report.
    check_id_number(id_number).map_err(|error| {
        let expected = match error {
            IdNumberError::Form => "18 characters: 17 digits and a digit or X",
            IdNumberError::CheckDigit => "the last character must follow from the others; one of them is mistyped",
        };
        ("id_number", "", RowProblem::Invalid(expected.into()))
    })?;
    if name.trim().is_empty() {
        return Err(("name", "", RowProblem::Missing));
    }
    for (field, text) in [("name", name), ("phone", phone), ("address", address)] {
        if text.len() > 400 || text.chars().any(char::is_control) {
            return Err((
                field,
                "",
                RowProblem::Invalid("at most 400 bytes, no control characters".into()),
            ));
        }
    }
    if unit_code.is_empty() {
        return Err(("unit_code", "", RowProblem::Missing));
    }
    let home = state
        .org
        .by_code(unit_code)
        .ok_or(("unit_code", &**unit_code, RowProblem::UnknownUnit))?
        .id;
    let residence = match &**residence_code {
        "" => None,
        code => Some(
            state
                .org
                .by_code(code)
                .ok_or(("residence_code", code, RowProblem::UnknownUnit))?
                .id,
        ),
    };
    let category = word::parse(&Category::ALL, category).ok_or_else(|| {
        (
            "category",
            &**category,
            RowProblem::Invalid(word::all(&Category::ALL).into()),
        )
    })?;
    let political = match &**political {
        "" => PoliticalStatus::Other,
        text => word::parse(&PoliticalStatus::ALL, text).ok_or_else(|| {
            (
                "political",
                text,
                RowProblem::Invalid(word::all(&PoliticalStatus::ALL).into()),
            )
        })?,
    };
    Ok((home, residence, category, political))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Command;
    use crate::testing::{District, district, person_row};

    fn problems(district: &mut District, mode: ImportMode, rows: Vec<PersonRow>) -> Vec<(u32, Box<str>, RowProblem)> {
        district.accepts(Command::ImportPeople(ImportPeople { mode, rows }));
        let Answer::Imported(report) = district.answer() else {
            panic!("no report")
        };
        assert!(
            report
                .bad
                .iter()
                .all(|bad| ["unit_code", "residence_code", "category"].contains(&&*bad.field) || bad.value.is_empty()),
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
        let mut again = person_row(1, "A1", "", "staff");
        again.row = 37;
        let rows = vec![
            mistyped,
            nameless,
            control,
            person_row(34, "X", "", "staff"),
            person_row(35, "A1", "X", "staff"),
            person_row(36, "A1", "", "king"),
            person_row(1, "A1", "", "staff"),
            again,
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
}
