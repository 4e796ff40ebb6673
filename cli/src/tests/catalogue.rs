//! Every text is there in both languages.

use std::collections::{BTreeMap, BTreeSet};

use clap::Command;

use crate::help;
use crate::i18n::{Lang, find};

/// `key -> text` of a catalogue, read without the library under test.
fn texts(file: &str) -> BTreeMap<String, String> {
    let mut path: Vec<String> = Vec::new();
    let mut texts = BTreeMap::new();
    for line in file
        .lines()
        .filter(|line| !line.trim_start().starts_with('#') && !line.trim().is_empty())
    {
        let depth = (line.len() - line.trim_start().len()) / 2;
        let (key, value) = line.trim().split_once(':').expect("key: value");
        path.truncate(depth);
        path.push(key.trim_matches('"').to_owned());
        if !value.trim().is_empty() {
            let twice = texts.insert(path.join("."), value.trim().to_owned());
            assert!(twice.is_none(), "{} stands there twice", path.join("."));
        }
    }
    texts
}

const CHINESE: &str = include_str!("../../locales/zh-CN.yml");
const ENGLISH: &str = include_str!("../../locales/en.yml");

#[test]
fn both_catalogues_have_the_same_keys_and_places() {
    let (chinese, english) = (texts(CHINESE), texts(ENGLISH));
    let keys = |texts: &BTreeMap<String, String>| texts.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(keys(&chinese), keys(&english));
    let places = |text: &str| {
        text.split("%{")
            .skip(1)
            .filter_map(|rest| rest.split('}').next())
            .map(str::to_owned)
            .collect::<BTreeSet<_>>()
    };
    for (key, text) in &chinese {
        assert_eq!(places(text), places(&english[key]), "{key}");
    }
}

fn visit(command: &Command, path: &str, missing: &mut Vec<String>) {
    for lang in Lang::ALL {
        if !path.is_empty()
            && find(lang, &format!("cmd.{path}"))
                .or_else(|| find(lang, &format!("cmd.{path}._")))
                .is_none()
        {
            missing.push(format!("{lang:?} cmd.{path}"));
        }
        for arg in command.get_arguments() {
            if help::arg_text(lang, path, arg.get_id().as_str()).is_none() {
                missing.push(format!("{lang:?} arg.{path}.{}", arg.get_id()));
            }
        }
    }
    for sub in command.get_subcommands() {
        let path = if path.is_empty() {
            sub.get_name().to_owned()
        } else {
            format!("{path}.{}", sub.get_name())
        };
        visit(sub, &path, missing);
    }
}

#[test]
fn every_command_and_every_argument_has_a_text() {
    let mut missing = Vec::new();
    visit(&help::command(Lang::En), "", &mut missing);
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_key_in_the_code_is_in_the_catalogue() {
    let english = texts(ENGLISH);
    let mut missing = Vec::new();
    let mut files = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    let mut seen = 0;
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        for call in source.split("tr!(").skip(1) {
            // The key is the first string after the language.
            let Some((lang, rest)) = call.split_once(',') else {
                continue;
            };
            let Some(rest) = rest.trim_start().strip_prefix('"').filter(|_| lang.trim().len() < 16) else {
                continue;
            };
            let key = rest.split('"').next().unwrap_or_default();
            seen += 1;
            if !english.contains_key(key) {
                missing.push(format!("{}: {key}", path.display()));
            }
        }
        for columns in source.split("Sheet::new(").skip(1) {
            // Only where the list stands in the call itself.
            let Some(list) = columns.split(']').next().and_then(|list| list.split_once("&[")) else {
                continue;
            };
            for column in list.1.split('"').skip(1).step_by(2).filter(|_| list.0.len() < 40) {
                if !english.contains_key(&format!("column.{column}")) {
                    missing.push(format!("{}: column.{column}", path.display()));
                }
            }
        }
        for list in source
            .split("let columns = [")
            .skip(1)
            .filter_map(|rest| rest.split(']').next())
        {
            for column in list.split('"').skip(1).step_by(2) {
                if !english.contains_key(&format!("column.{column}")) {
                    missing.push(format!("{}: column.{column}", path.display()));
                }
            }
        }
        for fact in source.split(".fact(\"").skip(1) {
            let column = fact.split('"').next().unwrap_or_default();
            if !english.contains_key(&format!("column.{column}")) {
                missing.push(format!("{}: column.{column}", path.display()));
            }
        }
    }
    missing.retain(|line| !line.contains("tests/") && !line.contains("i18n.rs"));
    assert!(missing.is_empty(), "{missing:#?}");
    assert!(seen > 100, "the sources were not found");
}

/// Commands that a text tells people to use and that there are not.
fn no_commands(root: &Command, text: &str) -> Vec<String> {
    let mut none = Vec::new();
    for rest in text.split("baiying ").skip(1) {
        let is_word =
            |word: &&str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        let ends = |c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == ' ');
        let line = rest.split(ends).next().unwrap_or_default();
        let mut words = line.split(' ').take_while(is_word);
        let Some(mut command) = words.next().and_then(|word| root.find_subcommand(word)) else {
            continue;
        };
        let mut path = command.get_name().to_owned();
        while command.has_subcommands() {
            let Some(word) = words.next() else { break };
            path = format!("{path} {word}");
            let Some(sub) = command.find_subcommand(word) else {
                none.push(path);
                break;
            };
            command = sub;
        }
    }
    none
}

#[test]
fn what_texts_and_pages_tell_to_use_is_a_command() {
    let root = help::command(Lang::En);
    let mut none = Vec::new();
    for (lang, file) in [("zh-CN", CHINESE), ("en", ENGLISH)] {
        for (key, text) in texts(file) {
            none.extend(
                no_commands(&root, &text)
                    .into_iter()
                    .map(|command| format!("{lang} {key}: {command}")),
            );
        }
    }
    let pages = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/docs/errors");
    for page in std::fs::read_dir(pages).unwrap() {
        let path = page.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        none.extend(
            no_commands(&root, &text)
                .into_iter()
                .map(|command| format!("{}: {command}", path.display())),
        );
    }
    assert!(none.is_empty(), "{none:#?}");
}

#[test]
fn every_reason_of_a_proposal_has_words() {
    let words = "continuity party skill age recent-call lot keeps-lead keeps-team covers excluded not-on-post";
    for lang in Lang::ALL {
        for word in words.split(' ') {
            assert!(
                find(lang, &format!("word.selection.{word}")).is_some(),
                "{lang:?} {word}"
            );
        }
    }
}

fn help_of(command: &mut Command, path: &str, text: &mut String) {
    text.push_str(&format!("=== {path}\n{}\n", command.render_help()));
    let names: Vec<_> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in names {
        let sub = command.find_subcommand_mut(&name).unwrap();
        help_of(sub, &format!("{path} {name}"), text);
    }
}

#[test]
fn help_in_chinese() {
    let mut text = String::new();
    help_of(&mut help::command(Lang::ZhCn), "baiying", &mut text);
    insta::assert_snapshot!(text);
}

#[test]
fn help_in_english() {
    let mut text = String::new();
    help_of(&mut help::command(Lang::En), "baiying", &mut text);
    assert!(
        !text
            .replace("百应", "")
            .chars()
            .any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)),
        "Chinese in the English help"
    );
    insta::assert_snapshot!(text);
}
