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
    let Some(as_of) = as_of else {
        return Ok(None);
    };
    let engine = &context.engine;
    // A clock that was set back lies behind what has happened.
    let now = context.clock.now();
    let now = engine.read().at().map_or(now, |last| last.max(now));
    let when = asked_for(as_of, now)?;
    engine.past().state(engine.published(), when).await.map_err(refused)
}

/// What a request asks for, which has to lie behind us: the state to come is not the one that is now.
fn asked_for(as_of: v1::AsOf, now: Timestamp) -> Result<When, Status> {
    use v1::as_of::When as Asked;
    match as_of.when {
        Some(Asked::Revision(revision)) if revision > 0 => Ok(When::Revision(revision)),
        Some(Asked::AtUnixMs(at)) if at > now.unix_ms() => {
            let message = format!("{at} lies ahead of {}, the time now", now.unix_ms());
            Err(ahead("as_of.at_unix_ms", message))
        }
        Some(Asked::AtUnixMs(at)) if at > 0 => Ok(When::At(Timestamp::from_unix_ms(at))),
        Some(Asked::Revision(_) | Asked::AtUnixMs(_)) | None => {
            Err(invalid("as_of", "as_of has neither a revision nor an instant"))
        }
    }
}

/// What is asked for has not come yet.
fn ahead(field: &'static str, message: String) -> Status {
    Shown {
        code: Code::InvalidArgument,
        reason: "AS_OF_AHEAD",
        metadata: Vec::new(),
        field,
        message,
    }
    .into()
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
        PastError::Ahead { .. } => ahead("as_of.revision", error.to_string()),
        PastError::Cancelled => Status::cancelled(error.to_string()),
        PastError::Journal(error) => unreadable(&error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use v1::as_of::When as Asked;

    #[test]
    fn what_is_to_come_is_not_shown() {
        let now = Timestamp::from_unix_ms(1_000);
        let asked = |when| asked_for(v1::AsOf { when }, now);
        assert_eq!(asked(Some(Asked::AtUnixMs(1_000))).unwrap(), When::At(now));
        assert_eq!(asked(Some(Asked::Revision(7))).unwrap(), When::Revision(7));
        for when in [
            Some(Asked::AtUnixMs(1_001)),
            Some(Asked::AtUnixMs(0)),
            Some(Asked::Revision(0)),
            None,
        ] {
            let refused = asked(when).expect_err("refused");
            assert_eq!(refused.code(), Code::InvalidArgument, "{when:?}");
        }
    }
}
