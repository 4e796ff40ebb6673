//! The loop that accepts: a place for each connection, a time to say hello, and no busy loop when the machine has no file handles.
//!
//! When all places are taken and somebody comes, the one that has been silent longest gives up its place: connections that never say
//! hello cannot keep others out. When all have said hello, newcomers wait: one here, the others in the kernel.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::{AbortHandle, JoinSet};

use super::connection::{Connection, HELLO, Socket};
use super::peers::{PeerPlace, Peers};
use super::turned_away::{TurnedAway, Why};
use super::{Bound, Rules};

/// How long accepting pauses after an error: file handles come back when connections end.
const BACK_OFF: Duration = Duration::from_millis(100);

/// What became of a connection that was given time to say hello.
type Greeted = (u64, Result<Connection, Why>);

/// Connections that have not said hello, by when they came.
#[derive(Default)]
struct Silent {
    tasks: JoinSet<Greeted>,
    handles: BTreeMap<u64, AbortHandle>,
    next: u64,
}

impl Silent {
    fn listen_to(&mut self, socket: Socket, places: (OwnedSemaphorePermit, Option<PeerPlace>), rules: &Rules) {
        let (number, rules) = (self.next, rules.clone());
        self.next += 1;
        let greeting = async move { (number, greet(socket, rules, places).await) };
        self.handles.insert(number, self.tasks.spawn(greeting));
    }

    /// The one that came first gives up its place.
    fn drop_oldest(&mut self) -> bool {
        let oldest = self.handles.pop_first();
        oldest.is_some_and(|(_, handle)| {
            handle.abort();
            true
        })
    }

    /// The next that said hello, or why one did not. Waits for ever when there is none.
    async fn next(&mut self) -> Option<Result<Connection, Why>> {
        match self.tasks.join_next().await {
            None => std::future::pending().await,
            Some(Ok((number, greeted))) => {
                self.handles.remove(&number);
                Some(greeted)
            }
            // Dropped as the oldest, and counted then.
            Some(Err(_aborted)) => None,
        }
    }
}

/// Waits for the hello.
async fn greet(
    mut socket: Socket,
    rules: Rules,
    places: (OwnedSemaphorePermit, Option<PeerPlace>),
) -> Result<Connection, Why> {
    let mut hello = [0; HELLO.len()];
    let listening = async {
        let mut heard = 0;
        while heard < hello.len() {
            match socket.read(&mut hello[heard..]).await {
                Ok(0) | Err(_) => return Err(Why::Gone),
                Ok(bytes) => heard += bytes,
            }
            if hello[..heard] != HELLO[..heard] {
                return Err(Why::NotHttp2);
            }
        }
        Ok(())
    };
    match tokio::time::timeout(rules.hello, listening).await {
        Ok(heard) => heard?,
        Err(_late) => return Err(Why::Silent),
    }
    Ok(Connection::new(socket, rules, places))
}

/// Accepts until nobody takes connections any more.
pub(super) async fn run(bound: Bound, rules: Rules, sender: mpsc::Sender<io::Result<Connection>>) {
    let places = Arc::new(Semaphore::new(rules.connections));
    let peers = Peers::new(rules.per_peer);
    let mut silent = Silent::default();
    let mut turned_away = TurnedAway::new(bound.address());
    loop {
        let socket = loop {
            tokio::select! {
                accepted = bound.accept() => match accepted {
                    Ok(socket) => break socket,
                    Err(error) => {
                        turned_away.failed(&error);
                        tokio::time::sleep(BACK_OFF).await;
                    }
                },
                greeted = silent.next() => if !hand_over(greeted, &sender, &mut turned_away).await { return },
                () = sender.closed() => return,
            }
        };
        let Ok(peer) = peers.take(socket.peer()) else {
            turned_away.count(Why::Peer);
            continue;
        };
        // One newcomer waits here for its place, the others in the kernel.
        let place = loop {
            if places.available_permits() == 0 {
                let why = if silent.drop_oldest() {
                    Why::Displaced
                } else {
                    Why::Full
                };
                turned_away.count(why);
            }
            tokio::select! {
                place = Arc::clone(&places).acquire_owned() => match place {
                    Ok(place) => break place,
                    Err(_closed) => return,
                },
                greeted = silent.next() => if !hand_over(greeted, &sender, &mut turned_away).await { return },
                () = sender.closed() => return,
            }
        };
        silent.listen_to(socket, (place, peer), &rules);
    }
}

/// Hands a connection on that said hello; false when nobody takes it.
async fn hand_over(
    greeted: Option<Result<Connection, Why>>,
    sender: &mpsc::Sender<io::Result<Connection>>,
    turned_away: &mut TurnedAway,
) -> bool {
    match greeted {
        Some(Ok(connection)) => return sender.send(Ok(connection)).await.is_ok(),
        Some(Err(why)) => turned_away.count(why),
        None => {}
    }
    true
}
