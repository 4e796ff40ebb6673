//! The live board on a terminal: redrawn in place where there is one, a line now and then where there is none.

use std::io::{IsTerminal, Write};

use baiying_proto::v1::{BoardRow, Counts, WatchResponse};

/// What people read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    /// 中文
    Chinese,
    /// English
    English,
}

impl Language {
    /// The text in this language.
    pub(crate) fn pick<'t>(self, chinese: &'t str, english: &'t str) -> &'t str {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }
}

/// Rows shown under the total.
const ROWS: usize = 8;
/// Cells of the bar.
const BAR: u32 = 40;

/// Draws what a watch says.
pub(crate) struct LiveBoard {
    language: Language,
    in_place: bool,
    drawn: usize,
    rows: std::collections::BTreeMap<String, BoardRow>,
    last: Option<WatchResponse>,
}

impl LiveBoard {
    pub(crate) fn new(language: Language) -> Self {
        let in_place = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        Self {
            language,
            in_place,
            drawn: 0,
            rows: std::collections::BTreeMap::new(),
            last: None,
        }
    }

    /// Takes a message and says whether every line of it adds up.
    pub(crate) fn take(&mut self, message: WatchResponse) -> bool {
        if message.snapshot {
            self.rows.clear();
        }
        let all = message
            .rows
            .iter()
            .chain(&message.total)
            .filter_map(|row| row.counts.as_ref())
            .all(adds_up);
        self.rows
            .extend(message.rows.iter().map(|row| (row.unit_code.clone(), row.clone())));
        self.last = Some(message);
        all
    }

    /// Draws it.
    pub(crate) fn draw(&mut self) {
        let Some(message) = &self.last else { return };
        let Some(total) = message.total.as_ref().and_then(|total| total.counts) else {
            return;
        };
        let mut lines = vec![self.line(self.language.pick("合计", "total"), &total)];
        if self.in_place {
            lines.insert(0, format!("  {}", bar(&total)));
            let mut rows: Vec<_> = self.rows.values().filter_map(|row| Some((row, row.counts?))).collect();
            rows.sort_by_key(|(row, counts)| (std::cmp::Reverse(counts.due), row.unit_code.clone()));
            lines.extend(
                rows.iter()
                    .take(ROWS)
                    .map(|(row, counts)| self.line(&row.unit_name, counts)),
            );
            let up = if self.drawn > 0 {
                format!("\x1b[{}A", self.drawn)
            } else {
                String::new()
            };
            let text: String = lines.iter().map(|line| format!("\x1b[2K{line}\n")).collect();
            eprint!("{up}{text}");
            self.drawn = lines.len();
        } else {
            eprintln!("{} r{}", lines[0], message.revision);
        }
        let _ = std::io::stderr().flush();
    }

    fn line(&self, name: &str, counts: &Counts) -> String {
        let width: usize = name.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
        let name = format!("{name}{}", " ".repeat(24_usize.saturating_sub(width)));
        let words = match self.language {
            Language::Chinese => ["应到", "实到", "在途", "请假", "缺席", "待确认"],
            Language::English => ["due", "present", "en route", "excused", "absent", "unconfirmed"],
        };
        let Counts {
            due,
            present,
            en_route,
            excused,
            absent,
            unconfirmed,
            ..
        } = counts;
        let cells = words.iter().zip([due, present, en_route, excused, absent, unconfirmed]);
        let cells: Vec<_> = cells.map(|(word, count)| format!("{word} {count:>5}")).collect();
        format!("  {name} {}", cells.join("  "))
    }
}

/// 应到 = 实到 + 在途 + 请假 + 缺席 + 待确认
pub(crate) fn adds_up(counts: &Counts) -> bool {
    counts.due == counts.present + counts.en_route + counts.excused + counts.absent + counts.unconfirmed
}

fn bar(counts: &Counts) -> String {
    let cells = |count: u32| (u64::from(count) * u64::from(BAR) / u64::from(counts.due.max(1))) as usize;
    let (present, en_route) = (cells(counts.present), cells(counts.en_route));
    let rest = (BAR as usize).saturating_sub(present + en_route);
    format!("[{}{}{}]", "█".repeat(present), "▒".repeat(en_route), "·".repeat(rest))
}
