//! What the journal must survive (reliability: kills, power losses, failing calls, damage, churn), one module a kind of fault.

mod churn;
mod daemon;
mod damage;
mod differential;
mod errno;
mod full_disk;
mod kill;
mod power;
mod scene;
