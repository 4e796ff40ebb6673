//! Propose a team, and approve what was proposed.

use baiying_core::State;
use baiying_core::command::{Answer, Command};
use baiying_core::quota::{ApproveTeam, Candidate, CandidateRole, ProposeTeam, Reason, ReasonKind};
use baiying_core::word;
use baiying_proto::v1;
use tonic::{Response, Status};

use crate::api::convert::{boxes, optional_date, receipt};
use crate::api::mask;
use crate::api::refusal::{invalid, refusal};
use crate::api::server::ApiContext;
use crate::api::submit::{asked, command, digest, wrong_answer};
use crate::engine::Refusal;

/// Skills that one request may ask for.
const SKILLS_MAX: usize = 16;

fn request(request: v1::ProposeTeamRequest) -> Result<ProposeTeam, Status> {
    let v1::ProposeTeamRequest {
        unit_code,
        seed,
        size,
        skills,
        at_date,
        team_code,
    } = request;
    if skills.len() > SKILLS_MAX || skills.iter().any(|skill| skill.trim().is_empty() || skill.len() > 32) {
        let problem = format!("at most {SKILLS_MAX} words of 1 to 32 bytes");
        return Err(invalid("skills", problem));
    }
    Ok(ProposeTeam {
        unit_code: unit_code.into(),
        seed,
        size,
        skills: boxes(skills),
        date: optional_date("at_date", &at_date)?,
        team_code: team_code.into(),
    })
}

pub(super) fn propose(
    context: &ApiContext,
    asked: v1::ProposeTeamRequest,
) -> Result<Response<v1::ProposeTeamResponse>, Status> {
    let request = request(asked)?;
    let state = context.engine.read();
    let proposal = request.propose(&state, &context.policy.team, context.today());
    let proposal = proposal.map_err(|rejection| refusal(Refusal::Rejected(rejection)))?;
    let shown = |candidates: &[Candidate]| candidates.iter().map(|candidate| shown(&state, candidate)).collect();
    Ok(Response::new(v1::ProposeTeamResponse {
        proposal: proposal.name.to_string(),
        team: shown(&proposal.team),
        reserve: shown(&proposal.reserve),
        others: shown(&proposal.others),
        required: proposal.required,
        kept_percent: proposal.kept_percent,
        uncovered_skills: proposal.uncovered.iter().map(ToString::to_string).collect(),
        at_date: proposal.date.to_string(),
        team_code: proposal.team_code.to_string(),
    }))
}

fn shown(state: &State, candidate: &Candidate) -> v1::Candidate {
    let Candidate {
        person,
        role,
        reasons,
        score,
    } = candidate;
    let reason = |Reason { kind, points, detail }: &Reason| v1::Reason {
        reason: word::of(&ReasonKind::ALL, *kind).to_owned(),
        points: *points,
        detail: detail.to_string(),
    };
    v1::Candidate {
        person_id: person.0,
        masked_name: mask::name(&state.people.personal(*person).name),
        role: role.map_or_else(String::new, |role| word::of(&CandidateRole::ALL, role).to_owned()),
        reasons: reasons.iter().map(reason).collect(),
        score: *score,
    }
}

pub(super) async fn approve(
    context: &ApiContext,
    mut approved: v1::ApproveTeamRequest,
) -> Result<Response<v1::ApproveTeamResponse>, Status> {
    let asked = asked(approved.context.take())?;
    let digest = digest("approve-team", [&approved]);
    let v1::ApproveTeamRequest {
        context: _,
        request: proposed,
        proposal,
    } = approved;
    let proposed = proposed.ok_or_else(|| invalid("request", "request is missing: what was proposed"))?;
    let approves = Command::ApproveTeam(ApproveTeam {
        request: request(proposed)?,
        proposal: proposal.into(),
    });
    let reply = command(&context.engine, asked, digest, approves).await?;
    let Answer::Team(team) = reply.answer else {
        return Err(wrong_answer());
    };
    Ok(Response::new(v1::ApproveTeamResponse {
        receipt: receipt(&reply),
        team_id: team.0,
    }))
}
