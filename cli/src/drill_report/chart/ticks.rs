//! Where the marks of an axis stand, and what they are called.

/// A mark of an axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tick {
    /// Where.
    pub(crate) value: u64,
    /// What it says.
    pub(crate) label: String,
}

/// Marks of an axis of people from 0: at most seven.
pub(crate) fn people(end: u64) -> Vec<Tick> {
    let mut step: u64 = 1;
    let mut factors = [2, 5, 10].into_iter().cycle();
    let mut base: u64 = 1;
    while end / step > 6 {
        let factor = factors.next().unwrap_or(10);
        step = base.saturating_mul(factor);
        if factor == 10 {
            base = step;
        }
    }
    marks(end, step, |value| value.to_string())
}

/// Marks of an axis of percent.
pub(crate) fn percent() -> Vec<Tick> {
    marks(1000, 200, |value| format!("{}%", value / 10))
}

/// In what an axis of time counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimeUnit {
    /// Minutes and seconds.
    Seconds,
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
}

const SECOND: u64 = 1000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;

/// Marks of an axis of time from 0: at most eleven.
pub(crate) fn time(end_ms: u64) -> (TimeUnit, Vec<Tick>) {
    let steps = [1, 2, 5, 10, 15, 30].map(|seconds| seconds * SECOND).into_iter();
    let steps = steps.chain([1, 2, 5, 10, 15, 20, 30].map(|minutes| minutes * MINUTE));
    let mut steps = steps.chain([1, 2, 3, 4, 6, 12, 24].map(|hours| hours * HOUR));
    let found = steps.find(|step| end_ms / step <= 10);
    let step = found.unwrap_or_else(|| {
        // Beyond ten days, whole days that make ten marks.
        (end_ms / 10).div_ceil(24 * HOUR).saturating_mul(24 * HOUR)
    });
    let unit = match step {
        ..MINUTE => TimeUnit::Seconds,
        MINUTE..HOUR => TimeUnit::Minutes,
        HOUR.. => TimeUnit::Hours,
    };
    let label = |value: u64| match unit {
        TimeUnit::Seconds => format!("{}:{:02}", value / MINUTE, value / SECOND % 60),
        TimeUnit::Minutes => (value / MINUTE).to_string(),
        TimeUnit::Hours => (value / HOUR).to_string(),
    };
    (unit, marks(end_ms, step, label))
}

/// Marks at these times, in minutes: 0, 0.5, 1, 1.5, 10 …
pub(crate) fn edges(times: impl Iterator<Item = u64>) -> (TimeUnit, Vec<Tick>) {
    let marks = times.map(|value| {
        let tenths = value.saturating_mul(10).div_ceil(MINUTE);
        let label = match tenths % 10 {
            0 => (tenths / 10).to_string(),
            tenth => format!("{}.{tenth}", tenths / 10),
        };
        Tick { value, label }
    });
    (TimeUnit::Minutes, marks.collect())
}

fn marks(end: u64, step: u64, label: impl Fn(u64) -> String) -> Vec<Tick> {
    let step = step.max(1);
    (0..=end / step)
        .map(|index| Tick {
            value: index * step,
            label: label(index * step),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(ticks: &[Tick]) -> String {
        ticks
            .iter()
            .map(|tick| tick.label.as_str())
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn marks_are_round_and_few() {
        assert_eq!(labels(&people(1)), "0 1");
        assert_eq!(labels(&people(7)), "0 2 4 6");
        assert_eq!(labels(&people(400)), "0 100 200 300 400");
        assert_eq!(labels(&people(0)), "0");
        assert_eq!(labels(&time(60_000).1), "0:00 0:10 0:20 0:30 0:40 0:50 1:00");
        assert_eq!(labels(&time(45 * MINUTE).1), "0 5 10 15 20 25 30 35 40 45");
        assert_eq!(labels(&time(3 * HOUR).1), "0 20 40 60 80 100 120 140 160 180");
        assert_eq!(time(9 * HOUR).0, TimeUnit::Hours);
        for end in [0, 1, 999, 86_400_000, u64::from(u32::MAX), u64::MAX / 2, u64::MAX] {
            assert!((1..=8).contains(&people(end).len()), "{end}");
            let ticks = time(end).1;
            assert!((1..=12).contains(&ticks.len()), "{end}: {}", ticks.len());
            assert!(ticks.iter().all(|tick| tick.value <= end));
        }
    }
}
