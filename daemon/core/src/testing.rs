//! Tests read as the domain: a district, commands, what the board says.
//!
//! After every step [`District::when`] holds the state against the laws: counts add up, nobody has two duties, replaying the
//! journal gives the same state, and so does a snapshot with what came after it.

mod fixture;
pub(crate) mod properties;
mod replay;

use crate::command::{Actor, Answer, Command, Context, Envelope, ExceptionKind, Reporter};
use crate::event::{Entry, Event};
use crate::field::batch_request_id;
use crate::id::{LeaveId, OrderId, PersonId, ResponseId, Timestamp};
use crate::leave::{DecideLeave, LeaveReason, LeaveVerdict, RequestLeave};
use crate::order::{
    Acknowledge, AddressList, Bucket, CancelOrder, CheckIn, CloseOrder, Counts, Deadline, Decline, Depart, IssueOrder,
    OrderVersion, Release, Row, SupersedeOrder,
};
use crate::policy::{Policy, SituationPolicy};
use crate::response::{ActivateResponse, Approval, Asked, OrderDraft, TerminateResponse};
use crate::{Rejection, State, decide, laws};

pub(crate) use fixture::{district, empty, member_row, muster_row, person_row, unit_row};

/// A minute.
pub(crate) const MINUTE: i64 = 60_000;
/// When the tests begin.
pub(crate) const START: i64 = 1_800_000_000_000;
/// The order that most tests are about.
pub(crate) const O1: OrderId = OrderId(1);
pub(crate) const O2: OrderId = OrderId(2);
pub(crate) const R1: ResponseId = ResponseId(1);
/// Who may put every level in force in the district, and who may not Ⅰ. Nothing is ordered of them in the tests.
pub(crate) const COMMANDER: PersonId = PersonId(29);
pub(crate) const DEPUTY: PersonId = PersonId(30);
/// Where most orders send people, and where they do not.
pub(crate) const EAST: &str = "MP-EAST";
pub(crate) const WEST: &str = "MP-WEST";

/// Reads better at the start of a test.
pub(crate) fn given(district: District) -> District {
    district
}

/// The people with these numbers.
pub(crate) fn people(numbers: impl IntoIterator<Item = u32>) -> Vec<PersonId> {
    numbers.into_iter().map(PersonId).collect()
}

/// The instant so many minutes after the start.
pub(crate) fn minute(minutes: i64) -> Timestamp {
    Timestamp::from_unix_ms(START + minutes * MINUTE)
}

/// An order to the eastern muster point: acknowledge in 5 minutes, arrive in 30, absent after 40, no ladder.
pub(crate) fn draft() -> OrderDraft {
    OrderDraft {
        text: "to the dyke".into(),
        muster_points: vec![EAST.into()],
        acknowledge: Deadline::WithinMs(5 * MINUTE as u64),
        arrive: Deadline::WithinMs(30 * MINUTE as u64),
        grace_ms: Some(10 * MINUTE as u64),
        ladder: Vec::new(),
        no_ladder: true,
        duty: None,
        sign_offs: Vec::new(),
        reassign: false,
    }
}

/// An order in the first response to these people.
pub(crate) fn issue(to: impl IntoIterator<Item = u32>, draft: OrderDraft) -> Command {
    Command::IssueOrder(IssueOrder {
        response: R1,
        audience: AddressList {
            people: people(to),
            ..AddressList::default()
        },
        draft,
    })
}

/// The fixture's commander approves what the deputy asked for.
pub(crate) fn approval() -> Approval {
    Approval {
        requested_by: Some(DEPUTY),
        approved_by: Some(COMMANDER),
    }
}

/// A typhoon response of the district, with no order.
pub(crate) fn activate(level: u32) -> ActivateResponse {
    ActivateResponse {
        asked: Asked {
            plan: "typhoon".into(),
            event: "".into(),
            jurisdiction: "".into(),
            level,
            scope: Vec::new(),
            reason: "landfall".into(),
            basis: "".into(),
        },
        approval: approval(),
        provisional: false,
        order: None,
        template: None,
    }
}

