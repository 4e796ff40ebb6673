//! Messages larger than allowed: announced and not sent, really sent, compressed into almost nothing, and headers without end.

use baiying_proto::v1::SubmitBatchRequest;
use baiying_proto::v1::field_service_client::FieldServiceClient;
use prost::Message as _;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tonic::Code;
use tonic::codec::CompressionEncoding;

use super::crowd::{Crowd, connected};
use super::ground::Ground;
use super::raw::{CONTINUATION, DATA, END_HEADERS, END_STREAM, Frame, HEADERS, Raw, call, frame};
use super::{PATIENCE, Row, memory, order_reaches, row};
use crate::synth::SynthData;

const BIG: usize = 10 << 20;
const SUBMIT: &str = "/baiying.v1.FieldService/SubmitBatch";

/// How many of what.
#[derive(Debug, Clone)]
pub struct BigMessages {
    /// Streams that look on.
    pub healthy: usize,
    /// Connections that announce messages of 10 MB.
    pub announcers: usize,
    /// Calls of each.
    pub calls: u32,
    /// Messages of 10 MB that are really sent, at the same time.
    pub sent: usize,
}

/// Sends more than is allowed.
///
/// # Errors
/// If the daemon does not start or refuses an order.
pub async fn big_messages(district: &SynthData, options: &BigMessages) -> anyhow::Result<Vec<Row>> {
    let mut ground = Ground::start(district, &[], None).await?;
    let crowd = Crowd::open(&ground, options.healthy, 50).await?;
    let before = ground.daemon.resident_bytes();

    let mut announcers = JoinSet::new();
    for _ in 0..options.announcers {
        announcers.spawn(announce(Raw::hello(ground.address()?, 65_535).await?, options.calls));
    }
    let mut refused = 0;
    while let Some(announcer) = announcers.join_next().await {
        refused += announcer?;
    }
    let all = options.announcers as u32 * options.calls;
    let mut rows = vec![row(
        "10 MB announced: refused at the first five bytes",
        refused == all,
        format!("{refused} of {all} calls"),
    )];
    rows.push(memory(&ground.daemon, before, 64 << 20));

    let mut senders = JoinSet::new();
    for _ in 0..options.sent {
        senders.spawn(send(connected(&ground.daemon.api).await?, None));
    }
    rows.push(order_reaches(&mut ground, &crowd, "while 10 MB messages are sent").await?);
    let mut codes = Vec::new();
    while let Some(sender) = senders.join_next().await {
        codes.push(sender?);
    }
    let clear = codes
        .iter()
        .filter(|(code, text)| *code == Code::OutOfRange && text.contains("limit"))
        .count();
    rows.push(row(
        "10 MB sent: OUT_OF_RANGE, and the limit is said",
        clear == options.sent,
        format!("{clear} of {}, such as {:?}", options.sent, codes.first()),
    ));
    let (code, text) = send(connected(&ground.daemon.api).await?, Some(CompressionEncoding::Gzip)).await;
    rows.push(row(
        "10 MB in a few KB of gzip: refused, as nothing compressed is taken",
        code == Code::Unimplemented,
        format!("{code:?}: {text}"),
    ));
    rows.push(headers(&ground).await?);
    rows.push(order_reaches(&mut ground, &crowd, "after that").await?);
    rows.push(row(
        "no healthy stream was cut",
        crowd.cuts() == 0,
        format!("{} cuts", crowd.cuts()),
    ));
    rows.push(memory(&ground.daemon, before, 96 << 20));
    Ok(rows)
}

/// Announces messages on many calls; how many were ended.
async fn announce(mut raw: Raw, calls: u32) -> u32 {
    let prefix = [&[0][..], &(BIG as u32).to_be_bytes()].concat();
    for index in 0..calls {
        let stream = 2 * index + 1;
        if raw.open(stream, SUBMIT).await.is_err() || raw.send(&frame(DATA, 0, stream, &prefix)).await.is_err() {
            return 0;
        }
    }
    let mut ended = 0;
    while ended < calls {
        match timeout(PATIENCE, raw.next()).await {
            Ok(Some(Frame {
                kind: HEADERS, flags, ..
            })) => ended += u32::from(flags & END_STREAM != 0),
            Ok(Some(_)) => {}
            Ok(None) | Err(_) => break,
        }
    }
    ended
}

/// Sends a message of 10 MB.
async fn send(channel: tonic::transport::Channel, compressed: Option<CompressionEncoding>) -> (Code, String) {
    let mut client = FieldServiceClient::new(channel);
    if let Some(encoding) = compressed {
        client = client.send_compressed(encoding);
    }
    let request = SubmitBatchRequest {
        batch: vec![0; BIG].into(),
        ..SubmitBatchRequest::default()
    };
    debug_assert!(request.encoded_len() > BIG);
    match timeout(PATIENCE, client.submit_batch(request)).await {
        Ok(Ok(_)) => (Code::Ok, String::new()),
        Ok(Err(status)) => (status.code(), status.message().to_owned()),
        Err(_) => (Code::DeadlineExceeded, "no answer".to_owned()),
    }
}

/// Headers of 1 MB, in continuations: the connection is told to go, or the call is refused.
async fn headers(ground: &Ground) -> anyhow::Result<Row> {
    let mut raw = Raw::hello(ground.address()?, 65_535).await?;
    // A literal header without an end in sight: name "x-long", value of a megabyte.
    let mut block = call(SUBMIT);
    block.extend_from_slice(b"\x00\x06x-long\x7f");
    let mut length = (1_usize << 20) - 127;
    while length >= 128 {
        block.push((length % 128) as u8 | 0x80);
        length /= 128;
    }
    block.push(length as u8);
    block.resize(block.len() + (1 << 20), b'x');
    let mut parts = block.chunks(16_384).peekable();
    let mut kind = HEADERS;
    while let Some(part) = parts.next() {
        let flags = if parts.peek().is_none() { END_HEADERS } else { 0 };
        if raw.send(&frame(kind, flags, 1, part)).await.is_err() {
            break;
        }
        kind = CONTINUATION;
    }
    let end = timeout(PATIENCE, raw.farewell()).await;
    Ok(row(
        "headers of 1 MB: the connection is closed",
        end.is_ok(),
        format!("GOAWAY {:?}", end.ok().flatten()),
    ))
}
