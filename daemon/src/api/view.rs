//! The state that a read is answered from: as it is, or as it was.

use std::ops::Deref;
use std::sync::Arc;

use baiying_core::State;
use baiying_core::id::Timestamp;
use baiying_proto::v1;
use tonic::{Code, Status};

use super::refusal::{Shown, invalid, unreadable};
use super::server::ApiContext;
use crate::engine::{EngineHandle, Look, PastError, When};

/// A state to look at, of the district or of the exercise that is asked. The one that is now is held briefly and never across an await.
pub(super) enum View<'a> {
    /// As it is.
    Now(Look<'a>),
    /// As it was.
    Then(&'a EngineHandle, Arc<State>),
}

impl Deref for View<'_> {
    type Target = State;
    fn deref(&self) -> &State {
        match self {
            Self::Now(state) => state,
            Self::Then(engine, state) => engine.shown(state),
        }
    }
}

/// The state of the past that a request asks for; none: the one that is now.
pub(super) async fn past(context: &ApiContext, as_of: Option<v1::AsOf>) -> Result<Option<Arc<State>>, Status> {
    use v1::as_of::When as Asked;
    let when = match as_of.map(|as_of| as_of.when) {
        None => return Ok(None),
        Some(Some(Asked::Revision(revision))) if revision > 0 => When::Revision(revision),
        Some(Some(Asked::AtUnixMs(at))) if at > 0 => When::At(Timestamp::from_unix_ms(at)),
        Some(_) => return Err(invalid("as_of", "as_of has neither a revision nor an instant")),
    };
    let engine = &context.engine;
    engine.past().state(engine.published(), when).await.map_err(refused)
}

/// What is looked at.
pub(super) fn view(engine: &EngineHandle, past: Option<Arc<State>>) -> View<'_> {
    past.map_or_else(|| View::Now(engine.read()), |then| View::Then(engine, then))
}

pub(super) fn refused(error: PastError) -> Status {
    match error {
        PastError::Busy => Shown {
            code: Code::ResourceExhausted,
            reason: "PAST_BUSY",
            metadata: Vec::new(),
            field: "as_of",
            message: error.to_string(),
        }
        .into(),
        PastError::Ahead { .. } => invalid("as_of.revision", error.to_string()),
        PastError::Cancelled => Status::cancelled(error.to_string()),
        PastError::Journal(error) => unreadable(&error),
    }
}
