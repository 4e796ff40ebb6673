//! A disk that is really full: the daemon on a small file system of its own, in a mount namespace of its own.
//!
//! Needs root, or a kernel that lets users make namespaces of their own.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::Context as _;
use baiying_drills::load::import_all;
use baiying_e2e::wait::until;
use baiying_e2e::{Admin, Api, Outcome, Running, Serve, small};
use baiying_faults::scale::Scale;
use baiying_faults::strace;
use baiying_proto::v1;
use tonic::Status;

/// Room for a district, and little more.
const SIZE: &str = "24m";
/// A round that finds less room than this is the last on its file system: the journal itself fills it. Three files of the log, of
/// which a round takes one at most.
const ROOM: u64 = 12 << 20;

/// A file system in memory that only its own processes see.
struct SmallDisk {
    holder: Child,
    at: PathBuf,
    enter: Vec<String>,
    _temp: tempfile::TempDir,
}

impl SmallDisk {
    fn mount() -> anyhow::Result<Self> {
        let temp = strace::scratch()?;
        let at = temp.path().join("disk");
        std::fs::create_dir(&at)?;
        // Root needs no user namespace, and may not be allowed one in a container.
        let ways: [(&[&str], &[&str]); 2] = [
            (&["--mount"], &["-m"]),
            (&["--map-root-user", "--mount"], &["-U", "-m", "--preserve-credentials"]),
        ];
        let mut problems = String::new();
        for (unshare, nsenter) in ways {
            let script = "mount -t tmpfs -o size=\"$1\" tmpfs \"$0\" && echo mounted && exec sleep 1000000";
            let mut holder = Command::new("unshare")
                .args(unshare)
                .args(["--", "sh", "-c", script])
                .arg(&at)
                .arg(SIZE)
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .context("cannot run unshare")?;
            let mut line = String::new();
            if let Some(stdout) = holder.stdout.take() {
                BufReader::new(stdout).read_line(&mut line)?;
            }
            if line.trim() == "mounted" {
                let id = holder.id().to_string();
                let enter = ["nsenter", "-t", &id].into_iter().chain(nsenter.iter().copied());
                return Ok(Self {
                    enter: enter.chain(["--"]).map(str::to_owned).collect(),
                    holder,
                    at,
                    _temp: temp,
                });
            }
            let output = holder.wait_with_output()?;
            problems.push_str(&String::from_utf8_lossy(&output.stderr));
        }
        anyhow::bail!(
            "no file system can be mounted here, which the test of a full disk needs \
             (run it as root; in a container with --cap-add=SYS_ADMIN): {problems}"
        )
    }

    /// The daemon on it.
    fn serve(&self) -> Serve {
        Serve::on(&self.at.join("data"))
            .arguments(&["--synthetic"])
            .environment("BAIYING_JOURNAL__SEGMENT_MB", "4")
            .environment("BAIYING_DISK__MIN_FREE_MB", "1")
            .environment("BAIYING_DISK__LAST_FREE_MB", "1")
            .under(&self.enter)
    }

    /// The file that takes all room, as seen from outside.
    fn ballast(&self) -> PathBuf {
        let inside = self.at.strip_prefix("/").unwrap_or(&self.at);
        Path::new("/proc")
            .join(self.holder.id().to_string())
            .join("root")
            .join(inside)
            .join("ballast")
    }

    /// Fills it to the last byte.
    fn fill(&self) -> anyhow::Result<u64> {
        let mut file = std::fs::File::options()
            .create(true)
            .append(true)
            .open(self.ballast())?;
        let mut written = 0;
        for unit in [1 << 20, 4096, 1] {
            let zeros = vec![0; unit];
            while let Ok(count @ 1..) = file.write(&zeros) {
                written += count as u64;
            }
        }
        Ok(written)
    }

