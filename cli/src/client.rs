//! The way to the daemon: an address, a channel, and patience.

use std::future::Future;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder, Retryable};
use baiying_proto::v1 as pb;
use hyper_util::rt::TokioIo;
use tokio::net::UnixStream;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Response, Status};
use tonic_types::StatusExt;

use crate::error::CliError;
use crate::i18n::{Lang, tr};
use crate::ids::ArgError;

/// How long a connection may take to come about.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// How often an idle connection is asked whether it lives, so that a stream over a dead network ends.
const KEEPALIVE: Duration = Duration::from_secs(20);
/// Largest answer: the report of an import in which every row of a province is bad.
const MAX_ANSWER: usize = 256 * 1024 * 1024;
/// Tries after the first one.
const RETRIES: usize = 3;

/// Where a daemon listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// `http://host:port`.
    Http(String),
    /// `unix:PATH`.
    Unix(std::path::PathBuf),
}

impl Target {
    /// From what the user typed; `host:port` is taken for `http://host:port`.
    pub(crate) fn parse(text: &str) -> Result<Self, ArgError> {
        let error = || ArgError::new("arg_error.server", vec![("value", text.to_owned())]);
        if let Some(path) = text.strip_prefix("unix:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return if path.is_empty() {
                Err(error())
            } else {
                Ok(Self::Unix(path.into()))
            };
        }
        let url = if text.contains("://") {
            text.to_owned()
        } else {
            format!("http://{text}")
        };
        let uri: tonic::codegen::http::Uri = url.parse().map_err(|_| error())?;
        match (uri.scheme_str(), uri.host()) {
            (Some("http"), Some(host)) if !host.is_empty() => Ok(Self::Http(url)),
            _ => Err(error()),
        }
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Http(url) => f.write_str(url),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

/// The daemon's services over one connection, which is made when it is first needed.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    channel: Channel,
    said: Said,
}

/// Says on every call which exercise it is for.
#[derive(Debug, Clone)]
pub(crate) struct Said(Option<MetadataValue<Ascii>>);

impl Interceptor for Said {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(exercise) = &self.0 {
            request.metadata_mut().insert("baiying-exercise", exercise.clone());
        }
        Ok(request)
    }
}

macro_rules! service {
    ($name:ident, $module:ident, $client:ident) => {
        /// This service.
        pub(crate) fn $name(&self) -> pb::$module::$client<InterceptedService<Channel, Said>> {
            let channel = InterceptedService::new(self.channel.clone(), self.said.clone());
            pb::$module::$client::new(channel).max_decoding_message_size(MAX_ANSWER)
        }
    };
}

impl Client {
    /// A connection to be.
    pub(crate) fn new(target: &Target, exercise: Option<u32>) -> Result<Self, CliError> {
        let endpoint = |url: String| {
            Endpoint::from_shared(url).map(|endpoint| {
                endpoint
                    .connect_timeout(CONNECT_TIMEOUT)
                    .http2_keep_alive_interval(KEEPALIVE)
                    .keep_alive_while_idle(true)
                    .tcp_nodelay(true)
            })
        };
        let channel = match target {
            Target::Http(url) => endpoint(url.clone()).map_err(CliError::internal)?.connect_lazy(),
            Target::Unix(path) => {
                let path = path.clone();
                // The authority is a formality: the connector knows the way.
                let endpoint = endpoint("http://localhost".to_owned()).map_err(CliError::internal)?;
                endpoint.connect_with_connector_lazy(tower::service_fn(move |_| {
                    let path = path.clone();
                    async move { UnixStream::connect(path).await.map(TokioIo::new) }
                }))
            }
        };
        let said = Said(exercise.map(MetadataValue::from));
        Ok(Self { channel, said })
    }

    /// The connection itself, for those who bring calls of their own.
    pub(crate) fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// The same, said to an exercise.
    pub(crate) fn of_exercise(&self, exercise: u32) -> Self {
        Self {
            channel: self.channel.clone(),
            said: Said(Some(MetadataValue::from(exercise))),
        }
    }

    service!(org, org_service_client, OrgServiceClient);
    service!(roster, roster_service_client, RosterServiceClient);
    service!(response, response_service_client, ResponseServiceClient);
    service!(order, order_service_client, OrderServiceClient);
    service!(field, field_service_client, FieldServiceClient);
    service!(watch, watch_service_client, WatchServiceClient);
    service!(readiness, readiness_service_client, ReadinessServiceClient);
    service!(admin, admin_service_client, AdminServiceClient);
    service!(duty, duty_service_client, DutyServiceClient);
    service!(plan, plan_service_client, PlanServiceClient);
    service!(post, post_service_client, PostServiceClient);
    service!(team, team_service_client, TeamServiceClient);
    service!(situation, situation_service_client, SituationServiceClient);
    service!(branch, branch_service_client, BranchServiceClient);
    service!(reinforcement, reinforcement_service_client, ReinforcementServiceClient);
    service!(in_place, in_place_service_client, InPlaceServiceClient);
    service!(command, command_service_client, CommandServiceClient);
    service!(exercise, exercise_service_client, ExerciseServiceClient);
}

