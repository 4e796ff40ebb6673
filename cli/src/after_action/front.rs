//! What was at the front of a response, in the page: its temporary branches, the villages' windows, the reinforcement.
//!
//! Many responses have none of these: an empty section is left out, and so is an empty part of a branch's record.

use baiying_proto::v1 as pb;

use super::History;
use crate::commands::branch::show::Record;
use crate::commands::in_place::windows::status;
use crate::error::CliError;
use crate::i18n::{Lang, fill, tr, word};
use crate::output::duty::person;
use crate::output::page::{escaped, facts, table};
use crate::output::{branch as branches_shown, reinforcement};
use crate::when;

/// The branches, each with its record.
pub(super) fn branches(lang: Lang, history: &History) -> Result<String, CliError> {
    Ok(history.branches.iter().map(|record| branch(lang, record)).collect())
}

fn branch(lang: Lang, record: &Record) -> String {
    let Record {
        head,
        members,
        activities,
    } = record;
    let branch = head.branch.clone().unwrap_or_default();
    let seal = head.seal.clone().unwrap_or_default();
    let name = format!("B{} {}", branch.branch_id, branch.name);
    let days = match branch.expected_days {
        0 => String::new(),
        days => tr!(lang, "branch.days", days = days),
    };
    let about = facts(
        lang,
        &[
            ("site", branches_shown::place(&branch)),
            ("status", word(lang, "branch_status", &branch.status)),
            ("approved_by", branch.authority_code.clone()),
            ("document", branch.document.clone()),
            ("approved_at", at(branch.approved_unix_ms)),
            ("secretary", in_office(members, "secretary")),
            ("deputy_secretary", in_office(members, "deputy")),
            ("committee", in_office(members, "committee")),
            ("members", branches_shown::numbers(lang, &branch)),
            ("expected", days),
            ("merged_into", branches_shown::id(branch.merged_into)),
            ("owed", head.owed_unit_codes.join(" ")),
            ("seal", seal.digest),
            ("without_feedback", seal.without_feedback),
            ("remarks", branches_shown::warnings(lang, &branch)),
        ],
    );
    let mut text = format!("<article>\n<h3>{}</h3>\n{about}", escaped(name.trim_end()));
    let mut part = |key: &str, columns: &[&str], rows: Vec<Vec<String>>| {
        if !rows.is_empty() {
            let head = escaped(&fill(lang, key, &[]));
            text.push_str(&format!("<h4>{head}</h4>\n{}", table(lang, columns, &[], &rows)));
        }
    };
    let rows = members.iter().map(|member| member_row(lang, member)).collect();
    part(
        "branch.members",
        &["person", "role", "unit", "from", "until", "reason"],
        rows,
    );
    let rows = head.steps.iter().map(|step| {
        vec![
            at(step.at_unix_ms),
            word(lang, "branch_status", &step.status),
            step.unit_code.clone(),
            step.note.clone(),
            step.actor.clone(),
        ]
    });
    part(
        "branch.steps",
        &["at", "status", "unit", "note", "actor"],
        rows.collect(),
    );
    let rows = activities
        .iter()
        .map(|entry| vec![entry.on_date.clone(), entry.text.clone(), entry.actor.clone()]);
    part("branch.activities", &["date", "text", "actor"], rows.collect());
    let rows = head.feedback.iter().map(|told| {
        vec![
            told.unit_code.clone(),
            people(told.person_ids.iter().copied()),
            person(told.written_by_id),
            at(told.at_unix_ms),
            told.note.clone(),
        ]
    });
    part(
        "branch.feedback",
        &["unit", "persons", "written_by", "at", "note"],
        rows.collect(),
    );
    text.push_str("</article>\n");
    text
}

fn member_row(lang: Lang, member: &pb::BranchMember) -> Vec<String> {
    vec![
        person(member.person_id),
        word(lang, "branch_role", &member.role),
        member.home_unit_code.clone(),
        at(member.joined_unix_ms),
        at(member.left_unix_ms),
        word(lang, "branch_left", &member.left_reason),
    ]
}

/// Who held an office in it to the last: until they left for another role, they did not.
fn in_office(members: &[pb::BranchMember], role: &str) -> String {
    let held = members
        .iter()
        .filter(|member| member.role == role && matches!(member.left_reason.as_str(), "" | "merged" | "ended"));
    people(held.map(|member| member.person_id))
}

fn people(ids: impl Iterator<Item = u32>) -> String {
    ids.map(person).collect::<Vec<_>>().join(" ")
}

fn at(unix_ms: i64) -> String {
    match unix_ms {
        0 => String::new(),
        at => when::local(at),
    }
}

/// The villages' windows, with their counts and why they closed.
pub(super) fn windows(lang: Lang, history: &History) -> Result<String, CliError> {
    if history.windows.is_empty() {
        return Ok(String::new());
    }
    let rows = history.windows.iter().map(|window| {
        let pb::InPlaceCounts {
            due,
            confirmed,
            released,
            reported,
            coming,
            declined,
            excused,
            unanswered,
            absent,
        } = window.counts.unwrap_or_default();
        let mut row = vec![
            format!("W{}", window.window_id),
            window.village_code.clone(),
            format!("O{}", window.order_id),
        ];
        let counts = [
            due, confirmed, released, reported, coming, declined, excused, unanswered, absent,
        ];
        row.extend(counts.map(|count| count.to_string()));
        row.extend([
            at(window.opened_at_unix_ms),
            at(window.closed_at_unix_ms),
            status(lang, window),
        ]);
        row
    });
    let columns = [
        "window",
        "village",
        "order",
        "due",
        "confirmed",
        "released_after",
        "awaiting",
        "en_route",
        "declined",
        "excused",
        "yet_to_answer",
        "absent",
        "started",
        "ended_at",
        "window_status",
    ];
    let numbers: Vec<usize> = (3..12).collect();
    Ok(table(lang, &columns, &numbers, &rows.collect::<Vec<_>>()))
}

/// What was asked for, what the agencies agreed to, who arrived, and how it ended.
pub(super) fn reinforcements(lang: Lang, history: &History) -> Result<String, CliError> {
    if history.reinforcements.is_empty() {
        return Ok(String::new());
    }
    let rows = history.reinforcements.iter().map(|request| {
        let counts = request.counts.unwrap_or_default();
        let agreed = counts.coming + counts.there + counts.back + counts.lost + counts.stood_down;
        let numbers = [
            counts.asked,
            agreed,
            counts.there + counts.back,
            counts.back,
            counts.uncovered,
        ];
        let mut row = vec![
            format!("Z{}", request.reinforcement_id),
            request.town_code.clone(),
            request.village_code.clone(),
            request.task.clone(),
            request.reason.clone(),
            request.requested_by.clone(),
            at(request.requested_at_unix_ms),
        ];
        row.extend(numbers.map(|number| number.to_string()));
        row.extend([at(request.ended_at_unix_ms), reinforcement::status(lang, request)]);
        row
    });
    let columns = [
        "reinforcement",
        "town",
        "village",
        "task",
        "reason",
        "requested_by",
        "requested_at",
        "asked",
        "agreed",
        "arrived",
        "back",
        "uncovered",
        "ended_at",
        "status",
    ];
    let numbers: Vec<usize> = (7..12).collect();
    Ok(table(lang, &columns, &numbers, &rows.collect::<Vec<_>>()))
}
