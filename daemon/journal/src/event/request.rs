//! Answers to requests.

use std::sync::Arc;

use baiying_core::command::{Answer, Exception, ExceptionKind, FieldReport, Issued};
use baiying_core::id::PersonId;
use baiying_core::import::{ImportReport, RowError, RowProblem};
use baiying_core::request::Answered;
use baiying_core::spot_check::SpotCheckResult;
use baiying_proto::journal::v1 as pb;
use pb::answer::Kind;

use super::common::{Word, id, ids, required, version, word};
use super::{EventError, in_place};

word!(ExceptionKind = ExceptionKind {
    AlreadyDone UnknownPerson NotAddressed StaleVersion OrderClosed NotLed WrongSite Excused Released UnknownOrder
    UnknownMusterPoint WrongCode BeforeOrder InFuture AwaitsConfirmation OutsideKeyArea NotReported ExerciseEnded
});

pub(super) fn encode(answered: &Answered) -> pb::Answered {
    let Answered {
        request_id,
        digest,
        answer,
    } = answered;
    pb::Answered {
        request_id: request_id.to_string(),
        digest: *digest,
        answer: Some(pb::Answer {
            kind: Some(encode_answer(answer)),
        }),
    }
}

pub(super) fn decode(message: pb::Answered) -> Result<Answered, EventError> {
    let pb::Answered {
        request_id,
        digest,
        answer,
    } = message;
    let kind = answer.and_then(|answer| answer.kind);
    let answer = decode_answer(required("request.answer", kind)?)?;
    Ok(Answered {
        request_id: request_id.into(),
        digest,
        answer,
    })
}

fn encode_answer(answer: &Answer) -> Kind {
    match answer {
        Answer::Done => Kind::Done(pb::Done {}),
        Answer::Imported(report) => Kind::Imported(encode_import(report)),
        Answer::Activated { response, order } => Kind::Activated(pb::Activated {
            response: response.0,
            order: order.as_ref().map(encode_issued),
        }),
        Answer::Issued(issued) => Kind::Issued(encode_issued(issued)),
        Answer::Field(report) => Kind::Field(encode_field(report)),
        Answer::Batch(items) => Kind::Batch(pb::BatchReport {
            items: items.iter().map(encode_field).collect(),
        }),
        Answer::Leave(leave) => Kind::Leave(leave.0),
        Answer::Device(device) => Kind::Device(device.0),
        Answer::SpotChecks(checks) => Kind::SpotChecks(pb::PlannedAnswer {
            checks: checks.iter().map(|check| check.0).collect(),
        }),
        Answer::SpotCheck(check, result) => Kind::SpotCheck(pb::SpotCheckAnswer {
            check: check.0,
            result: result.to_wire(),
        }),
        Answer::Team(team) => Kind::Team(team.0),
        Answer::Exclusion(exclusion) => Kind::Exclusion(exclusion.0),
        Answer::StandIn(stand_in) => Kind::StandIn(stand_in.0),
        Answer::Swap(swap) => Kind::Swap(swap.0),
        Answer::Plan(report) => Kind::Plan(super::plan::encode_report(report)),
        Answer::SituationReport {
            response,
            seq,
            number,
            late,
        } => Kind::SituationReport(pb::SituationAnswer {
            response: response.0,
            seq: *seq,
            number: *number,
            late: *late,
        }),
        Answer::Branches(branches) => Kind::Branches(pb::BranchesAnswer {
            branches: branches.iter().map(|branch| branch.0).collect(),
        }),
        Answer::Reinforcement(reinforcement) => Kind::Reinforcement(reinforcement.0),
        Answer::Allocated {
            people,
            agencies,
            uncovered,
        } => Kind::Allocated(pb::AllocatedAnswer {
            people: *people,
            agencies: *agencies,
            uncovered: *uncovered,
        }),
        Answer::WindowsOpened(opened) => Kind::WindowsOpened(in_place::encode_answer(opened)),
        Answer::Exempted(exemption) => Kind::Exempted(exemption.0),
        Answer::Scenario { version, is_new } => Kind::Scenario(pb::ScenarioAnswer {
            version: *version,
            is_new: *is_new,
        }),
        Answer::ExerciseStarted { run, order } => Kind::ExerciseStarted(pb::ExerciseStartedAnswer {
            run: run.0,
            order: order.as_ref().map(encode_issued),
        }),
        Answer::Schedule(schedule) => Kind::Schedule(schedule.0),
        Answer::Action(action) => Kind::Action(action.0),
    }
}

