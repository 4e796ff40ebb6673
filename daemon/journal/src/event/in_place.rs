//! In-place reports.

use std::sync::Arc;

use baiying_core::command::{Actor, Answer, Issued};
use baiying_core::event::Event;
use baiying_core::id::{OrderId, PersonId, PersonSet, ResponseId, Timestamp, UnitId, WindowId};
use baiying_core::in_place::{
    Basis, Claim, CloseReason, DoubleReport, ExemptReason, Exemption, Opened, Opening, PreRegistration, Subject,
    WindowsOpened,
};
use baiying_core::order::CheckInMethod;
use baiying_proto::journal::v1 as pb;
use pb::event::Kind;

use super::EventError;
use super::common::{Word, id, ids, instant, optional_id, optional_instant, people, required, runs, version, word};

word!(CloseReason = InPlaceCloseReason { Deadline ByHand OrderEnded ResponseEnded LeftScope });
word!(ExemptReason = ExemptReason { FrontLine Quarantined Pregnant Maternity SevereIllness CommandPost });
word!(Basis = DoubleReportBasis { Workplace Residence Linked });

pub(super) fn encode_opened(opening: &Opening) -> Kind {
    let Opening {
        window,
        response,
        village,
        order,
        mobilized_by,
        deadline,
        closes_at,
    } = opening;
    Kind::InPlaceWindowOpened(pb::InPlaceWindowOpened {
        window: window.0,
        response: response.0,
        village: village.0,
        order: order.0,
        mobilized_by: mobilized_by.0,
        deadline_unix_ms: deadline.unix_ms(),
        closes_at_unix_ms: closes_at.unix_ms(),
    })
}

pub(super) fn decode_opened(message: pb::InPlaceWindowOpened) -> Result<Event, EventError> {
    let pb::InPlaceWindowOpened {
        window,
        response,
        village,
        order,
        mobilized_by,
        deadline_unix_ms,
        closes_at_unix_ms,
    } = message;
    Ok(Event::InPlaceWindowOpened(Opening {
        window: id("window.id", window)?,
        response: id("window.response", response)?,
        village: id("window.village", village)?,
        order: id("window.order", order)?,
        mobilized_by: id("window.mobilized_by", mobilized_by)?,
        deadline: instant("window.deadline", deadline_unix_ms)?,
        closes_at: instant("window.closes_at", closes_at_unix_ms)?,
    }))
}

pub(super) fn encode_closed(window: WindowId, why: CloseReason) -> Kind {
    Kind::InPlaceWindowClosed(pb::InPlaceWindowClosed {
        window: window.0,
        why: why.to_wire(),
    })
}

pub(super) fn decode_closed(message: pb::InPlaceWindowClosed) -> Result<Event, EventError> {
    let pb::InPlaceWindowClosed { window, why } = message;
    Ok(Event::InPlaceWindowClosed {
        window: id("window.id", window)?,
        why: CloseReason::from_wire("window.why", why)?,
    })
}

pub(super) fn encode_reported(window: WindowId, order: OrderId, number: u32, who: &PersonSet, claim: &Claim) -> Kind {
    let Claim {
        muster_point,
        method,
        proxy,
        observed_at,
    } = claim;
    Kind::InPlaceReported(pb::InPlaceReported {
        window: window.0,
        order: order.0,
        version: number,
        people: runs(who),
        muster_point: muster_point.0,
        method: method.to_wire(),
        proxy: proxy.map(|lead| lead.0),
        observed_at_unix_ms: observed_at.unix_ms(),
    })
}

pub(super) fn decode_reported(message: pb::InPlaceReported) -> Result<Event, EventError> {
    let pb::InPlaceReported {
        window,
        order,
        version: number,
        people: who,
        muster_point,
        method,
        proxy,
        observed_at_unix_ms,
    } = message;
    Ok(Event::InPlaceReported {
        window: id("report.window", window)?,
        order: id("report.order", order)?,
        version: version("report.version", number)?,
        people: people("report.people", &who)?,
        claim: Claim {
            muster_point: id("report.muster_point", muster_point)?,
            method: CheckInMethod::from_wire("report.method", method)?,
            proxy: optional_id("report.proxy", proxy)?,
            observed_at: instant("report.observed_at", observed_at_unix_ms)?,
        },
    })
}

