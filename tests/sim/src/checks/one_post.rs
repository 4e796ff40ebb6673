//! One person, one active deployment, and the one that their duty names (A6); one tree of units.

use baiying_core::{State, laws};

use super::{Held, lawful};

/// Holds a state against it.
pub(super) fn state(state: &State) -> Held {
    lawful("one-post", laws::duties(state))?;
    lawful("one-tree", laws::tree(state))
}
