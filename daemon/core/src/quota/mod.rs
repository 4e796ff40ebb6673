//! The 20 % rule (机关应急队不低于在编在岗人员的 20 %): how units are counted, who is ruled out, which shortfalls are waived, and
//! what each unit owes and has (`domain.md` §7, R1–R7).
//!
//! Here is what is known; `line.rs` counts, `evaluate.rs` puts the counts on record, `propose.rs` chooses a team.

mod approve;
mod count_policy;
mod eligible;
mod evaluate;
mod exclude;
mod fairness;
mod line;
mod propose;
#[cfg(test)]
mod selection_tests;
#[cfg(test)]
mod tests;
mod waive;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use approve::ApproveTeam;
pub use count_policy::{CountPolicy, SetCountPolicy};
pub use eligible::{Unfit, unfit};
pub(crate) use evaluate::{evaluate, fire};
pub use exclude::{EndExclusion, Exclude, Exclusion};
pub use line::{QuotaStatus, UnitLine, lines, required};
pub use propose::{Candidate, CandidateRole, Proposal, ProposeTeam, Reason, ReasonKind};
pub use waive::{GrantWaiver, RevokeWaiver, Waiver};

use crate::calendar::Date;
use crate::command::Actor;
use crate::id::{ExclusionId, PersonId, Timestamp, UnitId};
use crate::org::{Org, UnitKind};

/// What is known of quotas.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Quota {
    policies: BTreeMap<UnitId, CountPolicy>,
    exclusions: Vec<Exclusion>,
    excluded: BTreeMap<PersonId, Vec<ExclusionId>>,
    waivers: BTreeMap<UnitId, Waiver>,
    confirmed: BTreeMap<UnitId, Date>,
    recorded: BTreeMap<UnitId, BTreeMap<Date, UnitLine>>,
    evaluated_on: Option<Date>,
    next: Option<Timestamp>,
    touched: BTreeSet<UnitId>,
    touched_at: Option<Timestamp>,
    short: BTreeSet<UnitId>,
    shortfalls: u64,
}

