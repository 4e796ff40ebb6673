//! Something is done in an exercise: by the same rules, in its world.

use super::elsewhere::Outside;
use super::honest;
use super::run::{Ending, Run};
use crate::command::{Command, Context};
use crate::decide::{Decision, decide_in};
use crate::event::Event;
use crate::id::ExerciseId;
use crate::order::OrderStatus;
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::response::TerminateResponse;
use crate::state::State;

/// A command of an exercise. Orders, responses and all else that it names are those of the exercise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InExercise {
    /// Of which run.
    pub run: ExerciseId,
    /// What is to be done in it.
    pub command: Box<Command>,
}

impl InExercise {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let Self { run, command } = self;
        let found = state.running(*run)?;
        if !is_done_in_exercises(command) {
            let command = command.kind();
            return Err(Rejection::NotInExercises { command });
        }
        happens(state, context, policy, found, command)
    }
}

/// What a command comes to in the world of a run.
pub(super) fn happens(
    state: &State,
    context: &Context,
    policy: &Policy,
    run: &Run,
    command: &Command,
) -> Result<Decision, Rejection> {
    let Decision { events, answer } = decided_in(state, context, run, |world, context| {
        let mut command = by_its_clock(command, run);
        honest::named(&mut command);
        decide_in(world, context, policy, &command)
    })?;
    honest::denies_nothing(&events)?;
    let events = events.into_iter().map(|event| in_world(run.id, event));
    Ok(Decision::new(events.collect(), answer))
}

/// What is decided in the world of a run: at the time of the exercise, and of nobody who is elsewhere. The events are those of the world.
pub(crate) fn decided_in(
    state: &State,
    context: &Context,
    run: &Run,
    decide: impl FnOnce(&State, &Context) -> Result<Decision, Rejection>,
) -> Result<Decision, Rejection> {
    let Some(world) = run.world() else {
        return Err(Rejection::ExerciseEnded { run: run.id });
    };
    let context = Context {
        at: run.clock.shows(context.at),
        ..context.clone()
    };
    let decision = decide(world, &context)?;
    Ok(Outside::of(state, (run.id, &run.spec), world).excuse(decision))
}

/// An event in the world of a run. Every text that goes out says what it is.
pub(crate) fn in_world(run: ExerciseId, mut event: Event) -> Event {
    honest::label_event(&mut event);
    let event = Box::new(event);
    Event::InExercise { run, event }
}

/// A command whose instants are the exercise's: devices know the time only.
fn by_its_clock(command: &Command, run: &Run) -> Command {
    let mut command = command.clone();
    if let Command::CheckIn(check_in) = &mut command {
        let observed = check_in.observed_at.map(crate::id::Timestamp::from_unix_ms);
        check_in.observed_at = observed.map(|at| run.clock.shows(at).unix_ms());
    }
    command
}

/// What ends a run in its world. What counts is closed; what was broken off is withdrawn, and nobody is absent from it.
pub(super) fn closing(context: &Context, policy: &Policy, run: &Run, ending: &Ending) -> Vec<Event> {
    let Some(world) = run.world() else {
        return Vec::new();
    };
    let withdrawn: Option<Box<str>> = match ending {
        Ending::Aborted(reason) => Some(format!("演练中止：{reason}").into()),
        Ending::Preempted => Some("演练中止：转入实战".into()),
        Ending::Window | Ending::Complete | Ending::Ended => None,
    };
    let open = world
        .orders
        .iter()
        .filter(|order| order.current().status == OrderStatus::Open);
    let mut events: Vec<Event> = match withdrawn {
        Some(reason) => open
            .map(|order| Event::OrderCancelled {
                order: order.id,
                reason: reason.clone(),
            })
            .collect(),
        None => open.map(|order| Event::OrderClosed { order: order.id }).collect(),
    };
    let mut after = run.clone();
    for event in &events {
        after.happened(event, &context.actor, context.at, world.revision());
    }
    let responses = world.responses.iter().filter(|response| response.is_active());
    for response in responses.map(|response| response.id) {
        let terminate = Command::TerminateResponse(TerminateResponse {
            response,
            reason: "演练结束".into(),
        });
        let Some(world) = after.world() else { break };
        let at = Context {
            at: run.clock.shows(context.at),
            ..context.clone()
        };
        // An active response with a reason can always be terminated.
        if let Ok(decision) = decide_in(world, &at, policy, &terminate) {
            for event in &decision.events {
                after.happened(event, &context.actor, context.at, run.changed);
            }
            events.extend(decision.events);
        }
    }
    events.into_iter().map(|event| in_world(run.id, event)).collect()
}

