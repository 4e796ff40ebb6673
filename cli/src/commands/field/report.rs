//! An acknowledgement, a departure or a check-in: sent, or queued if it is a lead's and the daemon is out of reach or has no room.

use baiying_proto::v1 as pb;
use serde_json::json;

use super::args::{OfflineArgs, ReporterArgs};
use crate::app::App;
use crate::client::Client;
use crate::clock;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::{Lang, tr};
use crate::offline::{Queue, State};
use crate::output::exceptions::Applied;
use crate::when;

/// People of one call or one queued item at most: a message stays well below the daemon's 64 KiB.
const CHUNK: usize = 5000;

/// What is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Acknowledge,
    Depart,
    CheckIn,
}

impl Kind {
    /// The word of the wire.
    fn word(self) -> &'static str {
        match self {
            Self::Acknowledge => "acknowledge",
            Self::Depart => "depart",
            Self::CheckIn => "check-in",
        }
    }

    fn headline(self) -> &'static str {
        match self {
            Self::Acknowledge => "done.acknowledged",
            Self::Depart => "done.departed",
            Self::CheckIn => "done.checked_in",
        }
    }
}

/// A report.
#[derive(Debug, Clone)]
pub(super) struct Report {
    pub(super) kind: Kind,
    pub(super) order: u32,
    pub(super) version: u32,
    pub(super) muster_point: String,
    pub(super) code: String,
    pub(super) people: Vec<u32>,
    pub(super) all: bool,
}

/// Sends it, or keeps it.
pub(super) async fn run(
    app: &App,
    mut report: Report,
    reporter: &ReporterArgs,
    offline: &OfflineArgs,
) -> Result<u8, CliError> {
    // Once each, in a fixed order, however often named.
    report.people.sort_unstable();
    report.people.dedup();
    let at = clock::now_unix_ms();
    let parts: Vec<Vec<u32>> = if report.all || report.people.is_empty() {
        vec![Vec::new()]
    } else {
        report.people.chunks(CHUNK).map(<[u32]>::to_vec).collect()
    };
    if offline.offline {
        let lead = reporter
            .lead
            .ok_or_else(|| CliError::Usage(tr!(app.lang, "usage.offline_needs_lead")))?;
        return keep(app, &report, &parts, lead, offline, at);
    }
    let client = app.client()?;
    let context = app.context()?;
    let mut applied = Applied::default();
    for (n, people) in parts.iter().enumerate() {
        let context = App::part(&context, n);
        match send(app, &client, &report, people.clone(), reporter.reporter(), &context, at).await {
            Ok((receipt, count, exceptions)) => applied.add(receipt, count, exceptions),
            // Whatever the daemon may have taken of it counts once: the queued report is the same fact.
            Err(error) if error.is_for_later() => match reporter.lead {
                Some(lead) => {
                    app.note(error.describe(app.lang).lines().next().unwrap_or_default());
                    return keep(app, &report, &parts[n..], lead, offline, at);
                }
                None => return Err(error),
            },
            Err(error) => return Err(error),
        }
    }
    if let Some(lead) = reporter.lead {
        remind(app, lead, offline);
    }
    applied.emit(app, report.kind.headline(), report.order)
}

type Sent = (Option<pb::Receipt>, u32, Vec<pb::PersonException>);

async fn send(
    app: &App,
    client: &Client,
    report: &Report,
    person_ids: Vec<u32>,
    reporter: pb::Reporter,
    context: &pb::CommandContext,
    at: i64,
) -> Result<Sent, CliError> {
    let &Report {
        kind,
        order: order_id,
        version,
        ref muster_point,
        ref code,
        people: _,
        all,
    } = report;
    let timeout = app.call_timeout();
    let reporter = Some(reporter);
    match kind {
        Kind::Acknowledge => {
            let request = pb::AcknowledgeRequest {
                context: None,
                order_id,
                version,
                reporter,
                person_ids,
                all,
            };
            let answer = app
                .mutate_as(context, timeout, change!(client, field.acknowledge, request))
                .await?;
            Ok((answer.receipt, answer.applied, answer.exceptions))
        }
        Kind::Depart => {
            let request = pb::DepartRequest {
                context: None,
                order_id,
                version,
                reporter,
                person_ids,
                all,
            };
            let answer = app
                .mutate_as(context, timeout, change!(client, field.depart, request))
                .await?;
            Ok((answer.receipt, answer.applied, answer.exceptions))
        }
        Kind::CheckIn => {
            let request = pb::CheckInRequest {
                context: None,
                order_id,
                version,
                reporter,
                muster_point: muster_point.clone(),
                check_in_code: code.clone(),
                person_ids,
                all,
                observed_at_unix_ms: at,
            };
            let answer = app
                .mutate_as(context, timeout, change!(client, field.check_in, request))
                .await?;
            Ok((answer.receipt, answer.applied, answer.exceptions))
        }
    }
}

fn keep(
    app: &App,
    report: &Report,
    parts: &[Vec<u32>],
    lead: u32,
    offline: &OfflineArgs,
    at: i64,
) -> Result<u8, CliError> {
    let queue = Queue::open(&offline.queue.base()?, lead)?;
    let items: Vec<_> = parts
        .iter()
        .map(|people| pb::OfflineItem {
            kind: report.kind.word().to_owned(),
            order_id: report.order,
            version: report.version,
            muster_point: report.muster_point.clone(),
            person_ids: people.clone(),
            all: report.all,
            observed_at_unix_ms: at,
            exercise_id: app.exercise().unwrap_or(0),
        })
        .collect();
    let before = queue.append(&items)?;
    tell_damage(app, &before);
    let waiting = before.waiting.len() + items.len();
    app.emit(
        || {
            json!({ "queued": true, "items": items.len(), "waiting": waiting, "lead_id": lead,
                "observed_at_unix_ms": at, "queue": queue.dir().to_string_lossy() })
        },
        || {
            let lead = format!("P{lead}");
            tr!(
                app.lang,
                "queue.kept",
                at = when::local(at),
                waiting = waiting,
                lead = lead
            ) + "\n"
        },
    )?;
    Ok(exit::OK)
}

/// Says what a log has lost.
pub(super) fn tell_damage(app: &App, state: &State) {
    for line in damage(app.lang, state) {
        app.note(&line);
    }
}

fn damage(lang: Lang, state: &State) -> Vec<String> {
    let mut lines = Vec::new();
    if state.torn > 0 {
        lines.push(tr!(lang, "queue.torn", bytes = state.torn));
    }
    for (offset, bytes) in &state.damaged {
        lines.push(tr!(lang, "queue.damaged", offset = offset, bytes = bytes));
    }
    lines
}

/// The daemon is in reach: what waits could go.
fn remind(app: &App, lead: u32, offline: &OfflineArgs) {
    let Ok(base) = offline.queue.base() else { return };
    if !base.join(format!("P{lead}")).is_dir() {
        return;
    }
    if let Ok(state) = Queue::open(&base, lead).and_then(|queue| queue.state())
        && !state.waiting.is_empty()
    {
        let waiting = state.waiting.len();
        app.note(&tr!(
            app.lang,
            "queue.remind",
            waiting = waiting,
            lead = format!("P{lead}")
        ));
    }
}
