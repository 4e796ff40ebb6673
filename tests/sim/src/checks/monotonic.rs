//! What never goes back: time, revision, epoch, delivery, answers, arrivals, ends of orders and responses.

use baiying_core::State;
use baiying_core::event::Entry;
use baiying_core::id::Revision;
use baiying_core::laws;
use baiying_core::order::Order;
use baiying_journal::StoredCommit;

use super::{Held, hold, lawful};

const CHECK: &str = "monotonic";

/// What was seen last.
#[derive(Default)]
pub(super) struct Monotonic {
    epoch: u64,
    orders: Vec<Order>,
    responses: State,
}

impl Monotonic {
    /// A commit follows on what is known.
    pub(super) fn commit(&mut self, before: &State, commit: &StoredCommit, entries: &[Entry]) -> Held {
        hold(CHECK, commit.epoch >= self.epoch, || {
            format!("epoch {} wrote after epoch {}", commit.epoch, self.epoch)
        })?;
        self.epoch = commit.epoch;
        let (first, count) = (before.revision().0 + 1, entries.iter().map(Entry::len).sum::<u64>());
        hold(CHECK, (commit.first_revision, commit.count) == (first, count), || {
            format!(
                "a commit says revision {} and {} events, and is revision {first} with {count}",
                commit.first_revision, commit.count
            )
        })
    }

    /// An entry is not before the one before it.
    pub(super) fn entry(&self, before: &State, entry: &Entry) -> Held {
        hold(CHECK, before.at().is_none_or(|at| at <= entry.at), || {
            format!("time went back from {:?} to {:?}", before.at(), entry.at)
        })
    }

    /// A step changed nothing that is final. Looks at what says that it changed; [`Self::finish`] looks at everything.
    pub(super) fn step(&mut self, after: &State, before: Revision, entry: &Entry) -> Held {
        hold(CHECK, after.revision() == entry.after(before), || {
            "the revision did not move by the number of events".into()
        })?;
        self.follow(after, before)
    }

    /// Everything is as it was when it last said that it changed.
    pub(super) fn finish(&self, state: &State) -> Held {
        hold(CHECK, state.orders.iter().eq(&self.orders), || {
            "an order changed without saying so".into()
        })
    }

    fn follow(&mut self, after: &State, since: Revision) -> Held {
        for order in after.orders.iter() {
            let Some(known) = self.orders.get_mut(order.id.index()) else {
                self.orders.push(order.clone());
                continue;
            };
            for (index, version) in order.versions.iter().enumerate() {
                match known.versions.get_mut(index) {
                    None => known.versions.push(version.clone()),
                    Some(known) if version.changed > since => {
                        lawful(CHECK, laws::version_goes_on(known, version))?;
                        known.clone_from(version);
                    }
                    Some(_) => {}
                }
            }
        }
        if after.responses.iter().any(|response| response.changed > since) {
            lawful(CHECK, laws::responses_go_on(&self.responses, after))?;
            self.responses.responses.clone_from(&after.responses);
        }
        Ok(())
    }
}
