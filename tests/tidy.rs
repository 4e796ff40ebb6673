//! Rules of the house that no compiler knows (STYLE.md): each test names every place that breaks one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// Longest file of Rust. A file that needs a table of contents is two files.
const LINES_MAX: usize = 1000;

fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().map_or_else(|| manifest.to_owned(), Path::to_owned)
}

/// Every file of the repository that is not built, fetched or hidden.
fn files(dir: &Path, found: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let hidden = name.starts_with('.') && name != ".ci";
        if hidden || name == "target" || name == "node_modules" || name == "__pycache__" {
            continue;
        }
        if entry.file_type()?.is_dir() {
            files(&entry.path(), found)?;
        } else {
            found.push(entry.path());
        }
    }
    Ok(())
}

/// Files by their path from the root, with their text; files that are no text are left out.
fn sources(ending: &str) -> anyhow::Result<BTreeMap<String, String>> {
    let root = root();
    let mut found = Vec::new();
    files(&root, &mut found)?;
    let mut sources = BTreeMap::new();
    for path in found
        .into_iter()
        .filter(|path| path.to_string_lossy().ends_with(ending))
    {
        if let Ok(text) = String::from_utf8(fs::read(&path)?) {
            sources.insert(path.strip_prefix(&root)?.to_string_lossy().into_owned(), text);
        }
    }
    anyhow::ensure!(!sources.is_empty(), "no files end with {ending:?}");
    Ok(sources)
}

fn none(rule: &str, broken: Vec<String>) -> anyhow::Result<()> {
    anyhow::ensure!(broken.is_empty(), "{rule}:\n  {}", broken.join("\n  "));
    Ok(())
}

fn is_reason(text: &str) -> bool {
    text.len() > 4
        && !text.starts_with("CARGO_")
        && text.contains('_')
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

/// Quoted names in capitals.
fn quoted_reasons(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').filter(|word| is_reason(word))
}

#[test]
fn every_reason_has_a_page_and_every_page_a_reason() -> anyhow::Result<()> {
    let pages = root().join("deploy").join("docs").join("errors");
    let daemon = sources(".rs")?
        .into_iter()
        .filter(|(path, _)| path.starts_with("daemon/"))
        .collect::<BTreeMap<_, _>>();
    let mut reasons = BTreeSet::new();
    for (path, text) in &daemon {
        let names_reasons = path.starts_with("daemon/src/api/")
            || path == "daemon/journal/src/error.rs"
            || path == "daemon/journal/src/event/error.rs";
        if names_reasons {
            reasons.extend(quoted_reasons(text).map(str::to_owned));
        }
        let named = text
            .split("deploy/docs/errors/")
            .skip(1)
            .filter_map(|rest| rest.split_once(".md"));
        reasons.extend(named.map(|(name, _)| name.to_owned()).filter(|name| is_reason(name)));
    }
    anyhow::ensure!(reasons.len() > 40, "the reasons were not found: {reasons:?}");
    let mut broken = Vec::new();
    for reason in &reasons {
        match fs::read_to_string(pages.join(format!("{reason}.md"))) {
            Err(_) => broken.push(format!("{reason} has no page")),
            Ok(page) if page.lines().count() < 3 || !page.contains(reason.as_str()) => {
                broken.push(format!("{reason}.md does not explain it"));
            }
            Ok(_) => {}
        }
    }
    for entry in fs::read_dir(&pages)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let reason = name.trim_end_matches(".md");
        let in_use = reasons.contains(reason) || daemon.values().any(|text| text.contains(&format!("\"{reason}\"")));
        if is_reason(reason) && !in_use {
            broken.push(format!("{name} explains a reason that nothing gives"));
        }
    }
    none("a page for each reason", broken)
}

/// Comments of a proto file by the path of what they stand at.
type Comments = BTreeMap<Vec<i32>, String>;

fn say(comments: &Comments, path: &[i32], name: &str, broken: &mut Vec<String>) {
    if comments.get(path).is_none_or(|comment| comment.trim().is_empty()) {
        broken.push(format!("{name} has no comment"));
    }
}

fn child(path: &[i32], field: i32, index: usize) -> Vec<i32> {
    [path, &[field, index as i32]].concat()
}

