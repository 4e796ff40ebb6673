//! Tests of the whole command line: its shape, its texts, its errors, and a few round trips with a daemon that is not one.

mod catalogue;
mod duty;
mod errors;
mod parsing;
mod plans;
mod round_trips;
mod switch;
mod switch_calls;
