//! People: import, what an import would change, and how somebody is listed.

use std::sync::Arc;

use baiying_core::State;
use baiying_core::calendar::Date;
use baiying_core::command::{Answer, Command, Reply};
use baiying_core::people::{
    Category, ChangeKind, Column, ImportPeople, Person, PersonChange, PersonRow, Personal, PoliticalStatus, Standing,
};
use baiying_core::word;
use baiying_proto::v1;
use tonic::{Response, Status, Streaming};

use super::{RosterApi, person_key};
use crate::api::convert::{import_mode, import_report, parse, unix_ms};
use crate::api::mask;
use crate::api::org::collect;
use crate::api::refusal::refusal;
use crate::api::submit::{asked, digest, submit, wrong_answer};
use crate::engine::{Priority, Refusal};

fn person_row(salt: &[u8; 32], row: v1::PersonRow) -> Result<PersonRow, Status> {
    let v1::PersonRow {
        row,
        id_number,
        name,
        phone,
        unit_code,
        residence_code,
        category,
        political,
        address,
        standing,
        seconded_to_code,
        skills,
        department,
        post,
        absent,
    } = row;
    let absent = absent.iter().map(|column| parse("absent", &Column::ALL, column));
    let absent = absent.collect::<Result<_, _>>()?;
    let id_number = id_number.trim().to_ascii_uppercase();
    Ok(PersonRow {
        row,
        key: person_key(salt, &id_number),
        personal: Arc::new(Personal {
            name: name.trim().into(),
            phone: phone.trim().into(),
            id_number: id_number.into(),
            address: address.into(),
            department: department.trim().into(),
            post: post.trim().into(),
        }),
        unit_code: unit_code.into(),
        residence_code: residence_code.into(),
        category: category.into(),
        political: political.into(),
        standing: standing.into(),
        seconded_to_code: seconded_to_code.into(),
        skills: skills.into_iter().map(Into::into).collect(),
        absent,
    })
}

/// Imports people, or says what importing them would come to.
pub(super) async fn import(
    api: &RosterApi,
    stream: Streaming<v1::ImportPeopleRequest>,
) -> Result<Response<v1::ImportPeopleResponse>, Status> {
    let context = &api.0;
    let (mut whole_roster_of, mut dry_run, mut is_first) = (String::new(), false, true);
    let (header, rows) = collect(stream, context.import_rows, |message| {
        if std::mem::take(&mut is_first) {
            whole_roster_of = std::mem::take(&mut message.whole_roster_of);
            dry_run = message.dry_run;
        }
        (message.header.take(), std::mem::take(&mut message.rows))
    })
    .await?;
    let mode = import_mode(header.mode)?;
    let kind = match &*whole_roster_of {
        "" => format!("import-people {}", header.mode),
        whole => format!("import-people {} whole {whole}", header.mode),
    };
    let digest = digest(&kind, &rows);
    let salt = api.salt()?;
    let import = ImportPeople {
        mode,
        rows: rows
            .into_iter()
            .map(|row| person_row(&salt, row))
            .collect::<Result<_, _>>()?,
        whole_roster_of: whole_roster_of.into(),
    };
    if dry_run {
        let state = context.engine.read();
        return plan(&state, &import, context.today()).map(Response::new);
    }
    let asked = asked(header.context)?;
    let command = Command::ImportPeople(import);
    let reply = submit(&context.engine, Priority::Import, asked, digest, command).await?;
    let Answer::Imported(report) = &reply.answer else {
        return Err(wrong_answer());
    };
    Ok(Response::new(v1::ImportPeopleResponse {
        report: Some(import_report(&reply, report)),
        left: report.left,
        changes: Vec::new(),
    }))
}

/// What an import would come to. Nothing is queued and nothing changes.
fn plan(state: &State, import: &ImportPeople, today: Date) -> Result<v1::ImportPeopleResponse, Status> {
    let plan = import.plan(state, today);
    let mut plan = plan.map_err(|rejection| refusal(Refusal::Rejected(rejection)))?;
    plan.changes.sort_by_key(|change| change.kind);
    let reply = Reply {
        revision: state.revision(),
        answer: Answer::Done,
        repeated: false,
    };
    Ok(v1::ImportPeopleResponse {
        left: plan.report.left,
        report: Some(import_report(&reply, &plan.report)),
        changes: plan.changes.iter().map(|change| shown_change(state, change)).collect(),
    })
}

