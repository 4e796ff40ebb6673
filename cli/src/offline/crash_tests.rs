//! The queue under crashes: at every step of its file work, with every cut of its log, against a daemon that forgets to answer.

use std::collections::BTreeMap;

use baiying_proto::v1 as pb;
use ed25519_dalek::{Signature, VerifyingKey};
use proptest::prelude::*;
use prost::Message;

use super::files::fuse;
use super::{Answer, ItemAnswer, Queue, QueueError};

const LEAD: u32 = 12;

/// In memory where there is such a place: thousands of syncs of a busy disk prove nothing here.
fn scratch() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .unwrap()
}

fn item(n: u32) -> pb::OfflineItem {
    pb::OfflineItem {
        kind: "check-in".into(),
        order_id: 7,
        version: 1,
        muster_point: "M1".into(),
        person_ids: vec![n],
        all: false,
        observed_at_unix_ms: i64::from(n),
        exercise_id: 0,
    }
}

/// The daemon's side of DESIGN §8.5: one content a number, no gaps, a repeat counts once.
#[derive(Default)]
struct Daemon {
    keys: Vec<VerifyingKey>,
    taken: BTreeMap<(u32, u64), Vec<u8>>,
    items: Vec<u32>,
}

impl Daemon {
    fn enroll(&mut self, key: [u8; 32]) -> u32 {
        let key = VerifyingKey::from_bytes(&key).unwrap();
        let index = self.keys.iter().position(|known| *known == key).unwrap_or_else(|| {
            self.keys.push(key);
            self.keys.len() - 1
        });
        u32::try_from(index).unwrap() + 1
    }

    fn submit(&mut self, request: &pb::SubmitBatchRequest) -> Vec<ItemAnswer> {
        let batch = pb::OfflineBatch::decode(request.batch.clone()).unwrap();
        let key = &self.keys[batch.device_id as usize - 1];
        key.verify_strict(&request.batch, &Signature::from_slice(&request.signature).unwrap())
            .expect("signed");
        let slot = (batch.device_id, batch.sequence);
        match self.taken.get(&slot) {
            Some(content) => assert_eq!(content, &request.batch, "other content under the same number"),
            None => {
                let next = self
                    .taken
                    .keys()
                    .filter(|(device, _)| *device == batch.device_id)
                    .count() as u64
                    + 1;
                assert_eq!(batch.sequence, next, "a gap");
                self.taken.insert(slot, request.batch.to_vec());
                self.items.extend(batch.items.iter().map(|item| item.person_ids[0]));
            }
        }
        batch
            .items
            .iter()
            .map(|_| ItemAnswer {
                applied: 1,
                exceptions: Vec::new(),
            })
            .collect()
    }
}

/// What the network does to one call.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Network {
    Fine,
    LosesRequest,
    LosesAnswer,
}

fn sync(queue: &Queue, daemon: &mut Daemon, network: Network, renew: bool) -> Result<(), QueueError> {
    let guard = queue.begin_sync()?;
    if renew || guard.device_id()?.is_none() {
        let seed = [u8::try_from(daemon.keys.len()).unwrap() + 1; 32];
        let key = guard.public_key(renew, || Ok::<_, QueueError>(seed))?;
        let device = daemon.enroll(key);
        guard.enrolled(device, 1)?;
    }
    while let Some(frozen) = guard.next_batch()? {
        if network == Network::LosesRequest {
            return Ok(());
        }
        let items = daemon.submit(&frozen.request());
        if network == Network::LosesAnswer {
            return Ok(());
        }
        let (first, last) = (frozen.first, frozen.last);
        guard.settle(&Answer {
            sequence: frozen.sequence,
            first,
            last,
            revision: 1,
            repeated: false,
            items,
        })?;
    }
    Ok(())
}

fn waiting(queue: &Queue) -> Vec<u32> {
    queue
        .state()
        .unwrap()
        .waiting
        .iter()
        .map(|queued| queued.item.person_ids[0])
        .collect()
}

