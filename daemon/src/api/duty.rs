//! `DutyService`.

mod change;
mod list;
mod show;

use std::collections::BTreeSet;

use baiying_core::State;
use baiying_core::calendar::{Calendar, CalendarRow, ImportCalendar};
use baiying_core::command::Command;
use baiying_core::duty::{DutyRow, Finding, ImportDutyRosters, Rosters, View, check};
use baiying_core::id::{PersonId, Timestamp, UnitId};
use baiying_core::leave::Leaves;
use baiying_core::shared::Shared;
use baiying_proto::v1;
use tonic::{Request, Response, Status, Streaming};

use super::convert::import_mode;
use super::org::{collect, imported, within};
use super::refusal::invalid;
use super::roster::{person_ref, salt};
use super::server::ApiContext;
use super::submit::{asked, digest};

/// Serves [`v1::duty_service_server::DutyService`].
pub(super) struct DutyApi(pub(super) ApiContext);

/// How far rosters are checked when nothing is said.
const CHECK_DAYS: u32 = 90;
/// How far shifts are listed and rosters checked at most.
const DAYS_MAX: u32 = 400;
const DAY_MS: u64 = 86_400_000;

impl DutyApi {
    /// The instant that a request means: now, if it names none.
    fn at(&self, unix_ms: i64) -> Timestamp {
        match unix_ms {
            0 => self.0.clock.now(),
            unix_ms => Timestamp::from_unix_ms(unix_ms),
        }
    }

    /// What is wrong with some rosters: worked out on a copy, so that nobody waits for it.
    async fn findings(
        &self,
        copy: Copied,
        units: BTreeSet<UnitId>,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<v1::DutyFinding>, Status> {
        let found = tokio::task::spawn_blocking(move || check(copy.view(), &units, from, until));
        let found: Vec<Finding> = found
            .await
            .map_err(|_| Status::internal("the check failed; please report this"))?;
        let state = self.0.engine.read();
        let mut shown: Vec<_> = found.iter().map(|finding| show::finding(&state, finding)).collect();
        shown.sort_by(|a, b| (&a.unit_code, a.from_unix_ms).cmp(&(&b.unit_code, b.from_unix_ms)));
        Ok(shown)
    }
}

/// What duty follows from, by itself.
struct Copied {
    rosters: Shared<Rosters>,
    calendar: Shared<Calendar>,
    leave: Leaves,
    away: BTreeSet<PersonId>,
}

impl Copied {
    fn of(state: &State) -> Self {
        Self {
            rosters: state.rosters.clone(),
            calendar: state.calendar.clone(),
            leave: state.leave.clone(),
            away: state.people.away().clone(),
        }
    }
    fn view(&self) -> View<'_> {
        View {
            rosters: &self.rosters,
            calendar: &self.calendar,
            leave: &self.leave,
            away: &self.away,
        }
    }
}

fn duty_row(salt: &[u8; 32], row: v1::DutyRow) -> DutyRow {
    let v1::DutyRow {
        row,
        unit_code,
        pattern,
        from_date,
        position,
        shifts,
        turn,
        every,
        person,
        recall_minutes,
    } = row;
    DutyRow {
        row,
        unit_code: unit_code.into(),
        pattern: pattern.into(),
        from_date: from_date.into(),
        position: position.into(),
        shifts: shifts.into(),
        turn,
        every: every.into(),
        person: person_ref(salt, &person),
        recall_minutes,
    }
}

impl DutyApi {
    async fn import_calendar(
        &self,
        request: Request<Streaming<v1::ImportCalendarRequest>>,
    ) -> Result<Response<v1::ImportCalendarResponse>, Status> {
        let (header, rows) = collect(request.into_inner(), self.0.import_rows, |message| {
            (message.header.take(), std::mem::take(&mut message.rows))
        })
        .await?;
        let mode = import_mode(header.mode)?;
        let digest = digest(&format!("import-calendar {}", header.mode), &rows);
        let rows = rows.into_iter().map(|row| CalendarRow {
            row: row.row,
            date: row.date.into(),
            kind: row.kind.into(),
            name: row.name.into(),
        });
        let rows = rows.collect();
        let command = Command::ImportCalendar(ImportCalendar { mode, rows });
        let report = Some(imported(&self.0, header, digest, command).await?);
        Ok(Response::new(v1::ImportCalendarResponse { report }))
    }

