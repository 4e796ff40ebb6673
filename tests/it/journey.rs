//! The main story by hand: files, imports, a flood, a district called out, counted, and sent home. Real command line, real daemon.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use anyhow::Context as _;
use baiying_e2e::{Api, Cli, Output, Serve, Site, run, small};
use serde_json::Value;

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_default()
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

/// The counts of everybody, after checking that they add up.
fn total(cli: &Cli, arguments: &[&str]) -> anyhow::Result<Value> {
    let board = cli.ok(&[&["board"], arguments].concat())?;
    for row in std::iter::once(&board["total"]).chain(list(&board, "rows")) {
        let counts = &row["counts"];
        let sum: u64 = ["present", "en_route", "excused", "absent", "unconfirmed"]
            .iter()
            .map(|key| number(&counts[*key]))
            .sum();
        anyhow::ensure!(number(&counts["due"]) == sum, "does not add up: {row}");
    }
    Ok(board["total"]["counts"].clone())
}

fn expect(counts: &Value, expected: &[(&str, u64)]) -> anyhow::Result<()> {
    let wrong: Vec<_> = expected
        .iter()
        .filter(|(key, count)| number(&counts[*key]) != *count)
        .collect();
    anyhow::ensure!(wrong.is_empty(), "{wrong:?} was expected: {counts}");
    Ok(())
}

fn ids(people: &[u64]) -> String {
    people
        .iter()
        .map(|person| format!("P{person}"))
        .collect::<Vec<_>>()
        .join(",")
}

/// A team with its people in this order: leader, deputy, members.
fn team(cli: &Cli, team: &Value) -> anyhow::Result<(u64, u64, Vec<u64>)> {
    let (leader, deputy) = (number(&team["leader_id"]), number(&team["deputy_id"]));
    let people = cli.ok(&["person", "list", "--team", &format!("T{}", team["team_id"])])?;
    let all = list(&people, "people")
        .iter()
        .map(|person| number(&person["person_id"]));
    let members = all.filter(|person| ![leader, deputy].contains(person)).collect();
    Ok((leader, deputy, members))
}

