//! Text into records: fields between separators, quotes, and the number each row has in its file.

use super::error::Problem;

/// The rows of a text.
#[derive(Debug)]
pub(super) struct Records {
    rows: Vec<(u32, Vec<String>)>,
    /// A quote that is opened and never closed: row, field, how the field begins.
    open_quote: Option<(u32, usize, String)>,
    ends_in_line: bool,
}

impl Records {
    /// Takes a text apart.
    pub(super) fn new(text: &str) -> Result<Self, Problem> {
        // One kind of line break, so that counting them is counting lines: the reader ends a row at each of them.
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        if text.trim().is_empty() {
            return Err(Problem::Empty);
        }
        let delimiter = delimiter(&text);
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(text.as_bytes());
        let mut rows = Vec::new();
        // Line breaks within fields: a row of a spreadsheet is one row however many lines it takes.
        let mut inner_lines = 0;
        let (mut counted, mut lines) = (0, 0);
        let mut record = csv::StringRecord::new();
        loop {
            match reader.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                // The text is UTF-8 and the reader flexible: there is nothing else to fail.
                Err(error) => return Err(Problem::Unreadable(std::io::Error::other(error))),
            }
            // The reader's position is where it went on, in front of empty lines.
            let went_on = record
                .position()
                .map_or(0, |at| usize::try_from(at.byte()).unwrap_or(usize::MAX))
                .min(text.len());
            let start = went_on + text[went_on..].bytes().take_while(|byte| *byte == b'\n').count();
            lines += text[counted..start].matches('\n').count();
            counted = start;
            let number = u32::try_from(lines - inner_lines + 1).unwrap_or(u32::MAX);
            inner_lines += record.iter().map(|field| field.matches('\n').count()).sum::<usize>();
            rows.push((number, record.iter().map(str::to_owned).collect()));
        }
        Ok(Self {
            rows,
            open_quote: open_quote(&text, delimiter),
            ends_in_line: !text.ends_with('\n'),
        })
    }

    /// Rows with their numbers, the first being 1; empty lines are left out.
    pub(super) fn rows(&self) -> &[(u32, Vec<String>)] {
        &self.rows
    }

    /// Whether the text ends where a row ends; the header gives columns their names.
    pub(super) fn whole(&self, header: &[String]) -> Result<(), Problem> {
        if let Some((row, field, value)) = &self.open_quote {
            let column = header.get(*field).cloned().unwrap_or_else(|| (field + 1).to_string());
            return Err(Problem::EndsInQuotes {
                row: *row,
                column,
                value: value.clone(),
            });
        }
        if let Some((row, fields)) = self.rows.last()
            && self.ends_in_line
            && let Some(column) = header.get(fields.len())
        {
            return Err(Problem::EndsInRow {
                row: *row,
                column: column.clone(),
                value: fields.last().cloned().unwrap_or_default(),
            });
        }
        Ok(())
    }
}

/// Comma, tab or semicolon: what the header has most of.
fn delimiter(text: &str) -> u8 {
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |delimiter: u8| header.bytes().filter(|byte| *byte == delimiter).count();
    [b',', b'\t', b';']
        .into_iter()
        .rev()
        .max_by_key(|delimiter| count(*delimiter))
        .unwrap_or(b',')
}

/// A quote that is opened and never closed: row, field, how the field begins.
fn open_quote(text: &str, delimiter: u8) -> Option<(u32, usize, String)> {
    let delimiter = char::from(delimiter);
    let mut chars = text.char_indices().peekable();
    let (mut row, mut field) = (1u32, 0usize);
    let mut field_start = true;
    while let Some((at, c)) = chars.next() {
        if c == '"' && field_start {
            let opened = (row, field, at + 1);
            loop {
                match chars.next() {
                    Some((_, '"')) if chars.peek().is_some_and(|(_, next)| *next == '"') => {
                        chars.next();
                    }
                    Some((_, '"')) => break,
                    Some(_) => {}
                    None => {
                        let (row, field, from) = opened;
                        let value = text[from..].lines().next().unwrap_or_default().to_owned();
                        return Some((row, field, value));
                    }
                }
            }
            field_start = false;
        } else if c == delimiter {
            field += 1;
            field_start = true;
        } else if c == '\n' {
            row += 1;
            field = 0;
            field_start = true;
        } else {
            field_start = false;
        }
    }
    None
}
