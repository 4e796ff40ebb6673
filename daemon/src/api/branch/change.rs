//! What changes branches: each request to its command.

use baiying_core::branch::{
    AppointOfficers, ApproveBranch, ConvertBranch, DissolveBranch, EXPECTED_DAYS_MAX, IssueFeedback, JoinBranch,
    LeaveBranch, LogActivity, MergeBranch, Officers, PEOPLE_MAX, ProposeBranch, ProposeBranches, RejectBranch,
    ReviewBranch, WithdrawBranch,
};
use baiying_core::command::{Answer, Command, Reply};
use baiying_core::id::{BranchId, PersonId};
use baiying_proto::v1;
use prost::Message;
use tonic::Status;

use super::{BranchApi, branch_id};
use crate::api::convert::{optional_date, person_id, receipt, response_id};
use crate::api::refusal::invalid;
use crate::api::submit::{asked, command, digest, wrong_answer};

fn people(field: &'static str, ids: &[u32]) -> Result<Vec<PersonId>, Status> {
    if ids.len() > PEOPLE_MAX {
        let message = format!("{field} names {} people, at most {PEOPLE_MAX}", ids.len());
        return Err(invalid(field, message));
    }
    ids.iter().map(|id| person_id(field, *id)).collect()
}

fn officers(officers: Option<v1::BranchOfficers>) -> Result<Officers, Status> {
    let v1::BranchOfficers {
        secretary_id,
        deputy_id,
        committee_ids,
    } = officers.ok_or_else(|| invalid("officers", "officers is missing: who is the secretary"))?;
    Ok(Officers {
        secretary: person_id("officers.secretary_id", secretary_id)?,
        deputy: Some(PersonId(deputy_id)).filter(|person| person.0 > 0),
        committee: people("officers.committee_ids", &committee_ids)?,
    })
}

fn proposed(reply: &Reply) -> Result<Vec<BranchId>, Status> {
    let Answer::Branches(branches) = &reply.answer else {
        return Err(wrong_answer());
    };
    Ok(branches.clone())
}

impl BranchApi {
    async fn ask<M: Message>(
        &self,
        context: Option<v1::CommandContext>,
        kind: &str,
        request: &M,
        asks: Command,
    ) -> Result<Reply, Status> {
        command(&self.0.engine, asked(context)?, digest(kind, [request]), asks).await
    }

    pub(super) async fn propose(
        &self,
        mut request: v1::ProposeBranchRequest,
    ) -> Result<v1::ProposeBranchResponse, Status> {
        let context = request.context.take();
        if request.expected_days > EXPECTED_DAYS_MAX {
            let message = format!(
                "expected_days is {}, at most {EXPECTED_DAYS_MAX}",
                request.expected_days
            );
            return Err(invalid("expected_days", message));
        }
        let asks = Command::ProposeBranch(ProposeBranch {
            response: response_id(request.response_id)?,
            site: request.site.as_str().into(),
            front: request.front.as_str().into(),
            name: request.name.as_str().into(),
            expected_days: request.expected_days,
            people: people("person_ids", &request.person_ids)?,
            applicants: people("applicant_ids", &request.applicant_ids)?,
        });
        let reply = self.ask(context, "propose-branch", &request, asks).await?;
        Ok(v1::ProposeBranchResponse {
            receipt: receipt(&reply),
            branch_id: proposed(&reply)?.first().ok_or_else(wrong_answer)?.0,
        })
    }

    pub(super) async fn propose_by_rule(
        &self,
        mut request: v1::ProposeBranchesRequest,
    ) -> Result<v1::ProposeBranchesResponse, Status> {
        let context = request.context.take();
        let response = response_id(request.response_id)?;
        let asks = Command::ProposeBranches(ProposeBranches { response });
        let reply = self.ask(context, "propose-branches", &request, asks).await?;
        Ok(v1::ProposeBranchesResponse {
            receipt: receipt(&reply),
            branch_ids: proposed(&reply)?.iter().map(|branch| branch.0).collect(),
        })
    }

    pub(super) async fn review(
        &self,
        mut request: v1::ReviewBranchRequest,
    ) -> Result<v1::ReviewBranchResponse, Status> {
        let context = request.context.take();
        let asks = Command::ReviewBranch(ReviewBranch {
            branch: branch_id("branch_id", request.branch_id)?,
            unit_code: request.unit_code.as_str().into(),
        });
        let reply = self.ask(context, "review-branch", &request, asks).await?;
        let receipt = receipt(&reply);
        Ok(v1::ReviewBranchResponse { receipt })
    }

    pub(super) async fn approve(
        &self,
        mut request: v1::ApproveBranchRequest,
    ) -> Result<v1::ApproveBranchResponse, Status> {
        let context = request.context.take();
        let asks = Command::ApproveBranch(ApproveBranch {
            branch: branch_id("branch_id", request.branch_id)?,
            unit_code: request.unit_code.as_str().into(),
            document: request.document.as_str().into(),
            officers: officers(request.officers.clone())?,
        });
        let reply = self.ask(context, "approve-branch", &request, asks).await?;
        let receipt = receipt(&reply);
        Ok(v1::ApproveBranchResponse { receipt })
    }

    pub(super) async fn reject(
        &self,
        mut request: v1::RejectBranchRequest,
    ) -> Result<v1::RejectBranchResponse, Status> {
        let context = request.context.take();
        let asks = Command::RejectBranch(RejectBranch {
            branch: branch_id("branch_id", request.branch_id)?,
            unit_code: request.unit_code.as_str().into(),
            reason: request.reason.as_str().into(),
        });
        let reply = self.ask(context, "reject-branch", &request, asks).await?;
        let receipt = receipt(&reply);
        Ok(v1::RejectBranchResponse { receipt })
    }

