//! Planned reports as requests of the API.
//!
//! A request is built once and repeated as it is: its id and its content belong together.

use std::time::Duration;

use baiying_proto::v1::report_request::Report;
use baiying_proto::v1::reporter::Who;
use baiying_proto::v1::{
    AcknowledgeRequest, CheckInRequest, CommandContext, DeclineRequest, DepartRequest, OfflineBatch, OfflineItem,
    ReportRequest, Reporter, SubmitBatchRequest,
};
use bytes::Bytes;
use ed25519_dalek::{Signer as _, SigningKey};
use prost::Message as _;
use rand::Rng as _;

use super::Site;
use super::script::{Action, By, Observed, OfflineReport, Planned};
use crate::seed::Seeds;

/// A request, ready to be sent as often as it takes.
#[derive(Debug, Clone)]
pub(crate) enum Request {
    Report(ReportRequest),
    Decline(DeclineRequest),
    Batch { request: SubmitBatchRequest, twice: bool },
}

/// A lead's enrolled device.
#[derive(Debug, Clone)]
pub(crate) struct Device {
    pub(crate) device_id: u32,
    pub(crate) next_sequence: u64,
    pub(crate) key: SigningKey,
}

/// Builds requests about one version of an order.
#[derive(Debug)]
pub(crate) struct Builder {
    /// The exercise that the order is of; none: it is the district's.
    pub(crate) exercise: Option<u32>,
    pub(crate) order_id: u32,
    pub(crate) version: u32,
    pub(crate) seed: u64,
    pub(crate) compression: f64,
    pub(crate) sites: Vec<Site>,
}

impl Builder {
    pub(crate) fn context(&self, what: &str, actor: String) -> CommandContext {
        let Self {
            order_id,
            version,
            seed,
            ..
        } = self;
        let request_id = match self.exercise {
            None => format!("d{seed:x}.{order_id}.{version}.{what}"),
            // Exercises count their orders by themselves.
            Some(run) => format!("y{run}.{order_id}.{version}.{what}"),
        };
        CommandContext { request_id, actor }
    }

    /// What names a planned report in its request id. In an exercise it is what is said, not its number in the plan: planned again after a
    /// restart, when somebody has gone on leave meanwhile, the same is said under the same id, and nothing else.
    fn name(&self, planned: &Planned) -> String {
        match self.exercise {
            None => planned.number.to_string(),
            Some(_) => {
                let said = format!("{:?}", planned.action);
                format!("{:x}", Seeds::new(self.seed).digest(said.as_bytes()))
            }
        }
    }

    /// Who acts, in the words of the history: in an exercise everybody can tell who was simulated.
    fn actor(&self, who: &str) -> String {
        let played_by = if self.exercise.is_some() { "simulator" } else { "drills" };
        format!("{played_by}:{who}")
    }

