//! Rehearse a switch (推演): the decision as it would be, what it comes to, and what it would leave open. Nothing is changed.

use std::collections::{BTreeMap, BTreeSet};

use super::activate::ActivateResponse;
use super::switch::{Orders, Switch, switch};
use super::{Authorization, ResponseSpec};
use crate::command::Context;
use crate::command_post::{Command, overlay};
use crate::duty::on_duty;
use crate::event::Event;
use crate::id::{PersonId, PersonSet, Timestamp, UnitId};
use crate::order::Excuse;
use crate::org::UnitKind;
use crate::plan::Plan;
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::state::State;
use crate::team::TeamKind;

/// What a switch would come to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rehearsal {
    /// Why it would be refused. The rest is as if who approves had authority.
    pub refusal: Option<Rejection>,
    /// Whom the orders would name, each once.
    pub called: PersonSet,
    /// Of them: excused from the start.
    pub excused: u32,
    /// Of them: taken from another order.
    pub preempted: u32,
    /// Of them: nobody knows their phone number.
    pub unreachable: u32,
    /// The command nodes.
    pub commands: Vec<Command>,
    /// Windows for in-place reports that would open.
    pub windows: u32,
    /// Branches that would be proposed.
    pub branches: u32,
    /// What is wrong without stopping it.
    pub findings: Vec<Finding>,
    /// How long telling everybody takes.
    pub channels: Vec<ChannelTime>,
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// Nobody would command there.
    NoCommander,
    /// Nobody would take over from who commands there.
    NoBackup,
    /// One person would command two places of which neither stands under the other.
    TwoPlaces,
    /// Neither in the village nor in the units above it, up to the jurisdiction, anybody would command.
    VillageUncovered,
    /// Its window for in-place reports would not open: nobody can check in there.
    VillageWithoutMusterPoint,
    /// An agency whose team would be called out is linked to no village of a town (区直挂钩).
    AgencyNotLinked,
    /// An agency whose team would be called out has fewer on it than the rule asks for.
    UnderQuota,
    /// People of a unit whose phone number nobody knows.
    Unreachable,
    /// People of a unit who stay on another duty.
    OnOtherDuty,
}

impl FindingKind {
    /// Its word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::NoCommander => "no-commander",
            Self::NoBackup => "no-backup",
            Self::TwoPlaces => "two-places",
            Self::VillageUncovered => "village-uncovered",
            Self::VillageWithoutMusterPoint => "village-without-muster-point",
            Self::AgencyNotLinked => "agency-not-linked",
            Self::UnderQuota => "under-quota",
            Self::Unreachable => "unreachable",
            Self::OnOtherDuty => "on-other-duty",
        }
    }
}

/// Something that a switch would leave open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub kind: FindingKind,
    /// Where.
    pub unit: UnitId,
    /// The command role, if it is about one.
    pub role: Box<str>,
    /// Who, if it is about one person.
    pub person: Option<PersonId>,
    /// How many people it is about.
    pub people: u32,
}

impl Finding {
    fn at(kind: FindingKind, unit: UnitId) -> Self {
        let role = "".into();
        Self {
            kind,
            unit,
            role,
            person: None,
            people: 0,
        }
    }
}

/// Over what people are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// To the field leads' devices.
    Stream,
    /// By phone, by those on duty in the area.
    Call,
}

/// How long telling people takes over a channel, by the policy's rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChannelTime {
    /// Which channel.
    pub channel: Channel,
    /// How many people.
    pub people: u32,
    /// How long.
    pub expected_ms: u64,
}

impl ActivateResponse {
    /// What this activation would come to.
    pub fn rehearse(&self, state: &State, context: &Context, policy: &Policy) -> Rehearsal {
        match self.asked.resolve(state, policy) {
            Ok((spec, plan)) => self.rehearsed(state, context, policy, spec, plan),
            Err(refusal) => Rehearsal {
                refusal: Some(refusal),
                ..Rehearsal::default()
            },
        }
    }

