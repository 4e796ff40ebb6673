//! Holds what clients saw against the journal. Gives every violation, with the call it was seen in.

use std::collections::BTreeMap;
use std::fmt;

use super::{Board, Call, Did, Journaled, Model, Outcome, Seen};

/// What must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// What was acknowledged is journaled, at the revision that the receipt names.
    Kept,
    /// A request takes effect once, and nothing is journaled that nobody asked for.
    Once,
    /// All answers to one request are equal.
    Same,
    /// What was refused left nothing.
    Refused,
    /// What was acknowledged, or seen, before a call was made, comes before it; what was asked for after it, after it.
    RealTime,
    /// A look shows what was so at its revision.
    True,
    /// A client never sees an older state than it saw before.
    Monotonic,
    /// Messages of a watched board follow each other without a gap.
    Gap,
}

/// A rule that was broken.
#[derive(Debug, Clone)]
pub struct Violation {
    /// Which.
    pub rule: Rule,
    /// How.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.rule, self.what)
    }
}

/// All calls under one request id.
#[derive(Default)]
struct Request<'a> {
    invoked: u64,
    calls: Vec<(&'a Call, &'a str, &'a Outcome)>,
    entry: Option<&'a Journaled>,
}

impl Request<'_> {
    /// The same was done, said so, and is journaled, all before this call was made.
    fn was_done_before(&self, call: &Call, content: &str) -> bool {
        let done = |(earlier, same, outcome): &(&Call, &str, &Outcome)| {
            *same == content
                && earlier.completed < call.invoked
                && matches!(outcome, Outcome::Done { changed: true, .. })
        };
        self.entry.is_some() && self.calls.iter().any(done)
    }
}

/// Every violation in a history. Requests whose id starts with one of `ours` are the clients'; others were made before.
#[must_use]
pub fn check(calls: &[Call], model: &Model, ours: &[&str]) -> Vec<Violation> {
    let mut found = Vec::new();
    let requests = requests(calls, model, ours, &mut found);
    let time = Time::of(calls, &requests);
    for (id, request) in &requests {
        writes(id, request, &time, &mut found);
    }
    for call in calls {
        if let Did::Saw(seen) = &call.did {
            looks(call, seen, model, &time, &mut found);
        }
    }
    monotonic(calls, &mut found);
    found
}

fn broken(found: &mut Vec<Violation>, rule: Rule, what: String) {
    found.push(Violation { rule, what });
}

fn requests<'a>(
    calls: &'a [Call],
    model: &'a Model,
    ours: &[&str],
    found: &mut Vec<Violation>,
) -> BTreeMap<&'a str, Request<'a>> {
    let mut requests: BTreeMap<&str, Request<'_>> = BTreeMap::new();
    for call in calls {
        if let Did::Wrote { id, content, outcome } = &call.did {
            let request = requests.entry(id).or_insert_with(|| Request {
                invoked: call.invoked,
                ..Request::default()
            });
            request.invoked = request.invoked.min(call.invoked);
            request.calls.push((call, content, outcome));
        }
    }
    for entry in &model.entries {
        let Some(id) = entry
            .request
            .as_deref()
            .filter(|id| ours.iter().any(|ours| id.starts_with(ours)))
        else {
            continue;
        };
        match requests.get_mut(id) {
            None => broken(found, Rule::Once, format!("{entry:?} was asked for by nobody")),
            Some(request) => match request.entry.replace(entry) {
                None => {}
                Some(first) => broken(
                    found,
                    Rule::Once,
                    format!("{id} took effect twice: {first:?}, {entry:?}"),
                ),
            },
        }
    }
    requests
}

/// What real time says about revisions.
struct Time {
    /// By completion: the highest revision known by then.
    known: Vec<(u64, u64)>,
    /// By invocation: the lowest revision that was asked for from then on.
    asked: Vec<(u64, u64)>,
}

