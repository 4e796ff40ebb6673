//! Temporary Party branches as people read them. What is to be looked at is loud.

use baiying_proto::v1 as pb;

use super::duty::{loud, named, person};
use super::table::{Facts, Sheet};
use crate::i18n::{Lang, tr, word};
use crate::when;

/// A branch by id; empty for none.
pub(crate) fn id(branch: u32) -> String {
    if branch == 0 {
        String::new()
    } else {
        format!("B{branch}")
    }
}

/// Unit, muster point, front.
pub(crate) fn place(branch: &pb::Branch) -> String {
    let point = match branch.muster_point_id {
        0 => String::new(),
        point => format!("M{point}"),
    };
    let parts = [branch.unit_code.clone(), point, branch.front.clone()];
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

/// What is to be looked at; empty: nothing.
pub(crate) fn warnings(lang: Lang, branch: &pb::Branch) -> String {
    let words: Vec<_> = branch
        .warnings
        .iter()
        .map(|warning| word(lang, "branch_warning", warning))
        .collect();
    if words.is_empty() {
        String::new()
    } else {
        loud(lang, &words.join(&tr!(lang, "duty.separator")))
    }
}

/// How many of each kind are in it.
pub(crate) fn numbers(lang: Lang, branch: &pb::Branch) -> String {
    tr!(
        lang,
        "branch.numbers",
        full = branch.full,
        probationary = branch.probationary,
        applicants = branch.applicants
    )
}

/// Branches, one a line.
pub(crate) fn table(lang: Lang, branches: &[pb::Branch]) -> String {
    let columns = [
        "branch",
        "response",
        "site",
        "name",
        "status",
        "full_members",
        "secretary",
        "remarks",
    ];
    let mut sheet = Sheet::new(lang, &columns).numbers([5]);
    for branch in branches {
        sheet.row([
            id(branch.branch_id),
            format!("R{}", branch.response_id),
            place(branch),
            branch.name.clone(),
            word(lang, "branch_status", &branch.status),
            branch.full.to_string(),
            person(branch.secretary_id),
            warnings(lang, branch),
        ]);
    }
    sheet.text()
}

/// One branch with its whole record.
pub(crate) fn record(
    lang: Lang,
    head: &pb::GetBranchResponse,
    members: &[pb::BranchMember],
    activities: &[pb::BranchActivity],
) -> String {
    let nothing = pb::Branch::default();
    let branch = head.branch.as_ref().unwrap_or(&nothing);
    let days = match branch.expected_days {
        0 => String::new(),
        days => tr!(lang, "branch.days", days = days),
    };
    let seal = head.seal.as_ref();
    let facts = Facts::new(lang)
        .fact("branch", id(branch.branch_id))
        .fact("name", &branch.name)
        .fact("response", format!("R{}", branch.response_id))
        .fact("site", place(branch))
        .fact("status", word(lang, "branch_status", &branch.status))
        .fact("members", numbers(lang, branch))
        .fact("secretary", person(branch.secretary_id))
        .fact("approved_by", &branch.authority_code)
        .fact("document", &branch.document)
        .fact("approved_at", when::local_if_any(branch.approved_unix_ms))
        .fact("expected", days)
        .fact("strength_until", when::local_if_any(branch.strength_until_unix_ms))
        .fact("merged_into", id(branch.merged_into))
        .fact("owed", head.owed_unit_codes.join(" "))
        .fact("seal", seal.map_or("", |seal| &seal.digest))
        .fact("without_feedback", seal.map_or("", |seal| &seal.without_feedback))
        .fact("remarks", warnings(lang, branch));
    let mut text = facts.text();
    let mut part = |title: &str, sheet: &Sheet| {
        text.push_str(&format!("\n{}\n{}", tr!(lang, title), sheet.text()));
    };
    part("branch.members", &member_table(lang, members));
    let mut sheet = Sheet::new(lang, &["at", "status", "unit", "note", "actor"]);
    for step in &head.steps {
        sheet.row([
            when::local_if_any(step.at_unix_ms),
            word(lang, "branch_status", &step.status),
            step.unit_code.clone(),
            step.note.clone(),
            step.actor.clone(),
        ]);
    }
    part("branch.steps", &sheet);
    let mut sheet = Sheet::new(lang, &["date", "text", "actor"]);
    for activity in activities {
        sheet.row([activity.on_date.clone(), activity.text.clone(), activity.actor.clone()]);
    }
    part("branch.activities", &sheet);
    let mut sheet = Sheet::new(lang, &["unit", "people", "written_by", "note"]);
    for feedback in &head.feedback {
        let people: Vec<_> = feedback.person_ids.iter().map(|id| person(*id)).collect();
        sheet.row([
            feedback.unit_code.clone(),
            people.join(" "),
            person(feedback.written_by_id),
            feedback.note.clone(),
        ]);
    }
    part("branch.feedback", &sheet);
    text
}

fn member_table(lang: Lang, members: &[pb::BranchMember]) -> Sheet {
    let mut sheet = Sheet::new(lang, &["person", "role", "unit", "from", "until", "reason"]);
    for member in members {
        sheet.row([
            named(member.person_id, &member.masked_name),
            word(lang, "branch_role", &member.role),
            member.home_unit_code.clone(),
            when::local_if_any(member.joined_unix_ms),
            when::local_if_any(member.left_unix_ms),
            word(lang, "branch_left", &member.left_reason),
        ]);
    }
    sheet
}
