//! ID numbers (公民身份号码, GB 11643): 18 characters with a birth date, a sex and a check digit.

use super::super::grid::{Cell, plain};
use super::Kind;

/// A good ID number and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct IdNumber {
    pub(super) text: String,
    /// Year, month, day.
    pub(super) birth: (u16, u8, u8),
    pub(super) male: bool,
}

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK: &[u8; 11] = b"10X98765432";

/// Reads a cell. The number is never guessed: what a spreadsheet has rounded is refused.
pub(super) fn read(cell: &Cell) -> Result<IdNumber, Kind> {
    let text = match cell {
        Cell::Empty => return Err(Kind::Missing),
        Cell::Error(_) => return Err(Kind::CellError),
        Cell::Number(_) if cell.has_lost_digits() => return Err(Kind::DigitsLost),
        Cell::Number(_) | Cell::Date(..) => cell.text(),
        Cell::Text(text) => tidy(text),
    };
    check(&text)
}

/// Without spaces and the marks with which people keep a spreadsheet from making a number of it.
pub(super) fn tidy(text: &str) -> String {
    plain(text)
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\'' | '‘' | '’' | '`' | '"'))
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

fn check(text: &str) -> Result<IdNumber, Kind> {
    if text.is_empty() {
        return Err(Kind::Missing);
    }
    // 4.40608E+17, saved as text.
    if (text.contains('E') || text.contains('.')) && text.parse::<f64>().is_ok_and(|number| number.abs() >= 1e14) {
        return Err(Kind::DigitsLost);
    }
    let bytes = text.as_bytes();
    if bytes.len() == 15 && bytes.iter().all(u8::is_ascii_digit) {
        return Err(Kind::IdOld);
    }
    if bytes.len() != 18
        || !bytes[..17].iter().all(u8::is_ascii_digit)
        || !(bytes[17].is_ascii_digit() || bytes[17] == b'X')
    {
        return Err(Kind::IdForm);
    }
    if CHECK[(weighed(bytes) % 11) as usize] != bytes[17] {
        return Err(if text.ends_with("000") {
            Kind::DigitsLost
        } else {
            Kind::CheckDigit
        });
    }
    let number = |from: usize, to: usize| text[from..to].parse::<u16>().unwrap_or_default();
    let (year, month, day) = (number(6, 10), number(10, 12) as u8, number(12, 14) as u8);
    if !(1850..=2200).contains(&year) || !super::date::exists(year, month, day) {
        return Err(Kind::IdDate);
    }
    Ok(IdNumber {
        text: text.to_owned(),
        birth: (year, month, day),
        male: (bytes[16] - b'0') % 2 == 1,
    })
}

fn weighed(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Result<String, Kind> {
        read(&Cell::Text(text.to_owned())).map(|number| number.text)
    }

    #[test]
    fn what_people_do_to_id_numbers_is_undone() {
        let good = Ok("99010119900101102X".to_owned());
        for way in [
            "99010119900101102X",
            "99010119900101102x",
            "'99010119900101102X",
            "99010119900101102X\t",
            "９９０１０１１９９００１０１１０２Ｘ",
            "990101 19900101 102X",
            "\u{200b}99010119900101102X\u{a0}",
            "‘99010119900101102X",
        ] {
            assert_eq!(text(way), good, "{way:?}");
        }
        let read = read(&Cell::Text("990101199003071237".into())).unwrap();
        assert_eq!((read.birth, read.male), ((1990, 3, 7), true));
    }

    #[test]
    fn what_is_not_one_is_never_made_into_one() {
        for (way, kind) in [
            ("", Kind::Missing),
            ("'", Kind::Missing),
            ("4.40608E+17", Kind::DigitsLost),
            ("4.40608e17", Kind::DigitsLost),
            ("990101199003071000", Kind::DigitsLost),
            ("990101199003071238", Kind::CheckDigit),
            ("990101900307123", Kind::IdOld),
            ("99010119900307123", Kind::IdForm),
            ("99010119900307123A", Kind::IdForm),
            ("无", Kind::IdForm),
        ] {
            assert_eq!(text(way), Err(kind), "{way:?}");
        }
        assert_eq!(read(&Cell::Number(990_101_199_003_071_237.0)), Err(Kind::DigitsLost));
        assert_eq!(read(&Cell::Number(990_101_900_307_123.0)), Err(Kind::IdOld));
        assert_eq!(read(&Cell::Error("#REF!".into())), Err(Kind::CellError));
        // A right check digit under a day that does not exist.
        let digits = "99010119900230123";
        let last = CHECK[(weighed(digits.as_bytes()) % 11) as usize] as char;
        assert_eq!(text(&format!("{digits}{last}")), Err(Kind::IdDate));
    }
}
