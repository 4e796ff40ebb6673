//! Enroll a field lead's device.

use super::Device;
use crate::command::Answer;
use crate::decide::Decision;
use crate::event::Event;
use crate::id::PersonId;
use crate::rejection::Rejection;
use crate::state::State;

/// Lets a device sign offline batches for a lead. Enrolling the same key for the same lead again changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrollDevice {
    /// Whose device.
    pub lead: PersonId,
    /// Ed25519 public key.
    pub public_key: [u8; 32],
}

impl EnrollDevice {
    pub(crate) fn decide(&self, state: &State) -> Result<Decision, Rejection> {
        let Self { lead, public_key } = self;
        state
            .people
            .get(*lead)
            .ok_or(Rejection::UnknownPerson { person: *lead })?;
        if let Some(known) = state.devices.by_key(public_key) {
            let (device, owner) = (known.device.id, known.device.lead);
            return if owner == *lead {
                Ok(Decision::new(Vec::new(), Answer::Device(device)))
            } else {
                Err(Rejection::DeviceEnrolled { device, lead: owner })
            };
        }
        let id = state.devices.next_id();
        let device = Device {
            id,
            lead: *lead,
            public_key: *public_key,
        };
        Ok(Decision::new(vec![Event::DeviceEnrolled(device)], Answer::Device(id)))
    }
}
