//! Who is deployed under which order.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::id::{OrderId, PersonId};

/// People of one page.
const PAGE: usize = 256;

type Page = Option<Box<[Option<OrderId>; PAGE]>>;

/// The order of each person who is deployed. Looked up by index; where a whole page has nobody, there is none, so that the thousand worlds
/// of exercises that call a town each do not take the room of the province.
#[derive(Debug, Clone, Default)]
pub(crate) struct Duties(Vec<Page>);

impl Duties {
    /// Of a person.
    pub(crate) fn of(&self, person: PersonId) -> Option<OrderId> {
        let index = (person.0 as usize).checked_sub(1)?;
        self.0.get(index / PAGE)?.as_ref()?[index % PAGE]
    }
    /// From now on this is a person's.
    pub(crate) fn put(&mut self, person: PersonId, order: Option<OrderId>) {
        let index = person.index();
        let page = index / PAGE;
        if self.0.len() <= page {
            self.0.resize(page + 1, None);
        }
        if order.is_none() && self.0[page].is_none() {
            return;
        }
        self.0[page].get_or_insert_with(|| Box::new([None; PAGE]))[index % PAGE] = order;
    }
    /// Everybody who is deployed, ascending.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (PersonId, OrderId)> + '_ {
        let pages = self.0.iter().enumerate();
        let pages = pages.filter_map(|(page, orders)| orders.as_ref().map(|orders| (page * PAGE, orders)));
        pages.flat_map(|(first, orders)| {
            let deployed = orders.iter().enumerate();
            deployed.filter_map(move |(index, order)| order.map(|order| (PersonId::from_index(first + index), order)))
        })
    }
}

impl PartialEq for Duties {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Duties {}

impl Serialize for Duties {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let all: Vec<(PersonId, OrderId)> = self.iter().collect();
        all.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Duties {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let all = Vec::<(PersonId, OrderId)>::deserialize(deserializer)?;
        let mut duties = Self::default();
        for (person, order) in all {
            if person.0 == 0 {
                return Err(serde::de::Error::custom("a person without a number is deployed"));
            }
            duties.put(person, Some(order));
        }
        Ok(duties)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_has_the_duty_that_was_put_last() {
        let mut duties = Duties::default();
        for person in [1, 256, 257, 100_000] {
            duties.put(PersonId(person), Some(OrderId(person + 1)));
        }
        duties.put(PersonId(256), None);
        duties.put(PersonId(1), Some(OrderId(9)));
        let all: Vec<(u32, u32)> = duties.iter().map(|(person, order)| (person.0, order.0)).collect();
        assert_eq!(all, [(1, 9), (257, 258), (100_000, 100_001)]);
        assert_eq!(duties.of(PersonId(257)), Some(OrderId(258)));
        for nobody in [0, 2, 256, 258, 50_000, u32::MAX] {
            assert_eq!(duties.of(PersonId(nobody)), None, "{nobody}");
        }
    }

    #[test]
    fn duties_are_the_same_however_they_came_about_and_when_read_back() {
        let mut one = Duties::default();
        one.put(PersonId(5000), Some(OrderId(1)));
        one.put(PersonId(5000), None);
        one.put(PersonId(3), Some(OrderId(2)));
        let mut other = Duties::default();
        other.put(PersonId(3), Some(OrderId(2)));
        assert_eq!(one, other);
        let stored = postcard::to_stdvec(&one).expect("can be stored");
        assert_eq!(stored, postcard::to_stdvec(&other).expect("can be stored"));
        assert_eq!(postcard::from_bytes::<Duties>(&stored).expect("can be read"), one);
    }
}
