//! Which scenarios there are: what was imported, over what ships.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Scenario;
use crate::command::Actor;
use crate::id::{Revision, Timestamp};
use crate::policy::Policy;

/// One version of a scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScenarioVersion {
    /// From 1 without gaps.
    pub version: u32,
    /// What it says.
    pub scenario: Arc<Scenario>,
    /// Who imported it.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// The state that shows it.
    pub changed: Revision,
}

/// Every scenario that was imported. What ships is in the policy.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Scenarios {
    by_code: BTreeMap<Box<str>, Vec<ScenarioVersion>>,
}

impl Scenarios {
    /// Every version of a scenario, oldest first.
    pub fn versions(&self, code: &str) -> &[ScenarioVersion] {
        self.by_code.get(code).map_or(&[], Vec::as_slice)
    }
    /// The newest version that was imported.
    pub fn newest(&self, code: &str) -> Option<&ScenarioVersion> {
        self.versions(code).last()
    }
    /// Codes that were imported, in order.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.by_code.keys().map(AsRef::as_ref)
    }
    /// The number that an import of this scenario makes.
    pub fn next_version(&self, code: &str) -> u32 {
        self.newest(code).map_or(1, |newest| newest.version.saturating_add(1))
    }
    /// Keeps a version. Its number is that of [`Self::next_version`].
    pub fn imported(&mut self, version: u32, scenario: &Arc<Scenario>, by: &Actor, at: Timestamp, changed: Revision) {
        let versions = self.by_code.entry(scenario.code.clone()).or_default();
        versions.push(ScenarioVersion {
            version,
            scenario: Arc::clone(scenario),
            by: by.clone(),
            at,
            changed,
        });
    }

    /// The scenario of this code that a run would take now, with its version: what was imported last, or what ships (0).
    pub fn in_force<'a>(&'a self, code: &str, policy: &'a Policy) -> Option<(u32, &'a Arc<Scenario>)> {
        let imported = self.newest(code).map(|newest| (newest.version, &newest.scenario));
        imported.or_else(|| Some((0, policy.scenarios.get(code)?)))
    }
    /// The scenario of this code that a run would have taken at an instant, as far as is known: what ships may have been another then.
    pub fn in_force_at<'a>(&'a self, code: &str, at: Timestamp, policy: &'a Policy) -> Option<&'a Arc<Scenario>> {
        let imported = self.versions(code).iter().rfind(|version| version.at <= at);
        let imported = imported.map(|version| &version.scenario);
        imported.or_else(|| policy.scenarios.get(code))
    }
    /// One version; 0 is what ships.
    pub fn version<'a>(&'a self, code: &str, version: u32, policy: &'a Policy) -> Option<&'a Arc<Scenario>> {
        if version == 0 {
            return policy.scenarios.get(code);
        }
        let mut all = self.versions(code).iter();
        all.find(|row| row.version == version).map(|row| &row.scenario)
    }
    /// Codes of which there is a scenario, in order, each once.
    pub fn all_codes<'a>(&'a self, policy: &'a Policy) -> Vec<&'a str> {
        let shipped = policy.scenarios.keys().map(AsRef::as_ref);
        let mut all: Vec<&str> = self.codes().chain(shipped).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}
