//! People. Personal data passes here and nowhere else: sealing it at rest is a change to this file.

use std::sync::Arc;

use baiying_core::event::Event;
use baiying_core::people::{Category, Person, PersonKey, Personal, PoliticalStatus};
use baiying_proto::journal::v1 as pb;
use pb::event::Kind;

use super::EventError;
use super::common::{Word, bytes32, id, optional_id, required, word};

word!(Category = Category { Staff Contract Member Volunteer });
word!(PoliticalStatus = PoliticalStatus { PartyMember ProbationaryMember LeagueMember Other });

pub(super) fn encode(person: &Person, personal: &Personal) -> Kind {
    let Person {
        id,
        key: PersonKey(key),
        home_unit,
        residence,
        category,
        political,
    } = person;
    let person = pb::Person {
        person: id.0,
        key: key.to_vec(),
        home_unit: home_unit.0,
        residence: residence.map(|residence| residence.0),
        category: category.to_wire(),
        political: political.to_wire(),
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
    } = personal;
    pb::Personal {
        name: name.to_string(),
        phone: phone.to_string(),
        id_number: id_number.to_string(),
        address: address.to_string(),
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
    } = required("person", person)?;
    let person = Person {
        id: id("person.id", person)?,
        key: PersonKey(bytes32("person.key", &key)?),
        home_unit: id("person.home_unit", home_unit)?,
        residence: optional_id("person.residence", residence)?,
        category: Category::from_wire("person.category", category)?,
        political: PoliticalStatus::from_wire("person.political", political)?,
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
    } = message;
    Personal {
        name: name.into(),
        phone: phone.into(),
        id_number: id_number.into(),
        address: address.into(),
    }
}
