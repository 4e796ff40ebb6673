//! Every method of the API with any bytes, except `AdminService`, which is served to operators only and whose requests say nothing
//! but a flag: it answers, refuses for a reason or says that the bytes are no message; it never
//! breaks, and the laws hold for whatever it journaled.

use bytes::Bytes;
use tonic::Code;
use tonic_types::StatusExt as _;

use crate::input::Input;
use crate::world::{Answer, World};

/// How a method is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// One message.
    Unary,
    /// Several messages, one after another.
    Messages,
    /// One message; the answers do not end.
    Endless,
}

/// Every method of the other services; the corpus counts on their order, so new ones go to the end.
#[rustfmt::skip]
const METHODS: [(&str, Shape); 165] = [
    ("/baiying.v1.FieldService/Receive", Shape::Endless),
    ("/baiying.v1.FieldService/ReportDelivery", Shape::Unary),
    ("/baiying.v1.FieldService/Acknowledge", Shape::Unary),
    ("/baiying.v1.FieldService/Decline", Shape::Unary),
    ("/baiying.v1.FieldService/Depart", Shape::Unary),
    ("/baiying.v1.FieldService/CheckIn", Shape::Unary),
    ("/baiying.v1.FieldService/Report", Shape::Messages),
    ("/baiying.v1.FieldService/EnrollDevice", Shape::Unary),
    ("/baiying.v1.FieldService/SubmitBatch", Shape::Unary),
    ("/baiying.v1.OrderService/IssueOrder", Shape::Unary),
    ("/baiying.v1.OrderService/SupersedeOrder", Shape::Unary),
    ("/baiying.v1.OrderService/CancelOrder", Shape::Unary),
    ("/baiying.v1.OrderService/CloseOrder", Shape::Unary),
    ("/baiying.v1.OrderService/SignOff", Shape::Unary),
    ("/baiying.v1.OrderService/ReleasePeople", Shape::Unary),
    ("/baiying.v1.OrderService/RecordAttempt", Shape::Unary),
    ("/baiying.v1.OrderService/GetOrder", Shape::Unary),
    ("/baiying.v1.OrderService/ListOrders", Shape::Unary),
    ("/baiying.v1.OrderService/ListDeliveries", Shape::Unary),
    ("/baiying.v1.OrgService/ImportUnits", Shape::Messages),
    ("/baiying.v1.OrgService/ListUnits", Shape::Unary),
    ("/baiying.v1.OrgService/GetUnit", Shape::Unary),
    ("/baiying.v1.OrgService/ImportMusterPoints", Shape::Messages),
    ("/baiying.v1.OrgService/ListMusterPoints", Shape::Unary),
    ("/baiying.v1.ResponseService/ActivateResponse", Shape::Unary),
    ("/baiying.v1.ResponseService/EscalateResponse", Shape::Unary),
    ("/baiying.v1.ResponseService/DeEscalateResponse", Shape::Unary),
    ("/baiying.v1.ResponseService/TerminateResponse", Shape::Unary),
    ("/baiying.v1.ResponseService/GetResponse", Shape::Unary),
    ("/baiying.v1.ResponseService/ListResponses", Shape::Unary),
    ("/baiying.v1.RosterService/ImportPeople", Shape::Messages),
    ("/baiying.v1.RosterService/ListPeople", Shape::Unary),
    ("/baiying.v1.RosterService/ImportTeams", Shape::Messages),
    ("/baiying.v1.RosterService/ListTeams", Shape::Unary),
    ("/baiying.v1.RosterService/RequestLeave", Shape::Unary),
    ("/baiying.v1.RosterService/DecideLeave", Shape::Unary),
    ("/baiying.v1.RosterService/ListLeave", Shape::Unary),
    ("/baiying.v1.WatchService/GetBoard", Shape::Unary),
    ("/baiying.v1.WatchService/Watch", Shape::Endless),
    ("/baiying.v1.WatchService/ListEvents", Shape::Unary),
    ("/baiying.v1.RosterService/VerifyPhones", Shape::Unary),
    ("/baiying.v1.RosterService/Unmask", Shape::Unary),
    ("/baiying.v1.RosterService/ListDisclosures", Shape::Unary),
    ("/baiying.v1.TeamService/SetCountPolicy", Shape::Unary),
    ("/baiying.v1.TeamService/Exclude", Shape::Unary),
    ("/baiying.v1.TeamService/EndExclusion", Shape::Unary),
    ("/baiying.v1.TeamService/ListExclusions", Shape::Unary),
    ("/baiying.v1.TeamService/GrantWaiver", Shape::Unary),
    ("/baiying.v1.TeamService/RevokeWaiver", Shape::Unary),
    ("/baiying.v1.TeamService/Quota", Shape::Unary),
    ("/baiying.v1.TeamService/ProposeTeam", Shape::Unary),
    ("/baiying.v1.TeamService/ApproveTeam", Shape::Unary),
    ("/baiying.v1.ReinforcementService/RequestReinforcement", Shape::Unary),
    ("/baiying.v1.ReinforcementService/ListReinforcements", Shape::Unary),
    ("/baiying.v1.ReinforcementService/GetReinforcement", Shape::Unary),
    ("/baiying.v1.ReinforcementService/ProposeReinforcement", Shape::Unary),
    ("/baiying.v1.ReinforcementService/ApproveReinforcement", Shape::Unary),
    ("/baiying.v1.ReinforcementService/AnswerRequisition", Shape::Unary),
    ("/baiying.v1.ReinforcementService/AssignReinforcement", Shape::Unary),
    ("/baiying.v1.ReinforcementService/WithdrawReinforcement", Shape::Unary),
    ("/baiying.v1.ReinforcementService/ImportAgencyLinks", Shape::Messages),
    ("/baiying.v1.ReinforcementService/ListAgencyLinks", Shape::Unary),
    ("/baiying.v1.InPlaceService/OpenWindows", Shape::Unary),
    ("/baiying.v1.InPlaceService/CloseWindows", Shape::Unary),
    ("/baiying.v1.InPlaceService/ListWindows", Shape::Unary),
    ("/baiying.v1.InPlaceService/ReportInPlace", Shape::Unary),
    ("/baiying.v1.InPlaceService/ConfirmReports", Shape::Unary),
    ("/baiying.v1.InPlaceService/RejectReports", Shape::Unary),
    ("/baiying.v1.InPlaceService/AssignTask", Shape::Unary),
    ("/baiying.v1.InPlaceService/ListInPlaceReports", Shape::Unary),
    ("/baiying.v1.InPlaceService/ListMobile", Shape::Unary),
    ("/baiying.v1.InPlaceService/ExemptMember", Shape::Unary),
    ("/baiying.v1.InPlaceService/EndExemption", Shape::Unary),
    ("/baiying.v1.InPlaceService/ListExemptions", Shape::Unary),
    ("/baiying.v1.InPlaceService/ImportPreRegistrations", Shape::Messages),
    ("/baiying.v1.InPlaceService/ListPreRegistrations", Shape::Unary),
    ("/baiying.v1.InPlaceService/SummarizePreRegistrations", Shape::Unary),
    ("/baiying.v1.InPlaceService/RecordDoubleReport", Shape::Unary),
    ("/baiying.v1.InPlaceService/EndDoubleReport", Shape::Unary),
    ("/baiying.v1.InPlaceService/ListDoubleReports", Shape::Unary),
    ("/baiying.v1.DutyService/ImportCalendar", Shape::Messages),
    ("/baiying.v1.DutyService/ListCalendar", Shape::Unary),
    ("/baiying.v1.DutyService/ImportRosters", Shape::Messages),
    ("/baiying.v1.DutyService/ListRosters", Shape::Unary),
    ("/baiying.v1.DutyService/OnDuty", Shape::Unary),
    ("/baiying.v1.DutyService/ListShifts", Shape::Unary),
    ("/baiying.v1.DutyService/CheckRosters", Shape::Unary),
    ("/baiying.v1.DutyService/SetStandIn", Shape::Unary),
    ("/baiying.v1.DutyService/EndStandIn", Shape::Unary),
    ("/baiying.v1.DutyService/ListStandIns", Shape::Unary),
    ("/baiying.v1.DutyService/RequestSwap", Shape::Unary),
    ("/baiying.v1.DutyService/ConsentSwap", Shape::Unary),
    ("/baiying.v1.DutyService/DecideSwap", Shape::Unary),
    ("/baiying.v1.DutyService/ListSwaps", Shape::Unary),
    ("/baiying.v1.DutyService/SignIn", Shape::Unary),
    ("/baiying.v1.DutyService/SignOut", Shape::Unary),
    ("/baiying.v1.DutyService/SetBackup", Shape::Unary),
    ("/baiying.v1.DutyService/ListBackups", Shape::Unary),
    ("/baiying.v1.ReadinessService/Readiness", Shape::Unary),
    ("/baiying.v1.ReadinessService/ListEvaluations", Shape::Unary),
    ("/baiying.v1.ReadinessService/PlanSpotChecks", Shape::Unary),
    ("/baiying.v1.ReadinessService/AnswerSpotCheck", Shape::Unary),
    ("/baiying.v1.ReadinessService/RecordSpotCheck", Shape::Unary),
    ("/baiying.v1.ReadinessService/CancelSpotCheck", Shape::Unary),
    ("/baiying.v1.ReadinessService/ListSpotChecks", Shape::Unary),
    ("/baiying.v1.PlanService/ImportPlan", Shape::Unary),
    ("/baiying.v1.PlanService/ListPlans", Shape::Unary),
    ("/baiying.v1.PlanService/GetPlan", Shape::Unary),
    ("/baiying.v1.PostService/ImportPosts", Shape::Messages),
    ("/baiying.v1.PostService/ListPosts", Shape::Unary),
    ("/baiying.v1.PostService/EndPost", Shape::Unary),
    ("/baiying.v1.TeamService/ListTeamSlots", Shape::Unary),
    ("/baiying.v1.ResponseService/ListTimeline", Shape::Unary),
    ("/baiying.v1.SituationService/FileReport", Shape::Unary),
    ("/baiying.v1.SituationService/ListReports", Shape::Unary),
    ("/baiying.v1.SituationService/GetReport", Shape::Unary),
    ("/baiying.v1.SituationService/ListClocks", Shape::Unary),
    ("/baiying.v1.BranchService/ProposeBranch", Shape::Unary),
    ("/baiying.v1.BranchService/ProposeBranches", Shape::Unary),
    ("/baiying.v1.BranchService/ReviewBranch", Shape::Unary),
    ("/baiying.v1.BranchService/ApproveBranch", Shape::Unary),
    ("/baiying.v1.BranchService/RejectBranch", Shape::Unary),
    ("/baiying.v1.BranchService/WithdrawBranch", Shape::Unary),
    ("/baiying.v1.BranchService/AppointOfficers", Shape::Unary),
    ("/baiying.v1.BranchService/JoinBranch", Shape::Unary),
    ("/baiying.v1.BranchService/LeaveBranch", Shape::Unary),
    ("/baiying.v1.BranchService/MergeBranch", Shape::Unary),
    ("/baiying.v1.BranchService/ConvertToGroup", Shape::Unary),
    ("/baiying.v1.BranchService/LogActivity", Shape::Unary),
    ("/baiying.v1.BranchService/IssueFeedback", Shape::Unary),
    ("/baiying.v1.BranchService/DissolveBranch", Shape::Unary),
    ("/baiying.v1.BranchService/GetBranch", Shape::Unary),
    ("/baiying.v1.BranchService/ListBranches", Shape::Unary),
    ("/baiying.v1.BranchService/ListBranchMembers", Shape::Unary),
    ("/baiying.v1.BranchService/ListBranchActivities", Shape::Unary),
    ("/baiying.v1.ResponseService/RehearseResponse", Shape::Unary),
    ("/baiying.v1.ResponseService/RequestResponse", Shape::Unary),
    ("/baiying.v1.ResponseService/ApproveResponse", Shape::Unary),
    ("/baiying.v1.ResponseService/RejectResponse", Shape::Unary),
    ("/baiying.v1.ResponseService/ConfirmResponse", Shape::Unary),
    ("/baiying.v1.CommandService/ListCommandTree", Shape::Unary),
    ("/baiying.v1.CommandService/HandOverCommand", Shape::Unary),
    ("/baiying.v1.ExerciseService/ImportScenario", Shape::Unary),
    ("/baiying.v1.ExerciseService/ListScenarios", Shape::Unary),
    ("/baiying.v1.ExerciseService/GetScenario", Shape::Unary),
    ("/baiying.v1.ExerciseService/StartExercise", Shape::Unary),
    ("/baiying.v1.ExerciseService/ControlExercise", Shape::Unary),
    ("/baiying.v1.ExerciseService/PutInject", Shape::Unary),
    ("/baiying.v1.ExerciseService/ObserveInject", Shape::Unary),
    ("/baiying.v1.ExerciseService/ListExercises", Shape::Unary),
    ("/baiying.v1.ExerciseService/GetExercise", Shape::Unary),
    ("/baiying.v1.ExerciseService/ScheduleExercise", Shape::Unary),
    ("/baiying.v1.ExerciseService/ChangeSchedule", Shape::Unary),
    ("/baiying.v1.ExerciseService/ListSchedules", Shape::Unary),
    ("/baiying.v1.ExerciseService/GetSchedule", Shape::Unary),
    ("/baiying.v1.ExerciseService/ListOccurrences", Shape::Unary),
    ("/baiying.v1.ExerciseService/GetExerciseReport", Shape::Unary),
    ("/baiying.v1.ExerciseService/RaiseAction", Shape::Unary),
    ("/baiying.v1.ExerciseService/AmendAction", Shape::Unary),
    ("/baiying.v1.ExerciseService/ReportAction", Shape::Unary),
    ("/baiying.v1.ExerciseService/VerifyAction", Shape::Unary),
    ("/baiying.v1.ExerciseService/ReopenAction", Shape::Unary),
    ("/baiying.v1.ExerciseService/WithdrawAction", Shape::Unary),
    ("/baiying.v1.ExerciseService/ListActions", Shape::Unary),
    ("/baiying.v1.ExerciseService/GetAction", Shape::Unary),
];

