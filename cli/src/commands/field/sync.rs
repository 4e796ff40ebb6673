//! `field sync`: brings what was queued offline to the daemon, once, and tells line by line what became of it.

use baiying_proto::v1 as pb;
use serde_json::{Value, json};

use super::args::QueueArgs;
use super::enroll::enroll;
use super::report::tell_damage;
use crate::app::App;
use crate::client::{self, Client};
use crate::error::{CliError, exit};
use crate::i18n::{Lang, tr, word};
use crate::ids;
use crate::offline::{Answer, Frozen, ItemAnswer, Queue, SyncGuard};
use crate::output::exceptions::{any_real, kind_text, kind_word};
use crate::output::table::Sheet;
use crate::when;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "P", value_parser = ids::person)]
    lead: Option<u32>,
    #[command(flatten)]
    queue: QueueArgs,
}

/// What was answered in this run.
#[derive(Debug, Default)]
struct Outcome {
    batches: Vec<(Vec<pb::OfflineItem>, Answer)>,
    waiting: usize,
    error: Option<CliError>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let leads = args.queue.leads(args.lead)?;
    let base = args.queue.base()?;
    let mut outcomes = Vec::new();
    for lead in leads {
        let queue = Queue::open(&base, lead)?;
        let mut outcome = Outcome::default();
        // A lead whose queue is in trouble does not keep the others waiting.
        if let Err(error) = synchronize(app, &queue, &mut outcome).await {
            outcome.error = Some(error);
        }
        outcome.waiting = queue.state().map(|state| state.waiting.len()).unwrap_or_default();
        outcomes.push((lead, outcome));
    }
    app.emit(
        || json!({ "leads": outcomes.iter().map(|(lead, outcome)| document(*lead, outcome)).collect::<Vec<_>>() }),
        || {
            if outcomes.is_empty() {
                return tr!(app.lang, "queue.nothing") + "\n";
            }
            outcomes
                .iter()
                .map(|(lead, outcome)| text(app.lang, *lead, outcome))
                .collect()
        },
    )?;
    let exceptions = outcomes
        .iter()
        .flat_map(|(_, outcome)| &outcome.batches)
        .any(|(_, answer)| answer.items.iter().any(|item| any_real(&exceptions(item))));
    let mut first = None;
    for error in outcomes.into_iter().filter_map(|(_, outcome)| outcome.error) {
        match first {
            None => first = Some(error),
            Some(_) => app.note(&error.describe(app.lang)),
        }
    }
    match first {
        Some(error) => Err(error),
        None if exceptions => Ok(exit::BAD_ROWS),
        None => Ok(exit::OK),
    }
}

async fn synchronize(app: &App, queue: &Queue, outcome: &mut Outcome) -> Result<(), CliError> {
    let guard = queue.begin_sync()?;
    let state = guard.state()?;
    tell_damage(app, &state);
    if state.waiting.is_empty() {
        return Ok(());
    }
    if guard.device_id()?.is_none() {
        let device = enroll(app, &guard, queue.lead(), false).await?;
        let lead = format!("P{}", queue.lead());
        app.note(&tr!(
            app.lang,
            "queue.enrolled",
            device = format!("D{device}"),
            lead = lead
        ));
    }
    let client = app.district()?;
    let mut caught_up = false;
    while let Some(frozen) = guard.next_batch()? {
        let answer = match submit(app, &client, &frozen).await {
            Err(CliError::Refused(refusal)) if refusal.reason == "BATCH_GAP" && !caught_up => {
                // The daemon was set back to an older state: it gets again what it has lost, the same bytes.
                let digits = refusal.named(&["expected", "next_sequence", "next"]).map(str::to_owned);
                let expected = digits.and_then(|digits| digits.parse().ok()).unwrap_or(1);
                caught_up = true;
                resend(app, &client, &guard, expected).await?;
                continue;
            }
            answer => answer?,
        };
        guard.settle(&answer)?;
        outcome.batches.push((frozen.items(), answer));
    }
    Ok(())
}

async fn resend(app: &App, client: &Client, guard: &SyncGuard<'_>, from: u64) -> Result<(), CliError> {
    for frozen in guard.settled_from(from)? {
        app.note(&tr!(app.lang, "queue.resending", sequence = frozen.sequence));
        submit(app, client, &frozen).await?;
    }
    Ok(())
}

async fn submit(app: &App, client: &Client, frozen: &Frozen) -> Result<Answer, CliError> {
    let request = frozen.request();
    let call = || {
        let mut service = client.field();
        let request = request.clone();
        async move { service.submit_batch(request).await }
    };
    let notify = |status: &tonic::Status| {
        app.note(&tr!(
            app.lang,
            "note.retrying",
            reason = client::short(app.lang, status)
        ));
    };
    let outcome = client::with_retries(app.call_timeout(), call, notify).await;
    let &Frozen {
        sequence,
        first,
        last,
        batch: _,
        signature: _,
    } = frozen;
    match outcome.map_err(|status| app.failed(status)) {
        Ok(answer) => {
            let answer = answer.into_inner();
            let items = answer
                .results
                .into_iter()
                .map(|result| ItemAnswer {
                    applied: result.applied,
                    exceptions: result.exceptions.iter().map(|it| (it.person_id, it.kind)).collect(),
                })
                .collect();
            let receipt = answer.receipt.unwrap_or_default();
            Ok(Answer {
                sequence,
                first,
                last,
                revision: receipt.revision,
                repeated: receipt.repeated,
                items,
            })
        }
        // It was taken, and the answer is no longer kept: that is all there is to know.
        Err(CliError::Refused(refusal)) if refusal.reason == "BATCH_TAKEN" => Ok(Answer {
            sequence,
            first,
            last,
            revision: 0,
            repeated: true,
            items: Vec::new(),
        }),
        Err(error) => Err(error),
    }
}

