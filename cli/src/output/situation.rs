//! Situation reports, their clocks and timelines, as people and programs read them.

use baiying_proto::v1 as pb;
use serde_json::{Value, json};

use super::table::{Facts, Sheet};
use crate::i18n::{Lang, find, tr, word};
use crate::ids::level_text;
use crate::when;

/// What a report is called: 首报, 续报3, 终报.
pub(crate) fn title(lang: Lang, kind: &str, number: u32) -> String {
    if number == 0 {
        word(lang, "report_kind", kind)
    } else {
        tr!(lang, "report.follow_up", number = number)
    }
}

/// Each text of a report with the key of its name under `column.`.
pub(crate) fn words(words: &pb::SituationWords) -> [(&'static str, &str); 8] {
    let pb::SituationWords {
        source,
        place,
        nature,
        scope,
        loss,
        trend,
        measures,
        requests,
    } = words;
    [
        ("source", source),
        ("place_of_event", place),
        ("nature", nature),
        ("affected", scope),
        ("loss", loss),
        ("trend", trend),
        ("measures", measures),
        ("requests", requests),
    ]
}

/// The numbers of a report in one line.
pub(crate) fn numbers(lang: Lang, numbers: pb::SituationNumbers) -> String {
    tr!(
        lang,
        "report.numbers",
        due = numbers.due,
        present = numbers.present,
        en_route = numbers.en_route,
        excused = numbers.excused,
        absent = numbers.absent,
        unconfirmed = numbers.unconfirmed,
        deployed = numbers.deployed,
        orders = numbers.open_orders
    )
}

/// Reports in short.
pub(crate) fn list(lang: Lang, reports: &[pb::SituationReport]) -> String {
    let columns = [
        "number", "report", "form", "filed_at", "level", "due", "present", "absent", "gist", "actor", "late",
    ];
    let mut sheet = Sheet::new(lang, &columns).numbers([0, 5, 6, 7]);
    for report in reports {
        let numbers = report.numbers.unwrap_or_default();
        let words = report.words.clone().unwrap_or_default();
        let first = [&words.trend, &words.nature, &words.measures];
        let gist = first.into_iter().find(|text| !text.is_empty());
        sheet.row([
            report.seq.to_string(),
            title(lang, &report.kind, report.number),
            word(lang, "report_form", &report.form),
            when::local(report.filed_at_unix_ms),
            level_text(lang, report.level),
            numbers.due.to_string(),
            numbers.present.to_string(),
            numbers.absent.to_string(),
            gist.map_or_else(String::new, |text| crate::text::quoted(text)),
            report.actor.clone(),
            late(lang, report.late),
        ]);
    }
    sheet.text()
}

fn late(lang: Lang, is_late: bool) -> String {
    if is_late {
        tr!(lang, "duty.loud", what = tr!(lang, "report.late"))
    } else {
        String::new()
    }
}

/// One report in full.
pub(crate) fn show(lang: Lang, report: &pb::SituationReport) -> String {
    let event_at = report.event_at_unix_ms;
    let mut facts = Facts::new(lang)
        .fact("response", format!("R{}", report.response_id))
        .fact(
            "report",
            format!("{} {}", report.seq, title(lang, &report.kind, report.number)),
        )
        .fact("form", word(lang, "report_form", &report.form))
        .fact(
            "amends",
            if report.amends == 0 {
                String::new()
            } else {
                report.amends.to_string()
            },
        )
        .fact("filed_at", when::local(report.filed_at_unix_ms))
        .fact("late", late(lang, report.late))
        .fact("actor", &report.actor)
        .fact("received_at", when::local(report.received_at_unix_ms))
        .fact(
            "event_at",
            if event_at == 0 {
                String::new()
            } else {
                when::local(event_at)
            },
        )
        .fact("level", level_text(lang, report.level));
    let written = report.words.clone().unwrap_or_default();
    for (name, text) in words(&written) {
        facts = facts.fact(name, text);
    }
    facts = facts.fact("people", numbers(lang, report.numbers.unwrap_or_default()));
    facts.fact("revision", report.as_of_revision.to_string()).text()
}

/// What is due when, late first; then what was missed.
pub(crate) fn clocks(lang: Lang, answer: &pb::ListClocksResponse) -> String {
    let mut due = Sheet::new(lang, &["response", "event_name", "report", "due_at", "state"]);
    let mut missed = Sheet::new(lang, &["response", "report", "missed_at", "times", "made_up_by"]).numbers([3]);
    let mut any_missed = false;
    for response in &answer.responses {
        let id = format!("R{}", response.response_id);
        for clock in &response.clocks {
            let overdue = clock.overdue_since_unix_ms;
            let state = if overdue > 0 {
                let late = tr!(lang, "report.overdue", since = when::local(overdue));
                tr!(lang, "duty.loud", what = late)
            } else {
                let left = clock.due_unix_ms.saturating_sub(answer.now_unix_ms).max(0);
                tr!(lang, "report.left", left = left_over(left.unsigned_abs()))
            };
            due.row([
                id.clone(),
                response.event.clone(),
                word(lang, "report_clock", &clock.clock),
                when::local(clock.due_unix_ms),
                state,
            ]);
        }
        for one in &response.missed {
            any_missed = true;
            missed.row([
                id.clone(),
                word(lang, "report_clock", &one.clock),
                when::local(one.due_unix_ms),
                one.times.to_string(),
                if one.made_up_by_seq == 0 {
                    String::new()
                } else {
                    one.made_up_by_seq.to_string()
                },
            ]);
        }
    }
    let mut text = due.text();
    if any_missed {
        text.push_str(&format!("\n{}\n{}", tr!(lang, "report.missed"), missed.text()));
    }
    text
}

/// How much time is left: to the minute, and to the second in the last hour.
fn left_over(ms: u64) -> String {
    let whole = if ms < 3_600_000 { 1000 } else { 60_000 };
    when::duration(ms / whole * whole)
}

/// A timeline.
pub(crate) fn timeline(lang: Lang, items: &[pb::TimelineItem]) -> String {
    let mut sheet = Sheet::new(lang, &["revision", "at", "event", "order", "people", "what", "actor"]).numbers([0, 4]);
    for item in items {
        sheet.row([
            item.revision.to_string(),
            when::local(item.at_unix_ms),
            happened(lang, item),
            order(lang, item),
            if item.people == 0 {
                String::new()
            } else {
                item.people.to_string()
            },
            said(lang, item),
            item.actor.clone(),
        ]);
    }
    sheet.text()
}

/// The order, the branch, the request, the window or the command that an item is about.
pub(crate) fn order(lang: Lang, item: &pb::TimelineItem) -> String {
    match (item.order_id, item.version) {
        (0, _) if item.kind == "command-handed-over" => word(lang, "command_role", &item.subject),
        (0, _) => item.subject.clone(),
        (order, 0) => format!("O{order}"),
        (order, version) => format!("O{order} v{version}"),
    }
}

/// What happened, in a word.
pub(crate) fn happened(lang: Lang, item: &pb::TimelineItem) -> String {
    find(lang, &format!("event.{}", item.kind)).unwrap_or_else(|| item.kind.clone())
}

/// What there is to say about it.
pub(crate) fn said(lang: Lang, item: &pb::TimelineItem) -> String {
    let mut parts = Vec::new();
    let is_report = item.report_seq > 0;
    if is_report {
        parts.push(title(lang, &item.report_kind, item.report_number));
    }
    if item.late {
        parts.push(late(lang, true));
    }
    match (item.from_level, item.to_level) {
        (0, 0) => {}
        (0, to) => parts.push(level_text(lang, to)),
        (from, to) => parts.push(format!("{} → {}", level_text(lang, from), level_text(lang, to))),
    }
    if item.step > 0 {
        parts.push(tr!(
            lang,
            "report.step",
            step = item.step,
            target = word(lang, "target", &item.target)
        ));
    }
    if item.excused > 0 {
        parts.push(tr!(lang, "report.excused", count = item.excused));
    }
    if !item.clock.is_empty() {
        let clock = word(lang, "report_clock", &item.clock);
        let due = when::local(item.due_unix_ms);
        parts.push(tr!(
            lang,
            "report.missed_one",
            clock = clock,
            due = due,
            times = item.times
        ));
    }
    match item.kind.as_str() {
        "provisionally-started" => parts.push(tr!(lang, "switch.until_when", until = when::local(item.due_unix_ms))),
        "command-set" => parts.push(tr!(lang, "switch.commands", count = item.times)),
        _ => {}
    }
    if !item.reason.is_empty() {
        parts.push(reason(lang, &item.reason));
    }
    if !item.text.is_empty() {
        let is_post = item.kind == "level-authorized";
        parts.push(if is_post {
            word(lang, "post", &item.text)
        } else {
            item.text.clone()
        });
    }
    if !item.person_ids.is_empty() {
        let people = item.person_ids.iter().map(|person| format!("P{person}"));
        parts.push(people.collect::<Vec<_>>().join(" "));
    }
    parts.join(&tr!(lang, "report.separator"))
}

/// The word for why.
fn reason(lang: Lang, reason: &str) -> String {
    let groups = ["reason", "leave_status", "delivery", "evidence", "method"];
    let known = groups
        .iter()
        .find_map(|group| find(lang, &format!("word.{group}.{reason}")));
    known.unwrap_or_else(|| crate::text::line(reason))
}

/// A report as JSON.
pub(crate) fn report_json(report: &pb::SituationReport) -> Value {
    let pb::SituationReport {
        response_id,
        seq,
        kind,
        form,
        number,
        actor,
        filed_at_unix_ms,
        received_at_unix_ms,
        event_at_unix_ms,
        words,
        amends,
        level,
        numbers,
        as_of_revision,
        answered,
        late,
    } = report;
    let words = words.clone().unwrap_or_default();
    let answered = answered.iter().map(|answered| {
        let pb::AnsweredClock {
            clock,
            due_unix_ms,
            late,
        } = answered;
        json!({ "clock": clock, "due_unix_ms": due_unix_ms, "late": late })
    });
    json!({ "response_id": response_id, "seq": seq, "kind": kind, "form": form, "number": number, "actor": actor,
        "filed_at_unix_ms": filed_at_unix_ms, "received_at_unix_ms": received_at_unix_ms,
        "event_at_unix_ms": event_at_unix_ms, "source": words.source, "place": words.place, "nature": words.nature,
        "scope": words.scope, "loss": words.loss, "trend": words.trend, "measures": words.measures,
        "requests": words.requests, "amends": amends, "level": level,
        "numbers": numbers_json(numbers.unwrap_or_default()), "as_of_revision": as_of_revision,
        "answered": answered.collect::<Vec<_>>(), "late": late })
}

fn numbers_json(numbers: pb::SituationNumbers) -> Value {
    let pb::SituationNumbers {
        due,
        present,
        en_route,
        excused,
        absent,
        unconfirmed,
        deployed,
        open_orders,
    } = numbers;
    json!({ "due": due, "present": present, "en_route": en_route, "excused": excused, "absent": absent,
        "unconfirmed": unconfirmed, "deployed": deployed, "open_orders": open_orders })
}

/// Clocks as JSON.
pub(crate) fn clocks_json(answer: &pb::ListClocksResponse) -> Value {
    let responses = answer.responses.iter().map(response_clocks_json);
    json!({ "now_unix_ms": answer.now_unix_ms, "responses": responses.collect::<Vec<_>>() })
}

/// The clocks of one response as JSON.
pub(crate) fn response_clocks_json(response: &pb::ResponseClocks) -> Value {
    let pb::ResponseClocks {
        response_id,
        event,
        clocks,
        missed,
    } = response;
    let clocks = clocks.iter().map(|clock| {
        let pb::SituationClock {
            clock,
            due_unix_ms,
            overdue_since_unix_ms,
        } = clock;
        json!({ "clock": clock, "due_unix_ms": due_unix_ms, "overdue_since_unix_ms": overdue_since_unix_ms })
    });
    let missed = missed.iter().map(|missed| {
        let pb::MissedReport {
            clock,
            due_unix_ms,
            times,
            made_up_by_seq,
        } = missed;
        json!({ "clock": clock, "due_unix_ms": due_unix_ms, "times": times, "made_up_by_seq": made_up_by_seq })
    });
    json!({ "response_id": response_id, "event": event, "clocks": clocks.collect::<Vec<_>>(),
        "missed": missed.collect::<Vec<_>>() })
}

/// An item of a timeline as JSON.
pub(crate) fn item_json(item: &pb::TimelineItem) -> Value {
    let pb::TimelineItem {
        revision,
        until_revision,
        at_unix_ms,
        kind,
        actor,
        order_id,
        version,
        people,
        person_ids,
        reason,
        text,
        from_level,
        to_level,
        step,
        target,
        excused,
        report_seq,
        report_kind,
        report_number,
        late,
        clock,
        due_unix_ms,
        times,
        events,
        subject,
    } = item;
    json!({ "revision": revision, "until_revision": until_revision, "at_unix_ms": at_unix_ms, "kind": kind,
        "actor": actor, "order_id": order_id, "version": version, "people": people, "person_ids": person_ids,
        "reason": reason, "text": text, "from_level": from_level, "to_level": to_level, "step": step,
        "target": target, "excused": excused, "report_seq": report_seq, "report_kind": report_kind,
        "report_number": report_number, "late": late, "clock": clock, "due_unix_ms": due_unix_ms, "times": times,
        "events": events, "subject": subject })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_report_says_first_does_not_stand_under_trend() {
        let report = pb::SituationReport {
            words: Some(pb::SituationWords {
                nature: "管涌".into(),
                ..pb::SituationWords::default()
            }),
            ..pb::SituationReport::default()
        };
        let text = list(Lang::ZhCn, &[report]);
        assert!(
            text.contains("管涌") && text.contains("摘要") && !text.contains("趋势"),
            "{text}"
        );
    }

    #[test]
    fn the_last_hour_counts_by_the_second() {
        for (ms, left) in [
            (0, "0s"),
            (38_900, "38s"),
            (98_000, "1m38s"),
            (3_599_999, "59m59s"),
            (3_660_000, "1h1m"),
            (3_719_000, "1h1m"),
        ] {
            assert_eq!(left_over(ms), left);
        }
    }
}
