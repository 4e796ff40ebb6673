//! Refusals about exercises: code, reason, field, and what it is about.

use baiying_core::exercise::action::ActionStatus;
use baiying_core::{Rejection, word};
use tonic::Code;

/// As in the table of all refusals.
pub(super) type Parts = (Code, &'static str, &'static str, Vec<(&'static str, String)>);

/// A refusal about an exercise.
pub(super) fn parts(rejection: &Rejection) -> Parts {
    use Code::{AlreadyExists, FailedPrecondition, InvalidArgument, NotFound, ResourceExhausted};
    #[expect(clippy::wildcard_enum_match_arm, reason = "the table of all refusals is exhaustive")]
    match rejection {
        Rejection::UnknownScenario { scenario, known } => (
            NotFound,
            "UNKNOWN_SCENARIO",
            "scenario",
            vec![("scenario", scenario.to_string()), ("known", known.to_string())],
        ),
        Rejection::UnknownExercise { run } => (
            NotFound,
            "UNKNOWN_EXERCISE",
            "exercise_id",
            vec![("exercise", run.to_string())],
        ),
        Rejection::ExerciseEnded { run } => (
            FailedPrecondition,
            "EXERCISE_ENDED",
            "exercise_id",
            vec![("exercise", run.to_string())],
        ),
        Rejection::ExerciseRunning { run } => (
            AlreadyExists,
            "EXERCISE_RUNNING",
            "scenario",
            vec![("exercise", run.to_string())],
        ),
        Rejection::ExerciseNotConfirmed { phrase } => (
            FailedPrecondition,
            "EXERCISE_NOT_CONFIRMED",
            "confirmation",
            vec![("phrase", phrase.to_string())],
        ),
        Rejection::TooManyExercises { max } => (
            ResourceExhausted,
            "TOO_MANY_EXERCISES",
            "scenario",
            vec![("max", max.to_string())],
        ),
        Rejection::ExerciseRate { rate, max } => (
            InvalidArgument,
            "EXERCISE_RATE",
            "rate",
            vec![("rate", rate.to_string()), ("max", max.to_string())],
        ),
        Rejection::HurriedWithPeople { rate } => (
            FailedPrecondition,
            "HURRIED_WITH_PEOPLE",
            "rate",
            vec![("rate", rate.to_string())],
        ),
        Rejection::NotInExercises { command } => (
            FailedPrecondition,
            "NOT_IN_EXERCISES",
            "",
            vec![("command", (*command).to_owned())],
        ),
        Rejection::UnknownInject { run, number, count } => (
            NotFound,
            "UNKNOWN_INJECT",
            "number",
            vec![
                ("exercise", run.to_string()),
                ("number", number.to_string()),
                ("count", count.to_string()),
            ],
        ),
        Rejection::AlreadyInjected { run, number } => (
            AlreadyExists,
            "ALREADY_INJECTED",
            "number",
            vec![("exercise", run.to_string()), ("number", number.to_string())],
        ),
        Rejection::NotInjected { run, number } => (
            FailedPrecondition,
            "NOT_INJECTED",
            "number",
            vec![("exercise", run.to_string()), ("number", number.to_string())],
        ),
        Rejection::TooManyRemarks { run, max } => (
            ResourceExhausted,
            "TOO_MANY_REMARKS",
            "text",
            vec![("exercise", run.to_string()), ("max", max.to_string())],
        ),
        Rejection::ScheduleRule { fault, problem: _ } => (
            InvalidArgument,
            "SCHEDULE_RULE",
            "rule",
            vec![("fault", (*fault).to_owned())],
        ),
        Rejection::UnknownSchedule { schedule } => (
            NotFound,
            "UNKNOWN_SCHEDULE",
            "schedule_id",
            vec![("schedule", schedule.to_string())],
        ),
        Rejection::ScheduleEnded { schedule } => (
            FailedPrecondition,
            "SCHEDULE_ENDED",
            "schedule_id",
            vec![("schedule", schedule.to_string())],
        ),
        Rejection::TooManySchedules { max } => (
            ResourceExhausted,
            "TOO_MANY_SCHEDULES",
            "rule",
            vec![("max", max.to_string())],
        ),
        Rejection::NoOccurrence { schedule, nominal } => (
            NotFound,
            "NO_OCCURRENCE",
            "nominal_unix_ms",
            vec![
                ("schedule", schedule.to_string()),
                ("nominal_unix_ms", nominal.unix_ms().to_string()),
            ],
        ),
        Rejection::NothingToCome { schedule } => (
            FailedPrecondition,
            "NOTHING_TO_COME",
            "schedule_id",
            vec![("schedule", schedule.to_string())],
        ),
        Rejection::PostponedToPast { schedule } => (
            InvalidArgument,
            "POSTPONED_TO_PAST",
            "to_unix_ms",
            vec![("schedule", schedule.to_string())],
        ),
        Rejection::WasPostponed { schedule, instead } => (
            FailedPrecondition,
            "WAS_POSTPONED",
            "nominal_unix_ms",
            vec![("schedule", schedule.to_string()), ("instead", instead.to_string())],
        ),
        Rejection::NotConducting { schedule } => (
            FailedPrecondition,
            "NOT_CONDUCTING",
            "schedule_id",
            vec![("schedule", schedule.to_string())],
        ),
        Rejection::TooManySkipped { schedule, max } => (
            ResourceExhausted,
            "TOO_MANY_SKIPPED",
            "schedule_id",
            vec![("schedule", schedule.to_string()), ("max", max.to_string())],
        ),
        Rejection::RealOrderSaysExercise { field, word } => (
            InvalidArgument,
            "REAL_ORDER_SAYS_EXERCISE",
            field,
            vec![("word", (*word).to_owned())],
        ),
        Rejection::EverybodyExcused {
            called,
            on_leave,
            exempt,
            in_exercises,
            real_duty,
        } => (
            FailedPrecondition,
            "EVERYBODY_EXCUSED",
            "unit_code",
            [
                ("called", called),
                ("on_leave", on_leave),
                ("exempt", exempt),
                ("in_exercises", in_exercises),
                ("real_duty", real_duty),
            ]
            .into_iter()
            .filter(|(_, count)| **count > 0)
            .map(|(name, count)| (name, count.to_string()))
            .collect(),
        ),
        Rejection::DeniesExercise { field, words } => (
            InvalidArgument,
            "DENIES_EXERCISE",
            field,
            vec![("words", (*words).to_owned())],
        ),
        Rejection::UnknownAction { action } => (
            NotFound,
            "UNKNOWN_ACTION",
            "action_id",
            vec![("action", action.to_string())],
        ),
        Rejection::ActionStatus { action, status } => (
            FailedPrecondition,
            "ACTION_STATUS",
            "action_id",
            vec![
                ("action", action.to_string()),
                ("status", word::of(&ActionStatus::ALL, *status).to_owned()),
            ],
        ),
        Rejection::OwnAction { action, person } => (
            FailedPrecondition,
            "OWN_ACTION",
            "person_id",
            vec![("action", action.to_string()), ("person", person.to_string())],
        ),
        Rejection::TooManyActions { run, max } => (
            ResourceExhausted,
            "TOO_MANY_ACTIONS",
            "exercise_id",
            vec![("exercise", run.to_string()), ("max", max.to_string())],
        ),
        Rejection::TooManyActionSteps { action, max } => (
            ResourceExhausted,
            "TOO_MANY_ACTION_STEPS",
            "action_id",
            vec![("action", action.to_string()), ("max", max.to_string())],
        ),
        // The table of all refusals hands over these and no other.
        _other => (Code::Internal, "INTERNAL", "", Vec::new()),
    }
}
