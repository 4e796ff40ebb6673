//! What is ordered. What people did about it is in `deployment.rs`.

use baiying_core::duty::Position;
use baiying_core::event::Event;
use baiying_core::id::PersonSet;
use baiying_core::order::{Address, DutyClass, Excuse, LadderStep, OrderSpec, StepTarget};
use baiying_proto::journal::v1 as pb;
use pb::address::Kind as To;

use super::EventError;
use super::common::{Word, id, ids, instant, optional_instant, people, required, runs, version, word};

word!(DutyClass = DutyClass { Command AgencyTeam GridPost InPlace Volunteer });
word!(StepTarget = StepTarget { Repeat TeamLeader Deputy DutyLead Superior });
word!(Excuse = Excuse { Leave OtherDuty OrderWithdrawn Exempt });

pub(super) fn encode_spec(spec: &OrderSpec) -> pb::OrderSpec {
    let OrderSpec {
        response,
        text,
        muster_points,
        addressed,
        duty,
        ack_deadline,
        arrive_deadline,
        grace_ms,
        ladder,
        sign_offs,
        on_duty,
    } = spec;
    let on_duty = on_duty.iter().map(|(unit, position, person)| pb::OnDutyAtIssue {
        unit: unit.0,
        position: position.to_wire(),
        person: person.0,
    });
    pb::OrderSpec {
        response: response.0,
        text: text.to_string(),
        muster_points: muster_points.iter().map(|point| point.0).collect(),
        addressed: addressed.iter().map(encode_address).collect(),
        duty: duty.to_wire(),
        ack_deadline_unix_ms: ack_deadline.map(|at| at.unix_ms()),
        arrive_deadline_unix_ms: arrive_deadline.map(|at| at.unix_ms()),
        grace_ms: *grace_ms,
        ladder: ladder.iter().map(encode_step).collect(),
        sign_offs: sign_offs.iter().map(ToString::to_string).collect(),
        on_duty: on_duty.collect(),
    }
}

fn decode_spec(message: pb::OrderSpec) -> Result<OrderSpec, EventError> {
    let pb::OrderSpec {
        response,
        text,
        muster_points,
        addressed,
        duty,
        ack_deadline_unix_ms,
        arrive_deadline_unix_ms,
        grace_ms,
        ladder,
        sign_offs,
        on_duty,
    } = message;
    let on_duty = on_duty.into_iter().map(|pb::OnDutyAtIssue { unit, position, person }| {
        let position = Position::from_wire("order.on_duty", position)?;
        Ok((id("order.on_duty", unit)?, position, id("order.on_duty", person)?))
    });
    Ok(OrderSpec {
        response: id("order.response", response)?,
        text: text.into(),
        muster_points: ids("order.muster_points", muster_points)?,
        addressed: addressed.into_iter().map(decode_address).collect::<Result<_, _>>()?,
        duty: DutyClass::from_wire("order.duty", duty)?,
        ack_deadline: optional_instant("order.ack_deadline", ack_deadline_unix_ms)?,
        arrive_deadline: optional_instant("order.arrive_deadline", arrive_deadline_unix_ms)?,
        grace_ms,
        ladder: ladder.into_iter().map(decode_step).collect::<Result<_, _>>()?,
        sign_offs: sign_offs.into_iter().map(Into::into).collect(),
        on_duty: on_duty.collect::<Result<_, EventError>>()?,
    })
}

fn encode_address(address: &Address) -> pb::Address {
    let kind = match address {
        Address::Unit(unit) => To::Unit(unit.0),
        Address::Team(team) => To::Team(team.0),
        Address::Person(person) => To::Person(person.0),
        Address::CallOut => To::CallOut(pb::CallOut {}),
        Address::Residents(village) => To::Residents(village.0),
    };
    pb::Address { kind: Some(kind) }
}

fn decode_address(message: pb::Address) -> Result<Address, EventError> {
    Ok(match required("order.address", message.kind)? {
        To::Unit(unit) => Address::Unit(id("order.address.unit", unit)?),
        To::Team(team) => Address::Team(id("order.address.team", team)?),
        To::Person(person) => Address::Person(id("order.address.person", person)?),
        To::CallOut(pb::CallOut {}) => Address::CallOut,
        To::Residents(village) => Address::Residents(id("order.address.residents", village)?),
    })
}

fn encode_step(step: &LadderStep) -> pb::LadderStep {
    let LadderStep { at, target } = step;
    pb::LadderStep {
        at_unix_ms: at.unix_ms(),
        target: target.to_wire(),
    }
}

fn decode_step(message: pb::LadderStep) -> Result<LadderStep, EventError> {
    let pb::LadderStep { at_unix_ms, target } = message;
    Ok(LadderStep {
        at: instant("order.ladder.at", at_unix_ms)?,
        target: StepTarget::from_wire("order.ladder.target", target)?,
    })
}

pub(super) fn encode_excused((reason, who): &(Excuse, PersonSet)) -> pb::Excused {
    pb::Excused {
        reason: reason.to_wire(),
        people: runs(who),
    }
}

fn decode_excused(message: pb::Excused) -> Result<(Excuse, PersonSet), EventError> {
    let pb::Excused { reason, people: who } = message;
    Ok((
        Excuse::from_wire("order.excused.reason", reason)?,
        people("order.excused.people", &who)?,
    ))
}

pub(super) fn decode_issued(message: pb::OrderIssued) -> Result<Event, EventError> {
    let pb::OrderIssued {
        order,
        version: number,
        spec,
        audience,
        excused,
        carried,
    } = message;
    Ok(Event::OrderIssued {
        order: id("order.id", order)?,
        version: version("order.version", number)?,
        spec: Box::new(decode_spec(required("order.spec", spec)?)?),
        audience: people("order.audience", &audience)?,
        excused: excused.into_iter().map(decode_excused).collect::<Result<_, _>>()?,
        carried: people("order.carried", &carried)?,
    })
}
