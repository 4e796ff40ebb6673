//! Spot checks and readiness.

use baiying_core::event::Event;
use baiying_core::id::{SpotCheckId, Timestamp, UnitId};
use baiying_core::readiness::GapKind;
use baiying_core::spot_check::{Asked, Method, Planned, SpotAnswer, SpotCheckResult};
use baiying_proto::journal::v1 as pb;
use pb::event::Kind;

use super::EventError;
use super::common::{Word, id, instant, optional_id, people, required, runs, word};

word!(Method = SpotCheckMethod { Stream Phone Video Visit });
word!(SpotCheckResult = SpotCheckResult { Pass Late NoAnswer WrongPerson OffPost });
word!(GapKind = GapKind {
    TeamShort TeamMissing NoLeader NoRoster DutyUncovered NoDeputy DutyConflict RosterStale Unverified SpotCheckFailed
    SpotCheckOverdue TeamSlot
});

fn encode_plan(plan: &Planned) -> pb::PlannedSpotCheck {
    let Planned {
        id,
        unit,
        from,
        until,
        at,
    } = plan;
    pb::PlannedSpotCheck {
        check: id.0,
        unit: unit.0,
        from_unix_ms: from.unix_ms(),
        until_unix_ms: until.unix_ms(),
        at_unix_ms: at.unix_ms(),
    }
}

fn decode_plan(message: pb::PlannedSpotCheck) -> Result<Planned, EventError> {
    let pb::PlannedSpotCheck {
        check,
        unit,
        from_unix_ms,
        until_unix_ms,
        at_unix_ms,
    } = message;
    Ok(Planned {
        id: id("spot_check.id", check)?,
        unit: id("spot_check.unit", unit)?,
        from: instant("spot_check.from", from_unix_ms)?,
        until: instant("spot_check.until", until_unix_ms)?,
        at: instant("spot_check.at", at_unix_ms)?,
    })
}

fn encode_asked(asked: &Asked) -> pb::AskedSpotCheck {
    let Asked {
        at,
        rostered,
        pass_until,
        late_until,
    } = asked;
    pb::AskedSpotCheck {
        at_unix_ms: at.unix_ms(),
        rostered: runs(rostered),
        pass_until_unix_ms: pass_until.unix_ms(),
        late_until_unix_ms: late_until.unix_ms(),
    }
}

fn decode_asked(message: pb::AskedSpotCheck) -> Result<Asked, EventError> {
    let pb::AskedSpotCheck {
        at_unix_ms,
        rostered,
        pass_until_unix_ms,
        late_until_unix_ms,
    } = message;
    Ok(Asked {
        at: instant("asked.at", at_unix_ms)?,
        rostered: people("asked.rostered", &rostered)?,
        pass_until: instant("asked.pass_until", pass_until_unix_ms)?,
        late_until: instant("asked.late_until", late_until_unix_ms)?,
    })
}

fn encode_answer(answer: &SpotAnswer) -> pb::SpotAnswer {
    let SpotAnswer {
        person,
        at,
        result,
        note,
    } = answer;
    pb::SpotAnswer {
        person: person.map(|person| person.0),
        at_unix_ms: at.unix_ms(),
        result: result.to_wire(),
        note: note.to_string(),
    }
}

fn decode_answer(message: pb::SpotAnswer) -> Result<SpotAnswer, EventError> {
    let pb::SpotAnswer {
        person,
        at_unix_ms,
        result,
        note,
    } = message;
    Ok(SpotAnswer {
        person: optional_id("answer.person", person)?,
        at: instant("answer.at", at_unix_ms)?,
        result: SpotCheckResult::from_wire("answer.result", result)?,
        note: note.into(),
    })
}

pub(super) fn encode_planned(checks: &[Planned]) -> Kind {
    Kind::SpotChecksPlanned(pb::SpotChecksPlanned {
        checks: checks.iter().map(encode_plan).collect(),
    })
}

pub(super) fn decode_planned(message: pb::SpotChecksPlanned) -> Result<Event, EventError> {
    let pb::SpotChecksPlanned { checks } = message;
    let checks = checks.into_iter().map(decode_plan).collect::<Result<_, _>>()?;
    Ok(Event::SpotChecksPlanned { checks })
}

pub(super) fn encode_was_asked(check: SpotCheckId, asked: &Asked) -> Kind {
    Kind::SpotCheckAsked(pb::SpotCheckAsked {
        check: check.0,
        asked: Some(encode_asked(asked)),
    })
}

