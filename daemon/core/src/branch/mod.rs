//! Temporary Party branches (临时党支部) at the front of a response (`domain.md` §2).
//!
//! People stay where they belong: a branch lists them, with a copy of their home unit, and changes nothing about them (B5). What such
//! a branch may not do (admit, confirm probationers, discipline, collect dues, elect) has no command here, and none may come (B4).

mod appoint;
mod approve;
mod convert;
mod digest;
mod dissolve;
mod draft;
mod feedback;
mod log;
mod members;
mod merge;
mod propose;
mod record;
mod review;
mod table;
#[cfg(test)]
mod tests;
mod upkeep;
mod warn;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use appoint::AppointOfficers;
pub use approve::ApproveBranch;
pub use convert::ConvertBranch;
pub use dissolve::DissolveBranch;
pub(crate) use dissolve::wind_down;
pub use feedback::IssueFeedback;
pub use log::LogActivity;
pub use members::{JoinBranch, LeaveBranch};
pub use merge::MergeBranch;
#[allow(
    unused_imports,
    reason = "the switch into emergency proposes branches in its own decision"
)]
pub(crate) use propose::open;
pub use propose::{Proposal, ProposeBranch, ProposeBranches, proposals};
pub use record::{digest, owed, record_members};
pub use review::{RejectBranch, ReviewBranch, WithdrawBranch};
pub use table::Branches;
pub(crate) use upkeep::{fire, is_due};
pub use warn::{Warning, warnings};

use crate::calendar::Date;
use crate::command::Actor;
use crate::id::{BranchId, MusterPointId, PersonId, PersonSet, ResponseId, Revision, Timestamp, UnitId};
use crate::people::PoliticalStatus;

/// A branch has at least so many full members (正式党员), temporary or not.
pub const FULL_MIN: u32 = 3;
/// From so many full members on, a branch has a committee (支部委员会).
pub const COMMITTEE_FROM: u32 = 7;
/// People of a committee, with secretary and deputy: 3 to 5, at most 7.
pub const COMMITTEE_SIZE: std::ops::RangeInclusive<u32> = 3..=7;
/// Most people that one request names: twenty times what a branch should have.
pub const PEOPLE_MAX: usize = 1000;
/// Longest time that may be expected, in days: ten years.
pub const EXPECTED_DAYS_MAX: u32 = 3660;

/// Where a branch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum BranchStatus {
    /// 拟建: on a list, and nothing else yet.
    Proposed,
    /// 审核中: an organization that may approve it has taken it up.
    UnderReview,
    /// 未批准
    Rejected,
    /// 已撤回: taken back, or its response ended before it was approved.
    Withdrawn,
    /// 已批准: its secretary is not there yet.
    Approved,
    /// 运行中
    Active,
    /// 人数不足: fewer than three full members, to be merged or made a group within a time.
    UnderStrength,
    /// 已并入 another branch.
    Merged,
    /// 临时党小组: too few for a branch; dissolves with the response as a branch does.
    Group,
    /// 撤销中: its response or task has ended; the homes of its people wait for feedback.
    Dissolving,
    /// 已撤销: the record is sealed.
    Dissolved,
}

impl BranchStatus {
    /// Every status with the word for it on the wire.
    pub const ALL: [(Self, &'static str); 11] = [
        (Self::Proposed, "proposed"),
        (Self::UnderReview, "under-review"),
        (Self::Rejected, "rejected"),
        (Self::Withdrawn, "withdrawn"),
        (Self::Approved, "approved"),
        (Self::Active, "active"),
        (Self::UnderStrength, "under-strength"),
        (Self::Merged, "merged"),
        (Self::Group, "group"),
        (Self::Dissolving, "dissolving"),
        (Self::Dissolved, "dissolved"),
    ];
    /// Whether it waits for approval.
    pub fn is_pending(self) -> bool {
        matches!(self, Self::Proposed | Self::UnderReview)
    }
    /// Whether its people are in it and in no other (B9).
    pub fn holds_people(self) -> bool {
        matches!(self, Self::Approved | Self::Active | Self::UnderStrength | Self::Group)
    }
    /// Whether nothing about it changes any more.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Rejected | Self::Withdrawn | Self::Merged | Self::Dissolved)
    }
}

/// What somebody is in a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum BranchRole {
    /// 书记, appointed.
    Secretary,
    /// 副书记, appointed.
    Deputy,
    /// 委员, appointed.
    Committee,
    /// 正式党员
    Member,
    /// 预备党员: does not count for the three.
    Probationary,
    /// 入党申请人、积极分子: attached, never a member.
    Applicant,
}