// Written as macros because the descriptors' types belong to a crate that only protox names.
macro_rules! check_enum {
    ($comments:expr, $path:expr, $prefix:expr, $enumeration:expr, $broken:expr) => {{
        let (path, name) = ($path, format!("{}.{}", $prefix, $enumeration.name()));
        say($comments, &path, &name, $broken);
        for (index, value) in $enumeration.value.iter().enumerate() {
            say(
                $comments,
                &child(&path, 2, index),
                &format!("{name}.{}", value.name()),
                $broken,
            );
            if value.number() == 0 && !value.name().ends_with("_UNSPECIFIED") {
                $broken.push(format!("{name}.{} is 0 and not _UNSPECIFIED", value.name()));
            }
        }
    }};
}

#[test]
fn everything_in_a_proto_has_a_comment() -> anyhow::Result<()> {
    let proto = root().join("proto");
    let mut compiler = protox::Compiler::new([&proto])?;
    compiler.include_source_info(true).include_imports(false);
    let names: Vec<_> = sources(".proto")?.into_keys().collect();
    anyhow::ensure!(names.len() > 10, "{names:?}");
    for name in &names {
        compiler.open_file(name.strip_prefix("proto/").context("a proto elsewhere")?)?;
    }
    let mut broken = Vec::new();
    let mut seen = 0;
    for file in compiler.file_descriptor_set().file {
        let comments: Comments = file
            .source_code_info
            .iter()
            .flat_map(|info| &info.location)
            .map(|location| {
                let comment = format!("{}{}", location.leading_comments(), location.trailing_comments());
                (location.path.clone(), comment)
            })
            .collect();
        let package = file.package();
        for (index, message) in file.message_type.iter().enumerate() {
            // Messages within messages, level by level.
            let mut waiting = vec![(vec![4, index as i32], package.to_owned(), message)];
            while let Some((path, prefix, message)) = waiting.pop() {
                let name = format!("{prefix}.{}", message.name());
                if message.options.as_ref().is_some_and(|options| options.map_entry()) {
                    continue;
                }
                say(&comments, &path, &name, &mut broken);
                for (index, field) in message.field.iter().enumerate() {
                    say(
                        &comments,
                        &child(&path, 2, index),
                        &format!("{name}.{}", field.name()),
                        &mut broken,
                    );
                    seen += 1;
                }
                for (index, oneof) in message.oneof_decl.iter().enumerate() {
                    // An optional field makes a hidden one of its own name.
                    if !oneof.name().starts_with('_') {
                        say(
                            &comments,
                            &child(&path, 8, index),
                            &format!("{name}.{}", oneof.name()),
                            &mut broken,
                        );
                    }
                }
                for (index, enumeration) in message.enum_type.iter().enumerate() {
                    check_enum!(&comments, child(&path, 4, index), name, enumeration, &mut broken);
                }
                for (index, nested) in message.nested_type.iter().enumerate() {
                    waiting.push((child(&path, 3, index), name.clone(), nested));
                }
            }
        }
        for (index, enumeration) in file.enum_type.iter().enumerate() {
            check_enum!(&comments, vec![5, index as i32], package, enumeration, &mut broken);
        }
        for (index, service) in file.service.iter().enumerate() {
            let (path, name) = (vec![6, index as i32], format!("{package}.{}", service.name()));
            say(&comments, &path, &name, &mut broken);
            for (index, method) in service.method.iter().enumerate() {
                say(
                    &comments,
                    &child(&path, 2, index),
                    &format!("{name}.{}", method.name()),
                    &mut broken,
                );
            }
        }
    }
    anyhow::ensure!(seen > 300, "only {seen} fields were seen");
    none("a comment on everything in a proto", broken)
}

#[test]
fn files_are_short_and_say_what_they_are() -> anyhow::Result<()> {
    let mut broken = Vec::new();
    for (path, text) in sources(".rs")? {
        let lines = text.lines().count();
        if lines > LINES_MAX {
            broken.push(format!("{path} has {lines} lines"));
        }
        if !text.starts_with("//!") {
            broken.push(format!("{path} does not start with //!"));
        }
    }
    none("at most a thousand lines, and //! first", broken)
}

