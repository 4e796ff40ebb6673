//! From a refusal to a gRPC status: one exhaustive table. Each reason is stable and has a page, `deploy/docs/errors/<REASON>.md`.

mod exercise;
mod field;

use baiying_core::branch::BranchStatus;
use baiying_core::duty::{Position, SwapStatus};
use baiying_core::situation::ReportKind;
use baiying_core::{Rejection, word};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

pub use field::nobody_applied;

use crate::engine::Refusal;

/// Domain of the reasons.
pub const DOMAIN: &str = "baiying";

/// A refusal as callers see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// How programs react.
    pub code: Code,
    /// Stable.
    pub reason: &'static str,
    /// What it is about: names and values.
    pub metadata: Vec<(&'static str, String)>,
    /// The request's field at fault; empty if it is none.
    pub field: &'static str,
    /// In words.
    pub message: String,
}

impl From<Shown> for Status {
    #[expect(clippy::disallowed_types, reason = "tonic-types asks for one")]
    fn from(shown: Shown) -> Self {
        let Shown {
            code,
            reason,
            metadata,
            field,
            message,
        } = shown;
        let metadata = metadata.into_iter().map(|(key, value)| (key.to_owned(), value));
        let mut details = ErrorDetails::new();
        details.set_error_info(
            reason,
            DOMAIN,
            metadata.collect::<std::collections::hash_map::HashMap<_, _>>(),
        );
        if !field.is_empty() {
            details.add_bad_request_violation(field, message.clone());
        }
        Self::with_error_details(code, message, details)
    }
}

/// A request that is malformed in itself.
pub fn invalid(field: &'static str, message: impl Into<String>) -> Status {
    Shown {
        code: Code::InvalidArgument,
        reason: "INVALID_ARGUMENT",
        metadata: Vec::new(),
        field,
        message: message.into(),
    }
    .into()
}

/// A refusal of the engine.
pub fn refusal(refusal: Refusal) -> Status {
    shown(refusal).into()
}

/// A journal that cannot be read.
pub fn unreadable(error: &baiying_journal::JournalError) -> Status {
    let (code, reason) = (Code::Internal, error.reason());
    Shown {
        code,
        reason,
        metadata: Vec::new(),
        field: "",
        message: error.to_string(),
    }
    .into()
}

/// How a refusal is shown.
pub fn shown(refusal: Refusal) -> Shown {
    let message = refusal.to_string();
    match refusal {
        Refusal::Rejected(rejection) => rejected(&rejection),
        Refusal::DiskFull { free } => Shown {
            code: Code::ResourceExhausted,
            reason: "DISK_FULL",
            metadata: free.map(|free| ("free_bytes", free.to_string())).into_iter().collect(),
            field: "",
            message,
        },
        Refusal::QueueFull { waiting } => Shown {
            code: Code::ResourceExhausted,
            reason: "QUEUE_FULL",
            metadata: vec![("waiting", waiting.to_string())],
            field: "",
            message: format!("{message}; nothing was changed; try again with the same request id in a moment"),
        },
        Refusal::Stopped => Shown {
            code: Code::Unavailable,
            reason: "SHUTTING_DOWN",
            metadata: Vec::new(),
            field: "",
            message: format!(
                "{message}; whether the request took effect is unknown: repeat it with the same request id"
            ),
        },
    }
}

