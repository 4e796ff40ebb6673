//! Who acknowledges together: people of one lead, and own answers that a gateway gathered.

use crate::client::{ClientError, Connections, of_district};
use crate::population::Population;

/// On whose word a group acknowledges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reporting {
    /// This lead's.
    Lead(u32),
    /// Each person's own.
    Own,
}

/// People who acknowledge in one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AckGroup {
    /// On whose word.
    pub reporting: Reporting,
    /// Who; never empty.
    pub people: Vec<u32>,
}

/// Everybody an order is for, in groups: a group for each team, and groups of `own_batch` of those in no team.
///
/// # Errors
/// If the daemon does not say who is addressed.
pub async fn ack_groups(
    endpoint: &str,
    order_id: u32,
    version: u32,
    own_batch: usize,
) -> Result<Vec<AckGroup>, ClientError> {
    let channel = Connections::open(endpoint, 1).await?.first();
    Ok(group(
        &Population::of_order(of_district(channel), order_id, version).await?,
        own_batch,
    ))
}

fn group(population: &Population, own_batch: usize) -> Vec<AckGroup> {
    let teams = population.teams.iter().map(|team| AckGroup {
        reporting: Reporting::Lead(team.lead),
        people: team.people.iter().map(|person| person.person_id).collect(),
    });
    let alone = population.alone.chunks(own_batch.max(1)).map(|people| AckGroup {
        reporting: Reporting::Own,
        people: people.iter().map(|person| person.person_id).collect(),
    });
    teams.chain(alone).collect()
}

/// The same people, each in a group of their own: for calls of one acknowledgement each.
#[must_use]
pub fn one_by_one(groups: &[AckGroup]) -> Vec<AckGroup> {
    let single = |group: &AckGroup| {
        let reporting = group.reporting;
        group
            .people
            .iter()
            .map(move |person| AckGroup {
                reporting,
                people: vec![*person],
            })
            .collect::<Vec<_>>()
    };
    groups.iter().flat_map(single).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::behaviour::Area;
    use crate::population::{LedTeam, Participant};

    #[test]
    fn everybody_is_in_one_group() {
        let participant = |person_id| Participant {
            person_id,
            area: Area::Urban,
        };
        let team = LedTeam {
            lead: 1,
            deputy: 2,
            people: (1..=3).map(participant).collect(),
        };
        let population = Population {
            teams: vec![team],
            alone: (4..=8).map(participant).collect(),
        };
        let groups = group(&population, 2);
        let sizes: Vec<_> = groups
            .iter()
            .map(|group| (group.reporting, group.people.len()))
            .collect();
        use Reporting::{Lead, Own};
        assert_eq!(sizes, [(Lead(1), 3), (Own, 2), (Own, 2), (Own, 1)]);
        let single = one_by_one(&groups);
        assert_eq!(single.len(), 8);
        assert!(single.iter().zip(1..).all(|(group, person)| group.people == [person]));
    }
}