impl Time {
    fn of(calls: &[Call], requests: &BTreeMap<&str, Request<'_>>) -> Self {
        let mut known: Vec<_> = calls
            .iter()
            .filter_map(|call| Some((call.completed, revision(call)?)))
            .collect();
        known.sort_unstable();
        let mut highest = 0;
        for (_, revision) in &mut known {
            highest = highest.max(*revision);
            *revision = highest;
        }
        let entries = requests
            .values()
            .filter_map(|request| Some((request.invoked, request.entry?.first)));
        let mut asked: Vec<_> = entries.collect();
        asked.sort_unstable();
        let mut lowest = u64::MAX;
        for (_, revision) in asked.iter_mut().rev() {
            lowest = lowest.min(*revision);
            *revision = lowest;
        }
        Self { known, asked }
    }

    /// What was known before this instant.
    fn before(&self, instant: u64) -> u64 {
        let after = self.known.partition_point(|(completed, _)| *completed < instant);
        after.checked_sub(1).map_or(0, |last| self.known[last].1)
    }

    /// The first revision that was only asked for after this instant.
    fn after(&self, instant: u64) -> u64 {
        let first = self.asked.partition_point(|(invoked, _)| *invoked <= instant);
        self.asked.get(first).map_or(u64::MAX, |(_, revision)| *revision)
    }
}

/// The revision that a call's answer names.
fn revision(call: &Call) -> Option<u64> {
    match &call.did {
        Did::Wrote {
            outcome: Outcome::Done { revision, .. },
            ..
        }
        | Did::Saw(Seen::Board { revision, .. } | Seen::Watched { revision, .. }) => Some(*revision),
        Did::Saw(Seen::Events { head, .. }) => Some(*head),
        Did::Wrote {
            outcome: Outcome::Refused(_) | Outcome::NotCounted(_) | Outcome::Unknown,
            ..
        }
        | Did::Saw(Seen::Thing { .. }) => None,
    }
}

fn writes(id: &str, request: &Request<'_>, time: &Time, found: &mut Vec<Violation>) {
    let mut first: Option<(&str, &str)> = None;
    for (call, content, outcome) in &request.calls {
        let (revision, changed, answer) = match outcome {
            Outcome::Done {
                revision,
                changed,
                answer,
            } => (revision, changed, answer),
            Outcome::Refused(reason) | Outcome::NotCounted(reason) => {
                if request.was_done_before(call, content) {
                    broken(found, Rule::Same, format!("{id} was done, then {reason}"));
                }
                continue;
            }
            Outcome::Unknown => continue,
        };
        match request.entry {
            Some(entry) if entry.last == *revision => {}
            Some(entry) if *changed => {
                broken(
                    found,
                    Rule::Kept,
                    format!("{id} was answered with {revision} and is at {entry:?}"),
                );
            }
            None if *changed => broken(
                found,
                Rule::Kept,
                format!("{id} was acknowledged at {revision} and is lost"),
            ),
            Some(entry) if *revision > entry.last => broken(
                found,
                Rule::Same,
                format!("{id} is at {entry:?} and was decided again at {revision}"),
            ),
            // It was so already: nothing is journaled, and a repeat is decided again.
            Some(_) | None => {
                let (low, high) = (time.before(call.invoked), time.after(call.completed));
                if *revision < low || *revision >= high {
                    broken(
                        found,
                        Rule::RealTime,
                        format!("{id} at {revision}, not within {low}..{high}"),
                    );
                }
                continue;
            }
        }
        match first {
            None => first = Some((content, answer)),
            Some(other) if other == (*content, answer.as_str()) => {}
            Some(other) => broken(
                found,
                Rule::Same,
                format!("{id}: {other:?}, then {:?}", (content, answer)),
            ),
        }
    }
    let Some(entry) = request.entry else { return };
    let low = time.before(request.invoked);
    if entry.first <= low {
        broken(
            found,
            Rule::RealTime,
            format!("{id} is at {entry:?}; {low} was known before it was asked for"),
        );
    }
    if request
        .calls
        .iter()
        .all(|(_, _, outcome)| matches!(outcome, Outcome::Refused(_)))
    {
        broken(found, Rule::Refused, format!("{id} was refused and is at {entry:?}"));
    }
}