    /// The request for a planned report, made at this moment of the real time.
    pub(crate) fn build(&self, planned: &Planned, now_ms: i64, device: Option<&mut Device>) -> Option<Request> {
        let name = self.name(planned);
        let context = |by: By, people: &[u32]| {
            let actor = match (by, people) {
                (By::Lead(lead), _) => self.actor(&format!("lead P{lead}")),
                (By::Own, [person]) => self.actor(&format!("own P{person}")),
                (By::Own, _) => self.actor("gateway"),
                (By::Desk, _) => self.actor("desk"),
            };
            Some(self.context(&name, actor))
        };
        let Self { order_id, version, .. } = *self;
        let report = |report| {
            Some(Request::Report(ReportRequest {
                tag: u64::from(planned.number),
                report: Some(report),
            }))
        };
        match &planned.action {
            Action::Acknowledge { by, people } => report(Report::Acknowledge(AcknowledgeRequest {
                context: context(*by, people),
                order_id,
                version,
                reporter: Some(reporter(*by)),
                person_ids: people.clone(),
                all: false,
            })),
            Action::Depart { by, people } => report(Report::Depart(DepartRequest {
                context: context(*by, people),
                order_id,
                version,
                reporter: Some(reporter(*by)),
                person_ids: people.clone(),
                all: false,
            })),
            Action::CheckIn {
                by,
                site,
                people,
                observed,
            } => {
                let site = self.sites.get(*site)?;
                report(Report::CheckIn(CheckInRequest {
                    context: context(*by, people),
                    order_id,
                    version,
                    reporter: Some(reporter(*by)),
                    muster_point: site.code.clone(),
                    check_in_code: if *by == By::Own {
                        site.check_in_code.clone()
                    } else {
                        String::new()
                    },
                    person_ids: people.clone(),
                    all: false,
                    observed_at_unix_ms: if *by == By::Desk || self.is_told_at_once(*observed) {
                        0
                    } else {
                        self.observed(*observed, now_ms)
                    },
                }))
            }
            Action::Decline { by, person, reason } => Some(Request::Decline(DeclineRequest {
                context: context(*by, &[*person]),
                order_id,
                version,
                reporter: Some(reporter(*by)),
                person_id: *person,
                reason: reason.word().to_owned(),
                note: String::new(),
            })),
            Action::Batch { lead: _, items, twice } => {
                let device = device?;
                let request = self.batch(items, now_ms, device);
                Some(Request::Batch { request, twice: *twice })
            }
        }
    }

    fn batch(&self, items: &[OfflineReport], now_ms: i64, device: &mut Device) -> SubmitBatchRequest {
        let items = items
            .iter()
            .map(|item| OfflineItem {
                kind: if item.site.is_some() { "check-in" } else { "depart" }.to_owned(),
                order_id: self.order_id,
                version: self.version,
                muster_point: item
                    .site
                    .and_then(|site| self.sites.get(site))
                    .map(|site| site.code.clone())
                    .unwrap_or_default(),
                person_ids: item.people.clone(),
                all: false,
                observed_at_unix_ms: self.observed(item.observed, now_ms),
                // Devices are enrolled in the district only, and who is simulated has none.
                exercise_id: 0,
            })
            .collect();
        let batch = OfflineBatch {
            device_id: device.device_id,
            sequence: device.next_sequence,
            items,
        }
        .encode_to_vec();
        device.next_sequence += 1;
        let signature = device.key.sign(&batch).to_bytes().to_vec();
        SubmitBatchRequest {
            batch: Bytes::from(batch),
            signature: Bytes::from(signature),
        }
    }

    /// In an exercise only what happened before is given an instant: its time may pass faster than that of this machine's clock, and what
    /// is asked again after a start of this program is word for word the same.
    fn is_told_at_once(&self, observed: Observed) -> bool {
        self.exercise.is_some() && observed == Observed::default()
    }

    /// When something happened by the device's clock: model time before a report is real time divided by the compression.
    fn observed(&self, observed: Observed, now_ms: i64) -> i64 {
        let before = compressed(observed.before, self.compression).as_millis();
        now_ms - i64::try_from(before).unwrap_or(0) + observed.skew_ms
    }
}

/// Model time as real time.
pub(crate) fn compressed(model: Duration, compression: f64) -> Duration {
    let compression = if compression.is_finite() && compression > 0.0 {
        compression
    } else {
        1.0
    };
    model.div_f64(compression)
}

fn reporter(by: By) -> Reporter {
    let who = match by {
        By::Own => Who::Own(true),
        By::Lead(lead) => Who::LeadId(lead),
        By::Desk => Who::Desk(true),
    };
    Reporter { who: Some(who) }
}

