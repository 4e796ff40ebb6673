//! All branches, and how one changes. Total: what was journaled is never refused.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    Activity, Branch, BranchChange, BranchRole, BranchSpec, BranchStatus, Feedback, Joined, LeftReason, Member,
    Officers, Seal, Step,
};
use crate::command::Actor;
use crate::id::{BranchId, PersonId, ResponseId, Revision, Timestamp, UnitId};

/// All branches.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Branches {
    rows: Vec<Branch>,
    /// The branches that people are in or on the list of.
    of: BTreeMap<PersonId, Vec<BranchId>>,
    /// Those of them for whom something is to be done: see [`super::is_due`].
    due: BTreeSet<PersonId>,
    timers: BTreeSet<(Timestamp, BranchId)>,
}

impl Branches {
    /// The branch with this id.
    pub fn get(&self, branch: BranchId) -> Option<&Branch> {
        branch.0.checked_sub(1).and_then(|index| self.rows.get(index as usize))
    }
    /// Every branch, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Branch> {
        self.rows.iter()
    }
    /// Branches of a response.
    pub fn of_response(&self, response: ResponseId) -> impl Iterator<Item = &Branch> {
        self.rows.iter().filter(move |branch| branch.response == response)
    }
    /// Branches that somebody is in or on the list of.
    pub fn of_person(&self, person: PersonId) -> impl Iterator<Item = &Branch> {
        let ids = self.of.get(&person).map_or(&[][..], Vec::as_slice);
        ids.iter().filter_map(|id| self.get(*id))
    }
    /// The one branch that somebody is in (B9).
    pub fn holding(&self, person: PersonId) -> Option<BranchId> {
        let mut branches = self.of_person(person);
        branches.find(|branch| branch.status.holds_people()).map(|it| it.id)
    }
    pub(crate) fn next_id(&self) -> BranchId {
        BranchId::from_index(self.rows.len())
    }
    pub(crate) fn knows(&self, person: PersonId) -> bool {
        self.of.contains_key(&person)
    }
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
    /// People for whom something is to be done.
    pub(crate) fn due(&self) -> impl Iterator<Item = PersonId> + '_ {
        self.due.iter().copied()
    }
    pub(crate) fn set_due(&mut self, person: PersonId, is_due: bool) {
        if is_due {
            self.due.insert(person);
        } else {
            self.due.remove(&person);
        }
    }
    /// Branches under strength whose time is up.
    pub(crate) fn overdue(&self, at: Timestamp) -> impl Iterator<Item = BranchId> + '_ {
        let due = self.timers.iter().take_while(move |(until, _)| *until <= at);
        due.map(|(_, branch)| *branch)
    }
    /// When something is to be done: at once where people are concerned, or when the time of one under strength is up.
    pub(crate) fn next_deadline(&self, now: Option<Timestamp>) -> Option<Timestamp> {
        let at_once = now.filter(|_| !self.due.is_empty());
        let timer = self.timers.first().map(|(until, _)| *until);
        [at_once, timer].into_iter().flatten().min()
    }

    /// A branch was proposed. Answers with the people it concerns.
    pub(crate) fn proposed(
        &mut self,
        id: BranchId,
        spec: &BranchSpec,
        by: &Actor,
        at: Timestamp,
        changed: Revision,
    ) -> Vec<PersonId> {
        let branch = Branch::new(id, spec, by, at, changed);
        let people: Vec<_> = branch.present().map(|member| member.person).collect();
        people
            .iter()
            .for_each(|person| self.of.entry(*person).or_default().push(id));
        self.rows.push(branch);
        people
    }

    /// A branch changed. Answers with the people it concerns.
    pub(crate) fn changed(
        &mut self,
        id: BranchId,
        change: &BranchChange,
        by: &Actor,
        at: Timestamp,
        changed: Revision,
    ) -> Vec<PersonId> {
        let Some(branch) = self.rows.get_mut(id.index()) else {
            return Vec::new();
        };
        let people = |branch: &Branch| branch.present().map(|member| member.person).collect::<BTreeSet<_>>();
        let before = people(branch);
        if let Some(until) = branch.strength_until {
            self.timers.remove(&(until, id));
        }
        branch.apply(change, by, at, changed);
        if let Some(until) = branch.strength_until.filter(|_| !branch.strength_overdue) {
            self.timers.insert((until, id));
        }
        let after = people(branch);
        for person in before.difference(&after) {
            if let Some(of) = self.of.get_mut(person) {
                of.retain(|other| *other != id);
                if of.is_empty() {
                    self.of.remove(person);
                }
            }
        }
        for person in after.difference(&before) {
            self.of.entry(*person).or_default().push(id);
        }
        before.union(&after).copied().collect()
    }
}

impl Branch {
    /// As proposed.
    pub(super) fn new(id: BranchId, spec: &BranchSpec, by: &Actor, at: Timestamp, changed: Revision) -> Self {
        let BranchSpec {
            response,
            site,
            name,
            expected_days,
            people,
        } = spec;
        let mut branch = Self {
            id,
            response: *response,
            site: site.clone(),
            name: name.clone(),
            expected_days: *expected_days,
            status: BranchStatus::Proposed,
            authority: None,
            approved: None,
            members: Vec::new(),
            strength_until: None,
            strength_overdue: false,
            merged_into: None,
            activities: Vec::new(),
            feedback: std::collections::BTreeMap::new(),
            history: Vec::new(),
            seal: None,
            changed,
        };
        branch.join(people, at);
        branch.step(BranchStatus::Proposed, by, at, None, "");
        branch
    }

