//! Temporary Party branches.

use baiying_core::branch::{BranchChange, BranchRole, BranchSpec, Joined, LeftReason, Officers, Site};
use baiying_core::event::Event;
use baiying_core::id::{BranchId, PersonId};
use baiying_proto::journal::v1 as pb;
use pb::branch_changed::Change;
use pb::event::Kind;

use super::EventError;
use super::common::{Word, bytes32, date, id, ids, instant, optional_id, people, required, runs, word};

word!(BranchRole = BranchRole { Secretary Deputy Committee Member Probationary Applicant });
word!(LeftReason = BranchLeftReason { Left Released NotMember RoleChanged Merged Ended });

fn encode_joined(joined: &Joined) -> pb::BranchJoined {
    let Joined { person, home, role } = joined;
    pb::BranchJoined {
        person: person.0,
        home: home.0,
        role: role.to_wire(),
    }
}

fn decode_joined(message: pb::BranchJoined) -> Result<Joined, EventError> {
    let pb::BranchJoined { person, home, role } = message;
    Ok(Joined {
        person: id("joined.person", person)?,
        home: id("joined.home", home)?,
        role: BranchRole::from_wire("joined.role", role)?,
    })
}

pub(super) fn encode_proposed(branch: BranchId, spec: &BranchSpec) -> Kind {
    let BranchSpec {
        response,
        site: Site {
            unit,
            muster_point,
            front,
        },
        name,
        expected_days,
        people,
    } = spec;
    Kind::BranchProposed(pb::BranchProposed {
        branch: branch.0,
        response: response.0,
        unit: unit.0,
        muster_point: muster_point.map(|point| point.0),
        front: front.to_string(),
        name: name.to_string(),
        expected_days: *expected_days,
        people: people.iter().map(encode_joined).collect(),
    })
}

pub(super) fn decode_proposed(message: pb::BranchProposed) -> Result<Event, EventError> {
    let pb::BranchProposed {
        branch,
        response,
        unit,
        muster_point,
        front,
        name,
        expected_days,
        people,
    } = message;
    Ok(Event::BranchProposed {
        branch: id("branch.id", branch)?,
        spec: BranchSpec {
            response: id("branch.response", response)?,
            site: Site {
                unit: id("branch.unit", unit)?,
                muster_point: optional_id("branch.muster_point", muster_point)?,
                front: front.into(),
            },
            name: name.into(),
            expected_days,
            people: people.into_iter().map(decode_joined).collect::<Result<_, _>>()?,
        },
    })
}

fn encode_officers(officers: &Officers) -> pb::BranchOfficers {
    let Officers {
        secretary,
        deputy,
        committee,
    } = officers;
    pb::BranchOfficers {
        secretary: secretary.0,
        deputy: deputy.map(|person| person.0),
        committee: committee.iter().map(|person| person.0).collect(),
    }
}

fn decode_officers(message: Option<pb::BranchOfficers>) -> Result<Officers, EventError> {
    let pb::BranchOfficers {
        secretary,
        deputy,
        committee,
    } = required("branch.officers", message)?;
    Ok(Officers {
        secretary: id("officers.secretary", secretary)?,
        deputy: optional_id("officers.deputy", deputy)?,
        committee: ids("officers.committee", committee)?,
    })
}

pub(super) fn encode_changed(branch: BranchId, change: &BranchChange) -> Kind {
    Kind::BranchChanged(pb::BranchChanged {
        branch: branch.0,
        change: Some(encode_change(change)),
    })
}

fn encode_change(change: &BranchChange) -> Change {
    match change {
        BranchChange::UnderReview { unit } => Change::UnderReview(pb::BranchUnderReview { unit: unit.0 }),
        BranchChange::Approved {
            unit,
            document,
            officers,
        } => Change::Approved(pb::BranchApproved {
            unit: unit.0,
            document: document.to_string(),
            officers: Some(encode_officers(officers)),
        }),
        BranchChange::Activated => Change::Activated(pb::BranchActivated {}),
        BranchChange::Rejected { unit, reason } => Change::Rejected(pb::BranchRejected {
            unit: unit.0,
            reason: reason.to_string(),
        }),
        BranchChange::Withdrawn { reason } => Change::Withdrawn(pb::BranchWithdrawn {
            reason: reason.to_string(),
        }),
        BranchChange::Appointed {
            unit,
            document,
            officers,
        } => Change::Appointed(pb::BranchAppointed {
            unit: unit.0,
            document: document.to_string(),
            officers: Some(encode_officers(officers)),
        }),
        BranchChange::Members { left, joined } => {
            let encode_left = |(person, reason): &(PersonId, LeftReason)| pb::BranchLeft {
                person: person.0,
                reason: reason.to_wire(),
            };
            Change::Members(pb::BranchMembers {
                left: left.iter().map(encode_left).collect(),
                joined: joined.iter().map(encode_joined).collect(),
            })
        }
        BranchChange::UnderStrength { full, until } => Change::UnderStrength(pb::BranchUnderStrength {
            full: *full,
            until_unix_ms: until.unix_ms(),
        }),
        BranchChange::StrengthOverdue => Change::StrengthOverdue(pb::BranchStrengthOverdue {}),
        BranchChange::Recovered { full } => Change::Recovered(pb::BranchRecovered { full: *full }),
        BranchChange::Merged { into, unit, document } => Change::Merged(pb::BranchMerged {
            into: into.0,
            unit: unit.0,
            document: document.to_string(),
        }),
        BranchChange::Converted { unit, document } => Change::Converted(pb::BranchConverted {
            unit: unit.0,
            document: document.to_string(),
        }),
        BranchChange::Logged { on, text } => Change::Logged(pb::BranchLogged {
            on: on.days(),
            text: text.to_string(),
        }),
        BranchChange::Dissolving { reason } => Change::Dissolving(pb::BranchDissolving {
            reason: reason.to_string(),
        }),
        BranchChange::FeedbackIssued {
            unit,
            people,
            written_by,
            note,
        } => Change::Feedback(pb::BranchFeedback {
            unit: unit.0,
            people: runs(people),
            written_by: written_by.0,
            note: note.to_string(),
        }),
        BranchChange::Sealed {
            digest,
            without_feedback,
        } => Change::Sealed(pb::BranchSealed {
            digest: digest.to_vec(),
            without_feedback: without_feedback.as_ref().map(ToString::to_string),
        }),
    }
}

