//! What all messages share: ids, instants, sets of people, words.

use baiying_core::calendar::Date;
use baiying_core::id::{
    ActionId, BranchId, DeviceId, ExclusionId, ExemptionId, ExerciseId, LeaveId, MusterPointId, OrderId, PersonId,
    PersonSet, ReinforcementId, ResponseId, ScheduleId, SpotCheckId, StandInId, SwapId, TeamId, Timestamp, UnitId,
    WindowId,
};

use super::EventError;

/// More people than any district has: a damaged length must not exhaust memory.
const PEOPLE_MAX: u32 = 1 << 26;

/// An id as stored; 0 is none.
pub(super) trait Id: Sized {
    fn of(number: u32) -> Self;
}

macro_rules! ids {
    ($($name:ident)*) => {$(impl Id for $name { fn of(number: u32) -> Self { Self(number) } })*};
}
ids! {
    UnitId PersonId TeamId MusterPointId ResponseId OrderId LeaveId DeviceId SpotCheckId ExclusionId StandInId SwapId
    ActionId BranchId ExemptionId ExerciseId ReinforcementId ScheduleId WindowId
}

pub(super) fn id<T: Id>(field: &'static str, number: u32) -> Result<T, EventError> {
    if number == 0 {
        Err(EventError::Missing { field })
    } else {
        Ok(T::of(number))
    }
}

pub(super) fn optional_id<T: Id>(field: &'static str, number: Option<u32>) -> Result<Option<T>, EventError> {
    number.map(|number| id(field, number)).transpose()
}

pub(super) fn ids<T: Id>(field: &'static str, numbers: Vec<u32>) -> Result<Vec<T>, EventError> {
    numbers.into_iter().map(|number| id(field, number)).collect()
}

/// A version of something: counts from 1.
pub(super) fn version(field: &'static str, number: u32) -> Result<u32, EventError> {
    if number == 0 {
        Err(EventError::Missing { field })
    } else {
        Ok(number)
    }
}

pub(super) fn small(field: &'static str, number: u32) -> Result<u8, EventError> {
    u8::try_from(number).map_err(|_| EventError::Invalid {
        field,
        problem: "greater than 255",
    })
}

pub(super) fn instant(field: &'static str, unix_ms: i64) -> Result<Timestamp, EventError> {
    if unix_ms == 0 {
        Err(EventError::Missing { field })
    } else {
        Ok(Timestamp::from_unix_ms(unix_ms))
    }
}

pub(super) fn optional_instant(field: &'static str, unix_ms: Option<i64>) -> Result<Option<Timestamp>, EventError> {
    unix_ms.map(|unix_ms| instant(field, unix_ms)).transpose()
}

/// A day, in days since 1970-01-01.
pub(super) fn date(field: &'static str, days: i32) -> Result<Date, EventError> {
    let date = Date::from_days(days);
    if date.days() == days {
        Ok(date)
    } else {
        let problem = "beyond the calendar";
        Err(EventError::Invalid { field, problem })
    }
}

pub(super) fn optional_date(field: &'static str, days: Option<i32>) -> Result<Option<Date>, EventError> {
    days.map(|days| date(field, days)).transpose()
}

pub(super) fn required<T>(field: &'static str, value: Option<T>) -> Result<T, EventError> {
    value.ok_or(EventError::Missing { field })
}

pub(super) fn bytes32(field: &'static str, bytes: &[u8]) -> Result<[u8; 32], EventError> {
    <[u8; 32]>::try_from(bytes).map_err(|_| EventError::Invalid {
        field,
        problem: "not 32 bytes",
    })
}

/// A set as runs: how far each starts after the end of the one before, and how long it is.
pub(super) fn runs(people: &PersonSet) -> Vec<u32> {
    let mut out = Vec::with_capacity(2);
    let mut end = 0;
    for (first, len) in people.runs() {
        out.extend([first - end, len]);
        end = first + len;
    }
    out
}

/// The set behind runs. Runs that touch, overlap, are empty or overflow were never written.
pub(super) fn people(field: &'static str, runs: &[u32]) -> Result<PersonSet, EventError> {
    let invalid = |problem| EventError::Invalid { field, problem };
    let (pairs, rest) = runs.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(invalid("a run without its length"));
    }
    let (mut end, mut count) = (0_u32, 0_u32);
    for [gap, len] in pairs {
        if *gap == 0 || *len == 0 {
            return Err(invalid("an empty run, or two that touch"));
        }
        end = end
            .checked_add(*gap)
            .and_then(|first| first.checked_add(*len))
            .ok_or(invalid("ids overflow"))?;
        count = count.saturating_add(*len);
    }
    if count > PEOPLE_MAX {
        return Err(invalid("more people than there can be"));
    }
    let mut end = 0;
    let run = |[gap, len]: &[u32; 2]| {
        let first = end + gap;
        end = first + len;
        first..end
    };
    let mut all = Vec::with_capacity(count as usize);
    all.extend(pairs.iter().flat_map(run).map(PersonId));
    Ok(all.into_iter().collect())
}

/// A word with a number of its own on disk.
pub(super) trait Word: Sized {
    fn to_wire(self) -> i32;
    fn from_wire(field: &'static str, value: i32) -> Result<Self, EventError>;
}

/// Both directions, each exhaustive: a new variant of either side fails to compile.
macro_rules! word {
    ($domain:ident = $wire:ident { $($variant:ident)* }) => {
        impl $crate::event::common::Word for $domain {
            fn to_wire(self) -> i32 {
                match self { $(Self::$variant => baiying_proto::journal::v1::$wire::$variant as i32,)* }
            }
            fn from_wire(field: &'static str, value: i32) -> Result<Self, $crate::event::EventError> {
                use baiying_proto::journal::v1::$wire;
                match $wire::try_from(value) {
                    $(Ok($wire::$variant) => Ok(Self::$variant),)*
                    Ok($wire::Unspecified) => Err($crate::event::EventError::Missing { field }),
                    Err(_) => Err($crate::event::EventError::Unknown { field, value }),
                }
            }
        }
    };
}
pub(super) use word;
