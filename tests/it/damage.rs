//! Damaged journals: the daemon says what is wrong and what to do, or serves the data whole. Never a panic, never silence.
//!
//! `BAIYING_SEED` says which damage (1).

use std::collections::BTreeSet;
use std::fs;

use anyhow::Context as _;
use baiying_e2e::damage::{KINDS, damage};
use baiying_e2e::{Admin, Api, Outcome, Serve, Site, copy_dir, files, run, small};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// Damages tried in one run.
const DAMAGES: usize = 30;
/// Exit code for a journal that cannot be trusted.
const EXIT_JOURNAL: i32 = 65;

/// A diagnosis: exit code, reason, next step, and no panic.
fn is_diagnosis(code: i32, stderr: &str) -> Result<(), &'static str> {
    const NEXT: [&str; 5] = ["backup", "start again", "keep a copy", "check the", "use the release"];
    if code != EXIT_JOURNAL {
        return Err("the exit code is not that of a journal that cannot be trusted");
    }
    if stderr.contains("panicked") {
        return Err("it panicked");
    }
    let at = stderr.find("baiyingd: ").ok_or("it says nothing")?;
    let last = &stderr[at..];
    if !last.contains("JOURNAL_") {
        return Err("the message names no reason");
    }
    if !NEXT.iter().any(|next| last.contains(next)) {
        return Err("the message names no next step");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_journal_is_diagnosed() -> anyhow::Result<()> {
    let seed: u64 = std::env::var("BAIYING_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(1);
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let (mut intact, mut diagnosed) = (0, 0);
    let mut reasons = BTreeSet::new();
    for gracefully in [true, false] {
        let dir = tempfile::tempdir()?;
        let source = dir.path().join("source");
        let hash = small::dead(&Serve::on(&source).arguments(&["--synthetic"]), gracefully).await?;
        // An undamaged copy serves: what is diagnosed below is the damage and not the copying.
        let whole = dir.path().join("whole");
        copy_dir(&source, &whole)?;
        let running = Serve::on(&whole).serving()?;
        anyhow::ensure!(
            Admin::at(&running.admin_url())?.status().await?.state_hash == hash,
            "a whole copy"
        );
        drop(running);
        for index in 0..DAMAGES / 2 {
            let data = dir.path().join(format!("damaged-{index}"));
            copy_dir(&source, &data)?;
            let mut candidates = files(&data.join("journal").join("log"))?;
            candidates.retain(|file| fs::metadata(file).is_ok_and(|meta| meta.len() > 0));
            // Mostly the file with the records: the others are spare.
            let log = candidates.first().context("no log")?;
            let any = &candidates[random.random_range(0..candidates.len())];
            let chosen = if random.random_range(0..4) > 0 { log } else { any };
            let how = damage(chosen, random.random_range(0..KINDS.len()), &mut random)?;
            let outcome = match Serve::on(&data).start()? {
                Outcome::Ended(ended) => {
                    diagnosed += 1;
                    let words = ended
                        .stderr
                        .split(|letter: char| !letter.is_ascii_uppercase() && letter != '_');
                    reasons.extend(words.filter(|word| word.starts_with("JOURNAL_")).map(str::to_owned));
                    is_diagnosis(ended.code, &ended.stderr).map_err(|what| anyhow::anyhow!("{what}: {ended:#?}"))
                }
                Outcome::Serving(running) => {
                    intact += 1;
                    let served = Admin::at(&running.admin_url())?.status().await?.state_hash;
                    let silent = || anyhow::anyhow!("it serves another state without a word: {}", running.log());
                    if served == hash { Ok(()) } else { Err(silent()) }
                }
            };
            outcome.with_context(|| {
                format!(
                    "{how}; stopped {}; repeat it with: BAIYING_SEED={seed} cargo nextest run --release -p baiying-e2e \
                     a_damaged_journal_is_diagnosed",
                    if gracefully { "gracefully" } else { "by kill -9" }
                )
            })?;
            fs::remove_dir_all(&data)?;
        }
    }
    println!("{diagnosed} damages diagnosed, {intact} did no harm: {reasons:?}");
    anyhow::ensure!(
        diagnosed >= 5,
        "the damages did no harm: {diagnosed} diagnosed, {intact} intact"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_or_damaged_mark_is_diagnosed() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let data = dir.path().join("data");
    let hash = small::dead(&Serve::on(&data).arguments(&["--synthetic"]), true).await?;
    let mark = data.join("journal").join("mark");
    let whole = fs::read(&mark)?;
    let refused = |reason: &str| -> anyhow::Result<()> {
        let stderr = Serve::on(&data).ended(EXIT_JOURNAL)?;
        is_diagnosis(EXIT_JOURNAL, &stderr).map_err(|what| anyhow::anyhow!("{what}: {stderr}"))?;
        anyhow::ensure!(stderr.contains(reason), "{reason} was expected: {stderr}");
        Ok(())
    };

    fs::remove_file(&mark)?;
    refused("JOURNAL_MARK_MISSING")?;
    let flipped: Vec<u8> = whole.iter().map(|byte| byte ^ 0x40).collect();
    fs::write(&mark, flipped)?;
    refused("JOURNAL_MARK_DAMAGED")?;
    // One slot is enough: a power loss may tear another.
    let mut torn = whole.clone();
    let generation = |slot: &usize| whole.get(slot * 512 + 8..slot * 512 + 16).map(<[u8]>::to_vec);
    let newest = (0..3).max_by_key(generation).context("no slot")?;
    torn[newest * 512 + 100] ^= 1;
    fs::write(&mark, torn)?;
    let mut running = Serve::on(&data).serving()?;
    anyhow::ensure!(Admin::at(&running.admin_url())?.status().await?.state_hash == hash);
    running.kill();
    fs::write(&mark, &whole)?;
    let format = data.join("journal").join("FORMAT");
    fs::remove_file(&format)?;
    refused("JOURNAL_NOT_FOUND")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_journal_has_one_writer_and_tools_that_read_it() -> anyhow::Result<()> {
    let mut site = Site::small().await?;
    let api = site.api()?;
    let order_id = api.activate(3, "请立即回令").await?.order.unwrap_or_default().order_id;
    api.acknowledge(order_id, 1).await?;
    let data = site.data_dir();
    let data_dir = data.to_string_lossy().into_owned();
    let journal = |verb: &str| run("baiyingd", &["journal", verb, "--data-dir", &data_dir], &[]);

    let stderr = Serve::on(&data).ended(EXIT_JOURNAL)?;
    anyhow::ensure!(
        stderr.contains("JOURNAL_LOCKED") && stderr.contains("in use by another process"),
        "{stderr}"
    );
    let verify = journal("verify")?;
    anyhow::ensure!(
        verify.code == EXIT_JOURNAL && verify.stderr.contains("in use by another process"),
        "{verify:?}"
    );
    let info = journal("info")?.json()?;
    anyhow::ensure!(
        info["in_use"] == true && info["acknowledged_revision"].as_u64() > Some(0),
        "{info}"
    );
    // The first one did not notice.
    Api::at(&site.daemon.api)?.acknowledge(order_id, 2).await?;

    let status = site.admin()?.status().await?;
    anyhow::ensure!(site.daemon.stop()?.success());
    let verify = journal("verify")?;
    anyhow::ensure!(verify.code == 0, "{verify:?}");
    let verify = verify.json()?;
    anyhow::ensure!(
        verify["state_hash"] == status.state_hash && verify["head_revision"] == status.revision,
        "{verify}"
    );
    anyhow::ensure!(verify["events"] == status.revision, "{verify}");
    let info = journal("info")?.json()?;
    anyhow::ensure!(
        info["in_use"] == false && info["acknowledged_revision"] == status.revision,
        "{info}"
    );
    let export = journal("export")?;
    anyhow::ensure!(export.code == 0, "{}", export.stderr);
    let mut revision = 0;
    for line in export.stdout.lines() {
        let event: serde_json::Value = serde_json::from_str(line)?;
        revision += 1;
        anyhow::ensure!(event["revision"] == revision && event["kind"].is_string(), "{event}");
    }
    anyhow::ensure!(revision == status.revision, "{revision} of {} events", status.revision);
    // Ids only: nobody's name, number or phone.
    for personal in ["测试1", "13900000001", &baiying_e2e::small::id_number(1)] {
        anyhow::ensure!(!export.stdout.contains(personal), "the export shows {personal}");
    }
    let nowhere = run(
        "baiyingd",
        &["journal", "verify", "--data-dir", "/nonexistent-baiying"],
        &[],
    )?;
    anyhow::ensure!(
        nowhere.code == EXIT_JOURNAL && nowhere.stderr.contains("JOURNAL_NOT_FOUND"),
        "{nowhere:?}"
    );
    Ok(())
}
