//! A workbook of sixty agencies as they send it: every dirty row is named, no good one is lost, and the same file twice changes
//! nothing.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::Context as _;
use baiying_drills::synth::{MessyWorkbook, WorkbookOptions, messy_workbook};
use baiying_e2e::{Cli, Site};
use serde_json::Value;

fn path(path: &Path) -> anyhow::Result<&str> {
    path.to_str().context("a path in UTF-8")
}

/// The district and its agencies.
fn import_units(site: &Site, cli: &Cli, messy: &MessyWorkbook) -> anyhow::Result<()> {
    let mut text = String::from("code,name,parent_code,kind\n");
    for unit in &messy.units {
        text.push_str(&format!(
            "{},{},{},{}\n",
            unit.code, unit.name, unit.parent_code, unit.kind
        ));
    }
    let file = site.dir.path().join("divisions.csv");
    fs::write(&file, text)?;
    cli.ok(&["org", "import", path(&file)?])?;
    Ok(())
}

fn count(document: &Value, name: &str) -> anyhow::Result<u64> {
    document[name]
        .as_u64()
        .with_context(|| format!("no {name}: {document}"))
}

fn adds_up(document: &Value) -> anyhow::Result<()> {
    let sum: u64 = ["added", "changed", "unchanged", "bad_rows", "merged"]
        .into_iter()
        .map(|name| count(document, name))
        .sum::<anyhow::Result<u64>>()?;
    anyhow::ensure!(sum == count(document, "read")?, "{sum} of {} rows", document["read"]);
    Ok(())
}

fn found(document: &Value) -> anyhow::Result<BTreeSet<(String, u64, String, String)>> {
    let bad = document["bad"].as_array().context("a list")?;
    bad.iter()
        .map(|bad| {
            let text = |name: &str| bad[name].as_str().map(str::to_owned).with_context(|| format!("{bad}"));
            Ok((text("sheet")?, count(bad, "row")?, text("field")?, text("problem")?))
        })
        .collect()
}

#[test]
fn a_district_sends_its_workbook() -> anyhow::Result<()> {
    let site = Site::start()?;
    let cli = site.cli();
    let options = WorkbookOptions::default();
    let messy = messy_workbook(options)?;
    let corrected = messy_workbook(WorkbookOptions {
        corrected: true,
        ..options
    })?;
    import_units(&site, &cli, &messy)?;
    let dirty = site.dir.path().join("花名册.xlsx");
    let clean = site.dir.path().join("改正.xlsx");
    let report = site.dir.path().join("问题.xlsx");
    fs::write(&dirty, &messy.bytes)?;
    fs::write(&clean, &corrected.bytes)?;
    let import = |code: i32, file: &Path, more: &[&str]| -> anyhow::Result<Value> {
        let arguments = [&["roster", "import", path(file)?, "--unit", "440608"], more].concat();
        let document = cli.json(code, &arguments)?;
        adds_up(&document)?;
        Ok(document)
    };

    // A dry run names everything that is wrong and changes nothing.
    let dry = import(3, &dirty, &["--dry-run", "--report", path(&report)?])?;
    let wrong: BTreeSet<_> = messy
        .wrong
        .iter()
        .map(|wrong| {
            (
                wrong.sheet.clone(),
                u64::from(wrong.row),
                wrong.field.to_owned(),
                wrong.problem.to_owned(),
            )
        })
        .collect();
    anyhow::ensure!(found(&dry)? == wrong, "what is wrong is found, and nothing else");
    anyhow::ensure!(count(&dry, "read")? == u64::from(messy.rows) && dry["applied"] == false);
    anyhow::ensure!(fs::metadata(&report)?.len() > 100_000, "the report has the sheets");
    let people = cli.ok(&["person", "list", "--limit", "1"])?;
    anyhow::ensure!(people["people"] == serde_json::json!([]), "a dry run takes nobody");

    // Without --skip-bad nothing is taken either.
    let refused = import(3, &dirty, &[])?;
    anyhow::ensure!(refused["applied"] == false);

    // The good rows, and once more.
    let good = u64::from(messy.rows - messy.merged) - messy.wrong.len() as u64;
    let taken = import(3, &dirty, &["--skip-bad"])?;
    anyhow::ensure!(
        count(&taken, "added")? == good && taken["applied"] == true,
        "{}",
        taken["added"]
    );
    let teams = taken["teams"]["teams"].as_array().context("teams")?;
    anyhow::ensure!(
        teams.len() == messy.teams.0 as usize && teams.iter().all(|team| team["state"] == "formed"),
        "{teams:#?}"
    );
    let again = import(3, &dirty, &["--skip-bad"])?;
    anyhow::ensure!(count(&again, "unchanged")? == good && again["changes"] == serde_json::json!([]));

    // The corrected file brings those who were missing, and nothing else.
    let whole = import(0, &clean, &[])?;
    let people = u64::from(corrected.rows - corrected.merged);
    anyhow::ensure!(
        count(&whole, "added")? == people - good && count(&whole, "changed")? == 0 && count(&whole, "left")? == 0,
        "{} {} {}",
        whole["added"],
        whole["changed"],
        whole["left"]
    );

    // What is exported in the clear, on record, is what is there.
    for name in ["全部.xlsx", "全部.csv"] {
        let out = site.dir.path().join(name);
        let unmask = ["--unmask", "--purpose", "yearly check", "--approved-by", "director"];
        let arguments = [
            &["roster", "export", path(&out)?, "--unit", "440608"],
            unmask.as_slice(),
        ]
        .concat();
        cli.ok(&arguments)?;
        let same = import(0, &out, &["--dry-run"])?;
        anyhow::ensure!(
            count(&same, "unchanged")? == people && same["changes"] == serde_json::json!([]),
            "{name}"
        );
    }
    let disclosures = cli.ok(&["person", "disclosures"])?;
    let disclosures = disclosures["disclosures"].as_array().context("a list")?;
    anyhow::ensure!(
        disclosures.len() as u64 == 2 * people.div_ceil(1000),
        "every request for personal data is on record: {}",
        disclosures.len()
    );
    let masked = site.dir.path().join("脱敏.csv");
    cli.ok(&["roster", "export", path(&masked)?, "--unit", "440608"])?;
    let text = fs::read_to_string(&masked)?;
    anyhow::ensure!(text.contains("***") && !text.contains("99010119"), "masked by default");
    Ok(())
}