pub(super) fn decode_was_asked(message: pb::SpotCheckAsked) -> Result<Event, EventError> {
    let pb::SpotCheckAsked { check, asked } = message;
    Ok(Event::SpotCheckAsked {
        check: id("spot_check.id", check)?,
        asked: decode_asked(required("spot_check.asked", asked)?)?,
    })
}

pub(super) fn encode_answered(check: SpotCheckId, answer: &SpotAnswer) -> Kind {
    Kind::SpotCheckAnswered(pb::SpotCheckAnswered {
        check: check.0,
        answer: Some(encode_answer(answer)),
    })
}

pub(super) fn decode_answered(message: pb::SpotCheckAnswered) -> Result<Event, EventError> {
    let pb::SpotCheckAnswered { check, answer } = message;
    Ok(Event::SpotCheckAnswered {
        check: id("spot_check.id", check)?,
        answer: decode_answer(required("spot_check.answer", answer)?)?,
    })
}

pub(super) fn encode_ended(check: SpotCheckId, result: SpotCheckResult) -> Kind {
    Kind::SpotCheckEnded(pb::SpotCheckEnded {
        check: check.0,
        result: result.to_wire(),
    })
}

pub(super) fn decode_ended(message: pb::SpotCheckEnded) -> Result<Event, EventError> {
    let pb::SpotCheckEnded { check, result } = message;
    Ok(Event::SpotCheckEnded {
        check: id("spot_check.id", check)?,
        result: SpotCheckResult::from_wire("spot_check.result", result)?,
    })
}

pub(super) fn encode_cancelled(check: SpotCheckId) -> Kind {
    Kind::SpotCheckCancelled(pb::SpotCheckCancelled { check: check.0 })
}

pub(super) fn decode_cancelled(message: pb::SpotCheckCancelled) -> Result<Event, EventError> {
    let pb::SpotCheckCancelled { check } = message;
    Ok(Event::SpotCheckCancelled {
        check: id("spot_check.id", check)?,
    })
}

pub(super) fn encode_recorded(
    plan: &Planned,
    method: Method,
    asked: &Asked,
    answer: Option<&SpotAnswer>,
    result: SpotCheckResult,
) -> Kind {
    Kind::SpotCheckRecorded(pb::SpotCheckRecorded {
        plan: Some(encode_plan(plan)),
        method: method.to_wire(),
        asked: Some(encode_asked(asked)),
        answer: answer.map(encode_answer),
        result: result.to_wire(),
    })
}

pub(super) fn decode_recorded(message: pb::SpotCheckRecorded) -> Result<Event, EventError> {
    let pb::SpotCheckRecorded {
        plan,
        method,
        asked,
        answer,
        result,
    } = message;
    Ok(Event::SpotCheckRecorded {
        plan: decode_plan(required("spot_check.plan", plan)?)?,
        method: Method::from_wire("spot_check.method", method)?,
        asked: decode_asked(required("spot_check.asked", asked)?)?,
        answer: answer.map(decode_answer).transpose()?,
        result: SpotCheckResult::from_wire("spot_check.result", result)?,
    })
}

fn encode_gaps(gaps: &[(UnitId, GapKind)]) -> Vec<pb::StoredGap> {
    let stored = |(unit, kind): &(UnitId, GapKind)| pb::StoredGap {
        unit: unit.0,
        kind: kind.to_wire(),
    };
    gaps.iter().map(stored).collect()
}

fn decode_gaps(gaps: Vec<pb::StoredGap>) -> Result<Vec<(UnitId, GapKind)>, EventError> {
    let gap = |pb::StoredGap { unit, kind }| Ok((id("gap.unit", unit)?, GapKind::from_wire("gap.kind", kind)?));
    gaps.into_iter().map(gap).collect()
}

pub(super) fn encode_evaluated(due: Timestamp, came_up: &[(UnitId, GapKind)], mended: &[(UnitId, GapKind)]) -> Kind {
    Kind::ReadinessEvaluated(pb::ReadinessEvaluated {
        due_unix_ms: due.unix_ms(),
        came_up: encode_gaps(came_up),
        mended: encode_gaps(mended),
    })
}

pub(super) fn decode_evaluated(message: pb::ReadinessEvaluated) -> Result<Event, EventError> {
    let pb::ReadinessEvaluated {
        due_unix_ms,
        came_up,
        mended,
    } = message;
    Ok(Event::ReadinessEvaluated {
        due: instant("evaluated.due", due_unix_ms)?,
        came_up: decode_gaps(came_up)?,
        mended: decode_gaps(mended)?,
    })
}
