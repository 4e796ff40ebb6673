//! `roster import`: the roster of a unit (花名册) from the workbook it is kept in.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use baiying_proto::v1 as pb;

use super::summary::Summary;
use super::{marked, teams};
use crate::app::App;
use crate::client::Client;
use crate::commands::{call, import, pages};
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::sheet::roster::{self, Fault, Field, Kind, Place, Settled, Unit, Units};
use crate::sheet::{self, SheetError, Workbook};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[arg(long, value_name = "CODE")]
    unit: String,
    #[arg(long)]
    dry_run: bool,
    #[arg(long, value_name = "FILE.xlsx")]
    report: Option<PathBuf>,
    #[arg(long)]
    skip_bad: bool,
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    #[arg(long)]
    no_teams: bool,
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
}

/// Key of the dry run that goes ahead: the import has the key that was given.
const DRY_RUN: usize = 1;
/// Key of the import of teams.
const TEAMS: usize = 2;

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let book = open(app, &args)?;
    let about_file = |problem| SheetError::new(&args.file, problem);
    let reading = roster::read(&book, args.sheet.as_deref()).map_err(about_file)?;
    let client = app.client()?;
    // Refused here if there is no such unit.
    let request = pb::GetUnitRequest {
        code: args.unit.clone(),
    };
    app.query(call!(client, org.get_unit, request)).await?;
    let units = units(app, &client).await?;
    let taken = reading.sheets.clone();
    let mut settled = reading.settle(&book, &units, &args.unit);
    let read = settled.people;

    let context = app.context()?;
    let send = Sending {
        app,
        client: &client,
        rows: std::mem::take(&mut settled.rows).into(),
        // Who is not in the file has left: only if everything that somebody may stand in was read.
        whole: if settled.is_whole() {
            args.unit.clone()
        } else {
            String::new()
        },
    };
    // What would happen: told before, and with, what happens.
    let preview = send
        .people(&App::part(&context, DRY_RUN), true, pb::ImportMode::SkipBad)
        .await?;
    let report = preview.report.clone().unwrap_or_default();
    let mut faults = std::mem::take(&mut settled.faults);
    faults.extend(refused(&report.bad, &settled, &book, &taken));
    let bad_rows = rows_of(&faults);
    let goes_ahead = !args.dry_run && (bad_rows == 0 || args.skip_bad) && !send.rows.is_empty();
    let mut answer = preview.clone();
    if goes_ahead {
        if preview.left > 0 {
            app.confirm(&tr!(app.lang, "confirm.roster", left = preview.left, unit = args.unit))?;
        }
        let mode = if args.skip_bad {
            pb::ImportMode::SkipBad
        } else {
            pb::ImportMode::AllOrNothing
        };
        answer = send.people(&context, false, mode).await?;
    }
    let report = answer.report.clone().unwrap_or_default();
    if goes_ahead && rows_of(&faults) != report.bad.len() + local(&faults) {
        // The district changed between the dry run and the import: what the import says counts.
        faults.retain(|fault| fault.kind != Kind::Refused);
        faults.extend(refused(&report.bad, &settled, &book, &taken));
    }
    let bad_rows = rows_of(&faults);
    let counted = (report.added + report.changed + report.unchanged) as usize + bad_rows + settled.merged;
    if counted != read {
        let reason = format!("{read} rows were read and {counted} are accounted for");
        return Err(CliError::internal(reason));
    }

    let formed = if args.no_teams || settled.members.is_empty() {
        teams::Formed::default()
    } else {
        let refused: BTreeSet<Place> = faults.iter().map(|fault| fault.place).collect();
        let plan = teams::plan(app, &client, &settled, &units, &refused).await?;
        if goes_ahead {
            teams::form(app, &client, plan, &App::part(&context, TEAMS)).await?
        } else {
            plan.only_shown()
        }
    };
    faults.sort_by_key(|fault| (fault.place, fault.column));
    if let Some(path) = &args.report {
        marked::write(app.lang, path, &book, &faults, &formed.faults)?;
    }
    let summary = Summary {
        read,
        merged: settled.merged,
        bad_rows,
        dry_run: args.dry_run,
        goes_ahead,
        whole: !send.whole.is_empty(),
        doubts: &settled.doubts,
        answer: &answer,
        changes: &preview.changes,
        places: &settled.places,
        faults: &faults,
        notes: &settled.notes,
        sheets: &taken,
        book: &book,
        teams: &formed,
        units: &units,
    };
    summary.tell(app)?;
    Ok(if faults.is_empty() && formed.faults.is_empty() {
        exit::OK
    } else {
        exit::BAD_ROWS
    })
}

