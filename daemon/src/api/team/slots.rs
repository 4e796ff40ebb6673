//! The 1+1+N of towns, villages and groups, as it is shown.

use baiying_core::team::{SlotLine, TeamKind, slots};
use baiying_core::word;
use baiying_proto::v1;
use tonic::{Response, Status};

use crate::api::org::within;
use crate::api::page::Page;
use crate::api::server::ApiContext;

pub(super) fn list(
    context: &ApiContext,
    request: v1::ListTeamSlotsRequest,
) -> Result<Response<v1::ListTeamSlotsResponse>, Status> {
    let v1::ListTeamSlotsRequest {
        unit_code,
        open_only,
        page,
    } = request;
    let page = Page::of(page);
    let after = page.after_number()?;
    let state = context.engine.read();
    let within = within(&state, &unit_code)?;
    let lines = slots(&state, &context.policy.slots);
    let open = lines.iter().map(SlotLine::open).sum();
    let is_meant = |line: &SlotLine| {
        let is_within = within.is_none_or(|within| state.org.is_within(line.unit, within));
        is_within && (!open_only || line.open() > 0 || line.over() > 0)
    };
    // Numbers count every line, so that they stay good whatever is asked for.
    let numbered = (1_u32..)
        .zip(&lines)
        .filter(|(number, line)| *number > after && is_meant(line));
    let (slots, next_page_token) = page.take(numbered.map(|(number, line)| {
        let SlotLine {
            unit,
            slot,
            teams,
            small,
            people,
        } = line;
        let shown = v1::TeamSlot {
            unit_code: state.org.get(*unit).code.to_string(),
            kind: word::of(&TeamKind::ALL, slot.kind).to_owned(),
            min: slot.min,
            max: slot.max,
            size_min: slot.size_min,
            teams: *teams,
            small: *small,
            people: *people,
            open: line.open(),
            over: line.over(),
        };
        (number, shown)
    }));
    Ok(Response::new(v1::ListTeamSlotsResponse {
        slots,
        next_page_token,
        open,
    }))
}