    /// Makes room again.
    fn free(&self) -> anyhow::Result<()> {
        Ok(std::fs::remove_file(self.ballast())?)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}

/// Orders of two pages, one after the other, each withdrawn again; what was answered last.
struct Desk {
    response_id: u32,
    /// The order to everybody.
    standing: u32,
    orders: Vec<u32>,
    revision: u64,
}

impl Desk {
    async fn open(running: &Running) -> anyhow::Result<Self> {
        import_all(&running.url(), &small::district(), "test").await?;
        let activated = Api::at(&running.url())?.activate(3, "值班").await?;
        Ok(Self {
            response_id: activated.response_id,
            standing: activated.order.unwrap_or_default().order_id,
            orders: Vec::new(),
            revision: activated.receipt.unwrap_or_default().revision,
        })
    }

    async fn order(&mut self, api: &Api) -> Result<(), Status> {
        let issue = v1::IssueOrderRequest {
            context: baiying_e2e::api::fresh(),
            response_id: self.response_id,
            audience: Some(v1::Audience {
                person_ids: vec![48],
                ..v1::Audience::default()
            }),
            draft: Some(baiying_e2e::api::draft(&"请立即集结。".repeat(100))),
        };
        let issued = api.order().issue_order(issue).await?.into_inner();
        self.revision = issued.receipt.unwrap_or_default().revision;
        let order_id = issued.issued.unwrap_or_default().order_id;
        self.orders.push(order_id);
        let cancel = v1::CancelOrderRequest {
            context: baiying_e2e::api::fresh(),
            order_id,
            reason: "演练".to_owned(),
        };
        let cancelled = api.order().cancel_order(cancel).await?.into_inner();
        self.revision = cancelled.receipt.unwrap_or_default().revision;
        Ok(())
    }

    /// As many as go through, at most `most`; why the next did not.
    async fn orders(&mut self, api: &Api, most: u64) -> Option<Status> {
        for _ in 0..most {
            if let Err(status) = self.order(api).await {
                return Some(status);
            }
        }
        None
    }

    /// Everything answered is there.
    async fn check(&self, api: &Api, admin: &Admin) -> anyhow::Result<()> {
        let status = admin.status().await?;
        anyhow::ensure!(
            status.revision >= self.revision,
            "{} was answered, and it serves {}",
            self.revision,
            status.revision
        );
        for order_id in self.orders.iter().rev().take(50) {
            let request = v1::GetOrderRequest {
                order_id: *order_id,
                as_of: None,
            };
            let found = api.order().get_order(request).await;
            anyhow::ensure!(found.is_ok(), "order {order_id} was answered, and is gone: {found:?}");
        }
        Ok(())
    }
}

/// Nothing answered is lost when the disk is full, nor by starting while it is, and with room again the daemon goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_loses_nothing() -> anyhow::Result<()> {
    let scale = Scale::from_env()?;
    let mut disk = SmallDisk::mount()?;
    let mut running = disk.serve().serving()?;
    let mut desk = Desk::open(&running).await?;
    for round in 1..=scale.times(3) {
        let api = Api::at(&running.url())?;
        let before = desk.orders(&api, 5 + round % 5).await;
        anyhow::ensure!(before.is_none(), "with room: {before:?}; {}", running.log());
        let filled = disk.fill()?;
        let refused = desk.orders(&api, 20_000).await;
        let refused = refused.context("twenty thousand orders went through on a full disk")?;
        // The daemon may live on and refuse, or stop: what it must not do is lose anything.
        running.kill();
        let log = running.log();
        drop(running);
        let while_full = match disk.serve().start()? {
            Outcome::Serving(mut running) => {
                running.kill();
                "serves".to_owned()
            }
            Outcome::Ended(ended) => {
                anyhow::ensure!(
                    ended.stderr.contains("JOURNAL_") && !ended.stderr.contains("panicked"),
                    "a start on a full disk: {ended:#?}"
                );
                format!("ends with {}", ended.code)
            }
        };
        disk.free()?;
        running = disk
            .serve()
            .serving()
            .with_context(|| format!("after the disk was full: {log}"))?;
        desk.check(&Api::at(&running.url())?, &Admin::at(&running.admin_url())?)
            .await?;
        println!(
            "full disk: round {round}, {filled} bytes of ballast, {} orders, then {:?} ({}); a start while full {while_full}; lost 0",
            desk.orders.len(),
            refused.code(),
            baiying_e2e::reason(&refused)
        );
        if filled < ROOM {
            running.kill();
            disk = SmallDisk::mount()?;
            running = disk.serve().serving()?;
            desk = Desk::open(&running).await?;
        }
    }
    Ok(())
}

