//! A response from its activation to its after-action report: situation reports with the board's numbers, the timeline, the past as it
//! was seen, and the files for those who look back.

use std::fs;

use anyhow::Context as _;
use baiying_e2e::api::{desk, fresh};
use baiying_e2e::{Cli, Site};
use baiying_proto::v1;
use serde_json::Value;

async fn check_in(site: &Site, order_id: u32, people: impl IntoIterator<Item = u32>) -> anyhow::Result<()> {
    let request = v1::CheckInRequest {
        context: fresh(),
        order_id,
        reporter: desk(),
        muster_point: "M1".to_owned(),
        person_ids: people.into_iter().collect(),
        ..v1::CheckInRequest::default()
    };
    site.api()?.field().check_in(request).await?;
    Ok(())
}

/// The board of the response, and at which revision it was seen.
fn board(cli: &Cli, at: Option<&str>) -> anyhow::Result<Value> {
    let at = at.map_or_else(Vec::new, |at| vec!["--at", at]);
    cli.ok(&[&["board", "--response", "R1"], at.as_slice()].concat())
}

fn kinds(items: &Value) -> anyhow::Result<Vec<&str>> {
    let items = items["items"].as_array().context("a list")?;
    Ok(items.iter().filter_map(|item| item["kind"].as_str()).collect())
}

#[tokio::test]
async fn a_response_is_reported_looked_back_on_and_written_down() -> anyhow::Result<()> {
    let site = Site::small().await?;
    let (cli, api) = (site.cli(), site.api()?);
    let order = api.activate(3, "请立即集结").await?.order.context("an order")?;
    check_in(&site, order.order_id, 1..=6).await?;
    let early = board(&cli, None)?;
    let decline = v1::DeclineRequest {
        context: fresh(),
        order_id: order.order_id,
        reporter: desk(),
        person_id: 13,
        reason: "medical".to_owned(),
        ..v1::DeclineRequest::default()
    };
    api.field().decline(decline).await?;
    check_in(&site, order.order_id, 7..=9).await?;
    let late = board(&cli, None)?;
    anyhow::ensure!(
        early["total"]["counts"] != late["total"]["counts"],
        "something has changed"
    );

    // The numbers of a report are the board's; the order of reports is kept.
    cli.refused(
        "NO_FIRST_REPORT",
        &["report", "file", "R1", "--kind", "follow-up", "--trend", "x"],
    )?;
    let words = ["--source", "荷城街道", "--place", "西江大堤", "--nature", "<b>管涌</b>"];
    let first = ["report", "file", "R1", "--kind", "first", "--form", "phone"];
    let filed = cli.ok(&[&first[..], &words[..]].concat())?;
    anyhow::ensure!(filed["seq"] == 1 && filed["late"] == false, "{filed}");
    let shown = cli.ok(&["report", "show", "R1", "1"])?;
    for name in ["due", "present", "en_route", "excused", "absent", "unconfirmed"] {
        let (said, known) = (&shown["numbers"][name], &late["total"]["counts"][name]);
        anyhow::ensure!(said == known && !said.is_null(), "{name}: {shown}");
    }
    let clocks = cli.ok(&["report", "clocks"])?;
    let open = clocks["responses"][0]["clocks"].as_array().context("clocks")?;
    anyhow::ensure!(open.iter().any(|clock| clock["clock"] == "first-written"), "{clocks}");
    let end = ["report", "file", "R1", "--kind", "final", "--trend", "over"];
    cli.refused("RESPONSE_NOT_TERMINATED", &end)?;
    cli.ok(&["--yes", "response", "terminate", "R1", "--reason", "the water falls"])?;
    let last = cli.ok(&end)?;
    anyhow::ensure!(last["seq"] == 2, "{last}");

    // The past is as it was seen, by revision and by time.
    for seen in [&early, &late] {
        let then = board(&cli, Some(&format!("r{}", seen["revision"])))?;
        anyhow::ensure!(&then == seen, "{then} is not what was seen: {seen}");
    }
    let before = cli.ok(&["response", "show", "R1", "--at", &format!("r{}", early["revision"])])?;
    anyhow::ensure!(before["active"] == true, "it was active then");
    let orders = cli.ok(&[
        "order",
        "list",
        "--response",
        "R1",
        "--at",
        &format!("r{}", early["revision"]),
    ])?;
    anyhow::ensure!(orders["orders"][0]["versions"][0]["status"] == "open", "{orders}");
    let ahead = cli.run(&["board", "--at", "r99999999"])?;
    anyhow::ensure!(ahead.code != 0 && ahead.stderr.contains("99999999"), "{ahead:?}");

    // Everything is in the timeline, in order.
    let timeline = cli.ok(&["response", "timeline", "R1"])?;
    let happened = kinds(&timeline)?;
    for kind in [
        "response-activated",
        "order-issued",
        "checked-in",
        "declined",
        "situation-report-filed",
        "order-cancelled",
        "response-terminated",
    ] {
        anyhow::ensure!(happened.contains(&kind), "{kind} is missing: {happened:?}");
    }
    let revisions: Vec<_> = timeline["items"]
        .as_array()
        .context("a list")?
        .iter()
        .map(|item| item["revision"].as_u64())
        .collect();
    anyhow::ensure!(revisions.is_sorted(), "{revisions:?}");

    // Two files for those who look back.
    let json = site.dir.path().join("R1.json");
    let html = site.dir.path().join("R1.html");
    for (format, file) in [("json", &json), ("html", &html)] {
        let file = file.to_str().context("a path in UTF-8")?;
        cli.ok(&["response", "export", "R1", "--format", format, "--out", file])?;
    }
    let document: Value = serde_json::from_str(&fs::read_to_string(&json)?)?;
    let arrived = document["muster_curve"]
        .as_array()
        .and_then(|points| points.last())
        .context("a curve")?;
    anyhow::ensure!(arrived["arrived"] == 9, "{arrived}");
    let no_shows = document["no_shows"]["people"].as_array().context("people")?;
    anyhow::ensure!(no_shows.len() == 21, "{} of 30 did not come", no_shows.len());
    let sick = no_shows.iter().find(|row| row["person_id"] == 13).context("P13")?;
    anyhow::ensure!(sick["reason"] == "medical", "{sick}");
    anyhow::ensure!(document["situation_reports"].as_array().map(Vec::len) == Some(2));
    let page = fs::read_to_string(&html)?;
    anyhow::ensure!(
        page.contains("<svg") && page.contains("&lt;b&gt;管涌") && !page.contains("<b>管涌"),
        "the page"
    );
    Ok(())
}
