//! Typed ids, allocated by the core in sequence, and the set of people everything is addressed with.
//!
//! An id is a small number with a letter in front (`P304000`, `O7`): it can be said over a radio and typed with gloves on.

use std::fmt;
use std::num::NonZeroI64;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A text that is no id of the expected kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{value:?} is not a {kind} id; expected {prefix} followed by a number, such as {prefix}12")]
pub struct ParseIdError {
    /// What was expected.
    pub kind: &'static str,
    /// The letter that ids of this kind start with.
    pub prefix: char,
    /// What was given.
    pub value: String,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident, $prefix:literal, $kind:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub u32);

        impl $name {
            /// Position in the table that holds this kind; ids start at 1.
            pub fn index(self) -> usize { self.0 as usize - 1 }
            /// The id of the row at `index`.
            pub fn from_index(index: usize) -> Self {
                Self(u32::try_from(index + 1).expect("fewer than 2^32 rows of a kind"))
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { write!(f, "{}{}", $prefix, self.0) }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { write!(f, "{}{}", $prefix, self.0) }
        }
        impl FromStr for $name {
            type Err = ParseIdError;
            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                text.strip_prefix([$prefix, $prefix.to_ascii_lowercase()])
                    .and_then(|digits| digits.parse().ok())
                    .filter(|number| *number > 0)
                    .map(Self)
                    .ok_or_else(|| ParseIdError { kind: $kind, prefix: $prefix, value: text.to_owned() })
            }
        }
    )*};
}

ids! {
    /// An organizational unit (组织单元). Users name units by their statistical or agency code; this is the row behind it.
    UnitId, 'U', "unit";
    /// A person (人员).
    PersonId, 'P', "person";
    /// A team (队伍).
    TeamId, 'T', "team";
    /// A muster point (集结点).
    MusterPointId, 'M', "muster point";
    /// An emergency response (应急响应).
    ResponseId, 'R', "response";
    /// An order (指令), over all its versions.
    OrderId, 'O', "order";
    /// A request for leave, or a decline that waits for its approval (请假).
    LeaveId, 'L', "leave";
    /// A field lead's device that signs offline batches.
    DeviceId, 'D', "device";
    /// A spot check (抽查) of who is on duty.
    SpotCheckId, 'C', "spot check";
    /// Somebody who stands in on duty (顶班).
    StandInId, 'S', "stand-in";
    /// A swap of shifts (换班).
    SwapId, 'X', "swap";
    /// A dated exclusion from teams (不得入选).
    ExclusionId, 'X', "exclusion";
    /// A temporary Party branch (临时党支部).
    BranchId, 'B', "branch";
    /// A town's request for reinforcement (增援).
    ReinforcementId, 'Z', "reinforcement";
    /// A village's window for in-place reports (就地报到).
    WindowId, 'W', "window";
    /// A dated exemption from in-place reports (免于报到).
    ExemptionId, 'E', "exemption";
    /// A run of an exercise (演练); its orders are shown as `Y3-O1`.
    ExerciseId, 'Y', "exercise";
    /// A schedule of exercises (演练计划).
    ScheduleId, 'N', "schedule";
    /// A corrective action (整改项).
    ActionId, 'A', "corrective action";
}

/// Which state of the journal something is: the count of events up to and including it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Revision(pub u64);

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An instant, in milliseconds since 1970-01-01 UTC. Never zero, so that "not yet" costs no space.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Timestamp(NonZeroI64);

impl Timestamp {
    /// The first instant there is.
    pub const MIN: Self = Self(NonZeroI64::MIN);
    /// The last instant there is.
    pub const MAX: Self = Self(NonZeroI64::MAX);

