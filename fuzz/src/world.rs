//! A daemon without disk and network: the real engine on a journal in memory, the real services called directly.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::task::Poll;
use std::thread::JoinHandle;
use std::time::Duration;

use baiying_core::command::{Actor, Command};
use baiying_core::event::{Entry, Tenant};
use baiying_core::id::{OrderId, Timestamp};
use baiying_core::order::CloseOrder;
use baiying_core::{State, laws};
use baiying_journal::{Commit, Head, Journal, JournalError, SharedLog, event};
use baiying_proto::v1;
use baiyingd::api::{ApiContext, Attempts, api_routes};
use baiyingd::clock::Clock;
use baiyingd::config::{EngineConfig, LimitsConfig};
use baiyingd::engine::{Engine, EngineHandle, EngineOptions, Priority, Started, state_hash};
use baiyingd::plan_file::default_policy;
use bytes::{BufMut, Bytes, BytesMut};
use http_body_util::{BodyExt, Full};
use prost::Message;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tonic::body::Body;
use tonic::codegen::http;
use tonic::service::Routes;
use tonic::{Code, Status};
use tower::{Service, ServiceExt};

use crate::district;

/// When every world begins.
pub(crate) const START: i64 = 1_800_000_000_000;
/// No snapshot can be written here, and none is found: what is fuzzed is not the disk.
const NO_DIR: &str = "/proc/baiying-fuzz";
/// The engine fires what is due before it takes another command: a second wake finds it done.
const WAKES_MAX: u32 = 8;
/// An answer that takes longer never comes.
const PATIENCE: Duration = Duration::from_secs(20);

struct Hands(AtomicI64);

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_ms(self.0.load(Ordering::Relaxed))
    }
}

/// A running daemon.
pub(crate) struct World {
    runtime: Runtime,
    routes: Routes,
    engine: EngineHandle,
    thread: JoinHandle<Result<(), JournalError>>,
    log: SharedLog,
    clock: Arc<Hands>,
    _stop: watch::Sender<bool>,
    base: State,
}

/// What every world begins with: the district, as one commit.
static BASE: LazyLock<(Commit, State)> = LazyLock::new(|| {
    let mut empty = World::on(SharedLog::default(), State::default());
    district::script(|call| {
        let answer = empty.call(call.path, &call.messages, false);
        assert_eq!(answer.status.code(), Code::Ok, "{}: {:?}", call.path, answer.status);
        if call.path.contains("/Import") {
            // The answers of all imports have this form.
            let answer = v1::ImportUnitsResponse::decode(answer.messages[0].clone()).expect("a report");
            let report = answer.report.unwrap_or_default();
            assert!(report.applied, "{}: {report:?}", call.path);
        }
    });
    let (entries, state) = empty.finish();
    let commit = Commit {
        epoch: 1,
        count: entries.iter().map(Entry::len).sum(),
        payload: event::encode(&entries),
    };
    (commit, state)
});

/// What a call came to.
pub(crate) struct Answer {
    pub(crate) status: Status,
    pub(crate) messages: Vec<Bytes>,
}

impl World {
    /// A daemon that knows the district.
    pub(crate) fn new() -> Self {
        let (commit, state) = &*BASE;
        let log = SharedLog::default();
        let appended = log.open().append(&Head::default(), commit);
        appended.map(drop).expect("memory takes it");
        Self::on(log, state.clone())
    }

    fn on(log: SharedLog, base: State) -> Self {
        let clock = Arc::new(Hands(AtomicI64::new(START)));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime");
        let Started { handle, thread } = Engine::start(EngineOptions {
            journal: Box::new(log.open()),
            snapshot_dir: NO_DIR.into(),
            policy: default_policy(),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            config: EngineConfig::default(),
            tenant: Tenant {
                name: "fuzz".into(),
                synthetic: true,
                identity_salt: [7; 32],
            },
        })
        .expect("it starts");
        let (stop, stopping) = watch::channel(false);
        let _entered = runtime.enter();
        let context = ApiContext {
            engine: handle.clone(),
            attempts: Attempts::spawn(handle.clone()),
            field_streams: Arc::new(AtomicUsize::new(0)),
            stopping,
            stalled_stream: Duration::from_mins(1),
            import_rows: 1000,
            policy: Arc::new(default_policy()),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
        };
        let routes = api_routes(&context, &LimitsConfig::default());
        drop(_entered);
        Self {
            routes,
            engine: handle,
            thread,
            log,
            clock,
            _stop: stop,
            base,
            runtime,
        }
    }

    /// How far the journal got.
    pub(crate) fn revision(&self) -> u64 {
        self.log.head().revision
    }

