//! An HTTP/2 client that does what no library would: frames by hand (RFC 9113).

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

pub(super) const DATA: u8 = 0;
pub(super) const HEADERS: u8 = 1;
pub(super) const RST_STREAM: u8 = 3;
pub(super) const SETTINGS: u8 = 4;
pub(super) const PING: u8 = 6;
pub(super) const GOAWAY: u8 = 7;
pub(super) const WINDOW_UPDATE: u8 = 8;
pub(super) const CONTINUATION: u8 = 9;
pub(super) const ACK: u8 = 1;
pub(super) const END_STREAM: u8 = 1;
pub(super) const END_HEADERS: u8 = 4;
/// What a server says to a client that it finds abusive (RFC 9113 §7).
pub(super) const ENHANCE_YOUR_CALM: u32 = 11;

const HELLO: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const INITIAL_WINDOW: i64 = 65_535;

/// A frame that came.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) kind: u8,
    pub(super) flags: u8,
    pub(super) stream: u32,
    pub(super) payload: Vec<u8>,
}

/// A connection.
pub(super) struct Raw {
    pub(super) socket: TcpStream,
    /// What may be sent: on the connection, on a new stream, on each stream that has been heard of.
    connection_window: i64,
    stream_window: i64,
    windows: BTreeMap<u32, i64>,
}

/// A frame to send.
pub(super) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = (payload.len() as u32).to_be_bytes();
    let mut bytes = Vec::with_capacity(9 + payload.len());
    bytes.extend_from_slice(&length[1..]);
    bytes.extend_from_slice(&[kind, flags]);
    bytes.extend_from_slice(&stream.to_be_bytes());
    bytes.extend_from_slice(payload);
    bytes
}

/// The headers of a gRPC call, in the plainest HPACK there is.
pub(super) fn call(path: &str) -> Vec<u8> {
    // :method POST, :scheme http.
    let mut block = vec![0x83, 0x86];
    let text = |block: &mut Vec<u8>, text: &str| {
        block.push(u8::try_from(text.len()).unwrap_or(0x7e).min(0x7e));
        block.extend_from_slice(text.as_bytes());
    };
    // :path, :authority and content-type by their places in the static table, te by name.
    block.push(0x04);
    text(&mut block, path);
    block.push(0x01);
    text(&mut block, "drill");
    block.extend_from_slice(&[0x0f, 0x10]);
    text(&mut block, "application/grpc");
    block.push(0x00);
    text(&mut block, "te");
    text(&mut block, "trailers");
    block
}

/// A gRPC message with its prefix.
pub(super) fn message(bytes: &[u8]) -> Vec<u8> {
    let mut framed = vec![0];
    framed.extend_from_slice(&(bytes.len() as u32).to_be_bytes());
    framed.extend_from_slice(bytes);
    framed
}

impl Raw {
    /// Connects and says nothing.
    pub(super) async fn silent(address: SocketAddr) -> io::Result<TcpStream> {
        TcpStream::connect(address).await
    }

    /// Connects and says hello; streams of answers start with this window.
    pub(super) async fn hello(address: SocketAddr, window: u32) -> io::Result<Self> {
        Self::hello_on(TcpSocket::new_v4()?, address, window).await
    }

    /// The same, over a socket that was prepared.
    pub(super) async fn hello_on(socket: TcpSocket, address: SocketAddr, window: u32) -> io::Result<Self> {
        let mut socket = socket.connect(address).await?;
        socket.set_nodelay(true)?;
        // SETTINGS_INITIAL_WINDOW_SIZE.
        let mut setting = vec![0, 4];
        setting.extend_from_slice(&window.to_be_bytes());
        socket
            .write_all(&[HELLO, &frame(SETTINGS, 0, 0, &setting)].concat())
            .await?;
        Ok(Self {
            socket,
            connection_window: INITIAL_WINDOW,
            stream_window: INITIAL_WINDOW,
            windows: BTreeMap::new(),
        })
    }

    /// Sends bytes as they are.
    pub(super) async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.socket.write_all(bytes).await
    }

    /// Opens a call.
    pub(super) async fn open(&mut self, stream: u32, path: &str) -> io::Result<()> {
        self.send(&frame(HEADERS, END_HEADERS, stream, &call(path))).await
    }

    /// Opens a call with its only message.
    pub(super) async fn ask(&mut self, stream: u32, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.open(stream, path).await?;
        self.send(&frame(DATA, END_STREAM, stream, &message(bytes))).await
    }

    /// Whether so many bytes may be sent on a stream now; if so, they count as sent.
    pub(super) fn take_window(&mut self, stream: u32, bytes: usize) -> bool {
        let window = self.windows.entry(stream).or_insert(self.stream_window);
        let bytes = bytes as i64;
        let fits = *window >= bytes && self.connection_window >= bytes;
        if fits {
            *window -= bytes;
            self.connection_window -= bytes;
        }
        fits
    }

    /// The next frame; pings and settings are answered, windows are kept. None at the end of the connection.
    pub(super) async fn next(&mut self) -> Option<Frame> {
        let mut head = [0; 9];
        self.socket.read_exact(&mut head).await.ok()?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; length as usize];
        self.socket.read_exact(&mut payload).await.ok()?;
        let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
        let frame = Frame {
            kind: head[3],
            flags: head[4],
            stream,
            payload,
        };
        self.react(&frame).await;
        Some(frame)
    }

    async fn react(&mut self, came: &Frame) {
        let number = |bytes: &[u8]| bytes.try_into().map_or(0, u32::from_be_bytes);
        // Who has gone is noticed by the next read.
        match came.kind {
            SETTINGS if came.flags & ACK == 0 => {
                for setting in came.payload.chunks_exact(6).filter(|setting| setting[..2] == [0, 4]) {
                    let window = i64::from(number(&setting[2..]));
                    let grown = window - self.stream_window;
                    self.stream_window = window;
                    self.windows.values_mut().for_each(|window| *window += grown);
                }
                let _ = self.send(&frame(SETTINGS, ACK, 0, &[])).await;
            }
            PING if came.flags & ACK == 0 => {
                let _ = self.send(&frame(PING, ACK, 0, &came.payload)).await;
            }
            WINDOW_UPDATE => {
                let grown = i64::from(number(&came.payload));
                match came.stream {
                    0 => self.connection_window += grown,
                    stream => *self.windows.entry(stream).or_insert(self.stream_window) += grown,
                }
            }
            _ => {}
        }
    }

    /// Reads until the server ends the connection: its reason, or none if it went without a word.
    pub(super) async fn farewell(&mut self) -> Option<u32> {
        let mut reason = None;
        while let Some(frame) = self.next().await {
            if frame.kind == GOAWAY {
                reason = frame
                    .payload
                    .get(4..8)
                    .and_then(|code| code.try_into().ok())
                    .map(u32::from_be_bytes);
            }
        }
        reason
    }
}
