//! People (人员): where they belong, where they live, what they are on the roster as.
//!
//! What identifies or reaches a person ([`Personal`]) is kept apart from what the rules need ([`Person`]), in one table and one
//! stored message, so that it can be sealed and forgotten without touching history.

mod identity;
mod import;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use identity::{IdNumberError, check_id_number};
pub use import::{ImportPeople, PersonRow};

use crate::id::{PersonId, TeamId, UnitId};

/// Who somebody is, as a keyed hash of the ID number: names repeat and phone numbers change.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PersonKey(pub [u8; 32]);

impl fmt::Debug for PersonKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonKey({:02x}{:02x}…)", self.0[0], self.0[1])
    }
}

/// What somebody is on the roster as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Category {
    /// 在编在岗: established and on post; counts for the 20 %.
    Staff,
    /// 编外: contract or dispatched staff; does not count for the 20 %.
    Contract,
    /// 就地报到党员: a Party member who reports where they live.
    Member,
    /// 网格员、志愿者: grid workers and volunteers.
    Volunteer,
}

impl Category {
    /// Every category with the word for it in files and on the wire.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Staff, "staff"),
        (Self::Contract, "contract"),
        (Self::Member, "member"),
        (Self::Volunteer, "volunteer"),
    ];
}

/// 政治面貌, as far as the rules tell them apart (GB/T 4762).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PoliticalStatus {
    /// 01 中共党员
    PartyMember,
    /// 02 中共预备党员
    ProbationaryMember,
    /// 03 共青团员
    LeagueMember,
    /// 04–13 others.
    Other,
}

impl PoliticalStatus {
    /// Every status with the word for it in files and on the wire.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::PartyMember, "party-member"),
        (Self::ProbationaryMember, "probationary-member"),
        (Self::LeagueMember, "league-member"),
        (Self::Other, "other"),
    ];
}

/// What the rules need to know of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Their id.
    pub id: PersonId,
    /// Who they are.
    pub key: PersonKey,
    /// Their home unit; never changed by a mobilization.
    pub home_unit: UnitId,
    /// The village or community they live in, if known.
    pub residence: Option<UnitId>,
    /// On the roster as.
    pub category: Category,
    /// 政治面貌
    pub political: PoliticalStatus,
}

/// What identifies or reaches a person. Shown masked, never logged.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Personal {
    /// 姓名
    pub name: Box<str>,
    /// 联系电话; empty if unknown.
    pub phone: Box<str>,
    /// 身份证号
    pub id_number: Box<str>,
    /// 住址; empty if unknown.
    pub address: Box<str>,
}

impl fmt::Debug for Personal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Personal(…)")
    }
}

/// All people.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct People {
    rows: Vec<Person>,
    personal: Vec<Arc<Personal>>,
    by_key: BTreeMap<PersonKey, PersonId>,
    at_home: BTreeMap<UnitId, Vec<PersonId>>,
    resident: BTreeMap<UnitId, Vec<PersonId>>,
    teams: BTreeMap<PersonId, Vec<TeamId>>,
}

impl People {
    /// The person with this id.
    pub fn get(&self, person: PersonId) -> Option<&Person> {
        person.0.checked_sub(1).and_then(|index| self.rows.get(index as usize))
    }
    /// The personal data of somebody known.
    pub fn personal(&self, person: PersonId) -> &Personal {
        &self.personal[person.index()]
    }
    /// The person with this identity key.
    pub fn by_key(&self, key: &PersonKey) -> Option<PersonId> {
        self.by_key.get(key).copied()
    }
    /// Everybody, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Person> {
        self.rows.iter()
    }
    /// How many people there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }
    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
    /// People whose home unit is just this one.
    pub fn at_home(&self, unit: UnitId) -> &[PersonId] {
        self.at_home.get(&unit).map_or(&[], Vec::as_slice)
    }
    /// People who live in just this unit.
    pub fn resident(&self, unit: UnitId) -> &[PersonId] {
        self.resident.get(&unit).map_or(&[], Vec::as_slice)
    }
    /// Teams they are in.
    pub fn teams(&self, person: PersonId) -> &[TeamId] {
        self.teams.get(&person).map_or(&[], Vec::as_slice)
    }
    pub(crate) fn next_id(&self) -> PersonId {
        PersonId::from_index(self.rows.len())
    }

    pub(crate) fn evolve(&mut self, person: &Person, personal: &Arc<Personal>) {
        let index = person.id.index();
        if index == self.rows.len() {
            self.rows.push(person.clone());
            self.personal.push(Arc::clone(personal));
            self.by_key.insert(person.key, person.id);
        } else {
            let old = std::mem::replace(&mut self.rows[index], person.clone());
            self.personal[index] = Arc::clone(personal);
            remove(&mut self.at_home, old.home_unit, person.id);
            if let Some(residence) = old.residence {
                remove(&mut self.resident, residence, person.id);
            }
        }
        insert(self.at_home.entry(person.home_unit).or_default(), person.id);
        if let Some(residence) = person.residence {
            insert(self.resident.entry(residence).or_default(), person.id);
        }
    }

    pub(crate) fn join(&mut self, person: PersonId, team: TeamId) {
        insert(self.teams.entry(person).or_default(), team);
    }

    pub(crate) fn leave(&mut self, person: PersonId, team: TeamId) {
        remove(&mut self.teams, person, team);
    }
}

fn insert<T: Ord>(sorted: &mut Vec<T>, value: T) {
    if let Err(place) = sorted.binary_search(&value) {
        sorted.insert(place, value);
    }
}

fn remove<K: Ord, T: Ord>(lists: &mut BTreeMap<K, Vec<T>>, key: K, value: T) {
    if let Some(list) = lists.get_mut(&key) {
        list.retain(|other| *other != value);
        if list.is_empty() {
            lists.remove(&key);
        }
    }
}
