//! `field receive`: a lead's orders as they come; says that they were delivered.

use std::collections::BTreeMap;
use std::time::Duration;

use baiying_proto::v1 as pb;
use serde_json::json;
use tonic::Status;

use crate::app::App;
use crate::client::{self, Client};
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::{Lang, tr, word};
use crate::ids;
use crate::output::json as documents;
use crate::output::table::{Facts, Sheet};
use crate::when;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "P", value_parser = ids::person)]
    lead: u32,
    #[arg(long)]
    once: bool,
    #[arg(long, value_name = "N", default_value_t = 0)]
    cursor: u64,
    #[arg(long)]
    no_report: bool,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let mut session = Session {
        app,
        args: &args,
        client,
        cursor: args.cursor,
        delivered: BTreeMap::new(),
    };
    let mut pauses = client::endless_backoff();
    loop {
        let before = session.cursor;
        let status = match session.stream().await? {
            End::UpToDate => return Ok(exit::OK),
            End::Broken(status) => status,
        };
        if !client::is_to_be_resumed(&status) || args.once {
            return Err(app.failed(status));
        }
        if session.cursor != before {
            pauses = client::endless_backoff();
        }
        app.note(&tr!(
            app.lang,
            "note.reconnecting",
            reason = client::short(app.lang, &status)
        ));
        tokio::time::sleep(pauses.next().unwrap_or(Duration::from_secs(10))).await;
    }
}

/// Why a stream is over.
enum End {
    UpToDate,
    Broken(Status),
}

struct Session<'a> {
    app: &'a App,
    args: &'a Args,
    client: Client,
    cursor: u64,
    /// Versions by exercise (0: none) and order.
    delivered: BTreeMap<(u32, u32), u32>,
}

impl Session<'_> {
    async fn stream(&mut self) -> Result<End, CliError> {
        let patience = self.app.call_timeout();
        let mut service = self.client.field();
        let request = pb::ReceiveRequest {
            lead_id: self.args.lead,
            cursor: self.cursor,
        };
        let mut stream = match tokio::time::timeout(patience, service.receive(request)).await {
            Ok(Ok(answer)) => answer.into_inner(),
            Ok(Err(status)) => return Ok(End::Broken(status)),
            Err(_) => return Ok(End::Broken(Status::deadline_exceeded("no answer"))),
        };
        loop {
            let message = if self.args.once {
                match tokio::time::timeout(patience, stream.message()).await {
                    Ok(message) => message,
                    Err(_) => return Ok(End::Broken(Status::deadline_exceeded("no message"))),
                }
            } else {
                stream.message().await
            };
            match message {
                Ok(Some(message)) => {
                    let up_to_date = message.order.is_none()
                        && message.spot_check.is_none()
                        && message.preempted_person_ids.is_empty();
                    self.take(message).await?;
                    if up_to_date && self.args.once {
                        return Ok(End::UpToDate);
                    }
                }
                Ok(None) if self.args.once => return Ok(End::UpToDate),
                Ok(None) => return Ok(End::Broken(Status::unavailable("the stream ended"))),
                Err(status) => return Ok(End::Broken(status)),
            }
        }
    }

    async fn take(&mut self, message: pb::ReceiveResponse) -> Result<(), CliError> {
        let pb::ReceiveResponse {
            cursor,
            order,
            conflated,
            spot_check,
            exercise_id,
            preempted_person_ids,
        } = message;
        self.app.emit(
            || {
                json!({ "cursor": cursor, "conflated": conflated, "order": documents::field_order(order.as_ref()),
                    "spot_check": documents::spot_check_call(spot_check.as_ref()), "exercise_id": exercise_id,
                    "preempted_person_ids": preempted_person_ids })
            },
            || match (&order, &spot_check) {
                (Some(order), _) => show(self.app.lang, order, exercise_id, cursor),
                (None, Some(call)) => show_spot_check(self.app.lang, self.args.lead, call),
                (None, None) => show_preempted(self.app.lang, exercise_id, &preempted_person_ids),
            },
        )?;
        // Shown first, then reported: what is reported as delivered was delivered.
        if let Some(order) = order
            && order.status == "open"
            && !self.args.no_report
            && self.delivered.get(&(exercise_id, order.order_id)) != Some(&order.version)
        {
            let request = pb::ReportDeliveryRequest {
                context: None,
                order_id: order.order_id,
                version: order.version,
                lead_id: self.args.lead,
                state: "delivered".to_owned(),
            };
            let client = match exercise_id {
                0 => self.client.clone(),
                run => self.client.of_exercise(run),
            };
            match self.app.mutate(change!(client, field.report_delivery, request)).await {
                Ok(_) => {
                    self.delivered.insert((exercise_id, order.order_id), order.version);
                }
                // The order is here all the same; the report is made again with the next message.
                Err(error) => self.app.note(&error.describe(self.app.lang)),
            }
        }
        self.cursor = cursor;
        Ok(())
    }
}

