//! Make a proposal the unit's agency team: proposed again on what is known now, and refused if that is another one.

use super::eligible::teams_of;
use super::propose::{CandidateRole, ProposeTeam};
use crate::command::{Answer, Context};
use crate::decide::{Decision, needed};
use crate::event::Event;
use crate::id::PersonSet;
use crate::org::is_code;
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::state::State;
use crate::team::{Team, TeamKind};

/// Approves a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApproveTeam {
    /// The proposal, asked for again in the same words.
    pub request: ProposeTeam,
    /// Its name, as it was shown.
    pub proposal: Box<str>,
    /// What the team is called by; empty: as the unit's agency team is, or `AG-` and the unit's code.
    pub team_code: Box<str>,
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
        let unit = state.org.get(proposal.unit);
        let own = teams_of(state, unit.id).first().map(|team| state.teams.get(*team));
        let code: Box<str> = match (&*self.team_code, own) {
            ("", Some(own)) => own.code.clone(),
            ("", None) => format!("AG-{}", unit.code).chars().take(32).collect::<String>().into(),
            (code, _) => code.into(),
        };
        let taken = || Rejection::TeamCodeTaken { code: code.clone() };
        if !is_code(&code) {
            return Err(taken());
        }
        let (id, name) = match state.teams.by_code(&code) {
            Some(team) if team.kind == TeamKind::Agency && team.unit == unit.id => (team.id, team.name.clone()),
            Some(_) => return Err(taken()),
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
        // One primary team a person: another team of the unit that they are in would be a second (R4).
        let mut others = state
            .teams
            .iter()
            .filter(|team| team.kind == TeamKind::Agency && team.id != id);
        if others.any(|team| team.members.iter().any(|person| members.contains(person))) {
            return Err(taken());
        }
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
