//! One person as a row of a roster (花名册), and what can be wrong with it.

use std::sync::Arc;

use super::{
    Category, IdNumberError, PersonKey, Personal, PoliticalStatus, SKILL_BYTES_MAX, SKILLS_MAX, Standing,
    check_id_number,
};
use crate::id::UnitId;
use crate::import::RowProblem;
use crate::state::State;
use crate::word;

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
    /// The word for the standing; empty: on post.
    pub standing: Box<str>,
    /// Code of the unit where somebody who is seconded out sits; may be empty.
    pub seconded_to_code: Box<str>,
    /// Words for skills, in any order.
    pub skills: Vec<Box<str>>,
}

/// What a good row says.
#[derive(PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) home_unit: UnitId,
    pub(super) residence: Option<UnitId>,
    pub(super) category: Category,
    pub(super) political: PoliticalStatus,
    pub(super) standing: Standing,
    pub(super) seconded_to: Option<UnitId>,
    pub(super) skills: Vec<Box<str>>,
}

/// The field, what stands there, what is wrong with it.
pub(super) type Problem<'a> = (&'static str, &'a str, RowProblem);

fn invalid(expected: impl Into<Box<str>>) -> RowProblem {
    RowProblem::Invalid(expected.into())
}

/// Checks a row. Personal data stays out of the report.
pub(super) fn check<'a>(state: &State, row: &'a PersonRow) -> Result<Facts, Problem<'a>> {
    let PersonRow {
        row: _,
        key: _,
        personal,
        unit_code,
        residence_code,
        category,
        political,
        standing,
        seconded_to_code,
        skills,
    } = row;
    check_personal(personal)?;
    let unit = |field, code: &'a str| {
        let unit = state.org.by_code(code).ok_or((field, code, RowProblem::UnknownUnit));
        unit.map(|unit| unit.id)
    };
    let optional = |field, code: &'a str| match code {
        "" => Ok(None),
        code => unit(field, code).map(Some),
    };
    if unit_code.is_empty() {
        return Err(("unit_code", "", RowProblem::Missing));
    }
    let home_unit = unit("unit_code", unit_code)?;
    let residence = optional("residence_code", residence_code)?;
    let category = word::parse(&Category::ALL, category)
        .ok_or_else(|| ("category", &**category, invalid(word::all(&Category::ALL))))?;
    let political = match &**political {
        "" => PoliticalStatus::Other,
        text => word::parse(&PoliticalStatus::ALL, text)
            .ok_or_else(|| ("political", text, invalid(word::all(&PoliticalStatus::ALL))))?,
    };
    let standing = match &**standing {
        "" => Standing::OnPost,
        text => {
            word::parse(&Standing::ALL, text).ok_or_else(|| ("standing", text, invalid(word::all(&Standing::ALL))))?
        }
    };
    let seconded_to = optional("seconded_to_code", seconded_to_code)?;
    if seconded_to.is_some() && standing != Standing::SecondedOut {
        return Err((
            "seconded_to_code",
            seconded_to_code,
            invalid("nothing, unless the standing is seconded-out"),
        ));
    }
    Ok(Facts {
        home_unit,
        residence,
        category,
        political,
        standing,
        seconded_to,
        skills: check_skills(skills)?,
    })
}

fn check_personal<'a>(personal: &Personal) -> Result<(), Problem<'a>> {
    let Personal {
        name,
        phone,
        id_number,
        address,
        department,
        post,
    } = personal;
    if id_number.is_empty() {
        return Err(("id_number", "", RowProblem::Missing));
    }
    check_id_number(id_number).map_err(|error| {
        let expected = match error {
            IdNumberError::Form => "18 characters: 17 digits and a digit or X",
            IdNumberError::CheckDigit => "the last character must follow from the others; one of them is mistyped",
            IdNumberError::Old => "18 characters; this is the old form of 15 digits: ask for the present number",
            IdNumberError::Born => "digits 7 to 14 must be a day of the calendar, the day of birth",
        };
        ("id_number", "", invalid(expected))
    })?;
    if name.trim().is_empty() {
        return Err(("name", "", RowProblem::Missing));
    }
    for (field, text) in [
        ("name", name),
        ("phone", phone),
        ("address", address),
        ("department", department),
        ("post", post),
    ] {
        if text.len() > 400 || text.chars().any(char::is_control) {
            return Err((field, "", invalid("at most 400 bytes, no control characters")));
        }
    }
    Ok(())
}

/// Skills as they are kept: without blanks around them, sorted, each once.
fn check_skills(skills: &[Box<str>]) -> Result<Vec<Box<str>>, Problem<'_>> {
    let mut kept: Vec<Box<str>> = Vec::new();
    for skill in skills
        .iter()
        .map(|skill| skill.trim())
        .filter(|skill| !skill.is_empty())
    {
        if skill.len() > SKILL_BYTES_MAX || skill.chars().any(char::is_control) {
            let expected = format!("words of at most {SKILL_BYTES_MAX} bytes, no control characters");
            return Err(("skills", "", invalid(expected)));
        }
        kept.push(skill.into());
    }
    kept.sort_unstable();
    kept.dedup();
    if kept.len() > SKILLS_MAX {
        return Err(("skills", "", invalid(format!("at most {SKILLS_MAX} words"))));
    }
    Ok(kept)
}
