//! Reinforcement (增援): a town asks, the organization department allocates, agencies answer, people go, are assigned and come back
//! (`domain.md` §4).
//!
//! People are called by an order of the response, issued when their agency accepts, and counted in its ledger: what is on the way,
//! there or back is read from there ([`Coverage`]) and kept nowhere else. Whoever falls out is replaced from the reserve by the same
//! matching, up to what a person has approved and never beyond it (`review.rs`).

mod answer;
mod approve;
mod assign;
mod commander;
mod coverage;
mod flow;
mod links;
mod matching;
mod pool;
mod propose;
mod request;
mod review;
#[cfg(test)]
mod tests;
mod withdraw;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use answer::{AnswerRequisition, RequisitionReply};
pub use approve::ApproveReinforcement;
pub use assign::AssignReinforcement;
pub use commander::{OperationalCommander, operational_commander};
pub use coverage::{Coverage, Whereabouts, coverage, whereabouts};
pub use links::{AgencyLinkRow, ImportAgencyLinks};
pub(crate) use pool::allocators;
pub use pool::{Ground, WhyNot};
pub use propose::{AgencyShare, Gap, ProposeReinforcement, ReinforcementProposal};
pub use request::RequestReinforcement;
pub(crate) use review::fire;
pub use withdraw::WithdrawReinforcement;
pub(crate) use withdraw::wind_down;

use crate::command::Actor;
use crate::id::{
    MusterPointId, OrderId, PersonId, PersonSet, ReinforcementId, ResponseId, Revision, Timestamp, UnitId,
};
use crate::order::Orders;

/// Most people of one request.
pub const NUMBER_MAX: u32 = 2_000;
/// Most skills of one request.
pub const SKILLS_MAX: usize = 8;

/// What a town asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// In which response.
    pub response: ResponseId,
    /// Who asks, and commands them once they are there.
    pub town: UnitId,
    /// How many.
    pub number: u32,
    /// Of these, so many with a skill (特长); in order, each once.
    pub skills: Vec<(Box<str>, u32)>,
    /// Where they report.
    pub muster_point: MusterPointId,
    /// The village or community it is for, if it is for one.
    pub village: Option<UnitId>,
    /// Until when they should be there.
    pub arrive_by: Timestamp,
    /// What they are to do: the text of their order.
    pub task: Box<str>,
    /// Why they are needed.
    pub reason: Box<str>,
    /// What must be signed before anybody is released (ICS 221).
    pub sign_offs: Vec<Box<str>>,
}

/// One round of allocation, as decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// Counts from 1.
    pub number: u32,
    /// From the reserve, by itself, in the place of people who fell out.
    pub automatic: bool,
    /// The organization department (区委组织部).
    pub allocator: UnitId,
    /// Who approved it there; empty if automatic.
    pub approved_by: Box<str>,
    /// How many the town is to have with this round: automatic rounds fill up to here and no further.
    pub target: u32,
    /// Until when agencies answer.
    pub answer_by: Timestamp,
    /// One an agency.
    pub requisitions: Vec<Requisition>,
    /// Agencies that whoever approved it asked for nobody: nothing that comes about by itself asks them either.
    pub spared: Vec<UnitId>,
}

/// What an agency is asked for, as decided (`RequisitionResource`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requisition {
    /// Whose team.
    pub agency: UnitId,
    /// To whom it goes: the leader of the team.
    pub lead: PersonId,
    /// Who is proposed to go.
    pub people: PersonSet,
    /// What it rests on, as it was then.
    pub grounds: Vec<(Ground, u32)>,
}

/// What became of a requisition (`CommitResource`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Commitment {
    /// 待答复
    Pending,
    /// 承接: all as many, or fewer (部分承接), not always the same people.
    Accepted {
        /// Who goes.
        people: PersonSet,
        /// Under which order.
        order: OrderId,
        /// Who said so, for the agency.
        by: PersonId,
        /// When.
        at: Timestamp,
        /// Why fewer; may be empty.
        reason: Box<str>,
    },
    /// 谢绝
    Declined {
        /// Who said so, for the agency.
        by: PersonId,
        /// When.
        at: Timestamp,
        /// Why.
        reason: Box<str>,
    },
    /// 逾期未答复
    Lapsed(Timestamp),
    /// The request ended before an answer.
    Withdrawn(Timestamp),
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Ending {
    /// Everybody is back (归建).
    Returned,
    /// The town took it back.
    Withdrawn,
    /// The response ended.
    ResponseEnded,
}

