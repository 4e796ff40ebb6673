//! The same commands to an engine on a memory journal and to one on a disk: equal journals, and equal states after every restart.

use std::path::Path;
use std::sync::Arc;

use baiying_core::command::{Actor, Command, Reporter};
use baiying_core::event::Tenant;
use baiying_core::id::{OrderId, PersonId, ResponseId, Timestamp};
use baiying_core::import::ImportMode;
use baiying_core::muster::{ImportMusterPoints, MusterPointRow};
use baiying_core::order::{Acknowledge, AddressList, CancelOrder, CheckIn, Deadline, Depart, IssueOrder};
use baiying_core::org::{ImportUnits, UnitRow};
use baiying_core::people::{ImportPeople, PersonKey, PersonRow, Personal};
use baiying_core::post::{ImportPosts, PostRow};
use baiying_core::response::{ActivateResponse, Approval, Asked, OrderDraft, TerminateResponse};
use baiying_core::team::PersonRef;
use baiying_faults::promise::hex;
use baiying_faults::scale::Scale;
use baiying_faults::{Backend, strace};
use baiying_journal::{Journal, SharedLog};
use baiyingd::clock::Clock;
use baiyingd::config::EngineConfig;
use baiyingd::engine::{Engine, EngineOptions, Priority, Refusal, Started, replay_from, state_hash};
use baiyingd::plan_file::default_policy;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// A clock that stands still: nothing is due, so nothing happens by itself.
struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_ms(1_760_000_000_000)
    }
}

fn start(journal: Box<dyn Journal>, snapshots: &Path) -> anyhow::Result<Started> {
    Ok(Engine::start(EngineOptions {
        journal,
        snapshot_dir: snapshots.to_owned(),
        policy: default_policy(),
        clock: Arc::new(Still),
        config: EngineConfig {
            // Restarts go through snapshots as well.
            snapshot_every_events: 60,
            ..EngineConfig::default()
        },
        tenant: Tenant {
            name: "test".into(),
            synthetic: true,
            identity_salt: [7; 32],
        },
    })?)
}

/// Who may activate.
const COMMANDER: PersonId = PersonId(30);

/// A district of one town and thirty people.
fn district() -> [Command; 4] {
    let mode = ImportMode::AllOrNothing;
    let unit = |row, code: &str, parent: &str, kind: &str| UnitRow {
        row,
        code: code.into(),
        name: code.into(),
        parent_code: parent.into(),
        kind: kind.into(),
    };
    let people = (1..=30_u32).map(|number| PersonRow {
        row: number,
        key: PersonKey([number as u8; 32]),
        personal: Arc::new(Personal {
            name: format!("测试{number}").into(),
            phone: "".into(),
            id_number: baiying_e2e::small::id_number(number).into(),
            ..Personal::default()
        }),
        unit_code: "11".into(),
        residence_code: "".into(),
        category: "contract".into(),
        political: "".into(),
        standing: "".into(),
        seconded_to_code: "".into(),
        skills: Vec::new(),
        absent: Vec::new(),
    });
    let point = MusterPointRow {
        row: 2,
        code: "MP".into(),
        name: "MP".into(),
        unit_code: "11".into(),
        check_in_code: "mp-1111".into(),
        address: "".into(),
    };
    [
        Command::ImportUnits(ImportUnits {
            mode,
            rows: vec![unit(2, "1", "", "district"), unit(3, "11", "1", "town")],
        }),
        Command::ImportPeople(ImportPeople {
            mode,
            rows: people.collect(),
            whole_roster_of: "".into(),
        }),
        Command::ImportMusterPoints(ImportMusterPoints {
            mode,
            rows: vec![point],
        }),
        Command::ImportPosts(ImportPosts {
            mode,
            rows: vec![PostRow {
                row: 2,
                unit_code: "1".into(),
                post: "commander".into(),
                role: "".into(),
                person: PersonRef::Id(COMMANDER),
            }],
        }),
    ]
}

fn draft(random: &mut ChaCha8Rng) -> OrderDraft {
    OrderDraft {
        text: "请立即集结。".repeat(random.random_range(1..110)).into(),
        muster_points: vec!["MP".into()],
        acknowledge: Deadline::None,
        arrive: Deadline::None,
        grace_ms: None,
        ladder: Vec::new(),
        no_ladder: true,
        duty: None,
        sign_offs: Vec::new(),
        reassign: false,
    }
}

