//! Plans that ship are good; a bad file is told with every problem, its line and its key.

use baiying_core::order::StepTarget;
use baiying_core::plan::{CallOut, LEVELS};
use baiying_core::response::Level;
use baiying_core::team::TeamKind;

use super::*;

const FLOOD: &str = include_str!("../../../deploy/plans/flood.toml");

/// Line, key and word of everything that is wrong.
fn problems(text: &str) -> Vec<(u32, String, &'static str)> {
    let found = read(text).expect_err("it is bad");
    let shown =
        |(line, problem): (u32, baiying_core::plan::PlanProblem)| (line, problem.key.to_string(), problem.fault.word());
    found.into_iter().map(shown).collect()
}

/// The line of a text in a file, from 1.
fn line(text: &str, wanted: &str) -> u32 {
    let position = text
        .lines()
        .position(|line| line.contains(wanted))
        .expect("it stands there");
    position as u32 + 1
}

#[test]
fn the_plans_that_ship_call_out_what_they_always_did() {
    let shipped = shipped();
    let kinds: Vec<_> = shipped.keys().map(AsRef::as_ref).collect();
    assert_eq!(kinds, ["earthquake", "epidemic", "flood", "generic", "typhoon"]);
    let teams = |teams: &[TeamKind]| CallOut {
        teams: teams.to_vec(),
        ..CallOut::default()
    };
    use TeamKind::{Agency, Special, Support, Volunteer};
    let everybody = CallOut {
        staff: true,
        members: true,
        ..CallOut::default()
    };
    let flood = [
        teams(&[Support, Special]),
        teams(&[Agency]),
        teams(&[Volunteer]),
        everybody.clone(),
    ];
    let with_members = CallOut {
        members: true,
        ..teams(&[Volunteer])
    };
    let epidemic = [teams(&[Special]), teams(&[Agency, Support]), with_members, everybody];
    for (kind, plan) in &shipped {
        let expected = if **kind == *"epidemic" { &epidemic } else { &flood };
        let levels: Vec<_> = plan
            .levels
            .iter()
            .map(|row| (row.level, row.call_out.clone()))
            .collect();
        let expected: Vec<_> = LEVELS.into_iter().zip(expected.clone()).collect();
        assert_eq!(levels, expected, "{kind}");
        assert!(
            plan.levels.iter().all(|row| row.order.ladder.is_empty()),
            "the policy's ladder"
        );
    }
}

#[test]
fn what_a_level_leaves_out_is_as_in_the_next_lower_one() {
    let plan = read(FLOOD).expect("it ships");
    let of = |level| plan.level(level).expect("a level");
    assert_eq!(of(Level::I).order.acknowledge_ms, 300_000);
    assert_eq!(
        (of(Level::III).order.arrive_ms, of(Level::II).order.arrive_ms),
        (5_400_000, 3_600_000)
    );
    assert_eq!(
        (of(Level::II).in_place_ms, of(Level::I).in_place_ms),
        (None, Some(43_200_000))
    );
    assert!(of(Level::I).reports.zero_report);
}

#[test]
fn authority_and_provisional_start_have_defaults() {
    let mut text = FLOOD.replace("provisional_minutes = 30\n", "");
    for level in 1..=4 {
        let (before, rest) = text
            .split_once(&format!("[level.{level}.authority]"))
            .expect("the section");
        let after = rest.split_once("\n\n").map_or("", |(_, after)| after);
        text = format!("{before}{after}");
    }
    assert!(!text.contains("authority"));
    assert_eq!(
        read(&text),
        read(FLOOD),
        "the defaults are what the plans that ship say"
    );
}

#[test]
fn a_ladder_is_read_and_checked() {
    let with = |ladder: &str| FLOOD.replace("sign_offs = []", &format!("sign_offs = []\nladder = [\n{ladder}\n]"));
    let good = with("  { after_seconds = 60, target = \"repeat\" },\n  { after_seconds = 90, target = \"deputy\" },");
    let plan = read(&good).expect("it is good");
    let expected = [(60_000, StepTarget::Repeat), (90_000, StepTarget::Deputy)];
    assert!(
        plan.levels.iter().all(|row| row.order.ladder == expected),
        "every level takes it over"
    );
    let bad = with("  { after_seconds = 60, target = \"deputy\" },\n  { after_seconds = 90, target = \"repeat\" },");
    let at = line(&bad, "ladder = [");
    let first = (at, "level.4.order.ladder[1]".to_owned(), "ladder-goes-back");
    assert!(problems(&bad).contains(&first), "{:?}", problems(&bad));
    let bad = with("  { after_seconds = 60, target = \"king\", who = 1 },");
    let found: Vec<_> = problems(&bad).into_iter().map(|(_, key, word)| (key, word)).collect();
    assert_eq!(
        found,
        [
            ("level.4.order.ladder[0].target".to_owned(), "not-one-of"),
            ("level.4.order.ladder[0].who".to_owned(), "unknown-key")
        ]
    );
}

