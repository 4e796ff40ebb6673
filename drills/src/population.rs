//! Who an order is for, as the public API tells it: teams under their leads, and people on their own.

use std::collections::{BTreeMap, BTreeSet};

use baiying_proto::v1::order_service_client::OrderServiceClient;
use baiying_proto::v1::org_service_client::OrgServiceClient;
use baiying_proto::v1::roster_service_client::RosterServiceClient;
use baiying_proto::v1::{
    Delivery, ListDeliveriesRequest, ListMusterPointsRequest, ListPeopleRequest, ListTeamsRequest, MusterPoint,
    PageRequest, Person, Team,
};

use crate::behaviour::Area;
use crate::client::{Caller, ClientError};

/// Items a page: the most that the daemon gives.
const PAGE_SIZE: u32 = 1_000;

/// Somebody an order is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Participant {
    /// Who.
    pub person_id: u32,
    /// Where they come from.
    pub area: Area,
}

/// Members of a team that an order is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedTeam {
    /// The lead, who speaks for them.
    pub lead: u32,
    /// The deputy, who may as well; 0 if there is none.
    pub deputy: u32,
    /// Its members in the order, in the order of their ids; often with the lead and the deputy.
    pub people: Vec<Participant>,
}

/// Everybody an order is for, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Population {
    /// Those in teams, by their first team.
    pub teams: Vec<LedTeam>,
    /// Those in none.
    pub alone: Vec<Participant>,
}

impl Population {
    /// Asks the daemon. People who are excused from the start are left out.
    pub(crate) async fn of_order(caller: Caller, order_id: u32, version: u32) -> Result<Self, ClientError> {
        let (teams, people, ledger) = tokio::try_join!(
            list_teams(caller.clone()),
            list_people(caller.clone(), ""),
            list_deliveries(caller, order_id, version, "")
        )?;
        Ok(Self::group(&teams, &people, &ledger))
    }

    /// Asks the daemon for those of some units, the units under them included: whoever was of one when the order was issued, and still is.
    /// With them comes what the ledger says of each.
    pub(crate) async fn of_units(
        caller: Caller,
        order_id: u32,
        version: u32,
        units: &[String],
    ) -> Result<(Self, Vec<Delivery>), ClientError> {
        let teams = list_teams(caller.clone()).await?;
        let (mut people, mut ledger) = (Vec::new(), BTreeMap::new());
        for unit in units {
            let (of_unit, rows) = tokio::try_join!(
                list_people(caller.clone(), unit),
                list_deliveries(caller.clone(), order_id, version, unit)
            )?;
            people.extend(of_unit);
            // One unit may be under another.
            ledger.extend(rows.into_iter().map(|row| (row.person_id, row)));
        }
        let known: BTreeSet<u32> = people.iter().map(|person| person.person_id).collect();
        ledger.retain(|person, _| known.contains(person));
        let ledger: Vec<Delivery> = ledger.into_values().collect();
        Ok((Self::group(&teams, &people, &ledger), ledger))
    }

    fn group(teams: &[Team], people: &[Person], ledger: &[Delivery]) -> Self {
        let people: BTreeMap<u32, &Person> = people.iter().map(|person| (person.person_id, person)).collect();
        let teams: BTreeMap<u32, &Team> = teams.iter().map(|team| (team.team_id, team)).collect();
        let mut led: BTreeMap<u32, LedTeam> = BTreeMap::new();
        let mut alone = Vec::new();
        for row in ledger.iter().filter(|row| row.bucket != "excused") {
            let person = people.get(&row.person_id);
            let lives_in = person.map_or("", |person| person.residence_code.as_str());
            let participant = Participant {
                person_id: row.person_id,
                area: area(if lives_in.is_empty() { &row.unit_code } else { lives_in }),
            };
            let team = person
                .and_then(|person| person.team_ids.first())
                .and_then(|team| teams.get(team));
            match team {
                None => alone.push(participant),
                Some(team) => led
                    .entry(team.team_id)
                    .or_insert_with(|| LedTeam {
                        lead: team.leader_id,
                        deputy: team.deputy_id,
                        people: Vec::new(),
                    })
                    .people
                    .push(participant),
            }
        }
        Self {
            teams: led.into_values().collect(),
            alone,
        }
    }

