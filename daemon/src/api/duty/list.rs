//! What is asked of duty: who is on, shifts, rosters, stand-ins, swaps, A/B roles.

use baiying_core::State;
use baiying_core::calendar::Date;
use baiying_core::duty::{SwapStatus, can_act, on_duty, shifts};
use baiying_core::id::{PersonId, StandInId, SwapId, Timestamp, UnitId};
use baiying_proto::v1;
use tonic::{Request, Response, Status};

use super::{DAY_MS, DAYS_MAX, DutyApi, show};
use crate::api::convert::parse_optional;
use crate::api::org::{unit_by_code, within};
use crate::api::page::Page;
use crate::api::refusal::invalid;

fn bad_token() -> Status {
    invalid(
        "page.page_token",
        "page_token does not come from an answer of this list",
    )
}

/// Units with a roster within another, in the order of their codes.
fn rostered(state: &State, within: Option<UnitId>) -> Vec<UnitId> {
    let units = state.org.after_code("").map(|unit| unit.id);
    let units = units.filter(|unit| state.rosters.has_roster(*unit));
    units
        .filter(|unit| within.is_none_or(|within| state.org.is_within(*unit, within)))
        .collect()
}

impl DutyApi {
    pub(super) async fn list_calendar(
        &self,
        request: Request<v1::ListCalendarRequest>,
    ) -> Result<Response<v1::ListCalendarResponse>, Status> {
        let v1::ListCalendarRequest { year, page } = request.into_inner();
        let page = Page::of(page);
        let after: Option<Date> = match page.after.as_str() {
            "" => None,
            token => Some(token.parse().map_err(|_| bad_token())?),
        };
        let state = self.0.engine.read();
        let days = state.calendar.iter().filter(|(date, _)| {
            after.is_none_or(|after| *date > after) && (year == 0 || i64::from(date.year()) == i64::from(year))
        });
        let (days, next_page_token) = page.take(days.map(|(date, day)| (date, show::day(date, day))));
        Ok(Response::new(v1::ListCalendarResponse { days, next_page_token }))
    }

    pub(super) async fn list_rosters(
        &self,
        request: Request<v1::ListRostersRequest>,
    ) -> Result<Response<v1::ListRostersResponse>, Status> {
        let v1::ListRostersRequest { unit_code, page } = request.into_inner();
        let page = Page::of(page);
        let (code, number) = page.after.rsplit_once(' ').unwrap_or_default();
        let number: u32 = if page.after.is_empty() {
            0
        } else {
            number.parse().map_err(|_| bad_token())?
        };
        let now = self.0.clock.now();
        let state = self.0.engine.read();
        let within = within(&state, &unit_code)?;
        let versions = rostered(&state, within).into_iter().flat_map(|unit| {
            let current = on_duty(state.duty_view(), unit, now)
                .version
                .map_or(0, |version| version.version);
            let versions = state.rosters.versions(unit).iter();
            versions.filter(move |version| version.version >= current)
        });
        let key = |unit: UnitId| &*state.org.get(unit).code;
        let versions = versions.filter(|version| (key(version.unit), version.version) > (code, number));
        let (rosters, next_page_token) = page.take(versions.map(|version| {
            (
                format!("{} {}", key(version.unit), version.version),
                show::roster(&state, version),
            )
        }));
        Ok(Response::new(v1::ListRostersResponse {
            rosters,
            next_page_token,
        }))
    }

    pub(super) async fn on_duty(
        &self,
        request: Request<v1::OnDutyRequest>,
    ) -> Result<Response<v1::OnDutyResponse>, Status> {
        let v1::OnDutyRequest { unit_code, at_unix_ms } = request.into_inner();
        let at = self.at(at_unix_ms);
        let state = self.0.engine.read();
        let units = match unit_code.as_str() {
            "" => rostered(&state, None),
            code => vec![unit_by_code(&state, code)?.id],
        };
        let units = units
            .into_iter()
            .map(|unit| show::unit_on_duty(&state, &on_duty(state.duty_view(), unit, at)));
        Ok(Response::new(v1::OnDutyResponse {
            units: units.collect(),
            at_unix_ms: at.unix_ms(),
        }))
    }

    pub(super) async fn list_shifts(
        &self,
        request: Request<v1::ListShiftsRequest>,
    ) -> Result<Response<v1::ListShiftsResponse>, Status> {
        let v1::ListShiftsRequest {
            unit_code,
            person_id,
            from_unix_ms,
            until_unix_ms,
            page,
        } = request.into_inner();
        let page = Page::of(page);
        let (from, until) = (
            Timestamp::from_unix_ms(from_unix_ms),
            Timestamp::from_unix_ms(until_unix_ms),
        );
        let length = until.ms_since(from);
        if length <= 0 || length.unsigned_abs() > u64::from(DAYS_MAX) * DAY_MS {
            let problem = format!("until_unix_ms is after from_unix_ms, by at most {DAYS_MAX} days");
            return Err(invalid("until_unix_ms", problem));
        }
        let person = Some(PersonId(person_id)).filter(|person| person.0 > 0);
        let after = match page.after.as_str() {
            "" => None,
            token => Some(ShiftKey::read(token).ok_or_else(bad_token)?),
        };
        let state = self.0.engine.read();
        let units: Vec<UnitId> = match (unit_code.as_str(), person) {
            ("", None) => return Err(invalid("unit_code", "unit_code or person_id is needed: whose shifts")),
            ("", Some(person)) => state.rosters.units_of(person).into_iter().collect(),
            (code, _) => vec![unit_by_code(&state, code)?.id],
        };
        let mut all: Vec<_> = units
            .into_iter()
            .flat_map(|unit| shifts(state.duty_view(), unit, from, until))
            .filter(|shift| person.is_none_or(|person| shift.holders.iter().any(|holder| holder.person == person)))
            .map(|shift| {
                let code = state.org.get(shift.unit).code.to_string();
                let (from_unix_ms, place) = (shift.from.unix_ms(), shift.index);
                (
                    ShiftKey {
                        from_unix_ms,
                        code,
                        place,
                    },
                    shift,
                )
            })
            .filter(|(key, _)| after.as_ref().is_none_or(|after| key > after))
            .collect();
        all.sort_by(|(a, _), (b, _)| a.cmp(b));
        let (shifts, next_page_token) =
            page.take(all.into_iter().map(|(key, shift)| (key, show::shift(&state, &shift))));
        Ok(Response::new(v1::ListShiftsResponse {
            shifts,
            next_page_token,
        }))
    }

