//! What is durable, for readers; and the signals that it changed.

use std::sync::Arc;

use baiying_core::State;
use baiying_core::event::{Entry, Event};
use baiying_core::exercise::RunChange;
use baiying_core::id::Revision;
use baiying_journal::JournalReader;
use parking_lot::{RwLock, RwLockReadGuard};
use tokio::sync::watch;

/// The published state.
pub struct Published {
    state: RwLock<State>,
    /// Moves with every commit.
    revision: watch::Sender<Revision>,
    /// Moves only when leads are to be told something: waking ten thousand streams for every acknowledgement would be the end
    /// of it.
    announced: watch::Sender<Revision>,
    journal: Arc<dyn JournalReader>,
}

impl Published {
    pub(super) fn new(state: State, journal: Arc<dyn JournalReader>) -> Self {
        let revision = state.revision();
        Self {
            state: RwLock::new(state),
            revision: watch::Sender::new(revision),
            announced: watch::Sender::new(revision),
            journal,
        }
    }

    /// The durable state. Held briefly and never across an await: publishing waits for it.
    pub fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read()
    }

    /// Follows the revision.
    pub fn watch_revision(&self) -> watch::Receiver<Revision> {
        self.revision.subscribe()
    }

    /// Follows what leads are to be told.
    pub fn watch_announced(&self) -> watch::Receiver<Revision> {
        self.announced.subscribe()
    }

    /// The durable journal.
    pub fn journal(&self) -> &Arc<dyn JournalReader> {
        &self.journal
    }

    pub(super) fn publish(&self, entries: &[Entry]) {
        let revision = {
            let mut state = self.state.write();
            entries.iter().for_each(|entry| state.evolve(entry));
            state.revision()
        };
        if entries.iter().flat_map(|entry| &entry.events).any(is_announced) {
            self.announced.send_replace(revision);
        }
        self.revision.send_replace(revision);
    }
}

/// Whether field leads are to be told of an event.
fn is_announced(event: &Event) -> bool {
    match event {
        Event::OrderIssued { .. }
        | Event::OrderCancelled { .. }
        | Event::OrderClosed { .. }
        | Event::EscalationStepped { .. }
        | Event::SpotCheckAsked { .. }
        | Event::SpotCheckAnswered { .. }
        | Event::SpotCheckEnded { .. } => true,
        Event::TenantInitialized(_)
        | Event::UnitRecorded(_)
        | Event::PersonRecorded { .. }
        | Event::TeamRecorded(_)
        | Event::MusterPointRecorded(_)
        | Event::DeviceEnrolled(_)
        | Event::BatchReceived { .. }
        | Event::ResponseActivated { .. }
        | Event::ResponseLevelChanged { .. }
        | Event::ResponseTerminated { .. }
        | Event::Preempted { .. }
        | Event::AttemptRecorded { .. }
        | Event::DeliveryReported { .. }
        | Event::Acknowledged { .. }
        | Event::Declined { .. }
        | Event::Departed { .. }
        | Event::CheckedIn { .. }
        | Event::CheckInNoted { .. }
        | Event::SignedOff { .. }
        | Event::Released { .. }
        | Event::AckDeadlinePassed { .. }
        | Event::ArrivalDeadlinePassed { .. }
        | Event::LeaveRequested { .. }
        | Event::LeaveDecided { .. }
        | Event::SpotChecksPlanned { .. }
        | Event::SpotCheckCancelled { .. }
        | Event::SpotCheckRecorded { .. }
        | Event::ReadinessEvaluated { .. }
        | Event::CalendarChanged { .. }
        | Event::DutyRosterRecorded(_)
        | Event::StandInSet(_)
        | Event::StandInEnded { .. }
        | Event::SwapRequested { .. }
        | Event::SwapConsented { .. }
        | Event::SwapDecided { .. }
        | Event::DutySignedIn(_)
        | Event::DutySignedOut { .. }
        | Event::BackupSet { .. }
        | Event::PhonesVerified { .. }
        | Event::RosterConfirmed { .. }
        | Event::PersonalDataShown { .. }
        | Event::CountPolicySet { .. }
        | Event::PersonExcluded(_)
        | Event::ExclusionEnded { .. }
        | Event::WaiverGranted { .. }
        | Event::WaiverRevoked { .. }
        | Event::QuotaEvaluated { .. }
        | Event::TeamShort { .. }
        | Event::TeamShortEnded { .. }
        | Event::TeamChosen { .. }
        | Event::PlanImported { .. }
        | Event::PostFilled { .. }
        | Event::ResponseRequested { .. }
        | Event::ResponseRejected { .. }
        | Event::LevelAuthorized { .. }
        | Event::ProvisionallyStarted { .. }
        | Event::ResponseLapsed { .. }
        | Event::CommandSet { .. }
        | Event::CommandHandedOver { .. }
        | Event::SituationClocksSet { .. }
        | Event::SituationReportFiled { .. }
        | Event::SituationReportMissed { .. }
        | Event::BranchProposed { .. }
        | Event::BranchChanged { .. }
        | Event::ReinforcementRequested { .. }
        | Event::ReinforcementAllocated { .. }
        | Event::RequisitionSettled { .. }
        | Event::ReinforcementShort { .. }
        | Event::ReinforcementAssigned { .. }
        | Event::ReinforcementEnded { .. }
        | Event::AgencyLinked { .. }
        | Event::InPlaceWindowOpened(_)
        | Event::InPlaceWindowClosed { .. }
        | Event::InPlaceReported { .. }
        | Event::InPlaceConfirmed { .. }
        | Event::InPlaceRejected { .. }
        | Event::InPlaceTasked { .. }
        | Event::InPlaceExempted { .. }
        | Event::InPlaceExemptionEnded { .. }
        | Event::PreRegistered(_)
        | Event::DoubleReported(_)
        | Event::ScenarioImported { .. }
        | Event::ExerciseStarted { .. }
        | Event::ExerciseScheduled { .. }
        | Event::ScheduleChanged { .. }
        | Event::ActionRaised { .. }
        | Event::ActionChanged { .. } => false,
        Event::InExercise { event, .. } => is_announced(event),
        Event::ExerciseChanged { change, .. } => matches!(change, RunChange::Preempted { .. }),
    }
}
