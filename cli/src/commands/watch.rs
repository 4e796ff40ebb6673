//! A board that is watched: redrawn in place on a terminal, a line for each change elsewhere, a document each in JSON.

use std::collections::BTreeMap;
use std::time::Duration;

use baiying_proto::v1 as pb;
use tonic::Status;

use crate::app::App;
use crate::client;
use crate::error::{CliError, exit};
use crate::i18n::{Lang, tr, word};
use crate::ids::level_text;
use crate::output::{Format, board, json as documents};
use crate::when;

/// Frames a second are for people.
const INTERVAL_MS: u32 = 250;

/// Whether an order with this status will not change any more.
pub(crate) fn has_ended(status: &str) -> bool {
    matches!(status, "cancelled" | "closed")
}

/// What the messages so far add up to.
#[derive(Debug, Default)]
struct View {
    revision: u64,
    at_unix_ms: i64,
    total: Option<pb::BoardRow>,
    rows: BTreeMap<String, pb::BoardRow>,
    responses: BTreeMap<u32, pb::WatchedResponse>,
    orders: BTreeMap<u32, pb::WatchedOrder>,
    conflated: u64,
}

impl View {
    fn apply(&mut self, message: pb::WatchResponse) {
        if message.snapshot {
            *self = Self::default();
        }
        self.revision = message.revision;
        self.at_unix_ms = message.at_unix_ms;
        self.conflated = message.conflated;
        self.total = message.total.or(self.total.take());
        for row in message.rows {
            if row.counts.is_some_and(|counts| counts.due > 0) {
                self.rows.insert(row.unit_code.clone(), row);
            } else {
                self.rows.remove(&row.unit_code);
            }
        }
        for response in message.responses {
            self.responses.insert(response.response_id, response);
        }
        for order in message.orders {
            self.orders.insert(order.order_id, order);
        }
    }

    fn frame(&self, lang: Lang) -> String {
        let mut text = tr!(
            lang,
            "board.head",
            at = when::local(self.at_unix_ms),
            revision = self.revision,
            conflated = self.conflated
        );
        text.push('\n');
        for response in self.responses.values().filter(|response| response.active) {
            let event = crate::text::line(&response.event);
            text.push_str(&format!(
                "R{} {event} {}\n",
                response.response_id,
                level_text(lang, response.level)
            ));
        }
        for order in self.orders.values() {
            let status = word(lang, "status", &order.status);
            text.push_str(&format!("O{} v{} {status}\n", order.order_id, order.version));
        }
        text.push_str(&board::table(lang, self.total.as_ref(), self.rows.values()));
        text.push_str(&tr!(lang, "board.leave"));
        text
    }
}

/// Watches until the order has ended, or for ever. A broken connection is made anew, from where it broke.
pub(crate) async fn run(app: &App, filter: pb::BoardFilter, order: Option<u32>) -> Result<u8, CliError> {
    let client = app.client()?;
    let mut view = View::default();
    let mut pauses = client::endless_backoff();
    let mut connected_before = false;
    if app.ui.live && app.format == Format::Table {
        app.ui.data("\u{1b}[2J")?;
    }
    loop {
        let request = pb::WatchRequest {
            filter: Some(filter.clone()),
            resume_revision: view.revision,
            interval_ms: INTERVAL_MS,
        };
        let mut service = client.watch();
        let opened = tokio::time::timeout(app.call_timeout(), service.watch(request)).await;
        let status = match opened {
            Ok(Ok(answer)) => {
                connected_before = true;
                let mut stream = answer.into_inner();
                loop {
                    match stream.message().await {
                        Ok(Some(message)) => {
                            pauses = client::endless_backoff();
                            show(app, &mut view, message)?;
                            let watched = order.and_then(|order| view.orders.get(&order));
                            if watched.is_some_and(|order| has_ended(&order.status)) {
                                return Ok(exit::OK);
                            }
                        }
                        Ok(None) => break Status::unavailable("the stream ended"),
                        Err(status) => break status,
                    }
                }
            }
            Ok(Err(status)) => status,
            Err(_) => Status::deadline_exceeded("no answer"),
        };
        if !client::is_out_of_reach(&status) || !connected_before {
            return Err(app.failed(status));
        }
        app.note(&tr!(
            app.lang,
            "note.reconnecting",
            reason = client::short(app.lang, &status)
        ));
        tokio::time::sleep(pauses.next().unwrap_or(Duration::from_secs(10))).await;
    }
}

fn show(app: &App, view: &mut View, message: pb::WatchResponse) -> Result<(), CliError> {
    if app.format == Format::Json {
        app.ui.data(&format!("{}\n", documents::watched(&message)))?;
        view.apply(message);
    } else {
        view.apply(message);
        if app.ui.live {
            app.ui.frame(&view.frame(app.lang))?;
        } else {
            let line = board::line(app.lang, view.revision, view.at_unix_ms, view.total.as_ref());
            app.ui.data(&format!("{line}\n"))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(code: &str, due: u32) -> pb::BoardRow {
        pb::BoardRow {
            unit_code: code.into(),
            unit_name: "荷城街道\u{202e}".into(),
            unit_kind: "town".into(),
            counts: Some(pb::Counts {
                due,
                unconfirmed: due,
                ..pb::Counts::default()
            }),
            simulated_due: 0,
        }
    }

    #[test]
    fn deltas_change_rows_and_a_snapshot_starts_anew() {
        let mut view = View::default();
        let message = |snapshot, rows| pb::WatchResponse {
            revision: 5,
            snapshot,
            rows,
            ..pb::WatchResponse::default()
        };
        view.apply(message(true, vec![row("1", 3), row("2", 4)]));
        view.apply(message(false, vec![row("2", 5), row("3", 1)]));
        view.apply(message(false, vec![row("1", 0)]));
        assert_eq!(view.rows.keys().collect::<Vec<_>>(), ["2", "3"]);
        assert!(view.frame(Lang::ZhCn).contains("应到"));
        assert!(!view.frame(Lang::ZhCn).contains('\u{202e}'));
        view.apply(message(true, vec![row("9", 1)]));
        assert_eq!(view.rows.keys().collect::<Vec<_>>(), ["9"]);
    }
}
