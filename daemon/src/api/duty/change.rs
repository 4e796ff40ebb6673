//! What changes duty: stand-ins, swaps, signing in and out, A/B roles.

use std::collections::BTreeSet;

use baiying_core::command::{Answer, Command, Reply};
use baiying_core::duty::{
    ConsentSwap, DecideSwap, DutySignIn, DutySignOut, EndStandIn, Position, RequestSwap, SetBackup, SetStandIn,
    ShiftRef, shift_named,
};
use baiying_core::id::{PersonId, StandInId, SwapId};
use baiying_proto::v1;
use prost::Message;
use tonic::{Request, Response, Status};

use super::{Copied, DutyApi};
use crate::api::convert::{parse, person_id, receipt};
use crate::api::refusal::invalid;
use crate::api::submit::{asked, command, digest, wrong_answer};

impl DutyApi {
    async fn ask<M: Message>(
        &self,
        context: Option<v1::CommandContext>,
        kind: &str,
        request: &M,
        asks: Command,
    ) -> Result<Reply, Status> {
        command(&self.0.engine, asked(context)?, digest(kind, [request]), asks).await
    }

    pub(super) async fn set_stand_in(
        &self,
        request: Request<v1::SetStandInRequest>,
    ) -> Result<Response<v1::SetStandInResponse>, Status> {
        let mut request = request.into_inner();
        let context = request.context.take();
        let sets = Command::SetStandIn(SetStandIn {
            unit_code: request.unit_code.as_str().into(),
            position: parse("position", &Position::ALL, &request.position)?,
            person: person_id("person_id", request.person_id)?,
            instead_of: Some(PersonId(request.instead_of)).filter(|person| person.0 > 0),
            from: request.from_unix_ms,
            until: request.until_unix_ms,
            reason: request.reason.as_str().into(),
        });
        let reply = self.ask(context, "set-stand-in", &request, sets).await?;
        let Answer::StandIn(id) = reply.answer else {
            return Err(wrong_answer());
        };
        let (copy, unit, from, until) = {
            let state = self.0.engine.read();
            let row = state.rosters.stand_in(id).ok_or_else(wrong_answer)?;
            (Copied::of(&state), row.unit, row.from, row.until)
        };
        Ok(Response::new(v1::SetStandInResponse {
            receipt: receipt(&reply),
            stand_in_id: id.0,
            findings: self.findings(copy, BTreeSet::from([unit]), from, until).await?,
        }))
    }

    pub(super) async fn end_stand_in(
        &self,
        request: Request<v1::EndStandInRequest>,
    ) -> Result<Response<v1::EndStandInResponse>, Status> {
        let mut request = request.into_inner();
        let context = request.context.take();
        if request.stand_in_id == 0 {
            return Err(invalid("stand_in_id", "stand_in_id is missing"));
        }
        let stand_in = StandInId(request.stand_in_id);
        let reply = self
            .ask(
                context,
                "end-stand-in",
                &request,
                Command::EndStandIn(EndStandIn { stand_in }),
            )
            .await?;
        let receipt = receipt(&reply);
        Ok(Response::new(v1::EndStandInResponse { receipt }))
    }

    pub(super) async fn request_swap(
        &self,
        request: Request<v1::RequestSwapRequest>,
    ) -> Result<Response<v1::RequestSwapResponse>, Status> {
        let mut request = request.into_inner();
        let context = request.context.take();
        let gives = request
            .gives
            .as_ref()
            .ok_or_else(|| invalid("gives", "gives is missing: which shift"))?;
        let asks = Command::RequestSwap(RequestSwap {
            person: person_id("person_id", request.person_id)?,
            gives: shift_ref("gives.position", gives)?,
            with: person_id("with_person_id", request.with_person_id)?,
            takes: request
                .takes
                .as_ref()
                .map(|takes| shift_ref("takes.position", takes))
                .transpose()?,
            reason: request.reason.as_str().into(),
        });
        let reply = self.ask(context, "request-swap", &request, asks).await?;
        let Answer::Swap(swap) = reply.answer else {
            return Err(wrong_answer());
        };
        Ok(Response::new(v1::RequestSwapResponse {
            receipt: receipt(&reply),
            swap_id: swap.0,
        }))
    }