#[test]
fn every_problem_is_told_at_once_with_its_line() {
    let text = FLOOD
        .replace("kind = \"flood\"", "kind = \"Flood\"")
        .replace("backup = \"town-mayor\"", "backup = \"town-secretary\"")
        .replace("[\"agency\"]", "[\"navy\"]")
        .replace("acknowledge_minutes = 5", "acknowledge_minutes = \"5\"")
        .replace("follow_up_minutes = 180", "folow_up_minutes = 180")
        .replace(
            "posts = [\"commander\"]\nsecond_person = true",
            "posts = []\nsecond_person = false",
        );
    let expected = [
        ("kind = \"Flood\"", "kind", "not-a-word"),
        ("backup = \"town-secretary\"", "command[2].backup", "same-as-primary"),
        ("acknowledge_minutes", "level.4.order.acknowledge_minutes", "wrong-type"),
        ("navy", "level.3.call_out.teams[0]", "not-one-of"),
        ("folow_up_minutes", "level.2.reports.folow_up_minutes", "unknown-key"),
        ("posts = []", "level.1.authority.posts", "missing"),
        (
            "second_person = false",
            "level.1.authority.second_person",
            "second-person-needed",
        ),
    ];
    let found = problems(&text);
    for (what, key, word) in expected {
        let place = found.iter().find(|(_, other, _)| other == key);
        let (at, _, found_word) = place.unwrap_or_else(|| panic!("{key} is not in {found:?}"));
        assert_eq!(*found_word, word, "{key}");
        // The last key of that name: `second_person` stands in every level.
        let lines: Vec<u32> = (1..)
            .zip(text.lines())
            .filter(|(_, line)| line.contains(what))
            .map(|(at, _)| at)
            .collect();
        assert!(lines.contains(at), "{key} at {at}, not {lines:?}");
    }
    // An acknowledge time that cannot be read is missed at every level that would take it over, and told once each.
    let words: Vec<_> = found.iter().map(|(_, key, _)| key.clone()).collect();
    let once: std::collections::BTreeSet<_> = words.iter().collect();
    assert_eq!(once.len(), words.len(), "{words:?}");
}

#[test]
fn levels_and_sections_that_are_missing_or_unknown_are_named() {
    let cut = FLOOD.split("# Ⅱ级").next().expect("a start");
    let found: Vec<_> = problems(cut).into_iter().map(|(_, key, word)| (key, word)).collect();
    assert_eq!(
        found,
        [("level.2".to_owned(), "missing"), ("level.1".to_owned(), "missing")]
    );
    let found = problems(&format!("{FLOOD}\n[level.5]\n[color]\nred = 1\n"));
    let at = line(FLOOD, "second_person = true");
    assert!(
        found
            .iter()
            .any(|(line, key, word)| *line > at && key == "level.5" && *word == "unknown-key")
    );
    assert!(
        found
            .iter()
            .any(|(_, key, word)| key == "color" && *word == "unknown-key")
    );
    assert!(
        problems("")
            .iter()
            .any(|(line, key, word)| (*line, key.as_str(), *word) == (0, "kind", "missing"))
    );
}

#[test]
fn what_is_no_toml_is_told_with_its_line() {
    let text = format!("{FLOOD}\nthis is no key\n");
    let found = problems(&text);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].0, found[0].2), (line(&text, "this is no key"), "unreadable"));
    let twice = problems("kind = \"a\"\nkind = \"b\"\n");
    assert_eq!((twice[0].0, twice[0].2), (2, "unreadable"));
    let large = "#".repeat(PLAN_BYTES_MAX + 1);
    assert_eq!(problems(&large)[0].2, "too-long");
}

#[test]
fn a_key_is_found_wherever_it_may_stand() {
    let text = "a = 1\n# a = 2\nb = \"\"\"\nc = 3\n\"\"\"\n[x]\nlist = [\n  { y = 1 },\n  { y = 2 },\n]\nz.q = 3\n[[rows]]\nm = 1\n[[rows]]\nm = 2\n";
    for (key, expected) in [
        ("a", 1),
        ("b", 3),
        ("c", 0),
        ("x", 6),
        ("x.list[1].y", 7),
        ("x.z.q", 11),
        ("rows[0].m", 13),
        ("rows[1].m", 15),
        ("rows[1].n", 14),
        ("rows", 12),
        ("", 0),
    ] {
        assert_eq!(line_of(text, key), expected, "{key}");
    }
}

#[test]
fn any_text_is_read_or_refused() {
    // Every beginning of a good file, and every line left out: no panic, and never a plan that does not pass.
    for end in (0..FLOOD.len()).filter(|end| FLOOD.is_char_boundary(*end)).step_by(7) {
        let _ = read(&FLOOD[..end]);
    }
    let lines: Vec<_> = FLOOD.lines().collect();
    for left_out in 0..lines.len() {
        let text: Vec<_> = lines
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != left_out)
            .map(|(_, line)| *line)
            .collect();
        if let Ok(plan) = read(&text.join("\n")) {
            assert_eq!(baiying_core::plan::check(&plan), []);
        }
    }
}