    /// How many people.
    #[must_use]
    pub fn len(&self) -> usize {
        self.alone.len() + self.teams.iter().map(|team| team.people.len()).sum::<usize>()
    }
    /// Whether there is nobody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Statistical codes of villages have 12 digits, of which the last three are below 200 for communities of a town.
fn area(code: &str) -> Area {
    match code.as_bytes().get(9) {
        Some(b'2'..=b'9') => Area::Rural,
        _ => Area::Urban,
    }
}

fn page(page_token: String) -> Option<PageRequest> {
    Some(PageRequest {
        page_size: PAGE_SIZE,
        page_token,
    })
}

/// Every team.
pub(crate) async fn list_teams(caller: Caller) -> Result<Vec<Team>, ClientError> {
    let mut client = RosterServiceClient::new(caller);
    let (mut all, mut token) = (Vec::new(), String::new());
    loop {
        let request = ListTeamsRequest {
            page: page(token),
            ..ListTeamsRequest::default()
        };
        let answer = client
            .list_teams(request)
            .await
            .map_err(ClientError::call("ListTeams"))?
            .into_inner();
        all.extend(answer.teams);
        token = answer.next_page_token;
        if token.is_empty() {
            return Ok(all);
        }
    }
}

/// Everybody of a unit and the units under it; of all, if none is named.
async fn list_people(caller: Caller, unit: &str) -> Result<Vec<Person>, ClientError> {
    let mut client = RosterServiceClient::new(caller);
    let (mut all, mut token) = (Vec::new(), String::new());
    loop {
        let request = ListPeopleRequest {
            unit_code: unit.to_owned(),
            page: page(token),
            ..ListPeopleRequest::default()
        };
        let answer = client
            .list_people(request)
            .await
            .map_err(ClientError::call("ListPeople"))?
            .into_inner();
        all.extend(answer.people);
        token = answer.next_page_token;
        if token.is_empty() {
            return Ok(all);
        }
    }
}

/// The ledger of an order: the rows of a unit and the units under it, or all of them.
async fn list_deliveries(
    caller: Caller,
    order_id: u32,
    version: u32,
    unit: &str,
) -> Result<Vec<Delivery>, ClientError> {
    let mut client = OrderServiceClient::new(caller);
    let (mut all, mut token) = (Vec::new(), String::new());
    loop {
        let request = ListDeliveriesRequest {
            order_id,
            version,
            unit_code: unit.to_owned(),
            page: page(token),
            ..ListDeliveriesRequest::default()
        };
        let answer = client
            .list_deliveries(request)
            .await
            .map_err(ClientError::call("ListDeliveries"))?
            .into_inner();
        all.extend(answer.deliveries);
        token = answer.next_page_token;
        if token.is_empty() {
            return Ok(all);
        }
    }
}

/// Every muster point.
pub(crate) async fn list_muster_points(caller: Caller) -> Result<Vec<MusterPoint>, ClientError> {
    let mut client = OrgServiceClient::new(caller);
    let (mut all, mut token) = (Vec::new(), String::new());
    loop {
        let request = ListMusterPointsRequest {
            page: page(token),
            ..ListMusterPointsRequest::default()
        };
        let answer = client
            .list_muster_points(request)
            .await
            .map_err(ClientError::call("ListMusterPoints"))?
            .into_inner();
        all.extend(answer.muster_points);
        token = answer.next_page_token;
        if token.is_empty() {
            return Ok(all);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_under_their_first_team_or_alone_and_the_excused_are_nowhere() {
        let team = Team {
            team_id: 3,
            leader_id: 1,
            deputy_id: 2,
            ..Team::default()
        };
        let person = |person_id, team_ids: &[u32], residence: &str| Person {
            person_id,
            team_ids: team_ids.to_vec(),
            residence_code: residence.to_owned(),
            ..Person::default()
        };
        let people = [
            person(1, &[3], ""),
            person(2, &[3], "440608004202"),
            person(4, &[], "440608004001"),
            person(5, &[], ""),
        ];
        let row = |person_id, bucket: &str| Delivery {
            person_id,
            bucket: bucket.to_owned(),
            unit_code: "440608-A001".to_owned(),
            ..Delivery::default()
        };
        let ledger = [
            row(1, "unconfirmed"),
            row(2, "unconfirmed"),
            row(4, "en-route"),
            row(5, "excused"),
        ];
        let population = Population::group(&[team], &people, &ledger);
        let somebody = |person_id, area| Participant { person_id, area };
        assert_eq!(population.alone, [somebody(4, Area::Urban)]);
        assert_eq!(population.teams.len(), 1);
        assert_eq!(
            population.teams[0].people,
            [somebody(1, Area::Urban), somebody(2, Area::Rural)]
        );
        assert_eq!(population.len(), 3);
    }
}
