//! Gaoming (高明区): real towns and villages, 456 grids, 60 agencies (`domain.md` §11.1).

use rand::RngExt as _;
use rand_distr::{Distribution as _, LogNormal};

use super::agencies::KINDS;
use super::apportion::apportion;
use super::divisions::{Division, divisions};
use super::residence::Residences;
use super::roster::{Contingent, Home, Profile, Roster, TeamPlan, agency_teams, required};
use super::sink::Sink;
use super::{District, SynthOptions, SynthReport, muster, posts};
use crate::seed::Seeds;

/// Grids of the district, and how many a village may have.
const GRIDS: u32 = 456;
const GRIDS_MIN: u32 = 3;
const GRIDS_MAX: u32 = 9;
/// Established staff of the towns' offices.
const TOWN_STAFF: u32 = 1_520;
/// In-place members.
const MEMBERS: u32 = 22_000;
/// Contract staff for each established one.
const CONTRACT: f64 = 0.15;
/// Of grids, those with a special team beside the support and the volunteer team.
const GRIDS_WITH_SPECIAL: f64 = 0.38;

struct Agency {
    code: String,
    name: String,
    staff: u32,
    party: f64,
}

struct Grid {
    code: String,
    name: String,
    village: Division,
}

pub(crate) fn generate<S: Sink>(options: &SynthOptions, sink: &mut S) -> Result<SynthReport, S::Error> {
    let mut roster = Roster::new(options, sink);
    let scaled = scale(options.scale);
    let all = divisions(District::Gaoming);
    let of_kind = |kind| all.iter().copied().filter(move |row: &Division| row.kind == kind);
    let (towns, villages): (Vec<_>, Vec<_>) = (of_kind("town").collect(), of_kind("village").collect());
    let district = all[0];
    let residences = Residences::new(district.name, villages.iter().copied());
    let grids = grids(roster.seeds, &villages);
    let agencies = agencies(roster.seeds, &district);

    for row in &all {
        roster.unit(row.code, row.name, row.parent, row.kind)?;
    }
    for grid in &grids {
        roster.unit(&grid.code, &grid.name, grid.village.code, "grid")?;
    }
    for agency in &agencies {
        roster.unit(&agency.code, &agency.name, district.code, "agency")?;
    }

    for agency in &agencies {
        office(
            &mut roster,
            &agency.code,
            &agency.name,
            scaled(agency.staff),
            agency.party,
            &residences,
            posts::OF_AGENCY,
        )?;
    }
    for (town, staff) in towns.iter().zip(town_staff(roster.seeds, &towns)) {
        office(
            &mut roster,
            town.code,
            town.name,
            scaled(staff),
            0.82,
            &residences,
            posts::OF_TOWN,
        )?;
        let teams = forces(town.code, town.name, &TOWN_FORCES, scaled);
        force(&mut roster, town.code, teams, Home::InDistrict(&residences), 0)?;
    }
    for village in &villages {
        let teams = forces(village.code, village.name, &VILLAGE_FORCES, scaled);
        force(
            &mut roster,
            village.code,
            teams,
            Home::In(&residences, *village),
            posts::OF_VILLAGE,
        )?;
    }
    for grid in &grids {
        let teams = grid_forces(roster.seeds, grid);
        force(
            &mut roster,
            &grid.code,
            teams,
            Home::In(&residences, grid.village),
            posts::OF_GRID,
        )?;
    }
    if options.members {
        members(
            &mut roster,
            &villages,
            (f64::from(MEMBERS) * clamp(options.scale)) as u32,
            &residences,
        )?;
    }

    let office = |name: &str| {
        let found = agencies.iter().find(|agency| agency.name.ends_with(name));
        found.map_or(district.code, |agency| agency.code.as_str())
    };
    let places = posts::Places {
        district: district.code,
        government: office("人民政府办公室"),
        organization: office("委组织部"),
        emergency: office("应急管理局"),
        agencies: agencies.iter().map(|agency| agency.code.as_str()).collect(),
        towns: towns.iter().map(|town| town.code).collect(),
        villages: villages.iter().map(|village| (village.code, village.parent)).collect(),
        grids: grids
            .iter()
            .map(|grid| (grid.code.as_str(), grid.village.parent))
            .collect(),
    };
    posts::write(&mut roster, &places)?;

    let seats: Vec<Division> = towns.iter().copied().filter(|town| !town.is_institution()).collect();
    for town in &towns {
        roster.muster_point(muster::of_town(roster.seeds, town))?;
    }
    for point in muster::of_district(roster.seeds, &district, &seats) {
        roster.muster_point(point)?;
    }
    Ok(roster.report)
}

