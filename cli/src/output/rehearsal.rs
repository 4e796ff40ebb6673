//! A rehearsal (推演) as people and programs read it: whether it would be refused, whom it would reach, what it would leave open.

use baiying_proto::v1 as pb;
use serde_json::{Value, json};

use super::duty::{loud, person};
use super::table::{Facts, Sheet};
use crate::i18n::{Lang, find, tr, word};
use crate::when;

/// For people. The words are plan, level and areas.
pub(crate) fn text(lang: Lang, [plan, level, scope]: [String; 3], answer: &pb::RehearseResponseResponse) -> String {
    let mut text = tr!(
        lang,
        "rehearsal.head",
        plan = plan,
        level = level,
        scope = scope,
        revision = answer.revision
    );
    text.push('\n');
    if answer.refusal_reason.is_empty() {
        text.push_str(&tr!(lang, "rehearsal.accepted"));
        text.push('\n');
    } else {
        text.push_str(&refusal(lang, answer));
        let nothing_known = answer.called == 0 && answer.commands == 0 && answer.findings.is_empty();
        if nothing_known {
            return text;
        }
    }
    text.push_str(&if is_counted(answer) {
        counts(lang, answer)
    } else {
        // Nobody is called by what is not decided: a nought would be read as a number.
        let commands = Facts::new(lang).fact("commands", answer.commands.to_string());
        commands.text() + &tr!(lang, "rehearsal.not_counted") + "\n"
    });
    text.push_str(&findings(lang, &answer.findings));
    text
}

/// Whether people, windows and branches were counted: not where it would be refused before anybody is called.
fn is_counted(answer: &pb::RehearseResponseResponse) -> bool {
    answer.refusal_reason.is_empty() || answer.called > 0 || answer.windows > 0 || answer.branches > 0
}

/// Why it would be refused, as the refusal itself would be told.
fn refusal(lang: Lang, answer: &pb::RehearseResponseResponse) -> String {
    let reason = crate::text::line(&answer.refusal_reason);
    let server = crate::text::block(&answer.refusal);
    let what = find(lang, &format!("reason.{reason}.what"));
    let mut lines = Vec::new();
    let named = what.clone().unwrap_or_else(|| reason.clone());
    lines.push(loud(lang, &tr!(lang, "rehearsal.refused", what = named)));
    if !server.is_empty() {
        lines.push(tr!(lang, "refused.daemon", message = server));
    }
    if let Some(next) = find(lang, &format!("reason.{reason}.next")) {
        lines.push(tr!(lang, "error.next", next = next));
    }
    let page = format!("deploy/docs/errors/{reason}.md");
    lines.push(tr!(lang, "refused.page", reason = reason, page = page));
    lines.join("\n") + "\n"
}

fn counts(lang: Lang, answer: &pb::RehearseResponseResponse) -> String {
    let mut called = tr!(lang, "rehearsal.people", count = answer.called);
    let parts = [
        ("rehearsal.excused", answer.excused),
        ("rehearsal.preempted", answer.preempted),
        ("rehearsal.unreachable", answer.unreachable),
    ];
    for (key, count) in parts.into_iter().filter(|(_, count)| *count > 0) {
        called.push_str(&crate::i18n::fill(lang, key, &[("count", count.to_string())]));
    }
    let mut facts = Facts::new(lang)
        .fact("called", called)
        .fact("commands", answer.commands.to_string())
        .fact("windows", answer.windows.to_string())
        .fact("branches_proposed", answer.branches.to_string());
    for channel in &answer.channels {
        let time = tr!(
            lang,
            "rehearsal.channel",
            channel = word(lang, "channel", &channel.channel),
            people = channel.people,
            time = rounded(channel.expected_ms)
        );
        facts = facts.fact("telling", time);
    }
    facts.text()
}

/// To the second: a rate is an estimate.
fn rounded(ms: u64) -> String {
    when::duration(ms.div_ceil(1000).saturating_mul(1000))
}

fn findings(lang: Lang, findings: &[pb::RehearsalFinding]) -> String {
    if findings.is_empty() {
        return tr!(lang, "rehearsal.nothing_found") + "\n";
    }
    let mut sheet = Sheet::new(lang, &["finding", "unit", "code", "command_role", "person", "people"]).numbers([5]);
    for finding in findings {
        sheet.row([
            word(lang, "rehearsal", &finding.kind),
            finding.unit_name.clone(),
            finding.unit_code.clone(),
            word(lang, "command_role", &finding.role),
            person(finding.person_id),
            match finding.people {
                0 => String::new(),
                people => people.to_string(),
            },
        ]);
    }
    format!(
        "{}\n{}",
        tr!(lang, "rehearsal.findings", count = findings.len()),
        sheet.text()
    )
}

/// For programs.
pub(crate) fn document(answer: &pb::RehearseResponseResponse) -> Value {
    let pb::RehearseResponseResponse {
        refusal_reason,
        refusal,
        called,
        excused,
        preempted,
        unreachable,
        commands,
        windows,
        branches,
        findings,
        channels,
        revision,
    } = answer;
    json!({ "refusal_reason": refusal_reason, "refusal": refusal, "called": called, "excused": excused,
        "preempted": preempted, "unreachable": unreachable, "commands": commands, "windows": windows,
        "branches": branches, "findings": findings.iter().map(finding).collect::<Vec<_>>(),
        "channels": channels.iter().map(channel).collect::<Vec<_>>(), "revision": revision })
}

fn finding(finding: &pb::RehearsalFinding) -> Value {
    let pb::RehearsalFinding {
        kind,
        unit_code,
        unit_name,
        role,
        person_id,
        people,
    } = finding;
    json!({ "kind": kind, "unit_code": unit_code, "unit_name": unit_name, "role": role, "person_id": person_id,
        "people": people })
}

fn channel(channel: &pb::ChannelTime) -> Value {
    let pb::ChannelTime {
        channel,
        people,
        expected_ms,
    } = channel;
    json!({ "channel": channel, "people": people, "expected_ms": expected_ms })
}
