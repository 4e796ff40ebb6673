//! Branches as they are shown.

use baiying_core::State;
use baiying_core::branch::{Branch, BranchRole, BranchStatus, LeftReason, Step, Warning, warnings};
use baiying_core::id::{BranchId, PersonId, ResponseId, UnitId};
use baiying_core::word;
use baiying_proto::v1;
use tonic::Status;

use super::{known, waiting};
use crate::api::convert::{parse_optional, unix_ms};
use crate::api::mask;
use crate::api::org::within;
use crate::api::page::Page;
use crate::api::server::ApiContext;
use crate::hex::hex;

fn code(state: &State, unit: Option<UnitId>) -> String {
    unit.map_or_else(String::new, |unit| state.org.get(unit).code.to_string())
}

fn shown(context: &ApiContext, state: &State, branch: &Branch) -> v1::Branch {
    let of_role = |role| branch.present().filter(|member| member.role == role).count() as u32;
    let warned = warnings(state, branch, &context.policy.branch, context.clock.now());
    let approved = branch.approved.as_ref();
    v1::Branch {
        branch_id: branch.id.0,
        response_id: branch.response.0,
        unit_code: code(state, Some(branch.site.unit)),
        muster_point_id: branch.site.muster_point.map_or(0, |point| point.0),
        front: branch.site.front.to_string(),
        name: branch.name.to_string(),
        status: word::of(&BranchStatus::ALL, branch.status).to_owned(),
        full: branch.full(),
        probationary: of_role(BranchRole::Probationary),
        applicants: of_role(BranchRole::Applicant),
        secretary_id: branch.secretary().map_or(0, |person| person.0),
        authority_code: code(state, branch.authority),
        approved_unix_ms: unix_ms(approved.map(|(at, _)| *at)),
        document: approved.map_or_else(String::new, |(_, document)| document.to_string()),
        expected_days: branch.expected_days,
        strength_until_unix_ms: unix_ms(branch.strength_until),
        merged_into: branch.merged_into.map_or(0, |into| into.0),
        warnings: warned
            .into_iter()
            .map(|warning| word::of(&Warning::ALL, warning).to_owned())
            .collect(),
    }
}

pub(super) fn one(context: &ApiContext, id: u32) -> Result<v1::GetBranchResponse, Status> {
    let state = context.engine.read();
    let branch = known(&state, id)?;
    let step = |step: &Step| v1::BranchStep {
        status: word::of(&BranchStatus::ALL, step.status).to_owned(),
        at_unix_ms: step.at.unix_ms(),
        actor: step.by.0.to_string(),
        unit_code: code(&state, step.unit),
        note: step.note.to_string(),
    };
    let feedback = branch.feedback.iter().map(|(unit, feedback)| v1::BranchFeedback {
        unit_code: code(&state, Some(*unit)),
        person_ids: feedback.people.iter().map(|person| person.0).collect(),
        written_by_id: feedback.written_by.0,
        note: feedback.note.to_string(),
        actor: feedback.by.0.to_string(),
        at_unix_ms: feedback.at.unix_ms(),
    });
    Ok(v1::GetBranchResponse {
        branch: Some(shown(context, &state, branch)),
        steps: branch.history.iter().map(step).collect(),
        feedback: feedback.collect(),
        owed_unit_codes: waiting(&state, branch).map(str::to_owned).collect(),
        seal: branch.seal.as_ref().map(|seal| v1::BranchSeal {
            digest: hex(&seal.digest),
            without_feedback: seal.without_feedback.as_deref().unwrap_or_default().to_owned(),
        }),
    })
}

pub(super) fn all(context: &ApiContext, request: v1::ListBranchesRequest) -> Result<v1::ListBranchesResponse, Status> {
    let v1::ListBranchesRequest {
        response_id,
        unit_code,
        status,
        person_id,
        page,
    } = request;
    let status = parse_optional("status", &BranchStatus::ALL, &status)?;
    let page = Page::of(page);
    let after = BranchId(page.after_number()?);
    let state = context.engine.read();
    let within = within(&state, &unit_code)?;
    let is_meant = |branch: &&Branch| {
        branch.id > after
            && (response_id == 0 || branch.response == ResponseId(response_id))
            && status.is_none_or(|status| branch.status == status)
            && (person_id == 0 || branch.role(PersonId(person_id)).is_some())
            && within.is_none_or(|within| state.org.is_within(branch.site.unit, within))
    };
    let branches = state.branches.iter().filter(is_meant);
    let (branches, next_page_token) = page.take(branches.map(|branch| (branch.id.0, shown(context, &state, branch))));
    Ok(v1::ListBranchesResponse {
        branches,
        next_page_token,
    })
}

pub(super) fn members(
    context: &ApiContext,
    request: v1::ListBranchMembersRequest,
) -> Result<v1::ListBranchMembersResponse, Status> {
    let page = Page::of(request.page);
    let after = page.after_number()?;
    let state = context.engine.read();
    let branch = known(&state, request.branch_id)?;
    let rows = (1..).zip(&branch.members).skip(after as usize);
    let rows = rows.filter(|(_, member)| !request.present || member.is_in());
    let (members, next_page_token) = page.take(rows.map(|(number, member): (u32, _)| {
        let shown = v1::BranchMember {
            person_id: member.person.0,
            masked_name: mask::name(&state.people.personal(member.person).name),
            home_unit_code: code(&state, Some(member.home)),
            role: word::of(&BranchRole::ALL, member.role).to_owned(),
            joined_unix_ms: member.joined_at.unix_ms(),
            left_unix_ms: unix_ms(member.left.map(|(at, _)| at)),
            left_reason: member
                .left
                .map_or("", |(_, reason)| word::of(&LeftReason::ALL, reason))
                .to_owned(),
        };
        (number, shown)
    }));
    Ok(v1::ListBranchMembersResponse {
        members,
        next_page_token,
    })
}

pub(super) fn activities(
    context: &ApiContext,
    request: v1::ListBranchActivitiesRequest,
) -> Result<v1::ListBranchActivitiesResponse, Status> {
    let page = Page::of(request.page);
    let after = page.after_number()?;
    let state = context.engine.read();
    let branch = known(&state, request.branch_id)?;
    let rows = (1..).zip(&branch.activities).skip(after as usize);
    let (activities, next_page_token) = page.take(rows.map(|(number, activity): (u32, _)| {
        let shown = v1::BranchActivity {
            on_date: activity.on.to_string(),
            text: activity.text.to_string(),
            actor: activity.by.0.to_string(),
            at_unix_ms: activity.at.unix_ms(),
        };
        (number, shown)
    }));
    Ok(v1::ListBranchActivitiesResponse {
        activities,
        next_page_token,
    })
}
