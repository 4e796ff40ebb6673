//! Devices and offline batches.

use baiying_core::event::Event;
use baiying_core::field::Device;
use baiying_core::id::DeviceId;
use baiying_proto::journal::v1 as pb;
use pb::event::Kind;

use super::EventError;
use super::common::{bytes32, id};

pub(super) fn encode_device(device: &Device) -> Kind {
    let Device { id, lead, public_key } = device;
    Kind::DeviceEnrolled(pb::DeviceEnrolled {
        device: id.0,
        lead: lead.0,
        public_key: public_key.to_vec(),
    })
}

pub(super) fn decode_device(message: pb::DeviceEnrolled) -> Result<Event, EventError> {
    let pb::DeviceEnrolled {
        device,
        lead,
        public_key,
    } = message;
    Ok(Event::DeviceEnrolled(Device {
        id: id("device.id", device)?,
        lead: id("device.lead", lead)?,
        public_key: bytes32("device.public_key", &public_key)?,
    }))
}

pub(super) fn encode_batch(device: DeviceId, sequence: u64, digest: &[u8; 32]) -> Kind {
    Kind::BatchReceived(pb::BatchReceived {
        device: device.0,
        sequence,
        digest: digest.to_vec(),
    })
}

pub(super) fn decode_batch(message: pb::BatchReceived) -> Result<Event, EventError> {
    let pb::BatchReceived {
        device,
        sequence,
        digest,
    } = message;
    Ok(Event::BatchReceived {
        device: id("batch.device", device)?,
        sequence,
        digest: bytes32("batch.digest", &digest)?,
    })
}