#[test]
fn items_wait_until_they_are_answered() {
    let base = scratch();
    let queue = Queue::open(base.path(), LEAD).unwrap();
    let mut daemon = Daemon::default();
    for n in 1..=3 {
        queue.append(&[item(n)]).unwrap();
    }
    assert_eq!(waiting(&queue), [1, 2, 3]);
    sync(&queue, &mut daemon, Network::LosesAnswer, false).unwrap();
    assert_eq!(waiting(&queue), [1, 2, 3], "not answered is not done");
    queue.append(&[item(4)]).unwrap();
    sync(&queue, &mut daemon, Network::Fine, false).unwrap();
    assert_eq!(waiting(&queue), [] as [u32; 0]);
    assert_eq!(daemon.items, [1, 2, 3, 4], "each once, in order");
    assert_eq!(Queue::leads(base.path()).unwrap(), [LEAD]);
}

#[test]
fn a_batch_stays_below_the_daemons_limit() {
    let base = scratch();
    let queue = Queue::open(base.path(), LEAD).unwrap();
    let mut large = item(1);
    large.person_ids = (300_000..310_000).collect();
    queue.append(&vec![large; 5]).unwrap();
    queue.append(&(0..1200).map(item).collect::<Vec<_>>()).unwrap();
    let guard = queue.begin_sync().unwrap();
    guard.public_key(false, || Ok::<_, QueueError>([1; 32])).unwrap();
    guard.enrolled(1, 1).unwrap();
    let mut items = 0;
    while let Some(frozen) = guard.next_batch().unwrap() {
        assert!(frozen.request().encoded_len() < 64 * 1024);
        items += frozen.items().len();
        let (sequence, first, last) = (frozen.sequence, frozen.first, frozen.last);
        guard
            .settle(&Answer {
                sequence,
                first,
                last,
                revision: 1,
                repeated: false,
                items: Vec::new(),
            })
            .unwrap();
    }
    assert_eq!(items, 1205);
    let mut too_large = item(1);
    too_large.person_ids = (300_000..330_000).collect();
    assert!(matches!(queue.append(&[too_large]), Err(QueueError::TooLarge { .. })));
}

#[test]
fn a_log_cut_anywhere_keeps_its_whole_items_and_goes_on() {
    let source = scratch();
    let queue = Queue::open(source.path(), LEAD).unwrap();
    let mut ends = vec![0];
    for n in 1..=4 {
        queue.append(&[item(n)]).unwrap();
        ends.push(std::fs::metadata(queue.dir().join("items.log")).unwrap().len() as usize);
    }
    let log = std::fs::read(queue.dir().join("items.log")).unwrap();
    for cut in 0..=log.len() {
        let base = scratch();
        let queue = Queue::open(base.path(), LEAD).unwrap();
        std::fs::write(queue.dir().join("items.log"), &log[..cut]).unwrap();
        let whole = u32::try_from(ends.iter().filter(|&&end| end > 0 && end <= cut).count()).unwrap();
        let before: Vec<u32> = (1..=whole).collect();
        assert_eq!(waiting(&queue), before, "cut at {cut}");
        let told = queue.append(&[item(99)]).unwrap();
        assert_eq!(told.torn, cut - ends[whole as usize], "the torn tail is told");
        assert_eq!(waiting(&queue), [before.as_slice(), &[99]].concat(), "cut at {cut}");
        let after = queue.state().unwrap();
        assert!(
            after.torn == 0 && after.damaged.is_empty(),
            "what was torn is out of the way"
        );
        assert!(after.waiting.windows(2).all(|pair| pair[0].number < pair[1].number));
    }
}

#[test]
fn damage_in_the_middle_is_told_and_costs_no_other_item() {
    let base = scratch();
    let queue = Queue::open(base.path(), LEAD).unwrap();
    for n in 1..=3 {
        queue.append(&[item(n)]).unwrap();
    }
    let path = queue.dir().join("items.log");
    let mut log = std::fs::read(&path).unwrap();
    log[12] ^= 1;
    std::fs::write(&path, &log).unwrap();
    let state = queue.append(&[item(4)]).unwrap();
    assert_eq!(state.damaged.len(), 1);
    assert_eq!(waiting(&queue), [2, 3, 4]);
}