    fn rehearsed(
        &self,
        state: &State,
        context: &Context,
        policy: &Policy,
        spec: ResponseSpec,
        plan: &Plan,
    ) -> Rehearsal {
        let refusal = self.authority(state, plan, &spec, context.at).err();
        let mut it = Rehearsal {
            commands: overlay(state, plan, spec.jurisdiction, &spec.scope, context.at),
            refusal,
            ..Rehearsal::default()
        };
        it.find_commands(state, &spec);
        it.find_villages(state, &spec, plan);
        it.find_agencies(state, &spec, plan);
        let orders = match Orders::of(self.order.as_ref(), self.template.as_ref()) {
            Ok(orders) => orders,
            Err(refusal) => {
                it.refusal.get_or_insert(refusal);
                return it;
            }
        };
        let (jurisdiction, scope) = (spec.jurisdiction, spec.scope.clone());
        let switched = Switch {
            response: state.responses.next_id(),
            spec,
            plan,
            authority: Err(context.at),
            orders,
        };
        match switch(state, context, policy, switched) {
            Ok((events, _)) => it.count(state, &events),
            Err(refusal) => {
                it.refusal.get_or_insert(refusal);
            }
        }
        it.time(state, policy, jurisdiction, &scope, context.at);
        it
    }

    /// Who decides on this activation; an instant: a provisional start, which lapses then.
    pub(super) fn authority(
        &self,
        state: &State,
        plan: &Plan,
        spec: &ResponseSpec,
        at: Timestamp,
    ) -> Result<Result<Authorization, Timestamp>, Rejection> {
        if self.provisional {
            self.approval
                .check_provisional(state, (spec.jurisdiction, &spec.scope), at)?;
            return Ok(Err(at.plus_ms(plan.provisional_ms)));
        }
        let approved = self
            .approval
            .check(state, plan, spec.jurisdiction, (1, spec.level), at)?;
        Ok(Ok(approved))
    }
}

impl Rehearsal {
    fn find_commands(&mut self, state: &State, spec: &ResponseSpec) {
        for command in &self.commands {
            let kind = match (command.commander, command.backup) {
                (None, _) => FindingKind::NoCommander,
                (Some(_), None) => FindingKind::NoBackup,
                (Some(_), Some(_)) => continue,
            };
            self.findings.push(Finding {
                role: command.role.clone(),
                ..Finding::at(kind, command.unit)
            });
        }
        let is_apart = |a: UnitId, b: UnitId| !state.org.is_within(a, b) && !state.org.is_within(b, a);
        let mut held: BTreeMap<PersonId, Vec<UnitId>> = BTreeMap::new();
        for command in &self.commands {
            let Some(person) = command.commander else { continue };
            let mut others: Vec<UnitId> = state.commands_of(person).map(|(_, other)| other.unit).collect();
            let here = held.entry(person).or_default();
            others.extend(here.iter());
            if others.iter().any(|other| is_apart(*other, command.unit)) {
                self.findings.push(Finding {
                    role: command.role.clone(),
                    person: Some(person),
                    ..Finding::at(FindingKind::TwoPlaces, command.unit)
                });
            }
            here.push(command.unit);
        }
        let commanded: BTreeSet<UnitId> = self
            .commands
            .iter()
            .filter(|command| command.commander.is_some())
            .map(|command| command.unit)
            .collect();
        let is_covered = |village: UnitId| {
            let mut above = state
                .org
                .path(village)
                .filter(|unit| state.org.is_within(*unit, spec.jurisdiction));
            above.any(|unit| commanded.contains(&unit) && (unit == village || unit != spec.jurisdiction))
        };
        for village in villages(state, &spec.scope).filter(|village| !is_covered(*village)) {
            self.findings.push(Finding::at(FindingKind::VillageUncovered, village));
        }
    }

    fn find_villages(&mut self, state: &State, spec: &ResponseSpec, plan: &Plan) {
        if plan.level(spec.level).is_none_or(|row| row.in_place_ms.is_none()) {
            return;
        }
        let with_points: BTreeSet<UnitId> = state
            .muster_points
            .iter()
            .flat_map(|point| state.org.path(point.unit))
            .collect();
        let of_units: BTreeSet<UnitId> = state.muster_points.iter().map(|point| point.unit).collect();
        for village in villages(state, &spec.scope) {
            let above = state.org.get(village).parent;
            let has_point = with_points.contains(&village) || above.is_some_and(|above| of_units.contains(&above));
            if !has_point && !crate::in_place::members_of(state, village).is_empty() {
                self.findings
                    .push(Finding::at(FindingKind::VillageWithoutMusterPoint, village));
            }
        }
    }

