//! Make a proposal the unit's agency team: proposed again on what is known now, and refused if that is another one. A proposal can
//! be for another day; the team is one from today on, and everybody in it must be able to serve today (R3).

use super::Unfit;
use super::eligible::unfit_for;
use super::propose::{CandidateRole, Proposal, ProposeTeam};
use crate::calendar::Date;
use crate::command::{Answer, Context};
use crate::decide::{Decision, needed};
use crate::event::Event;
use crate::id::PersonSet;
use crate::policy::{Policy, TeamPolicy};
use crate::rejection::Rejection;
use crate::state::State;
use crate::team::{Team, TeamKind};
use crate::word;

/// How many of those who cannot serve a refusal names.
const NAMED_MAX: usize = 20;

/// Approves a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApproveTeam {
    /// The proposal, asked for again in the same words.
    pub request: ProposeTeam,
    /// Its name, as it was shown.
    pub proposal: Box<str>,
}

impl ApproveTeam {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        needed("proposal", &self.proposal)?;
        let today = policy.team.zone.date(context.at);
        let proposal = self.request.propose(state, &policy.team, today)?;
        if proposal.name != self.proposal {
            let unit = self.request.unit_code.clone();
            return Err(Rejection::ProposalStale { unit });
        }
        can_serve(state, &policy.team, &self.request.unit_code, &proposal, today)?;
        let unit = state.org.get(proposal.unit);
        let code = proposal.team_code.clone();
        let (id, name) = match state.teams.by_code(&code) {
            Some(team) => (team.id, team.name.clone()),
            None => (state.teams.next_id(), unit.name.clone()),
        };
        let with = |role| {
            proposal
                .team
                .iter()
                .find(|it| it.role == Some(role))
                .map(|it| it.person)
        };
        let leader = with(CandidateRole::Leader).ok_or_else(|| Rejection::NobodyEligible {
            unit: self.request.unit_code.clone(),
        })?;
        let members: PersonSet = proposal.team.iter().map(|it| it.person).collect();
        let team = Team {
            id,
            code,
            name,
            kind: TeamKind::Agency,
            unit: unit.id,
            leader,
            deputy: with(CandidateRole::Deputy),
            members,
        };
        let chosen = Event::TeamChosen {
            team: id,
            seed: self.request.seed,
            proposal: proposal.name,
            date: proposal.date,
        };
        Ok(Decision::new(vec![Event::TeamRecorded(team), chosen], Answer::Team(id)))
    }
}

/// Whether everybody who was proposed can serve on a day, whatever the day of the proposal; else who cannot, and why not.
fn can_serve(
    state: &State,
    policy: &TeamPolicy,
    unit_code: &str,
    proposal: &Proposal,
    on: Date,
) -> Result<(), Rejection> {
    let teams = state.teams.by_code(&proposal.team_code).map(|team| team.id);
    let teams = teams.into_iter().collect();
    let unfit = proposal.team.iter().filter_map(|it| {
        let unfit = unfit_for(state, policy, state.people.get(it.person)?, &teams, on)?;
        Some(format!("{} {}", it.person, word::of(&Unfit::ALL, unfit)))
    });
    let mut people: Vec<String> = unfit.collect();
    if people.is_empty() {
        return Ok(());
    }
    if people.len() > NAMED_MAX {
        people.truncate(NAMED_MAX);
        people.push("…".to_owned());
    }
    Err(Rejection::MembersUnfit {
        unit: unit_code.into(),
        people: people.join(", ").into(),
    })
}
