//! Duty: the calendar, a year of rosters for 68 units, exports, stand-ins, swaps, and what is refused. Real command line, real daemon.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::Context as _;
use baiying_core::calendar::{Date, Zone};
use baiying_core::id::Timestamp;
use baiying_drills::synth::{self, District, SynthOptions};
use baiying_e2e::{Cli, Site, wait};
use calcard::icalendar::{ICalendar, ICalendarComponentType, ICalendarProperty, ICalendarValue};
use serde_json::Value;

/// Units that keep duty: 60 agencies and 8 towns.
const UNITS: usize = 68;
/// Days that are looked at.
const DAYS: i32 = 365;

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_default()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A command that must be refused by the daemon, whatever its reason is called.
fn refused(cli: &Cli, arguments: &[&str]) -> anyhow::Result<()> {
    let output = cli.run(arguments)?;
    anyhow::ensure!(
        output.code == 4 && output.stderr.contains("deploy/docs/errors/"),
        "{arguments:?} was to be refused: {output:#?}"
    );
    Ok(())
}

/// A day at an hour of the district's clock, as it is typed.
fn at(day: Date, hour: u32) -> String {
    format!("{day}T{hour:02}:00:00+08:00")
}

/// Who is on in a unit at an instant, by position, with the document.
fn on(cli: &Cli, unit: &str, at: &str) -> anyhow::Result<(BTreeMap<String, Vec<i64>>, Value)> {
    let answer = cli.ok(&["duty", "on", "--unit", unit, "--at", at])?;
    let unit = list(&answer, "units").first().context("no unit")?.clone();
    let mut on: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for holder in list(&unit, "holders") {
        let people = on.entry(text(&holder["position"]).to_owned()).or_default();
        people.push(number(&holder["person_id"]));
    }
    Ok((on, unit))
}

/// The holder with this id, as the document has it.
fn holder(unit: &Value, person: i64) -> anyhow::Result<&Value> {
    let mut holders = list(unit, "holders").iter();
    let found = holders.find(|holder| number(&holder["person_id"]) == person);
    found.with_context(|| format!("P{person} is not on: {unit}"))
}

/// A district with its people, and its files.
fn district(site: &Site) -> anyhow::Result<String> {
    let dir = site.dir.path().join("files");
    let options = SynthOptions {
        members: false,
        ..SynthOptions::default()
    };
    let report = synth::write(District::Gaoming, &options, &dir)?;
    anyhow::ensure!(report.duty_units as usize == UNITS, "{report:?}");
    let (cli, dir) = (site.cli(), dir.to_string_lossy().into_owned());
    for (noun, file) in [("org", "divisions"), ("person", "people")] {
        cli.ok(&[noun, "import", &format!("{dir}/{file}.csv")])?;
    }
    Ok(dir)
}

/// The first day that is wholly ahead, by the daemon's clock.
fn tomorrow(cli: &Cli) -> anyhow::Result<Date> {
    let now = number(&cli.ok(&["duty", "on"])?["at_unix_ms"]);
    Ok(Zone::shanghai().date(Timestamp::from_unix_ms(now)).plus_days(1))
}

/// UID, beginning and end of every event of a file, as somebody else's parser reads it.
fn events(path: &Path) -> anyhow::Result<Vec<(String, i64, i64)>> {
    let text = fs::read_to_string(path)?;
    let long = text.split("\r\n").find(|line| line.len() > 75);
    anyhow::ensure!(
        long.is_none(),
        "{}: a line of more than 75 octets: {long:?}",
        path.display()
    );
    let calendar = ICalendar::parse(&text).map_err(|entry| anyhow::anyhow!("{}: {entry:?}", path.display()))?;
    let is_event = |kind: &ICalendarComponentType| *kind == ICalendarComponentType::VEvent;
    let events = calendar.components.iter().filter(|it| is_event(&it.component_type));
    events
        .map(|event| {
            let instant = |name: &ICalendarProperty| match event.property(name).and_then(|entry| entry.values.first()) {
                Some(ICalendarValue::PartialDateTime(at)) => at.to_timestamp().context("no instant"),
                other => anyhow::bail!("{name:?}: {other:?}"),
            };
            let uid = event.uid().context("no UID")?.to_owned();
            Ok((
                uid,
                instant(&ICalendarProperty::Dtstart)?,
                instant(&ICalendarProperty::Dtend)?,
            ))
        })
        .collect()
}