/// Orders are refused before the journal is at risk, the field goes on, what is durable is served also after a start, and everything
/// comes back by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_stops_orders_first_and_they_come_back_by_themselves() -> anyhow::Result<()> {
    let disk = SmallDisk::mount()?;
    let mut running = disk.serve().serving()?;
    let mut desk = Desk::open(&running).await?;
    disk.fill()?;
    let (api, admin) = (Api::at(&running.url())?, Admin::at(&running.admin_url())?);
    let refused = desk.orders(&api, 20_000).await;
    is_refused(&refused.context("twenty thousand orders went through on a full disk")?)?;
    level_becomes(&admin, v1::DiskLevel::Low).await?;
    api.acknowledge(desk.standing, 1).await?;
    desk.check(&api, &admin).await?;
    running.kill();
    drop(running);

    let mut running = disk.serve().serving().context("a start needs no room")?;
    let (api, admin) = (Api::at(&running.url())?, Admin::at(&running.admin_url())?);
    desk.check(&api, &admin).await?;
    is_refused(
        &desk
            .orders(&api, 1)
            .await
            .context("an order went through on a full disk")?,
    )?;
    api.acknowledge(desk.standing, 2).await?;
    disk.free()?;
    level_becomes(&admin, v1::DiskLevel::Ample).await?;
    let again = desk.orders(&api, 3).await;
    anyhow::ensure!(again.is_none(), "there is room, and {again:?}");
    desk.check(&api, &admin).await?;
    anyhow::ensure!(running.stop()?.success(), "{}", running.log());
    Ok(())
}

/// With next to nothing left of what is set aside, nothing is taken any more, and everything is served.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_nothing_is_left_nothing_is_taken_and_all_is_served() -> anyhow::Result<()> {
    let disk = SmallDisk::mount()?;
    // Free space says nothing here, as with a quota; and all that can be set aside counts as the last of it.
    let serve = disk
        .serve()
        .environment("BAIYING_DISK__MIN_FREE_MB", "0")
        .environment("BAIYING_DISK__LAST_FREE_MB", "8");
    let mut running = serve.serving()?;
    let mut desk = Desk::open(&running).await?;
    disk.fill()?;
    let (api, admin) = (Api::at(&running.url())?, Admin::at(&running.admin_url())?);
    let refused = desk.orders(&api, 20_000).await;
    is_refused(&refused.context("twenty thousand orders went through on a full disk")?)?;
    level_becomes(&admin, v1::DiskLevel::Full).await?;
    let refused = api.acknowledge(desk.standing, 1).await;
    is_refused(&refused.err().context("an acknowledgement was taken")?)?;
    desk.check(&api, &admin).await?;
    api.board().await?;
    disk.free()?;
    level_becomes(&admin, v1::DiskLevel::Ample).await?;
    api.acknowledge(desk.standing, 1).await?;
    anyhow::ensure!(running.stop()?.success(), "{}", running.log());
    Ok(())
}

fn is_refused(status: &Status) -> anyhow::Result<()> {
    let is_clear = status.code() == tonic::Code::ResourceExhausted && baiying_e2e::reason(status) == "DISK_FULL";
    anyhow::ensure!(is_clear, "{status:?}");
    Ok(())
}

async fn level_becomes(admin: &Admin, level: v1::DiskLevel) -> anyhow::Result<()> {
    until(&format!("the disk is {level:?}"), async || {
        Ok((admin.status().await?.disk_level() == level).then_some(()))
    })
    .await
}
