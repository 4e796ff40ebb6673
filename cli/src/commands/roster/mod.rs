//! The roster as it is kept (花名册): workbooks in, workbooks out.

mod diff;
mod export;
mod import;
mod layout;
mod marked;
mod summary;
mod teams;
mod template;

use std::path::Path;

use crate::app::App;
use crate::error::CliError;

/// The verbs of `roster`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Import(import::Args),
    Template(template::Args),
    Export(export::Args),
}

/// Runs one of them.
pub(crate) async fn run(app: &App, command: Command) -> Result<u8, CliError> {
    match command {
        Command::Import(args) => import::run(app, args).await,
        Command::Template(args) => template::run(app, args).await,
        Command::Export(args) => export::run(app, args).await,
    }
}

/// Writes a workbook into a file, whole or not at all.
fn save(path: &Path, book: &mut rust_xlsxwriter::Workbook) -> Result<(), CliError> {
    let bytes = book.save_to_buffer().map_err(CliError::internal)?;
    write(path, &bytes)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    std::fs::write(path, bytes).map_err(|source| CliError::Write {
        path: path.to_owned(),
        source,
    })
}