/// Activates level Ⅳ for something a little different.
pub(crate) fn activate_other(change: impl FnOnce(&mut Asked)) -> Command {
    let mut command = activate(4);
    change(&mut command.asked);
    Command::ActivateResponse(command)
}

/// A desk's check-in at the eastern muster point, now.
pub(crate) fn check_in(order: OrderId, who: impl IntoIterator<Item = u32>) -> CheckIn {
    CheckIn {
        order,
        version: 0,
        reporter: Reporter::Desk,
        muster_point: EAST.into(),
        check_in_code: "".into(),
        people: people(who),
        all: false,
        observed_at: None,
    }
}

/// A desk's acknowledgement.
pub(crate) fn acknowledge(order: OrderId, who: impl IntoIterator<Item = u32>) -> Acknowledge {
    Acknowledge {
        order,
        version: 0,
        reporter: Reporter::Desk,
        people: people(who),
        all: false,
    }
}

/// A person's own decline.
pub(crate) fn decline(order: OrderId, who: u32) -> Decline {
    Decline {
        order,
        version: 0,
        reporter: Reporter::Own,
        person: PersonId(who),
        reason: LeaveReason::Medical,
        note: "".into(),
    }
}

/// A state with its journal, its clock and the last outcome.
pub(crate) struct District {
    pub(crate) state: State,
    pub(crate) policy: Policy,
    journal: Vec<Entry>,
    at: Timestamp,
    actor: Actor,
    request: Option<(Box<str>, u64)>,
    outcome: Result<Answer, Rejection>,
    events: Vec<Event>,
}

impl District {
    fn new() -> Self {
        Self {
            state: State::default(),
            policy: Policy {
                plans: crate::plan::tests::shipped(),
                situation: SituationPolicy {
                    by_plan: false,
                    ..SituationPolicy::default()
                },
                ..Policy::default()
            },
            journal: Vec::new(),
            at: minute(0),
            actor: Actor("centre".into()),
            request: None,
            outcome: Ok(Answer::Done),
            events: Vec::new(),
        }
    }

    /// It is so many minutes after the start.
    pub(crate) fn at(&mut self, minutes: i64) -> &mut Self {
        self.at = minute(minutes);
        self
    }
    /// It is this instant; what was written to begin with was written then at the latest.
    pub(crate) fn start_at(&mut self, at: Timestamp) -> &mut Self {
        if self.at > at && self.state.at() == Some(self.at) {
            // The district itself was imported in the future: it is made anew, earlier.
            let journal = std::mem::take(&mut self.journal);
            self.state = State::default();
            for entry in journal {
                self.evolve(Entry { at, ..entry });
            }
        }
        self.at = at;
        self
    }
    /// No situation reports are asked for: what is counted here is something else.
    pub(crate) fn without_reports(&mut self) -> &mut Self {
        self.policy.situation = SituationPolicy {
            by_plan: false,
            rule: "".into(),
            daily_at: None,
            zero_at: None,
            final_ms: None,
            ..SituationPolicy::default()
        };
        self
    }
    /// Somebody else asks from now on.
    pub(crate) fn by(&mut self, actor: &str) -> &mut Self {
        self.actor = Actor(actor.into());
        self
    }
    /// The next command carries this request id and digest.
    pub(crate) fn under(&mut self, request_id: &str, digest: u64) -> &mut Self {
        self.request = Some((request_id.into(), digest));
        self
    }

    /// What the engine does with a command; the laws are checked.
    pub(crate) fn when(&mut self, command: Command) -> &mut Self {
        if self.request.is_none()
            && let Command::SubmitBatch(batch) = &command
        {
            let digest = u64::from(batch.digest[0]);
            self.request = Some((batch_request_id(batch.device, batch.sequence), digest));
        }
        let (request_id, digest) = self.request.take().map_or((None, 0), |(id, digest)| (Some(id), digest));
        let context = Context {
            actor: self.actor.clone(),
            request_id,
            digest,
            at: self.at,
        };
        self.events.clear();
        self.outcome = match self.state.requests().find(&context) {
            Err(rejection) => Err(rejection),
            Ok(Some(first)) => Ok(first.answer),
            Ok(None) => {
                let envelope = Envelope { context, command };
                decide(&self.state, &envelope, &self.policy).map(|decision| {
                    let (entry, answer) = decision.into_entry(&envelope.context);
                    if !entry.is_empty() {
                        self.evolve(entry);
                    }
                    answer
                })
            }
        };
        self
    }

