//! `drill simulate`: plays the people of simulated units, in one run or in every run that goes on.

use std::path::{Path, PathBuf};

use baiying_drills::ClientError;
use baiying_drills::behaviour::BehaviourParameters;
use baiying_drills::responders::{PlayError, Played, SimulateOptions, Told, simulate};
use serde_json::json;
use tokio::sync::mpsc;

use crate::app::App;
use crate::error::{CliError, exit};
use crate::i18n::{Lang, fill, tr, word};
use crate::ids;

/// What is told and not yet printed. Who prints is faster than who plays.
const TOLD_MAX: usize = 64;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "Y", value_parser = ids::exercise)]
    drill: Option<u32>,
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    #[arg(long, value_name = "DIR")]
    profiles: Option<PathBuf>,
}

/// Runs it: until the run is over; without one, until it is interrupted.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let mut options = SimulateOptions::new(args.seed);
    options.only = args.drill;
    if let Some(dir) = &args.profiles {
        options.profiles.extend(profiles(app.lang, dir)?);
    }
    let (sender, mut told) = mpsc::channel(TOLD_MAX);
    let channel = app.client()?.channel();
    let mut playing = tokio::spawn(simulate(channel, options, sender));
    let interrupted = tokio::signal::ctrl_c();
    tokio::pin!(interrupted);
    let played = loop {
        tokio::select! {
            said = told.recv() => match said {
                Some(said) => print(app, &said)?,
                None => break (&mut playing).await,
            },
            stop = &mut interrupted => {
                stop?;
                playing.abort();
                return Ok(exit::OK);
            }
        }
    };
    match played.map_err(CliError::internal)? {
        Ok(()) => Ok(exit::OK),
        Err(PlayError::Client(ClientError::Call { source, .. })) => Err(app.failed(*source)),
        Err(error @ (PlayError::Nobody { .. } | PlayError::NoProfile { .. })) => {
            Err(CliError::Usage(why(app.lang, &error)))
        }
        Err(PlayError::Client(error)) => Err(CliError::internal(error)),
    }
}

/// Every profile of a directory, by its name; it goes before one of the same name that ships.
fn profiles(lang: Lang, dir: &Path) -> Result<Vec<(String, BehaviourParameters)>, CliError> {
    let unreadable = |path: &Path, reason: &dyn std::fmt::Display| {
        let (path, reason) = (path.display().to_string(), crate::text::line(&reason.to_string()));
        CliError::Usage(tr!(lang, "drill.bad_profile", path = path, reason = reason))
    };
    let files = std::fs::read_dir(dir).map_err(|error| unreadable(dir, &error))?;
    let mut found = Vec::new();
    for file in files {
        let path = file.map_err(|error| unreadable(dir, &error))?.path();
        let name = path.file_stem().and_then(|name| name.to_str());
        let is_one = path.extension().is_some_and(|kind| kind == "toml");
        let Some(name) = name.filter(|_| is_one) else { continue };
        let text = std::fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
        let profile = BehaviourParameters::read(&text).map_err(|error| unreadable(&path, &error))?;
        found.push((name.to_owned(), profile));
    }
    Ok(found)
}

/// Why a run is not played.
fn why(lang: Lang, error: &PlayError) -> String {
    match error {
        PlayError::Nobody { exercise_id } => tr!(lang, "drill.simulates_nobody", id = exercise_id),
        PlayError::NoProfile {
            scenario,
            profile,
            known,
        } => tr!(
            lang,
            "drill.no_profile",
            scenario = crate::text::line(scenario),
            profile = crate::text::line(profile),
            known = known
        ),
        PlayError::Client(error) => crate::text::line(&error.to_string()),
    }
}

fn print(app: &App, told: &Told) -> Result<(), CliError> {
    let lang = app.lang;
    // Written down as it is: nothing in it is more than numbers, codes and words.
    let document = || serde_json::to_value(told).unwrap_or_else(|error| json!({ "error": error.to_string() }));
    app.emit(document, || match told {
        Told::Run {
            exercise_id,
            scenario,
            profile,
            units,
        } => tr!(
            lang,
            "drill.simulating",
            id = exercise_id,
            scenario = crate::text::line(scenario),
            profile = crate::text::line(profile),
            units = units.join(" ")
        ),
        Told::Order {
            exercise_id,
            order_id,
            version,
            people,
        } => tr!(
            lang,
            "drill.simulated_order",
            id = exercise_id,
            order = order_id,
            version = version,
            people = people
        ),
        Told::Over(played) => over(lang, played),
        Told::NotPlayed { exercise_id, reason } => {
            tr!(lang, "drill.not_simulated", id = exercise_id, reason = why(lang, reason))
        }
        Told::Away { reason } => tr!(lang, "note.reconnecting", reason = reason),
    } + "\n")
}

fn over(lang: Lang, played: &Played) -> String {
    let Played {
        exercise_id,
        ending,
        people,
        silent,
        no_shows,
        acks,
        declines,
        departures: _,
        arrivals,
        left,
        refused,
    } = played;
    let refused: Vec<String> = refused
        .iter()
        .map(|(reason, times)| format!("{reason} {times}"))
        .collect();
    let values = [
        ("id", exercise_id.to_string()),
        ("ending", word(lang, "exercise_ending", ending)),
        ("people", people.to_string()),
        ("acks", acks.to_string()),
        ("declines", declines.to_string()),
        ("arrivals", arrivals.to_string()),
        ("silent", silent.to_string()),
        ("no_shows", no_shows.to_string()),
        ("left", left.to_string()),
    ];
    let mut text = fill(lang, "drill.simulation_over", &values);
    if !refused.is_empty() {
        text.push_str(&tr!(lang, "drill.simulation_refused", refused = refused.join(", ")));
    }
    text
}
