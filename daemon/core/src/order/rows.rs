//! What commands about people in an order have in common: whom they mean, and who may say so.

use super::{Order, OrderVersion, Row};
use crate::command::{Exception, ExceptionKind, FieldReport, Reporter};
use crate::decide::Decision;
use crate::id::{OrderId, PersonId, PersonSet};
use crate::rejection::Rejection;
use crate::state::State;

/// Which people of which order, on whose word.
pub(crate) struct FieldCommand<'a> {
    pub(crate) order: OrderId,
    /// As read by the reporter; 0: the one in force.
    pub(crate) version: u32,
    pub(crate) reporter: &'a Reporter,
    pub(crate) people: &'a [PersonId],
    pub(crate) all: bool,
}

/// What a command comes to for one person.
pub(crate) enum Verdict {
    /// It counts.
    Apply,
    /// It counts, and there is something to say about it.
    ApplyWith(ExceptionKind),
    /// It does not.
    Refuse(ExceptionKind),
}

impl<'a> FieldCommand<'a> {
    /// The order and its version in force.
    pub(crate) fn order<'s>(&self, state: &'s State) -> Result<&'s Order, Rejection> {
        let order = state
            .orders
            .get(self.order)
            .ok_or(Rejection::UnknownOrder { order: self.order })?;
        let current = order.current().version;
        if self.version > current {
            return Err(Rejection::UnknownOrderVersion {
                order: self.order,
                version: self.version,
                current,
            });
        }
        Ok(order)
    }

    /// Whether the reporter read an older version than the one in force.
    pub(crate) fn is_stale(&self, version: &OrderVersion) -> bool {
        self.version != 0 && self.version < version.version
    }

    /// Whom the command means, each once. `all` means those of the reporter's people for whom `is_meant` holds.
    pub(crate) fn people(
        &self,
        state: &State,
        version: &OrderVersion,
        is_meant: impl Fn(&Row) -> bool,
    ) -> Result<PersonSet, Rejection> {
        if !self.all {
            return match self.people {
                [] => Err(Rejection::Missing { field: "person_ids" }),
                people => Ok(people.iter().copied().collect()),
            };
        }
        match self.reporter {
            Reporter::Own => Err(Rejection::Missing { field: "person_ids" }),
            Reporter::Desk => Ok(version
                .ledger
                .rows()
                .iter()
                .filter(|row| is_meant(row))
                .map(|row| row.person)
                .collect()),
            Reporter::Lead(lead) => {
                let rows: Vec<_> = led_by(state, *lead)
                    .iter()
                    .filter_map(|person| version.ledger.row(person))
                    .collect();
                if rows.is_empty() {
                    return Err(Rejection::LeadsNobody {
                        lead: *lead,
                        order: self.order,
                    });
                }
                Ok(rows
                    .into_iter()
                    .filter(|row| is_meant(row))
                    .map(|row| row.person)
                    .collect())
            }
        }
    }

    /// The person's row, if the reporter may speak for them.
    pub(crate) fn row<'v>(
        &self,
        state: &State,
        version: &'v OrderVersion,
        person: PersonId,
    ) -> Result<&'v Row, ExceptionKind> {
        if state.people.get(person).is_none() {
            return Err(ExceptionKind::UnknownPerson);
        }
        let row = version.ledger.row(person).ok_or(ExceptionKind::NotAddressed)?;
        match self.reporter {
            Reporter::Lead(lead) if !leads(state, *lead, person) => Err(ExceptionKind::NotLed),
            Reporter::Lead(_) | Reporter::Own | Reporter::Desk => Ok(row),
        }
    }

    /// Sorts people by what the command comes to for them.
    pub(crate) fn sort(people: &PersonSet, mut verdict: impl FnMut(PersonId) -> Verdict) -> (PersonSet, FieldReport) {
        let mut applied = Vec::with_capacity(people.len());
        let mut exceptions = Vec::new();
        for person in people.iter() {
            let exception = match verdict(person) {
                Verdict::Apply => {
                    applied.push(person);
                    continue;
                }
                Verdict::ApplyWith(kind) => {
                    applied.push(person);
                    kind
                }
                Verdict::Refuse(kind) => kind,
            };
            exceptions.push(Exception {
                person,
                kind: exception,
            });
        }
        let report = FieldReport {
            applied: applied.len() as u32,
            exceptions,
        };
        (applied.into_iter().collect(), report)
    }
}

impl Decision {
    pub(crate) fn field(events: Vec<crate::event::Event>, report: FieldReport) -> Self {
        Self::new(events, crate::command::Answer::Field(std::sync::Arc::new(report)))
    }
}

/// Whether `lead` speaks for `person`: for themselves, and for members of a team they lead.
pub(crate) fn leads(state: &State, lead: PersonId, person: PersonId) -> bool {
    lead == person
        || state
            .people
            .teams(person)
            .iter()
            .any(|team| state.teams.get(*team).is_led_by(lead))
}

/// Everybody `lead` speaks for.
pub fn led_by(state: &State, lead: PersonId) -> PersonSet {
    let teams = state.people.teams(lead).iter().map(|team| state.teams.get(*team));
    teams
        .filter(|team| team.is_led_by(lead))
        .flat_map(|team| team.members.iter())
        .chain([lead])
        .collect()
}
