//! A bad network: TCP connections that are held up, and cut in the middle of what they carry.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// How bad it is: one of so many pieces that pass is the connection's last, or is held up.
#[derive(Debug, Clone, Copy)]
pub struct Weather {
    /// One in so many pieces is cut, and the connection with it.
    pub cut: u32,
    /// One in so many is held up.
    pub hold: u32,
    /// For at most so long.
    pub hold_ms: u64,
}

/// In front of a daemon. Ends when dropped.
#[derive(Debug)]
pub struct Proxy {
    /// Where it listens, as a URL.
    pub url: String,
    cuts: Arc<AtomicU64>,
    accepting: JoinHandle<()>,
}

impl Proxy {
    /// In front of this address.
    ///
    /// # Errors
    /// If it cannot listen.
    pub async fn start(daemon: SocketAddr, weather: Weather, seed: u64) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let cuts = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&cuts);
        let accepting = tokio::spawn(async move {
            let mut random = ChaCha8Rng::seed_from_u64(seed);
            while let Ok((client, _)) = listener.accept().await {
                let seeds: [u64; 2] = [random.random(), random.random()];
                tokio::spawn(carry(client, daemon, weather, seeds, Arc::clone(&counted)));
            }
        });
        Ok(Self { url, cuts, accepting })
    }

    /// How many connections were cut.
    #[must_use]
    pub fn cuts(&self) -> u64 {
        self.cuts.load(Ordering::Relaxed)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn carry(client: TcpStream, daemon: SocketAddr, weather: Weather, seeds: [u64; 2], cuts: Arc<AtomicU64>) {
    // A daemon that is dead refuses; the client is told by the end of its connection.
    let Ok(daemon) = TcpStream::connect(daemon).await else {
        return;
    };
    let ((from_client, to_client), (from_daemon, to_daemon)) = (client.into_split(), daemon.into_split());
    // Whichever direction ends first takes the other with it.
    tokio::select! {
        () = pass(from_client, to_daemon, weather, seeds[0], &cuts) => {}
        () = pass(from_daemon, to_client, weather, seeds[1], &cuts) => {}
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, weather: Weather, seed: u64, cuts: &AtomicU64) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut piece = vec![0; 4096];
    while let Ok(length @ 1..) = from.read(&mut piece).await {
        if random.random_range(0..weather.hold) == 0 {
            // The length of this sleep is the point: it reorders what connections carry.
            tokio::time::sleep(Duration::from_millis(random.random_range(0..=weather.hold_ms))).await;
        }
        if random.random_range(0..weather.cut) == 0 {
            cuts.fetch_add(1, Ordering::Relaxed);
            let _ = to.write_all(&piece[..random.random_range(0..length)]).await;
            return;
        }
        if to.write_all(&piece[..length]).await.is_err() {
            return;
        }
    }
}
