//! How long a call may take to the headers of its answer: calls that are opened and never used do not stay.
//!
//! The answers of streams begin at once, so streams last as long as they like. An import answers when all of it has come.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tonic::Status;
use tonic::body::Body;
use tonic::codegen::http::{Request, Response};
use tower::{Layer, Service};

use crate::config::LimitsConfig;

/// Adds [`Patience`].
#[derive(Debug, Clone, Copy)]
pub struct PatienceLayer {
    call: Duration,
    import: Duration,
}

impl PatienceLayer {
    /// As configured.
    pub(super) fn new(limits: &LimitsConfig) -> Self {
        Self {
            call: Duration::from_millis(limits.call_ms),
            import: Duration::from_millis(limits.import_ms),
        }
    }
}

impl<S> Layer<S> for PatienceLayer {
    type Service = Patience<S>;
    fn layer(&self, inner: S) -> Patience<S> {
        Patience { inner, limits: *self }
    }
}

/// Ends calls that take too long.
#[derive(Debug, Clone)]
pub struct Patience<S> {
    inner: S,
    limits: PatienceLayer,
}

impl<S, B> Service<Request<B>> for Patience<S>
where
    S: Service<Request<B>, Response = Response<Body>>,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let is_import = request.uri().path().contains("/Import");
        let limit = if is_import {
            self.limits.import
        } else {
            self.limits.call
        };
        let answer = self.inner.call(request);
        Box::pin(async move {
            match tokio::time::timeout(limit, answer).await {
                Ok(answer) => answer,
                Err(_late) => {
                    let late = format!(
                        "the call was not complete after {} s; whether it took effect is unknown: repeat it with the same request id",
                        limit.as_secs_f64()
                    );
                    Ok(Status::deadline_exceeded(late).into_http())
                }
            }
        })
    }
}