fn decode_answer(kind: Kind) -> Result<Answer, EventError> {
    Ok(match kind {
        Kind::Done(pb::Done {}) => Answer::Done,
        Kind::Imported(report) => Answer::Imported(Arc::new(decode_import(report)?)),
        Kind::Activated(pb::Activated { response, order }) => Answer::Activated {
            response: id("answer.response", response)?,
            order: order.map(decode_issued).transpose()?,
        },
        Kind::Issued(issued) => Answer::Issued(decode_issued(issued)?),
        Kind::Field(report) => Answer::Field(Arc::new(decode_field(report)?)),
        Kind::Batch(pb::BatchReport { items }) => {
            Answer::Batch(Arc::new(items.into_iter().map(decode_field).collect::<Result<_, _>>()?))
        }
        Kind::Leave(leave) => Answer::Leave(id("answer.leave", leave)?),
        Kind::Device(device) => Answer::Device(id("answer.device", device)?),
        Kind::SpotChecks(pb::PlannedAnswer { checks }) => Answer::SpotChecks(ids("answer.spot_checks", checks)?),
        Kind::SpotCheck(pb::SpotCheckAnswer { check, result }) => Answer::SpotCheck(
            id("answer.spot_check", check)?,
            SpotCheckResult::from_wire("answer.result", result)?,
        ),
        Kind::Team(team) => Answer::Team(id("answer.team", team)?),
        Kind::Exclusion(exclusion) => Answer::Exclusion(id("answer.exclusion", exclusion)?),
        Kind::StandIn(stand_in) => Answer::StandIn(id("answer.stand_in", stand_in)?),
        Kind::Swap(swap) => Answer::Swap(id("answer.swap", swap)?),
        Kind::Plan(report) => Answer::Plan(Arc::new(super::plan::decode_report(report)?)),
        Kind::SituationReport(pb::SituationAnswer {
            response,
            seq,
            number,
            late,
        }) => Answer::SituationReport {
            response: id("answer.response", response)?,
            seq: version("answer.seq", seq)?,
            number,
            late,
        },
        Kind::Branches(pb::BranchesAnswer { branches }) => Answer::Branches(ids("answer.branches", branches)?),
        Kind::Reinforcement(reinforcement) => Answer::Reinforcement(id("answer.reinforcement", reinforcement)?),
        Kind::Allocated(pb::AllocatedAnswer {
            people,
            agencies,
            uncovered,
        }) => Answer::Allocated {
            people,
            agencies,
            uncovered,
        },
        Kind::WindowsOpened(opened) => in_place::decode_answer(opened)?,
        Kind::Exempted(exemption) => Answer::Exempted(id("answer.exemption", exemption)?),
        Kind::Scenario(pb::ScenarioAnswer {
            version: number,
            is_new,
        }) => Answer::Scenario {
            version: version("answer.version", number)?,
            is_new,
        },
        Kind::ExerciseStarted(pb::ExerciseStartedAnswer { run, order }) => Answer::ExerciseStarted {
            run: id("answer.run", run)?,
            order: order.map(decode_issued).transpose()?,
        },
        Kind::Schedule(schedule) => Answer::Schedule(id("answer.schedule", schedule)?),
        Kind::Action(action) => Answer::Action(id("answer.action", action)?),
    })
}

fn encode_issued(issued: &Issued) -> pb::Issued {
    let Issued {
        order,
        version,
        due,
        excused,
        preempted,
    } = issued;
    pb::Issued {
        order: order.0,
        version: *version,
        due: *due,
        excused: *excused,
        preempted: *preempted,
    }
}

fn decode_issued(message: pb::Issued) -> Result<Issued, EventError> {
    let pb::Issued {
        order,
        version: number,
        due,
        excused,
        preempted,
    } = message;
    let version = version("answer.version", number)?;
    Ok(Issued {
        order: id("answer.order", order)?,
        version,
        due,
        excused,
        preempted,
    })
}

fn encode_field(report: &FieldReport) -> pb::FieldReport {
    let FieldReport { applied, exceptions } = report;
    let encode = |exception: &Exception| {
        let Exception { person, kind } = exception;
        pb::Exception {
            person: person.0,
            kind: kind.to_wire(),
        }
    };
    pb::FieldReport {
        applied: *applied,
        exceptions: exceptions.iter().map(encode).collect(),
    }
}

fn decode_field(message: pb::FieldReport) -> Result<FieldReport, EventError> {
    let pb::FieldReport { applied, exceptions } = message;
    let decode = |pb::Exception { person, kind }| {
        // Whatever the caller named, known or not: so no check for 0.
        let kind = ExceptionKind::from_wire("exception.kind", kind)?;
        Ok(Exception {
            person: PersonId(person),
            kind,
        })
    };
    Ok(FieldReport {
        applied,
        exceptions: exceptions.into_iter().map(decode).collect::<Result<_, EventError>>()?,
    })
}