/// Whether something is done in exercises: commanding and answering. The district itself is not changed by an exercise.
fn is_done_in_exercises(command: &Command) -> bool {
    match command {
        Command::ActivateResponse(_)
        | Command::ChangeLevel(_)
        | Command::TerminateResponse(_)
        | Command::RequestResponse(_)
        | Command::ApproveResponse(_)
        | Command::RejectResponse(_)
        | Command::ConfirmResponse(_)
        | Command::HandOver(_)
        | Command::FileReport(_)
        | Command::IssueOrder(_)
        | Command::SupersedeOrder(_)
        | Command::CancelOrder(_)
        | Command::CloseOrder(_)
        | Command::RecordAttempt(_)
        | Command::ReportDelivery(_)
        | Command::Acknowledge(_)
        | Command::Decline(_)
        | Command::Depart(_)
        | Command::CheckIn(_)
        | Command::SignOff(_)
        | Command::Release(_)
        | Command::DecideLeave(_)
        | Command::OpenWindows(_)
        | Command::CloseWindows(_)
        | Command::ReportInPlace(_)
        | Command::ConfirmReports(_)
        | Command::RejectReports(_)
        | Command::AssignTask(_)
        | Command::ProposeBranch(_)
        | Command::ProposeBranches(_)
        | Command::ReviewBranch(_)
        | Command::ApproveBranch(_)
        | Command::RejectBranch(_)
        | Command::WithdrawBranch(_)
        | Command::AppointOfficers(_)
        | Command::JoinBranch(_)
        | Command::LeaveBranch(_)
        | Command::MergeBranch(_)
        | Command::LogActivity(_)
        | Command::IssueFeedback(_)
        | Command::DissolveBranch(_)
        | Command::RequestReinforcement(_)
        | Command::ApproveReinforcement(_)
        | Command::AnswerRequisition(_)
        | Command::AssignReinforcement(_)
        | Command::WithdrawReinforcement(_) => true,
        Command::InitializeTenant(_)
        | Command::ImportUnits(_)
        | Command::ImportPeople(_)
        | Command::ImportTeams(_)
        | Command::ImportMusterPoints(_)
        | Command::EnrollDevice(_)
        | Command::SubmitBatch(_)
        | Command::RequestLeave(_)
        | Command::PlanSpotChecks(_)
        | Command::AnswerSpotCheck(_)
        | Command::RecordSpotCheck(_)
        | Command::CancelSpotCheck(_)
        | Command::Tick
        | Command::ImportCalendar(_)
        | Command::ImportDutyRosters(_)
        | Command::SetStandIn(_)
        | Command::EndStandIn(_)
        | Command::RequestSwap(_)
        | Command::ConsentSwap(_)
        | Command::DecideSwap(_)
        | Command::DutySignIn(_)
        | Command::DutySignOut(_)
        | Command::SetBackup(_)
        | Command::VerifyPhones(_)
        | Command::Unmask(_)
        | Command::SetCountPolicy(_)
        | Command::Exclude(_)
        | Command::EndExclusion(_)
        | Command::GrantWaiver(_)
        | Command::RevokeWaiver(_)
        | Command::ApproveTeam(_)
        | Command::ExemptMember(_)
        | Command::EndExemption(_)
        | Command::ImportPreRegistrations(_)
        | Command::RecordDoubleReport(_)
        | Command::EndDoubleReport(_)
        | Command::EvaluateQuota
        | Command::FireTimers
        | Command::ImportPlan(_)
        | Command::ImportPosts(_)
        | Command::EndPost(_)
        | Command::ConvertBranch(_)
        | Command::ImportAgencyLinks(_)
        | Command::ImportScenario(_)
        | Command::StartExercise(_)
        | Command::InExercise(_)
        | Command::ControlExercise(_)
        | Command::InjectNow(_)
        | Command::ObserveInject(_)
        | Command::ScheduleExercise(_)
        | Command::ChangeSchedule(_)
        | Command::RaiseAction(_)
        | Command::AmendAction(_)
        | Command::ReportAction(_)
        | Command::VerifyAction(_)
        | Command::ReopenAction(_)
        | Command::WithdrawAction(_) => false,
    }
}
