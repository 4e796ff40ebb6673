//! `ResponseService`.

mod rehearse;
mod shown;

use baiying_core::Rejection;
use baiying_core::command::{Answer, Command, Reply};
use baiying_core::id::{PersonId, ResponseId};
use baiying_core::response::{
    ActivateResponse, Approval, ApproveResponse, Asked, ChangeLevel, ConfirmResponse, RejectResponse, RequestResponse,
    TemplateOrders, TerminateResponse,
};
use baiying_proto::v1;
use tonic::{Request, Response, Status};

use super::convert::{boxes, draft, issued, person_id, receipt, response_id, unix_ms};
use super::page::Page;
use super::refusal::refusal;
use super::server::ApiContext;
use super::submit::{asked, command, digest, wrong_answer};
use super::timeline;
use super::view::{past, view};
use crate::engine::Refusal;
use shown::shown;

/// Serves [`v1::response_service_server::ResponseService`].
pub(super) struct ResponseApi(pub(super) ApiContext);

/// The persons who stand for a decision; the core says who is missing.
fn approval(approval: Option<v1::Approval>) -> Approval {
    let v1::Approval {
        requested_by_id,
        approved_by_id,
    } = approval.unwrap_or_default();
    let person = |id: u32| (id != 0).then_some(PersonId(id));
    Approval {
        requested_by: person(requested_by_id),
        approved_by: person(approved_by_id),
    }
}

fn plan_orders(orders: Option<v1::PlanOrders>) -> Option<TemplateOrders> {
    orders.map(|v1::PlanOrders { muster_point_codes }| TemplateOrders {
        muster_points: boxes(muster_point_codes),
    })
}

/// What an activation asks for. Its context was taken.
fn activation(request: v1::ActivateResponseRequest) -> Result<ActivateResponse, Status> {
    let v1::ActivateResponseRequest {
        context: _,
        plan,
        event,
        jurisdiction_code,
        level,
        scope_codes,
        reason,
        basis,
        order,
        approval: persons,
        provisional,
        plan_orders: template,
    } = request;
    Ok(ActivateResponse {
        asked: Asked {
            plan: plan.into(),
            event: event.into(),
            jurisdiction: jurisdiction_code.into(),
            level,
            scope: boxes(scope_codes),
            reason: reason.into(),
            basis: basis.into(),
        },
        approval: approval(persons),
        provisional,
        order: order.map(|order| draft(Some(order))).transpose()?,
        template: plan_orders(template),
    })
}

impl ResponseApi {
    async fn change_level(&self, up: bool, mut request: v1::EscalateResponseRequest) -> Result<Reply, Status> {
        let asked = asked(request.context.take())?;
        let digest = digest(if up { "escalate" } else { "de-escalate" }, [&request]);
        let v1::EscalateResponseRequest {
            context: _,
            response_id: id,
            level,
            scope_codes,
            reason,
            basis,
            approval: persons,
            plan_orders: template,
        } = request;
        let change = ChangeLevel {
            response: response_id(id)?,
            up,
            level,
            scope: boxes(scope_codes),
            reason: reason.into(),
            basis: basis.into(),
            approval: approval(persons),
            template: plan_orders(template),
        };
        command(&self.0.engine, asked, digest, Command::ChangeLevel(change)).await
    }
}

#[tonic::async_trait]
impl v1::response_service_server::ResponseService for ResponseApi {
    async fn rehearse_response(
        &self,
        request: Request<v1::RehearseResponseRequest>,
    ) -> Result<Response<v1::RehearseResponseResponse>, Status> {
        rehearse::rehearse(&self.0, request.into_inner())
            .await
            .map(Response::new)
    }