    /// A look at what is published.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.engine.published().read())
    }

    /// Time passes, and what is due by then happens.
    pub(crate) fn pass(&self, ms: i64) {
        self.clock.0.fetch_add(ms, Ordering::Relaxed);
        self.settle();
    }

    /// Waits until the engine has done what is due, so that the next call finds the same state in every run. A command that is
    /// refused wakes it: it looks at the clock after each.
    fn settle(&self) {
        let is_due = || self.look(State::next_deadline).is_some_and(|at| at <= self.clock.now());
        for _ in 0..WAKES_MAX {
            if !is_due() {
                return;
            }
            let nonsense = Command::CloseOrder(CloseOrder { order: OrderId(0) });
            let refused = self
                .engine
                .submit(Priority::Field, Actor("fuzz".into()), None, (0, 0), nonsense);
            assert!(self.runtime.block_on(refused).is_err(), "there is no such order");
        }
        assert!(!is_due(), "the timers are stuck");
    }

    /// Makes a call, and lets happen what it made due. Of one that does not end by itself (`endless`), takes what comes at once.
    pub(crate) fn call(&mut self, path: &str, messages: &[Bytes], endless: bool) -> Answer {
        let answer = self.ask(path, messages, endless);
        self.settle();
        answer
    }

    fn ask(&mut self, path: &str, messages: &[Bytes], endless: bool) -> Answer {
        let mut body = BytesMut::new();
        for message in messages {
            body.put_u8(0);
            body.put_u32(u32::try_from(message.len()).expect("small"));
            body.put_slice(message);
        }
        let request = http::Request::post(path)
            .header("content-type", "application/grpc")
            .header("te", "trailers")
            .body(Body::new(Full::new(body.freeze()).map_err(|never| match never {})))
            .expect("a request");
        let routes = &mut self.routes;
        let call = async {
            let ready = ServiceExt::<http::Request<Body>>::ready(routes)
                .await
                .expect("always ready");
            let response = ready.call(request).await.expect("infallible");
            let (head, mut body) = response.into_parts();
            let mut status = Status::from_header_map(&head.headers);
            let mut data = BytesMut::new();
            let mut idle = 0;
            while let Some(frame) = next_frame(&mut body, endless, &mut idle).await {
                let frame = frame.expect("the body is whole");
                if let Some(trailers) = frame.trailers_ref() {
                    status = Status::from_header_map(trailers);
                } else if let Ok(more) = frame.into_data() {
                    data.extend_from_slice(&more);
                }
            }
            (status, data.freeze())
        };
        let (status, data) = self
            .runtime
            .block_on(async { tokio::time::timeout(PATIENCE, call).await })
            .unwrap_or_else(|_| panic!("{path} was never answered"));
        let status = match status {
            Some(status) => status,
            None if endless => Status::ok(""),
            None => panic!("{path} ended without a status"),
        };
        Answer {
            status,
            messages: unframe(data),
        }
    }

    /// Stops the engine; checks every step against the laws, and that replaying gives what was published. Gives what was journaled.
    pub(crate) fn finish(self) -> (Vec<Entry>, State) {
        let Self {
            runtime,
            routes,
            engine,
            thread,
            log,
            clock: _,
            _stop,
            base,
        } = self;
        let published = engine.published().clone();
        drop((routes, engine, runtime));
        thread.join().expect("the engine panicked").expect("the journal failed");
        let mut state = base;
        let mut entries = Vec::new();
        let from = state.revision().0;
        let reader = log.open().reader();
        for commit in reader.commits_after(from) {
            for entry in event::decode(&commit.expect("whole").payload).expect("what was decided can be read") {
                let before = state.clone();
                state.evolve(&entry);
                laws::step(&before, &entry, &state).expect("the laws hold");
                entries.push(entry);
            }
        }
        assert_eq!(
            state_hash(&state),
            state_hash(&published.read()),
            "replay is what was published"
        );
        (entries, state)
    }
}

/// The next frame; of an endless body none once nothing has come for a while.
async fn next_frame(body: &mut Body, endless: bool, idle: &mut u32) -> Option<Result<http_body::Frame<Bytes>, Status>> {
    use http_body::Body as _;
    if !endless {
        return body.frame().await;
    }
    while *idle < 8 {
        let polled = poll_fn(|cx| Poll::Ready(Pin::new(&mut *body).poll_frame(cx))).await;
        match polled {
            Poll::Ready(frame) => return frame,
            Poll::Pending => {
                *idle += 1;
                tokio::task::yield_now().await;
            }
        }
    }
    None
}

fn unframe(mut data: Bytes) -> Vec<Bytes> {
    let mut messages = Vec::new();
    while data.len() >= 5 {
        let header = data.split_to(5);
        let length = u32::from_be_bytes([header[1], header[2], header[3], header[4]]) as usize;
        messages.push(data.split_to(length));
    }
    assert!(data.is_empty(), "half a message");
    messages
}