#[tokio::test]
async fn a_district_from_peace_to_emergency_and_back() -> anyhow::Result<()> {
    let site = Site::start()?;
    let (cli, dir) = (site.cli(), site.dir.path().join("files"));
    let out = dir.to_string_lossy().into_owned();
    let synth = run("baiyingd", &["synth", "gaoming", "--out", &out], &[])?.json()?;

    // 平时: the roster.
    for (noun, file, things) in [
        ("org", "divisions", "units"),
        ("muster", "muster", "muster_points"),
        ("person", "people", "people"),
        ("team", "teams", "teams"),
    ] {
        let file = format!("{out}/{file}.csv");
        let report = cli.ok(&[noun, "import", &file])?;
        anyhow::ensure!(
            report["added"] == synth[things] && report["applied"] == true,
            "{noun}: {report} of {synth}"
        );
        let again = cli.ok(&[noun, "import", &file])?;
        anyhow::ensure!(
            again["unchanged"] == synth[things] && number(&again["added"]) == 0,
            "{noun} again: {again}"
        );
    }
    cli.ok(&["post", "import", &format!("{out}/posts.csv")])?;
    let status = cli.ok(&["status"])?;
    for things in ["units", "people", "teams", "muster_points"] {
        anyhow::ensure!(status[things] == synth[things], "{things}: {status} of {synth}");
    }
    anyhow::ensure!(
        status["synthetic"] == true && number(&status["highest_level"]) == 0,
        "{status}"
    );
    let towns = cli.ok(&["org", "list", "--kind", "town"])?;
    let town = list(&towns, "units")
        .first()
        .and_then(|town| town["code"].as_str())
        .context("no town")?
        .to_owned();
    let points = cli.ok(&["muster", "list"])?;
    let point = &list(&points, "muster_points")[0];
    let (muster, point_code) = (
        format!("M{}", point["muster_point_id"]),
        point["code"].as_str().unwrap_or_default(),
    );
    let sheet = fs::read_to_string(dir.join("muster.csv"))?;
    let line = sheet
        .lines()
        .find(|line| line.starts_with(&format!("{point_code},")))
        .context("no muster point")?;
    let own_code = line.split(',').nth(3).context("no code")?.to_owned();

    // 启动: one command calls out the agency teams of the district and the forces of one town.
    let activate = [
        "--request-id",
        "flood-2026",
        "response",
        "activate",
        "--plan",
        "flood",
        "--level",
        "3",
        "--scope",
        &town,
        "--reason",
        "暴雨红色预警",
        "--basis",
        "明防〔2026〕7号",
        "--call-out",
        "--text",
        "请立即回令,到集结点报到",
        "--muster",
        &muster,
        "--ack-within",
        "30m",
        "--arrive-within",
        "2h",
        "--sign-off",
        "物资清点",
    ];
    let answer = cli.approved(&activate)?;
    let (due, order) = (
        number(&answer["order"]["due"]),
        format!("O{}", answer["order"]["order_id"]),
    );
    let response = format!("R{}", answer["response_id"]);
    let again = cli.approved(&activate)?;
    anyhow::ensure!(
        again["repeated"] == true && again["order"] == answer["order"],
        "a repeat: {again}"
    );
    cli.refused(
        "RESPONSE_ACTIVE",
        &["response", "activate", "--plan", "flood", "--level", "3"],
    )?;
    let rows = cli.ok(&["order", "rows", &order])?;
    anyhow::ensure!(
        list(&rows, "rows").len() as u64 == due && due > number(&synth["agency_team_members"]),
        "{due}"
    );
    expect(&total(&cli, &[])?, &[("due", due), ("unconfirmed", due)])?;

    let teams = cli.ok(&["team", "list", "--kind", "agency"])?;
    let (teams, big) = (list(&teams, "teams"), |team: &&Value| number(&team["members"]) >= 8);
    let mut chosen = teams.iter().filter(big);
    let (leader, deputy, members) = team(&cli, chosen.next().context("no team")?)?;
    let (other_leader, _, others) = team(&cli, chosen.next().context("no second team")?)?;
    let (lead, by) = (format!("P{leader}"), format!("P{deputy}"));
    let size = members.len() as u64 + 2;

    // 指令快速传达: the lead gets it, and the ledger says so.
    let received = cli.run(&["--output", "json", "field", "receive", "--lead", &lead, "--once"])?;
    anyhow::ensure!(received.code == 0, "{received:?}");
    let message: Value = serde_json::from_str(received.stdout.lines().next().unwrap_or_default())?;
    anyhow::ensure!(list(&message["order"], "people").len() as u64 == size, "{message}");
    anyhow::ensure!(message["order"]["text"] == "请立即回令,到集结点报到", "{message}");
    expect(&total(&cli, &[])?, &[("delivered", size)])?;

    // 回令, 请假, 出发.
    let acked = cli.ok(&["field", "ack", &order, "--all", "--lead", &lead])?;
    anyhow::ensure!(number(&acked["applied"]) == size, "{acked}");
    let (sick, away) = (format!("P{}", others[0]), format!("P{}", others[1]));
    let declined = cli.ok(&[
        "field", "decline", &order, "--person", &sick, "--reason", "medical", "--own",
    ])?;
    let declined_too = cli.ok(&[
        "field",
        "decline",
        &order,
        "--person",
        &away,
        "--reason",
        "out-of-town",
        "--own",
    ])?;
    let (leave, refused) = (
        format!("L{}", declined["leave_id"]),
        format!("L{}", declined_too["leave_id"]),
    );
    cli.refused("OWN_LEAVE", &["leave", "approve", &leave])?;
    expect(&total(&cli, &[])?, &[("due", due), ("en_route", size), ("excused", 0)])?;
    cli.ok(&["--actor", "district:superior", "leave", "approve", &leave])?;
    cli.ok(&["--actor", "district:superior", "leave", "deny", &refused])?;
    expect(
        &total(&cli, &[])?,
        &[("en_route", size), ("excused", 1), ("unconfirmed", due - size - 1)],
    )?;
    let departed = cli.ok(&["field", "depart", &order, "--all", "--lead", &lead])?;
    anyhow::ensure!(number(&departed["applied"]) == size, "{departed}");

    // 人员快速到位: by the lead, with one's own code, at the desk, from a list; the deputy says the same again.
    let by_lead = ids(&members[..3]);
    let check_in = |person: &str, how: &[&str]| {
        cli.ok(&[
            &["field", "check-in", &order, "--muster", &muster, "--person", person],
            how,
        ]
        .concat())
    };
    anyhow::ensure!(number(&check_in(&by_lead, &["--lead", &lead])?["applied"]) == 3);
    let again = check_in(&by_lead, &["--lead", &by])?;
    anyhow::ensure!(
        number(&again["applied"]) == 0 && list(&again, "exceptions").len() == 3,
        "{again}"
    );
    anyhow::ensure!(again["exceptions"][0]["kind"] == "already-done", "{again}");
    check_in(&format!("P{}", members[3]), &["--own", "--code", &own_code])?;
    check_in(&lead, &["--desk"])?;
    let file = dir.join("arrived.csv");
    fs::write(&file, format!("人员编号\nP{}\nP{}\n", others[2], others[3]))?;
    let arguments = ["--desk", "--file", &file.to_string_lossy()].map(str::to_owned);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let from_list = cli.ok(&[&["field", "check-in", &order, "--muster", &muster], &arguments[..]].concat())?;
    anyhow::ensure!(number(&from_list["applied"]) == 2, "{from_list}");
    // Those of the list had not answered: to be there is an answer.
    expect(
        &total(&cli, &[])?,
        &[
            ("present", 7),
            ("en_route", size - 5),
            ("excused", 1),
            ("acked", size + 2),
        ],
    )?;
    let counts = total(&cli, &["--order", &order])?;
    expect(&counts, &[("due", due), ("present", 7)])?;

    // 更新: a new version; who is there stays there, who had answered is asked again.
    let supersede = [
        "order",
        "supersede",
        &order,
        "--text",
        "水位上涨,加快",
        "--muster",
        &muster,
        "--sign-off",
        "物资清点",
        "--ack-within",
        "20m",
    ];
    let second = cli.ok(&supersede)?;
    anyhow::ensure!(
        number(&second["issued"]["version"]) == 2 && number(&second["issued"]["due"]) == due,
        "{second}"
    );
    expect(
        &total(&cli, &[])?,
        &[("due", due), ("present", 7), ("excused", 1), ("unconfirmed", due - 8)],
    )?;
    let stale = cli.refused(
        "UNKNOWN_ORDER_VERSION",
        &[
            "field",
            "ack",
            &order,
            "--own",
            "--person",
            &ids(&others[4..5]),
            "--order-version",
            "1",
        ],
    )?;
    anyhow::ensure!(stale.contains("newer version"), "{stale}");
    let shown = cli.ok(&["order", "show", &order])?;
    let statuses: Vec<_> = list(&shown, "versions")
        .iter()
        .map(|version| version["status"].as_str().unwrap_or(""))
        .collect();
    anyhow::ensure!(statuses == ["superseded", "open"], "{shown}");

    // 撤销: another order, withdrawn.
    let issue = [
        "order",
        "issue",
        "--response",
        &response,
        "--person",
        "P1",
        "--text",
        "值守",
        "--muster",
        &muster,
        "--duty",
        "volunteer",
    ];
    let extra = format!("O{}", cli.ok(&issue)?["issued"]["order_id"]);
    cli.ok(&["order", "cancel", &extra, "--reason", "误发"])?;
    let shown = cli.ok(&["order", "show", &extra])?;
    anyhow::ensure!(
        shown["versions"][0]["status"] == "cancelled" && shown["versions"][0]["cancel_reason"] == "误发",
        "{shown}"
    );
    cli.refused("ORDER_NOT_OPEN", &["order", "cancel", &extra, "--reason", "再次"])?;

    // 升级, and the count is closed: who is not there is absent.
    cli.approved(&[
        "response",
        "escalate",
        &response,
        "--level",
        "2",
        "--reason",
        "水位超警",
    ])?;
    anyhow::ensure!(number(&cli.ok(&["board", "--unit", &town])?["effective_level"]) == 2);
    cli.ok(&["order", "close", &order])?;
    let by_order = ["--order", &order];
    expect(
        &total(&cli, &by_order)?,
        &[
            ("due", due),
            ("present", 7),
            ("excused", 1),
            ("absent", due - 8),
            ("unconfirmed", 0),
        ],
    )?;
    let late = cli.run(&[
        "--output",
        "json",
        "field",
        "check-in",
        &order,
        "--muster",
        &muster,
        "--person",
        &ids(&members[4..5]),
        "--lead",
        &lead,
    ])?;
    anyhow::ensure!(
        late.code == 4 && late.stderr.contains("ORDER_NOT_OPEN"),
        "a closed count is never reopened: {late:?}"
    );
    expect(&total(&cli, &by_order)?, &[("present", 7), ("absent", due - 8)])?;

    // 解除: only after the sign-off; then the end.
    cli.refused("SIGN_OFF_OPEN", &["order", "release", &order, "--all"])?;
    cli.refused("UNKNOWN_SIGN_OFF", &["order", "sign-off", &order, "--name", "车辆"])?;
    cli.ok(&["order", "sign-off", &order, "--name", "物资清点"])?;
    cli.refused("DEPLOYMENTS_OPEN", &["response", "terminate", &response])?;
    let released = cli.ok(&["order", "release", &order, "--all"])?;
    anyhow::ensure!(number(&released["applied"]) == 7, "{released}");
    cli.ok(&["response", "terminate", &response])?;
    cli.refused(
        "RESPONSE_TERMINATED",
        &["response", "escalate", &response, "--level", "1", "--reason", "x"],
    )?;
    let status = cli.ok(&["status", "--state-hash"])?;
    expect(
        &status,
        &[("active_responses", 0), ("open_orders", 0), ("highest_level", 0)],
    )?;
    anyhow::ensure!(
        status["state_hash"].as_str().is_some_and(|hash| hash.len() == 64),
        "{status}"
    );

    // History: every event once, in order, the imports' too.
    let head = number(&status["revision"]);
    let since = (number(&answer["revision"]) - 2).to_string();
    let events = cli.ok(&["events", "--since", &since, "--limit", "0"])?;
    let revisions: Vec<u64> = list(&events, "events")
        .iter()
        .map(|event| number(&event["revision"]))
        .collect();
    anyhow::ensure!(
        revisions == (number(&answer["revision"]) - 1..=head).collect::<Vec<_>>(),
        "{revisions:?} up to {head}"
    );
    let kinds: BTreeSet<&str> = list(&events, "events")
        .iter()
        .filter_map(|event| event["kind"].as_str())
        .collect();
    for kind in ["order-issued", "acknowledged", "checked-in"] {
        anyhow::ensure!(kinds.contains(kind), "{kind} is not in {kinds:?}");
    }
    let actors: BTreeSet<&str> = list(&events, "events")
        .iter()
        .filter_map(|event| event["actor"].as_str())
        .collect();
    anyhow::ensure!(
        actors.contains("district:duty-desk") && actors.contains("district:superior"),
        "{actors:?}"
    );
    let _ = other_leader;
    Ok(())
}

