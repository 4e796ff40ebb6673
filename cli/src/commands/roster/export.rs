//! `roster export`: a unit's roster as a workbook or CSV. Masked, unless a purpose and an approver go on record.

use std::collections::BTreeMap;
use std::path::PathBuf;

use baiying_proto::v1 as pb;
use rust_xlsxwriter::{Format, Workbook as Writer, XlsxError};
use serde_json::json;

use super::layout::{self, EXPORT};
use crate::app::App;
use crate::client::Client;
use crate::commands::{call, change, pages};
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::when;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "FILE")]
    out: PathBuf,
    #[arg(long, value_name = "CODE")]
    unit: String,
    #[arg(long, requires = "purpose", requires = "approved_by")]
    unmask: bool,
    #[arg(long, value_name = "TEXT", requires = "unmask")]
    purpose: Option<String>,
    #[arg(long, value_name = "NAME", requires = "unmask")]
    approved_by: Option<String>,
}

/// People of one request for personal data.
const CHUNK: usize = 1000;

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let is_csv = match args.out.extension().map(|ending| ending.to_ascii_lowercase()) {
        Some(ending) if ending == "csv" => true,
        Some(ending) if ending == "xlsx" => false,
        _ => return Err(CliError::Usage(tr!(app.lang, "usage.export_ending"))),
    };
    let client = app.client()?;
    let unit_code = args.unit.clone();
    let all = pages::Limit { limit: 0 };
    let units = pages::all(&all, async |page| {
        let request = pb::ListUnitsRequest {
            within_code: unit_code.clone(),
            kind: String::new(),
            page: Some(page),
        };
        let answer = app.query(call!(client, org.list_units, request)).await?;
        Ok((answer.units, answer.next_page_token))
    })
    .await?;
    let names: BTreeMap<String, String> = units.into_iter().map(|unit| (unit.code, unit.name)).collect();
    let people = pages::all(&all, async |page| {
        let request = pb::ListPeopleRequest {
            unit_code: unit_code.clone(),
            page: Some(page),
            ..pb::ListPeopleRequest::default()
        };
        let answer = app.query(call!(client, roster.list_people, request)).await?;
        Ok((answer.people, answer.next_page_token))
    })
    .await?;
    let teams = pages::all(&all, async |page| {
        let request = pb::ListTeamsRequest {
            unit_code: unit_code.clone(),
            kind: "agency".to_owned(),
            page: Some(page),
        };
        let answer = app.query(call!(client, roster.list_teams, request)).await?;
        Ok((answer.teams, answer.next_page_token))
    })
    .await?;
    // Who has left is in the daemon's record, and not in the roster.
    let people: Vec<pb::Person> = people.into_iter().filter(|person| person.standing != "left").collect();
    let shown = if args.unmask {
        unmask(app, &client, &args, &people).await?
    } else {
        BTreeMap::new()
    };
    let rows: Vec<[String; 16]> = people
        .iter()
        .map(|person| row(person, shown.get(&person.person_id), &names, &teams))
        .collect();
    let title = args.unmask.then(|| {
        tr!(
            app.lang,
            "roster.export_title",
            actor = app.actor(),
            at = when::local(crate::clock::now_unix_ms()),
            purpose = args.purpose.clone().unwrap_or_default(),
            approved_by = args.approved_by.clone().unwrap_or_default()
        )
    });
    if is_csv {
        super::write(&args.out, &csv(title.as_deref(), &rows)?)?;
    } else {
        let mut writer = workbook(title.as_deref(), &rows).map_err(CliError::internal)?;
        super::save(&args.out, &mut writer)?;
    }
    app.emit(
        || json!({ "file": args.out.to_string_lossy(), "people": rows.len(), "unmasked": args.unmask }),
        || {
            let path = crate::text::line(&args.out.to_string_lossy());
            let key = if args.unmask {
                "roster.exported_unmasked"
            } else {
                "roster.exported"
            };
            crate::i18n::fill(app.lang, key, &[("path", path), ("people", rows.len().to_string())]) + "\n"
        },
    )?;
    Ok(exit::OK)
}

async fn unmask(
    app: &App,
    client: &Client,
    args: &Args,
    people: &[pb::Person],
) -> Result<BTreeMap<u32, pb::UnmaskedPerson>, CliError> {
    let context = app.context()?;
    let mut shown = BTreeMap::new();
    for (part, chunk) in people.chunks(CHUNK).enumerate() {
        let request = pb::UnmaskRequest {
            context: None,
            person_ids: chunk.iter().map(|person| person.person_id).collect(),
            purpose: args.purpose.clone().unwrap_or_default(),
            approved_by: args.approved_by.clone().unwrap_or_default(),
        };
        let context = App::part(&context, part);
        let call = change!(client, roster.unmask, request);
        let answer = app.mutate_as(&context, app.call_timeout(), call).await?;
        shown.extend(answer.people.into_iter().map(|person| (person.person_id, person)));
    }
    Ok(shown)
}

fn row(
    person: &pb::Person,
    shown: Option<&pb::UnmaskedPerson>,
    names: &BTreeMap<String, String>,
    teams: &[pb::Team],
) -> [String; 16] {
    let open = |unmasked: fn(&pb::UnmaskedPerson) -> &String, masked: &str| {
        shown.map_or_else(|| masked.to_owned(), |person| unmasked(person).clone())
    };
    [
        format!("P{}", person.person_id),
        person.unit_code.clone(),
        names.get(&person.unit_code).cloned().unwrap_or_default(),
        person.department.clone(),
        open(|person| &person.name, &person.masked_name),
        open(|person| &person.id_number, &person.masked_id_number),
        layout::political(&person.political).to_owned(),
        layout::category(&person.category).to_owned(),
        layout::standing(&person.standing).to_owned(),
        person.seconded_to_code.clone(),
        person.post.clone(),
        open(|person| &person.phone, &person.masked_phone),
        open(|person| &person.address, ""),
        person.residence_code.clone(),
        person.skills.join("、"),
        layout::role(person, teams).to_owned(),
    ]
}

