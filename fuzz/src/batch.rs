//! Offline batches: what is not signed by the device changes nothing, numbers have no gaps, and a repeat changes nothing and is
//! answered as the first time.

use arbitrary::{Arbitrary, Unstructured};
use baiying_core::id::DeviceId;
use baiying_proto::v1;
use bytes::Bytes;
use ed25519_dalek::{Signer, SigningKey};
use prost::Message;
use tonic::Code;

use crate::district;
use crate::world::{Answer, START, World};

const PATH: &str = "/baiying.v1.FieldService/SubmitBatch";
const BATCHES_MAX: usize = 12;

/// What is sent.
#[derive(Debug, Arbitrary)]
struct Sent {
    sequence: Sequence,
    device: Device,
    signature: Sign,
    content: Content,
}

#[derive(Debug, Arbitrary)]
enum Sequence {
    Next,
    Again,
    Skipped(u8),
    Any(u64),
}

#[derive(Debug, Arbitrary)]
enum Device {
    Enrolled,
    Any(u32),
}

#[derive(Debug, Arbitrary)]
enum Sign {
    Right,
    OtherKey,
    OtherBytes,
    Any(Vec<u8>),
}

#[derive(Debug, Arbitrary)]
enum Content {
    Items(Vec<Item>),
    /// The last batch that was taken, word for word.
    Last,
    /// Instead of a batch.
    Bytes(Vec<u8>),
}

#[derive(Debug, Arbitrary)]
struct Item {
    kind: u8,
    order: u8,
    version: u8,
    point: u8,
    people: Vec<u8>,
    all: bool,
    minute: i16,
    odd_time: Option<i64>,
    exercise: u8,
}

impl Item {
    fn proto(self) -> v1::OfflineItem {
        let pick = |from: &[&str], at: u8| from[usize::from(at) % from.len()].to_owned();
        v1::OfflineItem {
            kind: pick(&["acknowledge", "depart", "check-in", "check-in", "sleep"], self.kind),
            order_id: u32::from(self.order % 4),
            version: u32::from(self.version % 4),
            muster_point: pick(&["EAST", "WEST", "M1", "nowhere", ""], self.point),
            person_ids: self.people.iter().map(|person| u32::from(person % 16)).collect(),
            all: self.all,
            observed_at_unix_ms: self.odd_time.unwrap_or(START + i64::from(self.minute) * 60_000),
            exercise_id: u32::from(self.exercise % 3),
        }
    }
}

/// Batches, one after another.
pub fn batch(data: &[u8]) {
    let mut input = Unstructured::new(data);
    let mut world = World::new();
    let mut answered: Vec<(Bytes, Answer)> = Vec::new();
    for _ in 0..BATCHES_MAX {
        if input.is_empty() {
            break;
        }
        let Ok(sent) = Sent::arbitrary(&mut input) else { break };
        send(&mut world, sent, &mut answered);
        world.pass(30_000);
    }
    world.finish();
}

/// Number of the last batch of the enrolled device.
fn taken(world: &World) -> u64 {
    world.look(|state| {
        state
            .devices
            .get(DeviceId(1))
            .and_then(|device| device.last.as_ref().map(|last| last.sequence))
            .unwrap_or(0)
    })
}

fn send(world: &mut World, sent: Sent, answered: &mut Vec<(Bytes, Answer)>) {
    let expected = taken(world) + 1;
    let sequence = match sent.sequence {
        Sequence::Next => expected,
        Sequence::Again => expected - 1,
        Sequence::Skipped(by) => expected + u64::from(by),
        Sequence::Any(number) => number,
    };
    let device_id = match sent.device {
        Device::Enrolled => 1,
        Device::Any(id) => id,
    };
    let batch: Bytes = match (sent.content, answered.last()) {
        (Content::Items(items), _) => {
            let items = items.into_iter().map(Item::proto).collect();
            v1::OfflineBatch {
                device_id,
                sequence,
                items,
            }
            .encode_to_vec()
            .into()
        }
        (Content::Last, Some((batch, _))) => batch.clone(),
        (Content::Last, None) => Bytes::new(),
        (Content::Bytes(bytes), _) => bytes.into(),
    };
    let key = district::key();
    let (signature, is_signed) = match sent.signature {
        Sign::Right => (key.sign(&batch).to_bytes().to_vec(), true),
        Sign::OtherKey => (SigningKey::from_bytes(&[8; 32]).sign(&batch).to_bytes().to_vec(), false),
        Sign::OtherBytes => (key.sign(&[&*batch, b"."].concat()).to_bytes().to_vec(), false),
        Sign::Any(bytes) => (bytes, false),
    };
    let request = v1::SubmitBatchRequest {
        batch: batch.clone(),
        signature: signature.into(),
    };
    let before = world.revision();
    let answer = world.call(PATH, &[request.encode_to_vec().into()], false);
    let (code, changed) = (answer.status.code(), world.revision() != before);
    // Timers may have fired meanwhile; the device tells whether the batch was taken.
    let was_taken = taken(world) >= expected;
    if !is_signed {
        assert!(
            code != Code::Ok && !was_taken,
            "a batch that the device did not sign was taken"
        );
        return;
    }
    if let Some((first, first_answer)) = answered.iter().find(|(first, _)| *first == batch) {
        assert_eq!(code, Code::Ok, "a repeat of {} bytes: {:?}", first.len(), answer.status);
        assert!(!was_taken, "a batch counted twice");
        assert_same(first_answer, &answer);
        return;
    }
    let decoded = v1::OfflineBatch::decode(batch.clone()).ok();
    let is_next = decoded.is_some_and(|decoded| decoded.device_id == 1 && decoded.sequence == expected);
    assert!(
        is_next || code != Code::Ok,
        "batch {sequence} was taken where {expected} should come"
    );
    assert_eq!(
        was_taken,
        code == Code::Ok,
        "taken and answered so: {:?}",
        answer.status
    );
    if code == Code::Ok {
        assert!(changed);
        answered.push((batch, answer));
    }
}

/// The answer to a repeat is the first one, marked as repeated.
fn assert_same(first: &Answer, again: &Answer) {
    let read = |answer: &Answer| {
        let bytes = answer.messages.first().cloned().unwrap_or_default();
        v1::SubmitBatchResponse::decode(bytes).expect("an answer")
    };
    let (first, again) = (read(first), read(again));
    assert_eq!(first.results, again.results);
    let (first, again) = (first.receipt.unwrap_or_default(), again.receipt.unwrap_or_default());
    assert_eq!((first.revision, again.repeated), (again.revision, true));
}
