//! On which line of a plan's file a key stands. Enough of TOML to point at the right place; what it means is read elsewhere.

/// The line, from 1, of a key such as `level.2.order.ladder[1].target`, or of the longest part of it that stands in the file;
/// 0 if none does.
pub fn line_of(text: &str, key: &str) -> u32 {
    let wanted = steps(key);
    let (mut best, mut depth) = (0, 0);
    for (line, path) in paths(text) {
        let same = path.iter().zip(&wanted).take_while(|(a, b)| a == b).count();
        // What stands in a file on one line with its own parts is known by its beginning only.
        if same == path.len() && same > depth {
            (best, depth) = (line, same);
        }
    }
    best
}

/// `a.b[1].c` as `a`, `b`, `1`, `c`.
fn steps(key: &str) -> Vec<String> {
    key.split(['.', '[', ']'])
        .filter(|step| !step.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Every header and key of a file with its line.
fn paths(text: &str) -> Vec<(u32, Vec<String>)> {
    let mut found: Vec<(u32, Vec<String>)> = Vec::new();
    let (mut section, mut lists): (Vec<String>, Vec<(String, u32)>) = (Vec::new(), Vec::new());
    let mut in_text: Option<&str> = None;
    let mut depth = 0_i32;
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(end) = in_text {
            if line.contains(end) {
                in_text = None;
            }
            continue;
        }
        let line = line.trim();
        if depth <= 0 && line.starts_with("[[") {
            let name = line.trim_matches(['[', ']', ' ']).to_owned();
            let index = match lists.iter_mut().find(|(other, _)| *other == name) {
                Some((_, index)) => {
                    *index += 1;
                    *index
                }
                None => {
                    lists.push((name.clone(), 0));
                    0
                }
            };
            section = steps(&name);
            found.push((number, section.clone()));
            section.push(index.to_string());
            found.push((number, section.clone()));
            continue;
        }
        if depth <= 0 && line.starts_with('[') {
            section = steps(line.split(']').next().unwrap_or_default());
            found.push((number, section.clone()));
            continue;
        }
        if depth <= 0
            && let Some((key, _)) = line.split_once('=')
            && !line.starts_with('#')
        {
            let key = key.trim().replace(['"', '\''], "");
            found.push((number, [section.clone(), steps(&key)].concat()));
        }
        for quotes in ["\"\"\"", "'''"] {
            if line.matches(quotes).count() == 1 {
                in_text = Some(quotes);
            }
        }
        if in_text.is_none() {
            depth = (depth + open_brackets(line)).max(0);
        }
    }
    found
}

/// Brackets that a line opens, less those that it closes, outside of texts and comments.
fn open_brackets(line: &str) -> i32 {
    let (mut depth, mut quote) = (0, None);
    for char in line.chars() {
        match (quote, char) {
            (Some(open), char) if char == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(char),
            (None, '#') => break,
            (None, '[' | '{') => depth += 1,
            (None, ']' | '}') => depth -= 1,
            (None, _) => {}
        }
    }
    depth
}
