//! Activate a response (启动应急响应).

use super::switch::{Orders, Switch, switch};
use super::{Approval, Authorization, Level, ResponseSpec};
use crate::command::{Answer, Context};
use crate::decide::{Decision, at_most};
use crate::event::Event;
use crate::id::{PersonId, UnitId};
use crate::order::{Deadline, DutyClass, StepTarget};
use crate::plan::Plan;
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::state::State;

/// What is to be ordered, in the users' words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderDraft {
    /// What people read.
    pub text: Box<str>,
    /// Where to report, any of them: id or code.
    pub muster_points: Vec<Box<str>>,
    /// Time to acknowledge.
    pub acknowledge: Deadline,
    /// Time to arrive.
    pub arrive: Deadline,
    /// How long after it one is late and not yet absent; none: the policy's.
    pub grace_ms: Option<u64>,
    /// Steps of the ladder; empty: the policy's.
    pub ladder: Vec<(u64, StepTarget)>,
    /// No ladder at all.
    pub no_ladder: bool,
    /// What kind of duty; none: by what is addressed.
    pub duty: Option<DutyClass>,
    /// Sign-offs that a release waits for.
    pub sign_offs: Vec<Box<str>>,
    /// Takes people also from a deployment of the same rank.
    pub reassign: bool,
}

/// The orders of the plan's template, which go out with a switch: one to those who command, one to everybody called out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TemplateOrders {
    /// Where to report, any of them: id or code; empty: where the plan says.
    pub muster_points: Vec<Box<str>>,
}

/// Which response is asked for, in the users' words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Kind of the plan.
    pub plan: Box<str>,
    /// Which event; empty: the name of the plan, as its orders will have it.
    pub event: Box<str>,
    /// Whose response: a unit's code; empty: the root.
    pub jurisdiction: Box<str>,
    /// 1 to 4.
    pub level: u32,
    /// Codes of the areas covered; empty: the jurisdiction.
    pub scope: Vec<Box<str>>,
    /// Why.
    pub reason: Box<str>,
    /// Number of the document it is based on.
    pub basis: Box<str>,
}

/// Activates a response, with the orders that call people out if there are any, as one step: a district is either switched or
/// not (DESIGN §8.8). Done again under the same request id, it is not done again (M6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivateResponse {
    /// What is activated.
    pub asked: Asked,
    /// Who asked and who approved (M2).
    pub approval: Approval,
    /// Starts provisionally (先期处置) on the word of who asked: it lapses unless it is confirmed in the plan's time.
    pub provisional: bool,
    /// The order that calls out whom the plan names.
    pub order: Option<OrderDraft>,
    /// Or the plan's own orders.
    pub template: Option<TemplateOrders>,
}

impl Asked {
    /// What is asked for, resolved, with the plan that is in force.
    ///
    /// # Errors
    /// What there is not, what cannot be, and that there is an active response to this event (M5).
    pub(super) fn resolve<'a>(
        &self,
        state: &'a State,
        policy: &'a Policy,
    ) -> Result<(ResponseSpec, &'a Plan), Rejection> {
        let Self {
            plan,
            event,
            jurisdiction,
            level,
            scope,
            reason,
            basis,
        } = self;
        let (plan_version, in_force) = state.plan(plan, policy).ok_or_else(|| Rejection::UnknownPlan {
            plan: plan.clone(),
            known: state.plan_kinds(policy).join(", ").into(),
        })?;
        for (field, text) in [("reason", reason), ("basis", basis), ("event", event)] {
            at_most(field, text, 500)?;
        }
        let level = Level::from_number(*level).ok_or(Rejection::UnknownLevel { value: *level })?;
        let jurisdiction = match &**jurisdiction {
            "" => state.org.root().ok_or(Rejection::EmptyScope)?,
            code => state
                .org
                .by_code(code)
                .ok_or_else(|| Rejection::UnknownUnit { code: code.into() })?,
        }
        .id;
        let scope = if scope.is_empty() {
            vec![jurisdiction]
        } else {
            resolve_scope(state, jurisdiction, scope)?
        };
        let event: Box<str> = match event.trim() {
            "" => state.event_by_default(plan, in_force, policy),
            event => event.into(),
        };
        let open = state
            .responses
            .iter()
            .find(|other| !other.has_ended() && other.spec.event == event && other.spec.jurisdiction == jurisdiction);
        if let Some(other) = open {
            return Err(Rejection::ResponseActive {
                event,
                response: other.id,
            });
        }
        state.not_calmer(&event, jurisdiction, &scope, level)?;
        let spec = ResponseSpec {
            event,
            plan: plan.clone(),
            plan_version,
            jurisdiction,
            level,
            scope,
            reason: reason.clone(),
            basis: basis.clone(),
        };
        Ok((spec, in_force))
    }
}

