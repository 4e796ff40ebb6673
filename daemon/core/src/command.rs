//! What can be asked of the core, by whom and when, and what it answers.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::branch::{
    AppointOfficers, ApproveBranch, ConvertBranch, DissolveBranch, IssueFeedback, JoinBranch, LeaveBranch, LogActivity,
    MergeBranch, ProposeBranch, ProposeBranches, RejectBranch, ReviewBranch, WithdrawBranch,
};
use crate::calendar::ImportCalendar;
use crate::command_post::HandOver;
use crate::duty::{
    ConsentSwap, DecideSwap, DutySignIn, DutySignOut, EndStandIn, ImportDutyRosters, RequestSwap, SetBackup, SetStandIn,
};
use crate::exercise::schedule::{ChangeSchedule, ScheduleExercise};
use crate::exercise::{
    AmendAction, ControlExercise, ImportScenario, InExercise, InjectNow, ObserveInject, RaiseAction, ReopenAction,
    ReportAction, StartExercise, VerifyAction, WithdrawAction,
};
use crate::field::{EnrollDevice, SubmitBatch};
use crate::id::{
    ActionId, BranchId, DeviceId, ExclusionId, ExemptionId, ExerciseId, LeaveId, OrderId, PersonId, ReinforcementId,
    ResponseId, Revision, ScheduleId, SpotCheckId, StandInId, SwapId, TeamId, Timestamp,
};
use crate::import::ImportReport;
use crate::in_place::{
    AssignTask, CloseWindows, ConfirmReports, EndDoubleReport, EndExemption, ExemptMember, ImportPreRegistrations,
    OpenWindows, RecordDoubleReport, RejectReports, ReportInPlace, WindowsOpened,
};
use crate::leave::{DecideLeave, RequestLeave};
use crate::muster::ImportMusterPoints;
use crate::order::{
    Acknowledge, CancelOrder, CheckIn, CloseOrder, Decline, Depart, IssueOrder, RecordAttempt, Release, ReportDelivery,
    SignOff, SupersedeOrder,
};
use crate::org::ImportUnits;
use crate::people::{ImportPeople, Unmask, VerifyPhones};
use crate::plan::{ImportPlan, PlanReport};
use crate::post::{EndPost, ImportPosts};
use crate::quota::{ApproveTeam, EndExclusion, Exclude, GrantWaiver, RevokeWaiver, SetCountPolicy};
use crate::reinforcement::{
    AnswerRequisition, ApproveReinforcement, AssignReinforcement, ImportAgencyLinks, RequestReinforcement,
    WithdrawReinforcement,
};
use crate::response::{
    ActivateResponse, ApproveResponse, ChangeLevel, ConfirmResponse, RejectResponse, RequestResponse, TerminateResponse,
};
use crate::situation::FileReport;
use crate::spot_check::{AnswerSpotCheck, CancelSpotCheck, PlanSpotChecks, RecordSpotCheck, SpotCheckResult};
use crate::team::ImportTeams;

/// Who asks. Authenticated at the edge once access control exists; journaled with every command.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Actor(pub Box<str>);

impl Actor {
    /// The daemon's own timers.
    pub fn timer() -> Self {
        Self("baiyingd:timer".into())
    }
}

/// What accompanies every command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// Who asks.
    pub actor: Actor,
    /// Chosen by the caller; a repeat with the same id gets the first answer. None for the daemon's own commands.
    pub request_id: Option<Box<str>>,
    /// Hash of what is asked, so that an id reused for something else is noticed.
    pub digest: u64,
    /// When the daemon took the command; never before the state's own time.
    pub at: Timestamp,
}

/// A command with what accompanies it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// Who, when, under which key.
    pub context: Context,
    /// What.
    pub command: Command,
}

