//! Drafts into what the daemon takes: their units found, who stands in several rows brought together.

use std::collections::{BTreeMap, BTreeSet};

use baiying_proto::v1 as pb;

use super::super::grid::Workbook;
use super::rows::{Draft, locate};
use super::units::{Found, Unit};
use super::{Doubt, Fault, Field, Kind, Note, Place, Reading, SheetRead, Units};

/// Somebody's place in a unit's agency team (机关应急队).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Member {
    /// Where it stands.
    pub(crate) place: Place,
    /// The unit's code.
    pub(crate) unit: String,
    /// leader, deputy or member.
    pub(crate) role: String,
    /// Who.
    pub(crate) id_number: String,
}

/// What can be sent, and what cannot.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Settled {
    /// The rows for the daemon; their number is the position in `places`, from 1.
    pub(crate) rows: Vec<pb::PersonRow>,
    /// Where each of them stands.
    pub(crate) places: Vec<Place>,
    /// Members of agency teams.
    pub(crate) members: Vec<Member>,
    /// Units with a row that is bad: who is in their team is not known for certain.
    pub(crate) doubtful_units: BTreeSet<String>,
    /// Rows that were counted with another one.
    pub(crate) merged: usize,
    /// Rows about somebody.
    pub(crate) people: usize,
    /// Everything that is wrong, in the order of the file.
    pub(crate) faults: Vec<Fault>,
    /// What the user should know.
    pub(crate) notes: Vec<Note>,
    /// Why the file may not be all of the roster.
    pub(crate) doubts: Vec<Doubt>,
}

impl Settled {
    /// Whether the rows are all of the roster, so that who is not in them has left.
    pub(crate) fn is_whole(&self) -> bool {
        self.faults.is_empty() && self.doubts.is_empty()
    }

    /// Rows with something wrong.
    pub(crate) fn bad_rows(&self) -> usize {
        bad_places(&self.faults).len()
    }
}

fn bad_places(faults: &[Fault]) -> BTreeSet<Place> {
    faults.iter().map(|fault| fault.place).collect()
}

/// One person: the first row, and what others add.
struct Joined {
    draft: Draft,
    others: Vec<Place>,
}

impl Reading {
    /// Finds units and joins rows. `top` is the unit whose whole roster the file is.
    pub(crate) fn settle(mut self, book: &Workbook, units: &Units, top: &str) -> Settled {
        let people = self.people();
        let mut by_sheet = Sheets {
            units,
            top,
            several: self.sheets.len() > 1,
            found: BTreeMap::new(),
        };
        let drafts = std::mem::take(&mut self.drafts);
        let mut good = Vec::with_capacity(drafts.len());
        let mut outside = Vec::new();
        for mut draft in drafts {
            let mut faults = Vec::new();
            let has_standing = draft.values.contains_key(&Field::Standing)
                || self
                    .sheet(draft.place.sheet)
                    .is_some_and(|read| read.columns.contains_key(&Field::Standing));
            let standing = draft.values.get(&Field::Standing).map_or("", String::as_str);
            if has_standing && standing != "seconded-out" && draft.values.contains_key(&Field::SecondedTo) {
                faults.push(Fault::new(draft.place, Field::SecondedTo, Kind::Seconded));
            }
            by_sheet.place(&mut draft, &self, book, &mut faults);
            for (field, own) in [(Field::SecondedTo, false), (Field::Residence, true)] {
                if let Some(text) = draft.values.get(&field) {
                    match lookup(units, text, if own { top } else { "" }, draft.place, field) {
                        Ok(unit) => {
                            let code = unit.code.clone();
                            draft.values.insert(field, code);
                        }
                        // Outside the district nobody is a unit of ours: where they sit or live is not kept.
                        Err(fault) if fault.kind == Kind::UnknownUnit => {
                            outside.push((draft.place, text.clone()));
                            draft.values.remove(&field);
                        }
                        Err(fault) => faults.push(fault),
                    }
                }
            }
            if faults.is_empty() {
                good.push(draft);
            } else {
                self.faults.extend(faults);
            }
        }
        for (sheet, unit) in by_sheet.found {
            if let Ok(unit) = unit {
                self.notes.push(Note::UnitFrom {
                    sheet: book.sheets[sheet].name.clone(),
                    unit: format!("{} {}", unit.code, unit.name),
                });
            }
        }
        if !outside.is_empty() {
            self.notes.push(Note::Outside(outside));
        }
        let (joined, faults, merged) = join(good);
        self.faults.extend(faults);
        locate(&mut self.faults, book, &self.sheets);
        self.faults.sort_by_key(|fault| (fault.place, fault.column));
        if !merged.is_empty() {
            self.notes.push(Note::Merged(merged));
        }
        let doubtful = doubtful_units(&self, book, units, top);
        let mut settled = Settled {
            people,
            faults: std::mem::take(&mut self.faults),
            notes: std::mem::take(&mut self.notes),
            doubts: std::mem::take(&mut self.doubts),
            doubtful_units: doubtful,
            ..Settled::default()
        };
        let mut kept = BTreeSet::new();
        for one in joined {
            settled.merged += one.others.len();
            let absent = absent(&self.sheets, &one);
            kept.extend(absent.iter().copied());
            settled.take(one.draft, &absent);
        }
        if !kept.is_empty() {
            settled.notes.push(Note::Absent(kept.into_iter().collect()));
        }
        // Nobody is lost between the file and what is sent.
        assert_eq!(
            settled.people,
            settled.rows.len() + settled.merged + settled.bad_rows(),
            "rows of the file are sent, merged or bad"
        );
        settled
    }
}