#[tokio::test]
async fn a_year_of_duty_for_68_units() -> anyhow::Result<()> {
    let site = Site::start()?;
    let (cli, dir) = (site.cli(), district(&site)?);
    let file = format!("{dir}/duty.csv");

    // A dry run says what would happen, and nothing happens.
    let dry = cli.ok(&["duty", "import", &file, "--dry-run"])?;
    anyhow::ensure!(
        dry["dry_run"] == true && number(&dry["added"]) == UNITS as i64 && dry["bad"] == serde_json::json!([]),
        "{dry}"
    );
    anyhow::ensure!(
        list(&cli.ok(&["duty", "rosters"])?, "rosters").is_empty(),
        "a dry run wrote something"
    );

    let first = tomorrow(&cli)?;
    let imported = cli.ok(&["duty", "import", &file])?;
    anyhow::ensure!(
        imported["applied"] == true && number(&imported["added"]) == UNITS as i64,
        "{imported}"
    );
    // Before the first shift of today nobody is on; from tomorrow on nothing is wrong.
    let begins = Zone::shanghai()
        .instant(first, baiying_core::calendar::Minute::new(12 * 60))
        .unix_ms();
    let late = list(&imported, "findings")
        .iter()
        .find(|finding| number(&finding["from_unix_ms"]) >= begins);
    anyhow::ensure!(late.is_none(), "{late:?}");
    let again = cli.ok(&["duty", "import", &file])?;
    anyhow::ensure!(number(&again["unchanged"]) == UNITS as i64, "{again}");
    let rosters = cli.ok(&["duty", "rosters"])?;
    anyhow::ensure!(list(&rosters, "rosters").len() == UNITS, "{rosters}");

    let days = DAYS.to_string();
    let checked = cli.ok(&["duty", "check", "--from", &at(first, 12), "--days", &days])?;
    anyhow::ensure!(
        number(&checked["rosters"]) == UNITS as i64 && list(&checked, "findings").is_empty(),
        "{checked}"
    );

    // Who is on: everywhere a lead and two officers, who are nowhere else.
    let all = cli.ok(&["duty", "on", "--at", &at(first, 12)])?;
    let mut seen = BTreeSet::new();
    for unit in list(&all, "units") {
        let holders = list(unit, "holders");
        let leads = holders.iter().filter(|holder| holder["position"] == "lead").count();
        anyhow::ensure!(
            list(unit, "missing").is_empty() && (leads, holders.len()) == (1, 3),
            "{unit}"
        );
        for holder in holders {
            anyhow::ensure!(seen.insert(number(&holder["person_id"])), "in two places: {holder}");
        }
    }
    anyhow::ensure!(seen.len() == UNITS * 3, "{}", seen.len());

    // A year of every unit as a calendar: one shift after the other, every one with a UID of its own, the same each time.
    let (from, until) = (first.to_string(), first.plus_days(DAYS - 1).to_string());
    let mut uids = BTreeSet::new();
    let path = site.dir.path().join("值班.ics");
    let name = path.to_string_lossy().into_owned();
    let mut total = 0;
    for unit in list(&rosters, "rosters") {
        let export = [
            "duty",
            "export",
            "--unit",
            text(&unit["unit_code"]),
            "--from",
            &from,
            "--until",
            &until,
            &name,
        ];
        let written = cli.ok(&export)?;
        let events = events(&path)?;
        anyhow::ensure!(
            events.len() as i64 == number(&written["shifts"]) && events.len() >= DAYS as usize,
            "{written}: {}",
            events.len()
        );
        let gap = events.windows(2).find(|pair| pair[0].2 != pair[1].1);
        anyhow::ensure!(gap.is_none(), "{unit}: {gap:?}");
        let new = events.iter().filter(|(uid, ..)| uids.insert(uid.clone())).count();
        anyhow::ensure!(new == events.len(), "{unit}: a UID stands twice");
        total += new;
    }
    anyhow::ensure!(total >= UNITS * DAYS as usize);
    let unit = text(&list(&rosters, "rosters")[0]["unit_code"]).to_owned();
    cli.ok(&[
        "duty", "export", "--unit", &unit, "--from", &from, "--until", &until, &name,
    ])?;
    anyhow::ensure!(
        events(&path)?.iter().all(|(uid, ..)| uids.contains(uid)),
        "other UIDs the second time"
    );

    // The same for spreadsheets, and a person's own shifts.
    for (file, magic) in [("值班.csv", b"\xef\xbb\xbf".as_slice()), ("值班.xlsx", b"PK")] {
        let path = site.dir.path().join(file);
        let name = path.to_string_lossy().into_owned();
        let written = cli.ok(&[
            "duty", "export", "--unit", &unit, "--from", &from, "--until", &until, &name,
        ])?;
        anyhow::ensure!(
            number(&written["written"]) == number(&written["shifts"]) * 3,
            "{written}"
        );
        anyhow::ensure!(fs::read(&path)?.starts_with(magic), "{file}");
    }
    let (on_duty, _) = on(&cli, &unit, &at(first, 12))?;
    let lead = format!("P{}", on_duty["lead"][0]);
    let own = cli.ok(&[
        "duty", "export", "--person", &lead, "--from", &from, "--until", &until, &name,
    ])?;
    let mine = events(&path)?;
    anyhow::ensure!(
        mine.len() as i64 == number(&own["shifts"]) && !mine.is_empty() && mine.len() < DAYS as usize,
        "{own}"
    );
    anyhow::ensure!(
        mine.iter().all(|(uid, ..)| uid.ends_with(&format!("-{lead}@baiying"))),
        "{mine:?}"
    );

    // A feed is there as soon as it runs, and is stopped by ending it.
    let feed = site.dir.path().join("feed.ics");
    let mut running = cli
        .command(&[
            "duty",
            "export",
            "--unit",
            &unit,
            "--every",
            "10s",
            &feed.to_string_lossy(),
        ])
        .stdout(std::process::Stdio::null())
        .spawn()?;
    let there = wait::until("the feed", async || Ok(feed.exists().then_some(()))).await;
    running.kill()?;
    running.wait()?;
    there?;
    anyhow::ensure!(!events(&feed)?.is_empty(), "an empty feed");
    Ok(())
}

