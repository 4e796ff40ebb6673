//! Accepting connections: no more than allowed, and with a pause when the machine is out of file handles instead of a busy loop.

use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_stream::Stream;
use tonic::transport::server::Connected;

use crate::config::ListenAddress;

/// How long accepting pauses after an error: file handles come back when connections end.
const BACK_OFF: Duration = Duration::from_millis(100);

/// A bound listener.
pub enum Bound {
    /// TCP.
    Tcp(TcpListener),
    /// A unix socket; its file is removed at the end.
    Unix(UnixListener, PathBuf),
}

impl Bound {
    /// Binds an address. A socket file that nobody listens at is replaced.
    ///
    /// # Errors
    /// When the address is taken or not allowed.
    pub async fn bind(address: &ListenAddress) -> io::Result<Self> {
        match address {
            ListenAddress::Tcp(address) => TcpListener::bind(address).await.map(Self::Tcp),
            ListenAddress::Unix(path) => {
                if path.exists() && UnixStream::connect(path).await.is_err() {
                    std::fs::remove_file(path)?;
                }
                UnixListener::bind(path).map(|listener| Self::Unix(listener, path.clone()))
            }
        }
    }

    /// Where it listens, the port filled in.
    pub fn address(&self) -> String {
        match self {
            Self::Tcp(listener) => listener
                .local_addr()
                .map_or_else(|_| "?".into(), |address| address.to_string()),
            Self::Unix(_, path) => format!("unix:{}", path.display()),
        }
    }

    async fn accept(&self) -> io::Result<Socket> {
        match self {
            Self::Tcp(listener) => {
                let (stream, _) = listener.accept().await?;
                stream.set_nodelay(true)?;
                Ok(Socket::Tcp(stream))
            }
            Self::Unix(listener, _) => listener.accept().await.map(|(stream, _)| Socket::Unix(stream)),
        }
    }

    /// Connections, at most `max` at a time; more wait in the kernel. Never ends and never yields an error.
    pub fn connections(self, max: usize) -> impl Stream<Item = io::Result<Connection>> {
        let places = Arc::new(Semaphore::new(max));
        let (sender, receiver) = tokio::sync::mpsc::channel(64);
        tokio::spawn(async move {
            while let Ok(place) = Arc::clone(&places).acquire_owned().await {
                let socket = loop {
                    tokio::select! {
                        accepted = self.accept() => match accepted {
                            Ok(socket) => break socket,
                            Err(error) => {
                                tracing::warn!(%error, "cannot accept a connection");
                                tokio::time::sleep(BACK_OFF).await;
                            }
                        },
                        () = sender.closed() => return,
                    }
                };
                let connection = Connection {
                    socket,
                    write: Write::First(0),
                    _place: place,
                };
                if sender.send(Ok(connection)).await.is_err() {
                    return;
                }
            }
        });
        tokio_stream::wrappers::ReceiverStream::new(receiver)
    }
}

impl Drop for Bound {
    fn drop(&mut self) {
        if let Self::Unix(_, path) = self {
            let _ = std::fs::remove_file(path);
        }
    }
}

enum Socket {
    Tcp(TcpStream),
    Unix(UnixStream),
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

/// A connection that holds its place until it ends.
///
/// Writes wait for one turn of the runtime's queue, so that what other streams of the connection have to say at the same time goes out
/// with them: one order to a hundred streams is a handful of writes, not a hundred. Where nothing was gathered, as on a connection with
/// a single stream, the next writes go out at once. For the same reason writes are not vectored: HTTP/2 would hand over each frame from
/// 256 bytes on by itself, and else collects those below 1 KiB.
pub struct Connection {
    socket: Socket,
    write: Write,
    _place: OwnedSemaphorePermit,
}

impl Connected for Connection {
    type ConnectInfo = ();
    fn connect_info(&self) {}
}

macro_rules! delegate {
    ($self:ident, $method:ident $(, $argument:expr)*) => {
        match &mut $self.get_mut().socket {
            Socket::Tcp(stream) => Pin::new(stream).$method($($argument),*),
            Socket::Unix(stream) => Pin::new(stream).$method($($argument),*),
        }
    };
}

impl AsyncRead for Connection {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        delegate!(self, poll_read, cx, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.write = match self.write {
            Write::First(0) => {
                self.write = Write::Waits(bytes.len());
                // Woken while it runs, a task goes to the end of the queue.
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            Write::First(at_once) => Write::Goes(at_once - 1),
            Write::Waits(before) if bytes.len() <= before => Write::Goes(AT_ONCE),
            Write::Waits(_) => Write::Goes(0),
            goes @ Write::Goes(_) => goes,
        };
        delegate!(self, poll_write, cx, bytes)
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Write::Goes(at_once) = self.write {
            self.write = Write::First(at_once);
        }
        delegate!(self, poll_flush, cx)
    }
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        delegate!(self, poll_shutdown, cx)
    }
}
