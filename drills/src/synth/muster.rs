//! Muster points (集结点): one for each town and a few for each district, each with a code on a sheet.

use baiying_proto::v1::MusterPointRow;
use rand::RngExt as _;

use super::divisions::Division;
use crate::seed::Seeds;

/// Characters of a code: none that look like another.
const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// A muster point in a unit. Its code is fixed; its check-in code comes from the seed.
pub(crate) fn point(seeds: Seeds, number: u32, unit: &Division, name: String, address: String) -> MusterPointRow {
    let code = format!("{}-M{number}", unit.code);
    let mut random = seeds.child(&format!("muster/{code}"));
    let check_in_code = (0..8)
        .map(|_| char::from(LETTERS[random.random_range(0..LETTERS.len())]))
        .collect();
    MusterPointRow {
        row: 0,
        code,
        name,
        unit_code: unit.code.to_owned(),
        check_in_code,
        address,
    }
}

/// The muster point of a town.
pub(crate) fn of_town(seeds: Seeds, town: &Division) -> MusterPointRow {
    point(
        seeds,
        1,
        town,
        format!("{}集结点", town.name),
        format!("{}文化广场", town.name),
    )
}

/// The muster points of a whole district, which lie in its towns.
pub(crate) fn of_district(seeds: Seeds, district: &Division, towns: &[Division]) -> Vec<MusterPointRow> {
    const PLACES: [(&str, &str); 3] = [
        ("体育中心", "体育中心南门"),
        ("会议中心", "会议中心广场"),
        ("物资仓库", "应急物资仓库"),
    ];
    towns
        .iter()
        .cycle()
        .zip(PLACES)
        .enumerate()
        .map(|(index, (town, (name, place)))| {
            let number = 2 + index as u32 / towns.len().max(1) as u32;
            point(
                seeds,
                number,
                town,
                format!("{}{name}集结点", district.name),
                format!("{}{place}", town.name),
            )
        })
        .collect()
}