/// Everything that can be asked. One variant, one file with its decision, its rejections and its tests.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is documented at its type")]
pub enum Command {
    InitializeTenant(crate::event::Tenant),
    ImportUnits(ImportUnits),
    ImportPeople(ImportPeople),
    ImportTeams(ImportTeams),
    ImportMusterPoints(ImportMusterPoints),
    ActivateResponse(ActivateResponse),
    ChangeLevel(ChangeLevel),
    TerminateResponse(TerminateResponse),
    IssueOrder(IssueOrder),
    SupersedeOrder(SupersedeOrder),
    CancelOrder(CancelOrder),
    CloseOrder(CloseOrder),
    RecordAttempt(RecordAttempt),
    ReportDelivery(ReportDelivery),
    Acknowledge(Acknowledge),
    Decline(Decline),
    Depart(Depart),
    CheckIn(CheckIn),
    SignOff(SignOff),
    Release(Release),
    EnrollDevice(EnrollDevice),
    SubmitBatch(SubmitBatch),
    RequestLeave(RequestLeave),
    DecideLeave(DecideLeave),
    PlanSpotChecks(PlanSpotChecks),
    AnswerSpotCheck(AnswerSpotCheck),
    RecordSpotCheck(RecordSpotCheck),
    CancelSpotCheck(CancelSpotCheck),
    /// Time has passed: evaluates readiness if that is due by the policy, and else does nothing.
    Tick,
    ImportCalendar(ImportCalendar),
    ImportDutyRosters(ImportDutyRosters),
    SetStandIn(SetStandIn),
    EndStandIn(EndStandIn),
    RequestSwap(RequestSwap),
    ConsentSwap(ConsentSwap),
    DecideSwap(DecideSwap),
    DutySignIn(DutySignIn),
    DutySignOut(DutySignOut),
    SetBackup(SetBackup),
    VerifyPhones(VerifyPhones),
    Unmask(Unmask),
    SetCountPolicy(SetCountPolicy),
    Exclude(Exclude),
    EndExclusion(EndExclusion),
    GrantWaiver(GrantWaiver),
    RevokeWaiver(RevokeWaiver),
    ApproveTeam(ApproveTeam),
    OpenWindows(OpenWindows),
    CloseWindows(CloseWindows),
    ReportInPlace(ReportInPlace),
    ConfirmReports(ConfirmReports),
    RejectReports(RejectReports),
    AssignTask(AssignTask),
    ExemptMember(ExemptMember),
    EndExemption(EndExemption),
    ImportPreRegistrations(ImportPreRegistrations),
    RecordDoubleReport(RecordDoubleReport),
    EndDoubleReport(EndDoubleReport),
    /// Puts on record what units owe and have, if that has changed. Happens by itself after changes and with every new day.
    EvaluateQuota,
    /// Something is due: see [`crate::State::next_deadline`].
    FireTimers,
    ImportPlan(ImportPlan),
    ImportPosts(ImportPosts),
    EndPost(EndPost),
    RequestResponse(RequestResponse),
    ApproveResponse(ApproveResponse),
    RejectResponse(RejectResponse),
    ConfirmResponse(ConfirmResponse),
    HandOver(HandOver),
    FileReport(FileReport),
    ProposeBranch(ProposeBranch),
    ProposeBranches(ProposeBranches),
    ReviewBranch(ReviewBranch),
    ApproveBranch(ApproveBranch),
    RejectBranch(RejectBranch),
    WithdrawBranch(WithdrawBranch),
    AppointOfficers(AppointOfficers),
    JoinBranch(JoinBranch),
    LeaveBranch(LeaveBranch),
    MergeBranch(MergeBranch),
    ConvertBranch(ConvertBranch),
    LogActivity(LogActivity),
    IssueFeedback(IssueFeedback),
    DissolveBranch(DissolveBranch),
    RequestReinforcement(RequestReinforcement),
    ApproveReinforcement(ApproveReinforcement),
    AnswerRequisition(AnswerRequisition),
    AssignReinforcement(AssignReinforcement),
    WithdrawReinforcement(WithdrawReinforcement),
    ImportAgencyLinks(ImportAgencyLinks),
    ImportScenario(ImportScenario),
    StartExercise(StartExercise),
    InExercise(InExercise),
    ControlExercise(ControlExercise),
    InjectNow(InjectNow),
    ObserveInject(ObserveInject),
    ScheduleExercise(ScheduleExercise),
    ChangeSchedule(ChangeSchedule),
    RaiseAction(RaiseAction),
    AmendAction(AmendAction),
    ReportAction(ReportAction),
    VerifyAction(VerifyAction),
    ReopenAction(ReopenAction),
    WithdrawAction(WithdrawAction),
}

