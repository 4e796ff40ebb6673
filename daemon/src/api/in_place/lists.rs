//! Windows, reports by village and by home unit, the mobile team, exemptions.

use baiying_core::State;
use baiying_core::id::{ExemptionId, PersonId, UnitId, WindowId};
use baiying_core::in_place::{
    CloseReason, ExemptReason, InPlaceCounts, MobileStatus, ReportLine, ReportStatus, Window, counts, lines, mobile,
    mobile_status,
};
use baiying_core::leave::LeaveReason;
use baiying_core::{Rejection, word};
use baiying_proto::v1;
use tonic::{Response, Status};

use super::changes::optional_response;
use crate::api::convert::{parse_optional, response_id, unix_ms};
use crate::api::mask;
use crate::api::order::EXCUSES;
use crate::api::org::{unit_by_code, within};
use crate::api::page::Page;
use crate::api::refusal::{invalid, refusal};
use crate::api::server::ApiContext;
use crate::engine::Refusal;

/// Who looks at reports: what they may see differs (C4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Viewer {
    /// The village: that somebody is excused, not why.
    Village(UnitId),
    /// The home unit: its own people, wherever they are.
    Home(UnitId),
}

pub(super) fn windows(
    context: &ApiContext,
    request: v1::ListWindowsRequest,
) -> Result<Response<v1::ListWindowsResponse>, Status> {
    let v1::ListWindowsRequest {
        response_id: response,
        unit_code,
        open_only,
        page,
    } = request;
    let page = Page::of(page);
    let after = WindowId(page.after_number()?);
    let response = optional_response(response);
    let state = context.engine.read();
    let within = within(&state, &unit_code)?;
    let windows = state.in_place.windows().filter(|window| {
        let opening = &window.opening;
        opening.window > after
            && (!open_only || window.is_open())
            && response.is_none_or(|response| opening.response == response)
            && within.is_none_or(|within| state.org.is_within(opening.village, within))
    });
    let (windows, next_page_token) =
        page.take(windows.map(|window| (window.opening.window.0, shown_window(&state, window))));
    Ok(Response::new(v1::ListWindowsResponse {
        windows,
        next_page_token,
    }))
}

fn shown_window(state: &State, window: &Window) -> v1::InPlaceWindow {
    let opening = &window.opening;
    let InPlaceCounts {
        due,
        confirmed,
        released,
        reported,
        coming,
        declined,
        excused,
        unanswered,
        absent,
    } = counts(state, window);
    v1::InPlaceWindow {
        window_id: opening.window.0,
        response_id: opening.response.0,
        village_code: state.org.get(opening.village).code.to_string(),
        order_id: opening.order.0,
        mobilized_by_code: state.org.get(opening.mobilized_by).code.to_string(),
        deadline_unix_ms: opening.deadline.unix_ms(),
        closes_at_unix_ms: opening.closes_at.unix_ms(),
        opened_at_unix_ms: window.opened.1.unix_ms(),
        closed_at_unix_ms: unix_ms(window.closed.map(|(at, _)| at)),
        closed_why: window
            .closed
            .map_or_else(String::new, |(_, why)| word::of(&CloseReason::ALL, why).to_owned()),
        counts: Some(v1::InPlaceCounts {
            due,
            confirmed,
            released,
            reported,
            coming,
            declined,
            excused,
            unanswered,
            absent,
        }),
    }
}

/// Where a page of reports starts: window, whether not registered, person.
type Key = (u32, u32, u32);

fn key(token: &str) -> Result<Key, Status> {
    if token.is_empty() {
        return Ok((0, 0, 0));
    }
    let mut parts = token.split('.').map(str::parse::<u32>);
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(Ok(window)), Some(Ok(group)), Some(Ok(person)), None) => Ok((window, group, person)),
        _other => Err(invalid(
            "page.page_token",
            "page_token does not come from an answer of this list",
        )),
    }
}

