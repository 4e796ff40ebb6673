//! `WatchService`: the board, its deltas, and the events.
//!
//! A watcher is a revision and nothing else: what changed since is read from the state when the watcher has room. So a slow one
//! costs nothing, misses nothing, and holds up nobody.

use std::pin::Pin;
use std::time::Duration;

use baiying_core::State;
use baiying_core::board::{BoardRow, Scope};
use baiying_core::id::{OrderId, ResponseId, Revision, UnitId};
use baiying_core::org::UnitKind;
use baiying_core::response::Level;
use baiying_core::{Rejection, word};
use baiying_journal::event::decode;
use baiying_proto::v1;
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

use super::convert::{counts, unix_ms};
use super::order::{order_by_id, status_word};
use super::org::unit_by_code;
use super::refusal::{Shown, invalid, refusal, unreadable};
use super::server::{ApiContext, stream_of};
use super::view::{past, view};
use crate::engine::Refusal;

pub(super) mod describe;

/// Serves [`v1::watch_service_server::WatchService`].
pub(super) struct WatchApi(pub(super) ApiContext);

/// A filter, resolved.
#[derive(Clone, Copy)]
struct Filter {
    scope: Scope,
    unit: UnitId,
}

fn filter(state: &State, filter: Option<v1::BoardFilter>) -> Result<Filter, Status> {
    let v1::BoardFilter {
        response_id,
        order_id,
        unit_code,
    } = filter.unwrap_or_default();
    let scope = match (response_id, order_id) {
        (_, order) if order > 0 => Scope::Order(order_by_id(state, OrderId(order))?.id),
        (0, _) => Scope::Active,
        (response, _) => {
            let response = ResponseId(response);
            let unknown = || refusal(Refusal::Rejected(Rejection::UnknownResponse { response }));
            Scope::Response(state.responses.get(response).ok_or_else(unknown)?.id)
        }
    };
    let unit = match unit_code.as_str() {
        "" => state.org.root().ok_or_else(no_units)?,
        code => unit_by_code(state, code)?,
    };
    Ok(Filter { scope, unit: unit.id })
}

fn no_units() -> Status {
    let (code, reason) = (tonic::Code::NotFound, "UNKNOWN_UNIT");
    let message = "there are no units yet; import them first (baiying org import)".to_owned();
    Shown {
        code,
        reason,
        metadata: Vec::new(),
        field: "filter.unit_code",
        message,
    }
    .into()
}

fn shown(state: &State, row: &BoardRow) -> v1::BoardRow {
    let unit = state.org.get(row.unit);
    v1::BoardRow {
        unit_code: unit.code.to_string(),
        unit_name: unit.name.to_string(),
        unit_kind: word::of(&UnitKind::ALL, unit.kind).to_owned(),
        counts: Some(counts(&row.counts)),
        simulated_due: row.simulated_due,
    }
}

/// What changed after `since`; everything that matters if that is none.
fn delta(state: &State, filter: Filter, since: Option<Revision>) -> v1::WatchResponse {
    let board = state.board(filter.scope, filter.unit);
    let is_news = |changed: Revision| since.is_none_or(|since| changed > since);
    let responses = state.responses.iter().filter(|response| match since {
        None => response.is_active(),
        Some(since) => response.changed > since,
    });
    let orders = state
        .board_orders(filter.scope)
        .into_iter()
        .filter(|order| match since {
            None => order.current().is_open() || matches!(filter.scope, Scope::Order(_)),
            Some(since) => order.current().changed > since,
        });
    v1::WatchResponse {
        revision: state.revision().0,
        conflated: since.map_or(0, |since| state.revision().0 - since.0),
        snapshot: since.is_none(),
        total: Some(shown(state, &board.total)),
        rows: board
            .rows
            .iter()
            .filter(|row| is_news(row.changed))
            .map(|row| shown(state, row))
            .collect(),
        responses: responses
            .map(|response| v1::WatchedResponse {
                response_id: response.id.0,
                event: response.spec.event.to_string(),
                level: response.level().number(),
                active: response.is_active(),
            })
            .collect(),
        orders: orders
            .map(|order| v1::WatchedOrder {
                order_id: order.id.0,
                version: order.current().version,
                status: status_word(&order.current().status),
                total: Some(counts(&order.current().ledger.total())),
            })
            .collect(),
        at_unix_ms: unix_ms(state.at()),
    }
}

/// Which orders a board is over, in which version: when it changes, rows may have gone and a snapshot is due.
fn orders_of(state: &State, filter: Filter) -> Vec<(OrderId, u32)> {
    let orders = state.board_orders(filter.scope).into_iter();
    orders.map(|order| (order.id, order.current().version)).collect()
}

/// Whether a board may have been over other orders at a revision: a response began, ended or got an order since, or an order
/// a new version.
fn orders_changed(state: &State, since: Revision) -> bool {
    let responses = state.responses.iter().any(|response| response.changed > since);
    responses || state.orders.iter().any(|order| order.current().issued > since)
}

