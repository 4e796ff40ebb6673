//! The bodies of the fuzz targets: plain functions over bytes, so that libFuzzer and an ordinary test run the same.
//!
//! Each says what must hold for any input and panics where it does not. `targets/` holds the programs around libFuzzer,
//! `corpus/` the inputs that reach the most, `regressions/` what was found once, `tests/` replays both with mutations.

mod api;
mod batch;
pub mod district;
mod entries;
mod imports;
mod input;
mod queue;
mod record;
pub mod seeds;
mod sheet;
mod snapshot;
mod world;

pub use api::api;
pub use batch::batch;
pub use entries::entries;
pub use imports::imports;
pub use queue::queue;
pub use record::record;
pub use sheet::sheet;
pub use snapshot::snapshot;

/// Takes any bytes; panics if something does not hold.
pub type Target = fn(&[u8]);

/// Every target by its name.
pub const TARGETS: [(&str, Target); 8] = [
    ("record", record),
    ("snapshot", snapshot),
    ("entries", entries),
    ("imports", imports),
    ("sheet", sheet),
    ("batch", batch),
    ("api", api),
    ("queue", queue),
];