#[test]
fn the_core_is_pure() -> anyhow::Result<()> {
    let manifest: toml::Table = fs::read_to_string(root().join("daemon/core/Cargo.toml"))?.parse()?;
    let dependencies = manifest
        .get("dependencies")
        .and_then(toml::Value::as_table)
        .context("no dependencies")?;
    let names: Vec<_> = dependencies.keys().map(String::as_str).collect();
    anyhow::ensure!(names == ["jiff", "serde", "thiserror"], "the core depends on {names:?}");
    anyhow::ensure!(!manifest.contains_key("build-dependencies") && !manifest.contains_key("target"));
    let mut broken = Vec::new();
    for (path, text) in sources(".rs")? {
        let ambient = [
            "std::time::",
            "std::fs",
            "std::net",
            "std::thread",
            "std::env",
            "std::process",
        ];
        let is_core = path.starts_with("daemon/core/src/") && !path.contains("test");
        for word in ambient.iter().filter(|word| is_core && text.contains(*word)) {
            broken.push(format!("{path} mentions {word}"));
        }
    }
    none("no clock, disk, network, thread or environment in the core", broken)
}

#[test]
fn nothing_is_left_for_later_or_refers_outside() -> anyhow::Result<()> {
    let outside = concat!("..", "/shared");
    let later = [
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
        concat!("#[", "ignore"),
        concat!("dbg", "!("),
    ];
    let mut broken = Vec::new();
    for (path, text) in sources("")? {
        if text.contains(outside) {
            broken.push(format!("{path} refers to {outside}"));
        }
        for word in later
            .iter()
            .filter(|word| path.ends_with(".rs") && text.contains(*word))
        {
            broken.push(format!("{path} has {word}"));
        }
    }
    none("whole, and whole by itself", broken)
}

/// B4 (`domain.md` §2): what a temporary Party branch may not do has no call, no event and no verb; and none comes in by accident.
#[test]
fn what_a_temporary_branch_may_not_do_does_not_exist() -> anyhow::Result<()> {
    // Admit, confirm probationers, discipline, collect dues, elect, move somebody's organizational relation.
    let forbidden = [
        "admit",
        "recruit",
        "confirm",
        "probation",
        "disciplin",
        "sanction",
        "punish",
        "expel",
        "dues",
        "elect",
        "vote",
        "transfer",
    ];
    let mut names = BTreeSet::new();
    let api = fs::read_to_string(root().join("proto/baiying/v1/branch.proto"))?;
    let calls = api.split("rpc ").skip(1).filter_map(|rest| rest.split('(').next());
    names.extend(calls.map(str::to_lowercase));
    let stored = fs::read_to_string(root().join("proto/baiying/journal/v1/branch.proto"))?;
    let messages = stored
        .split("\nmessage ")
        .skip(1)
        .filter_map(|rest| rest.split(' ').next());
    names.extend(messages.map(str::to_lowercase));
    for folder in ["daemon/core/src/branch", "cli/src/commands/branch"] {
        for entry in fs::read_dir(root().join(folder))? {
            names.insert(entry?.file_name().to_string_lossy().trim_end_matches(".rs").to_owned());
        }
    }
    anyhow::ensure!(names.len() > 40, "the names were not found: {names:?}");
    let is_forbidden = |name: &&String| forbidden.iter().any(|word| name.contains(word));
    none("no such thing", names.iter().filter(is_forbidden).cloned().collect())
}

/// What `events` and the timeline call an event is in both catalogues.
#[test]
fn every_kind_of_event_has_a_word() -> anyhow::Result<()> {
    let mut kinds = BTreeSet::new();
    for (path, text) in sources(".rs")? {
        if path.starts_with("daemon/src/api/watch/describe") {
            let words = text.split('"').map(str::to_owned);
            // Facts have underscores; kinds of one word cannot be told from answers, and are few.
            kinds.extend(words.filter(|word| {
                word.contains('-') && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
            }));
        }
    }
    anyhow::ensure!(kinds.len() > 60, "the kinds were not found: {kinds:?}");
    let mut broken = Vec::new();
    for (path, text) in sources(".yml")? {
        if let Some((_, events)) = text.split_once("\nevent:\n") {
            let words: BTreeSet<_> = events
                .lines()
                .take_while(|line| line.starts_with("  "))
                .filter_map(|line| line.trim().split_once(':'))
                .map(|(kind, _)| kind)
                .collect();
            broken.extend(
                kinds
                    .iter()
                    .filter(|kind| !words.contains(kind.as_str()))
                    .map(|kind| format!("{path}: {kind}")),
            );
        }
    }
    none("a word for every kind of event", broken)
}
