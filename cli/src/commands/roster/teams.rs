//! The agency teams (机关应急队) that a roster names in 队内职务: formed after its people.

use std::collections::{BTreeMap, BTreeSet};

use baiying_proto::v1 as pb;
use serde_json::{Value, json};

use crate::app::App;
use crate::client::Client;
use crate::commands::{call, pages};
use crate::error::CliError;
use crate::i18n::{Lang, tr};
use crate::output::table::Sheet as Table;
use crate::sheet::roster::{Fault, Field, Kind, Place, Settled, Units};

/// A team as the file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Team {
    unit: String,
    code: String,
    members: usize,
    /// formed, planned, known (there is one, which the file brings up to date), refused (a row of it is bad) or several (the unit has several agency teams already).
    state: &'static str,
}

/// What is to be sent.
pub(super) struct Plan {
    teams: Vec<Team>,
    rows: Vec<pb::TeamMemberRow>,
    places: Vec<Place>,
    faults: Vec<Fault>,
}

/// What became of it.
#[derive(Debug, Default)]
pub(super) struct Formed {
    teams: Vec<Team>,
    report: pb::ImportReport,
    /// Rows of teams that cannot be formed.
    pub(super) faults: Vec<Fault>,
}

fn fault(place: Place, kind: Kind, detail: String) -> Fault {
    Fault {
        place,
        column: None,
        field: Some(Field::Role),
        value: String::new(),
        kind,
        detail,
        other: None,
    }
}

/// Which teams the file forms, under which codes.
pub(super) async fn plan(
    app: &App,
    client: &Client,
    settled: &Settled,
    units: &Units,
    refused: &BTreeSet<Place>,
) -> Result<Plan, CliError> {
    let known = pages::all(&pages::Limit { limit: 0 }, async |page| {
        let request = pb::ListTeamsRequest {
            unit_code: String::new(),
            kind: "agency".to_owned(),
            page: Some(page),
        };
        let answer = app.query(call!(client, roster.list_teams, request)).await?;
        Ok((answer.teams, answer.next_page_token))
    })
    .await?;
    Ok(planned(&known, settled, units, refused))
}

fn planned(known: &[pb::Team], settled: &Settled, units: &Units, refused: &BTreeSet<Place>) -> Plan {
    let mut plan = Plan {
        teams: Vec::new(),
        rows: Vec::new(),
        places: Vec::new(),
        faults: Vec::new(),
    };
    let mut by_unit: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for member in &settled.members {
        by_unit.entry(&member.unit).or_default().push(member);
    }
    for (unit, members) in by_unit {
        let own: Vec<&pb::Team> = known.iter().filter(|team| team.unit_code == unit).collect();
        let code = own
            .first()
            .map_or_else(|| format!("AG-{unit}"), |team| team.code.clone());
        let name = match own.first() {
            Some(team) => team.name.clone(),
            None => format!("{}机关应急队", units.get(unit).map_or(unit, |unit| &unit.name)),
        };
        let is_doubtful =
            settled.doubtful_units.contains(unit) || members.iter().any(|member| refused.contains(&member.place));
        let state = if own.len() > 1 {
            "several"
        } else if is_doubtful {
            "refused"
        } else if own.is_empty() {
            "planned"
        } else {
            "known"
        };
        if matches!(state, "planned" | "known") {
            for member in &members {
                plan.places.push(member.place);
                plan.rows.push(pb::TeamMemberRow {
                    row: u32::try_from(plan.places.len()).unwrap_or(u32::MAX),
                    team_code: code.clone(),
                    team_name: name.clone(),
                    kind: "agency".to_owned(),
                    unit_code: unit.to_owned(),
                    role: member.role.clone(),
                    person: member.id_number.clone(),
                });
            }
        } else if state == "refused"
            && let Some(first) = members.first()
        {
            plan.faults.push(fault(first.place, Kind::TeamRefused, code.clone()));
        }
        plan.teams.push(Team {
            unit: unit.to_owned(),
            code,
            members: members.len(),
            state,
        });
    }
    plan
}

impl Plan {
    /// In a dry run nothing is formed.
    pub(super) fn only_shown(self) -> Formed {
        Formed {
            teams: self.teams,
            report: pb::ImportReport::default(),
            faults: self.faults,
        }
    }
}

