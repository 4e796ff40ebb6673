//! Help and usage errors in the user's language.
//!
//! Clap gives the shape, the catalogues the words: `cmd.<path>` and `arg.<path>.<id>` (or `arg.<id>`, where an argument means
//! the same everywhere). A test fails if a command or an argument has no text.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command, CommandFactory, FromArgMatches};

use crate::cli::Cli;
use crate::error::exit;
use crate::i18n::{Lang, find, tr};
use crate::ids::ArgError;
use crate::output::Ui;
use crate::text;

/// Parses a command line.
pub(crate) fn parse(lang: Lang, args: &[OsString]) -> Result<Cli, clap::Error> {
    let matches = command(lang).try_get_matches_from(args)?;
    Cli::from_arg_matches(&matches)
}

/// The whole command line with its texts.
pub(crate) fn command(lang: Lang) -> Command {
    let mut command = Cli::command();
    command.build();
    localize(lang, command, "", true)
}

fn localize(lang: Lang, command: Command, path: &str, top: bool) -> Command {
    let mut command = command
        .help_template(tr!(lang, "help.template"))
        .subcommand_help_heading(tr!(lang, "help.commands"))
        .mut_args(|arg| localize_arg(lang, arg, path));
    if top {
        command = command
            .about(tr!(lang, "help.about"))
            .after_help(tr!(lang, "help.after"));
    } else {
        let about = find(lang, &format!("cmd.{path}"))
            .or_else(|| find(lang, &format!("cmd.{path}._")))
            .unwrap_or_default();
        command = command.about(about);
        if let Some(example) = find(lang, &format!("example.{path}")) {
            command = command.after_help(format!("{}\n{}", tr!(lang, "help.examples"), indent(&example)));
        }
    }
    let usage = command.render_usage().to_string();
    let usage = usage
        .trim_start_matches("Usage:")
        .trim()
        .replace("[OPTIONS]", &tr!(lang, "help.options_value"));
    let usage = usage
        .replace("<COMMAND>", &tr!(lang, "help.command_value"))
        .replace("\n       ", "\n      ");
    command = command.override_usage(usage);
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in names {
        let path = if path.is_empty() {
            name.clone()
        } else {
            format!("{path}.{name}")
        };
        command = command.mut_subcommand(name, |sub| localize(lang, sub, &path, false));
    }
    command
}

