//! What was measured: rows with their goals, medians, spread, and how they stand against the others of the same run.

use serde::Serialize;

/// What a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unit {
    Milliseconds,
    PerSecond,
    Megabytes,
}

/// On which side of a number a goal is met.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Goal {
    Below(f64),
    AtLeast(f64),
}

/// How a row stands to another of the same run.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Against {
    id: &'static str,
    name: &'static str,
    goal: Option<Goal>,
}

/// One thing that was measured, once or several times.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    /// Named by rows that are compared with this one, and in the JSON.
    id: String,
    what: String,
    unit: Unit,
    goal: Option<Goal>,
    /// One for each run.
    values: Vec<f64>,
    note: String,
    how: String,
    against: Vec<Against>,
    ours: bool,
    /// Whether all that was measured was as it has to be, beyond the number.
    sound: bool,
}

impl Row {
    /// A number of Baiying's.
    pub(crate) fn ours(id: impl Into<String>, what: impl Into<String>, unit: Unit, values: Vec<f64>) -> Self {
        Self {
            id: id.into(),
            what: what.into(),
            unit,
            goal: None,
            values,
            note: String::new(),
            how: String::new(),
            against: Vec::new(),
            ours: true,
            sound: true,
        }
    }
    /// A number of something to compare with.
    pub(crate) fn other(id: impl Into<String>, what: impl Into<String>, unit: Unit, values: Vec<f64>) -> Self {
        Self {
            ours: false,
            ..Self::ours(id, what, unit, values)
        }
    }
    pub(crate) fn goal(self, goal: Goal) -> Self {
        Self {
            goal: Some(goal),
            ..self
        }
    }
    pub(crate) fn note(self, note: impl Into<String>) -> Self {
        Self {
            note: note.into(),
            ..self
        }
    }
    pub(crate) fn how(self, how: impl Into<String>) -> Self {
        Self {
            how: how.into(),
            ..self
        }
    }
    /// Says that the goal is missed whatever the number.
    pub(crate) fn sound(self, sound: bool) -> Self {
        Self { sound, ..self }
    }
    /// Compares with a row; nothing is said if that was not measured. A goal is of the ratio, ours to the other's.
    pub(crate) fn against(mut self, id: &'static str, name: &'static str, goal: Option<Goal>) -> Self {
        self.against.push(Against { id, name, goal });
        self
    }

    /// The middle of the runs.
    pub(crate) fn median(&self) -> f64 {
        let mut values = self.values.clone();
        values.sort_unstable_by(f64::total_cmp);
        let middle = values.len() / 2;
        match values.len() {
            0 => f64::NAN,
            count if count.is_multiple_of(2) => f64::midpoint(values[middle - 1], values[middle]),
            _ => values[middle],
        }
    }

    fn met(&self) -> Option<bool> {
        self.goal.map(|goal| self.sound && goal.met(self.median()))
    }

    fn measured(&self) -> String {
        let median = self.unit.show(self.median());
        let least = self.values.iter().copied().fold(f64::INFINITY, f64::min);
        let most = self.values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let spread = match self.values.len() {
            0 => String::new(),
            1 => " (1 run)".to_owned(),
            count => format!(
                " ({}–{}, {count} runs)",
                self.unit.number(least),
                self.unit.number(most)
            ),
        };
        let note = if self.note.is_empty() {
            String::new()
        } else {
            format!("; {}", self.note)
        };
        format!("{median}{spread}{note}")
    }
}

impl Goal {
    fn met(self, value: f64) -> bool {
        match self {
            Self::Below(limit) => value < limit,
            Self::AtLeast(limit) => value >= limit,
        }
    }
    fn show(self, show: impl Fn(f64) -> String) -> String {
        match self {
            Self::Below(limit) => format!("< {}", show(limit)),
            Self::AtLeast(limit) => format!("≥ {}", show(limit)),
        }
    }
}

impl Unit {
    pub(crate) fn number(self, value: f64) -> String {
        let (value, digits) = match self {
            Self::Milliseconds if value >= 1000.0 => (value / 1000.0, 2),
            Self::Milliseconds | Self::Megabytes | Self::PerSecond if value >= 100.0 => (value, 0),
            Self::Milliseconds | Self::Megabytes | Self::PerSecond if value >= 10.0 => (value, 1),
            Self::Milliseconds | Self::Megabytes | Self::PerSecond => (value, 2),
        };
        let plain = format!("{value:.digits$}");
        let (whole, fraction) = plain
            .split_once('.')
            .map_or((plain.as_str(), None), |(w, f)| (w, Some(f)));
        let mut grouped = String::new();
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        fraction.map_or(grouped.clone(), |fraction| format!("{grouped}.{fraction}"))
    }
    fn show(self, value: f64) -> String {
        let number = self.number(value);
        match self {
            Self::Milliseconds if value >= 1000.0 => format!("{number} s"),
            Self::Milliseconds => format!("{number} ms"),
            Self::PerSecond => format!("{number}/s"),
            Self::Megabytes => format!("{number} MB"),
        }
    }
}

