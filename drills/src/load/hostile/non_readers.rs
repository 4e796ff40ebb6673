//! Streams that nobody reads: some whose HTTP/2 window is never opened again, some whose socket is never read.

use baiying_proto::v1::ReceiveRequest;
use prost::Message as _;
use tokio::net::TcpSocket;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::crowd::Crowd;
use super::ground::Ground;
use super::raw::{Frame, PING, Raw, WINDOW_UPDATE, frame};
use super::{LOOK_AGAIN, Row, becomes, memory, row};
use crate::synth::SynthData;

const RECEIVE: &str = "/baiying.v1.FieldService/Receive";
/// The largest window there is: the daemon may send as much as it likes to who does not read the socket.
const WIDE: u32 = (1 << 31) - 1;
/// Room of a socket that is not read, in the kernel.
const SOCKET_BYTES: u32 = 4096;

/// How many of what.
#[derive(Debug, Clone)]
pub struct NonReaders {
    /// Streams that are read.
    pub healthy: usize,
    /// Of them on one connection.
    pub per_connection: usize,
    /// Streams that are not, each on a connection of its own.
    pub silent: usize,
    /// Orders.
    pub orders: usize,
    /// Bytes of each.
    pub text_bytes: usize,
    /// Window of the streams whose window is never opened again.
    pub window: u32,
    /// When the daemon ends a stream that is behind.
    pub stalled_stream_ms: u64,
    /// When it pings, and how long it waits for the answer.
    pub keepalive_ms: (u64, u64),
}

/// Issues many orders to streams of which some are never read.
///
/// # Errors
/// If the daemon does not start or refuses an order.
pub async fn non_readers(district: &SynthData, options: &NonReaders) -> anyhow::Result<Vec<Row>> {
    let limits = [
        ("stalled_stream_ms", options.stalled_stream_ms),
        ("keepalive_ms", options.keepalive_ms.0),
        ("keepalive_timeout_ms", options.keepalive_ms.1),
    ];
    let mut ground = Ground::start(district, &limits, None).await?.wordy(options.text_bytes);
    let crowd = Crowd::open(&ground, options.healthy, options.per_connection).await?;
    let address = ground.address()?;
    let mut unread = Vec::new();
    let mut unopened = JoinSet::new();
    for index in 0..options.silent {
        let request = ReceiveRequest {
            lead_id: ground.leads[index % ground.leads.len()],
            cursor: 0,
        };
        if index % 2 == 0 {
            let mut raw = Raw::hello(address, options.window).await?;
            raw.ask(1, RECEIVE, &request.encode_to_vec()).await?;
            // Answers pings, so that the connection lives, and never opens the window.
            unopened.spawn(async move { while let Some(Frame { .. }) = raw.next().await {} });
        } else {
            let socket = TcpSocket::new_v4()?;
            socket.set_recv_buffer_size(SOCKET_BYTES)?;
            let mut raw = Raw::hello_on(socket, address, WIDE).await?;
            raw.send(&frame(WINDOW_UPDATE, 0, 0, &(WIDE - 65_535).to_be_bytes()))
                .await?;
            raw.send(&frame(PING, 0, 0, &[0; 8])).await?;
            raw.ask(1, RECEIVE, &request.encode_to_vec()).await?;
            unread.push(raw);
        }
    }
    let all = (options.healthy + options.silent) as u32;
    let opened = becomes(async || Ok(ground.live_streams().await? == all)).await?;
    let mut rows = vec![row(
        "all streams are open",
        opened,
        format!("{all} streams, {} of them never read", options.silent),
    )];

    let before = ground.daemon.resident_bytes();
    let mut last_ms = Vec::new();
    let mut reached = usize::MAX;
    for _ in 0..options.orders {
        let fared = crowd.have(ground.issue().await?).await;
        last_ms.push(fared.last_ms);
        reached = reached.min(fared.reached);
    }
    last_ms.sort_by(f64::total_cmp);
    rows.push(row(
        format!(
            "{} orders of {} bytes reach the healthy",
            options.orders, options.text_bytes
        ),
        reached == options.healthy,
        format!(
            "each of them {reached} of {}; the last stream has an order after {:.0} ms (median; worst {:.0} ms)",
            options.healthy,
            last_ms[last_ms.len() / 2],
            last_ms[last_ms.len() - 1]
        ),
    ));
    // The ledgers of the orders are kept; what is not read must not be.
    let ledgers = (options.orders * ground.leads.len()) as u64 * 1024;
    rows.push(memory(&ground.daemon, before, (64 << 20) + ledgers));

    let since = Instant::now();
    let healthy = options.healthy as u32;
    let ended = becomes(async || {
        sleep(LOOK_AGAIN).await;
        Ok(ground.live_streams().await? <= healthy)
    });
    rows.push(row(
        "streams that are not read are ended, and only they",
        ended.await? && crowd.cuts() == 0,
        format!(
            "{} open {:.0} s after the last order; {} healthy ones were cut",
            ground.live_streams().await?,
            since.elapsed().as_secs_f64(),
            crowd.cuts()
        ),
    ));
    drop((unread, unopened));
    Ok(rows)
}
