//! Figures of a run (`domain.md` §5.3): counts, shares and times of a set of people, which always add up.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::players::{Outcome, Player};
use crate::leave::LeaveReason;
use crate::order::Excuse;

/// Times after the order by which it is counted who had assembled: 15, 30 and 60 minutes.
pub const ASSEMBLED_MS: [u64; 3] = [15 * 60_000, 30 * 60_000, 60 * 60_000];

/// Whether what came `ms` after the order came within the window. What did not is no answer (E2), and in no fact.
pub fn within_window(ms: u64, window_ms: u64) -> bool {
    ms <= window_ms
}

/// What came of a set of people. Everything but `called`, `excused` and `preempted` is of the effective target only.
///
/// `called` = `excused` + `preempted` + `target`, and
/// `target` = `on_time` + `late` + `declined` + `answered` + `silent` + `unreached`; of the last three, `open` may still come.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Figures {
    /// R: all who were called.
    pub called: u32,
    /// E, by reason (请假).
    pub excused: BTreeMap<Excuse, u32>,
    /// Taken by a real event (E1).
    pub preempted: u32,
    /// T = R − E − preempted (应到).
    pub target: u32,
    /// Whom the order reached.
    pub reached: u32,
    /// 回令
    pub acknowledged: u32,
    /// 出发
    pub departed: u32,
    /// 到位, in time or late.
    pub arrived: u32,
    /// Arrived in time.
    pub on_time: u32,
    /// Arrived late (迟到).
    pub late: u32,
    /// Declined and did not arrive, by reason.
    pub declined: BTreeMap<LeaveReason, u32>,
    /// Acknowledged and did not arrive, and did not decline.
    pub answered: u32,
    /// Reached, and never answered.
    pub silent: u32,
    /// Never reached.
    pub unreached: u32,
    /// Of the three above, those who may still come: only while it goes on.
    pub open: u32,
    /// Arrived within each of [`ASSEMBLED_MS`].
    pub assembled: [u32; 3],
    /// Time by which half of those who acknowledged had.
    pub ack_p50_ms: Option<u64>,
    /// Time by which nine of ten of the target had acknowledged; none: fewer did.
    pub ack_p90_ms: Option<u64>,
    /// Time by which all of the target had acknowledged; none: somebody never did.
    pub ack_max_ms: Option<u64>,
    /// First acknowledgement.
    pub first_ack_ms: Option<u64>,
    /// Last acknowledgement of those who did.
    pub last_ack_ms: Option<u64>,
    /// Time by which half of those who arrived had.
    pub arrive_p50_ms: Option<u64>,
    /// Time by which nine of ten of the target had arrived; none: fewer did.
    pub arrive_p90_ms: Option<u64>,
    /// First arrival.
    pub first_arrival_ms: Option<u64>,
    /// Last arrival.
    pub last_arrival_ms: Option<u64>,
    /// B roles that took over (AB 角); of a whole run also those whom no order called.
    pub backups: u32,
    /// People without a usable number.
    pub dead_numbers: u32,
    /// Steps of the ladder climbed for all of them together.
    pub steps: u64,
}

impl Figures {
    /// E: all who are excused.
    pub fn excused_total(&self) -> u32 {
        self.excused.values().sum()
    }

    /// All who declined and did not arrive.
    pub fn declined_total(&self) -> u32 {
        self.declined.values().sum()
    }

    /// Not arrived, not excused, and not so much as declined.
    pub fn missing(&self) -> u32 {
        self.answered + self.silent + self.unreached
    }

    /// 缺席 of an order to go somewhere: missing, and the time to come is over.
    pub fn absent(&self) -> u32 {
        self.missing() - self.open
    }

    /// `count` in ‰ of the target, rounded down; none of nobody.
    pub fn permille(&self, count: u32) -> Option<u32> {
        let share = (u64::from(count) * 1000).checked_div(u64::from(self.target))?;
        u32::try_from(share).ok()
    }

