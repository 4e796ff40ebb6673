//! In-place reports (就地报到) and double reports (双报到).

mod assign;
mod close;
mod confirm;
mod double_report;
mod exempt;
mod exempt_end;
mod exemptions;
mod list;
mod mobile;
mod open;
mod preregister;
mod reject;
mod report;
pub(crate) mod windows;

use serde_json::json;

use crate::app::App;
use crate::error::{CliError, exit};
use crate::i18n::{fill, tr};
use crate::output::exceptions::{Applied, any_real, table};
use crate::output::json as documents;

/// The verbs of `in-place`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Open(open::Args),
    Windows(windows::Args),
    Close(close::Args),
    Report(report::Args),
    Confirm(confirm::Args),
    Reject(reject::Args),
    Assign(assign::Args),
    List(list::Args),
    Mobile(mobile::Args),
    Exempt(exempt::Args),
    ExemptEnd(exempt_end::Args),
    Exemptions(exemptions::Args),
    #[command(subcommand)]
    Preregister(preregister::Command),
    #[command(subcommand)]
    DoubleReport(double_report::Command),
}

/// Runs one of them.
pub(crate) async fn run(app: &App, command: Command) -> Result<u8, CliError> {
    match command {
        Command::Open(args) => open::run(app, args).await,
        Command::Windows(args) => windows::run(app, args).await,
        Command::Close(args) => close::run(app, args).await,
        Command::Report(args) => report::run(app, args).await,
        Command::Confirm(args) => confirm::run(app, args).await,
        Command::Reject(args) => reject::run(app, args).await,
        Command::Assign(args) => assign::run(app, args).await,
        Command::List(args) => list::run(app, args).await,
        Command::Mobile(args) => mobile::run(app, args).await,
        Command::Exempt(args) => exempt::run(app, args).await,
        Command::ExemptEnd(args) => exempt_end::run(app, args).await,
        Command::Exemptions(args) => exemptions::run(app, args).await,
        Command::Preregister(command) => preregister::run(app, command).await,
        Command::DoubleReport(command) => double_report::run(app, command).await,
    }
}

/// Prints what became of people's reports in a village.
fn outcome(app: &App, headline: &str, village: &str, applied: &Applied) -> Result<u8, CliError> {
    app.emit(
        || {
            let exceptions = documents::exceptions(&applied.exceptions);
            let more = json!({ "village_code": village, "applied": applied.applied, "exceptions": exceptions });
            documents::receipt(applied.receipt.as_ref(), more)
        },
        || {
            let values = [
                ("village", crate::text::line(village)),
                ("applied", applied.applied.to_string()),
            ];
            let mut text = fill(app.lang, headline, &values);
            text.push('\n');
            let (waiting, refused) = applied.split();
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
    Ok(if any_real(&applied.exceptions) {
        exit::BAD_ROWS
    } else {
        exit::OK
    })
}
