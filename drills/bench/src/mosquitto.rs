//! Peer: mosquitto delivers one message to many subscribers with QoS 1.

use std::process::{Child, Stdio};
use std::time::Duration;

use anyhow::Context as _;
use bytes::BytesMut;
use mqttbytes::v4::{Connect, Packet, PubAck, Publish, Subscribe, read};
use mqttbytes::{Error, QoS};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};

use crate::scale::Scale;
use crate::{peer, tcp};

const TOPIC: &str = "orders";
const PACKET_MAX: usize = 1 << 20;
/// How long it may take to listen.
const STARTING: Duration = Duration::from_secs(10);

/// A broker that ends with us.
struct Broker {
    child: Child,
    address: String,
    _dir: tempfile::TempDir,
}

impl Drop for Broker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Broker {
    async fn start(scale: &Scale) -> anyhow::Result<Self> {
        let user = peer::User::named("mosquitto")?;
        let dir = peer::dir(&scale.dir, user)?;
        // A port that is free now; whoever takes it in between makes the start fail.
        let address = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let config = dir.path().join("mosquitto.conf");
        let text = format!(
            "listener {} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\npersistence true\npersistence_location {}/\nlog_dest none\n",
            address.port(),
            dir.path().display()
        );
        std::fs::write(&config, text)?;
        let child = user
            .command(&peer::mosquitto()?)
            .arg("-c")
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()?;
        let broker = Self {
            child,
            address: address.to_string(),
            _dir: dir,
        };
        let since = Instant::now();
        while TcpStream::connect(&broker.address).await.is_err() {
            anyhow::ensure!(since.elapsed() < STARTING, "mosquitto does not listen");
            sleep(Duration::from_millis(20)).await;
        }
        Ok(broker)
    }
}

/// A client: the packets and nothing around them.
struct Client {
    socket: TcpStream,
    buffer: BytesMut,
}

impl Client {
    async fn connect(address: &str, id: String) -> anyhow::Result<Self> {
        let socket = TcpStream::connect(address).await?;
        socket.set_nodelay(true)?;
        let mut client = Self {
            socket,
            buffer: BytesMut::new(),
        };
        let mut connect = Connect::new(id);
        connect.keep_alive = 600;
        client.send(|buffer| connect.write(buffer)).await?;
        let answer = client.receive().await?;
        anyhow::ensure!(matches!(answer, Packet::ConnAck(_)), "{answer:?}");
        Ok(client)
    }
    async fn send(&mut self, write: impl FnOnce(&mut BytesMut) -> Result<usize, Error>) -> anyhow::Result<()> {
        let mut packet = BytesMut::new();
        write(&mut packet).map_err(|error| anyhow::anyhow!("{error:?}"))?;
        Ok(self.socket.write_all(&packet).await?)
    }
    async fn receive(&mut self) -> anyhow::Result<Packet> {
        loop {
            match read(&mut self.buffer, PACKET_MAX) {
                Ok(packet) => return Ok(packet),
                Err(Error::InsufficientBytes(_)) => {
                    let count = self.socket.read_buf(&mut self.buffer).await?;
                    anyhow::ensure!(count > 0, "mosquitto closed the connection");
                }
                Err(error) => anyhow::bail!("{error:?}"),
            }
        }
    }
    async fn subscribe(&mut self) -> anyhow::Result<()> {
        let mut subscribe = Subscribe::new(TOPIC, QoS::AtLeastOnce);
        subscribe.pkid = 1;
        self.send(|buffer| subscribe.write(buffer)).await?;
        let answer = self.receive().await?;
        anyhow::ensure!(matches!(answer, Packet::SubAck(_)), "{answer:?}");
        Ok(())
    }
    /// Reports and acknowledges every message.
    async fn hear(mut self, arrived: mpsc::Sender<Instant>) -> anyhow::Result<()> {
        loop {
            if let Packet::Publish(message) = self.receive().await? {
                arrived.send(Instant::now()).await?;
                self.send(|buffer| PubAck::new(message.pkid).write(buffer)).await?;
            }
        }
    }
}

/// Its version; and from publishing to the last subscriber's message, in milliseconds, for each run.
pub(crate) async fn measure(subscribers: usize, bytes: usize, scale: &Scale) -> anyhow::Result<(String, Vec<f64>)> {
    let broker = Broker::start(scale).await?;
    let (arrived, mut arrivals) = mpsc::channel(subscribers.max(1));
    for index in 0..subscribers {
        let client = Client::connect(&broker.address, format!("s{index}")).await;
        let mut client = client.with_context(|| format!("subscriber {index} of mosquitto"))?;
        client.subscribe().await?;
        // It ends when the broker does.
        tokio::spawn(client.hear(arrived.clone()));
    }
    let mut publisher = Client::connect(&broker.address, "publisher".to_owned()).await?;
    let mut times = Vec::new();
    for run in 0..scale.runs {
        let mut message = Publish::new(TOPIC, QoS::AtLeastOnce, vec![0x55; bytes]);
        message.pkid = run as u16 + 1;
        let since = Instant::now();
        publisher.send(|buffer| message.write(buffer)).await?;
        times.push(tcp::last(&mut arrivals, subscribers, since).await?);
        let answer = publisher.receive().await?;
        anyhow::ensure!(matches!(answer, Packet::PubAck(_)), "{answer:?}");
    }
    Ok((peer::version(&peer::mosquitto()?, "-h"), times))
}