/// Columns that none of the person's sheets has: of who is known, what is stored there stays.
fn absent(sheets: &[SheetRead], person: &Joined) -> Vec<Field> {
    let places = person.others.iter().chain([&person.draft.place]);
    let has = |field: Field| {
        let mut of_sheets = places
            .clone()
            .filter_map(|place| sheets.iter().find(|read| read.sheet == place.sheet));
        let in_sheet = of_sheets.any(|read| {
            // A tick says what the political status is as well.
            read.columns.contains_key(&field)
                || (field == Field::Political && read.columns.contains_key(&Field::PartyMember))
        });
        in_sheet || person.draft.values.contains_key(&field)
    };
    Field::KEPT.into_iter().filter(|field| !has(*field)).collect()
}

impl Settled {
    fn take(&mut self, draft: Draft, absent: &[Field]) {
        let Draft {
            place,
            id_number,
            mut values,
        } = draft;
        self.places.push(place);
        let mut value = |field: Field| values.remove(&field).unwrap_or_default();
        let unit_code = value(Field::UnitCode);
        let role = value(Field::Role);
        if !role.is_empty() {
            self.members.push(Member {
                place,
                unit: unit_code.clone(),
                role,
                id_number: id_number.clone(),
            });
        }
        let skills = value(Field::Skills);
        let category = value(Field::Category);
        self.rows.push(pb::PersonRow {
            row: u32::try_from(self.places.len()).unwrap_or(u32::MAX),
            id_number,
            name: value(Field::Name),
            phone: value(Field::Phone),
            unit_code,
            residence_code: value(Field::Residence),
            category: if category.is_empty() {
                "staff".to_owned()
            } else {
                category
            },
            political: value(Field::Political),
            address: value(Field::Address),
            standing: value(Field::Standing),
            seconded_to_code: value(Field::SecondedTo),
            skills: skills
                .split('、')
                .filter(|skill| !skill.is_empty())
                .map(str::to_owned)
                .collect(),
            department: value(Field::Department),
            post: value(Field::Post),
            absent: absent.iter().map(|field| field.word().to_owned()).collect(),
        });
    }
}

