//! Reinforcement as people read it. What is uncovered is never quiet.

use baiying_proto::v1 as pb;

use super::duty::{loud, people, person};
use super::table::{Facts, Sheet};
use crate::i18n::{Lang, tr, word};
use crate::when;

fn id(reinforcement: u32) -> String {
    format!("Z{reinforcement}")
}

/// That it goes on, lacks people, or how it ended.
pub(crate) fn status(lang: Lang, row: &pb::Reinforcement) -> String {
    let counts = row.counts.unwrap_or_default();
    match row.ending.as_str() {
        "" if counts.uncovered > 0 => loud(lang, &word(lang, "reinforcement", "uncovered")),
        "" => word(lang, "reinforcement", "open"),
        ending => word(lang, "reinforcement", ending),
    }
}

/// What was asked for, and how it stands.
pub(crate) fn list(lang: Lang, rows: &[pb::Reinforcement]) -> String {
    let columns = [
        "reinforcement",
        "response",
        "town",
        "asked",
        "pending",
        "coming",
        "there",
        "back",
        "uncovered",
        "arrive_deadline",
        "status",
    ];
    let mut sheet = Sheet::new(lang, &columns).numbers(3..=8);
    for row in rows {
        let counts = row.counts.unwrap_or_default();
        sheet.row([
            id(row.reinforcement_id),
            format!("R{}", row.response_id),
            row.town_code.clone(),
            counts.asked.to_string(),
            counts.pending.to_string(),
            counts.coming.to_string(),
            counts.there.to_string(),
            counts.back.to_string(),
            counts.uncovered.to_string(),
            when::local_minute(row.arrive_by_unix_ms),
            status(lang, row),
        ]);
    }
    sheet.text()
}

fn skills(lang: Lang, skills: &[pb::SkillNumber]) -> String {
    let each = skills
        .iter()
        .map(|it| format!("{} {}", crate::text::line(&it.skill), it.number));
    each.collect::<Vec<_>>().join(&tr!(lang, "duty.separator"))
}

/// Grounds in words: `team 12, free 8`.
fn grounds(lang: Lang, group: &str, grounds: &[pb::Ground]) -> String {
    let each = grounds
        .iter()
        .map(|it| format!("{} {}", word(lang, group, &it.kind), it.number));
    each.collect::<Vec<_>>().join(&tr!(lang, "duty.separator"))
}

/// One request, its rounds, and who is where.
pub(crate) fn show(lang: Lang, answer: &pb::GetReinforcementResponse) -> String {
    let row = answer.reinforcement.clone().unwrap_or_default();
    let counts = row.counts.unwrap_or_default();
    let mut facts = Facts::new(lang)
        .fact("reinforcement", id(row.reinforcement_id))
        .fact("response", format!("R{}", row.response_id))
        .fact("town", &row.town_code)
        .fact("village", &row.village_code)
        .fact("task", &row.task)
        .fact("reason", &row.reason)
        .fact("arrive_deadline", when::local(row.arrive_by_unix_ms))
        .fact("asked", counts.asked.to_string())
        .fact("skills", skills(lang, &row.skills))
        .fact("status", status(lang, &row));
    let numbers = [
        ("pending", counts.pending),
        ("coming", counts.coming),
        ("there", counts.there),
        ("back", counts.back),
        ("declined", counts.declined),
        ("unanswered", counts.unanswered),
        ("lost", counts.lost),
        ("stood_down", counts.stood_down),
        ("surplus", counts.surplus),
    ];
    for (column, number) in numbers.into_iter().filter(|(_, number)| *number > 0) {
        facts = facts.fact(column, number.to_string());
    }
    let mut text = facts.text();
    if counts.uncovered > 0 {
        let line = tr!(lang, "reinforcement.uncovered", people = counts.uncovered);
        text.push_str(&format!("{}\n", loud(lang, &line)));
    }
    for round in &answer.rounds {
        text.push_str(&format!("\n{}\n", round_head(lang, round)));
        let columns = ["agency", "answer", "persons", "order", "why"];
        let mut sheet = Sheet::new(lang, &columns);
        for it in &round.requisitions {
            let going = if it.committed_ids.is_empty() {
                &it.person_ids
            } else {
                &it.committed_ids
            };
            let order = if it.order_id == 0 {
                String::new()
            } else {
                format!("O{}", it.order_id)
            };
            let mut why = grounds(lang, "ground", &it.grounds);
            if !it.reason.is_empty() {
                why = format!("{}{}{why}", crate::text::line(&it.reason), tr!(lang, "duty.separator"));
            }
            sheet.row([
                it.agency_code.clone(),
                word(lang, "requisition", &it.status),
                people(going),
                order,
                why,
            ]);
        }
        text.push_str(&sheet.text());
    }
    if !answer.people.is_empty() {
        let columns = ["person", "agency", "order", "whereabouts", "assigned", "commander"];
        let mut sheet = Sheet::new(lang, &columns);
        for it in &answer.people {
            sheet.row([
                person(it.person_id),
                it.agency_code.clone(),
                format!("O{}", it.order_id),
                word(lang, "whereabouts", &it.whereabouts),
                it.assigned_code.clone(),
                it.commander_code.clone(),
            ]);
        }
        text.push_str(&format!("\n{}", sheet.text()));
    }
    text
}

fn round_head(lang: Lang, round: &pb::AllocationRound) -> String {
    let at = when::local(round.at_unix_ms);
    let by = when::local(round.answer_by_unix_ms);
    if round.automatic {
        tr!(
            lang,
            "reinforcement.round_automatic",
            number = round.number,
            at = at,
            by = by
        )
    } else {
        let who = crate::text::line(&round.approved_by);
        tr!(
            lang,
            "reinforcement.round",
            number = round.number,
            at = at,
            by = by,
            who = who
        )
    }
}

/// Who could go where, with the reasons for each agency.
pub(crate) fn proposal(lang: Lang, answer: &pb::ProposeReinforcementResponse) -> String {
    let mut text = String::new();
    let columns = ["reinforcement", "uncovered", "proposed", "missing_skills"];
    let mut sheet = Sheet::new(lang, &columns).numbers([1, 2]);
    for gap in &answer.gaps {
        let missing = skills(lang, &gap.missing_skills);
        let missing = if missing.is_empty() {
            missing
        } else {
            loud(lang, &missing)
        };
        sheet.row([
            id(gap.reinforcement_id),
            gap.uncovered.to_string(),
            gap.proposed.to_string(),
            missing,
        ]);
    }
    text.push_str(&sheet.text());
    text.push('\n');
    let columns = ["agency", "reinforcement", "persons", "why"];
    let mut sheet = Sheet::new(lang, &columns);
    for share in &answer.agencies {
        for gift in &share.gives {
            let it = gift.requisition.clone().unwrap_or_default();
            let why = grounds(lang, "ground", &it.grounds);
            sheet.row([
                share.agency_code.clone(),
                id(gift.reinforcement_id),
                people(&it.person_ids),
                why,
            ]);
        }
        if share.gives.is_empty() {
            let why = [
                grounds(lang, "ground", &share.grounds),
                grounds(lang, "why_not", &share.why_not),
            ];
            let why: Vec<_> = why.into_iter().filter(|it| !it.is_empty()).collect();
            let why = why.join(&tr!(lang, "duty.separator"));
            sheet.row([share.agency_code.clone(), String::new(), String::new(), why]);
        }
    }
    text.push_str(&sheet.text());
    text.push_str(&tr!(lang, "reinforcement.proposal", name = answer.proposal));
    text.push('\n');
    text
}
