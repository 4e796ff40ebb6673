//! The organization tree (组织架构): district, agencies, towns, villages, grids, and who belongs under whom.

mod import;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub(crate) use import::{CODE_EXPECTED, is_code, is_name};
pub use import::{ImportUnits, UnitRow};

use crate::id::{Revision, UnitId};

/// What a unit is (`domain.md` §11.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum UnitKind {
    /// 省
    Province,
    /// 市
    City,
    /// 区、县
    District,
    /// 机关单位, district-direct: supplies an agency emergency team.
    Agency,
    /// 镇、街道
    Town,
    /// 村、社区
    Village,
    /// 网格
    Grid,
}

impl UnitKind {
    /// Every kind with the word for it in files and on the wire.
    pub const ALL: [(Self, &'static str); 7] = [
        (Self::Province, "province"),
        (Self::City, "city"),
        (Self::District, "district"),
        (Self::Agency, "agency"),
        (Self::Town, "town"),
        (Self::Village, "village"),
        (Self::Grid, "grid"),
    ];
}

/// One unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrgUnit {
    /// Its id.
    pub id: UnitId,
    /// Statistical or agency code: what users call it by, never changed.
    pub code: Box<str>,
    /// 名称
    pub name: Box<str>,
    /// What it is.
    pub kind: UnitKind,
    /// Its home parent; none for the root of a tree.
    pub parent: Option<UnitId>,
}

/// Longest path from a unit to its root that is accepted: province, city, district, town, village, group, grid and one spare.
pub const DEPTH_MAX: usize = 8;

/// All units.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Org {
    units: Vec<OrgUnit>,
    by_code: BTreeMap<Box<str>, UnitId>,
    children: Vec<Vec<UnitId>>,
    changed: Vec<Revision>,
}

impl Org {
    /// The unit with this id.
    pub fn get(&self, unit: UnitId) -> &OrgUnit {
        &self.units[unit.index()]
    }
    /// The unit with this code.
    pub fn by_code(&self, code: &str) -> Option<&OrgUnit> {
        self.by_code.get(code).map(|id| self.get(*id))
    }
    /// Every unit, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &OrgUnit> {
        self.units.iter()
    }
    /// Every unit, in the order of their codes, starting after `code`.
    pub fn after_code<'a>(&'a self, code: &str) -> impl Iterator<Item = &'a OrgUnit> {
        use std::ops::Bound;
        self.by_code
            .range::<str, _>((Bound::Excluded(code), Bound::Unbounded))
            .map(|(_, id)| self.get(*id))
    }
    /// How many units there are.
    pub fn len(&self) -> usize {
        self.units.len()
    }
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }
    /// Units directly under this one.
    pub fn children(&self, unit: UnitId) -> &[UnitId] {
        &self.children[unit.index()]
    }
    /// This unit and everything above it, upwards.
    pub fn path(&self, unit: UnitId) -> impl Iterator<Item = UnitId> + '_ {
        std::iter::successors(Some(unit), |id| self.get(*id).parent)
    }
    /// Whether `unit` is `ancestor` or stands under it.
    pub fn is_within(&self, unit: UnitId, ancestor: UnitId) -> bool {
        self.path(unit).any(|id| id == ancestor)
    }
    /// This unit and everything under it.
    pub fn subtree(&self, unit: UnitId) -> Vec<UnitId> {
        let mut all = vec![unit];
        let mut next = 0;
        while next < all.len() {
            all.extend_from_slice(self.children(all[next]));
            next += 1;
        }
        all
    }
    /// The unit at which everything hangs, if there is one.
    pub fn root(&self) -> Option<&OrgUnit> {
        self.units.iter().find(|unit| unit.parent.is_none())
    }
    /// The state at which this unit last changed.
    pub fn changed_at(&self, unit: UnitId) -> Revision {
        self.changed[unit.index()]
    }
    pub(crate) fn next_id(&self) -> UnitId {
        UnitId::from_index(self.units.len())
    }

    pub(crate) fn evolve(&mut self, unit: &OrgUnit, at: Revision) {
        let index = unit.id.index();
        if index == self.units.len() {
            self.units.push(unit.clone());
            self.children.push(Vec::new());
            self.changed.push(at);
            self.by_code.insert(unit.code.clone(), unit.id);
        } else {
            if let Some(old_parent) = self.units[index].parent {
                self.children[old_parent.index()].retain(|child| *child != unit.id);
            }
            self.units[index] = unit.clone();
            self.changed[index] = at;
        }
        if let Some(parent) = unit.parent {
            let siblings = &mut self.children[parent.index()];
            if let Err(place) = siblings.binary_search(&unit.id) {
                siblings.insert(place, unit.id);
            }
        }
    }
}