fn encode_import(report: &ImportReport) -> pb::ImportReport {
    let ImportReport {
        applied,
        added,
        changed,
        unchanged,
        bad,
        left,
    } = report;
    pb::ImportReport {
        applied: *applied,
        added: *added,
        changed: *changed,
        unchanged: *unchanged,
        bad: bad.iter().map(encode_row).collect(),
        left: *left,
    }
}

fn decode_import(message: pb::ImportReport) -> Result<ImportReport, EventError> {
    let pb::ImportReport {
        applied,
        added,
        changed,
        unchanged,
        bad,
        left,
    } = message;
    let bad = bad.into_iter().map(decode_row).collect::<Result<_, _>>()?;
    Ok(ImportReport {
        applied,
        added,
        changed,
        unchanged,
        bad,
        left,
    })
}

fn encode_row(error: &RowError) -> pb::RowError {
    use pb::RowProblem as Wire;
    let RowError {
        row,
        field,
        value,
        problem,
    } = error;
    let (problem, detail, other_row) = match problem {
        RowProblem::Missing => (Wire::Missing, "", 0),
        RowProblem::Invalid(expected) => (Wire::Invalid, &**expected, 0),
        RowProblem::UnknownUnit => (Wire::UnknownUnit, "", 0),
        RowProblem::UnknownPerson => (Wire::UnknownPerson, "", 0),
        RowProblem::DuplicateOf(row) => (Wire::DuplicateOf, "", *row),
        RowProblem::Cycle => (Wire::Cycle, "", 0),
        RowProblem::ParentRefused => (Wire::ParentRefused, "", 0),
        RowProblem::LeaderIsDeputy => (Wire::LeaderIsDeputy, "", 0),
        RowProblem::NoLeader => (Wire::NoLeader, "", 0),
        RowProblem::SecondOfRole => (Wire::SecondOfRole, "", 0),
        RowProblem::Contradicts(what) => (Wire::Contradicts, &**what, 0),
        RowProblem::TeamRefused => (Wire::TeamRefused, "", 0),
        RowProblem::OutsideRoster(unit) => (Wire::OutsideRoster, &**unit, 0),
        RowProblem::OtherTeam(team) => (Wire::OtherTeam, &**team, 0),
        RowProblem::BackupIsPrimary => (Wire::BackupIsPrimary, "", 0),
    };
    pb::RowError {
        row: *row,
        field: field.to_string(),
        value: value.to_string(),
        problem: problem as i32,
        detail: detail.to_owned(),
        other_row,
    }
}

fn decode_row(message: pb::RowError) -> Result<RowError, EventError> {
    use pb::RowProblem as Wire;
    let pb::RowError {
        row,
        field,
        value,
        problem,
        detail,
        other_row,
    } = message;
    let problem = match Wire::try_from(problem) {
        Ok(Wire::Missing) => RowProblem::Missing,
        Ok(Wire::Invalid) => RowProblem::Invalid(detail.into()),
        Ok(Wire::UnknownUnit) => RowProblem::UnknownUnit,
        Ok(Wire::UnknownPerson) => RowProblem::UnknownPerson,
        Ok(Wire::DuplicateOf) => RowProblem::DuplicateOf(other_row),
        Ok(Wire::Cycle) => RowProblem::Cycle,
        Ok(Wire::ParentRefused) => RowProblem::ParentRefused,
        Ok(Wire::LeaderIsDeputy) => RowProblem::LeaderIsDeputy,
        Ok(Wire::NoLeader) => RowProblem::NoLeader,
        Ok(Wire::SecondOfRole) => RowProblem::SecondOfRole,
        Ok(Wire::Contradicts) => RowProblem::Contradicts(detail.into()),
        Ok(Wire::TeamRefused) => RowProblem::TeamRefused,
        Ok(Wire::OutsideRoster) => RowProblem::OutsideRoster(detail.into()),
        Ok(Wire::OtherTeam) => RowProblem::OtherTeam(detail.into()),
        Ok(Wire::BackupIsPrimary) => RowProblem::BackupIsPrimary,
        Ok(Wire::Unspecified) => return Err(EventError::Missing { field: "row.problem" }),
        Err(_) => {
            return Err(EventError::Unknown {
                field: "row.problem",
                value: problem,
            });
        }
    };
    Ok(RowError {
        row,
        field: field.into(),
        value: value.into(),
        problem,
    })
}
