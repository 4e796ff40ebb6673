//! `AdminService`.

use std::io::{ErrorKind, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use baiying_core::response::Level;
use baiying_journal::JournalError;
use baiying_journal::backup::BackupWriter;
use baiying_proto::v1;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::SendTimeoutError;
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

use super::convert::unix_ms;
use super::refusal::unreadable;
use super::server::{AdminContext, stream_of};
use crate::engine::{DiskLevel, Published, state_hash};
use crate::hex::hex;

/// Serves [`v1::admin_service_server::AdminService`].
pub(super) struct AdminApi(pub(super) AdminContext);

/// Bytes of a piece of a backup.
const CHUNK_BYTES: usize = 256 << 10;
/// Pieces under way: what a slow reader of a backup may hold in memory.
const CHUNKS_UNDER_WAY: usize = 8;

/// Hands what is written to a stream, in pieces.
struct Chunks {
    sender: mpsc::Sender<Result<v1::BackupResponse, Status>>,
    pending: Vec<u8>,
    patience: Duration,
}

impl Write for Chunks {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.pending.extend_from_slice(bytes);
        if self.pending.len() >= CHUNK_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let chunk = std::mem::take(&mut self.pending).into();
        let handed_on = self
            .sender
            .send_timeout(Ok(v1::BackupResponse { chunk }), self.patience);
        // On a thread that may wait, but not for ever.
        tokio::runtime::Handle::current().block_on(handed_on).map_err(|error| {
            let (kind, what) = match error {
                SendTimeoutError::Timeout(_) => (ErrorKind::TimedOut, "the backup was not read"),
                SendTimeoutError::Closed(_) => (ErrorKind::BrokenPipe, "the reader of the backup went away"),
            };
            std::io::Error::new(kind, what)
        })
    }
}

/// Revision and hash of what is published. Made from a copy: hashing takes longer than publishing should wait.
fn hash_of(published: &Published) -> (u64, [u8; 32]) {
    let state = published.read().clone();
    (state.revision().0, state_hash(&state))
}

/// Writes a consistent copy: the records up to a published revision, with the hash of the state there.
fn backup(published: &Published, out: Chunks) -> Result<(), JournalError> {
    // The state is copied at one revision; records are appended meanwhile, and those after it are left out.
    let (revision, hash) = hash_of(published);
    let journal = published.journal();
    let mut writer = BackupWriter::start(out)?;
    for record in journal.records_from(1) {
        if writer.head().revision >= revision {
            break;
        }
        let (sequence, encoded) = record?;
        writer.record(sequence, &encoded)?;
    }
    writer.finish(hash)?;
    Ok(())
}

type BackupStream = Pin<Box<dyn Stream<Item = Result<v1::BackupResponse, Status>> + Send>>;

#[tonic::async_trait]
impl v1::admin_service_server::AdminService for AdminApi {
    type BackupStream = BackupStream;

    async fn get_status(
        &self,
        request: Request<v1::GetStatusRequest>,
    ) -> Result<Response<v1::GetStatusResponse>, Status> {
        let with_hash = request.get_ref().with_state_hash;
        let context = &self.0.api;
        let published = Arc::clone(context.engine.published());
        let mut status = {
            let state = published.read();
            let head = published.journal().head();
            let active: Vec<_> = state.responses.iter().filter(|response| response.is_active()).collect();
            v1::GetStatusResponse {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                tenant: state
                    .tenant()
                    .map_or_else(String::new, |tenant| tenant.name.to_string()),
                synthetic: state.tenant().is_some_and(|tenant| tenant.synthetic),
                revision: state.revision().0,
                journal_sequence: head.sequence,
                journal_epoch: head.epoch,
                journal_hash: hex(&head.hash),
                state_hash: String::new(),
                units: state.org.len() as u32,
                people: state.people.len() as u32,
                teams: state.teams.len() as u32,
                muster_points: state.muster_points.len() as u32,
                active_responses: active.len() as u32,
                open_orders: state.orders.iter().filter(|order| order.current().is_open()).count() as u32,
                field_streams: context.field_streams.load(Ordering::Relaxed) as u32,
                queue_depth: context.engine.queue_depth() as u32,
                started_at_unix_ms: self.0.started_at.unix_ms(),
                at_unix_ms: unix_ms(state.at()),
                highest_level: active
                    .iter()
                    .map(|response| response.level())
                    .max()
                    .map_or(0, Level::number),
                disk_level: match context.engine.admission().level() {
                    DiskLevel::Ample => v1::DiskLevel::Ample,
                    DiskLevel::Low => v1::DiskLevel::Low,
                    DiskLevel::Full => v1::DiskLevel::Full,
                } as i32,
                disk_free_bytes: context.engine.admission().free(),
            }
        };
        if with_hash {
            let hashed = tokio::task::spawn_blocking(move || hash_of(&published));
            let (revision, hash) = hashed.await.map_err(|_| Status::internal("hashing was interrupted"))?;
            status.revision = revision;
            status.state_hash = hex(&hash);
        }
        Ok(Response::new(status))
    }

    async fn backup(&self, _request: Request<v1::BackupRequest>) -> Result<Response<BackupStream>, Status> {
        let published = Arc::clone(self.0.api.engine.published());
        let (sender, receiver, last) = stream_of(CHUNKS_UNDER_WAY)?;
        let out = Chunks {
            sender,
            pending: Vec::new(),
            patience: self.0.api.stalled_stream,
        };
        tokio::task::spawn_blocking(move || {
            if let Err(error) = backup(&published, out) {
                tracing::warn!(%error, "backup not finished");
                last.send(Err(unreadable(&error)));
            }
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(receiver))))
    }

    async fn take_snapshot(
        &self,
        _request: Request<v1::TakeSnapshotRequest>,
    ) -> Result<Response<v1::TakeSnapshotResponse>, Status> {
        let published = Arc::clone(self.0.api.engine.published());
        let dir = self.0.snapshot_dir.clone();
        let written = tokio::task::spawn_blocking(move || crate::engine::write_snapshot(&dir, &published)).await;
        let done = written
            .map_err(|_| Status::internal("writing the snapshot was interrupted"))?
            .map_err(|error| unreadable(&error))?;
        Ok(Response::new(v1::TakeSnapshotResponse {
            revision: done.revision,
            state_hash: hex(&done.state_hash),
            bytes: done.bytes,
        }))
    }
}
