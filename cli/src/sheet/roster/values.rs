//! One row into normalized values, with everything that is wrong with it.

use std::collections::BTreeMap;

use super::super::grid::{Cell, Grid, plain};
use super::header::Header;
use super::id_number::IdNumber;
use super::{Fault, Field, Kind, Place, date, id_number, name, phone, words};

/// Bytes of a text at most: what the daemon takes.
const LONGEST: usize = 400;
/// Skills of a person at most, and bytes of one.
const SKILLS: (usize, usize) = (16, 32);

/// What was read of a row.
#[derive(Debug, Default)]
pub(super) struct Values {
    pub(super) id_number: String,
    /// Normalized, in the wire's words, only where something stands.
    pub(super) values: BTreeMap<Field, String>,
    pub(super) faults: Vec<Fault>,
    /// The first of several phone numbers was taken.
    pub(super) several_phones: bool,
}

/// Reads a row; `lost` says that ID numbers of this sheet that end in 000 were rounded.
pub(super) fn read(grid: &Grid, header: &Header, place: Place, lost: bool) -> Values {
    let mut row = Row {
        grid,
        header,
        place,
        out: Values::default(),
    };
    let id = row.identity(lost);
    row.name_and_phone();
    if let Some(id) = &id {
        row.cross_check(id);
    }
    row.words();
    row.texts();
    row.out
}

struct Row<'a> {
    grid: &'a Grid,
    header: &'a Header,
    place: Place,
    out: Values,
}

