//! Who asks: the command centre, its approver, a registration desk, a gateway, people themselves, and leads with their devices.

use baiying_core::command::{Actor, Command};
use baiying_core::field::{BatchItem, SubmitBatch, batch_request_id};
use baiying_core::id::{DeviceId, PersonId};

use crate::generate::{self, Draw};
use crate::trace::digest;

/// What somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The command centre.
    Centre,
    /// Decides on leave.
    Approver,
    /// Registers who arrives.
    Desk,
    /// Carries orders and reports how far they got.
    Gateway,
    /// People for themselves.
    Own,
    /// A field lead.
    Lead(PersonId),
}

/// One client.
#[derive(Debug)]
pub(crate) struct Client {
    /// What they are.
    pub(crate) role: Role,
    /// Under whose name they ask.
    pub(crate) actor: Actor,
    /// How far their clock is off.
    pub(crate) skew_ms: i64,
    /// Whether they are out of reach.
    pub(crate) is_offline: bool,
    /// How many requests they made.
    pub(crate) asked: u32,
    /// What they wrote down while out of reach.
    notes: Vec<BatchItem>,
    /// The number of their next batch.
    next_batch: u64,
    /// The batch that waits for its answer.
    pub(crate) batch_under_way: Option<usize>,
    has_enrolled: bool,
}

/// A batch, sealed.
pub(crate) struct Sealed {
    /// Its request id.
    pub(crate) request_id: Box<str>,
    /// The hash of what it says.
    pub(crate) digest: u64,
    /// The command.
    pub(crate) command: Command,
}

impl Client {
    /// Somebody with a clock that is off by so much.
    pub(crate) fn new(role: Role, skew_ms: i64) -> Self {
        let name = match role {
            Role::Centre => "centre".into(),
            Role::Approver => "approver".into(),
            Role::Desk => "desk".into(),
            Role::Gateway => "gateway".into(),
            Role::Own => "own".into(),
            Role::Lead(lead) => format!("lead-{lead}"),
        };
        Self {
            role,
            actor: Actor(name.into()),
            skew_ms,
            is_offline: false,
            asked: 0,
            notes: Vec::new(),
            next_batch: 1,
            batch_under_way: None,
            has_enrolled: false,
        }
    }

    /// The key of their device.
    pub(crate) fn public_key(&self) -> [u8; 32] {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&digest(&self.actor).to_le_bytes());
        key
    }

    /// What they ask for next.
    pub(crate) fn command(&mut self, draw: &mut Draw<'_>) -> Command {
        match self.role {
            Role::Centre => generate::centre(draw),
            Role::Approver => generate::approver(draw),
            Role::Desk => generate::desk(draw),
            Role::Gateway => generate::gateway(draw),
            Role::Own => generate::own(draw),
            Role::Lead(lead) if !self.has_enrolled => {
                self.has_enrolled = true;
                let public_key = self.public_key();
                Command::EnrollDevice(baiying_core::field::EnrollDevice { lead, public_key })
            }
            Role::Lead(lead) => generate::lead(draw, lead, self.public_key()),
        }
    }

    /// Writes something down, while out of reach.
    pub(crate) fn note(&mut self, draw: &mut Draw<'_>) {
        if let Role::Lead(lead) = self.role {
            let fact = generate::facts(draw, lead);
            self.notes.push(fact);
        }
    }

    /// Seals what was written down, if there is something and the device is known. `slip` makes a mistake in the number.
    pub(crate) fn seal(&mut self, draw: &mut Draw<'_>, slip: bool) -> Option<Sealed> {
        let known = draw.state.devices.by_key(&self.public_key());
        if self.notes.is_empty() || (self.batch_under_way.is_some() && !slip) {
            return None;
        }
        let device = match known {
            Some(known) => known.device.id,
            None if slip => DeviceId(99),
            None => return None,
        };
        let sequence = if slip {
            draw.dice.below(self.next_batch + 2)
        } else {
            self.next_batch
        };
        let items = if slip {
            self.notes.clone()
        } else {
            std::mem::take(&mut self.notes)
        };
        let mut hash = [0; 32];
        hash[..8].copy_from_slice(&digest(&items).to_le_bytes());
        let command = Command::SubmitBatch(SubmitBatch {
            device,
            sequence,
            digest: hash,
            items,
        });
        Some(Sealed {
            request_id: batch_request_id(device, sequence),
            digest: digest(&(device, sequence, hash)),
            command,
        })
    }

    /// The batch under way was answered: the next one has the number after the last that was taken.
    pub(crate) fn batch_answered(&mut self, last: u64) {
        self.batch_under_way = None;
        self.next_batch = last + 1;
    }
}
