//! People (人员): where they belong, where they live, what they are on the roster as.
//!
//! What identifies or reaches a person ([`Personal`]) is kept apart from what the rules need ([`Person`]), in one table and one
//! stored message, so that it can be sealed and forgotten without touching history.

mod identity;
mod import;
mod row;
mod unmask;
mod verify_phones;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use identity::{IdNumberError, born, check_id_number};
pub use import::{ChangeKind, ImportPeople, PersonChange, Plan};
pub use row::{Column, PersonRow};
pub(crate) use unmask::APPROVER_MAX;
pub use unmask::{Disclosure, Unmask};
pub use verify_phones::VerifyPhones;

use crate::calendar::Date;
use crate::command::Actor;
use crate::id::{PersonId, PersonSet, TeamId, Timestamp, UnitId};

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

/// Whether somebody is on post (岗), and if not, why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub enum Standing {
    /// 在岗; who is seconded in counts at home, and serves where they sit.
    #[default]
    OnPost,
    /// 借出
    SecondedOut,
    /// 长期学习
    Study,
    /// 长期病假、事假
    LongLeave,
    /// 退休
    Retired,
    /// 调离
    Left,
}

impl Standing {
    /// Every standing with the word for it in files and on the wire.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::OnPost, "on-post"),
        (Self::SecondedOut, "seconded-out"),
        (Self::Study, "study"),
        (Self::LongLeave, "long-leave"),
        (Self::Retired, "retired"),
        (Self::Left, "left"),
    ];
}

/// Most skills (特长) of a person.
pub const SKILLS_MAX: usize = 16;
/// Longest word for a skill, in bytes.
pub const SKILL_BYTES_MAX: usize = 32;

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
    /// On post or not.
    pub standing: Standing,
    /// Of who is seconded out: where they sit, if known.
    pub seconded_to: Option<UnitId>,
    /// 特长, sorted, each once.
    pub skills: Vec<Box<str>>,
}

impl Person {
    /// 在编在岗: established and on post, so that they count for the 20 % (R2).
    pub fn is_established_on_post(&self) -> bool {
        self.category == Category::Staff && self.standing == Standing::OnPost
    }
    /// Whether they are at their post, as what they are on the roster.
    pub fn is_on_post(&self) -> bool {
        self.standing == Standing::OnPost
    }
    /// Whether they have this skill.
    pub fn has_skill(&self, skill: &str) -> bool {
        self.skills.binary_search_by(|own| (**own).cmp(skill)).is_ok()
    }
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
    /// 内设机构; empty if unknown.
    pub department: Box<str>,
    /// 职务; empty if unknown.
    pub post: Box<str>,
}

impl Personal {
    /// Full years on a day, by the ID number; ages are computed and never stored.
    pub fn age(&self, on: Date) -> Option<u32> {
        u32::try_from(born(&self.id_number)?.years_until(on)).ok()
    }
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
    away: BTreeSet<PersonId>,
    verified: BTreeMap<PersonId, Timestamp>,
    disclosures: Vec<Disclosure>,
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
    /// The personal data of somebody known, to be kept.
    pub(crate) fn personal_of(&self, person: PersonId) -> Arc<Personal> {
        Arc::clone(&self.personal[person.index()])
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
    /// Everybody who is not on post any more: left, retired, seconded out, at study or on long leave.
    pub fn away(&self) -> &BTreeSet<PersonId> {
        &self.away
    }
    /// When somebody's phone number was last verified; none if never since it was recorded.
    pub fn phone_verified(&self, person: PersonId) -> Option<Timestamp> {
        self.verified.get(&person).copied()
    }
    /// Who was shown whose personal data, in order; numbers count from 1.
    pub fn disclosures(&self) -> &[Disclosure] {
        &self.disclosures
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
            if self.personal[index].phone != personal.phone {
                self.verified.remove(&person.id);
            }
            self.personal[index] = Arc::clone(personal);
            remove(&mut self.at_home, old.home_unit, person.id);
            if let Some(residence) = old.residence {
                remove(&mut self.resident, residence, person.id);
            }
        }
        if person.is_on_post() {
            self.away.remove(&person.id);
        } else {
            self.away.insert(person.id);
        }
        insert(self.at_home.entry(person.home_unit).or_default(), person.id);
        if let Some(residence) = person.residence {
            insert(self.resident.entry(residence).or_default(), person.id);
        }
    }

    pub(crate) fn phones_verified(&mut self, people: &PersonSet, at: Timestamp) {
        self.verified.extend(people.iter().map(|person| (person, at)));
    }

    pub(crate) fn shown(
        &mut self,
        people: &PersonSet,
        purpose: &str,
        approved_by: Option<&Actor>,
        to: &Actor,
        at: Timestamp,
    ) {
        self.disclosures.push(Disclosure {
            at,
            actor: to.clone(),
            purpose: purpose.into(),
            approved_by: approved_by.cloned(),
            people: people.clone(),
        });
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
