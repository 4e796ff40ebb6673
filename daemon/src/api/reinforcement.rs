//! `ReinforcementService`: a town asks, the organization department allocates, agencies answer.

mod show;

use baiying_core::command::{Answer, Command};
use baiying_core::id::{ReinforcementId, ResponseId, UnitId};
use baiying_core::reinforcement::{
    AgencyLinkRow, AnswerRequisition, ApproveReinforcement, AssignReinforcement, ImportAgencyLinks,
    ProposeReinforcement, RequestReinforcement, RequisitionReply, WithdrawReinforcement,
};
use baiying_proto::v1;
use tonic::{Request, Response, Status, Streaming};

use super::convert::{boxes, deadline, import_mode, issued, parse, person_id, person_ids, receipt, response_id};
use super::org::{collect, imported};
use super::page::Page;
use super::refusal::{invalid, refusal};
use super::server::ApiContext;
use super::submit::{asked, command, digest, wrong_answer};
use crate::engine::Refusal;

/// Serves [`v1::reinforcement_service_server::ReinforcementService`].
pub(super) struct ReinforcementApi(pub(super) ApiContext);

/// Most entries of a list in one request.
const ITEMS_MAX: usize = 1_000;

/// Both answers an agency has, with the word for each.
const ANSWERS: [(bool, &str); 2] = [(true, "accept"), (false, "decline")];

fn id(id: u32) -> Result<ReinforcementId, Status> {
    if id == 0 {
        Err(invalid("reinforcement_id", "reinforcement_id is missing"))
    } else {
        Ok(ReinforcementId(id))
    }
}

fn at_most<T>(field: &'static str, items: &[T]) -> Result<(), Status> {
    if items.len() > ITEMS_MAX {
        return Err(invalid(
            field,
            format!("{field}: {} are more than {ITEMS_MAX}", items.len()),
        ));
    }
    Ok(())
}

fn proposes(request: v1::ProposeReinforcementRequest) -> Result<ProposeReinforcement, Status> {
    let v1::ProposeReinforcementRequest {
        reinforcement_ids,
        response_id,
        set,
    } = request;
    at_most("reinforcement_ids", &reinforcement_ids)?;
    at_most("set", &set)?;
    let set = set.into_iter().map(|it| (it.agency_code.into(), it.number));
    Ok(ProposeReinforcement {
        requests: reinforcement_ids.into_iter().map(id).collect::<Result<_, _>>()?,
        response: (response_id > 0).then_some(ResponseId(response_id)),
        set: set.collect(),
    })
}