    pub(super) async fn withdraw(
        &self,
        mut request: v1::WithdrawBranchRequest,
    ) -> Result<v1::WithdrawBranchResponse, Status> {
        let context = request.context.take();
        let asks = Command::WithdrawBranch(WithdrawBranch {
            branch: branch_id("branch_id", request.branch_id)?,
            reason: request.reason.as_str().into(),
        });
        let reply = self.ask(context, "withdraw-branch", &request, asks).await?;
        let receipt = receipt(&reply);
        Ok(v1::WithdrawBranchResponse { receipt })
    }

    pub(super) async fn appoint(
        &self,
        mut request: v1::AppointOfficersRequest,
    ) -> Result<v1::AppointOfficersResponse, Status> {
        let context = request.context.take();
        let asks = Command::AppointOfficers(AppointOfficers {
            branch: branch_id("branch_id", request.branch_id)?,
            unit_code: request.unit_code.as_str().into(),
            document: request.document.as_str().into(),
            officers: officers(request.officers.clone())?,
        });
        let reply = self.ask(context, "appoint-branch-officers", &request, asks).await?;
        let receipt = receipt(&reply);
        Ok(v1::AppointOfficersResponse { receipt })
    }

    pub(super) async fn join(&self, mut request: v1::JoinBranchRequest) -> Result<v1::JoinBranchResponse, Status> {
        let context = request.context.take();
        let asks = Command::JoinBranch(JoinBranch {
            branch: branch_id("branch_id", request.branch_id)?,
            people: people("person_ids", &request.person_ids)?,
            applicants: people("applicant_ids", &request.applicant_ids)?,
        });
        let reply = self.ask(context, "join-branch", &request, asks).await?;
        let receipt = receipt(&reply);
        Ok(v1::JoinBranchResponse { receipt })
    }

    pub(super) async fn leave(&self, mut request: v1::LeaveBranchRequest) -> Result<v1::LeaveBranchResponse, Status> {
        let context = request.context.take();
        let asks = Command::LeaveBranch(LeaveBranch {
            branch: branch_id("branch_id", request.branch_id)?,
            people: people("person_ids", &request.person_ids)?,
        });
        let reply = self.ask(context, "leave-branch", &request, asks).await?;
        let receipt = receipt(&reply);
        Ok(v1::LeaveBranchResponse { receipt })
    }

    pub(super) async fn merge(&self, mut request: v1::MergeBranchRequest) -> Result<v1::MergeBranchResponse, Status> {
        let context = request.context.take();
        let asks = Command::MergeBranch(MergeBranch {
            branch: branch_id("branch_id", request.branch_id)?,
            into: branch_id("into_branch_id", request.into_branch_id)?,
            unit_code: request.unit_code.as_str().into(),
            document: request.document.as_str().into(),
        });
        let reply = self.ask(context, "merge-branch", &request, asks).await?;
        let receipt = receipt(&reply);
        Ok(v1::MergeBranchResponse { receipt })
    }

    pub(super) async fn convert(
        &self,
        mut request: v1::ConvertToGroupRequest,
    ) -> Result<v1::ConvertToGroupResponse, Status> {
        let context = request.context.take();
        let asks = Command::ConvertBranch(ConvertBranch {
            branch: branch_id("branch_id", request.branch_id)?,
            unit_code: request.unit_code.as_str().into(),
            document: request.document.as_str().into(),
        });
        let reply = self.ask(context, "convert-branch", &request, asks).await?;
        let receipt = receipt(&reply);
        Ok(v1::ConvertToGroupResponse { receipt })
    }

    pub(super) async fn log(&self, mut request: v1::LogActivityRequest) -> Result<v1::LogActivityResponse, Status> {
        let context = request.context.take();
        let asks = Command::LogActivity(LogActivity {
            branch: branch_id("branch_id", request.branch_id)?,
            on: optional_date("on_date", &request.on_date)?,
            text: request.text.as_str().into(),
        });
        let reply = self.ask(context, "log-branch-activity", &request, asks).await?;
        let receipt = receipt(&reply);
        Ok(v1::LogActivityResponse { receipt })
    }

    pub(super) async fn feedback(
        &self,
        mut request: v1::IssueFeedbackRequest,
    ) -> Result<v1::IssueFeedbackResponse, Status> {
        let context = request.context.take();
        let asks = Command::IssueFeedback(IssueFeedback {
            branch: branch_id("branch_id", request.branch_id)?,
            unit_code: request.unit_code.as_str().into(),
            written_by: person_id("written_by_id", request.written_by_id)?,
            note: request.note.as_str().into(),
        });
        let reply = self.ask(context, "issue-branch-feedback", &request, asks).await?;
        Ok(v1::IssueFeedbackResponse {
            receipt: receipt(&reply),
            owed: self.owed(request.branch_id),
        })
    }

    pub(super) async fn dissolve(
        &self,
        mut request: v1::DissolveBranchRequest,
    ) -> Result<v1::DissolveBranchResponse, Status> {
        let context = request.context.take();
        let asks = Command::DissolveBranch(DissolveBranch {
            branch: branch_id("branch_id", request.branch_id)?,
            reason: request.reason.as_str().into(),
            without_feedback: request.without_feedback,
        });
        let reply = self.ask(context, "dissolve-branch", &request, asks).await?;
        Ok(v1::DissolveBranchResponse {
            receipt: receipt(&reply),
            owed: self.owed(request.branch_id),
        })
    }
}
