//! Duty rosters (`domain.md` §11.1): a lead and two officers in every shift of every day, in turns.
//!
//! Nobody is in two crews, and there are so many crews that everybody rests: what is generated has no gap, no double booking and
//! at least a day between two shifts of one person.

/// People of a crew: one leads, two are officers.
const CREW: usize = 3;
/// With so many people there are enough crews for two shifts a day; fewer take a whole day each.
const TWO_SHIFTS_FROM: usize = 100;
/// Crews at most: then a turn comes about every fortnight.
const CREWS_MAX: usize = 14;
/// Crews at least, so that one rests while another is on.
const CREWS_MIN: usize = 2;

/// The roster of one unit.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// The pattern of shifts, by its name in the default policy.
    pub(crate) pattern: &'static str,
    /// Crews in the order of their turns: places of people, the lead first.
    pub(crate) crews: Vec<[usize; CREW]>,
}

/// Crews of people in this order, of which the older lead. None if they are too few to take turns.
pub(crate) fn plan(order: &[usize], age: impl Fn(usize) -> u32) -> Option<Plan> {
    let crews = (order.len() / CREW).min(CREWS_MAX);
    if crews < CREWS_MIN {
        return None;
    }
    let mut chosen = order[..crews * CREW].to_vec();
    // Stable, so that the lot decides between people of one age.
    chosen.sort_by_key(|place| std::cmp::Reverse(age(*place)));
    let (leads, officers) = chosen.split_at(crews);
    let crews = leads
        .iter()
        .zip(officers.chunks_exact(CREW - 1))
        .map(|(lead, pair)| [*lead, pair[0], pair[1]])
        .collect();
    let pattern = if order.len() < TWO_SHIFTS_FROM {
        "whole-day"
    } else {
        "two-shift"
    };
    Some(Plan { pattern, crews })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn there_are_as_many_crews_as_people_allow() {
        for (people, crews) in [(0, 0), (5, 0), (6, 2), (8, 2), (20, 6), (99, 14), (2_600, 14)] {
            let order: Vec<usize> = (0..people).collect();
            let plan = plan(&order, |place| place as u32);
            assert_eq!(plan.as_ref().map_or(0, |plan| plan.crews.len()), crews, "{people}");
            let Some(plan) = plan else { continue };
            let all: BTreeSet<usize> = plan.crews.iter().flatten().copied().collect();
            assert_eq!(all.len(), crews * CREW, "nobody twice");
            assert!(
                plan.crews
                    .iter()
                    .all(|[lead, first, second]| lead > first && lead > second),
                "{plan:?}"
            );
        }
    }
}
