//! Between the wire and the core: ids, words, deadlines, reports.

use baiying_core::calendar::Date;
use baiying_core::command::{Exception, ExceptionKind, Issued, Reply, Reporter};
use baiying_core::id::{OrderId, PersonId, ResponseId, Timestamp};
use baiying_core::import::{ImportMode, ImportReport, RowProblem};
use baiying_core::order::{AddressList, Counts, Deadline, DutyClass, StepTarget};
use baiying_core::response::OrderDraft;
use baiying_core::word;
use baiying_proto::v1;
use tonic::Status;

use super::refusal::invalid;

/// Checks that an id is one.
pub(super) fn response_id(id: u32) -> Result<ResponseId, Status> {
    if id == 0 {
        Err(invalid("response_id", "response_id is missing"))
    } else {
        Ok(ResponseId(id))
    }
}

/// Checks that an id is one.
pub(super) fn order_id(id: u32) -> Result<OrderId, Status> {
    if id == 0 {
        Err(invalid("order_id", "order_id is missing"))
    } else {
        Ok(OrderId(id))
    }
}

/// Checks that an id is one.
pub(super) fn person_id(field: &'static str, id: u32) -> Result<PersonId, Status> {
    if id == 0 {
        Err(invalid(field, format!("{field} is missing")))
    } else {
        Ok(PersonId(id))
    }
}

/// Checks that ids are some.
pub(super) fn person_ids(ids: &[u32]) -> Result<Vec<PersonId>, Status> {
    ids.iter().map(|id| person_id("person_ids", *id)).collect()
}

/// The kind behind a word.
pub(super) fn parse<T: Copy>(field: &'static str, table: &[(T, &'static str)], text: &str) -> Result<T, Status> {
    word::parse(table, text)
        .ok_or_else(|| invalid(field, format!("{field} {text:?} is not one of {}", word::all(table))))
}

