//! Hostile clients, few of each: what `baiying-hostile` does at full size, so that none of it is forgotten.

use baiying_drills::load::hostile::{
    BigMessages, FileLimit, Floods, NonReaders, Reconnect, Row, SlowHello, SmallFrames, big_messages, file_limit,
    floods, non_readers, reconnect, slow_hello, small_frames,
};
use baiying_e2e::{Serve, small, wait};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

fn all_hold(rows: Vec<Row>) -> anyhow::Result<()> {
    let said: Vec<_> = rows
        .iter()
        .map(|row| {
            format!(
                "{} {}: {}",
                if row.held { "ok " } else { "NO " },
                row.what,
                row.measured
            )
        })
        .collect();
    anyhow::ensure!(rows.iter().all(|row| row.held), "\n{}", said.join("\n"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_that_nobody_reads_harm_nobody() -> anyhow::Result<()> {
    let options = NonReaders {
        healthy: 60,
        per_connection: 20,
        silent: 4,
        orders: 40,
        text_bytes: 1_500,
        window: 4_096,
        // More than a healthy one takes on a slow machine.
        stalled_stream_ms: 3_000,
        keepalive_ms: (500, 5_000),
    };
    all_hold(non_readers(&small::district(), &options).await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_of_small_reports_is_answered_and_an_abuser_is_cut() -> anyhow::Result<()> {
    let options = SmallFrames {
        healthy: 20,
        reports: 10_000,
        abusers: 2,
    };
    all_hold(small_frames(&small::district(), &options).await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_comes_back_after_a_kill_and_misses_nothing() -> anyhow::Result<()> {
    let options = Reconnect { leads: 100, kills: 2 };
    all_hold(reconnect(&small::district(), &options).await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn silent_and_slow_connections_keep_nobody_out() -> anyhow::Result<()> {
    let options = SlowHello {
        healthy: 50,
        silent: 60,
        endless_headers: 4,
        unused_calls: 2,
        connections: 30,
        hello_ms: 3_000,
        call_ms: 3_000,
        keepalive_ms: (500, 5_000),
    };
    all_hold(slow_hello(&small::district(), &options).await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_that_are_too_large_are_refused_without_being_held() -> anyhow::Result<()> {
    let options = BigMessages {
        healthy: 20,
        announcers: 4,
        calls: 50,
        sent: 3,
    };
    all_hold(big_messages(&small::district(), &options).await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn with_too_few_files_the_journal_goes_on() -> anyhow::Result<()> {
    let options = FileLimit {
        files: 128,
        healthy: 20,
        connections: 300,
    };
    all_hold(file_limit(&small::district(), &options).await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn floods_of_frames_are_bounded() -> anyhow::Result<()> {
    let options = Floods {
        healthy: 20,
        connections: 3,
        frames: 5_000,
        write_stall_ms: 3_000,
    };
    all_hold(floods(&small::district(), &options).await?)
}

/// A connection from this address, after its hello: whether the daemon says something, or closes it.
async fn is_let_in(from: &str, to: &str) -> anyhow::Result<(TcpStream, bool)> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(from.parse()?)?;
    let mut stream = socket.connect(to.parse()?).await?;
    // Who is turned away may find the connection closed before it has said anything.
    let said = stream
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
        .await;
    let mut byte = [0];
    let heard = wait::within("an answer, or the end", stream.read(&mut byte)).await;
    Ok((stream, said.is_ok() && heard?.is_ok_and(|bytes| bytes == 1)))
}

#[tokio::test]
async fn an_address_has_no_more_than_its_connections() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let running = Serve::on(&dir.path().join("data"))
        .environment("BAIYING_LIMITS__CONNECTIONS_PER_PEER", "2")
        .serving()?;
    let (here, there) = ("127.0.0.1:0", "127.0.0.2:0");
    let first = is_let_in(here, &running.api[0]).await?;
    let second = is_let_in(here, &running.api[0]).await?;
    anyhow::ensure!(first.1 && second.1, "the first two");
    anyhow::ensure!(!is_let_in(here, &running.api[0]).await?.1, "the third from one address");
    anyhow::ensure!(is_let_in(there, &running.api[0]).await?.1, "another address");
    drop(first);
    wait::until("room for one more", async || {
        Ok(is_let_in(here, &running.api[0]).await?.1.then_some(()))
    })
    .await?;
    Ok(())
}
