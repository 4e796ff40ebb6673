//! Duty as calendars read it (iCalendar, RFC 5545): one event a shift of a unit, or one a person's part in a shift.
//!
//! Instants are UTC, so that no zone has to be described. The same shift has the same UID in every export, however often and
//! whoever is on, so that a calendar that reads it again changes the event and does not add one.

use baiying_proto::v1 as pb;
use icalendar::{Calendar, Component as _, Event, Property};

use super::Export;
use crate::i18n::{tr, word};
use crate::output::duty;
use crate::when;

/// Who wrote it.
const PRODUCT: &str = "-//Baiying//baiying duty export//ZH";

/// The calendar, and how many events are in it. `every_ms` is how often the file is rewritten; 0: never.
pub(crate) fn calendar(export: &Export, every_ms: u64) -> (String, usize) {
    let mut calendar = Calendar::empty();
    calendar.append_property(("VERSION", "2.0"));
    calendar.append_property(("PRODID", PRODUCT));
    calendar.append_property(("CALSCALE", "GREGORIAN"));
    calendar.append_property(("METHOD", "PUBLISH"));
    // Calendars of several makers read the one or the other; both are texts and are escaped as such.
    for name in ["NAME", "X-WR-CALNAME"] {
        let property = Property::new(name, export.title())
            .add_parameter("VALUE", "TEXT")
            .done();
        calendar.append_property(property);
    }
    if every_ms > 0 {
        let every = format!("PT{}S", every_ms.div_ceil(1000));
        let refresh = Property::new("REFRESH-INTERVAL", &every)
            .add_parameter("VALUE", "DURATION")
            .done();
        calendar.append_property(refresh);
        calendar.append_property(("X-PUBLISHED-TTL", every.as_str()));
    }
    let mut events = 0;
    for shift in &export.shifts {
        if export.person_id == 0 {
            calendar.push(of_unit(export, shift));
            events += 1;
            continue;
        }
        for (holder, part) in export.holders(shift).zip(1..) {
            calendar.push(of_person(export, shift, holder, part));
            events += 1;
        }
    }
    (calendar.to_string(), events)
}

fn event(export: &Export, uid: &str, times: (i64, i64), summary: &str, description: &[String]) -> Event {
    let (from, until) = times;
    let mut event = Event::new();
    event
        .uid(uid)
        .add_property("DTSTAMP", when::utc_basic(export.at_unix_ms))
        .add_property("DTSTART", when::utc_basic(from))
        .add_property("DTEND", when::utc_basic(until))
        .summary(&crate::text::line(summary));
    let lines: Vec<_> = description.iter().map(|line| crate::text::line(line)).collect();
    if !lines.is_empty() {
        event.description(&lines.join("\n"));
    }
    event
}

/// A shift with everybody on. What is missing stands first.
fn of_unit(export: &Export, shift: &pb::Shift) -> Event {
    let lang = export.lang;
    let mut description = Vec::new();
    let mut summary = export.missing(shift);
    for position in duty::POSITIONS {
        let crew = duty::crew(lang, shift, position);
        if !crew.is_empty() {
            let name = word(lang, "position", position);
            let people: Vec<_> = shift
                .holders
                .iter()
                .filter(|holder| holder.position == position)
                .map(|holder| crate::text::line(&holder.masked_name))
                .collect();
            summary.push(format!("{name} {}", people.join(" ")));
            description.push(tr!(lang, "table.fact", name = name, value = crew));
        }
    }
    let summary = tr!(
        lang,
        "export.of_unit",
        shift = duty::shift_name(lang, &shift.name),
        unit = export.unit(&shift.unit_code),
        people = summary.join(&tr!(lang, "duty.separator"))
    );
    let times = (shift.from_unix_ms, shift.until_unix_ms);
    event(
        export,
        &format!("{}@baiying", uid(shift)),
        times,
        &summary,
        &description,
    )
}

/// Somebody's part in a shift.
fn of_person(export: &Export, shift: &pb::Shift, holder: &pb::Holder, part: u32) -> Event {
    let lang = export.lang;
    let summary = tr!(
        lang,
        "export.of_person",
        position = word(lang, "position", &holder.position),
        shift = duty::shift_name(lang, &shift.name),
        unit = export.unit(&shift.unit_code)
    );
    let remarks = duty::remarks(lang, holder);
    let description: Vec<_> = Some(remarks)
        .filter(|remarks| !remarks.is_empty())
        .into_iter()
        .collect();
    // A stand-in in the middle of a shift leaves two parts to who is on before and after.
    let part = if part == 1 { String::new() } else { format!("-{part}") };
    let uid = format!("{}-P{}{part}@baiying", uid(shift), holder.person_id);
    event(
        export,
        &uid,
        (holder.from_unix_ms, holder.until_unix_ms),
        &summary,
        &description,
    )
}

