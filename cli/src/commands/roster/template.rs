//! `roster template`: the sheet to fill in.

use std::path::PathBuf;

use baiying_proto::v1 as pb;
use rust_xlsxwriter::{DataValidation, Format, Workbook as Writer, XlsxError};
use serde_json::json;

use super::layout::TEMPLATE;
use crate::app::App;
use crate::commands::call;
use crate::error::{CliError, exit};
use crate::i18n::{Lang, tr};
use crate::sheet::roster::INSTRUCTIONS;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "OUT.xlsx")]
    out: PathBuf,
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
}

/// Rows that are ready to be filled in.
const ROWS: u32 = 1000;
/// The first row below the header.
const FIRST: u32 = 2;

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let unit = match &args.unit {
        None => None,
        Some(code) => {
            let client = app.client()?;
            let request = pb::GetUnitRequest { code: code.clone() };
            app.query(call!(client, org.get_unit, request)).await?.unit
        }
    };
    let name = unit.map(|unit| unit.name).unwrap_or_default();
    let mut writer = make(&name).map_err(CliError::internal)?;
    super::save(&args.out, &mut writer)?;
    app.emit(
        || json!({ "file": args.out.to_string_lossy() }),
        || {
            let path = crate::text::line(&args.out.to_string_lossy());
            tr!(app.lang, "roster.template_written", path = path) + "\n"
        },
    )?;
    Ok(exit::OK)
}

/// A row that shows how it is done. Left in, it is passed over: there is no division 990101, and it says what it is.
const EXAMPLE: [&str; 19] = [
    "示例",
    "应急管理局",
    "办公室",
    "张三",
    "男",
    "1990-03-07",
    "990101199003071237",
    "中共党员",
    "在编",
    "在岗",
    "",
    "科员",
    "13800000000",
    "（选填）",
    "",
    "驾船、急救",
    "队员",
    "A角",
    "导入时自动忽略，可删除",
];

fn make(unit: &str) -> Result<Writer, XlsxError> {
    let mut writer = Writer::new();
    let text = Format::new().set_num_format("@");
    let bold = Format::new().set_bold().set_text_wrap();
    let title = Format::new().set_bold().set_font_size(16);
    let grey = Format::new().set_num_format("@").set_italic().set_font_color("808080");
    let sheet = writer.add_worksheet();
    sheet.set_name("花名册")?;
    sheet.write_string_with_format(0, 0, format!("{unit}花名册"), &title)?;
    for (column, layout) in (0_u16..).zip(&TEMPLATE) {
        sheet.write_string_with_format(1, column, layout.header, &bold)?;
        sheet.set_column_width(column, layout.width)?;
        if layout.text {
            sheet.set_column_format(column, &text)?;
        }
        let example = EXAMPLE[usize::from(column)];
        if !example.is_empty() {
            sheet.write_string_with_format(FIRST, column, example, &grey)?;
        }
        if !layout.choices.is_empty() {
            let list = DataValidation::new().allow_list_strings(layout.choices)?;
            // The words of the list are offered; other words that mean the same are taken as well.
            let list = list.set_error_style(rust_xlsxwriter::DataValidationErrorStyle::Warning);
            sheet.add_data_validation(FIRST, column, FIRST + ROWS, column, &list)?;
        }
    }
    sheet.set_freeze_panes(2, 4)?;
    let sheet = writer.add_worksheet();
    sheet.set_name(INSTRUCTIONS)?;
    sheet.set_column_width(0, 100)?;
    let wrapped = Format::new().set_text_wrap();
    let lines = [Lang::ZhCn, Lang::En].map(|lang| tr!(lang, "roster.instructions"));
    for (row, line) in (0..).zip(lines.iter().flat_map(|text| text.lines())) {
        sheet.write_string_with_format(row, 0, line, &wrapped)?;
    }
    Ok(writer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::open;
    use crate::sheet::roster::{Note, read};

    #[test]
    fn the_template_is_read_and_its_example_is_nobody() {
        let bytes = make("应急管理局").unwrap().save_to_buffer().unwrap();
        let book = open(&bytes, "", None).unwrap();
        assert!(
            matches!(read(&book, None), Err(crate::sheet::Problem::NoRows)),
            "nobody is in it"
        );
        // Somebody below the example.
        let mut writer = make("应急管理局").unwrap();
        let sheet = writer.worksheet_from_index(0).unwrap();
        sheet.write_string(3, 1, "A1").unwrap();
        sheet.write_string(3, 3, "李四").unwrap();
        sheet.write_string(3, 6, "990101198512310043").unwrap();
        sheet.write_string(3, 8, "在编").unwrap();
        let book = open(&writer.save_to_buffer().unwrap(), "", None).unwrap();
        let reading = read(&book, None).unwrap();
        assert_eq!(
            (reading.people(), reading.drafts.len(), reading.sheets.len()),
            (1, 1, 1)
        );
        assert!(reading.notes.iter().any(|note| matches!(note, Note::Example(_))));
        assert_eq!(reading.doubts, [], "nobody stands among the instructions");
        // Every column but the number and the remarks means something.
        assert_eq!(reading.sheets[0].columns.len(), TEMPLATE.len() - 2);
    }
}
