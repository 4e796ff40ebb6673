//! Connections to a daemon, and which of its answers are worth asking again.

use std::time::Duration;

use rand::RngExt as _;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status};
use tonic_types::StatusExt as _;

use crate::seed::{Random, Seeds};

/// Why a simulation or a measurement could not go on.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The endpoint is not one, or nobody answers there.
    #[error("cannot connect to {endpoint}")]
    Connect {
        /// As given.
        endpoint: String,
        /// Why.
        source: tonic::transport::Error,
    },
    /// The daemon refused, or went away for longer than was to be waited.
    #[error("{what} failed: {reason}")]
    Call {
        /// Which call.
        what: &'static str,
        /// The daemon's stable reason, or the gRPC code.
        reason: String,
        /// The answer.
        source: Box<Status>,
    },
    /// What was to be simulated is not there.
    #[error("{0}")]
    Nothing(String),
}

impl ClientError {
    /// The daemon's stable reason, or the gRPC code, if it answered; else what happened.
    pub(crate) fn reason(&self) -> String {
        match self {
            Self::Call { reason, .. } => reason.clone(),
            Self::Connect { .. } | Self::Nothing(_) => self.to_string(),
        }
    }
    /// Whether the same call may go through later.
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Self::Connect { .. } => true,
            Self::Call { source, .. } => is_transient(source),
            Self::Nothing(_) => false,
        }
    }
    pub(crate) fn call(what: &'static str) -> impl FnOnce(Status) -> Self {
        move |status| Self::Call {
            what,
            reason: reason(&status),
            source: Box::new(status),
        }
    }
}

/// A daemon at `http://host:port` or `unix:/path`.
pub(crate) fn endpoint(text: &str) -> Result<Endpoint, ClientError> {
    let endpoint = Endpoint::from_shared(text.to_owned()).map_err(|source| ClientError::Connect {
        endpoint: text.to_owned(),
        source,
    })?;
    Ok(endpoint
        .connect_timeout(Duration::from_secs(10))
        .tcp_nodelay(true)
        .http2_keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(40))
        .keep_alive_while_idle(true))
}

/// Connections to one daemon, to spread streams over. Each connects again by itself when the daemon comes back.
#[derive(Debug, Clone)]
pub(crate) struct Connections(Vec<Channel>);

impl Connections {
    /// Connects all of them, so that an unreachable daemon is noticed now.
    pub(crate) async fn open(text: &str, count: usize) -> Result<Self, ClientError> {
        let endpoint = endpoint(text)?;
        let mut channels = Vec::with_capacity(count.max(1));
        for _ in 0..count.max(1) {
            let channel = endpoint.connect().await;
            channels.push(channel.map_err(|source| ClientError::Connect {
                endpoint: text.to_owned(),
                source,
            })?);
        }
        Ok(Self(channels))
    }
    pub(crate) fn first(&self) -> Channel {
        self.get(0)
    }
    /// The connection for the n-th user; users take turns.
    pub(crate) fn get(&self, user: usize) -> Channel {
        self.0[user % self.0.len()].clone()
    }
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

/// Says on every call what it is for: an exercise, or the district.
#[derive(Debug, Clone)]
pub(crate) struct Scope(Option<MetadataValue<Ascii>>);

impl Interceptor for Scope {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(exercise) = &self.0 {
            request.metadata_mut().insert("baiying-exercise", exercise.clone());
        }
        Ok(request)
    }
}

/// A connection that says what its calls are for.
pub(crate) type Caller = InterceptedService<Channel, Scope>;

/// Calls are for the district.
pub(crate) fn of_district(channel: Channel) -> Caller {
    InterceptedService::new(channel, Scope(None))
}

/// Calls are for this exercise.
pub(crate) fn of_exercise(channel: Channel, exercise: u32) -> Caller {
    InterceptedService::new(channel, Scope(Some(MetadataValue::from(exercise))))
}

/// The daemon's stable reason for refusing; the gRPC code's name if it gave none.
pub(crate) fn reason(status: &Status) -> String {
    status
        .get_error_details()
        .error_info()
        .map_or_else(|| format!("{:?}", status.code()), |info| info.reason.clone())
}

/// Whether the same request may go through later: the daemon is away, busy, or went away in the middle. Safe to repeat, as the
/// request id makes the answer to a repeat the first answer.
pub(crate) fn is_transient(status: &Status) -> bool {
    match status.code() {
        Code::Unavailable | Code::ResourceExhausted | Code::Aborted | Code::DeadlineExceeded => true,
        // A connection that breaks in the middle of a call shows as one of these, and then carries no reason of the daemon's.
        Code::Unknown | Code::Cancelled | Code::Internal => status.get_error_details().error_info().is_none(),
        Code::Ok
        | Code::InvalidArgument
        | Code::NotFound
        | Code::AlreadyExists
        | Code::PermissionDenied
        | Code::FailedPrecondition
        | Code::OutOfRange
        | Code::Unimplemented
        | Code::DataLoss
        | Code::Unauthenticated => false,
    }
}

/// Growing pauses between tries, spread so that thousands do not come back at one instant.
pub(crate) struct Backoff {
    random: Random,
    next: Duration,
}

impl Backoff {
    const FIRST: Duration = Duration::from_millis(20);
    const LONGEST: Duration = Duration::from_secs(2);

    pub(crate) fn new(seeds: Seeds, who: u64) -> Self {
        Self {
            random: seeds.numbered("backoff", who),
            next: Self::FIRST,
        }
    }
    pub(crate) fn reset(&mut self) {
        self.next = Self::FIRST;
    }
    pub(crate) async fn pause(&mut self) {
        let pause = self.next.mul_f64(self.random.random_range(0.5..1.0));
        self.next = (self.next * 2).min(Self::LONGEST);
        tokio::time::sleep(pause).await;
    }
}

#[cfg(test)]
mod tests {
    use tonic_types::ErrorDetails;

    use super::*;

    #[test]
    fn only_what_may_go_through_later_is_asked_again() {
        assert!(is_transient(&Status::unavailable("stopping")));
        assert!(is_transient(&Status::resource_exhausted("queue")));
        assert!(is_transient(&Status::unknown("transport error")));
        assert!(!is_transient(&Status::invalid_argument("no")));
        let details = ErrorDetails::with_error_info("JOURNAL_BROKEN", "baiying", [("a".to_owned(), "b".to_owned())]);
        let internal = Status::with_error_details(Code::Internal, "broken", details);
        assert!(!is_transient(&internal));
        assert_eq!(reason(&internal), "JOURNAL_BROKEN");
        assert_eq!(reason(&Status::not_found("x")), "NotFound");
    }
}
