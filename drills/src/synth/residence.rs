//! Where people live: a village or community of the district, or somewhere the files have no unit for.

use rand::RngExt as _;

use super::divisions::Division;
use crate::seed::Random;

/// Of staff, those who live in the district they work in (`domain.md` §11.1).
const IN_DISTRICT: f64 = 0.68;
/// Of staff, those who live in the same city.
const IN_CITY: f64 = 0.92;

/// The villages of a district, to live in.
pub(crate) struct Residences {
    villages: Vec<(Division, u32)>,
    total: u32,
    district: String,
}

impl Residences {
    /// More people live in communities than in villages; nobody lives in those that exist on paper.
    pub(crate) fn new(district: &str, villages: impl Iterator<Item = Division>) -> Self {
        let mut total = 0;
        let villages = villages
            .filter(|village| !village.is_institution())
            .map(|village| {
                total += if village.is_urban() { 3 } else { 1 };
                (village, total)
            })
            .collect();
        Self {
            villages,
            total,
            district: district.to_owned(),
        }
    }

    /// A village of the district.
    pub(crate) fn in_district(&self, random: &mut Random) -> Option<Division> {
        if self.total == 0 {
            return None;
        }
        let at = random.random_range(0..self.total);
        Some(self.villages[self.villages.partition_point(|(_, upto)| *upto <= at)].0)
    }

    /// Where somebody who works in the district lives: code of the village if it is one of the district's, and the address.
    pub(crate) fn draw(&self, random: &mut Random) -> (String, String) {
        let at: f64 = random.random();
        match self.in_district(random) {
            Some(village) if at < IN_DISTRICT => self.at(&village, random),
            _ if at < IN_CITY => (String::new(), "本市其他区县".to_owned()),
            _ => (String::new(), "外市".to_owned()),
        }
    }

    /// A home in this village.
    pub(crate) fn at(&self, village: &Division, random: &mut Random) -> (String, String) {
        let name = village.name.trim_end_matches("居委会").trim_end_matches("委会");
        (
            village.code.to_owned(),
            format!("{}{name}{}号", self.district, random.random_range(1..400)),
        )
    }
}
