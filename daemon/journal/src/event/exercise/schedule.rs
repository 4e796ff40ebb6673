//! Schedules of exercises: what was laid down, and what became of it.

use std::sync::Arc;

use baiying_core::calendar::{DayKind, DayKinds};
use baiying_core::event::Event;
use baiying_core::exercise::run::Role;
use baiying_core::exercise::scenario::Notice;
use baiying_core::exercise::schedule::{
    CatchUp, Occurrence, Outcome, Recurrence, Rule, ScheduleChange, ScheduleSpec, Why,
};
use baiying_core::id::{PersonId, ScheduleId, Timestamp};
use baiying_proto::journal::v1 as pb;
use pb::event::Kind;
use pb::schedule_changed::Change;
use pb::schedule_outcome::Outcome as WireOutcome;
use pb::schedule_rule::Recurrence as WireRecurrence;

use crate::event::EventError;
use crate::event::common::{Word, id, ids, instant, optional_id, required, version, word};

word!(CatchUp = ScheduleCatchUp { All Latest None });
word!(Why = ScheduleMissed { Skipped TooLate NotMadeUp NotLatest });

pub(in crate::event) fn encode_scheduled(schedule: ScheduleId, spec: &ScheduleSpec) -> Kind {
    let ScheduleSpec {
        scenario,
        unit,
        rule,
        director,
        staff,
        simulated,
        rate,
        instead_of,
        notice,
    } = spec;
    Kind::ExerciseScheduled(pb::ExerciseScheduled {
        schedule: schedule.0,
        spec: Some(pb::ScheduleSpec {
            scenario: scenario.to_string(),
            unit: unit.0,
            rule: Some(encode_rule(rule)),
            director: director.0,
            staff: staff.iter().map(encode_member).collect(),
            simulated: simulated.iter().map(|unit| unit.0).collect(),
            rate: *rate,
            instead_of: instead_of.map(encode_occurrence),
            notice: notice.map(Notice::to_wire),
        }),
    })
}

pub(in crate::event) fn decode_scheduled(message: pb::ExerciseScheduled) -> Result<Event, EventError> {
    let pb::ExerciseScheduled { schedule, spec } = message;
    let pb::ScheduleSpec {
        scenario,
        unit,
        rule,
        director,
        staff,
        simulated,
        rate,
        instead_of,
        notice,
    } = required("schedule.spec", spec)?;
    Ok(Event::ExerciseScheduled {
        schedule: id("schedule.schedule", schedule)?,
        spec: Arc::new(ScheduleSpec {
            scenario: scenario.into(),
            unit: id("schedule.unit", unit)?,
            rule: decode_rule(required("schedule.rule", rule)?)?,
            director: id("schedule.director", director)?,
            staff: staff.into_iter().map(decode_member).collect::<Result<_, _>>()?,
            simulated: ids("schedule.simulated", simulated)?,
            rate: version("schedule.rate", rate)?,
            instead_of: instead_of.map(decode_occurrence).transpose()?,
            notice: notice
                .map(|notice| Notice::from_wire("schedule.notice", notice))
                .transpose()?,
        }),
    })
}

pub(super) fn encode_member((role, person): &(Role, PersonId)) -> pb::ExerciseStaff {
    pb::ExerciseStaff {
        role: role.to_wire(),
        person: person.0,
    }
}

pub(super) fn decode_member(member: pb::ExerciseStaff) -> Result<(Role, PersonId), EventError> {
    let pb::ExerciseStaff { role, person } = member;
    let role = Role::from_wire("exercise.role", role)?;
    Ok((role, id("exercise.staff", person)?))
}

pub(super) fn encode_occurrence((schedule, nominal): (ScheduleId, Timestamp)) -> pb::ScheduledOccurrence {
    pb::ScheduledOccurrence {
        schedule: schedule.0,
        nominal_unix_ms: nominal.unix_ms(),
    }
}

pub(super) fn decode_occurrence(message: pb::ScheduledOccurrence) -> Result<(ScheduleId, Timestamp), EventError> {
    let pb::ScheduledOccurrence {
        schedule,
        nominal_unix_ms,
    } = message;
    let schedule = id("schedule.schedule", schedule)?;
    Ok((schedule, instant("schedule.nominal", nominal_unix_ms)?))
}

fn encode_rule(rule: &Rule) -> pb::ScheduleRule {
    let Rule {
        recurrence,
        zone,
        days,
        spread_ms,
        seed,
        catch_up,
        max_lateness_ms,
    } = rule;
    pb::ScheduleRule {
        recurrence: Some(match recurrence {
            Recurrence::Once(at) => WireRecurrence::OnceUnixMs(at.unix_ms()),
            Recurrence::Cron(expression) => WireRecurrence::Cron(expression.to_string()),
        }),
        zone: zone.to_string(),
        days: days.iter().map(Word::to_wire).collect(),
        spread_ms: *spread_ms,
        seed: *seed,
        catch_up: catch_up.to_wire(),
        max_lateness_ms: *max_lateness_ms,
    }
}

