//! Pages to be read and printed: one file, no scripts, nothing fetched.
//!
//! Everything that people wrote is hostile: it is cleaned as for a terminal and escaped as text, in one place ([`escaped`]).

use crate::i18n::{Lang, fill, tr};

/// The style that pages share.
pub(crate) const STYLE: &str = include_str!("page.css");

/// A whole page around a body that is HTML; title and foot are text.
pub(crate) fn whole(lang: Lang, title: &str, body: &str, foot: &str) -> String {
    let (title, foot) = (escaped(title), escaped(foot));
    format!(
        "<!DOCTYPE html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n{body}\
         <footer>{foot}</footer>\n</body>\n</html>\n",
        code = lang.code(),
    )
}

/// Text of others as text of a page.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in crate::text::block(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// A table; a word where there is no row. Columns by their keys under `column.`; those in `numbers` hold numbers.
pub(crate) fn table(lang: Lang, columns: &[&str], numbers: &[usize], rows: &[Vec<String>]) -> String {
    if rows.is_empty() {
        return format!("<p class=\"none\">{}</p>\n", escaped(&tr!(lang, "table.empty")));
    }
    let class = |index: usize| if numbers.contains(&index) { " class=\"n\"" } else { "" };
    let line = |tag: &str, cells: &mut dyn Iterator<Item = String>| {
        let cells = cells.enumerate().map(|(index, cell)| {
            let class = class(index);
            format!("<{tag}{class}>{}</{tag}>", escaped(&cell))
        });
        format!("<tr>{}</tr>\n", cells.collect::<String>())
    };
    let head = line(
        "th",
        &mut columns
            .iter()
            .map(|column| fill(lang, &format!("column.{column}"), &[])),
    );
    let body: String = rows.iter().map(|row| line("td", &mut row.iter().cloned())).collect();
    format!("<table>\n<thead>\n{head}</thead>\n<tbody>\n{body}</tbody>\n</table>\n")
}

/// Names and values of one thing; what is empty is left out.
pub(crate) fn facts(lang: Lang, facts: &[(&str, String)]) -> String {
    let facts = facts
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| {
            let name = escaped(&fill(lang, &format!("column.{name}"), &[]));
            format!("<dt>{name}</dt><dd>{}</dd>\n", escaped(value))
        });
    format!("<dl>\n{}</dl>\n", facts.collect::<String>())
}
