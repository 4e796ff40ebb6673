//! Where the daemon listens, how it is configured, how it stops, and what happens when it has no room.

use std::fs;

use baiying_e2e::api::fresh;
use baiying_e2e::{Admin, Api, Cli, Serve, Site, reason, run, small, wait};
use baiying_proto::v1;
use tonic::Code;
use tonic::transport::Endpoint;

/// Exit code for a wrong configuration.
const EXIT_CONFIG: i32 = 64;

#[test]
fn only_loopback_and_unix_sockets() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let data = dir.path().join("data");
    for address in ["0.0.0.0:7440", "192.0.2.1:7440", "[::]:7440"] {
        let stderr = Serve::on(&data).api(&[address]).ended(EXIT_CONFIG)?;
        anyhow::ensure!(
            stderr.contains("LISTEN_NOT_LOCAL") && stderr.contains(address),
            "{address}: {stderr}"
        );
        let stderr = Serve::on(&data).admin(address).ended(EXIT_CONFIG)?;
        anyhow::ensure!(
            stderr.contains("LISTEN_NOT_LOCAL") && stderr.contains(address),
            "{address}: {stderr}"
        );
    }
    anyhow::ensure!(!data.exists(), "a refused start wrote something");
    Ok(())
}

#[test]
fn a_wrong_key_or_value_is_named() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let (data, file) = (dir.path().join("data"), dir.path().join("baiyingd.toml"));
    let arguments = ["--config".to_owned(), file.to_string_lossy().into_owned()];
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    for (text, named) in [
        ("[engine]\nqueue_maximum = 3\n", "queue_maximum"),
        ("[engine]\nqueue_max = 1\n", "engine.queue_max"),
        ("[engine]\nqueue_max = \"many\"\n", "queue_max"),
        (
            "[journal]\nsegment_mb = 2\n[disk]\nlast_free_mb = 5\n",
            "journal.segment_mb",
        ),
        ("[journal]\nsegment_mb = 17592186044416\n", "journal.segment_mb"),
        ("[disk]\nmin_free_mb = 17592186044416\n", "disk.min_free_mb"),
        ("[limits\n", "baiyingd.toml"),
        (
            "policy_file = \"/nonexistent/policy.toml\"\n",
            "/nonexistent/policy.toml",
        ),
    ] {
        fs::write(&file, text)?;
        let stderr = Serve::on(&data).arguments(&arguments).ended(EXIT_CONFIG)?;
        anyhow::ensure!(stderr.contains(named), "{text:?}: {named} is not named: {stderr}");
    }
    let stderr = Serve::on(&data)
        .environment("BAIYING_LIMITS__CONECTIONS", "3")
        .ended(EXIT_CONFIG)?;
    anyhow::ensure!(
        stderr.contains("conections") || stderr.contains("CONECTIONS"),
        "{stderr}"
    );
    let stderr = Serve::on(&data)
        .arguments(&["--config", "/nonexistent/baiyingd.toml"])
        .ended(EXIT_CONFIG)?;
    anyhow::ensure!(stderr.contains("/nonexistent/baiyingd.toml"), "{stderr}");
    // The command line's own variables, and the file's name in the environment, are no keys.
    fs::write(&file, "[engine]\nqueue_max = 100\n")?;
    let environment = [
        ("BAIYING_SERVER", "x"),
        ("BAIYING_LANG", "en"),
        ("BAIYING_LIMITS__CONNECTIONS", "7"),
    ];
    let printed = run("baiyingd", &[&["config"][..], &arguments].concat(), &environment)?;
    anyhow::ensure!(printed.code == 0, "{printed:?}");
    let config: toml::Value = toml::from_str(&printed.stdout)?;
    anyhow::ensure!(config["engine"]["queue_max"].as_integer() == Some(100), "{printed:?}");
    anyhow::ensure!(config["limits"]["connections"].as_integer() == Some(7), "{printed:?}");
    let by_environment = Serve::on(&data)
        .environment("BAIYING_CONFIG", &file.to_string_lossy())
        .serving()?;
    drop(by_environment);
    Ok(())
}

