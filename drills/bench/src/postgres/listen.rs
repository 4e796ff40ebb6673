//! `NOTIFY` to many sessions.

use std::future::poll_fn;

use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_postgres::{AsyncMessage, NoTls};

use super::server::Server;
use crate::tcp;

/// From `NOTIFY` to the last session's notification, in milliseconds, for each run.
pub(super) async fn measure(server: &Server, sessions: usize, runs: usize) -> anyhow::Result<Vec<f64>> {
    let (arrived, mut arrivals) = mpsc::channel(sessions.max(1));
    let mut listeners = Vec::with_capacity(sessions);
    for _ in 0..sessions {
        let (client, mut connection) = server.config().connect(NoTls).await?;
        let arrived = arrived.clone();
        tokio::spawn(async move {
            while let Some(Ok(message)) = poll_fn(|cx| connection.poll_message(cx)).await {
                if matches!(message, AsyncMessage::Notification(_)) && arrived.send(Instant::now()).await.is_err() {
                    break;
                }
            }
        });
        client.batch_execute("LISTEN orders").await?;
        listeners.push(client);
    }
    let client = server.connect().await?;
    let payload = "x".repeat(300);
    let mut times = Vec::with_capacity(runs);
    for run in 0..runs {
        let since = Instant::now();
        client
            .batch_execute(&format!("NOTIFY orders, '{run} {payload}'"))
            .await?;
        times.push(tcp::last(&mut arrivals, sessions, since).await?);
    }
    Ok(times)
}
