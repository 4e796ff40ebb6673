//! A response on the wire.

use baiying_core::State;
use baiying_core::id::UnitId;
use baiying_core::response::{self, Authorization, LevelChange, Phase};
use baiying_proto::v1;

fn codes(state: &State, units: &[UnitId]) -> Vec<String> {
    units.iter().map(|unit| state.org.get(*unit).code.to_string()).collect()
}

/// A response as the API shows it.
pub(super) fn shown(state: &State, response: &response::Response) -> v1::Response {
    let (terminated_at, termination_reason) = match &response.terminated {
        Some((at, reason)) => (at.unix_ms(), reason.to_string()),
        None => (0, String::new()),
    };
    let (lapses_at, rejected_by, rejection_reason) = match &response.phase {
        Phase::Provisional { until } if response.is_active() => (until.unix_ms(), 0, String::new()),
        Phase::Rejected { by, reason, at: _ } => (0, by.0, reason.to_string()),
        Phase::Requested | Phase::Provisional { .. } | Phase::Active | Phase::Lapsed => (0, 0, String::new()),
    };
    let windows = state
        .in_place
        .windows()
        .filter(|window| window.opening.response == response.id);
    let branches = state.branches.iter().filter(|branch| branch.response == response.id);
    v1::Response {
        response_id: response.id.0,
        event: response.spec.event.to_string(),
        plan: response.spec.plan.to_string(),
        jurisdiction_code: state.org.get(response.spec.jurisdiction).code.to_string(),
        epoch: response.epoch,
        level: response.level().number(),
        scope_codes: codes(state, response.scope()),
        active: response.is_active(),
        history: response
            .history
            .iter()
            .map(|change| shown_change(state, change))
            .collect(),
        order_ids: response.orders.iter().map(|order| order.0).collect(),
        terminated_at_unix_ms: terminated_at,
        termination_reason,
        phase: phase_word(response).to_owned(),
        lapses_at_unix_ms: lapses_at,
        requested_by_id: response.requested_by.map_or(0, |person| person.0),
        authorizations: response.authorizations.iter().map(shown_authorization).collect(),
        rejected_by_id: rejected_by,
        rejection_reason,
        plan_version: response.spec.plan_version,
        roster_revision: response.roster.0,
        open_windows: windows.filter(|window| window.is_open()).count() as u32,
        open_branches: branches.filter(|branch| !branch.status.is_final()).count() as u32,
    }
}

fn phase_word(response: &response::Response) -> &'static str {
    match response.phase {
        Phase::Requested => "requested",
        Phase::Rejected { .. } => "rejected",
        Phase::Lapsed => "lapsed",
        Phase::Provisional { .. } | Phase::Active if response.terminated.is_some() => "terminated",
        Phase::Provisional { .. } => "provisional",
        Phase::Active => "active",
    }
}

fn shown_authorization(authorization: &Authorization) -> v1::Authorization {
    let Authorization {
        version,
        level,
        requested_by,
        approved_by,
        post,
        at,
    } = authorization;
    v1::Authorization {
        version: *version,
        level: level.number(),
        requested_by_id: requested_by.map_or(0, |person| person.0),
        approved_by_id: approved_by.0,
        post: post.to_string(),
        at_unix_ms: at.unix_ms(),
    }
}

fn shown_change(state: &State, change: &LevelChange) -> v1::LevelChange {
    let LevelChange {
        version,
        from,
        to,
        scope,
        reason,
        basis,
        by,
        at,
    } = change;
    v1::LevelChange {
        version: *version,
        from_level: from.map_or(0, |level| level.number()),
        to_level: to.number(),
        scope_codes: codes(state, scope),
        reason: reason.to_string(),
        basis: basis.to_string(),
        actor: by.0.to_string(),
        at_unix_ms: at.unix_ms(),
    }
}