/// Bytes of the system's randomness.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], CliError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(CliError::internal)?;
    Ok(bytes)
}

/// A key for one change: 128 random bits, so that no two users ever choose the same.
pub(crate) fn fresh_request_id() -> Result<String, CliError> {
    Ok(format!("cli-{:032x}", u128::from_be_bytes(random()?)))
}

/// Pauses between tries: doubling, capped, jittered.
pub(crate) fn backoff() -> ExponentialBuilder {
    ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(100))
        .with_max_delay(Duration::from_secs(2))
        .with_factor(2.0)
        .with_jitter()
}

/// Pauses between tries that go on as long as the command runs, for streams.
pub(crate) fn endless_backoff() -> impl Iterator<Item = Duration> {
    let seed = random().map(u64::from_be_bytes).unwrap_or_default();
    ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(200))
        .with_max_delay(Duration::from_secs(10))
        .with_factor(2.0)
        .without_max_times()
        .with_jitter()
        .with_jitter_seed(seed)
        .build()
}

/// Calls, and calls again while the daemon is out of reach or its queue is full. One try ends after `timeout`.
pub(crate) async fn with_retries<T, F, Fut>(
    timeout: Duration,
    mut call: F,
    notify: impl FnMut(&Status),
) -> Result<Response<T>, Status>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<Response<T>, Status>>,
{
    let seed = random().map(u64::from_be_bytes).unwrap_or_default();
    let mut notify = notify;
    let one_try = || {
        let attempt = call();
        async move {
            match tokio::time::timeout(timeout, attempt).await {
                Ok(answer) => answer,
                Err(_) => Err(Status::deadline_exceeded(format!("no answer within {timeout:?}"))),
            }
        }
    };
    one_try
        .retry(backoff().with_max_times(RETRIES).with_jitter_seed(seed))
        .when(is_worth_a_retry)
        .notify(|status, _| notify(status))
        .await
}

/// Whether the same call, under the same key, may well succeed in a moment.
fn is_worth_a_retry(status: &Status) -> bool {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "gRPC's codes are not ours; every other one is an answer"
    )]
    match status.code() {
        Code::Unavailable => true,
        Code::ResourceExhausted => reason(status).as_deref() == Some("QUEUE_FULL"),
        _ => false,
    }
}

/// Whether nobody can tell if the daemon took the call, or it cannot have: no connection, no answer, or going down.
pub(crate) fn is_out_of_reach(status: &Status) -> bool {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "gRPC's codes are not ours; every other one is an answer"
    )]
    match status.code() {
        Code::Unavailable | Code::DeadlineExceeded => true,
        // A connection that breaks in the middle shows as one of these, with the transport's error behind it.
        Code::Cancelled | Code::Unknown | Code::Internal => std::error::Error::source(status).is_some(),
        _ => false,
    }
}

/// Whether a stream that ended so is worth opening again from where it was: the daemon is away, or gave up waiting for a reader.
pub(crate) fn is_to_be_resumed(status: &Status) -> bool {
    is_out_of_reach(status) || reason(status).as_deref() == Some("STREAM_STALLED")
}

/// The stable reason of a refusal.
pub(crate) fn reason(status: &Status) -> Option<String> {
    status
        .get_details_error_info()
        .map(|info| info.reason)
        .filter(|reason| !reason.is_empty())
}

/// Why there was no answer, in one line.
pub(crate) fn short(lang: Lang, status: &Status) -> String {
    match reason(status) {
        Some(reason) => crate::text::line(&reason),
        None if status.code() == Code::DeadlineExceeded => tr!(lang, "unreachable.no_answer"),
        None => match std::error::Error::source(status) {
            Some(source) => crate::text::line(&root(source)),
            None => crate::text::line(status.message()),
        },
    }
}

/// The innermost error of a chain: "connection refused" rather than "transport error".
pub(crate) fn root(error: &(dyn std::error::Error + 'static)) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets() {
        assert_eq!(
            Target::parse("http://127.0.0.1:7440"),
            Ok(Target::Http("http://127.0.0.1:7440".into()))
        );
        assert_eq!(
            Target::parse("127.0.0.1:7440"),
            Ok(Target::Http("http://127.0.0.1:7440".into()))
        );
        assert_eq!(
            Target::parse("unix:/run/b.sock"),
            Ok(Target::Unix("/run/b.sock".into()))
        );
        assert_eq!(
            Target::parse("unix:///run/b.sock"),
            Ok(Target::Unix("/run/b.sock".into()))
        );
        for text in ["", "unix:", "ftp://x", "https://x", "http://"] {
            assert!(Target::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn fresh_keys_fit_and_differ() {
        let (a, b) = (fresh_request_id().unwrap(), fresh_request_id().unwrap());
        assert!(a.len() <= 64 && a != b);
    }
}
