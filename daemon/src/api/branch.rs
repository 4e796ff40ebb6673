//! `BranchService`: temporary Party branches.

mod change;
mod show;

use baiying_core::State;
use baiying_core::branch::Branch;
use baiying_core::id::BranchId;
use baiying_core::{Rejection, branch};
use baiying_proto::v1;
use tonic::{Request, Response, Status};

use super::refusal::{invalid, refusal};
use super::server::ApiContext;
use crate::engine::Refusal;

/// Serves [`v1::branch_service_server::BranchService`].
pub(super) struct BranchApi(pub(super) ApiContext);

fn branch_id(field: &'static str, id: u32) -> Result<BranchId, Status> {
    if id == 0 {
        Err(invalid(field, format!("{field} is missing")))
    } else {
        Ok(BranchId(id))
    }
}

fn known(state: &State, id: u32) -> Result<&Branch, Status> {
    let branch = branch_id("branch_id", id)?;
    state
        .branches
        .get(branch)
        .ok_or_else(|| refusal(Refusal::Rejected(Rejection::UnknownBranch { branch })))
}

impl BranchApi {
    /// How many homes wait for feedback, as it is published.
    fn owed(&self, id: u32) -> u32 {
        let state = self.0.engine.read();
        let branch = state.branches.get(BranchId(id));
        branch.map_or(0, |branch| waiting(&state, branch).count() as u32)
    }
}

/// Homes that wait: only while the branch is being dissolved.
fn waiting<'a>(state: &'a State, branch: &Branch) -> impl Iterator<Item = &'a str> + use<'a> {
    let owed = if branch.status == branch::BranchStatus::Dissolving {
        branch::owed(state, branch)
    } else {
        std::collections::BTreeSet::new()
    };
    owed.into_iter().map(move |unit| &*state.org.get(unit).code)
}

#[tonic::async_trait]
impl v1::branch_service_server::BranchService for BranchApi {
    async fn propose_branch(
        &self,
        request: Request<v1::ProposeBranchRequest>,
    ) -> Result<Response<v1::ProposeBranchResponse>, Status> {
        self.propose(request.into_inner()).await.map(Response::new)
    }
    async fn propose_branches(
        &self,
        request: Request<v1::ProposeBranchesRequest>,
    ) -> Result<Response<v1::ProposeBranchesResponse>, Status> {
        self.propose_by_rule(request.into_inner()).await.map(Response::new)
    }
    async fn review_branch(
        &self,
        request: Request<v1::ReviewBranchRequest>,
    ) -> Result<Response<v1::ReviewBranchResponse>, Status> {
        self.review(request.into_inner()).await.map(Response::new)
    }
    async fn approve_branch(
        &self,
        request: Request<v1::ApproveBranchRequest>,
    ) -> Result<Response<v1::ApproveBranchResponse>, Status> {
        self.approve(request.into_inner()).await.map(Response::new)
    }
    async fn reject_branch(
        &self,
        request: Request<v1::RejectBranchRequest>,
    ) -> Result<Response<v1::RejectBranchResponse>, Status> {
        self.reject(request.into_inner()).await.map(Response::new)
    }
    async fn withdraw_branch(
        &self,
        request: Request<v1::WithdrawBranchRequest>,
    ) -> Result<Response<v1::WithdrawBranchResponse>, Status> {
        self.withdraw(request.into_inner()).await.map(Response::new)
    }
    async fn appoint_officers(
        &self,
        request: Request<v1::AppointOfficersRequest>,
    ) -> Result<Response<v1::AppointOfficersResponse>, Status> {
        self.appoint(request.into_inner()).await.map(Response::new)
    }
    async fn join_branch(
        &self,
        request: Request<v1::JoinBranchRequest>,
    ) -> Result<Response<v1::JoinBranchResponse>, Status> {
        self.join(request.into_inner()).await.map(Response::new)
    }
    async fn leave_branch(
        &self,
        request: Request<v1::LeaveBranchRequest>,
    ) -> Result<Response<v1::LeaveBranchResponse>, Status> {
        self.leave(request.into_inner()).await.map(Response::new)
    }
    async fn merge_branch(
        &self,
        request: Request<v1::MergeBranchRequest>,
    ) -> Result<Response<v1::MergeBranchResponse>, Status> {
        self.merge(request.into_inner()).await.map(Response::new)
    }
    async fn convert_to_group(
        &self,
        request: Request<v1::ConvertToGroupRequest>,
    ) -> Result<Response<v1::ConvertToGroupResponse>, Status> {
        self.convert(request.into_inner()).await.map(Response::new)
    }
    async fn log_activity(
        &self,
        request: Request<v1::LogActivityRequest>,
    ) -> Result<Response<v1::LogActivityResponse>, Status> {
        self.log(request.into_inner()).await.map(Response::new)
    }
    async fn issue_feedback(
        &self,
        request: Request<v1::IssueFeedbackRequest>,
    ) -> Result<Response<v1::IssueFeedbackResponse>, Status> {
        self.feedback(request.into_inner()).await.map(Response::new)
    }
    async fn dissolve_branch(
        &self,
        request: Request<v1::DissolveBranchRequest>,
    ) -> Result<Response<v1::DissolveBranchResponse>, Status> {
        self.dissolve(request.into_inner()).await.map(Response::new)
    }
    async fn get_branch(
        &self,
        request: Request<v1::GetBranchRequest>,
    ) -> Result<Response<v1::GetBranchResponse>, Status> {
        show::one(&self.0, request.into_inner().branch_id).map(Response::new)
    }
    async fn list_branches(
        &self,
        request: Request<v1::ListBranchesRequest>,
    ) -> Result<Response<v1::ListBranchesResponse>, Status> {
        show::all(&self.0, request.into_inner()).map(Response::new)
    }
    async fn list_branch_members(
        &self,
        request: Request<v1::ListBranchMembersRequest>,
    ) -> Result<Response<v1::ListBranchMembersResponse>, Status> {
        show::members(&self.0, request.into_inner()).map(Response::new)
    }
    async fn list_branch_activities(
        &self,
        request: Request<v1::ListBranchActivitiesRequest>,
    ) -> Result<Response<v1::ListBranchActivitiesResponse>, Status> {
        show::activities(&self.0, request.into_inner()).map(Response::new)
    }
}
