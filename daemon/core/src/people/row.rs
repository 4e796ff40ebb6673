//! One person as a row of a roster (花名册), and what can be wrong with it.

use std::borrow::Cow;
use std::sync::Arc;

use super::{
    Category, IdNumberError, Person, PersonKey, Personal, PoliticalStatus, SKILL_BYTES_MAX, SKILLS_MAX, Standing,
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
    /// Columns that the row's file does not have: of who is known, what is stored stays.
    pub absent: Vec<Column>,
}

/// A column that a file of people may not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// 联系电话
    Phone,
    /// 居住社区
    Residence,
    /// 编制类型
    Category,
    /// 政治面貌
    Political,
    /// 住址
    Address,
    /// 在岗情况
    Standing,
    /// 借调单位
    SecondedTo,
    /// 特长
    Skills,
    /// 内设机构
    Department,
    /// 职务
    Post,
}

impl Column {
    /// Every column with its name on the wire.
    pub const ALL: [(Self, &'static str); 10] = [
        (Self::Phone, "phone"),
        (Self::Residence, "residence_code"),
        (Self::Category, "category"),
        (Self::Political, "political"),
        (Self::Address, "address"),
        (Self::Standing, "standing"),
        (Self::SecondedTo, "seconded_to_code"),
        (Self::Skills, "skills"),
        (Self::Department, "department"),
        (Self::Post, "post"),
    ];
}

impl PersonRow {
    /// The row with what is known of the person in the columns that its file does not have. Who is in a roster has not left: that
    /// alone is not kept.
    pub(super) fn completed(&self, state: &State, known: Option<(&Person, &Personal)>) -> Cow<'_, Self> {
        let Some((person, personal)) = known.filter(|_| !self.absent.is_empty()) else {
            return Cow::Borrowed(self);
        };
        let mut row = self.clone();
        let code = |unit: Option<UnitId>| unit.map_or("", |unit| &*state.org.get(unit).code).into();
        let own = Arc::make_mut(&mut row.personal);
        for column in &self.absent {
            match column {
                Column::Phone => own.phone.clone_from(&personal.phone),
                Column::Address => own.address.clone_from(&personal.address),
                Column::Department => own.department.clone_from(&personal.department),
                Column::Post => own.post.clone_from(&personal.post),
                Column::Residence => row.residence_code = code(person.residence),
                Column::Category => row.category = word::of(&Category::ALL, person.category).into(),
                Column::Political => row.political = word::of(&PoliticalStatus::ALL, person.political).into(),
                Column::Standing if person.standing == Standing::Left => {}
                Column::Standing => row.standing = word::of(&Standing::ALL, person.standing).into(),
                Column::SecondedTo => row.seconded_to_code = code(person.seconded_to),
                Column::Skills => row.skills.clone_from(&person.skills),
            }
        }
        // Who is back sits nowhere else.
        if self.absent.contains(&Column::SecondedTo)
            && *row.standing != *word::of(&Standing::ALL, Standing::SecondedOut)
        {
            row.seconded_to_code = "".into();
        }
        Cow::Owned(row)
    }
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
        absent: _,
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
