//! End the holding of a post.

use super::{Holders, PostRole};
use crate::decide::{Decision, needed};
use crate::event::Event;
use crate::rejection::Rejection;
use crate::state::State;

/// Says that somebody does not hold a post any more, from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndPost {
    /// Code of the unit.
    pub unit_code: Box<str>,
    /// The post.
    pub post: Box<str>,
    /// Whose holding ends; none: both.
    pub role: Option<PostRole>,
}

impl EndPost {
    pub(crate) fn decide(&self, state: &State) -> Result<Decision, Rejection> {
        let Self { unit_code, post, role } = self;
        needed("post", post)?;
        let unit = state.org.by_code(unit_code);
        let unit = unit
            .ok_or_else(|| Rejection::UnknownUnit {
                code: unit_code.clone(),
            })?
            .id;
        let before = state.posts.holders(unit, post);
        let holders = match role {
            None => Holders::default(),
            Some(role) => {
                let mut left = before;
                left.set(*role, None);
                left
            }
        };
        if holders == before {
            return Err(Rejection::PostVacant {
                unit: unit_code.clone(),
                post: post.clone(),
            });
        }
        Ok(Decision::done(vec![Event::PostFilled {
            unit,
            post: post.clone(),
            holders,
        }]))
    }
}
