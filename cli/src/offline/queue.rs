//! The queue of one lead: append, freeze, settle.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use baiying_proto::v1 as pb;
use prost::Message;
use serde::{Deserialize, Serialize};

use super::batch::{Frozen, MAX_BATCH, MAX_ITEMS};
use super::device::{self, Device, Enrolled};
use super::{QueueError, files, record};

/// One item with its place in the log.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct QueuedItem {
    /// Counts from 1.
    pub(crate) number: u64,
    /// What happened.
    pub(crate) item: pb::OfflineItem,
    /// The batch it is frozen in, if it was sent and not yet answered.
    pub(crate) batch: Option<u64>,
}

/// What the daemon said to a batch, as kept on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Answer {
    /// Which batch.
    pub(crate) sequence: u64,
    /// Its first item.
    pub(crate) first: u64,
    /// Its last item.
    pub(crate) last: u64,
    /// The state that shows it; 0 if unknown.
    pub(crate) revision: u64,
    /// The daemon had taken it before.
    pub(crate) repeated: bool,
    /// One for each item; none if the daemon only said that it had taken the batch before.
    pub(crate) items: Vec<ItemAnswer>,
}

/// What became of one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ItemAnswer {
    /// For how many it was new.
    pub(crate) applied: u32,
    /// For whom it was not: person and kind.
    pub(crate) exceptions: Vec<(u32, i32)>,
}

/// What a queue holds.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// Items that the daemon has not answered, in order.
    pub(crate) waiting: Vec<QueuedItem>,
    /// Damaged stretches of the log: offset and length. What stood there is lost, what stands behind it is not.
    pub(crate) damaged: Vec<(usize, usize)>,
    /// Bytes of a record that was never finished, at the log's end.
    pub(crate) torn: usize,
    /// The device's id, if it is enrolled.
    pub(crate) device_id: Option<u32>,
    next_number: u64,
    settled: u64,
    end: usize,
}

/// The queue of one lead.
#[derive(Debug, Clone)]
pub(crate) struct Queue {
    dir: PathBuf,
    lead: u32,
}

