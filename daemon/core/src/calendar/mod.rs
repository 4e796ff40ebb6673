//! Days, wall clocks and zones: what duty rosters are written in.
//!
//! Rosters keep the wall clock and the zone they were agreed in; instants are computed from them, half open, never the other way
//! round. The arithmetic is jiff's, with the zones that are built in: nothing here asks the system for a time or a zone.

mod date;
mod import;
mod table;
mod zone;

pub use date::{Date, ParseDateError};
pub use import::{CalendarRow, ImportCalendar};
#[cfg(test)]
pub(crate) use table::tests::shipped;
pub use table::{Calendar, DayKind, DayKinds, SpecialDay};
pub use zone::{Clock, Minute, ParseMinuteError, UnknownZone, Zone};
