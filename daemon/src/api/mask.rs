//! Masking of personal data in lists (`domain.md` §9): enough to recognize somebody known, not enough to learn who it is.

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
    }
}