impl Command {
    /// What it is called in logs, traces and metrics.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::InitializeTenant(_) => "initialize-tenant",
            Self::ImportUnits(_) => "import-units",
            Self::ImportPeople(_) => "import-people",
            Self::ImportTeams(_) => "import-teams",
            Self::ImportMusterPoints(_) => "import-muster-points",
            Self::ActivateResponse(_) => "activate-response",
            Self::ChangeLevel(_) => "change-level",
            Self::TerminateResponse(_) => "terminate-response",
            Self::IssueOrder(_) => "issue-order",
            Self::SupersedeOrder(_) => "supersede-order",
            Self::CancelOrder(_) => "cancel-order",
            Self::CloseOrder(_) => "close-order",
            Self::RecordAttempt(_) => "record-attempt",
            Self::ReportDelivery(_) => "report-delivery",
            Self::Acknowledge(_) => "acknowledge",
            Self::Decline(_) => "decline",
            Self::Depart(_) => "depart",
            Self::CheckIn(_) => "check-in",
            Self::SignOff(_) => "sign-off",
            Self::Release(_) => "release",
            Self::EnrollDevice(_) => "enroll-device",
            Self::SubmitBatch(_) => "submit-batch",
            Self::RequestLeave(_) => "request-leave",
            Self::DecideLeave(_) => "decide-leave",
            Self::PlanSpotChecks(_) => "plan-spot-checks",
            Self::AnswerSpotCheck(_) => "answer-spot-check",
            Self::RecordSpotCheck(_) => "record-spot-check",
            Self::CancelSpotCheck(_) => "cancel-spot-check",
            Self::Tick => "tick",
            Self::ImportCalendar(_) => "import-calendar",
            Self::ImportDutyRosters(_) => "import-duty-rosters",
            Self::SetStandIn(_) => "set-stand-in",
            Self::EndStandIn(_) => "end-stand-in",
            Self::RequestSwap(_) => "request-swap",
            Self::ConsentSwap(_) => "consent-swap",
            Self::DecideSwap(_) => "decide-swap",
            Self::DutySignIn(_) => "duty-sign-in",
            Self::DutySignOut(_) => "duty-sign-out",
            Self::SetBackup(_) => "set-backup",
            Self::VerifyPhones(_) => "verify-phones",
            Self::Unmask(_) => "unmask",
            Self::SetCountPolicy(_) => "set-count-policy",
            Self::Exclude(_) => "exclude",
            Self::EndExclusion(_) => "end-exclusion",
            Self::GrantWaiver(_) => "grant-waiver",
            Self::RevokeWaiver(_) => "revoke-waiver",
            Self::ApproveTeam(_) => "approve-team",
            Self::OpenWindows(_) => "open-windows",
            Self::CloseWindows(_) => "close-windows",
            Self::ReportInPlace(_) => "report-in-place",
            Self::ConfirmReports(_) => "confirm-reports",
            Self::RejectReports(_) => "reject-reports",
            Self::AssignTask(_) => "assign-task",
            Self::ExemptMember(_) => "exempt-member",
            Self::EndExemption(_) => "end-exemption",
            Self::ImportPreRegistrations(_) => "import-pre-registrations",
            Self::RecordDoubleReport(_) => "record-double-report",
            Self::EndDoubleReport(_) => "end-double-report",
            Self::EvaluateQuota => "evaluate-quota",
            Self::FireTimers => "fire-timers",
            Self::ImportPlan(_) => "import-plan",
            Self::ImportPosts(_) => "import-posts",
            Self::EndPost(_) => "end-post",
            Self::RequestResponse(_) => "request-response",
            Self::ApproveResponse(_) => "approve-response",
            Self::RejectResponse(_) => "reject-response",
            Self::ConfirmResponse(_) => "confirm-response",
            Self::HandOver(_) => "hand-over-command",
            Self::FileReport(_) => "file-situation-report",
            Self::ProposeBranch(_) => "propose-branch",
            Self::ProposeBranches(_) => "propose-branches",
            Self::ReviewBranch(_) => "review-branch",
            Self::ApproveBranch(_) => "approve-branch",
            Self::RejectBranch(_) => "reject-branch",
            Self::WithdrawBranch(_) => "withdraw-branch",
            Self::AppointOfficers(_) => "appoint-branch-officers",
            Self::JoinBranch(_) => "join-branch",
            Self::LeaveBranch(_) => "leave-branch",
            Self::MergeBranch(_) => "merge-branch",
            Self::ConvertBranch(_) => "convert-branch",
            Self::LogActivity(_) => "log-branch-activity",
            Self::IssueFeedback(_) => "issue-branch-feedback",
            Self::DissolveBranch(_) => "dissolve-branch",
            Self::RequestReinforcement(_) => "request-reinforcement",
            Self::ApproveReinforcement(_) => "approve-reinforcement",
            Self::AnswerRequisition(_) => "answer-requisition",
            Self::AssignReinforcement(_) => "assign-reinforcement",
            Self::WithdrawReinforcement(_) => "withdraw-reinforcement",
            Self::ImportAgencyLinks(_) => "import-agency-links",
            Self::ImportScenario(_) => "import-scenario",
            Self::StartExercise(_) => "start-exercise",
            Self::InExercise(InExercise { command, .. }) => command.kind(),
            Self::ControlExercise(_) => "control-exercise",
            Self::InjectNow(_) => "inject",
            Self::ObserveInject(_) => "observe-inject",
            Self::ScheduleExercise(_) => "schedule-exercise",
            Self::ChangeSchedule(_) => "change-schedule",
            Self::RaiseAction(_) => "raise-action",
            Self::AmendAction(_) => "amend-action",
            Self::ReportAction(_) => "report-action",
            Self::VerifyAction(_) => "verify-action",
            Self::ReopenAction(_) => "reopen-action",
            Self::WithdrawAction(_) => "withdraw-action",
        }
    }
}

