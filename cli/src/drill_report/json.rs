//! The report for programs: the model as it is, with a format and a version before it.

use serde::Serialize;

use super::model::{Model, VERSION};
use crate::error::CliError;

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    version: u32,
    #[serde(flatten)]
    model: &'a Model,
}

/// The document.
pub(crate) fn document(model: &Model) -> Result<String, CliError> {
    let document = Document {
        format: "baiying-drill-report",
        version: VERSION,
        model,
    };
    let mut text = serde_json::to_string_pretty(&document).map_err(CliError::internal)?;
    text.push('\n');
    Ok(text)
}
