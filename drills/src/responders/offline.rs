//! Leads without a network: what they would have reported goes into numbered batches, sent when the network is back.

use std::collections::BTreeMap;
use std::time::Duration;

use super::fact::{Fact, Kind};
use super::plan::next_tick;
use super::script::{Action, By, Observed, OfflineReport};

/// Items in one batch: far below 64 KiB.
const ITEMS_MAX: usize = 40;
/// Between one batch and the next of a device.
const BETWEEN_BATCHES: Duration = Duration::from_secs(2);
/// People in an item at most.
const PEOPLE_MAX: usize = 200;

/// When a lead has no network.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Offline {
    pub(crate) from: Duration,
    pub(crate) until: Duration,
    pub(crate) skew_ms: i64,
    pub(crate) twice: bool,
}

/// What a batch would bring, as reports of its own; everything else as it is.
pub(crate) fn one_by_one((at, action): (Duration, Action)) -> Vec<(Duration, Action)> {
    let Action::Batch { lead, items, twice: _ } = action else {
        return vec![(at, action)];
    };
    let by = By::Lead(lead);
    let report = |item: OfflineReport| {
        let OfflineReport { site, people, observed } = item;
        match site {
            None => Action::Depart { by, people },
            Some(site) => Action::CheckIn {
                by,
                site,
                people,
                observed,
            },
        }
    };
    items.into_iter().map(|item| (at, report(item))).collect()
}

/// Takes out of `facts` what leads report while they have no network, and makes batches of it. What happens after the network is back
/// stays as it is; what happens before, too.
pub(crate) fn batches(
    facts: &mut Vec<Fact>,
    leads: &BTreeMap<u32, Offline>,
    tick: Duration,
) -> Vec<(Duration, Action)> {
    let mut collected: BTreeMap<(u32, Duration, Kind, bool), Vec<u32>> = BTreeMap::new();
    facts.retain(|fact| {
        let By::Lead(lead) = fact.by else { return true };
        let Some(offline) = leads.get(&lead) else { return true };
        let happened = next_tick(fact.at, tick);
        // An acknowledgement is only ever heard before: the batch's kinds of item are what happens on the way and at the place.
        let goes_in = fact.kind != Kind::Ack && (offline.from..offline.until).contains(&happened);
        if goes_in {
            collected
                .entry((lead, happened, fact.kind, fact.again))
                .or_default()
                .push(fact.person);
        }
        !goes_in
    });
    let mut items: BTreeMap<u32, Vec<OfflineReport>> = BTreeMap::new();
    for ((lead, happened, kind, _), people) in collected {
        let Some(offline) = leads.get(&lead) else { continue };
        let site = match kind {
            Kind::Ack | Kind::Depart => None,
            Kind::CheckIn(site) => Some(site),
        };
        let observed = Observed {
            before: offline.until - happened,
            skew_ms: offline.skew_ms,
        };
        let reports = people.chunks(PEOPLE_MAX).map(|people| OfflineReport {
            site,
            people: people.to_vec(),
            observed,
        });
        items.entry(lead).or_default().extend(reports);
    }
    let mut batches = Vec::new();
    for (lead, items) in items {
        let Some(offline) = leads.get(&lead) else { continue };
        for (index, items) in items.chunks(ITEMS_MAX).enumerate() {
            let later = BETWEEN_BATCHES.saturating_mul(index as u32);
            let items = items
                .iter()
                .cloned()
                .map(|mut item| {
                    item.observed.before += later;
                    item
                })
                .collect();
            batches.push((
                offline.until + later,
                Action::Batch {
                    lead,
                    items,
                    twice: offline.twice,
                },
            ));
        }
    }
    batches
}