    async fn request_response(
        &self,
        request: Request<v1::RequestResponseRequest>,
    ) -> Result<Response<v1::RequestResponseResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("request-response", [&request]);
        let v1::RequestResponseRequest {
            context: _,
            plan,
            event,
            jurisdiction_code,
            level,
            scope_codes,
            reason,
            basis,
            requested_by_id,
        } = request;
        let requested = RequestResponse {
            asked: Asked {
                plan: plan.into(),
                event: event.into(),
                jurisdiction: jurisdiction_code.into(),
                level,
                scope: boxes(scope_codes),
                reason: reason.into(),
                basis: basis.into(),
            },
            requested_by: person_id("requested_by_id", requested_by_id)?,
        };
        let reply = command(&self.0.engine, asked, digest, Command::RequestResponse(requested)).await?;
        let Answer::Activated { response, order: _ } = &reply.answer else {
            return Err(wrong_answer());
        };
        Ok(Response::new(v1::RequestResponseResponse {
            receipt: receipt(&reply),
            response_id: response.0,
        }))
    }

    async fn approve_response(
        &self,
        request: Request<v1::ApproveResponseRequest>,
    ) -> Result<Response<v1::ApproveResponseResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("approve-response", [&request]);
        let v1::ApproveResponseRequest {
            context: _,
            response_id: id,
            approved_by_id,
            order,
            plan_orders: template,
        } = request;
        let approved = ApproveResponse {
            response: response_id(id)?,
            approved_by: person_id("approved_by_id", approved_by_id)?,
            order: order.map(|order| draft(Some(order))).transpose()?,
            template: plan_orders(template),
        };
        let reply = command(&self.0.engine, asked, digest, Command::ApproveResponse(approved)).await?;
        let Answer::Activated { response: _, order } = &reply.answer else {
            return Err(wrong_answer());
        };
        Ok(Response::new(v1::ApproveResponseResponse {
            receipt: receipt(&reply),
            order: order.as_ref().map(issued),
        }))
    }

    async fn reject_response(
        &self,
        request: Request<v1::RejectResponseRequest>,
    ) -> Result<Response<v1::RejectResponseResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("reject-response", [&request]);
        let rejected = RejectResponse {
            response: response_id(request.response_id)?,
            by: person_id("rejected_by_id", request.rejected_by_id)?,
            reason: request.reason.into(),
        };
        let reply = command(&self.0.engine, asked, digest, Command::RejectResponse(rejected)).await?;
        Ok(Response::new(v1::RejectResponseResponse {
            receipt: receipt(&reply),
        }))
    }

    async fn confirm_response(
        &self,
        request: Request<v1::ConfirmResponseRequest>,
    ) -> Result<Response<v1::ConfirmResponseResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("confirm-response", [&request]);
        let confirmed = ConfirmResponse {
            response: response_id(request.response_id)?,
            approved_by: person_id("approved_by_id", request.approved_by_id)?,
        };
        let reply = command(&self.0.engine, asked, digest, Command::ConfirmResponse(confirmed)).await?;
        Ok(Response::new(v1::ConfirmResponseResponse {
            receipt: receipt(&reply),
        }))
    }

    async fn activate_response(
        &self,
        request: Request<v1::ActivateResponseRequest>,
    ) -> Result<Response<v1::ActivateResponseResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("activate", [&request]);
        let activate = activation(request)?;
        let reply = command(&self.0.engine, asked, digest, Command::ActivateResponse(activate)).await?;
        let Answer::Activated { response, order } = &reply.answer else {
            return Err(wrong_answer());
        };
        Ok(Response::new(v1::ActivateResponseResponse {
            receipt: receipt(&reply),
            response_id: response.0,
            order: order.as_ref().map(issued),
        }))
    }

    async fn escalate_response(
        &self,
        request: Request<v1::EscalateResponseRequest>,
    ) -> Result<Response<v1::EscalateResponseResponse>, Status> {
        let reply = self.change_level(true, request.into_inner()).await?;
        Ok(Response::new(v1::EscalateResponseResponse {
            receipt: receipt(&reply),
        }))
    }

    async fn de_escalate_response(
        &self,
        request: Request<v1::DeEscalateResponseRequest>,
    ) -> Result<Response<v1::DeEscalateResponseResponse>, Status> {
        let v1::DeEscalateResponseRequest {
            context,
            response_id,
            level,
            scope_codes,
            reason,
            basis,
            approval,
            plan_orders,
        } = request.into_inner();
        let same = v1::EscalateResponseRequest {
            context,
            response_id,
            level,
            scope_codes,
            reason,
            basis,
            approval,
            plan_orders,
        };
        let reply = self.change_level(false, same).await?;
        Ok(Response::new(v1::DeEscalateResponseResponse {
            receipt: receipt(&reply),
        }))
    }

    async fn terminate_response(
        &self,
        request: Request<v1::TerminateResponseRequest>,
    ) -> Result<Response<v1::TerminateResponseResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("terminate", [&request]);
        let terminate = TerminateResponse {
            response: response_id(request.response_id)?,
            reason: request.reason.into(),
        };
        let reply = command(&self.0.engine, asked, digest, Command::TerminateResponse(terminate)).await?;
        Ok(Response::new(v1::TerminateResponseResponse {
            receipt: receipt(&reply),
        }))
    }

    async fn get_response(
        &self,
        request: Request<v1::GetResponseRequest>,
    ) -> Result<Response<v1::GetResponseResponse>, Status> {
        let v1::GetResponseRequest { response_id: id, as_of } = request.into_inner();
        let id = response_id(id)?;
        let past = past(&self.0, as_of).await?;
        let state = view(&self.0.engine, past);
        let unknown = || refusal(Refusal::Rejected(Rejection::UnknownResponse { response: id }));
        let response = state.responses.get(id).ok_or_else(unknown)?;
        Ok(Response::new(v1::GetResponseResponse {
            response: Some(shown(&state, response)),
            revision: state.revision().0,
            at_unix_ms: unix_ms(state.at()),
        }))
    }

    async fn list_responses(
        &self,
        request: Request<v1::ListResponsesRequest>,
    ) -> Result<Response<v1::ListResponsesResponse>, Status> {
        let v1::ListResponsesRequest { active_only, page } = request.into_inner();
        let page = Page::of(page);
        let after = ResponseId(page.after_number()?);
        let state = self.0.engine.read();
        let responses = state
            .responses
            .iter()
            .filter(|response| response.id > after && (!active_only || response.is_active()));
        let (responses, next_page_token) =
            page.take(responses.map(|response| (response.id.0, shown(&state, response))));
        Ok(Response::new(v1::ListResponsesResponse {
            responses,
            next_page_token,
        }))
    }

    async fn list_timeline(
        &self,
        request: Request<v1::ListTimelineRequest>,
    ) -> Result<Response<v1::ListTimelineResponse>, Status> {
        timeline::list(&self.0, request.into_inner()).await.map(Response::new)
    }
}
