//! Who is on duty: the one resolver, over a thousand rosters and a year of instants, without the network.

use std::sync::Arc;

use baiying_core::command::{Actor, Command, Context, Envelope};
use baiying_core::duty::{DutyRow, ImportDutyRosters, on_duty};
use baiying_core::event::Tenant;
use baiying_core::id::{PersonId, Timestamp, UnitId};
use baiying_core::import::ImportMode;
use baiying_core::org::{ImportUnits, UnitRow};
use baiying_core::people::{ImportPeople, PersonKey, PersonRow, Personal};
use baiying_core::policy::Policy;
use baiying_core::team::PersonRef;
use baiying_core::{State, decide};
use baiying_drills::synth::id_number;
use tokio::time::Instant;

use crate::report::{Goal, Report, Row, Unit};
use crate::scale::Scale;

/// Crews of a unit, and people of a crew: a lead and two officers.
const CREWS: u32 = 7;
const CREW: u32 = 3;
/// When the rosters begin.
const START_MS: i64 = 1_790_000_000_000;
const YEAR_MS: u64 = 365 * 86_400_000;

/// What a person is like does not matter here: only that there is one.
fn person(number: u32, unit: &str) -> PersonRow {
    let mut key = [0; 32];
    key[..4].copy_from_slice(&number.to_le_bytes());
    PersonRow {
        row: number,
        key: PersonKey(key),
        personal: Arc::new(Personal {
            name: format!("person {number}").into(),
            phone: "".into(),
            id_number: id_number(i64::from(number / 900), (number % 900) as u16 + 1).into(),
            address: "".into(),
            department: "".into(),
            post: "".into(),
        }),
        unit_code: unit.into(),
        residence_code: "".into(),
        category: "staff".into(),
        political: "".into(),
        standing: "".into(),
        seconded_to_code: "".into(),
        skills: Vec::new(),
        absent: Vec::new(),
    }
}

fn take(state: &mut State, command: Command) -> anyhow::Result<()> {
    let envelope = Envelope {
        context: Context {
            actor: Actor("bench".into()),
            request_id: None,
            digest: 0,
            at: Timestamp::from_unix_ms(START_MS),
        },
        command,
    };
    let decision = decide(state, &envelope, &Policy::default()).map_err(anyhow::Error::msg)?;
    let (entry, _) = decision.into_entry(&envelope.context);
    anyhow::ensure!(!entry.events.is_empty(), "an import was refused");
    state.evolve(&entry);
    Ok(())
}

/// A district of so many agencies, each with a roster of two shifts a day.
fn district(units: u32) -> anyhow::Result<State> {
    let mode = ImportMode::AllOrNothing;
    let mut state = State::default();
    let tenant = Tenant {
        name: "bench".into(),
        synthetic: true,
        identity_salt: [7; 32],
    };
    take(&mut state, Command::InitializeTenant(tenant))?;
    let unit = |row: u32, code: String, parent: &str, kind: &str| UnitRow {
        row,
        name: code.as_str().into(),
        code: code.into(),
        parent_code: parent.into(),
        kind: kind.into(),
    };
    let agencies = (1..=units).map(|number| unit(number, format!("A{number}"), "D", "agency"));
    let rows = [unit(0, "D".to_owned(), "", "district")]
        .into_iter()
        .chain(agencies)
        .collect();
    take(&mut state, Command::ImportUnits(ImportUnits { mode, rows }))?;
    let size = CREWS * CREW;
    let of = |number: u32| format!("A{}", (number - 1) / size + 1);
    let rows = (1..=units * size).map(|number| person(number, &of(number))).collect();
    let people = ImportPeople {
        mode,
        rows,
        whole_roster_of: "".into(),
    };
    take(&mut state, Command::ImportPeople(people))?;
    let rows = (1..=units * size).map(|number| DutyRow {
        row: number,
        unit_code: of(number).into(),
        pattern: "two-shift".into(),
        from_date: "".into(),
        position: if number % CREW == 1 { "lead" } else { "officer" }.into(),
        shifts: "".into(),
        turn: (number - 1) % size / CREW + 1,
        every: "".into(),
        person: PersonRef::Id(PersonId(number)),
        recall_minutes: 0,
    });
    let rows = rows.collect();
    take(&mut state, Command::ImportDutyRosters(ImportDutyRosters { mode, rows }))?;
    Ok(state)
}

/// Measures one answer at a time.
pub(crate) fn measure(scale: &Scale, report: &mut Report) -> anyhow::Result<()> {
    let units = scale.of(1000, 20) as u32;
    let state = district(units)?;
    let asked = scale.of(100_000, 1000);
    let (mut p99s, mut p50s, mut longest, mut seed) = (Vec::new(), Vec::new(), 0.0_f64, 20_261_122_u64);
    for _ in 0..scale.runs {
        let mut took = Vec::with_capacity(asked);
        for _ in 0..asked {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let unit = UnitId(((seed >> 33) % u64::from(units)) as u32 + 2);
            let at = Timestamp::from_unix_ms(START_MS).plus_ms((seed >> 16) % YEAR_MS + 86_400_000);
            let since = Instant::now();
            let answer = on_duty(state.duty_view(), unit, at);
            took.push(since.elapsed().as_secs_f64() * 1000.0);
            anyhow::ensure!(
                answer.holders.len() == CREW as usize && answer.missing.is_empty(),
                "{answer:?}"
            );
        }
        took.sort_unstable_by(f64::total_cmp);
        p50s.push(took[asked / 2]);
        p99s.push(took[asked * 99 / 100]);
        longest = longest.max(took[asked - 1]);
    }
    let p50 = p50s.iter().copied().fold(0.0, f64::max);
    report.push(
        Row::ours(
            "duty",
            format!("who is on duty, of {units} rosters at any instant of a year: p99"),
            Unit::Milliseconds,
            p99s,
        )
        .goal(Goal::Below(1.0))
        .note(format!(
            "p50 {p50:.4} ms, longest {longest:.3} ms, {asked} answers a run"
        ))
        .how("the core's resolver, in process; every answer checked to have a lead and two officers"),
    );
    Ok(())
}
