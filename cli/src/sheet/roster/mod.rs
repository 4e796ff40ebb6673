//! The roster as it is kept (花名册): sheets with titles, merged headers, footers, everybody's own words for everything.
//!
//! [`read`] makes drafts of people out of a workbook; [`Reading::settle`] finds their units and brings together who stands in
//! several sheets. What cannot be read for certain is a [`Fault`] with its place and is never guessed; what was left out is a
//! [`Note`]. Every row that is about somebody is counted: it becomes a draft, is merged into one, or is bad.

mod columns;
mod date;
mod doubt;
mod fault;
mod header;
mod id_number;
mod name;
mod own;
mod phone;
mod rows;
mod settle;
mod units;
mod values;
mod words;

#[cfg(test)]
mod tests;

pub(crate) use columns::Field;
pub(crate) use doubt::Doubt;
pub(crate) use fault::{Fault, Kind, Note, Place};
pub(crate) use own::{INSTRUCTIONS, PROBLEM_COLUMNS, PROBLEMS};
pub(crate) use rows::{Reading, SheetRead, read};
pub(crate) use settle::Settled;
pub(crate) use units::{Unit, Units};
