//! Every event to its message.

use baiying_core::event::Event;
use baiying_core::id::Timestamp;
use baiying_proto::journal::v1 as pb;
use pb::event::Kind;

use super::common::{Word, runs};
use super::{
    branch, command_post, duty, exercise, field, in_place, leave, muster, order as orders, org, people as persons,
    plan as plans, quota, readiness, reinforcement, response as responses, situation, team, tenant,
};

pub(super) fn event(event: &Event) -> Kind {
    match event {
        Event::TenantInitialized(facts) => tenant::encode(facts),
        Event::UnitRecorded(unit) => org::encode(unit),
        Event::PersonRecorded { person, personal } => persons::encode(person, personal),
        Event::TeamRecorded(facts) => team::encode(facts),
        Event::MusterPointRecorded(point) => muster::encode(point),
        Event::DeviceEnrolled(device) => field::encode_device(device),
        Event::BatchReceived {
            device,
            sequence,
            digest,
        } => field::encode_batch(*device, *sequence, digest),
        Event::ResponseActivated { response, spec } => responses::encode_activated(response.0, spec),
        Event::ResponseLevelChanged { response, change } => responses::encode_level_changed(response.0, change),
        Event::ResponseTerminated { response, reason } => Kind::ResponseTerminated(pb::ResponseTerminated {
            response: response.0,
            reason: reason.to_string(),
        }),
        Event::OrderIssued {
            order,
            version,
            spec,
            audience,
            excused,
            carried,
        } => Kind::OrderIssued(pb::OrderIssued {
            order: order.0,
            version: *version,
            spec: Some(orders::encode_spec(spec)),
            audience: runs(audience),
            excused: excused.iter().map(orders::encode_excused).collect(),
            carried: runs(carried),
        }),
        Event::Preempted {
            order,
            version,
            people,
            by,
        } => Kind::Preempted(pb::Preempted {
            order: order.0,
            version: *version,
            people: runs(people),
            by_response: by.map(|response| response.0),
        }),
        Event::OrderCancelled { order, reason } => Kind::OrderCancelled(pb::OrderCancelled {
            order: order.0,
            reason: reason.to_string(),
        }),
        Event::OrderClosed { order } => Kind::OrderClosed(pb::OrderClosed { order: order.0 }),
        Event::AttemptRecorded {
            order,
            version,
            channel,
            number,
            people,
        } => Kind::AttemptRecorded(pb::AttemptRecorded {
            order: order.0,
            version: *version,
            channel: channel.to_wire(),
            number: u32::from(*number),
            people: runs(people),
        }),
        Event::DeliveryReported {
            order,
            version,
            state,
            people,
        } => Kind::DeliveryReported(pb::DeliveryReported {
            order: order.0,
            version: *version,
            state: state.to_wire(),
            people: runs(people),
        }),
        Event::Acknowledged {
            order,
            version,
            people,
            proxy,
            observed_at,
        } => Kind::Acknowledged(pb::Acknowledged {
            order: order.0,
            version: *version,
            people: runs(people),
            proxy: proxy.map(|lead| lead.0),
            observed_at_unix_ms: observed_at.map(Timestamp::unix_ms),
        }),
        Event::Declined {
            order,
            version,
            person,
            leave,
            reason,
            note,
        } => Kind::Declined(pb::Declined {
            order: order.0,
            version: *version,
            person: person.0,
            leave: leave.0,
            reason: reason.to_wire(),
            note: note.to_string(),
        }),
        Event::Departed {
            order,
            version,
            people,
            proxy,
            observed_at,
        } => Kind::Departed(pb::Departed {
            order: order.0,
            version: *version,
            people: runs(people),
            proxy: proxy.map(|lead| lead.0),
            observed_at_unix_ms: observed_at.map(Timestamp::unix_ms),
        }),
        Event::CheckedIn {
            order,
            version,
            people,
            muster_point,
            method,
            proxy,
            observed_at,
        } => Kind::CheckedIn(pb::CheckedIn {
            order: order.0,
            version: *version,
            people: runs(people),
            muster_point: muster_point.0,
            method: method.to_wire(),
            proxy: proxy.map(|lead| lead.0),
            observed_at_unix_ms: observed_at.unix_ms(),
        }),
        Event::CheckInNoted {
            order,
            version,
            people,
            muster_point,
            method,
            proxy,
            observed_at,
            reason,
        } => Kind::CheckInNoted(pb::CheckInNoted {
            order: order.0,
            version: *version,
            people: runs(people),
            muster_point: muster_point.0,
            method: method.to_wire(),
            proxy: proxy.map(|lead| lead.0),
            observed_at_unix_ms: observed_at.unix_ms(),
            reason: reason.to_wire(),
        }),
        Event::SignedOff { order, name } => Kind::SignedOff(pb::SignedOff {
            order: order.0,
            name: name.to_string(),
        }),
        Event::Released { order, version, people } => Kind::Released(pb::Released {
            order: order.0,
            version: *version,
            people: runs(people),
        }),
        Event::EscalationStepped {
            order,
            version,
            step,
            target,
            people,
        } => Kind::EscalationStepped(pb::EscalationStepped {
            order: order.0,
            version: *version,
            step: u32::from(*step),
            target: target.to_wire(),
            people: runs(people),
        }),
        Event::AckDeadlinePassed { order, version, people } => Kind::AckDeadlinePassed(pb::AckDeadlinePassed {
            order: order.0,
            version: *version,
            people: runs(people),
        }),
        Event::ArrivalDeadlinePassed { order, version, people } => {
            let (order, version, people) = (order.0, *version, runs(people));
            Kind::ArrivalDeadlinePassed(pb::ArrivalDeadlinePassed { order, version, people })
        }
        Event::LeaveRequested { leave, record } => leave::encode_requested(*leave, record),
        Event::LeaveDecided { leave, verdict } => leave::encode_decided(*leave, *verdict),
        Event::SpotChecksPlanned { checks } => readiness::encode_planned(checks),
        Event::SpotCheckAsked { check, asked } => readiness::encode_was_asked(*check, asked),
        Event::SpotCheckAnswered { check, answer } => readiness::encode_answered(*check, answer),
        Event::SpotCheckEnded { check, result } => readiness::encode_ended(*check, *result),
        Event::SpotCheckCancelled { check } => readiness::encode_cancelled(*check),
        Event::SpotCheckRecorded {
            plan,
            method,
            asked,
            answer,
            result,
        } => readiness::encode_recorded(plan, *method, asked, answer.as_ref(), *result),
        Event::ReadinessEvaluated { due, came_up, mended } => readiness::encode_evaluated(*due, came_up, mended),
        Event::PhonesVerified { people } => Kind::PhonesVerified(pb::PhonesVerified { people: runs(people) }),
        Event::RosterConfirmed { units, date } => Kind::RosterConfirmed(pb::RosterConfirmed {
            units: units.iter().map(|unit| unit.0).collect(),
            date: date.days(),
        }),
        Event::PersonalDataShown {
            people,
            purpose,
            approved_by,
        } => persons::encode_shown(people, purpose, approved_by.as_ref()),
        Event::CountPolicySet { unit, policy } => quota::encode_policy(*unit, policy),
        Event::PersonExcluded(exclusion) => quota::encode_exclusion(exclusion),
        Event::ExclusionEnded { exclusion, until } => Kind::ExclusionEnded(pb::ExclusionEnded {
            exclusion: exclusion.0,
            until: until.days(),
        }),
        Event::WaiverGranted { unit, waiver } => quota::encode_waiver(*unit, waiver),
        Event::WaiverRevoked { unit } => Kind::WaiverRevoked(pb::WaiverRevoked { unit: unit.0 }),
        Event::QuotaEvaluated { date, next, lines } => quota::encode_evaluated(*date, *next, lines),
        Event::TeamShort {
            unit,
            required,
            selected,
            shortfall,
        } => Kind::TeamShort(pb::TeamShort {
            unit: unit.0,
            required: *required,
            selected: *selected,
            shortfall: *shortfall,
        }),
        Event::TeamShortEnded { unit } => Kind::TeamShortEnded(pb::TeamShortEnded { unit: unit.0 }),
        Event::TeamChosen {
            team,
            seed,
            proposal,
            date,
        } => Kind::TeamChosen(pb::TeamChosen {
            team: team.0,
            seed: *seed,
            proposal: proposal.to_string(),
            date: date.days(),
        }),
        Event::CalendarChanged { days } => duty::encode_calendar(days),
        Event::DutyRosterRecorded(roster) => duty::encode_roster(roster),
        Event::StandInSet(stand_in) => duty::encode_stand_in(stand_in),
        Event::StandInEnded { stand_in } => Kind::StandInEnded(pb::StandInEnded { stand_in: stand_in.0 }),
        Event::SwapRequested { swap, record } => duty::encode_swap(*swap, record),
        Event::SwapConsented { swap, consent } => {
            let (swap, consent) = (swap.0, *consent);
            Kind::SwapConsented(pb::SwapConsented { swap, consent })
        }
        Event::SwapDecided {
            swap,
            approve,
            emergency,
        } => Kind::SwapDecided(pb::SwapDecided {
            swap: swap.0,
            approve: *approve,
            emergency: *emergency,
        }),
        Event::DutySignedIn(sign_in) => duty::encode_signed_in(sign_in),
        Event::DutySignedOut {
            unit,
            date,
            shift,
            person,
        } => Kind::DutySignedOut(pb::DutySignedOut {
            unit: unit.0,
            date: date.days(),
            shift: shift.to_string(),
            person: person.0,
        }),
        Event::BackupSet { unit, post, backup } => duty::encode_backup(*unit, post, backup),
        Event::PlanImported { version, plan } => plans::encode_imported(*version, plan),
        Event::PostFilled { unit, post, holders } => plans::encode_filled(*unit, post, *holders),
        Event::ResponseRequested {
            response,
            spec,
            requested_by,
        } => command_post::encode_requested(*response, spec, *requested_by),
        Event::ResponseRejected { response, by, reason } => Kind::ResponseRejected(pb::ResponseRejected {
            response: response.0,
            by: by.0,
            reason: reason.to_string(),
        }),
        Event::LevelAuthorized {
            response,
            authorization,
        } => command_post::encode_authorized(*response, authorization),
        Event::ProvisionallyStarted { response, until } => Kind::ProvisionallyStarted(pb::ProvisionallyStarted {
            response: response.0,
            until_unix_ms: until.unix_ms(),
        }),
        Event::ResponseLapsed { response } => Kind::ResponseLapsed(pb::ResponseLapsed { response: response.0 }),
        Event::CommandSet {
            response,
            roster,
            commands,
        } => command_post::encode_set(*response, *roster, commands),
        Event::CommandHandedOver {
            response,
            unit,
            role,
            commander,
            backup,
            reason,
        } => Kind::CommandHandedOver(pb::CommandHandedOver {
            response: response.0,
            unit: unit.0,
            role: role.to_string(),
            commander: commander.0,
            backup: backup.map(|person| person.0),
            reason: reason.to_string(),
        }),
        Event::SituationClocksSet { response, settings } => situation::encode_clocks(*response, settings),
        Event::SituationReportFiled {
            response,
            report,
            settings,
        } => situation::encode_filed(*response, report, settings),
        Event::SituationReportMissed {
            response,
            clock,
            due,
            times,
            next,
        } => situation::encode_missed(*response, *clock, *due, *times, *next),
        Event::BranchProposed { branch, spec } => branch::encode_proposed(*branch, spec),
        Event::BranchChanged { branch, change } => branch::encode_changed(*branch, change),
        Event::ReinforcementRequested { reinforcement, need } => reinforcement::encode_requested(*reinforcement, need),
        Event::ReinforcementAllocated { reinforcement, round } => {
            reinforcement::encode_allocated(*reinforcement, round)
        }
        Event::RequisitionSettled {
            reinforcement,
            round,
            agency,
            commitment,
        } => reinforcement::encode_settled(*reinforcement, *round, *agency, commitment),
        Event::ReinforcementShort { reinforcement, missing } => Kind::ReinforcementShort(pb::ReinforcementShort {
            reinforcement: reinforcement.0,
            missing: *missing,
        }),
        Event::ReinforcementAssigned {
            reinforcement,
            unit,
            people,
        } => Kind::ReinforcementAssigned(pb::ReinforcementAssigned {
            reinforcement: reinforcement.0,
            unit: unit.0,
            people: runs(people),
        }),
        Event::ReinforcementEnded {
            reinforcement,
            ending,
            reason,
        } => Kind::ReinforcementEnded(pb::ReinforcementEnded {
            reinforcement: reinforcement.0,
            ending: ending.to_wire(),
            reason: reason.to_string(),
        }),
        Event::AgencyLinked { agency, villages } => Kind::AgencyLinked(pb::AgencyLinked {
            agency: agency.0,
            villages: villages.iter().map(|unit| unit.0).collect(),
        }),
        Event::InPlaceWindowOpened(opening) => in_place::encode_opened(opening),
        Event::InPlaceWindowClosed { window, why } => in_place::encode_closed(*window, *why),
        Event::InPlaceReported {
            window,
            order,
            version,
            people,
            claim,
        } => in_place::encode_reported(*window, *order, *version, people, claim),
        Event::InPlaceConfirmed { window, people, by } => in_place::encode_confirmed(*window, people, by),
        Event::InPlaceRejected {
            window,
            people,
            reason,
            by,
        } => in_place::encode_rejected(*window, people, reason, by),
        Event::InPlaceTasked { window, person, task } => in_place::encode_tasked(*window, *person, task),
        Event::InPlaceExempted { exemption, excuses } => in_place::encode_exempted(exemption, *excuses),
        Event::InPlaceExemptionEnded { exemption } => {
            Kind::InPlaceExemptionEnded(pb::InPlaceExemptionEnded { exemption: exemption.0 })
        }
        Event::PreRegistered(registration) => in_place::encode_registered(registration),
        Event::DoubleReported(report) => in_place::encode_double(report),
        Event::ScenarioImported { version, scenario } => exercise::encode_imported(*version, scenario),
        Event::ExerciseStarted { run, spec } => exercise::encode_started(*run, spec),
        Event::InExercise { run, event } => exercise::encode_within(*run, event),
        Event::ExerciseChanged { run, change } => exercise::encode_changed(*run, change),
        Event::ExerciseScheduled { schedule, spec } => exercise::encode_scheduled(*schedule, spec),
        Event::ScheduleChanged { schedule, change } => exercise::encode_schedule_changed(*schedule, change),
        Event::ActionRaised { action, spec } => exercise::encode_action_raised(*action, spec),
        Event::ActionChanged { action, change } => exercise::encode_action_changed(*action, change),
    }
}