/// The answer to an accepted command. Kept, so that a repeat of the request is answered with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// Done; there is nothing more to say.
    Done,
    /// An import's report.
    Imported(Arc<ImportReport>),
    /// A response was activated, with the order that calls out, if one was asked for.
    Activated {
        /// The response.
        response: ResponseId,
        /// Its order.
        order: Option<Issued>,
    },
    /// An order was issued or superseded.
    Issued(Issued),
    /// What became of each person a field command named.
    Field(Arc<FieldReport>),
    /// What became of each item of an offline batch.
    Batch(Arc<Vec<FieldReport>>),
    /// A leave request was taken.
    Leave(LeaveId),
    /// A device was enrolled.
    Device(DeviceId),
    /// Spot checks were planned.
    SpotChecks(Vec<SpotCheckId>),
    /// A spot check was answered or recorded, and came out so.
    SpotCheck(SpotCheckId, SpotCheckResult),
    /// Somebody stands in on duty.
    StandIn(StandInId),
    /// A swap of shifts was asked for.
    Swap(SwapId),
    /// A team was formed or changed.
    Team(TeamId),
    /// Somebody was ruled out.
    Exclusion(ExclusionId),
    /// A plan was imported.
    Plan(Arc<PlanReport>),
    /// A situation report was filed.
    SituationReport {
        /// Of which response.
        response: ResponseId,
        /// Its number among the reports of the response.
        seq: u32,
        /// Its number among the follow-ups; 0 for every other kind.
        number: u32,
        /// Whether it came after a deadline.
        late: bool,
    },
    /// Temporary Party branches were proposed.
    Branches(Vec<BranchId>),
    /// Reinforcement was asked for.
    Reinforcement(ReinforcementId),
    /// People were allocated.
    Allocated {
        /// How many.
        people: u32,
        /// Of how many agencies.
        agencies: u32,
        /// How many stay uncovered.
        uncovered: u32,
    },
    /// Windows for in-place reports were opened.
    WindowsOpened(Arc<WindowsOpened>),
    /// Somebody was exempted from in-place reports.
    Exempted(ExemptionId),
    /// A scenario was imported, as this version; unchanged if it stands so already.
    Scenario {
        /// Its version.
        version: u32,
        /// Whether that is new.
        is_new: bool,
    },
    /// An exercise was started.
    ExerciseStarted {
        /// Which run.
        run: ExerciseId,
        /// The order that calls people out, in the exercise, if one went out.
        order: Option<Issued>,
    },
    /// A schedule of exercises was laid down or changed; one that was postponed, what takes its place.
    Schedule(ScheduleId),
    /// A corrective action was raised.
    Action(ActionId),
}

