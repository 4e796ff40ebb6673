//! Text from other people is hostile wherever it is shown: it may hold escapes that drive a terminal or turn the reading
//! direction round. Everything that did not come from our own catalogue passes through here before it is printed.

/// One line: no control characters, escapes or direction marks; line breaks and tabs become spaces.
pub(crate) fn line(text: &str) -> String {
    text.chars()
        .filter_map(|c| {
            if matches!(c, '\n' | '\r' | '\t') {
                Some(' ')
            } else {
                shown(c)
            }
        })
        .collect()
}

/// Several lines: as [`line`], but line breaks stay.
pub(crate) fn block(text: &str) -> String {
    text.chars()
        .filter_map(|c| {
            if c == '\n' {
                Some(c)
            } else if c == '\t' {
                Some(' ')
            } else {
                shown(c)
            }
        })
        .collect()
}

/// As [`line`], cut to a length, for values quoted in messages.
pub(crate) fn quoted(text: &str) -> String {
    const MAX: usize = 80;
    let line = line(text);
    if line.chars().count() <= MAX {
        line
    } else {
        line.chars().take(MAX).chain(['…']).collect()
    }
}

/// As [`line`], for a cell of a spreadsheet: one that begins like a formula would be calculated, so an apostrophe goes before it.
pub(crate) fn cell(text: &str) -> String {
    let line = line(text);
    if line.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) {
        format!("'{line}")
    } else {
        line
    }
}

/// The character if it may be shown; a mark in the place of what would act on the terminal.
fn shown(c: char) -> Option<char> {
    match c {
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' => Some('\u{fffd}'),
        // Direction marks, overrides and isolates; zero-width and other invisible characters; tags; line separators.
        '\u{61c}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => None,
        other => Some(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_on_a_terminal_is_taken_out() {
        assert_eq!(
            line("a\u{1b}[31mb\nc\td\u{202e}e\u{9b}f"),
            "a\u{fffd}[31mb c de\u{fffd}f"
        );
        assert_eq!(block("一\n二\u{7}\u{2066}三"), "一\n二\u{fffd}三");
        assert_eq!(line("高明区 Ⅰ级"), "高明区 Ⅰ级");
    }

    #[test]
    fn long_values_are_cut() {
        assert_eq!(quoted(&"长".repeat(200)).chars().count(), 81);
    }

    #[test]
    fn cells_are_never_formulas() {
        for text in ["=1+1", "+1", "-1", "@x", "＝1"] {
            assert_eq!(cell(text), format!("'{text}"));
        }
        assert_eq!(cell("\t=1"), " =1", "a blank goes before: no formula");
        assert_eq!(cell("张*"), "张*");
    }
}
