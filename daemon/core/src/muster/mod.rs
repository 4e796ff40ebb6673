//! Muster points (集结点): where people report, with the code that proves they were there.

mod import;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use import::{ImportMusterPoints, MusterPointRow};

use crate::id::{MusterPointId, UnitId};

/// One muster point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MusterPoint {
    /// Its id.
    pub id: MusterPointId,
    /// What users call it by in files; never changed.
    pub code: Box<str>,
    /// 名称
    pub name: Box<str>,
    /// The town or village it lies in.
    pub unit: UnitId,
    /// Shown on a sheet at the place; who enters it is there.
    pub check_in_code: Box<str>,
    /// How to find it.
    pub address: Box<str>,
}

/// All muster points.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MusterPoints {
    rows: Vec<MusterPoint>,
    by_code: BTreeMap<Box<str>, MusterPointId>,
}

impl MusterPoints {
    /// The muster point with this id.
    pub fn get(&self, point: MusterPointId) -> &MusterPoint {
        &self.rows[point.index()]
    }
    /// The muster point with this id (`M3`) or this code.
    pub fn resolve(&self, text: &str) -> Option<&MusterPoint> {
        self.by_code(text)
            .or_else(|| self.rows.get(text.parse::<MusterPointId>().ok()?.index()))
    }
    /// The one with this code.
    pub fn by_code(&self, code: &str) -> Option<&MusterPoint> {
        self.by_code.get(code).map(|id| self.get(*id))
    }
    /// Every muster point, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &MusterPoint> {
        self.rows.iter()
    }
    /// How many there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
    pub(crate) fn next_id(&self) -> MusterPointId {
        MusterPointId::from_index(self.rows.len())
    }

    pub(crate) fn evolve(&mut self, point: &MusterPoint) {
        let index = point.id.index();
        if index == self.rows.len() {
            self.by_code.insert(point.code.clone(), point.id);
            self.rows.push(point.clone());
        } else {
            self.rows[index] = point.clone();
        }
    }
}