/// Calls of one input at most.
const CALLS_MAX: usize = 24;

/// The method with this number.
fn method(number: usize) -> Option<(&'static str, Shape)> {
    METHODS.get(number).copied()
}

/// Calls, each with the number of its method and its message, for streams its messages; or a number that is no method, and
/// time passes.
pub fn api(data: &[u8]) {
    let mut input = Input(data);
    let mut world = World::new();
    for _ in 0..CALLS_MAX {
        if input.is_empty() {
            break;
        }
        match method(usize::from(input.byte())) {
            None => world.pass(i64::from(input.short()) * 1000),
            Some((path, shape)) => {
                let before = world.revision();
                let mut piece = Input(input.piece());
                let mut messages = Vec::new();
                if shape == Shape::Messages {
                    while !piece.is_empty() {
                        messages.push(Bytes::copy_from_slice(piece.piece()));
                    }
                } else {
                    messages.push(Bytes::copy_from_slice(piece.0));
                }
                let answer = world.call(path, &messages, shape == Shape::Endless);
                check(path, &answer);
                assert!(world.revision() >= before);
            }
        }
    }
    world.finish();
}

/// A refusal is one that the documents explain, or says that the bytes are no message.
fn check(path: &str, Answer { status, messages }: &Answer) {
    if status.code() == Code::Ok {
        return;
    }
    assert!(
        messages.is_empty() || path.ends_with("/Report"),
        "{path} answered and refused: {status:?}"
    );
    let is_reasoned = status
        .get_details_error_info()
        .is_some_and(|info| !info.reason.is_empty());
    let is_no_message = status.code() == Code::Internal && status.message().contains("failed to decode Protobuf");
    // A stream of rows that is cut short or not sent at all.
    let is_missing = status.code() == Code::Internal && status.message().contains("Missing request message");
    assert!(is_reasoned || is_no_message || is_missing, "{path} broke: {status:?}");
}

