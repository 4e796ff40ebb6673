//! A reconnect storm: the daemon is killed under thousands of leads, and all come back at once, each from its cursor.

use tokio::time::Instant;

use super::crowd::Crowd;
use super::ground::Ground;
use super::{Row, memory, order_reaches, row};
use crate::synth::SynthData;

/// How many of what.
#[derive(Debug, Clone)]
pub struct Reconnect {
    /// Leads, each on a connection of their own.
    pub leads: usize,
    /// How often the daemon is killed.
    pub kills: usize,
}

/// Kills the daemon and starts it again, and issues an order at once.
///
/// # Errors
/// If the daemon does not start or refuses an order.
pub async fn reconnect(district: &SynthData, options: &Reconnect) -> anyhow::Result<Vec<Row>> {
    let mut ground = Ground::start(district, &[], None).await?;
    let crowd = Crowd::open(&ground, options.leads, 1).await?;
    let mut rows = vec![order_reaches(&mut ground, &crowd, "before the first kill").await?];
    for kill in 1..=options.kills {
        let cuts = crowd.cuts();
        ground.kill_and_start()?;
        let before = ground.daemon.resident_bytes();
        let since = Instant::now();
        // Everybody's channel has to find the new daemon; the command centre's as well.
        let asked = loop {
            match ground.issue().await {
                Ok(asked) => break asked,
                Err(error) if since.elapsed() > super::PATIENCE => return Err(error),
                Err(_) => tokio::time::sleep(super::LOOK_AGAIN).await,
            }
        };
        let fared = crowd.have(asked).await;
        rows.push(row(
            format!("kill {kill}: all come back and have the order that was issued meanwhile"),
            fared.reached == options.leads,
            format!(
                "{} of {}, all {:.2} s after the daemon served again; {} connections made anew or in vain",
                fared.reached,
                options.leads,
                since.elapsed().as_secs_f64(),
                crowd.cuts() - cuts
            ),
        ));
        rows.push(memory(
            &ground.daemon,
            before,
            (128 << 20) + options.leads as u64 * (128 << 10),
        ));
    }
    rows.push(row(
        "nothing came twice from behind a cursor",
        crowd.twice() == 0,
        format!("{} times", crowd.twice()),
    ));
    rows.push(order_reaches(&mut ground, &crowd, "after the last kill").await?);
    Ok(rows)
}
