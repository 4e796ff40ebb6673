//! Let a unit be short for a while, and take that back. A waiver has an approver, a reason and an end; it hides nothing (R6).

use serde::{Deserialize, Serialize};

use super::approver;
use super::count_policy::unit;
use crate::calendar::Date;
use crate::command::{Actor, Context};
use crate::decide::{Decision, at_most, needed};
use crate::event::Event;
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::state::State;

/// Longest reason, in bytes.
const REASON_MAX: u32 = 400;

/// A unit may be short for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiver {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub until: Date,
    /// Why.
    pub reason: Box<str>,
    /// Who approved it.
    pub approved_by: Actor,
}

impl Waiver {
    /// Whether it counts on a day.
    pub fn is_in_force(&self, on: Date) -> bool {
        (self.from..=self.until).contains(&on)
    }
}

/// Lets a unit be short for a while; takes the place of the waiver before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantWaiver {
    /// Code of the unit.
    pub unit_code: Box<str>,
    /// Why; needed.
    pub reason: Box<str>,
    /// The last day: at most a year ahead.
    pub until: Date,
    /// Who approved it; not who asks.
    pub approved_by: Box<str>,
}

impl GrantWaiver {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let unit = unit(state, &self.unit_code)?;
        let is_counted = state.quota.policy(unit).is_none_or(|policy| policy.counted);
        if !is_counted || !state.quota.is_listed(&state.org, unit) {
            let unit = self.unit_code.clone();
            return Err(Rejection::UnitNotCounted { unit });
        }
        needed("reason", &self.reason)?;
        at_most("reason", &self.reason, REASON_MAX)?;
        let approved_by = approver(&self.approved_by)?;
        if approved_by == context.actor {
            return Err(Rejection::OwnApproval);
        }
        let today = policy.team.zone.date(context.at);
        let bad = |problem| Rejection::BadDates {
            field: "until_date",
            problem,
        };
        if self.until < today {
            return Err(bad("the last day has passed"));
        }
        if self.until.days_since(today) > 366 {
            return Err(bad("a waiver ends within a year"));
        }
        let waiver = Waiver {
            from: today,
            until: self.until,
            reason: self.reason.clone(),
            approved_by,
        };
        let is_so = state.quota.waiver(unit) == Some(&waiver);
        let granted = Event::WaiverGranted { unit, waiver };
        Ok(Decision::done(if is_so { Vec::new() } else { vec![granted] }))
    }
}

/// Takes a waiver back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevokeWaiver {
    /// Code of the unit.
    pub unit_code: Box<str>,
}

impl RevokeWaiver {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let unit = unit(state, &self.unit_code)?;
        let today = policy.team.zone.date(context.at);
        match state.quota.waiver(unit) {
            Some(waiver) if waiver.is_in_force(today) => Ok(Decision::done(vec![Event::WaiverRevoked { unit }])),
            _ => Err(Rejection::NoWaiver {
                unit: self.unit_code.clone(),
            }),
        }
    }
}