#[test]
fn a_damaged_batch_is_refused_and_a_new_device_sends_its_items() {
    let base = scratch();
    let queue = Queue::open(base.path(), LEAD).unwrap();
    let mut daemon = Daemon::default();
    queue.append(&[item(1)]).unwrap();
    sync(&queue, &mut daemon, Network::LosesRequest, false).unwrap();
    let batch = queue.dir().join("devices/1/batches/00000001.batch");
    let whole = std::fs::read(&batch).unwrap();
    for place in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x40;
        std::fs::write(&batch, &bytes).unwrap();
        assert!(
            matches!(
                queue.begin_sync().unwrap().next_batch(),
                Err(QueueError::Damaged { .. })
            ),
            "{place}"
        );
    }
    std::fs::remove_file(&batch).unwrap();
    std::fs::write(&batch, &whole).unwrap();
    sync(&queue, &mut daemon, Network::Fine, true).unwrap();
    assert_eq!(daemon.items, [1]);
    assert_eq!(daemon.keys.len(), 2);
    assert_eq!(waiting(&queue), [] as [u32; 0]);
}

#[test]
fn only_the_owner_reads_the_key_and_one_process_synchronizes() {
    use std::os::unix::fs::PermissionsExt;
    let base = scratch();
    let queue = Queue::open(base.path(), LEAD).unwrap();
    let guard = queue.begin_sync().unwrap();
    guard.public_key(false, || Ok::<_, QueueError>([7; 32])).unwrap();
    let mode = |path: &str| std::fs::metadata(queue.dir().join(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("devices/1/key"), 0o600);
    assert_eq!(mode("."), 0o700);
    assert!(matches!(queue.begin_sync(), Err(QueueError::Busy { .. })));
    queue
        .append(&[item(1)])
        .expect("what happens in the field is kept while another process synchronizes");
}

#[test]
fn the_queue_of_another_lead_is_not_touched() {
    let base = scratch();
    let queue = Queue::open(base.path(), LEAD).unwrap();
    std::fs::rename(queue.dir(), base.path().join("P13")).unwrap();
    assert!(matches!(
        Queue::open(base.path(), 13),
        Err(QueueError::OtherLead { owner: LEAD, .. })
    ));
}

/// One thing that happens to a field lead.
#[derive(Debug, Clone)]
enum Step {
    Report {
        crash: Option<u32>,
    },
    Sync {
        network: Network,
        crash: Option<u32>,
        renew: bool,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let network = prop_oneof![
        Just(Network::Fine),
        Just(Network::LosesRequest),
        Just(Network::LosesAnswer)
    ];
    let crash = || proptest::option::weighted(0.6, 0..24u32);
    let step = prop_oneof![
        crash().prop_map(|crash| Step::Report { crash }),
        (network, crash(), proptest::bool::weighted(0.1)).prop_map(|(network, crash, renew)| Step::Sync {
            network,
            crash,
            renew
        }),
    ];
    proptest::collection::vec(step, 1..24)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Whatever crashes and whatever the network loses: what was said to be queued reaches the daemon, nothing changes under a
    /// number (the daemon asserts it), and without a new device nothing arrives twice or out of order.
    #[test]
    fn a_crash_at_any_point_loses_nothing_and_changes_no_batch(steps in steps()) {
        let base = scratch();
        let mut daemon = Daemon::default();
        let mut promised = Vec::new();
        let mut renewed = false;
        for (n, step) in (1u32..).zip(&steps) {
            match step {
                Step::Report { crash } => {
                    fuse::set(*crash);
                    let outcome = Queue::open(base.path(), LEAD).and_then(|queue| queue.append(&[item(n)]));
                    fuse::set(None);
                    if outcome.is_ok() {
                        promised.push(n);
                    }
                }
                Step::Sync { network, crash, renew } => {
                    renewed |= renew;
                    fuse::set(*crash);
                    let _ = Queue::open(base.path(), LEAD)
                        .and_then(|queue| sync(&queue, &mut daemon, *network, *renew));
                    fuse::set(None);
                }
            }
        }
        let queue = Queue::open(base.path(), LEAD).unwrap();
        sync(&queue, &mut daemon, Network::Fine, false).unwrap();
        prop_assert!(waiting(&queue).is_empty());
        for n in &promised {
            prop_assert!(daemon.items.contains(n), "{} was promised", n);
        }
        if !renewed {
            prop_assert!(daemon.items.windows(2).all(|pair| pair[0] < pair[1]), "{:?}", daemon.items);
        }
    }
}
