//! Floods of frames that cost a client nothing: rapid resets, pings, settings, continuations, answers that are asked for and not
//! read.

use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpSocket;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::crowd::Crowd;
use super::ground::Ground;
use super::raw::{
    CONTINUATION, DATA, END_HEADERS, END_STREAM, ENHANCE_YOUR_CALM, HEADERS, PING, RST_STREAM, Raw, SETTINGS,
    WINDOW_UPDATE, call, frame, message,
};
use super::{PATIENCE, Row, memory, order_reaches, row};
use crate::synth::SynthData;

const RECEIVE: &str = "/baiying.v1.FieldService/Receive";
const PEOPLE: &str = "/baiying.v1.RosterService/ListPeople";
const WIDE: u32 = (1 << 31) - 1;
/// Frames that are written together.
const TOGETHER: usize = 500;
/// Who is still there so long after the last frame was served.
const A_WHILE: Duration = Duration::from_secs(2);
const CANCEL: [u8; 4] = [0, 0, 0, 8];

/// How many of what.
#[derive(Debug, Clone)]
pub struct Floods {
    /// Streams that look on.
    pub healthy: usize,
    /// Connections of each kind.
    pub connections: usize,
    /// Frames of each.
    pub frames: usize,
    /// When the daemon cuts who takes nothing.
    pub write_stall_ms: u64,
}

/// Which frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    RapidReset,
    Provoked,
    Pings,
    Settings,
    Continuations,
}

/// How a flooding connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// With this code of HTTP/2, or none.
    Cut(Option<u32>),
    /// Everything was sent, and the connection is there.
    Taken,
}

/// Floods.
///
/// # Errors
/// If the daemon does not start or refuses an order.
pub async fn floods(district: &SynthData, options: &Floods) -> anyhow::Result<Vec<Row>> {
    let limits = [("write_stall_ms", options.write_stall_ms)];
    let mut ground = Ground::start(district, &limits, None).await?;
    let crowd = Crowd::open(&ground, options.healthy, 50).await?;
    let before = ground.daemon.resident_bytes();
    let mut rows = Vec::new();
    for (kind, what, expected) in [
        (Kind::RapidReset, "calls opened and reset at once", None),
        (
            Kind::Provoked,
            "resets provoked by windows that overflow",
            Some(ENHANCE_YOUR_CALM),
        ),
        (Kind::Pings, "pings", None),
        (Kind::Settings, "settings", None),
        (
            Kind::Continuations,
            "continuations without an end",
            Some(ENHANCE_YOUR_CALM),
        ),
    ] {
        let mut flooding = JoinSet::new();
        for _ in 0..options.connections {
            let raw = Raw::hello(ground.address()?, 65_535).await?;
            // Who is to be cut is waited for; of the others it is only reported.
            let patience = if expected.is_some() { PATIENCE } else { A_WHILE };
            flooding.spawn(flood(raw, kind, options.frames, patience));
        }
        let reached = order_reaches(&mut ground, &crowd, &format!("under {what}")).await?;
        let mut ends = Vec::new();
        while let Some(end) = flooding.join_next().await {
            ends.push(end?);
        }
        let cut = ends.iter().filter(|end| matches!(end, End::Cut(_))).count();
        // Some are cut, others are served for as long as they are no burden; what counts is that nobody else notices.
        let held = expected.is_none_or(|code| {
            ends.iter()
                .all(|end| [End::Cut(Some(code)), End::Cut(None)].contains(end))
        });
        rows.push(row(
            format!("{} × {} {what}", options.connections, options.frames),
            held && reached.held,
            format!("{cut} cut ({:?}); order: {}", ends.first(), reached.measured),
        ));
    }
    rows.push(unread_answers(&ground, options).await?);
    rows.push(order_reaches(&mut ground, &crowd, "after that").await?);
    rows.push(row(
        "no healthy stream was cut",
        crowd.cuts() == 0,
        format!("{} cuts", crowd.cuts()),
    ));
    rows.push(memory(&ground.daemon, before, 128 << 20));
    Ok(rows)
}

