//! Report how far an order got.

use super::{DeliveryState, FieldCommand, Verdict};
use crate::command::{ExceptionKind, Reporter};
use crate::decide::Decision;
use crate::event::Event;
use crate::id::{OrderId, PersonId};
use crate::rejection::Rejection;
use crate::state::State;

/// Says that the copies of a lead's people are on the lead's device, or were read there. Only ever moves forward (O3), and
/// never makes anybody acknowledged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportDelivery {
    /// Which order.
    pub order: OrderId,
    /// Its version.
    pub version: u32,
    /// The lead.
    pub lead: PersonId,
    /// Delivered or read.
    pub state: DeliveryState,
}

impl ReportDelivery {
    pub(crate) fn decide(&self, state: &State) -> Result<Decision, Rejection> {
        let Self {
            order,
            version,
            lead,
            state: reached,
        } = self;
        if !matches!(reached, DeliveryState::Delivered | DeliveryState::Read) {
            return Err(Rejection::Missing { field: "state" });
        }
        let reporter = Reporter::Lead(*lead);
        let command = FieldCommand {
            order: *order,
            version: *version,
            reporter: &reporter,
            people: &[],
            all: true,
        };
        let current = command.order(state)?.current();
        if command.is_stale(current) || !current.is_open() {
            return Ok(Decision::field(Vec::new(), Default::default()));
        }
        let people = command.people(state, current, |row| row.delivery < *reached)?;
        let (applied, report) = FieldCommand::sort(&people, |person| match command.row(state, current, person) {
            Err(kind) => Verdict::Refuse(kind),
            Ok(row) if row.delivery >= *reached => Verdict::Refuse(ExceptionKind::AlreadyDone),
            Ok(_) => Verdict::Apply,
        });
        let mut events = Vec::new();
        if !applied.is_empty() {
            events.push(Event::DeliveryReported {
                order: *order,
                version: current.version,
                state: *reached,
                people: applied,
            });
        }
        Ok(Decision::field(events, report))
    }
}
