//! Verified phone numbers, and personal data that is shown for a purpose: on record first, then shown (P2).

use baiying_core::command::{Actor, Command};
use baiying_core::id::PersonId;
use baiying_core::people::{Unmask, VerifyPhones};
use baiying_proto::v1;
use tonic::{Response, Status};

use crate::api::convert::{person_ids, receipt};
use crate::api::page::Page;
use crate::api::refusal::invalid;
use crate::api::server::ApiContext;
use crate::api::submit::{asked, command, digest};

/// Most people of one request.
const PEOPLE_MAX: usize = 1000;

fn some_people(ids: &[u32]) -> Result<Vec<PersonId>, Status> {
    if ids.len() > PEOPLE_MAX {
        let field = "person_ids";
        return Err(invalid(
            field,
            format!("{} people; at most {PEOPLE_MAX} at once", ids.len()),
        ));
    }
    person_ids(ids)
}

pub(super) async fn verify_phones(
    context: &ApiContext,
    mut request: v1::VerifyPhonesRequest,
) -> Result<Response<v1::VerifyPhonesResponse>, Status> {
    let asked = asked(request.context.take())?;
    let digest = digest("verify-phones", [&request]);
    let people = some_people(&request.person_ids)?;
    let verify = Command::VerifyPhones(VerifyPhones { people });
    let reply = command(&context.engine, asked, digest, verify).await?;
    Ok(Response::new(v1::VerifyPhonesResponse {
        receipt: receipt(&reply),
    }))
}

pub(super) async fn unmask(
    context: &ApiContext,
    mut request: v1::UnmaskRequest,
) -> Result<Response<v1::UnmaskResponse>, Status> {
    let asked = asked(request.context.take())?;
    // Who asks counts here: under the same key, somebody else would see what is on record for another.
    let Actor(actor) = &asked.actor;
    let digest = digest(&format!("unmask {actor}"), [&request]);
    let v1::UnmaskRequest {
        context: _,
        person_ids,
        purpose,
        approved_by,
    } = request;
    let people = some_people(&person_ids)?;
    let unmask = Command::Unmask(Unmask {
        people: people.clone(),
        purpose: purpose.trim().into(),
        approved_by: approved_by.into(),
    });
    let reply = command(&context.engine, asked, digest, unmask).await?;
    let state = context.engine.read();
    let known = people.into_iter().filter(|person| state.people.get(*person).is_some());
    let people = known.map(|person| {
        let personal = state.people.personal(person);
        v1::UnmaskedPerson {
            person_id: person.0,
            name: personal.name.to_string(),
            phone: personal.phone.to_string(),
            id_number: personal.id_number.to_string(),
            address: personal.address.to_string(),
        }
    });
    Ok(Response::new(v1::UnmaskResponse {
        receipt: receipt(&reply),
        people: people.collect(),
    }))
}

pub(super) fn list(
    context: &ApiContext,
    request: v1::ListDisclosuresRequest,
) -> Result<Response<v1::ListDisclosuresResponse>, Status> {
    let v1::ListDisclosuresRequest { person_id, page } = request;
    let page = Page::of(page);
    let after = page.after_number()?;
    let state = context.engine.read();
    let disclosures = (1_u32..).zip(state.people.disclosures()).skip(after as usize);
    let disclosures = disclosures.filter(|(_, it)| person_id == 0 || it.people.contains(PersonId(person_id)));
    let (disclosures, next_page_token) = page.take(disclosures.map(|(number, it)| {
        let by = it.approved_by.as_ref();
        let shown = v1::Disclosure {
            disclosure_id: number,
            at_unix_ms: it.at.unix_ms(),
            actor: it.actor.0.to_string(),
            purpose: it.purpose.to_string(),
            approved_by: by.map_or_else(String::new, |Actor(by)| by.to_string()),
            people: it.people.len() as u32,
        };
        (number, shown)
    }));
    Ok(Response::new(v1::ListDisclosuresResponse {
        disclosures,
        next_page_token,
    }))
}
