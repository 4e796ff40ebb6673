//! ID numbers of nobody (`domain.md` §11): area 990101 does not exist; birth date, sequence and check digit are as the standard wants.
//!
//! A number is unique because its sequence counts the people of its birth date and sex: 499 of each a day, over 65 years of days.

use rand::RngExt as _;
use rand_distr::{Distribution as _, Normal};

use crate::seed::Random;

/// A division that does not exist.
pub(crate) const AREA: &str = "990101";
/// The day everybody's age is counted at: 2026-06-30, in days since 1970-01-01. A constant, so that a file does not depend on the day
/// it was written.
const TODAY: i64 = 20_634;
/// First birth date: 1940-01-01.
const FIRST_DAY: i64 = -10_958;
const DAYS: usize = (TODAY - FIRST_DAY) as usize;

/// How old people of a kind are, in years.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ages {
    pub(crate) mean: f64,
    pub(crate) deviation: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
}

/// Gives out ID numbers, each once.
pub(crate) struct IdNumbers {
    given: Vec<[u16; 2]>,
}

impl IdNumbers {
    pub(crate) fn new() -> Self {
        Self {
            given: vec![[0; 2]; DAYS],
        }
    }

    /// An unused number of somebody of this sex, and their age in years.
    pub(crate) fn draw(&mut self, ages: Ages, male: bool, random: &mut Random) -> (String, u32) {
        let Ages {
            mean,
            deviation,
            min,
            max,
        } = ages;
        let age = Normal::new(mean, deviation).map_or(mean, |normal| normal.sample(random));
        // Ages beyond the ends are spread over the range: clamped they would crowd two birth dates.
        let age = if (min..max).contains(&age) {
            age
        } else {
            random.random_range(min..max)
        };
        let mut day = (TODAY - 1 - (age * 365.2425) as i64).clamp(FIRST_DAY, TODAY - 1);
        let sex = usize::from(male);
        let count = loop {
            let given = &mut self.given[(day - FIRST_DAY) as usize][sex];
            if *given < 499 {
                *given += 1;
                break *given - 1;
            }
            day = if day > FIRST_DAY { day - 1 } else { TODAY - 1 };
        };
        // Men have odd sequence numbers; there is no 000.
        (
            number(day, 2 * count + if male { 1 } else { 2 }),
            (((TODAY - day) as f64) / 365.2425) as u32,
        )
    }
}

/// The number of nobody who was born on a day since 1970-01-01, the so-manieth of it (1 to 999).
pub fn number(day: i64, sequence: u16) -> String {
    let (year, month, of_month) = date(day);
    let mut text = format!("{AREA}{year:04}{month:02}{of_month:02}{sequence:03}");
    text.push(check_digit(&text));
    text
}

/// The last character of an ID number (GB 11643).
pub(crate) fn check_digit(first_17: &str) -> char {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECK: &[u8; 11] = b"10X98765432";
    let sum: u32 = first_17
        .bytes()
        .zip(WEIGHTS)
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    CHECK[(sum % 11) as usize].into()
}

/// Year, month and day of a day since 1970-01-01 (Howard Hinnant's civil_from_days).
fn date(day: i64) -> (i64, i64, i64) {
    let z = day + 719_468;
    let era = z.div_euclid(146_097);
    let of_era = z.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, of_year - (153 * shifted + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::seed::Seeds;

    #[test]
    fn dates_and_check_digits_are_right() {
        assert_eq!(date(0), (1970, 1, 1));
        assert_eq!(date(TODAY), (2026, 6, 30));
        assert_eq!(date(FIRST_DAY), (1940, 1, 1));
        assert_eq!(date(11_016), (2000, 2, 29));
        for good in ["990101199003071237", "990101198512310043", "99010119900101102X"] {
            assert_eq!(good.chars().last(), Some(check_digit(&good[..17])), "{good}");
        }
    }

    #[test]
    fn no_number_is_given_twice_even_when_everybody_is_born_on_one_day() {
        let (mut ids, mut random) = (IdNumbers::new(), Seeds::new(1).child("test"));
        let ages = Ages {
            mean: 40.0,
            deviation: 0.001,
            min: 22.0,
            max: 60.0,
        };
        let numbers: BTreeSet<String> = (0..5_000).map(|_| ids.draw(ages, true, &mut random).0).collect();
        assert_eq!(numbers.len(), 5_000);
        assert!(
            numbers
                .iter()
                .all(|number| number.starts_with(AREA) && number.len() == 18)
        );
    }
}
