//! What changes in-place reports.

use baiying_core::State;
use baiying_core::command::{Answer, Command, Reply};
use baiying_core::id::{ExemptionId, ResponseId, UnitId, WindowId};
use baiying_core::in_place::{
    AssignTask, CloseWindows, ConfirmReports, EndExemption, ExemptMember, ExemptReason, OpenWindows, Opened,
    RejectReports, ReportInPlace,
};
use baiying_proto::v1;
use tonic::{Response, Status};

use crate::api::convert::{
    boxes, deadline, exceptions, issued, optional_date, parse, person_id, person_ids, receipt, reporter, response_id,
};
use crate::api::order::field_report;
use crate::api::refusal::{invalid, nobody_applied};
use crate::api::server::ApiContext;
use crate::api::submit::{asked, command, digest, submit, wrong_answer};
use crate::engine::Priority;

/// A response if one is named.
pub(super) fn optional_response(id: u32) -> Option<ResponseId> {
    (id != 0).then_some(ResponseId(id))
}

pub(super) fn codes(state: &State, units: &[UnitId]) -> Vec<String> {
    units.iter().map(|unit| state.org.get(*unit).code.to_string()).collect()
}

pub(super) async fn open(
    context: &ApiContext,
    mut request: v1::OpenWindowsRequest,
) -> Result<Response<v1::OpenWindowsResponse>, Status> {
    let asked = asked(request.context.take())?;
    let digest = digest("open-windows", [&request]);
    let v1::OpenWindowsRequest {
        context: _,
        response_id: response,
        key_area_codes,
        mobilized_by_code,
        deadline: until,
        text,
    } = request;
    let opens = Command::OpenWindows(OpenWindows {
        response: response_id(response)?,
        key_area: boxes(key_area_codes),
        mobilized_by: mobilized_by_code.into(),
        deadline: deadline("deadline", until)?,
        text: text.into(),
    });
    let reply = command(&context.engine, asked, digest, opens).await?;
    let Answer::WindowsOpened(answer) = &reply.answer else {
        return Err(wrong_answer());
    };
    let state = context.engine.read();
    let shown = |opened: &Opened| v1::OpenedWindow {
        window_id: opened.window.0,
        village_code: state.org.get(opened.village).code.to_string(),
        order: Some(issued(&opened.order)),
    };
    Ok(Response::new(v1::OpenWindowsResponse {
        receipt: receipt(&reply),
        opened: answer.opened.iter().map(shown).collect(),
        open_before_codes: codes(&state, &answer.open_before),
        without_members_codes: codes(&state, &answer.without_members),
    }))
}

pub(super) async fn close(
    context: &ApiContext,
    mut request: v1::CloseWindowsRequest,
) -> Result<Response<v1::CloseWindowsResponse>, Status> {
    let asked = asked(request.context.take())?;
    let digest = digest("close-windows", [&request]);
    if request.window_ids.contains(&0) {
        return Err(invalid("window_ids", "window_ids has an id that is missing"));
    }
    let closes = Command::CloseWindows(CloseWindows {
        windows: request.window_ids.into_iter().map(WindowId).collect(),
    });
    let reply = command(&context.engine, asked, digest, closes).await?;
    Ok(Response::new(v1::CloseWindowsResponse {
        receipt: receipt(&reply),
    }))
}

/// What became of each; an error if nobody could be taken.
fn outcome(reply: &Reply) -> Result<(u32, Vec<v1::PersonException>), Status> {
    let report = field_report(reply)?;
    match nobody_applied(0, &report.exceptions) {
        Some(status) if report.applied == 0 => Err(status),
        Some(_) | None => Ok((report.applied, exceptions(&report.exceptions))),
    }
}

pub(super) async fn report(
    context: &ApiContext,
    mut request: v1::ReportInPlaceRequest,
) -> Result<Response<v1::ReportInPlaceResponse>, Status> {
    let asked = asked(request.context.take())?;
    let digest = digest("report-in-place", [&request]);
    let v1::ReportInPlaceRequest {
        context: _,
        village_code,
        response_id: response,
        reporter: by,
        muster_point,
        check_in_code,
        person_ids: people,
        all,
        observed_at_unix_ms,
    } = request;
    let reports = Command::ReportInPlace(ReportInPlace {
        village: village_code.into(),
        response: optional_response(response),
        reporter: reporter(by)?,
        muster_point: muster_point.into(),
        check_in_code: check_in_code.into(),
        people: person_ids(&people)?,
        all,
        observed_at: (observed_at_unix_ms != 0).then_some(observed_at_unix_ms),
    });
    let reply = submit(&context.engine, Priority::Field, asked, digest, reports).await?;
    let (applied, exceptions) = outcome(&reply)?;
    Ok(Response::new(v1::ReportInPlaceResponse {
        receipt: receipt(&reply),
        applied,
        exceptions,
    }))
}

