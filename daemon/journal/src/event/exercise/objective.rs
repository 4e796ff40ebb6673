//! Objectives of a scenario.

use baiying_core::exercise::objective::{Metric, Objective, Target};
use baiying_proto::journal::v1 as pb;
use pb::PlainMetric as Plain;
use pb::objective::{Metric as WireMetric, Target as WireTarget};

use crate::event::EventError;
use crate::event::common::required;

pub(super) fn encode(objective: &Objective) -> pb::Objective {
    let Objective {
        name,
        name_en,
        metric,
        target,
        weight,
    } = objective;
    let target = match target {
        Target::AtLeast(share) => WireTarget::AtLeast(*share),
        Target::AtMost(share_or_ms) => WireTarget::AtMost(*share_or_ms),
    };
    pb::Objective {
        name: name.to_string(),
        name_en: name_en.to_string(),
        metric: Some(encode_metric(*metric)),
        target: Some(target),
        weight: *weight,
    }
}

pub(super) fn decode(message: pb::Objective) -> Result<Objective, EventError> {
    let pb::Objective {
        name,
        name_en,
        metric,
        target,
        weight,
    } = message;
    let target = match required("objective.target", target)? {
        WireTarget::AtLeast(share) => Target::AtLeast(share),
        WireTarget::AtMost(share_or_ms) => Target::AtMost(share_or_ms),
    };
    Ok(Objective {
        name: name.into(),
        name_en: name_en.into(),
        metric: decode_metric(required("objective.metric", metric)?)?,
        target,
        weight,
    })
}

fn encode_metric(metric: Metric) -> WireMetric {
    let plain = |plain: Plain| WireMetric::Plain(plain as i32);
    match metric {
        Metric::Reached => plain(Plain::Reached),
        Metric::Acknowledged => plain(Plain::Acknowledged),
        Metric::AcknowledgedWithin(ms) => WireMetric::AcknowledgedWithinMs(ms),
        Metric::AcknowledgeP50 => plain(Plain::AcknowledgeP50),
        Metric::AcknowledgeP90 => plain(Plain::AcknowledgeP90),
        Metric::AcknowledgeMax => plain(Plain::AcknowledgeMax),
        Metric::AssembledWithin(ms) => WireMetric::AssembledWithinMs(ms),
        Metric::Arrived => plain(Plain::Arrived),
        Metric::OnTime => plain(Plain::OnTime),
        Metric::Declined => plain(Plain::Declined),
        Metric::InjectsDone => plain(Plain::InjectsDone),
    }
}

fn decode_metric(metric: WireMetric) -> Result<Metric, EventError> {
    let field = "objective.metric";
    let value = match metric {
        WireMetric::AcknowledgedWithinMs(ms) => return Ok(Metric::AcknowledgedWithin(ms)),
        WireMetric::AssembledWithinMs(ms) => return Ok(Metric::AssembledWithin(ms)),
        WireMetric::Plain(value) => value,
    };
    match Plain::try_from(value) {
        Ok(Plain::Reached) => Ok(Metric::Reached),
        Ok(Plain::Acknowledged) => Ok(Metric::Acknowledged),
        Ok(Plain::AcknowledgeP50) => Ok(Metric::AcknowledgeP50),
        Ok(Plain::AcknowledgeP90) => Ok(Metric::AcknowledgeP90),
        Ok(Plain::AcknowledgeMax) => Ok(Metric::AcknowledgeMax),
        Ok(Plain::Arrived) => Ok(Metric::Arrived),
        Ok(Plain::OnTime) => Ok(Metric::OnTime),
        Ok(Plain::Declined) => Ok(Metric::Declined),
        Ok(Plain::InjectsDone) => Ok(Metric::InjectsDone),
        Ok(Plain::Unspecified) => Err(EventError::Missing { field }),
        Err(_) => Err(EventError::Unknown { field, value }),
    }
}