/// The one lead's outcome in the answer of `field sync`.
fn synced(output: &Output) -> anyhow::Result<Value> {
    let document = output.json()?;
    document["leads"]
        .as_array()
        .and_then(|leads| leads.first())
        .cloned()
        .with_context(|| format!("{output:?}"))
}

// More than one thread: a stop is waited for while clients say goodbye.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn offline_reports_wait_and_are_settled_once() -> anyhow::Result<()> {
    let mut site = Site::small().await?;
    let cli = site.cli();
    cli.approved(&[
        "response",
        "activate",
        "--plan",
        "flood",
        "--level",
        "3",
        "--call-out",
        "--text",
        "集结",
        "--muster",
        "M1",
    ])?;
    let check_in = |people: &str, lead: &str, more: &[&str]| {
        let words = [
            "--output", "json", "field", "check-in", "O1", "--muster", "M1", "--person", people, "--lead", lead,
        ];
        cli.run(&[&words[..], more].concat())
    };

    anyhow::ensure!(site.daemon.stop()?.success());
    let kept = check_in("P1,P3", "P1", &[])?;
    anyhow::ensure!(kept.code == 0 && kept.json()?["queued"] == true, "{kept:?}");
    let kept = check_in("P3,P4", "P2", &[])?;
    anyhow::ensure!(
        kept.code == 0 && kept.json()?["queued"] == true,
        "the deputy confirms P3 as well: {kept:?}"
    );
    let desk = cli.run(&["field", "check-in", "O1", "--muster", "M1", "--person", "P5", "--desk"])?;
    anyhow::ensure!(desk.code == 5, "a desk has no queue, and is told: {desk:?}");
    let away = cli.run(&["field", "sync", "--lead", "P1"])?;
    anyhow::ensure!(away.code == 5, "{away:?}");
    let waiting = cli.ok(&["field", "queue"])?;
    anyhow::ensure!(list(&waiting, "leads").len() == 2, "{waiting}");

    site.restart()?;
    let first = cli.run(&["--output", "json", "field", "sync", "--lead", "P1"])?;
    let lead = synced(&first)?;
    anyhow::ensure!(first.code == 0 && number(&lead["waiting"]) == 0, "{first:?}");
    anyhow::ensure!(number(&lead["batches"][0]["items"][0]["applied"]) == 2, "{lead}");
    let again = synced(&cli.run(&["--output", "json", "field", "sync", "--lead", "P1"])?)?;
    anyhow::ensure!(
        list(&again, "batches").is_empty() && number(&again["waiting"]) == 0,
        "nothing is sent twice: {again}"
    );
    let deputy = cli.run(&["--output", "json", "field", "sync", "--lead", "P2"])?;
    let item = synced(&deputy)?["batches"][0]["items"][0].clone();
    anyhow::ensure!(deputy.code == 0 && number(&item["applied"]) == 1, "{deputy:?}");
    anyhow::ensure!(
        item["exceptions"][0]["person_id"] == 3 && item["exceptions"][0]["kind"] == "already-done",
        "{item}"
    );
    expect(&total(&cli, &[])?, &[("due", 30), ("present", 3), ("unconfirmed", 27)])?;
    // The first word counts, the second is kept beside it.
    let rows = cli.ok(&["order", "rows", "O1", "--bucket", "present"])?;
    let third = list(&rows, "rows")
        .iter()
        .find(|row| row["person_id"] == 3)
        .context("P3 is there")?
        .clone();
    anyhow::ensure!(
        number(&third["proxy_id"]) == 1 && number(&third["observed_at_unix_ms"]) > 0,
        "{third}"
    );
    anyhow::ensure!(
        number(&cli.ok(&["order", "show", "O1"])?["versions"][0]["evidence"]) == 1,
        "the deputy's word"
    );

    // Kept while in reach, sent after the count was closed.
    let kept = check_in("P6", "P1", &["--offline"])?;
    anyhow::ensure!(kept.code == 0 && kept.json()?["queued"] == true, "{kept:?}");
    cli.ok(&["order", "close", "O1"])?;
    let late = cli.run(&["--output", "json", "field", "sync", "--lead", "P1"])?;
    let item = synced(&late)?["batches"][0]["items"][0].clone();
    anyhow::ensure!(
        late.code == 3 && number(&item["applied"]) == 0,
        "told, and not an error of the queue: {late:?}"
    );
    anyhow::ensure!(item["exceptions"][0]["kind"] == "order-closed", "{item}");
    expect(&total(&cli, &["--order", "O1"])?, &[("present", 3), ("absent", 27)])?;
    anyhow::ensure!(
        number(&cli.ok(&["order", "show", "O1"])?["versions"][0]["evidence"]) == 2,
        "kept as evidence"
    );
    Ok(())
}

