//! The ladder of call-and-confirm (叫应): who is turned to while people do not answer.

use serde::{Deserialize, Serialize};

use crate::id::Timestamp;
use crate::rejection::Rejection;

/// Whom a step turns to. Each is further up than the one before it, so a ladder never goes round (O5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum StepTarget {
    /// The person, again.
    Repeat,
    /// The leader of the person's team.
    TeamLeader,
    /// Its deputy (B角).
    Deputy,
    /// The lead on duty in the person's unit (带班领导).
    DutyLead,
    /// The superior unit, which sends somebody to the door (敲门).
    Superior,
}

impl StepTarget {
    /// Every target with the word for it in files and on the wire.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Repeat, "repeat"),
        (Self::TeamLeader, "team-leader"),
        (Self::Deputy, "deputy"),
        (Self::DutyLead, "duty-lead"),
        (Self::Superior, "superior"),
    ];
}

/// One step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LadderStep {
    /// When it is climbed if somebody has not answered by then.
    pub at: Timestamp,
    /// Whom it turns to.
    pub target: StepTarget,
}

/// Longest ladder: five targets, with repeats.
pub(crate) const STEPS_MAX: usize = 12;

/// Accepts a ladder whose times rise and whose targets never go back down.
///
/// # Errors
/// [`Rejection::BadLadder`] with the step at fault.
pub fn check_ladder(ladder: &[LadderStep]) -> Result<(), Rejection> {
    if ladder.len() > STEPS_MAX {
        return Err(Rejection::BadLadder {
            step: STEPS_MAX as u32 + 1,
        });
    }
    match ladder
        .array_windows()
        .position(|[a, b]| a.at >= b.at || a.target > b.target)
    {
        Some(index) => Err(Rejection::BadLadder { step: index as u32 + 2 }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// O5: targets only rise, so a ladder cannot go round; times rise, so it cannot stand still.
    #[test]
    fn o5_a_ladder_leads_up_and_on() {
        use StepTarget::{Deputy, Repeat, Superior, TeamLeader};
        let check = |steps: &[(i64, StepTarget)]| {
            let step = |(at, target): &(i64, StepTarget)| LadderStep {
                at: Timestamp::from_unix_ms(*at),
                target: *target,
            };
            check_ladder(&steps.iter().map(step).collect::<Vec<_>>())
        };
        assert_eq!(check(&[]), Ok(()));
        assert_eq!(
            check(&[(1, Repeat), (2, Repeat), (3, TeamLeader), (4, Deputy), (5, Superior)]),
            Ok(())
        );
        assert_eq!(
            check(&[(1, Deputy), (2, Repeat)]),
            Err(Rejection::BadLadder { step: 2 })
        );
        assert_eq!(
            check(&[(1, Repeat), (3, Repeat), (3, Deputy)]),
            Err(Rejection::BadLadder { step: 3 })
        );
        let long: Vec<_> = (1..=13).map(|at| (at, Repeat)).collect();
        assert_eq!(check(&long), Err(Rejection::BadLadder { step: 13 }));
    }
}