fn looks(call: &Call, seen: &Seen, model: &Model, time: &Time, found: &mut Vec<Violation>) {
    let (low, high) = (time.before(call.invoked), time.after(call.completed));
    if let Some(revision) = revision(call).filter(|revision| *revision < low || *revision >= high) {
        let what = format!("client {} saw {revision}, not within {low}..{high}", call.client);
        broken(found, Rule::RealTime, what);
    }
    match seen {
        Seen::Board { revision, board } => same_board(call, *revision, board, model, found),
        Seen::Watched {
            revision,
            since,
            conflated,
            board,
        } => {
            same_board(call, *revision, board, model, found);
            let Some(since) = since else { return };
            if revision <= since {
                broken(
                    found,
                    Rule::Gap,
                    format!("client {}: {revision} after {since}", call.client),
                );
            }
            if *conflated != 0 && since + conflated != *revision {
                let what = format!("client {}: {conflated} events from {since} to {revision}", call.client);
                broken(found, Rule::Gap, what);
            }
        }
        Seen::Thing { name, shown } => {
            let Some(looks) = model.things.get(name) else {
                return broken(
                    found,
                    Rule::True,
                    format!("client {} saw {name}, which never was", call.client),
                );
            };
            // How it looked at `low`, and at every revision since that could have been seen.
            let at_low = looks.partition_point(|(from, _)| *from <= low).saturating_sub(1);
            let possible = looks[at_low..].iter().take_while(|(from, _)| *from < high);
            if !possible.clone().any(|(_, look)| look == shown) {
                let possible: Vec<_> = possible.take(3).collect();
                let what = format!(
                    "client {} saw {name} as {shown:?} within {low}..{high}: {possible:?}",
                    call.client
                );
                broken(found, Rule::True, what);
            }
        }
        Seen::Events {
            since,
            limit,
            events,
            head,
        } => {
            let all = (*limit).min(head.saturating_sub(*since));
            if events.len() as u64 != all {
                let what = format!(
                    "client {} saw {} events of {all} after {since}, up to {head}",
                    call.client,
                    events.len()
                );
                broken(found, Rule::True, what);
            }
            same_events(call, (*since, *head), events, model, found);
        }
    }
}

fn same_board(call: &Call, revision: u64, board: &Board, model: &Model, found: &mut Vec<Violation>) {
    let client = call.client;
    let Some(truth) = model.boards.get(&revision) else {
        return broken(
            found,
            Rule::True,
            format!("client {client} saw revision {revision}, which is no entry's end"),
        );
    };
    let levels_differ = board.levels.is_some() && board.levels != truth.levels;
    let orders_differ = board.orders.is_some() && board.orders != truth.orders;
    if board.lines != truth.lines || levels_differ || orders_differ {
        let what = format!("client {client} at {revision} saw {board:?} and not {truth:?}");
        broken(found, Rule::True, what);
    }
}

fn same_events(
    call: &Call,
    (since, head): (u64, u64),
    events: &[(u64, String)],
    model: &Model,
    found: &mut Vec<Violation>,
) {
    for (expected, (revision, request)) in (since + 1..).zip(events) {
        let at = model.entries.partition_point(|entry| entry.last < *revision);
        let truth = model
            .entries
            .get(at)
            .and_then(|entry| entry.request.as_deref())
            .unwrap_or_default();
        if *revision != expected || *revision > head || request != truth {
            let what = format!(
                "client {} saw event {revision} of {request:?} where {expected} is of {truth:?}",
                call.client
            );
            return broken(found, Rule::True, what);
        }
    }
}

fn monotonic(calls: &[Call], found: &mut Vec<Violation>) {
    let mut looks: Vec<_> = calls
        .iter()
        .filter(|call| matches!(call.did, Did::Saw(_)))
        .filter_map(|call| Some((call.client, call.completed, call.invoked, revision(call)?)))
        .collect();
    looks.sort_unstable();
    for pair in looks.windows(2) {
        let [(client, completed, _, before), (other, _, invoked, after)] = pair else {
            continue;
        };
        if client == other && completed < invoked && after < before {
            broken(
                found,
                Rule::Monotonic,
                format!("client {client} saw {before}, then {after}"),
            );
        }
    }
}
