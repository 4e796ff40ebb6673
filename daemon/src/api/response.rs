//! `ResponseService`.

use baiying_core::command::{Answer, Command, Reply};
use baiying_core::id::{ResponseId, UnitId};
use baiying_core::response::{ActivateResponse, ChangeLevel, LevelChange, TerminateResponse};
use baiying_core::{Rejection, State};
use baiying_proto::v1;
use tonic::{Request, Response, Status};

use super::convert::{boxes, draft, issued, receipt, response_id, unix_ms};
use super::page::Page;
use super::refusal::refusal;
use super::server::ApiContext;
use super::submit::{asked, command, digest, wrong_answer};
use super::timeline;
use super::view::{past, view};
use crate::engine::Refusal;

/// Serves [`v1::response_service_server::ResponseService`].
pub(super) struct ResponseApi(pub(super) ApiContext);

fn codes(state: &State, units: &[UnitId]) -> Vec<String> {
    units.iter().map(|unit| state.org.get(*unit).code.to_string()).collect()
}

fn shown(state: &State, response: &baiying_core::response::Response) -> v1::Response {
    let (terminated_at, termination_reason) = match &response.terminated {
        Some((at, reason)) => (at.unix_ms(), reason.to_string()),
        None => (0, String::new()),
    };
    v1::Response {
        response_id: response.id.0,
        event: response.spec.event.to_string(),
        plan: response.spec.plan.to_string(),
        jurisdiction_code: state.org.get(response.spec.jurisdiction).code.to_string(),
        epoch: response.epoch,
        level: response.level().number(),
        scope_codes: codes(state, response.scope()),
        active: response.is_active(),
        history: response
            .history
            .iter()
            .map(|change| shown_change(state, change))
            .collect(),
        order_ids: response.orders.iter().map(|order| order.0).collect(),
        terminated_at_unix_ms: terminated_at,
        termination_reason,
    }
}

fn shown_change(state: &State, change: &LevelChange) -> v1::LevelChange {
    let LevelChange {
        version,
        from,
        to,
        scope,
        reason,
        basis,
        by,
        at,
    } = change;
    v1::LevelChange {
        version: *version,
        from_level: from.map_or(0, |level| level.number()),
        to_level: to.number(),
        scope_codes: codes(state, scope),
        reason: reason.to_string(),
        basis: basis.to_string(),
        actor: by.0.to_string(),
        at_unix_ms: at.unix_ms(),
    }
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
        } = request;
        let change = ChangeLevel {
            response: response_id(id)?,
            up,
            level,
            scope: boxes(scope_codes),
            reason: reason.into(),
            basis: basis.into(),
        };
        command(&self.0.engine, asked, digest, Command::ChangeLevel(change)).await
    }
}

#[tonic::async_trait]
impl v1::response_service_server::ResponseService for ResponseApi {
    async fn activate_response(
        &self,
        request: Request<v1::ActivateResponseRequest>,
    ) -> Result<Response<v1::ActivateResponseResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("activate", [&request]);
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
        } = request;
        let activate = ActivateResponse {
            plan: plan.into(),
            event: event.into(),
            jurisdiction: jurisdiction_code.into(),
            level,
            scope: boxes(scope_codes),
            reason: reason.into(),
            basis: basis.into(),
            order: order.map(|order| draft(Some(order))).transpose()?,
        };
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
        } = request.into_inner();
        let same = v1::EscalateResponseRequest {
            context,
            response_id,
            level,
            scope_codes,
            reason,
            basis,
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
        let state = self.0.engine.published().read();
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