impl ActivateResponse {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let (spec, plan) = self.asked.resolve(state, policy)?;
        let authority = self.authority(state, plan, &spec, context.at)?;
        let response = state.responses.next_id();
        // Whoever starts provisionally asks: at Ⅰ and Ⅱ somebody else has to confirm it (M2).
        let asks = self.approval.requested_by.or(self.approval.approved_by);
        let asks = asks
            .filter(|_| self.provisional)
            .map(|requested_by| Event::ResponseRequested {
                response,
                spec: spec.clone(),
                requested_by,
            });
        let (events, issued) = switch(
            state,
            context,
            policy,
            Switch {
                response,
                spec,
                plan,
                authority,
                orders: Orders::of(self.order.as_ref(), self.template.as_ref())?,
            },
        )?;
        Ok(Decision::new(
            asks.into_iter().chain(events).collect(),
            Answer::Activated {
                response,
                order: issued,
            },
        ))
    }
}

/// Activates the response of an exercise, in its world: its director decides, whatever the level.
pub(crate) fn activate_in_exercise(
    world: &State,
    context: &Context,
    policy: &Policy,
    asked: &Asked,
    director: PersonId,
    template: Option<&TemplateOrders>,
) -> Result<Vec<Event>, Rejection> {
    let (spec, plan) = asked.resolve(world, policy)?;
    let authorization = Authorization {
        version: 1,
        level: spec.level,
        requested_by: None,
        approved_by: director,
        post: DIRECTOR.into(),
        at: context.at,
    };
    let switched = Switch {
        response: world.responses.next_id(),
        spec,
        plan,
        authority: Ok(authorization),
        orders: Orders::of(None, template)?,
    };
    switch(world, context, policy, switched).map(|(events, _)| events)
}

/// The post by which the director of an exercise (总导演) puts a level in force in it.
pub const DIRECTOR: &str = "exercise-director";

