//! Turns sled's panics into errors: 0.34 panics on damaged files where it should answer.

use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::sync::Once;

use crate::error::JournalError;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
    static LAST_WORDS: RefCell<String> = const { RefCell::new(String::new()) };
}
static HOOK: Once = Once::new();

/// Runs `work`; a sled error or a panic in it becomes a [`JournalError`]. The panic is not printed, its message is kept.
pub(super) fn guarded<T>(
    dir: &Path,
    action: &'static str,
    work: impl FnOnce() -> Result<T, sled::Error>,
) -> Result<T, JournalError> {
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if GUARDED.get() {
                LAST_WORDS.set(info.to_string().replace('\n', " "));
            } else {
                before(info);
            }
        }));
    });
    let outer = GUARDED.replace(true);
    let outcome = panic::catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(outer);
    let path = dir.to_owned();
    match outcome {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error @ sled::Error::Corruption { .. })) => Err(JournalError::StoreDamaged {
            path,
            action,
            detail: error.to_string(),
        }),
        Ok(Err(error)) => Err(JournalError::Store {
            path,
            action,
            detail: error.to_string(),
        }),
        Err(_) => Err(JournalError::StoreDamaged {
            path,
            action,
            detail: LAST_WORDS.take(),
        }),
    }
}
