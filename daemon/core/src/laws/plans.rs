//! Plans and posts: what was imported stays, and holds; A and B differ (D3).

use super::{Held, holds};
use crate::State;
use crate::plan::check;

/// Plans and posts of a state, and what a step may do to them.
///
/// # Errors
/// What does not hold.
pub fn plans(before: &State, after: &State) -> Held {
    for kind in after.plans.kinds() {
        let (old, new) = (before.plans.versions(kind), after.plans.versions(kind));
        holds(new.starts_with(old), || {
            format!("the history of plan {kind} was changed")
        })?;
        for (row, number) in new.iter().zip(1..).skip(old.len()) {
            let is_so = row.version == number && *row.plan.kind == *kind && check(&row.plan).is_empty();
            holds(is_so, || {
                format!("plan {kind} has a version {} that cannot be", row.version)
            })?;
        }
    }
    for response in after.responses.iter() {
        let version = response.spec.plan_version as usize;
        let versions = after.plans.versions(&response.spec.plan).len();
        holds(version <= versions, || {
            format!("{} has plan version {version}", response.id)
        })?;
    }
    for (unit, post, tenures) in after.posts.iter() {
        let rise = tenures.is_sorted_by(|a, b| a.since < b.since);
        let differ = tenures.iter().all(|tenure| !tenure.holders.is_doubled());
        holds(rise && differ, || {
            format!("{post} of {unit} is held twice by one person, or out of order (D3)")
        })?;
    }
    Ok(())
}
