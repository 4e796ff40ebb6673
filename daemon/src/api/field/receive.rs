//! What a lead's stream says: the orders that concern their people, each as it stands, since a cursor.

use baiying_core::State;
use baiying_core::exercise::run::Preemption;
use baiying_core::id::{ExerciseId, PersonId, PersonSet, Revision};
use baiying_core::order::{Channel, Order, OrderVersion, Row, StepTarget, led_by, turned_to};
use baiying_core::spot_check::SpotCheck;
use baiying_proto::v1;

use crate::api::attempts::Sent;
use crate::api::convert::unix_ms;
use crate::api::order::{bucket_word, cancel_reason, status_word};
use crate::api::readiness::phase_word;

/// The rows of people. Both are in the order of people, so that each search goes on where the one before ended, which for the members
/// of a team is nearly always where the next row is.
fn rows_of<'a>(version: &'a OrderVersion, people: &PersonSet) -> Vec<&'a Row> {
    let mut rest = version.ledger.rows();
    let find = |person: PersonId| {
        if rest.first().is_some_and(|row| row.person < person) {
            rest = &rest[rest.partition_point(|row| row.person < person)..];
        }
        rest.first().filter(|row| row.person == person)
    };
    people.iter().filter_map(find).collect()
}

/// An order as a lead sees it, whose people have these rows.
fn field_order(state: &State, lead: PersonId, item: &OrderItem) -> v1::FieldOrder {
    let OrderItem {
        order,
        version,
        rows,
        called,
        turned,
    } = item;
    let people = rows.iter().chain(called).map(|row| v1::FieldPerson {
        person_id: row.person.0,
        name: state.people.personal(row.person).name.to_string(),
        bucket: bucket_word(row.bucket()),
        acked: row.acked_at.is_some(),
    });
    let muster_points = version.spec.muster_points.iter().map(|id| {
        let point = state.muster_points.get(*id);
        v1::FieldMusterPoint {
            muster_point_id: id.0,
            code: point.code.to_string(),
            name: point.name.to_string(),
            address: point.address.to_string(),
        }
    });
    let leads_a_team = |target| {
        state
            .people
            .teams(lead)
            .iter()
            .map(|team| state.teams.get(*team))
            .any(|team| match target {
                StepTarget::Repeat => true,
                StepTarget::TeamLeader => team.leader == lead,
                StepTarget::Deputy => team.deputy == Some(lead),
                // As duty lead they are told of those for whom it turned to them, whoever leads the team.
                StepTarget::DutyLead | StepTarget::Superior => false,
            })
    };
    let climbed = version.spec.ladder.iter().take(usize::from(version.steps_done));
    let awaited = rows.iter().any(|row| row.awaits_answer());
    let as_leader = climbed.filter(|step| awaited && leads_a_team(step.target)).count();
    let is_awaited = |person| version.ledger.row(person).is_some_and(Row::awaits_answer);
    let as_duty_lead = turned.iter().filter(|people| people.iter().any(is_awaited)).count();
    let escalations = (as_leader + as_duty_lead) as u32;
    v1::FieldOrder {
        order_id: order.id.0,
        version: version.version,
        status: status_word(&version.status),
        text: version.spec.text.to_string(),
        muster_points: muster_points.collect(),
        issued_at_unix_ms: version.issued_at.unix_ms(),
        ack_deadline_unix_ms: unix_ms(version.spec.ack_deadline),
        arrive_deadline_unix_ms: unix_ms(version.spec.arrive_deadline),
        cancel_reason: cancel_reason(&version.status),
        people: people.collect(),
        escalations,
    }
}

