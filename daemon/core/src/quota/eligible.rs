//! Who can serve in an agency team on a day, and if not, why not (R3).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::calendar::Date;
use crate::id::{PersonId, TeamId, UnitId};
use crate::people::{Person, PoliticalStatus};
use crate::policy::TeamPolicy;
use crate::state::State;
use crate::team::TeamKind;

/// Why somebody cannot serve. Coded: no medical detail is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Unfit {
    /// Older than the policy allows.
    OverAge,
    /// Not of the Party, and the policy makes no exception.
    NonParty,
    /// In another team already (R4).
    OtherTeam,
    /// Health; nothing more is said.
    Medical,
    /// Pregnancy, nursing, maternity.
    Maternity,
    /// On leave or travelling.
    Leave,
    /// Study or training.
    Study,
    /// A key post that cannot be left.
    KeyPost,
    /// The only one who cares for somebody.
    Carer,
    /// Under investigation.
    Investigation,
    /// Retires soon.
    Retiring,
    /// Anything else.
    Other,
}

impl Unfit {
    /// Every reason with the word for it.
    pub const ALL: [(Self, &'static str); 12] = [
        (Self::OverAge, "over-age"),
        (Self::NonParty, "non-party"),
        (Self::OtherTeam, "other-team"),
        (Self::Medical, "medical"),
        (Self::Maternity, "maternity"),
        (Self::Leave, "leave"),
        (Self::Study, "study"),
        (Self::KeyPost, "key-post"),
        (Self::Carer, "carer"),
        (Self::Investigation, "investigation"),
        (Self::Retiring, "retiring"),
        (Self::Other, "other"),
    ];
    /// Reasons that somebody can be ruled out for.
    pub const EXCLUSIONS: [(Self, &'static str); 10] = [
        (Self::Medical, "medical"),
        (Self::Maternity, "maternity"),
        (Self::Leave, "leave"),
        (Self::Study, "study"),
        (Self::OtherTeam, "other-team"),
        (Self::KeyPost, "key-post"),
        (Self::Carer, "carer"),
        (Self::Investigation, "investigation"),
        (Self::Retiring, "retiring"),
        (Self::Other, "other"),
    ];
}

/// The agency teams of a unit.
pub(super) fn teams_of(state: &State, unit: UnitId) -> BTreeSet<TeamId> {
    state.teams.agency_teams(unit).map(|team| team.id).collect()
}

/// Whether somebody is in one of these teams.
pub(super) fn is_in(state: &State, person: PersonId, teams: &BTreeSet<TeamId>) -> bool {
    state.people.teams(person).iter().any(|team| teams.contains(team))
}

/// Whether somebody of the Party is a member or a probationary one.
pub(super) fn is_party(political: PoliticalStatus) -> bool {
    match political {
        PoliticalStatus::PartyMember | PoliticalStatus::ProbationaryMember => true,
        PoliticalStatus::LeagueMember | PoliticalStatus::Other => false,
    }
}

/// The first reason why somebody, who is on post, cannot serve in one of the teams of `unit` on a day.
pub fn unfit(state: &State, policy: &TeamPolicy, person: &Person, unit: UnitId, on: Date) -> Option<Unfit> {
    unfit_for(state, policy, person, &teams_of(state, unit), on)
}

pub(super) fn unfit_for(
    state: &State,
    policy: &TeamPolicy,
    person: &Person,
    teams: &BTreeSet<TeamId>,
    on: Date,
) -> Option<Unfit> {
    if let Some(exclusion) = state.quota.exclusions_of(person.id).find(|it| it.is_in_force(on)) {
        return Some(exclusion.reason);
    }
    let is_elsewhere = |team: &TeamId| state.teams.get(*team).kind == TeamKind::Agency;
    if !is_in(state, person.id, teams) && state.people.teams(person.id).iter().any(is_elsewhere) {
        return Some(Unfit::OtherTeam);
    }
    // An ID number of old data may say no age; then age rules nobody out.
    if state
        .people
        .personal(person.id)
        .age(on)
        .is_some_and(|age| age > policy.age_max)
    {
        return Some(Unfit::OverAge);
    }
    (!policy.allow_non_party && !is_party(person.political)).then_some(Unfit::NonParty)
}
