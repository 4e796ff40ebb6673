//! `in-place open`: a window for each village of a key area, each with its order (重点区域就地报到).

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::output::json as documents;
use crate::output::table::Sheet;
use crate::{ids, when};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "R", value_parser = ids::response)]
    response: u32,
    #[arg(long, value_name = "CODE", num_args = 1.., value_delimiter = ',')]
    key_area: Vec<String>,
    #[arg(long, value_name = "CODE")]
    mobilized_by: String,
    #[arg(long, value_name = "DURATION", value_parser = when::duration_ms, conflicts_with = "report_by")]
    report_within: Option<u64>,
    #[arg(long, value_name = "TIME", value_parser = when::instant_unix_ms)]
    report_by: Option<i64>,
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    use pb::deadline::When;
    let area = if args.key_area.is_empty() {
        tr!(app.lang, "confirm.whole_scope")
    } else {
        args.key_area.join(", ")
    };
    let response = format!("R{}", args.response);
    let area = crate::text::line(&area);
    app.confirm(&tr!(app.lang, "confirm.open_windows", response = response, area = area))?;
    let when = args
        .report_within
        .map(When::WithinMs)
        .or(args.report_by.map(When::AtUnixMs));
    let client = app.client()?;
    let request = pb::OpenWindowsRequest {
        context: None,
        response_id: args.response,
        key_area_codes: args.key_area,
        mobilized_by_code: args.mobilized_by,
        deadline: when.map(|when| pb::Deadline { when: Some(when) }),
        text: args.text.unwrap_or_default(),
    };
    let answer = app.mutate(change!(client, in_place.open_windows, request)).await?;
    app.emit(
        || {
            let opened: Vec<_> = answer.opened.iter().map(opened).collect();
            let more = json!({ "response_id": request.response_id, "opened": opened,
                "open_before_codes": answer.open_before_codes, "without_members_codes": answer.without_members_codes });
            documents::receipt(answer.receipt.as_ref(), more)
        },
        || text(app, &answer),
    )?;
    Ok(exit::OK)
}

fn opened(window: &pb::OpenedWindow) -> serde_json::Value {
    let pb::OpenedWindow {
        window_id,
        village_code,
        order,
    } = window;
    json!({ "window_id": window_id, "village_code": village_code, "order": documents::issued(order.as_ref()) })
}

fn text(app: &App, answer: &pb::OpenWindowsResponse) -> String {
    let mut text = tr!(app.lang, "in_place.opened", count = answer.opened.len());
    text.push('\n');
    if !answer.opened.is_empty() {
        let columns = ["window", "village", "order", "due", "excused"];
        let mut sheet = Sheet::new(app.lang, &columns).numbers([3, 4]);
        for window in &answer.opened {
            let order = window.order.unwrap_or_default();
            sheet.row([
                format!("W{}", window.window_id),
                window.village_code.clone(),
                format!("O{}", order.order_id),
                order.due.to_string(),
                order.excused.to_string(),
            ]);
        }
        text.push_str(&sheet.text());
    }
    for (codes, before) in [
        (&answer.open_before_codes, true),
        (&answer.without_members_codes, false),
    ] {
        if codes.is_empty() {
            continue;
        }
        let villages = crate::text::line(&codes.join(", "));
        text.push_str(&if before {
            tr!(app.lang, "in_place.open_before", villages = villages)
        } else {
            tr!(app.lang, "in_place.without_members", villages = villages)
        });
        text.push('\n');
    }
    text
}