impl Ending {
    /// Every ending with the word for it.
    pub const ALL: [(Self, &'static str); 3] = [
        (Self::Returned, "returned"),
        (Self::Withdrawn, "withdrawn"),
        (Self::ResponseEnded, "response-ended"),
    ];
}

/// One request with everything that came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reinforcement {
    /// Its id.
    pub id: ReinforcementId,
    /// What is asked for; never changed.
    pub need: Need,
    /// Who asked, and when.
    pub requested: (Actor, Timestamp),
    /// Each round, when it was decided and by whom, with what became of its requisitions.
    pub rounds: Vec<(Round, Timestamp, Actor, Vec<Commitment>)>,
    /// Where in its area the town put people who have arrived; the last word counts.
    pub assigned: BTreeMap<PersonId, (UnitId, Timestamp)>,
    /// How it ended, when and why, if it has.
    pub ended: Option<(Ending, Timestamp, Box<str>)>,
    /// Of those who fell out, so many could not be replaced when that was last tried.
    pub missing: u32,
    /// The state at which it last changed.
    pub changed: Revision,
}

impl Reinforcement {
    /// Whether it goes on.
    pub fn is_open(&self) -> bool {
        self.ended.is_none()
    }
    /// Every requisition with its round and what became of it.
    pub fn requisitions(&self) -> impl Iterator<Item = (&Round, &Requisition, &Commitment)> {
        let rounds = self.rounds.iter();
        rounds.flat_map(|(round, _, _, commitments)| {
            let each = round.requisitions.iter().zip(commitments);
            each.map(move |(requisition, commitment)| (round, requisition, commitment))
        })
    }
    /// How many the town is to have by what was last approved.
    pub fn target(&self) -> u32 {
        self.rounds.last().map_or(0, |(round, ..)| round.target)
    }
    /// When the next requisition goes unanswered.
    fn answer_by(&self) -> Option<Timestamp> {
        let pending = self.requisitions().filter(|(.., it)| **it == Commitment::Pending);
        pending.map(|(round, ..)| round.answer_by).min()
    }
    /// Whether whoever approved last asked this agency for nobody.
    fn spares(&self, agency: UnitId) -> bool {
        let mut approved = self.rounds.iter().rev().map(|(round, ..)| round);
        let last = approved.find(|round| !round.automatic);
        last.is_some_and(|round| round.spared.contains(&agency))
    }
    /// Whether this agency was asked here and said no, said yes to fewer only, or did not answer.
    fn has_refused(&self, agency: UnitId) -> bool {
        let mut own = self.requisitions().filter(|(_, it, _)| it.agency == agency);
        own.any(|(_, requisition, commitment)| match commitment {
            Commitment::Pending | Commitment::Withdrawn(_) => false,
            Commitment::Accepted { people, .. } => people.len() < requisition.people.len(),
            Commitment::Declined { .. } | Commitment::Lapsed(_) => true,
        })
    }
}

/// Where a requisition stands: request, index of the round, index of the requisition.
type Place = (ReinforcementId, usize, usize);

/// All requests, and which agencies are linked to which villages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Reinforcements {
    rows: Vec<Reinforcement>,
    by_order: BTreeMap<OrderId, Place>,
    due: BTreeMap<ReinforcementId, Timestamp>,
    links: BTreeMap<UnitId, BTreeSet<UnitId>>,
}

