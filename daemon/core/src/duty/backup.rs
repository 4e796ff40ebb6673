//! Say who backs whom up in a post (AB角).

use super::Backup;
use crate::command::Context;
use crate::decide::{Decision, at_most, needed};
use crate::event::Event;
use crate::id::PersonId;
use crate::rejection::Rejection;
use crate::state::State;

/// Says who is A角 and who B角 of a post, from now on. They differ (D3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetBackup {
    /// Code of the unit.
    pub unit_code: Box<str>,
    /// The post (岗位), at most 64 bytes.
    pub post: Box<str>,
    /// A角 and B角; none: the post is given up.
    pub roles: Option<(PersonId, PersonId)>,
}

impl SetBackup {
    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Decision, Rejection> {
        let Self { unit_code, post, roles } = self;
        needed("post", post)?;
        at_most("post", post, 64)?;
        let unit = state.org.by_code(unit_code);
        let unit = unit
            .ok_or_else(|| Rejection::UnknownUnit {
                code: unit_code.clone(),
            })?
            .id;
        if let Some((a, b)) = *roles {
            for person in [a, b] {
                state.people.get(person).ok_or(Rejection::UnknownPerson { person })?;
            }
            if a == b {
                return Err(Rejection::SamePerson { person: a });
            }
        }
        if state.rosters.roles(unit, post, context.at) == *roles {
            return Ok(Decision::done(Vec::new()));
        }
        let (post, backup) = (
            post.clone(),
            Backup {
                since: context.at,
                roles: *roles,
            },
        );
        Ok(Decision::done(vec![Event::BackupSet { unit, post, backup }]))
    }
}
