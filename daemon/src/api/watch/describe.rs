//! An event for auditors: what kind, what it concerns, how many people, and the facts with ids only.

mod branch;

use baiying_core::duty::Leg;
use baiying_core::event::{Entry, Event};
use baiying_core::exercise::RunChange;
use baiying_core::exercise::action::ActionChange;
use baiying_core::exercise::inject::Verdict;
use baiying_core::exercise::run::RemarkKind;
use baiying_core::exercise::schedule::{Outcome, ScheduleChange};
use baiying_core::id::{PersonId, PersonSet, Timestamp};
use baiying_core::in_place::{Basis, CloseReason, ExemptReason, Subject};
use baiying_core::leave::LeaveVerdict;
use baiying_core::order::CheckInMethod;
use baiying_core::reinforcement::{Commitment, Ending};
use baiying_core::situation::{Clock, ReportForm, ReportKind, Setting};
use baiying_core::spot_check::{Method, SpotCheckResult};
use baiying_core::word;
use baiying_proto::v1;
use serde_json::{Value, json};

use crate::api::exercise::ending_word;

/// Longest list of people that is shown.
const PEOPLE_SHOWN: usize = 20;

fn people(set: &PersonSet) -> Value {
    set.iter().take(PEOPLE_SHOWN).map(|person| person.to_string()).collect()
}

/// The event at a revision.
pub(crate) fn event(revision: u64, entry: &Entry, event: &Event) -> v1::JournalEvent {
    let (kind, subject, count, detail) = parts(event);
    v1::JournalEvent {
        revision,
        at_unix_ms: entry.at.unix_ms(),
        actor: entry.actor.0.to_string(),
        request_id: entry
            .request
            .as_ref()
            .map_or_else(String::new, |request| request.request_id.to_string()),
        kind: kind.to_owned(),
        subject,
        people: count as u32,
        detail_json: detail.to_string(),
    }
}

/// The word for what an event is.
pub(in crate::api) fn kind(event: &Event) -> &'static str {
    parts(event).0
}

/// What happened to a schedule.
fn schedule_change(change: &ScheduleChange) -> Value {
    match change {
        ScheduleChange::Skipped { instead: None, .. } => json!({ "change": "skipped" }),
        ScheduleChange::Skipped {
            instead: Some(instead), ..
        } => json!({ "change": "postponed", "instead": instead.to_string() }),
        ScheduleChange::Restored { .. } => json!({ "change": "restored" }),
        // Why is written by who knows what was to come, and may say so.
        ScheduleChange::Ended { .. } => json!({ "change": "ended" }),
        ScheduleChange::Settled { outcomes, .. } => {
            let started = outcomes.iter().filter_map(|(_, outcome)| match outcome {
                Outcome::Started(run) => Some(run.to_string()),
                Outcome::Missed(_) | Outcome::RealResponse(_) | Outcome::Refused(_) => None,
            });
            let started: Vec<String> = started.collect();
            json!({ "change": "settled", "missed": outcomes.len() - started.len(), "started": started })
        }
    }
}

/// What happened to a run, and to how many people.
fn exercise_change(change: &RunChange) -> (Value, usize) {
    match change {
        RunChange::Paused => (json!({ "change": "paused" }), 0),
        RunChange::Resumed => (json!({ "change": "resumed" }), 0),
        RunChange::Injected { number, by_hand } => {
            (json!({ "change": "injected", "inject": number, "by_hand": by_hand }), 0)
        }
        RunChange::Observed { number, observation } => (
            json!({ "change": "observed", "inject": number, "verdict": word::of(&Verdict::ALL, observation.verdict),
                "note": observation.note }),
            0,
        ),
        RunChange::Preempted { by, people: taken } => (
            json!({ "change": "preempted", "by": by.to_string(), "people": people(taken) }),
            taken.len(),
        ),
        RunChange::Remarked { kind, text } => (
            json!({ "change": "remarked", "kind": word::of(&RemarkKind::ALL, *kind), "text": text }),
            0,
        ),
        RunChange::Over(ending) => (json!({ "change": "over", "ending": ending_word(ending) }), 0),
        RunChange::PutAway => (json!({ "change": "archived" }), 0),
    }
}