#[tokio::test]
async fn unix_sockets_work_also_after_a_kill() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let (api, admin) = (dir.path().join("api.sock"), dir.path().join("admin.sock"));
    let (api, admin) = (format!("unix:{}", api.display()), format!("unix:{}", admin.display()));
    let serve = Serve::on(&dir.path().join("data")).api(&[&api]).admin(&admin);
    let cli = Cli::new(&api, &admin, &dir.path().join("queue"));
    let mut running = serve.serving()?;
    anyhow::ensure!(
        running.api == [api.clone()] && running.admin == [admin.clone()],
        "{running:?}"
    );
    baiying_drills::load::import_all(&api, &small::district(), "test").await?;
    anyhow::ensure!(cli.ok(&["status"])?["people"] == 48);
    running.kill();
    // The files of the sockets are still there; nobody listens at them.
    anyhow::ensure!(dir.path().join("api.sock").exists());
    let mut running = serve.serving()?;
    anyhow::ensure!(cli.ok(&["status"])?["people"] == 48);
    // A socket somebody listens at is not taken away.
    let stderr = Serve::on(&dir.path().join("other")).api(&[&api]).ended(1)?;
    anyhow::ensure!(
        stderr.contains("cannot listen at") && stderr.contains("api.sock"),
        "{stderr}"
    );
    anyhow::ensure!(cli.ok(&["status"])?["people"] == 48);
    anyhow::ensure!(running.stop()?.success());
    anyhow::ensure!(
        !dir.path().join("api.sock").exists(),
        "a graceful stop leaves no socket behind"
    );
    Ok(())
}

/// The first lead answers for everybody.
fn acknowledged_by_all(order_id: u32) -> v1::ReportRequest {
    let request = v1::AcknowledgeRequest {
        context: fresh(),
        order_id,
        reporter: baiying_e2e::api::lead(1),
        all: true,
        ..v1::AcknowledgeRequest::default()
    };
    v1::ReportRequest {
        tag: 1,
        report: Some(v1::report_request::Report::Acknowledge(request)),
    }
}

#[tokio::test]
async fn a_graceful_stop_ends_streams_and_loses_nothing() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let serve = Serve::on(&dir.path().join("data"));
    let mut running = serve.serving()?;
    baiying_drills::load::import_all(&running.url(), &small::district(), "test").await?;
    let api = Api::at(&running.url())?;
    let order_id = api.activate(3, "请立即回令").await?.order.unwrap_or_default().order_id;
    // Streams that nobody reads, of every kind, and a report stream that stays open.
    let watching = api.watch().watch(v1::WatchRequest::default()).await?;
    let receiving = api
        .field()
        .receive(v1::ReceiveRequest { lead_id: 1, cursor: 0 })
        .await?;
    let (sender, reports) = tokio::sync::mpsc::channel(4);
    sender.send(acknowledged_by_all(order_id)).await?;
    let mut answers = api
        .field()
        .report(tokio_stream::wrappers::ReceiverStream::new(reports))
        .await?
        .into_inner();
    let answer = wait::within("the answer", answers.message())
        .await??
        .unwrap_or_default();
    anyhow::ensure!(answer.applied == 10, "{answer:?}");
    // Asked to stop while answers are under way: each is given and kept, or not given.
    let mut calls = tokio::task::JoinSet::new();
    for person in (13..=22).chain(25..=34) {
        let api = api.clone();
        calls.spawn(async move { (person, api.acknowledge(order_id, person).await.is_ok()) });
    }
    baiying_e2e::terminate(running.id())?;
    let status = wait::within("the stop", tokio::task::spawn_blocking(move || running.stop_asked())).await???;
    anyhow::ensure!(status.success(), "{status}");
    drop((watching, receiving, sender));
    let mut acknowledged: Vec<u32> = (1..=10).collect();
    while let Some(call) = wait::within("the calls", calls.join_next()).await? {
        let (person, taken) = call?;
        acknowledged.extend(taken.then_some(person));
    }
    // The next start finds what a replay of the journal finds, after a graceful stop as after a kill.
    let data_dir = dir.path().join("data").to_string_lossy().into_owned();
    let mut hashes = Vec::new();
    for _ in 0..2 {
        let verified = run("baiyingd", &["journal", "verify", "--data-dir", &data_dir], &[])?;
        hashes.push(verified.json()?["state_hash"].as_str().unwrap_or_default().to_owned());
        let mut running = serve.serving()?;
        let rows = Api::at(&running.url())?.ledger(order_id).await?;
        let lost: Vec<_> = acknowledged
            .iter()
            .filter(|person| rows[person].acked_at_unix_ms == 0)
            .collect();
        anyhow::ensure!(lost.is_empty(), "acknowledged and lost by a graceful stop: {lost:?}");
        hashes.push(Admin::at(&running.admin_url())?.status().await?.state_hash);
        running.kill();
    }
    anyhow::ensure!(
        hashes.iter().all(|hash| *hash == hashes[0] && !hash.is_empty()),
        "{hashes:?}"
    );
    Ok(())
}

