//! What the journal must survive (reliability: kills, power losses, failing calls, damage, churn), one module a kind of fault.

mod churn;
mod damage;
mod errno;
mod kill;
mod power;
mod scene;
