//! Who goes where when every village of a district asks at once: 60 agencies, 80 villages, 2,000 people in their teams.

use std::sync::Arc;

use baiying_core::command::{Actor, Command, Context, Envelope};
use baiying_core::event::Tenant;
use baiying_core::id::{PersonId, ResponseId, Timestamp};
use baiying_core::import::ImportMode;
use baiying_core::muster::{ImportMusterPoints, MusterPointRow};
use baiying_core::order::Deadline;
use baiying_core::org::{ImportUnits, UnitRow};
use baiying_core::people::{ImportPeople, PersonKey, PersonRow, Personal};
use baiying_core::policy::Policy;
use baiying_core::post::{ImportPosts, PostRow};
use baiying_core::reinforcement::{AgencyLinkRow, ImportAgencyLinks, ProposeReinforcement, RequestReinforcement};
use baiying_core::response::{ActivateResponse, Approval, Asked};
use baiying_core::team::{ImportTeams, PersonRef, TeamMemberRow};
use baiying_core::{State, decide};
use baiying_drills::synth::id_number;
use baiyingd::plan_file::default_policy;
use tokio::time::Instant;

use crate::report::{Goal, Report, Row, Unit};
use crate::scale::Scale;

const AGENCIES: usize = 60;
const TOWNS: usize = 8;
const VILLAGES: usize = 80;
/// In the agencies' teams; each agency has twice as many staff, so that half of them may leave.
const PEOPLE: usize = 2_000;
const MODE: ImportMode = ImportMode::AllOrNothing;

fn at() -> Timestamp {
    Timestamp::from_unix_ms(1_760_000_000_000)
}

fn does(state: &mut State, policy: &Policy, command: Command) -> anyhow::Result<()> {
    let context = Context {
        actor: Actor("bench".into()),
        request_id: None,
        digest: 0,
        at: at(),
    };
    let envelope = Envelope { context, command };
    let decision = decide(state, &envelope, policy)?;
    let (entry, _) = decision.into_entry(&envelope.context);
    if !entry.is_empty() {
        state.evolve(&entry);
    }
    Ok(())
}

fn person(number: usize) -> PersonRow {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&(number as u64).to_le_bytes());
    let skills: &[&str] = match number % 10 {
        0 => &["boat"],
        1 => &["medical"],
        2 => &["boat", "medical"],
        _ => &[],
    };
    PersonRow {
        row: number as u32 + 1,
        key: PersonKey(key),
        personal: Arc::new(Personal {
            name: format!("person {number}").into(),
            id_number: id_number((number / 900) as i64, (number % 900) as u16 + 1).into(),
            ..Personal::default()
        }),
        unit_code: format!("A{}", number % AGENCIES).into(),
        residence_code: "".into(),
        category: "staff".into(),
        political: "".into(),
        standing: "".into(),
        seconded_to_code: "".into(),
        skills: skills.iter().map(|skill| (*skill).into()).collect(),
        absent: Vec::new(),
    }
}

