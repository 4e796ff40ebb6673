//! `org show`: one unit, with the response level in force there.

use baiying_proto::v1 as pb;

use crate::app::App;
use crate::commands::call;
use crate::error::{CliError, exit};
use crate::i18n::word;
use crate::ids::level_text;
use crate::output::json as documents;
use crate::output::table::Facts;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "CODE")]
    code: String,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::GetUnitRequest { code: args.code };
    let unit = app
        .query(call!(client, org.get_unit, request))
        .await?
        .unit
        .unwrap_or_default();
    app.emit(
        || documents::unit(&unit),
        || {
            Facts::new(app.lang)
                .fact("code", &unit.code)
                .fact("name", &unit.name)
                .fact("kind", word(app.lang, "unit", &unit.kind))
                .fact("parent", &unit.parent_code)
                .fact("people", unit.people.to_string())
                .fact("level", level_text(app.lang, unit.effective_level))
                .text()
        },
    )?;
    Ok(exit::OK)
}
