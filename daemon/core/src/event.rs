//! What happened. Events are the only thing that is stored; everything else is derived from them.
//!
//! An event carries what was decided, resolved (who, by when), so that replaying it needs no rule that may change later.
//! It refers to people by id; a person's own data is in [`Event::PersonRecorded`] and nowhere else.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::branch::{BranchChange, BranchSpec};
use crate::calendar::{Date, SpecialDay};
use crate::command::Actor;
use crate::command_post::Command as CommandNode;
use crate::duty::{Backup, RosterVersion, SignIn, StandIn, SwapRecord};
use crate::exercise::action::{ActionChange, ActionSpec};
use crate::exercise::scenario::Scenario;
use crate::exercise::schedule::{ScheduleChange, ScheduleSpec};
use crate::exercise::{RunChange, RunSpec};
use crate::field::Device;
use crate::id::{
    ActionId, BranchId, DeviceId, ExclusionId, ExemptionId, ExerciseId, LeaveId, MusterPointId, OrderId, PersonId,
    PersonSet, ReinforcementId, ResponseId, Revision, ScheduleId, SpotCheckId, StandInId, SwapId, TeamId, Timestamp,
    UnitId, WindowId,
};
use crate::in_place::{Claim, CloseReason, DoubleReport, Exemption, Opening, PreRegistration};
use crate::leave::{LeaveReason, LeaveRecord, LeaveVerdict};
use crate::muster::MusterPoint;
use crate::order::{Channel, CheckInMethod, DeliveryState, EvidenceReason, Excuse, OrderSpec, StepTarget};
use crate::org::OrgUnit;
use crate::people::{Person, Personal};
use crate::plan::Plan;
use crate::post::Holders;
use crate::quota::{CountPolicy, Exclusion, UnitLine, Waiver};
use crate::readiness::GapKind;
use crate::reinforcement::{Commitment, Ending, Need, Round};
use crate::response::{Authorization, LevelChange, ResponseSpec};
use crate::situation::{Clock, Setting, SituationReport};
use crate::spot_check::{Asked, Method, Planned, SpotAnswer, SpotCheckResult};
use crate::team::Team;

/// Whose data this journal holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenant {
    /// Shown in every status.
    pub name: Box<str>,
    /// Nobody in it is real: no channel to the outside may carry its messages (P5).
    pub synthetic: bool,
    /// Key of the hash that ID numbers are turned into identity keys with.
    pub identity_salt: [u8; 32],
}

