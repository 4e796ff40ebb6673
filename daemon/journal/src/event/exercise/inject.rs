//! Injects of a scenario: what sets each off, and what it is expected to lead to.

use baiying_core::exercise::scenario::{Expectation, Inject, Trigger};
use baiying_core::response::Level;
use baiying_proto::journal::v1 as pb;
use pb::PlainExpectation as Plain;
use pb::inject::{Expects, Trigger as WireTrigger};

use crate::event::EventError;
use crate::event::common::{Word, required, small, version};

pub(super) fn encode(inject: &Inject) -> pb::Inject {
    let Inject {
        number,
        trigger,
        from,
        to,
        channel,
        text,
        expected,
        expects,
        within_ms,
        objective,
        controller,
    } = inject;
    pb::Inject {
        number: *number,
        trigger: Some(encode_trigger(trigger)),
        from: from.to_string(),
        to: to.to_string(),
        channel: channel.to_string(),
        text: text.to_string(),
        expected: expected.to_string(),
        expects: Some(encode_expects(*expects)),
        within_ms: *within_ms,
        objective: *objective,
        controller: controller.to_string(),
    }
}

pub(super) fn decode(message: pb::Inject) -> Result<Inject, EventError> {
    let pb::Inject {
        number,
        trigger,
        from,
        to,
        channel,
        text,
        expected,
        expects,
        within_ms,
        objective,
        controller,
    } = message;
    Ok(Inject {
        number: version("inject.number", number)?,
        trigger: decode_trigger(required("inject.trigger", trigger)?)?,
        from: from.into(),
        to: to.into(),
        channel: channel.into(),
        text: text.into(),
        expected: expected.into(),
        expects: decode_expects(required("inject.expects", expects)?)?,
        within_ms,
        objective,
        controller: controller.into(),
    })
}

fn encode_trigger(trigger: &Trigger) -> WireTrigger {
    match trigger {
        Trigger::After(ms) => WireTrigger::AfterMs(*ms),
        Trigger::Acknowledged(percent) => WireTrigger::AcknowledgedPercent(u32::from(*percent)),
        Trigger::Arrived(percent) => WireTrigger::ArrivedPercent(u32::from(*percent)),
        Trigger::Level(level) => WireTrigger::Level(level.to_wire()),
        Trigger::ByHand => WireTrigger::ByHand(pb::InjectByHand {}),
    }
}

fn decode_trigger(trigger: WireTrigger) -> Result<Trigger, EventError> {
    let field = "inject.trigger";
    Ok(match trigger {
        WireTrigger::AfterMs(ms) => Trigger::After(ms),
        WireTrigger::AcknowledgedPercent(percent) => Trigger::Acknowledged(small(field, percent)?),
        WireTrigger::ArrivedPercent(percent) => Trigger::Arrived(small(field, percent)?),
        WireTrigger::Level(level) => Trigger::Level(Level::from_wire(field, level)?),
        WireTrigger::ByHand(pb::InjectByHand {}) => Trigger::ByHand,
    })
}

fn encode_expects(expects: Expectation) -> Expects {
    let plain = |plain: Plain| Expects::ExpectsPlain(plain as i32);
    match expects {
        Expectation::Observed => plain(Plain::Observed),
        Expectation::HandOver => plain(Plain::HandOver),
        Expectation::Level(level) => Expects::ExpectsLevel(level.to_wire()),
        Expectation::LevelDown(level) => Expects::ExpectsLevelDown(level.to_wire()),
        Expectation::Order => plain(Plain::Order),
        Expectation::Report => plain(Plain::Report),
        Expectation::Reinforcement => plain(Plain::Reinforcement),
        Expectation::InPlaceWindow => plain(Plain::InPlaceWindow),
        Expectation::Branch => plain(Plain::Branch),
        Expectation::Acknowledged(percent) => Expects::ExpectsAcknowledgedPercent(u32::from(percent)),
        Expectation::Arrived(percent) => Expects::ExpectsArrivedPercent(u32::from(percent)),
    }
}

fn decode_expects(expects: Expects) -> Result<Expectation, EventError> {
    let field = "inject.expects";
    let value = match expects {
        Expects::ExpectsLevel(level) => return Ok(Expectation::Level(Level::from_wire(field, level)?)),
        Expects::ExpectsLevelDown(level) => return Ok(Expectation::LevelDown(Level::from_wire(field, level)?)),
        Expects::ExpectsAcknowledgedPercent(percent) => return Ok(Expectation::Acknowledged(small(field, percent)?)),
        Expects::ExpectsArrivedPercent(percent) => return Ok(Expectation::Arrived(small(field, percent)?)),
        Expects::ExpectsPlain(value) => value,
    };
    match Plain::try_from(value) {
        Ok(Plain::Observed) => Ok(Expectation::Observed),
        Ok(Plain::HandOver) => Ok(Expectation::HandOver),
        Ok(Plain::Order) => Ok(Expectation::Order),
        Ok(Plain::Report) => Ok(Expectation::Report),
        Ok(Plain::Reinforcement) => Ok(Expectation::Reinforcement),
        Ok(Plain::InPlaceWindow) => Ok(Expectation::InPlaceWindow),
        Ok(Plain::Branch) => Ok(Expectation::Branch),
        Ok(Plain::Unspecified) => Err(EventError::Missing { field }),
        Err(_) => Err(EventError::Unknown { field, value }),
    }
}
