//! The words that kinds go by in files, on the command line and on the wire: one vocabulary, one table a kind.

/// The kind that `text` is the word for.
pub fn parse<T: Copy>(table: &[(T, &'static str)], text: &str) -> Option<T> {
    table.iter().find(|(_, word)| *word == text).map(|(kind, _)| *kind)
}

/// The word for `kind`.
pub fn of<T: Copy + PartialEq>(table: &[(T, &'static str)], kind: T) -> &'static str {
    table
        .iter()
        .find(|(other, _)| *other == kind)
        .map_or("", |(_, word)| word)
}

/// Every word of a table, for error messages.
pub fn all<T>(table: &[(T, &'static str)]) -> String {
    table.iter().map(|(_, word)| *word).collect::<Vec<_>>().join(", ")
}
