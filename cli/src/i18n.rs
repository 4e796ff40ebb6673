//! The two languages and the way to a text. Catalogues: `locales/zh-CN.yml`, `locales/en.yml`.

use std::ffi::{OsStr, OsString};

/// A language users read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Lang {
    /// Chinese, the default.
    #[value(name = "zh-CN", aliases = ["zh", "zh_CN", "zh-cn"])]
    ZhCn,
    /// English.
    #[value(name = "en", aliases = ["en-US", "en_US"])]
    En,
}

impl Lang {
    /// Both.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 2] = [Self::ZhCn, Self::En];

    /// The catalogue's name.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::En => "en",
        }
    }

    /// The language of help and usage errors, which are needed before the command line is parsed.
    pub(crate) fn before_parsing(args: &[OsString], environment: Option<OsString>) -> Self {
        let mut args = args
            .iter()
            .skip(1)
            .map(OsString::as_os_str)
            .take_while(|arg| *arg != OsStr::new("--"));
        let mut chosen = None;
        while let Some(arg) = args.next() {
            let Some(arg) = arg.to_str() else { continue };
            if arg == "--lang" {
                chosen = args.next().map(OsString::from);
            } else if let Some(value) = arg.strip_prefix("--lang=") {
                chosen = Some(value.into());
            }
        }
        let word = chosen.or(environment).and_then(|word| word.into_string().ok());
        let word = word.unwrap_or_default();
        if word.to_ascii_lowercase().starts_with("en") {
            Self::En
        } else {
            Self::ZhCn
        }
    }
}

/// The text of a key, if the catalogues have one.
pub(crate) fn find(lang: Lang, key: &str) -> Option<String> {
    crate::catalogue::text(lang.code(), key)
}

/// The text of a key with its `%{names}` filled in, in one pass: what is filled in is never looked at again.
pub(crate) fn fill(lang: Lang, key: &str, values: &[(&str, String)]) -> String {
    let Some(pattern) = find(lang, key) else {
        return key.to_owned();
    };
    fill_pattern(&pattern, values)
}

fn fill_pattern(pattern: &str, values: &[(&str, String)]) -> String {
    let mut text = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(start) = rest.find("%{") {
        let (before, tail) = rest.split_at(start);
        text.push_str(before);
        let Some(end) = tail.find('}') else {
            rest = tail;
            break;
        };
        let name = &tail[2..end];
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => text.push_str(value),
            None => text.push_str(&tail[..=end]),
        }
        rest = &tail[end + 1..];
    }
    text.push_str(rest);
    text
}

/// `tr!(lang, "key", name = value, …)`: the text of a key in a language.
macro_rules! tr {
    ($lang:expr, $key:expr $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::i18n::fill($lang, $key, &[$((stringify!($name), $value.to_string())),*])
    };
}
pub(crate) use tr;

/// A word of the wire's vocabulary (team kinds, buckets …) as people read it; itself if it has no other.
pub(crate) fn word(lang: Lang, group: &str, word: &str) -> String {
    if word.is_empty() {
        return String::new();
    }
    find(lang, &format!("word.{group}.{word}")).unwrap_or_else(|| crate::text::line(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_found_before_parsing() {
        let args = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>();
        assert_eq!(Lang::before_parsing(&args(&["baiying", "status"]), None), Lang::ZhCn);
        assert_eq!(
            Lang::before_parsing(&args(&["baiying", "status", "--lang", "en"]), None),
            Lang::En
        );
        assert_eq!(
            Lang::before_parsing(&args(&["baiying", "--lang=en", "status"]), Some("zh-CN".into())),
            Lang::En
        );
        assert_eq!(
            Lang::before_parsing(&args(&["baiying", "status"]), Some("en".into())),
            Lang::En
        );
        assert_eq!(
            Lang::before_parsing(&args(&["baiying", "x", "--", "--lang", "en"]), None),
            Lang::ZhCn
        );
    }

    #[test]
    fn filled_in_text_is_not_filled_again() {
        let values = [("a", "%{b}".to_owned()), ("b", "secret".to_owned())];
        assert_eq!(
            fill_pattern("x %{a} y %{b} %{c} %{", &values),
            "x %{b} y secret %{c} %{"
        );
    }
}