    async fn import_rosters(
        &self,
        request: Request<Streaming<v1::ImportRostersRequest>>,
    ) -> Result<Response<v1::ImportRostersResponse>, Status> {
        let mut dry_run = None;
        let (header, rows) = collect(request.into_inner(), self.0.import_rows, |message| {
            dry_run.get_or_insert(message.dry_run);
            (message.header.take(), std::mem::take(&mut message.rows))
        })
        .await?;
        let mode = import_mode(header.mode)?;
        let digest = digest(&format!("import-rosters {}", header.mode), &rows);
        let salt = salt(&self.0)?;
        let rows: Vec<_> = rows.into_iter().map(|row| duty_row(&salt, row)).collect();
        let codes: BTreeSet<_> = rows.iter().map(|row| row.unit_code.clone()).collect();
        let import = ImportDutyRosters { mode, rows };
        let now = self.0.clock.now();
        let (report, copy, units) = if dry_run.unwrap_or_default() {
            asked(header.context)?;
            let state = self.0.engine.read();
            let (report, versions) = import.preview(&state, &self.0.policy, now);
            let mut copy = Copied::of(&state);
            versions.iter().for_each(|version| copy.rosters.recorded(version));
            let reply = baiying_core::command::Reply {
                revision: state.revision(),
                answer: baiying_core::command::Answer::Done,
                repeated: false,
            };
            (
                super::convert::import_report(&reply, &report),
                copy,
                units(&state, &codes),
            )
        } else {
            let report = imported(&self.0, header, digest, Command::ImportDutyRosters(import)).await?;
            let state = self.0.engine.read();
            (report, Copied::of(&state), units(&state, &codes))
        };
        let units = units
            .into_iter()
            .filter(|unit| copy.rosters.has_roster(*unit))
            .collect();
        // From now on, when they are written: not from a moment before.
        let from = self.0.clock.now();
        let until = from.plus_ms(u64::from(CHECK_DAYS) * DAY_MS);
        let findings = self.findings(copy, units, from, until).await?;
        let report = Some(report);
        Ok(Response::new(v1::ImportRostersResponse { report, findings }))
    }

    async fn check_rosters(
        &self,
        request: Request<v1::CheckRostersRequest>,
    ) -> Result<Response<v1::CheckRostersResponse>, Status> {
        let v1::CheckRostersRequest {
            unit_code,
            from_unix_ms,
            days,
        } = request.into_inner();
        let days = match days {
            0 => CHECK_DAYS,
            1..=DAYS_MAX => days,
            _ => return Err(invalid("days", format!("days is at most {DAYS_MAX}"))),
        };
        let from = self.at(from_unix_ms);
        let (copy, units) = {
            let state = self.0.engine.read();
            let within = within(&state, &unit_code)?;
            let inside = |unit: &UnitId| within.is_none_or(|within| state.org.is_within(*unit, within));
            let mut units: BTreeSet<UnitId> = state.rosters.units().filter(inside).collect();
            // Who asks for a unit that has no roster is told so.
            units.extend(within.filter(|_| units.is_empty()));
            (Copied::of(&state), units)
        };
        let rosters = units.iter().filter(|unit| copy.rosters.has_roster(**unit)).count() as u32;
        let findings = self
            .findings(copy, units, from, from.plus_ms(u64::from(days) * DAY_MS))
            .await?;
        Ok(Response::new(v1::CheckRostersResponse { findings, rosters }))
    }
}

fn units(state: &State, codes: &BTreeSet<Box<str>>) -> BTreeSet<UnitId> {
    codes
        .iter()
        .filter_map(|code| state.org.by_code(code))
        .map(|unit| unit.id)
        .collect()
}

/// Hands each call to the method that serves it.
macro_rules! serve {
    ($($method:ident($request:ty) -> $response:ty;)*) => {
        #[tonic::async_trait]
        impl v1::duty_service_server::DutyService for DutyApi {
            $(async fn $method(&self, request: Request<$request>) -> Result<Response<$response>, Status> {
                Self::$method(self, request).await
            })*
        }
    };
}
serve! {
    import_calendar(Streaming<v1::ImportCalendarRequest>) -> v1::ImportCalendarResponse;
    list_calendar(v1::ListCalendarRequest) -> v1::ListCalendarResponse;
    import_rosters(Streaming<v1::ImportRostersRequest>) -> v1::ImportRostersResponse;
    list_rosters(v1::ListRostersRequest) -> v1::ListRostersResponse;
    on_duty(v1::OnDutyRequest) -> v1::OnDutyResponse;
    list_shifts(v1::ListShiftsRequest) -> v1::ListShiftsResponse;
    check_rosters(v1::CheckRostersRequest) -> v1::CheckRostersResponse;
    set_stand_in(v1::SetStandInRequest) -> v1::SetStandInResponse;
    end_stand_in(v1::EndStandInRequest) -> v1::EndStandInResponse;
    list_stand_ins(v1::ListStandInsRequest) -> v1::ListStandInsResponse;
    request_swap(v1::RequestSwapRequest) -> v1::RequestSwapResponse;
    consent_swap(v1::ConsentSwapRequest) -> v1::ConsentSwapResponse;
    decide_swap(v1::DecideSwapRequest) -> v1::DecideSwapResponse;
    list_swaps(v1::ListSwapsRequest) -> v1::ListSwapsResponse;
    sign_in(v1::SignInRequest) -> v1::SignInResponse;
    sign_out(v1::SignOutRequest) -> v1::SignOutResponse;
    set_backup(v1::SetBackupRequest) -> v1::SetBackupResponse;
    list_backups(v1::ListBackupsRequest) -> v1::ListBackupsResponse;
}