impl Quota {
    /// What was decided on how this unit is counted.
    pub fn policy(&self, unit: UnitId) -> Option<&CountPolicy> {
        self.policies.get(&unit)
    }
    /// Units whose people are decided to serve in the joint team of this one.
    pub(crate) fn joined(&self, host: UnitId) -> impl Iterator<Item = UnitId> + '_ {
        let joined = self
            .policies
            .iter()
            .filter(move |(_, policy)| policy.joint_with == Some(host));
        joined.map(|(unit, _)| *unit)
    }
    /// Every decision on how a unit is counted.
    pub fn policies(&self) -> impl Iterator<Item = (UnitId, &CountPolicy)> {
        self.policies.iter().map(|(unit, policy)| (*unit, policy))
    }
    /// The exclusion with this id.
    pub fn exclusion(&self, exclusion: ExclusionId) -> Option<&Exclusion> {
        self.exclusions.get((exclusion.0 as usize).checked_sub(1)?)
    }
    /// Every exclusion, in the order of their ids.
    pub fn exclusions(&self) -> impl Iterator<Item = &Exclusion> {
        self.exclusions.iter()
    }
    /// Exclusions of a person, in the order of their ids.
    pub fn exclusions_of(&self, person: PersonId) -> impl Iterator<Item = &Exclusion> {
        let ids = self.excluded.get(&person).map_or(&[][..], Vec::as_slice);
        ids.iter().filter_map(|id| self.exclusion(*id))
    }
    pub(crate) fn next_exclusion(&self) -> ExclusionId {
        ExclusionId::from_index(self.exclusions.len())
    }
    /// The last waiver that a unit got and that was not taken back.
    pub fn waiver(&self, unit: UnitId) -> Option<&Waiver> {
        self.waivers.get(&unit)
    }
    /// The day on which the whole roster of a unit was last confirmed by an import.
    pub fn confirmed(&self, unit: UnitId) -> Option<Date> {
        self.confirmed.get(&unit).copied()
    }
    /// What was on record for a unit at the end of a day.
    pub fn recorded(&self, unit: UnitId, on: Date) -> Option<&UnitLine> {
        self.recorded.get(&unit)?.range(..=on).next_back().map(|(_, line)| line)
    }
    /// What was last put on record for a unit.
    pub fn last_recorded(&self, unit: UnitId) -> Option<&UnitLine> {
        self.recorded.get(&unit)?.last_key_value().map(|(_, line)| line)
    }
    /// The day of the last evaluation.
    pub fn evaluated_on(&self) -> Option<Date> {
        self.evaluated_on
    }
    /// Units that are short and not waived, by what was last put on record.
    pub fn short(&self) -> &BTreeSet<UnitId> {
        &self.short
    }
    /// How many shortfalls there have been.
    pub fn shortfalls(&self) -> u64 {
        self.shortfalls
    }
    /// When an evaluation is due: at once after a change, and with every new day.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        [self.touched_at, self.next].into_iter().flatten().min()
    }
    /// Whether a unit has a line: agencies do, and what was decided on.
    pub fn is_listed(&self, org: &Org, unit: UnitId) -> bool {
        self.policies.contains_key(&unit) || kind_of(org, unit) == Some(UnitKind::Agency)
    }

    /// Something changed that a unit's line rests on.
    pub(crate) fn touch(&mut self, org: &Org, unit: UnitId, at: Timestamp) {
        if self.is_listed(org, unit) {
            self.touched.insert(unit);
            self.touched_at.get_or_insert(at);
        }
    }

    pub(crate) fn policy_set(&mut self, unit: UnitId, policy: &CountPolicy) {
        self.policies.insert(unit, policy.clone());
    }

    pub(crate) fn excluded(&mut self, exclusion: &Exclusion) {
        self.excluded.entry(exclusion.person).or_default().push(exclusion.id);
        self.exclusions.push(exclusion.clone());
    }

    /// The exclusion counts up to this day and no longer; returns whose it is.
    pub(crate) fn exclusion_ended(&mut self, exclusion: ExclusionId, until: Date) -> Option<PersonId> {
        let exclusion = self.exclusions.get_mut((exclusion.0 as usize).checked_sub(1)?)?;
        exclusion.until = Some(until);
        Some(exclusion.person)
    }

    pub(crate) fn waived(&mut self, unit: UnitId, waiver: Option<&Waiver>) {
        match waiver {
            Some(waiver) => self.waivers.insert(unit, waiver.clone()),
            None => self.waivers.remove(&unit),
        };
    }

    pub(crate) fn roster_confirmed(&mut self, unit: UnitId, date: Date) {
        self.confirmed.insert(unit, date);
    }

    pub(crate) fn evaluated(&mut self, date: Date, next: Timestamp, lines: &[UnitLine]) {
        for line in lines {
            self.recorded.entry(line.unit).or_default().insert(date, line.clone());
        }
        self.evaluated_on = Some(date);
        self.next = Some(next);
        self.touched.clear();
        self.touched_at = None;
    }

    pub(crate) fn fell_short(&mut self, unit: UnitId) {
        self.short.insert(unit);
        self.shortfalls += 1;
    }

    pub(crate) fn short_ended(&mut self, unit: UnitId) {
        self.short.remove(&unit);
    }
}

/// What a unit is; none if there is no such unit.
fn kind_of(org: &Org, unit: UnitId) -> Option<UnitKind> {
    ((1..=org.len() as u32).contains(&unit.0)).then(|| org.get(unit).kind)
}

/// Who approved something, as given: needed, not too long.
pub(crate) fn approver(text: &str) -> Result<Actor, crate::Rejection> {
    crate::decide::needed("approved_by", text)?;
    crate::decide::at_most("approved_by", text, crate::people::APPROVER_MAX)?;
    Ok(Actor(text.trim().into()))
}