/// A daemon whose disk is full refuses a lead's report: it is kept on the device and sent when there is room.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_that_the_full_disk_refuses_waits_on_the_device() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let serve = Serve::on(&dir.path().join("data")).environment("BAIYING_JOURNAL__BACKEND", "sled");
    let mut running = serve.serving()?;
    baiying_drills::load::import_all(&running.url(), &small::district(), "test").await?;
    Api::at(&running.url())?.activate(3, "集结").await?;
    anyhow::ensure!(running.stop()?.success());
    // More than any disk has free.
    let mut running = serve
        .clone()
        .environment("BAIYING_DISK__LAST_FREE_MB", "1000000000")
        .serving()?;
    let queue = dir.path().join("queue");
    let cli = Cli::new(&running.url(), &running.admin_url(), &queue);
    let words = ["field", "check-in", "O1", "--muster", "M1", "--person", "P1,P3"];
    cli.refused("DISK_FULL", &[&words[..], &["--desk"]].concat())?;
    let kept = cli.run(&[&["--output", "json"], &words[..], &["--lead", "P1"]].concat())?;
    anyhow::ensure!(
        kept.code == 0 && kept.json()?["queued"] == true && kept.stderr.contains("disk"),
        "{kept:?}"
    );
    anyhow::ensure!(running.stop()?.success());
    let running = serve.serving()?;
    let cli = Cli::new(&running.url(), &running.admin_url(), &queue);
    let sent = synced(&cli.run(&["--output", "json", "field", "sync", "--lead", "P1"])?)?;
    anyhow::ensure!(
        number(&sent["batches"][0]["items"][0]["applied"]) == 2 && number(&sent["waiting"]) == 0,
        "{sent}"
    );
    Ok(())
}

