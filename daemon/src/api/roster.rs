//! `RosterService`.

mod disclose;
mod people;

use baiying_core::State;
use baiying_core::command::{Answer, Command};
use baiying_core::id::{LeaveId, PersonId, TeamId};
use baiying_core::leave::{DecideLeave, Leave, LeaveReason, LeaveVerdict, RequestLeave};
use baiying_core::people::PersonKey;
use baiying_core::team::{ImportTeams, PersonRef, Team, TeamKind, TeamMemberRow};
use baiying_core::{Rejection, word};
use baiying_proto::v1;
use sha2::{Digest, Sha256};
use tonic::{Request, Response, Status, Streaming};

use super::convert::{import_mode, parse, parse_optional, person_id, receipt};
use super::org::{collect, imported, within};
use super::page::Page;
use super::refusal::{invalid, refusal};
use super::server::ApiContext;
use super::submit::{asked, command, digest, wrong_answer};
use crate::engine::Refusal;

/// Serves [`v1::roster_service_server::RosterService`].
pub(super) struct RosterApi(pub(super) ApiContext);

impl RosterApi {
    fn salt(&self) -> Result<[u8; 32], Status> {
        salt(&self.0)
    }
}

/// Key of the hash that ID numbers are turned into identity keys with.
pub(super) fn salt(context: &ApiContext) -> Result<[u8; 32], Status> {
    let state = context.engine.read();
    state
        .tenant()
        .map(|tenant| tenant.identity_salt)
        .ok_or_else(|| Status::internal("the journal has no tenant"))
}

/// Who an ID number is, as a keyed hash.
fn person_key(salt: &[u8; 32], id_number: &str) -> PersonKey {
    let mut hash = Sha256::new();
    hash.update(salt);
    hash.update(id_number.to_ascii_uppercase());
    PersonKey(hash.finalize().into())
}

pub(super) fn person_ref(salt: &[u8; 32], text: &str) -> PersonRef {
    match text.trim() {
        "" => PersonRef::None,
        text => text
            .parse()
            .map_or_else(|_| PersonRef::Key(person_key(salt, text)), PersonRef::Id),
    }
}

fn shown_team(state: &State, team: &Team) -> v1::Team {
    v1::Team {
        team_id: team.id.0,
        code: team.code.to_string(),
        name: team.name.to_string(),
        kind: word::of(&TeamKind::ALL, team.kind).to_owned(),
        unit_code: state.org.get(team.unit).code.to_string(),
        leader_id: team.leader.0,
        deputy_id: team.deputy.map_or(0, |deputy| deputy.0),
        members: team.members.len() as u32,
    }
}

const STATUSES: [(&str, &str); 3] = [("pending", "pending"), ("approved", "approved"), ("denied", "denied")];

fn leave_status(leave: &Leave) -> &'static str {
    match leave.decided {
        None => "pending",
        Some((LeaveVerdict::Approved, _, _)) => "approved",
        Some((LeaveVerdict::Denied, _, _)) => "denied",
    }
}

fn shown_leave(leave: &Leave) -> v1::Leave {
    let record = &leave.record;
    v1::Leave {
        leave_id: leave.id.0,
        person_id: record.person.0,
        reason: word::of(&LeaveReason::ALL, record.reason).to_owned(),
        note: record.note.to_string(),
        from_unix_ms: record.from.unix_ms(),
        until_unix_ms: record.until.unix_ms(),
        order_id: record.order.map_or(0, |(order, _)| order.0),
        status: leave_status(leave).to_owned(),
        requested_by: leave.requested.0.0.to_string(),
        decided_by: leave
            .decided
            .as_ref()
            .map_or_else(String::new, |(_, by, _)| by.0.to_string()),
    }
}

#[tonic::async_trait]
impl v1::roster_service_server::RosterService for RosterApi {
    async fn import_people(
        &self,
        request: Request<Streaming<v1::ImportPeopleRequest>>,
    ) -> Result<Response<v1::ImportPeopleResponse>, Status> {
        people::import(self, request.into_inner()).await
    }

    async fn verify_phones(
        &self,
        request: Request<v1::VerifyPhonesRequest>,
    ) -> Result<Response<v1::VerifyPhonesResponse>, Status> {
        disclose::verify_phones(&self.0, request.into_inner()).await
    }

    async fn unmask(&self, request: Request<v1::UnmaskRequest>) -> Result<Response<v1::UnmaskResponse>, Status> {
        disclose::unmask(&self.0, request.into_inner()).await
    }

    async fn list_disclosures(
        &self,
        request: Request<v1::ListDisclosuresRequest>,
    ) -> Result<Response<v1::ListDisclosuresResponse>, Status> {
        disclose::list(&self.0, request.into_inner())
    }

