//! Import a scenario.

use std::sync::Arc;

use super::scenario::Scenario;
use crate::command::Answer;
use crate::decide::Decision;
use crate::event::Event;
use crate::rejection::Rejection;
use crate::state::State;

/// Takes a scenario over, as a new version unless the newest says the same. Runs keep the version that they were started with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportScenario {
    /// The scenario.
    pub scenario: Arc<Scenario>,
}

impl ImportScenario {
    pub(crate) fn decide(&self, state: &State) -> Result<Decision, Rejection> {
        let Self { scenario } = self;
        let scenarios = &state.exercises.scenarios;
        if let Some(newest) = scenarios.newest(&scenario.code)
            && newest.scenario == *scenario
        {
            let version = newest.version;
            return Ok(Decision::new(Vec::new(), Answer::Scenario { version, is_new: false }));
        }
        let version = scenarios.next_version(&scenario.code);
        let scenario = Arc::clone(scenario);
        Ok(Decision::new(
            vec![Event::ScenarioImported { version, scenario }],
            Answer::Scenario { version, is_new: true },
        ))
    }
}
