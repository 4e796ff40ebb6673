//! Duty for other programs: calendars, sheets, workbooks, and files that are replaced in one step.

pub(crate) mod calendar;
pub(crate) mod file;
pub(crate) mod sheet;

use baiying_proto::v1 as pb;

use crate::i18n::{Lang, tr, word};
use crate::output::duty::{self, Names};

/// What is exported, and for whom.
#[derive(Debug, Clone)]
pub(crate) struct Export {
    /// Language of what people read in it.
    pub(crate) lang: Lang,
    /// The shifts, in the order of time.
    pub(crate) shifts: Vec<pb::Shift>,
    /// Names of their units.
    pub(crate) names: Names,
    /// Only what concerns this person; 0: everybody on.
    pub(crate) person_id: u32,
    /// When it was made.
    pub(crate) at_unix_ms: i64,
}

impl Export {
    /// What the whole is called.
    pub(crate) fn title(&self) -> String {
        let whose = match self.person_id {
            0 => {
                let code = self.shifts.first().map_or("", |shift| shift.unit_code.as_str());
                self.unit(code)
            }
            id => duty::person(id),
        };
        crate::text::line(&tr!(self.lang, "export.title", whose = whose))
            .trim()
            .to_owned()
    }

    /// A unit by name; by code if the name is not known.
    pub(crate) fn unit(&self, code: &str) -> String {
        let name = self.names.get(code).filter(|name| !name.is_empty());
        crate::text::line(name.map_or(code, String::as_str))
    }

    /// Those of a shift who are exported.
    pub(crate) fn holders<'a>(&'a self, shift: &'a pb::Shift) -> impl Iterator<Item = &'a pb::Holder> {
        let wanted = self.person_id;
        let holders = shift.holders.iter();
        holders.filter(move |holder| wanted == 0 || holder.person_id == wanted)
    }

    /// What a shift lacks, loudly; nothing to say of a person's own shifts, where the others may not be shown.
    pub(crate) fn missing(&self, shift: &pb::Shift) -> Vec<String> {
        if self.person_id != 0 {
            return Vec::new();
        }
        let missing = duty::lacks(shift).into_iter();
        missing
            .map(|missing| duty::loud(self.lang, &word(self.lang, "missing", missing)))
            .collect()
    }
}

#[cfg(test)]
pub(crate) mod samples {
    //! Shifts that are hard to write: long Chinese text, commas, what begins like a formula, a gap, a stand-in in the middle.

    use super::*;

    /// 2026-10-01 00:00 UTC.
    pub(crate) const BEGIN: i64 = 1_790_812_800_000;
    const HOUR: i64 = 3_600_000;

    pub(crate) fn holder(person_id: u32, name: &str, position: &str, hours: (i64, i64)) -> pb::Holder {
        pb::Holder {
            person_id,
            masked_name: name.into(),
            masked_phone: "139****0001".into(),
            position: position.into(),
            shift: "白班,第一组;甲".into(),
            from_unix_ms: BEGIN + hours.0 * HOUR,
            until_unix_ms: BEGIN + hours.1 * HOUR,
            via: "rotation".into(),
            ..pb::Holder::default()
        }
    }

    pub(crate) fn shift(name: &str, hours: (i64, i64), holders: Vec<pb::Holder>) -> pb::Shift {
        pb::Shift {
            unit_code: "440608-A01".into(),
            name: name.into(),
            date: "2026-10-01".into(),
            day_kind: "holiday".into(),
            from_unix_ms: BEGIN + hours.0 * HOUR,
            until_unix_ms: BEGIN + hours.1 * HOUR,
            holders,
            zone: String::new(),
        }
    }

    pub(crate) fn export(lang: Lang, person_id: u32) -> Export {
        let mut stand_in = holder(4, "欧阳*", "officer", (6, 12));
        stand_in.via = "stand-in".into();
        stand_in.instead_of = 3;
        let mut standby = holder(5, "=cmd()*", "standby", (0, 12));
        standby.recall_minutes = 30;
        standby.on_leave = true;
        let shifts = vec![
            shift(
                "白班,第一组;甲",
                (0, 12),
                vec![
                    holder(1, "张*", "lead", (0, 12)),
                    holder(2, "李*", "officer", (0, 12)),
                    holder(3, "王\\*\r\nEND:VCALENDAR", "officer", (0, 6)),
                    stand_in,
                    standby,
                ],
            ),
            shift("night", (12, 24), Vec::new()),
        ];
        let name = "高明区应急管理局、防汛防旱防风指挥部办公室;值班室,一楼";
        Export {
            lang,
            shifts,
            names: Names::from([("440608-A01".to_owned(), name.to_owned())]),
            person_id,
            at_unix_ms: BEGIN - HOUR,
        }
    }

    /// The clock of the device is not the same everywhere; tables that show it are looked at without its times.
    pub(crate) fn without_times(text: &str) -> String {
        let mut shown = String::new();
        let mut rest = text;
        while let Some(at) = rest.find("2026-") {
            let is_time = |text: &str| {
                let pattern = b"0000-00-00 00:00";
                text.len() >= pattern.len()
                    && text.bytes().zip(pattern).all(|(byte, like)| match like {
                        b'0' => byte.is_ascii_digit(),
                        other => byte == *other,
                    })
            };
            shown.push_str(&rest[..at]);
            let length = if is_time(&rest[at..]) { 16 } else { 5 };
            shown.push_str(if length == 16 { "<time>" } else { "2026-" });
            rest = &rest[at + length..];
        }
        shown + rest
    }
}