    async fn list_people(
        &self,
        request: Request<v1::ListPeopleRequest>,
    ) -> Result<Response<v1::ListPeopleResponse>, Status> {
        let v1::ListPeopleRequest {
            unit_code,
            name,
            team,
            page,
        } = request.into_inner();
        let page = Page::of(page);
        let after = PersonId(page.after_number()?);
        let today = self.0.today();
        let state = self.0.engine.read();
        let within = within(&state, &unit_code)?;
        let team = match team.as_str() {
            "" => None,
            text => Some(
                state
                    .teams
                    .resolve(text)
                    .ok_or_else(|| refusal(Refusal::Rejected(Rejection::UnknownTeam { team: text.into() })))?,
            ),
        };
        let people = state.people.iter().skip(after.0 as usize).filter(|person| {
            within.is_none_or(|within| state.org.is_within(person.home_unit, within))
                && team.is_none_or(|team| team.members.contains(person.id))
                && (name.is_empty() || *state.people.personal(person.id).name == *name)
        });
        let (people, next_page_token) =
            page.take(people.map(|person| (person.id.0, people::shown(&state, person, today))));
        Ok(Response::new(v1::ListPeopleResponse {
            people,
            next_page_token,
        }))
    }

    async fn import_teams(
        &self,
        request: Request<Streaming<v1::ImportTeamsRequest>>,
    ) -> Result<Response<v1::ImportTeamsResponse>, Status> {
        let (header, rows) = collect(request.into_inner(), self.0.import_rows, |message| {
            (message.header.take(), std::mem::take(&mut message.rows))
        })
        .await?;
        let mode = import_mode(header.mode)?;
        let digest = digest(&format!("import-teams {}", header.mode), &rows);
        let salt = self.salt()?;
        let rows = rows.into_iter().map(|row| TeamMemberRow {
            row: row.row,
            team_code: row.team_code.into(),
            team_name: row.team_name.into(),
            kind: row.kind.into(),
            unit_code: row.unit_code.into(),
            role: row.role.into(),
            person: person_ref(&salt, &row.person),
        });
        let command = Command::ImportTeams(ImportTeams {
            mode,
            rows: rows.collect(),
        });
        let report = Some(imported(&self.0, header, digest, command).await?);
        Ok(Response::new(v1::ImportTeamsResponse { report }))
    }

    async fn list_teams(
        &self,
        request: Request<v1::ListTeamsRequest>,
    ) -> Result<Response<v1::ListTeamsResponse>, Status> {
        let v1::ListTeamsRequest { unit_code, kind, page } = request.into_inner();
        let page = Page::of(page);
        let after = TeamId(page.after_number()?);
        let kind = parse_optional("kind", &TeamKind::ALL, &kind)?;
        let state = self.0.engine.read();
        let within = within(&state, &unit_code)?;
        let teams = state.teams.iter().filter(|team| {
            team.id > after
                && kind.is_none_or(|kind| team.kind == kind)
                && within.is_none_or(|within| state.org.is_within(team.unit, within))
        });
        let (teams, next_page_token) = page.take(teams.map(|team| (team.id.0, shown_team(&state, team))));
        Ok(Response::new(v1::ListTeamsResponse { teams, next_page_token }))
    }

    async fn request_leave(
        &self,
        request: Request<v1::RequestLeaveRequest>,
    ) -> Result<Response<v1::RequestLeaveResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("request-leave", [&request]);
        let v1::RequestLeaveRequest {
            context: _,
            person_id: person,
            reason,
            note,
            from_unix_ms,
            until_unix_ms,
        } = request;
        let asks = Command::RequestLeave(RequestLeave {
            person: person_id("person_id", person)?,
            reason: parse("reason", &LeaveReason::ALL, &reason)?,
            note: note.into(),
            from: from_unix_ms,
            until: until_unix_ms,
        });
        let reply = command(&self.0.engine, asked, digest, asks).await?;
        let Answer::Leave(leave) = reply.answer else {
            return Err(wrong_answer());
        };
        Ok(Response::new(v1::RequestLeaveResponse {
            receipt: receipt(&reply),
            leave_id: leave.0,
        }))
    }

    async fn decide_leave(
        &self,
        request: Request<v1::DecideLeaveRequest>,
    ) -> Result<Response<v1::DecideLeaveResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("decide-leave", [&request]);
        if request.leave_id == 0 {
            return Err(invalid("leave_id", "leave_id is missing"));
        }
        let verdict = if request.approve {
            LeaveVerdict::Approved
        } else {
            LeaveVerdict::Denied
        };
        let decides = Command::DecideLeave(DecideLeave {
            leave: LeaveId(request.leave_id),
            verdict,
        });
        let reply = command(&self.0.engine, asked, digest, decides).await?;
        Ok(Response::new(v1::DecideLeaveResponse {
            receipt: receipt(&reply),
        }))
    }

    async fn list_leave(
        &self,
        request: Request<v1::ListLeaveRequest>,
    ) -> Result<Response<v1::ListLeaveResponse>, Status> {
        let v1::ListLeaveRequest { status, order_id, page } = request.into_inner();
        let page = Page::of(page);
        let after = LeaveId(page.after_number()?);
        let status = parse_optional("status", &STATUSES, &status)?;
        let state = self.0.engine.read();
        let leave = state.leave.iter().filter(|leave| {
            leave.id > after
                && status.is_none_or(|status| leave_status(leave) == status)
                && (order_id == 0 || leave.record.order.is_some_and(|(order, _)| order.0 == order_id))
        });
        let (leave, next_page_token) = page.take(leave.map(|leave| (leave.id.0, shown_leave(leave))));
        Ok(Response::new(v1::ListLeaveResponse { leave, next_page_token }))
    }
}
