//! People. Personal data passes here and nowhere else: sealing it at rest is a change to this file.

use std::sync::Arc;

use baiying_core::command::Actor;
use baiying_core::event::Event;
use baiying_core::id::PersonSet;
use baiying_core::people::{Category, Person, PersonKey, Personal, PoliticalStatus, Standing};
use baiying_proto::journal::v1 as pb;
use pb::event::Kind;

use super::EventError;
use super::common::{Word, bytes32, date, id, ids, optional_id, people, required, runs, word};

word!(Category = Category { Staff Contract Member Volunteer });
word!(Standing = Standing { OnPost SecondedOut Study LongLeave Retired Left });
word!(PoliticalStatus = PoliticalStatus { PartyMember ProbationaryMember LeagueMember Other });

pub(super) fn encode(person: &Person, personal: &Personal) -> Kind {
    let Person {
        id,
        key: PersonKey(key),
        home_unit,
        residence,
        category,
        political,
        standing,
        seconded_to,
        skills,
    } = person;
    let person = pb::Person {
        person: id.0,
        key: key.to_vec(),
        home_unit: home_unit.0,
        residence: residence.map(|residence| residence.0),
        category: category.to_wire(),
        political: political.to_wire(),
        standing: (*standing != Standing::OnPost).then(|| standing.to_wire()),
        seconded_to: seconded_to.map(|unit| unit.0),
        skills: skills.iter().map(ToString::to_string).collect(),
    };
    Kind::PersonRecorded(pb::PersonRecorded {
        person: Some(person),
        personal: Some(encode_personal(personal)),
    })
}

fn encode_personal(personal: &Personal) -> pb::Personal {
    let Personal {
        name,
        phone,
        id_number,
        address,
        department,
        post,
    } = personal;
    pb::Personal {
        name: name.to_string(),
        phone: phone.to_string(),
        id_number: id_number.to_string(),
        address: address.to_string(),
        department: department.to_string(),
        post: post.to_string(),
    }
}

pub(super) fn decode(message: pb::PersonRecorded) -> Result<Event, EventError> {
    let pb::PersonRecorded { person, personal } = message;
    let pb::Person {
        person,
        key,
        home_unit,
        residence,
        category,
        political,
        standing,
        seconded_to,
        skills,
    } = required("person", person)?;
    let person = Person {
        id: id("person.id", person)?,
        key: PersonKey(bytes32("person.key", &key)?),
        home_unit: id("person.home_unit", home_unit)?,
        residence: optional_id("person.residence", residence)?,
        category: Category::from_wire("person.category", category)?,
        political: PoliticalStatus::from_wire("person.political", political)?,
        standing: match standing {
            None => Standing::OnPost,
            Some(standing) => Standing::from_wire("person.standing", standing)?,
        },
        seconded_to: optional_id("person.seconded_to", seconded_to)?,
        skills: skills.into_iter().map(Into::into).collect(),
    };
    let personal = decode_personal(required("person.personal", personal)?);
    Ok(Event::PersonRecorded {
        person,
        personal: Arc::new(personal),
    })
}

fn decode_personal(message: pb::Personal) -> Personal {
    let pb::Personal {
        name,
        phone,
        id_number,
        address,
        department,
        post,
    } = message;
    Personal {
        name: name.into(),
        phone: phone.into(),
        id_number: id_number.into(),
        address: address.into(),
        department: department.into(),
        post: post.into(),
    }
}

pub(super) fn decode_confirmed(message: pb::RosterConfirmed) -> Result<Event, EventError> {
    let pb::RosterConfirmed { units, date: day } = message;
    Ok(Event::RosterConfirmed {
        units: ids("roster.units", units)?,
        date: date("roster.date", day)?,
    })
}

pub(super) fn encode_shown(shown: &PersonSet, purpose: &str, approved_by: Option<&Actor>) -> Kind {
    Kind::PersonalDataShown(pb::PersonalDataShown {
        people: runs(shown),
        purpose: purpose.to_owned(),
        approved_by: approved_by.map(|Actor(by)| by.to_string()),
    })
}

pub(super) fn decode_shown(message: pb::PersonalDataShown) -> Result<Event, EventError> {
    let pb::PersonalDataShown {
        people: shown,
        purpose,
        approved_by,
    } = message;
    Ok(Event::PersonalDataShown {
        people: people("shown.people", &shown)?,
        purpose: purpose.into(),
        approved_by: approved_by.map(|by| Actor(by.into())),
    })
}
