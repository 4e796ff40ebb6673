//! Plans (预案) as data: what each level calls out, the order that goes out, who commands and who may activate, when is reported.
//!
//! The plans that ship are part of the policy, as version 0. An import makes a version of its own, kept for ever: an active response
//! keeps the one that it was activated with. A plan is checked before it is taken, and never again: what was stored holds.

mod check;
mod import;
mod overlay;
mod template;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub(crate) use check::Found;
pub use check::{
    COMMAND_MAX, DEADLINE_MAX_MS, NAME_MAX, PROVISIONAL_MAX_MS, PlanFault, PlanProblem, REPORT_MAX_MS, SLUG_MAX, check,
    is_slug,
};
pub use import::{ImportPlan, PlanReport, PlanWarning, warnings};
pub use overlay::{CommandNode, nodes};
pub use template::{PLACEHOLDERS, Words};

use crate::calendar::Minute;
use crate::command::Actor;
use crate::duty::Position;
use crate::id::{Revision, Timestamp};
use crate::order::StepTarget;
use crate::org::UnitKind;
use crate::policy::Policy;
use crate::response::Level;
use crate::state::State;
use crate::team::TeamKind;

/// One plan (预案). Nothing in it is a person: posts are looked up when they are needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// What it is for: flood, typhoon, epidemic, earthquake, generic, or a word of the district's own.
    pub kind: Box<str>,
    /// 名称
    pub name: Box<str>,
    /// Number of the document it rests on (文号); may be empty.
    pub basis: Box<str>,
    /// How long a provisional start (先期处置) holds until it is confirmed.
    pub provisional_ms: u64,
    /// Which post becomes which command role.
    pub command: Vec<CommandRow>,
    /// All four levels, Ⅳ first.
    pub levels: Vec<LevelPlan>,
}

/// One row of the command overlay (平急转换): at every unit of a kind, a post of peacetime becomes a command role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandRow {
    /// The command role, such as `town-commander`.
    pub role: Box<str>,
    /// At units of which kind a command node stands.
    pub at: UnitKind,
    /// The post that takes the role (A).
    pub primary: Box<str>,
    /// The post that takes it when nobody of the first can (B); none: only who backs the first one up.
    pub backup: Option<Box<str>>,
}

/// What one level does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelPlan {
    /// Which level.
    pub level: Level,
    /// Whom it calls out, on top of what the lower levels do (`domain.md` §1.1).
    pub call_out: CallOut,
    /// The order that goes out.
    pub order: OrderTemplate,
    /// When is reported upwards.
    pub reports: ReportClocks,
    /// How long members in key areas have to report where they live (就地报到); none: no window opens.
    pub in_place_ms: Option<u64>,
    /// Who may activate it.
    pub authority: Authority,
}

/// Who is called out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CallOut {
    /// Teams of these kinds: agency teams of the whole jurisdiction, the others within the scope.
    pub teams: Vec<TeamKind>,
    /// Those on duty in these positions within the scope, at the instant of the order.
    pub on_duty: Vec<Position>,
    /// All established staff of the jurisdiction.
    pub staff: bool,
    /// Party members who live within the scope (就地报到).
    pub members: bool,
}

/// The order that a level sends out. What is empty is the policy's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderTemplate {
    /// What people read, with [`PLACEHOLDERS`].
    pub text: Box<str>,
    /// Time to acknowledge.
    pub acknowledge_ms: u64,
    /// Time to arrive.
    pub arrive_ms: u64,
    /// How long after it one is late and not yet absent; none: the policy's.
    pub grace_ms: Option<u64>,
    /// Steps of the ladder (叫应); empty: the policy's.
    pub ladder: Vec<(u64, StepTarget)>,
    /// Where to report, by code; empty: said when activating.
    pub muster_points: Vec<Box<str>>,
    /// Sign-offs that a release waits for.
    pub sign_offs: Vec<Box<str>>,
}

/// When is reported upwards (信息报告, `domain.md` §1.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportClocks {
    /// First report by phone.
    pub first_phone_ms: u64,
    /// First report in writing.
    pub first_written_ms: u64,
    /// From one follow-up (续报) to the next.
    pub follow_up_ms: u64,
    /// When the daily report is due; none: there is none.
    pub daily_at: Option<Minute>,
    /// Whether it is due on days on which nothing happened too (零报告).
    pub zero_report: bool,
}

/// Who may activate a level (`domain.md` §1.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authority {
    /// Holders of one of these posts of the jurisdiction.
    pub posts: Vec<Box<str>>,
    /// Whether a second person is needed. Levels Ⅰ and Ⅱ need one always: ask [`Plan::needs_second_person`].
    pub second_person: bool,
}

