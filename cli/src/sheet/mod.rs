//! Files that people send: CSV out of spreadsheets, in whatever encoding, checked before a row of them is sent.
//!
//! Here only the shape is judged: can it be read, is it whole, are the columns there, has every row its fields. What the
//! values mean is judged by the daemon alone.

mod columns;
mod decode;
mod error;
mod read;

pub(crate) use columns::{CALENDAR, Column, DIVISIONS, DUTY, MUSTER, PEOPLE, PERSONS, TEAMS};
pub(crate) use error::{Problem, SheetError};
pub(crate) use read::{Row, Sheet, parse, read};
