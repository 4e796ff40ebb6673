//! `completions`: a script for the shell.

use crate::app::App;
use crate::error::{CliError, exit};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "SHELL", value_enum)]
    shell: clap_complete::Shell,
}

/// Runs it.
pub(crate) fn run(app: &App, args: &Args) -> Result<u8, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut crate::help::command(app.lang), "baiying", &mut script);
    app.ui.data(&String::from_utf8_lossy(&script))?;
    Ok(exit::OK)
}
