//! The 20 % rule as people read it. A unit that is short is never quiet about it.

use baiying_proto::v1 as pb;

use super::duty::{Names, loud, named, unit};
use super::table::Sheet;
use crate::i18n::{Lang, tr, word};

/// Whether a unit's status is in order.
pub(crate) fn is_in_order(status: &str) -> bool {
    matches!(status, "ok" | "waived" | "not-counted")
}

/// The status, with what explains it.
fn status(lang: Lang, quota: &pb::UnitQuota) -> String {
    let mut text = word(lang, "quota_status", &quota.status);
    match quota.status.as_str() {
        "waived" => {
            let (until, by) = (&quota.waived_until, &quota.waived_by);
            text.push_str(&tr!(lang, "quota.waived", until = until, by = by));
        }
        "stale" if quota.confirmed_date.is_empty() => text.push_str(&tr!(lang, "quota.never_confirmed")),
        "stale" => text.push_str(&tr!(lang, "quota.confirmed", date = quota.confirmed_date)),
        _ => {}
    }
    if is_in_order(&quota.status) {
        text
    } else {
        loud(lang, &text)
    }
}

/// What each unit owes and has, in the order given: worst first.
pub(crate) fn table(lang: Lang, answer: &pb::QuotaResponse, names: &Names) -> String {
    let columns = [
        "unit",
        "established",
        "percent",
        "required",
        "eligible",
        "selected",
        "unfit",
        "shortfall",
        "status",
        "remarks",
    ];
    let mut sheet = Sheet::new(lang, &columns).numbers(1..=7);
    let numbers = |quota: &pb::UnitQuota| {
        [
            quota.established_on_post.to_string(),
            if quota.percent == 0 {
                String::new()
            } else {
                format!("{}%", quota.percent)
            },
            quota.required.to_string(),
            quota.eligible.to_string(),
            quota.selected.to_string(),
            quota.unfit.to_string(),
            quota.shortfall.to_string(),
        ]
    };
    for quota in &answer.units {
        let mut row = vec![unit(names, &quota.unit_code)];
        row.extend(numbers(quota));
        row.extend([status(lang, quota), remarks(lang, quota)]);
        sheet.row(row);
    }
    if let Some(total) = answer.total.as_ref().filter(|_| !answer.units.is_empty()) {
        let mut row = vec![tr!(lang, "quota.total", units = answer.units.len())];
        row.extend(numbers(total));
        row.extend([String::new(), remarks(lang, total)]);
        sheet.row(row);
    }
    let mut text = tr!(lang, "quota.at", date = crate::text::line(&answer.at_date));
    text.push('\n');
    text.push_str(&sheet.text());
    let wanting: Vec<_> = answer.units.iter().filter(|unit| !is_in_order(&unit.status)).collect();
    if !wanting.is_empty() {
        let people: u32 = wanting.iter().map(|unit| unit.shortfall).fold(0, u32::saturating_add);
        let line = tr!(lang, "quota.wanting", count = wanting.len(), people = people);
        text.push_str(&loud(lang, &line));
        text.push('\n');
    }
    text
}

/// Who of N is ruled out and why, and with whom the team is joint.
fn remarks(lang: Lang, quota: &pb::UnitQuota) -> String {
    let mut remarks: Vec<String> = Vec::new();
    if !quota.joint_with_code.is_empty() {
        remarks.push(tr!(lang, "quota.joint", unit = quota.joint_with_code));
    }
    for count in &quota.excluded {
        remarks.push(format!("{} {}", word(lang, "exclusion", &count.reason), count.people));
    }
    remarks.join(&tr!(lang, "duty.separator"))
}

/// A proposal: the team, the reserve, and with reasons everybody else as well.
pub(crate) fn proposal(lang: Lang, proposal: &pb::ProposeTeamResponse, reasons: bool) -> String {
    let mut text = tr!(
        lang,
        "select.head",
        date = crate::text::line(&proposal.at_date),
        size = proposal.team.len(),
        required = proposal.required,
        kept = proposal.kept_percent
    );
    text.push('\n');
    text.push_str(&candidates(lang, &proposal.team, reasons));
    text.push_str(&format!(
        "\n{}\n",
        tr!(lang, "select.reserve", size = proposal.reserve.len())
    ));
    text.push_str(&candidates(lang, &proposal.reserve, reasons));
    if reasons {
        text.push_str(&format!(
            "\n{}\n",
            tr!(lang, "select.others", size = proposal.others.len())
        ));
        text.push_str(&candidates(lang, &proposal.others, true));
    }
    let size = u32::try_from(proposal.team.len()).unwrap_or(u32::MAX);
    if size < proposal.required {
        let line = tr!(lang, "select.short", size = size, required = proposal.required);
        text.push_str(&format!("{}\n", loud(lang, &line)));
    }
    if !proposal.uncovered_skills.is_empty() {
        let skills: Vec<_> = proposal
            .uncovered_skills
            .iter()
            .map(|skill| crate::text::line(skill))
            .collect();
        let skills = skills.join(&tr!(lang, "duty.separator"));
        text.push_str(&format!(
            "{}\n",
            loud(lang, &tr!(lang, "select.uncovered", skills = skills))
        ));
    }
    text
}

fn candidates(lang: Lang, candidates: &[pb::Candidate], reasons: bool) -> String {
    let columns = ["role", "person", "score", "why"];
    let shown = if reasons { columns.len() } else { columns.len() - 1 };
    let mut sheet = Sheet::new(lang, &columns[..shown]).numbers([2]);
    for candidate in candidates {
        let why: Vec<_> = candidate.reasons.iter().map(|it| reason(lang, it)).collect();
        let row = [
            word(lang, "role", &candidate.role),
            named(candidate.person_id, &candidate.masked_name),
            candidate.score.to_string(),
            why.join(&tr!(lang, "duty.separator")),
        ];
        sheet.row(&row[..shown]);
    }
    sheet.text()
}

/// One reason: its word, what it is about, its points.
fn reason(lang: Lang, reason: &pb::Reason) -> String {
    let mut text = word(lang, "selection", &reason.reason);
    if !reason.detail.is_empty() {
        // The detail of an exclusion is its code; of a skill the skill as written in the roster.
        let detail = word(lang, "exclusion", &reason.detail);
        text.push_str(&tr!(lang, "duty.aside", text = detail));
    }
    if reason.points != 0 {
        text.push_str(&format!(" {:+}", reason.points));
    }
    text
}
