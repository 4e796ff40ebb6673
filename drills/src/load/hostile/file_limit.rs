//! More connections than the daemon may have files open: it goes on, its journal goes on, and there is room again afterwards.

use std::time::Duration;

use baiying_proto::v1::TakeSnapshotRequest;
use baiying_proto::v1::admin_service_client::AdminServiceClient;
use tokio::time::sleep;

use super::crowd::Crowd;
use super::ground::Ground;
use super::raw::Raw;
use super::slow_hello::newcomer;
use super::{Row, becomes, order_reaches, row};
use crate::synth::SynthData;

/// How long the processor is watched while connections wait.
const WATCHED: Duration = Duration::from_secs(2);

/// How many of what.
#[derive(Debug, Clone)]
pub struct FileLimit {
    /// Files the daemon may have open.
    pub files: u32,
    /// Streams that look on.
    pub healthy: usize,
    /// Connections that say hello and stay.
    pub connections: usize,
}

/// Opens more connections than there are files for.
///
/// # Errors
/// If the daemon does not start or refuses an order.
pub async fn file_limit(district: &SynthData, options: &FileLimit) -> anyhow::Result<Vec<Row>> {
    let mut ground = Ground::start(district, &[], Some(options.files)).await?;
    let crowd = Crowd::open(&ground, options.healthy, 10).await?;
    let address = ground.address()?;
    let idle_files = ground.daemon.open_files();
    let mut there = Vec::new();
    for _ in 0..options.connections {
        there.push(Raw::hello(address, 65_535).await?);
    }
    let kept = 32;
    let full = becomes(async || Ok(ground.daemon.open_files() + 3 * kept > options.files as usize)).await?;
    // On a busy machine an idle daemon may have a bad moment; a loop that spins has no good one.
    let mut used = WATCHED;
    let idles = becomes(async || {
        let before = ground.daemon.processor_time();
        sleep(WATCHED).await;
        used = ground.daemon.processor_time().saturating_sub(before);
        Ok(used < WATCHED / 4)
    })
    .await?;
    let files = ground.daemon.open_files();
    let mut rows = vec![
        row(
            "connections stop before the files do",
            full && files + kept <= options.files as usize,
            format!(
                "{} connections wanted in; {files} of {} files open, {idle_files} without them",
                options.connections, options.files
            ),
        ),
        row(
            "no busy loop meanwhile",
            // A loop that spins takes a processor; one on a machine with two and others on it takes at least a half.
            idles,
            format!("{} ms of processor in {} ms", used.as_millis(), WATCHED.as_millis()),
        ),
    ];
    rows.push(order_reaches(&mut ground, &crowd, "over the streams that are there").await?);
    // The administration has places of its own.
    let mut admin = AdminServiceClient::connect(ground.daemon.admin.clone()).await?;
    let snapshot = admin.take_snapshot(TakeSnapshotRequest::default()).await;
    rows.push(row(
        "administration answers, and a snapshot is written",
        snapshot.is_ok(),
        snapshot.map_or_else(|status| status.message().to_owned(), |_| "written".to_owned()),
    ));
    drop(there);
    rows.push(newcomer(&ground, "once the others are gone").await?);
    rows.push(order_reaches(&mut ground, &crowd, "after that").await?);
    rows.push(row(
        "no healthy stream was cut",
        crowd.cuts() == 0,
        format!("{} cuts", crowd.cuts()),
    ));
    Ok(rows)
}
