//! `TeamService`: the 20 % rule.

mod quota;
mod select;
mod slots;

use baiying_core::calendar::Date;
use baiying_core::command::{Answer, Command};
use baiying_core::id::ExclusionId;
use baiying_core::quota::{EndExclusion, Exclude, GrantWaiver, RevokeWaiver, SetCountPolicy, Unfit};
use baiying_core::word;
use baiying_proto::v1;
use tonic::{Request, Response, Status};

use super::convert::{date, optional_date, parse, person_id, receipt};
use super::org::within;
use super::page::Page;
use super::refusal::invalid;
use super::server::ApiContext;
use super::submit::{asked, command, digest, wrong_answer};

/// Serves [`v1::team_service_server::TeamService`].
pub(super) struct TeamApi(pub(super) ApiContext);

fn shown_date(date: Option<Date>) -> String {
    date.map_or_else(String::new, |date| date.to_string())
}

#[tonic::async_trait]
impl v1::team_service_server::TeamService for TeamApi {
    async fn set_count_policy(
        &self,
        request: Request<v1::SetCountPolicyRequest>,
    ) -> Result<Response<v1::SetCountPolicyResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("set-count-policy", [&request]);
        let v1::SetCountPolicyRequest {
            context: _,
            unit_code,
            percent,
            counted,
            joint_with_code,
            basis,
        } = request;
        let sets = Command::SetCountPolicy(SetCountPolicy {
            unit_code: unit_code.into(),
            percent,
            counted,
            joint_with_code: joint_with_code.into(),
            basis: basis.into(),
        });
        let reply = command(&self.0.engine, asked, digest, sets).await?;
        Ok(Response::new(v1::SetCountPolicyResponse {
            receipt: receipt(&reply),
        }))
    }

    async fn exclude(&self, request: Request<v1::ExcludeRequest>) -> Result<Response<v1::ExcludeResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("exclude", [&request]);
        let v1::ExcludeRequest {
            context: _,
            person_id: person,
            reason,
            from_date,
            until_date,
            approved_by,
        } = request;
        let excludes = Command::Exclude(Exclude {
            person: person_id("person_id", person)?,
            reason: parse("reason", &Unfit::EXCLUSIONS, &reason)?,
            from: optional_date("from_date", &from_date)?,
            until: optional_date("until_date", &until_date)?,
            approved_by: approved_by.into(),
        });
        let reply = command(&self.0.engine, asked, digest, excludes).await?;
        let Answer::Exclusion(exclusion) = reply.answer else {
            return Err(wrong_answer());
        };
        Ok(Response::new(v1::ExcludeResponse {
            receipt: receipt(&reply),
            exclusion_id: exclusion.0,
        }))
    }

    async fn end_exclusion(
        &self,
        request: Request<v1::EndExclusionRequest>,
    ) -> Result<Response<v1::EndExclusionResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("end-exclusion", [&request]);
        if request.exclusion_id == 0 {
            return Err(invalid("exclusion_id", "exclusion_id is missing"));
        }
        let ends = Command::EndExclusion(EndExclusion {
            exclusion: ExclusionId(request.exclusion_id),
        });
        let reply = command(&self.0.engine, asked, digest, ends).await?;
        Ok(Response::new(v1::EndExclusionResponse {
            receipt: receipt(&reply),
        }))
    }

    async fn list_exclusions(
        &self,
        request: Request<v1::ListExclusionsRequest>,
    ) -> Result<Response<v1::ListExclusionsResponse>, Status> {
        let v1::ListExclusionsRequest {
            unit_code,
            on_date,
            page,
        } = request.into_inner();
        let page = Page::of(page);
        let after = ExclusionId(page.after_number()?);
        let on = optional_date("on_date", &on_date)?;
        let state = self.0.engine.read();
        let within = within(&state, &unit_code)?;
        let is_meant = |person| {
            let home = state.people.get(person).map(|person| person.home_unit);
            within.is_none_or(|within| home.is_some_and(|home| state.org.is_within(home, within)))
        };
        let exclusions = state
            .quota
            .exclusions()
            .filter(|it| it.id > after && on.is_none_or(|on| it.is_in_force(on)) && is_meant(it.person));
        let (exclusions, next_page_token) = page.take(exclusions.map(|it| {
            let shown = v1::Exclusion {
                exclusion_id: it.id.0,
                person_id: it.person.0,
                reason: word::of(&Unfit::ALL, it.reason).to_owned(),
                from_date: it.from.to_string(),
                until_date: shown_date(it.until),
                approved_by: it.approved_by.0.to_string(),
            };
            (it.id.0, shown)
        }));
        Ok(Response::new(v1::ListExclusionsResponse {
            exclusions,
            next_page_token,
        }))
    }

    async fn grant_waiver(
        &self,
        request: Request<v1::GrantWaiverRequest>,
    ) -> Result<Response<v1::GrantWaiverResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("grant-waiver", [&request]);
        let v1::GrantWaiverRequest {
            context: _,
            unit_code,
            reason,
            until_date,
            approved_by,
        } = request;
        let grants = Command::GrantWaiver(GrantWaiver {
            unit_code: unit_code.into(),
            reason: reason.into(),
            until: date("until_date", &until_date)?,
            approved_by: approved_by.into(),
        });
        let reply = command(&self.0.engine, asked, digest, grants).await?;
        Ok(Response::new(v1::GrantWaiverResponse {
            receipt: receipt(&reply),
        }))
    }

    async fn revoke_waiver(
        &self,
        request: Request<v1::RevokeWaiverRequest>,
    ) -> Result<Response<v1::RevokeWaiverResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("revoke-waiver", [&request]);
        let revokes = Command::RevokeWaiver(RevokeWaiver {
            unit_code: request.unit_code.into(),
        });
        let reply = command(&self.0.engine, asked, digest, revokes).await?;
        Ok(Response::new(v1::RevokeWaiverResponse {
            receipt: receipt(&reply),
        }))
    }

    async fn quota(&self, request: Request<v1::QuotaRequest>) -> Result<Response<v1::QuotaResponse>, Status> {
        quota::quota(&self.0, &request.into_inner())
    }

    async fn propose_team(
        &self,
        request: Request<v1::ProposeTeamRequest>,
    ) -> Result<Response<v1::ProposeTeamResponse>, Status> {
        select::propose(&self.0, request.into_inner())
    }

    async fn approve_team(
        &self,
        request: Request<v1::ApproveTeamRequest>,
    ) -> Result<Response<v1::ApproveTeamResponse>, Status> {
        select::approve(&self.0, request.into_inner()).await
    }
    async fn list_team_slots(
        &self,
        request: Request<v1::ListTeamSlotsRequest>,
    ) -> Result<Response<v1::ListTeamSlotsResponse>, Status> {
        slots::list(&self.0, request.into_inner())
    }
}
