//! What the journal must survive (reliability: kills, power losses, failing calls, damage, churn), one module a kind of fault.

mod kill;
mod power;