fn workbook(title: Option<&str>, rows: &[[String; 16]]) -> Result<Writer, XlsxError> {
    let mut writer = Writer::new();
    let text = Format::new().set_num_format("@");
    let bold = Format::new().set_bold();
    let sheet = writer.add_worksheet();
    sheet.set_name("花名册")?;
    let header = u32::from(title.is_some());
    if let Some(title) = title {
        sheet.write_string(0, 0, title)?;
    }
    for (column, layout) in (0_u16..).zip(&EXPORT) {
        sheet.write_string_with_format(header, column, layout.header, &bold)?;
        sheet.set_column_width(column, layout.width)?;
        if layout.text {
            sheet.set_column_format(column, &text)?;
        }
    }
    sheet.set_freeze_panes(header + 1, 5)?;
    for (row, cells) in (header + 1..).zip(rows) {
        for ((column, cell), layout) in (0_u16..).zip(cells).zip(&EXPORT) {
            if cell.is_empty() {
                continue;
            }
            if layout.text {
                sheet.write_string_with_format(row, column, cell, &text)?;
            } else {
                sheet.write_string(row, column, cell)?;
            }
        }
    }
    Ok(writer)
}

fn csv(title: Option<&str>, rows: &[[String; 16]]) -> Result<Vec<u8>, CliError> {
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .from_writer(b"\xef\xbb\xbf".to_vec());
    if let Some(title) = title {
        writer.write_record([title]).map_err(CliError::internal)?;
    }
    let headers = EXPORT.iter().map(|column| column.header);
    writer.write_record(headers).map_err(CliError::internal)?;
    for cells in rows {
        let cells = cells.iter().zip(&EXPORT).map(|(cell, layout)| {
            // With a tab behind it a spreadsheet leaves a long number alone; what looks like a formula it would calculate.
            if layout.text && cell.len() > 11 && cell.bytes().all(|byte| byte.is_ascii_digit() || byte == b'X') {
                format!("{cell}\t")
            } else if cell.starts_with(['=', '+', '-', '@']) {
                format!("'{cell}")
            } else {
                cell.clone()
            }
        });
        writer.write_record(cells).map_err(CliError::internal)?;
    }
    writer
        .into_inner()
        .map_err(|error| CliError::internal(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::open;
    use crate::sheet::roster::{Unit, Units, read};

    fn rows() -> Vec<[String; 16]> {
        let person = pb::Person {
            person_id: 12,
            unit_code: "A1".into(),
            residence_code: "440608001201".into(),
            category: "staff".into(),
            political: "probationary-member".into(),
            team_ids: vec![3],
            standing: "seconded-out".into(),
            seconded_to_code: "A2".into(),
            skills: vec!["boat".into(), "medic".into()],
            department: "办公室".into(),
            post: "科员".into(),
            masked_name: "张*".into(),
            ..pb::Person::default()
        };
        let shown = pb::UnmaskedPerson {
            person_id: 12,
            name: "张三".into(),
            phone: "13800000001".into(),
            id_number: "990101199003071237".into(),
            address: "沧江路 1 号".into(),
        };
        let team = pb::Team {
            team_id: 3,
            unit_code: "A1".into(),
            leader_id: 1,
            deputy_id: 12,
            ..pb::Team::default()
        };
        vec![row(
            &person,
            Some(&shown),
            &BTreeMap::from([("A1".into(), "应急局".into())]),
            &[team],
        )]
    }

    #[test]
    fn what_was_exported_is_imported_as_it_was() {
        let unit = |code: &str, name: &str, parent: &str| Unit {
            code: code.into(),
            name: name.into(),
            parent: parent.into(),
        };
        let units = Units::new([
            unit("D", "高明区", ""),
            unit("A1", "应急局", "D"),
            unit("A2", "水利局", "D"),
            unit("440608001201", "沧江社区", "D"),
        ]);
        let title = "导出 district:duty-desk";
        let bytes = [
            workbook(Some(title), &rows()).unwrap().save_to_buffer().unwrap(),
            csv(Some(title), &rows()).unwrap(),
            workbook(None, &rows()).unwrap().save_to_buffer().unwrap(),
        ];
        for bytes in bytes {
            let book = open(&bytes, "x", None).unwrap();
            let settled = read(&book, None).unwrap().settle(&book, &units, "D");
            assert_eq!(settled.faults, []);
            let expected = pb::PersonRow {
                row: 1,
                id_number: "990101199003071237".into(),
                name: "张三".into(),
                phone: "13800000001".into(),
                unit_code: "A1".into(),
                residence_code: "440608001201".into(),
                category: "staff".into(),
                political: "probationary-member".into(),
                address: "沧江路 1 号".into(),
                standing: "seconded-out".into(),
                seconded_to_code: "A2".into(),
                skills: vec!["boat".into(), "medic".into()],
                department: "办公室".into(),
                post: "科员".into(),
                absent: Vec::new(),
            };
            assert_eq!(settled.rows, [expected]);
            assert_eq!(settled.members[0].role, "deputy");
        }
    }
}