/// Clients that take nothing of what is sent to them keep their connections to the end; the engine ends well all the same.
#[tokio::test]
async fn clients_that_read_nothing_do_not_keep_the_engine_from_its_end() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let data_dir = dir.path().join("data");
    let serve = Serve::on(&data_dir).environment("BAIYING_ENGINE__SHUTDOWN_LIMIT_MS", "1000");
    let mut running = serve.serving()?;
    baiying_drills::load::import_all(&running.url(), &small::district(), "test").await?;
    let api = Api::at(&running.url())?;
    let order_id = api.activate(3, "请立即回令").await?.order.unwrap_or_default().order_id;
    // A window of one byte: an answer begins and never ends.
    let channel = Endpoint::from_shared(running.url())?
        .initial_stream_window_size(1)
        .connect()
        .await?;
    let mut watching = v1::watch_service_client::WatchServiceClient::new(channel.clone());
    let watched = watching.watch(v1::WatchRequest::default()).await?.into_inner();
    let mut field = v1::field_service_client::FieldServiceClient::new(channel);
    let received = field.receive(v1::ReceiveRequest { lead_id: 1, cursor: 0 }).await?;
    let (sender, reports) = tokio::sync::mpsc::channel(4);
    let reporting = field
        .report(tokio_stream::wrappers::ReceiverStream::new(reports))
        .await?;
    sender.send(acknowledged_by_all(order_id)).await?;
    wait::until("the report", async || {
        Ok((api.ledger(order_id).await?[&1].acked_at_unix_ms > 0).then_some(()))
    })
    .await?;
    let status = tokio::task::spawn_blocking(move || running.stop().map(|status| (status, running.log())));
    let (status, log) = wait::within("the stop", status).await???;
    anyhow::ensure!(status.success(), "{status}: {log}");
    anyhow::ensure!(
        log.contains("are cut") && log.contains("snapshot written") && !log.contains("the engine did not end"),
        "{log}"
    );
    drop((watched, received, reporting, sender));
    Ok(())
}

#[tokio::test]
async fn connections_beyond_the_limit_wait_and_others_go_on() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let serve = Serve::on(&dir.path().join("data")).environment("BAIYING_LIMITS__CONNECTIONS", "3");
    let running = serve.serving()?;
    let url = running.url();
    // Connections are made one by one and kept: each call proves that its connection was accepted.
    let mut kept = Vec::new();
    for _ in 0..3 {
        let api = Api::at(&url)?;
        api.org().list_units(v1::ListUnitsRequest::default()).await?;
        kept.push(api);
    }
    let late = tokio::spawn({
        let url = url.clone();
        async move {
            let channel = Endpoint::from_shared(url)?.connect().await?;
            let mut org = v1::org_service_client::OrgServiceClient::new(channel);
            anyhow::Ok(org.list_units(v1::ListUnitsRequest::default()).await?.into_inner())
        }
    });
    for _ in 0..20 {
        for api in &kept {
            api.org().list_units(v1::ListUnitsRequest::default()).await?;
        }
    }
    anyhow::ensure!(!late.is_finished(), "the fourth of three connections was served");
    kept.pop();
    wait::within("the connection that waited", late).await???;
    Ok(())
}

