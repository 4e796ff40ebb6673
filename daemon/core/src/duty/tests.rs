//! Duty, in tables.