fn lookup<'a>(units: &'a Units, text: &str, top: &str, place: Place, field: Field) -> Result<&'a Unit, Fault> {
    let names = |units: &[&Unit]| {
        let names: Vec<String> = units
            .iter()
            .map(|unit| format!("{} {}", unit.code, unit.name))
            .collect();
        names.join("、")
    };
    match units.find(text, top) {
        Found::One(unit) => Ok(unit),
        Found::Several(several) => {
            let mut fault = Fault::new(place, field, Kind::AmbiguousUnit);
            fault.detail = names(&several[..several.len().min(5)]);
            fault.value = text.to_owned();
            Err(fault)
        }
        Found::None(near) => {
            let mut fault = Fault::new(place, field, Kind::UnknownUnit);
            fault.detail = names(&near);
            fault.value = text.to_owned();
            Err(fault)
        }
    }
}

/// Where the people of sheets without a column for it belong.
struct Sheets<'a> {
    units: &'a Units,
    top: &'a str,
    several: bool,
    found: BTreeMap<usize, Result<Unit, (Kind, String)>>,
}

impl Sheets<'_> {
    /// Puts the code of the unit into the draft.
    fn place(&mut self, draft: &mut Draft, reading: &Reading, book: &Workbook, faults: &mut Vec<Fault>) {
        let sheet = draft.place.sheet;
        let code = draft.values.remove(&Field::UnitCode);
        let name = draft.values.remove(&Field::Unit);
        let columns = reading.sheet(sheet).map(|read| &read.columns);
        let has_column =
            columns.is_some_and(|columns| columns.contains_key(&Field::Unit) || columns.contains_key(&Field::UnitCode));
        let unit = match (code, name) {
            (Some(text), _) | (None, Some(text)) => {
                lookup(self.units, &text, self.top, draft.place, Field::Unit).cloned()
            }
            (None, None) if has_column => Err(Fault::new(draft.place, Field::Unit, Kind::Missing)),
            (None, None) => {
                if !self.found.contains_key(&sheet) {
                    let unit = self.of_sheet(sheet, reading, book);
                    self.found.insert(sheet, unit);
                }
                self.found[&sheet].clone().map_err(|(kind, detail)| {
                    let mut fault = Fault::new(draft.place, Field::Unit, kind);
                    fault.detail = detail;
                    fault.value.clone_from(&book.sheets[sheet].name);
                    fault
                })
            }
        };
        match unit {
            Ok(unit) if !self.units.is_within(&unit.code, self.top) => {
                let mut fault = Fault::new(draft.place, Field::Unit, Kind::ForeignUnit);
                fault.detail = format!("{} {}", unit.code, unit.name);
                faults.push(fault);
            }
            Ok(unit) => {
                draft.values.insert(Field::UnitCode, unit.code);
            }
            Err(fault) => faults.push(fault),
        }
    }

    /// By the sheet's name, by its title; else the unit whose roster this is, if that cannot be another one.
    fn of_sheet(&self, sheet: usize, reading: &Reading, book: &Workbook) -> Result<Unit, (Kind, String)> {
        let name = &book.sheets[sheet].name;
        if let Found::One(unit) = self.units.find(name, self.top) {
            return Ok(unit.clone());
        }
        let titles = reading
            .sheet(sheet)
            .map(|read| read.titles.as_slice())
            .unwrap_or_default();
        let titles = titles.iter().chain([name]);
        if let Some(unit) = titles
            .into_iter()
            .find_map(|title| self.units.in_title(title, self.top))
        {
            return Ok(unit.clone());
        }
        match self.units.get(self.top) {
            Some(unit) if !self.several || !self.units.has_parts(self.top) => Ok(unit.clone()),
            _ => {
                let Err(fault) = lookup(self.units, name, self.top, Place { sheet, row: 0 }, Field::Unit) else {
                    return Err((Kind::UnknownUnit, String::new()));
                };
                Err((fault.kind, fault.detail))
            }
        }
    }
}

