//! What every generated district must be like.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};

use super::identity::check_digit;
use super::*;

fn small(district: District) -> SynthData {
    rows(
        district,
        &SynthOptions {
            scale: 0.02,
            ..SynthOptions::default()
        },
    )
}

/// Counts members, and keeps nothing else: a province in a moment.
#[derive(Default)]
struct TeamSizes(BTreeMap<String, u32>);

impl Sink for TeamSizes {
    type Error = std::convert::Infallible;
    fn unit(&mut self, _: UnitRow) -> Result<(), Self::Error> {
        Ok(())
    }
    fn person(&mut self, _: PersonRow) -> Result<(), Self::Error> {
        Ok(())
    }
    fn team_member(&mut self, row: TeamMemberRow) -> Result<(), Self::Error> {
        *self.0.entry(row.team_code).or_default() += 1;
        Ok(())
    }
    fn muster_point(&mut self, _: MusterPointRow) -> Result<(), Self::Error> {
        Ok(())
    }
    fn duty(&mut self, _: DutyRow) -> Result<(), Self::Error> {
        Ok(())
    }
    fn post(&mut self, _: PostRow) -> Result<(), Self::Error> {
        Ok(())
    }
    fn dirty(&mut self, _: DirtyRow) -> Result<(), Self::Error> {
        Ok(())
    }
}

/// Everything an import would refuse, and the rules of `domain.md` §11.
fn check(data: &SynthData) {
    let mut units = BTreeSet::from([""]);
    for unit in &data.units {
        assert!(
            units.contains(unit.parent_code.as_str()),
            "{unit:?} stands before its parent"
        );
        assert!(units.insert(&unit.code), "{unit:?} stands twice");
        assert!(unit.code.len() <= 32 && !unit.name.is_empty());
    }
    assert_eq!(
        data.units.iter().filter(|unit| unit.parent_code.is_empty()).count(),
        1,
        "one root"
    );

    let mut people = BTreeMap::new();
    for person in &data.people {
        assert_eq!(
            person.id_number.chars().last(),
            Some(check_digit(&person.id_number[..17]))
        );
        assert!(person.id_number.starts_with("990101") && !person.name.is_empty());
        assert!(units.contains(person.unit_code.as_str()) && units.contains(person.residence_code.as_str()));
        assert!(person.phone.is_empty() || (person.phone.len() == 11 && person.phone.starts_with('1')));
        assert!(
            people
                .insert(person.id_number.as_str(), person.unit_code.as_str())
                .is_none(),
            "an ID number twice"
        );
    }

    let mut teams: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut in_team = BTreeSet::new();
    for row in &data.teams {
        assert_eq!(
            people.get(row.person.as_str()),
            Some(&row.unit_code.as_str()),
            "members come from the unit"
        );
        assert!(in_team.insert(&row.person), "somebody is in two teams");
        assert!(row.team_code.len() <= 32);
        teams.entry(&row.team_code).or_default().push(&row.role);
    }
    for (team, roles) in &teams {
        assert!(roles.starts_with(&["leader", "deputy"]), "{team} has {roles:?}");
        assert!(roles[2..].iter().all(|role| *role == "member"));
        assert!((3..=60).contains(&roles.len()), "{team} has {}", roles.len());
    }
    let mut on_duty = BTreeSet::new();
    let mut crews: BTreeMap<(&str, u32), Vec<&str>> = BTreeMap::new();
    for (row, line) in data.duty.iter().zip(2..) {
        assert_eq!(row.row, line);
        assert_eq!(
            people.get(row.person.as_str()),
            Some(&row.unit_code.as_str()),
            "crews come from the unit"
        );
        assert!(on_duty.insert(&row.person), "somebody is in two crews");
        crews.entry((&row.unit_code, row.turn)).or_default().push(&row.position);
    }
    for ((unit, turn), positions) in &crews {
        assert_eq!(*positions, ["lead", "officer", "officer"], "{unit}");
        assert!(
            *turn == 1 || crews.contains_key(&(*unit, turn - 1)),
            "{unit} has no turn before {turn}"
        );
        assert!(crews.contains_key(&(*unit, 2)), "{unit} never rests");
    }
    let mut codes = BTreeSet::new();
    for point in &data.muster_points {
        assert!(codes.insert(&point.code) && units.contains(point.unit_code.as_str()));
        assert!(point.code.len() <= 32 && (4..=32).contains(&point.check_in_code.len()));
    }
    let known: BTreeSet<&str> = data.people.iter().map(|person| person.id_number.as_str()).collect();
    let mut held: BTreeMap<(&str, &str, &str), &str> = BTreeMap::new();
    for row in &data.posts {
        assert!(
            units.contains(row.unit_code.as_str()) && known.contains(row.person.as_str()),
            "{row:?}"
        );
        let twice = held.insert((&row.unit_code, &row.post, &row.role), &row.person);
        assert!(twice.is_none(), "{row:?} stands twice");
    }
    for ((unit, post, role), person) in &held {
        let other = held.get(&(*unit, *post, "backup"));
        assert!(
            *role == "backup" || other != Some(person),
            "{post} of {unit} is backed up by its holder"
        );
    }
    assert!(data.report.agency_team_members >= data.report.required);
}

