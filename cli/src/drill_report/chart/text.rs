//! How wide text is: plotters does not know, and a browser is not asked.

/// About how many pixels wide a line is at a font size. Chinese is as wide as it is high; for Latin text, the wider of common fonts.
pub(crate) fn width(text: &str, px: i32) -> i32 {
    let hundredths: i64 = crate::text::line(text).chars().map(hundredths).sum();
    i32::try_from((hundredths * i64::from(px) + 99) / 100).unwrap_or(i32::MAX)
}

/// Hundredths of the font size.
fn hundredths(c: char) -> i64 {
    match c {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' => 32,
        'm' | 'w' | 'M' | 'W' | '%' | '@' | '…' | '—' => 96,
        'A'..='Z' | '+' | '=' | '<' | '>' | '~' | '≥' | '≤' => 70,
        ' '..='~' => 58,
        // Combining marks lie over what is before them.
        '\u{300}'..='\u{36f}' => 0,
        '\u{80}'..='\u{10ff}' => 68,
        // Chinese, its punctuation, full-width forms, symbols: as wide as high.
        _ => 100,
    }
}

/// The line, cut with … if it is wider than there is room.
pub(crate) fn fitted(text: &str, px: i32, room: i32) -> String {
    let text = crate::text::line(text);
    if width(&text, px) <= room {
        return text;
    }
    let mut kept = String::new();
    for c in text.chars() {
        kept.push(c);
        if width(&kept, px) + width("…", px) > room {
            kept.pop();
            break;
        }
    }
    kept + "…"
}

/// One line or two, the second cut if it does not fit. Latin words stay whole where they can.
pub(crate) fn wrapped(text: &str, px: i32, room: i32) -> Vec<String> {
    let text = crate::text::line(text);
    if width(&text, px) <= room {
        return vec![text];
    }
    let mut end = 0;
    let mut word_end = 0;
    for (index, c) in text.char_indices() {
        let next = index + c.len_utf8();
        if width(&text[..next], px) > room {
            break;
        }
        end = next;
        if !c.is_ascii_alphanumeric() {
            word_end = next;
        }
    }
    let splits_word = text[end..].starts_with(|c: char| c.is_ascii_alphanumeric()) && word_end * 2 > end;
    let end = if splits_word { word_end } else { end };
    if end == 0 {
        return vec![fitted(&text, px, room)];
    }
    let (first, rest) = text.split_at(end);
    vec![first.trim_end().to_owned(), fitted(rest.trim_start(), px, room)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_is_as_wide_as_it_is_high() {
        assert_eq!(width("高明区", 12), 36);
        assert_eq!(width("", 12), 0);
        assert!(width("Gaoming", 12) < 12 * 7);
    }

    #[test]
    fn what_is_too_long_is_cut_and_fits() {
        let name = "佛山市高明区应急管理局防汛防旱防风指挥部办公室";
        for room in [30, 60, 100, 400] {
            assert!(width(&fitted(name, 12, room), 12) <= room.max(12), "{room}");
            let lines = wrapped(name, 12, room);
            assert!(lines.len() <= 2 && lines.iter().all(|line| width(line, 12) <= room));
        }
        assert_eq!(fitted("短", 12, 100), "短");
        assert_eq!(
            wrapped(name, 12, 160),
            ["佛山市高明区应急管理局防汛", "防旱防风指挥部办公室"]
        );
        assert_eq!(
            wrapped("Gaoming Emergency Bureau", 12, 100),
            ["Gaoming", "Emergency Bu…"]
        );
        assert_eq!(wrapped("宽", 12, 3), ["…"]);
    }
}
