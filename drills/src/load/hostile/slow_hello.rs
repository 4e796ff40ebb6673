//! Slow loris: connections that say nothing, or a byte a second, headers that never end, calls that are opened and never used.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use super::crowd::{Crowd, connected};
use super::ground::Ground;
use super::raw::{HEADERS, Raw, call, frame};
use super::{PATIENCE, Row, memory, order_reaches, row};
use crate::synth::SynthData;

/// Begins like every HTTP/2 client, and takes its time.
const DRIBBLE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n";
const DRIBBLE_EVERY: Duration = Duration::from_secs(1);
/// Calls that are opened and never used, on each connection that does so: as many as it may have.
const UNUSED_CALLS: u32 = 256;
const ACKNOWLEDGE: &str = "/baiying.v1.FieldService/Acknowledge";

/// How many of what.
#[derive(Debug, Clone)]
pub struct SlowHello {
    /// Streams that look on.
    pub healthy: usize,
    /// Connections that say nothing, half of them; the others a byte a second.
    pub silent: usize,
    /// Connections whose headers never end.
    pub endless_headers: usize,
    /// Connections with calls that are never used.
    pub unused_calls: usize,
    /// Places that the daemon has: fewer than the hostile want.
    pub connections: u64,
    /// When the daemon gives up on one that says nothing.
    pub hello_ms: u64,
    /// When it gives up on a call.
    pub call_ms: u64,
    /// When it pings, and how long it waits for the answer.
    pub keepalive_ms: (u64, u64),
}

/// Keeps connections open that never become useful.
///
/// # Errors
/// If the daemon does not start or refuses an order.
pub async fn slow_hello(district: &SynthData, options: &SlowHello) -> anyhow::Result<Vec<Row>> {
    let limits = [
        ("connections", options.connections),
        ("hello_ms", options.hello_ms),
        ("call_ms", options.call_ms),
        ("keepalive_ms", options.keepalive_ms.0),
        ("keepalive_timeout_ms", options.keepalive_ms.1),
    ];
    let mut ground = Ground::start(district, &limits, None).await?;
    let crowd = Crowd::open(&ground, options.healthy, 50).await?;
    let address = ground.address()?;
    let before = ground.daemon.resident_bytes();

    let mut silent = JoinSet::new();
    for index in 0..options.silent {
        let socket = Raw::silent(address).await?;
        silent.spawn(until_closed(socket, index % 2 == 1));
    }
    let mut rows = vec![newcomer(&ground, "while silent connections hold more places than there are").await?];
    rows.push(order_reaches(&mut ground, &crowd, "meanwhile").await?);
    rows.push(closed("connections that do not say hello are closed", silent, options.silent).await);

    let mut endless = JoinSet::new();
    for _ in 0..options.endless_headers {
        let mut raw = Raw::hello(address, 65_535).await?;
        // No END_HEADERS: a continuation is to come. Nothing else can be said on this connection before, no pong either.
        raw.send(&frame(HEADERS, 0, 1, &call(ACKNOWLEDGE))).await?;
        // Not even settings are answered, as that would break the rules and end the connection.
        endless.spawn(until_closed(raw.socket, false));
    }
    rows.push(order_reaches(&mut ground, &crowd, "while headers do not end").await?);
    rows.push(
        closed(
            "connections whose headers do not end are closed",
            endless,
            options.endless_headers,
        )
        .await,
    );

    let mut unused = JoinSet::new();
    for _ in 0..options.unused_calls {
        let mut raw = Raw::hello(address, 65_535).await?;
        for index in 0..UNUSED_CALLS {
            raw.open(2 * index + 1, ACKNOWLEDGE).await?;
        }
        unused.spawn(async move {
            let mut answered = 0;
            while answered < UNUSED_CALLS {
                let Some(came) = raw.next().await else { break };
                answered += u32::from(came.kind == HEADERS);
            }
            answered
        });
    }
    rows.push(order_reaches(&mut ground, &crowd, "while calls are opened and not used").await?);
    let peak = ground.daemon.resident_bytes();
    let since = Instant::now();
    let ended = timeout(PATIENCE * 2, async {
        let mut ended = 0;
        while let Some(answered) = unused.join_next().await {
            ended += answered.unwrap_or_default();
        }
        ended
    });
    let (ended, all) = (
        ended.await.unwrap_or_default(),
        options.unused_calls as u32 * UNUSED_CALLS,
    );
    rows.push(row(
        "calls that are opened and never used are ended",
        ended == all,
        format!(
            "{ended} of {all} after {:.1} s; memory meanwhile {} MB",
            since.elapsed().as_secs_f64(),
            peak >> 20
        ),
    ));
    rows.push(newcomer(&ground, "after that").await?);
    rows.push(row(
        "no healthy stream was cut",
        crowd.cuts() == 0,
        format!("{} cuts", crowd.cuts()),
    ));
    rows.push(memory(&ground.daemon, before, (64 << 20) + u64::from(all) * (16 << 10)));
    Ok(rows)
}

/// Waits until the daemon closes a connection that says nothing, or too slowly.
async fn until_closed(mut socket: TcpStream, dribbles: bool) -> Option<u32> {
    let mut said = DRIBBLE.iter();
    let mut byte = [0];
    loop {
        let pause = async {
            sleep(DRIBBLE_EVERY).await;
            if dribbles { said.next().copied() } else { None }
        };
        let next = tokio::select! {
            read = socket.read(&mut byte) => match read {
                Ok(0) | Err(_) => return None,
                Ok(_) => continue,
            },
            next = pause => next,
        };
        if let Some(next) = next
            && socket.write_all(&[next]).await.is_err()
        {
            return None;
        }
    }
}

async fn closed(what: &str, mut connections: JoinSet<Option<u32>>, all: usize) -> Row {
    let since = Instant::now();
    let mut closed = 0;
    let _ = timeout(PATIENCE, async {
        while let Some(ended) = connections.join_next().await {
            closed += usize::from(ended.is_ok());
        }
    })
    .await;
    row(
        what,
        closed == all,
        format!(
            "{closed} of {all}, the last after {:.1} s",
            since.elapsed().as_secs_f64()
        ),
    )
}

/// Somebody who comes now gets in.
pub(super) async fn newcomer(ground: &Ground, when: &str) -> anyhow::Result<Row> {
    use baiying_proto::v1::ListUnitsRequest;
    use baiying_proto::v1::org_service_client::OrgServiceClient;
    let since = Instant::now();
    let served = timeout(PATIENCE, async {
        loop {
            if let Ok(channel) = connected(&ground.daemon.api).await {
                let mut org = OrgServiceClient::new(channel);
                if org.list_units(ListUnitsRequest::default()).await.is_ok() {
                    break;
                }
            }
            sleep(super::LOOK_AGAIN).await;
        }
    });
    let served = served.await.is_ok();
    Ok(row(
        format!("a newcomer is served {when}"),
        served,
        format!("after {:.0} ms", since.elapsed().as_secs_f64() * 1_000.0),
    ))
}
