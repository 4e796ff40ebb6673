//! The 20 % rule.

use baiying_core::calendar::Date;
use baiying_core::command::Actor;
use baiying_core::event::Event;
use baiying_core::id::{Timestamp, UnitId};
use baiying_core::quota::{CountPolicy, Exclusion, QuotaStatus, Unfit, UnitLine, Waiver};
use baiying_proto::journal::v1 as pb;
use pb::event::Kind;

use super::EventError;
use super::common::{Word, date, id, instant, optional_date, optional_id, small, word};

word!(Unfit = Unfit {
    OverAge NonParty OtherTeam Medical Maternity Leave Study KeyPost Carer Investigation Retiring Other
});
word!(QuotaStatus = QuotaStatus { Short ShortIneligible Stale Waived Ok NotCounted });

pub(super) fn encode_policy(unit: UnitId, policy: &CountPolicy) -> Kind {
    let CountPolicy {
        percent,
        counted,
        joint_with,
        basis,
    } = policy;
    Kind::CountPolicySet(pb::CountPolicySet {
        unit: unit.0,
        percent: u32::from(*percent),
        counted: *counted,
        joint_with: joint_with.map(|unit| unit.0),
        basis: basis.to_string(),
    })
}

pub(super) fn decode_policy(message: pb::CountPolicySet) -> Result<Event, EventError> {
    let pb::CountPolicySet {
        unit,
        percent,
        counted,
        joint_with,
        basis,
    } = message;
    Ok(Event::CountPolicySet {
        unit: id("policy.unit", unit)?,
        policy: CountPolicy {
            percent: small("policy.percent", percent)?,
            counted,
            joint_with: optional_id("policy.joint_with", joint_with)?,
            basis: basis.into(),
        },
    })
}

pub(super) fn encode_exclusion(exclusion: &Exclusion) -> Kind {
    let Exclusion {
        id,
        person,
        reason,
        from,
        until,
        approved_by: Actor(approved_by),
    } = exclusion;
    Kind::PersonExcluded(pb::PersonExcluded {
        exclusion: id.0,
        person: person.0,
        reason: reason.to_wire(),
        from: from.days(),
        until: until.map(Date::days),
        approved_by: approved_by.to_string(),
    })
}

pub(super) fn decode_exclusion(message: pb::PersonExcluded) -> Result<Event, EventError> {
    let pb::PersonExcluded {
        exclusion,
        person,
        reason,
        from,
        until,
        approved_by,
    } = message;
    Ok(Event::PersonExcluded(Exclusion {
        id: id("exclusion.id", exclusion)?,
        person: id("exclusion.person", person)?,
        reason: Unfit::from_wire("exclusion.reason", reason)?,
        from: date("exclusion.from", from)?,
        until: optional_date("exclusion.until", until)?,
        approved_by: Actor(approved_by.into()),
    }))
}

pub(super) fn decode_exclusion_ended(message: pb::ExclusionEnded) -> Result<Event, EventError> {
    let pb::ExclusionEnded { exclusion, until } = message;
    Ok(Event::ExclusionEnded {
        exclusion: id("exclusion.id", exclusion)?,
        until: date("exclusion.until", until)?,
    })
}

pub(super) fn encode_waiver(unit: UnitId, waiver: &Waiver) -> Kind {
    let Waiver {
        from,
        until,
        reason,
        approved_by: Actor(approved_by),
    } = waiver;
    Kind::WaiverGranted(pb::WaiverGranted {
        unit: unit.0,
        from: from.days(),
        until: until.days(),
        reason: reason.to_string(),
        approved_by: approved_by.to_string(),
    })
}

pub(super) fn decode_waiver(message: pb::WaiverGranted) -> Result<Event, EventError> {
    let pb::WaiverGranted {
        unit,
        from,
        until,
        reason,
        approved_by,
    } = message;
    Ok(Event::WaiverGranted {
        unit: id("waiver.unit", unit)?,
        waiver: Waiver {
            from: date("waiver.from", from)?,
            until: date("waiver.until", until)?,
            reason: reason.into(),
            approved_by: Actor(approved_by.into()),
        },
    })
}

