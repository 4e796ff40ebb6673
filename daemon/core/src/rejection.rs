//! Every way in which the core says no. The edge maps each to a code, a stable reason and a page of its own.

use crate::branch::BranchStatus;
use crate::duty::{Position, SwapStatus};
use crate::exercise::action::ActionStatus;
use crate::id::{
    ActionId, BranchId, DeviceId, ExclusionId, ExemptionId, ExerciseId, LeaveId, OrderId, PersonId, ReinforcementId,
    ResponseId, ScheduleId, SpotCheckId, StandInId, SwapId, Timestamp, WindowId,
};
use crate::plan::PlanProblem;
use crate::response::Level;
use crate::situation::ReportKind;

/// Why a command was refused. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(
    missing_docs,
    reason = "the message of each variant says what it is, the fields are what it names"
)]
pub enum Rejection {
    #[error("request id {request_id:?} was used for a different request")]
    RequestIdReused { request_id: Box<str> },
    #[error("{field} is missing")]
    Missing { field: &'static str },
    #[error("{field} is too long: {length} bytes, at most {max}")]
    TooLong { field: &'static str, length: u32, max: u32 },
    #[error("the journal belongs to {name:?} already")]
    TenantInitialized { name: Box<str> },
    #[error("there is no unit with code {code:?}")]
    UnknownUnit { code: Box<str> },
    #[error("there is no person {person}")]
    UnknownPerson { person: PersonId },
    #[error("there is no team {team:?}")]
    UnknownTeam { team: Box<str> },
    #[error("there is no muster point {muster_point:?}")]
    UnknownMusterPoint { muster_point: Box<str> },
    #[error("there is no plan {plan:?}")]
    UnknownPlan { plan: Box<str>, known: Box<str> },
    #[error("there is no response {response}")]
    UnknownResponse { response: ResponseId },
    #[error("there is no order {order}")]
    UnknownOrder { order: OrderId },
    #[error("order {order} has no version {version}")]
    UnknownOrderVersion { order: OrderId, version: u32, current: u32 },
    #[error("there is no leave {leave}")]
    UnknownLeave { leave: LeaveId },
    #[error("there is no enrolled device {device}")]
    UnknownDevice { device: DeviceId },
    #[error("level {value} does not exist; levels are 1 to 4")]
    UnknownLevel { value: u32 },
    #[error("a response needs a scope of at least one unit")]
    EmptyScope,
    #[error("unit {unit} of the scope is not within the jurisdiction {jurisdiction}")]
    ScopeOutsideJurisdiction { unit: Box<str>, jurisdiction: Box<str> },
    #[error("event {event:?} has the active response {response} in this jurisdiction")]
    ResponseActive { event: Box<str>, response: ResponseId },
    #[error("response {response} is over: it was terminated or turned down, or its provisional start lapsed")]
    ResponseTerminated { response: ResponseId },
    #[error("level {to:?} is not above the present level {from:?}")]
    NotAnEscalation { from: Level, to: Level },
    #[error("level {to:?} is not one step below the present level {from:?}")]
    NotADeEscalation { from: Level, to: Level },
    #[error("{people} people are still deployed under response {response}")]
    DeploymentsOpen { response: ResponseId, people: u32 },
    #[error("an order needs a muster point")]
    NoMusterPoint,
    #[error("the order is addressed to nobody")]
    EmptyAudience,
    #[error("{field} lies in the past")]
    DeadlinePast {
        field: &'static str,
        at: Timestamp,
        now: Timestamp,
    },
    #[error("the time to arrive ends before the time to acknowledge")]
    DeadlinesCross,
    #[error("step {step} of the ladder does not lead further up or later than the one before it")]
    BadLadder { step: u32 },
    #[error("order {order} is not open")]
    OrderNotOpen { order: OrderId },
    #[error("order {order} is not addressed to {person}")]
    NotAddressed { order: OrderId, person: PersonId },
    #[error("{lead} leads nobody that order {order} is addressed to")]
    LeadsNobody { lead: PersonId, order: OrderId },
    #[error("{person} has arrived; an arrival cannot be declined")]
    AlreadyArrived { order: OrderId, person: PersonId },
    #[error("{person} is excused from order {order}")]
    PersonExcused { order: OrderId, person: PersonId },
    #[error("sign-off {name:?} is open")]
    SignOffOpen { order: OrderId, name: Box<str> },
    #[error("order {order} has no sign-off {name:?}")]
    UnknownSignOff { order: OrderId, name: Box<str> },
    #[error("leave {leave} was decided before")]
    LeaveDecided { leave: LeaveId },
    #[error("leave is approved by somebody else than who asked for it")]
    OwnLeave { leave: LeaveId },
    #[error("the leave ends before it begins, or has ended")]
    LeaveInterval,
    #[error("the device's key is enrolled for {lead}")]
    DeviceEnrolled { device: DeviceId, lead: PersonId },
    #[error("batch {sequence} of device {device} was taken before with other content")]
    BatchChanged { device: DeviceId, sequence: u64 },
    #[error("batch {sequence} of device {device} was taken before")]
    BatchTaken { device: DeviceId, sequence: u64 },
    #[error("batch {sequence} of device {device} comes too early; {expected} is next")]
    BatchGap {
        device: DeviceId,
        sequence: u64,
        expected: u64,
    },
    #[error("there is no spot check {check}, or it was not asked yet")]
    UnknownSpotCheck { check: SpotCheckId },
    #[error("spot check {check} has been asked and is over")]
    SpotCheckClosed { check: SpotCheckId },
    #[error("the window begins in the past, is empty, or is longer than 31 days")]
    SpotCheckWindow,
    #[error("a spot check is asked before it is answered, and both before now")]
    SpotCheckTimes,
    #[error("neither {unit:?} nor a unit under it has a duty roster")]
    NoDutyRoster { unit: Box<str> },
    #[error("unit {unit} has no duty roster")]
    NoRoster { unit: Box<str> },
    #[error("there is no stand-in {stand_in}")]
    UnknownStandIn { stand_in: StandInId },
    #[error("there is no swap {swap}")]
    UnknownSwap { swap: SwapId },
    #[error("{person} cannot take their own place")]
    SamePerson { person: PersonId },
    #[error("the time ends before it begins, or is longer than {days_max} days")]
    DutyInterval { days_max: u32 },
    #[error("the shift has begun, or the time has passed")]
    DutyPast { at: Timestamp, now: Timestamp },
    #[error("{person} is not on duty in unit {unit} in that position at that time")]
    NotRostered { person: PersonId, unit: Box<str> },
    #[error("{person} is on duty in unit {unit} at that time")]
    DoubleBooked {
        person: PersonId,
        unit: Box<str>,
        at: Timestamp,
    },
    #[error("{person} is not the one whom swap {swap} was asked of")]
    NotSwapPartner { swap: SwapId, person: PersonId },
    #[error("swap {swap} is not at this step: it is {status:?}")]
    SwapStatus { swap: SwapId, status: SwapStatus },
    #[error("swap {swap} is decided by neither of the two")]
    OwnSwap { swap: SwapId },
    #[error("swap {swap} comes less than {hours} hours ahead", hours = ahead_ms / 3_600_000)]
    SwapTooLate { swap: SwapId, ahead_ms: u64 },
    #[error("{person} is not signed in in unit {unit}")]
    NotSignedIn { person: PersonId, unit: Box<str> },
    #[error("the relief of {person} in unit {unit} has not signed in: {there} of {needed} are there")]
    ReliefMissing {
        person: PersonId,
        unit: Box<str>,
        position: Position,
        needed: u32,
        there: u32,
    },
    #[error("there is no exclusion {exclusion}")]
    UnknownExclusion { exclusion: ExclusionId },
    #[error("{person} is ruled out for the same reason on some of these days by {exclusion}")]
    ExclusionOverlaps { person: PersonId, exclusion: ExclusionId },
    #[error("who approves this has to be somebody else")]
    OwnApproval,
    #[error("{field}: {problem}")]
    BadDates { field: &'static str, problem: &'static str },
    #[error("{percent} % is not from 20 to 100")]
    PercentOutOfRange { percent: u32 },
    #[error("unit {unit}: {problem}")]
    JointTeam { unit: Box<str>, problem: &'static str },
    #[error("the 20 % rule does not apply to unit {unit}")]
    UnitNotCounted { unit: Box<str> },
    #[error("unit {unit} has no waiver in force")]
    NoWaiver { unit: Box<str> },
    #[error("nobody of unit {unit} can serve")]
    NobodyEligible { unit: Box<str> },
    #[error("the proposal for unit {unit} is not what it would be now")]
    ProposalStale { unit: Box<str> },
    #[error("team {code:?} is another unit's or of another kind")]
    TeamCodeTaken { code: Box<str> },
    #[error("{person} has no phone number")]
    NoPhone { person: PersonId },
    #[error("of the team that was proposed for unit {unit}, some cannot serve today: {people}")]
    MembersUnfit { unit: Box<str>, people: Box<str> },
    #[error("unit {unit} has several agency teams: {teams}")]
    SeveralTeams { unit: Box<str>, teams: Box<str> },
    #[error("the plan has {} problems, the first at {}", problems.len(), problems.first().map_or("", |first| &first.key))]
    BadPlan { problems: Vec<PlanProblem> },
    #[error("plan {plan:?} has no version {version}; the newest is {newest}")]
    UnknownPlanVersion { plan: Box<str>, version: u32, newest: u32 },
    #[error("nobody holds the post {post:?} of unit {unit} that way")]
    PostVacant { unit: Box<str>, post: Box<str> },
    #[error("nobody is named who approves level {}; it takes a holder of: {posts}", level.number())]
    ApproverMissing { level: Level, posts: Box<str> },
    #[error("{person} holds none of the posts of unit {unit} that may put level {} in force: {posts}", level.number())]
    NoAuthority {
        person: PersonId,
        unit: Box<str>,
        level: Level,
        posts: Box<str>,
    },
    #[error("level {} takes two persons: who asks for it is not named", level.number())]
    SecondPersonMissing { level: Level },
    #[error("level {} takes two persons, and {person} is named as both", level.number())]
    SameTwoPersons { person: PersonId, level: Level },
    #[error("{person} leads no duty in unit {unit} or under it now and holds no post there")]
    NotADutyLead { person: PersonId, unit: Box<str> },
    #[error(
        "{response} puts level {} in force there for the same event: a unit below may be stricter, never calmer",
        level.number()
    )]
    CalmerThanAbove { response: ResponseId, level: Level },
    #[error("either an order is given, or the plan's is sent")]
    TwoOrders,
    #[error("response {response} has not been approved")]
    ResponseNotActive { response: ResponseId },
    #[error("response {response} is not one that was asked for and waits for approval")]
    ResponseNotRequested { response: ResponseId },
    #[error("response {response} is not a provisional start")]
    ResponseNotProvisional { response: ResponseId },
    #[error("response {response} has no such command post at unit {unit}")]
    NoCommandPost { response: ResponseId, unit: Box<str> },
    #[error("{person} is away or not on post, and cannot command")]
    CannotCommand { person: PersonId },
    #[error("{person} commands unit {unit}, which is another place")]
    CommandsElsewhere { person: PersonId, unit: Box<str> },
    #[error("{response} has that report already: {kind:?}")]
    ReportFiled { response: ResponseId, kind: ReportKind },
    #[error("{response} has no first report yet")]
    NoFirstReport { response: ResponseId },
    #[error("{response} has no report {seq} that a follow-up could amend, or this is no follow-up")]
    ReportAmends { response: ResponseId, seq: u32 },
    #[error("{field} lies ahead")]
    ReportInFuture { field: &'static str },
    #[error("{response} has not ended: the final report comes after the end")]
    ResponseNotTerminated { response: ResponseId },
    #[error("there is no branch {branch}")]
    UnknownBranch { branch: BranchId },
    #[error("branch {branch} does not stand so that this could be done: it is {status:?}")]
    BranchStatus { branch: BranchId, status: BranchStatus },
    #[error("branch {branch} has {full} full Party members; it needs {needed}")]
    BranchTooFew { branch: BranchId, full: u32, needed: u32 },
    #[error("unit {unit} does not decide on branch {branch}: {problem}")]
    BranchApprover {
        branch: BranchId,
        unit: Box<str>,
        problem: &'static str,
    },
    #[error("{person} cannot hold that office in branch {branch}: {problem}")]
    BranchOfficer {
        branch: BranchId,
        person: PersonId,
        problem: &'static str,
    },
    #[error("a committee of {size} does not fit the {full} full Party members of branch {branch}")]
    BranchCommittee { branch: BranchId, full: u32, size: u32 },
    #[error("{person} is in branch {branch}")]
    BranchMemberElsewhere { person: PersonId, branch: BranchId },
    #[error("{person} is no Party member by the roster")]
    NotPartyMember { person: PersonId },
    #[error("{person} is not deployed in response {response}")]
    NotDeployed { person: PersonId, response: ResponseId },
    #[error("{person} is not in branch {branch}")]
    NotInBranch { branch: BranchId, person: PersonId },
    #[error("branch {branch} cannot be merged into {into}")]
    BranchMerge { branch: BranchId, into: BranchId },
    #[error("{units} home units wait for feedback from branch {branch}")]
    FeedbackOpen { branch: BranchId, units: u32 },
    #[error("branch {branch} owes unit {unit} no feedback")]
    NoFeedbackDue { branch: BranchId, unit: Box<str> },
    #[error("there is no request for reinforcement {reinforcement}")]
    UnknownReinforcement { reinforcement: ReinforcementId },
    #[error("the request for reinforcement {reinforcement} has ended")]
    ReinforcementEnded { reinforcement: ReinforcementId },
    #[error("unit {unit} is not a town in the area of response {response}")]
    TownOutsideResponse { unit: Box<str>, response: ResponseId },
    #[error("unit {unit} is not within {town}")]
    PlaceOutsideTown { unit: Box<str>, town: Box<str> },
    #[error("{field}: {number} is not from 1 to {max}")]
    ReinforcementNumber { field: &'static str, number: u32, max: u32 },
    #[error("unit {unit} may not allocate; {allocators:?} may")]
    NotTheAllocator { unit: Box<str>, allocators: Box<str> },
    #[error("more than half of the team of {unit} would go while nobody of {unused} does")]
    HalfOfTeam { unit: Box<str>, unused: Box<str> },
    #[error("{asked} people were asked of {unit} and {available} can go")]
    TooFewPeople { unit: Box<str>, asked: u32, available: u32 },
    #[error("the allocation is not what it would be now")]
    AllocationStale,
    #[error("nobody can be allocated, or nobody is needed")]
    NobodyToAllocate,
    #[error("no requisition to {unit} in {reinforcement} waits for an answer")]
    NoRequisition {
        reinforcement: ReinforcementId,
        unit: Box<str>,
    },
    #[error("{person} leads no team of {unit}")]
    NotTeamLead { person: PersonId, unit: Box<str> },
    #[error("{person} cannot be sent: {why}")]
    CannotBeSent { person: PersonId, why: &'static str },
    #[error("{person} has not arrived for {reinforcement}, or was released")]
    NotArrived {
        reinforcement: ReinforcementId,
        person: PersonId,
    },
    #[error("there is no window {window}")]
    UnknownWindow { window: WindowId },
    #[error("no window for in-place reports is open in {unit}")]
    NoWindow { unit: Box<str> },
    #[error("unit {unit} does not mobilize members for in-place reports")]
    NotMobilizer { unit: Box<str>, allowed: Box<str> },
    #[error("unit {unit} of the key area is not within the scope of {response}")]
    KeyAreaOutsideScope { unit: Box<str>, response: ResponseId },
    #[error("no village or community lies in unit {unit}")]
    NoVillage { unit: Box<str> },
    #[error("unit {unit} is not a village or community")]
    NotVillage { unit: Box<str> },
    #[error("neither village {unit} nor the unit above it has a muster point")]
    NoVillageMusterPoint { unit: Box<str> },
    #[error("{person} lives in no village of a key area")]
    OutsideKeyArea { person: PersonId },
    #[error("{person} lives in another village of the key area than {unit}")]
    OtherVillage { person: PersonId, unit: Box<str> },
    #[error("{person} is on a duty that goes before an in-place report")]
    OnOtherDuty { person: PersonId },
    #[error("there is no exemption {exemption}")]
    UnknownExemption { exemption: ExemptionId },
    #[error("{person} is exempt for the same reason at some of this time by {exemption}")]
    ExemptionOverlaps { person: PersonId, exemption: ExemptionId },
    #[error("the village has not confirmed {person}, or their deployment has ended")]
    NotConfirmed { person: PersonId },
    #[error("{problem}")]
    DoubleReportBasis { problem: &'static str },
    #[error("no such double report to unit {unit} stands")]
    UnknownDoubleReport { unit: Box<str> },
    #[error("there is no scenario {scenario:?}")]
    UnknownScenario { scenario: Box<str>, known: Box<str> },
    #[error("there is no exercise {run}")]
    UnknownExercise { run: ExerciseId },
    #[error("exercise {run} is over")]
    ExerciseEnded { run: ExerciseId },
    #[error("exercise {run} of this scenario goes on in this unit")]
    ExerciseRunning { run: ExerciseId },
    #[error("to start this exercise, it is confirmed by {phrase:?}")]
    ExerciseNotConfirmed { phrase: Box<str> },
    #[error("{max} exercises go on already")]
    TooManyExercises { max: u32 },
    #[error("exercise time passes at most {max} times as fast, not {rate} times")]
    ExerciseRate { rate: u32, max: u32 },
    #[error("exercise time cannot pass {rate} times as fast where people take part who are not simulated")]
    HurriedWithPeople { rate: u32 },
    #[error("{command} is not done in exercises")]
    NotInExercises { command: &'static str },
    #[error("exercise {run} has no inject {number}")]
    UnknownInject { run: ExerciseId, number: u32, count: u32 },
    #[error("inject {number} of exercise {run} was put in already")]
    AlreadyInjected { run: ExerciseId, number: u32 },
    #[error("inject {number} of exercise {run} was not put in")]
    NotInjected { run: ExerciseId, number: u32 },
    #[error("exercise {run} has {max} remarks already")]
    TooManyRemarks { run: ExerciseId, max: u32 },
    #[error("{problem}")]
    ScheduleRule { fault: &'static str, problem: Box<str> },
    #[error("there is no schedule {schedule}")]
    UnknownSchedule { schedule: ScheduleId },
    #[error("schedule {schedule} was ended")]
    ScheduleEnded { schedule: ScheduleId },
    #[error("{max} schedules stand already")]
    TooManySchedules { max: u32 },
    #[error("schedule {schedule} has no such occurrence ahead of it")]
    NoOccurrence { schedule: ScheduleId, nominal: Timestamp },
    #[error("schedule {schedule} has nothing ahead of it")]
    NothingToCome { schedule: ScheduleId },
    #[error("an occurrence of {schedule} can be postponed only to a time that is later, and still to come")]
    PostponedToPast { schedule: ScheduleId },
    #[error("the occurrence of {schedule} was postponed: what takes its place is skipped first")]
    WasPostponed { schedule: ScheduleId, instead: ScheduleId },
    #[error("schedule {schedule} is changed by who conducts it")]
    NotConducting { schedule: ScheduleId },
    #[error("schedule {schedule} has {max} occurrences that are skipped already")]
    TooManySkipped { schedule: ScheduleId, max: u32 },
    #[error("an order or a response that is not of an exercise must not say {word:?}")]
    RealOrderSaysExercise { field: &'static str, word: &'static str },
    #[error(
        "all {called} who would be called are excused: {on_leave} on leave, {exempt} exempt, {in_exercises} in other exercises, \
         {real_duty} with a real duty"
    )]
    EverybodyExcused {
        called: u32,
        on_leave: u32,
        exempt: u32,
        in_exercises: u32,
        real_duty: u32,
    },
    #[error("nothing in an exercise may deny that it is one: {words:?}")]
    DeniesExercise { field: &'static str, words: &'static str },
    #[error("there is no corrective action {action}")]
    UnknownAction { action: ActionId },
    #[error("corrective action {action} is not at this step: it is {}", crate::word::of(&ActionStatus::ALL, *status))]
    ActionStatus { action: ActionId, status: ActionStatus },
    #[error("whether corrective action {action} is done is for somebody else than {person} to say")]
    OwnAction { action: ActionId, person: PersonId },
    #[error("exercise {run} has {max} corrective actions already")]
    TooManyActions { run: ExerciseId, max: u32 },
    #[error("corrective action {action} has {max} steps already")]
    TooManyActionSteps { action: ActionId, max: u32 },
}