/// Forms them; a team that the daemon refuses is named, the others are formed.
pub(super) async fn form(
    app: &App,
    client: &Client,
    plan: Plan,
    context: &pb::CommandContext,
) -> Result<Formed, CliError> {
    let Plan {
        mut teams,
        rows,
        places,
        mut faults,
    } = plan;
    if rows.is_empty() {
        let report = pb::ImportReport::default();
        return Ok(Formed { teams, report, faults });
    }
    let call = |context: pb::CommandContext| {
        let header = pb::ImportHeader {
            context: Some(context),
            mode: pb::ImportMode::SkipBad.into(),
        };
        let mut messages = vec![pb::ImportTeamsRequest {
            header: Some(header),
            rows: Vec::new(),
        }];
        messages.extend(rows.chunks(500).map(|rows| pb::ImportTeamsRequest {
            header: None,
            rows: rows.to_vec(),
        }));
        let mut service = client.roster();
        async move { service.import_teams(tokio_stream::iter(messages)).await }
    };
    let answer = app.mutate_as(context, app.import_timeout(), call).await?;
    let report = answer.report.unwrap_or_default();
    let row_at = |row: u32| (row as usize).wrapping_sub(1);
    let mut bad_teams = BTreeSet::new();
    for bad in &report.bad {
        let Some(place) = places.get(row_at(bad.row)) else {
            continue;
        };
        bad_teams.extend(rows.get(row_at(bad.row)).map(|row| row.team_code.clone()));
        let detail = format!("{} {}", bad.problem, bad.detail);
        let mut fault = fault(*place, Kind::Refused, detail.trim().to_owned());
        fault.other = places.get(row_at(bad.other_row)).copied();
        faults.push(fault);
    }
    for team in teams
        .iter_mut()
        .filter(|team| matches!(team.state, "planned" | "known"))
    {
        team.state = if bad_teams.contains(&team.code) {
            "refused"
        } else {
            "formed"
        };
    }
    Ok(Formed { teams, report, faults })
}

impl Formed {
    /// As JSON, with its faults.
    pub(super) fn document(&self, faults: &[Value]) -> Value {
        let teams: Vec<_> = self
            .teams
            .iter()
            .map(|team| {
                let Team {
                    unit,
                    code,
                    members,
                    state,
                } = team;
                json!({ "unit_code": unit, "code": code, "members": members, "state": state })
            })
            .collect();
        json!({ "added": self.report.added, "changed": self.report.changed, "unchanged": self.report.unchanged,
            "bad": faults, "teams": teams })
    }

    /// In words; only those that are not in order, when there are many.
    pub(super) fn text(&self, lang: Lang, units: &Units) -> String {
        if self.teams.is_empty() {
            return String::new();
        }
        let count = |state: &str| self.teams.iter().filter(|team| team.state == state).count();
        let mut out = tr!(
            lang,
            "roster.teams",
            teams = self.teams.len(),
            formed = count("formed"),
            planned = count("planned"),
            known = count("known"),
            refused = count("refused") + count("several")
        );
        out.push('\n');
        let mut table = Table::new(lang, &["code", "unit", "members", "status"]).numbers([2]);
        let many = self.teams.len() > 20;
        let shown = self
            .teams
            .iter()
            .filter(|team| !many || !matches!(team.state, "formed" | "planned" | "known"));
        let mut rows = 0;
        for team in shown {
            rows += 1;
            let name = units.get(&team.unit).map_or("", |unit| unit.name.as_str());
            table.row([
                team.code.clone(),
                format!("{} {name}", team.unit),
                team.members.to_string(),
                crate::i18n::word(lang, "team_state", team.state),
            ]);
        }
        if rows > 0 {
            out.push_str(&table.text());
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::open;
    use crate::sheet::roster::{Unit, read};

    fn units() -> Units {
        let unit = |code: &str, name: &str, parent: &str| Unit {
            code: code.into(),
            name: name.into(),
            parent: parent.into(),
        };
        Units::new([
            unit("D", "高明区", ""),
            unit("A1", "高明区应急管理局", "D"),
            unit("A2", "高明区水利局", "D"),
            unit("A3", "高明区气象局", "D"),
        ])
    }

    #[test]
    fn a_team_is_formed_whole_or_not_at_all() {
        let text = "姓名,身份证号,单位,队内职务,A/B角\n\
            张三,990101199003071237,A1,队长,\n\
            李四,990101198512310043,A1,,B角\n\
            王五,99010119900101102X,A2,队长,\n\
            赵六,990101199003071238,A2,队员,\n";
        let book = open(text.as_bytes(), "x", None).unwrap();
        let settled = read(&book, None).unwrap().settle(&book, &units(), "D");
        let known = [pb::Team {
            code: "T-A1".into(),
            name: "应急一队".into(),
            unit_code: "A1".into(),
            ..pb::Team::default()
        }];
        let plan = planned(&known, &settled, &units(), &BTreeSet::new());
        let rows: Vec<_> = plan
            .rows
            .iter()
            .map(|row| (row.team_code.as_str(), row.team_name.as_str(), row.role.as_str()))
            .collect();
        assert_eq!(rows, [("T-A1", "应急一队", "leader"), ("T-A1", "应急一队", "member")]);
        let states: Vec<_> = plan.teams.iter().map(|team| (team.code.as_str(), team.state)).collect();
        assert_eq!(
            states,
            [("T-A1", "known"), ("AG-A2", "refused")],
            "a member of the second has a mistyped number"
        );
        assert_eq!(plan.faults.len(), 1);
        let two = [known[0].clone(), known[0].clone()];
        assert_eq!(
            planned(&two, &settled, &units(), &BTreeSet::new()).teams[0].state,
            "several"
        );
        let refused = BTreeSet::from([settled.members[1].place]);
        assert_eq!(
            planned(&known, &settled, &units(), &refused).rows.len(),
            0,
            "the daemon refused a member"
        );
    }
}