fn decode_rule(message: pb::ScheduleRule) -> Result<Rule, EventError> {
    let pb::ScheduleRule {
        recurrence,
        zone,
        days,
        spread_ms,
        seed,
        catch_up,
        max_lateness_ms,
    } = message;
    let days = days.into_iter().map(|kind| DayKind::from_wire("schedule.days", kind));
    Ok(Rule {
        recurrence: match required("schedule.recurrence", recurrence)? {
            WireRecurrence::OnceUnixMs(at) => Recurrence::Once(instant("schedule.once", at)?),
            WireRecurrence::Cron(expression) => Recurrence::Cron(expression.into()),
        },
        zone: zone.into(),
        days: days.collect::<Result<DayKinds, _>>()?,
        spread_ms,
        seed,
        catch_up: CatchUp::from_wire("schedule.catch_up", catch_up)?,
        max_lateness_ms,
    })
}

pub(in crate::event) fn encode_changed(schedule: ScheduleId, change: &ScheduleChange) -> Kind {
    let change = match change {
        ScheduleChange::Skipped {
            nominal,
            reason,
            instead,
        } => Change::Skipped(pb::ScheduleSkipped {
            nominal_unix_ms: nominal.unix_ms(),
            reason: reason.to_string(),
            instead: instead.map(|instead| instead.0),
        }),
        ScheduleChange::Restored { nominal } => Change::RestoredUnixMs(nominal.unix_ms()),
        ScheduleChange::Ended { reason } => Change::Ended(reason.to_string()),
        ScheduleChange::Settled { outcomes, until } => Change::Settled(pb::ScheduleSettled {
            outcomes: outcomes.iter().map(encode_outcome).collect(),
            until_unix_ms: until.unix_ms(),
        }),
    };
    Kind::ScheduleChanged(pb::ScheduleChanged {
        schedule: schedule.0,
        change: Some(change),
    })
}

pub(in crate::event) fn decode_changed(message: pb::ScheduleChanged) -> Result<Event, EventError> {
    let pb::ScheduleChanged { schedule, change } = message;
    let change = match required("schedule.change", change)? {
        Change::Skipped(pb::ScheduleSkipped {
            nominal_unix_ms,
            reason,
            instead,
        }) => ScheduleChange::Skipped {
            nominal: instant("schedule.nominal", nominal_unix_ms)?,
            reason: reason.into(),
            instead: optional_id("schedule.instead", instead)?,
        },
        Change::RestoredUnixMs(nominal) => ScheduleChange::Restored {
            nominal: instant("schedule.nominal", nominal)?,
        },
        Change::Ended(reason) => ScheduleChange::Ended { reason: reason.into() },
        Change::Settled(pb::ScheduleSettled {
            outcomes,
            until_unix_ms,
        }) => ScheduleChange::Settled {
            outcomes: outcomes.into_iter().map(decode_outcome).collect::<Result<_, _>>()?,
            until: instant("schedule.until", until_unix_ms)?,
        },
    };
    Ok(Event::ScheduleChanged {
        schedule: id("schedule.schedule", schedule)?,
        change,
    })
}

fn encode_outcome((occurrence, outcome): &(Occurrence, Outcome)) -> pb::ScheduleOutcome {
    let Occurrence { nominal, start } = occurrence;
    pb::ScheduleOutcome {
        nominal_unix_ms: nominal.unix_ms(),
        start_unix_ms: start.unix_ms(),
        outcome: Some(match outcome {
            Outcome::Started(run) => WireOutcome::Started(run.0),
            Outcome::Missed(why) => WireOutcome::Missed(why.to_wire()),
            Outcome::RealResponse(response) => WireOutcome::RealResponse(response.0),
            Outcome::Refused(problem) => WireOutcome::Refused(problem.to_string()),
        }),
    }
}

fn decode_outcome(message: pb::ScheduleOutcome) -> Result<(Occurrence, Outcome), EventError> {
    let pb::ScheduleOutcome {
        nominal_unix_ms,
        start_unix_ms,
        outcome,
    } = message;
    let occurrence = Occurrence {
        nominal: instant("schedule.nominal", nominal_unix_ms)?,
        start: instant("schedule.start", start_unix_ms)?,
    };
    let outcome = match required("schedule.outcome", outcome)? {
        WireOutcome::Started(run) => Outcome::Started(id("schedule.started", run)?),
        WireOutcome::Missed(why) => Outcome::Missed(Why::from_wire("schedule.missed", why)?),
        WireOutcome::RealResponse(response) => Outcome::RealResponse(id("schedule.response", response)?),
        WireOutcome::Refused(problem) => Outcome::Refused(problem.into()),
    };
    Ok((occurrence, outcome))
}
