//! Backup of a daemon at work, and the proof that what is restored is the same.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use baiying_drills::load::import_all;
use baiying_drills::synth::{District, SynthOptions, rows};
use baiying_e2e::api::draft;
use baiying_e2e::{Admin, Api, Outcome, Output, Serve, Site, run, wait};
use baiying_proto::v1;

const EXIT_JOURNAL: i32 = 65;

fn restore(file: &Path, data_dir: &Path) -> anyhow::Result<Output> {
    run(
        "baiyingd",
        &[
            "restore",
            &file.to_string_lossy(),
            "--data-dir",
            &data_dir.to_string_lossy(),
        ],
        &[],
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_under_load_restores_to_the_same_state() -> anyhow::Result<()> {
    let site = Site::start()?;
    let api = site.api()?;
    let district = rows(
        District::Gaoming,
        &SynthOptions {
            members: false,
            scale: 0.2,
            ..SynthOptions::default()
        },
    );
    import_all(&site.daemon.api, &district, "test").await?;
    let response_id = activate(&api).await?;
    let issue = v1::IssueOrderRequest {
        context: baiying_e2e::api::fresh(),
        response_id,
        audience: Some(v1::Audience {
            unit_codes: vec!["440608".to_owned()],
            ..v1::Audience::default()
        }),
        draft: Some(draft("请立即回令")),
    };
    let order_id = api
        .order()
        .issue_order(issue)
        .await?
        .into_inner()
        .issued
        .unwrap_or_default()
        .order_id;
    let people: Vec<u32> = api.ledger(order_id).await?.into_keys().collect();
    let (before, during) = people.split_at(50);
    for person in before {
        api.acknowledge(order_id, *person).await?;
    }

    let done = Arc::new(AtomicBool::new(false));
    let load = tokio::spawn({
        let (api, done, people) = (api.clone(), Arc::clone(&done), during.to_vec());
        async move {
            let mut acknowledged = 0;
            for person in people {
                if done.load(Ordering::Relaxed) {
                    break;
                }
                api.acknowledge(order_id, person).await?;
                acknowledged += 1;
            }
            Ok::<_, tonic::Status>(acknowledged)
        }
    });
    let least = site
        .admin()?
        .client()
        .get_status(v1::GetStatusRequest::default())
        .await?
        .into_inner()
        .revision;
    let file = site.dir.path().join("district.backup");
    let arguments = ["--admin", &site.daemon.admin, &file.to_string_lossy()];
    let (arguments, backup) = (arguments.map(str::to_owned), "backup".to_owned());
    let output = tokio::task::spawn_blocking(move || {
        let arguments: Vec<&str> = std::iter::once(&backup).chain(&arguments).map(String::as_str).collect();
        run("baiyingd", &arguments, &[])
    })
    .await??;
    done.store(true, Ordering::Relaxed);
    let meanwhile = wait::within("the load", load).await???;
    anyhow::ensure!(
        output.code == 0 && output.json()?["bytes"].as_u64() > Some(0),
        "{output:?}"
    );
    anyhow::ensure!(meanwhile > 0, "nothing happened during the backup");
    let again = run(
        "baiyingd",
        &["backup", "--admin", &site.daemon.admin, &file.to_string_lossy()],
        &[],
    )?;
    anyhow::ensure!(
        again.code != 0 && again.stderr.contains("exists"),
        "a backup was overwritten: {again:?}"
    );

    let restored_dir = site.dir.path().join("restored");
    let output = restore(&file, &restored_dir)?;
    anyhow::ensure!(output.code == 0, "{output:?}");
    let proof = output.json()?;
    anyhow::ensure!(
        proof["proved"] == true && proof["revision"].as_u64() >= Some(least),
        "{proof}: at least {least}"
    );
    let mut restored = Serve::on(&restored_dir).serving()?;
    let status = Admin::at(&restored.admin_url())?.status().await?;
    anyhow::ensure!(
        proof["revision"] == status.revision && proof["state_hash"] == status.state_hash,
        "{proof} {status:?}"
    );
    anyhow::ensure!(status.tenant == "test" && status.synthetic);
    let there = Api::at(&restored.url())?;
    let rows = there.ledger(order_id).await?;
    anyhow::ensure!(
        before.iter().all(|person| rows[person].acked_at_unix_ms > 0),
        "an acknowledged fact is not in the backup"
    );
    there.board().await?;
    // It goes on from there.
    let unanswered = rows
        .values()
        .find(|row| row.acked_at_unix_ms == 0)
        .map(|row| row.person_id);
    if let Some(person) = unanswered {
        anyhow::ensure!(there.acknowledge(order_id, person).await?.applied == 1);
    }
    restored.stop()?;

    let output = restore(&file, &restored_dir)?;
    anyhow::ensure!(
        output.code == EXIT_JOURNAL && output.stderr.contains("is not empty"),
        "{output:?}"
    );
    anyhow::ensure!(output.stderr.contains("RESTORE_TARGET_NOT_EMPTY"), "{output:?}");
    Ok(())
}

async fn activate(api: &Api) -> anyhow::Result<u32> {
    let request = v1::ActivateResponseRequest {
        context: baiying_e2e::api::fresh(),
        plan: "flood".to_owned(),
        level: 2,
        reason: "test".to_owned(),
        approval: api.approval().await?,
        ..v1::ActivateResponseRequest::default()
    };
    Ok(api
        .response()
        .activate_response(request)
        .await?
        .into_inner()
        .response_id)
}

#[tokio::test]
async fn a_damaged_backup_is_refused() -> anyhow::Result<()> {
    let site = Site::small().await?;
    site.api()?.activate(3, "请立即回令").await?;
    let file = site.dir.path().join("district.backup");
    let output = run(
        "baiyingd",
        &["backup", "--admin", &site.daemon.admin, &file.to_string_lossy()],
        &[],
    )?;
    anyhow::ensure!(output.code == 0, "{output:?}");
    let whole = fs::read(&file)?;
    let length = whole.len();
    let flip = |at: usize| {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        bytes
    };
    let damaged = [
        ("nothing", Vec::new()),
        ("half", whole[..length / 2].to_vec()),
        ("all but a byte", whole[..length - 1].to_vec()),
        ("the first byte", flip(0)),
        ("a byte at a third", flip(length / 3)),
        ("a byte at two thirds", flip(length * 2 / 3)),
        ("a byte of the trailer", flip(length - 5)),
        ("a byte more", [whole.as_slice(), b"x"].concat()),
        ("another file", b"id_number,name\n".to_vec()),
    ];
    for (index, (what, bytes)) in damaged.into_iter().enumerate() {
        let (bad, target) = (
            site.dir.path().join("bad.backup"),
            site.dir.path().join(format!("restored-{index}")),
        );
        fs::write(&bad, bytes)?;
        let output = restore(&bad, &target)?;
        anyhow::ensure!(
            output.code != 0 && !output.stdout.contains("proved"),
            "{what}: {output:?}"
        );
        anyhow::ensure!(!output.stderr.contains("panicked"), "{what}: {output:?}");
        anyhow::ensure!(
            output.code == EXIT_JOURNAL && output.stderr.contains("BACKUP_DAMAGED"),
            "{what}: {output:?}"
        );
        // Nothing that could be taken for a restored journal is left behind.
        if let Outcome::Serving(running) = Serve::on(&target).start()? {
            let status = Admin::at(&running.admin_url())?.status().await?;
            anyhow::ensure!(
                status.people == 0,
                "{what}: the remains of a refused restore are served"
            );
        }
    }
    Ok(())
}