#[tokio::test]
async fn stand_ins_and_swaps_change_who_is_on() -> anyhow::Result<()> {
    let site = Site::start()?;
    let (cli, dir) = (site.cli(), district(&site)?);
    let first = tomorrow(&cli)?;
    cli.ok(&["duty", "import", &format!("{dir}/duty.csv")])?;
    let unit = "440608-A001";
    let noon = |days: i32| at(first.plus_days(days), 12);
    let officer = |days: i32| -> anyhow::Result<(i64, BTreeMap<String, Vec<i64>>)> {
        let (on, _) = on(&cli, unit, &noon(days))?;
        Ok((on["officer"][0], on))
    };
    let p = |person: i64| format!("P{person}");

    // 顶班: somebody of another turn takes two hours.
    let (rostered, _) = officer(0)?;
    let (other, _) = officer(2)?;
    anyhow::ensure!(rostered != other, "two turns of one crew");
    let set = [
        "duty",
        "stand-in",
        "set",
        "--unit",
        unit,
        "--position",
        "officer",
        "--person",
        &p(other),
        "--instead-of",
        &p(rostered),
        "--from",
        &at(first, 11),
        "--until",
        &at(first, 13),
        "--reason",
        "防汛会商",
    ];
    let stand_in = number(&cli.ok(&set)?["stand_in_id"]).to_string();
    let (during, document) = on(&cli, unit, &noon(0))?;
    anyhow::ensure!(
        during["officer"].contains(&other) && !during["officer"].contains(&rostered),
        "{document}"
    );
    let holder_then = holder(&document, other)?;
    anyhow::ensure!(
        holder_then["via"] == "stand-in" && number(&holder_then["instead_of"]) == rostered,
        "{holder_then}"
    );
    for hour in [10, 13] {
        let (beside, document) = on(&cli, unit, &at(first, hour))?;
        anyhow::ensure!(
            beside["officer"].contains(&rostered) && !beside["officer"].contains(&other),
            "{document}"
        );
    }
    let listed = cli.ok(&["duty", "stand-in", "list", "--unit", unit])?;
    anyhow::ensure!(
        list(&listed, "stand_ins").len() == 1 && listed["stand_ins"][0]["reason"] == "防汛会商",
        "{listed}"
    );
    cli.ok(&["duty", "stand-in", "end", &stand_in])?;
    anyhow::ensure!(officer(0)?.1["officer"].contains(&rostered), "the stand-in has ended");

    // 换班: asked for, agreed to, approved; before that nothing changes.
    let ((gives, _), (takes, _)) = (officer(2)?, officer(3)?);
    let request = [
        "duty",
        "swap",
        "request",
        "--person",
        &p(gives),
        "--unit",
        unit,
        "--at",
        &noon(2),
        "--with",
        &p(takes),
        "--return-at",
        &noon(3),
        "--reason",
        "家中有事",
    ];
    let swap = number(&cli.ok(&request)?["swap_id"]).to_string();
    refused(&cli, &["duty", "swap", "approve", &swap])?;
    refused(&cli, &["duty", "swap", "consent", &swap, "--person", &p(gives)])?;
    cli.ok(&["duty", "swap", "consent", &swap, "--person", &p(takes)])?;
    anyhow::ensure!(officer(2)?.1["officer"].contains(&gives), "not before it is approved");
    refused(&cli, &["--actor", &p(gives), "duty", "swap", "approve", &swap])?;
    cli.ok(&["duty", "swap", "approve", &swap])?;
    for (days, comes, goes) in [(2, takes, gives), (3, gives, takes)] {
        let (on, document) = on(&cli, unit, &noon(days))?;
        anyhow::ensure!(
            on["officer"].contains(&comes) && !on["officer"].contains(&goes),
            "{document}"
        );
        let holder = holder(&document, comes)?;
        anyhow::ensure!(
            holder["via"] == "swap" && number(&holder["instead_of"]) == goes,
            "{holder}"
        );
    }
    let listed = cli.ok(&["duty", "swap", "list", "--status", "approved"])?;
    anyhow::ensure!(
        list(&listed, "swaps").len() == 1 && listed["swaps"][0]["emergency"] == false,
        "{listed}"
    );
    // The one answer is the same in the duty sheet.
    let (day, next) = (first.plus_days(2).to_string(), first.plus_days(3).to_string());
    let sheet = cli.ok(&[
        "duty",
        "shifts",
        "--person",
        &p(takes),
        "--from",
        &day,
        "--until",
        &next,
    ])?;
    let swapped = list(&sheet, "shifts")
        .iter()
        .any(|shift| holder(shift, takes).is_ok_and(|it| it["via"] == "swap"));
    anyhow::ensure!(swapped, "{sheet}");

    // A table for people names who is missing nowhere, and everybody masked.
    let table = cli.run(&["duty", "on", "--unit", unit, "--at", &noon(0)])?;
    anyhow::ensure!(
        table.code == 0 && !table.stdout.contains("!!") && table.stdout.contains(unit),
        "{table:?}"
    );

    // AB角.
    let post = ["duty", "backup", "set", "--unit", unit, "--post", "值班室主任"];
    cli.ok(&[&post[..], &["--a", &p(gives), "--b", &p(takes)]].concat())?;
    refused(&cli, &[&post[..], &["--a", &p(gives), "--b", &p(gives)]].concat())?;
    let backups = cli.ok(&["duty", "backup", "list", "--unit", unit])?;
    anyhow::ensure!(number(&backups["backups"][0]["acting_person_id"]) == gives, "{backups}");
    cli.ok(&[&post[..], &["--give-up"]].concat())?;
    anyhow::ensure!(
        list(&cli.ok(&["duty", "backup", "list"])?, "backups").is_empty(),
        "given up"
    );
    Ok(())
}

