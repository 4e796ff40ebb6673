//! Devices of a lead: a key, and the id under which the daemon knows it.
//!
//! A new device takes the place of one that the daemon no longer accepts. Batches of the old one that were never answered are
//! then sent anew under the new one; whatever the daemon took of them counts once all the same.

use std::path::{Path, PathBuf};

use ed25519_dalek::SigningKey;
use serde::{Deserialize, Serialize};

use super::{QueueError, files};

/// A device as it lies on disk.
#[derive(Debug, Clone)]
pub(super) struct Device {
    /// Its directory.
    pub(super) dir: PathBuf,
    /// What it signs with.
    pub(super) key: SigningKey,
    /// How the daemon knows it; none before it is enrolled.
    pub(super) enrolled: Option<Enrolled>,
}

/// The daemon's answer to an enrollment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Enrolled {
    /// The device's id.
    pub(super) device_id: u32,
    /// Number of its first batch.
    pub(super) next_sequence: u64,
}

impl Device {
    /// Where its batches are.
    pub(super) fn batches(&self) -> PathBuf {
        self.dir.join("batches")
    }

    /// Reads the device of a directory; none if its key was never written.
    pub(super) fn load(dir: &Path) -> Result<Option<Self>, QueueError> {
        let key_path = dir.join("key");
        let Some(text) = files::read(&key_path)? else {
            return Ok(None);
        };
        let damaged = |path: &Path, what| QueueError::Damaged {
            path: path.to_owned(),
            what,
        };
        let seed = from_hex(&text).ok_or_else(|| damaged(&key_path, "not 64 hexadecimal digits"))?;
        let device_path = dir.join("device.json");
        let enrolled = match files::read(&device_path)? {
            Some(json) => {
                Some(serde_json::from_slice(&json).map_err(|_| damaged(&device_path, "not the expected JSON"))?)
            }
            None => None,
        };
        Ok(Some(Self {
            dir: dir.to_owned(),
            key: SigningKey::from_bytes(&seed),
            enrolled,
        }))
    }

    /// Makes a device with a new key. The key is durable before anybody hears of it.
    pub(super) fn create(dir: &Path, seed: [u8; 32]) -> Result<Self, QueueError> {
        files::make_dir(&dir.join("batches"))?;
        let hex: String = seed.iter().map(|byte| format!("{byte:02x}")).collect();
        files::create(&dir.join("key"), hex.as_bytes())?;
        Ok(Self {
            dir: dir.to_owned(),
            key: SigningKey::from_bytes(&seed),
            enrolled: None,
        })
    }

    /// Keeps what the daemon answered.
    pub(super) fn keep(&mut self, enrolled: Enrolled) -> Result<(), QueueError> {
        let json = serde_json::to_vec(&enrolled).unwrap_or_default();
        files::create(&self.dir.join("device.json"), &json)?;
        self.enrolled = Some(enrolled);
        Ok(())
    }
}

fn from_hex(text: &[u8]) -> Option<[u8; 32]> {
    let text = text.trim_ascii();
    if text.len() != 64 {
        return None;
    }
    let mut seed = [0; 32];
    for (byte, digits) in seed.iter_mut().zip(text.chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(seed)
}

/// The directories of a lead's devices with their numbers, lowest first.
pub(super) fn dirs(queue: &Path) -> Result<Vec<(u32, PathBuf)>, QueueError> {
    let parent = queue.join("devices");
    let entries = match std::fs::read_dir(&parent) {
        Ok(entries) => entries,
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => {
            return Err(QueueError::Disk {
                action: "read",
                path: parent,
                source,
            });
        }
    };
    let mut dirs = Vec::new();
    for entry in entries {
        let entry = entry.map_err(QueueError::disk("read", &parent))?;
        if let Some(number) = entry.file_name().to_str().and_then(|name| name.parse().ok()) {
            dirs.push((number, entry.path()));
        }
    }
    dirs.sort();
    Ok(dirs)
}
