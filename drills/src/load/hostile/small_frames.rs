//! Floods of small frames: a gateway that sends a report of one person after another must not be cut, and who abuses it must be.

use baiying_proto::v1::report_request::Report;
use baiying_proto::v1::reporter::Who;
use baiying_proto::v1::{AcknowledgeRequest, ReportRequest, Reporter};
use prost::Message as _;
use tokio::time::{Instant, timeout};

use super::crowd::Crowd;
use super::ground::{Ground, context};
use super::raw::{DATA, ENHANCE_YOUR_CALM, Frame, GOAWAY, Raw, WINDOW_UPDATE, frame, message};
use super::{PATIENCE, Row, memory, order_reaches, row};
use crate::synth::SynthData;

const REPORT: &str = "/baiying.v1.FieldService/Report";
/// Streams of one connection on which an abuser never reads an answer: together they may send more than is taken unread.
const ABUSED: u32 = 64;

/// Bytes that are sent on each stream in turn.
const BURST: usize = 8_192;

/// How it ended for an abuser.
enum Abused {
    /// It was cut, with this code.
    Cut(Option<u32>),
    /// It waits for windows.
    Waits,
}

/// How many of what.
#[derive(Debug, Clone)]
pub struct SmallFrames {
    /// Streams that look on.
    pub healthy: usize,
    /// Reports of one person, in a frame each, on one stream.
    pub reports: usize,
    /// Connections that never read an answer.
    pub abusers: usize,
}

/// Sends bursts of small frames, as a gateway would and as an abuser would.
///
/// # Errors
/// If the daemon does not start or refuses an order.
pub async fn small_frames(district: &SynthData, options: &SmallFrames) -> anyhow::Result<Vec<Row>> {
    let mut ground = Ground::start(district, &[], None).await?;
    let crowd = Crowd::open(&ground, options.healthy, 50).await?;
    ground.issue().await?;
    let before = ground.daemon.resident_bytes();
    let mut rows = vec![gateway(&ground, options.reports).await?];

    let mut abusers = Vec::new();
    for _ in 0..options.abusers {
        let raw = Raw::hello(ground.address()?, 0).await?;
        abusers.push(tokio::spawn(abuse(raw, ground.order_id)));
    }
    rows.push(order_reaches(&mut ground, &crowd, "while others flood").await?);
    let mut cut = 0;
    for abuser in abusers {
        cut += usize::from(matches!(abuser.await?, Abused::Cut(None | Some(ENHANCE_YOUR_CALM))));
    }
    rows.push(row(
        "who sends small frames and reads no answers is cut (ENHANCE_YOUR_CALM)",
        cut == options.abusers,
        format!("{cut} of {} connections", options.abusers),
    ));
    rows.push(order_reaches(&mut ground, &crowd, "after that").await?);
    rows.push(row(
        "no healthy stream was cut",
        crowd.cuts() == 0,
        format!("{} cuts", crowd.cuts()),
    ));
    rows.push(memory(&ground.daemon, before, 128 << 20));
    Ok(rows)
}

fn report(order_id: u32, number: usize, person: u32) -> Vec<u8> {
    let acknowledge = AcknowledgeRequest {
        context: context(&format!("r{number}")),
        order_id,
        version: 1,
        reporter: Some(Reporter {
            who: Some(Who::Own(true)),
        }),
        person_ids: vec![person],
        all: false,
    };
    let report = ReportRequest {
        tag: number as u64,
        report: Some(Report::Acknowledge(acknowledge)),
    };
    message(&report.encode_to_vec())
}

/// One stream, a frame for each report, as fast as the windows allow; answers are read as they come.
async fn gateway(ground: &Ground, reports: usize) -> anyhow::Result<Row> {
    let mut raw = Raw::hello(ground.address()?, 1 << 20).await?;
    raw.send(&frame(WINDOW_UPDATE, 0, 0, &(1_u32 << 30).to_be_bytes()))
        .await?;
    raw.open(1, REPORT).await?;
    let since = Instant::now();
    let (mut sent, mut answered, mut end) = (0, 0, None);
    let mut received = Vec::new();
    while answered < reports && end.is_none() {
        // A burst of what the windows allow, written at once.
        let mut burst = Vec::new();
        while sent < reports && burst.len() < 60_000 {
            let report = report(ground.order_id, sent, ground.leads[sent % ground.leads.len()]);
            if !raw.take_window(1, report.len()) {
                break;
            }
            burst.extend(frame(DATA, 0, 1, &report));
            sent += 1;
        }
        raw.send(&burst).await?;
        match timeout(PATIENCE, raw.next()).await {
            Ok(Some(Frame {
                kind: DATA, payload, ..
            })) => {
                let taken = (payload.len() as u32).to_be_bytes();
                if !payload.is_empty() {
                    raw.send(&frame(WINDOW_UPDATE, 0, 1, &taken)).await?;
                }
                received.extend(payload);
                answered += whole_messages(&mut received);
            }
            Ok(Some(Frame {
                kind: GOAWAY, payload, ..
            })) => end = Some(format!("GOAWAY {payload:?}")),
            Ok(Some(_)) => {}
            Ok(None) => end = Some("the connection ended".to_owned()),
            Err(_) => end = Some("no answer".to_owned()),
        }
    }
    let took = since.elapsed().as_secs_f64();
    Ok(row(
        format!("{reports} reports of one person in a frame each, on one stream, are all answered"),
        answered == reports,
        format!(
            "{answered} answers in {took:.2} s{}",
            end.map(|end| format!("; {end}")).unwrap_or_default()
        ),
    ))
}

/// Takes the whole messages from the front, and says how many.
fn whole_messages(received: &mut Vec<u8>) -> usize {
    let (mut at, mut count) = (0, 0);
    while let Some(prefix) = received.get(at..at + 5) {
        let length = u32::from_be_bytes([prefix[1], prefix[2], prefix[3], prefix[4]]) as usize;
        if received.len() < at + 5 + length {
            break;
        }
        (at, count) = (at + 5 + length, count + 1);
    }
    received.drain(..at);
    count
}

/// Many streams of reports whose answers find no window: the daemon stops reading them, and they go on as far as it lets them.
/// Whether the connection was cut, and with which code if it was said; the last words of a closing connection may be lost.
async fn abuse(mut raw: Raw, order_id: u32) -> Abused {
    let report = report(order_id, 0, 1);
    let streams = (0..ABUSED).map(|index| 2 * index + 1);
    for stream in streams.clone() {
        if raw.open(stream, REPORT).await.is_err() {
            return Abused::Cut(raw.farewell().await);
        }
    }
    loop {
        let mut burst = Vec::new();
        for stream in streams.clone() {
            let full = burst.len() + BURST;
            while burst.len() < full && raw.take_window(stream, report.len()) {
                burst.extend(frame(DATA, 0, stream, &report));
            }
        }
        if !burst.is_empty() && raw.send(&burst).await.is_err() {
            return Abused::Cut(raw.farewell().await);
        }
        // What the daemon says meanwhile: more window, or that it has had enough. A frame that has begun is read to its end.
        match timeout(PATIENCE, raw.next()).await {
            Ok(Some(Frame {
                kind: GOAWAY, payload, ..
            })) => {
                let code = payload.get(4..8).and_then(|code| code.try_into().ok());
                return Abused::Cut(code.map(u32::from_be_bytes));
            }
            Ok(Some(_)) => {}
            Ok(None) => return Abused::Cut(None),
            Err(_) => return Abused::Waits,
        }
    }
}
