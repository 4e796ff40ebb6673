//! What was at the front of a response, in the page: its temporary branches, the villages' windows, the reinforcement.
//!
//! Many responses have none of these: an empty section is left out, and so is an empty part of a branch's record.

use std::collections::BTreeSet;

use baiying_proto::v1 as pb;

use super::History;
use crate::commands::branch::show::Record;
use crate::commands::in_place::windows::status;
use crate::error::CliError;
use crate::i18n::{Lang, fill, tr, word};
use crate::output::duty::{people, person};
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
            ("approved_at", when::local_if_any(branch.approved_unix_ms)),
            ("secretary", in_office(members, "secretary")),
            ("deputy_secretary", in_office(members, "deputy")),
            ("committee", in_office(members, "committee")),
            ("members", strength(lang, members)),
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
            when::local_if_any(step.at_unix_ms),
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
            people(&told.person_ids),
            person(told.written_by_id),
            when::local_if_any(told.at_unix_ms),
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
        when::local_if_any(member.joined_unix_ms),
        when::local_if_any(member.left_unix_ms),
        word(lang, "branch_left", &member.left_reason),
    ]
}

/// What everybody was in it at last; nobody is twice, whose role changed.
fn at_last(members: &[pb::BranchMember]) -> impl Iterator<Item = &pb::BranchMember> {
    members.iter().filter(|member| member.left_reason != "role-changed")
}

/// How many of each kind served in it, also when they have left since.
fn strength(lang: Lang, members: &[pb::BranchMember]) -> String {
    let of = |roles: &[&str]| {
        let people = at_last(members).filter(|member| roles.contains(&member.role.as_str()));
        let people: BTreeSet<u32> = people.map(|member| member.person_id).collect();
        people.len() as u32
    };
    let served = pb::Branch {
        full: of(&["secretary", "deputy", "committee", "member"]),
        probationary: of(&["probationary"]),
        applicants: of(&["applicant"]),
        ..pb::Branch::default()
    };
    branches_shown::numbers(lang, &served)
}

/// Who held an office in it until it ended; where they were all released before, whoever held it.
fn in_office(members: &[pb::BranchMember], role: &str) -> String {
    let held: Vec<_> = at_last(members).filter(|member| member.role == role).collect();
    let stayed = |member: &&&pb::BranchMember| matches!(member.left_reason.as_str(), "" | "merged" | "ended");
    let to_the_end: Vec<u32> = held.iter().filter(stayed).map(|member| member.person_id).collect();
    match to_the_end.as_slice() {
        [] => people(&held.iter().map(|member| member.person_id).collect::<Vec<_>>()),
        _ => people(&to_the_end),
    }
}

/// The villages' windows, with their counts and why they closed.
pub(super) fn windows(lang: Lang, history: &History) -> Result<String, CliError> {
    if history.windows.is_empty() {
        return Ok(String::new());
    }
    let rows = history.windows.iter().map(|window| {
        let counts = window.counts.unwrap_or_default();
        // At the end everybody is released: whoever was confirmed was there.
        let there = counts.confirmed + counts.released;
        let numbers = [
            counts.due,
            there,
            counts.reported,
            counts.coming,
            counts.declined,
            counts.excused,
            counts.unanswered,
            counts.absent,
        ];
        let mut row = vec![
            format!("W{}", window.window_id),
            window.village_code.clone(),
            format!("O{}", window.order_id),
        ];
        row.extend(numbers.map(|number| number.to_string()));
        row.extend([
            when::local_if_any(window.opened_at_unix_ms),
            when::local_if_any(window.closed_at_unix_ms),
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
    let numbers: Vec<usize> = (3..11).collect();
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
            when::local_if_any(request.requested_at_unix_ms),
        ];
        row.extend(numbers.map(|number| number.to_string()));
        row.extend([
            when::local_if_any(request.ended_at_unix_ms),
            reinforcement::status(lang, request),
        ]);
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
