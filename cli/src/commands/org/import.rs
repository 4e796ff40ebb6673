//! `org import`: divisions and agencies from a file.

use std::collections::BTreeSet;

use baiying_proto::v1 as pb;

use crate::app::App;
use crate::commands::call;
use crate::commands::import::{self, ImportArgs};
use crate::error::CliError;
use crate::i18n::tr;
use crate::sheet::{DIVISIONS, Sheet, SheetError};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    import: ImportArgs,
    #[arg(long, value_name = "CODE")]
    root: Option<String>,
}

/// Position of `code` and `parent_code` in [`DIVISIONS`].
const CODE: usize = 0;
const PARENT: usize = 2;

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let mut sheet = import::read(app, &args.import, &DIVISIONS)?;
    match &args.root {
        Some(root) => {
            if !make_root(&mut sheet, root) {
                let problem = crate::sheet::Problem::NoSuchRoot(root.clone());
                return Err(SheetError::new(&args.import.file, problem).into());
            }
        }
        None => {
            if let Some((root, parent)) = only_stranger(&sheet)
                && daemon_is_empty(app).await?
            {
                app.note(&tr!(
                    app.lang,
                    "import.root",
                    root = crate::text::quoted(&root),
                    parent = crate::text::quoted(&parent)
                ));
                make_root(&mut sheet, &root);
            }
        }
    }
    import::run(
        app,
        &args.import,
        sheet,
        &DIVISIONS,
        |row| {
            let [code, name, parent_code, kind] = row.values.try_into().unwrap_or_default();
            pb::UnitRow {
                row: row.number,
                code,
                name,
                parent_code,
                kind,
            }
        },
        |header, rows| pb::ImportUnitsRequest { header, rows },
        |client, messages| async move {
            let answer = client.org().import_units(messages).await?;
            Ok(answer.map(|answer| answer.report.unwrap_or_default()))
        },
    )
    .await
}

/// Clears the parent of this row; whether there is such a row.
fn make_root(sheet: &mut Sheet, code: &str) -> bool {
    match sheet.rows.iter_mut().find(|row| row.values[CODE] == code) {
        Some(row) => {
            row.values[PARENT].clear();
            true
        }
        None => false,
    }
}

/// The one row whose parent is not in the file, with that parent. None if there are several, none, or a root already.
fn only_stranger(sheet: &Sheet) -> Option<(String, String)> {
    let codes: BTreeSet<&str> = sheet.rows.iter().map(|row| row.values[CODE].as_str()).collect();
    if sheet.rows.iter().any(|row| row.values[PARENT].is_empty()) {
        return None;
    }
    let mut strangers = sheet
        .rows
        .iter()
        .filter(|row| !codes.contains(row.values[PARENT].as_str()));
    match (strangers.next(), strangers.next()) {
        (Some(row), None) => Some((row.values[CODE].clone(), row.values[PARENT].clone())),
        _ => None,
    }
}

async fn daemon_is_empty(app: &App) -> Result<bool, CliError> {
    let client = app.client()?;
    let request = pb::ListUnitsRequest {
        page: Some(pb::PageRequest {
            page_size: 1,
            page_token: String::new(),
        }),
        ..pb::ListUnitsRequest::default()
    };
    Ok(app
        .query(call!(client, org.list_units, request))
        .await?
        .units
        .is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::Row;

    fn sheet(rows: &[(&str, &str)]) -> Sheet {
        let rows = (2..).zip(rows).map(|(number, (code, parent))| Row {
            number,
            values: [code, "name", parent, "grid"].map(|value| (*value).to_owned()).to_vec(),
        });
        Sheet {
            rows: rows.collect(),
            bad: Vec::new(),
            encoding: None,
            headers: Vec::new(),
            bad_keys: Vec::new(),
        }
    }

    #[test]
    fn the_root_is_never_guessed_from_several() {
        assert_eq!(
            only_stranger(&sheet(&[("1", "0"), ("2", "1")])),
            Some(("1".into(), "0".into()))
        );
        assert_eq!(only_stranger(&sheet(&[("1", "0"), ("2", "9")])), None, "two strangers");
        assert_eq!(
            only_stranger(&sheet(&[("1", ""), ("2", "9")])),
            None,
            "a root and a stranger"
        );
        assert_eq!(only_stranger(&sheet(&[("1", "2"), ("2", "1")])), None, "a cycle");
    }
}
