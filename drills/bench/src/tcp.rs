//! Yardstick: plain TCP fan-out. A server in a process of its own, as the daemon is, writes the same bytes to every socket, once or
//! as often as a socket stands for streams.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::Context as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::Instant;

/// How many sockets, and what each gets for an order.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Shape {
    pub(crate) sockets: usize,
    /// Writes to each socket, one system call each.
    pub(crate) writes: usize,
    /// Of each write.
    pub(crate) bytes: usize,
}

/// The server: takes its connections and one more, says so; for every byte on that one, writes to all the others.
pub(crate) async fn serve(shape: Shape) -> anyhow::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let mut sockets = Vec::with_capacity(shape.sockets);
    for _ in 0..shape.sockets {
        let (socket, _) = listener.accept().await?;
        socket.set_nodelay(true)?;
        sockets.push(socket);
    }
    let (mut control, _) = listener.accept().await?;
    println!("ready");
    let payload = vec![0x55; shape.bytes];
    let mut told = [0];
    while control.read(&mut told).await? > 0 {
        for socket in &mut sockets {
            for _ in 0..shape.writes {
                socket.write_all(&payload).await?;
            }
        }
    }
    Ok(())
}

/// Ends with us.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// From telling the server to the last socket's last byte, in milliseconds, for each run.
pub(crate) async fn measure(shape: Shape, runs: usize) -> anyhow::Result<Vec<f64>> {
    let Shape { sockets, writes, bytes } = shape;
    let child = Command::new(std::env::current_exe()?)
        .arg("tcp-server")
        .args([sockets, writes, bytes].map(|number| number.to_string()))
        .stdout(Stdio::piped())
        .spawn()?;
    let mut server = Server(child);
    let mut lines = BufReader::new(server.0.stdout.take().context("no output")?).lines();
    let address = lines.next().context("the TCP server ended")??;
    let (arrived, mut arrivals) = mpsc::channel(sockets.max(1));
    for _ in 0..sockets {
        let mut socket = TcpStream::connect(&address).await?;
        let arrived = arrived.clone();
        tokio::spawn(async move {
            // All of an order at once, if it is there.
            let mut buffer = vec![0; writes * bytes];
            while socket.read_exact(&mut buffer).await.is_ok() {
                if arrived.send(Instant::now()).await.is_err() {
                    break;
                }
            }
        });
    }
    let mut control = TcpStream::connect(&address).await?;
    control.set_nodelay(true)?;
    // Once every socket is accepted: that is no part of a run.
    lines.next().context("the TCP server ended")??;
    let mut times = Vec::with_capacity(runs);
    for _ in 0..runs {
        let since = Instant::now();
        control.write_all(&[1]).await?;
        times.push(last(&mut arrivals, sockets, since).await?);
    }
    Ok(times)
}

/// When the last of so many arrived, in milliseconds since a moment.
pub(crate) async fn last(arrivals: &mut mpsc::Receiver<Instant>, count: usize, since: Instant) -> anyhow::Result<f64> {
    let mut last = since;
    for _ in 0..count {
        last = last.max(arrivals.recv().await.context("nobody listens any more")?);
    }
    Ok((last - since).as_secs_f64() * 1000.0)
}
