//! The policy of every engine and of the referee: with the plans that ship, which are read once.

use std::sync::LazyLock;

use baiying_core::policy::Policy;
use baiyingd::plan_file::default_policy;

static POLICY: LazyLock<Policy> = LazyLock::new(default_policy);

/// It.
pub(crate) fn policy() -> Policy {
    POLICY.clone()
}
