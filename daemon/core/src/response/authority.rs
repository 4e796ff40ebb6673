//! Who may decide on a level: holders of the posts that the plan names, and for Ⅰ and Ⅱ two persons (M2).

use serde::{Deserialize, Serialize};

use super::Level;
use crate::duty::{Position, on_duty};
use crate::id::{PersonId, Timestamp, UnitId};
use crate::plan::Plan;
use crate::rejection::Rejection;
use crate::state::State;

/// Who is said to have asked for a level, and who to have approved it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Approval {
    /// Who asked for it. Needed where two persons are.
    pub requested_by: Option<PersonId>,
    /// Who approves it: holds one of the plan's posts at the jurisdiction, as A, or as B when A is away.
    pub approved_by: Option<PersonId>,
}

/// Who decided on one level of a response, as it was found to be when it was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authorization {
    /// The version of the response's history that it is for; 1 is the activation.
    pub version: u32,
    /// The level.
    pub level: Level,
    /// Who asked for it; none: who approved it.
    pub requested_by: Option<PersonId>,
    /// Who approved it.
    pub approved_by: PersonId,
    /// By which post of the jurisdiction.
    pub post: Box<str>,
    /// When.
    pub at: Timestamp,
}

impl Approval {
    /// Whether these persons may put this level in force, and by which post.
    ///
    /// # Errors
    /// Nobody approves it, who does has none of the posts, or a second person is missing.
    pub(super) fn check(
        self,
        state: &State,
        plan: &Plan,
        jurisdiction: UnitId,
        (version, level): (u32, Level),
        at: Timestamp,
    ) -> Result<Authorization, Rejection> {
        let Self {
            requested_by,
            approved_by,
        } = self;
        let approved_by = approved_by.ok_or_else(|| Rejection::ApproverMissing {
            level,
            posts: posts(plan, level),
        })?;
        for person in [Some(approved_by), requested_by].into_iter().flatten() {
            state.people.get(person).ok_or(Rejection::UnknownPerson { person })?;
        }
        let post = authority(state, plan, jurisdiction, level, approved_by, at)?;
        if plan.needs_second_person(level) {
            match requested_by {
                None => return Err(Rejection::SecondPersonMissing { level }),
                Some(person) if person == approved_by => return Err(Rejection::SameTwoPersons { person, level }),
                Some(_) => {}
            }
        }
        Ok(Authorization {
            version,
            level,
            requested_by,
            approved_by,
            post,
            at,
        })
    }

    /// Whether who asks may start provisionally: whoever leads the duty now, or commands in peacetime, at a unit of the jurisdiction under
    /// which all of the scope lies (先期处置, `domain.md` §1.2). A town starts in the town.
    ///
    /// # Errors
    /// Nobody asks, or who does is neither.
    pub(super) fn check_provisional(
        self,
        state: &State,
        (jurisdiction, scope): (UnitId, &[UnitId]),
        at: Timestamp,
    ) -> Result<PersonId, Rejection> {
        let person = self.requested_by.or(self.approved_by);
        let person = person.ok_or(Rejection::Missing { field: "requested_by" })?;
        state.people.get(person).ok_or(Rejection::UnknownPerson { person })?;
        let answers_for = |unit: UnitId| {
            let mut areas = scope.iter();
            state.org.is_within(unit, jurisdiction) && areas.all(|area| state.org.is_within(*area, unit))
        };
        let leads = state.rosters.units().filter(|unit| answers_for(*unit)).any(|unit| {
            let mut on = on_duty(state.duty_view(), unit, at).holders.into_iter();
            on.any(|holder| holder.person == person && holder.position == Position::Lead)
        });
        let holds = state.posts.of(person).any(|(unit, _, _)| answers_for(unit));
        if leads || holds {
            Ok(person)
        } else {
            Err(Rejection::NotADutyLead {
                person,
                unit: state.org.get(jurisdiction).code.clone(),
            })
        }
    }
}

/// The post by which somebody may decide on a level. B acts when A cannot; who may do it for a whole district may do it for a town of it.
///
/// # Errors
/// They hold none of them.
pub(super) fn authority(
    state: &State,
    plan: &Plan,
    jurisdiction: UnitId,
    level: Level,
    person: PersonId,
    at: Timestamp,
) -> Result<Box<str>, Rejection> {
    let mut all = plan.level(level).into_iter().flat_map(|row| &row.authority.posts);
    let post = all.find(|post| {
        let mut acting = state
            .org
            .path(jurisdiction)
            .filter_map(|unit| state.post_holder(unit, post, at));
        acting.any(|(acting, _)| acting == person)
    });
    post.cloned().ok_or_else(|| Rejection::NoAuthority {
        person,
        unit: state.org.get(jurisdiction).code.clone(),
        level,
        posts: posts(plan, level),
    })
}

/// The posts whose holders may put a level in force, for a message.
fn posts(plan: &Plan, level: Level) -> Box<str> {
    let posts = plan.level(level).map_or(&[][..], |row| &row.authority.posts);
    posts.join(", ").into()
}