/// The units behind codes, all within the jurisdiction; units within another of them are left out.
pub(super) fn resolve_scope(state: &State, jurisdiction: UnitId, codes: &[Box<str>]) -> Result<Vec<UnitId>, Rejection> {
    let mut scope = Vec::with_capacity(codes.len());
    for code in codes {
        let unit = state
            .org
            .by_code(code)
            .ok_or_else(|| Rejection::UnknownUnit { code: code.clone() })?;
        if !state.org.is_within(unit.id, jurisdiction) {
            let jurisdiction = state.org.get(jurisdiction).code.clone();
            return Err(Rejection::ScopeOutsideJurisdiction {
                unit: code.clone(),
                jurisdiction,
            });
        }
        scope.push(unit.id);
    }
    scope.sort_unstable();
    scope.dedup();
    let outermost = |unit: &UnitId| {
        let mut above = state.org.path(*unit).skip(1);
        !above.any(|other| scope.binary_search(&other).is_ok())
    };
    Ok(scope.iter().copied().filter(outermost).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Command;
    use crate::testing::{O1, R1, activate, district, draft};

    fn command(change: impl FnOnce(&mut ActivateResponse)) -> Command {
        let mut activation = activate(4);
        change(&mut activation);
        Command::ActivateResponse(activation)
    }

    #[test]
    fn m5_one_active_response_per_event_and_jurisdiction() {
        let mut district = district();
        let refused = Rejection::ResponseActive {
            event: "plan for typhoon".into(),
            response: R1,
        };
        district.activate().when(command(|_| {})).rejects(refused.clone());
        district
            .when(command(|it| it.asked.event = " plan for typhoon ".into()))
            .rejects(refused);
        district.accepts(command(|it| it.asked.jurisdiction = "T1".into()));
        district.accepts(command(|it| it.asked.event = "second typhoon".into()));
        district.terminate("").accepts(command(|_| {}));
        let epochs: Vec<_> = district.state.responses.iter().map(|response| response.epoch).collect();
        assert_eq!(epochs, [1, 1, 2, 3]);
    }

    #[test]
    fn a_response_and_its_order_are_one_step() {
        let mut district = district();
        let mut bad = draft();
        bad.muster_points = vec!["nowhere".into()];
        let refused = Rejection::UnknownMusterPoint {
            muster_point: "nowhere".into(),
        };
        district.when(command(|it| it.order = Some(bad))).rejects(refused);
        assert_eq!(district.state.responses.iter().count(), 0);
        district.accepts(command(|it| it.order = Some(draft())));
        // Level Ⅳ of a typhoon: support and special teams of the whole district.
        district.board(O1, [7, 0, 0, 0, 0, 7]);
    }

    #[test]
    fn each_level_calls_out_what_the_lower_ones_do_within_its_scope() {
        let due = |level, scope: &[&str]| {
            let mut district = district();
            district.accepts(command(|it| {
                it.asked.level = level;
                it.asked.scope = scope.iter().map(|code| (*code).into()).collect();
                it.order = Some(draft());
            }));
            district.current(O1).ledger.total().due
        };
        assert_eq!([due(4, &[]), due(3, &[]), due(2, &[]), due(1, &[])], [7, 18, 21, 28]);
        // Agencies answer for the whole jurisdiction, towns within the scope; members where they live.
        assert_eq!([due(4, &["T1"]), due(3, &["T1"]), due(1, &["T1"])], [5, 16, 21]);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let mut district = district();
        let known = "earthquake, epidemic, flood, generic, typhoon".into();
        district
            .when(command(|it| it.asked.plan = "war".into()))
            .rejects(Rejection::UnknownPlan {
                plan: "war".into(),
                known,
            });
        for value in [0, 5, u32::MAX] {
            district
                .when(command(|it| it.asked.level = value))
                .rejects(Rejection::UnknownLevel { value });
        }
        district
            .when(command(|it| it.asked.jurisdiction = "X".into()))
            .rejects(Rejection::UnknownUnit { code: "X".into() });
        let outside = Rejection::ScopeOutsideJurisdiction {
            unit: "T2".into(),
            jurisdiction: "T1".into(),
        };
        district
            .when(command(|it| {
                (it.asked.jurisdiction, it.asked.scope) = ("T1".into(), vec!["T2".into()])
            }))
            .rejects(outside);
        crate::testing::empty()
            .when(command(|_| {}))
            .rejects(Rejection::EmptyScope);
    }

    #[test]
    fn units_within_others_of_a_scope_are_left_out() {
        let mut district = district();
        district.accepts(command(|it| {
            it.asked.scope = ["V11", "T1", "V21", "V21"].map(Into::into).to_vec()
        }));
        let scope = district.state.responses.get(R1).unwrap().scope().iter();
        let codes: Vec<_> = scope.map(|unit| &*district.state.org.get(*unit).code).collect();
        assert_eq!(codes, ["T1", "V21"]);
    }
}