    fn evolve(&mut self, entry: Entry) {
        let before = self.state.clone();
        self.state.evolve(&entry);
        self.events.clone_from(&entry.events);
        laws::step(&before, &entry, &self.state).expect("the laws hold");
        replay::check_snapshot(&before, &entry, &self.state);
        self.journal.push(entry);
        replay::check_replay(&self.journal, &self.state);
    }

    /// A command that must be accepted.
    pub(crate) fn accepts(&mut self, command: Command) -> &mut Self {
        self.when(command);
        assert!(self.outcome.is_ok(), "{:?}", self.outcome);
        self
    }
    /// The last command was refused for this reason, and nothing happened.
    pub(crate) fn rejects(&mut self, rejection: Rejection) -> &mut Self {
        assert_eq!(self.outcome, Err(rejection));
        assert!(self.events.is_empty());
        self
    }
    /// The last command was accepted and changed nothing.
    pub(crate) fn changes_nothing(&mut self) -> &mut Self {
        assert!(self.outcome.is_ok(), "{:?}", self.outcome);
        assert_eq!(self.events, []);
        self
    }
    /// Whether nothing followed from the last command.
    pub(crate) fn changed_nothing(&self) -> bool {
        self.events.is_empty()
    }
    /// The last command was answered so.
    pub(crate) fn answers(&mut self, answer: &Answer) -> &mut Self {
        assert_eq!(self.outcome.as_ref(), Ok(answer));
        self
    }
    /// What followed from the last command.
    pub(crate) fn then(&mut self, see: impl FnOnce(&[Event])) -> &mut Self {
        see(&self.events);
        self
    }
    /// The last field command counted for so many, and not for these.
    pub(crate) fn reports(&mut self, applied: u32, exceptions: &[(u32, ExceptionKind)]) -> &mut Self {
        let Ok(Answer::Field(report)) = &self.outcome else {
            panic!("not a field report: {:?}", self.outcome);
        };
        let found: Vec<_> = report.exceptions.iter().map(|it| (it.person.0, it.kind)).collect();
        assert_eq!((report.applied, found.as_slice()), (applied, exceptions));
        self
    }
    /// What became of the last command.
    pub(crate) fn outcome(&self) -> &Result<Answer, Rejection> {
        &self.outcome
    }
    /// Whether the last command was accepted.
    pub(crate) fn is_accepted(&self) -> bool {
        self.outcome.is_ok()
    }
    /// The answer to the last command.
    pub(crate) fn answer(&self) -> &Answer {
        self.outcome.as_ref().expect("accepted")
    }