#[test]
fn gaoming_is_as_the_domain_says() {
    let data = rows(District::Gaoming, &SynthOptions::default());
    check(&data);
    insta::assert_debug_snapshot!(data.report, @r"
    SynthReport {
        units: 606,
        agencies: 60,
        grids: 456,
        people: 42334,
        staff: 10035,
        contract: 1510,
        members: 22000,
        volunteers: 8789,
        teams: 1455,
        agency_teams: 84,
        team_members: 10820,
        required: 2031,
        agency_team_members: 2031,
        muster_points: 11,
        dirty: 0,
        duty_units: 68,
        duty_rows: 2475,
        post_rows: 2354,
    }
    ");
    let grids = data.units.iter().filter(|unit| unit.kind == "grid");
    let mut a_village: BTreeMap<&str, u32> = BTreeMap::new();
    for grid in grids {
        assert!(grid.code.len() == 15 && grid.code.starts_with(&grid.parent_code));
        *a_village.entry(&grid.parent_code).or_default() += 1;
    }
    assert!(a_village.len() == 81 && a_village.values().all(|count| (3..=9).contains(count)));

    let mut named: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    let staff: Vec<_> = data.people.iter().filter(|person| person.category == "staff").collect();
    staff
        .iter()
        .for_each(|person| *named.entry((&person.unit_code, &person.name)).or_default() += 1);
    let homonyms: u32 = named.values().filter(|count| **count > 1).sum();
    assert!(
        f64::from(homonyms) / staff.len() as f64 >= 0.03,
        "{homonyms} share a name within their unit"
    );
    let at_home = staff.iter().filter(|person| !person.residence_code.is_empty()).count() as f64 / staff.len() as f64;
    assert!((0.65..0.71).contains(&at_home), "{at_home}");
}

#[test]
fn liaoning_is_as_the_domain_says() {
    let mut sizes = TeamSizes::default();
    let report = generate(District::Liaoning, &SynthOptions::default(), &mut sizes).expect("rows");
    insta::assert_debug_snapshot!(report, @r"
    SynthReport {
        units: 20750,
        agencies: 2502,
        grids: 0,
        people: 304000,
        staff: 139000,
        contract: 0,
        members: 165000,
        volunteers: 0,
        teams: 5539,
        agency_teams: 5539,
        team_members: 139000,
        required: 28835,
        agency_team_members: 139000,
        muster_points: 1706,
        dirty: 0,
        duty_units: 0,
        duty_rows: 0,
        post_rows: 0,
    }
    ");
    assert!(sizes.0.values().all(|size| (8..=60).contains(size)));

    let options = SynthOptions {
        scale: 0.05,
        ..SynthOptions::default()
    };
    let data = rows(District::Liaoning, &options);
    check(&data);
    let hot = data
        .people
        .iter()
        .filter(|person| ["2101", "2102"].contains(&&person.unit_code[..4]))
        .count();
    let share = hot as f64 / data.people.len() as f64;
    assert!((0.44..0.46).contains(&share), "{share}");
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let digest = |seed| {
        let dir = tempfile::tempdir().expect("a directory");
        let options = SynthOptions {
            seed,
            scale: 0.05,
            ..SynthOptions::default()
        };
        write(District::Gaoming, &options, dir.path()).expect("files");
        let mut hash = Sha256::new();
        for file in [
            "divisions.csv",
            "people.csv",
            "teams.csv",
            "muster.csv",
            "duty.csv",
            "posts.csv",
            "SYNTHETIC.txt",
        ] {
            hash.update(std::fs::read(dir.path().join(file)).expect(file));
        }
        assert!(!dir.path().join("DIRTY.csv").exists());
        hash.finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    let first = digest(1);
    assert_eq!(first, digest(1));
    assert_ne!(first, digest(2));
    insta::assert_snapshot!(first, @"29ababcdcbd537a17a845ff69a9ee62096ed715a5cb8de11df720460b769ab22");
}

#[test]
fn files_say_what_the_rows_say() {
    let dir = tempfile::tempdir().expect("a directory");
    let options = SynthOptions {
        scale: 0.02,
        dirty: 0.05,
        ..SynthOptions::default()
    };
    let report = write(District::Gaoming, &options, dir.path()).expect("files");
    let data = rows(District::Gaoming, &options);
    assert_eq!(report, data.report);
    let mut reader = csv::Reader::from_path(dir.path().join("people.csv")).expect("people.csv");
    for (record, row) in reader.records().zip(&data.people) {
        let record = record.expect("a record");
        assert_eq!(record.position().map(csv::Position::line), Some(u64::from(row.row)));
        assert_eq!(&record[0], row.id_number);
        assert_eq!(&record[7], row.address);
    }
    let text = std::fs::read_to_string(dir.path().join("SYNTHETIC.txt")).expect("SYNTHETIC.txt");
    assert!(text.starts_with("synthetic=true\n"));
    assert_eq!(
        std::fs::read_to_string(dir.path().join("DIRTY.csv"))
            .expect("DIRTY.csv")
            .lines()
            .count(),
        data.dirty.len() + 1
    );
}

#[test]
fn dirty_rows_are_as_many_as_asked_and_are_listed() {
    let options = SynthOptions {
        scale: 0.2,
        dirty: 0.1,
        ..SynthOptions::default()
    };
    let data = rows(District::Gaoming, &options);
    let share = f64::from(data.report.dirty) / f64::from(data.report.people);
    assert!((0.08..0.12).contains(&share), "{share}");
    let units: BTreeSet<&str> = data.units.iter().map(|unit| unit.code.as_str()).collect();
    let in_team: BTreeSet<&str> = data.teams.iter().map(|row| row.person.as_str()).collect();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for person in &data.people {
        let twice = !seen.insert(person.id_number.as_str());
        let defect = if twice {
            Defect::Duplicate
        } else if !person.id_number.ends_with(check_digit(&person.id_number[..17])) {
            Defect::CheckDigit
        } else if !units.contains(person.unit_code.as_str()) {
            Defect::UnknownUnit
        } else if person.name.is_empty() {
            Defect::MissingName
        } else {
            continue;
        };
        assert!(!in_team.contains(person.id_number.as_str()) || twice);
        found.push(DirtyRow {
            row: person.row,
            defect,
        });
    }
    assert_eq!(found, data.dirty);
}

#[test]
fn an_option_for_one_thing_leaves_the_others_alone() {
    let with = small(District::Gaoming);
    let without = rows(
        District::Gaoming,
        &SynthOptions {
            scale: 0.02,
            members: false,
            ..SynthOptions::default()
        },
    );
    assert_eq!(with.teams, without.teams);
    assert_eq!(with.people[..without.people.len()], without.people[..]);
    assert_eq!(without.report.members, 0);
}