    pub(super) async fn list_stand_ins(
        &self,
        request: Request<v1::ListStandInsRequest>,
    ) -> Result<Response<v1::ListStandInsResponse>, Status> {
        let v1::ListStandInsRequest { unit_code, page } = request.into_inner();
        let page = Page::of(page);
        let after = StandInId(page.after_number()?);
        let state = self.0.engine.read();
        let within = within(&state, &unit_code)?;
        let rows = state
            .rosters
            .stand_ins()
            .iter()
            .filter(|row| row.id > after && within.is_none_or(|within| state.org.is_within(row.unit, within)));
        let (stand_ins, next_page_token) = page.take(rows.map(|row| (row.id.0, show::stand_in(&state, row))));
        Ok(Response::new(v1::ListStandInsResponse {
            stand_ins,
            next_page_token,
        }))
    }

    pub(super) async fn list_swaps(
        &self,
        request: Request<v1::ListSwapsRequest>,
    ) -> Result<Response<v1::ListSwapsResponse>, Status> {
        let v1::ListSwapsRequest {
            unit_code,
            status,
            page,
        } = request.into_inner();
        let page = Page::of(page);
        let after = SwapId(page.after_number()?);
        let status = parse_optional("status", &SwapStatus::ALL, &status)?;
        let state = self.0.engine.read();
        let unit = if unit_code.is_empty() {
            None
        } else {
            Some(unit_by_code(&state, &unit_code)?.id)
        };
        let rows = state.rosters.swaps().iter().filter(|row| {
            row.id > after
                && status.is_none_or(|status| row.status == status)
                && unit.is_none_or(|unit| row.record.legs().any(|leg| leg.unit == unit))
        });
        let (swaps, next_page_token) = page.take(rows.map(|row| (row.id.0, show::swap(&state, row))));
        Ok(Response::new(v1::ListSwapsResponse { swaps, next_page_token }))
    }

    pub(super) async fn list_backups(
        &self,
        request: Request<v1::ListBackupsRequest>,
    ) -> Result<Response<v1::ListBackupsResponse>, Status> {
        let v1::ListBackupsRequest {
            unit_code,
            at_unix_ms,
            page,
        } = request.into_inner();
        let page = Page::of(page);
        let at = self.at(at_unix_ms);
        let (code, post) = page.after.split_once(' ').unwrap_or_default();
        let state = self.0.engine.read();
        let within = within(&state, &unit_code)?;
        let can = |person: PersonId| can_act(state.duty_view(), person, at);
        let mut rows: Vec<_> = state
            .rosters
            .backups()
            .filter(|(unit, _, _)| within.is_none_or(|within| state.org.is_within(*unit, within)))
            .filter_map(|(unit, post, _)| {
                Some((&*state.org.get(unit).code, post, state.rosters.roles(unit, post, at)?))
            })
            .filter(|(of, named, _)| (*of, *named) > (code, post))
            .collect();
        rows.sort_unstable_by_key(|(code, post, _)| (*code, *post));
        let (backups, next_page_token) = page.take(rows.into_iter().map(|(code, post, (a, b))| {
            let acting = [a, b].into_iter().find(|person| can(*person));
            let backup = v1::Backup {
                unit_code: code.to_owned(),
                post: post.to_owned(),
                a_person_id: a.0,
                b_person_id: b.0,
                acting_person_id: acting.map_or(0, |person| person.0),
            };
            (format!("{code} {post}"), backup)
        }));
        Ok(Response::new(v1::ListBackupsResponse {
            backups,
            next_page_token,
        }))
    }
}

/// Where a shift stands in the list.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct ShiftKey {
    from_unix_ms: i64,
    code: String,
    place: usize,
}

impl ShiftKey {
    fn read(token: &str) -> Option<Self> {
        let mut parts = token.splitn(3, ' ');
        let (from_unix_ms, place, code) = (
            parts.next()?.parse().ok()?,
            parts.next()?.parse().ok()?,
            parts.next()?.to_owned(),
        );
        Some(Self {
            from_unix_ms,
            code,
            place,
        })
    }
}

impl std::fmt::Display for ShiftKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {}", self.from_unix_ms, self.place, self.code)
    }
}
