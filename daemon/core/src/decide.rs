//! From a command to what follows from it. The only way into the state.

use crate::command::{Answer, Command, Context, Envelope};
use crate::event::{Entry, Event};
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::request::Answered;
use crate::state::State;
use crate::{
    branch, calendar, command_post, deployment, duty, exercise, field, in_place, leave, muster, order, org, people,
    plan, post, quota, readiness, reinforcement, response, situation, spot_check, team,
};

/// What follows from a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What happens; empty if all is so already.
    pub events: Vec<Event>,
    /// What the caller is told.
    pub answer: Answer,
}

impl Decision {
    pub(crate) fn new(events: Vec<Event>, answer: Answer) -> Self {
        Self { events, answer }
    }
    pub(crate) fn done(events: Vec<Event>) -> Self {
        Self::new(events, Answer::Done)
    }

    /// The entry to be journaled for this decision.
    pub fn into_entry(self, context: &Context) -> (Entry, Answer) {
        let request = context.request_id.as_ref().map(|request_id| Answered {
            request_id: request_id.clone(),
            digest: context.digest,
            answer: self.answer.clone(),
        });
        let entry = Entry {
            at: context.at,
            actor: context.actor.clone(),
            request,
            events: self.events,
        };
        (entry, self.answer)
    }
}

/// The state with these events. It is a copy: only for what happens seldom.
pub(crate) fn after(state: &State, context: &Context, events: &[Event]) -> State {
    let mut next = state.clone();
    next.evolve(&Entry {
        at: context.at,
        actor: context.actor.clone(),
        request: None,
        events: events.to_vec(),
    });
    next
}

/// Decides on a command. Whether the request was answered before is looked up first: see [`State::requests`].
///
/// # Errors
/// Why the command is refused; then nothing changes.
///
/// # Panics
/// If time went backwards or a count does not add up: then the state is not to be trusted, and nothing may be written.
pub fn decide(state: &State, envelope: &Envelope, policy: &Policy) -> Result<Decision, Rejection> {
    let Envelope { context, command } = envelope;
    let Decision { events, answer } = decide_in(state, context, policy, command)?;
    exercise::says_what_it_is(&events)?;
    let events = exercise::with_preemptions(state, context, policy, events);
    Ok(Decision { events, answer })
}

