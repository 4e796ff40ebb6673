//! Duty as people read it: who is on, shifts, findings, rosters. What is missing is loud.

use std::collections::{BTreeMap, BTreeSet};

use baiying_proto::v1 as pb;

use super::table::Sheet;
use crate::i18n::{Lang, find, tr, word};
use crate::when;

/// The positions in the order people read them.
pub(crate) const POSITIONS: [&str; 3] = ["lead", "officer", "standby"];

/// Names of units by their codes, as far as they are known.
pub(crate) type Names = BTreeMap<String, String>;

/// A unit with its name, if that is known.
pub(crate) fn unit(names: &Names, code: &str) -> String {
    match names.get(code) {
        Some(name) if !name.is_empty() => format!("{name} {code}"),
        _ => code.to_owned(),
    }
}

/// A person by id; empty for nobody.
pub(crate) fn person(id: u32) -> String {
    if id == 0 { String::new() } else { format!("P{id}") }
}

/// People by their ids.
pub(crate) fn people(ids: &[u32]) -> String {
    ids.iter().map(|it| person(*it)).collect::<Vec<_>>().join(" ")
}

/// A person with the masked name, if there is one.
pub(crate) fn named(id: u32, masked_name: &str) -> String {
    match (id, masked_name) {
        (0, name) => name.to_owned(),
        (id, "") => person(id),
        (id, name) => format!("{name} P{id}"),
    }
}

/// A shift's name: in the user's language if it is one of the usual words, or as the policy has it.
pub(crate) fn shift_name(lang: Lang, name: &str) -> String {
    word(lang, "shift", name)
}

/// How long a turn lasts: shift, day, 3-days, week, 2-weeks …
pub(crate) fn every(lang: Lang, every: &str) -> String {
    let (count, unit) = every.split_once('-').unwrap_or(("1", every));
    match find(lang, &format!("word.every.{}", unit.trim_end_matches('s'))) {
        Some(_) if count == "1" => word(lang, "every", unit),
        Some(unit) if count.bytes().all(|byte| byte.is_ascii_digit()) => {
            tr!(lang, "word.every_many", count = count, unit = unit)
        }
        _ => crate::text::line(every),
    }
}

/// How somebody came to be on: by the rotation needs no word.
fn via(lang: Lang, holder: &pb::Holder) -> String {
    let mut text = if holder.via == "rotation" {
        String::new()
    } else {
        word(lang, "via", &holder.via)
    };
    if holder.instead_of != 0 {
        let instead = tr!(lang, "duty.instead_of", person = person(holder.instead_of));
        text = [text, instead]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" ");
    }
    text
}

/// What is to be said of somebody on duty: how they came to be on, and what is not well.
pub(crate) fn remarks(lang: Lang, holder: &pb::Holder) -> String {
    let mut remarks = vec![via(lang, holder)];
    if holder.recall_minutes != 0 {
        remarks.push(tr!(lang, "duty.recall", minutes = holder.recall_minutes));
    }
    if holder.on_leave {
        remarks.push(loud(lang, &tr!(lang, "duty.on_leave")));
    }
    remarks.retain(|remark| !remark.is_empty());
    remarks.join(&tr!(lang, "duty.separator"))
}

/// What must not be overlooked.
pub(crate) fn loud(lang: Lang, text: &str) -> String {
    tr!(lang, "duty.loud", what = text)
}

/// Whether what is missing is as it should be: while the offices are open, a pattern may leave the time to them.
fn is_in_order(missing: &str) -> bool {
    missing == "office-hours"
}

/// Who is on in each unit, a row a person; what is missing stands first.
pub(crate) fn on_duty(lang: Lang, units: &[pb::UnitOnDuty], names: &Names) -> String {
    let columns = [
        "unit",
        "position",
        "person",
        "phone",
        "shift",
        "from",
        "until",
        "signed_in",
        "remarks",
    ];
    let mut sheet = Sheet::new(lang, &columns);
    for on in units {
        let code = unit(names, &on.unit_code);
        for missing in &on.missing {
            let mut row = vec![String::new(); columns.len()];
            row[0] = code.clone();
            let what = word(lang, "missing", missing);
            row[columns.len() - 1] = if is_in_order(missing) { what } else { loud(lang, &what) };
            sheet.row(row);
        }
        for holder in &on.holders {
            sheet.row([
                code.clone(),
                word(lang, "position", &holder.position),
                named(holder.person_id, &holder.masked_name),
                holder.masked_phone.clone(),
                shift_name(lang, &holder.shift),
                when::minute_in(holder.from_unix_ms, &on.zone),
                when::minute_in(holder.until_unix_ms, &on.zone),
                when::minute_in(holder.signed_in_unix_ms, &on.zone),
                remarks(lang, holder),
            ]);
        }
    }
    let mut text = sheet.text();
    let lacks = |unit: &&pb::UnitOnDuty| unit.missing.iter().any(|missing| !is_in_order(missing));
    let wanting = units.iter().filter(lacks).count();
    if wanting > 0 {
        let line = tr!(lang, "duty.wanting", count = wanting, units = units.len());
        text.push_str(&loud(lang, &line));
        text.push('\n');
    }
    text
}

