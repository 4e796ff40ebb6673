//! Import who holds which post, one holding a row.

use std::collections::BTreeMap;

use super::{Holders, PostRole};
use crate::command::Answer;
use crate::decide::Decision;
use crate::event::Event;
use crate::id::{PersonId, UnitId};
use crate::import::{ImportMode, Importer, RowProblem};
use crate::plan::is_slug;
use crate::state::State;
use crate::team::PersonRef;
use crate::word;

/// Says who holds posts from now on. A row fills one role of one post; roles that no row names stay as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportPosts {
    /// What to do with bad rows.
    pub mode: ImportMode,
    /// The rows.
    pub rows: Vec<PostRow>,
}

/// One holding as given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostRow {
    /// Where it stands in its source.
    pub row: u32,
    /// Code of the unit.
    pub unit_code: Box<str>,
    /// The word for the post.
    pub post: Box<str>,
    /// The word for the role; empty: primary.
    pub role: Box<str>,
    /// Who.
    pub person: PersonRef,
}

const POST_EXPECTED: &str = "a letter a to z, then letters, digits and -";

type Problem<'a> = (&'static str, &'a str, RowProblem);
/// Good rows of one post.
type Rows<'a> = Vec<(&'a PostRow, PostRole, PersonId)>;

impl ImportPosts {
    pub(crate) fn decide(&self, state: &State) -> Decision {
        let mut import = Importer::new(self.mode);
        let mut posts: BTreeMap<(UnitId, &str), Rows<'_>> = BTreeMap::new();
        for row in &self.rows {
            match read(state, row) {
                Err((field, value, problem)) => import.bad(row.row, field, value, problem),
                Ok((unit, role, person)) => {
                    let rows = posts.entry((unit, &row.post)).or_default();
                    match rows.iter().find(|(_, other, _)| *other == role) {
                        Some((first, ..)) => {
                            import.bad(row.row, "role", &row.role, RowProblem::DuplicateOf(first.row));
                        }
                        None => rows.push((row, role, person)),
                    }
                }
            }
        }
        let mut events = Vec::new();
        for ((unit, post), rows) in posts {
            let before = state.posts.holders(unit, post);
            let mut holders = before;
            for (_, role, person) in &rows {
                holders.set(*role, Some(*person));
            }
            if holders.is_doubled() {
                for (row, ..) in rows {
                    import.bad(row.row, "person", "", RowProblem::BackupIsPrimary);
                }
                continue;
            }
            if holders == before {
                import.unchanged();
                continue;
            }
            if before == Holders::default() {
                import.added();
            } else {
                import.changed();
            }
            events.push(Event::PostFilled {
                unit,
                post: post.into(),
                holders,
            });
        }
        let (take, report) = import.finish();
        Decision::new(if take { events } else { Vec::new() }, Answer::Imported(report.into()))
    }
}

fn read<'a>(state: &State, row: &'a PostRow) -> Result<(UnitId, PostRole, PersonId), Problem<'a>> {
    let PostRow {
        row: _,
        unit_code,
        post,
        role,
        person,
    } = row;
    if unit_code.is_empty() {
        return Err(("unit_code", "", RowProblem::Missing));
    }
    let unit = state.org.by_code(unit_code);
    let unit = unit.ok_or(("unit_code", &**unit_code, RowProblem::UnknownUnit))?;
    if post.is_empty() {
        return Err(("post", "", RowProblem::Missing));
    }
    if !is_slug(post) {
        return Err(("post", post, RowProblem::Invalid(POST_EXPECTED.into())));
    }
    let role = match &**role {
        "" => PostRole::Primary,
        role => word::parse(&PostRole::ALL, role)
            .ok_or_else(|| ("role", role, RowProblem::Invalid(word::all(&PostRole::ALL).into())))?,
    };
    let known = match person {
        PersonRef::None => return Err(("person", "", RowProblem::Missing)),
        PersonRef::Id(id) => state.people.get(*id).map(|person| person.id),
        PersonRef::Key(key) => state.people.by_key(key),
    };
    Ok((unit.id, role, known.ok_or(("person", "", RowProblem::UnknownPerson))?))
}