fn exceptions(item: &ItemAnswer) -> Vec<pb::PersonException> {
    item.exceptions
        .iter()
        .map(|&(person_id, kind)| pb::PersonException { person_id, kind })
        .collect()
}

fn document(lead: u32, outcome: &Outcome) -> Value {
    let batches: Vec<_> =
        outcome
            .batches
            .iter()
            .map(|(items, answer)| {
                let items: Vec<_> = (answer.first..)
                .zip(items)
                .enumerate()
                .map(|(n, (number, item))| {
                    let result = answer.items.get(n);
                    let exceptions: Option<Vec<_>> = result.map(|result| {
                        let pairs = result.exceptions.iter();
                        pairs.map(|(id, kind)| json!({ "person_id": id, "kind": kind_word(*kind) })).collect()
                    });
                    json!({ "item": number, "kind": item.kind, "exercise_id": exercise(item),
                        "order_id": item.order_id, "person_ids": item.person_ids, "all": item.all, "observed_at_unix_ms": item.observed_at_unix_ms,
                        "applied": result.map(|result| result.applied), "exceptions": exceptions })
                })
                .collect();
                json!({ "sequence": answer.sequence, "revision": answer.revision, "repeated": answer.repeated,
                "items": items })
            })
            .collect();
    json!({ "lead_id": lead, "batches": batches, "waiting": outcome.waiting,
        "error": outcome.error.as_ref().map(|error| error.reason().filter(|reason| !reason.is_empty()).map_or_else(
            || error.to_string(), str::to_owned)) })
}

fn text(lang: Lang, lead: u32, outcome: &Outcome) -> String {
    let items: usize = outcome.batches.iter().map(|(items, _)| items.len()).sum();
    let mut text = tr!(
        lang,
        "queue.synced",
        lead = format!("P{lead}"),
        items = items,
        waiting = outcome.waiting
    );
    text.push('\n');
    if items == 0 {
        return text;
    }
    let mut sheet = Sheet::new(lang, &["item", "at_device", "what", "order", "person", "outcome"]);
    for (items, answer) in &outcome.batches {
        for (n, (number, item)) in (answer.first..).zip(items).enumerate() {
            let head = [
                number.to_string(),
                when::local(item.observed_at_unix_ms),
                word(lang, "item", &item.kind),
                order(lang, item),
            ];
            for (person, outcome) in lines(lang, item, answer.items.get(n)) {
                sheet.row(head.iter().cloned().chain([person, outcome]));
            }
        }
    }
    text.push_str(&sheet.text());
    text
}

/// The order of an item; one of an exercise never looks like a real one.
pub(super) fn order(lang: Lang, item: &pb::OfflineItem) -> String {
    match item.exercise_id {
        0 => format!("O{}", item.order_id),
        run => tr!(lang, "queue.order_of_exercise", run = run, order = item.order_id),
    }
}

/// The exercise of an item; null: it is real.
pub(super) fn exercise(item: &pb::OfflineItem) -> Option<u32> {
    (item.exercise_id != 0).then_some(item.exercise_id)
}

/// What became of one item, a line a person where they are named.
fn lines(lang: Lang, item: &pb::OfflineItem, answer: Option<&ItemAnswer>) -> Vec<(String, String)> {
    let named = |person: u32| {
        if person == 0 {
            "–".to_owned()
        } else {
            format!("P{person}")
        }
    };
    let everybody = if item.all {
        tr!(lang, "word.all")
    } else {
        people(&item.person_ids)
    };
    let Some(answer) = answer else {
        return vec![(everybody, tr!(lang, "outcome.taken_before"))];
    };
    let whole = answer.exceptions.iter().find(|(person, _)| *person == 0);
    if let Some((_, kind)) = whole {
        return vec![(everybody, kind_text(lang, *kind))];
    }
    let mut lines = Vec::new();
    let excepted = |person: u32| answer.exceptions.iter().any(|(excepted, _)| *excepted == person);
    if item.all {
        lines.push((everybody, tr!(lang, "outcome.applied_all", count = answer.applied)));
    } else {
        let applied = item.person_ids.iter().filter(|person| !excepted(**person));
        lines.extend(applied.map(|person| (named(*person), tr!(lang, "outcome.applied"))));
    }
    lines.extend(
        answer
            .exceptions
            .iter()
            .map(|(person, kind)| (named(*person), kind_text(lang, *kind))),
    );
    lines
}

/// The first few of many people.
pub(super) fn people(ids: &[u32]) -> String {
    const SHOWN: usize = 5;
    let mut text = ids
        .iter()
        .take(SHOWN)
        .map(|id| format!("P{id}"))
        .collect::<Vec<_>>()
        .join(" ");
    if ids.len() > SHOWN {
        text.push_str(&format!(" … ({})", ids.len()));
    }
    text
}