    pub(super) async fn consent_swap(
        &self,
        request: Request<v1::ConsentSwapRequest>,
    ) -> Result<Response<v1::ConsentSwapResponse>, Status> {
        let mut request = request.into_inner();
        let context = request.context.take();
        let consents = Command::ConsentSwap(ConsentSwap {
            swap: swap_id(request.swap_id)?,
            person: person_id("person_id", request.person_id)?,
            consent: request.consent,
        });
        let reply = self.ask(context, "consent-swap", &request, consents).await?;
        let receipt = receipt(&reply);
        Ok(Response::new(v1::ConsentSwapResponse { receipt }))
    }

    pub(super) async fn decide_swap(
        &self,
        request: Request<v1::DecideSwapRequest>,
    ) -> Result<Response<v1::DecideSwapResponse>, Status> {
        let mut request = request.into_inner();
        let context = request.context.take();
        let swap = swap_id(request.swap_id)?;
        let (approve, emergency) = (request.approve, request.emergency);
        let decides = Command::DecideSwap(DecideSwap {
            swap,
            approve,
            emergency,
        });
        let reply = self.ask(context, "decide-swap", &request, decides).await?;
        let mut findings = Vec::new();
        let legs = {
            let state = self.0.engine.read();
            let record = state.rosters.swap(swap).map(|swap| swap.record.clone());
            let legs = record.iter().flat_map(|record| record.legs()).filter_map(|leg| {
                let shift = shift_named(state.duty_view(), leg.unit, leg.date, &leg.shift)?;
                Some((Copied::of(&state), leg.unit, shift.from, shift.until))
            });
            legs.collect::<Vec<_>>()
        };
        for (copy, unit, from, until) in legs {
            findings.extend(self.findings(copy, BTreeSet::from([unit]), from, until).await?);
        }
        let receipt = receipt(&reply);
        Ok(Response::new(v1::DecideSwapResponse { receipt, findings }))
    }

    pub(super) async fn sign_in(
        &self,
        request: Request<v1::SignInRequest>,
    ) -> Result<Response<v1::SignInResponse>, Status> {
        let mut request = request.into_inner();
        let context = request.context.take();
        let person = person_id("person_id", request.person_id)?;
        let unit_code = request.unit_code.as_str().into();
        let signs = Command::DutySignIn(DutySignIn { unit_code, person });
        let reply = self.ask(context, "duty-sign-in", &request, signs).await?;
        let receipt = receipt(&reply);
        Ok(Response::new(v1::SignInResponse { receipt }))
    }

    pub(super) async fn sign_out(
        &self,
        request: Request<v1::SignOutRequest>,
    ) -> Result<Response<v1::SignOutResponse>, Status> {
        let mut request = request.into_inner();
        let context = request.context.take();
        let person = person_id("person_id", request.person_id)?;
        let unit_code = request.unit_code.as_str().into();
        let signs = Command::DutySignOut(DutySignOut { unit_code, person });
        let reply = self.ask(context, "duty-sign-out", &request, signs).await?;
        let receipt = receipt(&reply);
        Ok(Response::new(v1::SignOutResponse { receipt }))
    }

    pub(super) async fn set_backup(
        &self,
        request: Request<v1::SetBackupRequest>,
    ) -> Result<Response<v1::SetBackupResponse>, Status> {
        let mut request = request.into_inner();
        let context = request.context.take();
        let roles = match request.a_person_id {
            0 => None,
            a => Some((
                person_id("a_person_id", a)?,
                person_id("b_person_id", request.b_person_id)?,
            )),
        };
        let (unit_code, post) = (request.unit_code.as_str().into(), request.post.trim().into());
        let sets = Command::SetBackup(SetBackup { unit_code, post, roles });
        let reply = self.ask(context, "set-backup", &request, sets).await?;
        let receipt = receipt(&reply);
        Ok(Response::new(v1::SetBackupResponse { receipt }))
    }
}

fn swap_id(id: u32) -> Result<SwapId, Status> {
    match id {
        0 => Err(invalid("swap_id", "swap_id is missing")),
        id => Ok(SwapId(id)),
    }
}

fn shift_ref(field: &'static str, shift: &v1::ShiftRef) -> Result<ShiftRef, Status> {
    let v1::ShiftRef {
        unit_code,
        position,
        at_unix_ms,
    } = shift;
    Ok(ShiftRef {
        unit_code: unit_code.as_str().into(),
        position: parse(field, &Position::ALL, position)?,
        at: *at_unix_ms,
    })
}