impl Queue {
    /// The directory of all queues if none is named.
    pub(crate) fn default_base() -> Result<PathBuf, QueueError> {
        let set = |name| {
            std::env::var_os(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        let data = set("XDG_DATA_HOME").filter(|path| path.is_absolute());
        let data = data
            .or_else(|| set("HOME").map(|home| home.join(".local/share")))
            .ok_or(QueueError::NoHome)?;
        Ok(data.join("baiying/field"))
    }

    /// The leads that have a queue under a directory.
    pub(crate) fn leads(base: &Path) -> Result<Vec<u32>, QueueError> {
        let entries = match fs::read_dir(base) {
            Ok(entries) => entries,
            Err(source) if source.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(source) => {
                return Err(QueueError::Disk {
                    action: "read",
                    path: base.to_owned(),
                    source,
                });
            }
        };
        let mut leads = Vec::new();
        for entry in entries {
            let entry = entry.map_err(QueueError::disk("read", base))?;
            let lead: Option<u32> = entry
                .file_name()
                .to_str()
                .and_then(|name| name.strip_prefix('P')?.parse().ok());
            leads.extend(lead);
        }
        leads.sort_unstable();
        Ok(leads)
    }

    /// A lead's queue under a directory; made if there is none.
    pub(crate) fn open(base: &Path, lead: u32) -> Result<Self, QueueError> {
        let dir = base.join(format!("P{lead}"));
        files::make_dir(&dir)?;
        let owner_path = dir.join("lead");
        match files::read(&owner_path)? {
            Some(text) => {
                let owner = std::str::from_utf8(&text)
                    .ok()
                    .and_then(|text| text.trim().parse().ok());
                match owner {
                    Some(owner) if owner == lead => {}
                    Some(owner) => return Err(QueueError::OtherLead { path: dir, owner, lead }),
                    None => {
                        return Err(QueueError::Damaged {
                            path: owner_path,
                            what: "not a number",
                        });
                    }
                }
            }
            None => files::create(&owner_path, lead.to_string().as_bytes())?,
        }
        Ok(Self { dir, lead })
    }

    /// Whose it is.
    pub(crate) fn lead(&self) -> u32 {
        self.lead
    }

    /// Where it is.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    fn log(&self) -> PathBuf {
        self.dir.join("items.log")
    }

    /// Reads everything; changes nothing.
    pub(crate) fn state(&self) -> Result<State, QueueError> {
        let devices = device::dirs(&self.dir)?;
        let mut state = State::default();
        let mut frozen: Vec<Frozen> = Vec::new();
        for (index, (_, dir)) in devices.iter().enumerate() {
            let Some(device) = Device::load(dir)? else { continue };
            let current = index + 1 == devices.len();
            if current {
                state.device_id = device.enrolled.as_ref().map(|enrolled| enrolled.device_id);
            }
            for (sequence, settled) in batches(&device)? {
                if settled {
                    state.settled = state.settled.max(settled_last(&device, sequence)?);
                } else if current {
                    frozen.push(read_batch(&device, sequence)?);
                }
            }
        }
        let bytes = files::read(&self.log())?.unwrap_or_default();
        let scan = record::scan(&bytes);
        let mut highest = state
            .settled
            .max(frozen.iter().map(|batch| batch.last).max().unwrap_or(0));
        for payload in &scan.payloads {
            let Some((number, item)) = decode_item(payload) else {
                return Err(QueueError::Damaged {
                    path: self.log(),
                    what: "a whole record that is no item",
                });
            };
            highest = highest.max(number);
            if number > state.settled {
                let batch = frozen.iter().find(|batch| (batch.first..=batch.last).contains(&number));
                state.waiting.push(QueuedItem {
                    number,
                    item,
                    batch: batch.map(|batch| batch.sequence),
                });
            }
        }
        state.end = scan.end;
        state.torn = bytes.len() - scan.end;
        state.damaged = scan.damaged;
        state.next_number = after(highest).ok_or_else(|| QueueError::Damaged {
            path: self.log(),
            what: "an item with a number that no item can have",
        })?;
        Ok(state)
    }

    /// Keeps items. When this returns, they outlive any crash. The state returned is the one before, with what it says of damage.
    pub(crate) fn append(&self, items: &[pb::OfflineItem]) -> Result<State, QueueError> {
        let _lock = self.lock("items.lock", true)?;
        let path = self.log();
        let state = self.state()?;
        let mut bytes = Vec::new();
        for (number, item) in (state.next_number..).zip(items) {
            let size = item.encoded_len();
            if size > MAX_BATCH - 64 {
                return Err(QueueError::TooLarge { bytes: size });
            }
            record::frame(&encode_item(number, item), &mut bytes);
        }
        let fresh = !path.exists();
        let mut log = OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            .open(&path)
            .map_err(QueueError::disk("open", &path))?;
        if fresh {
            files::sync_parent(&path)?;
        }
        if state.torn > 0 {
            // Nobody was told that the torn record was kept; its bytes are, for whoever wants to look.
            let all = files::read(&path)?.unwrap_or_default();
            let aside = self.dir.join(format!("items.torn-{}", state.end));
            files::create(&aside, all.get(state.end..).unwrap_or_default())?;
            log.set_len(state.end as u64)
                .map_err(QueueError::disk("truncate", &path))?;
        }
        files::append(&mut log, &path, &bytes)?;
        Ok(state)
    }

    /// Begins a synchronization: at most one at a time.
    pub(crate) fn begin_sync(&self) -> Result<SyncGuard<'_>, QueueError> {
        Ok(SyncGuard {
            queue: self,
            _lock: self.lock("sync.lock", false)?,
        })
    }

