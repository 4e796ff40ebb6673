//! Ids as people type them: with their letter (R1, O7, P12, T3, M2, L1), in either case, or the bare number where only one
//! kind of thing can be meant. A wrong letter is an error, never a guess.

use crate::i18n::{Lang, tr};

/// What is wrong with a value on the command line. The language is chosen where it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ArgError {
    key: &'static str,
    values: Vec<(&'static str, String)>,
}

impl ArgError {
    /// The problem by its key in the catalogue, with what it names.
    pub(crate) fn new(key: &'static str, values: Vec<(&'static str, String)>) -> Self {
        Self { key, values }
    }

    /// In words.
    pub(crate) fn text(&self, lang: Lang) -> String {
        let values: Vec<_> = self
            .values
            .iter()
            .map(|(name, value)| (*name, crate::text::quoted(value)))
            .collect();
        crate::i18n::fill(lang, self.key, &values)
    }
}

impl std::fmt::Display for ArgError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text(Lang::En))
    }
}

impl std::error::Error for ArgError {}

fn id(letter: char, text: &str) -> Result<u32, ArgError> {
    let error = |key| ArgError::new(key, vec![("letter", letter.to_string()), ("value", text.to_owned())]);
    let trimmed = text.trim();
    let digits = match trimmed.chars().next() {
        Some(first) if first.is_ascii_alphabetic() => {
            if first.to_ascii_uppercase() != letter {
                return Err(
                    if KNOWN.contains(first.to_ascii_uppercase()) && all_digits(&trimmed[1..]) {
                        ArgError::new(
                            "arg_error.wrong_letter",
                            vec![
                                ("letter", letter.to_string()),
                                ("value", text.to_owned()),
                                ("given", first.to_ascii_uppercase().to_string()),
                            ],
                        )
                    } else {
                        error("arg_error.not_an_id")
                    },
                );
            }
            &trimmed[1..]
        }
        Some(_) => trimmed,
        None => return Err(error("arg_error.not_an_id")),
    };
    if !all_digits(digits) {
        return Err(error("arg_error.not_an_id"));
    }
    match digits.parse() {
        Ok(0) => Err(error("arg_error.zero_id")),
        Ok(number) => Ok(number),
        Err(_) => Err(error("arg_error.id_too_large")),
    }
}

/// The letters of all ids.
const KNOWN: &str = "ROPTMLDCZYNA";

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A response: R1.
pub(crate) fn response(text: &str) -> Result<u32, ArgError> {
    id('R', text)
}

/// An order: O7.
pub(crate) fn order(text: &str) -> Result<u32, ArgError> {
    id('O', text)
}

/// A person: P12.
pub(crate) fn person(text: &str) -> Result<u32, ArgError> {
    id('P', text)
}

/// A leave: L1.
pub(crate) fn leave(text: &str) -> Result<u32, ArgError> {
    id('L', text)
}

/// A spot check: C1.
pub(crate) fn spot_check(text: &str) -> Result<u32, ArgError> {
    id('C', text)
}

/// A schedule of exercises: N1.
pub(crate) fn schedule(text: &str) -> Result<u32, ArgError> {
    id('N', text)
}

/// A temporary Party branch: B1.
pub(crate) fn branch(text: &str) -> Result<u32, ArgError> {
    id('B', text)
}

/// A request for reinforcement: Z1.
pub(crate) fn reinforcement(text: &str) -> Result<u32, ArgError> {
    id('Z', text)
}

/// A village's window for in-place reports: W1.
pub(crate) fn window(text: &str) -> Result<u32, ArgError> {
    id('W', text)
}

/// An exemption from in-place reports: E1.
pub(crate) fn exemption(text: &str) -> Result<u32, ArgError> {
    id('E', text)
}

/// A run of an exercise: Y3.
pub(crate) fn exercise(text: &str) -> Result<u32, ArgError> {
    id('Y', text)
}

/// A corrective action: A3.
pub(crate) fn action(text: &str) -> Result<u32, ArgError> {
    id('A', text)
}

/// Who conducts an exercise, as role=P12.
pub(crate) fn role(text: &str) -> Result<(String, u32), ArgError> {
    let error = || ArgError::new("arg_error.role", vec![("value", text.to_owned())]);
    let (role, who) = text.split_once('=').ok_or_else(error)?;
    if !["controller", "simulator", "evaluator", "observer"].contains(&role) {
        return Err(error());
    }
    Ok((role.to_owned(), person(who)?))
}

