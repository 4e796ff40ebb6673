//! Who is still let in when the disk fills: refused is what would put at risk what is durable, arrivals and acknowledgements last.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

use baiying_journal::Room;

use super::handle::{Priority, Refusal};
use crate::config::DiskConfig;

/// How the disk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiskLevel {
    /// Everything is taken.
    Ample,
    /// Reports from the field are taken; imports and the command centre are refused.
    Low,
    /// Nothing is taken that would be written. What is durable is served.
    Full,
}

/// The last look at the disk.
#[derive(Debug, Default)]
pub struct Admission {
    level: AtomicU8,
    free: AtomicU64,
}

impl Admission {
    /// How the disk was when it was last looked at.
    pub fn level(&self) -> DiskLevel {
        match self.level.load(Ordering::Relaxed) {
            0 => DiskLevel::Ample,
            1 => DiskLevel::Low,
            _ => DiskLevel::Full,
        }
    }

    /// Bytes that were free.
    pub fn free(&self) -> u64 {
        self.free.load(Ordering::Relaxed)
    }

    /// Notes how the disk is; the level before and the level now.
    pub fn note(&self, free: u64, room: Room, config: &DiskConfig) -> (DiskLevel, DiskLevel) {
        let before = self.level();
        let now = level(before, free, room, config);
        self.free.store(free, Ordering::Relaxed);
        self.level.store(now as u8, Ordering::Relaxed);
        (before, now)
    }

    pub(super) fn admit(&self, priority: Priority) -> Result<(), Refusal> {
        let is_admitted = match (self.level(), priority) {
            (DiskLevel::Ample, _) | (DiskLevel::Low, Priority::Field) => true,
            (DiskLevel::Low, Priority::Import | Priority::Command) | (DiskLevel::Full, _) => false,
        };
        if is_admitted {
            Ok(())
        } else {
            Err(Refusal::DiskFull {
                free: Some(self.free()),
            })
        }
    }
}

fn level(before: DiskLevel, free: u64, room: Room, config: &DiskConfig) -> DiskLevel {
    let (low, last) = (config.min_free_mb << 20, config.last_free_mb << 20);
    // A little more has to come back than was missing: not in and out at the edge.
    let low = if before == DiskLevel::Ample { low } else { low + low / 8 };
    match room {
        Room::Last(left) if left < last => DiskLevel::Full,
        Room::Unknown if free < last => DiskLevel::Full,
        Room::Last(_) => DiskLevel::Low,
        Room::Ample | Room::Unknown if free < low => DiskLevel::Low,
        Room::Ample | Room::Unknown => DiskLevel::Ample,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_is_refused_last_and_all_come_back_by_themselves() {
        let config = DiskConfig {
            min_free_mb: 100,
            last_free_mb: 4,
        };
        let admission = Admission::default();
        let mb = |mb: u64| mb << 20;
        let look = |free: u64, room: Room| {
            admission.note(mb(free), room, &config);
            let admitted = |priority| admission.admit(priority).is_ok();
            (
                admitted(Priority::Import),
                admitted(Priority::Command),
                admitted(Priority::Field),
            )
        };
        assert_eq!(look(100, Room::Ample), (true, true, true));
        assert_eq!(look(99, Room::Ample), (false, false, true));
        assert_eq!(
            look(101, Room::Ample),
            (false, false, true),
            "not in and out at the edge"
        );
        assert_eq!(look(113, Room::Ample), (true, true, true));
        assert_eq!(
            look(500, Room::Last(mb(5))),
            (false, false, true),
            "a quota may be full while the disk is not"
        );
        assert_eq!(look(0, Room::Last(mb(3))), (false, false, false));
        assert_eq!(look(500, Room::Ample), (true, true, true));
        assert_eq!(
            look(5, Room::Unknown),
            (false, false, true),
            "where nothing is set aside, free space counts"
        );
        assert_eq!(look(3, Room::Unknown), (false, false, false));
    }
}