fn indent(text: &str) -> String {
    text.lines()
        .map(|line| format!("  {line}"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The text of an argument of the command at a path.
pub(crate) fn arg_text(lang: Lang, path: &str, id: &str) -> Option<String> {
    // `order.issue` may share a text with all of `order`.
    let noun = path.split('.').next().unwrap_or_default();
    find(lang, &format!("arg.{path}.{id}"))
        .or_else(|| find(lang, &format!("arg.{noun}.{id}")))
        .or_else(|| find(lang, &format!("arg.any.{id}")))
}

fn localize_arg(lang: Lang, arg: Arg, path: &str) -> Arg {
    let id = arg.get_id().as_str().to_owned();
    let mut help = arg_text(lang, path, &id).unwrap_or_default();
    let takes_value = arg.get_action().takes_values();
    let mut notes = Vec::new();
    if takes_value {
        let values: Vec<String> = arg
            .get_possible_values()
            .iter()
            .map(|value| value.get_name().to_owned())
            .collect();
        if !values.is_empty() {
            notes.push(tr!(lang, "help.possible", values = values.join(", ")));
        }
        let default: Vec<_> = arg
            .get_default_values()
            .iter()
            .map(|value| value.to_string_lossy())
            .collect();
        if !default.is_empty() {
            notes.push(tr!(lang, "help.default", value = default.join(" ")));
        }
        if let Some(name) = arg.get_env() {
            notes.push(tr!(lang, "help.env", name = name.to_string_lossy()));
        }
    }
    for note in notes {
        help.push_str(&tr!(lang, "help.note", note = note));
    }
    let heading = if arg.is_positional() {
        "help.arguments"
    } else if GLOBAL.contains(&id.as_str()) {
        "help.global_options"
    } else {
        "help.options"
    };
    arg.help(help)
        .help_heading(tr!(lang, heading))
        .hide_default_value(true)
        .hide_env(true)
        .hide_possible_values(true)
}

const GLOBAL: &[&str] = &[
    "server",
    "exercise",
    "admin",
    "lang",
    "output",
    "actor",
    "request_id",
    "yes",
    "timeout",
    "help",
    "version",
];

/// Prints help where it was asked for, or what is wrong with the command line.
pub(crate) fn report(lang: Lang, error: &clap::Error, ui: &Ui) -> u8 {
    #[expect(clippy::wildcard_enum_match_arm, reason = "clap's kinds are its own and may grow")]
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let _ = ui.data(&error.render().to_string());
            exit::OK
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            ui.note(&error.render().to_string());
            exit::USAGE
        }
        _ => {
            ui.note(&describe(lang, error));
            exit::USAGE
        }
    }
}

/// A usage error: what is wrong, the value, what is allowed, what to try.
pub(crate) fn describe(lang: Lang, error: &clap::Error) -> String {
    let arg = context(error, ContextKind::InvalidArg);
    let value = context(error, ContextKind::InvalidValue);
    #[expect(clippy::wildcard_enum_match_arm, reason = "clap's kinds are its own and may grow")]
    let what = match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => tr!(lang, "usage.no_value", arg = arg),
        ErrorKind::InvalidValue => {
            tr!(
                lang,
                "usage.invalid_value",
                arg = arg,
                value = value,
                valid = context(error, ContextKind::ValidValue)
            )
        }
        ErrorKind::ValueValidation => {
            let reason = std::error::Error::source(error).map(|source| match source.downcast_ref::<ArgError>() {
                Some(problem) => problem.text(lang),
                None => text::line(&source.to_string()),
            });
            tr!(
                lang,
                "usage.validation",
                arg = arg,
                value = value,
                reason = reason.unwrap_or_default()
            )
        }
        ErrorKind::UnknownArgument => tr!(lang, "usage.unknown_argument", arg = arg),
        ErrorKind::InvalidSubcommand => {
            tr!(
                lang,
                "usage.unknown_command",
                value = context(error, ContextKind::InvalidSubcommand)
            )
        }
        ErrorKind::MissingRequiredArgument => tr!(lang, "usage.missing_argument", arg = arg),
        ErrorKind::MissingSubcommand => tr!(lang, "usage.missing_command"),
        ErrorKind::ArgumentConflict => {
            tr!(
                lang,
                "usage.conflict",
                arg = arg,
                other = context(error, ContextKind::PriorArg)
            )
        }
        ErrorKind::TooManyValues => tr!(lang, "usage.too_many_values", arg = arg, value = value),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => tr!(lang, "usage.no_value", arg = arg),
        ErrorKind::InvalidUtf8 => tr!(lang, "usage.not_utf8"),
        _ => text::block(&error.to_string()),
    };
    let mut message = tr!(lang, "error.prefix", what = what);
    let suggestion = [
        ContextKind::SuggestedArg,
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedValue,
    ]
    .into_iter()
    .map(|kind| context(error, kind))
    .find(|suggestion| !suggestion.is_empty());
    if let Some(suggestion) = suggestion {
        message.push('\n');
        message.push_str(&tr!(
            lang,
            "error.next",
            next = tr!(lang, "usage.did_you_mean", suggestion = suggestion)
        ));
    }
    message.push('\n');
    message.push_str(&tr!(lang, "error.next", next = tr!(lang, "usage.see_help")));
    message
}

fn context(error: &clap::Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(value)) => text::quoted(value),
        Some(ContextValue::Strings(values)) => values
            .iter()
            .map(|value| text::quoted(value))
            .collect::<Vec<_>>()
            .join(", "),
        Some(ContextValue::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}
