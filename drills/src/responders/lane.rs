//! One lane: sends its reports at their times, in order, and asks again until each is answered.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use baiying_proto::v1::field_service_client::FieldServiceClient;
use baiying_proto::v1::report_request::Report;
use baiying_proto::v1::{PersonException, ReportRequest, ReportResponse};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;

use super::report::{Counters, Tally, count};
use super::requests::{Builder, Device, Request, compressed};
use super::run::Transport;
use super::script::{Action, Planned};
use crate::client::{Backoff, Caller, is_transient, reason};
use crate::clock;

/// Reports of a stream that are sent and not answered: below what HTTP/2 servers take of small frames unread
/// (`reliability.md` §4.2), with several lanes on one connection.
const WINDOW: usize = 32;
/// A call that has no answer after this long is as good as lost.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
/// Reasons in a stream's answers that mean "later", not "no".
const BUSY_REASONS: [&str; 2] = ["QUEUE_FULL", "SHUTTING_DOWN"];

/// What a lane needs.
pub(crate) struct Lane {
    pub(crate) caller: Caller,
    pub(crate) transport: Transport,
    pub(crate) builder: Arc<Builder>,
    /// By time.
    pub(crate) planned: Vec<Planned>,
    /// Devices of the leads in this lane.
    pub(crate) devices: BTreeMap<u32, Device>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) backoff: Backoff,
    /// When the model's time starts.
    pub(crate) start: Instant,
    /// How long a daemon may be away before a request is given up.
    pub(crate) retry_for: Duration,
}

/// A report of a stream that is not answered.
struct Waiting {
    request: ReportRequest,
    since: Instant,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fact {
    Ack,
    Departure,
    Arrival,
    Offline,
}

impl Lane {
    pub(crate) async fn run(mut self) -> Tally {
        let mut tally = Tally::default();
        let planned = std::mem::take(&mut self.planned);
        match self.transport {
            Transport::Unary => {
                for planned in planned {
                    sleep_until(self.due(&planned)).await;
                    self.one(&planned, &mut tally).await;
                }
            }
            Transport::Stream => self.stream(planned, &mut tally).await,
        }
        tally
    }

    /// Sends a report by a call of its own, now, until it is answered.
    pub(crate) async fn one(&mut self, planned: &Planned, tally: &mut Tally) {
        if let Some(request) = self.build(planned) {
            self.unary(request, tally).await;
        }
    }

    fn due(&self, planned: &Planned) -> Instant {
        self.start + compressed(planned.at, self.builder.compression)
    }

    fn build(&mut self, planned: &Planned) -> Option<Request> {
        let device = match &planned.action {
            Action::Batch { lead, .. } => self.devices.get_mut(lead),
            Action::Acknowledge { .. } | Action::Decline { .. } | Action::Depart { .. } | Action::CheckIn { .. } => {
                None
            }
        };
        let request = self.builder.build(planned, clock::unix_ms(), device);
        match request {
            Some(_) => count(&self.counters.sent, 1),
            None => count(&self.counters.failed, 1),
        }
        request
    }

    async fn unary(&mut self, request: Request, tally: &mut Tally) {
        let times = if matches!(request, Request::Batch { twice: true, .. }) {
            2
        } else {
            1
        };
        for time in 0..times {
            if time > 0 {
                count(&self.counters.retries, 1);
            }
            self.unary_once(&request, tally).await;
        }
    }

    /// Asks until there is an answer that will not change.
    async fn unary_once(&mut self, request: &Request, tally: &mut Tally) {
        let since = Instant::now();
        self.backoff.reset();
        loop {
            let answer = timeout(ANSWER_TIMEOUT, call(&self.caller, request));
            let status = match answer
                .await
                .unwrap_or_else(|_| Err(Status::deadline_exceeded("no answer")))
            {
                Ok(answers) => return self.settle(fact(request), &answers, since, tally),
                Err(status) => status,
            };
            if !is_transient(&status) {
                return self.refused(&reason(&status), tally);
            }
            if since.elapsed() > self.retry_for {
                count(&self.counters.failed, 1);
                return tally.refuse(&format!("gave up: {}", reason(&status)));
            }
            count(&self.counters.retries, 1);
            self.backoff.pause().await;
        }
    }

    async fn stream(&mut self, planned: Vec<Planned>, tally: &mut Tally) {
        let mut planned = planned.into_iter().peekable();
        let mut waiting: BTreeMap<u64, Waiting> = BTreeMap::new();
        let mut heard = Instant::now();
        loop {
            // A stream is opened with something to say, as a server may answer the call only then.
            while waiting.is_empty() {
                let Some(next) = planned.next() else { return };
                sleep_until(self.due(&next)).await;
                self.say(&next, &mut waiting, None, tally).await;
                heard = Instant::now();
            }
            let (sender, receiver) = mpsc::channel(WINDOW);
            for waiting in waiting.values() {
                let _ = sender.try_send(waiting.request.clone());
            }
            let mut client = FieldServiceClient::new(self.caller.clone());
            let opened = timeout(ANSWER_TIMEOUT, client.report(ReceiverStream::new(receiver)));
            match opened
                .await
                .unwrap_or_else(|_| Err(Status::deadline_exceeded("no answer")))
            {
                Err(status) if !is_transient(&status) => {
                    // Not the reports but the stream is refused: there is no use in another.
                    let rest = waiting.len() + planned.count();
                    count(&self.counters.refused, rest);
                    *tally.refused.entry(reason(&status)).or_default() += rest as u64;
                    return;
                }
                Err(_) => {}
                Ok(answers) => {
                    let mut answers = answers.into_inner();
                    loop {
                        let due = planned.peek().map(|next| self.due(next));
                        let may_send = due.is_some() && waiting.len() < WINDOW;
                        tokio::select! {
                            answer = answers.message() => match answer {
                                Ok(Some(answer)) => {
                                    heard = Instant::now();
                                    self.backoff.reset();
                                    self.hear(answer, &mut waiting, &sender, tally).await;
                                }
                                Ok(None) | Err(_) => break,
                            },
                            () = sleep_until(due.unwrap_or_else(Instant::now)), if may_send => {
                                if let Some(next) = planned.next() {
                                    self.say(&next, &mut waiting, Some(&sender), tally).await;
                                }
                            }
                            () = sleep_until(heard + ANSWER_TIMEOUT), if !waiting.is_empty() => break,
                        }
                        if waiting.is_empty() && planned.peek().is_none() {
                            return;
                        }
                        if waiting.is_empty() {
                            heard = Instant::now();
                        }
                    }
                }
            }
            if heard.elapsed() > self.retry_for {
                let rest = waiting.len() + planned.count();
                count(&self.counters.failed, rest);
                *tally.refused.entry("gave up".to_owned()).or_default() += rest as u64;
                return;
            }
            count(&self.counters.retries, waiting.len());
            self.backoff.pause().await;
        }
    }

