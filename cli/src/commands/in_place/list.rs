//! `in-place list`: who is due and how their report stands, of a village or of a home unit.

use baiying_proto::v1 as pb;
use clap::ArgGroup;
use serde_json::json;

use crate::app::App;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::i18n::word;
use crate::output::table::Sheet;
use crate::output::{duty, json_duty, json_in_place};
use crate::{ids, when};

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(group = ArgGroup::new("view").required(true).args(["village", "home_unit"]))]
pub(crate) struct Args {
    #[arg(long, value_name = "CODE")]
    village: Option<String>,
    #[arg(long, value_name = "CODE")]
    home_unit: Option<String>,
    #[arg(long, value_name = "R", value_parser = ids::response)]
    response: Option<u32>,
    #[arg(long, value_name = "STATUS")]
    #[arg(value_parser = ["confirmed", "released", "reported", "coming", "declined", "excused", "unanswered", "absent"])]
    status: Option<String>,
    #[arg(long)]
    open_only: bool,
    #[command(flatten)]
    limit: pages::Limit,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let is_village = args.village.is_some();
    let request = pb::ListInPlaceReportsRequest {
        response_id: args.response.unwrap_or_default(),
        village_code: args.village.unwrap_or_default(),
        home_unit_code: args.home_unit.unwrap_or_default(),
        status: args.status.unwrap_or_default(),
        open_only: args.open_only,
        page: None,
    };
    let reports = pages::all(&args.limit, async |page| {
        let request = pb::ListInPlaceReportsRequest {
            page: Some(page),
            ..request.clone()
        };
        let answer = app
            .query(call!(client, in_place.list_in_place_reports, request))
            .await?;
        Ok((answer.reports, answer.next_page_token))
    })
    .await?;
    app.emit(
        || json!({ "reports": json_duty::list(&reports, json_in_place::report) }),
        || {
            if is_village {
                of_village(app, &reports)
            } else {
                of_home(app, &reports)
            }
        },
    )?;
    Ok(exit::OK)
}

fn status(app: &App, report: &pb::InPlaceReport) -> String {
    let status = word(app.lang, "in_place", &report.status);
    if report.late {
        format!("{status} · {}", word(app.lang, "in_place", "late"))
    } else {
        status
    }
}

fn why(app: &App, report: &pb::InPlaceReport) -> String {
    if !report.rejected_reason.is_empty() {
        return report.rejected_reason.clone();
    }
    let stated = |reason: &str| word(app.lang, "stated", reason);
    match (report.excuse.as_str(), report.stated_reason.as_str()) {
        ("", "") => String::new(),
        ("", reason) => stated(reason),
        (excuse, _) => word(app.lang, "excuse", excuse),
    }
}

fn of_village(app: &App, reports: &[pb::InPlaceReport]) -> String {
    let columns = [
        "person",
        "status",
        "reported_at",
        "confirmed_at",
        "assigned_post",
        "skills",
        "service",
        "hours",
        "why",
    ];
    let mut sheet = Sheet::new(app.lang, &columns);
    for report in reports {
        sheet.row([
            duty::named(report.person_id, &report.masked_name),
            status(app, report),
            when::local(report.reported_at_unix_ms),
            when::local(report.confirmed_at_unix_ms),
            report.task.clone(),
            report.skills.join(" "),
            report.service.clone(),
            report.hours.clone(),
            why(app, report),
        ]);
    }
    sheet.text()
}

fn of_home(app: &App, reports: &[pb::InPlaceReport]) -> String {
    let columns = [
        "person",
        "unit",
        "village",
        "status",
        "reported_at",
        "confirmed_at",
        "assigned_post",
        "why",
    ];
    let mut sheet = Sheet::new(app.lang, &columns);
    for report in reports {
        sheet.row([
            duty::named(report.person_id, &report.masked_name),
            report.home_unit_code.clone(),
            report.village_code.clone(),
            status(app, report),
            when::local(report.reported_at_unix_ms),
            when::local(report.confirmed_at_unix_ms),
            report.task.clone(),
            why(app, report),
        ]);
    }
    sheet.text()
}
