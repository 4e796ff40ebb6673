//! `SituationService`.

use baiying_core::command::{Answer, Command};
use baiying_core::id::{ResponseId, Timestamp};
use baiying_core::response::Response as Row;
use baiying_core::situation::{
    AnsweredClock, Clock, ClockState, FileReport, Filed, Missed, Numbers, ReportForm, ReportKind, Situation,
    SituationReport, Words,
};
use baiying_core::{Rejection, State, word};
use baiying_proto::v1;
use tonic::{Code, Request, Response, Status};

use super::convert::{parse, receipt, response_id, unix_ms};
use super::page::Page;
use super::refusal::{Shown, refusal};
use super::server::ApiContext;
use super::submit::{asked, command, digest, wrong_answer};
use crate::engine::Refusal;

/// Serves [`v1::situation_service_server::SituationService`].
pub(super) struct SituationApi(pub(super) ApiContext);

fn instant(unix_ms: i64) -> Option<Timestamp> {
    (unix_ms != 0).then(|| Timestamp::from_unix_ms(unix_ms))
}

fn words(words: v1::SituationWords) -> Words {
    let v1::SituationWords {
        source,
        place,
        nature,
        scope,
        loss,
        trend,
        measures,
        requests,
    } = words;
    Words {
        source: source.into(),
        place: place.into(),
        nature: nature.into(),
        scope: scope.into(),
        loss: loss.into(),
        trend: trend.into(),
        measures: measures.into(),
        requests: requests.into(),
    }
}

fn shown_words(words: &Words) -> v1::SituationWords {
    let Words {
        source,
        place,
        nature,
        scope,
        loss,
        trend,
        measures,
        requests,
    } = words;
    v1::SituationWords {
        source: source.to_string(),
        place: place.to_string(),
        nature: nature.to_string(),
        scope: scope.to_string(),
        loss: loss.to_string(),
        trend: trend.to_string(),
        measures: measures.to_string(),
        requests: requests.to_string(),
    }
}

fn shown_numbers(numbers: &Numbers) -> v1::SituationNumbers {
    let Numbers {
        due,
        present,
        en_route,
        excused,
        absent,
        unconfirmed,
        deployed,
        open_orders,
    } = *numbers;
    v1::SituationNumbers {
        due,
        present,
        en_route,
        excused,
        absent,
        unconfirmed,
        deployed,
        open_orders,
    }
}

fn clock_word(clock: Clock) -> String {
    word::of(&Clock::ALL, clock).to_owned()
}

fn shown(response: ResponseId, filed: &Filed) -> v1::SituationReport {
    let Filed { report, by, at } = filed;
    let SituationReport {
        seq,
        kind,
        form,
        number,
        received_at,
        event_at,
        words,
        amends,
        level,
        numbers,
        as_of,
        answered,
    } = report;
    let answered = answered
        .iter()
        .map(|AnsweredClock { clock, due, late }| v1::AnsweredClock {
            clock: clock_word(*clock),
            due_unix_ms: due.unix_ms(),
            late: *late,
        });
    v1::SituationReport {
        response_id: response.0,
        seq: *seq,
        kind: word::of(&ReportKind::ALL, *kind).to_owned(),
        form: word::of(&ReportForm::ALL, *form).to_owned(),
        number: *number,
        actor: by.0.to_string(),
        filed_at_unix_ms: at.unix_ms(),
        received_at_unix_ms: received_at.unix_ms(),
        event_at_unix_ms: unix_ms(*event_at),
        words: Some(shown_words(words)),
        amends: amends.unwrap_or_default(),
        level: level.number(),
        numbers: Some(shown_numbers(numbers)),
        as_of_revision: as_of.0,
        answered: answered.collect(),
        late: report.is_late(),
    }
}

fn shown_clocks(response: &Row, situation: Option<&Situation>) -> v1::ResponseClocks {
    let clocks = situation.into_iter().flat_map(|situation| situation.clocks().iter());
    let mut clocks: Vec<(Clock, ClockState)> = clocks.collect();
    clocks.sort_by_key(|(clock, state)| (state.overdue.is_none(), state.overdue.or(state.due), *clock));
    let clocks = clocks.into_iter().map(|(clock, state)| v1::SituationClock {
        clock: clock_word(clock),
        due_unix_ms: unix_ms(state.due),
        overdue_since_unix_ms: unix_ms(state.overdue),
    });
    let missed = situation.into_iter().flat_map(Situation::missed).map(|missed| {
        let Missed {
            clock,
            due,
            times,
            made_up_by,
        } = missed;
        v1::MissedReport {
            clock: clock_word(*clock),
            due_unix_ms: due.unix_ms(),
            times: *times,
            made_up_by_seq: made_up_by.unwrap_or_default(),
        }
    });
    v1::ResponseClocks {
        response_id: response.id.0,
        event: response.spec.event.to_string(),
        clocks: clocks.collect(),
        missed: missed.collect(),
    }
}

