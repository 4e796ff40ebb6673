//! What an order says and whom it is for: the options shared by `order issue`, `order supersede` and `response activate`.

use baiying_proto::v1 as pb;

use crate::i18n::{Lang, tr};
use crate::ids;
use crate::ids::ArgError;
use crate::when;

/// What is ordered.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct DraftArgs {
    #[arg(long, value_name = "TEXT")]
    pub(crate) text: Option<String>,
    #[arg(long, value_name = "M", value_parser = ids::muster_point, num_args = 1.., value_delimiter = ',')]
    pub(crate) muster: Vec<String>,
    #[arg(long, value_name = "DURATION", value_parser = when::duration_ms, conflicts_with = "ack_by")]
    pub(crate) ack_within: Option<u64>,
    #[arg(long, value_name = "TIME", value_parser = when::instant_unix_ms)]
    pub(crate) ack_by: Option<i64>,
    #[arg(long, value_name = "DURATION", value_parser = when::duration_ms, conflicts_with = "arrive_by")]
    pub(crate) arrive_within: Option<u64>,
    #[arg(long, value_name = "TIME", value_parser = when::instant_unix_ms)]
    pub(crate) arrive_by: Option<i64>,
    #[arg(long, value_name = "DURATION", value_parser = when::duration_ms)]
    pub(crate) grace: Option<u64>,
    #[arg(long, value_name = "TIME:TARGET", value_parser = ladder_step, num_args = 1.., value_delimiter = ',')]
    #[arg(conflicts_with = "no_ladder")]
    pub(crate) ladder: Vec<pb::LadderStep>,
    #[arg(long)]
    pub(crate) no_ladder: bool,
    #[arg(long, value_name = "DUTY")]
    #[arg(value_parser = ["command", "agency-team", "grid-post", "in-place", "volunteer"])]
    pub(crate) duty: Option<String>,
    #[arg(long, value_name = "NAME", num_args = 1.., value_delimiter = ',')]
    pub(crate) sign_off: Vec<String>,
    #[arg(long)]
    pub(crate) reassign: bool,
}

/// `2m:team-leader`.
fn ladder_step(text: &str) -> Result<pb::LadderStep, ArgError> {
    let error = || ArgError::new("arg_error.ladder", vec![("value", text.to_owned())]);
    let (after, target) = text.split_once(':').ok_or_else(error)?;
    if !["repeat", "team-leader", "deputy", "duty-lead", "superior"].contains(&target) {
        return Err(error());
    }
    Ok(pb::LadderStep {
        after_ms: when::duration_ms(after)?,
        target: target.to_owned(),
    })
}

impl DraftArgs {
    /// As the wire has it.
    pub(crate) fn draft(&self) -> pb::OrderDraft {
        let deadline = |within: Option<u64>, at: Option<i64>| {
            use pb::deadline::When;
            let when = within.map(When::WithinMs).or(at.map(When::AtUnixMs))?;
            Some(pb::Deadline { when: Some(when) })
        };
        pb::OrderDraft {
            text: self.text.clone().unwrap_or_default(),
            muster_points: self.muster.clone(),
            acknowledge: deadline(self.ack_within, self.ack_by),
            arrive: deadline(self.arrive_within, self.arrive_by),
            grace_ms: self.grace,
            ladder: self.ladder.clone(),
            no_ladder: self.no_ladder,
            duty: self.duty.clone().unwrap_or_default(),
            sign_offs: self.sign_off.clone(),
            reassign: self.reassign,
        }
    }

    /// The first option that is given, for telling that it has no effect.
    pub(crate) fn first_given(&self) -> Option<&'static str> {
        let given = [
            (self.text.is_some(), "--text"),
            (!self.muster.is_empty(), "--muster"),
            (self.ack_within.is_some(), "--ack-within"),
            (self.ack_by.is_some(), "--ack-by"),
            (self.arrive_within.is_some(), "--arrive-within"),
            (self.arrive_by.is_some(), "--arrive-by"),
            (self.grace.is_some(), "--grace"),
            (!self.ladder.is_empty(), "--ladder"),
            (self.no_ladder, "--no-ladder"),
            (self.duty.is_some(), "--duty"),
            (!self.sign_off.is_empty(), "--sign-off"),
            (self.reassign, "--reassign"),
        ];
        given.into_iter().find_map(|(given, name)| given.then_some(name))
    }

    /// The first of text and muster point that is missing.
    pub(crate) fn first_missing(&self) -> Option<&'static str> {
        if self.text.is_none() {
            Some("--text")
        } else if self.muster.is_empty() {
            Some("--muster")
        } else {
            None
        }
    }
}

/// Whom an order is for.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct AudienceArgs {
    #[arg(long, value_name = "T", value_parser = ids::team, num_args = 1.., value_delimiter = ',')]
    pub(crate) team: Vec<String>,
    #[arg(long, value_name = "CODE", num_args = 1.., value_delimiter = ',')]
    pub(crate) unit: Vec<String>,
    #[arg(long, value_name = "P", value_parser = ids::person, num_args = 1.., value_delimiter = ',')]
    pub(crate) person: Vec<u32>,
    #[arg(long)]
    pub(crate) call_out: bool,
}

impl AudienceArgs {
    /// As the wire has it; none if nobody is named.
    pub(crate) fn audience(&self) -> Option<pb::Audience> {
        let Self {
            team,
            unit,
            person,
            call_out,
        } = self;
        let nobody = team.is_empty() && unit.is_empty() && person.is_empty() && !call_out;
        (!nobody).then(|| pb::Audience {
            unit_codes: unit.clone(),
            teams: team.clone(),
            person_ids: person.clone(),
            call_out: *call_out,
        })
    }
}

/// Nobody is named.
pub(crate) fn nobody(lang: Lang) -> crate::error::CliError {
    crate::error::CliError::Usage(tr!(lang, "usage.nobody"))
}
