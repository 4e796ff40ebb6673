//! Phone numbers (联系电话): of several in a cell, the first.

use super::super::grid::{Cell, plain};
use super::Kind;

/// Reads a cell: the number, and whether it was the first of several. Empty if there is none.
pub(super) fn read(cell: &Cell) -> Result<(String, bool), Kind> {
    let text = match cell {
        Cell::Empty => return Ok((String::new(), false)),
        Cell::Error(_) => return Err(Kind::CellError),
        Cell::Date(..) => return Err(Kind::Phone),
        Cell::Number(_) if cell.has_lost_digits() => return Err(Kind::DigitsLost),
        Cell::Number(_) => cell.text(),
        Cell::Text(text) => plain(text),
    };
    let text = without_brackets(&text);
    let text = text.trim_matches(['\'', '‘', '’', '`']);
    if matches!(text.trim(), "" | "无" | "-" | "/" | "暂无" | "—") {
        return Ok((String::new(), false));
    }
    let mut parts: Vec<String> = text
        .split(['/', '、', ',', '，', ';', '；', '\\', '|', '或'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect();
    // Two whole numbers with a space between.
    if let [one] = parts.as_slice() {
        let apart: Vec<String> = one.split_whitespace().map(str::to_owned).collect();
        if apart.len() > 1 && apart.iter().all(|part| number(part).is_some()) {
            parts = apart;
        }
    }
    let first = parts.first().and_then(|first| number(first)).ok_or(Kind::Phone)?;
    Ok((first, parts.len() > 1))
}

/// What stands in brackets is about the number, unless it is an area code.
fn without_brackets(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once('(') {
        kept.push_str(before);
        let (inside, after) = inside.split_once(')').unwrap_or((inside, ""));
        if inside.chars().all(|c| c.is_ascii_digit() || c == '+') {
            kept.push_str(inside);
        }
        rest = after;
    }
    kept.push_str(rest);
    kept
}

/// One number: a mobile one of 11 digits, or one with its area code.
fn number(text: &str) -> Option<String> {
    let is_filling = |c: char| c.is_whitespace() || matches!(c, '-' | '－' | '—' | '–' | '_' | '.');
    let digits: String = text.chars().filter(|c| !is_filling(*c)).collect();
    let digits = digits.trim_start_matches(['\'', '‘', '’']);
    let digits = digits
        .strip_prefix("+86")
        .or_else(|| digits.strip_prefix("0086"))
        .or_else(|| digits.strip_prefix("86").filter(|rest| rest.len() == 11))
        .unwrap_or(digits);
    // 013800000000, dialled from another place.
    let digits = digits
        .strip_prefix('0')
        .filter(|rest| rest.len() == 11 && is_mobile(rest))
        .unwrap_or(digits);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let landline = match digits.as_bytes().first() {
        Some(b'0') => (10..=12).contains(&digits.len()),
        Some(b'2'..=b'9') => (7..=8).contains(&digits.len()),
        _ => false,
    };
    (is_mobile(digits) || landline).then(|| digits.to_owned())
}

/// Whether it is a mobile's.
pub(super) fn is_mobile(digits: &str) -> bool {
    digits.len() == 11 && digits.starts_with('1') && matches!(digits.as_bytes()[1], b'3'..=b'9')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Result<(String, bool), Kind> {
        read(&Cell::Text(text.into()))
    }

    #[test]
    fn numbers_of_every_hand() {
        let one = Ok(("13800000001".to_owned(), false));
        for way in [
            "13800000001",
            "138 0000 0001",
            "138-0000-0001",
            "+86 13800000001",
            "8613800000001",
            "１３８０００００００１",
            "'13800000001",
            "13800000001（办公室）",
            "138\u{a0}0000\u{a0}0001\t",
            "013800000001",
        ] {
            assert_eq!(text(way), one, "{way}");
        }
        assert_eq!(read(&Cell::Number(13_800_000_001.0)), one);
        let first = Ok(("13800000001".to_owned(), true));
        for way in [
            "13800000001/13900000002",
            "13800000001、88231234",
            "13800000001 13900000002",
        ] {
            assert_eq!(text(way), first, "{way}");
        }
        assert_eq!(text("0757-88231234"), Ok(("075788231234".to_owned(), false)));
        assert_eq!(text("(0757)88231234"), Ok(("075788231234".to_owned(), false)));
        assert_eq!(text(" 　"), Ok((String::new(), false)));
        assert_eq!(text("无"), Ok((String::new(), false)));
    }

    #[test]
    fn what_rings_nowhere_is_told() {
        for way in ["1380000000", "138000000012", "12800000001", "张三", "138/", "668123"] {
            assert!(matches!(text(way), Err(Kind::Phone)), "{way}");
        }
        assert_eq!(read(&Cell::Number(1.38e16)), Err(Kind::DigitsLost));
    }
}
