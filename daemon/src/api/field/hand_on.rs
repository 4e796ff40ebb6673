//! Handing messages to a lead's stream, whose reader may be slow, or not read at all.

use std::time::Duration;

use baiying_core::id::PersonId;
use baiying_proto::v1;
use tokio::sync::mpsc;
use tonic::{Code, Status};

use crate::api::refusal::Shown;
use crate::telemetry::metrics;

/// Why messages could not be handed on.
pub(super) enum Unread {
    /// The stream has ended.
    Gone,
    /// Its reader took nothing for too long.
    Stalled,
}

/// Hands a message on when there is room for it.
pub(super) async fn hand_on(
    message: v1::ReceiveResponse,
    sender: &mpsc::Sender<Result<v1::ReceiveResponse, Status>>,
    patience: Duration,
) -> Result<(), Unread> {
    let message = match sender.try_send(Ok(message)) {
        Ok(()) => return Ok(()),
        Err(mpsc::error::TrySendError::Closed(_)) => return Err(Unread::Gone),
        Err(mpsc::error::TrySendError::Full(message)) => message,
    };
    let _behind = metrics::field_stream_behind();
    match tokio::time::timeout(patience, sender.send(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_closed)) => Err(Unread::Gone),
        Err(_late) => {
            metrics::field_stream_stalled();
            Err(Unread::Stalled)
        }
    }
}

/// What a reader who comes back is told: nothing is lost, the cursor goes on.
pub(super) fn stalled(lead: PersonId, patience: Duration) -> Status {
    Shown {
        code: Code::ResourceExhausted,
        reason: "STREAM_STALLED",
        metadata: vec![("lead", lead.to_string())],
        field: "",
        message: format!(
            "the stream of {lead} was not read for {} s and is ended; call again with the last cursor",
            patience.as_secs_f64()
        ),
    }
    .into()
}