    /// Makes a change so.
    pub(super) fn apply(&mut self, change: &BranchChange, by: &Actor, at: Timestamp, changed: Revision) {
        self.changed = changed;
        match change {
            BranchChange::UnderReview { unit } => {
                self.authority = Some(*unit);
                self.step(BranchStatus::UnderReview, by, at, Some(*unit), "");
            }
            BranchChange::Approved {
                unit,
                document,
                officers,
            } => {
                self.authority = Some(*unit);
                self.approved = Some((at, document.clone()));
                // Who was on the list is a member from now on.
                for member in self.members.iter_mut().filter(|member| member.left.is_none()) {
                    member.joined_at = at;
                }
                self.appoint(officers, at);
                self.step(BranchStatus::Approved, by, at, Some(*unit), document);
            }
            BranchChange::Activated => self.step(BranchStatus::Active, by, at, None, ""),
            BranchChange::Rejected { unit, reason } => {
                self.end(LeftReason::Ended, at);
                self.step(BranchStatus::Rejected, by, at, Some(*unit), reason);
            }
            BranchChange::Withdrawn { reason } => {
                self.end(LeftReason::Ended, at);
                self.step(BranchStatus::Withdrawn, by, at, None, reason);
            }
            BranchChange::Appointed {
                unit,
                document,
                officers,
            } => {
                self.appoint(officers, at);
                self.step(self.status, by, at, Some(*unit), document);
            }
            BranchChange::Members { left, joined } => {
                for (person, reason) in left {
                    self.leave(*person, *reason, at);
                }
                self.join(joined, at);
            }
            BranchChange::UnderStrength { full: _, until } => {
                self.strength_until = Some(*until);
                self.strength_overdue = false;
                self.step(BranchStatus::UnderStrength, by, at, None, "");
            }
            BranchChange::StrengthOverdue => self.strength_overdue = true,
            BranchChange::Recovered { full: _ } => self.step(BranchStatus::Active, by, at, None, ""),
            BranchChange::Merged { into, unit, document } => {
                self.merged_into = Some(*into);
                self.end(LeftReason::Merged, at);
                self.step(BranchStatus::Merged, by, at, Some(*unit), document);
            }
            BranchChange::Converted { unit, document } => {
                self.step(BranchStatus::Group, by, at, Some(*unit), document);
            }
            BranchChange::Logged { on, text } => self.activities.push(Activity {
                on: *on,
                text: text.clone(),
                by: by.clone(),
                at,
            }),
            BranchChange::Dissolving { reason } => {
                self.end(LeftReason::Ended, at);
                self.step(BranchStatus::Dissolving, by, at, None, reason);
            }
            BranchChange::FeedbackIssued {
                unit,
                people,
                written_by,
                note,
            } => {
                let feedback = Feedback {
                    people: people.clone(),
                    written_by: *written_by,
                    note: note.clone(),
                    by: by.clone(),
                    at,
                };
                self.feedback.insert(*unit, feedback);
            }
            BranchChange::Sealed {
                digest,
                without_feedback,
            } => {
                self.seal = Some(Seal {
                    digest: *digest,
                    without_feedback: without_feedback.clone(),
                });
                let note = without_feedback.as_deref().unwrap_or_default();
                self.step(BranchStatus::Dissolved, by, at, None, note);
            }
        }
    }

    fn step(&mut self, status: BranchStatus, by: &Actor, at: Timestamp, unit: Option<UnitId>, note: &str) {
        if status != BranchStatus::UnderStrength {
            self.strength_until = None;
            self.strength_overdue = false;
        }
        self.status = status;
        self.history.push(Step {
            status,
            by: by.clone(),
            at,
            unit,
            note: note.into(),
        });
    }

    fn join(&mut self, joined: &[Joined], at: Timestamp) {
        let member = |joined: &Joined| Member {
            person: joined.person,
            home: joined.home,
            role: joined.role,
            joined_at: at,
            left: None,
        };
        self.members.extend(joined.iter().map(member));
    }

    fn leave(&mut self, person: PersonId, reason: LeftReason, at: Timestamp) {
        let mut rows = self.members.iter_mut();
        if let Some(member) = rows.find(|member| member.person == person && member.left.is_none()) {
            member.left = Some((at, reason));
        }
    }

    /// Nobody is in it any more.
    fn end(&mut self, reason: LeftReason, at: Timestamp) {
        for member in self.members.iter_mut().filter(|member| member.left.is_none()) {
            member.left = Some((at, reason));
        }
    }

    /// Gives these people their offices, and takes them from everybody else. A time in another role is a row of its own.
    fn appoint(&mut self, officers: &Officers, at: Timestamp) {
        let roles: BTreeMap<PersonId, BranchRole> = officers.iter().collect();
        let mut rows = Vec::new();
        for member in self.members.iter_mut().filter(|member| member.left.is_none()) {
            let role = match roles.get(&member.person) {
                Some(role) => *role,
                None if member.role.is_office() => BranchRole::Member,
                None => member.role,
            };
            if role == member.role {
                continue;
            }
            if member.joined_at == at {
                member.role = role;
            } else {
                member.left = Some((at, LeftReason::RoleChanged));
                rows.push(Joined {
                    person: member.person,
                    home: member.home,
                    role,
                });
            }
        }
        self.join(&rows, at);
    }
}