/// Something that a desk or a lead may ask for; often refused.
fn any(random: &mut ChaCha8Rng) -> Command {
    let order = OrderId(random.random_range(1..12));
    let count = random.random_range(1..6);
    let people: Vec<PersonId> = (0..count).map(|_| PersonId(random.random_range(1..=31))).collect();
    let reporter = Reporter::Desk;
    match random.random_range(0..20) {
        0 => Command::ActivateResponse(ActivateResponse {
            asked: Asked {
                plan: "flood".into(),
                event: format!("event {}", random.random_range(0..4)).into(),
                jurisdiction: "".into(),
                level: 4,
                scope: Vec::new(),
                reason: "".into(),
                basis: "".into(),
            },
            approval: Approval {
                requested_by: None,
                approved_by: Some(COMMANDER),
            },
            provisional: false,
            order: None,
            template: None,
        }),
        1 => Command::TerminateResponse(TerminateResponse {
            response: ResponseId(random.random_range(1..4)),
            reason: "过去了".into(),
        }),
        2..6 => Command::IssueOrder(IssueOrder {
            response: ResponseId(random.random_range(1..4)),
            audience: AddressList {
                people,
                ..AddressList::default()
            },
            draft: draft(random),
        }),
        6 => Command::CancelOrder(CancelOrder {
            order,
            reason: "改道".into(),
        }),
        7..13 => Command::Acknowledge(Acknowledge {
            order,
            version: 0,
            reporter,
            people,
            all: false,
        }),
        13..16 => Command::Depart(Depart {
            order,
            version: 0,
            reporter,
            people,
            all: false,
        }),
        _ => Command::CheckIn(CheckIn {
            order,
            version: 0,
            reporter,
            muster_point: "MP".into(),
            check_in_code: "".into(),
            people,
            all: false,
            observed_at: None,
        }),
    }
}

/// An answer, in words that can be compared.
async fn ask(engine: &Started, number: u64, command: Command) -> anyhow::Result<String> {
    let id = Some(format!("request {number}").into());
    let actor = Actor("test".into());
    match engine
        .handle
        .submit(Priority::Command, actor, id, (number, 1), command)
        .await
    {
        Ok(reply) => Ok(format!("{reply:?}")),
        Err(Refusal::Rejected(rejection)) => Ok(format!("{rejection:?}")),
        Err(other) => Err(other.into()),
    }
}

/// The hash of the state that a journal tells of from its first event on, without any snapshot.
fn told(journal: Box<dyn Journal>) -> anyhow::Result<String> {
    let (state, _) = replay_from([], &*journal.reader())?;
    journal.close()?;
    Ok(hex(&state_hash(&state)))
}

fn stop(engine: Started) -> anyhow::Result<()> {
    drop(engine.handle);
    let ended = engine.thread.join();
    Ok(ended.map_err(|_| anyhow::anyhow!("the engine panicked"))??)
}

#[tokio::test]
async fn memory_and_disk_tell_the_same() -> anyhow::Result<()> {
    let scale = Scale::from_env()?;
    for backend in Backend::ALL {
        let (mut restarts, mut accepted) = (0, 0);
        for seed in scale.seed..scale.seed + scale.times(4) {
            let temp = strace::scratch()?;
            let (dir, log) = (temp.path().join("journal"), SharedLog::default());
            let snapshots = [temp.path().join("memory"), temp.path().join("disk")];
            let mut random = ChaCha8Rng::seed_from_u64(seed);
            let mut number = 0;
            let mut first = district().into_iter();
            for round in 0..8 {
                let memory = start(Box::new(log.open()), &snapshots[0])?;
                let disk = start(backend.open(&dir)?, &snapshots[1])?;
                for _ in 0..random.random_range(5..40) {
                    number += 1;
                    let command = first.next().unwrap_or_else(|| any(&mut random));
                    let answers = (
                        ask(&memory, number, command.clone()).await?,
                        ask(&disk, number, command).await?,
                    );
                    anyhow::ensure!(answers.0 == answers.1, "seed {seed}, command {number}: {answers:?}");
                }
                stop(memory)?;
                stop(disk)?;
                // What the journals themselves tell: a start would find a snapshot at their end.
                let told = (told(Box::new(log.open()))?, told(backend.open(&dir)?)?);
                // Started again, without a single command.
                let (memory, disk) = (
                    start(Box::new(log.open()), &snapshots[0])?,
                    start(backend.open(&dir)?, &snapshots[1])?,
                );
                let hash = |engine: &Started| hex(&state_hash(&engine.handle.published().read()));
                let served = (hash(&memory), hash(&disk));
                anyhow::ensure!(
                    told.0 == told.1 && served.0 == served.1 && told.0 == served.0,
                    "seed {seed}, round {round}: the states differ: replayed {told:?}, served {served:?}; {}",
                    scale.repeat("memory_and_disk")
                );
                accepted += disk.handle.published().read().revision().0;
                stop(memory)?;
                stop(disk)?;
                restarts += 1;
            }
        }
        println!(
            "{}: {restarts} restarts, states equal; {accepted} events seen",
            backend.name()
        );
        anyhow::ensure!(accepted > 100, "the commands did nothing");
    }
    Ok(())
}
