//! The command line of Baiying (百应).
//!
//! Noun then verb: `commands/<noun>/<verb>.rs` holds the arguments and the work of one command. Data goes to stdout and
//! everything else to stderr; texts live in `locales/`, one catalogue a language. What a field lead reports out of reach is
//! kept by `offline/`. Nothing here knows the daemon except through `baiying-proto`.

mod after_action;
mod app;
mod catalogue;
mod cli;
mod client;
mod clock;
mod commands;
mod drill_report;
mod error;
mod export;
pub mod fuzzing;
mod help;
mod i18n;
mod ids;
mod offline;
mod output;
mod sheet;
mod text;
mod when;

#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::process::ExitCode;

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    ExitCode::from(run(std::env::args_os().collect(), output::Ui::process()))
}

/// Runs one command line and says with which code the process exits.
fn run(args: Vec<OsString>, ui: output::Ui) -> u8 {
    let lang = i18n::Lang::before_parsing(&args, std::env::var_os("BAIYING_LANG"));
    let cli = match help::parse(lang, &args) {
        Ok(cli) => cli,
        Err(error) => return help::report(lang, &error, &ui),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(source) => return error::report(&error::CliError::internal(source), lang, &ui),
    };
    let outcome = runtime.block_on(cli::dispatch(cli, lang, ui.clone()));
    // Nothing that is still running in the background may hold the prompt.
    runtime.shutdown_background();
    match outcome {
        Ok(code) => code,
        Err(error) => error::report(&error, lang, &ui),
    }
}