fn shown_change(state: &State, change: &PersonChange) -> v1::PersonChange {
    let PersonChange {
        row,
        kind,
        person,
        personal,
    } = change;
    let after = facts(state, person, personal);
    let known = state
        .people
        .get(person.id)
        .map(|known| (known, state.people.personal(known.id)));
    let before = known.map(|(known, before)| facts(state, known, before));
    let differ = |index: usize| match (known, PERSONAL.get(index)) {
        (Some((_, before)), Some(column)) => column.of(before) != column.of(personal),
        (Some(_), None) => before.as_ref().is_none_or(|before| before[index].1 != after[index].1),
        (None, _) => !after[index].1.is_empty(),
    };
    let changes = (0..after.len())
        .filter(|index| differ(*index))
        .map(|index| v1::FieldChange {
            field: after[index].0.to_owned(),
            before: before
                .as_ref()
                .map_or_else(String::new, |before| before[index].1.clone()),
            after: after[index].1.clone(),
        });
    v1::PersonChange {
        row: *row,
        person_id: known.map_or(0, |(known, _)| known.id.0),
        kind: word::of(&ChangeKind::ALL, *kind).to_owned(),
        masked_name: mask::name(&personal.name),
        fields: changes.collect(),
    }
}

/// A column of personal data, and how it is masked.
struct Personally(&'static str, fn(&Personal) -> &str, fn(&str) -> String);

impl Personally {
    fn of<'a>(&self, personal: &'a Personal) -> &'a str {
        (self.1)(personal)
    }
}

/// Personal data comes first among the facts: what is masked is compared before it is.
const PERSONAL: [Personally; 5] = [
    Personally("name", |it| &it.name, mask::name),
    Personally("phone", |it| &it.phone, mask::phone),
    Personally("address", |it| &it.address, mask::hidden),
    Personally("department", |it| &it.department, str::to_owned),
    Personally("post", |it| &it.post, str::to_owned),
];

/// The columns of a person, as they may be shown.
fn facts(state: &State, person: &Person, personal: &Personal) -> Vec<(&'static str, String)> {
    let Person {
        id: _,
        key: _,
        home_unit,
        residence,
        category,
        political,
        standing,
        seconded_to,
        skills,
    } = person;
    let unit = |unit: &baiying_core::id::UnitId| state.org.get(*unit).code.to_string();
    let shown = |column: &Personally| (column.0, (column.2)(column.of(personal)));
    let mut facts: Vec<_> = PERSONAL.iter().map(shown).collect();
    facts.extend([
        ("unit_code", unit(home_unit)),
        ("residence_code", residence.as_ref().map_or_else(String::new, unit)),
        ("category", word::of(&Category::ALL, *category).to_owned()),
        ("political", word::of(&PoliticalStatus::ALL, *political).to_owned()),
        ("standing", word::of(&Standing::ALL, *standing).to_owned()),
        ("seconded_to_code", seconded_to.as_ref().map_or_else(String::new, unit)),
        ("skills", skills.join(" ")),
    ]);
    facts
}

/// Somebody, personal data masked.
pub(super) fn shown(state: &State, person: &Person, today: Date) -> v1::Person {
    let personal = state.people.personal(person.id);
    let code = |unit: Option<baiying_core::id::UnitId>| {
        unit.map_or_else(String::new, |unit| state.org.get(unit).code.to_string())
    };
    v1::Person {
        person_id: person.id.0,
        masked_name: mask::name(&personal.name),
        masked_phone: mask::phone(&personal.phone),
        unit_code: code(Some(person.home_unit)),
        residence_code: code(person.residence),
        category: word::of(&Category::ALL, person.category).to_owned(),
        political: word::of(&PoliticalStatus::ALL, person.political).to_owned(),
        team_ids: state.people.teams(person.id).iter().map(|team| team.0).collect(),
        active_order_id: state.duty(person.id).map_or(0, |order| order.0),
        standing: word::of(&Standing::ALL, person.standing).to_owned(),
        seconded_to_code: code(person.seconded_to),
        skills: person.skills.iter().map(ToString::to_string).collect(),
        department: personal.department.to_string(),
        post: personal.post.to_string(),
        masked_id_number: mask::id_number(&personal.id_number),
        age: personal.age(today).unwrap_or(0),
        phone_verified_unix_ms: unix_ms(state.people.phone_verified(person.id)),
    }
}
