//! Dates as people write them (1990.03, 1990年3月5日, 19900305) and as spreadsheets count them.

use super::super::grid::{Cell, plain};

/// A date, as exactly as it is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Given {
    pub(super) year: u16,
    pub(super) month: Option<u8>,
    pub(super) day: Option<u8>,
    /// 1990.1, as a number: January, or October without its zero.
    pub(super) october_too: bool,
}

impl Given {
    /// Whether a day is what is given.
    pub(super) fn is(self, (year, month, day): (u16, u8, u8)) -> bool {
        let months = self.month.is_none_or(|given| given == month) || (self.october_too && month == 10);
        self.year == year && months && self.day.is_none_or(|given| given == day)
    }
}

/// Whether there is such a day.
pub(super) fn exists(year: u16, month: u8, day: u8) -> bool {
    let (Ok(year), Ok(month), Ok(day)) = (i16::try_from(year), i8::try_from(month), i8::try_from(day)) else {
        return false;
    };
    jiff::civil::Date::new(year, month, day).is_ok()
}

/// Reads a cell; none if it is not a date.
pub(super) fn read(cell: &Cell) -> Option<Given> {
    match cell {
        Cell::Empty | Cell::Error(_) => None,
        Cell::Date(year, month, day) => given(*year, Some(*month), Some(*day)),
        Cell::Number(number) => of_number(*number),
        Cell::Text(text) => of_text(text),
    }
}

fn given(year: u16, month: Option<u8>, day: Option<u8>) -> Option<Given> {
    let right = (1850..=2200).contains(&year) && exists(year, month.unwrap_or(1), day.unwrap_or(1));
    right.then_some(Given {
        year,
        month,
        day,
        october_too: false,
    })
}

fn of_number(number: f64) -> Option<Given> {
    if number.fract() == 0.0 && (0.0..1e8).contains(&number) {
        let whole = number as u32;
        return match whole {
            1850..=2200 => given(whole as u16, None, None),
            // Days since the end of 1899, which spreadsheets believe to have had one too many in 1900.
            2_201..=109_574 => {
                let (year, month, day, ..) =
                    calamine::ExcelDateTime::new(number, calamine::ExcelDateTimeType::DateTime, false)
                        .to_ymd_hms_milli();
                given(year, Some(month), Some(day))
            }
            185_001..=220_012 => given((whole / 100) as u16, Some((whole % 100) as u8), None),
            18_500_101..=22_001_231 => given(
                (whole / 10_000) as u16,
                Some((whole / 100 % 100) as u8),
                Some((whole % 100) as u8),
            ),
            _ => None,
        };
    }
    // 1990.03, or with a time of day behind it.
    if (1850.0..2201.0).contains(&number) {
        let text = format!("{number}");
        let month = text.split_once('.').map(|(_, month)| month)?;
        let mut read = of_text(&text)?;
        read.october_too = month == "1";
        return Some(read);
    }
    (2_201.0..109_575.0)
        .contains(&number)
        .then(|| of_number(number.trunc()))
        .flatten()
}

fn of_text(text: &str) -> Option<Given> {
    let text = plain(text);
    // Without a time of day, a day of the week, a mark in front.
    let text = text.trim_start_matches(['\'', '‘', '’']);
    let text = text
        .split(['T', ' '])
        .next()
        .filter(|first| first.contains(|c: char| c.is_ascii_digit()))?;
    let whole: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if whole.chars().all(|c| c.is_ascii_digit()) {
        return of_number(whole.parse().ok()?);
    }
    let parts: Vec<&str> = whole
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .collect();
    let known = whole.chars().all(|c| {
        c.is_ascii_digit()
            || matches!(
                c,
                '.' | '-' | '/' | '\\' | '年' | '月' | '日' | '号' | '生' | '。' | '、' | '—' | '－'
            )
    });
    let short = |part: &&str| part.parse::<u8>().ok();
    match parts.as_slice() {
        [year] if known => given(year.parse().ok()?, None, None),
        [year, month] if known => given(year.parse().ok()?, Some(short(month)?), None),
        [year, month, day] if known => given(year.parse().ok()?, Some(short(month)?), Some(short(day)?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Option<(u16, Option<u8>, Option<u8>)> {
        read(&Cell::Text(text.into())).map(|given| (given.year, given.month, given.day))
    }

    fn number(number: f64) -> Option<(u16, Option<u8>, Option<u8>)> {
        read(&Cell::Number(number)).map(|given| (given.year, given.month, given.day))
    }

    #[test]
    fn dates_of_every_hand() {
        let day = Some((1990, Some(3), Some(5)));
        for way in [
            "1990年3月5日",
            "1990-3-5",
            "1990/03/05",
            "19900305",
            "1990.3.5",
            "１９９０年０３月０５日",
            "1990-03-05 00:00:00",
            "32937",
            "1990-03-05T00:00:00",
        ] {
            assert_eq!(text(way), day, "{way}");
        }
        for way in ["1990.03", "1990年3月", "199003", "1990-3"] {
            assert_eq!(text(way), Some((1990, Some(3), None)), "{way}");
        }
        assert_eq!(number(32_937.0), day);
        assert_eq!(number(32_937.5), day);
        assert_eq!(number(19_900_305.0), day);
        assert_eq!(number(1990.03), Some((1990, Some(3), None)));
        assert_eq!(number(1990.0), Some((1990, None, None)));
        assert_eq!(text("1990年"), Some((1990, None, None)));
        for way in ["", "不详", "1990年13月", "1990-2-30", "35岁", "03-05-1990", "1"] {
            assert_eq!(text(way), None, "{way}");
        }
    }

    #[test]
    fn october_that_lost_its_zero_is_october() {
        let given = read(&Cell::Number(1990.1)).unwrap();
        assert!(given.is((1990, 1, 5)) && given.is((1990, 10, 5)) && !given.is((1990, 11, 5)));
        let given = read(&Cell::Text("1990.1".into())).unwrap();
        assert!(!given.is((1990, 10, 5)), "as text it is January");
    }
}
