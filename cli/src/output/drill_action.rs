//! Corrective actions (整改项) as people read them, and as documents for programs.

use baiying_proto::v1 as pb;
use serde_json::{Value, json};

use super::table::{Facts, Sheet};
use crate::i18n::{Lang, tr, word};
use crate::when;

/// An action as it stands.
pub(crate) fn line_json(line: &pb::ActionLine) -> Value {
    let pb::ActionLine {
        action_id,
        exercise_id,
        issue,
        cause,
        measure,
        owner_id,
        owner_unit_code,
        due_date,
        status,
        is_overdue,
        evidence,
        verified_by,
        raised_unix_ms,
    } = line;
    json!({ "action_id": action_id, "exercise_id": exercise_id, "issue": issue, "cause": cause, "measure": measure,
        "owner_id": owner_id, "owner_unit_code": owner_unit_code, "due_date": due_date, "status": status,
        "is_overdue": is_overdue, "evidence": evidence, "verified_by": verified_by, "raised_unix_ms": raised_unix_ms })
}

fn step_json(step: &pb::ActionStep) -> Value {
    let pb::ActionStep {
        at_unix_ms,
        actor,
        change,
        person_id,
        text,
        owner_id,
        due_date,
        cause,
        measure,
    } = step;
    json!({ "at_unix_ms": at_unix_ms, "actor": actor, "change": change, "person_id": person_id, "text": text,
        "owner_id": owner_id, "due_date": due_date, "cause": cause, "measure": measure })
}

/// An action with its history, for programs.
pub(crate) fn json(answer: &pb::GetActionResponse) -> Value {
    let pb::GetActionResponse {
        action,
        raised_by,
        first_owner_id,
        first_due_date,
        steps,
    } = answer;
    json!({ "action": action.as_ref().map(line_json), "raised_by": raised_by, "first_owner_id": first_owner_id,
        "first_due_date": first_due_date, "steps": steps.iter().map(step_json).collect::<Vec<_>>() })
}

/// Where it stands; what is late says so.
fn status(lang: Lang, line: &pb::ActionLine) -> String {
    let status = word(lang, "action_status", &line.status);
    if line.is_overdue {
        tr!(lang, "drill.action_overdue", status = status)
    } else {
        status
    }
}

fn person(id: u32) -> String {
    if id == 0 { String::new() } else { format!("P{id}") }
}

/// Actions, a line each.
pub(crate) fn lines(lang: Lang, lines: &[pb::ActionLine]) -> String {
    let columns = [
        "action",
        "exercise",
        "issue",
        "owner",
        "unit",
        "due_date",
        "status",
        "verified_by",
    ];
    let mut sheet = Sheet::new(lang, &columns);
    for line in lines {
        sheet.row([
            format!("A{}", line.action_id),
            format!("Y{}", line.exercise_id),
            line.issue.clone(),
            person(line.owner_id),
            line.owner_unit_code.clone(),
            line.due_date.clone(),
            status(lang, line),
            person(line.verified_by),
        ]);
    }
    sheet.text()
}

/// An action with its history, for people.
pub(crate) fn text(lang: Lang, answer: &pb::GetActionResponse) -> String {
    let line = answer.action.clone().unwrap_or_default();
    let facts = Facts::new(lang)
        .fact("action", format!("A{}", line.action_id))
        .fact("exercise", format!("Y{}", line.exercise_id))
        .fact("issue", &line.issue)
        .fact("cause", &line.cause)
        .fact("measure", &line.measure)
        .fact("owner", person(line.owner_id))
        .fact("unit", &line.owner_unit_code)
        .fact("due_date", &line.due_date)
        .fact("status", status(lang, &line))
        .fact("action_evidence", &line.evidence)
        .fact("verified_by", person(line.verified_by));
    let mut sheet = Sheet::new(lang, &["at", "actor", "change", "person", "owner", "due_date", "text"]);
    sheet.row([
        when::local(line.raised_unix_ms),
        answer.raised_by.clone(),
        word(lang, "action_change", "raised"),
        String::new(),
        person(answer.first_owner_id),
        answer.first_due_date.clone(),
        String::new(),
    ]);
    for step in &answer.steps {
        let more = [
            step.cause.as_ref().map(|text| ("cause", text)),
            step.measure.as_ref().map(|text| ("measure", text)),
        ];
        let more = more.into_iter().flatten();
        let more = more.map(|(column, text)| {
            tr!(
                lang,
                "drill.action_more",
                what = crate::i18n::fill(lang, &format!("column.{column}"), &[]),
                text = text
            )
        });
        let texts: Vec<String> = [step.text.clone()].into_iter().chain(more).collect();
        sheet.row([
            when::local(step.at_unix_ms),
            step.actor.clone(),
            word(lang, "action_change", &step.change),
            person(step.person_id),
            person(step.owner_id),
            step.due_date.clone(),
            texts.join(" "),
        ]);
    }
    facts.text() + "\n" + &sheet.text()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn late() -> pb::ActionLine {
        pb::ActionLine {
            action_id: 2,
            exercise_id: 1,
            issue: "三人电话停机".to_owned(),
            cause: "没有核对".to_owned(),
            owner_id: 12,
            owner_unit_code: "440608-A01".to_owned(),
            due_date: "2026-12-31".to_owned(),
            status: "reported".to_owned(),
            is_overdue: true,
            evidence: "新名册".to_owned(),
            ..pb::ActionLine::default()
        }
    }

    #[test]
    fn what_is_late_says_so_and_who_has_not_verified_is_nobody() {
        for (lang, status) in [(Lang::ZhCn, "待验收，逾期"), (Lang::En, "to be verified, late")] {
            let table = lines(lang, &[late()]);
            let line = table.lines().last().unwrap_or_default();
            assert!(line.contains("A2") && line.ends_with(status), "{table}");
        }
    }

    #[test]
    fn an_action_is_shown_with_every_step() {
        let answer = pb::GetActionResponse {
            action: Some(late()),
            raised_by: "cli:chen".to_owned(),
            first_owner_id: 11,
            first_due_date: "2026-11-30".to_owned(),
            steps: vec![
                pb::ActionStep {
                    actor: "cli:chen".to_owned(),
                    change: "amended".to_owned(),
                    text: "换岗".to_owned(),
                    owner_id: 12,
                    due_date: "2026-12-31".to_owned(),
                    cause: Some("没有核对".to_owned()),
                    ..pb::ActionStep::default()
                },
                pb::ActionStep {
                    actor: "cli:li".to_owned(),
                    change: "reported".to_owned(),
                    person_id: 12,
                    text: "新名册".to_owned(),
                    ..pb::ActionStep::default()
                },
            ],
        };
        let text = text(Lang::En, &answer);
        let of = |word: &str| text.lines().find(|line| line.contains(word)).unwrap_or_default();
        assert!(
            of("raised").contains("P11") && of("raised").contains("2026-11-30"),
            "{text}"
        );
        let amended = of("amended");
        assert!(
            amended.contains("P12") && amended.ends_with("换岗 cause: 没有核对"),
            "{text}"
        );
        assert!(of("reported done").ends_with("新名册"), "{text}");
    }
}