#[tokio::test]
async fn a_collector_that_is_down_changes_nothing() -> anyhow::Result<()> {
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        listener.local_addr()?
    };
    let dir = tempfile::tempdir()?;
    let serve = Serve::on(&dir.path().join("data"))
        .environment("BAIYING_TELEMETRY__OTLP_ENDPOINT", &format!("http://{closed}"))
        .environment("BAIYING_TELEMETRY__INTERVAL_MS", "50");
    let mut running = serve.serving()?;
    baiying_drills::load::import_all(&running.url(), &small::district(), "test").await?;
    let api = Api::at(&running.url())?;
    let order_id = api.activate(3, "请立即回令").await?.order.unwrap_or_default().order_id;
    for person in 1..=10 {
        api.acknowledge(order_id, person).await?;
    }
    let status = wait::within("the stop", tokio::task::spawn_blocking(move || running.stop())).await???;
    anyhow::ensure!(status.success(), "{status}");
    Ok(())
}

#[tokio::test]
async fn health_and_reflection_are_on_the_admin_listener_only() -> anyhow::Result<()> {
    let site = Site::start()?;
    // The API's listener knows no administration, and the other way round.
    let status = Admin::at(&site.daemon.api)?.status().await.err();
    anyhow::ensure!(
        status
            .as_ref()
            .is_some_and(|status| status.code() == Code::Unimplemented),
        "{status:?}"
    );
    let units = Api::at(&site.daemon.admin)?
        .org()
        .list_units(v1::ListUnitsRequest::default())
        .await;
    anyhow::ensure!(
        units.as_ref().is_err_and(|status| reason(status) == "Unimplemented"),
        "{units:?}"
    );
    Ok(())
}

#[tokio::test]
async fn a_crowd_that_says_nothing_takes_neither_files_nor_places() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let serve = Serve::on(&dir.path().join("data"));
    let stderr = serve.clone().file_limit(64).ended(1)?;
    anyhow::ensure!(stderr.contains("64 open files"), "{stderr}");
    let running = serve.file_limit(100).serving()?;
    anyhow::ensure!(running.log().contains("allows fewer connections than configured"));
    baiying_drills::load::import_all(&running.url(), &small::district(), "test").await?;
    let api = Api::at(&running.url())?;
    let order_id = api.activate(3, "请立即回令").await?.order.unwrap_or_default().order_id;
    let address = running.api[0].clone();
    // More connections than files, and none says hello: each makes room for the next.
    let crowd: Vec<_> = (0..200)
        .map(|_| std::net::TcpStream::connect(&address))
        .collect::<Result<_, _>>()?;
    wait::until("that there are more than there is room for", async || {
        Ok(running.log().contains("gave up its place").then_some(()))
    })
    .await?;
    for person in 1..=10 {
        anyhow::ensure!(
            api.acknowledge(order_id, person).await?.applied == 1,
            "who is connected goes on"
        );
    }
    let late = Api::at(&running.url())?;
    anyhow::ensure!(
        late.acknowledge(order_id, 13).await?.applied == 1,
        "who says hello gets in"
    );
    drop(crowd);
    let log = running.log();
    anyhow::ensure!(!log.contains("cannot accept"), "the files ran out: {log}");
    anyhow::ensure!(log.lines().count() < 100, "the log is flooded: {log}");
    Ok(())
}

/// What the file in `deploy` says is what is in force without it.
#[test]
fn the_documented_configuration_is_the_default() -> anyhow::Result<()> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/baiyingd.toml");
    let documented = run("baiyingd", &["config", "--config", file], &[])?;
    let default = run("baiyingd", &["config"], &[])?;
    anyhow::ensure!(
        documented.code == 0 && documented.stdout == default.stdout,
        "{documented:?}\n{default:?}"
    );
    // And it says every key: a key that is missing would be the default as well.
    let said: toml::Value = toml::from_str(&fs::read_to_string(file)?)?;
    let all: toml::Value = toml::from_str(&default.stdout)?;
    for (name, section) in all.as_table().into_iter().flatten() {
        for key in section.as_table().into_iter().flat_map(|section| section.keys()) {
            anyhow::ensure!(
                said[name.as_str()].get(key).is_some(),
                "deploy/baiyingd.toml does not say {name}.{key}"
            );
        }
    }
    Ok(())
}
