//! Responses as people read them: where they stand, and who decided on their levels.

use baiying_proto::v1 as pb;

use super::duty::person;
use super::table::{Facts, Sheet};
use crate::i18n::{Lang, tr, word};
use crate::ids::level_text;
use crate::when;

/// So many orders are listed one by one among other columns.
const FEW: usize = 4;

/// Where a response stands, with the instant at which a provisional start lapses.
pub(crate) fn phase(lang: Lang, response: &pb::Response) -> String {
    let phase = match response.phase.as_str() {
        "" if response.active => tr!(lang, "word.active"),
        "" => tr!(lang, "word.terminated"),
        phase => word(lang, "phase", phase),
    };
    match response.lapses_at_unix_ms {
        0 => phase,
        until => tr!(lang, "switch.until", phase = phase, until = when::local_minute(until)),
    }
}

/// Who approved the level that a version set, and by which post.
pub(crate) fn approved_by(lang: Lang, authorization: &pb::Authorization) -> String {
    let post = word(lang, "post", &authorization.post);
    format!("{} {post}", person(authorization.approved_by_id))
        .trim()
        .to_owned()
}

/// Who decided on a version; none for what was activated before anybody was asked for.
pub(crate) fn authorization(response: &pb::Response, version: u32) -> Option<&pb::Authorization> {
    let mut of_version = response.authorizations.iter().filter(|row| row.version == version);
    of_version.next_back()
}

/// The level that a change set, with the one before.
pub(crate) fn change(lang: Lang, change: &pb::LevelChange) -> String {
    let to = level_text(lang, change.to_level);
    match change.from_level {
        0 => to,
        from if from == change.to_level => tr!(lang, "switch.same_level", level = to),
        from => format!("{} → {to}", level_text(lang, from)),
    }
}

fn count(number: u32) -> String {
    match number {
        0 => String::new(),
        number => number.to_string(),
    }
}

fn orders(response: &pb::Response) -> String {
    let orders: Vec<_> = response.order_ids.iter().map(|order| format!("O{order}")).collect();
    orders.join(" ")
}

/// The same where there is room for a few: the first and the last, and how many they are.
fn some_orders(lang: Lang, response: &pb::Response) -> String {
    match response.order_ids.as_slice() {
        [first, .., last] if response.order_ids.len() > FEW => tr!(
            lang,
            "switch.many_orders",
            first = format!("O{first}"),
            last = format!("O{last}"),
            count = response.order_ids.len()
        ),
        _ => orders(response),
    }
}

/// One response with its levels and who decided on them.
pub(crate) fn show(lang: Lang, response: &pb::Response) -> String {
    let roster = match response.roster_revision {
        0 => String::new(),
        revision => format!("r{revision}"),
    };
    let plan = word(lang, "plan", &response.plan);
    let plan = format!("{plan} {}", super::plan::version(lang, response.plan_version));
    let facts = Facts::new(lang)
        .fact("response", format!("R{}", response.response_id))
        .fact("event_name", &response.event)
        .fact("plan", plan)
        .fact("status", phase(lang, response))
        .fact("level", level_text(lang, response.level))
        .fact("jurisdiction", &response.jurisdiction_code)
        .fact("scope", response.scope_codes.join(" "))
        .fact("epoch", count(response.epoch))
        .fact("requested_by", person(response.requested_by_id))
        .fact("lapses_at", when::local_if_any(response.lapses_at_unix_ms))
        .fact("rejected_by", person(response.rejected_by_id))
        .fact("rejection_reason", &response.rejection_reason)
        .fact("orders", orders(response))
        .fact("open_windows", count(response.open_windows))
        .fact("open_branches", count(response.open_branches))
        .fact("roster_revision", roster)
        .fact("ended_at", when::local_if_any(response.terminated_at_unix_ms))
        .fact("reason", &response.termination_reason);
    let columns = [
        "version",
        "at",
        "level",
        "scope",
        "requested_by",
        "approved_by",
        "reason",
        "basis",
        "actor",
    ];
    let mut sheet = Sheet::new(lang, &columns);
    for row in &response.history {
        let decided = authorization(response, row.version);
        sheet.row([
            format!("v{}", row.version),
            when::local(row.at_unix_ms),
            change(lang, row),
            row.scope_codes.join(" "),
            decided.map_or_else(String::new, |decided| person(decided.requested_by_id)),
            decided.map_or_else(String::new, |decided| approved_by(lang, decided)),
            row.reason.clone(),
            row.basis.clone(),
            row.actor.clone(),
        ]);
    }
    if response.history.is_empty() {
        return facts.text();
    }
    facts.text() + &sheet.text()
}

/// Responses in short.
pub(crate) fn list(lang: Lang, responses: &[pb::Response]) -> String {
    let columns = [
        "response",
        "event_name",
        "plan",
        "status",
        "level",
        "jurisdiction",
        "scope",
        "requested_by",
        "approved_by",
        "orders",
    ];
    let mut sheet = Sheet::new(lang, &columns);
    for response in responses {
        let decided = response.authorizations.last();
        sheet.row([
            format!("R{}", response.response_id),
            response.event.clone(),
            word(lang, "plan", &response.plan),
            phase(lang, response),
            level_text(lang, response.level),
            response.jurisdiction_code.clone(),
            response.scope_codes.join(" "),
            person(response.requested_by_id),
            decided.map_or_else(String::new, |decided| approved_by(lang, decided)),
            some_orders(lang, response),
        ]);
    }
    sheet.text()
}
