//! Everything that is known, derived from the journal and from nothing else.

mod duties;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::branch::Branches;
use crate::calendar::Calendar;
use crate::duty::{Rosters, Swap, SwapStatus};
use crate::event::{Entry, Event, Tenant};
use crate::exercise::Exercises;
use crate::field::{Devices, LastBatch};
use crate::id::{ExerciseId, OrderId, PersonId, PersonSet, ResponseId, Revision, Timestamp, UnitId};
use crate::in_place::{InPlace, Settlement};
use crate::leave::{Leave, LeaveVerdict, Leaves};
use crate::muster::MusterPoints;
use crate::order::{
    DeliveryState, DutyClass, EVIDENCE_MAX, Evidence, Excuse, Ledger, OrderSpec, OrderStatus, OrderVersion, Orders, Row,
};
use crate::org::Org;
use crate::people::People;
use crate::plan::Plans;
use crate::post::Posts;
use crate::quota::Quota;
use crate::readiness::Readiness;
use crate::reinforcement::Reinforcements;
use crate::request::Requests;
use crate::response::{Phase, ResponseSpec, Responses};
use crate::shared::Shared;
use crate::situation::Situations;
use crate::spot_check::SpotChecks;
use crate::team::{Team, TeamKind, Teams};
use duties::Duties;
pub(crate) use world::Own;

/// The state of a district.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct State {
    revision: Revision,
    at: Option<Timestamp>,
    tenant: Option<Tenant>,
    requests: Requests,
    /// Units.
    pub org: Shared<Org>,
    /// People.
    pub people: Shared<People>,
    /// Teams.
    pub teams: Shared<Teams>,
    /// Muster points.
    pub muster_points: Shared<MusterPoints>,
    /// Responses.
    pub responses: Responses,
    /// Orders with their ledgers.
    pub orders: Orders,
    /// Leave.
    pub leave: Leaves,
    /// Field leads' devices.
    pub devices: Devices,
    /// Spot checks.
    pub spot_checks: SpotChecks,
    /// What the daily evaluations found.
    pub readiness: Readiness,
    /// The days that do not follow the week.
    pub calendar: Shared<Calendar>,
    /// Who is on duty when.
    pub rosters: Shared<Rosters>,
    /// The order each person is deployed under: at most one (A6).
    duty: Duties,
    timers: BTreeSet<(Timestamp, OrderId)>,
    timer_of: BTreeMap<OrderId, Timestamp>,
    /// What units owe and have (20 % rule).
    pub quota: Quota,
    /// Plans that were imported.
    pub plans: Shared<Plans>,
    /// Who holds which post.
    pub posts: Shared<Posts>,
    /// Situation reports and their clocks.
    pub situations: Situations,
    /// Temporary Party branches.
    pub branches: Branches,
    /// Requests for reinforcement, and which agencies are linked to which villages.
    pub reinforcement: Reinforcements,
    /// In-place reports, pre-registrations and double reports.
    pub in_place: InPlace,
    /// Exercises, each in a world of its own.
    pub exercises: Exercises,
    /// Whose world this is; none: it is the district.
    world_of: Option<ExerciseId>,
    /// In the world of an exercise: the units whose people are simulated, by number.
    simulated: Vec<UnitId>,
    /// In the world of an exercise: who was taken out of it, and is called by nothing more here (E1).
    pub(crate) elsewhere: BTreeSet<PersonId>,
    /// In the world of an exercise: whose duties the event that happens right now changes.
    #[serde(skip)]
    stirred: Vec<PersonId>,
}