/// A district whose villages have all asked.
fn district(policy: &Policy) -> anyhow::Result<State> {
    let mut state = State::default();
    does(
        &mut state,
        policy,
        Command::InitializeTenant(Tenant {
            name: "bench".into(),
            synthetic: true,
            identity_salt: [7; 32],
        }),
    )?;
    let unit = |code: String, parent: &str, kind: &str| UnitRow {
        row: 0,
        name: format!("unit {code}").into(),
        code: code.into(),
        parent_code: parent.into(),
        kind: kind.into(),
    };
    let mut units = vec![unit("D".to_owned(), "", "district")];
    units.extend((0..AGENCIES).map(|number| unit(format!("A{number}"), "D", "agency")));
    units.extend((0..TOWNS).map(|number| unit(format!("T{number}"), "D", "town")));
    units.extend((0..VILLAGES).map(|number| unit(format!("V{number}"), &format!("T{}", number % TOWNS), "village")));
    (1..).zip(&mut units).for_each(|(row, unit)| unit.row = row);
    does(
        &mut state,
        policy,
        Command::ImportUnits(ImportUnits {
            mode: MODE,
            rows: units,
        }),
    )?;
    let rows = (0..2 * PEOPLE).map(person).collect();
    let whole_roster_of = "".into();
    does(
        &mut state,
        policy,
        Command::ImportPeople(ImportPeople {
            mode: MODE,
            rows,
            whole_roster_of,
        }),
    )?;
    let member = |number: usize| TeamMemberRow {
        row: number as u32 + 1,
        team_code: format!("AG{}", number % AGENCIES).into(),
        team_name: "team".into(),
        kind: "agency".into(),
        unit_code: format!("A{}", number % AGENCIES).into(),
        role: if number < AGENCIES { "leader" } else { "member" }.into(),
        person: PersonRef::Id(PersonId(number as u32 + 1)),
    };
    let rows = (0..PEOPLE).map(member).collect();
    does(
        &mut state,
        policy,
        Command::ImportTeams(ImportTeams { mode: MODE, rows }),
    )?;
    let point = |number: usize| MusterPointRow {
        row: number as u32 + 1,
        code: format!("MP{number}").into(),
        name: format!("point {number}").into(),
        unit_code: format!("T{number}").into(),
        check_in_code: "code-1111".into(),
        address: "".into(),
    };
    let rows = (0..TOWNS).map(point).collect();
    does(
        &mut state,
        policy,
        Command::ImportMusterPoints(ImportMusterPoints { mode: MODE, rows }),
    )?;
    let link = |number: usize| AgencyLinkRow {
        row: number as u32 + 1,
        agency_code: format!("A{}", number % AGENCIES).into(),
        village_code: format!("V{number}").into(),
    };
    let rows = (0..VILLAGES).map(link).collect();
    does(
        &mut state,
        policy,
        Command::ImportAgencyLinks(ImportAgencyLinks { mode: MODE, rows }),
    )?;
    let commander = PostRow {
        row: 1,
        unit_code: "D".into(),
        post: "commander".into(),
        role: "".into(),
        person: PersonRef::Id(PersonId(1)),
    };
    let rows = vec![commander];
    does(
        &mut state,
        policy,
        Command::ImportPosts(ImportPosts { mode: MODE, rows }),
    )?;
    does(
        &mut state,
        policy,
        Command::ActivateResponse(ActivateResponse {
            asked: Asked {
                plan: "typhoon".into(),
                event: "".into(),
                jurisdiction: "".into(),
                level: 2,
                scope: Vec::new(),
                reason: "landfall".into(),
                basis: "".into(),
            },
            approval: Approval {
                requested_by: Some(PersonId(2)),
                approved_by: Some(PersonId(1)),
            },
            provisional: false,
            order: None,
            template: None,
        }),
    )?;
    for village in 0..VILLAGES {
        let asks = RequestReinforcement {
            response: ResponseId(1),
            town_code: format!("T{}", village % TOWNS).into(),
            number: 25,
            skills: vec![("boat".into(), 3), ("medical".into(), 2)],
            muster_point: format!("MP{}", village % TOWNS).into(),
            village_code: format!("V{village}").into(),
            arrive: Deadline::WithinMs(7_200_000),
            task: "sandbags".into(),
            reason: "water".into(),
            sign_offs: Vec::new(),
        };
        does(&mut state, policy, Command::RequestReinforcement(asks))?;
    }
    Ok(state)
}

/// Measures a proposal over all requests, from the state to who goes where.
pub(crate) fn measure(scale: &Scale, report: &mut Report) -> anyhow::Result<()> {
    let policy = default_policy();
    let state = district(&policy)?;
    let (mut times, mut given) = (Vec::new(), 0);
    for _ in 0..scale.runs {
        let since = Instant::now();
        let proposal = ProposeReinforcement::default().propose(&state, &policy.reinforcement, at())?;
        times.push(since.elapsed().as_secs_f64() * 1e3);
        given = proposal.people();
    }
    let what = format!("match {AGENCIES} agencies and {PEOPLE} people to {VILLAGES} villages, exactly");
    report.push(
        Row::ours("matching", what, Unit::Milliseconds, times)
            .goal(Goal::Below(1000.0))
            .note(format!("{given} people for {} places", 25 * VILLAGES))
            .how("one proposal in the core, with the grounds for each agency")
            .sound(given > 0),
    );
    Ok(())
}
