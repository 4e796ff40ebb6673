//! Masking of personal data in lists (`domain.md` §9): enough to recognize somebody known, not enough to learn who it is.

use baiying_core::State;
use baiying_core::id::PersonId;

/// 张三 → 张*, 欧阳小明 → 欧阳**.
pub(super) fn name(name: &str) -> String {
    const DOUBLE: [&str; 8] = ["欧阳", "司马", "上官", "诸葛", "司徒", "东方", "皇甫", "尉迟"];
    let kept = if DOUBLE.iter().any(|double| name.starts_with(double)) && name.chars().count() > 2 {
        2
    } else {
        1
    };
    name.chars()
        .enumerate()
        .map(|(index, c)| if index < kept { c } else { '*' })
        .collect()
}

/// The masked name of somebody; empty if it is nobody.
pub(super) fn person(state: &State, person: Option<PersonId>) -> String {
    let known = person.filter(|person| state.people.get(*person).is_some());
    known.map_or_else(String::new, |person| name(&state.people.personal(person).name))
}

/// 13812345678 → 138****5678; anything shorter is hidden whole.
pub(super) fn phone(phone: &str) -> String {
    let digits: Vec<char> = phone.chars().collect();
    match digits.len() {
        0 => String::new(),
        length if length >= 11 => digits
            .iter()
            .enumerate()
            .map(|(index, c)| if index < 3 || index + 4 >= length { *c } else { '*' })
            .collect(),
        length => "*".repeat(length),
    }
}

/// 990101199003071237 → 990***********1237; anything that is not 18 characters is hidden whole.
pub(super) fn id_number(number: &str) -> String {
    let length = number.chars().count();
    let is_shown = |index: usize| length == 18 && (index < 3 || index + 4 >= length);
    number
        .chars()
        .enumerate()
        .map(|(index, c)| if is_shown(index) { c } else { '*' })
        .collect()
}

/// Anything else: only whether there is something.
pub(super) fn hidden(text: &str) -> String {
    let mask = if text.is_empty() { "" } else { "***" };
    mask.to_owned()
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_and_phones_are_masked() {
        assert_eq!(super::name("张三"), "张*");
        assert_eq!(super::name("欧阳小明"), "欧阳**");
        assert_eq!(super::name("欧阳"), "欧*");
        assert_eq!(super::phone("13812345678"), "138****5678");
        assert_eq!(super::phone("12345"), "*****");
        assert_eq!(super::phone(""), "");
        assert_eq!(super::id_number("99010119900307102X"), "990***********102X");
        assert_eq!(super::id_number("9901011990"), "**********");
        assert_eq!(
            (super::hidden("某村1号"), super::hidden("")),
            ("***".into(), String::new())
        );
    }
}
