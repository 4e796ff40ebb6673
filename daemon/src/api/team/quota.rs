//! What units owe and have, as it is shown.

use baiying_core::State;
use baiying_core::command::Actor;
use baiying_core::quota::{QuotaStatus, Unfit, UnitLine, lines};
use baiying_core::word;
use baiying_proto::v1;
use tonic::{Response, Status};

use super::shown_date;
use crate::api::convert::optional_date;
use crate::api::org::within;
use crate::api::server::ApiContext;

pub(super) fn quota(context: &ApiContext, request: &v1::QuotaRequest) -> Result<Response<v1::QuotaResponse>, Status> {
    let v1::QuotaRequest { unit_code, at_date } = request;
    let today = context.today();
    let on = optional_date("at_date", at_date)?.unwrap_or(today);
    let state = context.engine.read();
    let within = within(&state, unit_code)?;
    let lines = lines(&state, &context.policy.team, within, on, today);
    Ok(Response::new(v1::QuotaResponse {
        total: Some(total(&lines)),
        units: lines.iter().map(|line| shown(&state, line)).collect(),
        at_date: on.to_string(),
    }))
}

fn percent(part: u32, whole: u32) -> u32 {
    (part * 100).checked_div(whole).unwrap_or(0)
}

fn excluded(counts: &[(Unfit, u32)]) -> Vec<v1::ReasonCount> {
    let shown = |(reason, people): &(Unfit, u32)| v1::ReasonCount {
        reason: word::of(&Unfit::ALL, *reason).to_owned(),
        people: *people,
    };
    counts.iter().map(shown).collect()
}

fn shown(state: &State, line: &UnitLine) -> v1::UnitQuota {
    let UnitLine {
        unit,
        established,
        percent: asked,
        required,
        eligible,
        selected,
        unfit,
        shortfall,
        status,
        party,
        verified,
        ages,
        excluded: counts,
        confirmed,
        waiver,
        joint_with,
    } = line;
    v1::UnitQuota {
        unit_code: state.org.get(*unit).code.to_string(),
        established_on_post: *established,
        percent: u32::from(*asked),
        required: *required,
        eligible: *eligible,
        selected: *selected,
        unfit: *unfit,
        shortfall: *shortfall,
        status: word::of(&QuotaStatus::ALL, *status).to_owned(),
        party_percent: percent(*party, *selected),
        verified: *verified,
        excluded: excluded(counts),
        confirmed_date: shown_date(*confirmed),
        waived_until: shown_date(waiver.as_ref().map(|(until, _)| *until)),
        waived_by: waiver
            .as_ref()
            .map_or_else(String::new, |(_, Actor(by))| by.to_string()),
        joint_with_code: joint_with.map_or_else(String::new, |host| state.org.get(host).code.to_string()),
        ages: ages.to_vec(),
    }
}

/// Sums; the status is the worst one.
fn total(lines: &[UnitLine]) -> v1::UnitQuota {
    let sum = |of: fn(&UnitLine) -> u32| lines.iter().map(of).sum::<u32>();
    let counts: Vec<_> = Unfit::ALL
        .iter()
        .map(|(reason, _)| {
            let of = |line: &UnitLine| {
                line.excluded
                    .iter()
                    .find(|(other, _)| other == reason)
                    .map_or(0, |it| it.1)
            };
            (*reason, lines.iter().map(of).sum::<u32>())
        })
        .filter(|(_, people)| *people > 0)
        .collect();
    let worst = lines.iter().map(|line| line.status).min().unwrap_or(QuotaStatus::Ok);
    v1::UnitQuota {
        established_on_post: sum(|line| line.established),
        required: sum(|line| line.required),
        eligible: sum(|line| line.eligible),
        selected: sum(|line| line.selected),
        unfit: sum(|line| line.unfit),
        shortfall: sum(|line| line.shortfall),
        status: word::of(&QuotaStatus::ALL, worst).to_owned(),
        party_percent: percent(sum(|line| line.party), sum(|line| line.selected)),
        verified: sum(|line| line.verified),
        excluded: excluded(&counts),
        ages: (0..4)
            .map(|band| lines.iter().map(|line| line.ages[band]).sum())
            .collect(),
        ..v1::UnitQuota::default()
    }
}
