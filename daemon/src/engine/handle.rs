//! How the rest of the daemon talks to the engine.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError};
use std::task::Poll;

use baiying_core::command::{Actor, Command, Context, Reply};
use baiying_core::id::{ExerciseId, Timestamp};
use baiying_core::{Rejection, State};
use tokio::sync::oneshot;

use super::admission::Admission;
use super::past::Past;
use super::publish::Published;
use super::scope::{Look, Scope, look, world};

/// Which commands are refused first when the queue fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Priority {
    /// Imports: from half of the queue on.
    Import,
    /// The command centre: from three quarters on.
    Command,
    /// Acknowledgements and arrivals, and the daemon's own: only when it is full.
    Field,
}

/// Why a command got no reply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The core said no; nothing was changed.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// Too much is waiting; nothing was changed.
    #[error("{waiting} commands are waiting")]
    QueueFull {
        /// How many.
        waiting: usize,
    },
    /// The disk has no room for it; nothing was changed.
    #[error("the disk has no room for this{}: nothing was changed", still_free(*free))]
    DiskFull {
        /// Bytes that were free when it was last looked at; none when the journal itself found no room.
        free: Option<u64>,
    },
    /// The engine has stopped; whether the command took effect is unknown: ask again with the same request id.
    #[error("the daemon is stopping")]
    Stopped,
}

fn still_free(bytes: Option<u64>) -> String {
    bytes.map_or_else(String::new, |bytes| format!(", {bytes} bytes are free"))
}

/// A command on its way to the engine.
pub(super) struct Request {
    pub(super) actor: Actor,
    pub(super) request_id: Option<Box<str>>,
    pub(super) digest: u64,
    pub(super) weight: usize,
    pub(super) command: Command,
    pub(super) reply: oneshot::Sender<Result<Reply, Refusal>>,
}

/// The engine, for everybody else. Cheap to clone.
#[derive(Clone)]
pub struct EngineHandle {
    pub(super) queue: SyncSender<Request>,
    pub(super) waiting: Arc<AtomicUsize>,
    pub(super) queue_max: usize,
    pub(super) published: Arc<Published>,
    pub(super) admission: Arc<Admission>,
    pub(super) stopping: Arc<AtomicBool>,
    pub(super) past: Arc<Past>,
    /// The exercise that it is for; none: the district.
    pub(super) scope: Option<Scope>,
}

impl EngineHandle {
    /// A handle for an exercise.
    #[must_use]
    pub fn of_exercise(&self, scope: Scope) -> Self {
        Self {
            scope: Some(scope),
            ..self.clone()
        }
    }
    /// The exercise that this handle is for; none: the district.
    pub fn exercise(&self) -> Option<ExerciseId> {
        self.scope.as_ref().map(|scope| scope.run)
    }
    /// The durable state that this handle is for. Held briefly and never across an await: publishing waits for it.
    pub fn read(&self) -> Look<'_> {
        look(self.published.read(), self.scope.as_ref())
    }
    /// A state of the past, as this handle shows it.
    pub fn shown<'a>(&self, past: &'a State) -> &'a State {
        self.exercise().map_or(past, |run| world(past, run))
    }

    /// Hands over a command and waits until its answer is durable. `digest` and `weight` are the hash and size of the request.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn submit(
        &self,
        priority: Priority,
        actor: Actor,
        request_id: Option<Box<str>>,
        size: (u64, usize),
        command: Command,
    ) -> Result<Reply, Refusal> {
        self.enqueue(priority, actor, request_id, size, command)?.await
    }

    /// Hands over a command; what is returned answers once it is durable. Commands are decided in the order of these calls.
    ///
    /// # Errors
    /// When the command was not taken.
    pub fn enqueue(
        &self,
        priority: Priority,
        actor: Actor,
        request_id: Option<Box<str>>,
        (digest, weight): (u64, usize),
        command: Command,
    ) -> Result<Pending, Refusal> {
        if self.stopping.load(Ordering::Acquire) {
            return Err(Refusal::Stopped);
        }
        let (reply, answer) = oneshot::channel();
        let (digest, command) = match &self.scope {
            None => (digest, command),
            Some(scope) => (scope.digest(digest), scope.wrap(command)),
        };
        if let Err(refusal) = self.admit(priority) {
            // A repeat of what was done is told so: nothing is written for it.
            let context = Context {
                actor,
                request_id,
                digest,
                at: Timestamp::from_unix_ms(0),
            };
            let first = self.published.read().requests().find(&context).transpose();
            let _ = reply.send(first.ok_or(refusal)?.map_err(Refusal::Rejected));
            return Ok(Pending(answer));
        }
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let request = Request {
            actor,
            request_id,
            digest,
            weight,
            command,
            reply,
        };
        if let Err(error) = self.queue.try_send(request) {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(match error {
                TrySendError::Full(_) => Refusal::QueueFull {
                    waiting: self.queue_max,
                },
                TrySendError::Disconnected(_) => Refusal::Stopped,
            });
        }
        Ok(Pending(answer))
    }

    fn admit(&self, priority: Priority) -> Result<(), Refusal> {
        self.admission.admit(priority)?;
        let waiting = self.waiting.load(Ordering::Relaxed);
        let limit = match priority {
            Priority::Import => self.queue_max / 2,
            Priority::Command => self.queue_max / 4 * 3,
            Priority::Field => self.queue_max,
        };
        if waiting >= limit {
            return Err(Refusal::QueueFull { waiting });
        }
        Ok(())
    }

    /// Ends the engine once it has answered what it has taken, whoever still has a handle.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Release);
    }

    /// What is durable, of the district.
    pub fn published(&self) -> &Arc<Published> {
        &self.published
    }

    /// States of the past.
    pub fn past(&self) -> &Arc<Past> {
        &self.past
    }

    /// How the disk is.
    pub fn admission(&self) -> &Arc<Admission> {
        &self.admission
    }

    /// How many commands wait.
    pub fn queue_depth(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }
}

/// A command that was taken.
pub struct Pending(oneshot::Receiver<Result<Reply, Refusal>>);

impl Future for Pending {
    type Output = Result<Reply, Refusal>;
    fn poll(mut self: Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0)
            .poll(cx)
            .map(|answer| answer.unwrap_or(Err(Refusal::Stopped)))
    }
}
