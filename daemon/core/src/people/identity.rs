//! Resident identity numbers (公民身份号码, GB 11643): their form and check digit.

use crate::calendar::Date;

/// What is wrong with an ID number. Never carries the number itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdNumberError {
    /// Not 17 digits and a digit or X.
    Form,
    /// The last character does not follow from the others.
    CheckDigit,
    /// 15 digits: the form before 1999, without a check digit.
    Old,
    /// Digits 7 to 14 are no day of the calendar.
    Born,
}

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK: &[u8; 11] = b"10X98765432";

/// Accepts an 18-character ID number with a right check digit.
///
/// # Errors
/// What is wrong with it.
pub fn check_id_number(text: &str) -> Result<(), IdNumberError> {
    let bytes = text.as_bytes();
    if bytes.len() == 15 && bytes.iter().all(u8::is_ascii_digit) {
        return Err(IdNumberError::Old);
    }
    if bytes.len() != 18 || !bytes[..17].iter().all(u8::is_ascii_digit) {
        return Err(IdNumberError::Form);
    }
    let sum: u32 = bytes
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    match bytes[17].to_ascii_uppercase() {
        last if last == CHECK[(sum % 11) as usize] => born(text).map(|_| ()).ok_or(IdNumberError::Born),
        b'0'..=b'9' | b'X' => Err(IdNumberError::CheckDigit),
        _ => Err(IdNumberError::Form),
    }
}

/// The day of birth that an ID number says; none if it says none.
pub fn born(id_number: &str) -> Option<Date> {
    let part = |from: usize, to: usize| id_number.get(from..to)?.parse::<u16>().ok();
    let year = i16::try_from(part(6, 10)?).ok()?;
    Date::new(year, part(10, 12)? as i8, part(12, 14)? as i8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_is_that_of_the_standard() {
        for good in [
            "990101199003071237",
            "990101198512310043",
            "99010119900101102X",
            "99010119900101102x",
        ] {
            assert_eq!(check_id_number(good), Ok(()), "{good}");
        }
        assert_eq!(check_id_number("990101199003071238"), Err(IdNumberError::CheckDigit));
        for bad in ["", "9.90101E+17", "99010119900307123Y", "９９０１０１"] {
            assert_eq!(check_id_number(bad), Err(IdNumberError::Form), "{bad}");
        }
    }
    #[test]
    fn a_birth_is_a_day_of_the_calendar_and_15_digits_are_the_old_form() {
        assert_eq!(
            born("990101199003071237").map(|day| day.to_string()).as_deref(),
            Some("1990-03-07")
        );
        for none in ["", "990101199002301234", "9901011990130712X7", "990101é199003071"] {
            assert_eq!(born(none), None, "{none}");
        }
        // The check digit is right and the day is 30 February.
        assert_eq!(check_id_number("990101199002300018"), Err(IdNumberError::Born));
        assert_eq!(check_id_number("990101900307123"), Err(IdNumberError::Old));
    }
}