/// The call to answer; or how it came out.
fn show_spot_check(lang: Lang, lead: u32, call: &pb::SpotCheckCall) -> String {
    let check = format!("C{}", call.spot_check_id);
    let text = if call.status == "asked" {
        tr!(
            lang,
            "receive.spot_check",
            check = check,
            unit = crate::text::line(&call.unit_code),
            until = when::local(call.pass_until_unix_ms),
            lead = format!("P{lead}")
        )
    } else {
        let result = word(lang, "spot_check", &call.status);
        tr!(lang, "receive.spot_check_over", check = check, result = result)
    };
    text + "\n"
}

/// A real order takes people out of an exercise: what it asked of them is over.
fn show_preempted(lang: Lang, exercise: u32, people: &[u32]) -> String {
    if people.is_empty() {
        return String::new();
    }
    let people: Vec<_> = people.iter().map(|person| format!("P{person}")).collect();
    tr!(lang, "receive.preempted", id = exercise, people = people.join(" ")) + "\n"
}

fn show(lang: Lang, order: &pb::FieldOrder, exercise: u32, cursor: u64) -> String {
    let points: Vec<_> = order
        .muster_points
        .iter()
        .map(|point| {
            format!(
                "M{} {} {} {}",
                point.muster_point_id, point.code, point.name, point.address
            )
        })
        .collect();
    let facts = Facts::new(lang)
        .fact(
            "exercise",
            match exercise {
                0 => String::new(),
                // What is over asks for nothing.
                run if order.status == "open" => tr!(lang, "receive.exercise", id = run),
                run => tr!(lang, "receive.exercise_over", id = run),
            },
        )
        .fact("order", format!("O{} v{}", order.order_id, order.version))
        .fact(
            "status",
            if order.status == "superseded" {
                tr!(lang, "receive.withdrawn")
            } else {
                word(lang, "status", &order.status)
            },
        )
        .fact("cancel_reason", &order.cancel_reason)
        .fact("text", &order.text)
        .fact("muster_points", points.join("\n"))
        .fact("issued_at", when::local(order.issued_at_unix_ms))
        .fact("ack_deadline", when::local(order.ack_deadline_unix_ms))
        .fact("arrive_deadline", when::local(order.arrive_deadline_unix_ms))
        .fact(
            "escalations",
            if order.escalations == 0 {
                String::new()
            } else {
                order.escalations.to_string()
            },
        )
        .fact("cursor", cursor.to_string());
    let mut sheet = Sheet::new(lang, &["person", "name", "bucket", "acked"]);
    for person in &order.people {
        sheet.row([
            format!("P{}", person.person_id),
            person.name.clone(),
            word(lang, "bucket", &person.bucket),
            if person.acked { "✓".to_owned() } else { String::new() },
        ]);
    }
    format!("{}{}\n", facts.text(), sheet.text())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_of_an_exercise_that_is_over_asks_for_no_answer() {
        let order = |status: &str| pb::FieldOrder {
            order_id: 1,
            version: 1,
            status: status.to_owned(),
            text: "【演练】集合".to_owned(),
            ..pb::FieldOrder::default()
        };
        let open = show(Lang::En, &order("open"), 11, 5);
        assert!(open.contains("answer and check in with --exercise Y11"), "{open}");
        let over = show(Lang::En, &order("cancelled"), 11, 5);
        assert!(over.contains("EXERCISE Y11") && !over.contains("--exercise"), "{over}");
        let real = show(Lang::En, &order("open"), 0, 5);
        assert!(!real.contains("EXERCISE"), "{real}");
    }
}
