//! Exercise time: stands still while an exercise is paused, and may run faster when all who answer are simulated.

use serde::{Deserialize, Serialize};

use crate::id::Timestamp;

/// The clock of one run. As long as it is neither paused nor hurried, exercise time is the time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExerciseClock {
    /// How it ran before, in order: what was seen then may be told later.
    earlier: Vec<Course>,
    now: Course,
}

/// How a clock runs from one instant on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Course {
    /// From this instant on,
    real: Timestamp,
    /// which is this one in the exercise,
    exercise: Timestamp,
    /// so many milliseconds of the exercise pass in one; 0: it stands still.
    rate: u32,
}

impl Course {
    fn shows(&self, at: Timestamp) -> Timestamp {
        if self.rate == 1 && self.real == self.exercise {
            return at;
        }
        let passed = at.ms_since(self.real).saturating_mul(i64::from(self.rate));
        Timestamp::from_unix_ms(self.exercise.unix_ms().saturating_add(passed))
    }
}

impl ExerciseClock {
    /// Starts at `at`.
    pub(crate) fn start(at: Timestamp, rate: u32) -> Self {
        let now = Course {
            real: at,
            exercise: at,
            rate,
        };
        Self {
            earlier: Vec::new(),
            now,
        }
    }
    /// What it shows at an instant, or showed.
    pub fn shows(&self, at: Timestamp) -> Timestamp {
        let mut latest = std::iter::once(&self.now).chain(self.earlier.iter().rev());
        let then = latest.find(|course| course.real <= at);
        then.or(self.earlier.first()).unwrap_or(&self.now).shows(at)
    }
    /// When it shows this, or more; none: it stands still.
    pub fn when(&self, shown: Timestamp) -> Option<Timestamp> {
        let Course { real, exercise, rate } = self.now;
        if rate == 0 {
            return None;
        }
        let left = shown.ms_since(exercise);
        let rate = i64::from(rate);
        // Rounded up: not before.
        let passed = left.div_euclid(rate) + i64::from(left.rem_euclid(rate) > 0);
        Some(Timestamp::from_unix_ms(real.unix_ms().saturating_add(passed)))
    }
    /// From now on at another rate.
    pub(crate) fn turn(&mut self, at: Timestamp, rate: u32) {
        let exercise = self.shows(at);
        let next = Course {
            real: at,
            exercise,
            rate,
        };
        self.earlier.push(std::mem::replace(&mut self.now, next));
    }
    /// How fast it runs; 0: it stands still.
    pub fn rate(&self) -> u32 {
        self.now.rate
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_unix_ms(ms)
    }

    #[test]
    fn it_stands_still_while_paused_and_goes_on_from_there() {
        let mut clock = ExerciseClock::start(at(1_000), 1);
        assert_eq!(
            (clock.shows(at(1_500)), clock.when(at(1_700))),
            (at(1_500), Some(at(1_700)))
        );
        clock.turn(at(2_000), 0);
        assert_eq!((clock.shows(at(9_000)), clock.when(at(3_000))), (at(2_000), None));
        clock.turn(at(5_000), 1);
        assert_eq!(
            (clock.shows(at(5_500)), clock.when(at(3_000))),
            (at(2_500), Some(at(6_000)))
        );
        // What was seen before the pause, in it, and before it began.
        let seen = [500, 1_500, 2_000, 4_999].map(|ms| clock.shows(at(ms)));
        assert_eq!(seen, [at(500), at(1_500), at(2_000), at(2_000)]);
    }

    #[test]
    fn hurried_it_is_never_early() {
        let clock = ExerciseClock::start(at(1_000), 60);
        assert_eq!(clock.shows(at(1_010)), at(1_600));
        for shown in 1_000..1_700 {
            let when = clock.when(at(shown)).expect("it runs");
            assert!(clock.shows(when) >= at(shown), "{shown}");
            assert!(
                when == at(1_000) || clock.shows(at(when.unix_ms() - 1)) < at(shown),
                "{shown}"
            );
        }
        assert_eq!(ExerciseClock::start(at(1), 60).shows(Timestamp::MAX), Timestamp::MAX);
    }
}
