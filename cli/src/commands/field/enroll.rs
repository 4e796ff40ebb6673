//! `field enroll`: makes this device known, so that what it collects offline is taken as the lead's word.

use baiying_proto::v1 as pb;
use serde_json::json;

use super::args::QueueArgs;
use crate::app::App;
use crate::client;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::ids;
use crate::offline::{Queue, SyncGuard};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "P", value_parser = ids::person)]
    lead: u32,
    #[arg(long)]
    renew: bool,
    #[command(flatten)]
    queue: QueueArgs,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let queue = Queue::open(&args.queue.base()?, args.lead)?;
    let guard = queue.begin_sync()?;
    let known = if args.renew { None } else { guard.device_id()? };
    let device = match known {
        Some(device) => device,
        None => enroll(app, &guard, args.lead, args.renew).await?,
    };
    app.emit(
        || {
            json!({ "lead_id": args.lead, "device_id": device, "already": known.is_some(),
                "queue": queue.dir().to_string_lossy() })
        },
        || {
            let lead = format!("P{}", args.lead);
            let dir = crate::text::line(&queue.dir().to_string_lossy());
            tr!(
                app.lang,
                "done.enrolled",
                device = format!("D{device}"),
                lead = lead,
                queue = dir
            ) + "\n"
        },
    )?;
    Ok(exit::OK)
}

/// Makes a key if there is none, tells the daemon, keeps the answer. Repeating it after a crash comes to the same.
pub(super) async fn enroll(app: &App, guard: &SyncGuard<'_>, lead: u32, renew: bool) -> Result<u32, CliError> {
    let public_key = guard.public_key::<CliError>(renew, client::random)?;
    let client = app.district()?;
    let request = pb::EnrollDeviceRequest {
        context: None,
        lead_id: lead,
        public_key: public_key.to_vec().into(),
    };
    // The key follows from what is asked, so that a crash before the answer was kept is a mere repeat.
    let digits: String = public_key.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let mut context = pb::CommandContext {
        request_id: format!("enroll-{digits}"),
        actor: app.actor(),
    };
    let timeout = app.call_timeout();
    let mut answer = app
        .mutate_as(&context, timeout, change!(client, field.enroll_device, request))
        .await;
    if answer.as_ref().err().and_then(CliError::reason) == Some("REQUEST_ID_REUSED") {
        // Asked before under another actor.
        context.request_id = client::fresh_request_id()?;
        answer = app
            .mutate_as(&context, timeout, change!(client, field.enroll_device, request))
            .await;
    }
    let (device, next) = match answer {
        Ok(answer) => (answer.device_id, answer.next_sequence),
        Err(CliError::Refused(refusal)) if refusal.reason == "DEVICE_ENROLLED" => {
            let named = |words: &[&str]| {
                let digits = refusal.named(words)?.trim_start_matches(|c: char| !c.is_ascii_digit());
                digits.parse::<u64>().ok()
            };
            let same_lead = named(&["lead", "lead_id"]).is_none_or(|owner| owner == u64::from(lead));
            match named(&["device", "device_id"]).and_then(|device| u32::try_from(device).ok()) {
                Some(device) if same_lead => (device, named(&["next_sequence", "next"]).unwrap_or(1)),
                _ => return Err(CliError::Refused(refusal)),
            }
        }
        Err(error) => return Err(error),
    };
    guard.enrolled(device, next)?;
    Ok(device)
}