/// Support team, volunteer team and special teams: 1+1+N of a town and of a village.
const TOWN_FORCES: [(&str, &str, &str, u32); 4] = [
    ("S1", "应急支援队", "support", 40),
    ("V1", "志愿服务队", "volunteer", 60),
    ("P1", "防汛抢险专业队", "special", 20),
    ("P2", "医疗救护专业队", "special", 20),
];
const VILLAGE_FORCES: [(&str, &str, &str, u32); 3] = [
    ("S1", "应急支援队", "support", 12),
    ("V1", "志愿服务队", "volunteer", 20),
    ("P1", "防汛抢险专业队", "special", 8),
];

fn forces(
    code: &str,
    name: &str,
    forces: &[(&str, &str, &'static str, u32)],
    scaled: impl Fn(u32) -> u32,
) -> Vec<TeamPlan> {
    let name = name.trim_end_matches("居委会").trim_end_matches("委会");
    forces
        .iter()
        .map(|(suffix, title, kind, size)| TeamPlan {
            code: format!("{code}-{suffix}"),
            name: format!("{name}{title}"),
            kind,
            size: scaled(*size).max(3),
        })
        .collect()
}

/// 3 to 5 people each; where a grid takes in several groups (组) it has a special team as well.
fn grid_forces(seeds: Seeds, grid: &Grid) -> Vec<TeamPlan> {
    let mut random = seeds.child(&format!("grid/{}", grid.code));
    let special = random.random_bool(GRIDS_WITH_SPECIAL);
    let mut team = |suffix, title, kind| TeamPlan {
        code: format!("{}-{suffix}", grid.code),
        name: format!("{}{title}", grid.name),
        kind,
        size: random.random_range(3..=5),
    };
    let mut teams = vec![team("S1", "应急小组", "support"), team("V1", "志愿小组", "volunteer")];
    if special {
        teams.push(team("P1", "巡查小组", "special"));
    }
    teams
}

/// Established staff with their emergency team and their duty roster, and contract staff.
fn office<S: Sink>(
    roster: &mut Roster<'_, S>,
    code: &str,
    name: &str,
    staff: u32,
    party: f64,
    residences: &Residences,
    posts: u32,
) -> Result<(), S::Error> {
    let home = Home::Anywhere(residences);
    let required = required(staff);
    roster.report.required += required;
    let teams = agency_teams(code, name, required.max(3).min(staff), 1);
    roster.populate(&Contingent {
        unit: code,
        size: staff,
        profile: Profile::staff(party),
        home,
        teams,
        duty: true,
        posts,
    })?;
    let contract = (f64::from(staff) * CONTRACT).round() as u32;
    roster.populate(&Contingent {
        unit: code,
        size: contract,
        profile: Profile::contract(),
        home,
        teams: Vec::new(),
        duty: false,
        posts: 0,
    })
}

/// Teams of a town, village or grid with just the people they need.
fn force<S: Sink>(
    roster: &mut Roster<'_, S>,
    code: &str,
    teams: Vec<TeamPlan>,
    home: Home<'_>,
    posts: u32,
) -> Result<(), S::Error> {
    let size = teams.iter().map(|team| team.size).sum();
    roster.populate(&Contingent {
        unit: code,
        size,
        profile: Profile::volunteer(),
        home,
        teams,
        duty: false,
        posts,
    })
}

/// In-place members at the villages they live in; communities have more.
pub(crate) fn members<S: Sink>(
    roster: &mut Roster<'_, S>,
    villages: &[Division],
    total: u32,
    residences: &Residences,
) -> Result<(), S::Error> {
    let villages: Vec<&Division> = villages.iter().filter(|village| !village.is_institution()).collect();
    let weights: Vec<f64> = villages
        .iter()
        .map(|village| {
            let spread: f64 = roster
                .seeds
                .child(&format!("members/{}", village.code))
                .random_range(0.6..1.4);
            spread * if village.is_urban() { 3.0 } else { 1.0 }
        })
        .collect();
    for (village, size) in villages.into_iter().zip(apportion(total, &weights, 0)) {
        let home = Home::In(residences, *village);
        let profile = Profile::member();
        roster.populate(&Contingent {
            unit: village.code,
            size,
            profile,
            home,
            teams: Vec::new(),
            duty: false,
            posts: 0,
        })?;
    }
    Ok(())
}

fn grids(seeds: Seeds, villages: &[Division]) -> Vec<Grid> {
    let mut counts: Vec<u32> = vec![GRIDS_MIN; villages.len()];
    let mut random = seeds.child("grids");
    let mut left = GRIDS - GRIDS_MIN * villages.len() as u32;
    while left > 0 {
        let index = random.random_range(0..villages.len());
        let village = &villages[index];
        // Communities are denser than villages, so that they are cut up more finely.
        if counts[index] < GRIDS_MAX && !village.is_institution() && (village.is_urban() || random.random_bool(0.7)) {
            counts[index] += 1;
            left -= 1;
        }
    }
    let grid = |village: Division, number: u32| Grid {
        code: format!("{}{number:03}", village.code),
        name: format!(
            "{}第{number}网格",
            village.name.trim_end_matches("居委会").trim_end_matches("委会")
        ),
        village,
    };
    villages
        .iter()
        .zip(counts)
        .flat_map(|(village, count)| (1..=count).map(move |number| grid(*village, number)))
        .collect()
}

fn agencies(seeds: Seeds, district: &Division) -> Vec<Agency> {
    let mut agencies = Vec::new();
    for (number, kind) in KINDS.iter().enumerate() {
        let weights = lognormal(seeds, &format!("agencies/{number}"), kind.sigma, kind.names.len());
        for (name, staff) in kind.names.iter().zip(apportion(kind.staff, &weights, kind.min)) {
            agencies.push(Agency {
                code: format!("{}-A{:03}", district.code, agencies.len() + 1),
                name: format!("{}{name}", district.name),
                staff,
                party: kind.party,
            });
        }
    }
    agencies
}

/// Prisons and farms have a fifth of a town's staff.
fn town_staff(seeds: Seeds, towns: &[Division]) -> Vec<u32> {
    let weights: Vec<f64> = lognormal(seeds, "towns", 0.25, towns.len())
        .into_iter()
        .zip(towns)
        .map(|(weight, town)| if town.is_institution() { weight * 0.2 } else { weight })
        .collect();
    apportion(TOWN_STAFF, &weights, 12)
}

/// Sizes in proportion, of which the mean does not matter.
pub(crate) fn lognormal(seeds: Seeds, purpose: &str, sigma: f64, count: usize) -> Vec<f64> {
    let mut random = seeds.child(purpose);
    let Ok(sizes) = LogNormal::new(0.0, sigma) else {
        return vec![1.0; count];
    };
    (0..count).map(|_| sizes.sample(&mut random)).collect()
}

pub(crate) fn clamp(scale: f64) -> f64 {
    if scale.is_finite() {
        scale.clamp(0.001, 1.0)
    } else {
        1.0
    }
}

/// Sizes at the asked scale, of which none becomes too small for a leader and a deputy.
fn scale(scale: f64) -> impl Fn(u32) -> u32 + Copy {
    let scale = clamp(scale);
    move |size| ((f64::from(size) * scale).round() as u32).max(size.min(3))
}