/// Sends frames until they are all sent or the daemon has had enough; what it says is read meanwhile.
async fn flood(raw: Raw, kind: Kind, frames: usize, patience: Duration) -> End {
    let Raw { socket, .. } = raw;
    let (read, mut write) = socket.into_split();
    let listening = tokio::spawn(farewell(read));
    let mut sent = 0;
    let mut stream = 1;
    if kind == Kind::Continuations && write.write_all(&frame(HEADERS, 0, 1, &call(RECEIVE))).await.is_err() {
        return End::Cut(listening.await.unwrap_or_default());
    }
    while sent < frames {
        let mut burst = Vec::new();
        for _ in 0..TOGETHER.min(frames - sent) {
            match kind {
                Kind::RapidReset => {
                    burst.extend(frame(HEADERS, END_HEADERS, stream, &call(RECEIVE)));
                    burst.extend(frame(RST_STREAM, 0, stream, &CANCEL));
                    stream += 2;
                }
                Kind::Provoked => {
                    burst.extend(frame(HEADERS, END_HEADERS, stream, &call(RECEIVE)));
                    burst.extend(frame(WINDOW_UPDATE, 0, stream, &WIDE.to_be_bytes()));
                    stream += 2;
                }
                Kind::Pings => burst.extend(frame(PING, 0, 0, &[7; 8])),
                Kind::Settings => burst.extend(frame(SETTINGS, 0, 0, &[])),
                Kind::Continuations => burst.extend(frame(CONTINUATION, 0, 1, &[])),
            }
            sent += 1;
        }
        if write.write_all(&burst).await.is_err() {
            return End::Cut(listening.await.unwrap_or_default());
        }
    }
    match timeout(patience, listening).await {
        Ok(code) => End::Cut(code.unwrap_or_default()),
        Err(_) => End::Taken,
    }
}

/// Reads to the end: the reason of a GOAWAY, if there was one.
async fn farewell(mut read: tokio::net::tcp::OwnedReadHalf) -> Option<u32> {
    use tokio::io::AsyncReadExt as _;
    let mut reason = None;
    loop {
        let mut head = [0; 9];
        if read.read_exact(&mut head).await.is_err() {
            return reason;
        }
        let mut payload = vec![0; u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize];
        if read.read_exact(&mut payload).await.is_err() {
            return reason;
        }
        if head[3] == super::raw::GOAWAY {
            reason = payload
                .get(4..8)
                .and_then(|code| code.try_into().ok())
                .map(u32::from_be_bytes);
        }
    }
}

/// Asks for lists, again and again, with windows as wide as they go, and never reads a byte.
async fn unread_answers(ground: &Ground, options: &Floods) -> anyhow::Result<Row> {
    let mut asking = JoinSet::new();
    for _ in 0..options.connections {
        let socket = TcpSocket::new_v4()?;
        socket.set_recv_buffer_size(4096)?;
        let mut raw = Raw::hello_on(socket, ground.address()?, WIDE).await?;
        raw.send(&frame(WINDOW_UPDATE, 0, 0, &(WIDE - 65_535).to_be_bytes()))
            .await?;
        asking.spawn(timeout(PATIENCE, async move {
            let mut stream = 1;
            // Until the daemon closes: then a write fails.
            loop {
                let question = [
                    frame(HEADERS, END_HEADERS, stream, &call(PEOPLE)),
                    frame(DATA, END_STREAM, stream, &message(&[])),
                ];
                if raw.send(&question.concat()).await.is_err() {
                    return;
                }
                stream += 2;
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }));
    }
    let mut cut = 0;
    while let Some(ended) = asking.join_next().await {
        cut += usize::from(ended?.is_ok());
    }
    Ok(row(
        "who asks for answers and takes none of them is cut",
        cut == options.connections,
        format!("{cut} of {}", options.connections),
    ))
}
