//! Resident identity numbers (公民身份号码, GB 11643): their form and check digit.

/// What is wrong with an ID number. Never carries the number itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdNumberError {
    /// Not 17 digits and a digit or X.
    Form,
    /// The last character does not follow from the others.
    CheckDigit,
}

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK: &[u8; 11] = b"10X98765432";

/// Accepts an 18-character ID number with a right check digit.
///
/// # Errors
/// What is wrong with it.
pub fn check_id_number(text: &str) -> Result<(), IdNumberError> {
    let bytes = text.as_bytes();
    if bytes.len() != 18 || !bytes[..17].iter().all(u8::is_ascii_digit) {
        return Err(IdNumberError::Form);
    }
    let sum: u32 = bytes
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    match bytes[17].to_ascii_uppercase() {
        last if last == CHECK[(sum % 11) as usize] => Ok(()),
        b'0'..=b'9' | b'X' => Err(IdNumberError::CheckDigit),
        _ => Err(IdNumberError::Form),
    }
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
        for bad in [
            "",
            "990101900307123",
            "9.90101E+17",
            "99010119900307123Y",
            "９９０１０１",
        ] {
            assert_eq!(check_id_number(bad), Err(IdNumberError::Form), "{bad}");
        }
    }
}
