//! The real divisions, embedded. Their origin: `data/SOURCES.md`.

use super::District;

const GAOMING: &str = include_str!("../../data/divisions-gaoming.csv");
const LIAONING: &str = include_str!("../../data/divisions-liaoning.csv");

/// One row of the embedded files. No field holds a comma or a quote; a test says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Division {
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    /// Empty for the root.
    pub(crate) parent: &'static str,
    pub(crate) kind: &'static str,
}

impl Division {
    /// Prisons and farms that the statistics number among the towns (…400–499), with a village that exists on paper.
    pub(crate) fn is_institution(&self) -> bool {
        match self.kind {
            "town" => self.code.get(6..7) == Some("4"),
            "village" => self.name.contains("虚拟"),
            _ => false,
        }
    }
    /// A community of a town (社区) rather than a village (村): the statistics number villages from 200.
    pub(crate) fn is_urban(&self) -> bool {
        self.kind != "village" || self.code.get(9..10).is_some_and(|digit| digit < "2")
    }
}

/// The divisions of a district or province, parents before children, the root first and without a parent.
pub(crate) fn divisions(district: District) -> Vec<Division> {
    let text = match district {
        District::Gaoming => GAOMING,
        District::Liaoning => LIAONING,
    };
    let mut rows: Vec<Division> = text.lines().skip(1).filter_map(parse).collect();
    if let Some(root) = rows.first_mut() {
        root.parent = "";
    }
    rows
}

fn parse(line: &'static str) -> Option<Division> {
    let mut fields = line.split(',');
    Some(Division {
        code: fields.next()?,
        name: fields.next()?,
        parent: fields.next()?,
        kind: fields.next()?,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_row_is_read_and_stands_after_its_parent() {
        for (district, rows, text) in [(District::Gaoming, 90, GAOMING), (District::Liaoning, 18_248, LIAONING)] {
            let divisions = divisions(district);
            assert_eq!(divisions.len(), rows);
            assert!(
                text.lines()
                    .all(|line| line.split(',').count() == 4 && !line.contains('"'))
            );
            let mut seen = BTreeSet::from([""]);
            for division in divisions {
                assert!(seen.contains(division.parent), "{division:?} stands before its parent");
                assert!(seen.insert(division.code), "{division:?} stands twice");
            }
        }
    }

    #[test]
    fn prisons_and_farms_are_told_from_towns() {
        let found: Vec<_> = divisions(District::Gaoming)
            .into_iter()
            .filter(Division::is_institution)
            .map(|row| row.code)
            .collect();
        assert_eq!(found.len(), 8);
        assert!(found.contains(&"440608400") && found.contains(&"440608403498"));
    }
}