/// How a rejection of the core is shown.
fn rejected(rejection: &Rejection) -> Shown {
    use Code::{AlreadyExists, FailedPrecondition, InvalidArgument, NotFound};
    let text = |value: &dyn std::fmt::Display| value.to_string();
    let (code, reason, field, metadata): (Code, &'static str, &'static str, Vec<(&'static str, String)>) =
        match rejection {
            Rejection::RequestIdReused { request_id } => (
                AlreadyExists,
                "REQUEST_ID_REUSED",
                "context.request_id",
                vec![("request_id", text(request_id))],
            ),
            Rejection::Missing { field } => (InvalidArgument, "MISSING_FIELD", field, vec![("field", text(field))]),
            Rejection::TooLong { field, length, max } => (
                InvalidArgument,
                "TOO_LONG",
                field,
                vec![("field", text(field)), ("length", text(length)), ("max", text(max))],
            ),
            Rejection::TenantInitialized { name } => (
                FailedPrecondition,
                "TENANT_INITIALIZED",
                "",
                vec![("tenant", text(name))],
            ),
            Rejection::UnknownUnit { code } => (NotFound, "UNKNOWN_UNIT", "unit_code", vec![("unit", text(code))]),
            Rejection::UnknownPerson { person } => {
                (NotFound, "UNKNOWN_PERSON", "person_id", vec![("person", text(person))])
            }
            Rejection::UnknownTeam { team } => (NotFound, "UNKNOWN_TEAM", "teams", vec![("team", text(team))]),
            Rejection::UnknownMusterPoint { muster_point } => (
                NotFound,
                "UNKNOWN_MUSTER_POINT",
                "muster_point",
                vec![("muster_point", text(muster_point))],
            ),
            Rejection::UnknownPlan { plan, known } => (
                NotFound,
                "UNKNOWN_PLAN",
                "plan",
                vec![("plan", text(plan)), ("known", text(known))],
            ),
            Rejection::UnknownResponse { response } => (
                NotFound,
                "UNKNOWN_RESPONSE",
                "response_id",
                vec![("response", text(response))],
            ),
            Rejection::UnknownOrder { order } => (NotFound, "UNKNOWN_ORDER", "order_id", vec![("order", text(order))]),
            Rejection::UnknownOrderVersion {
                order,
                version,
                current,
            } => (
                FailedPrecondition,
                "UNKNOWN_ORDER_VERSION",
                "version",
                vec![
                    ("order", text(order)),
                    ("version", text(version)),
                    ("current", text(current)),
                ],
            ),
            Rejection::UnknownLeave { leave } => (NotFound, "UNKNOWN_LEAVE", "leave_id", vec![("leave", text(leave))]),
            Rejection::UnknownDevice { device } => {
                (NotFound, "UNKNOWN_DEVICE", "device_id", vec![("device", text(device))])
            }
            Rejection::UnknownLevel { value } => {
                (InvalidArgument, "UNKNOWN_LEVEL", "level", vec![("level", text(value))])
            }
            Rejection::EmptyScope => (InvalidArgument, "EMPTY_SCOPE", "scope_codes", Vec::new()),
            Rejection::ScopeOutsideJurisdiction { unit, jurisdiction } => (
                InvalidArgument,
                "SCOPE_OUTSIDE_JURISDICTION",
                "scope_codes",
                vec![("unit", text(unit)), ("jurisdiction", text(jurisdiction))],
            ),
            Rejection::ResponseActive { event, response } => (
                AlreadyExists,
                "RESPONSE_ACTIVE",
                "event",
                vec![("event", text(event)), ("response", text(response))],
            ),
            Rejection::ResponseTerminated { response } => (
                FailedPrecondition,
                "RESPONSE_TERMINATED",
                "response_id",
                vec![("response", text(response))],
            ),
            Rejection::NotAnEscalation { from, to } => (
                FailedPrecondition,
                "NOT_AN_ESCALATION",
                "level",
                vec![("from", from.number().to_string()), ("to", to.number().to_string())],
            ),
            Rejection::NotADeEscalation { from, to } => (
                FailedPrecondition,
                "NOT_A_DE_ESCALATION",
                "level",
                vec![("from", from.number().to_string()), ("to", to.number().to_string())],
            ),
            Rejection::DeploymentsOpen { response, people } => (
                FailedPrecondition,
                "DEPLOYMENTS_OPEN",
                "reason",
                vec![("response", text(response)), ("people", text(people))],
            ),
            Rejection::NoMusterPoint => (InvalidArgument, "NO_MUSTER_POINT", "draft.muster_points", Vec::new()),
            Rejection::EmptyAudience => (InvalidArgument, "EMPTY_AUDIENCE", "audience", Vec::new()),
            Rejection::DeadlinePast { field, at, now } => (
                InvalidArgument,
                "DEADLINE_PAST",
                field,
                vec![
                    ("field", text(field)),
                    ("at_unix_ms", at.unix_ms().to_string()),
                    ("now_unix_ms", now.unix_ms().to_string()),
                ],
            ),
            Rejection::DeadlinesCross => (InvalidArgument, "DEADLINES_CROSS", "draft.arrive", Vec::new()),
            Rejection::BadLadder { step } => (
                InvalidArgument,
                "BAD_LADDER",
                "draft.ladder",
                vec![("step", text(step))],
            ),
            Rejection::OrderNotOpen { order } => (
                FailedPrecondition,
                "ORDER_NOT_OPEN",
                "order_id",
                vec![("order", text(order))],
            ),
            Rejection::NotAddressed { order, person } => (
                FailedPrecondition,
                "NOT_ADDRESSED",
                "person_id",
                vec![("order", text(order)), ("person", text(person))],
            ),
            Rejection::LeadsNobody { lead, order } => (
                FailedPrecondition,
                "LEADS_NOBODY",
                "lead_id",
                vec![("lead", text(lead)), ("order", text(order))],
            ),
            Rejection::AlreadyArrived { order, person } => (
                FailedPrecondition,
                "ALREADY_ARRIVED",
                "person_id",
                vec![("order", text(order)), ("person", text(person))],
            ),
            Rejection::PersonExcused { order, person } => (
                FailedPrecondition,
                "PERSON_EXCUSED",
                "person_id",
                vec![("order", text(order)), ("person", text(person))],
            ),
            Rejection::SignOffOpen { order, name } => (
                FailedPrecondition,
                "SIGN_OFF_OPEN",
                "order_id",
                vec![("order", text(order)), ("name", text(name))],
            ),
            Rejection::UnknownSignOff { order, name } => (
                NotFound,
                "UNKNOWN_SIGN_OFF",
                "name",
                vec![("order", text(order)), ("name", text(name))],
            ),
            Rejection::LeaveDecided { leave } => (
                FailedPrecondition,
                "LEAVE_DECIDED",
                "leave_id",
                vec![("leave", text(leave))],
            ),
            Rejection::OwnLeave { leave } => (
                FailedPrecondition,
                "OWN_LEAVE",
                "context.actor",
                vec![("leave", text(leave))],
            ),
            Rejection::LeaveInterval => (InvalidArgument, "LEAVE_INTERVAL", "until_unix_ms", Vec::new()),
            Rejection::DeviceEnrolled { device, lead } => (
                AlreadyExists,
                "DEVICE_ENROLLED",
                "public_key",
                vec![("device", text(device)), ("lead", text(lead))],
            ),
            Rejection::BatchChanged { device, sequence } => (
                AlreadyExists,
                "BATCH_CHANGED",
                "batch",
                vec![("device", text(device)), ("sequence", text(sequence))],
            ),
            Rejection::BatchTaken { device, sequence } => (
                AlreadyExists,
                "BATCH_TAKEN",
                "batch",
                vec![("device", text(device)), ("sequence", text(sequence))],
            ),
            Rejection::NoRoster { unit } => (FailedPrecondition, "NO_ROSTER", "unit_code", vec![("unit", text(unit))]),
            Rejection::UnknownStandIn { stand_in } => (
                NotFound,
                "UNKNOWN_STAND_IN",
                "stand_in_id",
                vec![("stand_in", text(stand_in))],
            ),
            Rejection::UnknownSwap { swap } => (NotFound, "UNKNOWN_SWAP", "swap_id", vec![("swap", text(swap))]),
            Rejection::SamePerson { person } => (
                InvalidArgument,
                "SAME_PERSON",
                "person_id",
                vec![("person", text(person))],
            ),
            Rejection::DutyInterval { days_max } => (
                InvalidArgument,
                "DUTY_INTERVAL",
                "until_unix_ms",
                vec![("days_max", text(days_max))],
            ),
            Rejection::DutyPast { at, now } => (
                FailedPrecondition,
                "DUTY_PAST",
                "",
                vec![
                    ("at_unix_ms", at.unix_ms().to_string()),
                    ("now_unix_ms", now.unix_ms().to_string()),
                ],
            ),
            Rejection::NotRostered { person, unit } => (
                FailedPrecondition,
                "NOT_ROSTERED",
                "person_id",
                vec![("person", text(person)), ("unit", text(unit))],
            ),
            Rejection::DoubleBooked { person, unit, at } => (
                FailedPrecondition,
                "DOUBLE_BOOKED",
                "person_id",
                vec![
                    ("person", text(person)),
                    ("unit", text(unit)),
                    ("at_unix_ms", at.unix_ms().to_string()),
                ],
            ),
            Rejection::NotSwapPartner { swap, person } => (
                FailedPrecondition,
                "NOT_SWAP_PARTNER",
                "person_id",
                vec![("swap", text(swap)), ("person", text(person))],
            ),
            Rejection::SwapStatus { swap, status } => (
                FailedPrecondition,
                "SWAP_STATUS",
                "swap_id",
                vec![
                    ("swap", text(swap)),
                    ("status", word::of(&SwapStatus::ALL, *status).to_owned()),
                ],
            ),
            Rejection::OwnSwap { swap } => (
                FailedPrecondition,
                "OWN_SWAP",
                "context.actor",
                vec![("swap", text(swap))],
            ),
            Rejection::SwapTooLate { swap, ahead_ms } => (
                FailedPrecondition,
                "SWAP_TOO_LATE",
                "emergency",
                vec![("swap", text(swap)), ("ahead_ms", text(ahead_ms))],
            ),
            Rejection::NotSignedIn { person, unit } => (
                FailedPrecondition,
                "NOT_SIGNED_IN",
                "person_id",
                vec![("person", text(person)), ("unit", text(unit))],
            ),
            Rejection::ReliefMissing {
                person,
                unit,
                position,
                needed,
                there,
            } => (
                FailedPrecondition,
                "RELIEF_MISSING",
                "person_id",
                vec![
                    ("person", text(person)),
                    ("unit", text(unit)),
                    ("position", word::of(&Position::ALL, *position).to_owned()),
                    ("needed", text(needed)),
                    ("there", text(there)),
                ],
            ),
            Rejection::BatchGap {
                device,
                sequence,
                expected,
            } => (
                FailedPrecondition,
                "BATCH_GAP",
                "batch",
                vec![
                    ("device", text(device)),
                    ("sequence", text(sequence)),
                    ("expected", text(expected)),
                ],
            ),
            Rejection::UnknownSpotCheck { check } => (
                NotFound,
                "UNKNOWN_SPOT_CHECK",
                "spot_check_id",
                vec![("spot_check", text(check))],
            ),
            Rejection::SpotCheckClosed { check } => (
                FailedPrecondition,
                "SPOT_CHECK_CLOSED",
                "spot_check_id",
                vec![("spot_check", text(check))],
            ),
            Rejection::SpotCheckWindow => (InvalidArgument, "SPOT_CHECK_WINDOW", "from_unix_ms", Vec::new()),
            Rejection::SpotCheckTimes => (InvalidArgument, "SPOT_CHECK_TIMES", "asked_unix_ms", Vec::new()),
            Rejection::NoDutyRoster { unit } => (
                FailedPrecondition,
                "NO_DUTY_ROSTER",
                "unit_code",
                vec![("unit", unit.to_string())],
            ),
            Rejection::UnknownExclusion { exclusion } => (
                NotFound,
                "UNKNOWN_EXCLUSION",
                "exclusion_id",
                vec![("exclusion", text(exclusion))],
            ),
            Rejection::ExclusionOverlaps { person, exclusion } => (
                AlreadyExists,
                "EXCLUSION_OVERLAPS",
                "from_date",
                vec![("person", text(person)), ("exclusion", text(exclusion))],
            ),
            Rejection::OwnApproval => (FailedPrecondition, "OWN_APPROVAL", "approved_by", Vec::new()),
            Rejection::BadDates { field, problem } => (
                InvalidArgument,
                "BAD_DATES",
                field,
                vec![("field", text(field)), ("problem", text(problem))],
            ),
            Rejection::PercentOutOfRange { percent } => (
                InvalidArgument,
                "PERCENT_OUT_OF_RANGE",
                "percent",
                vec![("percent", text(percent))],
            ),
            Rejection::JointTeam { unit, problem } => (
                FailedPrecondition,
                "JOINT_TEAM",
                "joint_with_code",
                vec![("unit", text(unit)), ("problem", text(problem))],
            ),
            Rejection::UnitNotCounted { unit } => (
                FailedPrecondition,
                "UNIT_NOT_COUNTED",
                "unit_code",
                vec![("unit", text(unit))],
            ),
            Rejection::NoWaiver { unit } => (NotFound, "NO_WAIVER", "unit_code", vec![("unit", text(unit))]),
            Rejection::NobodyEligible { unit } => (
                FailedPrecondition,
                "NOBODY_ELIGIBLE",
                "unit_code",
                vec![("unit", text(unit))],
            ),
            Rejection::ProposalStale { unit } => (
                FailedPrecondition,
                "PROPOSAL_STALE",
                "proposal",
                vec![("unit", text(unit))],
            ),
            Rejection::TeamCodeTaken { code } => (
                AlreadyExists,
                "TEAM_CODE_TAKEN",
                "team_code",
                vec![("team", text(code))],
            ),
            Rejection::NoPhone { person } => (
                FailedPrecondition,
                "NO_PHONE",
                "person_ids",
                vec![("person", text(person))],
            ),
            Rejection::SeveralTeams { unit, teams } => (
                FailedPrecondition,
                "SEVERAL_TEAMS",
                "team_code",
                vec![("unit", text(unit)), ("teams", text(teams))],
            ),
            Rejection::MembersUnfit { unit, people } => (
                FailedPrecondition,
                "MEMBERS_UNFIT",
                "proposal",
                vec![("unit", text(unit)), ("people", text(people))],
            ),
            // The edge checks plans itself, and answers with every problem: this is for who asks the engine directly.
            Rejection::BadPlan { problems } => {
                let first = problems.first();
                let key = first.map_or_else(String::new, |first| first.key.to_string());
                let metadata = vec![("problems", text(&problems.len())), ("key", key)];
                (InvalidArgument, "BAD_PLAN", "text", metadata)
            }
            Rejection::UnknownPlanVersion { plan, version, newest } => (
                NotFound,
                "UNKNOWN_PLAN_VERSION",
                "version",
                vec![
                    ("plan", text(plan)),
                    ("version", text(version)),
                    ("newest", text(newest)),
                ],
            ),
            Rejection::PostVacant { unit, post } => (
                FailedPrecondition,
                "POST_VACANT",
                "post",
                vec![("unit", text(unit)), ("post", text(post))],
            ),
            Rejection::ApproverMissing { level, posts } => (
                InvalidArgument,
                "APPROVER_MISSING",
                "approved_by_id",
                vec![("level", text(&level.number())), ("posts", text(posts))],
            ),
            Rejection::NoAuthority {
                person,
                unit,
                level,
                posts,
            } => (
                FailedPrecondition,
                "NO_AUTHORITY",
                "approved_by_id",
                vec![
                    ("person", text(person)),
                    ("unit", text(unit)),
                    ("level", text(&level.number())),
                    ("posts", text(posts)),
                ],
            ),
            Rejection::SecondPersonMissing { level } => (
                InvalidArgument,
                "SECOND_PERSON_MISSING",
                "requested_by_id",
                vec![("level", text(&level.number()))],
            ),
            Rejection::SameTwoPersons { person, level } => (
                FailedPrecondition,
                "SAME_TWO_PERSONS",
                "requested_by_id",
                vec![("person", text(person)), ("level", text(&level.number()))],
            ),
            Rejection::NotADutyLead { person, unit } => (
                FailedPrecondition,
                "NOT_A_DUTY_LEAD",
                "requested_by_id",
                vec![("person", text(person)), ("unit", text(unit))],
            ),
            Rejection::CalmerThanAbove { response, level } => (
                FailedPrecondition,
                "CALMER_THAN_ABOVE",
                "level",
                vec![("response", text(response)), ("level", text(&level.number()))],
            ),
            Rejection::TwoOrders => (InvalidArgument, "TWO_ORDERS", "plan_orders", Vec::new()),
            Rejection::ResponseNotActive { response } => (
                FailedPrecondition,
                "RESPONSE_NOT_ACTIVE",
                "response_id",
                vec![("response", text(response))],
            ),
            Rejection::ResponseNotRequested { response } => (
                FailedPrecondition,
                "RESPONSE_NOT_REQUESTED",
                "response_id",
                vec![("response", text(response))],
            ),
            Rejection::ResponseNotProvisional { response } => (
                FailedPrecondition,
                "RESPONSE_NOT_PROVISIONAL",
                "response_id",
                vec![("response", text(response))],
            ),
            Rejection::NoCommandPost { response, unit } => (
                FailedPrecondition,
                "NO_COMMAND_POST",
                "unit_code",
                vec![("response", text(response)), ("unit", text(unit))],
            ),
            Rejection::CannotCommand { person } => (
                FailedPrecondition,
                "CANNOT_COMMAND",
                "to_id",
                vec![("person", text(person))],
            ),
            Rejection::CommandsElsewhere { person, unit } => (
                FailedPrecondition,
                "COMMANDS_ELSEWHERE",
                "to_id",
                vec![("person", text(person)), ("unit", text(unit))],
            ),
            Rejection::ReportFiled { response, kind } => (
                AlreadyExists,
                "REPORT_FILED",
                "kind",
                vec![
                    ("response", text(response)),
                    ("kind", word::of(&ReportKind::ALL, *kind).to_owned()),
                ],
            ),
            Rejection::NoFirstReport { response } => (
                FailedPrecondition,
                "NO_FIRST_REPORT",
                "kind",
                vec![("response", text(response))],
            ),
            Rejection::ReportAmends { response, seq } => (
                FailedPrecondition,
                "REPORT_AMENDS",
                "amends",
                vec![("response", text(response)), ("report", text(seq))],
            ),
            Rejection::ReportInFuture { field } => (InvalidArgument, "REPORT_IN_FUTURE", field, Vec::new()),
            Rejection::ResponseNotTerminated { response } => (
                FailedPrecondition,
                "RESPONSE_NOT_TERMINATED",
                "kind",
                vec![("response", text(response))],
            ),
            Rejection::UnknownBranch { branch } => {
                (NotFound, "UNKNOWN_BRANCH", "branch_id", vec![("branch", text(branch))])
            }
            Rejection::BranchStatus { branch, status } => (
                FailedPrecondition,
                "BRANCH_STATUS",
                "branch_id",
                vec![
                    ("branch", text(branch)),
                    ("status", word::of(&BranchStatus::ALL, *status).to_owned()),
                ],
            ),
            Rejection::BranchTooFew { branch, full, needed } => (
                FailedPrecondition,
                "BRANCH_TOO_FEW",
                "branch_id",
                vec![("branch", text(branch)), ("full", text(full)), ("needed", text(needed))],
            ),
            Rejection::BranchApprover { branch, unit, problem } => (
                FailedPrecondition,
                "BRANCH_APPROVER",
                "unit_code",
                vec![
                    ("branch", text(branch)),
                    ("unit", text(unit)),
                    ("problem", text(problem)),
                ],
            ),
            Rejection::BranchOfficer {
                branch,
                person,
                problem,
            } => (
                FailedPrecondition,
                "BRANCH_OFFICER",
                "",
                vec![
                    ("branch", text(branch)),
                    ("person", text(person)),
                    ("problem", text(problem)),
                ],
            ),
            Rejection::BranchCommittee { branch, full, size } => (
                FailedPrecondition,
                "BRANCH_COMMITTEE",
                "officers.committee_ids",
                vec![("branch", text(branch)), ("full", text(full)), ("size", text(size))],
            ),
            Rejection::BranchMemberElsewhere { person, branch } => (
                FailedPrecondition,
                "BRANCH_MEMBER_ELSEWHERE",
                "person_ids",
                vec![("person", text(person)), ("branch", text(branch))],
            ),
            Rejection::NotPartyMember { person } => (
                FailedPrecondition,
                "NOT_PARTY_MEMBER",
                "person_ids",
                vec![("person", text(person))],
            ),
            Rejection::NotDeployed { person, response } => (
                FailedPrecondition,
                "NOT_DEPLOYED",
                "person_ids",
                vec![("person", text(person)), ("response", text(response))],
            ),
            Rejection::NotInBranch { branch, person } => (
                FailedPrecondition,
                "NOT_IN_BRANCH",
                "person_ids",
                vec![("branch", text(branch)), ("person", text(person))],
            ),
            Rejection::BranchMerge { branch, into } => (
                FailedPrecondition,
                "BRANCH_MERGE",
                "into_branch_id",
                vec![("branch", text(branch)), ("into", text(into))],
            ),
            Rejection::FeedbackOpen { branch, units } => (
                FailedPrecondition,
                "FEEDBACK_OPEN",
                "without_feedback",
                vec![("branch", text(branch)), ("units", text(units))],
            ),
            Rejection::NoFeedbackDue { branch, unit } => (
                FailedPrecondition,
                "NO_FEEDBACK_DUE",
                "unit_code",
                vec![("branch", text(branch)), ("unit", text(unit))],
            ),
            Rejection::UnknownReinforcement { reinforcement } => (
                NotFound,
                "UNKNOWN_REINFORCEMENT",
                "reinforcement_id",
                vec![("reinforcement", text(reinforcement))],
            ),
            Rejection::ReinforcementEnded { reinforcement } => (
                FailedPrecondition,
                "REINFORCEMENT_ENDED",
                "reinforcement_id",
                vec![("reinforcement", text(reinforcement))],
            ),
            Rejection::TownOutsideResponse { unit, response } => (
                FailedPrecondition,
                "TOWN_OUTSIDE_RESPONSE",
                "town_code",
                vec![("unit", text(unit)), ("response", text(response))],
            ),
            Rejection::PlaceOutsideTown { unit, town } => (
                InvalidArgument,
                "PLACE_OUTSIDE_TOWN",
                "unit_code",
                vec![("unit", text(unit)), ("town", text(town))],
            ),
            Rejection::ReinforcementNumber { field, number, max } => (
                InvalidArgument,
                "REINFORCEMENT_NUMBER",
                *field,
                vec![("number", text(number)), ("max", text(max))],
            ),
            Rejection::NotTheAllocator { unit, allocators } => (
                FailedPrecondition,
                "NOT_THE_ALLOCATOR",
                "allocator_code",
                vec![("unit", text(unit)), ("allocators", text(allocators))],
            ),
            Rejection::HalfOfTeam { unit, unused } => (
                FailedPrecondition,
                "HALF_OF_TEAM",
                "set",
                vec![("unit", text(unit)), ("unused", text(unused))],
            ),
            Rejection::TooFewPeople { unit, asked, available } => (
                FailedPrecondition,
                "TOO_FEW_PEOPLE",
                "agency_code",
                vec![
                    ("unit", text(unit)),
                    ("asked", text(asked)),
                    ("available", text(available)),
                ],
            ),
            Rejection::AllocationStale => (FailedPrecondition, "ALLOCATION_STALE", "proposal", Vec::new()),
            Rejection::NobodyToAllocate => (FailedPrecondition, "NOBODY_TO_ALLOCATE", "", Vec::new()),
            Rejection::NoRequisition { reinforcement, unit } => (
                NotFound,
                "NO_REQUISITION",
                "agency_code",
                vec![("reinforcement", text(reinforcement)), ("unit", text(unit))],
            ),
            Rejection::NotTeamLead { person, unit } => (
                FailedPrecondition,
                "NOT_TEAM_LEAD",
                "answered_by",
                vec![("person", text(person)), ("unit", text(unit))],
            ),
            Rejection::CannotBeSent { person, why } => (
                FailedPrecondition,
                "CANNOT_BE_SENT",
                "person_ids",
                vec![("person", text(person)), ("why", text(why))],
            ),
            Rejection::NotArrived { reinforcement, person } => (
                FailedPrecondition,
                "NOT_ARRIVED",
                "person_ids",
                vec![("reinforcement", text(reinforcement)), ("person", text(person))],
            ),
            Rejection::UnknownWindow { window } => {
                (NotFound, "UNKNOWN_WINDOW", "window_ids", vec![("window", text(window))])
            }
            Rejection::NoWindow { unit } => (
                FailedPrecondition,
                "NO_WINDOW",
                "village_code",
                vec![("unit", text(unit))],
            ),
            Rejection::NotMobilizer { unit, allowed } => (
                FailedPrecondition,
                "NOT_MOBILIZER",
                "mobilized_by_code",
                vec![("unit", text(unit)), ("allowed", text(allowed))],
            ),
            Rejection::KeyAreaOutsideScope { unit, response } => (
                FailedPrecondition,
                "KEY_AREA_OUTSIDE_SCOPE",
                "key_area_codes",
                vec![("unit", text(unit)), ("response", text(response))],
            ),
            Rejection::NoVillage { unit } => (
                FailedPrecondition,
                "NO_VILLAGE",
                "key_area_codes",
                vec![("unit", text(unit))],
            ),
            Rejection::NotVillage { unit } => (
                FailedPrecondition,
                "NOT_VILLAGE",
                "village_code",
                vec![("unit", text(unit))],
            ),
            Rejection::NoVillageMusterPoint { unit } => (
                FailedPrecondition,
                "NO_VILLAGE_MUSTER_POINT",
                "key_area_codes",
                vec![("unit", text(unit))],
            ),
            Rejection::OutsideKeyArea { person } => (
                FailedPrecondition,
                "OUTSIDE_KEY_AREA",
                "person_ids",
                vec![("person", text(person))],
            ),
            Rejection::OtherVillage { person, unit } => (
                FailedPrecondition,
                "OTHER_VILLAGE",
                "village_code",
                vec![("person", text(person)), ("unit", text(unit))],
            ),
            Rejection::OnOtherDuty { person } => (
                FailedPrecondition,
                "ON_OTHER_DUTY",
                "person_ids",
                vec![("person", text(person))],
            ),
            Rejection::UnknownExemption { exemption } => (
                NotFound,
                "UNKNOWN_EXEMPTION",
                "exemption_id",
                vec![("exemption", text(exemption))],
            ),
            Rejection::ExemptionOverlaps { person, exemption } => (
                AlreadyExists,
                "EXEMPTION_OVERLAPS",
                "from_date",
                vec![("person", text(person)), ("exemption", text(exemption))],
            ),
            Rejection::NotConfirmed { person } => (
                FailedPrecondition,
                "NOT_CONFIRMED",
                "person_id",
                vec![("person", text(person))],
            ),
            Rejection::DoubleReportBasis { problem } => (
                FailedPrecondition,
                "DOUBLE_REPORT_BASIS",
                "basis",
                vec![("problem", text(problem))],
            ),
            Rejection::UnknownDoubleReport { unit } => (
                NotFound,
                "UNKNOWN_DOUBLE_REPORT",
                "community_code",
                vec![("unit", text(unit))],
            ),
            Rejection::UnknownScenario { .. }
            | Rejection::UnknownExercise { .. }
            | Rejection::ExerciseEnded { .. }
            | Rejection::ExerciseRunning { .. }
            | Rejection::ExerciseNotConfirmed { .. }
            | Rejection::TooManyExercises { .. }
            | Rejection::ExerciseRate { .. }
            | Rejection::HurriedWithPeople { .. }
            | Rejection::NotInExercises { .. }
            | Rejection::UnknownInject { .. }
            | Rejection::AlreadyInjected { .. }
            | Rejection::NotInjected { .. }
            | Rejection::TooManyRemarks { .. }
            | Rejection::ScheduleRule { .. }
            | Rejection::UnknownSchedule { .. }
            | Rejection::ScheduleEnded { .. }
            | Rejection::TooManySchedules { .. }
            | Rejection::NoOccurrence { .. }
            | Rejection::NothingToCome { .. }
            | Rejection::PostponedToPast { .. }
            | Rejection::WasPostponed { .. }
            | Rejection::NotConducting { .. }
            | Rejection::TooManySkipped { .. }
            | Rejection::RealOrderSaysExercise { .. }
            | Rejection::EverybodyExcused { .. }
            | Rejection::DeniesExercise { .. }
            | Rejection::UnknownAction { .. }
            | Rejection::ActionStatus { .. }
            | Rejection::OwnAction { .. }
            | Rejection::TooManyActions { .. }
            | Rejection::TooManyActionSteps { .. } => exercise::parts(rejection),
        };
    Shown {
        code,
        reason,
        metadata,
        field,
        message: rejection.to_string(),
    }
}
