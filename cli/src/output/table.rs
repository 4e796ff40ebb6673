//! Tables for people. Every cell is cleaned of what could act on the terminal.

use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};

use crate::i18n::{Lang, tr};
use crate::text;

/// A line under the header, nothing else: wide characters never break a frame.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// A table in the making.
pub(crate) struct Sheet {
    table: Table,
    rows: usize,
    lang: Lang,
}

impl Sheet {
    /// With columns by their keys under `column.`.
    pub(crate) fn new(lang: Lang, columns: &[&str]) -> Self {
        let mut table = Table::new();
        table
            .load_style(STYLE)
            .set_content_arrangement(ContentArrangement::Disabled);
        table.set_header(
            columns
                .iter()
                .map(|column| crate::i18n::fill(lang, &format!("column.{column}"), &[])),
        );
        Self { table, rows: 0, lang }
    }

    /// These columns hold numbers.
    pub(crate) fn numbers(mut self, columns: impl IntoIterator<Item = usize>) -> Self {
        for column in columns {
            if let Some(column) = self.table.column_mut(column) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        self
    }

    /// Another row.
    pub(crate) fn row<C: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = C>) {
        self.rows += 1;
        self.table.add_row(
            cells
                .into_iter()
                .map(|cell| text::line(cell.as_ref()))
                .collect::<Vec<_>>(),
        );
    }

    /// As text that ends with a line break; a word instead of an empty table.
    pub(crate) fn text(&self) -> String {
        if self.rows == 0 {
            return format!("{}\n", tr!(self.lang, "table.empty"));
        }
        let text: String = self
            .table
            .lines()
            .map(|line| format!("{}\n", line.trim_end()))
            .collect();
        text
    }
}

/// `name: value` lines, for one thing. Values are cleaned; empty ones are left out.
pub(crate) struct Facts {
    lang: Lang,
    text: String,
}

impl Facts {
    /// None yet.
    pub(crate) fn new(lang: Lang) -> Self {
        Self {
            lang,
            text: String::new(),
        }
    }

    /// One more, by its key under `column.`.
    pub(crate) fn fact(mut self, column: &str, value: impl AsRef<str>) -> Self {
        let value = text::block(value.as_ref());
        if !value.is_empty() {
            let name = crate::i18n::fill(self.lang, &format!("column.{column}"), &[]);
            // A value of several lines stays under its name.
            let value = value.replace('\n', "\n    ");
            self.text
                .push_str(&tr!(self.lang, "table.fact", name = name, value = value));
            self.text.push('\n');
        }
        self
    }

    /// As text.
    pub(crate) fn text(self) -> String {
        self.text
    }
}
