//! What became of the people of a report: for how many it was new, and for whom it was not, in words.

use baiying_proto::v1 as pb;
use serde_json::json;

use super::{json, table::Sheet};
use crate::app::App;
use crate::error::{CliError, exit};
use crate::i18n::{Lang, fill, find, tr};

/// The kind's name on the wire without its prefix, such as `already-done`.
pub(crate) fn kind_word(kind: i32) -> String {
    match pb::ExceptionKind::try_from(kind) {
        Ok(kind) => {
            let name = kind.as_str_name();
            name.strip_prefix("EXCEPTION_KIND_")
                .unwrap_or(name)
                .to_ascii_lowercase()
                .replace('_', "-")
        }
        // Of a newer daemon.
        Err(_) => format!("kind-{kind}"),
    }
}

/// The kind as people read it.
pub(crate) fn kind_text(lang: Lang, kind: i32) -> String {
    let word = kind_word(kind);
    find(lang, &format!("exception.{word}")).unwrap_or(word)
}

/// Whether somebody reported in place and waits for the village's word: no error.
fn awaits(exception: &pb::PersonException) -> bool {
    exception.kind == pb::ExceptionKind::AwaitsConfirmation as i32
}

/// Whether people were not counted as asked. "It was so already" is none of these, and neither is a report that waits.
pub(crate) fn any_real(exceptions: &[pb::PersonException]) -> bool {
    let is_real = |it: &pb::PersonException| it.kind != pb::ExceptionKind::AlreadyDone as i32 && !awaits(it);
    exceptions.iter().any(is_real)
}

/// The calls of one report, taken together.
#[derive(Debug, Default)]
pub(crate) struct Applied {
    pub(crate) receipt: Option<pb::Receipt>,
    pub(crate) applied: u32,
    pub(crate) exceptions: Vec<pb::PersonException>,
}

impl Applied {
    /// Adds the answer to one call.
    pub(crate) fn add(&mut self, receipt: Option<pb::Receipt>, applied: u32, exceptions: Vec<pb::PersonException>) {
        self.receipt = receipt.or(self.receipt.take());
        self.applied += applied;
        self.exceptions.extend(exceptions);
    }

    /// How many wait for their village's word, and who was not counted as asked.
    pub(crate) fn split(&self) -> (usize, Vec<pb::PersonException>) {
        let (waiting, refused): (Vec<_>, Vec<_>) = self.exceptions.iter().copied().partition(awaits);
        (waiting.len(), refused)
    }

    /// Prints what became of the people, with a headline by its key, and gives the exit code.
    pub(crate) fn emit(&self, app: &App, headline: &str, order: u32) -> Result<u8, CliError> {
        app.emit(
            || {
                json::receipt(
                    self.receipt.as_ref(),
                    json!({ "order_id": order, "applied": self.applied,
                        "exceptions": json::exceptions(&self.exceptions) }),
                )
            },
            || {
                let mut text = fill(
                    app.lang,
                    headline,
                    &[("order", format!("O{order}")), ("applied", self.applied.to_string())],
                );
                text.push('\n');
                if self.applied == 0 && self.exceptions.is_empty() {
                    text.push_str(&tr!(app.lang, "done.nobody_left"));
                    text.push('\n');
                }
                let (waiting, refused) = self.split();
                if waiting > 0 {
                    text.push_str(&tr!(app.lang, "done.awaiting", count = waiting));
                    text.push('\n');
                }
                if !refused.is_empty() {
                    text.push_str(&tr!(app.lang, "done.exceptions", count = refused.len()));
                    text.push('\n');
                    text.push_str(&table(app.lang, &refused));
                }
                text
            },
        )?;
        Ok(if any_real(&self.exceptions) {
            exit::BAD_ROWS
        } else {
            exit::OK
        })
    }
}

/// People and why, as a table.
pub(crate) fn table(lang: Lang, exceptions: &[pb::PersonException]) -> String {
    let mut sheet = Sheet::new(lang, &["person", "why"]);
    for exception in exceptions {
        let person = if exception.person_id == 0 {
            "–".to_owned()
        } else {
            format!("P{}", exception.person_id)
        };
        sheet.row([person, kind_text(lang, exception.kind)]);
    }
    sheet.text()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_words_in_both_languages() {
        for lang in Lang::ALL {
            let kinds: Vec<_> = (1..200)
                .filter(|kind| pb::ExceptionKind::try_from(*kind).is_ok())
                .collect();
            assert!(kinds.len() >= 14);
            for kind in kinds {
                let word = kind_word(kind);
                assert!(find(lang, &format!("exception.{word}")).is_some(), "{lang:?} {word}");
            }
        }
    }
}
