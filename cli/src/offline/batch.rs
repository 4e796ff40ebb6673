//! A batch as it was frozen: the bytes that are sent, their signature, and which items of the log they hold.

use baiying_proto::v1 as pb;
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use prost::Message;

use super::record;

/// Encoded batches stay below this, so that a message with signature and framing fits the daemon's 64 KiB.
pub(super) const MAX_BATCH: usize = 56 * 1024;
/// Items a batch at most: an answer names each.
pub(super) const MAX_ITEMS: usize = 500;

/// Items under a number, for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frozen {
    /// The batch's number.
    pub(crate) sequence: u64,
    /// Number of its first item in the log.
    pub(crate) first: u64,
    /// Number of its last item in the log.
    pub(crate) last: u64,
    /// Encoded `OfflineBatch`.
    pub(crate) batch: Vec<u8>,
    /// Signature of these bytes.
    pub(crate) signature: Vec<u8>,
}

impl Frozen {
    /// Freezes items.
    pub(super) fn new(key: &SigningKey, device_id: u32, sequence: u64, items: &[(u64, pb::OfflineItem)]) -> Self {
        let batch = pb::OfflineBatch {
            device_id,
            sequence,
            items: items.iter().map(|(_, item)| item.clone()).collect(),
        }
        .encode_to_vec();
        let signature = key.sign(&batch).to_bytes().to_vec();
        let first = items.first().map_or(0, |(number, _)| *number);
        let last = items.last().map_or(0, |(number, _)| *number);
        Self {
            sequence,
            first,
            last,
            batch,
            signature,
        }
    }

    /// As a file.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut payload = Vec::with_capacity(self.batch.len() + 88);
        payload.extend_from_slice(&self.sequence.to_le_bytes());
        payload.extend_from_slice(&self.first.to_le_bytes());
        payload.extend_from_slice(&self.last.to_le_bytes());
        payload.extend_from_slice(&self.signature);
        payload.extend_from_slice(&self.batch);
        let mut bytes = Vec::new();
        record::frame(&payload, &mut bytes);
        bytes
    }

    /// From a file; none if it is damaged, not this number's, or not signed by this key.
    pub(super) fn from_bytes(bytes: &[u8], sequence: u64, key: &VerifyingKey) -> Option<Self> {
        let scan = record::scan(bytes);
        let [payload] = scan.payloads[..] else { return None };
        let number = |at: usize| Some(u64::from_le_bytes(payload.get(at..at + 8)?.try_into().ok()?));
        let frozen = Self {
            sequence: number(0)?,
            first: number(8)?,
            last: number(16)?,
            signature: payload.get(24..88)?.to_vec(),
            batch: payload.get(88..)?.to_vec(),
        };
        let signature = ed25519_dalek::Signature::from_slice(&frozen.signature).ok()?;
        let signed = key.verify_strict(&frozen.batch, &signature).is_ok();
        (signed && frozen.sequence == sequence && scan.end == bytes.len()).then_some(frozen)
    }

    /// What it holds.
    pub(crate) fn items(&self) -> Vec<pb::OfflineItem> {
        pb::OfflineBatch::decode(self.batch.as_slice())
            .map(|batch| batch.items)
            .unwrap_or_default()
    }

    /// What is sent, every time the same.
    pub(crate) fn request(&self) -> pb::SubmitBatchRequest {
        pb::SubmitBatchRequest {
            batch: self.batch.clone().into(),
            signature: self.signature.clone().into(),
        }
    }
}