    fn lock(&self, name: &str, wait: bool) -> Result<File, QueueError> {
        let path = self.dir.join(name);
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(QueueError::disk("open", &path))?;
        if wait {
            file.lock().map_err(QueueError::disk("lock", &path))?;
        } else {
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(QueueError::Busy { path: self.dir.clone() }),
                Err(TryLockError::Error(source)) => {
                    return Err(QueueError::Disk {
                        action: "lock",
                        path,
                        source,
                    });
                }
            }
        }
        Ok(file)
    }
}

/// The right to freeze and settle batches.
#[derive(Debug)]
pub(crate) struct SyncGuard<'a> {
    queue: &'a Queue,
    _lock: File,
}

impl SyncGuard<'_> {
    fn device(&self) -> Result<Option<Device>, QueueError> {
        match device::dirs(&self.queue.dir)?.last() {
            Some((_, dir)) => Device::load(dir),
            None => Ok(None),
        }
    }

    /// The public key of the device in use; a device is made if there is none, or a new one if asked for. `seed` is drawn only then.
    pub(crate) fn public_key<E: From<QueueError>>(
        &self,
        renew: bool,
        seed: impl FnOnce() -> Result<[u8; 32], E>,
    ) -> Result<[u8; 32], E> {
        let current = self.device()?;
        let device = match current {
            Some(device) if !renew => device,
            // A renewed device that the daemon has not heard of will do.
            Some(device) if device.enrolled.is_none() => device,
            _ => {
                let dirs = device::dirs(&self.queue.dir)?;
                let highest = dirs.last().map_or(0, |(number, _)| *number);
                // A directory whose key was never written is taken over.
                let number = if current.is_none() && highest > 0 {
                    highest
                } else {
                    highest + 1
                };
                Device::create(&self.queue.dir.join(format!("devices/{number}")), seed()?)?
            }
        };
        Ok(device.key.verifying_key().to_bytes())
    }

    /// The device's id, if it is enrolled.
    pub(crate) fn device_id(&self) -> Result<Option<u32>, QueueError> {
        Ok(self
            .device()?
            .and_then(|device| device.enrolled)
            .map(|enrolled| enrolled.device_id))
    }

    /// Keeps the daemon's answer to the enrollment.
    pub(crate) fn enrolled(&self, device_id: u32, next_sequence: u64) -> Result<(), QueueError> {
        if let Some(mut device) = self.device()? {
            device.keep(Enrolled {
                device_id,
                next_sequence,
            })?;
        }
        Ok(())
    }

    /// The batch to send next: the first that was frozen and not answered, or else the items that wait, frozen now. None if
    /// nothing waits or the device is not enrolled.
    pub(crate) fn next_batch(&self) -> Result<Option<Frozen>, QueueError> {
        let Some(device) = self.device()? else { return Ok(None) };
        let Some(enrolled) = &device.enrolled else {
            return Ok(None);
        };
        let batches = batches(&device)?;
        if let Some((&sequence, _)) = batches.iter().find(|(_, settled)| !**settled) {
            return read_batch(&device, sequence).map(Some);
        }
        let last = batches.last_key_value().map_or(0, |(last, _)| *last);
        let next = after(last).ok_or_else(|| QueueError::Damaged {
            path: batch_path(&device, last),
            what: "a batch with a number that no batch can have",
        })?;
        let sequence = next.max(enrolled.next_sequence);
        let state = self.queue.state()?;
        let mut items = Vec::new();
        let mut size = 64;
        for QueuedItem { number, item, batch: _ } in state.waiting {
            size += item.encoded_len() + 8;
            if !items.is_empty() && (size > MAX_BATCH || items.len() == MAX_ITEMS) {
                break;
            }
            items.push((number, item));
        }
        if items.is_empty() {
            return Ok(None);
        }
        let frozen = Frozen::new(&device.key, enrolled.device_id, sequence, &items);
        files::make_dir(&device.batches())?;
        files::create(&batch_path(&device, sequence), &frozen.to_bytes())?;
        Ok(Some(frozen))
    }

    /// Batches of this device that were answered, from a number on: for a daemon that was set back to an older state.
    pub(crate) fn settled_from(&self, sequence: u64) -> Result<Vec<Frozen>, QueueError> {
        let Some(device) = self.device()? else {
            return Ok(Vec::new());
        };
        let numbers = batches(&device)?;
        numbers
            .range(sequence..)
            .filter(|(_, settled)| **settled)
            .map(|(n, _)| read_batch(&device, *n))
            .collect()
    }

    /// Keeps the daemon's answer: the batch is done.
    pub(crate) fn settle(&self, answer: &Answer) -> Result<(), QueueError> {
        let Some(device) = self.device()? else { return Ok(()) };
        let json = serde_json::to_vec(answer).unwrap_or_default();
        files::create(&answer_path(&device, answer.sequence), &json)
    }

    /// Reads everything.
    pub(crate) fn state(&self) -> Result<State, QueueError> {
        self.queue.state()
    }
}

