//! Import a plan.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Plan, check};
use crate::command::Answer;
use crate::decide::Decision;
use crate::event::Event;
use crate::rejection::Rejection;
use crate::state::State;

/// Makes a new version of a plan, if it is not the newest one word for word. Who imports what ships pins it: a later release does
/// not change it any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportPlan {
    /// The whole plan.
    pub plan: Arc<Plan>,
}

/// What an import came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanReport {
    /// Which kind.
    pub kind: Box<str>,
    /// The version that is in force now.
    pub version: u32,
    /// Whether it is new.
    pub changed: bool,
    /// What the district does not have; nobody is stopped by it.
    pub warnings: Vec<PlanWarning>,
}

/// Something that a plan names and the district does not have, today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PlanWarning {
    /// There is no such muster point.
    UnknownMusterPoint {
        /// The key it stands at.
        key: Box<str>,
        /// Its code.
        code: Box<str>,
    },
    /// Nobody holds the post anywhere.
    NobodyHolds {
        /// The post.
        post: Box<str>,
    },
}

impl ImportPlan {
    pub(crate) fn decide(&self, state: &State) -> Result<Decision, Rejection> {
        let Self { plan } = self;
        let problems = check(plan);
        if !problems.is_empty() {
            return Err(Rejection::BadPlan { problems });
        }
        let newest = state.plans.newest(&plan.kind);
        let same = newest.filter(|newest| newest.plan == *plan);
        let version = same.map_or_else(|| state.plans.next_version(&plan.kind), |same| same.version);
        let events = match same {
            Some(_) => Vec::new(),
            None => vec![Event::PlanImported {
                version,
                plan: Arc::clone(plan),
            }],
        };
        let report = PlanReport {
            kind: plan.kind.clone(),
            version,
            changed: same.is_none(),
            warnings: warnings(state, plan),
        };
        Ok(Decision::new(events, Answer::Plan(Arc::new(report))))
    }
}

/// What a plan names and the district does not have.
pub fn warnings(state: &State, plan: &Plan) -> Vec<PlanWarning> {
    let mut found = Vec::new();
    for row in &plan.levels {
        for (index, code) in row.order.muster_points.iter().enumerate() {
            // A level takes over the points of the one below: each is told once.
            let is_told = |other: &PlanWarning| matches!(other, PlanWarning::UnknownMusterPoint { code: told, .. } if told == code);
            if state.muster_points.resolve(code).is_none() && !found.iter().any(is_told) {
                found.push(PlanWarning::UnknownMusterPoint {
                    key: format!("level.{}.order.muster_points[{index}]", row.level.number()).into(),
                    code: code.clone(),
                });
            }
        }
    }
    let vacant = plan.posts().into_iter().filter(|post| !state.posts.is_known(post));
    found.extend(vacant.map(|post| PlanWarning::NobodyHolds { post: post.into() }));
    found
}