type WatchStream = Pin<Box<dyn Stream<Item = Result<v1::WatchResponse, Status>> + Send>>;

#[tonic::async_trait]
impl v1::watch_service_server::WatchService for WatchApi {
    type WatchStream = WatchStream;

    async fn get_board(&self, request: Request<v1::GetBoardRequest>) -> Result<Response<v1::GetBoardResponse>, Status> {
        let v1::GetBoardRequest { filter: asked, as_of } = request.into_inner();
        let past = past(&self.0, as_of).await?;
        let state = view(&self.0.engine, past);
        let filter = filter(&state, asked)?;
        let board = state.board(filter.scope, filter.unit);
        Ok(Response::new(v1::GetBoardResponse {
            revision: state.revision().0,
            total: Some(shown(&state, &board.total)),
            rows: board.rows.iter().map(|row| shown(&state, row)).collect(),
            highest_level: state
                .responses
                .highest_level(&state.org, filter.unit)
                .map_or(0, Level::number),
            effective_level: state
                .responses
                .effective_level(&state.org, filter.unit)
                .map_or(0, Level::number),
            at_unix_ms: unix_ms(state.at()),
        }))
    }

    async fn watch(&self, request: Request<v1::WatchRequest>) -> Result<Response<WatchStream>, Status> {
        let v1::WatchRequest {
            filter: given,
            resume_revision,
            interval_ms,
        } = request.into_inner();
        let context = self.0.clone();
        let mut revision = context.engine.published().watch_revision();
        let filter = {
            let state = context.engine.read();
            if resume_revision > state.revision().0 {
                let head = state.revision();
                return Err(invalid(
                    "resume_revision",
                    format!("{resume_revision} lies ahead of revision {head}"),
                ));
            }
            filter(&state, given)?
        };
        let interval = Duration::from_millis(match interval_ms {
            0 => 100,
            ms => u64::from(ms.max(20)),
        });
        // One message under way: the next is made when the reader has taken it, from what is true then.
        let (sender, receiver, last) = stream_of(1)?;
        tokio::spawn(async move {
            let stopped = context.stopped();
            tokio::pin!(stopped);
            let mut since = (resume_revision > 0).then_some(Revision(resume_revision));
            let mut orders = since.and_then(|since| {
                let state = context.engine.read();
                (!orders_changed(&state, since)).then(|| orders_of(&state, filter))
            });
            loop {
                let place = tokio::select! {
                    place = sender.reserve() => place,
                    () = &mut stopped => break,
                };
                let Ok(place) = place else { return };
                revision.mark_unchanged();
                let message = {
                    let state = context.engine.read();
                    let now = orders_of(&state, filter);
                    if orders.as_ref() != Some(&now) {
                        since = None;
                        orders = Some(now);
                    }
                    delta(&state, filter, since)
                };
                if since != Some(Revision(message.revision)) {
                    since = Some(Revision(message.revision));
                    place.send(Ok(message));
                } else {
                    drop(place);
                }
                let changed = async {
                    tokio::time::sleep(interval).await;
                    revision.changed().await
                };
                tokio::select! {
                    changed = changed => if changed.is_err() { break },
                    () = sender.closed() => return,
                    () = &mut stopped => break,
                }
            }
            last.send(Err(refusal(Refusal::Stopped)));
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(receiver))))
    }

    async fn list_events(
        &self,
        request: Request<v1::ListEventsRequest>,
    ) -> Result<Response<v1::ListEventsResponse>, Status> {
        let v1::ListEventsRequest { since_revision, limit } = request.into_inner();
        let limit = match limit {
            0 => 100,
            limit => limit.min(1000) as usize,
        };
        let published = std::sync::Arc::clone(self.0.engine.published());
        let exercise = self.0.engine.exercise();
        // Reads the disk: off the threads that serve everybody.
        let read = tokio::task::spawn_blocking(move || {
            let journal = published.journal();
            let head_revision = published.read().revision().0;
            let mut events = Vec::new();
            'commits: for commit in journal.commits_after(since_revision) {
                let commit = commit?;
                let mut revision = commit.first_revision - 1;
                for entry in decode(&commit.payload)? {
                    for event in &entry.events {
                        revision += 1;
                        if revision <= since_revision {
                            continue;
                        }
                        if events.len() == limit || revision > head_revision {
                            break 'commits;
                        }
                        if exercise.is_none() || event.exercise() == exercise {
                            events.push(describe::event(revision, &entry, event));
                        }
                    }
                }
            }
            Ok(v1::ListEventsResponse { events, head_revision })
        });
        let answer: Result<_, baiying_journal::JournalError> = read
            .await
            .map_err(|_| Status::internal("reading the journal was interrupted"))?;
        answer.map(Response::new).map_err(|error| unreadable(&error))
    }
}