#[tokio::test]
async fn calendars_are_taken_and_wrong_input_is_refused() -> anyhow::Result<()> {
    let site = Site::start()?;
    let (cli, dir) = (site.cli(), district(&site)?);
    let write = |name: &str, text: &str| -> anyhow::Result<String> {
        let path = site.dir.path().join(name);
        fs::write(&path, text)?;
        Ok(path.to_string_lossy().into_owned())
    };

    // 节假日 and 调休, of a year that nobody has decided on yet.
    let days = write(
        "days.csv",
        "日期,类型,名称\n2040年1月1日,节假日,元旦\n2040/1/2,休,元旦\n2040-01-07,调休上班,元旦\n",
    )?;
    let report = cli.ok(&["calendar", "import", &days])?;
    anyhow::ensure!(number(&report["added"]) == 3, "{report}");
    let listed = cli.ok(&["calendar", "list", "--year", "2040"])?;
    let kinds: Vec<_> = list(&listed, "days")
        .iter()
        .map(|day| (text(&day["date"]), text(&day["kind"])))
        .collect();
    anyhow::ensure!(
        kinds
            == [
                ("2040-01-01", "holiday"),
                ("2040-01-02", "holiday"),
                ("2040-01-07", "workday")
            ],
        "{listed}"
    );
    let undone = write("week.csv", "date,kind,name\n2040-01-02,week,\n")?;
    cli.ok(&["calendar", "import", &undone])?;
    anyhow::ensure!(
        list(&cli.ok(&["calendar", "list", "--year", "2040"])?, "days").len() == 2,
        "follows the week again"
    );
    for bad in [
        "十月一日,节假日,国庆节",
        "2040-02-30,节假日,",
        "2040-05-01,假日么,劳动节",
    ] {
        let file = write("bad-days.csv", &format!("日期,类型,名称\n{bad}\n"))?;
        let report = cli.json(3, &["calendar", "import", &file])?;
        anyhow::ensure!(
            report["applied"] == false && list(&report, "bad").len() == 1,
            "{bad}: {report}"
        );
    }

    // Rows that are wrong, one by one: said where, and nothing is taken.
    let people = fs::read_to_string(format!("{dir}/duty.csv"))?;
    let person = |row: usize| {
        people
            .lines()
            .nth(row)
            .and_then(|line| line.split(',').nth(7))
            .context("no row")
    };
    let (lead, officer) = (person(1)?.to_owned(), person(2)?.to_owned());
    let header = "单位代码,班制,起始日期,岗位,班次,轮次,轮换周期,人员,到岗时限(分钟)\n";
    let good = format!("440608-A001,全天制,,带班领导,,1,每班,{lead},\n");
    for (field, bad) in [
        ("unit_code", format!("440608-X99,全天制,,值班员,,1,,{officer},\n")),
        ("pattern", format!("440608-A002,三班倒,,值班员,,1,,{officer},\n")),
        ("from_date", format!("440608-A002,全天制,昨天,值班员,,1,,{officer},\n")),
        ("position", format!("440608-A002,全天制,,司机,,1,,{officer},\n")),
        ("turn", format!("440608-A002,全天制,,值班员,,2,,{officer},\n")),
        ("turn", format!("440608-A002,全天制,,值班员,,甲,,{officer},\n")),
        ("person", "440608-A002,全天制,,值班员,,1,,P999999,\n".to_owned()),
        (
            "recall_minutes",
            format!("440608-A002,全天制,,备勤,,1,,{officer},半小时\n"),
        ),
    ] {
        let file = write("bad.csv", &format!("{header}{good}{bad}"))?;
        let report = cli.json(3, &["duty", "import", &file])?;
        let named = list(&report, "bad")
            .iter()
            .any(|it| text(&it["field"]) == field && number(&it["row"]) == 3);
        anyhow::ensure!(report["applied"] == false && named, "{field}: {report}");
    }
    anyhow::ensure!(
        list(&cli.ok(&["duty", "rosters"])?, "rosters").is_empty(),
        "nothing was taken"
    );
    // A unit with one bad row is left out as a whole, and the others are taken.
    let file = write(
        "half.csv",
        &format!(
            "{header}{good}440608-A002,全天制,,带班领导,,甲,,{officer},\n440608-A002,全天制,,值班员,,1,,{officer},\n"
        ),
    )?;
    let report = cli.json(3, &["duty", "import", &file, "--skip-bad"])?;
    anyhow::ensure!(
        number(&report["added"]) == 1 && list(&report, "bad").len() == 2,
        "{report}"
    );
    // It lacks officers from the first shift on: said at once, and by the exit code of the check.
    anyhow::ensure!(!list(&report, "findings").is_empty(), "{report}");
    let checked = cli.json(6, &["duty", "check", "--unit", "440608-A001"])?;
    let kinds: BTreeSet<&str> = list(&checked, "findings").iter().map(|it| text(&it["kind"])).collect();
    anyhow::ensure!(kinds.contains("too-few-officers"), "{checked}");

    // Commands that make no sense.
    let day = tomorrow(&cli)?;
    let (from, until) = (at(day, 8), at(day, 9));
    for arguments in [
        vec!["duty", "on", "--unit", "440608-X99"],
        vec!["duty", "check", "--unit", "440608-X99"],
        vec!["duty", "sign-in", "--unit", "440608-A001", "--person", "P999999"],
        vec!["duty", "sign-out", "--unit", "440608-A001", "--person", "P1"],
        vec!["duty", "stand-in", "end", "77"],
        vec!["duty", "swap", "approve", "77"],
        vec![
            "duty",
            "shifts",
            "--unit",
            "440608-A001",
            "--from",
            "2026-01-01",
            "--until",
            "2028-01-01",
        ],
        vec![
            "duty",
            "stand-in",
            "set",
            "--unit",
            "440608-A001",
            "--position",
            "lead",
            "--person",
            "P1",
            "--from",
            &until,
            "--until",
            &from,
            "--reason",
            "x",
        ],
    ] {
        refused(&cli, &arguments)?;
    }
    Ok(())
}