pub(super) fn decode_changed(message: pb::BranchChanged) -> Result<Event, EventError> {
    let pb::BranchChanged { branch, change } = message;
    Ok(Event::BranchChanged {
        branch: id("branch.id", branch)?,
        change: decode_change(required("branch.change", change)?)?,
    })
}

fn decode_change(change: Change) -> Result<BranchChange, EventError> {
    Ok(match change {
        Change::UnderReview(pb::BranchUnderReview { unit }) => BranchChange::UnderReview {
            unit: id("branch.unit", unit)?,
        },
        Change::Approved(pb::BranchApproved {
            unit,
            document,
            officers,
        }) => BranchChange::Approved {
            unit: id("branch.unit", unit)?,
            document: document.into(),
            officers: decode_officers(officers)?,
        },
        Change::Activated(pb::BranchActivated {}) => BranchChange::Activated,
        Change::Rejected(pb::BranchRejected { unit, reason }) => BranchChange::Rejected {
            unit: id("branch.unit", unit)?,
            reason: reason.into(),
        },
        Change::Withdrawn(pb::BranchWithdrawn { reason }) => BranchChange::Withdrawn { reason: reason.into() },
        Change::Appointed(pb::BranchAppointed {
            unit,
            document,
            officers,
        }) => BranchChange::Appointed {
            unit: id("branch.unit", unit)?,
            document: document.into(),
            officers: decode_officers(officers)?,
        },
        Change::Members(pb::BranchMembers { left, joined }) => {
            let decode_left = |pb::BranchLeft { person, reason }| {
                let person = id::<PersonId>("left.person", person)?;
                Ok::<_, EventError>((person, LeftReason::from_wire("left.reason", reason)?))
            };
            BranchChange::Members {
                left: left.into_iter().map(decode_left).collect::<Result<_, _>>()?,
                joined: joined.into_iter().map(decode_joined).collect::<Result<_, _>>()?,
            }
        }
        Change::UnderStrength(pb::BranchUnderStrength { full, until_unix_ms }) => BranchChange::UnderStrength {
            full,
            until: instant("branch.until", until_unix_ms)?,
        },
        Change::StrengthOverdue(pb::BranchStrengthOverdue {}) => BranchChange::StrengthOverdue,
        Change::Recovered(pb::BranchRecovered { full }) => BranchChange::Recovered { full },
        Change::Merged(pb::BranchMerged { into, unit, document }) => BranchChange::Merged {
            into: id("branch.into", into)?,
            unit: id("branch.unit", unit)?,
            document: document.into(),
        },
        Change::Converted(pb::BranchConverted { unit, document }) => BranchChange::Converted {
            unit: id("branch.unit", unit)?,
            document: document.into(),
        },
        Change::Logged(pb::BranchLogged { on, text }) => BranchChange::Logged {
            on: date("branch.on", on)?,
            text: text.into(),
        },
        Change::Dissolving(pb::BranchDissolving { reason }) => BranchChange::Dissolving { reason: reason.into() },
        Change::Feedback(pb::BranchFeedback {
            unit,
            people: who,
            written_by,
            note,
        }) => BranchChange::FeedbackIssued {
            unit: id("branch.unit", unit)?,
            people: people("branch.people", &who)?,
            written_by: id("branch.written_by", written_by)?,
            note: note.into(),
        },
        Change::Sealed(pb::BranchSealed {
            digest,
            without_feedback,
        }) => BranchChange::Sealed {
            digest: bytes32("branch.digest", &digest)?,
            without_feedback: without_feedback.map(Into::into),
        },
    })
}