/// Brings together the rows of each person. What one row leaves out another may say; where two say different things, all of
/// that person's rows are bad: nobody knows which is right.
fn join(drafts: Vec<Draft>) -> (Vec<Joined>, Vec<Fault>, Vec<(Place, Place)>) {
    let mut at: BTreeMap<String, usize> = BTreeMap::new();
    let mut people: Vec<Joined> = Vec::with_capacity(drafts.len());
    let mut refused: BTreeMap<usize, Vec<(Place, Place, BTreeSet<Field>)>> = BTreeMap::new();
    let mut merged = Vec::new();
    for draft in drafts {
        let Some(&known) = at.get(&draft.id_number) else {
            at.insert(draft.id_number.clone(), people.len());
            people.push(Joined {
                draft,
                others: Vec::new(),
            });
            continue;
        };
        let first = &mut people[known];
        let differ: BTreeSet<Field> = draft
            .values
            .iter()
            .filter(|(field, value)| first.draft.values.get(field).is_some_and(|known| known != *value))
            .map(|(field, _)| *field)
            .collect();
        if differ.is_empty() {
            merged.push((draft.place, first.draft.place));
            first.others.push(draft.place);
            for (field, value) in draft.values {
                first.draft.values.entry(field).or_insert(value);
            }
        } else {
            let row = (draft.place, first.draft.place, differ);
            refused.entry(known).or_default().push(row);
        }
    }
    let mut faults = Vec::new();
    let mut good = Vec::with_capacity(people.len());
    for (index, person) in people.into_iter().enumerate() {
        let Some(rows) = refused.remove(&index) else {
            good.push(person);
            continue;
        };
        let first = person.draft.place;
        merged.retain(|(_, of)| *of != first);
        let contradiction = |place: Place, other: Place, fields: &BTreeSet<Field>| {
            let mut fault = Fault::new(
                place,
                fields.first().copied().unwrap_or(Field::IdNumber),
                Kind::Contradicts,
            );
            // The unit was looked up: either column may hold it.
            if fault.field == Some(Field::UnitCode) {
                fault.field = Some(Field::Unit);
            }
            let names: Vec<&str> = fields
                .iter()
                .map(|field| if *field == Field::UnitCode { Field::Unit } else { *field })
                .filter_map(|field| field.headers().first().copied())
                .collect();
            fault.detail = names.join("、");
            fault.other = Some(other);
            fault
        };
        let all: BTreeSet<Field> = rows.iter().flat_map(|(_, _, fields)| fields.iter().copied()).collect();
        let other = rows.first().map_or(first, |(place, ..)| *place);
        faults.push(contradiction(first, other, &all));
        faults.extend(person.others.iter().map(|place| contradiction(*place, other, &all)));
        faults.extend(
            rows.iter()
                .map(|(place, first, fields)| contradiction(*place, *first, fields)),
        );
    }
    (good, faults, merged)
}

/// Units with a bad row that has a role: the team would be smaller than was meant.
fn doubtful_units(reading: &Reading, book: &Workbook, units: &Units, top: &str) -> BTreeSet<String> {
    let mut doubtful = BTreeSet::new();
    for place in bad_places(&reading.faults) {
        let Some(read) = reading.sheet(place.sheet) else {
            continue;
        };
        let text = |field: Field| {
            read.columns.get(&field).map_or_else(String::new, |column| {
                book.sheets[place.sheet].cell(place.row as usize - 1, *column).text()
            })
        };
        if text(Field::Role).is_empty() && text(Field::Turn).is_empty() {
            continue;
        }
        let sheets = Sheets {
            units,
            top,
            several: reading.sheets.len() > 1,
            found: BTreeMap::new(),
        };
        let named = [text(Field::UnitCode), text(Field::Unit)]
            .into_iter()
            .find(|text| !text.is_empty());
        let unit = match named {
            Some(text) => match units.find(&text, top) {
                Found::One(unit) => Some(unit.clone()),
                Found::Several(_) | Found::None(_) => None,
            },
            None => sheets.of_sheet(place.sheet, reading, book).ok(),
        };
        doubtful.extend(unit.map(|unit| unit.code));
    }
    doubtful
}