fn response_by_id(state: &State, id: u32) -> Result<&Row, Status> {
    let response = response_id(id)?;
    let unknown = || refusal(Refusal::Rejected(Rejection::UnknownResponse { response }));
    state.responses.get(response).ok_or_else(unknown)
}

fn no_report(response: ResponseId, seq: u32) -> Status {
    Shown {
        code: Code::NotFound,
        reason: "UNKNOWN_REPORT",
        metadata: vec![("response", response.to_string()), ("report", seq.to_string())],
        field: "seq",
        message: format!("{response} has no report {seq}"),
    }
    .into()
}

#[tonic::async_trait]
impl v1::situation_service_server::SituationService for SituationApi {
    async fn file_report(
        &self,
        request: Request<v1::FileReportRequest>,
    ) -> Result<Response<v1::FileReportResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("file-report", [&request]);
        let v1::FileReportRequest {
            context: _,
            response_id: id,
            kind,
            form,
            received_at_unix_ms,
            event_at_unix_ms,
            words: written,
            amends,
        } = request;
        let file = Command::FileReport(FileReport {
            response: response_id(id)?,
            kind: parse("kind", &ReportKind::ALL, &kind)?,
            form: match form.as_str() {
                "" => ReportForm::Written,
                form => parse("form", &ReportForm::ALL, form)?,
            },
            received_at: instant(received_at_unix_ms),
            event_at: instant(event_at_unix_ms),
            words: words(written.unwrap_or_default()),
            amends: (amends > 0).then_some(amends),
        });
        let reply = command(&self.0.engine, asked, digest, file).await?;
        let Answer::SituationReport {
            response: _,
            seq,
            number,
            late,
        } = reply.answer
        else {
            return Err(wrong_answer());
        };
        Ok(Response::new(v1::FileReportResponse {
            receipt: receipt(&reply),
            seq,
            number,
            late,
        }))
    }

    async fn list_reports(
        &self,
        request: Request<v1::ListReportsRequest>,
    ) -> Result<Response<v1::ListReportsResponse>, Status> {
        let v1::ListReportsRequest { response_id: id, page } = request.into_inner();
        let page = Page::of(page);
        let after = page.after_number()?;
        let state = self.0.engine.read();
        let response = response_by_id(&state, id)?.id;
        let reports = state.situations.get(response).map_or(&[][..], Situation::reports);
        let reports = reports.iter().filter(|filed| filed.report.seq > after);
        let (reports, next_page_token) = page.take(reports.map(|filed| (filed.report.seq, shown(response, filed))));
        Ok(Response::new(v1::ListReportsResponse {
            reports,
            next_page_token,
        }))
    }

    async fn get_report(
        &self,
        request: Request<v1::GetReportRequest>,
    ) -> Result<Response<v1::GetReportResponse>, Status> {
        let v1::GetReportRequest { response_id: id, seq } = request.into_inner();
        let state = self.0.engine.read();
        let response = response_by_id(&state, id)?.id;
        let filed = state.situations.get(response).and_then(|row| row.report(seq));
        let filed = filed.ok_or_else(|| no_report(response, seq))?;
        Ok(Response::new(v1::GetReportResponse {
            report: Some(shown(response, filed)),
        }))
    }

    async fn list_clocks(
        &self,
        request: Request<v1::ListClocksRequest>,
    ) -> Result<Response<v1::ListClocksResponse>, Status> {
        let id = request.into_inner().response_id;
        let state = self.0.engine.read();
        let responses = if id > 0 {
            let response = response_by_id(&state, id)?;
            vec![shown_clocks(response, state.situations.get(response.id))]
        } else {
            let owing = state
                .situations
                .iter()
                .filter(|(_, row)| row.clocks().iter().next().is_some());
            let rows = owing.filter_map(|(response, row)| Some((state.responses.get(response)?, row)));
            rows.map(|(response, row)| shown_clocks(response, Some(row))).collect()
        };
        Ok(Response::new(v1::ListClocksResponse {
            responses,
            now_unix_ms: self.0.clock.now().unix_ms(),
        }))
    }
}
