//! `OrgService`.

use baiying_core::State;
use baiying_core::command::{Answer, Command};
use baiying_core::id::{MusterPointId, UnitId};
use baiying_core::muster::{ImportMusterPoints, MusterPointRow};
use baiying_core::org::{ImportUnits, OrgUnit, UnitKind, UnitRow};
use baiying_core::response::Level;
use baiying_core::{Rejection, word};
use baiying_proto::v1;
use tonic::{Request, Response, Status, Streaming};

use super::convert::{import_mode, import_report, parse_optional};
use super::page::Page;
use super::refusal;
use super::server::ApiContext;
use super::submit::{asked, digest, submit, wrong_answer};
use crate::engine::{Priority, Refusal};

/// Serves [`v1::org_service_server::OrgService`].
pub(super) struct OrgApi(pub(super) ApiContext);

/// Collects the rows of an import stream: header first, then rows up to the limit.
pub(super) async fn collect<M, R>(
    mut stream: Streaming<M>,
    rows_max: usize,
    mut split: impl FnMut(&mut M) -> (Option<v1::ImportHeader>, Vec<R>),
) -> Result<(v1::ImportHeader, Vec<R>), Status> {
    let mut header = None;
    let mut rows = Vec::new();
    while let Some(mut message) = stream.message().await? {
        let (given, more) = split(&mut message);
        if header.is_none() {
            header =
                Some(given.ok_or_else(|| refusal::invalid("header", "the first message of an import has a header"))?);
        }
        rows.extend(more);
        if rows.len() > rows_max {
            return Err(refusal::invalid(
                "rows",
                format!("more than {rows_max} rows; split the import"),
            ));
        }
    }
    let header = header.ok_or_else(|| refusal::invalid("header", "the import is empty: no message came"))?;
    Ok((header, rows))
}

/// Hands an import over and reports what it came to.
pub(super) async fn imported(
    context: &ApiContext,
    header: v1::ImportHeader,
    digest: (u64, usize),
    command: Command,
) -> Result<v1::ImportReport, Status> {
    let reply = submit(
        &context.engine,
        Priority::Import,
        asked(header.context)?,
        digest,
        command,
    )
    .await?;
    let Answer::Imported(report) = &reply.answer else {
        return Err(wrong_answer());
    };
    Ok(import_report(&reply, report))
}

/// The unit with a code, or a refusal.
pub(super) fn unit_by_code<'s>(state: &'s State, code: &str) -> Result<&'s OrgUnit, Status> {
    let unknown = || refusal::refusal(Refusal::Rejected(Rejection::UnknownUnit { code: code.into() }));
    state.org.by_code(code).ok_or_else(unknown)
}

/// The unit that a filter is limited to, if it is.
pub(super) fn within(state: &State, code: &str) -> Result<Option<UnitId>, Status> {
    if code.is_empty() {
        Ok(None)
    } else {
        unit_by_code(state, code).map(|unit| Some(unit.id))
    }
}

fn shown(state: &State, unit: &OrgUnit) -> v1::Unit {
    v1::Unit {
        code: unit.code.to_string(),
        name: unit.name.to_string(),
        parent_code: unit
            .parent
            .map_or_else(String::new, |parent| state.org.get(parent).code.to_string()),
        kind: word::of(&UnitKind::ALL, unit.kind).to_owned(),
        people: state.people.at_home(unit.id).len() as u32,
        effective_level: state
            .responses
            .effective_level(&state.org, unit.id)
            .map_or(0, Level::number),
    }
}

