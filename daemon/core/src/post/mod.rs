//! Posts (岗位): who holds which post at which unit, A角 and B角, since when. What a plan's overlay maps to command roles.
//!
//! A post is a word; those that Baiying knows have names in the catalogues, and a district may use others. Whether somebody can act
//! is not stored: leave and standing say it, at the instant that is asked about.

mod end;
mod import;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use end::EndPost;
pub use import::{ImportPosts, PostRow};

use crate::id::{PersonId, Timestamp, UnitId};
use crate::state::State;

/// Posts that have names in the catalogues.
pub const KNOWN: [&str; 16] = [
    // 总指挥、常务副总指挥、副总指挥、办公室主任 of the district's command.
    "commander",
    "executive-deputy-commander",
    "deputy-commander",
    "office-director",
    // 区委组织部部长、副部长
    "organization-head",
    "organization-deputy",
    // 镇街党（工）委书记、镇长（主任）
    "town-secretary",
    "town-mayor",
    // 片长; 副片长: leader of the stationed team, vice head of the linked agency, police officer of the village.
    "sector-lead",
    "deputy-sector-lead",
    "deputy-sector-lead-team",
    "deputy-sector-lead-agency",
    "deputy-sector-lead-police",
    // 村（社区）党组织书记、网格长、双副组长
    "village-secretary",
    "grid-lead",
    "dual-deputy",
];

/// What somebody is in a post (AB角).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PostRole {
    /// A角
    Primary,
    /// B角
    Backup,
}

impl PostRole {
    /// Both with the word for each in files and on the wire.
    pub const ALL: [(Self, &'static str); 2] = [(Self::Primary, "primary"), (Self::Backup, "backup")];
}

/// Who holds a post. A and B differ, and one of them is there (D3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Holders {
    /// A角
    pub primary: Option<PersonId>,
    /// B角
    pub backup: Option<PersonId>,
}

impl Holders {
    /// Whether nobody holds it.
    pub fn is_vacant(&self) -> bool {
        self.primary.is_none() && self.backup.is_none()
    }
    /// The one in this role.
    pub fn get(&self, role: PostRole) -> Option<PersonId> {
        match role {
            PostRole::Primary => self.primary,
            PostRole::Backup => self.backup,
        }
    }
    fn set(&mut self, role: PostRole, person: Option<PersonId>) {
        match role {
            PostRole::Primary => self.primary = person,
            PostRole::Backup => self.backup = person,
        }
    }
    /// Whether A and B are one person.
    pub fn is_doubled(&self) -> bool {
        self.primary.is_some() && self.primary == self.backup
    }
}

/// Who held a post from an instant on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenure {
    /// From when on.
    pub since: Timestamp,
    /// Who; nobody: the post was given up.
    pub holders: Holders,
}

/// All posts, with their history.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Posts {
    rows: BTreeMap<(UnitId, Box<str>), Vec<Tenure>>,
}

impl Posts {
    /// Every post that was ever held, in the order of units and words, and who held it when.
    pub fn iter(&self) -> impl Iterator<Item = (UnitId, &str, &[Tenure])> {
        self.rows
            .iter()
            .map(|((unit, post), tenures)| (*unit, &**post, tenures.as_slice()))
    }
    /// Every post that is held now.
    pub fn held(&self) -> impl Iterator<Item = (UnitId, &str, Tenure)> {
        let last = self
            .iter()
            .filter_map(|(unit, post, tenures)| Some((unit, post, *tenures.last()?)));
        last.filter(|(_, _, tenure)| !tenure.holders.is_vacant())
    }
    /// Who holds a post now.
    pub fn holders(&self, unit: UnitId, post: &str) -> Holders {
        let last = self.rows.get(&(unit, post.into())).and_then(|tenures| tenures.last());
        last.map_or_else(Holders::default, |tenure| tenure.holders)
    }
    /// Who held a post at an instant.
    pub fn holders_at(&self, unit: UnitId, post: &str, at: Timestamp) -> Holders {
        let tenures = self.rows.get(&(unit, post.into())).map_or(&[][..], Vec::as_slice);
        let after = tenures.partition_point(|tenure| tenure.since <= at);
        tenures[..after]
            .last()
            .map_or_else(Holders::default, |tenure| tenure.holders)
    }
    /// Whether anybody holds a post of this word anywhere.
    pub fn is_known(&self, post: &str) -> bool {
        self.held().any(|(_, other, _)| other == post)
    }
    /// Posts that somebody holds now, and as what.
    pub fn of(&self, person: PersonId) -> impl Iterator<Item = (UnitId, &str, PostRole)> {
        self.held().flat_map(move |(unit, post, tenure)| {
            let roles = PostRole::ALL.into_iter().map(|(role, _)| role);
            roles
                .filter(move |role| tenure.holders.get(*role) == Some(person))
                .map(move |role| (unit, post, role))
        })
    }

    pub(crate) fn filled(&mut self, unit: UnitId, post: &str, holders: Holders, since: Timestamp) {
        let tenures = self.rows.entry((unit, post.into())).or_default();
        // Of what was said in one instant, the last counts.
        tenures.retain(|tenure| tenure.since < since);
        tenures.push(Tenure { since, holders });
    }
}

impl State {
    /// Those who can act in a post at an instant, A first: the holders who are on post and not on leave. Where a post has no B, the
    /// B角 of the unit's duty of the same name backs it up.
    pub fn post_candidates(&self, unit: UnitId, post: &str, at: Timestamp) -> Vec<(PersonId, PostRole)> {
        let Holders { primary, backup } = self.posts.holders_at(unit, post, at);
        let backup = backup.or_else(|| {
            let (a, b) = self.rosters.roles(unit, post, at)?;
            (Some(a) == primary).then_some(b)
        });
        let both = [(primary, PostRole::Primary), (backup, PostRole::Backup)];
        let there = both.into_iter().filter_map(|(person, role)| Some((person?, role)));
        there.filter(|(person, _)| self.can_hold(*person, at)).collect()
    }
    /// Who acts in a post at an instant: A, or B when A is away.
    pub fn post_holder(&self, unit: UnitId, post: &str, at: Timestamp) -> Option<(PersonId, PostRole)> {
        self.post_candidates(unit, post, at).first().copied()
    }
    /// Whether somebody is there to act: on post, and not on leave.
    pub fn can_hold(&self, person: PersonId, at: Timestamp) -> bool {
        let is_on_post = self.people.get(person).is_some_and(crate::people::Person::is_on_post);
        is_on_post && !self.leave.is_on_leave(person, at)
    }
}