fn open(app: &App, args: &Args) -> Result<Workbook, CliError> {
    let about_file = |problem| SheetError::new(&args.file, problem);
    let bytes = std::fs::read(&args.file).map_err(|source| about_file(sheet::Problem::Unreadable(source)))?;
    let name = args.file.file_stem().unwrap_or_default().to_string_lossy();
    let book = sheet::open(&bytes, &name, args.encoding.as_deref()).map_err(about_file)?;
    if let Some(encoding) = &book.encoding {
        app.note(&tr!(app.lang, "import.encoding", encoding = encoding));
    }
    Ok(book)
}

/// Every unit: people are seconded and live elsewhere.
async fn units(app: &App, client: &Client) -> Result<Units, CliError> {
    let units = pages::all(&pages::Limit { limit: 0 }, async |page| {
        let request = pb::ListUnitsRequest {
            page: Some(page),
            ..pb::ListUnitsRequest::default()
        };
        let answer = app.query(call!(client, org.list_units, request)).await?;
        Ok((answer.units, answer.next_page_token))
    })
    .await?;
    Ok(Units::new(units.into_iter().map(|unit| Unit {
        code: unit.code,
        name: unit.name,
        parent: unit.parent_code,
    })))
}

fn rows_of(faults: &[Fault]) -> usize {
    faults.iter().map(|fault| fault.place).collect::<BTreeSet<_>>().len()
}

/// Rows that are bad by what stands in the file alone.
fn local(faults: &[Fault]) -> usize {
    let own = faults.iter().filter(|fault| fault.kind != Kind::Refused);
    own.map(|fault| fault.place).collect::<BTreeSet<_>>().len()
}

/// What the daemon does not take, with its place in the file.
fn refused(bad: &[pb::RowError], settled: &Settled, book: &Workbook, sheets: &[roster::SheetRead]) -> Vec<Fault> {
    let place = |row: u32| settled.places.get((row as usize).wrapping_sub(1)).copied();
    let columns: BTreeMap<usize, &BTreeMap<Field, usize>> =
        sheets.iter().map(|read| (read.sheet, &read.columns)).collect();
    bad.iter()
        .filter_map(|bad| {
            let place_of = place(bad.row)?;
            let field = Field::of_wire(&bad.field);
            let columns = columns.get(&place_of.sheet);
            let column = field.and_then(|field| columns?.get(&field).copied());
            let value = column.map(|column| {
                book.sheets[place_of.sheet]
                    .cell(place_of.row as usize - 1, column)
                    .text()
            });
            Some(Fault {
                place: place_of,
                column,
                field,
                value: value.unwrap_or_else(|| bad.value.clone()),
                kind: Kind::Refused,
                detail: format!("{} {}", bad.problem, bad.detail).trim().to_owned(),
                other: place(bad.other_row),
            })
        })
        .collect()
}

struct Sending<'a> {
    app: &'a App,
    client: &'a Client,
    rows: Arc<[pb::PersonRow]>,
    whole: String,
}

impl Sending<'_> {
    async fn people(
        &self,
        context: &pb::CommandContext,
        dry_run: bool,
        mode: pb::ImportMode,
    ) -> Result<pb::ImportPeopleResponse, CliError> {
        if self.rows.is_empty() {
            return Ok(pb::ImportPeopleResponse::default());
        }
        let bar = import::progress(self.app, self.rows.len());
        let call = |context: pb::CommandContext| {
            let header = pb::ImportHeader {
                context: Some(context),
                mode: mode.into(),
            };
            let whole = self.whole.clone();
            let to_message = move |header: Option<pb::ImportHeader>, rows| pb::ImportPeopleRequest {
                whole_roster_of: if header.is_some() { whole.clone() } else { String::new() },
                dry_run: dry_run && header.is_some(),
                header,
                rows,
            };
            bar.set_position(0);
            let messages = import::messages(header, Arc::clone(&self.rows), to_message, bar.clone());
            let mut service = self.client.roster();
            async move { service.import_people(messages).await }
        };
        let outcome = self.app.mutate_as(context, self.app.import_timeout(), call).await;
        bar.finish_and_clear();
        outcome
    }
}