/// The kind behind a word, or none for an empty one.
pub(super) fn parse_optional<T: Copy>(
    field: &'static str,
    table: &[(T, &'static str)],
    text: &str,
) -> Result<Option<T>, Status> {
    if text.is_empty() {
        Ok(None)
    } else {
        parse(field, table, text).map(Some)
    }
}

/// A day as written, or none for an empty text.
pub(super) fn optional_date(field: &'static str, text: &str) -> Result<Option<Date>, Status> {
    match text {
        "" => Ok(None),
        text => date(field, text).map(Some),
    }
}

/// A day as written.
pub(super) fn date(field: &'static str, text: &str) -> Result<Date, Status> {
    text.parse()
        .map_err(|error| invalid(field, format!("{field}: {error}")))
}

pub(super) fn boxes(texts: Vec<String>) -> Vec<Box<str>> {
    texts.into_iter().map(Into::into).collect()
}

pub(super) fn unix_ms(at: Option<Timestamp>) -> i64 {
    at.map_or(0, Timestamp::unix_ms)
}

pub(super) fn deadline(field: &'static str, deadline: Option<v1::Deadline>) -> Result<Deadline, Status> {
    match deadline.map(|deadline| deadline.when) {
        None => Ok(Deadline::None),
        Some(None) => Err(invalid(field, format!("{field} has neither within_ms nor at_unix_ms"))),
        Some(Some(v1::deadline::When::WithinMs(ms))) => Ok(Deadline::WithinMs(ms)),
        Some(Some(v1::deadline::When::AtUnixMs(ms))) => Ok(Deadline::At(Timestamp::from_unix_ms(ms))),
    }
}

pub(super) fn draft(draft: Option<v1::OrderDraft>) -> Result<OrderDraft, Status> {
    let draft = draft.ok_or_else(|| invalid("draft", "draft is missing: what is ordered"))?;
    let v1::OrderDraft {
        text,
        muster_points,
        acknowledge,
        arrive,
        grace_ms,
        ladder,
        no_ladder,
        duty,
        sign_offs,
        reassign,
    } = draft;
    let ladder = ladder
        .into_iter()
        .map(|step| {
            Ok((
                step.after_ms,
                parse("draft.ladder.target", &StepTarget::ALL, &step.target)?,
            ))
        })
        .collect::<Result<_, Status>>()?;
    Ok(OrderDraft {
        text: text.into(),
        muster_points: boxes(muster_points),
        acknowledge: deadline("draft.acknowledge", acknowledge)?,
        arrive: deadline("draft.arrive", arrive)?,
        grace_ms,
        ladder,
        no_ladder,
        duty: parse_optional("draft.duty", &DutyClass::ALL, &duty)?,
        sign_offs: boxes(sign_offs),
        reassign,
    })
}

pub(super) fn audience(audience: v1::Audience) -> Result<AddressList, Status> {
    let v1::Audience {
        unit_codes,
        teams,
        person_ids: people,
        call_out,
    } = audience;
    Ok(AddressList {
        units: boxes(unit_codes),
        teams: boxes(teams),
        people: person_ids(&people)?,
        call_out,
    })
}

pub(super) fn reporter(reporter: Option<v1::Reporter>) -> Result<Reporter, Status> {
    use v1::reporter::Who;
    match reporter.and_then(|reporter| reporter.who) {
        Some(Who::Own(true)) => Ok(Reporter::Own),
        Some(Who::Desk(true)) => Ok(Reporter::Desk),
        Some(Who::LeadId(lead)) => Ok(Reporter::Lead(person_id("reporter.lead_id", lead)?)),
        Some(Who::Own(false) | Who::Desk(false)) | None => {
            Err(invalid("reporter", "reporter is missing: own, lead_id or desk"))
        }
    }
}

pub(super) fn receipt(reply: &Reply) -> Option<v1::Receipt> {
    Some(v1::Receipt {
        revision: reply.revision.0,
        repeated: reply.repeated,
    })
}

pub(super) fn issued(issued: &Issued) -> v1::Issued {
    let Issued {
        order,
        version,
        due,
        excused,
        preempted,
    } = *issued;
    v1::Issued {
        order_id: order.0,
        version,
        due,
        excused,
        preempted,
    }
}

pub(super) fn counts(counts: &Counts) -> v1::Counts {
    let Counts {
        due,
        present,
        en_route,
        excused,
        absent,
        unconfirmed,
        delivered,
        acked,
        departed,
        late,
        unreached,
    } = *counts;
    debug_assert!(counts.adds_up());
    v1::Counts {
        due,
        present,
        en_route,
        excused,
        absent,
        unconfirmed,
        delivered,
        acked,
        departed,
        late,
        unreached,
    }
}

pub(super) fn exceptions(exceptions: &[Exception]) -> Vec<v1::PersonException> {
    exceptions
        .iter()
        .map(|Exception { person, kind }| v1::PersonException {
            person_id: person.0,
            kind: kind_of(*kind).into(),
        })
        .collect()
}

fn kind_of(kind: ExceptionKind) -> v1::ExceptionKind {
    match kind {
        ExceptionKind::AlreadyDone => v1::ExceptionKind::AlreadyDone,
        ExceptionKind::UnknownPerson => v1::ExceptionKind::UnknownPerson,
        ExceptionKind::NotAddressed => v1::ExceptionKind::NotAddressed,
        ExceptionKind::StaleVersion => v1::ExceptionKind::StaleVersion,
        ExceptionKind::OrderClosed => v1::ExceptionKind::OrderClosed,
        ExceptionKind::NotLed => v1::ExceptionKind::NotLed,
        ExceptionKind::WrongSite => v1::ExceptionKind::WrongSite,
        ExceptionKind::Excused => v1::ExceptionKind::Excused,
        ExceptionKind::Released => v1::ExceptionKind::Released,
        ExceptionKind::UnknownOrder => v1::ExceptionKind::UnknownOrder,
        ExceptionKind::UnknownMusterPoint => v1::ExceptionKind::UnknownMusterPoint,
        ExceptionKind::WrongCode => v1::ExceptionKind::WrongCode,
        ExceptionKind::BeforeOrder => v1::ExceptionKind::BeforeOrder,
        ExceptionKind::InFuture => v1::ExceptionKind::InFuture,
        ExceptionKind::AwaitsConfirmation => v1::ExceptionKind::AwaitsConfirmation,
        ExceptionKind::OutsideKeyArea => v1::ExceptionKind::OutsideKeyArea,
        ExceptionKind::NotReported => v1::ExceptionKind::NotReported,
        ExceptionKind::ExerciseEnded => v1::ExceptionKind::ExerciseEnded,
    }
}

pub(super) fn import_mode(mode: i32) -> Result<ImportMode, Status> {
    match v1::ImportMode::try_from(mode) {
        Ok(v1::ImportMode::SkipBad) => Ok(ImportMode::SkipBad),
        Ok(v1::ImportMode::AllOrNothing | v1::ImportMode::Unspecified) => Ok(ImportMode::AllOrNothing),
        Err(_) => Err(invalid("header.mode", format!("import mode {mode} is unknown"))),
    }
}

pub(super) fn import_report(reply: &Reply, report: &ImportReport) -> v1::ImportReport {
    let ImportReport {
        applied,
        added,
        changed,
        unchanged,
        bad,
        left: _,
    } = report;
    let bad = bad.iter().map(|bad| {
        let (problem, detail, other_row) = problem(&bad.problem);
        v1::RowError {
            row: bad.row,
            field: bad.field.to_string(),
            value: bad.value.to_string(),
            problem: problem.to_owned(),
            detail,
            other_row,
        }
    });
    v1::ImportReport {
        receipt: receipt(reply),
        applied: *applied,
        added: *added,
        changed: *changed,
        unchanged: *unchanged,
        bad: bad.collect(),
    }
}

fn problem(problem: &RowProblem) -> (&'static str, String, u32) {
    let plain = |word| (word, String::new(), 0);
    match problem {
        RowProblem::Missing => plain("missing"),
        RowProblem::Invalid(expected) => ("invalid", expected.to_string(), 0),
        RowProblem::UnknownUnit => plain("unknown-unit"),
        RowProblem::UnknownPerson => plain("unknown-person"),
        RowProblem::DuplicateOf(row) => ("duplicate", String::new(), *row),
        RowProblem::Cycle => plain("cycle"),
        RowProblem::ParentRefused => plain("parent-refused"),
        RowProblem::LeaderIsDeputy => plain("leader-is-deputy"),
        RowProblem::NoLeader => plain("no-leader"),
        RowProblem::SecondOfRole => plain("second-of-role"),
        RowProblem::Contradicts(other) => ("contradicts", other.to_string(), 0),
        RowProblem::TeamRefused => plain("team-refused"),
        RowProblem::OutsideRoster(unit) => ("outside-roster", unit.to_string(), 0),
        RowProblem::OtherTeam(team) => ("other-team", team.to_string(), 0),
        RowProblem::BackupIsPrimary => plain("backup-is-primary"),
    }
}
