//! How many connections each address has.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use parking_lot::Mutex;

/// The counts. An address is forgotten with its last connection.
#[derive(Clone)]
pub(super) struct Peers {
    counts: Arc<Mutex<BTreeMap<IpAddr, usize>>>,
    max: usize,
}

/// One of an address's connections, until it is dropped.
pub(super) struct PeerPlace {
    peers: Peers,
    address: IpAddr,
}

/// The address has as many as it may have.
pub(super) struct PeerFull;

impl Peers {
    pub(super) fn new(max: usize) -> Self {
        Self {
            counts: Arc::default(),
            max,
        }
    }

    /// A place for an address. Unix sockets have none, and no limit of their own.
    pub(super) fn take(&self, address: Option<IpAddr>) -> Result<Option<PeerPlace>, PeerFull> {
        let Some(address) = address else { return Ok(None) };
        let mut counts = self.counts.lock();
        let count = counts.entry(address).or_default();
        if *count >= self.max {
            return Err(PeerFull);
        }
        *count += 1;
        Ok(Some(PeerPlace {
            peers: self.clone(),
            address,
        }))
    }
}

impl Drop for PeerPlace {
    fn drop(&mut self) {
        let mut counts = self.peers.counts.lock();
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_so_many_and_is_forgotten() {
        let peers = Peers::new(2);
        let (here, there) = (Some([127, 0, 0, 1].into()), Some([127, 0, 0, 2].into()));
        let first = peers.take(here);
        let second = peers.take(here);
        assert!(first.is_ok() && second.is_ok() && peers.take(here).is_err());
        assert!(peers.take(there).is_ok(), "another address");
        assert!(peers.take(None).is_ok(), "a unix socket");
        drop(first);
        assert!(peers.take(here).is_ok());
        drop(second);
        assert!(peers.counts.lock().is_empty(), "who is gone costs nothing");
    }
}