    pub(crate) fn activate(&mut self) -> &mut Self {
        self.accepts(Command::ActivateResponse(activate(4)))
    }
    /// Issues the usual order to these people.
    pub(crate) fn issue(&mut self, to: impl IntoIterator<Item = u32>) -> &mut Self {
        self.issue_with(to, |_| {})
    }
    pub(crate) fn issue_with(
        &mut self,
        to: impl IntoIterator<Item = u32>,
        change: impl FnOnce(&mut OrderDraft),
    ) -> &mut Self {
        let mut draft = draft();
        change(&mut draft);
        self.accepts(issue(to, draft))
    }
    /// Puts a new version in the place of an order, for the same people.
    pub(crate) fn supersede_with(&mut self, order: OrderId, change: impl FnOnce(&mut OrderDraft)) -> &mut Self {
        let mut draft = draft();
        change(&mut draft);
        let audience = None;
        self.accepts(Command::SupersedeOrder(SupersedeOrder { order, audience, draft }))
    }
    pub(crate) fn cancel(&mut self, order: OrderId) -> &mut Self {
        let reason = "not needed".into();
        self.accepts(Command::CancelOrder(CancelOrder { order, reason }))
    }
    pub(crate) fn close(&mut self, order: OrderId) -> &mut Self {
        self.accepts(Command::CloseOrder(CloseOrder { order }))
    }
    pub(crate) fn ack(&mut self, order: OrderId, who: impl IntoIterator<Item = u32>) -> &mut Self {
        self.accepts(Command::Acknowledge(acknowledge(order, who)))
    }
    pub(crate) fn depart(&mut self, order: OrderId, who: impl IntoIterator<Item = u32>) -> &mut Self {
        self.accepts(Command::Depart(Depart {
            order,
            version: 0,
            reporter: Reporter::Desk,
            people: people(who),
            all: false,
        }))
    }
    pub(crate) fn check_in(&mut self, order: OrderId, who: impl IntoIterator<Item = u32>) -> &mut Self {
        self.accepts(Command::CheckIn(check_in(order, who)))
    }
    pub(crate) fn decline(&mut self, order: OrderId, who: u32) -> &mut Self {
        self.accepts(Command::Decline(decline(order, who)))
    }
    /// Somebody else decides on leave.
    pub(crate) fn verdict(&mut self, leave: u32, verdict: LeaveVerdict) -> &mut Self {
        let asker = self.actor.clone();
        let leave = LeaveId(leave);
        self.by("approver")
            .accepts(Command::DecideLeave(DecideLeave { leave, verdict }));
        self.actor = asker;
        self
    }
    /// Approved leave from one minute to another.
    pub(crate) fn on_leave(&mut self, who: u32, from: i64, until: i64) -> &mut Self {
        self.accepts(Command::RequestLeave(RequestLeave {
            person: PersonId(who),
            reason: LeaveReason::OutOfTown,
            note: "".into(),
            from: minute(from).unix_ms(),
            until: minute(until).unix_ms(),
        }));
        let leave = self.state.leave.iter().count() as u32;
        self.verdict(leave, LeaveVerdict::Approved)
    }
    pub(crate) fn release(&mut self, order: OrderId, who: impl IntoIterator<Item = u32>) -> &mut Self {
        let people = people(who);
        self.accepts(Command::Release(Release {
            order,
            people,
            all: false,
        }))
    }
    pub(crate) fn terminate(&mut self, reason: &str) -> &mut Self {
        let reason = reason.into();
        self.accepts(Command::TerminateResponse(TerminateResponse { response: R1, reason }))
    }
    /// The timers fire. What they do is announced: without a deadline the engine would not fire them.
    pub(crate) fn fire(&mut self) -> &mut Self {
        let due = self.state.next_deadline();
        self.accepts(Command::FireTimers);
        let is_due = due.is_some_and(|due| due <= self.state.at().expect("a time"));
        self.then(|events| assert!(events.is_empty() || is_due, "at {due:?} is due: {events:?}"))
    }

    /// The version of an order in force.
    pub(crate) fn current(&self, order: OrderId) -> &OrderVersion {
        self.state.orders.get(order).expect("the order").current()
    }
    /// Somebody's row in an order.
    pub(crate) fn row(&self, order: OrderId, who: u32) -> &Row {
        self.current(order).ledger.row(PersonId(who)).expect("the row")
    }
    /// An order's board: due = present + en route + excused + absent + unconfirmed.
    pub(crate) fn board(&mut self, order: OrderId, sum: [u32; 6]) -> &mut Self {
        assert_eq!(columns(&self.current(order).ledger.total()), sum, "{order}");
        self
    }
    /// Somebody counts here.
    pub(crate) fn counts(&mut self, order: OrderId, who: u32, bucket: Bucket) -> &mut Self {
        assert_eq!(self.row(order, who).bucket(), bucket, "P{who} in {order}");
        self
    }
    /// Somebody is on duty under this order, or free.
    pub(crate) fn duty(&mut self, who: u32, order: Option<OrderId>) -> &mut Self {
        assert_eq!(self.state.duty(PersonId(who)), order, "P{who}");
        self
    }
}

/// Due, present, en route, excused, absent, unconfirmed.
pub(crate) fn columns(counts: &Counts) -> [u32; 6] {
    let Counts {
        due,
        present,
        en_route,
        excused,
        absent,
        unconfirmed,
        ..
    } = counts;
    [*due, *present, *en_route, *excused, *absent, *unconfirmed]
}
