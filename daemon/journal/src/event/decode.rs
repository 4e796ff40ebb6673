//! Every message to its event.

use baiying_core::event::Event;
use baiying_core::leave::LeaveReason;
use baiying_core::order::{Channel, CheckInMethod, DeliveryState, EvidenceReason, StepTarget};
use baiying_proto::journal::v1 as pb;
use pb::event::Kind;

use super::common::{Word, id, instant, optional_id, optional_instant, people, small, version};
use super::{
    EventError, duty, field, in_place, leave, muster, order, org, people as persons, quota, readiness, response, team, tenant,
};

pub(super) fn event(kind: Kind) -> Result<Event, EventError> {
    Ok(match kind {
        Kind::TenantInitialized(message) => tenant::decode(message)?,
        Kind::UnitRecorded(message) => org::decode(message)?,
        Kind::PersonRecorded(message) => persons::decode(message)?,
        Kind::TeamRecorded(message) => team::decode(message)?,
        Kind::MusterPointRecorded(message) => muster::decode(message)?,
        Kind::DeviceEnrolled(message) => field::decode_device(message)?,
        Kind::BatchReceived(message) => field::decode_batch(message)?,
        Kind::ResponseActivated(message) => response::decode_activated(message)?,
        Kind::ResponseLevelChanged(message) => response::decode_level_changed(message)?,
        Kind::ResponseTerminated(message) => response::decode_terminated(message)?,
        Kind::OrderIssued(message) => order::decode_issued(message)?,
        Kind::Preempted(pb::Preempted {
            order,
            version: number,
            people: who,
        }) => Event::Preempted {
            order: id("order.id", order)?,
            version: version("order.version", number)?,
            people: people("order.people", &who)?,
        },
        Kind::OrderCancelled(pb::OrderCancelled { order, reason }) => Event::OrderCancelled {
            order: id("order.id", order)?,
            reason: reason.into(),
        },
        Kind::OrderClosed(pb::OrderClosed { order }) => Event::OrderClosed {
            order: id("order.id", order)?,
        },
        Kind::AttemptRecorded(pb::AttemptRecorded {
            order,
            version: number,
            channel,
            number: attempt,
            people: who,
        }) => Event::AttemptRecorded {
            order: id("order.id", order)?,
            version: version("order.version", number)?,
            channel: Channel::from_wire("order.channel", channel)?,
            number: small("order.number", attempt)?,
            people: people("order.people", &who)?,
        },
        Kind::DeliveryReported(pb::DeliveryReported {
            order,
            version: number,
            state,
            people: who,
        }) => Event::DeliveryReported {
            order: id("order.id", order)?,
            version: version("order.version", number)?,
            state: DeliveryState::from_wire("order.state", state)?,
            people: people("order.people", &who)?,
        },
        Kind::Acknowledged(pb::Acknowledged {
            order,
            version: number,
            people: who,
            proxy,
            observed_at_unix_ms,
        }) => Event::Acknowledged {
            order: id("order.id", order)?,
            version: version("order.version", number)?,
            people: people("order.people", &who)?,
            proxy: optional_id("order.proxy", proxy)?,
            observed_at: optional_instant("order.observed_at", observed_at_unix_ms)?,
        },
        Kind::Declined(pb::Declined {
            order,
            version: number,
            person,
            leave,
            reason,
            note,
        }) => Event::Declined {
            order: id("order.id", order)?,
            version: version("order.version", number)?,
            person: id("order.person", person)?,
            leave: id("order.leave", leave)?,
            reason: LeaveReason::from_wire("order.reason", reason)?,
            note: note.into(),
        },
        Kind::Departed(pb::Departed {
            order,
            version: number,
            people: who,
            proxy,
            observed_at_unix_ms,
        }) => Event::Departed {
            order: id("order.id", order)?,
            version: version("order.version", number)?,
            people: people("order.people", &who)?,
            proxy: optional_id("order.proxy", proxy)?,
            observed_at: optional_instant("order.observed_at", observed_at_unix_ms)?,
        },
        Kind::CheckedIn(pb::CheckedIn {
            order,
            version: number,
            people: who,
            muster_point,
            method,
            proxy,
            observed_at_unix_ms,
        }) => Event::CheckedIn {
            order: id("order.id", order)?,
            version: version("order.version", number)?,
            people: people("order.people", &who)?,
            muster_point: id("order.muster_point", muster_point)?,
            method: CheckInMethod::from_wire("order.method", method)?,
            proxy: optional_id("order.proxy", proxy)?,
            observed_at: instant("order.observed_at", observed_at_unix_ms)?,
        },
        Kind::CheckInNoted(pb::CheckInNoted {
            order,
            version: number,
            people: who,
            muster_point,
            method,
            proxy,
            observed_at_unix_ms,
            reason,
        }) => Event::CheckInNoted {
            order: id("order.id", order)?,
            version: version("order.version", number)?,
            people: people("order.people", &who)?,
            muster_point: id("order.muster_point", muster_point)?,
            method: CheckInMethod::from_wire("order.method", method)?,
            proxy: optional_id("order.proxy", proxy)?,
            observed_at: instant("order.observed_at", observed_at_unix_ms)?,
            reason: EvidenceReason::from_wire("order.reason", reason)?,
        },
        Kind::SignedOff(pb::SignedOff { order, name }) => Event::SignedOff {
            order: id("order.id", order)?,
            name: name.into(),
        },
        Kind::Released(pb::Released {
            order,
            version: number,
            people: who,
        }) => Event::Released {
            order: id("order.id", order)?,
            version: version("order.version", number)?,
            people: people("order.people", &who)?,
        },
        Kind::EscalationStepped(pb::EscalationStepped {
            order,
            version: number,
            step,
            target,
            people: who,
        }) => Event::EscalationStepped {
            order: id("order.id", order)?,
            version: version("order.version", number)?,
            step: small("order.step", step)?,
            target: StepTarget::from_wire("order.target", target)?,
            people: people("order.people", &who)?,
        },
        Kind::AckDeadlinePassed(pb::AckDeadlinePassed {
            order,
            version: number,
            people: who,
        }) => Event::AckDeadlinePassed {
            order: id("order.id", order)?,
            version: version("order.version", number)?,
            people: people("order.people", &who)?,
        },
        Kind::ArrivalDeadlinePassed(pb::ArrivalDeadlinePassed {
            order,
            version: number,
            people: who,
        }) => Event::ArrivalDeadlinePassed {
            order: id("order.id", order)?,
            version: version("order.version", number)?,
            people: people("order.people", &who)?,
        },
        Kind::LeaveRequested(message) => leave::decode_requested(message)?,
        Kind::LeaveDecided(message) => leave::decode_decided(message)?,
        Kind::SpotChecksPlanned(message) => readiness::decode_planned(message)?,
        Kind::SpotCheckAsked(message) => readiness::decode_was_asked(message)?,
        Kind::SpotCheckAnswered(message) => readiness::decode_answered(message)?,
        Kind::SpotCheckEnded(message) => readiness::decode_ended(message)?,
        Kind::SpotCheckCancelled(message) => readiness::decode_cancelled(message)?,
        Kind::SpotCheckRecorded(message) => readiness::decode_recorded(message)?,
        Kind::ReadinessEvaluated(message) => readiness::decode_evaluated(message)?,
        Kind::PhonesVerified(pb::PhonesVerified { people: who }) => Event::PhonesVerified {
            people: people("verified.people", &who)?,
        },
        Kind::RosterConfirmed(message) => persons::decode_confirmed(message)?,
        Kind::PersonalDataShown(message) => persons::decode_shown(message)?,
        Kind::CountPolicySet(message) => quota::decode_policy(message)?,
        Kind::PersonExcluded(message) => quota::decode_exclusion(message)?,
        Kind::ExclusionEnded(message) => quota::decode_exclusion_ended(message)?,
        Kind::WaiverGranted(message) => quota::decode_waiver(message)?,
        Kind::WaiverRevoked(pb::WaiverRevoked { unit }) => Event::WaiverRevoked {
            unit: id("waiver.unit", unit)?,
        },
        Kind::QuotaEvaluated(message) => quota::decode_evaluated(message)?,
        Kind::TeamShort(message) => quota::decode_short(message)?,
        Kind::TeamShortEnded(pb::TeamShortEnded { unit }) => Event::TeamShortEnded {
            unit: id("short.unit", unit)?,
        },
        Kind::TeamChosen(message) => quota::decode_chosen(message)?,
        Kind::CalendarChanged(message) => duty::decode_calendar(message)?,
        Kind::DutyRosterRecorded(message) => duty::decode_roster(message)?,
        Kind::StandInSet(message) => duty::decode_stand_in(message)?,
        Kind::StandInEnded(pb::StandInEnded { stand_in }) => Event::StandInEnded {
            stand_in: id("stand_in.id", stand_in)?,
        },
        Kind::SwapRequested(message) => duty::decode_swap(message)?,
        Kind::SwapConsented(pb::SwapConsented { swap, consent }) => Event::SwapConsented {
            swap: id("swap.id", swap)?,
            consent,
        },
        Kind::SwapDecided(pb::SwapDecided {
            swap,
            approve,
            emergency,
        }) => Event::SwapDecided {
            swap: id("swap.id", swap)?,
            approve,
            emergency,
        },
        Kind::DutySignedIn(message) => duty::decode_signed_in(message)?,
        Kind::DutySignedOut(message) => duty::decode_signed_out(message)?,
        Kind::BackupSet(message) => duty::decode_backup(message)?,
        Kind::InPlaceWindowOpened(message) => in_place::decode_opened(message)?,
        Kind::InPlaceWindowClosed(message) => in_place::decode_closed(message)?,
        Kind::InPlaceReported(message) => in_place::decode_reported(message)?,
        Kind::InPlaceConfirmed(message) => in_place::decode_confirmed(message)?,
        Kind::InPlaceRejected(message) => in_place::decode_rejected(message)?,
        Kind::InPlaceTasked(message) => in_place::decode_tasked(message)?,
        Kind::InPlaceExempted(message) => in_place::decode_exempted(message)?,
        Kind::InPlaceExemptionEnded(pb::InPlaceExemptionEnded { exemption }) => Event::InPlaceExemptionEnded {
            exemption: id("exemption.id", exemption)?,
        },
        Kind::PreRegistered(message) => in_place::decode_registered(message)?,
        Kind::DoubleReported(message) => in_place::decode_double(message)?,
    })
}