    /// The instant `unix_ms` after the epoch; the epoch itself is moved by one millisecond.
    pub fn from_unix_ms(unix_ms: i64) -> Self {
        Self(NonZeroI64::new(unix_ms).unwrap_or(const { NonZeroI64::new(1).unwrap() }))
    }
    /// Milliseconds since the epoch.
    pub fn unix_ms(self) -> i64 {
        self.0.get()
    }
    /// This instant and `ms` milliseconds, as far as there are instants.
    #[must_use]
    pub fn plus_ms(self, ms: u64) -> Self {
        Self::from_unix_ms(self.unix_ms().saturating_add(i64::try_from(ms).unwrap_or(i64::MAX)))
    }
    /// Milliseconds from `earlier` to here; negative if it is later.
    pub fn ms_since(self, earlier: Self) -> i64 {
        self.unix_ms().saturating_sub(earlier.unix_ms())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}ms", self.unix_ms())
    }
}

/// A set of people, in order. Built once, then read; holds each person once.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PersonSet(Vec<PersonId>);

impl PersonSet {
    /// Whether nobody is in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// How many people are in it.
    pub fn len(&self) -> usize {
        self.0.len()
    }
    /// Whether `person` is in it.
    pub fn contains(&self, person: PersonId) -> bool {
        self.0.binary_search(&person).is_ok()
    }
    /// Everybody, ascending.
    pub fn iter(&self) -> impl Iterator<Item = PersonId> + '_ {
        self.0.iter().copied()
    }
    /// Everybody, ascending.
    pub fn as_slice(&self) -> &[PersonId] {
        &self.0
    }
    /// Runs of consecutive ids as (first, length): how a set is stored.
    pub fn runs(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.0
            .chunk_by(|a, b| a.0 + 1 == b.0)
            .map(|run| (run[0].0, run.len() as u32))
    }
}

impl FromIterator<PersonId> for PersonSet {
    fn from_iter<I: IntoIterator<Item = PersonId>>(people: I) -> Self {
        let mut all: Vec<_> = people.into_iter().collect();
        if !all.is_sorted_by(|a, b| a < b) {
            all.sort_unstable();
            all.dedup();
        }
        all.shrink_to_fit();
        Self(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_read_back_what_they_show() {
        assert_eq!("P12".parse::<PersonId>(), Ok(PersonId(12)));
        assert_eq!("p12".parse::<PersonId>(), Ok(PersonId(12)));
        for bad in ["", "P", "P0", "P-1", "T12", "12", "P12x", "P99999999999"] {
            assert!(bad.parse::<PersonId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_set_holds_each_person_once_and_in_order() {
        let set: PersonSet = [5, 3, 4, 9, 3].into_iter().map(PersonId).collect();
        assert_eq!(set.runs().collect::<Vec<_>>(), [(3, 3), (9, 1)]);
        assert!(set.contains(PersonId(9)) && !set.contains(PersonId(6)));
    }

    #[test]
    fn instants_end_without_overflow() {
        let at = Timestamp::from_unix_ms;
        assert_eq!(at(0).unix_ms(), 1);
        assert_eq!(at(i64::MAX).plus_ms(u64::MAX), at(i64::MAX));
        assert_eq!(at(-5).plus_ms(5).unix_ms(), 1);
        assert_eq!(
            (at(i64::MAX).ms_since(at(i64::MIN)), at(i64::MIN).ms_since(at(i64::MAX))),
            (i64::MAX, i64::MIN)
        );
    }

    #[test]
    fn ids_that_nobody_has_name_nobody() {
        let state = crate::State::default();
        for number in [0, 1, u32::MAX] {
            assert!(state.people.get(PersonId(number)).is_none() && state.duty(PersonId(number)).is_none());
            assert!(state.orders.get(OrderId(number)).is_none() && state.leave.get(LeaveId(number)).is_none());
            assert!(state.responses.get(ResponseId(number)).is_none() && state.devices.get(DeviceId(number)).is_none());
            assert!(state.teams.resolve(&TeamId(number).to_string()).is_none());
        }
        let last: PersonSet = [u32::MAX, u32::MAX - 1].into_iter().map(PersonId).collect();
        assert_eq!(last.runs().collect::<Vec<_>>(), [(u32::MAX - 1, 2)]);
    }
}