#[tokio::test]
async fn a_watched_order_ends_with_the_order() -> anyhow::Result<()> {
    let site = Site::small().await?;
    let cli = site.cli();
    cli.approved(&[
        "response",
        "activate",
        "--plan",
        "flood",
        "--level",
        "3",
        "--call-out",
        "--text",
        "集结",
        "--muster",
        "M1",
    ])?;
    let mut watching = cli
        .command(&["--output", "json", "order", "watch", "O1"])
        .stdout(Stdio::piped())
        .spawn()?;
    let mut lines = BufReader::new(watching.stdout.take().context("no stdout")?).lines();
    let mut next = || -> anyhow::Result<Option<Value>> {
        let Some(line) = lines.next() else { return Ok(None) };
        Ok(Some(serde_json::from_str(&line?)?))
    };
    let snapshot = next()?.context("no snapshot")?;
    anyhow::ensure!(
        snapshot["snapshot"] == true && number(&snapshot["total"]["counts"]["due"]) == 30,
        "{snapshot}"
    );
    cli.ok(&["field", "ack", "O1", "--all", "--lead", "P1"])?;
    let delta = next()?.context("no delta")?;
    anyhow::ensure!(
        delta["snapshot"] == false && number(&delta["total"]["counts"]["en_route"]) == 10,
        "{delta}"
    );
    cli.ok(&["order", "close", "O1"])?;
    let mut last = delta;
    while let Some(message) = next()? {
        last = message;
    }
    anyhow::ensure!(
        last["orders"][0]["status"] == "closed" && number(&last["total"]["counts"]["absent"]) == 30,
        "{last}"
    );
    anyhow::ensure!(watching.wait()?.success());
    Ok(())
}