fn ratio(value: f64) -> String {
    if value >= 10.0 {
        format!("{value:.0}×")
    } else if value >= 1.0 {
        format!("{value:.1}×")
    } else {
        format!("{value:.2}×")
    }
}

/// All rows of a run.
#[derive(Debug, Default)]
pub(crate) struct Report {
    rows: Vec<Row>,
    /// Versions and settings of what ours stands against.
    peers: Vec<String>,
}

#[derive(Serialize)]
struct Compared<'a> {
    #[serde(flatten)]
    against: &'a Against,
    ratio: f64,
    met: Option<bool>,
}

#[derive(Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    row: &'a Row,
    median: f64,
    met: Option<bool>,
    compared: Vec<Compared<'a>>,
}

impl Report {
    /// Says what one of the others is and how it is set.
    pub(crate) fn peer(&mut self, about: impl Into<String>) {
        self.peers.push(about.into());
    }

    pub(crate) fn push(&mut self, row: Row) {
        eprintln!("bench: {}: {}", row.what, row.measured());
        self.rows.push(row);
    }

    fn compared<'a>(&'a self, row: &'a Row) -> Vec<Compared<'a>> {
        let others = row.against.iter().filter_map(|against| {
            let other = self.rows.iter().find(|other| other.id == against.id)?;
            let ratio = row.median() / other.median();
            let met = against.goal.map(|goal| row.sound && goal.met(ratio));
            Some(Compared { against, ratio, met })
        });
        others.collect()
    }

    /// Two tables: ours, with the ratios, and what they stand against.
    pub(crate) fn markdown(&self, heading: &str) -> String {
        let mut text = format!(
            "{heading}\n\n| what | goal | measured | goal met | against the others, same run | how |\n|---|---|---|---|---|---|\n"
        );
        for row in self.rows.iter().filter(|row| row.ours) {
            let compared = self.compared(row).into_iter().map(|compared| {
                let goal = compared.against.goal.map_or(String::new(), |goal| {
                    format!(" (goal {}: {})", goal.show(ratio), met(compared.met))
                });
                format!("{} {}{goal}", ratio(compared.ratio), compared.against.name)
            });
            let compared = compared.collect::<Vec<_>>().join("<br>");
            let goal = row
                .goal
                .map_or_else(|| "–".to_owned(), |goal| goal.show(|value| row.unit.show(value)));
            text += &format!(
                "| {} | {goal} | {} | {} | {} | {} |\n",
                row.what,
                row.measured(),
                met(row.met()),
                if compared.is_empty() { "–" } else { &compared },
                row.how
            );
        }
        text += "\n| measured in the same run, for comparison | measured | how |\n|---|---|---|\n";
        for row in self.rows.iter().filter(|row| !row.ours) {
            text += &format!("| {} | {} | {} |\n", row.what, row.measured(), row.how);
        }
        for peer in &self.peers {
            text += &format!("\n{peer}.\n");
        }
        text
    }

    /// The same for programs: every value of every run.
    pub(crate) fn json(&self, heading: &str, growth: &impl Serialize) -> serde_json::Result<String> {
        let told: Vec<_> = self
            .rows
            .iter()
            .map(|row| Told {
                row,
                median: row.median(),
                met: row.met(),
                compared: self.compared(row),
            })
            .collect();
        serde_json::to_string_pretty(&serde_json::json!({
            "about": heading, "peers": self.peers, "rows": told, "growth": growth
        }))
    }
}

fn met(met: Option<bool>) -> &'static str {
    match met {
        Some(true) => "yes",
        Some(false) => "**no**",
        None => "–",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_say_what_they_came_to() {
        let mut report = Report::default();
        report.push(Row::other("raw", "raw", Unit::PerSecond, vec![1500.0]));
        let row = Row::ours("a", "acks", Unit::PerSecond, vec![3000.0, 1000.0, 12345.6])
            .goal(Goal::AtLeast(10_000.0))
            .against("raw", "raw", Some(Goal::AtLeast(2.0)))
            .against("absent", "absent", None);
        assert_eq!(row.median(), 3000.0);
        report.push(row);
        let text = report.markdown("h");
        let line = "| acks | ≥ 10,000/s | 3,000/s (1,000–12,346, 3 runs) | **no** | 2.0× raw (goal ≥ 2.0×: yes) |  |";
        assert!(text.contains(line), "{text}");
        assert!(text.contains("| raw | 1,500/s (1 run) |  |"), "{text}");
    }

    #[test]
    fn numbers_have_as_many_digits_as_they_deserve() {
        let ms = |value| Unit::Milliseconds.show(value);
        assert_eq!(
            [ms(0.123), ms(12.34), ms(123.4), ms(1234.0)],
            ["0.12 ms", "12.3 ms", "123 ms", "1.23 s"]
        );
        assert_eq!(Unit::PerSecond.show(4_595_199.4), "4,595,199/s");
    }
}