impl State {
    /// How many events made this state.
    pub fn revision(&self) -> Revision {
        self.revision
    }
    /// When it last changed; none if it never did.
    pub fn at(&self) -> Option<Timestamp> {
        self.at
    }
    /// Whose data it is.
    pub fn tenant(&self) -> Option<&Tenant> {
        self.tenant.as_ref()
    }
    /// Requests that were answered.
    pub fn requests(&self) -> &Requests {
        &self.requests
    }
    /// The order a person is deployed under.
    pub fn duty(&self, person: PersonId) -> Option<OrderId> {
        self.duty.of(person)
    }
    /// When [`crate::command::Command::FireTimers`] has something to do; the earliest instant if several.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        let all = [
            self.next_order_deadline(),
            self.spot_checks.next_deadline(),
            self.quota.next_deadline(),
            self.responses.next_deadline(),
            self.situations.next_deadline(),
            self.branches.next_deadline(self.at),
            self.reinforcement.next_deadline(),
            self.in_place.next_deadline(),
            self.exercises.next_deadline(),
        ];
        all.into_iter().flatten().min()
    }
    /// When the next order has something to do.
    pub(crate) fn next_order_deadline(&self) -> Option<Timestamp> {
        self.timers.first().map(|(at, _)| *at)
    }
    /// Orders whose next deadline is not after `at`.
    pub(crate) fn due(&self, at: Timestamp) -> impl Iterator<Item = OrderId> + '_ {
        self.timers
            .iter()
            .take_while(move |(due, _)| *due <= at)
            .map(|(_, order)| *order)
    }

    /// Makes an entry so. Total: what was journaled is never refused.
    pub fn evolve(&mut self, entry: &Entry) {
        let Entry {
            at,
            actor,
            request,
            events,
        } = entry;
        self.at = Some(*at);
        for event in events {
            self.revision.0 += 1;
            self.apply(event, *at, actor);
        }
        self.link_worlds();
        if let Some(answered) = request {
            self.requests.keep(*at, self.revision, answered);
        }
    }

    fn apply(&mut self, event: &Event, at: Timestamp, actor: &crate::command::Actor) {
        let revision = self.revision;
        match event {
            Event::TenantInitialized(tenant) => {
                self.tenant = Some(tenant.clone());
                self.readiness.began(at);
            }
            Event::UnitRecorded(unit) => {
                self.org.evolve(unit, revision);
                self.quota.touch(&self.org, unit.id, at);
            }
            Event::PersonRecorded { person, personal } => {
                self.touch_home(person.id, at);
                self.people.evolve(person, personal);
                self.touch_home(person.id, at);
                self.concerns_branches([person.id]);
            }
            Event::TeamRecorded(team) => {
                self.touch_team(team, at);
                let before = self.teams.evolve(team);
                before.iter().for_each(|person| self.people.leave(person, team.id));
                team.members.iter().for_each(|person| self.people.join(person, team.id));
            }
            Event::MusterPointRecorded(point) => self.muster_points.evolve(point),
            Event::DeviceEnrolled(device) => self.devices.enrolled(device),
            Event::BatchReceived {
                device,
                sequence,
                digest,
            } => {
                self.devices.batch_received(
                    *device,
                    LastBatch {
                        sequence: *sequence,
                        digest: *digest,
                    },
                );
            }
            Event::ResponseActivated { response, spec } => {
                let spec: &ResponseSpec = spec;
                self.responses.activated(*response, spec, actor, at, revision);
            }
            Event::ResponseLevelChanged { response, change } => {
                let row = self.responses.get_mut(*response);
                row.history.push(change.clone());
                row.changed = revision;
            }
            Event::ResponseTerminated { response, reason } => {
                let row = self.responses.get_mut(*response);
                row.terminated = Some((at, reason.clone()));
                row.changed = revision;
            }
            Event::OrderIssued {
                order,
                version,
                spec,
                audience,
                excused,
                carried,
            } => {
                self.order_issued(*order, *version, spec, audience, excused, carried, actor);
            }
            Event::Preempted {
                order,
                version,
                people,
                by,
            } => {
                let elsewhere = self.orders.get(*order).is_some_and(|order| {
                    let spec = &order.current().spec;
                    spec.duty == DutyClass::InPlace && Some(spec.response) == *by
                });
                self.change_rows(*order, *version, people, |row| {
                    row.released_at = Some(at);
                    row.elsewhere = elsewhere;
                    if row.arrived_at.is_none() && row.excuse.is_none() && !row.missed {
                        row.excuse = Some(Excuse::OtherDuty);
                    }
                });
                self.free(*order, people);
            }
            Event::OrderCancelled { order, reason } => {
                self.end_order(*order, OrderStatus::Cancelled(reason.clone()), at, withdraw);
            }
            Event::OrderClosed { order } => self.end_order(*order, OrderStatus::Closed, at, |row| {
                row.missed |= row.arrived_at.is_none() && row.excuse.is_none();
            }),
            Event::AttemptRecorded {
                order,
                version,
                channel,
                number,
                people,
            } => {
                self.change_rows(*order, *version, people, |row| {
                    let last = &mut row.attempts[*channel as usize];
                    *last = (*last).max(*number);
                    row.delivery = row.delivery.max(DeliveryState::Sent);
                });
            }
            Event::DeliveryReported {
                order,
                version,
                state,
                people,
            } => {
                self.change_rows(*order, *version, people, |row| row.delivery = row.delivery.max(*state));
            }
            Event::Acknowledged {
                order,
                version,
                people,
                proxy: _,
                observed_at: _,
            } => {
                self.change_rows(*order, *version, people, |row| acknowledge(row, at));
            }
            Event::Declined {
                order,
                version,
                person,
                leave,
                reason,
                note,
            } => {
                let person_set = [*person].into_iter().collect();
                self.change_rows(*order, *version, &person_set, |row| {
                    row.declined = Some(*leave);
                    row.delivery = DeliveryState::Acked;
                });
                let record = crate::leave::LeaveRecord {
                    person: *person,
                    reason: *reason,
                    note: note.clone(),
                    from: at,
                    until: at,
                    order: Some((*order, *version)),
                };
                self.leave_requested(*leave, record, at, actor);
            }
            Event::Departed {
                order,
                version,
                people,
                proxy: _,
                observed_at: _,
            } => {
                self.change_rows(*order, *version, people, |row| {
                    acknowledge(row, at);
                    row.departed_at.get_or_insert(at);
                });
            }
            Event::CheckedIn {
                order,
                version,
                people,
                muster_point,
                method,
                proxy,
                observed_at,
            } => {
                let ordered = self.orders.get_mut(*order).version_mut(*version);
                let seen = plausible(*observed_at, ordered.issued_at, at);
                let late = ordered.spec.arrive_deadline.is_some_and(|deadline| seen > deadline);
                self.change_rows(*order, *version, people, |row| {
                    acknowledge(row, at);
                    row.excuse = None;
                    row.elsewhere = false;
                    row.arrived_at = Some(at);
                    row.observed_at = Some(*observed_at);
                    row.arrival = Some((*muster_point, *method, *proxy));
                    row.late = late;
                });
                people.iter().for_each(|person| self.deploy(person, *order));
                self.concerns_branches(people.iter());
            }
            Event::CheckInNoted {
                order,
                version,
                people,
                muster_point,
                method,
                proxy,
                observed_at,
                reason,
            } => {
                let row = self.orders.get_mut(*order).version_mut(*version);
                row.changed = revision;
                for person in people.iter() {
                    let noted = row.evidence.entry(person).or_default();
                    if noted.len() < EVIDENCE_MAX {
                        noted.push(Evidence {
                            person,
                            muster_point: *muster_point,
                            method: *method,
                            proxy: *proxy,
                            observed_at: *observed_at,
                            received_at: at,
                            reason: *reason,
                        });
                    }
                }
            }
            Event::SignedOff { order, name } => {
                let row = self.orders.get_mut(*order).current_mut();
                row.signed.push((name.clone(), actor.clone(), at));
                row.changed = revision;
            }
            Event::Released { order, version, people } => {
                self.change_rows(*order, *version, people, |row| {
                    row.released_at = Some(at);
                    withdraw(row);
                });
                self.free(*order, people);
            }
            Event::EscalationStepped {
                order,
                version,
                step,
                target: _,
                people,
            } => {
                self.change_rows(*order, *version, people, |row| row.step = step + 1);
                let row = self.orders.get_mut(*order).version_mut(*version);
                row.steps_done = step + 1;
                row.announced = revision;
                self.reschedule(*order);
            }
            Event::AckDeadlinePassed { order, version, people } => {
                self.change_rows(*order, *version, people, |row| row.unreached = true);
                self.orders.get_mut(*order).version_mut(*version).ack_passed = true;
                self.reschedule(*order);
            }
            Event::ArrivalDeadlinePassed { order, version, people } => {
                self.change_rows(*order, *version, people, |row| row.missed = true);
                self.orders.get_mut(*order).version_mut(*version).arrival_passed = true;
                self.reschedule(*order);
            }
            Event::LeaveRequested { leave, record } => self.leave_requested(*leave, record.clone(), at, actor),
            Event::LeaveDecided { leave, verdict } => {
                let record = self.leave.decided(*leave, *verdict, actor, at, revision).clone();
                if *verdict == LeaveVerdict::Approved {
                    self.excuse(*leave, &record, at);
                }
            }
            Event::SpotChecksPlanned { checks } => checks.iter().for_each(|plan| self.spot_checks.planned(plan, actor)),
            Event::SpotCheckAsked { check, asked } => self.spot_checks.asked(*check, asked, revision),
            Event::SpotCheckAnswered { check, answer } => self.spot_checks.answered(*check, answer, revision),
            Event::SpotCheckEnded { check, result } => self.spot_checks.ended(*check, *result, revision),
            Event::SpotCheckCancelled { check } => self.spot_checks.cancelled(*check),
            Event::SpotCheckRecorded {
                plan,
                method,
                asked,
                answer,
                result,
            } => self
                .spot_checks
                .recorded(plan, *method, asked, answer.as_ref(), *result, actor),
            Event::ReadinessEvaluated { due, came_up, mended } => self.readiness.evaluated(at, *due, came_up, mended),
            Event::CalendarChanged { days } => {
                self.calendar.evolve(days);
                self.exercises.reckon(&self.calendar);
            }
            Event::DutyRosterRecorded(version) => self.rosters.recorded(version),
            Event::StandInSet(stand_in) => self.rosters.stand_in_set(stand_in),
            Event::StandInEnded { stand_in } => self.rosters.stand_in_ended(*stand_in, at),
            Event::SwapRequested { swap, record } => self.rosters.swap_requested(Swap {
                id: *swap,
                record: record.clone(),
                status: SwapStatus::Requested,
                emergency: false,
                requested: (actor.clone(), at),
                consented: None,
                decided: None,
            }),
            Event::SwapConsented { swap, consent } => self.rosters.swap_changed(*swap, |swap| {
                swap.status = if *consent {
                    SwapStatus::Agreed
                } else {
                    SwapStatus::Refused
                };
                swap.consented = Some((actor.clone(), at));
            }),
            Event::SwapDecided {
                swap,
                approve,
                emergency,
            } => self.rosters.swap_changed(*swap, |swap| {
                swap.status = if *approve {
                    SwapStatus::Approved
                } else {
                    SwapStatus::Denied
                };
                swap.emergency = *emergency;
                swap.decided = Some((actor.clone(), at));
            }),
            Event::DutySignedIn(sign_in) => self.rosters.signed_in_for(sign_in),
            Event::DutySignedOut {
                unit,
                date,
                shift,
                person,
            } => {
                self.rosters.signed_out_of(*unit, *date, shift, *person, at);
            }
            Event::BackupSet { unit, post, backup } => self.rosters.backup_set(*unit, post, *backup),
            Event::PhonesVerified { people } => {
                self.people.phones_verified(people, at);
                people.iter().for_each(|person| self.touch_home(person, at));
            }
            Event::RosterConfirmed { units, date } => {
                for unit in units {
                    self.quota.roster_confirmed(*unit, *date);
                    self.quota.touch(&self.org, *unit, at);
                }
            }
            Event::PersonalDataShown {
                people,
                purpose,
                approved_by,
            } => self.people.shown(people, purpose, approved_by.as_ref(), actor, at),
            Event::CountPolicySet { unit, policy } => {
                let before = self.quota.policy(*unit).and_then(|policy| policy.joint_with);
                self.quota.policy_set(*unit, policy);
                for touched in [Some(*unit), before, policy.joint_with].into_iter().flatten() {
                    self.quota.touch(&self.org, touched, at);
                }
            }
            Event::PersonExcluded(exclusion) => {
                self.quota.excluded(exclusion);
                self.touch_home(exclusion.person, at);
            }
            Event::ExclusionEnded { exclusion, until } => {
                if let Some(person) = self.quota.exclusion_ended(*exclusion, *until) {
                    self.touch_home(person, at);
                }
            }
            Event::WaiverGranted { unit, waiver } => {
                self.quota.waived(*unit, Some(waiver));
                self.quota.touch(&self.org, *unit, at);
            }
            Event::WaiverRevoked { unit } => {
                self.quota.waived(*unit, None);
                self.quota.touch(&self.org, *unit, at);
            }
            Event::QuotaEvaluated { date, next, lines } => self.quota.evaluated(*date, *next, lines),
            Event::TeamShort {
                unit,
                required: _,
                selected: _,
                shortfall: _,
            } => self.quota.fell_short(*unit),
            Event::TeamShortEnded { unit } => self.quota.short_ended(*unit),
            // On record for those who ask how a team came about.
            Event::TeamChosen {
                team: _,
                seed: _,
                proposal: _,
                date: _,
            } => {}
            Event::PlanImported { version, plan } => self.plans.imported(*version, plan, actor, at, revision),
            Event::PostFilled { unit, post, holders } => self.posts.filled(*unit, post, *holders, at),
            Event::ResponseRequested {
                response,
                spec,
                requested_by,
            } => self
                .responses
                .requested(*response, spec, Some(*requested_by), at, revision),
            Event::ResponseRejected { response, by, reason } => {
                let row = self.responses.get_mut(*response);
                row.changed = revision;
                row.phase = Phase::Rejected {
                    by: *by,
                    reason: reason.clone(),
                    at,
                };
            }
            Event::LevelAuthorized {
                response,
                authorization,
            } => {
                let row = self.responses.get_mut(*response);
                row.changed = revision;
                row.phase = Phase::Active;
                row.requested_by = row.requested_by.or(authorization.requested_by);
                row.authorizations.push(authorization.clone());
            }
            Event::ProvisionallyStarted { response, until } => {
                let row = self.responses.get_mut(*response);
                row.changed = revision;
                row.phase = Phase::Provisional { until: *until };
            }
            Event::ResponseLapsed { response } => {
                let row = self.responses.get_mut(*response);
                row.changed = revision;
                row.phase = Phase::Lapsed;
                row.terminated = Some((at, "".into()));
            }
            Event::CommandSet {
                response,
                roster,
                commands,
            } => {
                let row = self.responses.get_mut(*response);
                row.changed = revision;
                row.roster = *roster;
                row.commands.clone_from(commands);
            }
            Event::CommandHandedOver {
                response,
                unit,
                role,
                commander,
                backup,
                reason: _,
            } => {
                let row = self.responses.get_mut(*response);
                row.changed = revision;
                let here = row
                    .commands
                    .iter_mut()
                    .find(|node| node.unit == *unit && node.role == *role);
                if let Some(node) = here {
                    node.commander = Some(*commander);
                    node.backup = *backup;
                }
            }
            Event::SituationClocksSet { response, settings } => self.situations.clocks_set(*response, settings),
            Event::SituationReportFiled {
                response,
                report,
                settings,
            } => self.situations.filed(*response, report, settings, actor, at),
            Event::SituationReportMissed {
                response,
                clock,
                due,
                times,
                next,
            } => self.situations.missed_one(*response, *clock, *due, *times, *next),
            Event::BranchProposed { branch, spec } => {
                let people = self.branches.proposed(*branch, spec, actor, at, revision);
                self.concerns_branches(people);
            }
            Event::BranchChanged { branch, change } => {
                let people = self.branches.changed(*branch, change, actor, at, revision);
                self.concerns_branches(people);
            }
            Event::ReinforcementRequested { reinforcement, need } => {
                self.reinforcement.requested(*reinforcement, need, actor, at, revision);
            }
            Event::ReinforcementAllocated { reinforcement, round } => {
                self.reinforcement.allocated(*reinforcement, round, actor, at, revision);
                self.reinforcement.reschedule(&self.orders, *reinforcement, at);
            }
            Event::RequisitionSettled {
                reinforcement,
                round,
                agency,
                commitment,
            } => {
                self.reinforcement
                    .settled(*reinforcement, *round, *agency, commitment, revision);
                self.reinforcement.reschedule(&self.orders, *reinforcement, at);
            }
            Event::ReinforcementShort { reinforcement, missing } => {
                self.reinforcement.reviewed(*reinforcement, *missing, revision);
                self.reinforcement.reschedule(&self.orders, *reinforcement, at);
            }
            Event::ReinforcementAssigned {
                reinforcement,
                unit,
                people,
            } => self.reinforcement.assigned(*reinforcement, *unit, people, at, revision),
            Event::ReinforcementEnded {
                reinforcement,
                ending,
                reason,
            } => {
                self.reinforcement.ended(*reinforcement, *ending, reason, at, revision);
                self.reinforcement.reschedule(&self.orders, *reinforcement, at);
            }
            Event::AgencyLinked { agency, villages } => self.reinforcement.linked(*agency, villages),
            Event::InPlaceWindowOpened(opening) => self.in_place.opened(opening, actor, at, revision),
            Event::InPlaceWindowClosed { window, why } => self.in_place.closed(*window, *why, at, revision),
            Event::InPlaceReported {
                window,
                order,
                version,
                people,
                claim,
            } => {
                self.change_rows(*order, *version, people, |row| acknowledge(row, at));
                self.in_place.reported(*window, people, claim, at, revision);
            }
            Event::InPlaceConfirmed { window, people, by } => {
                self.in_place
                    .settled(*window, people, &Settlement::Confirmed(by.clone()), at, revision);
            }
            Event::InPlaceRejected {
                window,
                people,
                reason,
                by,
            } => {
                let rejected = Settlement::Rejected(by.clone(), reason.clone());
                self.in_place.settled(*window, people, &rejected, at, revision);
            }
            Event::InPlaceTasked { window, person, task } => self.in_place.tasked(*window, *person, task, revision),
            Event::InPlaceExempted { exemption, excuses } => {
                self.in_place.exempted(exemption);
                if let Some((order, version)) = excuses {
                    let person: PersonSet = [exemption.person].into_iter().collect();
                    self.change_rows(*order, *version, &person, |row| {
                        if row.arrived_at.is_none() && row.excuse.is_none() && !row.missed {
                            row.excuse = Some(Excuse::Exempt);
                        }
                    });
                    self.free(*order, &person);
                }
            }
            Event::InPlaceExemptionEnded { exemption } => self.in_place.exemption_ended(*exemption, at),
            Event::PreRegistered(registration) => self.in_place.registered(registration, revision),
            Event::DoubleReported(report) => self.in_place.double_reported(report, at),
            Event::ScenarioImported { version, scenario } => {
                self.exercises
                    .scenarios
                    .imported(*version, scenario, actor, at, revision);
            }
            Event::ExerciseStarted { run, spec } => self.exercise_started(*run, spec, actor, at),
            Event::InExercise { run, event } => self.exercises.happened(*run, event, actor, at, revision),
            Event::ExerciseChanged { run, change } => self.exercises.changed(*run, change, actor, at, revision),
            Event::ExerciseScheduled { schedule, spec } => self.exercise_scheduled(*schedule, spec, actor, at),
            Event::ScheduleChanged { schedule, change } => self.schedule_changed(*schedule, change, actor, at),
            Event::ActionRaised { action, spec } => self.exercises.actions.raised(*action, spec, actor, at),
            Event::ActionChanged { action, change } => self.exercises.actions.changed(*action, change, actor, at),
        }
    }

    /// Something happened to people that the branches they are in may have to follow.
    fn concerns_branches(&mut self, people: impl IntoIterator<Item = PersonId>) {
        if self.branches.is_empty() {
            return;
        }
        for person in people {
            let is_due = self.branches.knows(person) && crate::branch::is_due(self, person);
            self.branches.set_due(person, is_due);
        }
    }

    /// What somebody's home unit owes and has may have changed.
    fn touch_home(&mut self, person: PersonId, at: Timestamp) {
        if let Some(person) = self.people.get(person) {
            self.quota.touch(&self.org, person.home_unit, at);
        }
    }

    /// An agency team changes: what its unit, and the home units of those in it, owe and have may change with it.
    fn touch_team(&mut self, team: &Team, at: Timestamp) {
        let old = self.teams.iter().nth(team.id.index());
        let both = old
            .into_iter()
            .chain([team])
            .filter(|team| team.kind == TeamKind::Agency);
        let both: Vec<(UnitId, PersonSet)> = both.map(|team| (team.unit, team.members.clone())).collect();
        for (unit, members) in both {
            self.quota.touch(&self.org, unit, at);
            members.iter().for_each(|person| self.touch_home(person, at));
        }
    }

    #[allow(clippy::too_many_arguments, reason = "the fields of the event, and who and when")]
    fn order_issued(
        &mut self,
        order: OrderId,
        version: u32,
        spec: &OrderSpec,
        audience: &PersonSet,
        excused: &[(Excuse, PersonSet)],
        carried: &PersonSet,
        actor: &crate::command::Actor,
    ) {
        let (at, revision) = (self.at.expect("an entry has a time"), self.revision);
        let mut arrivals: BTreeMap<PersonId, Row> = BTreeMap::new();
        if version > 1 {
            let before = self.orders.get_mut(order).current_mut();
            before.status = OrderStatus::Superseded;
            before.ended_at = Some(at);
            before.changed = revision;
            before.announced = revision;
            arrivals = carried
                .iter()
                .filter_map(|person| Some((person, before.ledger.row(person)?.clone())))
                .collect();
            let people: PersonSet = before.ledger.rows().iter().map(|row| row.person).collect();
            before.ledger.change_all(revision, withdraw);
            self.free(order, &people);
        }
        let homes = audience
            .iter()
            .filter_map(|person| Some((person, self.people.get(person)?.home_unit)));
        let mut ledger = Ledger::open(&self.org, homes, revision);
        let is_in_place = spec.duty == DutyClass::InPlace;
        for person in audience.iter() {
            // Who is excused keeps the duty they have, if any.
            match excused.iter().find(|(_, people)| people.contains(person)) {
                Some((excuse, _)) => {
                    let elsewhere = is_in_place && self.is_called_by(person, spec.response);
                    ledger.change(person, revision, |row| {
                        row.excuse = Some(*excuse);
                        row.elsewhere = elsewhere;
                    });
                }
                None => self.deploy(person, order),
            }
        }
        for (person, before) in arrivals {
            ledger.change(person, revision, |row| {
                acknowledge(row, at);
                row.departed_at = before.departed_at;
                row.arrived_at = Some(at);
                row.observed_at = before.observed_at;
                row.arrival = before.arrival;
            });
        }
        self.orders.push_version(
            order,
            OrderVersion {
                version,
                spec: spec.clone(),
                issued_by: actor.clone(),
                issued_at: at,
                status: OrderStatus::Open,
                ended_at: None,
                ledger,
                evidence: BTreeMap::new(),
                steps_done: 0,
                ack_passed: false,
                arrival_passed: false,
                signed: Vec::new(),
                changed: revision,
                issued: revision,
                announced: revision,
            },
        );
        if version == 1 {
            let response = self.responses.get_mut(spec.response);
            response.orders.push(order);
            response.changed = revision;
        }
        self.concerns_branches(audience.iter());
        self.reschedule(order);
        self.stir(order);
    }

    fn leave_requested(
        &mut self,
        leave: crate::id::LeaveId,
        record: crate::leave::LeaveRecord,
        at: Timestamp,
        actor: &crate::command::Actor,
    ) {
        self.leave.requested(Leave {
            id: leave,
            record,
            requested: (actor.clone(), at),
            decided: None,
            changed: self.revision,
        });
    }

    /// Excuses a person whose leave was approved in time: from the order they declined, or from the one they are on.
    fn excuse(&mut self, leave: crate::id::LeaveId, record: &crate::leave::LeaveRecord, at: Timestamp) {
        let person = record.person;
        let (order, version) = match record.order {
            Some(order) => order,
            None if record.from <= at && at < record.until => match self.duty(person) {
                Some(order) => (order, self.orders.get(order).map_or(0, |order| order.current().version)),
                None => return,
            },
            None => return,
        };
        let mut excused = false;
        self.change_rows(order, version, &[person].into_iter().collect(), |row| {
            let meant = record.order.is_none() || row.declined == Some(leave);
            if meant && row.arrived_at.is_none() && !row.missed && row.excuse.is_none() {
                row.excuse = Some(Excuse::Leave);
                excused = true;
            }
        });
        if excused {
            self.free(order, &[person].into_iter().collect());
        }
    }

    fn change_rows(&mut self, order: OrderId, version: u32, people: &PersonSet, mut change: impl FnMut(&mut Row)) {
        let revision = self.revision;
        let row = self.orders.get_mut(order).version_mut(version);
        row.changed = revision;
        for person in people.iter() {
            row.ledger.change(person, revision, &mut change);
        }
        self.stir(order);
    }

    /// An order's ledger changed: whoever it was issued for may have something to do.
    fn stir(&mut self, order: OrderId) {
        let at = self.at.expect("an entry has a time");
        self.reinforcement.stirred(&self.orders, order, at, self.revision);
    }

    /// Ends an order's current version: `settle` says what becomes of each row.
    fn end_order(&mut self, order: OrderId, status: OrderStatus, at: Timestamp, settle: impl Fn(&mut Row)) {
        let revision = self.revision;
        let version = self.orders.get_mut(order).current_mut();
        version.status = status;
        version.ended_at = Some(at);
        version.changed = revision;
        version.announced = revision;
        version.ledger.change_all(revision, settle);
        let gone: PersonSet = version
            .ledger
            .rows()
            .iter()
            .filter(|row| row.arrived_at.is_none())
            .map(|row| row.person)
            .collect();
        self.free(order, &gone);
        self.reschedule(order);
        self.stir(order);
        self.in_place.order_ended(order, at, revision);
    }

    /// Ends the deployment of those who are deployed under `order`.
    fn free(&mut self, order: OrderId, people: &PersonSet) {
        for person in people.iter() {
            if self.duty.of(person) == Some(order) {
                self.duty.put(person, None);
                self.stirs(person);
            }
        }
        self.concerns_branches(people.iter());
    }

    /// Whether the duty that somebody has is under an order of this response.
    fn is_called_by(&self, person: PersonId, response: ResponseId) -> bool {
        let order = self.duty(person).and_then(|order| self.orders.get(order));
        order.is_some_and(|order| order.current().spec.response == response)
    }

    /// From now on this person is deployed under `order`.
    fn deploy(&mut self, person: PersonId, order: OrderId) {
        self.duty.put(person, Some(order));
        self.stirs(person);
    }

    /// Outside a world it is nobody's business.
    fn stirs(&mut self, person: PersonId) {
        if self.world_of.is_some() {
            self.stirred.push(person);
        }
    }

    fn reschedule(&mut self, order: OrderId) {
        let next = self.orders.get(order).and_then(|order| order.current().next_deadline());
        if let Some(before) = self.timer_of.remove(&order) {
            self.timers.remove(&(before, order));
        }
        if let Some(next) = next {
            self.timers.insert((next, order));
            self.timer_of.insert(order, next);
        }
    }
}

/// An answer that people are coming: the first one counts, and it takes back a decline that was not approved.
fn acknowledge(row: &mut Row, at: Timestamp) {
    row.acked_at.get_or_insert(at);
    row.declined = None;
    row.delivery = DeliveryState::Acked;
}

/// The order no longer asks for who has not come. Who is absent already stays so.
fn withdraw(row: &mut Row) {
    if row.arrived_at.is_none() && row.excuse.is_none() && !row.missed {
        row.excuse = Some(Excuse::OrderWithdrawn);
    }
}

/// The device's time, if it can be true; else the journal's (A4).
pub(crate) fn plausible(observed_at: Timestamp, issued_at: Timestamp, at: Timestamp) -> Timestamp {
    let after_issue = observed_at.ms_since(issued_at) >= -crate::deployment::SKEW_MS;
    let before_now = observed_at.ms_since(at) <= crate::deployment::SKEW_MS;
    if after_issue && before_now { observed_at } else { at }
}