/// Items and batches are counted from 1. A number up here was never given out: it is damage, and nothing could follow it.
const NUMBER_MAX: u64 = u64::MAX >> 1;

/// The number after this one.
fn after(number: u64) -> Option<u64> {
    (number < NUMBER_MAX).then(|| number + 1)
}

fn encode_item(number: u64, item: &pb::OfflineItem) -> Vec<u8> {
    let mut payload = number.to_le_bytes().to_vec();
    payload.extend_from_slice(&item.encode_to_vec());
    payload
}

fn decode_item(payload: &[u8]) -> Option<(u64, pb::OfflineItem)> {
    let number = u64::from_le_bytes(payload.get(..8)?.try_into().ok()?);
    Some((number, pb::OfflineItem::decode(payload.get(8..)?).ok()?))
}

fn batch_path(device: &Device, sequence: u64) -> PathBuf {
    device.batches().join(format!("{sequence:08}.batch"))
}

fn answer_path(device: &Device, sequence: u64) -> PathBuf {
    device.batches().join(format!("{sequence:08}.json"))
}

/// The numbers of a device's batches, and whether each is settled.
fn batches(device: &Device) -> Result<BTreeMap<u64, bool>, QueueError> {
    let dir = device.batches();
    let entries = match fs::read_dir(&dir) {
        Ok(entries) => entries,
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(source) => {
            return Err(QueueError::Disk {
                action: "read",
                path: dir,
                source,
            });
        }
    };
    let mut batches = BTreeMap::new();
    for entry in entries {
        let entry = entry.map_err(QueueError::disk("read", &dir))?;
        let name = entry.file_name();
        let Some((number, kind)) = name.to_str().and_then(|name| name.split_once('.')) else {
            continue;
        };
        let Ok(number) = number.parse() else { continue };
        match kind {
            "batch" => *batches.entry(number).or_insert(false) |= false,
            "json" => *batches.entry(number).or_insert(true) = true,
            _ => {}
        }
    }
    Ok(batches)
}

fn read_batch(device: &Device, sequence: u64) -> Result<Frozen, QueueError> {
    let path = batch_path(device, sequence);
    let bytes = files::read(&path)?.unwrap_or_default();
    Frozen::from_bytes(&bytes, sequence, &device.key.verifying_key()).ok_or(QueueError::Damaged {
        path,
        what: "not a batch signed by this device",
    })
}

fn settled_last(device: &Device, sequence: u64) -> Result<u64, QueueError> {
    let path = answer_path(device, sequence);
    let json = files::read(&path)?.unwrap_or_default();
    match serde_json::from_slice::<Answer>(&json) {
        Ok(answer) => Ok(answer.last),
        // The batch says the same.
        Err(_) => read_batch(device, sequence).map(|batch| batch.last),
    }
}