impl Reinforcements {
    /// The request with this id.
    pub fn get(&self, reinforcement: ReinforcementId) -> Option<&Reinforcement> {
        self.rows.get((reinforcement.0 as usize).checked_sub(1)?)
    }
    /// Every request, in the order of their ids.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Reinforcement> {
        self.rows.iter()
    }
    /// The request that an order was issued for, and its requisition there.
    pub fn of_order(&self, order: OrderId) -> Option<(&Reinforcement, &Requisition)> {
        let (id, round, index) = self.by_order.get(&order)?;
        let row = self.get(*id)?;
        Some((row, row.rounds.get(*round)?.0.requisitions.get(*index)?))
    }
    /// The villages that an agency is linked to (区直挂钩), in order.
    pub fn links(&self, agency: UnitId) -> impl Iterator<Item = UnitId> + '_ {
        self.links.get(&agency).into_iter().flatten().copied()
    }
    /// Every agency with its villages.
    pub fn all_links(&self) -> impl Iterator<Item = (UnitId, &BTreeSet<UnitId>)> {
        self.links.iter().map(|(agency, villages)| (*agency, villages))
    }
    /// When something is due: an agency's answer, or a replacement.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.due.values().min().copied()
    }
    /// People who are named in a requisition that waits for its answer.
    pub(crate) fn pending(&self) -> impl Iterator<Item = PersonId> + '_ {
        let open = self.rows.iter().filter(|row| row.is_open());
        let pending = open.flat_map(Reinforcement::requisitions);
        let pending = pending.filter(|(.., commitment)| **commitment == Commitment::Pending);
        pending.flat_map(|(_, requisition, _)| requisition.people.iter())
    }
    pub(crate) fn next_id(&self) -> ReinforcementId {
        ReinforcementId::from_index(self.rows.len())
    }

    fn row_mut(&mut self, id: ReinforcementId, changed: Revision) -> &mut Reinforcement {
        let row = &mut self.rows[id.index()];
        row.changed = changed;
        row
    }

    pub(crate) fn requested(&mut self, id: ReinforcementId, need: &Need, by: &Actor, at: Timestamp, changed: Revision) {
        self.rows.push(Reinforcement {
            id,
            need: need.clone(),
            requested: (by.clone(), at),
            rounds: Vec::new(),
            assigned: BTreeMap::new(),
            ended: None,
            missing: 0,
            changed,
        });
    }

    pub(crate) fn allocated(
        &mut self,
        id: ReinforcementId,
        round: &Round,
        by: &Actor,
        at: Timestamp,
        changed: Revision,
    ) {
        let pending = vec![Commitment::Pending; round.requisitions.len()];
        let row = self.row_mut(id, changed);
        row.rounds.push((round.clone(), at, by.clone(), pending));
        row.missing = 0;
    }

    /// What became of the pending requisition of an agency in a round.
    pub(crate) fn settled(
        &mut self,
        id: ReinforcementId,
        round: u32,
        agency: UnitId,
        commitment: &Commitment,
        changed: Revision,
    ) {
        let row = self.row_mut(id, changed);
        let index = (round as usize).wrapping_sub(1);
        let Some((round, _, _, commitments)) = row.rounds.get_mut(index) else {
            return;
        };
        let Some(place) = round.requisitions.iter().position(|it| it.agency == agency) else {
            return;
        };
        commitments[place] = commitment.clone();
        if let Commitment::Accepted { order, .. } = commitment {
            self.by_order.insert(*order, (id, index, place));
        }
    }

    pub(crate) fn assigned(
        &mut self,
        id: ReinforcementId,
        unit: UnitId,
        people: &PersonSet,
        at: Timestamp,
        changed: Revision,
    ) {
        let row = self.row_mut(id, changed);
        row.assigned.extend(people.iter().map(|person| (person, (unit, at))));
    }

    pub(crate) fn reviewed(&mut self, id: ReinforcementId, missing: u32, changed: Revision) {
        self.row_mut(id, changed).missing = missing;
    }

    pub(crate) fn ended(
        &mut self,
        id: ReinforcementId,
        ending: Ending,
        reason: &str,
        at: Timestamp,
        changed: Revision,
    ) {
        let row = self.row_mut(id, changed);
        row.ended = Some((ending, at, reason.into()));
        for commitment in row.rounds.iter_mut().flat_map(|(.., commitments)| commitments) {
            if *commitment == Commitment::Pending {
                *commitment = Commitment::Withdrawn(at);
            }
        }
    }

    /// Agencies are linked to the same villages in an exercise.
    pub(crate) fn take_over_links(&mut self, district: &Self) {
        self.links.clone_from(&district.links);
    }

    pub(crate) fn linked(&mut self, agency: UnitId, villages: &[UnitId]) {
        if villages.is_empty() {
            self.links.remove(&agency);
        } else {
            self.links.insert(agency, villages.iter().copied().collect());
        }
    }

    /// The ledger of an order changed: whoever it was issued for may have something to do.
    pub(crate) fn stirred(&mut self, orders: &Orders, order: OrderId, at: Timestamp, changed: Revision) {
        if let Some((id, ..)) = self.by_order.get(&order).copied() {
            self.row_mut(id, changed);
            self.reschedule(orders, id, at);
        }
    }

    /// When a request has something to do: at once if people fell out or all are back, else when an answer is overdue.
    pub(crate) fn reschedule(&mut self, orders: &Orders, id: ReinforcementId, at: Timestamp) {
        let row = &mut self.rows[id.index()];
        let covered = coverage(orders, row);
        row.missing = row.missing.min(covered.gap());
        let due = match row.is_open() {
            false => None,
            true if covered.is_back() || covered.gap() > row.missing => Some(at),
            true => row.answer_by(),
        };
        match due {
            Some(due) => self.due.insert(id, due),
            None => self.due.remove(&id),
        };
    }
}
