//! Names (姓名): without the spaces that make short ones as wide as long ones.

use super::super::grid::{Cell, plain};
use super::Kind;

/// Reads a cell.
pub(super) fn read(cell: &Cell) -> Result<String, Kind> {
    let text = match cell {
        Cell::Empty => return Err(Kind::Missing),
        Cell::Error(_) => return Err(Kind::CellError),
        Cell::Number(_) | Cell::Date(..) => return Err(Kind::Name),
        Cell::Text(text) => plain(text),
    };
    let dots: String = text
        .chars()
        .map(|c| {
            if matches!(c, '•' | '・' | '．' | '‧' | '∙' | '●' | '⋅' | '･') {
                '·'
            } else {
                c
            }
        })
        .collect();
    let latin = dots.chars().any(|c| c.is_ascii_alphabetic());
    let name = if latin {
        dots.split_whitespace().collect::<Vec<_>>().join(" ")
    } else {
        // A full stop between Chinese parts of a name stands for the dot.
        dots.chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| if c == '.' { '·' } else { c })
            .collect()
    };
    let name = name.trim_matches('·').to_owned();
    if name.is_empty() {
        return Err(Kind::Missing);
    }
    let is_right = |c: char| c.is_alphabetic() || matches!(c, '·' | ' ' | '-' | '\'' | '〇' | '(' | ')' | '.');
    if name.chars().count() < 2 || name.chars().count() > 40 || !name.chars().all(is_right) {
        return Err(Kind::Name);
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_spaces_and_nothing_else() {
        for (way, name) in [
            ("张　三", "张三"),
            ("张 三", "张三"),
            ("张\u{a0}三\t", "张三"),
            ("买买提•阿不都", "买买提·阿不都"),
            ("阿依古丽 · 艾山", "阿依古丽·艾山"),
            ("欧阳锋", "欧阳锋"),
            ("John  Smith", "John Smith"),
            ("𠮷田", "𠮷田"),
        ] {
            assert_eq!(read(&Cell::Text(way.into())).as_deref(), Ok(name), "{way:?}");
        }
    }

    #[test]
    fn nobody_becomes_nameless() {
        assert_eq!(read(&Cell::Empty), Err(Kind::Missing));
        assert_eq!(read(&Cell::Text("　".into())), Err(Kind::Missing));
        assert_eq!(read(&Cell::Text("张".into())), Err(Kind::Name));
        assert_eq!(read(&Cell::Text("张三13800000000".into())), Err(Kind::Name));
        assert_eq!(read(&Cell::Number(3.0)), Err(Kind::Name));
    }
}