impl Row<'_> {
    fn cell(&self, field: Field) -> Option<&Cell> {
        let column = self.header.columns.get(&field)?;
        Some(self.grid.cell(self.place.row as usize - 1, *column))
    }

    /// A text without anything invisible; a failed formula is a fault.
    fn text(&mut self, field: Field) -> Option<String> {
        let cell = self.cell(field)?;
        if matches!(cell, Cell::Error(_)) {
            self.fault(field, Kind::CellError, "");
            return None;
        }
        let text = plain(&cell.text());
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        (!text.is_empty()).then_some(text)
    }

    fn fault(&mut self, field: Field, kind: Kind, detail: &str) {
        let mut fault = Fault::new(self.place, field, kind);
        detail.clone_into(&mut fault.detail);
        self.out.faults.push(fault);
    }

    fn set(&mut self, field: Field, value: impl Into<String>) {
        self.out.values.insert(field, value.into());
    }

    fn identity(&mut self, lost: bool) -> Option<IdNumber> {
        let read = id_number::read(self.cell(Field::IdNumber).unwrap_or(&Cell::Empty));
        match read {
            Ok(id) if lost && id.text.ends_with("000") => {
                self.fault(Field::IdNumber, Kind::DigitsLost, "");
                None
            }
            Ok(id) => {
                self.out.id_number.clone_from(&id.text);
                Some(id)
            }
            Err(kind) => {
                self.fault(Field::IdNumber, kind, "");
                None
            }
        }
    }

    fn name_and_phone(&mut self) {
        match name::read(self.cell(Field::Name).unwrap_or(&Cell::Empty)) {
            Ok(name) => self.set(Field::Name, name),
            Err(kind) => self.fault(Field::Name, kind, ""),
        }
        self.phone();
    }

    /// Of several columns a mobile counts, wherever it stands; else the first number. What rings nowhere is a fault unless
    /// another column says how to reach them.
    fn phone(&mut self) {
        let mut read = Vec::new();
        let mut wrong = Vec::new();
        for column in &self.header.phones {
            match phone::read(self.grid.cell(self.place.row as usize - 1, *column)) {
                Ok((number, _)) if number.is_empty() => {}
                Ok(number) => read.push(number),
                Err(kind) => wrong.push((*column, kind)),
            }
        }
        // A mobile that was mistyped is not replaced by a landline.
        let lost = wrong
            .iter()
            .any(|(column, _)| self.header.phones.first() == Some(column));
        let chosen = read.iter().position(|(number, _)| phone::is_mobile(number));
        if let Some(at) = chosen.or((!read.is_empty() && !lost).then_some(0)) {
            let (number, several) = read.swap_remove(at);
            self.set(Field::Phone, number);
            self.out.several_phones = several;
        } else if let Some((column, kind)) = wrong.first() {
            self.fault(Field::Phone, *kind, "");
            if let Some(fault) = self.out.faults.last_mut() {
                fault.column = Some(*column);
                fault.value = self.grid.cell(self.place.row as usize - 1, *column).text();
            }
        }
    }

    /// 性别 and 出生日期 against the ID number.
    fn cross_check(&mut self, id: &IdNumber) {
        if let Some(text) = self.text(Field::Sex) {
            match words::male(&text) {
                Some(male) if male == id.male => {}
                Some(_) => self.fault(Field::Sex, Kind::Sex, if id.male { "男" } else { "女" }),
                None => self.fault(Field::Sex, Kind::Word, "男、女"),
            }
        }
        let Some(cell) = self.cell(Field::Birth).filter(|cell| !cell.is_blank()) else {
            return;
        };
        match date::read(cell) {
            Some(given) if given.is(id.birth) => {}
            Some(_) => {
                let (year, month, day) = id.birth;
                self.fault(Field::Birth, Kind::Birth, &format!("{year:04}-{month:02}-{day:02}"));
            }
            None => self.fault(Field::Birth, Kind::Date, ""),
        }
    }

    fn words(&mut self) {
        let mut standing = None;
        if let Some(text) = self.text(Field::Category) {
            match words::category(&text) {
                Some((category, also)) => {
                    self.set(Field::Category, category);
                    standing = also;
                }
                None => self.fault(Field::Category, Kind::Word, words::CATEGORIES),
            }
        } else if self.header.columns.contains_key(&Field::Category) && !self.has_error(Field::Category) {
            self.fault(Field::Category, Kind::Missing, "");
        }
        if let Some(text) = self.text(Field::Standing) {
            match words::standing(&text) {
                Some(word) => standing = Some(word),
                None => self.fault(Field::Standing, Kind::Word, words::STANDINGS),
            }
        }
        if let Some(standing) = standing {
            self.set(Field::Standing, standing);
        }
        self.political();
        if let Some(text) = self.text(Field::Role) {
            match words::role(&text) {
                Some("") => {}
                Some(role) => self.set(Field::Role, role),
                None => self.fault(Field::Role, Kind::Word, words::ROLES),
            }
        }
        let turn = self.text(Field::Turn).is_some_and(|text| words::turn(&text));
        if turn && !self.out.values.contains_key(&Field::Role) && !self.has_error(Field::Role) {
            self.set(Field::Role, "member");
        }
    }

    fn political(&mut self) {
        let named = match self.text(Field::Political) {
            None => None,
            Some(text) => match words::political(&text) {
                Some(word) => Some(word),
                None => {
                    self.fault(Field::Political, Kind::Word, words::POLITICAL);
                    return;
                }
            },
        };
        let ticked = match self.text(Field::PartyMember) {
            None => None,
            Some(text) => match words::tick(&text) {
                Some(word) => Some(word),
                None => {
                    self.fault(Field::PartyMember, Kind::Word, "√、是、否");
                    return;
                }
            },
        };
        let word = match (named, ticked) {
            (Some(named), Some(Some(ticked))) if named != ticked && named != "probationary-member" => {
                return self.fault(Field::PartyMember, Kind::Party, "");
            }
            (Some("party-member"), Some(None)) => return self.fault(Field::PartyMember, Kind::Party, ""),
            (Some(named), _) => Some(named),
            (None, Some(Some(ticked))) => Some(ticked),
            // A column for ticks without one says no.
            (None, Some(None)) => Some("other"),
            (None, None) if self.header.columns.contains_key(&Field::PartyMember) => Some("other"),
            (None, None) => None,
        };
        if let Some(word) = word {
            self.set(Field::Political, word);
        }
    }

    fn has_error(&self, field: Field) -> bool {
        self.out.faults.iter().any(|fault| fault.field == Some(field))
    }

    fn texts(&mut self) {
        for field in [
            Field::Unit,
            Field::UnitCode,
            Field::Department,
            Field::SecondedTo,
            Field::Post,
            Field::Address,
            Field::Residence,
        ] {
            if let Some(text) = self.text(field) {
                if text.len() > LONGEST {
                    self.fault(field, Kind::TooLong, "");
                } else {
                    self.set(field, text);
                }
            }
        }
        let Some(text) = self.text(Field::Skills) else {
            return;
        };
        let mut skills: Vec<&str> = Vec::new();
        for skill in text.split(['、', ',', '，', ';', '；', '/', ' ', '|']).map(str::trim) {
            if !skill.is_empty() && !matches!(skill, "无" | "-") && !skills.contains(&skill) {
                skills.push(skill);
            }
        }
        if skills.len() > SKILLS.0 || skills.iter().any(|skill| skill.len() > SKILLS.1) {
            self.fault(Field::Skills, Kind::Skills, "");
        } else if !skills.is_empty() {
            let skills = skills.join("、");
            self.set(Field::Skills, skills);
        }
    }
}