pub(super) fn reports(
    context: &ApiContext,
    request: v1::ListInPlaceReportsRequest,
) -> Result<Response<v1::ListInPlaceReportsResponse>, Status> {
    let v1::ListInPlaceReportsRequest {
        response_id: response,
        village_code,
        home_unit_code,
        status,
        open_only,
        page,
    } = request;
    let page = Page::of(page);
    let after = key(&page.after)?;
    let response = optional_response(response);
    let status = parse_optional("status", &ReportStatus::ALL, &status)?;
    let state = context.engine.read();
    let viewer = match (village_code.as_str(), home_unit_code.as_str()) {
        ("", "") => {
            return Err(invalid(
                "village_code",
                "either village_code or home_unit_code is needed",
            ));
        }
        (village, "") => Viewer::Village(unit_by_code(&state, village)?.id),
        ("", home) => Viewer::Home(unit_by_code(&state, home)?.id),
        (_, _) => {
            return Err(invalid(
                "home_unit_code",
                "village_code and home_unit_code exclude each other",
            ));
        }
    };
    let windows = state.in_place.windows().filter(|window| {
        let opening = &window.opening;
        opening.window.0 >= after.0
            && (!open_only || window.is_open())
            && response.is_none_or(|response| opening.response == response)
            && match viewer {
                Viewer::Village(village) => opening.village == village,
                Viewer::Home(_) => true,
            }
    });
    let is_meant = |line: &ReportLine| {
        let home = state.people.get(line.person).map(|person| person.home_unit);
        status.is_none_or(|status| line.status == status)
            && match viewer {
                Viewer::Village(_) => true,
                Viewer::Home(unit) => home.is_some_and(|home| state.org.is_within(home, unit)),
            }
    };
    let shown = windows.flat_map(|window| {
        let number = window.opening.window.0;
        let lines = lines(&state, window).into_iter().filter(&is_meant);
        let keyed = lines.map(move |line| ((number, u32::from(!line.registered), line.person.0), line));
        let rest: Vec<_> = keyed.filter(|(key, _)| *key > after).collect();
        rest.into_iter().map(move |(key, line)| (key, window, line))
    });
    let (reports, next_page_token) = page.take(shown.map(|((window, group, person), of, line)| {
        (
            format!("{window}.{group}.{person}"),
            shown_report(&state, viewer, of, &line),
        )
    }));
    Ok(Response::new(v1::ListInPlaceReportsResponse {
        reports,
        next_page_token,
    }))
}

fn shown_report(state: &State, viewer: Viewer, window: &Window, line: &ReportLine) -> v1::InPlaceReport {
    let ReportLine {
        person,
        registered,
        status,
        reported_at,
        confirmed_at,
        late,
        rejected,
        excuse,
        stated,
        task,
    } = line;
    let known = state.people.get(*person);
    let registration = state.in_place.registration(*person);
    let skills = registration
        .map(|row| &row.skills)
        .or_else(|| known.map(|row| &row.skills));
    let is_home = matches!(viewer, Viewer::Home(_));
    let home = known
        .filter(|_| is_home)
        .map(|row| state.org.get(row.home_unit).code.to_string());
    let excuse = excuse
        .filter(|_| is_home)
        .map(|excuse| word::of(&EXCUSES, excuse).to_owned());
    let stated = stated
        .filter(|_| *status != ReportStatus::Excused)
        .map(|reason| stated_word(viewer, reason));
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    v1::InPlaceReport {
        window_id: window.opening.window.0,
        village_code: state.org.get(window.opening.village).code.to_string(),
        person_id: person.0,
        masked_name: mask::name(&state.people.personal(*person).name),
        home_unit_code: home.unwrap_or_default(),
        status: word::of(&ReportStatus::ALL, *status).to_owned(),
        reported_at_unix_ms: unix_ms(*reported_at),
        confirmed_at_unix_ms: unix_ms(*confirmed_at),
        late: *late,
        rejected_reason: text(rejected.as_deref()),
        excuse: excuse.unwrap_or_default(),
        stated_reason: stated.unwrap_or_default().to_owned(),
        task: text(task.as_deref()),
        skills: skills.map_or_else(Vec::new, |words| words.iter().map(ToString::to_string).collect()),
        registered: *registered,
        service: text(registration.map(|row| &*row.service)),
        hours: text(registration.map(|row| &*row.hours)),
    }
}

