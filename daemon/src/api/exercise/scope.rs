//! Calls that are meant for an exercise: the same services, over its world.
//!
//! A call says so in its metadata, once, whatever it asks. It is handed to services whose engine shows that world and takes commands for it,
//! so that no service can forget to look.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use baiying_core::Rejection;
use baiying_core::id::{ExerciseId, Revision};
use parking_lot::Mutex;
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::http::{Request, Response};
use tonic::service::Routes;
use tower::{Layer, Service};

use crate::api::refusal::{invalid, refusal};
use crate::api::server::{ApiContext, api_routes};
use crate::config::LimitsConfig;
use crate::engine::{Refusal, Scope, When};

/// The metadata that names a run.
const METADATA: &str = "baiying-exercise";
/// Runs whose services are kept at hand: making them takes longer than a call.
const KEPT_MAX: usize = 64;

/// Adds [`Exercises`].
#[derive(Clone)]
pub struct ExerciseLayer(Option<Arc<Kept>>);

struct Kept {
    context: ApiContext,
    limits: LimitsConfig,
    routes: Mutex<BTreeMap<ExerciseId, Routes>>,
}

impl ExerciseLayer {
    /// For the API.
    pub(in crate::api) fn of(context: &ApiContext, limits: &LimitsConfig) -> Self {
        Self(Some(Arc::new(Kept {
            context: context.clone(),
            limits: limits.clone(),
            routes: Mutex::default(),
        })))
    }
    /// For administration, which knows no exercises.
    pub(in crate::api) fn none() -> Self {
        Self(None)
    }
}

impl<S> Layer<S> for ExerciseLayer {
    type Service = Exercises<S>;
    fn layer(&self, inner: S) -> Exercises<S> {
        Exercises {
            inner,
            kept: self.0.clone(),
        }
    }
}

/// Hands calls to the exercise that they are meant for.
#[derive(Clone)]
pub struct Exercises<S> {
    inner: S,
    kept: Option<Arc<Kept>>,
}

impl Kept {
    /// The services of a run.
    async fn routes(&self, run: ExerciseId) -> Result<Routes, Status> {
        let engine = &self.context.engine;
        let last = {
            let state = engine.read();
            let known = state.exercises.run(run);
            let unknown = || refusal(Refusal::Rejected(Rejection::UnknownExercise { run }));
            known.ok_or_else(unknown)?.last
        };
        let kept = match last {
            None => {
                if let Some(routes) = self.routes.lock().get(&run) {
                    return Ok(routes.clone());
                }
                None
            }
            Some(Revision(last)) => {
                let past = engine.past().state(engine.published(), When::Revision(last)).await;
                past.map_err(super::super::view::refused)?
            }
        };
        let context = ApiContext {
            engine: engine.of_exercise(Scope { run, kept }),
            ..self.context.clone()
        };
        let made = api_routes(&context, &self.limits);
        if last.is_none() {
            let mut routes = self.routes.lock();
            if routes.len() >= KEPT_MAX {
                routes.clear();
            }
            routes.insert(run, made.clone());
        }
        Ok(made)
    }
}

/// The run that a call names.
fn named<B>(request: &Request<B>) -> Result<Option<ExerciseId>, Status> {
    let Some(value) = request.headers().get(METADATA) else {
        return Ok(None);
    };
    let number = value
        .to_str()
        .ok()
        .and_then(|text| text.parse().ok())
        .filter(|number| *number > 0);
    let wrong = || {
        invalid(
            METADATA,
            "the metadata baiying-exercise is the number of a run, such as 3",
        )
    };
    number.map(ExerciseId).map(Some).ok_or_else(wrong)
}

impl<S> Service<Request<Body>> for Exercises<S>
where
    S: Service<Request<Body>, Response = Response<Body>>,
    S::Future: Send + 'static,
    S::Error: From<<Routes as Service<Request<Body>>>::Error>,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let run = match named(&request) {
            Ok(run) => run,
            Err(status) => return Box::pin(async move { Ok(status.into_http()) }),
        };
        match (run, &self.kept) {
            (Some(run), Some(kept)) => {
                let kept = Arc::clone(kept);
                Box::pin(async move {
                    match kept.routes(run).await {
                        Ok(mut routes) => Ok(routes.call(request).await?),
                        Err(status) => Ok(status.into_http()),
                    }
                })
            }
            (None, _) | (_, None) => Box::pin(self.inner.call(request)),
        }
    }
}