/// The input that makes these calls.
pub(crate) fn encode(calls: &[crate::district::Call]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for call in calls {
        let number = METHODS.iter().position(|(path, _)| *path == call.path);
        let number = number.unwrap_or_else(|| panic!("{} is no method", call.path));
        bytes.push(u8::try_from(number).expect("few"));
        let body = match method(number) {
            Some((_, Shape::Messages)) => call.messages.iter().flat_map(|it| crate::input::piece(it)).collect(),
            _ => call.messages.concat(),
        };
        bytes.extend(crate::input::piece(&body));
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One that is missing here would never be fuzzed, as `AdminService` is on purpose.
    #[test]
    fn every_method_is_called() {
        let known: Vec<&str> = METHODS.iter().map(|(path, _)| *path).collect();
        let protos = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../proto/baiying/v1");
        let mut seen = 0;
        for file in std::fs::read_dir(protos).expect("the schemas") {
            let text = std::fs::read_to_string(file.expect("read").path()).expect("read");
            let mut service = String::new();
            for line in text.lines() {
                if let Some(rest) = line.strip_prefix("service ") {
                    service = rest.trim_end_matches([' ', '{']).to_owned();
                }
                if let Some(rest) = line.trim_start().strip_prefix("rpc ") {
                    let path = format!("/baiying.v1.{service}/{}", rest.split('(').next().unwrap_or_default());
                    assert!(
                        service == "AdminService" || known.contains(&path.as_str()),
                        "{path} is not fuzzed"
                    );
                    seen += 1;
                }
            }
        }
        assert!(seen >= known.len());
    }
}
