//! Which agency is linked to which villages (区直挂钩), from rows.

use std::collections::{BTreeMap, BTreeSet};

use crate::command::Answer;
use crate::decide::Decision;
use crate::event::Event;
use crate::id::UnitId;
use crate::import::{ImportMode, Importer, RowProblem};
use crate::org::UnitKind;
use crate::state::State;

/// Links agencies to villages. Agencies that occur in the rows have just the links given there; the others keep theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportAgencyLinks {
    /// What to do with bad rows.
    pub mode: ImportMode,
    /// The rows.
    pub rows: Vec<AgencyLinkRow>,
}

/// One link as given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgencyLinkRow {
    /// Where it stands in its source.
    pub row: u32,
    /// Code of the agency.
    pub agency_code: Box<str>,
    /// Code of the village or community; empty: the agency has no links any more.
    pub village_code: Box<str>,
}

impl ImportAgencyLinks {
    pub(crate) fn decide(&self, state: &State) -> Decision {
        let mut import = Importer::new(self.mode);
        let mut links: BTreeMap<UnitId, BTreeSet<UnitId>> = BTreeMap::new();
        let mut seen: BTreeMap<(&str, &str), u32> = BTreeMap::new();
        for row in &self.rows {
            let AgencyLinkRow {
                row,
                agency_code,
                village_code,
            } = row;
            let agency = match unit(state, agency_code, UnitKind::Agency) {
                Ok(agency) => agency,
                Err(problem) => {
                    import.bad(*row, "agency_code", agency_code, problem);
                    continue;
                }
            };
            if let Some(first) = seen.insert((agency_code, village_code), *row) {
                import.bad(*row, "village_code", village_code, RowProblem::DuplicateOf(first));
                continue;
            }
            if village_code.is_empty() {
                links.entry(agency).or_default();
                continue;
            }
            match unit(state, village_code, UnitKind::Village) {
                Ok(village) => {
                    links.entry(agency).or_default().insert(village);
                }
                Err(problem) => import.bad(*row, "village_code", village_code, problem),
            }
        }
        let mut events = Vec::new();
        for (agency, villages) in links {
            let before: BTreeSet<UnitId> = state.reinforcement.links(agency).collect();
            match before {
                before if before == villages => {
                    import.unchanged();
                    continue;
                }
                before if before.is_empty() => import.added(),
                _ => import.changed(),
            }
            events.push(Event::AgencyLinked {
                agency,
                villages: villages.into_iter().collect(),
            });
        }
        let (take, report) = import.finish();
        Decision::new(if take { events } else { Vec::new() }, Answer::Imported(report.into()))
    }
}

fn unit(state: &State, code: &str, kind: UnitKind) -> Result<UnitId, RowProblem> {
    if code.is_empty() {
        return Err(RowProblem::Missing);
    }
    let unit = state.org.by_code(code).ok_or(RowProblem::UnknownUnit)?;
    if unit.kind == kind {
        return Ok(unit.id);
    }
    let expected = if kind == UnitKind::Agency {
        "the code of an agency"
    } else {
        "the code of a village or community"
    };
    Err(RowProblem::Invalid(expected.into()))
}