/// The reason stated by who declined, as far as it is anybody's business: nothing medical, and no other duty to a village.
fn stated_word(viewer: Viewer, reason: LeaveReason) -> &'static str {
    match (reason, viewer) {
        (LeaveReason::OutOfTown | LeaveReason::Other, _) | (LeaveReason::OtherDuty, Viewer::Home(_)) => {
            word::of(&LeaveReason::ALL, reason)
        }
        (LeaveReason::OtherDuty, Viewer::Village(_)) | (LeaveReason::Medical | LeaveReason::Maternity, _) => "withheld",
    }
}

pub(super) fn mobile_team(
    context: &ApiContext,
    request: v1::ListMobileRequest,
) -> Result<Response<v1::ListMobileResponse>, Status> {
    let v1::ListMobileRequest {
        response_id: response,
        home_unit_code,
        page,
    } = request;
    let page = Page::of(page);
    let after = PersonId(page.after_number()?);
    let response = response_id(response)?;
    let now = context.clock.now();
    let state = context.engine.read();
    let within = within(&state, &home_unit_code)?;
    if state.responses.get(response).is_none() {
        return Err(refusal(Refusal::Rejected(Rejection::UnknownResponse { response })));
    }
    let members = mobile(&state, response, after)
        .filter(|person| within.is_none_or(|within| state.org.is_within(person.home_unit, within)));
    let (members, next_page_token) = page.take(members.map(|person| {
        let shown = v1::MobileMember {
            person_id: person.id.0,
            masked_name: mask::name(&state.people.personal(person.id).name),
            home_unit_code: state.org.get(person.home_unit).code.to_string(),
            status: word::of(&MobileStatus::ALL, mobile_status(&state, person.id, now)).to_owned(),
            skills: person.skills.iter().map(ToString::to_string).collect(),
        };
        (person.id.0, shown)
    }));
    Ok(Response::new(v1::ListMobileResponse {
        members,
        next_page_token,
    }))
}

pub(super) fn exemptions(
    context: &ApiContext,
    request: v1::ListExemptionsRequest,
) -> Result<Response<v1::ListExemptionsResponse>, Status> {
    let v1::ListExemptionsRequest {
        home_unit_code,
        in_force_only,
        page,
    } = request;
    let page = Page::of(page);
    let after = ExemptionId(page.after_number()?);
    let now = context.clock.now();
    let state = context.engine.read();
    let within = within(&state, &home_unit_code)?;
    let is_meant = |person: PersonId| {
        let home = state.people.get(person).map(|person| person.home_unit);
        within.is_none_or(|within| home.is_some_and(|home| state.org.is_within(home, within)))
    };
    let exemptions = state.in_place.exemptions().filter(|exemption| {
        exemption.id > after && (!in_force_only || exemption.is_in_force(now)) && is_meant(exemption.person)
    });
    let (exemptions, next_page_token) = page.take(exemptions.map(|exemption| {
        let shown = v1::Exemption {
            exemption_id: exemption.id.0,
            person_id: exemption.person.0,
            reason: word::of(&ExemptReason::ALL, exemption.reason).to_owned(),
            from_unix_ms: exemption.from.unix_ms(),
            until_unix_ms: unix_ms(exemption.until),
            approved_by: exemption.approved_by.0.to_string(),
        };
        (exemption.id.0, shown)
    }));
    Ok(Response::new(v1::ListExemptionsResponse {
        exemptions,
        next_page_token,
    }))
}