pub(super) async fn confirm(
    context: &ApiContext,
    mut request: v1::ConfirmReportsRequest,
) -> Result<Response<v1::ConfirmReportsResponse>, Status> {
    let asked = asked(request.context.take())?;
    let digest = digest("confirm-reports", [&request]);
    let v1::ConfirmReportsRequest {
        context: _,
        village_code,
        response_id: response,
        person_ids: people,
        all,
        confirmed_by,
    } = request;
    let confirms = Command::ConfirmReports(ConfirmReports {
        village: village_code.into(),
        response: optional_response(response),
        people: person_ids(&people)?,
        all,
        confirmed_by: confirmed_by.into(),
    });
    let reply = submit(&context.engine, Priority::Field, asked, digest, confirms).await?;
    let (applied, exceptions) = outcome(&reply)?;
    Ok(Response::new(v1::ConfirmReportsResponse {
        receipt: receipt(&reply),
        applied,
        exceptions,
    }))
}

pub(super) async fn reject(
    context: &ApiContext,
    mut request: v1::RejectReportsRequest,
) -> Result<Response<v1::RejectReportsResponse>, Status> {
    let asked = asked(request.context.take())?;
    let digest = digest("reject-reports", [&request]);
    let v1::RejectReportsRequest {
        context: _,
        village_code,
        response_id: response,
        person_ids: people,
        reason,
        rejected_by,
    } = request;
    let rejects = Command::RejectReports(RejectReports {
        village: village_code.into(),
        response: optional_response(response),
        people: person_ids(&people)?,
        reason: reason.into(),
        rejected_by: rejected_by.into(),
    });
    let reply = submit(&context.engine, Priority::Field, asked, digest, rejects).await?;
    let (applied, exceptions) = outcome(&reply)?;
    Ok(Response::new(v1::RejectReportsResponse {
        receipt: receipt(&reply),
        applied,
        exceptions,
    }))
}

pub(super) async fn assign(
    context: &ApiContext,
    mut request: v1::AssignTaskRequest,
) -> Result<Response<v1::AssignTaskResponse>, Status> {
    let asked = asked(request.context.take())?;
    let digest = digest("assign-task", [&request]);
    let v1::AssignTaskRequest {
        context: _,
        village_code,
        response_id: response,
        person_id: person,
        task,
    } = request;
    let assigns = Command::AssignTask(AssignTask {
        village: village_code.into(),
        response: optional_response(response),
        person: person_id("person_id", person)?,
        task: task.into(),
    });
    let reply = command(&context.engine, asked, digest, assigns).await?;
    Ok(Response::new(v1::AssignTaskResponse {
        receipt: receipt(&reply),
    }))
}

pub(super) async fn exempt(
    context: &ApiContext,
    mut request: v1::ExemptMemberRequest,
) -> Result<Response<v1::ExemptMemberResponse>, Status> {
    let asked = asked(request.context.take())?;
    let digest = digest("exempt-member", [&request]);
    let v1::ExemptMemberRequest {
        context: _,
        person_id: person,
        reason,
        from_date,
        until_date,
        approved_by,
    } = request;
    let exempts = Command::ExemptMember(ExemptMember {
        person: person_id("person_id", person)?,
        reason: parse("reason", &ExemptReason::ALL, &reason)?,
        from: optional_date("from_date", &from_date)?,
        until: optional_date("until_date", &until_date)?,
        approved_by: approved_by.into(),
    });
    let reply = command(&context.engine, asked, digest, exempts).await?;
    let Answer::Exempted(exemption) = reply.answer else {
        return Err(wrong_answer());
    };
    Ok(Response::new(v1::ExemptMemberResponse {
        receipt: receipt(&reply),
        exemption_id: exemption.0,
    }))
}

pub(super) async fn end_exemption(
    context: &ApiContext,
    mut request: v1::EndExemptionRequest,
) -> Result<Response<v1::EndExemptionResponse>, Status> {
    let asked = asked(request.context.take())?;
    let digest = digest("end-exemption", [&request]);
    if request.exemption_id == 0 {
        return Err(invalid("exemption_id", "exemption_id is missing"));
    }
    let ends = Command::EndExemption(EndExemption {
        exemption: ExemptionId(request.exemption_id),
    });
    let reply = command(&context.engine, asked, digest, ends).await?;
    Ok(Response::new(v1::EndExemptionResponse {
        receipt: receipt(&reply),
    }))
}