pub(super) fn encode_confirmed(window: WindowId, who: &PersonSet, Actor(by): &Actor) -> Kind {
    Kind::InPlaceConfirmed(pb::InPlaceConfirmed {
        window: window.0,
        people: runs(who),
        by: by.to_string(),
    })
}

pub(super) fn decode_confirmed(message: pb::InPlaceConfirmed) -> Result<Event, EventError> {
    let pb::InPlaceConfirmed {
        window,
        people: who,
        by,
    } = message;
    Ok(Event::InPlaceConfirmed {
        window: id("report.window", window)?,
        people: people("report.people", &who)?,
        by: Actor(by.into()),
    })
}

pub(super) fn encode_rejected(window: WindowId, who: &PersonSet, reason: &str, Actor(by): &Actor) -> Kind {
    Kind::InPlaceRejected(pb::InPlaceRejected {
        window: window.0,
        people: runs(who),
        reason: reason.to_owned(),
        by: by.to_string(),
    })
}

pub(super) fn decode_rejected(message: pb::InPlaceRejected) -> Result<Event, EventError> {
    let pb::InPlaceRejected {
        window,
        people: who,
        reason,
        by,
    } = message;
    Ok(Event::InPlaceRejected {
        window: id("report.window", window)?,
        people: people("report.people", &who)?,
        reason: reason.into(),
        by: Actor(by.into()),
    })
}

pub(super) fn encode_tasked(window: WindowId, person: PersonId, task: &str) -> Kind {
    Kind::InPlaceTasked(pb::InPlaceTasked {
        window: window.0,
        person: person.0,
        task: task.to_owned(),
    })
}

pub(super) fn decode_tasked(message: pb::InPlaceTasked) -> Result<Event, EventError> {
    let pb::InPlaceTasked { window, person, task } = message;
    Ok(Event::InPlaceTasked {
        window: id("report.window", window)?,
        person: id("report.person", person)?,
        task: task.into(),
    })
}

pub(super) fn encode_exempted(exemption: &Exemption, excuses: Option<(OrderId, u32)>) -> Kind {
    let Exemption {
        id,
        person,
        reason,
        from,
        until,
        approved_by: Actor(approved_by),
    } = exemption;
    Kind::InPlaceExempted(pb::InPlaceExempted {
        exemption: id.0,
        person: person.0,
        reason: reason.to_wire(),
        from_unix_ms: from.unix_ms(),
        until_unix_ms: until.map(Timestamp::unix_ms),
        approved_by: approved_by.to_string(),
        order: excuses.map(|(order, _)| order.0),
        version: excuses.map(|(_, number)| number),
    })
}

pub(super) fn decode_exempted(message: pb::InPlaceExempted) -> Result<Event, EventError> {
    let pb::InPlaceExempted {
        exemption,
        person,
        reason,
        from_unix_ms,
        until_unix_ms,
        approved_by,
        order,
        version: number,
    } = message;
    let excuses = match optional_id("exemption.order", order)? {
        None => None,
        Some(order) => {
            let number = required("exemption.version", number)?;
            Some((order, version("exemption.version", number)?))
        }
    };
    Ok(Event::InPlaceExempted {
        exemption: Exemption {
            id: id("exemption.id", exemption)?,
            person: id("exemption.person", person)?,
            reason: ExemptReason::from_wire("exemption.reason", reason)?,
            from: instant("exemption.from", from_unix_ms)?,
            until: optional_instant("exemption.until", until_unix_ms)?,
            approved_by: Actor(approved_by.into()),
        },
        excuses,
    })
}