/// A team by id (T3) or code; a bare number is a code.
pub(crate) fn team(text: &str) -> Result<String, ArgError> {
    id_or_code('T', text)
}

/// A muster point by id (M2) or code; a bare number is a code.
pub(crate) fn muster_point(text: &str) -> Result<String, ArgError> {
    id_or_code('M', text)
}

fn id_or_code(letter: char, text: &str) -> Result<String, ArgError> {
    let trimmed = text.trim();
    let mut chars = trimmed.chars();
    let first = chars.next().map(|c| c.to_ascii_uppercase());
    let rest = chars.as_str();
    match first {
        None => Err(ArgError::new("arg_error.empty", Vec::new())),
        Some(first) if first == letter && all_digits(rest) => Ok(format!("{letter}{rest}")),
        // R1 O7 P12 … where a team or a muster point is asked for: a slip, not a code.
        Some(first) if KNOWN.contains(first) && all_digits(rest) => Err(ArgError::new(
            "arg_error.wrong_letter",
            vec![
                ("letter", letter.to_string()),
                ("value", text.to_owned()),
                ("given", first.to_string()),
            ],
        )),
        Some(_) => Ok(trimmed.to_owned()),
    }
}

/// A number that counts from 1.
pub(crate) fn count(text: &str) -> Result<u32, ArgError> {
    let error = || ArgError::new("arg_error.count", vec![("value", text.to_owned())]);
    text.trim().parse().ok().filter(|number| *number > 0).ok_or_else(error)
}

/// A number, 0 as well.
pub(crate) fn number(text: &str) -> Result<u64, ArgError> {
    let error = || ArgError::new("arg_error.number", vec![("value", text.to_owned())]);
    text.trim().parse().map_err(|_| error())
}

/// A share of the staff: 20 to 100 percent.
pub(crate) fn percent(text: &str) -> Result<u32, ArgError> {
    let error = || ArgError::new("arg_error.percent", vec![("value", text.to_owned())]);
    let text = text.trim();
    let number = text.strip_suffix(['%', '％']).unwrap_or(text).trim_end();
    number
        .parse()
        .ok()
        .filter(|share| (20..=100).contains(share))
        .ok_or_else(error)
}

/// A level: 1 to 4, also as Ⅰ to Ⅳ.
pub(crate) fn level(text: &str) -> Result<u32, ArgError> {
    match text.trim() {
        "1" | "Ⅰ" | "I" | "i" => Ok(1),
        "2" | "Ⅱ" | "II" | "ii" => Ok(2),
        "3" | "Ⅲ" | "III" | "iii" => Ok(3),
        "4" | "Ⅳ" | "IV" | "iv" => Ok(4),
        other => Err(ArgError::new("arg_error.level", vec![("value", other.to_owned())])),
    }
}

/// A level as people read it.
pub(crate) fn level_text(lang: Lang, level: u32) -> String {
    let numeral = match level {
        0 => return tr!(lang, "word.peacetime"),
        1 => "Ⅰ",
        2 => "Ⅱ",
        3 => "Ⅲ",
        4 => "Ⅳ",
        other => return other.to_string(),
    };
    tr!(lang, "word.level", numeral = numeral)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_taken_with_their_letter_in_either_case_or_bare() {
        assert_eq!(order("O7"), Ok(7));
        assert_eq!(order("o7"), Ok(7));
        assert_eq!(order(" 7 "), Ok(7));
        assert_eq!(person("P304000"), Ok(304_000));
        assert_eq!(team("t3"), Ok("T3".into()));
        assert_eq!(team("3"), Ok("3".into()), "a bare number is a code");
        assert_eq!(muster_point("JH-01"), Ok("JH-01".into()));
    }

    #[test]
    fn slips_are_named() {
        let slips = [
            order("R7").unwrap_err(),
            person("张三").unwrap_err(),
            person("P0").unwrap_err(),
            person("P99999999999").unwrap_err(),
            muster_point("P3").unwrap_err(),
            level("5").unwrap_err(),
        ];
        let text: Vec<_> = Lang::ALL
            .iter()
            .flat_map(|lang| slips.iter().map(|slip| slip.text(*lang)))
            .collect();
        insta::assert_snapshot!(text.join("\n"));
    }
}