/// One fact.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(
    clippy::large_enum_variant,
    reason = "events are short-lived and mostly of the large kinds when many"
)]
pub enum Event {
    /// The journal was opened for the first time.
    TenantInitialized(Tenant),
    /// A unit was added or changed; its id says which.
    UnitRecorded(OrgUnit),
    /// A person was added or changed.
    PersonRecorded {
        /// Duty facts.
        person: Person,
        /// Personal data, in this message only.
        personal: Arc<Personal>,
    },
    /// A team was formed or changed.
    TeamRecorded(Team),
    /// A muster point was opened or changed.
    MusterPointRecorded(MusterPoint),
    /// A field lead's device may sign offline batches from now on.
    DeviceEnrolled(Device),
    /// An offline batch was taken; the facts it held follow as events of their own.
    BatchReceived {
        /// Who signed.
        device: DeviceId,
        /// The batch's number; gap-free per device.
        sequence: u64,
        /// Hash of the signed bytes: the same number with another hash is refused.
        digest: [u8; 32],
    },
    /// A response was activated (启动).
    ResponseActivated {
        /// Its id.
        response: ResponseId,
        /// What was decided.
        spec: ResponseSpec,
    },
    /// A response was escalated or de-escalated (升级、降级).
    ResponseLevelChanged {
        /// Which response.
        response: ResponseId,
        /// From what to what, why, by whom.
        change: LevelChange,
    },
    /// A response was terminated (终止).
    ResponseTerminated {
        /// Which response.
        response: ResponseId,
        /// Why it could end although people were still deployed; empty if nobody was.
        reason: Box<str>,
    },
    /// An order, or a new version of one, was issued. The ledger rows follow from it.
    OrderIssued {
        /// Which order.
        order: OrderId,
        /// 1, then one more with every supersession.
        version: u32,
        /// What is ordered.
        spec: Box<OrderSpec>,
        /// Everybody addressed, once each (应到).
        audience: PersonSet,
        /// Those of the audience who are excused from the start, by reason.
        excused: Vec<(Excuse, PersonSet)>,
        /// Those of the audience who had arrived under the version before, at a muster point that still holds.
        carried: PersonSet,
    },
    /// People left a deployment because another duty of theirs goes first; always followed by the order that took them.
    Preempted {
        /// The order they leave.
        order: OrderId,
        /// Its version.
        version: u32,
        /// Who.
        people: PersonSet,
        /// The response whose order takes them; none: people of an exercise, whom a real order takes.
        by: Option<ResponseId>,
    },
    /// An order was withdrawn (撤销).
    OrderCancelled {
        /// Which order.
        order: OrderId,
        /// Why, as said by who cancelled it.
        reason: Box<str>,
    },
    /// An order's count was closed: who has not arrived and is not excused is absent.
    OrderClosed {
        /// Which order.
        order: OrderId,
    },
    /// A try to reach people was made.
    AttemptRecorded {
        /// Which order.
        order: OrderId,
        /// Its version.
        version: u32,
        /// Over what.
        channel: Channel,
        /// Counts per person and channel from 1: the attempt key is (order, version, person, channel, number).
        number: u8,
        /// Who was tried.
        people: PersonSet,
    },
    /// A channel or device reported how far an order got.
    DeliveryReported {
        /// Which order.
        order: OrderId,
        /// Its version.
        version: u32,
        /// How far: never back.
        state: DeliveryState,
        /// Whose copies.
        people: PersonSet,
    },
    /// People acknowledged (回令) and are coming.
    Acknowledged {
        /// Which order.
        order: OrderId,
        /// Its version.
        version: u32,
        /// Who.
        people: PersonSet,
        /// The lead who answered for them, if they did not themselves.
        proxy: Option<PersonId>,
        /// When it happened by the device's clock, if that is not the journal's time.
        observed_at: Option<Timestamp>,
    },
    /// A person answered that they cannot come; counts as unconfirmed until the leave is decided.
    Declined {
        /// Which order.
        order: OrderId,
        /// Its version.
        version: u32,
        /// Who.
        person: PersonId,
        /// The leave that waits for approval.
        leave: LeaveId,
        /// Why.
        reason: LeaveReason,
        /// What they wrote.
        note: Box<str>,
    },
    /// People set out (出发).
    Departed {
        /// Which order.
        order: OrderId,
        /// Its version.
        version: u32,
        /// Who.
        people: PersonSet,
        /// The lead who said so for them.
        proxy: Option<PersonId>,
        /// By the device's clock.
        observed_at: Option<Timestamp>,
    },
    /// People reached a muster point (报到). Implies that they acknowledged.
    CheckedIn {
        /// Which order.
        order: OrderId,
        /// Its version.
        version: u32,
        /// Who.
        people: PersonSet,
        /// Where.
        muster_point: MusterPointId,
        /// How it was established.
        method: CheckInMethod,
        /// The lead who confirmed it for them.
        proxy: Option<PersonId>,
        /// When, by the device's clock; kept beside the journal's time, which is the one that counts.
        observed_at: Timestamp,
    },
    /// A check-in that changed no count, kept as evidence.
    CheckInNoted {
        /// Which order.
        order: OrderId,
        /// Its version.
        version: u32,
        /// Who.
        people: PersonSet,
        /// Where.
        muster_point: MusterPointId,
        /// How.
        method: CheckInMethod,
        /// Who said so.
        proxy: Option<PersonId>,
        /// By the device's clock.
        observed_at: Timestamp,
        /// Why it did not count.
        reason: EvidenceReason,
    },
    /// A sign-off that a release waits for was given (ICS 221).
    SignedOff {
        /// Which order.
        order: OrderId,
        /// Which of its sign-offs.
        name: Box<str>,
    },
    /// People's deployments ended; they are free for another.
    Released {
        /// Which order.
        order: OrderId,
        /// Its version.
        version: u32,
        /// Who.
        people: PersonSet,
    },
    /// A step of the ladder (叫应) was climbed for those who had not answered.
    EscalationStepped {
        /// Which order.
        order: OrderId,
        /// Its version.
        version: u32,
        /// Index of the step in the order's ladder.
        step: u8,
        /// Whom the step turns to.
        target: StepTarget,
        /// Those who had not answered; empty if the step was skipped because everybody had, or there was nobody to turn to.
        people: PersonSet,
    },
    /// The time to acknowledge ran out; these people are unreached (未叫应). It never makes anybody acknowledged.
    AckDeadlinePassed {
        /// Which order.
        order: OrderId,
        /// Its version.
        version: u32,
        /// Who had not answered.
        people: PersonSet,
    },
    /// The time to arrive, with its grace, ran out; these people are absent (缺席) unless they still come.
    ArrivalDeadlinePassed {
        /// Which order.
        order: OrderId,
        /// Its version.
        version: u32,
        /// Who had not arrived and is not excused.
        people: PersonSet,
    },
    /// Leave was asked for (请假).
    LeaveRequested {
        /// Its id.
        leave: LeaveId,
        /// Who, when, why.
        record: LeaveRecord,
    },
    /// Leave was approved or denied.
    LeaveDecided {
        /// Which leave.
        leave: LeaveId,
        /// How.
        verdict: LeaveVerdict,
    },
    /// Spot checks were planned.
    SpotChecksPlanned {
        /// One a unit.
        checks: Vec<Planned>,
    },
    /// A spot check was asked.
    SpotCheckAsked {
        /// Which.
        check: SpotCheckId,
        /// Of whom, until when.
        asked: Asked,
    },
    /// Somebody answered a spot check; it has ended, unless they are not on duty.
    SpotCheckAnswered {
        /// Which.
        check: SpotCheckId,
        /// Who, when, and what it comes to.
        answer: SpotAnswer,
    },
    /// A spot check ended without an answer that counts.
    SpotCheckEnded {
        /// Which.
        check: SpotCheckId,
        /// With what.
        result: SpotCheckResult,
    },
    /// A planned spot check was taken back.
    SpotCheckCancelled {
        /// Which.
        check: SpotCheckId,
    },
    /// A spot check that people made was recorded.
    SpotCheckRecorded {
        /// Its id, whose post, when.
        plan: Planned,
        /// How it was made.
        method: Method,
        /// Of whom.
        asked: Asked,
        /// The answer, if there was one in time.
        answer: Option<SpotAnswer>,
        /// How it came out.
        result: SpotCheckResult,
    },
    /// Readiness was evaluated, as the policy asks for every day.
    ReadinessEvaluated {
        /// When it was due; later if the daemon was down.
        due: Timestamp,
        /// What was not missing the time before.
        came_up: Vec<(UnitId, GapKind)>,
        /// What is not missing any more.
        mended: Vec<(UnitId, GapKind)>,
    },
    /// Days of the statutory calendar were added or changed.
    CalendarChanged {
        /// In order; none: the day follows the week again.
        days: Vec<(Date, Option<SpecialDay>)>,
    },
    /// A unit's duty roster was written.
    DutyRosterRecorded(RosterVersion),
    /// Somebody stands in on duty (顶班).
    StandInSet(StandIn),
    /// A stand-in was taken back, from then on.
    StandInEnded {
        /// Which.
        stand_in: StandInId,
    },
    /// A swap of shifts was asked for (换班).
    SwapRequested {
        /// Its id.
        swap: SwapId,
        /// What is asked for.
        record: SwapRecord,
    },
    /// The other person agreed to a swap, or did not.
    SwapConsented {
        /// Which.
        swap: SwapId,
        /// Whether they agreed.
        consent: bool,
    },
    /// A swap was approved, or was not.
    SwapDecided {
        /// Which.
        swap: SwapId,
        /// Whether it was approved.
        approve: bool,
        /// Whether it could not wait.
        emergency: bool,
    },
    /// Somebody took over the post (接班).
    DutySignedIn(SignIn),
    /// Somebody left the post (交班).
    DutySignedOut {
        /// Of which unit.
        unit: UnitId,
        /// The day on which the shift that they had signed in for began.
        date: Date,
        /// Its name.
        shift: Box<str>,
        /// Who.
        person: PersonId,
    },
    /// It was said who backs whom up in a post (AB角).
    BackupSet {
        /// Of which unit.
        unit: UnitId,
        /// The post.
        post: Box<str>,
        /// Who.
        backup: Backup,
    },
    /// Phone numbers were tried and work.
    PhonesVerified {
        /// Whose.
        people: PersonSet,
    },
    /// The whole rosters of units were confirmed by an import.
    RosterConfirmed {
        /// Which units.
        units: Vec<UnitId>,
        /// The day.
        date: Date,
    },
    /// Personal data was shown to who asked for it; on record before it is shown (P2).
    PersonalDataShown {
        /// Whose.
        people: PersonSet,
        /// What for.
        purpose: Box<str>,
        /// Who else approved it.
        approved_by: Option<Actor>,
    },
    /// It was decided how a unit's staff is counted.
    CountPolicySet {
        /// Which unit.
        unit: UnitId,
        /// How.
        policy: CountPolicy,
    },
    /// Somebody was ruled out for a while (不得入选).
    PersonExcluded(Exclusion),
    /// An exclusion counts up to a day and no longer.
    ExclusionEnded {
        /// Which.
        exclusion: ExclusionId,
        /// Its last day.
        until: Date,
    },
    /// A unit may be short for a while.
    WaiverGranted {
        /// Which unit.
        unit: UnitId,
        /// How long, why, by whom.
        waiver: Waiver,
    },
    /// A waiver was taken back.
    WaiverRevoked {
        /// Whose.
        unit: UnitId,
    },
    /// What units owe and have was evaluated.
    QuotaEvaluated {
        /// The day.
        date: Date,
        /// When it is to be evaluated again: the end of the day.
        next: Timestamp,
        /// Units whose lines are not what they were.
        lines: Vec<UnitLine>,
    },
    /// A unit's team falls short, and no waiver allows it.
    TeamShort {
        /// Which unit.
        unit: UnitId,
        /// How many it owes by itself.
        required: u32,
        /// How many of its own are in the team and can serve.
        selected: u32,
        /// How many are missing; in a joint team, of all.
        shortfall: u32,
    },
    /// A unit's team does not fall short any more, or a waiver allows it.
    TeamShortEnded {
        /// Which unit.
        unit: UnitId,
    },
    /// A team was chosen by this lot; always follows the team.
    TeamChosen {
        /// Which team.
        team: TeamId,
        /// The lot.
        seed: u64,
        /// The proposal that was approved.
        proposal: Box<str>,
        /// The day that it was made for.
        date: Date,
    },
    /// A plan (预案) was imported; its kind says which.
    PlanImported {
        /// The version that it makes; gap-free per kind.
        version: u32,
        /// The whole plan, resolved.
        plan: Arc<Plan>,
    },
    /// It was said who holds a post (岗位) from now on.
    PostFilled {
        /// Of which unit.
        unit: UnitId,
        /// The post.
        post: Box<str>,
        /// Who; nobody: the post is given up.
        holders: Holders,
    },
    /// A response was asked for (申请).
    ResponseRequested {
        /// Its id.
        response: ResponseId,
        /// What is asked for.
        spec: ResponseSpec,
        /// Who asked.
        requested_by: PersonId,
    },
    /// A response that was asked for was turned down (驳回).
    ResponseRejected {
        /// Which response.
        response: ResponseId,
        /// Who turned it down.
        by: PersonId,
        /// Why.
        reason: Box<str>,
    },
    /// A level of a response was decided on by who may (M2); a provisional start is confirmed by it.
    LevelAuthorized {
        /// Which response.
        response: ResponseId,
        /// Who, by which post, for which version of the history.
        authorization: Authorization,
    },
    /// A response began provisionally (先期处置).
    ProvisionallyStarted {
        /// Which response.
        response: ResponseId,
        /// When it lapses unless it is confirmed.
        until: Timestamp,
    },
    /// A provisional start was not confirmed in time.
    ResponseLapsed {
        /// Which response.
        response: ResponseId,
    },
    /// The command overlay of a response was set up, or set up anew, whole.
    CommandSet {
        /// Which response.
        response: ResponseId,
        /// The state whose roster it rests on.
        roster: Revision,
        /// Every node.
        commands: Vec<CommandNode>,
    },
    /// A command was handed over (指挥权交接).
    CommandHandedOver {
        /// In which response.
        response: ResponseId,
        /// Where.
        unit: UnitId,
        /// The role.
        role: Box<str>,
        /// Who commands from now on.
        commander: PersonId,
        /// Who backs them up.
        backup: Option<PersonId>,
        /// Why.
        reason: Box<str>,
    },
    /// Deadlines of situation reports were set or lifted (信息报告时限).
    SituationClocksSet {
        /// Of which response.
        response: ResponseId,
        /// The clocks, with their next deadlines.
        settings: Vec<Setting>,
    },
    /// A situation report was filed (信息报告).
    SituationReportFiled {
        /// Of which response.
        response: ResponseId,
        /// The report, with its numbers and what it answered.
        report: Box<SituationReport>,
        /// What is due after it.
        settings: Vec<Setting>,
    },
    /// The time for a situation report ran out with nothing said (漏报).
    SituationReportMissed {
        /// Of which response.
        response: ResponseId,
        /// Which clock.
        clock: Clock,
        /// The deadline.
        due: Timestamp,
        /// How many deadlines of the clock passed, if the daemon was down over several.
        times: u32,
        /// The next one; none if the clock asks once.
        next: Option<Timestamp>,
    },
    /// A temporary Party branch was proposed (拟建临时党支部).
    BranchProposed {
        /// Its id.
        branch: BranchId,
        /// What is proposed.
        spec: BranchSpec,
    },
    /// A temporary Party branch changed.
    BranchChanged {
        /// Which.
        branch: BranchId,
        /// How.
        change: BranchChange,
    },
    /// A town asked for reinforcement (请求增援).
    ReinforcementRequested {
        /// Its id.
        reinforcement: ReinforcementId,
        /// What is asked for.
        need: Need,
    },
    /// People were allocated, and their agencies asked for them (调配、征调).
    ReinforcementAllocated {
        /// For which request.
        reinforcement: ReinforcementId,
        /// What was decided.
        round: Round,
    },
    /// An agency answered (承接、谢绝), or did not in time.
    RequisitionSettled {
        /// For which request.
        reinforcement: ReinforcementId,
        /// In which round.
        round: u32,
        /// Which agency.
        agency: UnitId,
        /// What became of its requisition.
        commitment: Commitment,
    },
    /// People fell out and nobody was left to replace them.
    ReinforcementShort {
        /// Of which request.
        reinforcement: ReinforcementId,
        /// How many of those approved are missing.
        missing: u32,
    },
    /// The town put people who have arrived into a place of its area (分配到村).
    ReinforcementAssigned {
        /// Of which request.
        reinforcement: ReinforcementId,
        /// Village, community or grid.
        unit: UnitId,
        /// Who.
        people: PersonSet,
    },
    /// A request ended.
    ReinforcementEnded {
        /// Which.
        reinforcement: ReinforcementId,
        /// How.
        ending: Ending,
        /// Why; may be empty.
        reason: Box<str>,
    },
    /// An agency is linked to just these villages (区直挂钩).
    AgencyLinked {
        /// Which agency.
        agency: UnitId,
        /// Which villages, in order.
        villages: Vec<UnitId>,
    },
    /// A village's window for in-place reports was opened (就地报到); follows its order.
    InPlaceWindowOpened(Opening),
    /// A window was closed. Its order's end is an event of its own.
    InPlaceWindowClosed {
        /// Which.
        window: WindowId,
        /// Why.
        why: CloseReason,
    },
    /// Members reported in place, on their own or their lead's word: the village has yet to confirm it. Implies that they
    /// acknowledged.
    InPlaceReported {
        /// Where.
        window: WindowId,
        /// Its order.
        order: OrderId,
        /// The version in force.
        version: u32,
        /// Who.
        people: PersonSet,
        /// What is claimed.
        claim: Claim,
    },
    /// A village confirmed reports; the arrivals that count are events of their own.
    InPlaceConfirmed {
        /// Where.
        window: WindowId,
        /// Whose.
        people: PersonSet,
        /// Who confirmed for the village.
        by: Actor,
    },
    /// A village did not confirm reports.
    InPlaceRejected {
        /// Where.
        window: WindowId,
        /// Whose.
        people: PersonSet,
        /// Why.
        reason: Box<str>,
        /// Who said so for the village.
        by: Actor,
    },
    /// A village gave somebody a post (岗位); empty: it was taken back.
    InPlaceTasked {
        /// Where.
        window: WindowId,
        /// Who.
        person: PersonId,
        /// What they do there.
        task: Box<str>,
    },
    /// Somebody was exempted from in-place reports (免于报到).
    InPlaceExempted {
        /// What was decided.
        exemption: Exemption,
        /// The order that they are excused from with it, if they were due under one.
        excuses: Option<(OrderId, u32)>,
    },
    /// An exemption was ended, from now on.
    InPlaceExemptionEnded {
        /// Which.
        exemption: ExemptionId,
    },
    /// A member registered in peacetime for the village where they live (预登记).
    PreRegistered(PreRegistration),
    /// A double report (双报到) was recorded or ended.
    DoubleReported(DoubleReport),
    /// A scenario (演练脚本) was imported.
    ScenarioImported {
        /// From 1 without gaps for each scenario.
        version: u32,
        /// What it says.
        scenario: Arc<Scenario>,
    },
    /// A run of an exercise (演练) began, in a world of its own.
    ExerciseStarted {
        /// Which.
        run: ExerciseId,
        /// What it was started with.
        spec: Arc<RunSpec>,
    },
    /// Something happened in the world of an exercise, and nowhere else (M8).
    InExercise {
        /// In which.
        run: ExerciseId,
        /// What.
        event: Box<Event>,
    },
    /// Something happened to a run itself.
    ExerciseChanged {
        /// Which.
        run: ExerciseId,
        /// What.
        change: RunChange,
    },
    /// A schedule of exercises was laid down.
    ExerciseScheduled {
        /// Which.
        schedule: ScheduleId,
        /// What runs when.
        spec: Arc<ScheduleSpec>,
    },
    /// Something happened to a schedule of exercises.
    ScheduleChanged {
        /// Which.
        schedule: ScheduleId,
        /// What.
        change: ScheduleChange,
    },
    /// A corrective action (整改项) of a run was raised.
    ActionRaised {
        /// Which.
        action: ActionId,
        /// What is asked for.
        spec: ActionSpec,
    },
    /// Something happened to a corrective action.
    ActionChanged {
        /// Which.
        action: ActionId,
        /// What.
        change: ActionChange,
    },
}

impl Event {
    /// The exercise that it is of; none: of the district.
    pub fn exercise(&self) -> Option<ExerciseId> {
        if let Self::InExercise { run, .. } | Self::ExerciseStarted { run, .. } | Self::ExerciseChanged { run, .. } =
            self
        {
            Some(*run)
        } else {
            None
        }
    }
}

/// One accepted command and what followed from it: the unit of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When it was decided; never before the entry before it.
    pub at: Timestamp,
    /// Who asked.
    pub actor: crate::command::Actor,
    /// The key and the answer of the request, so that a repeat gets the first answer; none for the daemon's own timers.
    pub request: Option<crate::request::Answered>,
    /// What happened.
    pub events: Vec<Event>,
}

impl Entry {
    /// How far the revision moves.
    pub fn len(&self) -> u64 {
        self.events.len() as u64
    }
    /// Whether nothing happened; such an entry is not stored.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }
    /// The revision after this entry, if it follows on `before`.
    #[must_use]
    pub fn after(&self, before: Revision) -> Revision {
        Revision(before.0 + self.len())
    }
}