    /// Sends a report over the stream if there is one; what cannot go over a stream goes by itself.
    async fn say(
        &mut self,
        planned: &Planned,
        waiting: &mut BTreeMap<u64, Waiting>,
        stream: Option<&mpsc::Sender<ReportRequest>>,
        tally: &mut Tally,
    ) {
        match self.build(planned) {
            None => {}
            Some(Request::Report(request)) => {
                if let Some(stream) = stream {
                    // A closed stream shows in its answers; the report waits for the next one.
                    let _ = stream.send(request.clone()).await;
                }
                waiting.insert(
                    request.tag,
                    Waiting {
                        request,
                        since: Instant::now(),
                    },
                );
            }
            Some(other) => self.unary(other, tally).await,
        }
    }

    async fn hear(
        &mut self,
        answer: ReportResponse,
        waiting: &mut BTreeMap<u64, Waiting>,
        stream: &mpsc::Sender<ReportRequest>,
        tally: &mut Tally,
    ) {
        let Some(Waiting { request, since }) = waiting.remove(&answer.tag) else {
            return;
        };
        if BUSY_REASONS.contains(&answer.refused_reason.as_str()) {
            count(&self.counters.retries, 1);
            self.backoff.pause().await;
            let _ = stream.send(request.clone()).await;
            waiting.insert(answer.tag, Waiting { request, since });
        } else if answer.refused_reason.is_empty() {
            let fact = fact(&Request::Report(request));
            self.settle(fact, &[(answer.applied, answer.exceptions)], since, tally);
        } else {
            self.refused(&answer.refused_reason, tally);
        }
    }

    fn refused(&self, reason: &str, tally: &mut Tally) {
        count(&self.counters.refused, 1);
        tally.refuse(reason);
    }

    fn settle(&self, fact: Option<Fact>, answers: &[Applied], since: Instant, tally: &mut Tally) {
        let took = since.elapsed();
        count(&self.counters.answered, 1);
        tally.latency.add(took);
        if fact == Some(Fact::Ack) {
            tally.ack_latency.add(took);
        }
        for (applied, exceptions) in answers {
            let counter = match fact {
                Some(Fact::Ack) => &self.counters.acks,
                Some(Fact::Departure) => &self.counters.departures,
                Some(Fact::Arrival) => &self.counters.arrivals,
                Some(Fact::Offline) => &self.counters.offline,
                None => &self.counters.declines,
            };
            count(counter, *applied as usize);
            count(&self.counters.exceptions, exceptions.len());
            tally.except(exceptions);
        }
    }
}

/// How many it was new for, and who it was not for.
type Applied = (u32, Vec<PersonException>);

/// What a request is about; none for a decline.
fn fact(request: &Request) -> Option<Fact> {
    match request {
        Request::Decline(_) => None,
        Request::Batch { .. } => Some(Fact::Offline),
        Request::Report(request) => match request.report {
            Some(Report::Acknowledge(_)) => Some(Fact::Ack),
            Some(Report::Depart(_)) => Some(Fact::Departure),
            Some(Report::CheckIn(_)) => Some(Fact::Arrival),
            None => None,
        },
    }
}

async fn call(caller: &Caller, request: &Request) -> Result<Vec<Applied>, Status> {
    let mut client = FieldServiceClient::new(caller.clone());
    Ok(match request {
        Request::Decline(request) => {
            client.decline(request.clone()).await?;
            vec![(1, Vec::new())]
        }
        Request::Batch { request, .. } => {
            let answer = client.submit_batch(request.clone()).await?.into_inner();
            answer
                .results
                .into_iter()
                .map(|item| (item.applied, item.exceptions))
                .collect()
        }
        Request::Report(request) => match &request.report {
            Some(Report::Acknowledge(request)) => {
                let answer = client.acknowledge(request.clone()).await?.into_inner();
                vec![(answer.applied, answer.exceptions)]
            }
            Some(Report::Depart(request)) => {
                let answer = client.depart(request.clone()).await?.into_inner();
                vec![(answer.applied, answer.exceptions)]
            }
            Some(Report::CheckIn(request)) => {
                let answer = client.check_in(request.clone()).await?.into_inner();
                vec![(answer.applied, answer.exceptions)]
            }
            None => Vec::new(),
        },
    })
}
