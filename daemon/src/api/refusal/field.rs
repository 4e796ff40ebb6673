//! What a lead or a desk reported and nobody could be taken from, as a refusal.

use baiying_core::command::{Exception, ExceptionKind};
use tonic::{Code, Status};

use super::Shown;

/// A unary field request that nobody could be taken from: an error, named after what was wrong with the first person. Requests
/// for several people of whom some could be taken, streams and batches report person by person instead.
pub fn nobody_applied(order: u32, exceptions: &[Exception]) -> Option<Status> {
    let first = exceptions.iter().find(|exception| !exception.kind.is_harmless())?;
    let (code, reason, message) = match first.kind {
        ExceptionKind::UnknownPerson => (Code::NotFound, "UNKNOWN_PERSON", "there is no such person"),
        ExceptionKind::NotAddressed => (
            Code::FailedPrecondition,
            "NOT_ADDRESSED",
            "the order is not addressed to them",
        ),
        ExceptionKind::StaleVersion => (
            Code::FailedPrecondition,
            "UNKNOWN_ORDER_VERSION",
            "a newer version of the order is in force; read it first",
        ),
        ExceptionKind::OrderClosed => (
            Code::FailedPrecondition,
            "ORDER_NOT_OPEN",
            "the order's count is closed; what was reported is kept as evidence",
        ),
        ExceptionKind::NotLed => (
            Code::FailedPrecondition,
            "LEADS_NOBODY",
            "the lead leads no team that they are in",
        ),
        ExceptionKind::WrongSite => (
            Code::FailedPrecondition,
            "WRONG_SITE",
            "the order names other muster points; the check-in is kept as evidence",
        ),
        ExceptionKind::Excused => (
            Code::FailedPrecondition,
            "PERSON_EXCUSED",
            "they are excused from the order",
        ),
        ExceptionKind::Released => (
            Code::FailedPrecondition,
            "PERSON_RELEASED",
            "their deployment has ended",
        ),
        ExceptionKind::WrongCode => (
            Code::FailedPrecondition,
            "WRONG_CODE",
            "the code is not the one on the sheet at the muster point",
        ),
        ExceptionKind::UnknownOrder => (Code::NotFound, "UNKNOWN_ORDER", "there is no such order"),
        ExceptionKind::UnknownMusterPoint => (Code::NotFound, "UNKNOWN_MUSTER_POINT", "there is no such muster point"),
        ExceptionKind::OutsideKeyArea => (
            Code::FailedPrecondition,
            "OUTSIDE_KEY_AREA",
            "they live in no village that takes in-place reports: the mobile team or the workplace's community",
        ),
        ExceptionKind::NotReported => (
            Code::FailedPrecondition,
            "NOT_REPORTED",
            "they have not reported, or their report was settled",
        ),
        ExceptionKind::ExerciseEnded => (
            Code::FailedPrecondition,
            "EXERCISE_ENDED",
            "the exercise that it was reported to is over",
        ),
        ExceptionKind::AlreadyDone
        | ExceptionKind::BeforeOrder
        | ExceptionKind::InFuture
        | ExceptionKind::AwaitsConfirmation => return None,
    };
    let person = format!("P{}", first.person.0);
    let more = exceptions.len() - 1;
    let message = if more == 0 {
        format!("{person}: {message}")
    } else {
        format!("{person} and {more} more: {message}")
    };
    let mut metadata = vec![("person", person), ("people", exceptions.len().to_string())];
    // Reports to a village name none.
    if order != 0 {
        metadata.push(("order", format!("O{order}")));
    }
    Some(
        Shown {
            code,
            reason,
            metadata,
            field: "person_ids",
            message,
        }
        .into(),
    )
}