/// Everybody of a position in a shift, with how they came to be on.
pub(crate) fn crew(lang: Lang, shift: &pb::Shift, position: &str) -> String {
    let people: Vec<_> = shift
        .holders
        .iter()
        .filter(|holder| holder.position == position)
        .map(|holder| {
            let mut text = named(holder.person_id, &holder.masked_name);
            let part = holder.from_unix_ms != shift.from_unix_ms || holder.until_unix_ms != shift.until_unix_ms;
            let mut remarks = vec![via(lang, holder)];
            if part {
                let (from, until) = (
                    when::minute_in(holder.from_unix_ms, &shift.zone),
                    when::minute_in(holder.until_unix_ms, &shift.zone),
                );
                remarks.push(tr!(lang, "duty.between", from = from, until = until));
            }
            if holder.on_leave {
                remarks.push(loud(lang, &tr!(lang, "duty.on_leave")));
            }
            remarks.retain(|remark| !remark.is_empty());
            if !remarks.is_empty() {
                let remarks = remarks.join(&tr!(lang, "duty.separator"));
                text.push_str(&tr!(lang, "duty.aside", text = remarks));
            }
            text
        })
        .collect();
    people.join(&tr!(lang, "duty.separator"))
}

/// What a shift lacks at first sight: a lead, officers.
pub(crate) fn lacks(shift: &pb::Shift) -> Vec<&'static str> {
    let has = |position: &str| shift.holders.iter().any(|holder| holder.position == position);
    let mut lacks = Vec::new();
    if !has("lead") {
        lacks.push("no-lead");
    }
    if !has("officer") {
        lacks.push("too-few-officers");
    }
    lacks
}

/// The duty sheet (值班表), a row a shift.
pub(crate) fn shifts(lang: Lang, shifts: &[pb::Shift], names: &Names, of_person: bool) -> String {
    let columns = [
        "date",
        "weekday",
        "day_kind",
        "unit",
        "shift",
        "from",
        "until",
        "duty_lead",
        "officers",
        "standby",
    ];
    let mut sheet = Sheet::new(lang, &columns);
    for shift in shifts {
        let cell = |position: &str, missing: &str| {
            let crew = crew(lang, shift, position);
            // Of one person's shifts the others may not be shown.
            if crew.is_empty() && !of_person && lacks(shift).contains(&missing) {
                loud(lang, &word(lang, "missing", missing))
            } else {
                crew
            }
        };
        sheet.row([
            shift.date.clone(),
            weekday(lang, &shift.date),
            word(lang, "day_kind", &shift.day_kind),
            unit(names, &shift.unit_code),
            shift_name(lang, &shift.name),
            when::minute_in(shift.from_unix_ms, &shift.zone),
            when::minute_in(shift.until_unix_ms, &shift.zone),
            cell("lead", "no-lead"),
            cell("officer", "too-few-officers"),
            cell("standby", ""),
        ]);
    }
    sheet.text()
}

/// The day of the week.
pub(crate) fn weekday(lang: Lang, day: &str) -> String {
    when::weekday(day).map_or_else(String::new, |number| word(lang, "weekday", &number.to_string()))
}

/// One shift in a few words.
pub(crate) fn shift_line(lang: Lang, shift: &pb::Shift) -> String {
    let from = when::minute_in(shift.from_unix_ms, &shift.zone);
    format!("{} {} {from}", shift.unit_code, shift_name(lang, &shift.name))
}

/// Findings, and how many; nothing if there are none.
pub(crate) fn findings(lang: Lang, findings: &[pb::DutyFinding], names: &Names) -> String {
    if findings.is_empty() {
        return String::new();
    }
    let columns = ["unit", "finding", "from", "until", "person", "other_unit", "times"];
    let mut sheet = Sheet::new(lang, &columns).numbers([6]);
    for finding in findings {
        sheet.row([
            unit(names, &finding.unit_code),
            word(lang, "finding", &finding.kind),
            when::minute_in(finding.from_unix_ms, &finding.zone),
            when::minute_in(finding.until_unix_ms, &finding.zone),
            named(finding.person_id, &finding.masked_name),
            unit(names, &finding.other_unit_code),
            finding.times.to_string(),
        ]);
    }
    let units: BTreeSet<&str> = findings.iter().map(|finding| finding.unit_code.as_str()).collect();
    let line = tr!(lang, "duty.findings", count = findings.len(), units = units.len());
    format!("{}{}\n", sheet.text(), loud(lang, &line))
}

/// Codes of the units that findings name.
pub(crate) fn units_of_findings(findings: &[pb::DutyFinding]) -> BTreeSet<String> {
    let codes = findings
        .iter()
        .flat_map(|finding| [&finding.unit_code, &finding.other_unit_code]);
    codes.filter(|code| !code.is_empty()).cloned().collect()
}

/// Rosters, a row a layer.
pub(crate) fn rosters(lang: Lang, rosters: &[pb::DutyRoster], names: &Names) -> String {
    let columns = [
        "unit", "version", "from", "pattern", "zone", "position", "shifts", "every", "recall", "crews",
    ];
    let mut sheet = Sheet::new(lang, &columns).numbers([1, 8]);
    for roster in rosters {
        for layer in &roster.layers {
            let crews = layer.crews.iter().zip(1..).map(|(crew, turn)| {
                let people: Vec<_> = crew.person_ids.iter().map(|id| person(*id)).collect();
                format!("{turn}: {}", people.join(" "))
            });
            let shifts: Vec<_> = layer.shifts.iter().map(|shift| shift_name(lang, shift)).collect();
            sheet.row([
                unit(names, &roster.unit_code),
                roster.version.to_string(),
                roster.from_date.clone(),
                word(lang, "pattern", &roster.pattern),
                roster.zone.clone(),
                word(lang, "position", &layer.position),
                if shifts.is_empty() {
                    tr!(lang, "word.all")
                } else {
                    shifts.join(&tr!(lang, "duty.separator"))
                },
                every(lang, &layer.every),
                match layer.recall_minutes {
                    0 => String::new(),
                    minutes => minutes.to_string(),
                },
                crews.collect::<Vec<_>>().join("; "),
            ]);
        }
    }
    sheet.text()
}