/// The key of a lead's device for an order: the same for the same seed.
pub(crate) fn device_key(seed: u64, order_id: u32, lead: u32) -> SigningKey {
    let mut key = [0; 32];
    Seeds::new(seed)
        .numbered("device", u64::from(order_id) << 32 | u64::from(lead))
        .fill_bytes(&mut key);
    SigningKey::from_bytes(&key)
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::Verifier as _;

    use super::*;

    fn builder() -> Builder {
        let site = Site {
            code: "A-M1".to_owned(),
            check_in_code: "ABCD".to_owned(),
            named: true,
        };
        Builder {
            exercise: None,
            order_id: 7,
            version: 2,
            seed: u64::MAX,
            compression: 60.0,
            sites: vec![site],
        }
    }

    fn check_in(by: By, observed: Observed) -> CheckInRequest {
        let action = Action::CheckIn {
            by,
            site: 0,
            people: vec![5],
            observed,
        };
        let planned = Planned {
            at: Duration::ZERO,
            number: u32::MAX,
            key: 5,
            action,
        };
        match builder().build(&planned, 1_000_000, None) {
            Some(Request::Report(ReportRequest {
                report: Some(Report::CheckIn(request)),
                ..
            })) => request,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn only_own_check_ins_show_the_code_and_desks_have_no_device() {
        let observed = Observed {
            before: Duration::from_secs(120),
            skew_ms: -90,
        };
        let own = check_in(By::Own, observed);
        assert_eq!(
            (own.check_in_code.as_str(), own.observed_at_unix_ms),
            ("ABCD", 1_000_000 - 2_000 - 90)
        );
        assert_eq!(check_in(By::Lead(3), observed).check_in_code, "");
        assert_eq!(check_in(By::Desk, observed).observed_at_unix_ms, 0);
        let context = own.context.expect("a context");
        assert!(context.request_id.len() <= 64 && context.actor == "drills:own P5");
    }

    #[test]
    fn reports_of_an_exercise_have_keys_of_their_own_and_say_who_plays() {
        let action = Action::CheckIn {
            by: By::Lead(3),
            site: 0,
            people: vec![5],
            observed: Observed::default(),
        };
        let planned = Planned {
            at: Duration::ZERO,
            number: u32::MAX,
            key: 5,
            action,
        };
        let build = |exercise| {
            let builder = Builder { exercise, ..builder() };
            match builder.build(&planned, 1_000_000, None) {
                Some(Request::Report(ReportRequest {
                    report: Some(Report::CheckIn(request)),
                    ..
                })) => request,
                other => panic!("{other:?}"),
            }
        };
        let key = |exercise| build(exercise).context.expect("a context");
        let (real, first, second) = (key(None), key(Some(1)), key(Some(u32::MAX)));
        assert!(real.request_id != first.request_id && first.request_id != second.request_id);
        assert!(second.request_id.len() <= 64);
        assert_eq!(
            (real.actor.as_str(), first.actor.as_str()),
            ("drills:lead P3", "simulator:lead P3")
        );
        assert_eq!(build(None).observed_at_unix_ms, 1_000_000);
        assert_eq!(build(Some(1)).observed_at_unix_ms, 0);
    }

    #[test]
    fn batches_are_numbered_and_signed() {
        let mut device = Device {
            device_id: 4,
            next_sequence: 1,
            key: device_key(1, 7, 9),
        };
        let item = OfflineReport {
            site: Some(0),
            people: vec![5, 6],
            observed: Observed::default(),
        };
        let action = Action::Batch {
            lead: 9,
            items: vec![item],
            twice: true,
        };
        let planned = Planned {
            at: Duration::ZERO,
            number: 0,
            key: 5,
            action,
        };
        for sequence in 1..=2 {
            let Some(Request::Batch { request, twice: true }) = builder().build(&planned, 5_000, Some(&mut device))
            else {
                panic!("a batch");
            };
            let batch = OfflineBatch::decode(request.batch.clone()).expect("a batch");
            assert_eq!(
                (batch.device_id, batch.sequence, batch.items[0].kind.as_str()),
                (4, sequence, "check-in")
            );
            let signature = ed25519_dalek::Signature::from_slice(&request.signature).expect("64 bytes");
            device_key(1, 7, 9)
                .verifying_key()
                .verify(&request.batch, &signature)
                .expect("the device's signature");
        }
    }
}