impl BranchRole {
    /// Every role with the word for it on the wire.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Secretary, "secretary"),
        (Self::Deputy, "deputy"),
        (Self::Committee, "committee"),
        (Self::Member, "member"),
        (Self::Probationary, "probationary"),
        (Self::Applicant, "applicant"),
    ];
    /// Whether it is a full member's (正式党员).
    pub fn is_full(self) -> bool {
        match self {
            Self::Secretary | Self::Deputy | Self::Committee | Self::Member => true,
            Self::Probationary | Self::Applicant => false,
        }
    }
    /// Whether it is given by the approving organization.
    pub fn is_office(self) -> bool {
        match self {
            Self::Secretary | Self::Deputy | Self::Committee => true,
            Self::Member | Self::Probationary | Self::Applicant => false,
        }
    }
    /// What the roster makes of it, if it leaves them in the branch at all: who is confirmed or admitted at home counts so here.
    pub fn by(self, political: PoliticalStatus) -> Option<Self> {
        match (political, self) {
            (PoliticalStatus::PartyMember, role) if role.is_full() => Some(role),
            (PoliticalStatus::PartyMember, _) => Some(Self::Member),
            (PoliticalStatus::ProbationaryMember, _) => Some(Self::Probationary),
            (PoliticalStatus::LeagueMember | PoliticalStatus::Other, Self::Applicant) => Some(Self::Applicant),
            (PoliticalStatus::LeagueMember | PoliticalStatus::Other, _) => None,
        }
    }
}

/// Why somebody is not in a branch any more, or not in that role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum LeftReason {
    /// They left it.
    Left,
    /// Their deployment in the response ended.
    Released,
    /// The roster does not say any more that they are in the Party.
    NotMember,
    /// They are in it in another role since.
    RoleChanged,
    /// It was merged into another branch.
    Merged,
    /// It ended.
    Ended,
}

impl LeftReason {
    /// Every reason with the word for it on the wire.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Left, "left"),
        (Self::Released, "released"),
        (Self::NotMember, "not-member"),
        (Self::RoleChanged, "role-changed"),
        (Self::Merged, "merged"),
        (Self::Ended, "ended"),
    ];
}

/// Where a branch is: a village or town, a muster point in it, a task front (任务一线).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// The unit it lies in.
    pub unit: UnitId,
    /// The muster point, if it is one.
    pub muster_point: Option<MusterPointId>,
    /// The task front, as people call it; may be empty.
    pub front: Box<str>,
}

/// Somebody who comes into a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joined {
    /// Who.
    pub person: PersonId,
    /// Their home unit at that time (B5).
    pub home: UnitId,
    /// As what.
    pub role: BranchRole,
}

/// One stretch of somebody's time in a branch, in one role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Who.
    pub person: PersonId,
    /// Their home unit when they came: a copy, never changed (B5).
    pub home: UnitId,
    /// As what.
    pub role: BranchRole,
    /// Since when; before the approval: since when on the list.
    pub joined_at: Timestamp,
    /// Until when and why, if it is over.
    pub left: Option<(Timestamp, LeftReason)>,
}

impl Member {
    /// Whether they are in it now, in this role.
    pub fn is_in(&self) -> bool {
        self.left.is_none()
    }
}

/// Whom the approving organization appoints (指定, B3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Officers {
    /// 书记
    pub secretary: PersonId,
    /// 副书记
    pub deputy: Option<PersonId>,
    /// 委员, besides secretary and deputy.
    pub committee: Vec<PersonId>,
}

impl Officers {
    /// Everybody with their role.
    pub fn iter(&self) -> impl Iterator<Item = (PersonId, BranchRole)> + '_ {
        let committee = self.committee.iter().map(|person| (*person, BranchRole::Committee));
        let deputy = self.deputy.map(|person| (person, BranchRole::Deputy));
        [(self.secretary, BranchRole::Secretary)]
            .into_iter()
            .chain(deputy)
            .chain(committee)
    }
}

/// What is proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchSpec {
    /// In which response.
    pub response: ResponseId,
    /// Where.
    pub site: Site,
    /// 名称; empty: by its place.
    pub name: Box<str>,
    /// How long it is expected to be needed; 0: not said.
    pub expected_days: u32,
    /// Who is on the list.
    pub people: Vec<Joined>,
}

