//! Registrations of peacetime (预登记).

use baiying_core::command::Command;
use baiying_core::id::PersonId;
use baiying_core::in_place::{ImportPreRegistrations, PreRegistrationRow, members_of};
use baiying_core::org::UnitKind;
use baiying_proto::v1;
use tonic::{Response, Status, Streaming};

use crate::api::convert::{boxes, import_mode};
use crate::api::mask;
use crate::api::org::{collect, imported, within};
use crate::api::page::Page;
use crate::api::roster::{person_ref, salt};
use crate::api::server::ApiContext;
use crate::api::submit::digest;

pub(super) async fn import(
    context: &ApiContext,
    stream: Streaming<v1::ImportPreRegistrationsRequest>,
) -> Result<Response<v1::ImportPreRegistrationsResponse>, Status> {
    let (header, rows) = collect(stream, context.import_rows, |message| {
        (message.header.take(), std::mem::take(&mut message.rows))
    })
    .await?;
    let mode = import_mode(header.mode)?;
    let digest = digest(&format!("import-pre-registrations {}", header.mode), &rows);
    let salt = salt(context)?;
    let row = |row: v1::PreRegistrationRow| {
        let v1::PreRegistrationRow {
            row,
            person,
            village_code,
            skills,
            service,
            hours,
        } = row;
        PreRegistrationRow {
            row,
            person: person_ref(&salt, &person),
            village_code: village_code.into(),
            skills: boxes(skills),
            service: service.into(),
            hours: hours.into(),
        }
    };
    let command = Command::ImportPreRegistrations(ImportPreRegistrations {
        mode,
        rows: rows.into_iter().map(row).collect(),
    });
    let report = Some(imported(context, header, digest, command).await?);
    Ok(Response::new(v1::ImportPreRegistrationsResponse { report }))
}

pub(super) fn list(
    context: &ApiContext,
    request: v1::ListPreRegistrationsRequest,
) -> Result<Response<v1::ListPreRegistrationsResponse>, Status> {
    let v1::ListPreRegistrationsRequest { unit_code, skill, page } = request;
    let page = Page::of(page);
    let after = PersonId(page.after_number()?);
    let state = context.engine.read();
    let within = within(&state, &unit_code)?;
    let registrations = state.in_place.registrations().filter(|row| {
        row.person > after
            && within.is_none_or(|within| state.org.is_within(row.village, within))
            && (skill.is_empty() || row.skills.iter().any(|own| **own == *skill))
    });
    let (registrations, next_page_token) = page.take(registrations.map(|row| {
        let shown = v1::PreRegistration {
            person_id: row.person.0,
            masked_name: mask::name(&state.people.personal(row.person).name),
            village_code: state.org.get(row.village).code.to_string(),
            skills: row.skills.iter().map(ToString::to_string).collect(),
            service: row.service.to_string(),
            hours: row.hours.to_string(),
        };
        (row.person.0, shown)
    }));
    Ok(Response::new(v1::ListPreRegistrationsResponse {
        registrations,
        next_page_token,
    }))
}

pub(super) fn summarize(
    context: &ApiContext,
    request: v1::SummarizePreRegistrationsRequest,
) -> Result<Response<v1::SummarizePreRegistrationsResponse>, Status> {
    let v1::SummarizePreRegistrationsRequest { unit_code, page } = request;
    let page = Page::of(page);
    let state = context.engine.read();
    let within = within(&state, &unit_code)?;
    let villages = state.org.after_code(&page.after).filter(|unit| {
        unit.kind == UnitKind::Village && within.is_none_or(|within| state.org.is_within(unit.id, within))
    });
    let (villages, next_page_token) = page.take(villages.map(|unit| {
        let members = members_of(&state, unit.id);
        let registered = members.iter().filter(|person| {
            let row = state.in_place.registration(*person);
            row.is_some_and(|row| row.village == unit.id)
        });
        let points = state
            .muster_points
            .iter()
            .filter(|point| state.org.is_within(point.unit, unit.id));
        let shown = v1::VillageMembers {
            village_code: unit.code.to_string(),
            members: members.len() as u32,
            registered: registered.count() as u32,
            muster_points: points.count() as u32,
        };
        (unit.code.clone(), shown)
    }));
    Ok(Response::new(v1::SummarizePreRegistrationsResponse {
        villages,
        next_page_token,
    }))
}