/// Levels from the lowest to the highest.
pub const LEVELS: [Level; 4] = [Level::IV, Level::III, Level::II, Level::I];

/// Whether this level needs a second person, whatever a plan says (M2).
pub fn always_needs_second_person(level: Level) -> bool {
    level >= Level::II
}

impl Plan {
    /// What a level does by itself. A plan that was checked has all four.
    pub fn level(&self, level: Level) -> Option<&LevelPlan> {
        self.levels.iter().find(|row| row.level == level)
    }
    /// Whom a level calls out, with everybody whom the lower ones do.
    pub fn call_out(&self, level: Level) -> CallOut {
        let mut all = CallOut::default();
        for row in self.levels.iter().filter(|row| row.level <= level) {
            let CallOut {
                teams,
                on_duty,
                staff,
                members,
            } = &row.call_out;
            all.teams.extend(teams);
            all.on_duty.extend(on_duty);
            all.staff |= staff;
            all.members |= members;
        }
        all
    }
    /// Whether two persons are needed to activate this level (M2).
    pub fn needs_second_person(&self, level: Level) -> bool {
        always_needs_second_person(level) || self.level(level).is_some_and(|row| row.authority.second_person)
    }
    /// Whether holders of this post of the jurisdiction may activate this level.
    pub fn may_activate(&self, level: Level, post: &str) -> bool {
        let row = self.level(level);
        row.is_some_and(|row| row.authority.posts.iter().any(|other| **other == *post))
    }
    /// Every post that it names, in order, each once.
    pub fn posts(&self) -> Vec<&str> {
        let command = self.command.iter();
        let mut all: Vec<&str> = command
            .flat_map(|row| [Some(&*row.primary), row.backup.as_deref()])
            .flatten()
            .chain(
                self.levels
                    .iter()
                    .flat_map(|row| &row.authority.posts)
                    .map(AsRef::as_ref),
            )
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// One version of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanVersion {
    /// From 1 without gaps.
    pub version: u32,
    /// What it says.
    pub plan: Arc<Plan>,
    /// Who imported it.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// The state that shows it.
    pub changed: Revision,
}

/// Every plan that was imported. What ships is in the policy.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Plans {
    by_kind: BTreeMap<Box<str>, Vec<PlanVersion>>,
}

impl Plans {
    /// Every version of a kind, oldest first.
    pub fn versions(&self, kind: &str) -> &[PlanVersion] {
        self.by_kind.get(kind).map_or(&[], Vec::as_slice)
    }
    /// The newest version of a kind.
    pub fn newest(&self, kind: &str) -> Option<&PlanVersion> {
        self.versions(kind).last()
    }
    /// Kinds that were imported, in order.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.by_kind.keys().map(AsRef::as_ref)
    }
    pub(crate) fn next_version(&self, kind: &str) -> u32 {
        self.newest(kind).map_or(1, |newest| newest.version.saturating_add(1))
    }

    pub(crate) fn imported(&mut self, version: u32, plan: &Arc<Plan>, by: &Actor, at: Timestamp, changed: Revision) {
        self.by_kind.entry(plan.kind.clone()).or_default().push(PlanVersion {
            version,
            plan: Arc::clone(plan),
            by: by.clone(),
            at,
            changed,
        });
    }
}

impl State {
    /// The plan of this kind that is in force, with its version: what was imported last, or what ships (0).
    pub fn plan<'a>(&'a self, kind: &str, policy: &'a Policy) -> Option<(u32, &'a Plan)> {
        let imported = self.plans.newest(kind).map(|newest| (newest.version, &*newest.plan));
        imported.or_else(|| Some((0, &**policy.plans.get(kind)?)))
    }
    /// One version of a plan; 0 is what ships.
    pub fn plan_version<'a>(&'a self, kind: &str, version: u32, policy: &'a Policy) -> Option<&'a Plan> {
        if version == 0 {
            return policy.plans.get(kind).map(|plan| &**plan);
        }
        let mut all = self.plans.versions(kind).iter();
        all.find(|row| row.version == version).map(|row| &*row.plan)
    }
    /// Kinds of which there is a plan, in order.
    pub fn plan_kinds<'a>(&'a self, policy: &'a Policy) -> Vec<&'a str> {
        let shipped = policy.plans.keys().map(AsRef::as_ref);
        let mut all: Vec<&str> = self.plans.kinds().chain(shipped).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}
