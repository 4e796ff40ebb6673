//! What is odd about a branch and stops nobody (B8).

use super::{Branch, BranchStatus, COMMITTEE_FROM, owed};
use crate::State;
use crate::id::Timestamp;
use crate::policy::BranchPolicy;

/// Something to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Warning {
    /// Fewer than three full members are left.
    UnderStrength,
    /// And the time to do something about it has passed.
    StrengthOverdue,
    /// Nobody is its secretary.
    NoSecretary,
    /// Seven full members or more, and no committee.
    NoCommittee,
    /// A committee of more than five.
    LargeCommittee,
    /// More people than a branch should have: split it, or set up a general branch (党总支).
    TooLarge,
    /// Needed for longer than six months: that is a regular branch's task.
    TooLong,
    /// Its log of activities has been empty for a while.
    Idle,
    /// Homes wait for feedback.
    FeedbackOwed,
}

impl Warning {
    /// Every warning with the word for it on the wire.
    pub const ALL: [(Self, &'static str); 9] = [
        (Self::UnderStrength, "under-strength"),
        (Self::StrengthOverdue, "strength-overdue"),
        (Self::NoSecretary, "no-secretary"),
        (Self::NoCommittee, "no-committee"),
        (Self::LargeCommittee, "large-committee"),
        (Self::TooLarge, "too-large"),
        (Self::TooLong, "too-long"),
        (Self::Idle, "idle"),
        (Self::FeedbackOwed, "feedback-owed"),
    ];
}

/// Largest committee that is nothing to remark on.
const COMMITTEE_USUAL: usize = 5;
const DAY_MS: i64 = 86_400_000;

/// Everything that is to be looked at, in the order of [`Warning::ALL`].
pub fn warnings(state: &State, branch: &Branch, policy: &BranchPolicy, now: Timestamp) -> Vec<Warning> {
    let status = branch.status;
    let is_branch = matches!(
        status,
        BranchStatus::Approved | BranchStatus::Active | BranchStatus::UnderStrength
    );
    let is_alive = is_branch || status.is_pending();
    let offices = branch.present().filter(|member| member.role.is_office()).count();
    let people = branch
        .present()
        .filter(|member| member.role != super::BranchRole::Applicant);
    let days_since = |at: Timestamp| now.ms_since(at) / DAY_MS;
    let lasts = branch.approved.as_ref().map_or(0, |(at, _)| days_since(*at));
    let last_activity = branch.activities.iter().map(|activity| activity.at).max();
    let quiet_since = last_activity.or(branch.approved.as_ref().map(|(at, _)| *at));
    let is_so = |warning: &Warning| match warning {
        Warning::UnderStrength => status == BranchStatus::UnderStrength,
        Warning::StrengthOverdue => branch.strength_overdue,
        Warning::NoSecretary => is_branch && branch.secretary().is_none(),
        Warning::NoCommittee => is_branch && branch.full() >= COMMITTEE_FROM && offices < 3,
        Warning::LargeCommittee => is_branch && offices > COMMITTEE_USUAL,
        Warning::TooLarge => is_alive && people.clone().count() > policy.members_warn as usize,
        Warning::TooLong => is_alive && lasts.max(i64::from(branch.expected_days)) > i64::from(policy.length_warn_days),
        Warning::Idle => {
            status == BranchStatus::Active
                && quiet_since.is_some_and(|at| days_since(at) >= i64::from(policy.idle_days))
        }
        Warning::FeedbackOwed => status == BranchStatus::Dissolving && !owed(state, branch).is_empty(),
    };
    Warning::ALL
        .iter()
        .map(|(warning, _)| *warning)
        .filter(|warning| is_so(warning))
        .collect()
}
