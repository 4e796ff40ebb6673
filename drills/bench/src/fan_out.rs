//! One order to many live streams, against a plain TCP server that writes the same bytes, and mosquitto that delivers them.

use baiying_drills::load::{FanOut, FanOutOptions, FanOutResult};

use crate::report::{Goal, Report, Row, Unit};
use crate::scale::Scale;
use crate::site::Site;
use crate::{mosquitto, tcp};

/// Headers before a message on the wire: gRPC's and the HTTP/2 frame's.
const FRAME_HEADERS: usize = 5 + 9;

/// Streams on one connection, the row's id and its yardstick's: a gateway that speaks for many leads, and leads each with a device.
const SHAPES: [(usize, &str, &str); 2] = [(100, "fan-out.shared", "tcp.shared"), (1, "fan-out.own", "tcp.own")];

/// The fan-outs of a shape, and the daemon's processor time for one message, in microseconds.
async fn issue(
    site: &Site,
    streams: usize,
    per_connection: usize,
    orders: usize,
) -> anyhow::Result<(Vec<FanOutResult>, f64)> {
    let response_id = site.response(&format!("fan-out-{per_connection}")).await?;
    let options = FanOutOptions {
        streams,
        streams_per_connection: per_connection,
        seed: per_connection as u64,
        ..FanOutOptions::new(&site.daemon.api, response_id)
    };
    let mut open = FanOut::open(&options).await?;
    let before = site.daemon.processor_time();
    let mut results = Vec::with_capacity(orders);
    for _ in 0..orders {
        results.push(open.issue().await?);
    }
    let used = site.daemon.processor_time().saturating_sub(before);
    site.terminate(response_id).await?;
    Ok((results, used.as_secs_f64() * 1e6 / (streams * orders) as f64))
}

/// Measures the shapes of ours, then the others with the same bytes.
pub(crate) async fn measure(site: &Site, scale: &Scale, report: &mut Report) -> anyhow::Result<()> {
    let streams = scale.of(10_000, 50);
    let mut bytes = 0;
    for (per_connection, id, tcp_id) in SHAPES {
        eprintln!("bench: {streams} streams, {per_connection} on a connection");
        let (results, processor_us) = issue(site, streams, per_connection, scale.runs).await?;
        bytes = results.iter().map(|result| result.message_bytes).max().unwrap_or(0) + FRAME_HEADERS;
        let whole = results
            .iter()
            .all(|result| result.refused == 0 && result.reached == streams);
        let p50 = results.iter().map(|result| result.latency.p50_ms).sum::<f64>() / results.len() as f64;
        let reached: usize = results.iter().map(|result| result.reached).sum();
        let connections = results.first().map_or(0, |result| result.connections);
        let what =
            format!("one order to {streams} live field streams over {connections} connections: last stream has it");
        let last = results.iter().map(|result| result.latency.max_ms).collect();
        report.push(
            Row::ours(id, what, Unit::Milliseconds, last)
                .goal(Goal::Below(1000.0))
                .sound(whole)
                .note(format!(
                    "half after {p50:.0} ms; {reached} of {} reached; {processor_us:.0} µs of the daemon's processor time a message",
                    streams * results.len()
                ))
                .how("IssueOrder to that many leads, durable first; from the command to the last stream's message")
                .against(tcp_id, "the time of plain TCP", Some(Goal::Below(3.0)))
                .against("mosquitto", "the time of mosquitto", None),
        );
    }
    for (per_connection, _, id) in SHAPES {
        let shape = tcp::Shape {
            sockets: streams.div_ceil(per_connection),
            writes: per_connection.min(streams),
            bytes,
        };
        let last = tcp::measure(shape, scale.runs).await?;
        let what = match shape.writes {
            1 => format!("plain TCP: {bytes} bytes to each of {} sockets", shape.sockets),
            writes => format!(
                "plain TCP: {writes} times {bytes} bytes to each of {} sockets",
                shape.sockets
            ),
        };
        report.push(Row::other(id, what, Unit::Milliseconds, last).how(
            "a server in a process of its own writes to one socket after the other, a system call for each of our messages; from \
             the command to the last socket's last byte",
        ));
    }
    if scale.peers {
        let (version, last) = mosquitto::measure(streams, bytes, scale).await?;
        let what = format!("{version}: QoS 1, {bytes} bytes to {streams} subscribers");
        report.push(Row::other("mosquitto", what, Unit::Milliseconds, last).how(
            "from the publisher's write to the last subscriber's message, each answered with PUBACK; persistence on as shipped: \
             every 30 minutes and at the end, so nothing is durable before it is delivered",
        ));
    }
    Ok(())
}