/// What an issued order came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// Which order.
    pub order: OrderId,
    /// Which version of it.
    pub version: u32,
    /// Due (应到): ledger rows, one for each person.
    pub due: u32,
    /// Of these excused from the start.
    pub excused: u32,
    /// People taken from another deployment.
    pub preempted: u32,
}

/// What became of the people that a field command named: everybody not listed counted as asked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FieldReport {
    /// How many people it changed something for.
    pub applied: u32,
    /// Those for whom it did not, or not in the way asked.
    pub exceptions: Vec<Exception>,
}

/// One person a field command could not be applied to as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// Who.
    pub person: PersonId,
    /// Why.
    pub kind: ExceptionKind,
}

/// Why a person was not counted as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ExceptionKind {
    /// No error: it was so already.
    AlreadyDone,
    /// There is no such person.
    UnknownPerson,
    /// The order is not addressed to them.
    NotAddressed,
    /// The answer is to an older version of the order.
    StaleVersion,
    /// The order's count is closed; the fact is kept as evidence.
    OrderClosed,
    /// The lead who says so leads no team that they are in.
    NotLed,
    /// They arrived at a muster point that the order does not name; kept as evidence.
    WrongSite,
    /// They are excused from this order; kept as evidence.
    Excused,
    /// Their deployment has ended.
    Released,
    /// There is no such order.
    UnknownOrder,
    /// There is no such muster point.
    UnknownMusterPoint,
    /// The muster point's code is wrong.
    WrongCode,
    /// Counted; but the device's clock says it happened before the order was issued.
    BeforeOrder,
    /// Counted; but the device's clock says it happens in the future.
    InFuture,
    /// No error: reported in place, and the village has yet to confirm it.
    AwaitsConfirmation,
    /// They live in no village that takes in-place reports now (C1).
    OutsideKeyArea,
    /// They have not reported, or their report was settled.
    NotReported,
    /// The exercise that it was reported to is over; who answers then did not respond in it.
    ExerciseEnded,
}

impl ExceptionKind {
    /// Whether what was asked holds nevertheless: it was so before, or only the device's clock is off.
    pub fn is_harmless(self) -> bool {
        matches!(
            self,
            Self::AlreadyDone | Self::BeforeOrder | Self::InFuture | Self::AwaitsConfirmation
        )
    }
}

/// An answer with the revision at which it became true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// The state that shows it.
    pub revision: Revision,
    /// What.
    pub answer: Answer,
    /// Whether this is the kept answer to an earlier request with the same id.
    pub repeated: bool,
}

/// On whose word a fact about people rests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reporter {
    /// The person's own.
    Own,
    /// The lead of a team they are in (带队负责人).
    Lead(PersonId),
    /// A registration desk's (登记台), or the command centre's.
    Desk,
}

impl Reporter {
    /// The lead, if one speaks for others.
    pub fn proxy(&self) -> Option<PersonId> {
        match self {
            Self::Lead(lead) => Some(*lead),
            Self::Own | Self::Desk => None,
        }
    }
}