/// What a shift is known by: unit, beginning and name, in letters that every calendar keeps as they are.
fn uid(shift: &pb::Shift) -> String {
    let plain = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' => char::from(byte).to_string(),
                other => format!("_{other:02x}"),
            })
            .collect()
    };
    let from = when::utc_basic(shift.from_unix_ms);
    format!("duty-{}-{from}-{}", plain(&shift.unit_code), plain(&shift.name))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use calcard::icalendar::{ICalendar, ICalendarComponentType, ICalendarProperty, ICalendarValue};

    use super::super::samples::{self, BEGIN};
    use super::*;
    use crate::i18n::Lang;

    /// What somebody else's parser reads: UID, beginning and end in seconds, stamp, summary, description.
    type Read = (String, i64, i64, i64, String, String);

    fn read(text: &str) -> Vec<Read> {
        let calendar = ICalendar::parse(text).unwrap_or_else(|entry| panic!("{entry:?}\n{text}"));
        let kinds: Vec<_> = calendar.components.iter().map(|it| &it.component_type).collect();
        assert_eq!(kinds[0], &ICalendarComponentType::VCalendar);
        assert!(kinds[1..].iter().all(|kind| **kind == ICalendarComponentType::VEvent));
        let events = calendar.components[1..].iter();
        events
            .map(|event| {
                let text = |name: &ICalendarProperty| -> String {
                    let value = event.property(name).and_then(|entry| entry.values.first());
                    value.and_then(ICalendarValue::as_text).unwrap_or_default().to_owned()
                };
                let instant =
                    |name: &ICalendarProperty| match event.property(name).and_then(|entry| entry.values.first()) {
                        Some(ICalendarValue::PartialDateTime(at)) => at.to_timestamp().expect("an instant"),
                        other => panic!("{name:?} {other:?}"),
                    };
                (
                    event.uid().expect("a UID").to_owned(),
                    instant(&ICalendarProperty::Dtstart),
                    instant(&ICalendarProperty::Dtend),
                    instant(&ICalendarProperty::Dtstamp),
                    text(&ICalendarProperty::Summary),
                    text(&ICalendarProperty::Description),
                )
            })
            .collect()
    }

    #[test]
    fn another_parser_reads_what_was_meant() {
        let (text, events) = calendar(&samples::export(Lang::ZhCn, 0), 3_600_000);
        let read = read(&text);
        assert_eq!((read.len(), events), (2, 2));
        let (uid, from, until, stamp, summary, description) = &read[0];
        assert!(
            uid.starts_with("duty-440608-A01-20261001T000000Z-_e7") && uid.ends_with("@baiying"),
            "{uid}"
        );
        assert_eq!((*from, *until), (BEGIN / 1000, BEGIN / 1000 + 12 * 3600));
        assert_eq!(*stamp, BEGIN / 1000 - 3600);
        let shown = format!("{summary}\n--\n{description}\n--\n{}", read[1].4);
        insta::assert_snapshot!(samples::without_times(&shown));
    }

    #[test]
    fn lines_are_folded_at_75_octets_between_characters_and_nothing_breaks_out() {
        for lang in Lang::ALL {
            for person_id in [0, 3] {
                let (text, _) = calendar(&samples::export(lang, person_id), 60_000);
                assert!(text.ends_with("END:VCALENDAR\r\n"));
                assert_eq!(text.matches("END:VCALENDAR\r\n").count(), 1, "{text}");
                for line in text.split("\r\n") {
                    assert!(line.len() <= 75, "{} octets: {line}", line.len());
                    assert!(!line.contains(['\r', '\n']), "{line}");
                }
                assert!(text.contains("\r\n "), "something is long enough to be folded");
            }
        }
    }

    #[test]
    fn the_same_shift_has_the_same_uid_whoever_is_on() {
        let first = samples::export(Lang::ZhCn, 0);
        let mut later = samples::export(Lang::En, 0);
        later.at_unix_ms += 86_400_000;
        later.names.clear();
        later.shifts[0].holders.truncate(1);
        later.shifts[0].day_kind = "workday".into();
        let uids = |export: &Export| {
            read(&calendar(export, 0).0)
                .into_iter()
                .map(|it| it.0)
                .collect::<Vec<_>>()
        };
        assert_eq!(uids(&first), uids(&later));
        // Every other shift has another one.
        let mut shifts = vec![first.shifts[0].clone(); 4];
        shifts[1].unit_code = "440608_A01".into();
        shifts[2].from_unix_ms += 60_000;
        shifts[3].name = "白班".into();
        let all: BTreeSet<_> = shifts.iter().map(uid).collect();
        assert_eq!(all.len(), 4);
    }

    #[test]
    fn a_person_gets_their_own_part_only() {
        let mut export = samples::export(Lang::ZhCn, 3);
        let mut after = samples::holder(3, "王*", "officer", (8, 12));
        after.via = "swap".into();
        after.instead_of = 9;
        export.shifts[0].holders.push(after);
        let read = read(&calendar(&export, 0).0);
        let parts: Vec<_> = read
            .iter()
            .map(|it| (it.1 - BEGIN / 1000, it.2 - BEGIN / 1000))
            .collect();
        assert_eq!(parts, [(0, 6 * 3600), (8 * 3600, 12 * 3600)]);
        assert!(
            read[0].0.ends_with("-P3@baiying") && read[1].0.ends_with("-P3-2@baiying"),
            "{read:?}"
        );
        assert!(
            read.iter().all(|it| !it.4.contains('张') && !it.5.contains('张')),
            "{read:?}"
        );
        assert!(read[1].5.contains("P9"), "in whose place: {read:?}");
    }

    #[test]
    fn the_feed_says_how_often_it_changes() {
        let (text, _) = calendar(&samples::export(Lang::En, 0), 3_600_000);
        assert!(text.contains("REFRESH-INTERVAL;VALUE=DURATION:PT3600S\r\n"), "{text}");
        assert!(!calendar(&samples::export(Lang::En, 0), 0).0.contains("REFRESH"));
        // A name is a text: its commas are escaped.
        let unfolded = text.replace("\r\n ", "");
        assert!(
            unfolded.contains("X-WR-CALNAME;VALUE=TEXT:") && unfolded.contains("\\;值班室\\,一楼"),
            "{unfolded}"
        );
    }
}
