//! The texts of `locales/`, compiled in. Ask for them through `i18n`.
#![allow(
    clippy::disallowed_types,
    reason = "generated code; texts are looked up, never listed"
)]

rust_i18n::i18n!("locales", fallback = "en");

/// The text of a key in a language, or else in English.
pub(crate) fn text(locale: &str, key: &str) -> Option<String> {
    _rust_i18n_try_translate(locale, key).map(std::borrow::Cow::into_owned)
}
