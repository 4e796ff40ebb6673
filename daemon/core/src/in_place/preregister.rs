//! Register members in peacetime for the village where they live (预登记).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::is_member;
use crate::command::Answer;
use crate::decide::Decision;
use crate::event::Event;
use crate::id::{PersonId, UnitId};
use crate::import::{ImportMode, Importer, RowProblem};
use crate::org::UnitKind;
use crate::people::{SKILL_BYTES_MAX, SKILLS_MAX};
use crate::state::State;
use crate::team::PersonRef;

/// Longest text for the kind of service and for the hours, in bytes.
pub const SERVICE_MAX: usize = 120;

/// What a member registered: shown to the village when its window opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreRegistration {
    /// Who.
    pub person: PersonId,
    /// The village where they live.
    pub village: UnitId,
    /// 特长, sorted, each once.
    pub skills: Vec<Box<str>>,
    /// 服务类型; may be empty.
    pub service: Box<str>,
    /// 可服务时间; may be empty.
    pub hours: Box<str>,
}

/// Registers members. A row takes the place of what the person registered before; where the roster says nothing on where they live,
/// it says so from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportPreRegistrations {
    /// What to do with bad rows.
    pub mode: ImportMode,
    /// The rows.
    pub rows: Vec<PreRegistrationRow>,
}

/// One registration as given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreRegistrationRow {
    /// Where it stands in its source.
    pub row: u32,
    /// Who.
    pub person: PersonRef,
    /// Code of the village.
    pub village_code: Box<str>,
    /// Words; none: those of the roster.
    pub skills: Vec<Box<str>>,
    /// What kind of service.
    pub service: Box<str>,
    /// When.
    pub hours: Box<str>,
}

type Problem<'a> = (&'static str, &'a str, RowProblem);

fn invalid(expected: impl Into<Box<str>>) -> RowProblem {
    RowProblem::Invalid(expected.into())
}

impl ImportPreRegistrations {
    pub(crate) fn decide(&self, state: &State) -> Decision {
        let mut import = Importer::new(self.mode);
        let mut events = Vec::new();
        let mut seen: BTreeMap<PersonId, u32> = BTreeMap::new();
        for row in &self.rows {
            let registration = match check(state, row) {
                Ok(registration) => registration,
                Err((field, value, problem)) => {
                    import.bad(row.row, field, value, problem);
                    continue;
                }
            };
            if let Some(first) = seen.insert(registration.person, row.row) {
                import.bad(row.row, "person", "", RowProblem::DuplicateOf(first));
                continue;
            }
            match state.in_place.registration(registration.person) {
                None => import.added(),
                Some(known) if *known == registration => {
                    import.unchanged();
                    continue;
                }
                Some(_) => import.changed(),
            }
            events.push(Event::PreRegistered(registration));
        }
        let (take, report) = import.finish();
        Decision::new(if take { events } else { Vec::new() }, Answer::Imported(report.into()))
    }
}

fn check<'a>(state: &State, row: &'a PreRegistrationRow) -> Result<PreRegistration, Problem<'a>> {
    let PreRegistrationRow {
        row: _,
        person,
        village_code,
        skills,
        service,
        hours,
    } = row;
    let known = match person {
        PersonRef::None => return Err(("person", "", RowProblem::Missing)),
        PersonRef::Id(person) => state.people.get(*person),
        PersonRef::Key(key) => state.people.by_key(key).and_then(|person| state.people.get(person)),
    };
    let known = known.ok_or(("person", "", RowProblem::UnknownPerson))?;
    if !is_member(known) {
        return Err(("person", "", invalid("a Party member who has not left")));
    }
    if village_code.is_empty() {
        return Err(("village_code", "", RowProblem::Missing));
    }
    let village = state.org.by_code(village_code);
    let village = village.ok_or(("village_code", &**village_code, RowProblem::UnknownUnit))?;
    if village.kind != UnitKind::Village {
        return Err(("village_code", village_code, invalid("a village or community")));
    }
    let by_roster = known
        .residence
        .map(|place| super::residence::village_around(state, place));
    if by_roster.is_some_and(|lives_in| lives_in != Some(village.id)) {
        let problem = invalid("the village of the roster; if they have moved, change the roster first");
        return Err(("village_code", village_code, problem));
    }
    for (field, text) in [("service", service), ("hours", hours)] {
        if text.len() > SERVICE_MAX || text.chars().any(char::is_control) {
            return Err((
                field,
                "",
                invalid(format!("at most {SERVICE_MAX} bytes, no control characters")),
            ));
        }
    }
    Ok(PreRegistration {
        person: known.id,
        village: village.id,
        skills: check_skills(skills, &known.skills)?,
        service: service.trim().into(),
        hours: hours.trim().into(),
    })
}

fn check_skills<'a>(given: &'a [Box<str>], roster: &[Box<str>]) -> Result<Vec<Box<str>>, Problem<'a>> {
    let words = given.iter().map(|word| word.trim()).filter(|word| !word.is_empty());
    let mut skills: Vec<Box<str>> = words.map(Into::into).collect();
    if skills
        .iter()
        .any(|word| word.len() > SKILL_BYTES_MAX || word.chars().any(char::is_control))
    {
        let expected = format!("words of at most {SKILL_BYTES_MAX} bytes, no control characters");
        return Err(("skills", "", invalid(expected)));
    }
    if skills.is_empty() {
        skills = roster.to_vec();
    }
    skills.sort_unstable();
    skills.dedup();
    if skills.len() > SKILLS_MAX {
        return Err(("skills", "", invalid(format!("at most {SKILLS_MAX} words"))));
    }
    Ok(skills)
}
