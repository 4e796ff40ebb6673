//! Listening: which connections are let in, and which are turned away before they cost anything.
//!
//! A connection that has not said hello (the 24 bytes that begin HTTP/2) never reaches the RPC library; see `accept.rs`.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, UnixListener, UnixStream};
use tokio::sync::watch;
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;

use crate::config::{LimitsConfig, ListenAddress};

mod accept;
mod connection;
mod peers;
mod turned_away;

pub use connection::Connection;
use connection::Socket;

/// Connections accepted and not yet taken by the RPC library, which takes them at once.
const HANDED_OVER: usize = 64;

/// Who is let in.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Connections at a time.
    pub connections: usize,
    /// Of one address.
    pub per_peer: usize,
    /// Until when a connection has to say hello.
    pub hello: Duration,
    /// How long a client may take none of what is sent to it.
    pub write_stall: Duration,
    /// Cuts every connection when it becomes true.
    pub cut: watch::Receiver<bool>,
}

impl Rules {
    /// The configured ones, for so many connections, until they are cut.
    pub fn new(limits: &LimitsConfig, connections: usize, cut: watch::Receiver<bool>) -> Self {
        Self {
            connections,
            per_peer: limits.connections_per_peer,
            hello: Duration::from_millis(limits.hello_ms),
            write_stall: Duration::from_millis(limits.write_stall_ms),
            cut,
        }
    }
}

/// A bound listener.
pub enum Bound {
    /// TCP.
    Tcp(TcpListener),
    /// A unix socket; its file is removed at the end.
    Unix(UnixListener, PathBuf),
}

impl Bound {
    /// Binds an address; `backlog` connections wait in the kernel. A socket file that nobody listens at is replaced.
    ///
    /// # Errors
    /// When the address is taken or not allowed.
    pub async fn bind(address: &ListenAddress, backlog: u32) -> io::Result<Self> {
        match address {
            ListenAddress::Tcp(address) => {
                let socket = if address.is_ipv4() {
                    TcpSocket::new_v4()?
                } else {
                    TcpSocket::new_v6()?
                };
                // As the library does by itself: the address of a daemon that was killed can be taken at once.
                socket.set_reuseaddr(true)?;
                socket.bind(*address)?;
                socket.listen(backlog).map(Self::Tcp)
            }
            ListenAddress::Unix(path) => {
                if path.exists() && UnixStream::connect(path).await.is_err() {
                    std::fs::remove_file(path)?;
                }
                // The library asks for as many as the system allows (net.core.somaxconn).
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
                let (stream, peer) = listener.accept().await?;
                stream.set_nodelay(true)?;
                Ok(Socket::Tcp(stream, peer.ip()))
            }
            Self::Unix(listener, _) => listener.accept().await.map(|(stream, _)| Socket::Unix(stream)),
        }
    }

    /// Connections that may come in. Never ends and never yields an error.
    pub fn connections(self, rules: Rules) -> impl Stream<Item = io::Result<Connection>> {
        let (sender, receiver) = tokio::sync::mpsc::channel(HANDED_OVER);
        tokio::spawn(accept::run(self, rules, sender));
        ReceiverStream::new(receiver)
    }
}

impl Drop for Bound {
    fn drop(&mut self) {
        if let Self::Unix(_, path) = self {
            let _ = std::fs::remove_file(path);
        }
    }
}