#[tonic::async_trait]
impl v1::reinforcement_service_server::ReinforcementService for ReinforcementApi {
    async fn request_reinforcement(
        &self,
        request: Request<v1::RequestReinforcementRequest>,
    ) -> Result<Response<v1::RequestReinforcementResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("request-reinforcement", [&request]);
        let v1::RequestReinforcementRequest {
            context: _,
            response_id: response,
            town_code,
            number,
            skills,
            muster_point,
            village_code,
            arrive,
            task,
            reason,
            sign_offs,
        } = request;
        at_most("skills", &skills)?;
        let asks = Command::RequestReinforcement(RequestReinforcement {
            response: response_id(response)?,
            town_code: town_code.into(),
            number,
            skills: skills.into_iter().map(|it| (it.skill.into(), it.number)).collect(),
            muster_point: muster_point.into(),
            village_code: village_code.into(),
            arrive: deadline("arrive", arrive)?,
            task: task.into(),
            reason: reason.into(),
            sign_offs: boxes(sign_offs),
        });
        let reply = command(&self.0.engine, asked, digest, asks).await?;
        let Answer::Reinforcement(reinforcement) = reply.answer else {
            return Err(wrong_answer());
        };
        Ok(Response::new(v1::RequestReinforcementResponse {
            receipt: receipt(&reply),
            reinforcement_id: reinforcement.0,
        }))
    }

    async fn list_reinforcements(
        &self,
        request: Request<v1::ListReinforcementsRequest>,
    ) -> Result<Response<v1::ListReinforcementsResponse>, Status> {
        let v1::ListReinforcementsRequest {
            response_id,
            open,
            page,
        } = request.into_inner();
        let page = Page::of(page);
        let after = ReinforcementId(page.after_number()?);
        let state = self.0.engine.read();
        let rows = state.reinforcement.iter().filter(|row| {
            let of = response_id == 0 || row.need.response.0 == response_id;
            row.id > after && of && (!open || row.is_open())
        });
        let (reinforcements, next_page_token) = page.take(rows.map(|row| (row.id.0, show::request(&state, row))));
        Ok(Response::new(v1::ListReinforcementsResponse {
            reinforcements,
            next_page_token,
        }))
    }

    async fn get_reinforcement(
        &self,
        request: Request<v1::GetReinforcementRequest>,
    ) -> Result<Response<v1::GetReinforcementResponse>, Status> {
        let reinforcement = id(request.into_inner().reinforcement_id)?;
        let state = self.0.engine.read();
        let row = state.reinforcement.get(reinforcement);
        let unknown = baiying_core::Rejection::UnknownReinforcement { reinforcement };
        let row = row.ok_or_else(|| refusal(Refusal::Rejected(unknown)))?;
        Ok(Response::new(show::whole(&state, row)))
    }

    async fn propose_reinforcement(
        &self,
        request: Request<v1::ProposeReinforcementRequest>,
    ) -> Result<Response<v1::ProposeReinforcementResponse>, Status> {
        let proposes = proposes(request.into_inner())?;
        let state = self.0.engine.read();
        let now = self.0.clock.now();
        let at = state.at().map_or(now, |at| at.max(now));
        let proposal = proposes.propose(&state, &self.0.policy.reinforcement, at);
        let proposal = proposal.map_err(|rejection| refusal(Refusal::Rejected(rejection)))?;
        Ok(Response::new(show::proposal(&state, &proposal)))
    }

    async fn approve_reinforcement(
        &self,
        request: Request<v1::ApproveReinforcementRequest>,
    ) -> Result<Response<v1::ApproveReinforcementResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("approve-reinforcement", [&request]);
        let v1::ApproveReinforcementRequest {
            context: _,
            request,
            proposal,
            allocator_code,
            approved_by,
            answer_within_ms,
        } = request;
        let approves = Command::ApproveReinforcement(ApproveReinforcement {
            request: proposes(request.unwrap_or_default())?,
            proposal: proposal.into(),
            allocator_code: allocator_code.into(),
            approved_by: approved_by.into(),
            answer_within_ms,
        });
        let reply = command(&self.0.engine, asked, digest, approves).await?;
        let Answer::Allocated {
            people,
            agencies,
            uncovered,
        } = reply.answer
        else {
            return Err(wrong_answer());
        };
        Ok(Response::new(v1::ApproveReinforcementResponse {
            receipt: receipt(&reply),
            people,
            agencies,
            uncovered,
        }))
    }

    async fn answer_requisition(
        &self,
        request: Request<v1::AnswerRequisitionRequest>,
    ) -> Result<Response<v1::AnswerRequisitionResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("answer-requisition", [&request]);
        let v1::AnswerRequisitionRequest {
            context: _,
            reinforcement_id,
            agency_code,
            answered_by,
            answer,
            person_ids: people,
            reason,
        } = request;
        let reply = match parse("answer", &ANSWERS, &answer)? {
            true => RequisitionReply::Accept(person_ids(&people)?),
            false if people.is_empty() => RequisitionReply::Decline,
            false => {
                return Err(invalid(
                    "person_ids",
                    "who declines sends nobody; leave person_ids empty",
                ));
            }
        };
        let answers = Command::AnswerRequisition(AnswerRequisition {
            reinforcement: id(reinforcement_id)?,
            agency_code: agency_code.into(),
            by: person_id("answered_by", answered_by)?,
            reply,
            reason: reason.into(),
        });
        let reply = command(&self.0.engine, asked, digest, answers).await?;
        let order = if let Answer::Issued(order) = &reply.answer {
            Some(issued(order))
        } else {
            None
        };
        Ok(Response::new(v1::AnswerRequisitionResponse {
            receipt: receipt(&reply),
            issued: order,
        }))
    }

    async fn assign_reinforcement(
        &self,
        request: Request<v1::AssignReinforcementRequest>,
    ) -> Result<Response<v1::AssignReinforcementResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("assign-reinforcement", [&request]);
        let v1::AssignReinforcementRequest {
            context: _,
            reinforcement_id,
            unit_code,
            person_ids: people,
            all,
        } = request;
        let assigns = Command::AssignReinforcement(AssignReinforcement {
            reinforcement: id(reinforcement_id)?,
            unit_code: unit_code.into(),
            people: person_ids(&people)?,
            all,
        });
        let reply = command(&self.0.engine, asked, digest, assigns).await?;
        Ok(Response::new(v1::AssignReinforcementResponse {
            receipt: receipt(&reply),
        }))
    }

    async fn withdraw_reinforcement(
        &self,
        request: Request<v1::WithdrawReinforcementRequest>,
    ) -> Result<Response<v1::WithdrawReinforcementResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("withdraw-reinforcement", [&request]);
        let withdraws = Command::WithdrawReinforcement(WithdrawReinforcement {
            reinforcement: id(request.reinforcement_id)?,
            reason: request.reason.into(),
        });
        let reply = command(&self.0.engine, asked, digest, withdraws).await?;
        Ok(Response::new(v1::WithdrawReinforcementResponse {
            receipt: receipt(&reply),
        }))
    }

    async fn import_agency_links(
        &self,
        request: Request<Streaming<v1::ImportAgencyLinksRequest>>,
    ) -> Result<Response<v1::ImportAgencyLinksResponse>, Status> {
        let (header, rows) = collect(request.into_inner(), self.0.import_rows, |message| {
            (message.header.take(), std::mem::take(&mut message.rows))
        })
        .await?;
        let mode = import_mode(header.mode)?;
        let digest = digest(&format!("import-agency-links {}", header.mode), &rows);
        let rows = rows.into_iter().map(|row| AgencyLinkRow {
            row: row.row,
            agency_code: row.agency_code.into(),
            village_code: row.village_code.into(),
        });
        let command = Command::ImportAgencyLinks(ImportAgencyLinks {
            mode,
            rows: rows.collect(),
        });
        let report = Some(imported(&self.0, header, digest, command).await?);
        Ok(Response::new(v1::ImportAgencyLinksResponse { report }))
    }

    async fn list_agency_links(
        &self,
        request: Request<v1::ListAgencyLinksRequest>,
    ) -> Result<Response<v1::ListAgencyLinksResponse>, Status> {
        let page = Page::of(request.into_inner().page);
        let after = UnitId(page.after_number()?);
        let state = self.0.engine.read();
        let code = |unit: UnitId| state.org.get(unit).code.to_string();
        let links = state.reinforcement.all_links().filter(|(agency, _)| *agency > after);
        let (links, next_page_token) = page.take(links.map(|(agency, villages)| {
            let shown = v1::AgencyLinks {
                agency_code: code(agency),
                village_codes: villages.iter().map(|village| code(*village)).collect(),
            };
            (agency.0, shown)
        }));
        Ok(Response::new(v1::ListAgencyLinksResponse { links, next_page_token }))
    }
}
