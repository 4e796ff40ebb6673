//! Who holds which post (岗位), A and B, for the command overlay of the plans that ship (`domain.md` §4, G7).
//!
//! Holders are the eldest Party members of the office or force that the post belongs to. Where an office has few people, one holds
//! several posts; nobody is their own B.

use baiying_proto::v1::PostRow;

use super::roster::Roster;
use super::sink::Sink;

/// Eldest Party members that an agency, a town's office, a village and a grid keep for posts.
pub(crate) const OF_AGENCY: u32 = 12;
pub(crate) const OF_TOWN: u32 = 60;
pub(crate) const OF_VILLAGE: u32 = 3;
pub(crate) const OF_GRID: u32 = 2;

/// Eldest Party members that the largest agency of a province keeps for it.
pub(crate) const OF_PROVINCE: u32 = 4;

/// Places that posts are held at.
pub(crate) struct Places<'a> {
    /// Code of the district.
    pub(crate) district: &'a str,
    /// Codes of the offices of the district's command, the organization department, and the emergency bureau.
    pub(crate) government: &'a str,
    pub(crate) organization: &'a str,
    pub(crate) emergency: &'a str,
    /// Codes of agencies, which are linked to grids in turn.
    pub(crate) agencies: Vec<&'a str>,
    /// Codes of towns.
    pub(crate) towns: Vec<&'a str>,
    /// Codes of villages with their towns.
    pub(crate) villages: Vec<(&'a str, &'a str)>,
    /// Codes of grids with their towns.
    pub(crate) grids: Vec<(&'a str, &'a str)>,
}

/// Writes every post's holders.
pub(crate) fn write<S: Sink>(roster: &mut Roster<'_, S>, places: &Places<'_>) -> Result<(), S::Error> {
    let Places {
        district,
        government,
        organization,
        emergency,
        agencies,
        towns,
        villages,
        grids,
    } = places;
    for (post, office, a, b) in [
        ("commander", government, 0, 1),
        ("executive-deputy-commander", government, 2, 3),
        ("deputy-commander", emergency, 0, 1),
        ("office-director", emergency, 2, 3),
        ("organization-head", organization, 0, 1),
        ("organization-deputy", organization, 2, 3),
    ] {
        roster.holders(district, post, (office, a), (office, b))?;
    }
    for town in towns {
        roster.holders(town, "town-secretary", (town, 0), (town, 1))?;
        roster.holders(town, "town-mayor", (town, 2), (town, 3))?;
    }
    for (number, (village, town)) in villages.iter().enumerate() {
        // 片长: the town's leader stationed there, and the village's secretary.
        roster.holders(village, "sector-lead", (town, 4 + number), (village, 0))?;
        roster.holders(village, "village-secretary", (village, 0), (village, 1))?;
        roster.holders(village, "deputy-sector-lead", (village, 2), (town, 5 + number))?;
    }
    for (number, (grid, town)) in grids.iter().enumerate() {
        roster.holders(grid, "grid-lead", (grid, 0), (grid, 1))?;
        let agency = agencies
            .get(number % agencies.len().max(1))
            .copied()
            .unwrap_or(district);
        // 双副组长: one from the town, one from the linked agency.
        roster.holders(grid, "dual-deputy", (town, 4 + number), (agency, 4 + number / 60))?;
    }
    Ok(())
}

/// Writes who commands a province: what its plans ask for to put any level in force, and nothing below.
pub(crate) fn write_top<S: Sink>(roster: &mut Roster<'_, S>, root: &str, office: &str) -> Result<(), S::Error> {
    roster.holders(root, "commander", (office, 0), (office, 1))?;
    roster.holders(root, "deputy-commander", (office, 2), (office, 3))
}

impl<S: Sink> Roster<'_, S> {
    /// A and B of a post, each by office and place among its seniors; a place beyond them begins again.
    fn holders(
        &mut self,
        unit: &str,
        post: &str,
        primary: (&str, usize),
        backup: (&str, usize),
    ) -> Result<(), S::Error> {
        let senior = |(office, place): (&str, usize)| {
            let all = self.seniors.get(office)?;
            all.get(place % all.len().max(1)).cloned()
        };
        let (a, b) = (senior(primary), senior(backup));
        let b = b.filter(|b| a.as_ref() != Some(b));
        for (role, person) in [("primary", a), ("backup", b)] {
            let Some(person) = person else { continue };
            self.post(PostRow {
                row: 0,
                unit_code: unit.to_owned(),
                post: post.to_owned(),
                role: role.to_owned(),
                person,
            })?;
        }
        Ok(())
    }
}
