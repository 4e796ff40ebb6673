//! Liaoning (辽宁省): real divisions, 139,000 agency staff who are all in teams of 8 to 60, 165,000 in-place members (`domain.md` §11.2).

use std::collections::BTreeMap;

use rand::seq::SliceRandom as _;

use super::agencies;
use super::apportion::apportion;
use super::divisions::{Division, divisions};
use super::gaoming::{clamp, lognormal, members};
use super::residence::Residences;
use super::roster::{Contingent, Home, Profile, Roster, agency_teams, required};
use super::sink::Sink;
use super::{District, SynthOptions, SynthReport, muster, posts};
use crate::seed::Seeds;

/// Agency staff called up.
const STAFF: u32 = 139_000;
/// In-place members.
const MEMBERS: u32 = 165_000;
/// Shenyang and Dalian, where nearly half of the people are.
const HOT_CITIES: [&str; 2] = ["2101", "2102"];
const HOT_SHARE: f64 = 0.45;
/// Exponent of the counties' weights by rank (Zipf).
const ZIPF: f64 = 0.8;
/// People of an agency, on average.
const AGENCY_MEAN: f64 = 50.0;
/// Agencies of a county at least and at most.
const AGENCIES: (usize, usize) = (12, 80);
/// Smallest agency: one team.
const AGENCY_MIN: u32 = 8;
/// People of a team, on average.
const TEAM_MEAN: f64 = 25.0;

struct County {
    division: Division,
    staff: u32,
    members: u32,
    agencies: Vec<Agency>,
}

struct Agency {
    code: String,
    name: String,
    staff: u32,
    party: f64,
}

pub(crate) fn generate<S: Sink>(options: &SynthOptions, sink: &mut S) -> Result<SynthReport, S::Error> {
    let mut roster = Roster::new(options, sink);
    let all = divisions(District::Liaoning);
    let counties = counties(roster.seeds, &all, clamp(options.scale));
    // A village's code starts with its county's.
    let mut villages: BTreeMap<&str, Vec<Division>> = BTreeMap::new();
    let mut towns: BTreeMap<&str, Vec<Division>> = BTreeMap::new();
    for row in &all {
        let rows = match row.kind {
            "village" => &mut villages,
            "town" => &mut towns,
            _ => continue,
        };
        rows.entry(&row.code[..6]).or_default().push(*row);
    }

    for row in &all {
        roster.unit(row.code, row.name, row.parent, row.kind)?;
    }
    for county in &counties {
        for agency in &county.agencies {
            roster.unit(&agency.code, &agency.name, county.division.code, "agency")?;
        }
    }
    let largest = counties.iter().flat_map(|county| &county.agencies).rev();
    let largest = largest
        .max_by_key(|agency| agency.staff)
        .map_or("", |agency| &*agency.code);
    for county in &counties {
        let code = county.division.code;
        let of_county = villages.get(code).map_or(&[][..], Vec::as_slice);
        let residences = Residences::new(county.division.name, of_county.iter().copied());
        for agency in &county.agencies {
            let is_largest = agency.code == largest;
            office(
                &mut roster,
                agency,
                &residences,
                if is_largest { posts::OF_PROVINCE } else { 0 },
            )?;
        }
        members(&mut roster, of_county, county.members, &residences)?;
        let towns = towns.get(code).map_or(&[][..], Vec::as_slice);
        for town in towns {
            roster.muster_point(muster::of_town(roster.seeds, town))?;
        }
        for point in muster::of_district(roster.seeds, &county.division, towns) {
            roster.muster_point(point)?;
        }
    }
    posts::write_top(&mut roster, District::Liaoning.root_code(), largest)?;
    Ok(roster.report)
}

/// Everybody in teams: these are the people who were sent down. That is more than the 20 %.
fn office<S: Sink>(
    roster: &mut Roster<'_, S>,
    agency: &Agency,
    residences: &Residences,
    posts: u32,
) -> Result<(), S::Error> {
    let Agency {
        code,
        name,
        staff,
        party,
    } = agency;
    roster.report.required += required(*staff);
    let teams = agency_teams(
        code,
        name,
        *staff,
        (f64::from(*staff) / TEAM_MEAN).round().max(1.0) as u32,
    );
    let home = Home::Anywhere(residences);
    roster.populate(&Contingent {
        unit: code,
        size: *staff,
        profile: Profile::staff(*party),
        home,
        teams,
        duty: false,
        posts,
    })
}

fn counties(seeds: Seeds, all: &[Division], scale: f64) -> Vec<County> {
    let rows: Vec<Division> = all.iter().copied().filter(|row| row.kind == "district").collect();
    let weights = county_weights(seeds, &rows);
    let share = |total: u32| apportion((f64::from(total) * scale).round() as u32, &weights, 0);
    rows.iter()
        .zip(share(STAFF).into_iter().zip(share(MEMBERS)))
        .map(|(division, (staff, members))| {
            let agencies = agencies(seeds, division, staff);
            County {
                division: *division,
                staff,
                members,
                agencies,
            }
        })
        .inspect(|county| {
            debug_assert_eq!(
                county.staff,
                county.agencies.iter().map(|agency| agency.staff).sum::<u32>()
            )
        })
        .collect()
}

/// Zipf by a rank drawn for each county, the hot cities' among themselves.
fn county_weights(seeds: Seeds, counties: &[Division]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..counties.len()).collect();
    order.shuffle(&mut seeds.child("counties"));
    let mut weights = vec![0.0; counties.len()];
    for (hot, group_share) in [(true, HOT_SHARE), (false, 1.0 - HOT_SHARE)] {
        let group: Vec<usize> = order
            .iter()
            .copied()
            .filter(|index| HOT_CITIES.contains(&counties[*index].parent) == hot)
            .collect();
        let zipf: Vec<f64> = (1..=group.len()).map(|rank| (rank as f64).powf(-ZIPF)).collect();
        let sum: f64 = zipf.iter().sum();
        for (index, weight) in group.into_iter().zip(zipf) {
            weights[index] = group_share * weight / sum;
        }
    }
    weights
}

fn agencies(seeds: Seeds, county: &Division, staff: u32) -> Vec<Agency> {
    let most = (staff / AGENCY_MIN).max(1) as usize;
    let count = ((f64::from(staff) / AGENCY_MEAN).round() as usize)
        .clamp(AGENCIES.0, AGENCIES.1)
        .min(most);
    let weights = lognormal(seeds, &format!("agencies/{}", county.code), 0.6, count);
    agencies::names(count)
        .into_iter()
        .zip(apportion(staff, &weights, AGENCY_MIN))
        .enumerate()
        .filter(|(_, (_, staff))| *staff > 0)
        .map(|(index, ((name, party), staff))| Agency {
            code: format!("{}-A{:03}", county.code, index + 1),
            name: format!("{}{name}", county.name),
            staff,
            party,
        })
        .collect()
}
