//! Double reports (双报到), in peacetime and in a response: units and members to the community of the workplace, members to the
//! community of the residence, units to the community that they are linked to (挂钩). Both readings fit (`domain.md` §3).

use serde::{Deserialize, Serialize};

use super::report::village;
use super::village_of;
use crate::decide::Decision;
use crate::event::Event;
use crate::id::{PersonId, ResponseId, Timestamp, UnitId};
use crate::org::UnitKind;
use crate::rejection::Rejection;
use crate::state::State;

/// Who reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Subject {
    /// 单位党组织: a unit's Party organization.
    Unit(UnitId),
    /// 党员
    Person(PersonId),
}

/// On what a report rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Basis {
    /// 单位所在社区
    Workplace,
    /// 居住社区: members only.
    Residence,
    /// 挂钩社区: units only.
    Linked,
}

impl Basis {
    /// Every basis with the word for it on the wire.
    pub const ALL: [(Self, &'static str); 3] = [
        (Self::Workplace, "workplace"),
        (Self::Residence, "residence"),
        (Self::Linked, "linked"),
    ];
}

/// A double report. One stands for a subject, a community and a basis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoubleReport {
    /// Who reports.
    pub subject: Subject,
    /// To which village or community.
    pub community: UnitId,
    /// On what basis.
    pub basis: Basis,
    /// In which response; none: in peacetime.
    pub response: Option<ResponseId>,
    /// Whether it stands.
    pub stands: bool,
}

/// A double report as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptReport {
    /// What was last recorded.
    pub report: DoubleReport,
    /// When it was first recorded.
    pub since: Timestamp,
}

/// Who reports, in the users' words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubjectRef {
    /// A unit's code.
    Unit(Box<str>),
    /// A person.
    Person(PersonId),
}

impl SubjectRef {
    fn resolve(&self, state: &State) -> Result<Subject, Rejection> {
        match self {
            Self::Unit(code) => {
                let unit = state.org.by_code(code);
                let unit = unit.ok_or_else(|| Rejection::UnknownUnit { code: code.clone() })?;
                Ok(Subject::Unit(unit.id))
            }
            Self::Person(person) => {
                let known = state.people.get(*person);
                known.ok_or(Rejection::UnknownPerson { person: *person })?;
                Ok(Subject::Person(*person))
            }
        }
    }
}

/// Records a double report. Recorded again, it changes nothing; with another response it is that response's from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordDoubleReport {
    /// Who reports.
    pub subject: SubjectRef,
    /// Code of the village or community.
    pub community: Box<str>,
    /// On what basis.
    pub basis: Basis,
    /// In which response; none: in peacetime.
    pub response: Option<ResponseId>,
}

impl RecordDoubleReport {
    pub(crate) fn decide(&self, state: &State) -> Result<Decision, Rejection> {
        let Self {
            subject,
            community,
            basis,
            response,
        } = self;
        let subject = subject.resolve(state)?;
        let community = village(state, community)?;
        if let Some(response) = *response {
            let row = state
                .responses
                .get(response)
                .ok_or(Rejection::UnknownResponse { response })?;
            if !row.is_active() {
                return Err(Rejection::ResponseTerminated { response });
            }
        }
        check(state, subject, community, *basis)?;
        let report = DoubleReport {
            subject,
            community,
            basis: *basis,
            response: *response,
            stands: true,
        };
        let known = state.in_place.double_report(subject, community, *basis);
        let is_known = known.is_some_and(|known| known.report == report);
        let events = if is_known {
            Vec::new()
        } else {
            vec![Event::DoubleReported(report)]
        };
        Ok(Decision::done(events))
    }
}

fn check(state: &State, subject: Subject, community: UnitId, basis: Basis) -> Result<(), Rejection> {
    let refused = |problem| Err(Rejection::DoubleReportBasis { problem });
    match (subject, basis) {
        (Subject::Unit(_), Basis::Residence) => refused("a unit has no residence: it reports as workplace or linked"),
        (Subject::Person(_), Basis::Linked) => refused("a person is linked to no community: workplace or residence"),
        (Subject::Unit(unit), Basis::Workplace | Basis::Linked) => match state.org.get(unit).kind {
            UnitKind::Village | UnitKind::Grid => refused("a village or grid does not report to a community"),
            UnitKind::Province | UnitKind::City | UnitKind::District | UnitKind::Agency | UnitKind::Town => Ok(()),
        },
        (Subject::Person(person), Basis::Residence) => {
            let lives_in = state.people.get(person).and_then(|row| village_of(state, row));
            if lives_in == Some(community) {
                Ok(())
            } else {
                refused("the person does not live in this community")
            }
        }
        (Subject::Person(_), Basis::Workplace) => Ok(()),
    }
}

/// Ends a double report. Ended again, it changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndDoubleReport {
    /// Who reported.
    pub subject: SubjectRef,
    /// Code of the village or community.
    pub community: Box<str>,
    /// On what basis.
    pub basis: Basis,
}

impl EndDoubleReport {
    pub(crate) fn decide(&self, state: &State) -> Result<Decision, Rejection> {
        let subject = self.subject.resolve(state)?;
        let community = village(state, &self.community)?;
        let known = state.in_place.double_report(subject, community, self.basis);
        let known = known.ok_or_else(|| Rejection::UnknownDoubleReport {
            unit: self.community.clone(),
        })?;
        if !known.report.stands {
            return Ok(Decision::done(Vec::new()));
        }
        let ended = DoubleReport {
            stands: false,
            ..known.report.clone()
        };
        Ok(Decision::done(vec![Event::DoubleReported(ended)]))
    }
}
