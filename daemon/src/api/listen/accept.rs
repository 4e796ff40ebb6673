//! The loop that accepts: a place for each connection, a time to say hello, and no busy loop when the machine has no file handles.
//!
//! When all places are taken and somebody comes, the one that has been silent longest gives up its place: connections that never say
//! hello cannot keep others out. When all have said hello, newcomers wait: one here, the others in the kernel.

use std::collections::BTreeMap;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{Sleep, sleep};

use super::connection::{Connection, HELLO, Socket};
use super::peers::{PeerPlace, Peers};
use super::turned_away::{SAY_EVERY, TurnedAway, Why};
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
    fn listen_to(
        &mut self,
        socket: Socket,
        places: (OwnedSemaphorePermit, Option<PeerPlace>),
        rules: &Rules,
        turned_away: &TurnedAway,
    ) {
        let (number, rules, turned_away) = (self.next, rules.clone(), turned_away.clone());
        self.next += 1;
        let greeting = async move { (number, greet(socket, rules, places, turned_away).await) };
        self.handles.insert(number, self.tasks.spawn(greeting));
    }

    /// The one that came first gives up its place, as soon as its task has ended.
    fn drop_oldest(&mut self) -> Option<AbortHandle> {
        let (_, oldest) = self.handles.pop_first()?;
        oldest.abort();
        Some(oldest)
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
    turned_away: TurnedAway,
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
    Ok(Connection::new(socket, rules, places, turned_away))
}

/// Accepts until nobody takes connections any more.
pub(super) async fn run(bound: Bound, rules: Rules, sender: mpsc::Sender<io::Result<Connection>>) {
    let places = Arc::new(Semaphore::new(rules.connections));
    let peers = Peers::new(rules.per_peer);
    let mut silent = Silent::default();
    let turned_away = TurnedAway::new(&bound.address());
    let mut say = tokio::time::interval(SAY_EVERY);
    let mut paused: Option<Pin<Box<Sleep>>> = None;
    loop {
        let socket = loop {
            tokio::select! {
                accepted = bound.accept(), if paused.is_none() => match accepted {
                    Ok(socket) => break socket,
                    Err(error) => {
                        turned_away.failed(&error);
                        paused = Some(Box::pin(sleep(BACK_OFF)));
                    }
                },
                () = async { paused.as_mut().expect("guarded").await }, if paused.is_some() => paused = None,
                greeted = silent.next() => if !hand_over(greeted, &sender, &turned_away).await { return },
                _ = say.tick() => turned_away.say(),
                () = sender.closed() => return,
            }
        };
        let Ok(peer) = peers.take(socket.peer()) else {
            turned_away.count(Why::Peer);
            continue;
        };
        // One newcomer waits here for its place, the others in the kernel.
        let mut dropped: Option<AbortHandle> = None;
        let mut is_said = false;
        let place = loop {
            // One at a time: its place comes back when its task has ended.
            if places.available_permits() == 0 && dropped.as_ref().is_none_or(AbortHandle::is_finished) {
                dropped = silent.drop_oldest();
                if dropped.is_some() {
                    turned_away.count(Why::Displaced);
                } else if !std::mem::replace(&mut is_said, true) {
                    turned_away.count(Why::Full);
                }
            }
            tokio::select! {
                place = Arc::clone(&places).acquire_owned() => match place {
                    Ok(place) => break place,
                    Err(_closed) => return,
                },
                greeted = silent.next() => if !hand_over(greeted, &sender, &turned_away).await { return },
                _ = say.tick() => turned_away.say(),
                () = sender.closed() => return,
            }
        };
        silent.listen_to(socket, (place, peer), &rules, &turned_away);
    }
}

/// Hands a connection on that said hello; false when nobody takes it.
async fn hand_over(
    greeted: Option<Result<Connection, Why>>,
    sender: &mpsc::Sender<io::Result<Connection>>,
    turned_away: &TurnedAway,
) -> bool {
    match greeted {
        Some(Ok(connection)) => return sender.send(Ok(connection)).await.is_ok(),
        Some(Err(why)) => turned_away.count(why),
        None => {}
    }
    true
}