/// What a lead is to be told of.
enum Item<'a> {
    /// An order.
    Order(OrderItem<'a>),
    /// A spot check of a post where they are on duty.
    Check(&'a SpotCheck),
    /// An order of an exercise, in its world.
    Exercise(ExerciseId, &'a State, OrderItem<'a>),
    /// A real order took some of their people out of an exercise.
    Preempted(ExerciseId, &'a Preemption, Vec<u32>),
}

impl Item<'_> {
    /// The revision that a cursor must not reach before the lead was told. Above the cursor.
    fn due(&self, cursor: Revision) -> Revision {
        match self {
            Self::Order(item) => item.due(cursor),
            Self::Check(check) => check.announced,
            Self::Exercise(_, _, item) => item.due(cursor),
            Self::Preempted(_, preemption, _) => preemption.announced,
        }
    }

    fn message(&self, state: &State, lead: PersonId, since: Revision, cursor: Revision) -> v1::ReceiveResponse {
        match self {
            Self::Order(item) => item.message(state, lead, since, cursor),
            Self::Check(check) => v1::ReceiveResponse {
                cursor: cursor.0,
                spot_check: spot_check_call(state, check),
                ..v1::ReceiveResponse::default()
            },
            Self::Exercise(run, world, item) => v1::ReceiveResponse {
                exercise_id: run.0,
                ..item.message(world, lead, since, cursor)
            },
            Self::Preempted(run, _, people) => v1::ReceiveResponse {
                cursor: cursor.0,
                exercise_id: run.0,
                preempted_person_ids: people.clone(),
                ..v1::ReceiveResponse::default()
            },
        }
    }

    fn sent(&self) -> Option<Sent> {
        match self {
            Self::Order(item) => item.sent(),
            Self::Exercise(run, _, item) => item.sent().map(|sent| Sent {
                exercise: Some(*run),
                ..sent
            }),
            Self::Check(_) | Self::Preempted(..) => None,
        }
    }
}

/// A spot check as who is on duty sees it.
fn spot_check_call(state: &State, check: &SpotCheck) -> Option<v1::SpotCheckCall> {
    let asked = check.asked.as_ref()?;
    Some(v1::SpotCheckCall {
        spot_check_id: check.plan.id.0,
        unit_code: state.org.get(check.plan.unit).code.to_string(),
        asked_unix_ms: asked.at.unix_ms(),
        pass_until_unix_ms: asked.pass_until.unix_ms(),
        late_until_unix_ms: asked.late_until.unix_ms(),
        status: phase_word(check.phase).to_owned(),
    })
}

/// An order that a lead is to be told of: its newest version that concerns their people, and their rows.
struct OrderItem<'a> {
    order: &'a Order,
    version: &'a OrderVersion,
    rows: Vec<&'a Row>,
    /// Of others, for whom the ladder turned to the lead, who was the duty lead.
    called: Vec<&'a Row>,
    /// For whom each such step turned to the lead.
    turned: Vec<PersonSet>,
}

impl<'a> OrderItem<'a> {
    /// None if the lead knows, up to `cursor`.
    fn find(state: &State, order: &'a Order, lead: PersonId, people: &PersonSet, cursor: Revision) -> Option<Self> {
        let concerns = |version: &'a OrderVersion| {
            let rows = rows_of(version, people);
            let turned = turned_to(state, version, lead);
            let others = turned.iter().flat_map(|people| people.iter());
            let others: PersonSet = others.filter(|person| !people.contains(*person)).collect();
            let called = rows_of(version, &others);
            (!rows.is_empty() || !called.is_empty()).then_some(Self {
                order,
                version,
                rows,
                called,
                turned,
            })
        };
        // An older version is the newest for those whom a newer one leaves out: from them the order was withdrawn.
        let news = order
            .versions
            .iter()
            .rev()
            .take_while(|version| version.announced > cursor);
        let found = news
            .filter(|version| cursor.0 > 0 || version.is_open())
            .find_map(concerns)?;
        let version = found.version;
        // A step of the ladder repeats an order only to leads of whom an answer is awaited.
        let was_told = version.is_open() && cursor.0 > 0 && version.issued <= cursor;
        let mut all = found.rows.iter().chain(&found.called);
        (!was_told || all.any(|row| row.awaits_answer())).then_some(found)
    }

    /// The revision that a cursor must not reach before the lead was told: from there on an open order counts as told, and one that has
    /// ended as known. Above the cursor.
    fn due(&self, cursor: Revision) -> Revision {
        let OrderVersion { issued, announced, .. } = *self.version;
        if self.version.is_open() && issued > cursor {
            issued
        } else {
            announced
        }
    }

    fn message(&self, state: &State, lead: PersonId, since: Revision, cursor: Revision) -> v1::ReceiveResponse {
        let before = self
            .order
            .versions
            .iter()
            .take_while(|other| other.version < self.version.version);
        v1::ReceiveResponse {
            cursor: cursor.0,
            order: Some(field_order(state, lead, self)),
            conflated: before.filter(|other| other.announced > since).count() as u64,
            ..v1::ReceiveResponse::default()
        }
    }

    /// The attempt that handing it on is.
    fn sent(&self) -> Option<Sent> {
        let version = self.version;
        if !version.is_open() {
            return None;
        }
        // Numbered by what was announced: the order itself, then each step that repeated it.
        let repeats = version.spec.ladder.iter().take(usize::from(version.steps_done));
        let number = 1 + repeats.filter(|step| step.target == StepTarget::Repeat).count() as u8;
        let is_untried = |row: &&&Row| row.awaits_answer() && row.attempts[Channel::Stream as usize] < number;
        let people: Vec<_> = self.rows.iter().filter(is_untried).map(|row| row.person).collect();
        (!people.is_empty()).then_some(Sent {
            exercise: None,
            order: self.order.id,
            version: version.version,
            number,
            people,
        })
    }
}