/// Decides on a command in a state: the district's, or the world of an exercise. What one means for the other is not its business.
pub(crate) fn decide_in(
    state: &State,
    context: &Context,
    policy: &Policy,
    command: &Command,
) -> Result<Decision, Rejection> {
    assert!(state.at().is_none_or(|at| at <= context.at), "time went backwards");
    match command {
        Command::InitializeTenant(tenant) => match state.tenant() {
            Some(present) => Err(Rejection::TenantInitialized {
                name: present.name.clone(),
            }),
            None => Ok(Decision::done(vec![Event::TenantInitialized(tenant.clone())])),
        },
        Command::ImportUnits(command) => Ok(org::ImportUnits::decide(command, state)),
        Command::ImportPeople(command) => people::ImportPeople::decide(command, state, context, policy),
        Command::ImportTeams(command) => Ok(team::ImportTeams::decide(command, state)),
        Command::ImportMusterPoints(command) => Ok(muster::ImportMusterPoints::decide(command, state)),
        Command::ActivateResponse(command) => response::ActivateResponse::decide(command, state, context, policy),
        Command::ChangeLevel(command) => response::ChangeLevel::decide(command, state, context, policy),
        Command::TerminateResponse(command) => response::TerminateResponse::decide(command, state, context, policy),
        Command::IssueOrder(command) => order::IssueOrder::decide(command, state, context, policy),
        Command::SupersedeOrder(command) => order::SupersedeOrder::decide(command, state, context, policy),
        Command::CancelOrder(command) => order::CancelOrder::decide(command, state),
        Command::CloseOrder(command) => order::CloseOrder::decide(command, state),
        Command::RecordAttempt(command) => order::RecordAttempt::decide(command, state),
        Command::ReportDelivery(command) => order::ReportDelivery::decide(command, state),
        Command::Acknowledge(command) => order::Acknowledge::decide(command, state, None),
        Command::Decline(command) => order::Decline::decide(command, state),
        Command::Depart(command) => deployment::Depart::decide(command, state, None),
        Command::CheckIn(command) => deployment::CheckIn::decide(command, state, context),
        Command::SignOff(command) => deployment::SignOff::decide(command, state),
        Command::Release(command) => deployment::Release::decide(command, state),
        Command::EnrollDevice(command) => field::EnrollDevice::decide(command, state),
        Command::SubmitBatch(command) => field::SubmitBatch::decide(command, state, context),
        Command::RequestLeave(command) => leave::RequestLeave::decide(command, state, context),
        Command::DecideLeave(command) => leave::DecideLeave::decide(command, state, context),
        Command::PlanSpotChecks(command) => spot_check::PlanSpotChecks::decide(command, state, context),
        Command::AnswerSpotCheck(command) => spot_check::AnswerSpotCheck::decide(command, state, context, policy),
        Command::RecordSpotCheck(command) => spot_check::RecordSpotCheck::decide(command, state, context, policy),
        Command::CancelSpotCheck(command) => spot_check::CancelSpotCheck::decide(command, state),
        Command::Tick => Ok(Decision::done(readiness::tick(state, context.at, policy))),
        Command::ImportCalendar(command) => Ok(calendar::ImportCalendar::decide(command, state, context)),
        Command::ImportDutyRosters(command) => Ok(duty::ImportDutyRosters::decide(command, state, context, policy)),
        Command::SetStandIn(command) => duty::SetStandIn::decide(command, state, context),
        Command::EndStandIn(command) => duty::EndStandIn::decide(command, state, context),
        Command::RequestSwap(command) => duty::RequestSwap::decide(command, state, context),
        Command::ConsentSwap(command) => duty::ConsentSwap::decide(command, state),
        Command::DecideSwap(command) => duty::DecideSwap::decide(command, state, context, policy),
        Command::DutySignIn(command) => duty::DutySignIn::decide(command, state, context, policy),
        Command::DutySignOut(command) => duty::DutySignOut::decide(command, state, context),
        Command::SetBackup(command) => duty::SetBackup::decide(command, state, context),
        Command::VerifyPhones(command) => people::VerifyPhones::decide(command, state),
        Command::Unmask(command) => people::Unmask::decide(command, state, context),
        Command::SetCountPolicy(command) => quota::SetCountPolicy::decide(command, state),
        Command::Exclude(command) => quota::Exclude::decide(command, state, context, policy),
        Command::EndExclusion(command) => quota::EndExclusion::decide(command, state, context, policy),
        Command::GrantWaiver(command) => quota::GrantWaiver::decide(command, state, context, policy),
        Command::RevokeWaiver(command) => quota::RevokeWaiver::decide(command, state, context, policy),
        Command::ApproveTeam(command) => quota::ApproveTeam::decide(command, state, context, policy),
        Command::OpenWindows(command) => in_place::OpenWindows::decide(command, state, context, policy),
        Command::CloseWindows(command) => in_place::CloseWindows::decide(command, state),
        Command::ReportInPlace(command) => in_place::ReportInPlace::decide(command, state, context),
        Command::ConfirmReports(command) => in_place::ConfirmReports::decide(command, state, context),
        Command::RejectReports(command) => in_place::RejectReports::decide(command, state, context),
        Command::AssignTask(command) => in_place::AssignTask::decide(command, state),
        Command::ExemptMember(command) => in_place::ExemptMember::decide(command, state, context, policy),
        Command::EndExemption(command) => in_place::EndExemption::decide(command, state, context),
        Command::ImportPreRegistrations(command) => Ok(in_place::ImportPreRegistrations::decide(command, state)),
        Command::RecordDoubleReport(command) => in_place::RecordDoubleReport::decide(command, state),
        Command::EndDoubleReport(command) => in_place::EndDoubleReport::decide(command, state),
        Command::EvaluateQuota => Ok(Decision::done(quota::evaluate(state, &policy.team, context.at))),
        Command::FireTimers => {
            // What lapses withdraws its orders, and ends its windows and requests: nothing else is due in them any more.
            let lapsed = response::fire_timers(state, context.at, policy);
            let without = (!lapsed.is_empty()).then(|| after(state, context, &lapsed));
            let state = without.as_ref().unwrap_or(state);
            let mut events = lapsed;
            events.append(&mut order::fire_timers(state, context.at));
            events.append(&mut spot_check::fire_timers(state, context.at, &policy.spot_check));
            events.append(&mut quota::fire(state, &policy.team, context.at));
            events.append(&mut situation::fire_timers(state, context.at, policy));
            events.append(&mut branch::fire(state, &policy.branch, context.at));
            events.append(&mut reinforcement::fire(state, &policy.reinforcement, context.at));
            events.append(&mut in_place::fire_timers(state, context.at));
            events.append(&mut exercise::fire_timers(state, context, policy));
            // Alone, so that whom it calls follows from everything else that is due.
            if events.is_empty() {
                events = exercise::schedule::fire(state, context, policy);
            }
            Ok(Decision::done(events))
        }
        Command::ImportPlan(command) => plan::ImportPlan::decide(command, state),
        Command::ImportPosts(command) => Ok(post::ImportPosts::decide(command, state)),
        Command::EndPost(command) => post::EndPost::decide(command, state),
        Command::RequestResponse(command) => response::RequestResponse::decide(command, state, policy),
        Command::ApproveResponse(command) => response::ApproveResponse::decide(command, state, context, policy),
        Command::RejectResponse(command) => response::RejectResponse::decide(command, state, context, policy),
        Command::ConfirmResponse(command) => response::ConfirmResponse::decide(command, state, context, policy),
        Command::HandOver(command) => command_post::HandOver::decide(command, state, context),
        Command::FileReport(command) => situation::FileReport::decide(command, state, context, policy),
        Command::ProposeBranch(command) => branch::ProposeBranch::decide(command, state, context),
        Command::ProposeBranches(command) => branch::ProposeBranches::decide(command, state),
        Command::ReviewBranch(command) => branch::ReviewBranch::decide(command, state, context, policy),
        Command::ApproveBranch(command) => branch::ApproveBranch::decide(command, state, context, policy),
        Command::RejectBranch(command) => branch::RejectBranch::decide(command, state, context, policy),
        Command::WithdrawBranch(command) => branch::WithdrawBranch::decide(command, state, context),
        Command::AppointOfficers(command) => branch::AppointOfficers::decide(command, state, context, policy),
        Command::JoinBranch(command) => branch::JoinBranch::decide(command, state, context, policy),
        Command::LeaveBranch(command) => branch::LeaveBranch::decide(command, state, context, policy),
        Command::MergeBranch(command) => branch::MergeBranch::decide(command, state, context, policy),
        Command::ConvertBranch(command) => branch::ConvertBranch::decide(command, state, context, policy),
        Command::LogActivity(command) => branch::LogActivity::decide(command, state, context, policy),
        Command::IssueFeedback(command) => branch::IssueFeedback::decide(command, state, context),
        Command::DissolveBranch(command) => branch::DissolveBranch::decide(command, state, context),
        Command::RequestReinforcement(command) => {
            reinforcement::RequestReinforcement::decide(command, state, context, policy)
        }
        Command::ApproveReinforcement(command) => {
            reinforcement::ApproveReinforcement::decide(command, state, context, policy)
        }
        Command::AnswerRequisition(command) => {
            reinforcement::AnswerRequisition::decide(command, state, context, policy)
        }
        Command::AssignReinforcement(command) => reinforcement::AssignReinforcement::decide(command, state),
        Command::WithdrawReinforcement(command) => reinforcement::WithdrawReinforcement::decide(command, state),
        Command::ImportAgencyLinks(command) => Ok(reinforcement::ImportAgencyLinks::decide(command, state)),
        Command::ImportScenario(command) => exercise::ImportScenario::decide(command, state),
        Command::StartExercise(command) => exercise::StartExercise::decide(command, state, context, policy),
        Command::InExercise(command) => exercise::InExercise::decide(command, state, context, policy),
        Command::ControlExercise(command) => exercise::ControlExercise::decide(command, state, context, policy),
        Command::ScheduleExercise(command) => {
            exercise::schedule::ScheduleExercise::decide(command, state, context, policy)
        }
        Command::ChangeSchedule(command) => exercise::schedule::ChangeSchedule::decide(command, state, context, policy),
        Command::InjectNow(command) => exercise::InjectNow::decide(command, state),
        Command::ObserveInject(command) => exercise::ObserveInject::decide(command, state),
        Command::RaiseAction(command) => exercise::RaiseAction::decide(command, state, context, policy),
        Command::AmendAction(command) => exercise::AmendAction::decide(command, state, context, policy),
        Command::ReportAction(command) => exercise::ReportAction::decide(command, state, context),
        Command::VerifyAction(command) => exercise::VerifyAction::decide(command, state, context),
        Command::ReopenAction(command) => exercise::ReopenAction::decide(command, state, context, policy),
        Command::WithdrawAction(command) => exercise::WithdrawAction::decide(command, state, context),
    }
}

/// Refuses an empty text.
pub(crate) fn needed(field: &'static str, text: &str) -> Result<(), Rejection> {
    if text.trim().is_empty() {
        Err(Rejection::Missing { field })
    } else {
        Ok(())
    }
}

/// Refuses a text that is too long.
pub(crate) fn at_most(field: &'static str, text: &str, max: u32) -> Result<(), Rejection> {
    match u32::try_from(text.len()).unwrap_or(u32::MAX) {
        length if length > max => Err(Rejection::TooLong { field, length, max }),
        _ => Ok(()),
    }
}
