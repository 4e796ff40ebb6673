//! The board (到位总览) as people read it. The columns always add up: due = present + en route + excused + absent + unconfirmed.

use baiying_proto::v1 as pb;

use super::table::Sheet;
use crate::i18n::{Lang, tr};
use crate::when;

/// The columns of counts, by their keys under `column.`.
const COUNTS: [&str; 11] = [
    "due",
    "present",
    "en_route",
    "excused",
    "absent",
    "unconfirmed",
    "delivered",
    "acked",
    "departed",
    "late",
    "unreached",
];

fn cells(counts: Option<&pb::Counts>) -> [String; 11] {
    let counts = counts.copied().unwrap_or_default();
    [
        counts.due,
        counts.present,
        counts.en_route,
        counts.excused,
        counts.absent,
        counts.unconfirmed,
        counts.delivered,
        counts.acked,
        counts.departed,
        counts.late,
        counts.unreached,
    ]
    .map(|count| count.to_string())
}

/// A board: the units, then the total.
pub(crate) fn table<'a>(
    lang: Lang,
    total: Option<&pb::BoardRow>,
    rows: impl IntoIterator<Item = &'a pb::BoardRow>,
) -> String {
    // Only in an exercise is anybody simulated.
    let is_mixed = total.is_some_and(|total| total.simulated_due > 0);
    let mut columns = vec!["unit"];
    columns.extend(COUNTS);
    if is_mixed {
        columns.push("simulated_due");
    }
    let mut sheet = Sheet::new(lang, &columns).numbers(1..columns.len());
    let mut line = |name: String, row: Option<&pb::BoardRow>| {
        let simulated = row.filter(|_| is_mixed).map(|row| row.simulated_due.to_string());
        let counts = cells(row.and_then(|row| row.counts.as_ref()));
        sheet.row([name].into_iter().chain(counts).chain(simulated));
    };
    for row in rows {
        line(format!("{} {}", row.unit_code, row.unit_name), Some(row));
    }
    let name = total.map(|total| total.unit_name.clone()).unwrap_or_default();
    line(tr!(lang, "board.total", name = name), total);
    sheet.text()
}

/// The counts alone, as a one-line table with a name in front.
pub(crate) fn versions(lang: Lang, rows: &[(String, pb::Counts)]) -> String {
    let mut columns = vec!["version"];
    columns.extend(COUNTS);
    let mut sheet = Sheet::new(lang, &columns).numbers(1..columns.len());
    for (name, counts) in rows {
        sheet.row([name.clone()].into_iter().chain(cells(Some(counts))));
    }
    sheet.text()
}

/// The counts alone, as a table of one line.
pub(crate) fn total(lang: Lang, counts: &pb::Counts) -> String {
    let mut sheet = Sheet::new(lang, &COUNTS).numbers(0..COUNTS.len());
    sheet.row(cells(Some(counts)));
    sheet.text()
}

/// One line for a log: the counts by name.
pub(crate) fn line(lang: Lang, revision: u64, at_unix_ms: i64, total: Option<&pb::BoardRow>) -> String {
    let counts = total.and_then(|total| total.counts).unwrap_or_default();
    tr!(
        lang,
        "board.line",
        time = when::local_time(at_unix_ms),
        revision = revision,
        due = counts.due,
        present = counts.present,
        en_route = counts.en_route,
        excused = counts.excused,
        absent = counts.absent,
        unconfirmed = counts.unconfirmed,
        acked = counts.acked,
        late = counts.late,
    )
}