    /// Whether the sums hold.
    pub fn adds_up(&self) -> bool {
        let arrived = self.on_time + self.late;
        self.called == self.excused_total() + self.preempted + self.target
            && self.target == arrived + self.declined_total() + self.missing()
            && self.open <= self.missing()
            && self.arrived == arrived
            && self.arrived <= self.departed
            && self.departed <= self.acknowledged
            && self.acknowledged <= self.reached
            && self.reached + self.unreached == self.target
            && self.assembled.is_sorted()
            && self.assembled.iter().all(|assembled| *assembled <= arrived)
    }
}

/// A set of people: their figures, and the times that these are made from, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Crowd {
    /// What came of them.
    pub figures: Figures,
    /// Times of all acknowledgements of the target, sorted.
    pub acks_ms: Vec<u64>,
    /// Times of all arrivals of the target, sorted.
    pub arrivals_ms: Vec<u64>,
}

impl Crowd {
    /// These people.
    pub fn of<'a>(players: impl IntoIterator<Item = &'a Player>) -> Self {
        let mut crowd = Self::default();
        players.into_iter().for_each(|player| crowd.add(player));
        crowd.acks_ms.sort_unstable();
        crowd.arrivals_ms.sort_unstable();
        let Self {
            figures,
            acks_ms: acks,
            arrivals_ms: arrivals,
        } = &mut crowd;
        let target = figures.target as usize;
        figures.ack_p50_ms = percentile(acks, 50, acks.len());
        figures.ack_p90_ms = percentile(acks, 90, target);
        figures.ack_max_ms = percentile(acks, 100, target);
        figures.first_ack_ms = acks.first().copied();
        figures.last_ack_ms = acks.last().copied();
        figures.arrive_p50_ms = percentile(arrivals, 50, arrivals.len());
        figures.arrive_p90_ms = percentile(arrivals, 90, target);
        figures.first_arrival_ms = arrivals.first().copied();
        figures.last_arrival_ms = arrivals.last().copied();
        figures.assembled = ASSEMBLED_MS.map(|ms| by(arrivals, ms));
        debug_assert!(figures.adds_up(), "the sums of a run hold");
        crowd
    }

    fn add(&mut self, player: &Player) {
        let figures = &mut self.figures;
        figures.called += 1;
        match player.outcome {
            Outcome::Preempted => figures.preempted += 1,
            Outcome::Excused => {
                let excuse = player.excuse.unwrap_or(Excuse::Leave);
                *figures.excused.entry(excuse).or_default() += 1;
            }
            Outcome::OnTime => figures.on_time += 1,
            Outcome::Late => figures.late += 1,
            Outcome::Declined => {
                let reason = player.declined.unwrap_or(LeaveReason::Other);
                *figures.declined.entry(reason).or_default() += 1;
            }
            Outcome::Answered => figures.answered += 1,
            Outcome::Silent => figures.silent += 1,
            Outcome::Unreached => figures.unreached += 1,
        }
        if !player.outcome.counts() {
            return;
        }
        figures.target += 1;
        figures.open += u32::from(player.is_open);
        figures.reached += u32::from(player.is_reached);
        figures.acknowledged += u32::from(player.acked_ms.is_some());
        figures.departed += u32::from(player.departed_ms.is_some());
        figures.arrived += u32::from(player.arrived_ms.is_some());
        figures.backups += u32::from(player.is_backup);
        figures.dead_numbers += u32::from(player.is_dead_number);
        figures.steps += u64::from(player.steps);
        self.acks_ms.extend(player.acked_ms);
        self.arrivals_ms.extend(player.arrived_ms);
    }
}

/// How many of sorted `times` are at or before `ms`.
pub(super) fn by(times: &[u64], ms: u64) -> u32 {
    u32::try_from(times.partition_point(|time| *time <= ms)).unwrap_or(u32::MAX)
}

/// How many of `people` are `percent` of them, rounded up: the nearest rank, counted from 1; at least one.
pub(super) fn rank(percent: usize, people: usize) -> usize {
    (people * percent).div_ceil(100).max(1)
}

/// The time at the nearest rank: the first by which at least `percent` of `people` had answered, never one in between two. `times` are
/// sorted; those of `people` who have none never did. None: fewer ever did.
pub(super) fn percentile(times: &[u64], percent: usize, people: usize) -> Option<u64> {
    times.get(rank(percent, people) - 1).copied()
}
