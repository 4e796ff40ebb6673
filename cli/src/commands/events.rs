//! `events`: history as journaled, without personal data.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::call;
use crate::error::{CliError, exit};
use crate::i18n::{find, tr};
use crate::output::json as documents;
use crate::output::table::Sheet;
use crate::when;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "REV")]
    since: u64,
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
}

/// Runs it.
pub(crate) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let limit = if args.limit == 0 { usize::MAX } else { args.limit };
    let mut events: Vec<pb::JournalEvent> = Vec::new();
    let mut since_revision = args.since;
    let head = loop {
        let left = u32::try_from(limit - events.len()).map_or(1000, |left| left.min(1000));
        let request = pb::ListEventsRequest {
            since_revision,
            limit: left,
        };
        let answer = app.query(call!(client, watch.list_events, request)).await?;
        let last = answer.events.last().map(|event| event.revision);
        events.extend(answer.events);
        match last {
            Some(last) if last < answer.head_revision && last > since_revision && events.len() < limit => {
                since_revision = last;
            }
            _ => break answer.head_revision,
        }
    };
    app.emit(
        || json!({ "events": events.iter().map(documents::event).collect::<Vec<_>>(), "head_revision": head }),
        || {
            let mut sheet = Sheet::new(
                app.lang,
                &["revision", "at", "event", "subject", "people", "actor", "request_id"],
            )
            .numbers([0, 4]);
            for event in &events {
                sheet.row([
                    event.revision.to_string(),
                    when::local(event.at_unix_ms),
                    find(app.lang, &format!("event.{}", event.kind)).unwrap_or_else(|| event.kind.clone()),
                    event.subject.clone(),
                    event.people.to_string(),
                    event.actor.clone(),
                    event.request_id.clone(),
                ]);
            }
            let mut text = sheet.text();
            if let Some(last) = events.last().filter(|last| last.revision < head) {
                text.push_str(&tr!(app.lang, "events.more", last = last.revision, head = head));
                text.push('\n');
            }
            text
        },
    )?;
    Ok(exit::OK)
}
