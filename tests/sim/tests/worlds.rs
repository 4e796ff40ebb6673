//! Thousands of worlds, and what makes them worth anything: they are deterministic, and everything that can happen happens.
//!
//! `BAIYING_SEEDS` says how many worlds, `BAIYING_SEED` from which seed on.

use baiying_sim::mutants::{list, root};
use baiying_sim::{ACTS, Damage, Fault, Outcome, run, run_many};

/// As many as two minutes allow on a slow machine with two cores.
const SEEDS: u64 = 10_000;
/// Enough for everything to happen at least once.
const SEEDS_OF_A_SMOKE: u64 = 1_000;

/// Every [`baiying_core::command::Command::kind`].
const KINDS: [&str; 32] = [
    "initialize-tenant",
    "import-units",
    "import-people",
    "import-teams",
    "import-muster-points",
    "import-posts",
    "end-post",
    "activate-response",
    "request-response",
    "approve-response",
    "reject-response",
    "confirm-response",
    "hand-over-command",
    "change-level",
    "terminate-response",
    "issue-order",
    "supersede-order",
    "cancel-order",
    "close-order",
    "record-attempt",
    "report-delivery",
    "acknowledge",
    "decline",
    "depart",
    "check-in",
    "sign-off",
    "release",
    "enroll-device",
    "submit-batch",
    "request-leave",
    "decide-leave",
    "fire-timers",
];

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{variable}={text} is no number")),
    )
}

#[test]
fn nothing_is_lost_in_any_world() {
    let first = number("BAIYING_SEED").unwrap_or(0);
    let seeds = number("BAIYING_SEEDS").unwrap_or(SEEDS);
    let summary = run_many(first..first + seeds, ACTS);
    assert!(summary.failures.is_empty(), "{summary}");
    assert_eq!(summary.seeds, seeds);
}

#[test]
fn a_seed_is_a_world() {
    for seed in 0..30 {
        let (once, again) = (run(seed, ACTS, false), run(seed, ACTS, true));
        assert_eq!((once.hash, &once.tally), (again.hash, &again.tally), "seed {seed}");
    }
    assert_ne!(run(1, ACTS, false).hash, run(2, ACTS, false).hash);
}

#[test]
fn everything_that_can_happen_happens() {
    // Worlds far from those of the other test, so that both add something.
    let first = 1 << 40;
    let summary = run_many(first..first + SEEDS_OF_A_SMOKE, ACTS);
    assert!(summary.failures.is_empty(), "{summary}");
    let tally = &summary.tally;
    let mut never = Vec::new();
    for outcome in [Outcome::Accepted, Outcome::Rejected] {
        let kinds = KINDS.into_iter().filter(|kind| tally.commands(kind, outcome) == 0);
        never.extend(kinds.map(|kind| format!("{kind} {outcome:?}")));
        let faults = Fault::ALL
            .into_iter()
            .filter(|fault| tally.faults(*fault, outcome) == 0);
        never.extend(faults.map(|fault| format!("{fault:?} {outcome:?}")));
    }
    // What took effect and was not heard of is asked again, and answered as the first time.
    let unheard = [
        Fault::KilledAfterAppend,
        Fault::UnknownWritten,
        Fault::ReplyDropped,
        Fault::Retried,
    ];
    let unheard = unheard
        .into_iter()
        .filter(|fault| tally.faults(*fault, Outcome::Repeated) == 0);
    never.extend(unheard.map(|fault| format!("{fault:?} Repeated")));
    let damages = Damage::ALL.map(|(_, name)| name);
    let events = damages.into_iter().chain([
        "client: gave up",
        "engine: a second one started",
        "engine: deposed",
        "engine: killed",
        "engine: opened from a snapshot",
        "engine: opened from a snapshot and a tail",
        "lead: brought a batch",
        "snapshot: taken",
    ]);
    never.extend(
        events
            .filter(|name| !tally.events.contains_key(name))
            .map(str::to_owned),
    );
    assert!(never.is_empty(), "never happened: {never:?}\n{summary}");
    let strange = tally.commands.keys().find(|(kind, _)| !KINDS.contains(kind));
    assert_eq!(strange, None, "a kind of command that is missing above");
}

#[test]
fn every_mutation_still_fits() -> anyhow::Result<()> {
    let root = root();
    let mutations = list(&root)?;
    assert!(mutations.len() >= 14);
    let table = std::fs::read_to_string(root.join("tests/mutations/README.md"))?;
    for mutation in &mutations {
        mutation.apply(&root)?;
        let row = format!("| {} | {} |", mutation.name, mutation.breaks);
        let row = table.lines().find(|line| line.starts_with(&row));
        let row = row.unwrap_or_else(|| panic!("{} is not in the table: make mutants", mutation.name));
        assert!(!row.contains("**"), "nobody caught it: {row}");
    }
    Ok(())
}
