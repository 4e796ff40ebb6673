//! Double reports (双报到).

use baiying_core::State;
use baiying_core::command::Command;
use baiying_core::in_place::{
    Basis, DoubleReport, EndDoubleReport, KeptReport, RecordDoubleReport, Subject, SubjectRef,
};
use baiying_core::word;
use baiying_proto::v1;
use tonic::{Response, Status};
use v1::double_report_subject::Who;

use super::changes::optional_response;
use crate::api::convert::{parse, person_id, receipt};
use crate::api::org::within;
use crate::api::page::Page;
use crate::api::refusal::invalid;
use crate::api::server::ApiContext;
use crate::api::submit::{asked, command, digest};

fn subject(given: Option<v1::DoubleReportSubject>) -> Result<SubjectRef, Status> {
    match given.and_then(|subject| subject.who) {
        Some(Who::UnitCode(code)) => Ok(SubjectRef::Unit(code.into())),
        Some(Who::PersonId(person)) => Ok(SubjectRef::Person(person_id("subject.person_id", person)?)),
        None => Err(invalid("subject", "subject is missing: unit_code or person_id")),
    }
}

pub(super) async fn record(
    context: &ApiContext,
    mut request: v1::RecordDoubleReportRequest,
) -> Result<Response<v1::RecordDoubleReportResponse>, Status> {
    let asked = asked(request.context.take())?;
    let digest = digest("record-double-report", [&request]);
    let v1::RecordDoubleReportRequest {
        context: _,
        subject: who,
        community_code,
        basis,
        response_id,
    } = request;
    let records = Command::RecordDoubleReport(RecordDoubleReport {
        subject: subject(who)?,
        community: community_code.into(),
        basis: parse("basis", &Basis::ALL, &basis)?,
        response: optional_response(response_id),
    });
    let reply = command(&context.engine, asked, digest, records).await?;
    Ok(Response::new(v1::RecordDoubleReportResponse {
        receipt: receipt(&reply),
    }))
}

pub(super) async fn end(
    context: &ApiContext,
    mut request: v1::EndDoubleReportRequest,
) -> Result<Response<v1::EndDoubleReportResponse>, Status> {
    let asked = asked(request.context.take())?;
    let digest = digest("end-double-report", [&request]);
    let v1::EndDoubleReportRequest {
        context: _,
        subject: who,
        community_code,
        basis,
    } = request;
    let ends = Command::EndDoubleReport(EndDoubleReport {
        subject: subject(who)?,
        community: community_code.into(),
        basis: parse("basis", &Basis::ALL, &basis)?,
    });
    let reply = command(&context.engine, asked, digest, ends).await?;
    Ok(Response::new(v1::EndDoubleReportResponse {
        receipt: receipt(&reply),
    }))
}

pub(super) fn list(
    context: &ApiContext,
    request: v1::ListDoubleReportsRequest,
) -> Result<Response<v1::ListDoubleReportsResponse>, Status> {
    let v1::ListDoubleReportsRequest {
        community_code,
        unit_code,
        ended,
        page,
    } = request;
    let page = Page::of(page);
    let state = context.engine.read();
    let community = within(&state, &community_code)?;
    let unit = within(&state, &unit_code)?;
    // Keys sort like the list: units before members, then community and basis.
    let rows = state.in_place.double_reports().map(|row| (key(&row.report), row));
    let rows = rows.filter(|(key, row)| {
        let of_unit = |unit| match row.report.subject {
            Subject::Unit(own) => state.org.is_within(own, unit),
            Subject::Person(person) => {
                let home = state.people.get(person).map(|person| person.home_unit);
                home.is_some_and(|home| state.org.is_within(home, unit))
            }
        };
        *key > page.after
            && (ended || row.report.stands)
            && community.is_none_or(|community| row.report.community == community)
            && unit.is_none_or(of_unit)
    });
    let (double_reports, next_page_token) = page.take(rows.map(|(key, row)| (key, shown(&state, row))));
    Ok(Response::new(v1::ListDoubleReportsResponse {
        double_reports,
        next_page_token,
    }))
}

fn key(report: &DoubleReport) -> String {
    let (kind, number) = match report.subject {
        Subject::Unit(unit) => ('U', unit.0),
        Subject::Person(person) => ('V', person.0),
    };
    let basis = report.basis as u8;
    format!("{kind}{number:010}.{:010}.{basis}", report.community.0)
}

fn shown(state: &State, row: &KeptReport) -> v1::DoubleReport {
    let KeptReport { report, since } = row;
    let who = match report.subject {
        Subject::Unit(unit) => Who::UnitCode(state.org.get(unit).code.to_string()),
        Subject::Person(person) => Who::PersonId(person.0),
    };
    v1::DoubleReport {
        subject: Some(v1::DoubleReportSubject { who: Some(who) }),
        community_code: state.org.get(report.community).code.to_string(),
        basis: word::of(&Basis::ALL, report.basis).to_owned(),
        response_id: report.response.map_or(0, |response| response.0),
        stands: report.stands,
        since_unix_ms: since.unix_ms(),
    }
}