/// What happened to a branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BranchChange {
    /// An organization that may approve it has taken it up.
    UnderReview {
        /// Which.
        unit: UnitId,
    },
    /// It was approved.
    Approved {
        /// By which organization.
        unit: UnitId,
        /// Number of the document (批复文号).
        document: Box<str>,
        /// Whom it appointed.
        officers: Officers,
    },
    /// Its secretary is there: it works.
    Activated,
    /// It was not approved.
    Rejected {
        /// By which organization.
        unit: UnitId,
        /// Why.
        reason: Box<str>,
    },
    /// It was taken back.
    Withdrawn {
        /// Why; empty: its response ended.
        reason: Box<str>,
    },
    /// The approving organization appointed others.
    Appointed {
        /// Which organization.
        unit: UnitId,
        /// Number of the document.
        document: Box<str>,
        /// Whom.
        officers: Officers,
    },
    /// People left, came, or are in another role.
    Members {
        /// Who is not in it any more, or not in that role.
        left: Vec<(PersonId, LeftReason)>,
        /// Who is in it, in this role, from now on.
        joined: Vec<Joined>,
    },
    /// Fewer than three full members are left.
    UnderStrength {
        /// How many.
        full: u32,
        /// Until when it is to be merged or made a group.
        until: Timestamp,
    },
    /// That time has passed, and nothing was done.
    StrengthOverdue,
    /// There are three full members again.
    Recovered {
        /// How many.
        full: u32,
    },
    /// It was merged; that its people come into the other follows as a change of that one.
    Merged {
        /// Into which.
        into: BranchId,
        /// By which organization.
        unit: UnitId,
        /// Number of the document; may be empty.
        document: Box<str>,
    },
    /// It is a temporary Party group (临时党小组) from now on.
    Converted {
        /// By which organization.
        unit: UnitId,
        /// Number of the document; may be empty.
        document: Box<str>,
    },
    /// Something was entered in its log of activities (活动记录).
    Logged {
        /// On which day it was.
        on: Date,
        /// What.
        text: Box<str>,
    },
    /// It is being dissolved: nobody is in it any more.
    Dissolving {
        /// Why; empty: its response ended.
        reason: Box<str>,
    },
    /// The home of some of its people was told how they did.
    FeedbackIssued {
        /// Which home unit.
        unit: UnitId,
        /// Its people in the branch.
        people: PersonSet,
        /// The secretary, or deputy, who wrote it.
        written_by: PersonId,
        /// How they did; no scores.
        note: Box<str>,
    },
    /// It is dissolved, and its record sealed.
    Sealed {
        /// SHA-256 of the record.
        digest: [u8; 32],
        /// Why it was sealed although homes had no feedback; none: all had.
        without_feedback: Option<Box<str>>,
    },
}

/// An entry in the log of activities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// The day it was on.
    pub on: Date,
    /// What.
    pub text: Box<str>,
    /// Who entered it.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

/// A note to a home unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feedback {
    /// About whom.
    pub people: PersonSet,
    /// Who wrote it.
    pub written_by: PersonId,
    /// What they wrote.
    pub note: Box<str>,
    /// Who entered it.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

/// A step of a branch's life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Where it stood from then on.
    pub status: BranchStatus,
    /// Who brought it about.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// The organization that decided, if one did.
    pub unit: Option<UnitId>,
    /// Document or reason; may be empty.
    pub note: Box<str>,
}

/// The seal of a dissolved branch's record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// SHA-256 of the record: see [`digest`].
    pub digest: [u8; 32],
    /// Why it was sealed although homes had no feedback.
    pub without_feedback: Option<Box<str>>,
}

/// One branch, with its whole record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    /// Its id.
    pub id: BranchId,
    /// In which response.
    pub response: ResponseId,
    /// Where.
    pub site: Site,
    /// 名称; empty: by its place.
    pub name: Box<str>,
    /// How long it is expected to be needed; 0: not said.
    pub expected_days: u32,
    /// Where it stands.
    pub status: BranchStatus,
    /// The organization that has taken it up or approved it.
    pub authority: Option<UnitId>,
    /// When and under which document it was approved, if it was.
    pub approved: Option<(Timestamp, Box<str>)>,
    /// Everybody who is or was in it, in the order in which they came.
    pub members: Vec<Member>,
    /// Of one under strength: until when it is to be merged or made a group.
    pub strength_until: Option<Timestamp>,
    /// Whether that time has passed.
    pub strength_overdue: bool,
    /// The branch it was merged into.
    pub merged_into: Option<BranchId>,
    /// Log of activities.
    pub activities: Vec<Activity>,
    /// Notes to home units.
    pub feedback: BTreeMap<UnitId, Feedback>,
    /// Every step; the first is the proposal.
    pub history: Vec<Step>,
    /// The seal, if it is dissolved.
    pub seal: Option<Seal>,
    /// The state at which it last changed.
    pub changed: Revision,
}

impl Branch {
    /// Everybody who is in it now.
    pub fn present(&self) -> impl Iterator<Item = &Member> + Clone {
        self.members.iter().filter(|member| member.is_in())
    }
    /// What somebody is in it now.
    pub fn role(&self, person: PersonId) -> Option<BranchRole> {
        self.present()
            .find(|member| member.person == person)
            .map(|member| member.role)
    }
    /// How many full members it has (正式党员).
    pub fn full(&self) -> u32 {
        self.present().filter(|member| member.role.is_full()).count() as u32
    }
    /// Its secretary, if it has one.
    pub fn secretary(&self) -> Option<PersonId> {
        self.present()
            .find(|member| member.role == BranchRole::Secretary)
            .map(|member| member.person)
    }
    /// When it was proposed.
    pub fn proposed_at(&self) -> Option<Timestamp> {
        self.history.first().map(|step| step.at)
    }
}