/// What happened to a corrective action. What people wrote of it stays with it.
fn action_change(change: &ActionChange) -> (Value, usize) {
    let word = change.word();
    match change {
        ActionChange::Amended { owner, due, .. } => {
            let owner = owner.map(|owner| owner.to_string());
            let people = usize::from(owner.is_some());
            (
                json!({ "change": word, "owner": owner, "due": due.map(|due| due.to_string()) }),
                people,
            )
        }
        ActionChange::Reopened { due, .. } => (json!({ "change": word, "due": due.map(|due| due.to_string()) }), 0),
        ActionChange::Reported { by, .. } | ActionChange::Verified { by, .. } | ActionChange::Withdrawn { by, .. } => {
            (json!({ "change": word, "by": by.to_string() }), 1)
        }
    }
}

#[allow(clippy::too_many_lines, reason = "one arm an event")]
fn parts(event: &Event) -> (&'static str, String, usize, Value) {
    match event {
        Event::TenantInitialized(tenant) => (
            "tenant-initialized",
            tenant.name.to_string(),
            0,
            json!({ "synthetic": tenant.synthetic }),
        ),
        Event::UnitRecorded(unit) => (
            "unit-recorded",
            unit.code.to_string(),
            0,
            json!({ "name": &*unit.name }),
        ),
        Event::PersonRecorded { person, personal: _ } => ("person-recorded", person.id.to_string(), 1, json!({})),
        Event::TeamRecorded(team) => {
            let detail = json!({
                "code": &*team.code,
                "leader": team.leader.to_string(),
                "deputy": team.deputy.map(|deputy| deputy.to_string()),
                "members": people(&team.members),
            });
            ("team-recorded", team.id.to_string(), team.members.len(), detail)
        }
        Event::MusterPointRecorded(point) => (
            "muster-point-recorded",
            point.id.to_string(),
            0,
            json!({ "code": &*point.code }),
        ),
        Event::DeviceEnrolled(device) => (
            "device-enrolled",
            device.id.to_string(),
            1,
            json!({ "lead": device.lead.to_string() }),
        ),
        Event::BatchReceived {
            device,
            sequence,
            digest: _,
        } => ("batch-received", device.to_string(), 0, json!({ "sequence": sequence })),
        Event::ResponseActivated { response, spec } => {
            let detail = json!({
                "event": &*spec.event, "plan": &*spec.plan, "level": spec.level.number(),
                "reason": &*spec.reason, "basis": &*spec.basis,
            });
            ("response-activated", response.to_string(), 0, detail)
        }
        Event::ResponseLevelChanged { response, change } => {
            let detail = json!({
                "version": change.version, "from": change.from.map(|level| level.number()),
                "to": change.to.number(), "reason": &*change.reason, "basis": &*change.basis,
            });
            ("response-level-changed", response.to_string(), 0, detail)
        }
        Event::ResponseTerminated { response, reason } => (
            "response-terminated",
            response.to_string(),
            0,
            json!({ "reason": &**reason }),
        ),
        Event::OrderIssued {
            order,
            version,
            spec,
            audience,
            excused,
            carried,
        } => {
            let excused: usize = excused.iter().map(|(_, people)| people.len()).sum();
            let detail = json!({
                "version": version, "response": spec.response.to_string(), "text": &*spec.text,
                "due": audience.len(), "excused": excused, "carried": carried.len(),
            });
            ("order-issued", order.to_string(), audience.len(), detail)
        }
        Event::Preempted {
            order,
            version,
            people: set,
            by,
        } => (
            "preempted",
            order.to_string(),
            set.len(),
            json!({ "version": version, "people": people(set), "by": by.map(|response| response.to_string()) }),
        ),
        Event::OrderCancelled { order, reason } => {
            ("order-cancelled", order.to_string(), 0, json!({ "reason": &**reason }))
        }
        Event::OrderClosed { order } => ("order-closed", order.to_string(), 0, json!({})),
        Event::AttemptRecorded {
            order,
            version,
            channel,
            number,
            people: set,
        } => {
            let channel = word::of(&baiying_core::order::Channel::ALL, *channel);
            let detail = json!({ "version": version, "channel": channel, "number": number, "people": people(set) });
            ("attempt-recorded", order.to_string(), set.len(), detail)
        }
        Event::DeliveryReported {
            order,
            version,
            state,
            people: set,
        } => {
            let detail =
                json!({ "version": version, "state": format!("{state:?}").to_lowercase(), "people": people(set) });
            ("delivery-reported", order.to_string(), set.len(), detail)
        }
        Event::Acknowledged {
            order,
            version,
            people: set,
            proxy,
            observed_at,
        } => {
            let detail = json!({
                "version": version, "people": people(set), "proxy": proxy.map(|lead| lead.to_string()),
                "observed_at_unix_ms": observed_at.map(|at| at.unix_ms()),
            });
            ("acknowledged", order.to_string(), set.len(), detail)
        }
        Event::Declined {
            order,
            version,
            person,
            leave,
            reason,
            note: _,
        } => {
            let reason = word::of(&baiying_core::leave::LeaveReason::ALL, *reason);
            let detail = json!({
                "version": version, "person": person.to_string(), "leave": leave.to_string(), "reason": reason,
            });
            ("declined", order.to_string(), 1, detail)
        }
        Event::Departed {
            order,
            version,
            people: set,
            proxy,
            observed_at,
        } => {
            let detail = json!({
                "version": version, "people": people(set), "proxy": proxy.map(|lead| lead.to_string()),
                "observed_at_unix_ms": observed_at.map(|at| at.unix_ms()),
            });
            ("departed", order.to_string(), set.len(), detail)
        }
        Event::CheckedIn {
            order,
            version,
            people: set,
            muster_point,
            method,
            proxy,
            observed_at,
        } => {
            let detail = json!({
                "version": version, "people": people(set), "muster_point": muster_point.to_string(),
                "method": word::of(&baiying_core::order::CheckInMethod::ALL, *method),
                "proxy": proxy.map(|lead| lead.to_string()), "observed_at_unix_ms": observed_at.unix_ms(),
            });
            ("checked-in", order.to_string(), set.len(), detail)
        }
        Event::CheckInNoted {
            order,
            version,
            people: set,
            muster_point,
            method,
            proxy,
            observed_at,
            reason,
        } => {
            let detail = json!({
                "version": version, "people": people(set), "muster_point": muster_point.to_string(),
                "method": word::of(&baiying_core::order::CheckInMethod::ALL, *method),
                "proxy": proxy.map(|lead| lead.to_string()), "observed_at_unix_ms": observed_at.unix_ms(),
                "reason": format!("{reason:?}").to_lowercase(),
            });
            ("check-in-noted", order.to_string(), set.len(), detail)
        }
        Event::SignedOff { order, name } => ("signed-off", order.to_string(), 0, json!({ "name": &**name })),
        Event::Released {
            order,
            version,
            people: set,
        } => (
            "released",
            order.to_string(),
            set.len(),
            json!({ "version": version, "people": people(set) }),
        ),
        Event::EscalationStepped {
            order,
            version,
            step,
            target,
            people: set,
        } => {
            let detail = json!({
                "version": version, "step": step + 1, "people": people(set),
                "target": word::of(&baiying_core::order::StepTarget::ALL, *target),
            });
            ("escalation-stepped", order.to_string(), set.len(), detail)
        }
        Event::AckDeadlinePassed {
            order,
            version,
            people: set,
        } => (
            "ack-deadline-passed",
            order.to_string(),
            set.len(),
            json!({ "version": version, "people": people(set) }),
        ),
        Event::ArrivalDeadlinePassed {
            order,
            version,
            people: set,
        } => {
            let detail = json!({ "version": version, "people": people(set) });
            ("arrival-deadline-passed", order.to_string(), set.len(), detail)
        }
        Event::LeaveRequested { leave, record } => {
            let reason = word::of(&baiying_core::leave::LeaveReason::ALL, record.reason);
            let detail = json!({
                "person": record.person.to_string(), "reason": reason,
                "from_unix_ms": record.from.unix_ms(), "until_unix_ms": record.until.unix_ms(),
            });
            ("leave-requested", leave.to_string(), 1, detail)
        }
        Event::LeaveDecided { leave, verdict } => (
            "leave-decided",
            leave.to_string(),
            1,
            json!({ "approved": *verdict == LeaveVerdict::Approved }),
        ),
        Event::CalendarChanged { days } => {
            let dates: Value = days
                .iter()
                .take(PEOPLE_SHOWN)
                .map(|(date, _)| date.to_string())
                .collect();
            let detail = json!({ "days": days.len(), "dates": dates });
            ("calendar-changed", String::new(), 0, detail)
        }
        Event::DutyRosterRecorded(roster) => {
            let people: PersonSet = roster.people().collect();
            let detail = json!({
                "version": roster.version, "from_date": roster.from_date.to_string(), "pattern": roster.pattern,
                "people": self::people(&people),
            });
            ("duty-roster-recorded", roster.unit.to_string(), people.len(), detail)
        }
        Event::StandInSet(stand_in) => {
            let detail = json!({
                "unit": stand_in.unit.to_string(), "person": stand_in.person.to_string(),
                "instead_of": stand_in.instead_of.map(|person| person.to_string()),
                "from_unix_ms": stand_in.from.unix_ms(), "until_unix_ms": stand_in.until.unix_ms(),
            });
            ("stand-in-set", stand_in.id.to_string(), 1, detail)
        }
        Event::StandInEnded { stand_in } => ("stand-in-ended", stand_in.to_string(), 0, json!({})),
        Event::SwapRequested { swap, record } => {
            let leg = |leg: &Leg| {
                json!({
                    "unit": leg.unit.to_string(), "date": leg.date.to_string(), "shift": leg.shift,
                    "from": leg.from.to_string(), "to": leg.to.to_string(),
                })
            };
            let detail = json!({ "gives": leg(&record.gives), "takes": record.takes.as_ref().map(leg) });
            ("swap-requested", swap.to_string(), 2, detail)
        }
        Event::SwapConsented { swap, consent } => {
            ("swap-consented", swap.to_string(), 1, json!({ "consent": consent }))
        }
        Event::SwapDecided {
            swap,
            approve,
            emergency,
        } => {
            let detail = json!({ "approved": approve, "emergency": emergency });
            ("swap-decided", swap.to_string(), 2, detail)
        }
        Event::DutySignedIn(sign_in) => {
            let detail = json!({
                "person": sign_in.person.to_string(), "date": sign_in.date.to_string(), "shift": sign_in.shift,
            });
            ("duty-signed-in", sign_in.unit.to_string(), 1, detail)
        }
        Event::DutySignedOut {
            unit,
            date,
            shift,
            person,
        } => {
            let detail = json!({ "person": person.to_string(), "date": date.to_string(), "shift": shift });
            ("duty-signed-out", unit.to_string(), 1, detail)
        }
        Event::BackupSet { unit, post, backup } => {
            let (a, b) = backup.roles.unzip();
            let id = |person: Option<PersonId>| person.map(|person| person.to_string());
            let detail = json!({ "post": post, "a": id(a), "b": id(b) });
            (
                "backup-set",
                unit.to_string(),
                2 * usize::from(backup.roles.is_some()),
                detail,
            )
        }
        Event::PhonesVerified { people: set } => (
            "phones-verified",
            String::new(),
            set.len(),
            json!({ "people": people(set) }),
        ),
        Event::RosterConfirmed { units, date } => {
            let units: Vec<_> = units.iter().map(ToString::to_string).collect();
            let first = units.first().cloned().unwrap_or_default();
            (
                "roster-confirmed",
                first,
                0,
                json!({ "units": units, "date": date.to_string() }),
            )
        }
        Event::PersonalDataShown {
            people: set,
            purpose,
            approved_by,
        } => {
            let approved_by = approved_by.as_ref().map(|by| &*by.0);
            let detail = json!({ "people": people(set), "purpose": &**purpose, "approved_by": approved_by });
            ("personal-data-shown", String::new(), set.len(), detail)
        }
        Event::CountPolicySet { unit, policy } => {
            let detail = json!({
                "percent": policy.percent, "counted": policy.counted, "basis": &*policy.basis,
                "joint_with": policy.joint_with.map(|host| host.to_string()),
            });
            ("count-policy-set", unit.to_string(), 0, detail)
        }
        Event::PersonExcluded(exclusion) => {
            let detail = json!({
                "person": exclusion.person.to_string(), "from": exclusion.from.to_string(),
                "reason": word::of(&baiying_core::quota::Unfit::ALL, exclusion.reason),
                "until": exclusion.until.map(|until| until.to_string()), "approved_by": &*exclusion.approved_by.0,
            });
            ("person-excluded", exclusion.id.to_string(), 1, detail)
        }
        Event::ExclusionEnded { exclusion, until } => (
            "exclusion-ended",
            exclusion.to_string(),
            1,
            json!({ "until": until.to_string() }),
        ),
        Event::WaiverGranted { unit, waiver } => {
            let detail = json!({
                "until": waiver.until.to_string(), "reason": &*waiver.reason, "approved_by": &*waiver.approved_by.0,
            });
            ("waiver-granted", unit.to_string(), 0, detail)
        }
        Event::WaiverRevoked { unit } => ("waiver-revoked", unit.to_string(), 0, json!({})),
        Event::QuotaEvaluated { date, next: _, lines } => {
            let units: Vec<_> = lines.iter().map(|line| line.unit.to_string()).collect();
            ("quota-evaluated", date.to_string(), 0, json!({ "units": units }))
        }
        Event::TeamShort {
            unit,
            required,
            selected,
            shortfall,
        } => {
            let detail = json!({ "required": required, "selected": selected, "shortfall": shortfall });
            ("team-short", unit.to_string(), *shortfall as usize, detail)
        }
        Event::TeamShortEnded { unit } => ("team-short-ended", unit.to_string(), 0, json!({})),
        Event::TeamChosen {
            team,
            seed,
            proposal,
            date,
        } => {
            let detail = json!({ "seed": seed.to_string(), "proposal": &**proposal, "date": date.to_string() });
            ("team-chosen", team.to_string(), 0, detail)
        }
        Event::PlanImported { version, plan } => (
            "plan-imported",
            plan.kind.to_string(),
            0,
            json!({ "version": version, "name": &*plan.name, "basis": &*plan.basis }),
        ),
        Event::PostFilled { unit, post, holders } => {
            let who = |person: Option<PersonId>| person.map(|person| person.to_string());
            let detail = json!({ "post": &**post, "primary": who(holders.primary), "backup": who(holders.backup) });
            ("post-filled", unit.to_string(), 0, detail)
        }
        Event::ResponseRequested {
            response,
            spec,
            requested_by,
        } => {
            let detail = json!({
                "event": &*spec.event, "plan": &*spec.plan, "level": spec.level.number(),
                "reason": &*spec.reason, "basis": &*spec.basis, "requested_by": requested_by.to_string(),
            });
            ("response-requested", response.to_string(), 0, detail)
        }
        Event::ResponseRejected { response, by, reason } => {
            let detail = json!({ "by": by.to_string(), "reason": &**reason });
            ("response-rejected", response.to_string(), 0, detail)
        }
        Event::LevelAuthorized {
            response,
            authorization,
        } => {
            let detail = json!({
                "version": authorization.version, "level": authorization.level.number(), "post": &*authorization.post,
                "requested_by": authorization.requested_by.map(|person| person.to_string()),
                "approved_by": authorization.approved_by.to_string(),
            });
            ("level-authorized", response.to_string(), 0, detail)
        }
        Event::ProvisionallyStarted { response, until } => {
            let detail = json!({ "until_unix_ms": until.unix_ms() });
            ("provisionally-started", response.to_string(), 0, detail)
        }
        Event::ResponseLapsed { response } => ("response-lapsed", response.to_string(), 0, json!({})),
        Event::CommandSet {
            response,
            roster,
            commands,
        } => {
            let detail = json!({ "roster_revision": roster.0, "nodes": commands.len() });
            ("command-set", response.to_string(), commands.len(), detail)
        }
        Event::CommandHandedOver {
            response,
            unit,
            role,
            commander,
            backup,
            reason,
        } => {
            let detail = json!({
                "unit": unit.to_string(), "role": &**role, "commander": commander.to_string(),
                "backup": backup.map(|person| person.to_string()), "reason": &**reason,
            });
            ("command-handed-over", response.to_string(), 1, detail)
        }
        Event::SituationClocksSet { response, settings } => {
            let settings = settings.iter().map(|Setting { clock, due }| {
                json!({ "clock": word::of(&Clock::ALL, *clock), "due_unix_ms": due.map(Timestamp::unix_ms) })
            });
            let detail = json!({ "clocks": settings.collect::<Vec<_>>() });
            ("situation-clocks-set", response.to_string(), 0, detail)
        }
        Event::SituationReportFiled {
            response,
            report,
            settings: _,
        } => {
            let detail = json!({
                "report": report.seq, "kind": word::of(&ReportKind::ALL, report.kind), "number": report.number,
                "form": word::of(&ReportForm::ALL, report.form), "late": report.is_late(),
            });
            ("situation-report-filed", response.to_string(), 0, detail)
        }
        Event::SituationReportMissed {
            response,
            clock,
            due,
            times,
            next,
        } => {
            let detail = json!({
                "clock": word::of(&Clock::ALL, *clock), "due_unix_ms": due.unix_ms(), "times": times,
                "next_unix_ms": next.map(Timestamp::unix_ms),
            });
            ("situation-report-missed", response.to_string(), 0, detail)
        }
        Event::ReinforcementRequested { reinforcement, need } => {
            let detail = json!({ "response": need.response.to_string(), "town": need.town.to_string() });
            (
                "reinforcement-requested",
                reinforcement.to_string(),
                need.number as usize,
                detail,
            )
        }
        Event::ReinforcementAllocated { reinforcement, round } => {
            let agencies: Vec<_> = round.requisitions.iter().map(|it| it.agency.to_string()).collect();
            let number = round.requisitions.iter().map(|it| it.people.len()).sum();
            let detail = json!({
                "round": round.number, "automatic": round.automatic, "allocator": round.allocator.to_string(),
                "agencies": agencies, "answer_by_unix_ms": round.answer_by.unix_ms(),
            });
            ("reinforcement-allocated", reinforcement.to_string(), number, detail)
        }
        Event::RequisitionSettled {
            reinforcement,
            round,
            agency,
            commitment,
        } => {
            let (answer, order, number) = match commitment {
                Commitment::Pending => ("pending", None, 0),
                Commitment::Accepted { people, order, .. } => ("accepted", Some(order.to_string()), people.len()),
                Commitment::Declined { .. } => ("declined", None, 0),
                Commitment::Lapsed(_) => ("lapsed", None, 0),
                Commitment::Withdrawn(_) => ("withdrawn", None, 0),
            };
            let detail = json!({ "round": round, "agency": agency.to_string(), "answer": answer, "order": order });
            ("requisition-settled", reinforcement.to_string(), number, detail)
        }
        Event::ReinforcementShort { reinforcement, missing } => {
            let missing = *missing as usize;
            ("reinforcement-short", reinforcement.to_string(), missing, json!({}))
        }
        Event::ReinforcementAssigned {
            reinforcement,
            unit,
            people: who,
        } => {
            let detail = json!({ "unit": unit.to_string(), "people": people(who) });
            ("reinforcement-assigned", reinforcement.to_string(), who.len(), detail)
        }
        Event::ReinforcementEnded {
            reinforcement,
            ending,
            reason,
        } => {
            let detail = json!({ "ending": word::of(&Ending::ALL, *ending), "reason": &**reason });
            ("reinforcement-ended", reinforcement.to_string(), 0, detail)
        }
        Event::AgencyLinked { agency, villages } => {
            let villages: Vec<_> = villages.iter().map(ToString::to_string).collect();
            ("agency-linked", agency.to_string(), 0, json!({ "villages": villages }))
        }
        Event::InPlaceWindowOpened(opening) => {
            let detail = json!({
                "response": opening.response.to_string(), "village": opening.village.to_string(),
                "order": opening.order.to_string(), "mobilized_by": opening.mobilized_by.to_string(),
                "deadline_unix_ms": opening.deadline.unix_ms(), "closes_at_unix_ms": opening.closes_at.unix_ms(),
            });
            ("in-place-window-opened", opening.window.to_string(), 0, detail)
        }
        Event::InPlaceWindowClosed { window, why } => (
            "in-place-window-closed",
            window.to_string(),
            0,
            json!({ "why": word::of(&CloseReason::ALL, *why) }),
        ),
        Event::InPlaceReported {
            window,
            order,
            version,
            people: who,
            claim,
        } => {
            let detail = json!({
                "order": order.to_string(), "version": version, "people": people(who),
                "muster_point": claim.muster_point.to_string(),
                "method": word::of(&CheckInMethod::ALL, claim.method),
                "proxy": claim.proxy.map(|lead| lead.to_string()),
                "observed_at_unix_ms": claim.observed_at.unix_ms(),
            });
            ("in-place-reported", window.to_string(), who.len(), detail)
        }
        Event::InPlaceConfirmed {
            window,
            people: who,
            by,
        } => {
            let detail = json!({ "people": people(who), "by": &*by.0 });
            ("in-place-confirmed", window.to_string(), who.len(), detail)
        }
        Event::InPlaceRejected {
            window,
            people: who,
            reason,
            by,
        } => {
            let detail = json!({ "people": people(who), "reason": &**reason, "by": &*by.0 });
            ("in-place-rejected", window.to_string(), who.len(), detail)
        }
        Event::InPlaceTasked { window, person, task } => {
            let detail = json!({ "person": person.to_string(), "task": &**task });
            ("in-place-tasked", window.to_string(), 1, detail)
        }
        Event::InPlaceExempted { exemption, excuses } => {
            let detail = json!({
                "person": exemption.person.to_string(),
                "reason": word::of(&ExemptReason::ALL, exemption.reason),
                "from_unix_ms": exemption.from.unix_ms(),
                "until_unix_ms": exemption.until.map(Timestamp::unix_ms),
                "approved_by": &*exemption.approved_by.0,
                "order": excuses.map(|(order, _)| order.to_string()),
            });
            ("in-place-exempted", exemption.id.to_string(), 1, detail)
        }
        Event::InPlaceExemptionEnded { exemption } => ("in-place-exemption-ended", exemption.to_string(), 1, json!({})),
        Event::PreRegistered(registration) => (
            "pre-registered",
            registration.person.to_string(),
            1,
            json!({ "village": registration.village.to_string(), "skills": registration.skills.len() }),
        ),
        Event::DoubleReported(report) => {
            let subject = match report.subject {
                Subject::Unit(unit) => unit.to_string(),
                Subject::Person(person) => person.to_string(),
            };
            let detail = json!({
                "community": report.community.to_string(), "basis": word::of(&Basis::ALL, report.basis),
                "response": report.response.map(|response| response.to_string()), "stands": report.stands,
            });
            ("double-reported", subject, 0, detail)
        }
        Event::ScenarioImported { version, scenario } => (
            "scenario-imported",
            scenario.code.to_string(),
            0,
            json!({ "version": version }),
        ),
        Event::ExerciseStarted { run, spec } => (
            "exercise-started",
            run.to_string(),
            0,
            json!({ "scenario": spec.scenario.code, "version": spec.version, "unit": spec.unit.to_string(),
                "director": spec.director.to_string(), "rate": spec.rate }),
        ),
        // What happens in an exercise is called as it is outside, and says where.
        Event::InExercise { run, event } => {
            let (kind, subject, people, detail) = parts(event);
            (
                "in-exercise",
                format!("{run}-{subject}"),
                people,
                json!({ "exercise": run.to_string(), "kind": kind, "detail": detail }),
            )
        }
        Event::ExerciseChanged { run, change } => {
            let (what, people) = exercise_change(change);
            ("exercise-changed", run.to_string(), people, what)
        }
        // What runs when is not for everybody to know before.
        Event::ExerciseScheduled { schedule, spec } => (
            "exercise-scheduled",
            schedule.to_string(),
            0,
            json!({ "director": spec.director.to_string() }),
        ),
        Event::ScheduleChanged { schedule, change } => {
            ("schedule-changed", schedule.to_string(), 0, schedule_change(change))
        }
        Event::ActionRaised { action, spec } => (
            "action-raised",
            action.to_string(),
            1,
            json!({ "exercise": spec.run.to_string(), "owner": spec.owner.to_string(), "due": spec.due.to_string() }),
        ),
        Event::ActionChanged { action, change } => {
            let (what, people) = action_change(change);
            ("action-changed", action.to_string(), people, what)
        }
        Event::SpotChecksPlanned { checks } => {
            // When is nobody's to know before it was asked.
            let ids: Vec<_> = checks.iter().map(|check| check.id.to_string()).collect();
            ("spot-checks-planned", ids.join(" "), 0, json!({ "checks": ids.len() }))
        }
        Event::SpotCheckAsked { check, asked } => (
            "spot-check-asked",
            check.to_string(),
            asked.rostered.len(),
            json!({ "rostered": people(&asked.rostered), "pass_until_unix_ms": asked.pass_until.unix_ms() }),
        ),
        Event::SpotCheckAnswered { check, answer } => {
            let detail = json!({
                "person": answer.person.map(|person| person.to_string()),
                "result": word::of(&SpotCheckResult::ALL, answer.result),
            });
            ("spot-check-answered", check.to_string(), 1, detail)
        }
        Event::SpotCheckEnded { check, result } => (
            "spot-check-ended",
            check.to_string(),
            0,
            json!({ "result": word::of(&SpotCheckResult::ALL, *result) }),
        ),
        Event::SpotCheckCancelled { check } => ("spot-check-cancelled", check.to_string(), 0, json!({})),
        Event::SpotCheckRecorded {
            plan,
            method,
            asked,
            answer,
            result,
        } => {
            let detail = json!({
                "method": word::of(&Method::ALL, *method),
                "person": answer.as_ref().and_then(|answer| answer.person).map(|person| person.to_string()),
                "result": word::of(&SpotCheckResult::ALL, *result),
            });
            ("spot-check-recorded", plan.id.to_string(), asked.rostered.len(), detail)
        }
        Event::ReadinessEvaluated { due, came_up, mended } => (
            "readiness-evaluated",
            String::new(),
            0,
            json!({ "due_unix_ms": due.unix_ms(), "came_up": came_up.len(), "mended": mended.len() }),
        ),
        Event::BranchProposed { branch, spec } => branch::proposed(*branch, spec),
        Event::BranchChanged { branch, change } => branch::changed(*branch, change),
    }
}