pub(super) fn encode_registered(registration: &PreRegistration) -> Kind {
    let PreRegistration {
        person,
        village,
        skills,
        service,
        hours,
    } = registration;
    Kind::PreRegistered(pb::PreRegistered {
        person: person.0,
        village: village.0,
        skills: skills.iter().map(ToString::to_string).collect(),
        service: service.to_string(),
        hours: hours.to_string(),
    })
}

pub(super) fn decode_registered(message: pb::PreRegistered) -> Result<Event, EventError> {
    let pb::PreRegistered {
        person,
        village,
        skills,
        service,
        hours,
    } = message;
    Ok(Event::PreRegistered(PreRegistration {
        person: id("registration.person", person)?,
        village: id("registration.village", village)?,
        skills: skills.into_iter().map(Into::into).collect(),
        service: service.into(),
        hours: hours.into(),
    }))
}

pub(super) fn encode_double(report: &DoubleReport) -> Kind {
    let DoubleReport {
        subject,
        community,
        basis,
        response,
        stands,
    } = report;
    Kind::DoubleReported(pb::DoubleReported {
        subject: Some(match subject {
            Subject::Unit(unit) => pb::double_reported::Subject::Unit(unit.0),
            Subject::Person(person) => pb::double_reported::Subject::Person(person.0),
        }),
        community: community.0,
        basis: basis.to_wire(),
        response: response.map(|response| response.0),
        stands: *stands,
    })
}

pub(super) fn decode_double(message: pb::DoubleReported) -> Result<Event, EventError> {
    let pb::DoubleReported {
        subject,
        community,
        basis,
        response,
        stands,
    } = message;
    let subject = match required("double_report.subject", subject)? {
        pb::double_reported::Subject::Unit(unit) => Subject::Unit(id("double_report.unit", unit)?),
        pb::double_reported::Subject::Person(person) => Subject::Person(id("double_report.person", person)?),
    };
    let response: Option<ResponseId> = optional_id("double_report.response", response)?;
    Ok(Event::DoubleReported(DoubleReport {
        subject,
        community: id("double_report.community", community)?,
        basis: Basis::from_wire("double_report.basis", basis)?,
        response,
        stands,
    }))
}

pub(super) fn encode_answer(opened: &WindowsOpened) -> pb::WindowsOpenedAnswer {
    let WindowsOpened {
        opened,
        open_before,
        without_members,
    } = opened;
    let numbers = |units: &[UnitId]| units.iter().map(|unit| unit.0).collect();
    let encode = |opened: &Opened| {
        let Opened {
            window,
            village,
            order:
                Issued {
                    order,
                    version,
                    due,
                    excused,
                    preempted,
                },
        } = opened;
        pb::WindowOpenedAnswer {
            window: window.0,
            village: village.0,
            order: order.0,
            version: *version,
            due: *due,
            excused: *excused,
            preempted: *preempted,
        }
    };
    pb::WindowsOpenedAnswer {
        opened: opened.iter().map(encode).collect(),
        open_before: numbers(open_before),
        without_members: numbers(without_members),
    }
}

pub(super) fn decode_answer(message: pb::WindowsOpenedAnswer) -> Result<Answer, EventError> {
    let pb::WindowsOpenedAnswer {
        opened,
        open_before,
        without_members,
    } = message;
    let decode = |message: pb::WindowOpenedAnswer| {
        let pb::WindowOpenedAnswer {
            window,
            village,
            order,
            version: number,
            due,
            excused,
            preempted,
        } = message;
        Ok::<_, EventError>(Opened {
            window: id("answer.window", window)?,
            village: id("answer.village", village)?,
            order: Issued {
                order: id("answer.order", order)?,
                version: version("answer.version", number)?,
                due,
                excused,
                preempted,
            },
        })
    };
    Ok(Answer::WindowsOpened(Arc::new(WindowsOpened {
        opened: opened.into_iter().map(decode).collect::<Result<_, _>>()?,
        open_before: ids("answer.open_before", open_before)?,
        without_members: ids("answer.without_members", without_members)?,
    })))
}
