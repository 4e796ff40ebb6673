//! Files that people send: workbooks and CSV, in whatever encoding, checked before a row of them is sent.
//!
//! Here only the shape is judged: can it be read, is it whole, are the columns there, has every row its fields. What the
//! values mean is judged by the daemon alone; but of a roster (花名册), kept by hand, [`roster`] makes what the daemon takes.

mod columns;
mod decode;
mod error;
mod grid;
mod read;
mod records;
pub(crate) mod roster;
mod workbook;

pub(crate) use columns::{
    AGENCY_LINKS, CALENDAR, Column, DIVISIONS, DUTY, MUSTER, PEOPLE, PERSONS, POSTS, REGISTRATIONS, TEAMS,
};
pub(crate) use error::{Problem, SheetError};
pub(crate) use grid::{Grid, Workbook};
pub(crate) use read::{Row, Sheet, parse, read};
pub(crate) use workbook::open;
