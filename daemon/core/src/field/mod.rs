//! Field leads' devices and the batches they bring when they were out of reach.
//!
//! A batch is numbered and signed by an enrolled device: the number makes it count once, the signature makes it the lead's.
//! Signatures are verified at the edge; the core sees the digest.

mod earlier;
mod enroll;
mod submit_batch;

use serde::{Deserialize, Serialize};

pub use enroll::EnrollDevice;
pub use submit_batch::{BatchItem, BatchItemKind, SubmitBatch};

use crate::id::{DeviceId, PersonId};

/// A device as enrolled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// Whose it is.
    pub lead: PersonId,
    /// Ed25519 public key.
    pub public_key: [u8; 32],
}

/// A device and how far its batches got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceState {
    /// As enrolled.
    pub device: Device,
    /// Number and digest of the last batch; none before the first.
    pub last: Option<LastBatch>,
}

/// The last batch of a device. Its answer is among the kept answers, under the key of [`batch_request_id`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastBatch {
    /// Its number.
    pub sequence: u64,
    /// Hash of its signed bytes.
    pub digest: [u8; 32],
}

/// The request id under which a device's batch is answered: the same for every repeat.
pub fn batch_request_id(device: DeviceId, sequence: u64) -> Box<str> {
    format!("batch:{device}:{sequence}").into()
}

/// All devices.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Devices {
    rows: Vec<DeviceState>,
}

impl Devices {
    /// The device with this id.
    pub fn get(&self, device: DeviceId) -> Option<&DeviceState> {
        device.0.checked_sub(1).and_then(|index| self.rows.get(index as usize))
    }
    /// The device with this key.
    pub fn by_key(&self, public_key: &[u8; 32]) -> Option<&DeviceState> {
        self.rows.iter().find(|row| row.device.public_key == *public_key)
    }
    pub(crate) fn next_id(&self) -> DeviceId {
        DeviceId::from_index(self.rows.len())
    }
    pub(crate) fn enrolled(&mut self, device: &Device) {
        self.rows.push(DeviceState {
            device: device.clone(),
            last: None,
        });
    }
    pub(crate) fn batch_received(&mut self, device: DeviceId, last: LastBatch) {
        self.rows[device.index()].last = Some(last);
    }
}
