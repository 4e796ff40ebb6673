//! A connection that was let in: gives its place back when it ends, and ends when its client takes nothing for too long or when it is
//! cut.

use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, Sleep, sleep};
use tonic::transport::server::Connected;

use super::Rules;
use super::peers::PeerPlace;
use super::turned_away::{TurnedAway, Why};
use crate::telemetry::metrics;

/// What every HTTP/2 client says first (RFC 9113 §3.4).
pub(super) const HELLO: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// What is read of one connection before others have their turn. Frames can cost much more to handle than to send: without turns,
/// twenty clients that flood pings kept an order from 5,000 healthy streams until they were done.
const TURN_BYTES: usize = 32 << 10;

/// What was accepted.
pub(super) enum Socket {
    /// TCP, and from where.
    Tcp(TcpStream, IpAddr),
    /// A unix socket.
    Unix(UnixStream),
}

impl Socket {
    /// Where it comes from.
    pub(super) fn peer(&self) -> Option<IpAddr> {
        match self {
            Self::Tcp(_, peer) => Some(*peer),
            Self::Unix(_) => None,
        }
    }
}

/// Writes that go out at once after one whose wait gathered nothing.
const AT_ONCE: u8 = 15;

/// Where writing stands, between two flushes.
#[derive(Clone, Copy)]
enum Write {
    /// Nothing is written yet; so many more times without a wait.
    First(u8),
    /// A write of so many bytes waits.
    Waits(usize),
    /// No more waits until the flush, and then so many times without.
    Goes(u8),
}

/// A connection that has said hello.
///
/// Writes wait for one turn of the runtime's queue, so that what other streams of the connection have to say at the same time goes out
/// with them: one order to a hundred streams is a handful of writes, not a hundred. Where nothing was gathered, as on a connection with
/// a single stream, the next writes go out at once. For the same reason writes are not vectored: HTTP/2 would hand over each frame from
/// 256 bytes on by itself, and else collects those below 1 KiB.
pub struct Connection {
    socket: Socket,
    /// Bytes of the hello that the RPC library has read so far: it checks them again.
    hello_read: usize,
    /// Bytes read in this turn.
    turn: usize,
    write: Write,
    write_stall: Duration,
    /// Runs while something waits to be sent and nothing is taken.
    stalled: Option<Pin<Box<Sleep>>>,
    /// Ready when the connection is cut; none when it has been.
    cut: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    turned_away: TurnedAway,
    _places: (OwnedSemaphorePermit, Option<PeerPlace>),
    _open: metrics::OpenConnection,
}

impl Connection {
    pub(super) fn new(
        socket: Socket,
        rules: Rules,
        places: (OwnedSemaphorePermit, Option<PeerPlace>),
        turned_away: TurnedAway,
    ) -> Self {
        let Rules {
            write_stall, mut cut, ..
        } = rules;
        let cut = async move {
            if cut.wait_for(|cut| *cut).await.is_err() {
                // Nobody is there who could.
                std::future::pending::<()>().await;
            }
        };
        Self {
            socket,
            hello_read: 0,
            turn: 0,
            write: Write::First(0),
            write_stall,
            stalled: None,
            cut: Some(Box::pin(cut)),
            turned_away,
            _places: places,
            _open: metrics::connection_opened(),
        }
    }

    /// In the place of waiting for the client: an error once the connection is cut.
    fn wait<T>(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        if let Some(cut) = &mut self.cut {
            ready!(cut.as_mut().poll(cx));
            self.cut = None;
        }
        Poll::Ready(Err(io::Error::new(
            io::ErrorKind::ConnectionAborted,
            "the daemon stops and cuts what is left",
        )))
    }

    /// A write that goes through ends the stall; one that does not begins it, and fails when it has lasted too long.
    fn watch_stall<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let limit = self.write_stall;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(limit)));
        if stalled.as_mut().poll(cx).is_pending() {
            return self.wait(cx);
        }
        // Asked again after the error, it fails again at once.
        stalled.as_mut().reset(Instant::now());
        self.turned_away.count(Why::WriteStalled);
        Poll::Ready(Err(io::Error::new(
            io::ErrorKind::TimedOut,
            "the client takes nothing of what is sent to it",
        )))
    }
}

impl Connected for Connection {
    type ConnectInfo = ();
    fn connect_info(&self) {}
}

macro_rules! delegate {
    ($socket:expr, $method:ident $(, $argument:expr)*) => {
        match $socket {
            Socket::Tcp(stream, _) => Pin::new(stream).$method($($argument),*),
            Socket::Unix(stream) => Pin::new(stream).$method($($argument),*),
        }
    };
}

impl AsyncRead for Socket {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        delegate!(self.get_mut(), poll_read, cx, buffer)
    }
}

impl AsyncRead for Connection {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let rest = &HELLO[this.hello_read..];
        if rest.is_empty() {
            if this.turn >= TURN_BYTES {
                this.turn = 0;
                cx.waker().wake_by_ref();
                return this.wait(cx);
            }
            let before = buffer.filled().len();
            let read = Pin::new(&mut this.socket).poll_read(cx, buffer);
            if read.is_pending() {
                this.turn = 0;
                return this.wait(cx);
            }
            this.turn += buffer.filled().len() - before;
            return read;
        }
        let bytes = rest.len().min(buffer.remaining());
        buffer.put_slice(&rest[..bytes]);
        this.hello_read += bytes;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Connection {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.write = match this.write {
            Write::First(0) => {
                this.write = Write::Waits(bytes.len());
                // Woken while it runs, a task goes to the end of the queue.
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            Write::First(at_once) => Write::Goes(at_once - 1),
            Write::Waits(before) if bytes.len() <= before => Write::Goes(AT_ONCE),
            Write::Waits(_) => Write::Goes(0),
            goes @ Write::Goes(_) => goes,
        };
        let written = delegate!(&mut this.socket, poll_write, cx, bytes);
        this.watch_stall(cx, written)
    }
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if let Write::Goes(at_once) = this.write {
            this.write = Write::First(at_once);
        }
        delegate!(&mut this.socket, poll_flush, cx)
    }
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        delegate!(&mut self.get_mut().socket, poll_shutdown, cx)
    }
}