    fn find_agencies(&mut self, state: &State, spec: &ResponseSpec, plan: &Plan) {
        if !plan.call_out(spec.level).teams.contains(&TeamKind::Agency) {
            return;
        }
        let teams = state.teams.iter().filter(|team| team.kind == TeamKind::Agency);
        let agencies: BTreeSet<UnitId> = teams
            .map(|team| team.unit)
            .filter(|unit| state.org.is_within(*unit, spec.jurisdiction))
            // A town has a team of its own, and is where it is.
            .filter(|unit| state.org.get(*unit).kind == UnitKind::Agency)
            .collect();
        for agency in agencies {
            if state.reinforcement.links(agency).next().is_none() {
                self.findings.push(Finding::at(FindingKind::AgencyNotLinked, agency));
            }
            if state.quota.short().contains(&agency) {
                self.findings.push(Finding::at(FindingKind::UnderQuota, agency));
            }
        }
    }

    fn count(&mut self, state: &State, events: &[Event]) {
        let (mut called, mut silent, mut busy) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        let (mut due, mut excused, mut elsewhere) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for event in events {
            if let Event::OrderIssued {
                audience, excused: by, ..
            } = event
            {
                called.extend(audience.iter());
                let is_excused = |person: &PersonId| by.iter().any(|(_, people)| people.contains(*person));
                due.extend(audience.iter().filter(|person| !is_excused(person)));
                for (excuse, people) in by {
                    excused.extend(people.iter());
                    if *excuse == Excuse::OtherDuty {
                        elsewhere.extend(people.iter());
                    }
                }
            } else if let Event::Preempted { people, .. } = event {
                self.preempted += people.len() as u32;
            }
            self.windows += u32::from(matches!(event, Event::InPlaceWindowOpened(_)));
            self.branches += u32::from(matches!(event, Event::BranchProposed { .. }));
        }
        // Whom another order of the same step calls is excused from this one, and called all the same.
        self.excused = excused.difference(&due).count() as u32;
        let elsewhere: PersonSet = elsewhere.difference(&due).copied().collect();
        count_homes(state, &mut busy, &elsewhere);
        self.called = called.into_iter().collect();
        let has_none = |person: &PersonId| state.people.personal(*person).phone.is_empty();
        let without: PersonSet = self.called.iter().filter(has_none).collect();
        self.unreachable = without.len() as u32;
        count_homes(state, &mut silent, &without);
        for (kind, homes) in [(FindingKind::Unreachable, silent), (FindingKind::OnOtherDuty, busy)] {
            self.findings.extend(homes.into_iter().map(|(unit, people)| Finding {
                people,
                ..Finding::at(kind, unit)
            }));
        }
    }

    fn time(&mut self, state: &State, policy: &Policy, jurisdiction: UnitId, scope: &[UnitId], at: Timestamp) {
        let people = self.called.len() as u32;
        let in_area = |unit: &UnitId| {
            let is_covered = state.org.path(*unit).any(|area| scope.contains(&area));
            *unit == jurisdiction || is_covered
        };
        let callers = state
            .rosters
            .units()
            .filter(in_area)
            .flat_map(|unit| on_duty(state.duty_view(), unit, at).holders)
            .filter(|holder| !holder.on_leave)
            .map(|holder| holder.person)
            .collect::<BTreeSet<_>>();
        let each = policy.rehearsal.call_ms;
        let by_phone = u64::from(people.saturating_sub(self.unreachable)).saturating_mul(each);
        let by_stream = u64::from(people).saturating_mul(1000);
        self.channels = vec![
            ChannelTime {
                channel: Channel::Stream,
                people,
                expected_ms: by_stream.div_ceil(u64::from(policy.rehearsal.stream_per_second.max(1))),
            },
            ChannelTime {
                channel: Channel::Call,
                people: people.saturating_sub(self.unreachable),
                expected_ms: by_phone / (callers.len() as u64).max(1),
            },
        ];
    }
}

/// Every village within areas.
fn villages<'a>(state: &'a State, scope: &'a [UnitId]) -> impl Iterator<Item = UnitId> + 'a {
    let units = state.org.iter().filter(|unit| unit.kind == UnitKind::Village);
    units
        .map(|unit| unit.id)
        .filter(|unit| state.org.path(*unit).any(|area| scope.contains(&area)))
}

fn count_homes(state: &State, homes: &mut BTreeMap<UnitId, u32>, people: &PersonSet) {
    for person in people.iter().filter_map(|person| state.people.get(person)) {
        *homes.entry(person.home_unit).or_default() += 1;
    }
}