#[tonic::async_trait]
impl v1::org_service_server::OrgService for OrgApi {
    async fn import_units(
        &self,
        request: Request<Streaming<v1::ImportUnitsRequest>>,
    ) -> Result<Response<v1::ImportUnitsResponse>, Status> {
        let (header, rows) = collect(request.into_inner(), self.0.import_rows, |message| {
            (message.header.take(), std::mem::take(&mut message.rows))
        })
        .await?;
        let mode = import_mode(header.mode)?;
        let digest = digest(&format!("import-units {}", header.mode), &rows);
        let rows = rows.into_iter().map(|row| UnitRow {
            row: row.row,
            code: row.code.into(),
            name: row.name.into(),
            parent_code: row.parent_code.into(),
            kind: row.kind.into(),
        });
        let command = Command::ImportUnits(ImportUnits {
            mode,
            rows: rows.collect(),
        });
        let report = Some(imported(&self.0, header, digest, command).await?);
        Ok(Response::new(v1::ImportUnitsResponse { report }))
    }

    async fn list_units(
        &self,
        request: Request<v1::ListUnitsRequest>,
    ) -> Result<Response<v1::ListUnitsResponse>, Status> {
        let v1::ListUnitsRequest {
            within_code,
            kind,
            page,
        } = request.into_inner();
        let page = Page::of(page);
        let kind = parse_optional("kind", &UnitKind::ALL, &kind)?;
        let state = self.0.engine.read();
        let within = within(&state, &within_code)?;
        let units = state.org.after_code(&page.after).filter(|unit| {
            kind.is_none_or(|kind| unit.kind == kind)
                && within.is_none_or(|within| state.org.is_within(unit.id, within))
        });
        let (units, next_page_token) = page.take(units.map(|unit| (&unit.code, shown(&state, unit))));
        Ok(Response::new(v1::ListUnitsResponse { units, next_page_token }))
    }

    async fn get_unit(&self, request: Request<v1::GetUnitRequest>) -> Result<Response<v1::GetUnitResponse>, Status> {
        let state = self.0.engine.read();
        let unit = unit_by_code(&state, &request.get_ref().code)?;
        Ok(Response::new(v1::GetUnitResponse {
            unit: Some(shown(&state, unit)),
        }))
    }

    async fn import_muster_points(
        &self,
        request: Request<Streaming<v1::ImportMusterPointsRequest>>,
    ) -> Result<Response<v1::ImportMusterPointsResponse>, Status> {
        let (header, rows) = collect(request.into_inner(), self.0.import_rows, |message| {
            (message.header.take(), std::mem::take(&mut message.rows))
        })
        .await?;
        let mode = import_mode(header.mode)?;
        let digest = digest(&format!("import-muster-points {}", header.mode), &rows);
        let rows = rows.into_iter().map(|row| MusterPointRow {
            row: row.row,
            code: row.code.into(),
            name: row.name.into(),
            unit_code: row.unit_code.into(),
            check_in_code: row.check_in_code.into(),
            address: row.address.into(),
        });
        let command = Command::ImportMusterPoints(ImportMusterPoints {
            mode,
            rows: rows.collect(),
        });
        let report = Some(imported(&self.0, header, digest, command).await?);
        Ok(Response::new(v1::ImportMusterPointsResponse { report }))
    }

    async fn list_muster_points(
        &self,
        request: Request<v1::ListMusterPointsRequest>,
    ) -> Result<Response<v1::ListMusterPointsResponse>, Status> {
        let v1::ListMusterPointsRequest { within_code, page } = request.into_inner();
        let page = Page::of(page);
        let after = MusterPointId(page.after_number()?);
        let state = self.0.engine.read();
        let within = within(&state, &within_code)?;
        let points = state
            .muster_points
            .iter()
            .filter(|point| point.id > after && within.is_none_or(|within| state.org.is_within(point.unit, within)));
        let (muster_points, next_page_token) = page.take(points.map(|point| {
            let shown = v1::MusterPoint {
                muster_point_id: point.id.0,
                code: point.code.to_string(),
                name: point.name.to_string(),
                unit_code: state.org.get(point.unit).code.to_string(),
                address: point.address.to_string(),
            };
            (point.id.0, shown)
        }));
        Ok(Response::new(v1::ListMusterPointsResponse {
            muster_points,
            next_page_token,
        }))
    }
}
