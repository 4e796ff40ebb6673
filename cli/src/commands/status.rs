//! `status`: what the daemon is and holds, from its admin listener.

use baiying_proto::v1 as pb;
use indicatif::HumanBytes;

use crate::app::App;
use crate::commands::call;
use crate::error::{CliError, exit};
use crate::i18n::{Lang, tr};
use crate::ids::level_text;
use crate::output::json as documents;
use crate::output::table::Facts;
use crate::when;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long)]
    state_hash: bool,
}

/// Runs it.
pub(crate) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.admin()?;
    let request = pb::GetStatusRequest {
        with_state_hash: args.state_hash,
    };
    let status = app.admin_query(call!(client, admin.get_status, request)).await?;
    app.emit(
        || documents::status(&status),
        || {
            let data = if status.synthetic {
                tr!(app.lang, "word.synthetic")
            } else {
                tr!(app.lang, "word.actual")
            };
            Facts::new(app.lang)
                .fact("daemon", &status.version)
                .fact("tenant", &status.tenant)
                .fact("data", data)
                .fact("level", level_text(app.lang, status.highest_level))
                .fact("revision", status.revision.to_string())
                .fact(
                    "journal",
                    format!("{} / {}", status.journal_sequence, status.journal_epoch),
                )
                .fact("journal_hash", &status.journal_hash)
                .fact("state_hash", &status.state_hash)
                .fact("units", status.units.to_string())
                .fact("people", status.people.to_string())
                .fact("teams", status.teams.to_string())
                .fact("muster_points", status.muster_points.to_string())
                .fact("active_responses", status.active_responses.to_string())
                .fact("open_orders", status.open_orders.to_string())
                .fact("field_streams", status.field_streams.to_string())
                .fact("queue_depth", status.queue_depth.to_string())
                .fact("disk", disk_text(app.lang, &status))
                .fact("started_at", when::local(status.started_at_unix_ms))
                .fact("at", when::local(status.at_unix_ms))
                .text()
        },
    )?;
    Ok(exit::OK)
}

fn disk_text(lang: Lang, status: &pb::GetStatusResponse) -> String {
    let level = match status.disk_level() {
        pb::DiskLevel::Ample => tr!(lang, "word.disk.ample"),
        pb::DiskLevel::Low => tr!(lang, "word.disk.low"),
        pb::DiskLevel::Full => tr!(lang, "word.disk.full"),
        pb::DiskLevel::Unspecified => return String::new(),
    };
    format!("{level} {}", HumanBytes(status.disk_free_bytes))
}
