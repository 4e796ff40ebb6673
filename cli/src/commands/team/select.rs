//! `team select`: proposes a team and a reserve, and says how to approve it. Changes nothing.

use baiying_proto::v1 as pb;

use crate::app::App;
use crate::commands::call;
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::output::{json_team, quota};
use crate::{ids, when};

/// What a proposal rests on; asked for again, in the same words, when it is approved.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Inputs {
    #[arg(long, value_name = "CODE")]
    unit: String,
    #[arg(long, value_name = "SEED", value_parser = ids::number)]
    seed: u64,
    #[arg(long, value_name = "N", value_parser = ids::count)]
    size: Option<u32>,
    #[arg(long, value_name = "SKILL", value_delimiter = ',')]
    skill: Vec<String>,
    #[arg(long, value_name = "DAY", value_parser = when::day)]
    at: Option<String>,
    #[arg(long = "team", value_name = "CODE")]
    team_code: Option<String>,
}

impl Inputs {
    /// As the daemon is asked.
    pub(super) fn request(&self) -> pb::ProposeTeamRequest {
        pb::ProposeTeamRequest {
            unit_code: self.unit.clone(),
            seed: self.seed,
            size: self.size.unwrap_or_default(),
            skills: self.skill.clone(),
            at_date: self.at.clone().unwrap_or_default(),
            team_code: self.team_code.clone().unwrap_or_default(),
        }
    }
}

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    inputs: Inputs,
    #[arg(long)]
    reasons: bool,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = args.inputs.request();
    let answer = app.query(call!(client, team.propose_team, request)).await?;
    app.emit(
        || {
            let mut document = json_team::proposal(&answer);
            document["approve"] = approval(&request, &answer).into();
            document
        },
        || {
            let next = tr!(app.lang, "select.approve", command = approval(&request, &answer));
            format!("{}\n{next}\n", quota::proposal(app.lang, &answer, args.reasons))
        },
    )?;
    Ok(exit::OK)
}

/// The command that makes the proposal the team. The day is named, so that tomorrow it is still the same proposal.
fn approval(request: &pb::ProposeTeamRequest, answer: &pb::ProposeTeamResponse) -> String {
    let mut words = vec!["baiying team approve --unit".to_owned(), shell(&request.unit_code)];
    words.push(format!("--seed {}", request.seed));
    if request.size != 0 {
        words.push(format!("--size {}", request.size));
    }
    for skill in &request.skills {
        words.push(format!("--skill {}", shell(skill)));
    }
    let day = if request.at_date.is_empty() {
        &answer.at_date
    } else {
        &request.at_date
    };
    if !day.is_empty() {
        words.push(format!("--at {}", shell(day)));
    }
    if !request.team_code.is_empty() {
        words.push(format!("--team {}", shell(&request.team_code)));
    }
    words.push(format!("--proposal {}", shell(&answer.proposal)));
    words.join(" ")
}

/// A word as a shell takes it for one.
fn shell(word: &str) -> String {
    let word = crate::text::line(word);
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '/' | '@');
    if !word.is_empty() && word.chars().all(plain) {
        word
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_that_approves_can_be_pasted() {
        let request = pb::ProposeTeamRequest {
            unit_code: "440608-A01".into(),
            seed: 7,
            size: 0,
            skills: vec!["boat".into(), "急救 '1".into()],
            at_date: "2026-10-01".into(),
            team_code: "AG-3".into(),
        };
        let answer = pb::ProposeTeamResponse {
            proposal: "ab12".into(),
            ..pb::ProposeTeamResponse::default()
        };
        assert_eq!(
            approval(&request, &answer),
            r"baiying team approve --unit 440608-A01 --seed 7 --skill boat --skill '急救 '\''1' --at 2026-10-01 --team AG-3 --proposal ab12"
        );
    }
}