/// What a lead is to be told.
pub(super) struct News {
    /// Messages, each with the attempt that handing it on is.
    pub(super) messages: Vec<(v1::ReceiveResponse, Option<Sent>)>,
    /// The cursor after them.
    pub(super) cursor: Revision,
    /// Whether that is all there is.
    pub(super) is_all: bool,
}

/// What a lead is to be told of exercises, on the same stream: the orders of each, and whom a real order took out of it. Who is only
/// simulated is told nothing.
fn of_exercises(state: &State, lead: PersonId, cursor: Revision) -> Vec<Item<'_>> {
    let mut items = Vec::new();
    let mut people: Option<PersonSet> = None;
    for (run, world) in state.exercises.with_worlds().filter(|(run, _)| run.changed > cursor) {
        let led = people.get_or_insert_with(|| led_by(state, lead));
        let playing: PersonSet = led
            .iter()
            .filter(|person| !run.spec.simulates(state, *person))
            .collect();
        if playing.is_empty() {
            continue;
        }
        let is_news =
            |order: &&Order| order.current().announced > cursor && (cursor.0 > 0 || order.current().is_open());
        let orders = world.orders.iter().filter(is_news);
        let found = orders.filter_map(|order| OrderItem::find(world, order, lead, &playing, cursor));
        // Whom the real order took is told that, and not of the exercise's order again.
        let found = found.filter(|item| {
            let mut rows = item.rows.iter().chain(&item.called);
            item.version.is_open() || rows.any(|row| !run.is_withdrawn_in_silence(row.person))
        });
        items.extend(found.map(|item| Item::Exercise(run.id, world, item)));
        items.extend(run.preempted_since(cursor).filter_map(|taken| {
            let theirs = playing.iter().filter(|person| taken.people.contains(*person));
            let theirs: Vec<u32> = theirs.map(|person| person.0).collect();
            (!theirs.is_empty()).then_some(Item::Preempted(run.id, taken, theirs))
        }));
    }
    items
}

/// What a lead is to be told that they have not been told up to `cursor`: about `most` messages (at least one), and the rest
/// from the cursor after them on.
///
/// Each message carries a cursor of its own: one that leaves out nothing of what comes after it, as a connection may break
/// between any two of them.
pub(super) fn news(state: &State, lead: PersonId, cursor: Revision, most: usize) -> News {
    let revision = state.revision();
    let mut people = None;
    let orders = state
        .orders
        .iter()
        .filter(|order| order.current().announced > cursor && (cursor.0 > 0 || order.current().is_open()))
        .filter_map(|order| {
            let people = people.get_or_insert_with(|| led_by(state, lead));
            OrderItem::find(state, order, lead, people, cursor)
        });
    let orders: Vec<Item<'_>> = orders.map(Item::Order).collect();
    let exercises = of_exercises(state, lead, cursor);
    let is_asked = |check: &&SpotCheck| check.asked.as_ref().is_some_and(|asked| asked.rostered.contains(lead));
    let checks = state.spot_checks.announced_after(cursor).filter(is_asked);
    let mut items: Vec<_> = orders
        .into_iter()
        .chain(exercises)
        .chain(checks.map(Item::Check))
        .collect();
    items.sort_by_key(|item| item.due(cursor));
    // One event can make several due, as when a response ends: they stay together.
    let parts = |at: &usize| items[*at - 1].due(cursor) < items[*at].due(cursor);
    let made = (most..items.len()).find(parts).unwrap_or(items.len());
    let until = |next: usize| {
        items
            .get(next)
            .map_or(revision, |item| Revision(item.due(cursor).0 - 1))
    };
    let messages = items[..made].iter().enumerate();
    let messages = messages.map(|(index, item)| (item.message(state, lead, cursor, until(index + 1)), item.sent()));
    News {
        messages: messages.collect(),
        cursor: until(made),
        is_all: made == items.len(),
    }
}