pub(super) fn encode_evaluated(day: Date, next: Timestamp, lines: &[UnitLine]) -> Kind {
    Kind::QuotaEvaluated(pb::QuotaEvaluated {
        date: day.days(),
        next_unix_ms: next.unix_ms(),
        lines: lines.iter().map(encode_line).collect(),
    })
}

pub(super) fn decode_evaluated(message: pb::QuotaEvaluated) -> Result<Event, EventError> {
    let pb::QuotaEvaluated {
        date: day,
        next_unix_ms,
        lines,
    } = message;
    Ok(Event::QuotaEvaluated {
        date: date("quota.date", day)?,
        next: instant("quota.next", next_unix_ms)?,
        lines: lines.into_iter().map(decode_line).collect::<Result<_, _>>()?,
    })
}

fn encode_line(line: &UnitLine) -> pb::UnitLine {
    let UnitLine {
        unit,
        established,
        percent,
        required,
        eligible,
        selected,
        unfit,
        shortfall,
        status,
        party,
        verified,
        ages,
        excluded,
        confirmed,
        waiver,
        joint_with,
    } = line;
    pb::UnitLine {
        unit: unit.0,
        established: *established,
        percent: u32::from(*percent),
        required: *required,
        eligible: *eligible,
        selected: *selected,
        unfit: *unfit,
        shortfall: *shortfall,
        status: status.to_wire(),
        party: *party,
        verified: *verified,
        ages: ages.to_vec(),
        excluded: excluded
            .iter()
            .map(|(reason, people)| pb::UnfitCount {
                reason: reason.to_wire(),
                people: *people,
            })
            .collect(),
        confirmed: confirmed.map(Date::days),
        waiver: waiver.as_ref().map(|(until, Actor(approved_by))| pb::WaiverInForce {
            until: until.days(),
            approved_by: approved_by.to_string(),
        }),
        joint_with: joint_with.map(|unit| unit.0),
    }
}

fn decode_line(message: pb::UnitLine) -> Result<UnitLine, EventError> {
    let pb::UnitLine {
        unit,
        established,
        percent,
        required,
        eligible,
        selected,
        unfit,
        shortfall,
        status,
        party,
        verified,
        ages,
        excluded,
        confirmed,
        waiver,
        joint_with,
    } = message;
    let count = |pb::UnfitCount { reason, people }| Ok((Unfit::from_wire("line.excluded", reason)?, people));
    let in_force = |pb::WaiverInForce { until, approved_by }| {
        let until = date("line.waiver", until)?;
        Ok::<_, EventError>((until, Actor(approved_by.into())))
    };
    Ok(UnitLine {
        unit: id("line.unit", unit)?,
        established,
        percent: small("line.percent", percent)?,
        required,
        eligible,
        selected,
        unfit,
        shortfall,
        status: QuotaStatus::from_wire("line.status", status)?,
        party,
        verified,
        ages: ages.try_into().map_err(|_| EventError::Invalid {
            field: "line.ages",
            problem: "not four numbers",
        })?,
        excluded: excluded.into_iter().map(count).collect::<Result<_, EventError>>()?,
        confirmed: optional_date("line.confirmed", confirmed)?,
        waiver: waiver.map(in_force).transpose()?,
        joint_with: optional_id("line.joint_with", joint_with)?,
    })
}

pub(super) fn decode_short(message: pb::TeamShort) -> Result<Event, EventError> {
    let pb::TeamShort {
        unit,
        required,
        selected,
        shortfall,
    } = message;
    Ok(Event::TeamShort {
        unit: id("short.unit", unit)?,
        required,
        selected,
        shortfall,
    })
}

pub(super) fn decode_chosen(message: pb::TeamChosen) -> Result<Event, EventError> {
    let pb::TeamChosen {
        team,
        seed,
        proposal,
        date: day,
    } = message;
    Ok(Event::TeamChosen {
        team: id("chosen.team", team)?,
        seed,
        proposal: proposal.into(),
        date: date("chosen.date", day)?,
    })
}
