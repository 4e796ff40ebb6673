//! What is journaled is what the core decides on the state it was journaled after, and so is what is refused.

use baiying_core::State;
use baiying_core::command::{Actor, Command, Context, Envelope, Reply};
use baiying_core::event::{Entry, Event};
use baiying_core::policy::Policy;
use baiyingd::engine::Refusal;

use super::{Broken, Held, hold};
use crate::book::Book;
use crate::journal::INTRUDER;

const CHECK: &str = "decided";

/// Decides an entry's command again.
pub(super) fn entry(before: &State, entry: &Entry, book: &Book, policy: &Policy) -> Held {
    let mut context = Context {
        actor: entry.actor.clone(),
        request_id: None,
        digest: 0,
        at: entry.at,
    };
    let command = match (&entry.request, entry.events.first()) {
        (Some(request), _) if entry.actor == Actor(INTRUDER.into()) => {
            return hold(CHECK, request.request_id.starts_with(INTRUDER), || {
                "a strange intruder".into()
            });
        }
        (Some(request), _) => {
            context.request_id = Some(request.request_id.clone());
            context.digest = request.digest;
            let asked = book
                .find(&request.request_id, request.digest)
                .ok_or_else(|| Broken::new(CHECK, format!("{} was journaled and never asked", request.request_id)))?;
            asked.command.clone()
        }
        (None, Some(Event::TenantInitialized(tenant))) => Command::InitializeTenant(tenant.clone()),
        (None, _) => {
            hold(CHECK, entry.actor == Actor::timer(), || {
                format!("{:?} was journaled without its request", entry.actor)
            })?;
            Command::FireTimers
        }
    };
    let envelope = Envelope { context, command };
    let decision = baiying_core::decide(before, &envelope, policy).map_err(|rejection| {
        Broken::new(
            CHECK,
            format!("{} was journaled and is refused: {rejection}", envelope.command.kind()),
        )
    })?;
    let (decided, _) = decision.into_entry(&envelope.context);
    hold(CHECK, decided == *entry, || {
        format!(
            "{} was journaled as {:?} and is decided as {:?}",
            envelope.command.kind(),
            entry.events,
            decided.events
        )
    })
}

/// Decides again what moved nothing.
pub(super) fn unmoved(state: &State, mut envelope: Envelope, answer: &Result<Reply, Refusal>, policy: &Policy) -> Held {
    if let Some(at) = state.at() {
        envelope.context.at = envelope.context.at.max(at);
    }
    let expected = match state.requests().find(&envelope.context) {
        Ok(Some(first)) => Ok(first),
        Err(rejection) => Err(Refusal::from(rejection)),
        Ok(None) => match baiying_core::decide(state, &envelope, policy) {
            Err(rejection) => Err(rejection.into()),
            Ok(decision) => {
                hold(CHECK, decision.events.is_empty(), || {
                    format!("{} was answered and its effect is nowhere", envelope.command.kind())
                })?;
                Ok(Reply {
                    revision: state.revision(),
                    answer: decision.answer,
                    repeated: false,
                })
            }
        },
    };
    hold(CHECK, expected == *answer, || {
        format!(
            "{} was answered {answer:?}, and {expected:?} is right",
            envelope.command.kind()
        )
    })
}
