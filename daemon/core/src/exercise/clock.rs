//! Exercise time: stands still while an exercise is paused, and may run faster when all who answer are simulated.

use serde::{Deserialize, Serialize};

use crate::id::Timestamp;

/// The clock of one run. As long as it is neither paused nor hurried, exercise time is the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExerciseClock {
    /// From this instant on,
    real: Timestamp,
    /// which is this one in the exercise,
    exercise: Timestamp,
    /// so many milliseconds of the exercise pass in one; 0: it stands still.
    rate: u32,
}

impl ExerciseClock {
    /// Starts at `at`.
    pub(crate) fn start(at: Timestamp, rate: u32) -> Self {
        Self {
            real: at,
            exercise: at,
            rate,
        }
    }
    /// What it shows at an instant.
    pub fn shows(&self, at: Timestamp) -> Timestamp {
        if self.rate == 1 && self.real == self.exercise {
            return at;
        }
        let passed = at.ms_since(self.real).saturating_mul(i64::from(self.rate));
        Timestamp::from_unix_ms(self.exercise.unix_ms().saturating_add(passed))
    }
    /// When it shows this, or more; none: it stands still.
    pub fn when(&self, shown: Timestamp) -> Option<Timestamp> {
        if self.rate == 0 {
            return None;
        }
        let left = shown.ms_since(self.exercise);
        let rate = i64::from(self.rate);
        // Rounded up: not before.
        let real = left.div_euclid(rate) + i64::from(left.rem_euclid(rate) > 0);
        Some(Timestamp::from_unix_ms(self.real.unix_ms().saturating_add(real)))
    }
    /// From now on at another rate.
    pub(crate) fn turn(&mut self, at: Timestamp, rate: u32) {
        *self = Self {
            real: at,
            exercise: self.shows(at),
            rate,
        };
    }
    /// How fast it runs; 0: it stands still.
    pub fn rate(&self) -> u32 {
        self.rate
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
